#include "gen/variant.h"
#include "tests/unit/schema_fixture.h"

static struct variants
variants(const char *schema, const char *base)
{
	return variants_of(fixture_arena(), fixture_schema(schema),
	    fixture_instance(base));
}

static const struct variant *
find(const struct variants *all, const char *pointer, const char *keyword,
    const char *name)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct variant *v = &all->v[i];

		if (rt_str_is(v->pointer, pointer) &&
		    strcmp(v->keyword, keyword) == 0 &&
		    strcmp(v->name, name) == 0)
			return v;
	}
	return NULL;
}

/* "valid 1", "fault 1", "among 1", or "none". */
static struct rt_str
variant(const char *schema, const char *base, const char *pointer,
    const char *keyword, const char *name)
{
	struct variants all = variants(schema, base);
	const struct variant *v = find(&all, pointer, keyword, name);

	if (v == NULL)
		return RT_LIT("none");
	return rt_arena_printf(fixture_arena(), "%s %.*s",
	    v->valid       ? "valid"
		: v->among ? "among"
			   : "fault",
	    RT_FMT(fixture_json(v->value)));
}

TEST(lengths_have_both_sides)
{
	static const char s[] = "{type: string, minLength: 2, maxLength: 3}";

	CHECK_STR(variant(s, "ab", "", "minLength", "least"), "valid \"aa\"");
	CHECK_STR(variant(s, "ab", "", "minLength", "under"), "fault \"a\"");
	CHECK_STR(variant(s, "ab", "", "maxLength", "most"), "valid \"aaa\"");
	CHECK_STR(variant(s, "ab", "", "maxLength", "over"), "fault \"aaaa\"");
	CHECK_STR(variant(s, "ab", "", "maxLength", "most-two-bytes"),
	    "valid \"\xc3\xa9\xc3\xa9\xc3\xa9\"");
}

TEST(a_length_that_breaks_the_pattern_too_is_marked)
{
	static const char s[] =
	    "{type: string, minLength: 1, pattern: '^[a-z]+$'}";

	CHECK_STR(variant(s, "ab", "", "minLength", "under"), "among \"\"");
	CHECK_STR(variant(s, "ab", "", "pattern", "miss"), "fault \"!\"");
}

TEST(a_pattern_is_missed_within_the_length)
{
	static const char s[] =
	    "{type: string, minLength: 3, maxLength: 3, pattern: '^[a-z]+$'}";

	CHECK_STR(variant(s, "abc", "", "pattern", "miss"), "fault \"!!!\"");
}

TEST(bounds_have_both_sides)
{
	static const char s[] = "{type: integer, minimum: 1, maximum: 9}";
	static const char t[] =
	    "{type: number, exclusiveMinimum: 1, exclusiveMaximum: 9}";

	CHECK_STR(variant(s, "5", "", "minimum", "least"), "valid 1");
	CHECK_STR(variant(s, "5", "", "minimum", "under"), "fault 0");
	CHECK_STR(variant(s, "5", "", "maximum", "most"), "valid 9");
	CHECK_STR(variant(s, "5", "", "maximum", "over"), "fault 10");
	CHECK_STR(variant(t, "5", "", "exclusiveMinimum", "at"), "fault 1");
	CHECK_STR(variant(t, "5", "", "exclusiveMinimum", "inside"),
	    "valid 1.1");
	CHECK_STR(variant(t, "5", "", "exclusiveMaximum", "at"), "fault 9");
	CHECK_STR(variant(t, "5", "", "exclusiveMaximum", "past"), "fault 9.1");
}

TEST(divisors_and_widths)
{
	CHECK_STR(variant("{type: integer, multipleOf: 5}", "10", "",
		      "multipleOf", "between"),
	    "fault 6");
	CHECK_STR(variant("{type: integer, format: int32}", "1", "", "format",
		      "most"),
	    "valid 2147483647");
	CHECK_STR(variant("{type: integer, format: int32}", "1", "", "format",
		      "over"),
	    "fault 2147483648");
	CHECK_STR(variant("{type: integer, format: int64}", "1", "", "format",
		      "over"),
	    "fault 9223372036854775808");
}

TEST(types_are_tried)
{
	static const char s[] = "{type: integer}";

	CHECK_STR(variant(s, "5", "", "type", "null"), "fault null");
	CHECK_STR(variant(s, "5", "", "type", "fraction"), "fault 1.5");
	CHECK_STR(variant(s, "5", "", "type", "text"), "fault \"5\"");
	CHECK_STR(variant(s, "5", "", "type", "point-zero"), "valid 5.0");
	CHECK_STR(variant("{type: [string, 'null']}", "x", "", "type",
		      "null-allowed"),
	    "valid null");
	CHECK_STR(variant("{type: [string, 'null']}", "x", "", "type", "null"),
	    "none");
}

TEST(an_enum_breaks_with_the_type)
{
	static const char s[] = "{type: string, enum: [red, blue]}";

	CHECK_STR(variant(s, "red", "", "type", "number"), "among 5");
	CHECK_STR(variant(s, "red", "", "enum", "is-blue"), "valid \"blue\"");
	CHECK_STR(variant(s, "red", "", "enum", "other"), "fault \"redx\"");
	CHECK_STR(variant(s, "red", "", "enum", "case"), "fault \"RED\"");
	CHECK_STR(variant("{const: 7}", "7", "", "const", "other"),
	    "fault 987654321");
}

TEST(a_member_that_breaks_a_rule_of_its_object_too_is_marked)
{
	static const char s[] =
	    "{type: object, properties: {k: {enum: [a, b]}, n: {type: integer, maximum: 5}}, "
	    "oneOf: [{properties: {k: {enum: [a]}}}, "
	    "{properties: {k: {enum: [b]}}}]}";

	CHECK_STR(variant(s, "{k: a}", "/k", "enum", "other"),
	    "among {\"k\":\"ax\"}");
	CHECK_STR(variant(s, "{k: a, n: 1}", "/n", "maximum", "over"),
	    "fault {\"k\":\"a\",\"n\":6}");
}

TEST(a_rule_of_two_parts_makes_one_variant)
{
	static const char s[] =
	    "{allOf: [{type: object, properties: {a: {maximum: 5}}}, "
	    "{type: object, properties: {a: {maximum: 7}}}]}";
	struct variants all = variants(s, "{a: 1}");
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++)
		n += strcmp(all.v[i].name, "over") == 0;
	CHECK_INT(n, 1);
	CHECK_STR(variant(s, "{a: 1}", "/a", "maximum", "over"),
	    "fault {\"a\":5.1}");
}

TEST(places_that_are_missing_are_filled)
{
	static const char s[] =
	    "{type: object, properties: {a: {type: object, properties: "
	    "{b: {type: array, maxItems: 2, items: {type: integer}}}}}}";

	CHECK_STR(variant(s, "{}", "/a/b", "type", "null"),
	    "fault {\"a\":{\"b\":null}}");
	CHECK_STR(variant(s, "{}", "/a/b/0", "type", "null"),
	    "fault {\"a\":{\"b\":[null]}}");
}

TEST(members_are_missed_and_unexpected)
{
	static const char s[] =
	    "{type: object, required: [a], additionalProperties: false, "
	    "properties: {a: {type: string}, b: {type: string}}}";

	CHECK_STR(variant(s, "{a: x}", "/a", "required", "missing"),
	    "fault {}");
	CHECK_STR(variant(s, "{a: x, b: y}", "", "properties", "without-b"),
	    "valid {\"a\":\"x\"}");
	CHECK_STR(variant(s, "{a: x}", "/unexpected", "additionalProperties",
		      "unexpected"),
	    "fault {\"a\":\"x\",\"unexpected\":true}");
	CHECK_STR(variant("{type: object}", "{}", "", "additionalProperties",
		      "allowed"),
	    "valid {\"unexpected\":true}");
}

TEST(members_are_counted)
{
	static const char s[] =
	    "{type: object, minProperties: 1, maxProperties: 2, "
	    "additionalProperties: {type: integer}}";

	CHECK_STR(variant(s, "{a: 1}", "", "minProperties", "under"),
	    "fault {}");
	CHECK_STR(variant(s, "{a: 1}", "", "maxProperties", "most"),
	    "valid {\"a\":1,\"key1\":1}");
	CHECK_STR(variant(s, "{a: 1}", "", "maxProperties", "over"),
	    "fault {\"a\":1,\"key1\":1,\"key2\":1}");
	CHECK_STR(variant(s, "{a: 1}", "/key1", "type", "null"),
	    "fault {\"a\":1,\"key1\":null}");
}

TEST(items_are_counted_and_differ)
{
	static const char s[] = "{type: array, minItems: 1, maxItems: 2, "
				"uniqueItems: true, items: {type: string}}";

	CHECK_STR(variant(s, "[x]", "", "minItems", "under"), "fault []");
	CHECK_STR(variant(s, "[x]", "", "maxItems", "most"),
	    "valid [\"a\",\"a1\"]");
	/* More items that differ, so that uniqueItems holds. */
	CHECK_STR(variant(s, "[x]", "", "maxItems", "over"),
	    "fault [\"a\",\"a1\",\"a2\"]");
	CHECK_STR(variant(s, "[x]", "", "uniqueItems", "twice"),
	    "fault [\"a\",\"a\"]");
	CHECK_STR(variant(s, "[x]", "/0", "type", "number"), "fault [5]");
}

TEST(a_place_that_the_base_lacks_is_made)
{
	static const char s[] =
	    "{type: object, properties: {a: {type: array, items: {type: "
	    "object, required: [b], properties: {b: {type: integer, minimum: "
	    "3}}}}}}";

	CHECK_STR(variant(s, "{}", "/a/0/b", "minimum", "under"),
	    "fault {\"a\":[{\"b\":2}]}");
}

TEST(parts_of_all_of_are_each_broken)
{
	static const char s[] =
	    "{allOf: [{type: object, required: [a], properties: {a: {type: "
	    "string, maxLength: 2}}}, {required: [b]}]}";
	static const char base[] = "{a: x, b: 1}";

	CHECK_STR(variant(s, base, "/b", "required", "missing"),
	    "fault {\"a\":\"x\"}");
	CHECK_STR(variant(s, base, "/a", "maxLength", "over"),
	    "fault {\"a\":\"aaa\",\"b\":1}");
}

TEST(unions_are_missed_and_doubled)
{
	static const char any[] =
	    "{type: object, properties: {a: {type: integer}, b: {type: "
	    "integer}}, anyOf: [{required: [a]}, {required: [b]}]}";
	static const char one[] = "{oneOf: [{type: integer}, {type: number, "
				  "maximum: 5}]}";

	CHECK_STR(variant(any, "{a: 1}", "", "anyOf", "none"), "fault {}");
	CHECK_STR(variant(any, "{a: 1}", "", "anyOf", "branch-1"),
	    "valid {\"b\":1,\"a\":1}");
	CHECK_STR(variant(one, "0.5", "", "oneOf", "none"), "fault {}");
	CHECK_STR(variant(one, "0.5", "", "oneOf", "two"), "fault 1");
	CHECK_STR(variant("{type: integer, not: {const: 5}}", "4", "", "not",
		      "matched"),
	    "fault 5");
}

/* The promise of the header, for every variant of a schema with everything. */
TEST(every_variant_is_what_it_says)
{
	static const char s[] =
	    "{type: object, required: [id, name], properties: {id: {type: "
	    "integer, format: int64, minimum: 1}, name: {type: string, "
	    "minLength: 1, maxLength: 8, pattern: '^[a-z]*$'}, born: {type: "
	    "[string, 'null'], format: date}, tags: {type: array, maxItems: "
	    "3, uniqueItems: true, items: {enum: [a, b, c, d]}}, more: "
	    "{anyOf: [{type: integer}, {type: 'null'}]}}}";
	struct variants all = variants(s, "{id: 1, name: ada}");
	struct rt_arena *a = fixture_arena();
	size_t faults = 0;

	for (size_t i = 0; i < all.n; i++) {
		const struct variant *v = &all.v[i];
		const char *keyword = "none";
		struct rt_str pointer = {0};
		bool ok = schema_accepts(a, fixture_schema(s),
		    instance_node(a, v->value), &keyword, &pointer);

		CHECK_INT(ok, v->valid);
		faults += !ok;
		if (!ok)
			CHECK_STR(pointer, rt_arena_copy(a, v->pointer).p);
		if (!ok)
			CHECK_INT(strcmp(keyword, v->keyword), 0);
	}
	CHECK(faults > 25);
	CHECK(all.n - faults > 15);
}

TEST(names_tell_variants_apart)
{
	struct variants all = variants(
	    "{type: object, required: [a], properties: {a: {type: string, "
	    "format: date-time}, b: {enum: [1, 2, x-y, null]}}}",
	    "{a: '2026-11-21T07:26:33Z', b: 1}");

	for (size_t i = 0; i < all.n; i++) {
		const struct variant *v = &all.v[i];

		CHECK(find(&all, rt_arena_copy(all.arena, v->pointer).p,
			  v->keyword, v->name) == v);
	}
}
