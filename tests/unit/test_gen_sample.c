#include "tests/unit/schema_fixture.h"

static struct rt_str
minimal(const char *schema)
{
	return fixture_json(sample_value(fixture_arena(),
	    fixture_schema(schema), SAMPLE_MINIMAL));
}

static struct rt_str
maximal(const char *schema)
{
	return fixture_json(sample_value(fixture_arena(),
	    fixture_schema(schema), SAMPLE_MAXIMAL));
}

TEST(what_is_declared_is_preferred)
{
	CHECK_STR(minimal("{const: 7}"), "7");
	CHECK_STR(minimal("{enum: [b, a]}"), "\"b\"");
	CHECK_STR(minimal("{enum: [b, a], examples: [a]}"), "\"a\"");
	CHECK_STR(minimal("{type: string, examples: [Ada]}"), "\"Ada\"");
	CHECK_STR(minimal("{type: integer, default: 20}"), "20");
	/* An example that is wrong is not used. */
	CHECK_STR(minimal("{type: string, maxLength: 1, examples: [Ada]}"),
	    "\"a\"");
}

TEST(strings_keep_every_rule)
{
	CHECK_STR(minimal("{type: string, minLength: 3}"), "\"aaa\"");
	CHECK_STR(minimal("{type: string, pattern: '^[A-Z]{2}-[0-9]$'}"),
	    "\"AA-0\"");
	CHECK_STR(minimal("{type: string, format: date}"), "\"2026-11-21\"");
	CHECK_STR(minimal("{type: string, format: email, minLength: 16}"),
	    "\"aaaa@example.org\"");
	CHECK_STR(minimal("{type: string, minLength: 2, maxLength: 1}"),
	    "none");
}

TEST(numbers_keep_every_rule)
{
	CHECK_STR(minimal("{type: integer, minimum: 5}"), "10");
	CHECK_STR(minimal("{type: number, exclusiveMinimum: 2, "
			  "exclusiveMaximum: 2.5}"),
	    "2.1");
	CHECK_STR(minimal("{type: integer, minimum: 11, multipleOf: 7}"), "14");
	CHECK_STR(minimal("{type: integer, maximum: -11, multipleOf: 7}"),
	    "-14");
	CHECK_STR(minimal("{type: integer, multipleOf: 7, minimum: 1}"), "7");
	CHECK_STR(minimal("{type: integer, minimum: 3, maximum: 2}"), "none");
}

TEST(objects_have_what_is_asked_for)
{
	static const char schema[] =
	    "{type: object, required: [a], properties: {a: {type: integer}, "
	    "b: {type: boolean}, c: {type: 'null'}}}";

	CHECK_STR(minimal(schema), "{\"a\":1}");
	CHECK_STR(maximal(schema), "{\"a\":1,\"b\":true,\"c\":null}");
	CHECK_STR(minimal("{type: object, required: [x]}"), "{\"x\":\"x\"}");
	CHECK_STR(minimal("{type: object, minProperties: 2, "
			  "additionalProperties: {type: integer}}"),
	    "{\"key1\":1,\"key2\":1}");
}

TEST(arrays_have_what_is_asked_for)
{
	CHECK_STR(minimal("{type: array, items: {type: integer}}"), "[]");
	CHECK_STR(maximal("{type: array, items: {type: integer}}"), "[1]");
	CHECK_STR(maximal("{type: array, maxItems: 0}"), "[]");
	CHECK_STR(minimal("{type: array, minItems: 3, uniqueItems: true, "
			  "items: {type: string}}"),
	    "[\"a\",\"a1\",\"a2\"]");
	CHECK_STR(minimal("{type: array, minItems: 3, uniqueItems: true, "
			  "items: {enum: [x, y]}}"),
	    "none");
}

TEST(parts_of_all_of_hold_together)
{
	CHECK_STR(minimal("{allOf: [{type: object, required: [a], properties: "
			  "{a: {type: string}}}, {required: [b], properties: "
			  "{a: {minLength: 2}, b: {type: integer}}}]}"),
	    "{\"a\":\"aa\",\"b\":1}");
	CHECK_STR(minimal("{allOf: [{type: integer}, {type: string}]}"),
	    "none");
}

TEST(a_branch_of_a_union_is_chosen)
{
	CHECK_STR(minimal("{anyOf: [false, {type: boolean}]}"), "true");
	CHECK_STR(minimal("{oneOf: [{type: integer}, {type: number}]}"), "0.5");
	CHECK_STR(minimal("{type: object, properties: {a: {type: integer}, "
			  "b: {type: integer}}, anyOf: [{required: [b]}]}"),
	    "{\"b\":1}");
}

TEST(recursion_ends)
{
	static const char schema[] =
	    "{$ref: '#/$defs/node', $defs: {node: {type: object, properties: "
	    "{next: {$ref: '#/$defs/node'}}}}}";
	const struct doc_node *root = fixture_doc(schema);
	struct rt_arena *a = fixture_arena();
	struct diag *d = diag_open(a);
	struct schema_set *set = schema_set_open(documents_open(a, d, root));
	const struct schema *s =
	    schema_at(set, doc_get(doc_get(root, "$defs"), "node"));
	const struct instance *v = sample_value(a, s, SAMPLE_MAXIMAL);

	CHECK(v != NULL);
	CHECK(instance_at(v, RT_LIT("/next")) != NULL);
	CHECK(instance_at(v, RT_LIT("/next/next")) == NULL);
}

TEST(a_string_has_the_length_that_is_asked_for)
{
	static const struct {
		const char *schema;
		size_t points;
	} cases[] = {
	    {"{type: string, format: email}", 254},
	    {"{type: string, format: uri}", 2048},
	    {"{type: string, format: hostname}", 200},
	    {"{type: string, pattern: '^[a-z]+(-[a-z]+)*$'}", 63},
	    {"{type: string, pattern: '^[^\\x00-\\x1F]*[^\\x00-\\x20]$'}", 255},
	    {"{type: string}", 0},
	};

	for (size_t i = 0; i < RT_LEN(cases); i++) {
		const struct schema *s = fixture_schema(cases[i].schema);
		const struct instance *v =
		    sample_string(fixture_arena(), s, cases[i].points);

		CHECK(v != NULL);
		CHECK_INT(rt_str_points(v->text), cases[i].points);
		CHECK(instance_fits(fixture_arena(), s, v));
	}
}

TEST(a_string_that_can_not_be_is_not_made)
{
	CHECK(sample_string(fixture_arena(),
		  fixture_schema("{type: string, format: date}"), 11) == NULL);
	CHECK(sample_string(fixture_arena(),
		  fixture_schema("{type: string, maxLength: 3}"), 4) == NULL);
	CHECK(sample_string(fixture_arena(), fixture_schema("{type: integer}"),
		  4) == NULL);
}

static struct rt_str
next_to(const char *schema, const char *bound, int step)
{
	return fixture_json(sample_number(fixture_arena(),
	    fixture_schema(schema), rt_str(bound), step));
}

TEST(numbers_next_to_a_bound)
{
	CHECK_STR(next_to("{type: integer}", "5", 0), "5");
	CHECK_STR(next_to("{type: integer}", "5", 1), "6");
	CHECK_STR(next_to("{type: integer}", "0", -1), "-1");
	CHECK_STR(next_to("{type: number}", "5", 1), "5.1");
	CHECK_STR(next_to("{type: number}", "-0.5", -1), "-0.51");
	CHECK_STR(next_to("{type: number}", "0", -1), "-0.1");
	CHECK_STR(next_to("{type: integer, multipleOf: 10}", "20", 1), "30");
	CHECK_STR(next_to("{type: integer}", "9223372036854775807", 1),
	    "9223372036854775808");
	CHECK_STR(next_to("{type: integer}", "-9223372036854775808", 0),
	    "-9223372036854775808");
	CHECK_STR(next_to("{type: number}", "1e3", 1), "none");
}

TEST(different_values_are_different)
{
	static const char *const schemas[] = {
	    "{type: string}",
	    "{type: string, format: uuid}",
	    "{type: string, minLength: 4, maxLength: 4}",
	    "{type: integer, maximum: 0}",
	    "{type: object, required: [a], properties: {a: {type: string}}}",
	};
	struct rt_arena *a = fixture_arena();

	for (size_t k = 0; k < RT_LEN(schemas); k++) {
		const struct schema *s = fixture_schema(schemas[k]);

		for (size_t i = 1; i < 30; i++) {
			const struct instance *x = sample_nth(a, s, i - 1);
			const struct instance *y = sample_nth(a, s, i);

			CHECK(instance_fits(a, s, y));
			CHECK(!rt_str_eq(fixture_json(x), fixture_json(y)));
		}
	}
	CHECK(sample_nth(a, fixture_schema("{enum: [x, y]}"), 2) == NULL);
}
