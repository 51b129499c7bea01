#include "gen/schema.h"

#include "gen_fixture.h"
#include "test.h"

static struct gen_fixture f;
static struct schema_set *set;

static const struct schema *
read_schema(const char *yaml)
{
	const struct schema *s;

	gen_open(&f, yaml);
	CHECK(f.root != NULL);
	set = schema_set_open(documents_open(f.arena, f.diag, f.root));
	s = schema_at(set, f.root);
	CHECK_INT(diag_errors(f.diag), 0);
	return s;
}

/* The keyword that refuses the value; "" for none. */
static const char *
refusal(const struct schema *s, const char *json)
{
	struct rt_json_error err;
	const char *keyword = "";
	const struct rt_node *v =
	    rt_json_parse(f.arena, rt_str(json), &rt_json_default_limits, &err);

	CHECK(v != NULL);
	return schema_accepts(f.arena, s, v, &keyword, NULL) ? "" : keyword;
}

static void
judge(const char *yaml, enum schema_side side, const char *json,
    const char *want)
{
	const struct schema *s = read_schema(yaml);
	const char *got = refusal(schema_view(set, s, side), json);

	if (strcmp(got, want) != 0)
		fprintf(stderr, "%s of side %d: '%s', expected '%s'\n", json,
		    side, got, want);
	CHECK(strcmp(got, want) == 0);
	gen_close(&f);
}

static const char account[] =
    "{type: object, required: [id, name, secret], properties: {"
    "id: {type: integer, readOnly: true}, name: {type: string}, "
    "secret: {type: string, writeOnly: true}}}";

TEST(a_request_needs_no_member_that_is_read_only)
{
	static const struct {
		const char *json, *keyword;
	} rows[] = {
	    {"{\"name\":\"a\",\"secret\":\"b\"}", ""},
	    {"{\"id\":1,\"name\":\"a\",\"secret\":\"b\"}", ""},
	    {"{\"id\":\"x\",\"name\":\"a\",\"secret\":\"b\"}", "type"},
	    {"{\"name\":\"a\"}", "required"},
	    {"{\"secret\":\"b\"}", "required"},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++)
		judge(account, SCHEMA_REQUEST, rows[i].json, rows[i].keyword);
}

TEST(an_answer_has_no_member_that_is_write_only)
{
	static const struct {
		const char *json, *keyword;
	} rows[] = {
	    {"{\"id\":1,\"name\":\"a\"}", ""},
	    {"{\"id\":1,\"name\":\"a\",\"secret\":\"b\"}", "false"},
	    {"{\"name\":\"a\"}", "required"},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++)
		judge(account, SCHEMA_RESPONSE, rows[i].json, rows[i].keyword);
	judge(account, SCHEMA_WHOLE, "{\"id\":1,\"name\":\"a\"}", "required");
}

TEST(hidden_members_are_known_to_the_plan)
{
	const struct schema *s = read_schema(account);
	const struct schema *sent = schema_view(set, s, SCHEMA_REQUEST);
	const struct schema *answered = schema_view(set, s, SCHEMA_RESPONSE);

	CHECK(sent->properties[0].hidden && !sent->properties[2].hidden);
	CHECK(
	    answered->properties[2].hidden && !answered->properties[0].hidden);
	CHECK(!sent->properties[0].required && sent->properties[2].required);
	CHECK(s->properties[0].required && !s->properties[0].hidden);
	CHECK(sent->id != answered->id && sent->id != s->id);
	CHECK(schema_number(set, sent->id) == sent);
	gen_close(&f);
}

TEST(a_schema_without_marks_is_its_own_view)
{
	const struct schema *s = read_schema(
	    "{properties: {a: {type: string}, b: {$ref: '#'}}, items: "
	    "{anyOf: [{$ref: '#'}, {readOnly: true}]}}");

	CHECK(schema_view(set, s, SCHEMA_REQUEST) == s);
	CHECK(schema_view(set, s, SCHEMA_RESPONSE) == s);
	CHECK_INT(schema_count(set), 4);
	gen_close(&f);
}

TEST(views_are_made_once_and_follow_cycles)
{
	const struct schema *s =
	    read_schema("{required: [id], properties: {id: {readOnly: true}, "
			"left: {$ref: '#'}, others: {items: {$ref: '#'}}, "
			"plain: {$ref: '#/$defs/plain'}}, "
			"$defs: {plain: {type: string}}}");
	const struct schema *v = schema_view(set, s, SCHEMA_REQUEST);

	CHECK(v != s);
	CHECK(schema_view(set, s, SCHEMA_REQUEST) == v);
	CHECK(schema_view(set, v, SCHEMA_REQUEST) == v);
	CHECK(v->properties[1].schema == v);
	CHECK(v->properties[2].schema->items == v);
	CHECK(v->properties[3].schema == s->properties[3].schema);
	CHECK(s->properties[1].schema == s);
	CHECK(schema_view(set, s, SCHEMA_RESPONSE) == s);
	gen_close(&f);
}

/* What is required in one part of an allOf may be readOnly in another. */
TEST(marks_count_for_all_that_looks_at_the_same_value)
{
	static const char together[] =
	    "{allOf: [{$ref: '#/$defs/base'}, {required: [id, extra]}], "
	    "anyOf: [{required: [id]}, {required: [other]}], "
	    "$defs: {base: {properties: {id: {readOnly: true}}}}}";
	static const char by_reference[] =
	    "{required: [id], properties: {id: {$ref: '#/$defs/id'}}, "
	    "$defs: {id: {allOf: [{type: integer, readOnly: true}]}}}";
	static const char asked[] =
	    "{properties: {id: {readOnly: true}}, not: {required: [id]}, "
	    "if: {required: [id]}, then: false}";
	static const char elsewhere[] =
	    "{properties: {id: {readOnly: true}, "
	    "part: {required: [id]}}, required: [part]}";

	judge(together, SCHEMA_REQUEST, "{\"extra\":1}", "");
	judge(together, SCHEMA_REQUEST, "{}", "required");
	judge(together, SCHEMA_RESPONSE, "{\"extra\":1}", "required");
	judge(by_reference, SCHEMA_REQUEST, "{}", "");
	judge(by_reference, SCHEMA_RESPONSE, "{}", "required");
	judge(asked, SCHEMA_REQUEST, "{}", "");
	judge(asked, SCHEMA_REQUEST, "{\"id\":1}", "not");
	judge(elsewhere, SCHEMA_REQUEST, "{\"part\":{}}", "required");
}

/* A component that hides nothing itself, and is looked at beside one that
 * does, has as many views as it has neighbours. */
TEST(a_part_is_seen_with_what_stands_around)
{
	const struct schema *s = read_schema(
	    "{properties: {one: {allOf: [{$ref: '#/$defs/id'}, "
	    "{$ref: '#/$defs/strict'}]}, two: {$ref: '#/$defs/strict'}}, "
	    "$defs: {id: {properties: {id: {readOnly: true}}}, "
	    "strict: {required: [id]}}}");
	const struct schema *v = schema_view(set, s, SCHEMA_REQUEST);

	CHECK(strcmp(refusal(v, "{\"one\":{}}"), "") == 0);
	CHECK(strcmp(refusal(v, "{\"two\":{}}"), "required") == 0);
	gen_close(&f);
}

TEST(views_follow_a_dynamic_reference)
{
	static const char yaml[] =
	    "{$id: 'http://x.example/a', $dynamicAnchor: node, "
	    "required: [id], properties: {id: {readOnly: true}, "
	    "next: {$dynamicRef: '#node'}}}";

	judge(yaml, SCHEMA_REQUEST, "{\"next\":{\"next\":{}}}", "");
	judge(yaml, SCHEMA_RESPONSE, "{\"id\":1,\"next\":{}}", "required");
}

/* --- Names --- */

static const struct schema *
component(const char *name)
{
	return schema_at(set,
	    doc_get(doc_get(doc_get(f.root, "components"), "schemas"), name));
}

TEST(a_view_of_requests_has_its_own_name_beside_that_of_answers)
{
	const struct schema *both, *sent, *neither, *secret;

	gen_open(&f,
	    "{components: {schemas: {"
	    "Both: {properties: {id: {readOnly: true}}}, "
	    "Sent: {properties: {id: {readOnly: true}}}, "
	    "SecretRequest: {}, Neither: {properties: {id: {readOnly: true}}}, "
	    "Secret: {properties: {id: {writeOnly: true}}}}}}");
	set = schema_set_open(documents_open(f.arena, f.diag, f.root));
	both = component("Both");
	sent = component("Sent");
	(void)component("SecretRequest");
	neither = component("Neither");
	secret = component("Secret");
	(void)schema_view(set, both, SCHEMA_REQUEST);
	(void)schema_view(set, both, SCHEMA_RESPONSE);
	(void)schema_view(set, sent, SCHEMA_REQUEST);
	(void)schema_view(set, secret, SCHEMA_REQUEST);
	(void)schema_view(set, secret, SCHEMA_RESPONSE);
	schema_finish(set);
	CHECK_STR(schema_used(both, SCHEMA_REQUEST)->component, "BothRequest");
	CHECK_STR(schema_used(both, SCHEMA_RESPONSE)->component, "Both");
	CHECK_STR(schema_used(sent, SCHEMA_REQUEST)->component, "Sent");
	CHECK(schema_used(sent, SCHEMA_RESPONSE) == NULL);
	CHECK(schema_used(neither, SCHEMA_REQUEST) == NULL);
	CHECK_STR(schema_used(secret, SCHEMA_REQUEST)->component,
	    "SecretRequest2");
	CHECK_STR(schema_used(secret, SCHEMA_RESPONSE)->component, "Secret");
	gen_close(&f);
}
