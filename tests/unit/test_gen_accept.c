/* The keywords that look at parts, or at what other keywords have done; the
 * others are in test_gen_schema.c. */
#include "gen/schema.h"

#include "gen_fixture.h"
#include "test.h"

/* What refuses the instance, as "keyword" or "keyword at /pointer"; "" for an
 * instance that is accepted. */
static struct rt_str
refusal(struct gen_fixture *f, const char *schema, const char *json)
{
	struct rt_json_error err;
	struct rt_str pointer;
	const char *keyword;
	const struct rt_node *v;
	const struct schema *s;

	gen_open(f, schema);
	CHECK(f->root != NULL);
	s = schema_at(
	    schema_set_open(documents_open(f->arena, f->diag, f->root)),
	    f->root);
	if (diag_errors(f->diag) > 0)
		diag_print(f->diag, stderr);
	CHECK_INT(diag_errors(f->diag), 0);
	v = rt_json_parse(f->arena, rt_str(json), &rt_json_default_limits,
	    &err);
	CHECK(v != NULL);
	if (schema_accepts(f->arena, s, v, &keyword, &pointer))
		return RT_LIT("");
	return rt_arena_printf(f->arena, pointer.n == 0 ? "%s" : "%s at %.*s",
	    keyword, RT_FMT(pointer));
}

struct row {
	const char *schema, *json, *want;
};

static void
judge(const struct row *rows, size_t n)
{
	struct gen_fixture f;

	for (size_t i = 0; i < n; i++) {
		struct rt_str got = refusal(&f, rows[i].schema, rows[i].json);

		if (!rt_str_is(got, rows[i].want))
			fprintf(stderr, "%s with %s: '%.*s'\n", rows[i].schema,
			    rows[i].json, RT_FMT(got));
		CHECK(rt_str_is(got, rows[i].want));
		gen_close(&f);
	}
}

TEST(items_are_judged)
{
	static const struct row rows[] = {
	    {"{prefixItems: [{type: string}], items: {type: integer}}",
		"[\"a\",1]", ""},
	    {"{prefixItems: [{type: string}], items: {type: integer}}", "[1,1]",
		"type at /0"},
	    {"{prefixItems: [{type: string}], items: {type: integer}}",
		"[\"a\",\"b\"]", "type at /1"},
	    {"{prefixItems: [{type: string}]}", "[\"a\",1]", ""},
	    {"{prefixItems: [true, {type: string}]}", "[1]", ""},
	    {"{contains: {const: 1}}", "[2,1]", ""},
	    {"{contains: {const: 1}}", "[2]", "contains"},
	    {"{contains: {const: 1}}", "{}", ""},
	    {"{contains: {const: 1}, minContains: 0}", "[2]", ""},
	    {"{contains: {const: 1}, minContains: 2}", "[1,2]", "minContains"},
	    {"{contains: {const: 1}, maxContains: 1}", "[1,1]", "maxContains"},
	    {"{contains: {const: 1}, maxContains: 1}", "[1,2]", ""},
	    {"{minContains: 2}", "[]", ""},
	};

	judge(rows, RT_LEN(rows));
}

TEST(members_are_judged)
{
	static const struct row rows[] = {
	    {"{patternProperties: {'^a': {type: string}}}", "{\"ab\":1}",
		"type at /ab"},
	    {"{patternProperties: {'^a': {type: string}}}", "{\"ba\":1}", ""},
	    {"{patternProperties: {'^a': true}, additionalProperties: false}",
		"{\"ab\":1}", ""},
	    {"{patternProperties: {'^a': true}, additionalProperties: false}",
		"{\"b\":1}", "additionalProperties at /b"},
	    {"{properties: {ab: true}, patternProperties: {'^a': false}}",
		"{\"ab\":1}", "false at /ab"},
	    {"{propertyNames: {maxLength: 1}}", "{\"a\":1}", ""},
	    {"{dependentRequired: {a: [b]}}", "{\"a\":1}",
		"dependentRequired at /b"},
	    {"{dependentRequired: {a: [b]}}", "{\"b\":1}", ""},
	    {"{dependentSchemas: {a: {maxProperties: 1}}}", "{\"a\":1,\"b\":1}",
		"maxProperties"},
	    {"{dependentSchemas: {a: {maxProperties: 1}}}", "{\"b\":1,\"c\":1}",
		""},
	};

	judge(rows, RT_LEN(rows));
}

TEST(a_name_is_refused)
{
	struct gen_fixture f;
	struct rt_str got =
	    refusal(&f, "{propertyNames: {maxLength: 1}}", "{\"ab\":1}");

	CHECK(rt_str_starts(got, "maxLength"));
	gen_close(&f);
}

TEST(conditions_are_judged)
{
	static const struct row rows[] = {
	    {"{if: {const: 1}, then: {type: string}}", "1", "type"},
	    {"{if: {const: 1}, then: {type: string}}", "2", ""},
	    {"{if: {const: 1}, else: {type: string}}", "2", "type"},
	    {"{if: {const: 1}, else: {type: string}}", "1", ""},
	    {"{then: {type: string}}", "1", ""},
	};

	judge(rows, RT_LEN(rows));
}

TEST(unevaluated_members_are_found)
{
	static const struct row rows[] = {
	    {"{properties: {a: true}, unevaluatedProperties: false}",
		"{\"a\":1}", ""},
	    {"{properties: {a: true}, unevaluatedProperties: false}",
		"{\"a\":1,\"b\":1}", "unevaluatedProperties at /b"},
	    {"{allOf: [{properties: {a: true}}], "
	     "unevaluatedProperties: {type: string}}",
		"{\"a\":1,\"b\":1}", "type at /b"},
	    {"{anyOf: [{properties: {a: {type: string}}}, "
	     "{properties: {b: true}}], unevaluatedProperties: false}",
		"{\"a\":1,\"b\":1}", "unevaluatedProperties at /a"},
	    {"{oneOf: [{required: [b], properties: {b: true}}, "
	     "{required: [c], properties: {c: true}}], "
	     "unevaluatedProperties: false}",
		"{\"b\":1}", ""},
	    {"{if: {properties: {a: {const: 1}}, required: [a]}, "
	     "then: {properties: {b: true}}, unevaluatedProperties: false}",
		"{\"a\":1,\"b\":1}", ""},
	    {"{if: {properties: {a: {const: 1}}, required: [a]}, "
	     "else: {properties: {b: true}}, unevaluatedProperties: false}",
		"{\"a\":2,\"b\":1}", "unevaluatedProperties at /a"},
	    {"{dependentSchemas: {a: {properties: {a: true, b: true}}}, "
	     "unevaluatedProperties: false}",
		"{\"a\":1,\"b\":1}", ""},
	    {"{dependentSchemas: {a: {properties: {b: true}}}, "
	     "unevaluatedProperties: false}",
		"{\"b\":1}", "unevaluatedProperties at /b"},
	    {"{not: {not: {properties: {a: true}}}, "
	     "unevaluatedProperties: false}",
		"{\"a\":1}", "unevaluatedProperties at /a"},
	    {"{allOf: [{unevaluatedProperties: true}], "
	     "unevaluatedProperties: false}",
		"{\"a\":1}", ""},
	    {"{allOf: [{properties: {a: true}}, "
	     "{unevaluatedProperties: false}]}",
		"{\"a\":1}", "unevaluatedProperties at /a"},
	    {"{additionalProperties: true, unevaluatedProperties: false}",
		"{\"a\":1}", ""},
	    {"{$ref: '#/$defs/x', $defs: {x: {patternProperties: {a: true}}}, "
	     "unevaluatedProperties: false}",
		"{\"a\":1,\"b\":1}", "unevaluatedProperties at /b"},
	};

	judge(rows, RT_LEN(rows));
}

TEST(unevaluated_items_are_found)
{
	static const struct row rows[] = {
	    {"{prefixItems: [true], unevaluatedItems: false}", "[1]", ""},
	    {"{prefixItems: [true], unevaluatedItems: false}", "[1,2]",
		"unevaluatedItems at /1"},
	    {"{contains: {const: 1}, unevaluatedItems: {type: string}}",
		"[\"a\",1]", ""},
	    {"{contains: {const: 1}, unevaluatedItems: {type: string}}",
		"[2,1]", "type at /0"},
	    {"{anyOf: [{prefixItems: [true, {const: 1}]}, "
	     "{prefixItems: [true]}], unevaluatedItems: false}",
		"[1,2]", "unevaluatedItems at /1"},
	    {"{allOf: [{items: true}], unevaluatedItems: false}", "[1,2]", ""},
	    {"{unevaluatedItems: false}", "{\"a\":1}", ""},
	};

	judge(rows, RT_LEN(rows));
}

TEST(references_are_followed)
{
	static const struct row rows[] = {
	    {"{$ref: '#/$defs/x', maxLength: 3, $defs: {x: {minLength: 2}}}",
		"\"a\"", "minLength"},
	    {"{$ref: '#/$defs/x', maxLength: 3, $defs: {x: {minLength: 2}}}",
		"\"abcd\"", "maxLength"},
	    {"{properties: {next: {$ref: '#'}}, additionalProperties: false}",
		"{\"next\":{\"next\":{\"x\":1}}}",
		"additionalProperties at /next/next/x"},
	};

	judge(rows, RT_LEN(rows));
}

/* The same $dynamicRef leads to integers from the outside and to strings by
 * way of /a, whose resource has an anchor of its own. */
TEST(dynamic_references_depend_on_the_way)
{
	static const char schema[] =
	    "{$id: 'http://x/root', properties: {a: {$ref: strings}, "
	    "b: {$ref: list}}, $defs: {"
	    "strings: {$id: strings, $ref: list, "
	    "$defs: {i: {$dynamicAnchor: item, type: string}}}, "
	    "list: {$id: list, items: {$dynamicRef: '#item'}, "
	    "$defs: {i: {$dynamicAnchor: item, type: integer}}}}}";
	static const struct row rows[] = {
	    {schema, "{\"a\":[\"x\"],\"b\":[1]}", ""},
	    {schema, "{\"a\":[1]}", "type at /a/0"},
	    {schema, "{\"b\":[\"x\"]}", "type at /b/0"},
	};

	judge(rows, RT_LEN(rows));
}

/* A reference to itself has no answer; the question must end all the same. */
TEST(endless_schemas_end)
{
	struct gen_fixture f;
	struct rt_str got = refusal(&f, "{allOf: [{$ref: '#'}]}", "1");

	CHECK_STR(got, "too much work");
	gen_close(&f);
	got = refusal(&f, "{not: {$ref: '#'}}", "1");
	CHECK_STR(got, "too much work");
	gen_close(&f);
}

/* Each level asks twice about the one below. */
TEST(work_is_bounded)
{
	struct gen_fixture f;
	struct rt_arena *a = rt_arena_open((size_t)1 << 20, NULL, NULL);
	struct rt_buf b = rt_buf(a, SIZE_MAX);
	struct rt_str got;

	rt_buf_cstr(&b, "{$ref: '#/$defs/d0', minLength: 0, $defs: {");
	for (int i = 0; i < 60; i++)
		rt_buf_printf(&b,
		    "d%d: {anyOf: [{$ref: '#/$defs/d%d', minLength: 1}, "
		    "{$ref: '#/$defs/d%d', minLength: 1}]}, ",
		    i, i + 1, i + 1);
	rt_buf_cstr(&b, "d60: {maxLength: 3}}}");
	rt_buf_byte(&b, '\0');
	got = refusal(&f, rt_buf_str(&b).p, "\"abcde\"");
	CHECK_STR(got, "too much work");
	gen_close(&f);
	rt_arena_close(a);
}
