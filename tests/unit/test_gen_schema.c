#include "gen/schema.h"

#include "gen_fixture.h"
#include "test.h"

/* Whether the schema takes the instance; the keyword that refuses it. */
static const char *
refusal(const char *schema, const char *json)
{
	struct gen_fixture f;
	struct rt_json_error err;
	const char *keyword = "";
	const struct rt_node *v;
	const struct schema *s;

	gen_open(&f, schema);
	CHECK(f.root != NULL);
	s = schema_at(schema_set_open(documents_open(f.arena, f.diag, f.root)),
	    f.root);
	CHECK_INT(diag_errors(f.diag), 0);
	v = rt_json_parse(f.arena, rt_str(json), &rt_json_default_limits, &err);
	CHECK(v != NULL);
	if (schema_accepts(f.arena, s, v, &keyword, NULL))
		keyword = "";
	gen_close(&f);
	return keyword;
}

TEST(instances_are_judged)
{
	static const struct {
		const char *schema, *json, *keyword;
	} rows[] = {
	    {"{type: string}", "\"a\"", ""},
	    {"{type: string}", "1", "type"},
	    {"{type: [string, 'null']}", "null", ""},
	    {"{type: string, nullable: true}", "null", ""},
	    {"{minimum: 1, exclusiveMinimum: true}", "1", "exclusiveMinimum"},
	    {"{maximum: 1, exclusiveMaximum: false}", "1", ""},
	    {"{dependencies: {a: [b]}}", "{\"a\":1}", "dependentRequired"},
	    {"{dependencies: {a: {required: [b]}}}", "{\"a\":1}", "required"},
	    {"{$recursiveAnchor: true, type: object, properties: "
	     "{a: {$recursiveRef: '#'}}}",
		"{\"a\":{\"a\":1}}", "type"},
	    {"{enum: [a, a]}", "\"a\"", ""},
	    {"{items: [{type: string}], additionalItems: false}", "[\"a\"]",
		""},
	    {"{items: [{type: string}], additionalItems: false}", "[1]",
		"type"},
	    {"{items: [{type: string}], additionalItems: false}", "[\"a\",1]",
		"false"},
	    {"{items: [], additionalItems: {type: string}}", "[1]", "type"},
	    {"{min_items: 1, xml: {wrapped: true}}", "[]", ""},
	    {"{type: integer}", "1.0", ""},
	    {"{type: integer}", "1e2", ""},
	    {"{type: integer}", "1.5", "type"},
	    {"{type: number}", "1.5", ""},
	    {"{minLength: 2}", "\"\xc3\xa4\"", "minLength"},
	    {"{maxLength: 1}", "\"\xc3\xa4\"", ""},
	    {"{maxLength: 1}", "7", ""},
	    {"{pattern: '^a+$'}", "\"aa\"", ""},
	    {"{pattern: '^a+$'}", "\"ab\"", "pattern"},
	    {"{pattern: 'b'}", "\"abc\"", ""},
	    {"{type: string, format: uuid}", "\"x\"", "format"},
	    {"{minimum: 1}", "1", ""},
	    {"{minimum: 1}", "0.999", "minimum"},
	    {"{maximum: 9007199254740993}", "9007199254740994", "maximum"},
	    {"{maximum: 9007199254740993}", "9007199254740993", ""},
	    {"{exclusiveMinimum: 1}", "1", "exclusiveMinimum"},
	    {"{exclusiveMaximum: 1}", "1.0", "exclusiveMaximum"},
	    {"{multipleOf: 0.1}", "0.3", ""},
	    {"{multipleOf: 0.1}", "0.35", "multipleOf"},
	    {"{type: integer, format: int32}", "2147483648", "format"},
	    {"{minItems: 1}", "[]", "minItems"},
	    {"{maxItems: 1}", "[1,2]", "maxItems"},
	    {"{uniqueItems: true}", "[1,1.0]", "uniqueItems"},
	    {"{uniqueItems: true}", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]",
		"uniqueItems"},
	    {"{items: {type: string}}", "[\"a\",1]", "type"},
	    {"{required: [a]}", "{}", "required"},
	    {"{required: [a]}", "[]", ""},
	    {"{properties: {a: {type: string}}}", "{\"a\":1}", "type"},
	    {"{additionalProperties: false}", "{\"a\":1}",
		"additionalProperties"},
	    {"{additionalProperties: {type: string}}", "{\"a\":1}", "type"},
	    {"{minProperties: 1}", "{}", "minProperties"},
	    {"{maxProperties: 0}", "{\"a\":1}", "maxProperties"},
	    {"{enum: [a, 1]}", "1.0", ""},
	    {"{enum: [a, 1]}", "\"b\"", "enum"},
	    {"{const: {a: [1]}}", "{\"a\":[1]}", ""},
	    {"{const: 1}", "2", "const"},
	    {"{allOf: [{minLength: 2}, {maxLength: 3}]}", "\"a\"", "minLength"},
	    {"{anyOf: [{type: string}, {type: integer}]}", "1.5", "anyOf"},
	    {"{oneOf: [{minimum: 1}, {minimum: 2}]}", "2", "oneOf"},
	    {"{oneOf: [{minimum: 1}, {minimum: 2}]}", "1", ""},
	    {"{not: {type: string}}", "\"a\"", "not"},
	    {"false", "1", "false"},
	    {"true", "1", ""},
	    {"{}", "1", ""},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		const char *got = refusal(rows[i].schema, rows[i].json);

		if (strcmp(got, rows[i].keyword) != 0)
			fprintf(stderr, "%s with %s: '%s'\n", rows[i].schema,
			    rows[i].json, got);
		CHECK(strcmp(got, rows[i].keyword) == 0);
	}
}

/* The same node is one schema, by whatever way it is reached. */
TEST(references_share_a_schema)
{
	struct gen_fixture f;
	struct schema_set *set;
	const struct schema *s;

	gen_open(&f,
	    "{properties: {a: {$ref: '#/$defs/x'}, "
	    "b: {$ref: '#/$defs/x'}}, $comment: hi}");
	set = schema_set_open(documents_open(f.arena, f.diag, f.root));
	s = schema_at(set, f.root);
	CHECK_INT(s->n_properties, 2);
	CHECK(diag_errors(f.diag) > 0); /* there is no $defs here */
	gen_close(&f);

	gen_open(&f,
	    "{properties: {a: {type: string}, "
	    "b: {$ref: '#/properties/a'}}}");
	set = schema_set_open(documents_open(f.arena, f.diag, f.root));
	s = schema_at(set, f.root);
	CHECK(s->properties[0].schema == s->properties[1].schema);
	CHECK_INT(schema_count(set), 2);
	CHECK_INT(diag_errors(f.diag), 0);
	gen_close(&f);
}

TEST(a_default_that_breaks_its_schema_is_dropped)
{
	struct gen_fixture f;
	struct schema_set *set;
	const struct schema *s;

	gen_open(&f,
	    "{properties: {a: {type: integer, default: x}, "
	    "b: {type: integer, default: 1}, "
	    "c: {type: string, default: null}, "
	    "d: {default: {}, required: [id], properties: "
	    "{id: {readOnly: true}}}}}");
	set = schema_set_open(documents_open(f.arena, f.diag, f.root));
	s = schema_at(set, f.root);
	s = schema_view(set, s, SCHEMA_REQUEST);
	schema_finish(set);
	CHECK_INT(diag_errors(f.diag), 0);
	CHECK_INT(diag_warnings(f.diag), 2);
	CHECK(s->properties[0].schema->fallback == NULL);
	CHECK(s->properties[1].schema->fallback != NULL);
	CHECK(s->properties[2].schema->fallback == NULL);
	CHECK(s->properties[3].schema->fallback != NULL);
	gen_close(&f);
}

TEST(the_place_of_a_missing_member_is_named)
{
	struct gen_fixture f;
	struct rt_json_error err;
	struct rt_str pointer;
	const char *keyword;
	const struct schema *s;
	const struct rt_node *v;

	gen_open(&f, "{items: {required: ['a/b']}}");
	s = schema_at(schema_set_open(documents_open(f.arena, f.diag, f.root)),
	    f.root);
	v = rt_json_parse(f.arena, RT_LIT("[{\"a/b\":1},{}]"),
	    &rt_json_default_limits, &err);
	CHECK(!schema_accepts(f.arena, s, v, &keyword, &pointer));
	CHECK_STR(pointer, "/1/a~1b");
	CHECK(strcmp(keyword, "required") == 0);
	gen_close(&f);
}
