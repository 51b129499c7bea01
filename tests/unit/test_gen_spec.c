#include "gen/lint.h"
#include "gen/spec.h"
#include "gen_fixture.h"
#include "test.h"

TEST(paths_get_the_prefix_of_their_server)
{
	struct gen_fixture f;
	const struct spec *s = gen_spec(&f,
	    "servers: [{url: 'https://example.org/api/v1/'}]\n"
	    "paths:\n"
	    "  /a: {get: {responses: {'204': {description: A.}}}}\n"
	    "  /b:\n"
	    "    servers: [{url: /}]\n"
	    "    get: {responses: {'204': {description: B.}}}\n"
	    "    post:\n"
	    "      servers: [{url: 'http://other.example.org'}]\n"
	    "      responses: {'204': {description: B.}}\n"
	    "    put:\n"
	    "      servers: [{url: /v2}]\n"
	    "      responses: {'204': {description: B.}}\n");

	CHECK_INT(diag_errors(f.diag), 0);
	CHECK_INT(s->n_ops, 4);
	CHECK_STR(s->ops[0].path, "/api/v1/a");
	CHECK_STR(s->ops[1].path, "/b");
	CHECK_STR(s->ops[2].path, "/b");
	CHECK_STR(s->ops[3].path, "/v2/b");
	gen_close(&f);
}

TEST(operations_without_an_id_get_a_stable_one)
{
	struct gen_fixture f;
	const struct spec *s = gen_spec(&f,
	    "paths:\n"
	    "  /persons/{person_id}/gifts.json:\n"
	    "    get:\n"
	    "      parameters: [{name: person_id, in: path, required: true,\n"
	    "        schema: {type: string}}]\n"
	    "      responses: {'204': {description: A.}}\n");

	CHECK_INT(diag_errors(f.diag), 0);
	CHECK_STR(s->ops[0].id, "getPersonsPersonIdGiftsJson");
	gen_close(&f);
}

TEST(an_operation_overrides_parameters_of_its_path)
{
	struct gen_fixture f;
	const struct spec *s = gen_spec(&f,
	    "paths:\n"
	    "  /a:\n"
	    "    parameters:\n"
	    "      - {name: n, in: query, schema: {type: integer}}\n"
	    "      - {name: m, in: query, schema: {type: integer}}\n"
	    "    get:\n"
	    "      parameters: [{name: n, in: query, required: true,\n"
	    "        schema: {type: string}}]\n"
	    "      responses: {'204': {description: A.}}\n");

	CHECK_INT(diag_errors(f.diag), 0);
	CHECK_INT(s->ops[0].n_params, 2);
	CHECK_STR(s->ops[0].params[0].name, "n");
	CHECK(s->ops[0].params[0].required);
	CHECK_INT(s->ops[0].params[0].schema->types, RT_STRING);
	gen_close(&f);
}

TEST(security_of_the_document_and_of_an_operation)
{
	struct gen_fixture f;
	const struct spec *s = gen_spec(&f,
	    "security: [{key: []}]\n"
	    "paths:\n"
	    "  /a: {get: {responses: {'204': {description: A.}}}}\n"
	    "  /b: {get: {security: [], responses: {'204': {description: B.}}}}\n"
	    "  /c: {get: {security: [{key: [admin]}, {}], responses: "
	    "{'204': {description: C.}}}}\n"
	    "components: {securitySchemes: {key: {type: apiKey, in: cookie, "
	    "name: k}}}\n");

	CHECK_INT(diag_errors(f.diag), 0);
	CHECK(s->ops[0].secured);
	CHECK(!s->ops[1].secured);
	CHECK_INT(s->ops[2].n_security, 2);
	CHECK_STR(s->ops[2].security[0].needs[0].scopes[0], "admin");
	CHECK_INT(s->ops[2].security[1].n, 0);
	CHECK_INT(s->schemes[0]->in, RT_IN_COOKIE);
	gen_close(&f);
}

TEST(kinds_of_schemes)
{
	static const struct {
		const char *scheme;
		enum rt_scheme_kind kind;
		const char *field;
	} rows[] = {
	    {"type: apiKey, in: query, name: a b", RT_SCHEME_KEY, "a b"},
	    {"type: http, scheme: BASIC", RT_SCHEME_BASIC, "Basic"},
	    {"type: http, scheme: bearer", RT_SCHEME_BEARER, "Bearer"},
	    {"type: http, scheme: Digest", RT_SCHEME_HTTP, "Digest"},
	    {"type: oauth2, flows: {}", RT_SCHEME_BEARER, "Bearer"},
	    {"type: openIdConnect, openIdConnectUrl: /x", RT_SCHEME_BEARER,
		"Bearer"},
	    {"type: mutualTLS", RT_SCHEME_CERTIFICATE, NULL},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		struct gen_fixture f;
		char text[256];
		const struct spec *s;

		snprintf(text, sizeof(text),
		    "components: {securitySchemes: {s: {%s}}}\npaths: {}\n",
		    rows[i].scheme);
		s = gen_spec(&f, text);
		CHECK_INT(diag_errors(f.diag), 0);
		CHECK_INT(s->schemes[0]->kind, rows[i].kind);
		CHECK(rt_str_eq(s->schemes[0]->field, rt_str(rows[i].field)));
		gen_close(&f);
	}
}

TEST(scopes_of_all_flows)
{
	struct gen_fixture f;
	const struct spec *s = gen_spec(&f,
	    "paths:\n"
	    "  /a: {get: {security: [{o: [r, w]}], responses: "
	    "{'204': {description: A.}}}}\n"
	    "  /b: {get: {security: [{o: [x]}], responses: "
	    "{'204': {description: A.}}}}\n"
	    "components: {securitySchemes: {o: {type: oauth2, flows: {\n"
	    "  implicit: {authorizationUrl: /a, scopes: {r: R}},\n"
	    "  password: {tokenUrl: /t, scopes: {w: W, r: R}}}}}}\n");

	CHECK_INT(s->schemes[0]->n_scopes, 3);
	CHECK_INT(diag_errors(f.diag), 0);
	CHECK_INT(diag_warnings(f.diag), 1); /* x */
	gen_close(&f);
}

TEST(the_status_of_invalid_input)
{
	static const struct {
		const char *responses;
		int status;
	} rows[] = {
	    {"'200': {description: A.}", 400},
	    {"'200': {description: A.}, '400': {description: B.}", 400},
	    {"'422': {description: A.}, '400': {description: B.}", 422},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		struct gen_fixture f;
		char text[256];
		const struct spec *s;

		snprintf(text, sizeof(text),
		    "paths: {/a: {get: {responses: {%s}}}}\n",
		    rows[i].responses);
		s = gen_spec(&f, text);
		CHECK_INT(s->ops[0].invalid_status, rows[i].status);
		gen_close(&f);
	}
}

TEST(operations_stand_in_the_order_of_the_document)
{
	struct gen_fixture f;
	const struct spec *s = gen_spec(&f,
	    "paths:\n"
	    "  /z:\n"
	    "    delete: {responses: {'204': {description: A.}}, tags: [x]}\n"
	    "    get: {responses: {'204': {description: A.}}, tags: [y]}\n"
	    "  /a:\n"
	    "    get: {responses: {'204': {description: A.}}, tags: [x]}\n");

	CHECK_INT(s->ops[0].method, RT_DELETE);
	CHECK_INT(s->ops[1].method, RT_GET);
	CHECK_STR(s->ops[2].path, "/a");
	CHECK_INT(s->n_tags, 2);
	CHECK_STR(s->tags[0], "x");
	gen_close(&f);
}

TEST(lint_finds_what_no_single_place_shows)
{
	static const struct {
		const char *paths;
		unsigned errors, warnings;
	} rows[] = {
	    {"{/a: {get: {operationId: x, responses: {'204': {description: "
	     "A.}}}}, /b: {get: {operationId: x, responses: {'204': "
	     "{description: A.}}}}}",
		1, 0},
	    {"{/a: {get: {responses: {'500': {description: A.}}}}}", 0, 1},
	    {"{/a: {get: {responses: {'204': {description: A.}}}}}", 0, 0},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		struct gen_fixture f;
		char text[512];
		const struct spec *s;

		snprintf(text, sizeof(text), "paths: %s\n", rows[i].paths);
		s = gen_spec(&f, text);
		CHECK_INT(diag_errors(f.diag), 0);
		lint_spec(f.arena, f.diag, s);
		CHECK_INT(diag_errors(f.diag), rows[i].errors);
		CHECK_INT(diag_warnings(f.diag), rows[i].warnings);
		gen_close(&f);
	}
}
