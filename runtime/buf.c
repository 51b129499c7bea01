#include "runtime/buf.h"

#include <stdio.h>

struct rt_buf
rt_buf(struct rt_arena *arena, size_t cap)
{
	return (struct rt_buf){.arena = arena, .cap = cap};
}

/* Room for at least `need` bytes in all; `need` is within the cap. */
static void
grow(struct rt_buf *b, size_t need)
{
	size_t size = b->size < 256 ? 256 : b->size;
	char *p;

	while (size < need)
		size = size > SIZE_MAX / 2 ? SIZE_MAX : size * 2;
	if (size > b->cap)
		size = b->cap;
	if (b->p != NULL &&
	    rt_arena_extend(b->arena, b->p, b->size, size - b->size)) {
		b->size = size;
		return;
	}
	p = rt_arena_bytes(b->arena, size);
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->size = size;
}

char *
rt_buf_grow(struct rt_buf *b, size_t n)
{
	if (b->full || n > b->cap - b->n) {
		b->full = true;
		return NULL;
	}
	grow(b, b->n + n);
	return b->p + b->n;
}

void
rt_buf_add(struct rt_buf *b, struct rt_str s)
{
	char *p;

	if (s.n == 0)
		return;
	p = rt_buf_reserve(b, s.n);
	if (p == NULL)
		return;
	memcpy(p, s.p, s.n);
	b->n += s.n;
}

void
rt_buf_byte(struct rt_buf *b, char c)
{
	char *p = rt_buf_reserve(b, 1);

	if (p == NULL)
		return;
	*p = c;
	b->n++;
}

void
rt_buf_cstr(struct rt_buf *b, const char *s)
{
	rt_buf_add(b, rt_str(s));
}

/* Made apart from the buffer, whose bytes may be among the arguments. */
void
rt_buf_printf(struct rt_buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof(small)) {
		rt_buf_add(b, (struct rt_str){small, (size_t)n});
		return;
	}
	va_start(ap, fmt);
	rt_buf_add(b, rt_arena_vprintf(b->arena, fmt, ap));
	va_end(ap);
}

struct rt_str
rt_int_text(char text[RT_INT_TEXT], int64_t v)
{
	size_t at = RT_INT_TEXT;
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		text[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (v < 0)
		text[--at] = '-';
	return (struct rt_str){text + at, RT_INT_TEXT - at};
}

void
rt_buf_int(struct rt_buf *b, int64_t v)
{
	char text[RT_INT_TEXT];

	rt_buf_add(b, rt_int_text(text, v));
}

struct rt_str
rt_buf_str(const struct rt_buf *b)
{
	return (struct rt_str){b->p == NULL ? "" : b->p, b->n};
}
