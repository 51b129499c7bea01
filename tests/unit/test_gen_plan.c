#include "gen/plan.h"
#include "gen_fixture.h"
#include "test.h"

/* "models.0.types.0.c": a step is a member's name or an item's number. */
static const struct value *
at(const struct value *v, const char *path)
{
	struct rt_str rest = rt_str(path);

	while (v != NULL && rest.p != NULL) {
		struct rt_str step = rt_str_cut(&rest, '.');

		if (value_type(v) == VALUE_LIST)
			v = (size_t)atoi(step.p) < value_count(v)
			    ? value_at(v, (size_t)atoi(step.p))
			    : NULL;
		else
			v = value_get(v, step);
	}
	if (v == NULL)
		fprintf(stderr, "no %s\n", path);
	CHECK(v != NULL);
	return v;
}

static struct rt_str
text_at(const struct value *v, const char *path)
{
	return value_str(at(v, path));
}

static struct value *
plan_of(struct gen_fixture *f, const char *rest)
{
	const struct spec *s = gen_spec(f, rest);

	CHECK_INT(diag_errors(f->diag), 0);
	return plan_make(f->arena, f->diag, s);
}

/* A body with one member of each kind, in the order of the rows. */
TEST(each_schema_gets_its_c_type)
{
	static const struct {
		const char *schema, *decl;
	} rows[] = {
	    {"{type: boolean}", "bool "},
	    {"{type: integer}", "int64_t "},
	    {"{type: integer, format: int32}", "int32_t "},
	    {"{type: number}", "double "},
	    {"{type: string}", "struct rt_str "},
	    {"{type: string, format: date}", "struct rt_date "},
	    {"{type: string, format: date-time}", "struct rt_time "},
	    {"{type: string, format: uuid}", "struct rt_uuid "},
	    {"{type: string, enum: [a, b]}", "enum api_t_m "},
	    {"{enum: [a, b]}", "enum api_t_m "},
	    {"{type: [string, 'null'], enum: [a, b, null]}", "enum api_t_m "},
	    {"{enum: [1, 2]}", "int64_t "},
	    {"{enum: [1, 2.5]}", "double "},
	    {"{enum: [a, 1]}", "struct api_t_m "},
	    {"{enum: [a, []]}", "const struct rt_node *"},
	    {"{const: null}", "const struct rt_node *"},
	    {"{type: array, items: {type: string}}", "struct rt_strs "},
	    {"{type: array, items: {type: integer}}", "struct rt_ints "},
	    {"{type: array, items: {type: number}}", "struct rt_doubles "},
	    {"{type: array, items: {type: object, properties: {a: {}}}}",
		"struct api_t_m_item_array "},
	    {"{type: array}", "const struct rt_node *"},
	    {"{type: array, items: {type: [string, 'null']}}",
		"const struct rt_node *"},
	    {"{type: array, items: {type: boolean}}", "struct rt_bools "},
	    {"{type: array, items: {type: string, format: date}}",
		"struct rt_dates "},
	    {"{type: array, items: {enum: [a, b]}}",
		"struct api_t_m_item_array "},
	    {"{type: array, items: {type: [string, integer]}}",
		"struct api_t_m_item_array "},
	    {"{type: array, items: {type: array, items: {type: string}}}",
		"struct api_t_m "},
	    {"{type: array, items: {type: array, items: {}}}",
		"const struct rt_node *"},
	    {"{type: array, prefixItems: [{type: string}]}",
		"const struct rt_node *"},
	    {"{type: object}", "const struct rt_node *"},
	    {"{type: object, properties: {a: {}}}", "struct api_t_m "},
	    {"{properties: {a: {}}}", "const struct rt_node *"},
	    {"{type: object, additionalProperties: {type: string}}",
		"struct rt_str_map "},
	    {"{type: object, additionalProperties: {type: [string, 'null']}}",
		"struct api_t_m "},
	    {"{type: object, additionalProperties: true}",
		"const struct rt_node *"},
	    {"{type: object, additionalProperties: false, "
	     "patternProperties: {a: {type: integer}}}",
		"struct rt_int_map "},
	    {"{type: object, additionalProperties: {type: integer}, "
	     "patternProperties: {a: {type: number}}}",
		"const struct rt_node *"},
	    {"{type: [string, 'null']}", "struct rt_str "},
	    {"{type: [string, integer]}", "struct api_t_m "},
	    {"{type: [string, array]}", "const struct rt_node *"},
	    {"{}", "const struct rt_node *"},
	    {"{$ref: '#/components/schemas/A'}", "struct api_a "},
	    {"{allOf: [{$ref: '#/components/schemas/A'}]}", "struct api_a "},
	    {"{allOf: [{$ref: '#/components/schemas/A'}, {required: [a]}]}",
		"struct api_a "},
	    {"{allOf: [{$ref: '#/components/schemas/A'}, {type: object}]}",
		"struct api_a "},
	    {"{allOf: [{$ref: '#/components/schemas/A'}, "
	     "{$ref: '#/components/schemas/B'}]}",
		"struct api_t_m "},
	    {"{allOf: [{type: string}, {enum: [a, b]}]}", "enum api_t_m "},
	    {"{allOf: [{type: [string, integer]}, {type: [string, boolean]}]}",
		"struct rt_str "},
	    {"{oneOf: [{type: string}, {type: integer}]}", "struct api_t_m "},
	    {"{oneOf: [{type: integer}, {type: 'null'}]}", "int64_t "},
	    {"{oneOf: [{type: integer}, {type: number}]}", "double "},
	    {"{oneOf: [{const: a}, {const: b}]}", "enum api_t_m "},
	    {"{oneOf: [{type: string}, {enum: [a, b]}]}", "struct rt_str "},
	    {"{oneOf: [{type: object}, {type: array}]}",
		"const struct rt_node *"},
	    {"{oneOf: [{$ref: '#/components/schemas/A'}, "
	     "{$ref: '#/components/schemas/B'}]}",
		"struct api_t_m "},
	    {"{anyOf: [{$ref: '#/components/schemas/A'}, "
	     "{$ref: '#/components/schemas/B'}]}",
		"const struct rt_node *"},
	    {"{anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}",
		"struct api_a "},
	    {"{anyOf: [{$ref: '#/components/schemas/A'}, {type: string}]}",
		"struct api_t_m "},
	    {"{anyOf: [{type: object, required: [k], properties: "
	     "{k: {const: x}}}, {type: object, required: [k], properties: "
	     "{k: {const: y}, l: {}}}]}",
		"struct api_t_m "},
	    {"{type: object, anyOf: [{required: [a]}, {required: [b]}], "
	     "properties: {a: {}, b: {}}}",
		"struct api_t_m "},
	    {"{type: object, anyOf: [{properties: {c: {}}}, "
	     "{required: [b]}], properties: {a: {}, b: {}}}",
		"const struct rt_node *"},
	    {"{type: object, oneOf: [{properties: {a: {}}, required: [a]}, "
	     "{properties: {b: {}}, required: [b]}]}",
		"struct api_t_m "},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		struct gen_fixture f;
		char text[1024];
		const struct value *plan, *types;

		snprintf(text, sizeof(text),
		    "paths: {/a: {post: {requestBody: {content: "
		    "{application/json: {schema: {$ref: "
		    "'#/components/schemas/T'}}}}, responses: {'204': "
		    "{description: A.}}}}}\n"
		    "components: {schemas: {A: {type: object, properties: "
		    "{a: {}}}, B: {type: object, properties: {b: {}}}, "
		    "T: {type: object, properties: {m: %s}}}}\n",
		    rows[i].schema);
		plan = plan_of(&f, text);
		types = at(plan, "models");
		types = value_at(types, value_count(types) - 1);
		types = value_get(types, RT_LIT("types"));
		CHECK_STR(text_at(value_at(types, value_count(types) - 1),
			      "members.0.decl"),
		    rows[i].decl);
		gen_close(&f);
	}
}

TEST(presence_and_null)
{
	static const struct {
		const char *required, *schema;
		bool has, null;
	} rows[] = {
	    {"[m]", "{type: string}", false, false},
	    {"[]", "{type: string}", true, false},
	    {"[m]", "{type: [string, 'null']}", true, false},
	    {"[]", "{type: [string, 'null']}", true, true},
	    {"[]", "{type: string, default: x}", false, false},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		struct gen_fixture f;
		char text[512];
		const struct value *plan;

		snprintf(text, sizeof(text),
		    "paths: {/a: {post: {requestBody: {content: "
		    "{application/json: {schema: {type: object, required: %s, "
		    "properties: {m: %s}}}}}, responses: {'204': "
		    "{description: A.}}}}}\n",
		    rows[i].required, rows[i].schema);
		plan = plan_of(&f, text);
		CHECK_INT(value_yes(at(plan, "models.0.types.0.members.0.has")),
		    rows[i].has);
		CHECK_INT(
		    value_yes(at(plan, "models.0.types.0.members.0.null")),
		    rows[i].null);
		gen_close(&f);
	}
}

TEST(checks_of_a_member)
{
	struct gen_fixture f;
	const struct value *plan = plan_of(&f,
	    "paths: {/a: {post: {requestBody: {content: {application/json: "
	    "{schema: {type: object, properties: {m: {type: string, "
	    "minLength: 1, pattern: '\"'}, n: {type: number, minimum: 1.5, "
	    "multipleOf: 0.5}}}}}}, responses: {'204': {description: "
	    "A.}}}}}\n");

	CHECK_STR(text_at(plan, "models.0.types.0.properties.0.checks.0"),
	    "rt_check_type(c, m.value, RT_STRING);");
	CHECK_STR(text_at(plan, "models.0.types.0.properties.0.checks.1"),
	    "rt_check_length(c, m.value, 1, SIZE_MAX);");
	CHECK_STR(text_at(plan, "models.0.types.0.properties.0.checks.2"),
	    "rt_check_pattern(c, m.value, &api_post_a_body_m_pattern);");
	CHECK_STR(text_at(plan, "models.0.objects.0"),
	    "const struct rt_pattern api_post_a_body_m_pattern");
	CHECK_STR(text_at(plan, "patterns.0.text"), "\"");
	CHECK_STR(text_at(plan, "patterns.0.names.0"),
	    "api_post_a_body_m_pattern");
	CHECK_STR(text_at(plan, "models.0.types.0.properties.1.checks.1"),
	    "rt_check_minimum(c, m.value, \"1.5\");");
	CHECK_STR(text_at(plan, "models.0.types.0.properties.1.checks.2"),
	    "rt_check_multiple(c, m.value, \"0.5\");");
	CHECK_STR(text_at(plan, "models.0.types.0.members.1.note"),
	    "at least 1.5, a multiple of 0.5");
	gen_close(&f);
}

/* What no request and no answer uses gets no code. */
TEST(unused_schemas_are_left_out)
{
	struct gen_fixture f;
	const struct value *plan = plan_of(&f,
	    "paths: {/a: {get: {responses: {'204': {description: A.}}}}}\n"
	    "components: {schemas: {T: {type: object, properties: {m: "
	    "{}}}}}\n");

	CHECK_INT(value_count(at(plan, "models")), 0);
	gen_close(&f);
}

/* Only what is answered is written, only what is sent is read. */
TEST(functions_follow_the_use)
{
	struct gen_fixture f;
	const struct value *plan = plan_of(&f,
	    "paths: {/a: {post: {requestBody: {content: {application/json: "
	    "{schema: {$ref: '#/components/schemas/In'}}}}, responses: "
	    "{'200': {description: A., content: {application/json: {schema: "
	    "{$ref: '#/components/schemas/Out'}}}}}}}}\n"
	    "components: {schemas: {In: {type: object, properties: {m: {}}}, "
	    "Out: {type: object, properties: {m: {}}}}}\n");

	CHECK_STR(text_at(plan, "models.0.types.0.c"), "api_in");
	CHECK(value_yes(at(plan, "models.0.types.0.read")));
	CHECK(!value_yes(at(plan, "models.0.types.0.write")));
	CHECK_STR(text_at(plan, "models.1.types.0.c"), "api_out");
	CHECK(!value_yes(at(plan, "models.1.types.0.read")));
	CHECK(value_yes(at(plan, "models.1.types.0.write")));
	gen_close(&f);
}

/* Two operations with the same security share one table. */
TEST(equal_securities_are_one)
{
	struct gen_fixture f;
	const struct value *plan = plan_of(&f,
	    "security: [{key: []}]\n"
	    "paths:\n"
	    "  /a: {get: {responses: {'204': {description: A.}}}}\n"
	    "  /b: {get: {responses: {'204': {description: B.}}}}\n"
	    "  /c: {get: {security: [{key: [x]}], responses: {'204': "
	    "{description: C.}}}}\n"
	    "components: {securitySchemes: {key: {type: apiKey, in: header, "
	    "name: K}}}\n");

	CHECK_INT(value_count(at(plan, "securities")), 2);
	CHECK_STR(text_at(plan, "ops.0.security"), "api_security_key");
	CHECK_STR(text_at(plan, "ops.1.security"), "api_security_key");
	CHECK_STR(text_at(plan, "ops.2.security"), "api_security_key_x");
	gen_close(&f);
}
