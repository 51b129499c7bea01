#include <errno.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "runtime/crash.h"
#include "runtime/format.h"

/* The quote, the brace and the line feed at the end. */
enum { TAIL = 3 };

/* Where this code is mapped, and by which name. */
static struct {
	uintptr_t begin, end;
	const char *name;
} code;

static void
put_byte(struct rt_crash_line *l, char c)
{
	if (l->n < sizeof(l->b) - TAIL)
		l->b[l->n++] = c;
}

static void
put_raw(struct rt_crash_line *l, const char *p)
{
	while (*p != '\0')
		put_byte(l, *p++);
}

void
rt_crash_put(struct rt_crash_line *l, struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';

		put_byte(l, plain ? c : '?');
	}
}

void
rt_crash_text(struct rt_crash_line *l, const char *text)
{
	rt_crash_put(l, rt_str(text));
}

void
rt_crash_number(struct rt_crash_line *l, uint64_t v, unsigned base)
{
	char digits[24];
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v != 0);
	if (base == 16)
		put_raw(l, "0x");
	while (n > 0)
		put_byte(l, digits[--n]);
}

void
rt_crash_begin(struct rt_crash_line *l, const char *level)
{
	char time[RT_TIME_TEXT];

	l->n = 0;
	rt_time_text(time, rt_time_now());
	put_raw(l, "{\"time\":\"");
	put_raw(l, time);
	put_raw(l, "\",\"level\":\"");
	put_raw(l, level);
	put_raw(l, "\",\"message\":\"");
}

void
rt_crash_member(struct rt_crash_line *l, const char *name)
{
	put_raw(l, "\",\"");
	put_raw(l, name);
	put_raw(l, "\":\"");
}

void
rt_crash_end(struct rt_crash_line *l)
{
	int saved = errno;
	ssize_t n;

	memcpy(l->b + l->n, "\"}\n", TAIL);
	l->n += TAIL;
	do {
		n = write(STDERR_FILENO, l->b, l->n);
	} while (n == -1 && errno == EINTR);
	errno = saved;
}

void
rt_crash_signal(struct rt_crash_line *l, int sig)
{
	const char *name = sigabbrev_np(sig);

	if (name == NULL) {
		rt_crash_text(l, "signal ");
		rt_crash_number(l, (uint64_t)sig, 10);
		return;
	}
	rt_crash_text(l, "SIG");
	rt_crash_text(l, name);
}

/* --- Places in the code --- */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/*
 * The object that has this function in it.  An executable has no name there,
 * and none in the arguments, over which Kore writes its title.
 */
static int
find_code(struct dl_phdr_info *info, size_t size, void *unused)
{
	uintptr_t here = (uintptr_t)find_code, end = 0;

	(void)size;
	(void)unused;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && p->p_vaddr + p->p_memsz > end)
			end = p->p_vaddr + p->p_memsz;
	}
	if (here < info->dlpi_addr || here >= info->dlpi_addr + end)
		return 0;
	code.begin = info->dlpi_addr;
	code.end = info->dlpi_addr + end;
	code.name = base_name(info->dlpi_name[0] != '\0'
		? info->dlpi_name
		: (const char *)getauxval(AT_EXECFN));
	return 1;
}

void
rt_crash_find_code(void)
{
	dl_iterate_phdr(find_code, NULL);
}

void
rt_crash_place(struct rt_crash_line *l, uintptr_t at)
{
	if (at < code.begin || at >= code.end) {
		rt_crash_number(l, at, 16);
		return;
	}
	rt_crash_text(l, code.name);
	rt_crash_text(l, "+");
	rt_crash_number(l, at - code.begin, 16);
}
