#include "runtime/disposition.h"

#include "runtime/media.h"

static bool
skip_char(struct rt_str *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	rest->p++;
	rest->n--;
	return true;
}

static struct rt_str
cut_token(struct rt_str *rest)
{
	struct rt_str token = {rest->p, 0};

	while (rest->n > 0 && rt_is_token((struct rt_str){rest->p, 1})) {
		rest->p++;
		rest->n--;
		token.n++;
	}
	return token;
}

/* The byte that stands at the beginning of s in a quoted string, and the length
 * of what stands for it. */
static size_t
unescape(struct rt_str s, char *c)
{
	int code;

	*c = s.p[0];
	if (s.n >= 2 && s.p[0] == '\\' && (s.p[1] == '"' || s.p[1] == '\\')) {
		*c = s.p[1];
		return 2;
	}
	if (s.n < 3 || s.p[0] != '%')
		return 1;
	code = rt_hex_digit(s.p[1]) * 16 + rt_hex_digit(s.p[2]);
	if (code != '"' && code != '\r' && code != '\n')
		return 1;
	*c = (char)code;
	return 3;
}

/* Behind the first quote; false where the last is missing. */
static bool
cut_quoted(struct rt_arena *arena, struct rt_str *rest, struct rt_str *out)
{
	char *p = rt_arena_bytes(arena, rest->n);
	size_t n = 0;

	while (rest->n > 0 && rest->p[0] != '"') {
		size_t length = unescape(*rest, &p[n++]);

		rest->p += length;
		rest->n -= length;
	}
	*out = (struct rt_str){p, n};
	return skip_char(rest, '"');
}

/* "UTF-8'en'a%20b" (RFC 8187, section 3.2.1). */
static void
read_extended(struct rt_arena *arena, struct rt_str text, struct rt_str *out)
{
	struct rt_str charset = rt_str_cut(&text, '\'');
	struct rt_str name;
	char *p;

	(void)rt_str_cut(&text, '\'');
	if (text.p == NULL || !rt_str_is_nocase(charset, "UTF-8"))
		return;
	p = rt_arena_bytes(arena, text.n);
	name = (struct rt_str){p, 0};
	for (size_t i = 0; i < text.n; i++) {
		int high = -1, low = -1;

		p[name.n++] = text.p[i];
		if (text.p[i] != '%')
			continue;
		if (text.n - i > 2) {
			high = rt_hex_digit(text.p[i + 1]);
			low = rt_hex_digit(text.p[i + 2]);
		}
		if (high < 0 || low < 0)
			return;
		p[name.n - 1] = (char)(high << 4 | low);
		i += 2;
	}
	if (rt_str_is_utf8(name))
		*out = name;
}

struct param {
	struct rt_str name;
	struct rt_str value;
};

/* Behind the semicolon. */
static bool
cut_param(struct rt_arena *arena, struct rt_str *rest, struct param *p)
{
	p->name = cut_token(rest);
	if (p->name.n == 0 || !skip_char(rest, '='))
		return false;
	if (skip_char(rest, '"'))
		return cut_quoted(arena, rest, &p->value);
	p->value = cut_token(rest);
	return true;
}

/* False where the value stands there already. */
static bool
set_once(struct rt_str *out, struct rt_str value)
{
	if (out->p != NULL)
		return false;
	*out = value;
	return true;
}

static bool
keep(struct rt_disposition *d, const struct param *p)
{
	if (rt_str_is_nocase(p->name, "name"))
		return set_once(&d->name, p->value);
	if (rt_str_is_nocase(p->name, "filename"))
		return set_once(&d->file_name, p->value);
	return true;
}

bool
rt_disposition_parse(struct rt_arena *arena, struct rt_str rest,
    struct rt_disposition *out)
{
	struct rt_str extended = {NULL, 0};
	struct param p;

	*out = (struct rt_disposition){0};
	rest = rt_str_trim(rest);
	out->type = cut_token(&rest);
	for (rest = rt_str_trim(rest); rest.n > 0; rest = rt_str_trim(rest)) {
		if (!skip_char(&rest, ';'))
			return false;
		rest = rt_str_trim(rest);
		if (rest.n == 0)
			break;
		if (!cut_param(arena, &rest, &p) || !keep(out, &p))
			return false;
		if (rt_str_is_nocase(p.name, "filename*"))
			read_extended(arena, p.value, &extended);
	}
	if (extended.p != NULL)
		out->file_name = extended;
	return out->type.n > 0;
}
