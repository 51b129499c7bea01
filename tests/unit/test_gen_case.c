#include "gen/case.h"
#include "tests/unit/schema_fixture.h"

/* One operation with a parameter and one with a body, behind two schemes. */
static const char contract[] =
    "openapi: 3.1.0\n"
    "info: {title: Test, version: '1'}\n"
    "servers: [{url: /v1}]\n"
    "paths:\n"
    "  /pets/{id}:\n"
    "    get:\n"
    "      operationId: getPet\n"
    "      security: [{token: [], key: []}, {key: [vet]}]\n"
    "      parameters:\n"
    "        - {name: id, in: path, required: true, example: 7,\n"
    "           schema: {type: integer, minimum: 1}}\n"
    "        - {name: q, in: query, required: true, example: a b,\n"
    "           schema: {type: string, maxLength: 3}}\n"
    "        - {name: tags, in: query,\n"
    "           schema: {type: array, maxItems: 2,\n"
    "                    items: {type: string}}}\n"
    "        - {name: X-Mode, in: header, schema: {type: string, enum: [a, b]}}\n"
    "        - {name: theme, in: cookie, schema: {type: boolean}}\n"
    "      responses:\n"
    "        '200': {description: Good,\n"
    "                content: {application/json: {schema: {}}}}\n"
    "        '404': {description: None}\n"
    "        '422': {description: Bad}\n"
    "  /pets:\n"
    "    post:\n"
    "      operationId: addPet\n"
    "      x-max-body: 100\n"
    "      requestBody:\n"
    "        required: true\n"
    "        content:\n"
    "          application/json:\n"
    "            schema:\n"
    "              type: object\n"
    "              required: [name]\n"
    "              properties: {name: {type: string, maxLength: 5}}\n"
    "            examples: {tom: {value: {name: Tom}}}\n"
    "      responses:\n"
    "        '201': {description: Added}\n"
    "components:\n"
    "  securitySchemes:\n"
    "    token: {type: http, scheme: bearer}\n"
    "    key: {type: apiKey, in: query, name: key}\n";

static const struct spec *
read_contract(void)
{
	struct rt_arena *a = fixture_arena();
	struct diag *d = diag_open(a);
	const struct spec *spec =
	    spec_read(documents_open(a, d, fixture_doc(contract)));

	diag_print(d, stderr);
	CHECK_INT(diag_errors(d), 0);
	return spec;
}

enum { ALL_MAX = 4096 };

static struct cases
all_cases(void)
{
	static struct case_row rows[ALL_MAX];
	static size_t n;
	const struct spec *spec = n == 0 ? read_contract() : NULL;

	for (size_t i = 0; spec != NULL && i < spec->n_ops; i++) {
		struct cases some =
		    case_list(fixture_arena(), spec, &spec->ops[i]);

		for (size_t k = 0; k < some.n && n < ALL_MAX; k++)
			rows[n++] = some.v[k];
	}
	return (struct cases){rows, n};
}

static const struct case_row *
find_case(const char *id)
{
	struct cases all = all_cases();

	for (size_t i = 0; i < all.n; i++) {
		if (rt_str_is(all.v[i].id, id))
			return &all.v[i];
	}
	return NULL;
}

static const struct case_row *
case_of(const char *id)
{
	const struct case_row *row = find_case(id);

	if (row == NULL) {
		fprintf(stderr, "no case %s\n", id);
		exit(1);
	}
	return row;
}

TEST(the_example_is_a_good_request)
{
	const struct case_row *get = case_of("getPet/example");
	const struct case_row *add = case_of("addPet/example/tom");

	CHECK_STR(get->target, "/v1/pets/7?q=a%20b");
	CHECK_INT(get->status, 200);
	CHECK_STR(get->credentials, "token key");
	CHECK(get->valid);
	CHECK_STR(add->body, "{\"name\":\"Tom\"}");
	CHECK_STR(add->media, "application/json");
	CHECK_INT(add->status, 201);
	CHECK(add->credentials.p == NULL);
}

TEST(a_fault_of_a_parameter_names_it)
{
	const struct case_row *row = case_of("getPet/path/id/minimum/under");

	CHECK_STR(row->target, "/v1/pets/0?q=a%20b");
	CHECK_INT(row->status, 422);
	CHECK_INT(row->in, RT_IN_PATH);
	CHECK_STR(row->place, "id");
	CHECK_STR(row->keyword, "minimum");
	CHECK_STR(row->value, "0");
	CHECK(!row->valid && !row->among);
	CHECK_STR(case_of("getPet/query/q/maxLength/over")->target,
	    "/v1/pets/7?q=aaaa");
}

TEST(every_place_of_a_parameter_is_used)
{
	CHECK_STR(case_of("getPet/header/X-Mode/enum/is-b")->headers,
	    "X-Mode: b\n");
	CHECK_STR(case_of("getPet/cookie/theme/type/true")->cookies,
	    "theme=true");
	CHECK_STR(case_of("getPet/query/tags/maxItems/over")->target,
	    "/v1/pets/7?q=a%20b&tags=a&tags=a&tags=a");
}

TEST(a_string_of_a_url_has_no_wrong_type)
{
	CHECK(find_case("getPet/query/q/type/number") == NULL);
	CHECK(find_case("getPet/query/q/type/null") == NULL);
	CHECK(find_case("getPet/path/id/type/text") == NULL);
	CHECK_STR(case_of("getPet/path/id/type/string")->target,
	    "/v1/pets/x?q=a%20b");
}

TEST(a_missing_parameter_is_left_out)
{
	const struct case_row *row = case_of("getPet/query/q/required/missing");

	CHECK_STR(row->target, "/v1/pets/7");
	CHECK_STR(row->keyword, "required");
	CHECK(find_case("getPet/query/tags/required/missing") == NULL);
}

TEST(a_repeated_scalar_is_a_fault)
{
	CHECK_STR(case_of("getPet/query/q/style/repeated")->target,
	    "/v1/pets/7?q=a%20b&q=a%20b");
	CHECK(find_case("getPet/query/tags/style/repeated") == NULL);
}

TEST(a_fault_of_a_body_has_a_pointer)
{
	const struct case_row *row = case_of("addPet/body/name/maxLength/over");

	CHECK_STR(row->body, "{\"name\":\"aaaaaa\"}");
	CHECK_STR(row->place, "/name");
	/* Neither 422 nor 400 is declared. */
	CHECK_INT(row->status, 400);
	CHECK_STR(case_of("addPet/body/name/required/missing")->body, "{}");
	CHECK_STR(row->schema,
	    "/paths/~1pets/post/requestBody/content/application~1json/schema");
}

TEST(what_is_valid_may_meet_rules_of_the_handler)
{
	const struct case_row *row = case_of("addPet/body/name/maxLength/most");

	CHECK(row->valid);
	CHECK_INT(row->status, 0);
}

TEST(malformed_bodies_are_refused)
{
	const struct case_row *row = case_of("addPet/syntax/cut-off");

	CHECK_STR(row->body, "{\"name\":\"Tom\"");
	CHECK_INT(row->status, 400);
	CHECK(row->keyword.p == NULL);
	CHECK(find_case("getPet/syntax/cut-off") == NULL);
}

TEST(a_body_over_the_cap_is_refused)
{
	const struct case_row *row = case_of("addPet/body/too-large");

	CHECK_INT(row->body.n, 101);
	CHECK_INT(row->status, 413);
}

TEST(credentials_are_missed_halved_and_wrong)
{
	const struct case_row *bad = case_of("getPet/security/bad/key/unknown");

	CHECK(case_of("getPet/security/missing")->credentials.p == NULL);
	CHECK_INT(case_of("getPet/security/missing")->status, 401);
	CHECK_STR(case_of("getPet/security/half/token")->credentials, "token");
	CHECK_INT(case_of("getPet/security/half/token")->status, 401);
	/* The key may be enough by itself. */
	CHECK(find_case("getPet/security/half/key") == NULL);
	CHECK(find_case("getPet/security/bad/token+key/unknown") == NULL);
	CHECK_STR(case_of("getPet/security/accepted/key:vet")->credentials,
	    "key:vet");
	CHECK_STR(case_of("getPet/security/role/key")->credentials, "key:!vet");
	CHECK_INT(case_of("getPet/security/role/key")->status, 403);
	CHECK(bad->credentials.p == NULL);
	CHECK_STR(bad->target,
	    "/v1/pets/7?q=a%20b&key=contract-tests-made-this-up");
	/* A scheme that is only half of an alternative is not refused alone. */
	CHECK(find_case("getPet/security/bad/token/unknown") == NULL);
	CHECK(find_case("addPet/security/missing") == NULL);
}

TEST(paths_and_methods)
{
	const struct case_row *row = case_of("getPet/method/POST");

	CHECK_INT(row->status, 405);
	CHECK_STR(row->allow, "GET, HEAD, OPTIONS");
	CHECK(row->stray);
	CHECK_STR(case_of("addPet/path/unknown")->target,
	    "/v1/pets/no-such-path/no-such-path");
	CHECK_STR(case_of("getPet/path/empty")->target, "/v1/pets/");
	CHECK_INT(case_of("getPet/unknown/id")->status, 404);
	CHECK_STR(case_of("getPet/unknown/id")->target,
	    "/v1/pets/9223372036854775807?q=a%20b");
	CHECK_STR(case_of("getPet/method/HEAD")->method, "HEAD");
	CHECK(find_case("addPet/method/HEAD") == NULL);
}

TEST(ids_differ)
{
	struct cases all = all_cases();

	CHECK(all.n > 100);
	for (size_t i = 0; i < all.n; i++)
		CHECK(find_case(rt_arena_copy(fixture_arena(), all.v[i].id).p)
			  ->target.p != NULL);
	for (size_t i = 0; i < all.n; i++) {
		for (size_t k = 0; k < i; k++)
			CHECK(!rt_str_eq(all.v[i].id, all.v[k].id));
	}
}

/* --- The lines --- */

/* The line of a case, as JSON; NULL where there is none. */
static const struct rt_node *
line_of(const char *id)
{
	struct rt_arena *a = fixture_arena();
	struct rt_str rest = case_lines(a, read_contract(), RT_LIT("default"));
	struct rt_json_error err;

	while (rest.n > 0) {
		const struct rt_node *v = rt_json_parse(a,
		    rt_str_cut(&rest, '\n'), &rt_json_default_limits, &err);

		CHECK(v != NULL);
		if (rt_str_is(rt_node_str(rt_node_get(v, "id")), id))
			return v;
	}
	return NULL;
}

static struct rt_str
member(const struct rt_node *v, const char *name)
{
	const struct rt_node *found = rt_node_get(v, name);

	return found == NULL ? RT_LIT("none") : rt_node_str(found);
}

TEST(a_line_has_what_the_case_says)
{
	const struct rt_node *v = line_of("getPet/query/q/required/missing");

	CHECK(v != NULL);
	CHECK_STR(member(v, "operation"), "getPet");
	CHECK_STR(member(v, "target"), "/v1/pets/7");
	CHECK_STR(member(v, "status"), "422");
	CHECK_STR(member(v, "in"), "query");
	CHECK_STR(member(v, "valid"), "none");
	CHECK_STR(member(v, "body"), "none");
}

TEST(what_leads_elsewhere_has_no_operation)
{
	const struct rt_node *v = line_of("getPet/method/DELETE");

	CHECK_STR(member(v, "operation"), "none");
	CHECK_STR(member(v, "method"), "DELETE");
}

TEST(long_texts_are_short_in_the_line)
{
	CHECK_STR(member(line_of("addPet/body/too-large"), "body"),
	    "\"%{99*a%}\"");
}

TEST(a_byte_that_json_cant_hold_is_a_mark)
{
	CHECK_STR(member(line_of("addPet/syntax/utf-8"), "body"),
	    "{\"a\":\"%{xff%}\"}");
}
