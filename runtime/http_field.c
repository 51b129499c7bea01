#include "runtime/http_field.h"

#include <endian.h>

#include "runtime/http_char.h"

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* The first of eight bytes that is a control character; 8 for none.  A borrow
 * comes from such a byte only, and so spoils none before it. */
static int
first_control(const char *p)
{
	const uint64_t ones = 0x0101010101010101, tops = ones << 7;
	uint64_t v, del, found;

	memcpy(&v, p, sizeof(v));
	v = le64toh(v);
	del = v ^ (ones * 0x7f);
	found = (((v - ones * ' ') & ~v) | ((del - ones) & ~del)) & tops;
	return found == 0 ? 8 : __builtin_ctzll(found) / 8;
}

/* Where the text of a field ends: at a control character, of which CR has to
 * come; HTAB is none. */
static const char *
skip_text(const char *p, const char *end)
{
	for (;;) {
		int n = 8;

		while (n == 8 && end - p >= 8) {
			n = first_control(p);
			p += n;
		}
		while (!is_control(*p))
			p++;
		if (*p != '\t')
			return p;
		p++;
	}
}

static const char *
refuse(struct rt_head_fault *fault, const char *detail)
{
	*fault = (struct rt_head_fault){400, detail};
	return NULL;
}

const char *
rt_field_parse(const char *p, const char *end, struct rt_header *f,
    struct rt_head_fault *fault)
{
	const char *begin = p;

	p = rt_http_skip(begin, RT_HTTP_TOKEN);
	f->name = (struct rt_str){begin, (size_t)(p - begin)};
	if (p == begin && (*p == ' ' || *p == '\t'))
		return refuse(fault, "A field is folded.");
	if (p == begin || *p != ':')
		return refuse(fault,
		    "A field has no name that ends with a colon.");
	begin = p + 1;
	while (*begin == ' ' || *begin == '\t')
		begin++;
	p = skip_text(begin, end);
	if (p[0] != '\r' || p[1] != '\n')
		return refuse(fault, "A field has a control character.");
	f->value = (struct rt_str){begin, (size_t)(p - begin)};
	while (f->value.n > 0 &&
	    (begin[f->value.n - 1] == ' ' || begin[f->value.n - 1] == '\t'))
		f->value.n--;
	return p + 2;
}
