/* What is said to those whose text is no JSON. */
#include "runtime/json_part.h"

/* --- Places --- */

static bool
is_between_tokens(char c)
{
	return strchr(" \t\r\n,:]}", c) != NULL;
}

static const char *
skip_token(const char *at, const char *end)
{
	struct rt_str inside = {at + 1, (size_t)(end - at - 1)};
	struct rt_json_fault none;
	bool is_escaped;

	if (*at == '"')
		return rt_json_skip_string(inside, &is_escaped, &none) + 1;
	if (*at == '[' || *at == '{')
		return at + 1;
	while (at < end && !is_between_tokens(*at))
		at++;
	return at;
}

const char *
rt_json_place(struct rt_str text, size_t index)
{
	const char *at = text.p;

	for (;;) {
		while (is_between_tokens(*at))
			at++;
		if (index-- == 0)
			return at;
		at = skip_token(at, text.p + text.n);
	}
}

/* --- Sentences --- */

/* The code point that well-formed UTF-8 begins with. */
static unsigned
code_point(struct rt_str s)
{
	size_t n = rt_str_utf8_len(s);
	unsigned v = (unsigned char)s.p[0];

	if (n > 1)
		v &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++)
		v = v << 6 | ((unsigned char)s.p[i] & 0x3f);
	return v;
}

/* What cannot be shown as it is, or NULL. */
static const char *
name_of(struct rt_str rest)
{
	if (rest.n == 0)
		return "the end of the text";
	if (rt_str_starts(rest, "\xef\xbb\xbf"))
		return "a byte order mark";
	switch (rest.p[0]) {
	case '\n':
	case '\r':
		return "the end of the line";
	case '\t':
		return "a tab";
	case ' ':
		return "a space";
	case '\'':
		return "a single quote";
	default:
		return rt_str_utf8_len(rest) == 0 ? "ill-formed UTF-8" : NULL;
	}
}

static struct rt_str
found(struct rt_arena *arena, struct rt_str rest)
{
	const char *name = name_of(rest);
	unsigned v;

	if (name != NULL)
		return rt_str(name);
	v = code_point(rest);
	if (v > 0x20 && v < 0x7f)
		return rt_arena_printf(arena, "'%c'", (char)v);
	return rt_arena_printf(arena, "the character U+%04X", v);
}

struct rt_json_error
rt_json_error(struct rt_arena *arena, struct rt_str text,
    const struct rt_json_fault *fault)
{
	size_t offset = (size_t)(fault->where - text.p);
	struct rt_str rest = {fault->where, text.n - offset};
	struct rt_json_error err = {
	    .offset = offset,
	    .line = 1,
	    .col = 1,
	    .text = rt_str(fault->why),
	};

	for (size_t i = 0; i < offset; i++) {
		err.col++;
		if (text.p[i] == '\n') {
			err.line++;
			err.col = 1;
		}
	}
	if (fault->why == NULL)
		err.text = rt_arena_printf(arena, "expected %s, found %.*s",
		    fault->expected, RT_FMT(found(arena, rest)));
	return err;
}
