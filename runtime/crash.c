#include "runtime/crash.h"

#include <errno.h>
#include <link.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/call.h"
#include "runtime/coro.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

enum {
	/* Room for the handler and for what the C library does in it. */
	STACK_BYTES = 32 * 1024,
	WHO_MAX = 32,
	TAIL = 3, /* the quote, the brace and the line feed at the end */
};

rt_crash_syscall_fn *rt_crash_syscall;

static char process[WHO_MAX];

/* Where this code is mapped, and by which name. */
static struct {
	uintptr_t begin, end;
	const char *name;
} code;

/* --- The line --- */

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

/* --- What has happened --- */

/* Of the instruction that the signal came at; 0 where that is not known. */
static uintptr_t
instruction(const void *context)
{
	const ucontext_t *u = context;

#if defined(__x86_64__)
	return (uintptr_t)u->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t)u->uc_mcontext.pc;
#else
	(void)u;
	return 0;
#endif
}

/* As addr2line(1) takes it: the file, and the address in it. */
static void
put_place(struct rt_crash_line *l, uintptr_t at)
{
	if (at < code.begin || at >= code.end) {
		rt_crash_number(l, at, 16);
		return;
	}
	rt_crash_text(l, code.name);
	rt_crash_text(l, "+");
	rt_crash_number(l, at - code.begin, 16);
}

static void
put_refused(struct rt_crash_line *l, const siginfo_t *info)
{
	long number = info->si_syscall;
	const char *name =
	    rt_crash_syscall == NULL ? NULL : rt_crash_syscall(number);

	rt_crash_text(l, ", a sandbox violation: system call ");
	rt_crash_number(l, (uint64_t)number, 10);
	if (name == NULL)
		return;
	rt_crash_text(l, " (");
	rt_crash_text(l, name);
	rt_crash_text(l, ")");
}

/* A signal that another process sent has no address. */
static void
put_cause(struct rt_crash_line *l, int sig, const siginfo_t *info)
{
	bool sent = info->si_code == SI_USER || info->si_code == SI_QUEUE ||
	    info->si_code == SI_TKILL;

	if (sig == SIGSYS && !sent) {
		put_refused(l, info);
	} else if (sent && info->si_pid != getpid()) {
		rt_crash_text(l, ", sent by process ");
		rt_crash_number(l, (uint64_t)info->si_pid, 10);
	} else if (!sent && rt_coro_overflowed(info->si_addr)) {
		rt_crash_text(l, ": the stack of a call is full (");
		rt_crash_number(l, RT_CORO_STACK / 1024, 10);
		rt_crash_text(l, " KiB)");
	} else if (!sent) {
		rt_crash_text(l, " at address ");
		rt_crash_number(l, (uint64_t)(uintptr_t)info->si_addr, 16);
	}
}

static void
put_call(struct rt_crash_line *l)
{
	const struct rt_call *call = rt_coro_running();

	if (call == NULL)
		return;
	rt_crash_member(l, "trace_id");
	rt_crash_put(l, call->trace_id);
	if (call->op == NULL)
		return;
	rt_crash_member(l, "operation");
	rt_crash_text(l, call->op->id);
}

/*
 * The signal's action is the default again, and it is blocked: sent once more
 * it waits until this returns, and then ends the process.
 */
static void
on_fault(int sig, siginfo_t *info, void *context)
{
	struct rt_crash_line l;

	rt_crash_begin(&l, "error");
	rt_crash_text(&l, process);
	rt_crash_text(&l, " (process ");
	rt_crash_number(&l, (uint64_t)getpid(), 10);
	rt_crash_text(&l, ") ends by ");
	rt_crash_signal(&l, sig);
	put_cause(&l, sig, info);
	rt_crash_member(&l, "code");
	put_place(&l, instruction(context));
	put_call(&l);
	rt_crash_end(&l);
	kill(getpid(), sig);
}

/* --- Beginning --- */

/* The object that has this function in it. */
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
	code.name = strrchr(info->dlpi_name, '/');
	code.name = code.name == NULL ? info->dlpi_name : code.name + 1;
	if (code.name[0] == '\0')
		code.name = program_invocation_short_name;
	return 1;
}

void
rt_crash_open(const char *who)
{
	static const int signals[] = {SIGSYS,
#ifndef SANITIZED
	    SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT
#endif
	};
	static char stack[STACK_BYTES];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {
	    .sa_sigaction = on_fault,
	    .sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND,
	};

	strncpy(process, who, sizeof(process) - 1);
	dl_iterate_phdr(find_code, NULL);
#ifndef SANITIZED
	sigaltstack(&alternate, NULL);
#else
	(void)alternate;
#endif
	for (size_t i = 0; i < RT_LEN(signals); i++)
		sigaction(signals[i], &action, NULL);
}
