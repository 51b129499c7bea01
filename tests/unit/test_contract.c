#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "runtime/contract_run.h"
#include "runtime/header.h"
#include "tests/unit/test.h"

/* Of header.c, which would need all that runs calls. */
const struct rt_node *
rt_header_node(struct rt_arena *arena, const struct rt_answer_header *h,
    struct rt_str text, const char **why)
{
	struct rt_node *v = rt_arena_new(arena, sizeof(*v));

	(void)h;
	*why = NULL;
	*v = (struct rt_node){RT_STRING, 1, (uint32_t)text.n, text.p};
	return v;
}

static const struct rt_scheme token = {.name = "token",
    .kind = RT_SCHEME_BEARER,
    .field = "Bearer"};
static const struct rt_scheme cookie = {.name = "cookie",
    .kind = RT_SCHEME_KEY,
    .in = RT_IN_COOKIE,
    .field = "sid"};
static const struct rt_scheme key = {.name = "key",
    .kind = RT_SCHEME_KEY,
    .in = RT_IN_QUERY,
    .field = "key"};
static const struct rt_scheme header = {.name = "header",
    .kind = RT_SCHEME_KEY,
    .in = RT_IN_HEADER,
    .field = "X-Key"};
static const struct rt_scheme basic = {.name = "basic",
    .kind = RT_SCHEME_BASIC,
    .field = "Basic"};
static const struct rt_scheme digest = {.name = "digest",
    .kind = RT_SCHEME_HTTP,
    .field = "Digest"};
static const struct rt_scheme oauth = {.name = "oauth",
    .kind = RT_SCHEME_BEARER,
    .field = "Bearer"};
static const struct rt_scheme query = {.name = "query",
    .kind = RT_SCHEME_KEY,
    .in = RT_IN_QUERY,
    .field = "the key"};
static const struct rt_scheme tls = {.name = "tls",
    .kind = RT_SCHEME_CERTIFICATE};
static const struct rt_scheme *const schemes[] = {&token, &cookie, &key,
    &header, &basic, &digest, &oauth, &tls, &query};

static struct rt_api api = {.schemes = schemes, .n_schemes = RT_LEN(schemes)};
static struct contract_options options;

static struct contract_run
new_run(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open((size_t)64 << 20, NULL, NULL);
	return (struct contract_run){.api = &api,
	    .options = &options,
	    .arena = a,
	    .scratch = a};
}

static void
credential(const char *scheme, const char *role, const char *value)
{
	options.credentials[options.n_credentials++] =
	    (struct contract_credential){rt_str(scheme), rt_str(role),
		rt_str(value)};
}

/* --- Requests --- */

static struct rt_str
expanded(const char *text)
{
	struct contract_run run = new_run();

	return contract_expand(run.arena, text);
}

TEST(marks_are_expanded)
{
	CHECK_STR(expanded("plain 100% {a}"), "plain 100% {a}");
	CHECK_STR(expanded("<%{3*ab%}>"), "<ababab>");
	CHECK_STR(expanded("%{2*[%}%{2*]%}"), "[[]]");
	CHECK_STR(expanded("%{1*%%}{x"), "%{x");
	CHECK_INT(expanded("a%{x00%}b").n, 3);
	CHECK(memcmp(expanded("a%{x00%}b").p, "a\0b", 3) == 0);
	CHECK_STR(expanded("%{xff%}%{x0a%}"), "\xff\n");
	CHECK(expanded(NULL).p == NULL);
	CHECK_STR(expanded(""), "");
	/* What the compiler never writes must not hurt either. */
	CHECK(expanded("%{").n <= 1);
	CHECK(expanded("%{3*a").n <= 3);
	CHECK(expanded("%{3*").n == 0);
	CHECK(expanded("%{x").n == 0);
	CHECK(expanded("%{xf%}").n == 0);
}

static const struct rt_op op = {.id = "addPet",
    .method = RT_POST,
    .invalid_status = 422};

static struct rt_str
request_of(struct contract_case c)
{
	struct contract_run run = new_run();
	struct rt_str out = {NULL, 0}, why = {NULL, 0};

	if (!contract_request(&run, &c, "host:1", &out, &why))
		return why;
	return rt_arena_copy(run.arena, out);
}

static bool
has(struct rt_str s, const char *part)
{
	return memmem(s.p, s.n, part, strlen(part)) != NULL;
}

TEST(a_request_has_what_the_case_says)
{
	struct rt_str s = request_of((struct contract_case){.id = "addPet/x",
	    .op = &op,
	    .target = "/pets?a=%{3*b%}",
	    .headers = "A: 1\nB: 2\n",
	    .cookies = "c=d",
	    .media = "application/json",
	    .body = "{}"});

	CHECK(
	    rt_str_starts(s, "POST /pets?a=bbb HTTP/1.1\r\nHost: host:1\r\n"));
	CHECK(has(s, "\r\nA: 1\r\nB: 2\r\n"));
	CHECK(has(s, "\r\nCookie: c=d\r\n"));
	CHECK(has(s, "\r\nContent-Type: application/json\r\n"));
	CHECK(has(s, "\r\nContent-Length: 2\r\n\r\n{}"));
}

TEST(a_request_that_may_have_a_body_tells_its_length)
{
	struct contract_case c = {.id = "x", .op = &op, .target = "/"};

	CHECK(has(request_of(c), "\r\nContent-Length: 0\r\n"));
	c.method = "GET";
	CHECK(!has(request_of(c), "Content-Length"));
}

TEST(credentials_go_where_their_scheme_says)
{
	struct contract_case c = {.id = "x",
	    .op = &op,
	    .target = "/a?b",
	    .cookies = "c=d",
	    .credentials = "token:user cookie key"};
	struct rt_str s;

	credential("token", "admin", "T1");
	credential("token", "user", "T2");
	credential("cookie", "admin", "C1");
	credential("cookie", "user", "C2");
	credential("key", NULL, "K");
	s = request_of(c);
	CHECK(rt_str_starts(s, "POST /a?b&key=K HTTP/1.1\r\n"));
	CHECK(has(s, "\r\nAuthorization: Bearer T2\r\n"));
	CHECK(has(s, "\r\nCookie: c=d; sid=C1\r\n"));
}

TEST(the_wrong_role_is_the_one_with_the_fewest_rights)
{
	struct contract_case c = {.id = "x",
	    .op = &op,
	    .target = "/",
	    .credentials = "token:!user"};

	credential("token", "admin", "T1");
	credential("token", "user", "T2");
	CHECK_STR(request_of(c), "no --credential for token:!user");
	credential("token", "guest", "T3");
	CHECK(has(request_of(c), "Bearer T3"));
	c.credentials = "token:king";
	CHECK_STR(request_of(c), "no --credential for token:king");
}

TEST(a_credential_goes_as_its_scheme_sends_it)
{
	struct contract_case c = {.id = "x", .op = &op, .target = "/"};

	credential("basic", NULL, "root:ok");
	credential("digest", NULL, "username=\"a\"");
	credential("header", NULL, "K");
	credential("tls", NULL, "C");
	c.credentials = "header basic";
	CHECK(has(request_of(c), "\r\nX-Key: K\r\n"));
	CHECK(has(request_of(c), "\r\nAuthorization: Basic cm9vdDpvaw==\r\n"));
	c.credentials = "digest";
	CHECK(
	    has(request_of(c), "\r\nAuthorization: Digest username=\"a\"\r\n"));
	credential("query", NULL, "a+b&c~");
	c.credentials = "query";
	CHECK(rt_str_starts(request_of(c),
	    "POST /?the%20key=a%2Bb%26c~ HTTP/1.1\r\n"));
	c.credentials = "tls";
	CHECK_STR(request_of(c), "no --credential for tls");
}

TEST(one_token_for_two_schemes_is_sent_once)
{
	struct contract_case c = {.id = "x",
	    .op = &op,
	    .target = "/",
	    .credentials = "token oauth"};
	struct rt_str s;
	const char *p;

	credential("token", NULL, "T");
	credential("oauth", NULL, "T");
	s = request_of(c);
	p = memmem(s.p, s.n, "Authorization", 13);
	CHECK(p != NULL &&
	    memmem(p + 1, s.n - (size_t)(p + 1 - s.p), "Authorization", 13) ==
		NULL);
}

TEST(a_credential_has_all_roles_that_are_asked_for)
{
	struct contract_case c = {.id = "x", .op = &op, .target = "/"};

	credential("token", NULL, "T0");
	credential("token", "read", "T1");
	credential("token", "write,pets:read,read", "T2");
	c.credentials = "token:read,write";
	CHECK(has(request_of(c), "Bearer T2"));
	c.credentials = "token:pets:read";
	CHECK(has(request_of(c), "Bearer T2"));
	c.credentials = "token:read,delete";
	CHECK_STR(request_of(c), "no --credential for token:read,delete");
	/* One that does grant them can't show that others are refused. */
	c.credentials = "token:!read,write";
	CHECK_STR(request_of(c), "no --credential for token:!read,write");
	credential("token", "read", "T3");
	CHECK(has(request_of(c), "Bearer T3"));
	/* Nor can one whose roles nobody has told. */
	credential("token", NULL, "T4");
	CHECK_STR(request_of(c), "no --credential for token:!read,write");
}

/* --- Answers --- */

static void
check_number(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_NUMBER);
}

static const struct rt_answer_header required[] = {
    {.name = "X-Count", .required = true},
    {.name = NULL},
};
static const struct rt_content number[] = {{"application/json", check_number},
    {.media = NULL}};
static const struct rt_content problem[] = {{"application/problem+json", NULL},
    {.media = NULL}};
static const struct rt_answer answers[] = {
    {200, number, required},
    {204, NULL, NULL},
    {404, problem, NULL},
    {422, problem, NULL},
};
static const struct rt_op get = {.id = "getPet",
    .method = RT_GET,
    .invalid_status = 422,
    .answers = answers,
    .n_answers = RT_LEN(answers)};

/* The first complaint about an answer of these headers; "" for none. */
static struct rt_str
complaint(struct contract_case c, int status, const char *headers,
    const char *body)
{
	static struct rt_header list[16];
	struct contract_run run = new_run();
	struct contract_result r = {.c = &c};
	struct contract_answer answer = {.status = status,
	    .has_length = status != 204,
	    .body = rt_str(body)};
	struct rt_str rest = rt_str(headers);

	c.id = "getPet/x";
	answer.headers.v = list;
	list[answer.headers.n++] = (struct rt_header){RT_LIT("X-Request-ID"),
	    contract_request_id(run.arena, &c)};
	while (rest.n > 0) {
		struct rt_str line = rt_str_cut(&rest, '\n');

		list[answer.headers.n++].name = rt_str_cut(&line, ':');
		list[answer.headers.n - 1].value = rt_str_trim(line);
	}
	contract_judge(&run, &r, &answer);
	return r.n_failures == 0 ? RT_LIT("") : r.failures[0];
}

#define JSON "Content-Type: application/json\nX-Count: 1\n"
#define PROBLEM_JSON "Content-Type: application/problem+json\n"
#define PROBLEM(status, rest) \
	"{\"type\":\"about:blank\",\"title\":\"T\",\"status\":" status \
	",\"code\":\"C\",\"trace_id\":\"t\"" rest "}"

static const struct contract_case good = {.op = &get,
    .why = "it is so",
    .status = 200,
    .valid = true};

TEST(a_good_answer_is_good)
{
	CHECK_STR(complaint(good, 200, JSON, "5"), "");
	CHECK_STR(complaint(good, 200,
		      "content-type: application/json; charset=utf-8\n"
		      "x-count: 1\n",
		      "5"),
	    "");
}

TEST(the_status_is_the_expected_one)
{
	struct contract_case any = good;

	CHECK_STR(complaint(good, 204, "", ""),
	    "answered 204, expected 200 because it is so");
	any.status = 0;
	CHECK_STR(complaint(any, 204, "", ""), "");
	CHECK_STR(complaint(any, 201, JSON, "5"),
	    "answered 201, which is not declared, to a request in which it is "
	    "so");
	CHECK_STR(complaint(any, 500, PROBLEM_JSON, PROBLEM("500", "")),
	    "answered 500 to a request in which it is so");
}

TEST(the_answer_is_as_declared)
{
	CHECK_STR(complaint(good, 200, JSON, "\"x\""),
	    "the body breaks its schema at \"\": must be a number, is a "
	    "string (type)");
	CHECK(rt_str_starts(complaint(good, 200, JSON, "5,"),
	    "the body is no JSON: byte "));
	CHECK_STR(complaint(good, 200, "Content-Type: application/json\n", "5"),
	    "the answer 200 lacks the required header X-Count");
	CHECK_STR(
	    complaint(good, 200, "Content-Type: text/html\nX-Count: 1\n", "5"),
	    "Content-Type is text/html, declared is application/json");
}

TEST(general_headers_are_there)
{
	struct contract_case c = {.op = NULL,
	    .method = "GET",
	    .why = "it is so",
	    .status = 401};

	CHECK_STR(complaint(c, 401, PROBLEM_JSON, PROBLEM("401", "")),
	    "the answer 401 has no WWW-Authenticate");
	c.status = 405;
	CHECK_STR(complaint(c, 405, PROBLEM_JSON, PROBLEM("405", "")),
	    "the answer 405 has no Allow");
	c.allow = "GET, HEAD";
	CHECK_STR(
	    complaint(c, 405, PROBLEM_JSON "Allow: GET\n", PROBLEM("405", "")),
	    "Allow is \"GET\", expected \"GET, HEAD\"");
	CHECK_STR(complaint(c, 405, PROBLEM_JSON "Allow: HEAD,GET\n",
		      PROBLEM("405", "")),
	    "");
	c.status = 503;
	c.allow = NULL;
	CHECK_STR(complaint(c, 503, PROBLEM_JSON, PROBLEM("503", "")),
	    "the answer 503 has no Retry-After");
}

TEST(a_problem_is_whole)
{
	struct contract_case c = good;

	c.valid = false;
	c.status = 404;
	CHECK_STR(complaint(c, 404, PROBLEM_JSON, PROBLEM("404", "")), "");
	CHECK_STR(complaint(c, 404, PROBLEM_JSON, PROBLEM("400", "")),
	    "the problem's status is not that of the answer, 404");
	CHECK_STR(complaint(c, 404, PROBLEM_JSON, "{\"status\":404}"),
	    "the problem has no type");
	CHECK_STR(complaint(c, 404, PROBLEM_JSON, "5"),
	    "the answer 404 is no problem document");
	CHECK_STR(complaint(c, 404, PROBLEM_JSON "X-Error-Code: D\n",
		      PROBLEM("404", "")),
	    "X-Error-Code is \"D\", the problem's code \"C\"");
}

#define FAULT(place, keyword) \
	"{\"in\":\"body\",\"pointer\":\"" place "\",\"keyword\":\"" keyword \
	"\"}"

TEST(a_problem_names_exactly_the_fault)
{
	struct contract_case c = {.op = &get,
	    .why = "/a is too long",
	    .status = 422,
	    .in = RT_IN_BODY,
	    .place = "/a",
	    .keyword = "maxLength"};

	CHECK_STR(
	    complaint(c, 422, PROBLEM_JSON,
		PROBLEM("422", ",\"errors\":[" FAULT("/a", "maxLength") "]")),
	    "");
	CHECK_STR(complaint(c, 422, PROBLEM_JSON, PROBLEM("422", "")),
	    "the problem names nothing, expected body \"/a\" maxLength and "
	    "nothing else");
	CHECK_STR(
	    complaint(c, 422, PROBLEM_JSON,
		PROBLEM("422", ",\"errors\":[" FAULT("/b", "maxLength") "]")),
	    "the problem names body \"/b\" maxLength, expected body \"/a\" "
	    "maxLength and nothing else");
	CHECK(complaint(c, 422, PROBLEM_JSON,
		  PROBLEM("422",
		      ",\"errors\":[" FAULT("/a", "maxLength") "," FAULT("/a",
			  "pattern") "]"))
		  .n > 0);
	c.among = true;
	CHECK_STR(complaint(c, 422, PROBLEM_JSON,
		      PROBLEM("422",
			  ",\"errors\":[" FAULT("/a",
			      "maxLength") "," FAULT("/a", "pattern") "]")),
	    "");
}

TEST(a_valid_request_meets_no_check)
{
	struct contract_case c = good;

	c.status = 0;
	CHECK_STR(complaint(c, 422, PROBLEM_JSON, PROBLEM("422", "")), "");
	CHECK_STR(complaint(c, 422, PROBLEM_JSON,
		      PROBLEM("422", ",\"errors\":[" FAULT("/a", "type") "]")),
	    "answered 422 for body \"/a\" type, but the request is valid: it "
	    "is so");
}

/* --- The client --- */

/* A server that sends one text for each connection, then closes it, but of a
 * stream keeps it until the client closes it. */
struct server {
	int fd;
	const char *const *texts;
};

static void *
serve(void *arg)
{
	struct server *s = arg;

	for (; *s->texts != NULL; s->texts++) {
		int fd = accept(s->fd, NULL, NULL);
		char request[256];

		if (recv(fd, request, sizeof(request), 0) > 0)
			(void)!write(fd, *s->texts, strlen(*s->texts));
		while (strstr(*s->texts, "/event-stream") != NULL &&
		    recv(fd, request, sizeof(request), 0) > 0)
			continue;
		close(fd);
	}
	return NULL;
}

/* The thread outlives the call: what it needs is the arena's. */
static struct contract_conn *
start(struct rt_arena *arena, const char *const *texts)
{
	struct server *s = rt_arena_new(arena, sizeof(*s));
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	const char *why;
	pthread_t thread;

	s->texts = texts;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(s->fd, (struct sockaddr *)&a, n) == 0);
	CHECK(listen(s->fd, 8) == 0);
	CHECK(getsockname(s->fd, (struct sockaddr *)&a, &n) == 0);
	CHECK(pthread_create(&thread, NULL, serve, s) == 0);
	return contract_conn_open(arena,
	    rt_arena_printf(arena, "http://127.0.0.1:%d", ntohs(a.sin_port)).p,
	    &why);
}

/* What the client makes of a server's text: "200 body", or why not. */
static struct rt_str
received(const char *text, bool head)
{
	struct contract_run run = new_run();
	const char **texts = rt_arena_array(run.arena, 2, sizeof(*texts));
	struct contract_conn *conn;
	struct contract_answer answer;
	const char *why = "";

	texts[0] = text;
	conn = start(run.arena, texts);
	if (contract_send(conn, run.arena, RT_LIT("GET / HTTP/1.1\r\n\r\n"),
		head, &answer, &why) != CONTRACT_ANSWERED)
		return rt_str(why);
	return rt_arena_printf(run.arena, "%d %.*s", answer.status,
	    RT_FMT(answer.body));
}

TEST(answers_are_read)
{
	CHECK_STR(
	    received("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", false),
	    "200 ab");
	CHECK_STR(received("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
			   "\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\nT: 1\r\n\r\n",
		      false),
	    "200 abc");
	CHECK_STR(received("HTTP/1.1 200 OK\r\n\r\nab", false), "200 ab");
	CHECK_STR(
	    received("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", true),
	    "200 ");
	CHECK_STR(received("HTTP/1.1 204 No\r\n\r\n", false), "204 ");
	CHECK_STR(received("HTTP/1.1 100 Continue\r\n\r\n"
			   "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n",
		      false),
	    "201 ");
}

#define STREAM \
	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" \
	"Transfer-Encoding: chunked\r\n\r\n"

TEST(a_stream_may_have_no_end)
{
	CHECK_STR(received(STREAM "7\r\ndata\n\n\n\r\n0\r\n\r\n", false),
	    "200 data\n\n\n");
	CHECK_STR(received(STREAM "6\r\ndata\n\n\r\n6\r\nda", false),
	    "200 data\n\n");
	CHECK_STR(received(STREAM "6\r\ndata\n\n??\r\n", false),
	    "a chunk has the wrong size");
}

TEST(broken_answers_are_told)
{
	CHECK_STR(
	    received("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false),
	    "the connection was closed too early");
	CHECK_STR(
	    received("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", false),
	    "the answer has more bytes than it says");
	CHECK_STR(received("HTTP/1.1 204 No\r\n\r\nab", false),
	    "the answer has more bytes than it says");
	CHECK_STR(
	    received("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", false),
	    "the Content-Length is no number");
	CHECK_STR(received("what?\r\n\r\n", false),
	    "the answer has no status line");
	CHECK_STR(received("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", false),
	    "the answer has a malformed header");
}

TEST(a_connection_that_died_is_noticed)
{
	static const char ok[] = "HTTP/1.1 204 No\r\n\r\n";
	static const char *const texts[] = {ok, ok, NULL};
	struct contract_run run = new_run();
	struct contract_conn *conn = start(run.arena, texts);
	struct rt_str request = RT_LIT("GET / HTTP/1.1\r\n\r\n");
	struct contract_answer answer;
	const char *why;

	CHECK_INT(contract_send(conn, run.arena, request, false, &answer, &why),
	    CONTRACT_ANSWERED);
	usleep(50000);
	CHECK_INT(contract_send(conn, run.arena, request, false, &answer, &why),
	    CONTRACT_DEAD);
	CHECK_INT(contract_send(conn, run.arena, request, false, &answer, &why),
	    CONTRACT_ANSWERED);
}

TEST(a_first_draft_answers_501)
{
	struct contract_case refused = good;

	options.drafts = true;
	refused.valid = false;
	refused.status = 422;
	CHECK_STR(complaint(good, 501, PROBLEM_JSON, PROBLEM("501", "")), "");
	CHECK_STR(complaint(good, 200, JSON, "5"),
	    "answered 200, expected 501 because it is so");
	CHECK_STR(complaint(refused, 501, PROBLEM_JSON, PROBLEM("501", "")),
	    "answered 501, expected 422 because it is so");
}

/* --- The files of cases --- */

/* How many cases a file of this text has; -1 where it can't be read. */
static int
count_cases(const char *text, struct contract_case *first)
{
	static const struct rt_op *const ops[] = {&op};
	static const struct contract_suite suites[] = {{"pets", "p.jsonl"},
	    {NULL, NULL}};
	struct contract_run run = new_run();
	char directory[] = "/tmp/cases-XXXXXX", path[64];
	FILE *f;
	bool ok;

	CHECK(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/p.jsonl", directory);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	api.ops = ops;
	api.n_ops = 1;
	run.scratch = rt_arena_open(1 << 20, NULL, NULL);
	options.cases = directory;
	options.only = NULL;
	ok = contract_cases_read(&run, suites);
	if (ok && run.n > 0 && first != NULL)
		*first = *run.results[0].c;
	rt_arena_close(run.scratch);
	unlink(path);
	rmdir(directory);
	return ok ? (int)run.n : -1;
}

TEST(cases_are_read)
{
	struct contract_case c = {0};

	CHECK_INT(count_cases("", NULL), 0);
	CHECK_INT(
	    count_cases(
		"{\"id\":\"addPet/a\",\"operation\":\"addPet\","
		"\"why\":\"w\",\"target\":\"/p\",\"status\":422,"
		"\"in\":\"cookie\",\"place\":\"a\\u0041\",\"valid\":true}\n"
		"{\"id\":\"b\",\"why\":\"w\",\"method\":\"PUT\","
		"\"target\":\"/q\"}\n",
		&c),
	    2);
	CHECK_STR(rt_str(c.id), "addPet/a");
	CHECK(c.op == &op);
	CHECK_INT(c.status, 422);
	CHECK_INT(c.in, RT_IN_COOKIE);
	CHECK_STR(rt_str(c.place), "aA");
	CHECK(c.valid && !c.among && c.body == NULL);
}

TEST(bad_files_of_cases_are_refused)
{
	CHECK_INT(count_cases("{\n", NULL), -1);
	CHECK_INT(count_cases("{\"id\":\"a\"}\n", NULL), -1);
	CHECK_INT(count_cases("{\"id\":\"a\",\"why\":\"w\",\"target\":"
			      "\"/\"}\n",
		      NULL),
	    -1);
	CHECK_INT(count_cases("{\"id\":\"a\",\"why\":\"w\",\"target\":"
			      "\"/\",\"operation\":\"none\"}\n",
		      NULL),
	    -1);
}
