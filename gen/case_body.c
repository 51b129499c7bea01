/* Cases about bodies; see case.h. */
#include "gen/case.h"
#include "gen/variant.h"

/* --- Examples and whole values --- */

static void
about_body(const struct making *m, struct case_row *row)
{
	row->in = RT_IN_BODY;
	row->place = RT_LIT("");
	if (m->op->bodies->schema != NULL)
		row->schema =
		    doc_pointer(m->arena, m->op->bodies->schema->node);
}

void
case_examples(struct making *m)
{
	const struct spec_media *body = m->op->bodies;
	struct case_row row = case_base(m);

	row.why = RT_LIT("it is made of the contract's examples");
	if (m->op->n_bodies == 0) {
		case_add(m, row, "example");
		return;
	}
	for (size_t i = 0; i < body->examples.n; i++) {
		const struct spec_example *e = &body->examples.v[i];
		const struct instance *v = instance_of_doc(m->arena, e->value);

		if (body->schema != NULL &&
		    !instance_fits(m->arena, body->schema, v))
			continue;
		about_body(m, &row);
		row.keyword = RT_LIT("example");
		row.body = instance_json(m->arena, v);
		case_add(m, row, "example/%.*s", RT_FMT(e->name));
	}
}

/*
 * The value with what the good body says of its members: an example is more
 * likely to please the handler.
 */
static const struct instance *
with_good_members(const struct making *m, const struct instance *v)
{
	const struct instance *better = v;

	for (size_t i = 0; v->type == RT_OBJECT && i < v->n; i++) {
		struct rt_str name = v->parts[i].name;
		const struct instance *good = instance_get(m->body, name);

		if (good != NULL)
			better = instance_with(m->arena, better,
			    instance_pointer(m->arena, RT_LIT(""), name), good);
	}
	return instance_fits(m->arena, m->op->bodies->schema, better) ? better
								      : v;
}

static void
add_whole(struct making *m, const char *name, const struct instance *v)
{
	struct case_row row = case_base(m);

	if (v == NULL)
		return;
	v = with_good_members(m, v);
	about_body(m, &row);
	row.status = 0;
	row.keyword = rt_str(name);
	row.why = rt_arena_printf(m->arena, "the body is %s", name);
	row.body = instance_json(m->arena, v);
	case_add(m, row, "body/%s", name);
}

/* --- Variants --- */

/* "/a/b" reads as a place in a sentence; the root has no name. */
static struct rt_str
place_name(struct rt_str pointer)
{
	return pointer.n == 0 ? RT_LIT("the body") : pointer;
}

static void
add_variant(struct making *m, const struct variant *v)
{
	struct case_row row = case_base(m);

	about_body(m, &row);
	row.place = v->pointer;
	row.keyword = rt_str(v->keyword);
	row.body = instance_json(m->arena, v->value);
	row.valid = v->valid;
	row.among = v->among;
	row.status = v->valid ? 0 : m->op->invalid_status;
	row.why = rt_arena_printf(m->arena, "%.*s %s",
	    RT_FMT(place_name(v->pointer)), v->why);
	if ((int64_t)row.body.n > m->op->body_max)
		return;
	case_add(m, row, "body%.*s/%s/%s", RT_FMT(v->pointer), v->keyword,
	    v->name);
}

static void
empty_body(struct making *m)
{
	struct case_row row = case_base(m);

	row.media = (struct rt_str){0};
	row.body = (struct rt_str){0};
	row.in = RT_IN_BODY;
	row.place = RT_LIT("");
	row.keyword = RT_LIT("required");
	row.valid = !m->op->body_required;
	row.status = row.valid ? 0 : m->op->invalid_status;
	row.why = RT_LIT("the body is missing");
	case_add(m, row, "body/required/missing");
}

void
case_bodies(struct making *m)
{
	const struct spec_media *body = m->op->bodies;
	struct variants variants;

	if (m->body == NULL)
		return;
	empty_body(m);
	if (body->schema == NULL)
		return;
	add_whole(m, "minimal",
	    sample_value(m->arena, body->schema, SAMPLE_MINIMAL));
	add_whole(m, "maximal",
	    sample_value(m->arena, body->schema, SAMPLE_MAXIMAL));
	variants = variants_of(m->arena, body->schema, m->body);
	for (size_t i = 0; i < variants.n; i++)
		add_variant(m, &variants.v[i]);
}

/* --- Bodies that are no JSON --- */

static void
malformed(struct making *m, const char *name, const char *why,
    struct rt_str text)
{
	struct case_row row = case_base(m);
	struct rt_json_error err;

	if (rt_json_parse(m->arena, text, &rt_json_default_limits, &err) !=
	    NULL)
		return;
	row.body = text;
	row.valid = false;
	row.status = 400;
	row.why = rt_arena_printf(m->arena, "the body %s", why);
	case_add(m, row, "syntax/%s", name);
}

static struct rt_str
single_quoted(struct rt_arena *a, struct rt_str json)
{
	char *p = rt_arena_bytes(a, json.n);

	for (size_t i = 0; i < json.n; i++)
		p[i] = json.p[i] == '"' ? '\'' : json.p[i];
	return (struct rt_str){p, json.n};
}

static struct rt_str
nested(struct rt_arena *a, size_t depth)
{
	char *p = rt_arena_bytes(a, 2 * depth);

	memset(p, '[', depth);
	memset(p + depth, ']', depth);
	return (struct rt_str){p, 2 * depth};
}

/* A string somewhere in a document, with bytes that can't be in one. */
static const struct {
	const char *name, *why, *text;
} malformed_texts[] = {
    {"nan", "is a bare NaN", "NaN"},
    {"infinity", "has an infinite number", "{\"a\":-Infinity}"},
    {"leading-zero", "has a number with a leading zero", "{\"a\":01}"},
    {"plus", "has a number with a plus sign", "{\"a\":+1}"},
    {"hex", "has a hexadecimal number", "{\"a\":0x1}"},
    {"bare-name", "has a name without quotes", "{a:1}"},
    {"comment", "has a comment", "{\"a\":1/**/}"},
    {"trailing-comma", "has a comma behind the last member", "{\"a\":1,}"},
    {"duplicate-name", "has a name twice", "{\"a\":1,\"a\":1}"},
    {"duplicate-escaped", "has a name twice, once escaped",
	"{\"a\":1,\"\\u0061\":1}"},
    {"lone-surrogate", "has half a surrogate pair", "{\"a\":\"\\ud800\"}"},
    {"surrogate-order", "has a surrogate pair in the wrong order",
	"{\"a\":\"\\udc00\\ud800\"}"},
    {"control", "has a bare control character", "{\"a\":\"\x01\"}"},
    {"escape", "has an escape that is none", "{\"a\":\"\\x41\"}"},
    {"utf-8", "is not UTF-8", "{\"a\":\"\xff\"}"},
    {"utf-8-overlong", "has an overlong UTF-8 sequence",
	"{\"a\":\"\xc0\xaf\"}"},
    {"utf-8-surrogate", "has a surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}"},
    {"byte-order-mark", "begins with a byte order mark", "\xef\xbb\xbf{}"},
    {"blank", "is nothing but spaces", "  "},
    {"open-string", "ends inside a string", "{\"a"},
};

void
case_syntax(struct making *m)
{
	struct rt_arena *a = m->arena;
	struct rt_str good;

	if (m->body == NULL)
		return;
	good = instance_json(a, m->body);
	malformed(m, "cut-off", "is cut off",
	    (struct rt_str){good.p, good.n - 1});
	malformed(m, "trailing", "has something behind it",
	    rt_arena_printf(a, "%.*s x", RT_FMT(good)));
	malformed(m, "two-documents", "is two documents",
	    rt_arena_printf(a, "%.*s%.*s", RT_FMT(good), RT_FMT(good)));
	malformed(m, "single-quotes", "has single quotes",
	    single_quoted(a, good));
	malformed(m, "too-deep", "is nested too deep", nested(a, 500));
	for (size_t i = 0; i < RT_LEN(malformed_texts); i++)
		malformed(m, malformed_texts[i].name, malformed_texts[i].why,
		    rt_str(malformed_texts[i].text));
}
