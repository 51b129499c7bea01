/* Cases as plain data for their templates; see case.h. */
#include "gen/case.h"
#include "gen/plan.h"

enum {
	INDENT = 8, /* columns before a member of a case */
	COLUMNS = 80,
	LITERAL_MAX =
	    COLUMNS - INDENT - 4, /* of a literal on a line of its own */
	UNIT_MAX = 48, /* bytes of a text that is repeated */
	RUN_MIN = 40, /* bytes that are worth a repetition */
	TEXT_MAX = 16 * 1024 * 1024,
};

/* --- Long texts in short --- */

/* How often the `unit` bytes at the start of s come one after the other. */
static size_t
count_repeats(struct rt_str s, size_t unit)
{
	size_t n = unit;

	while (n < s.n && s.p[n] == s.p[n - unit])
		n++;
	return n / unit;
}

/* The shortest unit whose repetition saves something; 0 where none does. */
static size_t
find_unit(struct rt_str s, size_t *times)
{
	for (size_t unit = 1; unit <= UNIT_MAX && 2 * unit <= s.n; unit++) {
		*times = count_repeats(s, unit);
		if (*times * unit >= RUN_MIN && *times > 2)
			return unit;
	}
	return 0;
}

/*
 * Text as contract.h describes it: runs are shortened to "%{300*a%}", and what
 * would read as such a mark, or end the C string, is written as one.
 */
static struct rt_str
shortened(struct rt_arena *a, struct rt_str s)
{
	struct rt_buf b = rt_buf(a, TEXT_MAX);

	for (size_t i = 0; i < s.n;) {
		struct rt_str rest = {s.p + i, s.n - i};
		size_t times = 1, unit = find_unit(rest, &times);

		if (unit > 0 && memchr(rest.p, '%', unit) == NULL &&
		    memchr(rest.p, '\0', unit) == NULL) {
			rt_buf_printf(&b, "%%{%zu*%.*s%%}", times, (int)unit,
			    rest.p);
			i += times * unit;
			continue;
		}
		if (s.p[i] == '\0')
			rt_buf_cstr(&b, "%{0%}");
		else if (rt_str_starts(rest, "%{"))
			rt_buf_cstr(&b, "%{1*%%}");
		else
			rt_buf_byte(&b, s.p[i]);
		i++;
	}
	return rt_buf_str(&b);
}

/* --- C literals --- */

/* One byte as it stands in a literal; `previous` breaks trigraphs. */
static size_t
escape(char out[5], char c, char previous)
{
	static const char named[] = "\"\\\n\t\r";
	static const char letters[] = "\"\\ntr";
	const char *at = c == '\0' ? NULL : strchr(named, c);

	out[0] = '\\';
	if (at != NULL) {
		out[1] = letters[at - named];
		return 2;
	}
	if (c == '?' && previous == '?') {
		out[1] = '?';
		return 2;
	}
	if (c >= ' ' && c <= '~') {
		out[0] = c;
		return 1;
	}
	out[1] = (char)('0' + ((unsigned char)c >> 6));
	out[2] = (char)('0' + (((unsigned char)c >> 3) & 7));
	out[3] = (char)('0' + ((unsigned char)c & 7));
	return 4;
}

static size_t
literal_width(struct rt_str s)
{
	char out[5];
	size_t n = 2;

	for (size_t i = 0; i < s.n; i++)
		n += escape(out, s.p[i], i > 0 ? s.p[i - 1] : '\0');
	return n;
}

/* Cuts a literal of at most `width` columns off the text. */
static struct rt_str
cut_literal(struct rt_arena *a, struct rt_str *rest, size_t width)
{
	struct rt_buf b = rt_buf(a, TEXT_MAX);
	char out[5], previous = '\0';

	rt_buf_byte(&b, '"');
	while (rest->n > 0) {
		size_t n = escape(out, rest->p[0], previous);

		if (b.n + n + 1 > width)
			break;
		rt_buf_add(&b, (struct rt_str){out, n});
		previous = rest->p[0];
		rest->p++;
		rest->n--;
	}
	rt_buf_byte(&b, '"');
	return rt_buf_str(&b);
}

/* --- The members of a case --- */

struct fields {
	struct rt_arena *arena;
	struct value *list;
};

static struct value *
add_field(const struct fields *f, const char *name, bool broken)
{
	struct value *map = value_map(f->arena);

	value_set_cstr(map, "name", name);
	value_set_bool(map, "broken", broken);
	value_add(f->list, map);
	return map;
}

static void
add_expression(const struct fields *f, const char *name, struct rt_str value)
{
	value_set_text(add_field(f, name, false), "value", value);
}

/* The literals of a text that needs lines of its own; the last one has the
 * comma behind it. */
static void
add_lines(const struct fields *f, struct value *map, struct rt_str s)
{
	struct value *lines = value_list(f->arena);

	while (s.n > 0) {
		struct rt_str line = cut_literal(f->arena, &s,
		    literal_width(s) <= LITERAL_MAX ? LITERAL_MAX - 1
						    : LITERAL_MAX);

		if (s.n == 0)
			line = rt_arena_printf(f->arena, "%.*s,", RT_FMT(line));
		value_add(lines, value_text(f->arena, line));
	}
	value_set(map, "lines", lines);
}

static void
add_text(const struct fields *f, const char *name, struct rt_str text)
{
	size_t before = INDENT + strlen(".") + strlen(name) + strlen(" = ");
	struct rt_str s = text;

	if (text.p == NULL)
		return;
	if (before + literal_width(s) + strlen(",") <= COLUMNS) {
		add_expression(f, name, cut_literal(f->arena, &s, COLUMNS));
		return;
	}
	add_lines(f, add_field(f, name, true), s);
}

static void
add_sent(const struct fields *f, const char *name, struct rt_str text)
{
	if (text.p != NULL)
		add_text(f, name, shortened(f->arena, text));
}

static void
add_flag(const struct fields *f, const char *name, bool yes)
{
	if (yes)
		add_expression(f, name, RT_LIT("true"));
}

static const char *
in_expression(enum rt_in in)
{
	static const char *const names[] = {"0", "RT_IN_BODY", "RT_IN_PATH",
	    "RT_IN_QUERY", "RT_IN_HEADER", "RT_IN_COOKIE"};

	return names[in];
}

static void
add_request(const struct fields *f, struct rt_str op,
    const struct case_row *row)
{
	if (!row->stray)
		add_expression(f, "op",
		    rt_arena_printf(f->arena, "&api_%.*s", RT_FMT(op)));
	add_text(f, "why", row->why);
	if (row->method.p != NULL || row->stray)
		add_text(f, "method",
		    row->method.p != NULL
			? row->method
			: rt_str(rt_method_text(row->op->method)));
	add_sent(f, "target", row->target);
	add_text(f, "credentials", row->credentials);
	add_sent(f, "headers", row->headers);
	add_sent(f, "cookies", row->cookies);
	add_text(f, "media", row->media);
	add_sent(f, "body", row->body);
}

/* `op` is the C name of the row's operation. */
static struct value *
case_map(struct rt_arena *a, struct rt_str op, const struct case_row *row)
{
	struct fields f = {a, value_list(a)};
	struct value *map = value_map(a);

	add_text(&f, "id", row->id);
	add_request(&f, op, row);
	if (row->status != 0)
		add_expression(&f, "status",
		    rt_arena_printf(a, "%d", row->status));
	if (row->in != 0)
		add_expression(&f, "in", rt_str(in_expression(row->in)));
	add_text(&f, "place", row->place);
	add_text(&f, "keyword", row->keyword);
	add_flag(&f, "valid", row->valid);
	add_flag(&f, "among", row->among);
	add_text(&f, "allow", row->allow);
	add_text(&f, "schema", row->schema);
	add_sent(&f, "value", row->value);
	value_set(map, "fields", f.list);
	return map;
}

struct value *
case_values(struct rt_arena *a, const struct spec *spec, struct rt_str tag)
{
	struct cases cases = case_list(a, spec, tag);
	struct rt_str *names = plan_op_names(a, spec);
	struct value *map = value_map(a), *list = value_list(a);

	for (size_t i = 0; i < cases.n; i++) {
		const struct case_row *row = &cases.v[i];

		value_add(list, case_map(a, names[row->op - spec->ops], row));
	}
	value_set_text(map, "tag", tag);
	value_set_text(map, "file", plan_tag_file(a, spec, tag));
	value_set_printf(map, "banner",
	    "Code generated by kontract " PLAN_VERSION " from %s. DO NOT EDIT.",
	    spec->source->name);
	value_set(map, "cases", list);
	return map;
}
