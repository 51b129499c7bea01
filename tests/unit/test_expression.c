#include "runtime/expression.h"

#include "tests/unit/call_fixture.h"

static const struct rt_api api = {.title = "T"};
static const struct rt_op op = {.id = "op"};

/* "literal, param id, request.body /a" of a template; "!" and what is wrong. */
static const char *
parts(const char *template)
{
	static const char *const kinds[] = {"", "literal", "param", "url",
	    "method", "status", "header", "query", "path", "body"};
	static char text[512];
	struct rt_expressions all = rt_expressions(rt_str(template));
	struct rt_expression e;

	text[0] = '\0';
	while (rt_expressions_next(&all, &e)) {
		size_t n = strlen(text);

		snprintf(text + n, sizeof(text) - n, "%s%s%s%s%.*s",
		    n == 0 ? "" : ", ", e.response ? "response." : "",
		    kinds[e.kind], e.name.n == 0 ? "" : " ", RT_FMT(e.name));
	}
	if (all.why != NULL)
		snprintf(text, sizeof(text), "!%s", all.why);
	return text;
}

#define CHECK_PARTS(template, expected) \
	CHECK_STR(rt_str(parts(template)), expected)

TEST(templates_and_their_parts)
{
	CHECK_PARTS("", "");
	CHECK_PARTS("http://a/b", "literal http://a/b");
	CHECK_PARTS("$request.query.url", "query url");
	CHECK_PARTS("{$request.query.url}", "query url");
	CHECK_PARTS("{$request.body#/sink}/{id}?a={$statusCode}",
	    "body /sink, literal /, param id, literal ?a=, status");
	CHECK_PARTS("{$url}{$method}", "url, method");
	CHECK_PARTS("http://a/$url", "literal http://a/$url");
	CHECK_PARTS("{$url}$x", "url, literal $x");
	CHECK_PARTS("$request.body", "body");
	CHECK_PARTS("$request.body#", "body");
	CHECK_PARTS("$request.body#/a~1b~0/0", "body /a~1b~0/0");
	CHECK_PARTS("$request.header.X-Url", "header X-Url");
	CHECK_PARTS("$request.path.a b", "path a b");
	CHECK_PARTS("$response.header.Location", "response.header Location");
	CHECK_PARTS("$response.body#/id", "response.body /id");
}

TEST(templates_that_are_none)
{
	static const char *const templates[] = {"$", "$uri", "$request",
	    "$request.", "$request.url", "$request.header.", "$request.query.",
	    "$request.header.a b", "$request.body/a", "$request.body#a",
	    "$request.body#/~2", "$request.body#/~", "$response.query.a",
	    "$response.path.a", "$status", "{$url", "{$url}}", "{", "}", "a}b",
	    "{}", "{a{b}", "{$request.body#/a", "{$uri}", "$url/x"};

	for (size_t i = 0; i < RT_LEN(templates); i++) {
		if (parts(templates[i])[0] != '!')
			fprintf(stderr, "%s\n", templates[i]);
		CHECK(parts(templates[i])[0] == '!');
	}
}

TEST(what_is_about_the_answer)
{
	static const char *const templates[] = {"$statusCode",
	    "$response.body#/a", "$response.header.a"};
	struct rt_expressions all = rt_expressions(RT_LIT("$method"));
	struct rt_expression e;

	CHECK(rt_expressions_next(&all, &e));
	CHECK(!rt_expression_of_answer(&e));
	for (size_t i = 0; i < RT_LEN(templates); i++) {
		all = rt_expressions(rt_str(templates[i]));
		CHECK(rt_expressions_next(&all, &e));
		CHECK(rt_expression_of_answer(&e));
	}
}

/* What an expression means for the call; "!" and why it means nothing. */
static struct rt_str
meaning(const char *text)
{
	struct rt_expressions all = rt_expressions(rt_str(text));
	struct rt_expression e;
	struct rt_str out = {NULL, 0};
	const char *why;

	CHECK(rt_expressions_next(&all, &e));
	why = rt_expression_text(call, &e, &out);
	return why == NULL ? out : rt_printf(call, "!%s", why);
}

#define CHECK_MEANING(text, expected) CHECK_STR(meaning(text), expected)

static void
take(const char *text)
{
	if (server.api == NULL)
		open_server(&api);
	take_request(rt_str(text));
	call->op = &op;
}

TEST(the_request)
{
	static const struct rt_path_param id = {"id", {"b c", 3}, {"b%20c", 5}};

	take("POST /a/b%20c?url=http%3A%2F%2Fx%2F&e=&url=2\n"
	     "Host: example.org:8000\nX-Url:  http://y \nX-Url: z\n"
	     "Content-Type: application/vnd.x+json\n\n"
	     "{\"a\":{\"b/c\":[1,\"two\",2.50,true]},\"n\":null,\"s\":\"\"}");
	call->params = &id;
	call->n_params = 1;
	CHECK_MEANING("$url",
	    "http://example.org:8000/a/b%20c?url=http%3A%2F%2Fx%2F&e=&url=2");
	CHECK_MEANING("$method", "POST");
	CHECK_MEANING("$request.header.x-url", "http://y");
	CHECK_MEANING("$request.header.x-other", "!it is not there");
	CHECK_MEANING("$request.query.url", "http://x/");
	CHECK_MEANING("$request.query.e", "");
	CHECK_MEANING("$request.query.u", "!it is not there");
	CHECK_MEANING("$request.path.id", "b c");
	CHECK_MEANING("$request.path.i", "!it is not there");
	CHECK_MEANING("$request.body#/a/b~1c/1", "two");
	CHECK_MEANING("$request.body#/a/b~1c/2", "2.50");
	CHECK_MEANING("$request.body#/a/b~1c/3", "true");
	CHECK_MEANING("$request.body#/a/b~1c/4", "!it is not there");
	CHECK_MEANING("$request.body#/s", "");
	CHECK_MEANING("$request.body#/n", "!it is neither a text nor a number");
	CHECK_MEANING("$request.body#/a", "!it is neither a text nor a number");
	CHECK_MEANING("$request.body", "!it is neither a text nor a number");
}

TEST(bodies_that_are_not_json)
{
	take("POST /a\nContent-Type: text/plain\n\nhttp://z");
	CHECK_MEANING("$request.body", "http://z");
	CHECK_MEANING("$request.body#/a", "!the body is not JSON");
	CHECK_MEANING("$url", "!it is not there");
	take("POST /a\nContent-Type: application/json\n\n{");
	CHECK_MEANING("$request.body#/a", "!the body is not JSON");
	take("GET /a");
	CHECK_MEANING("$request.body#/a", "!it is not there");
}

TEST(the_answer)
{
	struct rt_writer *w;

	take("POST /a\nLocation: /request\n\n{\"id\":1}");
	CHECK_MEANING("$response.body#/id", "!it is not there");
	w = rt_reply_json(call, 201, "application/json");
	rt_write_open_object(w);
	rt_write_key(w, "id");
	rt_write_int(w, 7);
	rt_write_close_object(w);
	rt_header(call, "Location", RT_LIT("/a/7"));
	CHECK_MEANING("$statusCode", "201");
	CHECK_MEANING("$response.header.location", "/a/7");
	CHECK_MEANING("$response.body#/id", "7");
	CHECK_MEANING("$response.body#/x", "!it is not there");
}
