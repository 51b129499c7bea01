/* The charset of a page, as the Encoding Standard would have it. */
#include <errno.h>
#include <iconv.h>

#include "handlers/product.h"
#include "runtime/buf.h"

enum { HEAD_MAX = 4096, LABEL_MAX = 20 };

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/*
 * What is decoded, and by which of iconv's; nothing else is, for the C library
 * knows hundreds that no shop uses.  The first two are what browsers take for
 * the third, and so on.
 */
static const struct {
	const char *label, *name;
} charsets[] = {
    {"utf-8", "UTF-8"},
    {"utf8", "UTF-8"},
    {"iso-8859-1", "CP1252"},
    {"latin1", "CP1252"},
    {"us-ascii", "CP1252"},
    {"windows-1252", "CP1252"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"windows-1253", "CP1253"},
    {"windows-1254", "CP1254"},
    {"windows-1257", "CP1257"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-9", "CP1254"},
    {"iso-8859-15", "ISO-8859-15"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"shift_jis", "CP932"},
    {"euc-jp", "EUC-JP"},
    {"euc-kr", "CP949"},
    {"gbk", "GBK"},
    {"gb2312", "GBK"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
};

/* NULL for one that is not decoded. */
static const char *
charset_of(struct rt_str label)
{
	for (size_t i = 0; i < RT_LEN(charsets); i++) {
		if (rt_str_is_nocase(label, charsets[i].label))
			return charsets[i].name;
	}
	return NULL;
}

/* By its mark of byte order, which is cut off. */
static const char *
cut_mark(struct rt_str *html)
{
	static const struct {
		struct rt_str mark;
		const char *name;
	} marks[] = {
	    {RT_TEXT("\xef\xbb\xbf"), "UTF-8"},
	    {RT_TEXT("\xff\xfe"), "UTF-16LE"},
	    {RT_TEXT("\xfe\xff"), "UTF-16BE"},
	};

	for (size_t i = 0; i < RT_LEN(marks); i++) {
		size_t n = marks[i].mark.n;

		if (html->n < n || memcmp(html->p, marks[i].mark.p, n) != 0)
			continue;
		html->p += n;
		html->n -= n;
		return marks[i].name;
	}
	return NULL;
}

static bool
is_label_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/* The label behind "charset", an equals sign and perhaps a quote. */
static struct rt_str
label_at(struct rt_str s)
{
	size_t at = 0, n = 0;

	while (at < s.n && strchr(" \t\r\n=\"'", s.p[at]) != NULL)
		at++;
	while (at + n < s.n && n < LABEL_MAX && is_label_byte(s.p[at + n]))
		n++;
	return (struct rt_str){s.p + at, n};
}

/* By the words of a <meta>; where there are several, the first that is known. */
static const char *
declared(struct rt_str html)
{
	static const struct rt_str word = RT_TEXT("charset");
	size_t n = html.n < HEAD_MAX ? html.n : HEAD_MAX;
	const char *name;

	for (size_t i = 0; i + word.n < n; i++) {
		struct rt_str at = {html.p + i, word.n};

		if (!rt_str_eq_nocase(at, word))
			continue;
		at = (struct rt_str){html.p + i + word.n, n - i - word.n};
		name = charset_of(label_at(at));
		if (name != NULL)
			return name;
	}
	return NULL;
}

static const char *
judge(const struct product_page *page, struct rt_str *html)
{
	const char *name = cut_mark(html);

	if (name == NULL && page->charset.p != NULL)
		name = charset_of(page->charset);
	/* Nothing else looks like it by chance. */
	if (name == NULL && !rt_str_is_ascii(*html) && rt_str_is_utf8(*html))
		name = "UTF-8";
	if (name == NULL)
		name = declared(*html);
	return name == NULL ? "CP1252" : name;
}

/* Where a byte is of no character it is skipped. */
static struct rt_str
decode(struct rt_arena *arena, iconv_t with, struct rt_str from)
{
	struct rt_buf b = rt_buf(arena, from.n * 3 + sizeof(REPLACEMENT));
	char *in = (char *)(uintptr_t)from.p;
	char part[4096];

	while (from.n > 0) {
		char *out = part;
		size_t left = sizeof(part);
		bool stuck =
		    iconv(with, &in, &from.n, &out, &left) == (size_t)-1 &&
		    errno != E2BIG;

		rt_buf_add(&b, (struct rt_str){part, sizeof(part) - left});
		if (!stuck)
			continue;
		rt_buf_cstr(&b, REPLACEMENT);
		in++;
		from.n--;
	}
	return rt_buf_str(&b);
}

/* Of what the C library has no table for, only ASCII is kept. */
static struct rt_str
keep_ascii(struct rt_arena *arena, struct rt_str from)
{
	char *p = rt_arena_bytes(arena, from.n);

	for (size_t i = 0; i < from.n; i++)
		p[i] = from.p[i] < 0 ? '?' : from.p[i];
	return (struct rt_str){p, from.n};
}

struct rt_str
product_decode(struct rt_arena *arena, const struct product_page *page)
{
	struct rt_str html = page->html, text;
	const char *name = judge(page, &html);
	iconv_t with = iconv_open("UTF-8", name);

	if (with == (iconv_t)-1)
		return keep_ascii(arena, html);
	text = decode(arena, with, html);
	iconv_close(with);
	return text;
}
