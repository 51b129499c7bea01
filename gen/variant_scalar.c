/* Variants of types, enumerations, strings and numbers; see variant.h. */
#include "gen/variant.h"

/* --- Types --- */

static const struct {
	enum rt_type type;
	const char *name;
	const char *text; /* of a string or number */
	const char *why;
} type_samples[] = {
    {RT_NULL, "null", NULL, "is null"},
    {RT_BOOLEAN, "boolean", NULL, "is a boolean"},
    {RT_NUMBER, "number", "5", "is a number"},
    {RT_STRING, "string", "x", "is a string"},
    {RT_ARRAY, "array", NULL, "is an array"},
    {RT_OBJECT, "object", NULL, "is an object"},
};

static const struct instance *
type_sample(struct rt_arena *a, size_t i)
{
	switch (type_samples[i].type) {
	case RT_BOOLEAN:
		return instance_bool(a, true);
	case RT_NUMBER:
		return instance_number(a, rt_str(type_samples[i].text));
	case RT_STRING:
		return instance_string(a, rt_str(type_samples[i].text));
	case RT_ARRAY:
	case RT_OBJECT:
		return instance_empty(a, type_samples[i].type);
	case RT_INTEGER:
	case RT_NULL:
		break;
	}
	return instance_null(a);
}

/*
 * Every other type at the root; below it, null, one scalar and one that is
 * none, so that the number of cases stays in proportion.
 */
static bool
is_typical(unsigned types, enum rt_type wrong)
{
	switch (wrong) {
	case RT_NULL:
		return true;
	case RT_STRING:
		return true;
	case RT_NUMBER:
		return (types & RT_STRING) != 0;
	case RT_BOOLEAN:
		return false;
	case RT_ARRAY:
		return (types & RT_ARRAY) == 0;
	case RT_OBJECT:
	case RT_INTEGER:
		break;
	}
	return (types & RT_ARRAY) != 0;
}

static void
fractions(const struct site *at, const struct fault *f)
{
	const struct instance *value = site_value(at);
	struct rt_arena *a = at->out->arena;

	(void)site_refuses(at, f, "fraction", "has a fraction",
	    instance_number(a, RT_LIT("1.5")));
	if (value->type != RT_NUMBER || !rt_decimal_is_integer(value->text))
		return;
	site_accepts(at, "type", "point-zero", "is whole, written with .0",
	    instance_number(a,
		rt_arena_printf(a, "%.*s.0", RT_FMT(value->text))));
	(void)site_refuses(at, f, "text", "is a string of digits",
	    instance_string(a, value->text));
}

static void
part_types(const struct site *at, const struct schema *part)
{
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "type"};

	relaxed.types = sample_anything(at->out->arena)->types;
	f.relaxed = site_schema(at, part, &relaxed);
	for (size_t i = 0; i < RT_LEN(type_samples); i++) {
		enum rt_type type = type_samples[i].type;

		if (type == RT_NUMBER && (part->types & RT_INTEGER) != 0)
			continue;
		if ((part->types & type) == 0 &&
		    (at->depth == 0 || is_typical(part->types, type)))
			(void)site_refuses(at, &f, type_samples[i].name,
			    type_samples[i].why,
			    type_sample(at->out->arena, i));
	}
	if ((part->types & RT_INTEGER) != 0 && (part->types & RT_NUMBER) == 0)
		fractions(at, &f);
}

void
site_types(const struct site *at)
{
	const struct schema *s =
	    sample_folded(at->out->arena, site_schema(at, NULL, NULL));
	struct rt_arena *a = at->out->arena;

	for (size_t i = 0; i < at->n; i++)
		part_types(at, at->parts[i]);
	if ((s->types & RT_NULL) != 0)
		site_accepts(at, "type", "null-allowed",
		    "is null, which is allowed", instance_null(a));
	if ((s->types & RT_BOOLEAN) != 0) {
		site_accepts(at, "type", "true", "is true",
		    instance_bool(a, true));
		site_accepts(at, "type", "false", "is false",
		    instance_bool(a, false));
	}
}

/* --- enum and const --- */

/* A text with its letters in the other case. */
static struct rt_str
other_case(struct rt_arena *a, struct rt_str s)
{
	struct rt_str copy = rt_arena_copy(a, s);
	char *p = rt_arena_bytes(a, s.n + 1);

	for (size_t i = 0; i <= s.n; i++) {
		char c = copy.p[i];
		char lower = (char)(c | 32);

		p[i] = lower >= 'a' && lower <= 'z' ? (char)(c ^ 32) : c;
	}
	return (struct rt_str){p, s.n};
}

static void
refuse_others(const struct site *at, const struct fault *f,
    const struct instance *good)
{
	struct rt_arena *a = at->out->arena;

	if (good->type == RT_STRING) {
		(void)site_refuses(at, f, "other", "is another string",
		    instance_string(a,
			rt_arena_printf(a, "%.*sx", RT_FMT(good->text))));
		(void)site_refuses(at, f, "case",
		    "is written in the other case",
		    instance_string(a, other_case(a, good->text)));
	}
	if (good->type == RT_NUMBER)
		(void)site_refuses(at, f, "other", "is another number",
		    instance_number(a, RT_LIT("987654321")));
	if (good->type == RT_BOOLEAN)
		(void)site_refuses(at, f, "other", "is the other value",
		    instance_bool(a, !good->yes));
}

/* Words stand for themselves in an id. */
static const char *
value_name(struct rt_arena *a, const struct doc_node *value, size_t i)
{
	bool word = value->type == DOC_STRING && value->text.n > 0;

	for (size_t k = 0; word && k < value->text.n; k++) {
		char c = value->text.p[k];

		word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '_' || c == '-';
	}
	if (word)
		return rt_arena_printf(a, "is-%.*s", RT_FMT(value->text)).p;
	return rt_arena_printf(a, "is-%zu", i).p;
}

void
site_values(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part, .pointer = at->pointer};

	relaxed.enumeration = NULL;
	relaxed.constant = NULL;
	f.relaxed = site_schema(at, part, &relaxed);
	if (part->enumeration != NULL) {
		f.keyword = "enum";
		for (size_t i = 0; i < part->enumeration->n; i++)
			site_accepts(at, "enum",
			    value_name(a, part->enumeration->items[i], i),
			    "is one of the values",
			    instance_of_doc(a, part->enumeration->items[i]));
		refuse_others(at, &f,
		    instance_of_doc(a, part->enumeration->items[0]));
	}
	if (part->constant != NULL) {
		f.keyword = "const";
		refuse_others(at, &f, instance_of_doc(a, part->constant));
	}
}

/* --- Strings --- */

/* n times the same character. */
static const struct instance *
filled(struct rt_arena *a, const char *unit, size_t n)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	for (size_t i = 0; i < n; i++)
		rt_buf_cstr(&b, unit);
	return instance_string(a, rt_arena_copy(a, rt_buf_str(&b)));
}

static void
refuse_length(const struct site *at, const struct fault *f, const char *name,
    const char *why, size_t points)
{
	struct rt_arena *a = at->out->arena;

	if (site_refuses(at, f, name, why,
		sample_string(a, f->relaxed, points)))
		return;
	/* No string of that length keeps all other rules. */
	(void)site_refuses(at, f, name, why, filled(a, "a", points));
}

static void
min_length(const struct site *at, const struct schema *part)
{
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "minLength"};
	size_t n = (size_t)part->min_length;

	if (n == 0)
		return;
	relaxed.min_length = 0;
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "least",
	    rt_arena_printf(at->out->arena, "is %zu long, the least", n).p,
	    sample_string(at->out->arena, site_schema(at, NULL, NULL), n));
	refuse_length(at, &f, "under",
	    rt_arena_printf(at->out->arena, "is shorter than %zu", n).p, n - 1);
	if (n > 2)
		refuse_length(at, &f, "empty", "is empty", 0);
}

static void
max_length(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "maxLength"};
	size_t n = (size_t)part->max_length;

	if (part->max_length == SCHEMA_NO_MAX)
		return;
	relaxed.max_length = SCHEMA_NO_MAX;
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "most",
	    rt_arena_printf(a, "is %zu long, the most", n).p,
	    sample_string(a, site_schema(at, NULL, NULL), n));
	refuse_length(at, &f, "over",
	    rt_arena_printf(a, "is longer than %zu", n).p, n + 1);
	if (n == 0 || n > 4096)
		return;
	/* Code points count, not bytes and not UTF-16's units. */
	site_accepts(at, f.keyword, "most-two-bytes",
	    "is as long as allowed, in characters of two bytes",
	    filled(a, "\xc3\xa9", n));
	site_accepts(at, f.keyword, "most-four-bytes",
	    "is as long as allowed, in characters of four bytes",
	    filled(a, "\xf0\x9f\x8e\x81", n));
}

static void
pattern(const struct site *at, const struct schema *part)
{
	static const struct {
		const char *p;
		size_t n;
	} misses[] = {{"!", 1}, {" ", 1}, {"a", 1}, {"A", 1}, {"0", 1},
	    {"~", 1}, {"\xc3\xa9", 2}, {"a b", 3}, {"1799-12-31", 10},
	    {"2100-01-01", 10}, {"a\x7f", 2}, {"a\0b", 3}, {"", 0}};
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "pattern"};
	bool found = false;

	if (part->pattern.p == NULL)
		return;
	relaxed.pattern = (struct rt_str){0};
	f.relaxed = site_schema(at, part, &relaxed);
	for (size_t i = 0; i < RT_LEN(misses) && !found; i++) {
		struct rt_str text = {misses[i].p, misses[i].n};
		const struct instance *v = instance_string(a, text);

		if (text.n == 1)
			v = filled(a, misses[i].p,
			    part->min_length > 1 ? (size_t)part->min_length
						 : 1);
		if (instance_fits(a, f.relaxed, v))
			found = site_refuses(at, &f, "miss",
			    "does not match the pattern", v);
	}
}

static const struct {
	enum rt_format format;
	bool valid;
	const char *text;
} format_samples[] = {
    {RT_FORMAT_DATE, true, "2024-02-29"},
    {RT_FORMAT_DATE, false, "2026-02-30"},
    {RT_FORMAT_DATE, false, "2026-1-01"},
    {RT_FORMAT_DATE, false, "2026-11-21T00:00:00Z"},
    {RT_FORMAT_DATE, false, "tomorrow"},
    {RT_FORMAT_DATE_TIME, true, "2026-11-21T07:26:33.5+01:00"},
    {RT_FORMAT_DATE_TIME, true, "1998-12-31T23:59:60Z"},
    {RT_FORMAT_DATE_TIME, false, "2026-11-21"},
    {RT_FORMAT_DATE_TIME, false, "2026-11-21T07:26:33"},
    {RT_FORMAT_DATE_TIME, false, "2026-13-01T00:00:00Z"},
    {RT_FORMAT_UUID, true, "0B6E2F0C-6A5D-4F0E-9A3B-5B1D2C3E4F50"},
    {RT_FORMAT_UUID, false, "0b6e2f0c-6a5d-4f0e-9a3b-5b1d2c3e4f5"},
    {RT_FORMAT_UUID, false, "0b6e2f0c-6a5d-4f0e-9a3b-5b1d2c3e4f5g"},
    {RT_FORMAT_EMAIL, true, "a+b.c@mail.example.org"},
    {RT_FORMAT_EMAIL, false, "a.example.org"},
    {RT_FORMAT_EMAIL, false, "@example.org"},
    {RT_FORMAT_EMAIL, false, "a b@example.org"},
    {RT_FORMAT_URI, true, "https://example.org:8080/a%20b?c=d#e"},
    {RT_FORMAT_URI, false, "/relative/path"},
    {RT_FORMAT_URI, false, "https://exa mple.org/"},
    {RT_FORMAT_URI_REFERENCE, true, "../a?b"},
    {RT_FORMAT_URI_REFERENCE, false, "a b"},
    {RT_FORMAT_HOSTNAME, true, "a-1.example.org"},
    {RT_FORMAT_HOSTNAME, false, "-a.example.org"},
    {RT_FORMAT_HOSTNAME, false, "a b"},
    {RT_FORMAT_IPV4, true, "255.255.255.255"},
    {RT_FORMAT_IPV4, false, "256.0.0.1"},
    {RT_FORMAT_IPV4, false, "192.0.2"},
    {RT_FORMAT_IPV6, true, "::ffff:192.0.2.1"},
    {RT_FORMAT_IPV6, false, "2001:db8:::1"},
    {RT_FORMAT_IPV6, false, "192.0.2.1"},
    {RT_FORMAT_BYTE, true, "YWI="},
    {RT_FORMAT_BYTE, false, "YWI"},
    {RT_FORMAT_BYTE, false, "Y!=="},
    {RT_FORMAT_TIME, true, "23:59:60.5+00:00"},
    {RT_FORMAT_TIME, false, "24:00:00Z"},
    {RT_FORMAT_TIME, false, "07:26:33"},
    {RT_FORMAT_DURATION, true, "P1Y2M3DT4H5M6S"},
    {RT_FORMAT_DURATION, false, "P1Y1D"},
    {RT_FORMAT_DURATION, false, "1D"},
    {RT_FORMAT_IDN_EMAIL, true, "d\xc3\xb6rte@example.org"},
    {RT_FORMAT_IDN_EMAIL, false, "d\xc3\xb6rte.example.org"},
    {RT_FORMAT_IDN_HOSTNAME, true, "d\xc3\xb6rte.example"},
    {RT_FORMAT_IDN_HOSTNAME, false, "-d\xc3\xb6rte.example"},
    {RT_FORMAT_IRI, true, "https://example.org/d\xc3\xb6rte"},
    {RT_FORMAT_IRI, false, "/d\xc3\xb6rte"},
    {RT_FORMAT_IRI_REFERENCE, true, "../d\xc3\xb6rte"},
    {RT_FORMAT_IRI_REFERENCE, false, "d\xc3\xb6r te"},
    {RT_FORMAT_URI_TEMPLATE, true, "/persons{/id}{?page,limit}"},
    {RT_FORMAT_URI_TEMPLATE, false, "/persons/{id"},
    {RT_FORMAT_JSON_POINTER, true, "/a~1b/0"},
    {RT_FORMAT_JSON_POINTER, false, "a/b"},
    {RT_FORMAT_JSON_POINTER, false, "/a~2"},
    {RT_FORMAT_RELATIVE_JSON_POINTER, true, "10/a"},
    {RT_FORMAT_RELATIVE_JSON_POINTER, false, "/a"},
    {RT_FORMAT_REGEX, true, "^[a-z]+(-[0-9])?$"},
    {RT_FORMAT_REGEX, false, "(a"},
};

static void
format(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "format"};
	unsigned hits = 0, misses = 0;

	relaxed.format = 0;
	f.relaxed = site_schema(at, part, &relaxed);
	for (size_t i = 0; i < RT_LEN(format_samples); i++) {
		const struct instance *v =
		    instance_string(a, rt_str(format_samples[i].text));

		if (format_samples[i].format != part->format)
			continue;
		if (format_samples[i].valid)
			site_accepts(at, f.keyword,
			    rt_arena_printf(a, "hit-%u", ++hits).p,
			    "is of the format", v);
		else
			(void)site_refuses(at, &f,
			    rt_arena_printf(a, "miss-%u", ++misses).p,
			    "is not of the format", v);
	}
}

void
site_string(const struct site *at, const struct schema *part)
{
	if ((part->types & RT_STRING) == 0)
		return;
	min_length(at, part);
	max_length(at, part);
	pattern(at, part);
	if (part->format != 0)
		format(at, part);
}
