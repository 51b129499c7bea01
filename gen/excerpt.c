#include "gen/excerpt.h"

/* How many bytes of p are printed as one character: 1 for a byte that is no
 * part of well-formed UTF-8. */
static size_t
char_bytes(const char *p, size_t n)
{
	unsigned char lead = (unsigned char)*p;
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

	if (lead < 0xc0 || n < want)
		return 1;
	return rt_str_is_utf8((struct rt_str){p, want}) ? want : 1;
}

/* U+0080..U+009F, U+2028..U+202E and U+2066..U+2069. */
static bool
is_hidden(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	if (n == 2)
		return u[0] == 0xc2 && u[1] < 0xa0;
	if (n != 3 || u[0] != 0xe2)
		return false;
	return (u[1] == 0x80 && u[2] >= 0xa8 && u[2] <= 0xae) ||
	    (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9);
}

static void
print_char(const char *p, size_t n, FILE *out)
{
	unsigned char c = (unsigned char)*p;

	if (n == 1 && c == '\t')
		fputc(' ', out);
	else if ((n == 1 && (c < 0x20 || c >= 0x7f)) || is_hidden(p, n))
		fputc('?', out);
	else
		fwrite(p, 1, n, out);
}

void
excerpt_print_text(struct rt_str text, FILE *out)
{
	while (text.n > 0) {
		size_t n = char_bytes(text.p, text.n);

		print_char(text.p, n, out);
		text.p += n;
		text.n -= n;
	}
}

static unsigned
count_chars(struct rt_str text)
{
	unsigned chars = 0;

	while (text.n > 0) {
		size_t n = char_bytes(text.p, text.n);

		text.p += n;
		text.n -= n;
		chars++;
	}
	return chars;
}

static bool
is_inside_char(struct rt_str line, size_t at)
{
	return at < line.n && ((unsigned char)line.p[at] & 0xc0) == 0x80;
}

/* The part of a long line that shows byte `at`, from *start. */
static struct rt_str
cut_around(struct rt_str line, size_t at, size_t *start)
{
	size_t from = at > EXCERPT_MAX / 2 ? at - EXCERPT_MAX / 2 : 0;
	size_t end = from + EXCERPT_MAX;

	if (end > line.n) {
		end = line.n;
		from = end > EXCERPT_MAX ? end - EXCERPT_MAX : 0;
	}
	while (from < at && is_inside_char(line, from))
		from++;
	while (end > at && is_inside_char(line, end))
		end--;
	*start = from;
	return (struct rt_str){line.p + from, end - from};
}

static void
print_underline(struct rt_str shown, size_t at, size_t len, FILE *out)
{
	struct rt_str before = {shown.p, at};
	struct rt_str marked = {shown.p + at, shown.n - at};
	unsigned chars;

	for (chars = count_chars(before); chars > 0; chars--)
		fputc(' ', out);
	if (marked.n > len)
		marked.n = len;
	fputc('^', out);
	for (chars = count_chars(marked); chars > 1; chars--)
		fputc('~', out);
	fputc('\n', out);
}

void
excerpt_print(struct source_pos pos, FILE *out)
{
	struct rt_str line, shown;
	size_t at, start;

	if (pos.source == NULL || pos.line == 0)
		return;
	line = source_line(pos.source, pos.line);
	if (line.n == 0)
		return;
	at = pos.col > 0 ? pos.col - 1 : 0;
	if (at > line.n)
		at = line.n;
	shown = cut_around(line, at, &start);
	fprintf(out, "%5u | %s", pos.line, start > 0 ? "..." : "");
	excerpt_print_text(shown, out);
	fprintf(out, "%s\n", start + shown.n < line.n ? "..." : "");
	fprintf(out, "%5s | %s", "", start > 0 ? "   " : "");
	print_underline(shown, at - start, pos.len, out);
}
