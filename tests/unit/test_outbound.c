#include "runtime/outbound.h"

#include "tests/unit/call_fixture.h"

static const struct rt_api api = {.title = "T"};
static const struct rt_op op = {.id = "op"};

/* --- In the place of client.c --- */

static struct rt_http_request sent;
static unsigned n_sent;
static struct rt_http_reply answer;
static enum rt_http_result answer_result;

enum rt_http_result
rt_http_send(struct rt_call *c, const struct rt_http_request *request,
    struct rt_http_reply *reply)
{
	(void)c;
	sent = *request;
	n_sent++;
	*reply = answer;
	return answer_result;
}

/* --- Requests --- */

static void
take(const char *text)
{
	if (server.api == NULL)
		open_server(&api);
	take_request(rt_str(text));
	call->op = &op;
	answer = (struct rt_http_reply){.status = 204, .body = RT_LIT("")};
	answer_result = RT_HTTP_OK;
	n_sent = 0;
}

static struct rt_str
sent_header(const char *name)
{
	for (size_t i = 0; i < sent.headers.n; i++) {
		if (rt_str_is_nocase(sent.headers.v[i].name, name))
			return sent.headers.v[i].value;
	}
	return RT_LIT("(none)");
}

static struct rt_outbound *
begin(const char *url)
{
	struct rt_outbound_op *what = RT_NEW(call, *what);

	*what = (struct rt_outbound_op){.id = "it", .method = "POST"};
	what->url = url;
	return rt_outbound(call, what);
}

static enum rt_http_result
finish(struct rt_outbound *o, struct rt_http_reply *reply)
{
	struct rt_header own = {RT_LIT("Authorization"), RT_LIT("Bearer x")};

	return rt_outbound_send(o, (struct rt_headers){&own, 1}, reply);
}

static void
put(struct rt_outbound *o, enum rt_in in, const char *name, int64_t n)
{
	struct rt_param *p = RT_NEW(call, *p);

	*p = (struct rt_param){.in = in, .name = name, .types = RT_INTEGER};
	p->required = true;
	rt_write_int(rt_outbound_value(o), n);
	rt_outbound_param(o, p, NULL);
}

TEST(what_a_request_is_made_of)
{
	struct rt_http_reply reply;
	struct rt_outbound *o;
	struct rt_writer *w;

	take("GET /x");
	o = begin(NULL);
	put(o, RT_IN_QUERY, "q", 1);
	put(o, RT_IN_QUERY, "r", 2);
	put(o, RT_IN_HEADER, "X-Number", 3);
	put(o, RT_IN_COOKIE, "c", 4);
	put(o, RT_IN_COOKIE, "d", 5);
	w = rt_outbound_value(o);
	rt_write_open_object(w);
	rt_write_close_object(w);
	rt_outbound_json(o, "application/vnd.x+json", NULL);
	rt_outbound_url(o, RT_LIT("https://example.org/hook"));
	CHECK_INT(finish(o, &reply), RT_HTTP_OK);
	CHECK_STR(sent.method, "POST");
	CHECK_STR(sent.url, "https://example.org/hook?q=1&r=2");
	CHECK_STR(sent_header("X-Number"), "3");
	CHECK_STR(sent_header("Cookie"), "c=4; d=5");
	CHECK_STR(sent_header("Content-Type"), "application/vnd.x+json");
	CHECK_STR(sent_header("Authorization"), "Bearer x");
	CHECK_STR(sent_header("Accept"), "(none)");
	CHECK_STR(sent.body, "{}");
}

TEST(a_url_may_have_a_query_already)
{
	struct rt_http_reply reply;
	struct rt_outbound *o;

	take("GET /x");
	o = begin(NULL);
	put(o, RT_IN_QUERY, "q", 1);
	rt_outbound_url(o, RT_LIT("https://example.org/?a=b"));
	CHECK_INT(finish(o, &reply), RT_HTTP_OK);
	CHECK_STR(sent.url, "https://example.org/?a=b&q=1");
	CHECK(sent.body.p == NULL);
}

TEST(forms_and_bytes)
{
	struct rt_http_reply reply;
	struct rt_outbound *o;

	take("GET /x");
	o = begin(NULL);
	rt_write_raw(rt_outbound_value(o),
	    RT_LIT("{\"a b\":\"1&2\",\"n\":[1,\"x y\"],\"o\":{\"p\":null},"
		   "\"t\":true,\"e\":[]}"));
	rt_outbound_form(o, "application/x-www-form-urlencoded", NULL, NULL);
	rt_outbound_url(o, RT_LIT("https://example.org/"));
	CHECK_INT(finish(o, &reply), RT_HTTP_OK);
	CHECK_STR(sent.body,
	    "a%20b=1%262&n=1&n=x%20y&o=%7B%22p%22%3Anull%7D&t=true");
	o = begin(NULL);
	rt_outbound_bytes(o, RT_LIT("image/png"), RT_LIT("\x89PNG"));
	rt_outbound_url(o, RT_LIT("https://example.org/"));
	CHECK_INT(finish(o, &reply), RT_HTTP_OK);
	CHECK_STR(sent_header("Content-Type"), "image/png");
	CHECK_STR(sent.body, "\x89PNG");
}

TEST(fields_of_a_form)
{
	static const struct rt_param fields[] = {
	    {.in = RT_IN_BODY, .name = "list", .types = RT_ARRAY},
	    {.in = RT_IN_BODY,
		.name = "deep",
		.types = RT_OBJECT,
		.style = RT_STYLE_DEEP},
	    {.in = RT_IN_BODY,
		.name = "items",
		.types = RT_ARRAY,
		.style = RT_STYLE_JSON},
	    {.in = RT_IN_BODY,
		.name = "any",
		.types = RT_STRING,
		.style = RT_STYLE_JSON},
	    {.in = RT_IN_BODY, .name = "whole", .style = RT_STYLE_JSON},
	    {.name = NULL},
	};
	struct rt_http_reply reply;
	struct rt_outbound *o;

	take("GET /x");
	o = begin(NULL);
	rt_write_raw(rt_outbound_value(o),
	    RT_LIT("{\"list\":[1,2],\"deep\":{\"a\":1},\"items\":[{},\"x\"],"
		   "\"any\":\"x\",\"whole\":\"x\",\"other\":\"x\"}"));
	rt_outbound_form(o, "application/x-www-form-urlencoded", fields, NULL);
	rt_outbound_url(o, RT_LIT("https://example.org/"));
	CHECK_INT(finish(o, &reply), RT_HTTP_OK);
	CHECK_STR(sent.body,
	    "list=1,2&deep%5Ba%5D=1&items=%7B%7D&items=%22x%22&any=x&"
	    "whole=%22x%22&other=x");

	o = begin(NULL);
	rt_write_raw(rt_outbound_value(o), RT_LIT("{\"list\":[[1]]}"));
	rt_outbound_form(o, "application/x-www-form-urlencoded", fields, NULL);
	CHECK_INT(finish(o, &reply), RT_HTTP_BAD_REQUEST);
	CHECK_STR(reply.why,
	    "it: the field list has a part that is neither text nor number");
}

/* --- URLs of callbacks --- */

/* The URL that a template means; "!" and why it means none. */
static struct rt_str
called(const char *template)
{
	struct rt_http_reply reply;
	struct rt_outbound *o = begin(template);
	enum rt_http_result result;

	put(o, RT_IN_PATH, "id", 7);
	rt_outbound_callback(o);
	n_sent = 0;
	result = finish(o, &reply);
	if (result == RT_HTTP_OK)
		return sent.url;
	CHECK_INT(result, RT_HTTP_BAD_URL);
	CHECK_INT(n_sent, 0);
	return rt_printf(call, "!%.*s", RT_FMT(reply.why));
}

TEST(urls_out_of_the_call)
{
	take("POST /x?to=http%3A%2F%2Fa%2F&v=1%262\n"
	     "X-Part: a/../b?c#d\nContent-Type: application/json\n\n"
	     "{\"sink\":\"https://b/c?d=e\"}");
	CHECK_STR(called("{$request.query.to}"), "http://a/");
	CHECK_STR(called("$request.query.to"), "http://a/");
	CHECK_STR(called("{$request.body#/sink}&f=g"), "https://b/c?d=e&f=g");
	CHECK_STR(called("{$request.query.to}{id}?m={$method}"),
	    "http://a/7?m=POST");
	/* A value stays where it is put. */
	CHECK_STR(called("https://c/{$request.header.x-part}/d"),
	    "https://c/a%2F..%2Fb%3Fc%23d/d");
	CHECK_STR(called("https://c/?v={$request.query.v}"),
	    "https://c/?v=1%262");
}

TEST(urls_that_the_call_does_not_have)
{
	take("POST /x?to=\n");
	CHECK_STR(called("{$request.query.other}/a"),
	    "!it: there is no URL in the call for {$request.query.other}/a: "
	    "it is not there");
	CHECK_STR(called("{$request.body#/sink}"),
	    "!it: there is no URL in the call for {$request.body#/sink}: "
	    "it is not there");
	CHECK_STR(called("http://a/{other}"), "!it: its path lacks other");
	CHECK_STR(called("http://a/{$statusCode}"),
	    "!it: there is no URL in the call for http://a/{$statusCode}: "
	    "it is not there");
}

/* --- What is not sent --- */

static void
check_short(struct rt_check *c, const struct rt_node *v)
{
	rt_check_length(c, v, 0, 3);
}

TEST(what_breaks_the_contract_is_not_sent)
{
	const struct rt_param p = {
	    .in = RT_IN_HEADER,
	    .name = "X-A",
	    .types = RT_STRING,
	};
	struct rt_http_reply reply;
	struct rt_outbound *o;

	take("GET /x");
	o = begin(NULL);
	rt_outbound_url(o, RT_LIT("https://example.org/"));
	rt_write_str(rt_outbound_value(o), RT_LIT("long"));
	rt_outbound_param(o, &p, check_short);
	put(o, RT_IN_QUERY, "q", 1); /* nothing after it counts */
	CHECK_INT(finish(o, &reply), RT_HTTP_BAD_REQUEST);
	CHECK_INT(n_sent, 0);
	CHECK_STR(reply.why,
	    "it: X-A breaks the contract at \"\": maxLength: "
	    "must have at most 3 characters");

	o = begin(NULL);
	rt_write_str(rt_outbound_value(o), RT_LIT("long"));
	rt_outbound_json(o, "application/json", check_short);
	CHECK_INT(finish(o, &reply), RT_HTTP_BAD_REQUEST);

	o = begin(NULL);
	rt_write_raw(rt_outbound_value(o), RT_LIT("{"));
	rt_outbound_json(o, "application/json", NULL);
	CHECK_INT(finish(o, &reply), RT_HTTP_BAD_REQUEST);

	o = begin(NULL);
	rt_write_str(rt_outbound_value(o), RT_LIT("a\r\nX-B: c"));
	rt_outbound_param(o, &p, NULL);
	CHECK_INT(finish(o, &reply), RT_HTTP_BAD_REQUEST);
	CHECK_INT(n_sent, 0);
}

TEST(a_required_list_without_items_is_not_sent)
{
	struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_ARRAY,
	    .item_types = RT_STRING,
	    .explode = true,
	};
	struct rt_http_reply reply;
	struct rt_outbound *o;

	take("GET /x");
	o = begin(NULL);
	rt_outbound_url(o, RT_LIT("https://example.org/"));
	rt_write_raw(rt_outbound_value(o), RT_LIT("[]"));
	rt_outbound_param(o, &p, NULL);
	CHECK_INT(finish(o, &reply), RT_HTTP_OK);
	CHECK_STR(sent.url, "https://example.org/");
	p.required = true;
	rt_outbound_param(o, &p, NULL);
	CHECK_INT(finish(o, &reply), RT_HTTP_BAD_REQUEST);
}

/* --- Answers --- */

static const struct rt_answer_header counted[] = {
    {"X-Left", true, RT_INTEGER, check_short, NULL},
    {NULL, false, 0, NULL, NULL},
};

static const struct rt_outbound_answer answers[] = {
    {200, "application/json", check_short, counted},
    {200, "text/*", NULL, NULL},
    {201, NULL, NULL, NULL},
    {4, "application/problem+json", NULL, NULL},
    {404, "application/json", NULL, NULL},
    {200, "application/json", NULL, NULL},
    {0, "application/json", NULL, NULL},
};

static const struct rt_outbound_op asked = {
    .id = "it",
    .method = "GET",
    .answers = answers,
    .n_answers = RT_LEN(answers),
};

static struct rt_http_reply got;
static struct rt_outbound *asking;

/* The result of an answer with this media type (or none) and body. */
static enum rt_http_result
answered(int status, const char *media, const char *body)
{
	static struct rt_header headers[2];

	headers[0] = (struct rt_header){RT_LIT("X-Left"), RT_LIT("12")};
	headers[1] = (struct rt_header){RT_LIT("Content-Type"), rt_str(media)};
	answer.status = status;
	answer.headers = (struct rt_headers){headers, media == NULL ? 1 : 2};
	answer.body = rt_str(body);
	asking = rt_outbound(call, &asked);
	rt_outbound_url(asking, RT_LIT("https://example.org/"));
	return finish(asking, &got);
}

TEST(answers_that_are_declared)
{
	take("GET /x");
	CHECK_INT(answered(200, "application/json; charset=utf-8", "\"a\""),
	    RT_HTTP_OK);
	CHECK_INT(asking->answer, 0);
	CHECK_STR(rt_node_str(asking->node), "a");
	CHECK_STR(sent_header("Accept"),
	    "application/json, text/*, application/problem+json");
	CHECK_INT(answered(200, "text/plain", "whatever"), RT_HTTP_OK);
	CHECK_INT(asking->answer, 1);
	CHECK(asking->node == NULL);
	CHECK_INT(answered(201, "text/html", "<p>"), RT_HTTP_OK);
	CHECK_INT(asking->answer, 2);
	CHECK_INT(answered(201, NULL, ""), RT_HTTP_OK);
	CHECK_INT(answered(422, "application/problem+json", "{}"), RT_HTTP_OK);
	CHECK_INT(asking->answer, 3);
	CHECK_INT(answered(404, "application/json", "{}"), RT_HTTP_OK);
	CHECK_INT(asking->answer, 4);
	CHECK_INT(answered(500, "application/json", "{}"), RT_HTTP_OK);
	CHECK_INT(asking->answer, 6);
}

TEST(answers_that_break_the_contract)
{
	take("GET /x");
	CHECK_INT(answered(200, "application/json", "\"long\""),
	    RT_HTTP_BAD_ANSWER);
	CHECK_INT(got.status, 200);
	CHECK_STR(got.body, "\"long\"");
	CHECK_STR(got.why,
	    "it: the answer 200 breaks the contract at \"\": maxLength: "
	    "must have at most 3 characters");
	CHECK_INT(answered(200, "application/json", "{"), RT_HTTP_BAD_ANSWER);
	CHECK_INT(answered(200, "application/json", ""), RT_HTTP_BAD_ANSWER);
	CHECK_INT(answered(200, "image/png", "x"), RT_HTTP_BAD_ANSWER);
	CHECK_STR(got.why,
	    "it: the answer 200 has the media type image/png, which is not "
	    "declared");
	CHECK_INT(answered(200, NULL, ""), RT_HTTP_BAD_ANSWER);
	/* A nearer status is the one that counts. */
	CHECK_INT(answered(404, "application/problem+json", "{}"),
	    RT_HTTP_BAD_ANSWER);
}

TEST(headers_of_answers)
{
	static const struct rt_outbound_answer only[] = {
	    {204, NULL, NULL, counted},
	};
	static const struct rt_outbound_op what = {"it", "GET", NULL, only, 1};
	struct rt_header h = {RT_LIT("x-left"), RT_LIT("12")};
	struct rt_outbound *o;

	take("GET /x");
	o = rt_outbound(call, &what);
	answer.headers = (struct rt_headers){&h, 1};
	CHECK_INT(finish(o, &got), RT_HTTP_OK);
	h.value = RT_LIT("text");
	CHECK_INT(finish(o, &got), RT_HTTP_BAD_ANSWER);
	CHECK_STR(got.why,
	    "it: the answer 204 breaks the contract in its header X-Left: "
	    "maxLength: must have at most 3 characters");
	h.value = RT_LIT("\xff");
	CHECK_INT(finish(o, &got), RT_HTTP_BAD_ANSWER);
	answer.headers.n = 0;
	CHECK_INT(finish(o, &got), RT_HTTP_BAD_ANSWER);
	CHECK_STR(got.why, "it: the answer 204 lacks the header X-Left");
	answer.status = 200;
	CHECK_INT(finish(o, &got), RT_HTTP_BAD_ANSWER);
	CHECK_STR(got.why, "it: the answer 200 is not declared");
}

TEST(what_never_came_is_not_judged)
{
	take("GET /x");
	answer_result = RT_HTTP_TIMEOUT;
	answer = (struct rt_http_reply){.why = RT_LIT("late")};
	asking = rt_outbound(call, &asked);
	CHECK_INT(finish(asking, &got), RT_HTTP_TIMEOUT);
	CHECK_STR(got.why, "late");
}
