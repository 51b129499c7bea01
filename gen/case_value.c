/* Cases as lines of JSON, as contract.h describes them; see case.h. */
#include "gen/case.h"
#include "runtime/json_write.h"

enum {
	UNIT_MAX = 48, /* bytes of a text that is repeated */
	RUN_MIN = 40, /* bytes that are worth a repetition */
	BLOCK = 64, /* bytes that are compared at once */
	TEXT_MAX = 16 * 1024 * 1024,
};

/* --- Long texts in short --- */

/* How often the `unit` bytes at the start of s come one after the other. */
static size_t
count_repeats(struct rt_str s, size_t unit)
{
	size_t n = unit;

	while (s.n - n >= BLOCK && memcmp(s.p + n, s.p + n - unit, BLOCK) == 0)
		n += BLOCK;
	while (n < s.n && s.p[n] == s.p[n - unit])
		n++;
	return n / unit;
}

/* The shortest unit whose repetition saves something; 0 where none does. */
static size_t
find_unit(struct rt_str s, size_t *times)
{
	size_t max = s.n / 2 < UNIT_MAX ? s.n / 2 : UNIT_MAX;
	const char *at = s.p;

	if (s.n < RUN_MIN)
		return 0;
	/* A unit begins again with its first byte. */
	while (
	    (at = memchr(at + 1, s.p[0], max - (size_t)(at - s.p))) != NULL) {
		size_t unit = (size_t)(at - s.p);

		/* Most that begin alike end otherwise. */
		if (s.p[2 * unit - 1] != s.p[unit - 1])
			continue;
		*times = count_repeats(s, unit);
		if (*times * unit >= RUN_MIN && *times > 2)
			return unit;
	}
	return 0;
}

/* Whether a mark can hold the text. */
static bool
is_plain(struct rt_str s)
{
	return !rt_str_has(s, '%') && !rt_str_has(s, '\0') && rt_str_is_utf8(s);
}

/*
 * A run is shortened to "%{300*a%}"; a byte that no JSON string can have, and
 * what would read as such a mark, is written as one.
 */
static struct rt_str
shortened(struct rt_arena *a, struct rt_str s)
{
	struct rt_buf b = rt_buf(a, TEXT_MAX);
	bool utf8 = rt_str_is_utf8(s);

	for (size_t i = 0; i < s.n;) {
		struct rt_str rest = {s.p + i, s.n - i};
		unsigned char byte = (unsigned char)s.p[i];
		size_t times = 1, unit = find_unit(rest, &times);

		if (unit > 0 && is_plain((struct rt_str){rest.p, unit})) {
			rt_buf_printf(&b, "%%{%zu*%.*s%%}", times, (int)unit,
			    rest.p);
			i += times * unit;
			continue;
		}
		if (byte == '\0' || (byte >= 0x80 && !utf8))
			rt_buf_printf(&b, "%%{x%02x%%}", byte);
		else if (rt_str_starts(rest, "%{"))
			rt_buf_cstr(&b, "%{1*%%}");
		else
			rt_buf_byte(&b, s.p[i]);
		i++;
	}
	return rt_buf_str(&b);
}

/* --- The members of a case --- */

static void
put_text(struct rt_writer *w, const char *name, struct rt_str text)
{
	if (text.p == NULL)
		return;
	rt_write_name(w, rt_str(name));
	rt_write_str(w, text);
}

/* What is sent may be of any bytes and any length. */
static void
put_sent(struct rt_arena *a, struct rt_writer *w, const char *name,
    struct rt_str text)
{
	if (text.p != NULL)
		put_text(w, name, shortened(a, text));
}

static void
put_flag(struct rt_writer *w, const char *name, bool yes)
{
	if (!yes)
		return;
	rt_write_name(w, rt_str(name));
	rt_write_bool(w, true);
}

static struct rt_str
in_name(enum rt_in in)
{
	static const char *const names[] = {NULL, "body", "path", "query",
	    "header", "cookie"};

	return rt_str(names[in]);
}

static void
put_request(struct rt_arena *a, struct rt_writer *w, const struct case_row *row)
{
	if (!row->stray)
		put_text(w, "operation", row->op->id);
	put_text(w, "why", row->why);
	if (row->method.p != NULL || row->stray)
		put_text(w, "method",
		    row->method.p != NULL ? row->method : row->op->token);
	put_sent(a, w, "target", row->target);
	put_text(w, "credentials", row->credentials);
	put_sent(a, w, "headers", row->headers);
	put_sent(a, w, "cookies", row->cookies);
	put_text(w, "media", row->media);
	put_sent(a, w, "body", row->body);
}

static void
put_case(struct rt_arena *a, struct rt_writer *w, const struct case_row *row)
{
	rt_write_open_object(w);
	put_text(w, "id", row->id);
	put_request(a, w, row);
	if (row->status != 0) {
		rt_write_name(w, RT_LIT("status"));
		rt_write_int(w, row->status);
	}
	if (row->in != 0)
		put_text(w, "in", in_name(row->in));
	put_text(w, "place", row->place);
	put_text(w, "keyword", row->keyword);
	put_flag(w, "valid", row->valid);
	put_flag(w, "among", row->among);
	put_text(w, "allow", row->allow);
	put_text(w, "schema", row->schema);
	put_sent(a, w, "value", row->value);
	put_sent(a, w, "message", row->message);
	put_flag(w, "binary", row->binary);
	if (row->close != 0) {
		rt_write_name(w, RT_LIT("close"));
		rt_write_int(w, row->close);
	}
	rt_write_close_object(w);
}

static void
put_cases(struct rt_arena *a, struct rt_buf *b, const struct cases *cases)
{
	for (size_t i = 0; i < cases->n; i++) {
		struct rt_writer w = rt_writer(b);

		put_case(a, &w, &cases->v[i]);
		rt_buf_byte(b, '\n');
	}
}

struct rt_str
case_lines(struct rt_arena *a, const struct spec *spec, struct rt_str tag)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	for (size_t i = 0; i < spec->n_ops; i++) {
		struct rt_arena *work;
		struct cases cases;

		if (!rt_str_eq(spec->ops[i].tag, tag))
			continue;
		work = rt_arena_open_like(a);
		cases = case_list(work, spec, &spec->ops[i]);
		put_cases(work, &b, &cases);
		rt_arena_close(work);
	}
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}
