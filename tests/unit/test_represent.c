#include "runtime/represent.h"

#include <fcntl.h>
#include <zlib.h>

#include "runtime/conditional.h"
#include "runtime/file.h"
#include "runtime/gzip.h"

#include "tests/unit/call_fixture.h"

static const char pangram[] = "The quick brown fox jumps over the lazy dog. ";

/* What the handler answers. */
static struct {
	int status;
	const char *media;
	const char *etag;
	const char *modified;
	const char *header; /* another one */
	const char *value;
	size_t n; /* of pangrams */
	const char *text; /* instead of them; or NULL */
	struct rt_open_file *file;
	struct rt_str offered;
} give;

static struct rt_str
pangrams(struct rt_arena *arena, size_t n)
{
	size_t size = sizeof(pangram) - 1;
	char *p = rt_arena_bytes(arena, n * size);

	for (size_t i = 0; i < n; i++)
		memcpy(p + i * size, pangram, size);
	return (struct rt_str){p, n * size};
}

static void
add(struct rt_call *c, const char *name, const char *value)
{
	if (value != NULL)
		rt_header(c, name, rt_str(value));
}

static void
run(struct rt_call *c)
{
	struct rt_str body =
	    give.text != NULL ? rt_str(give.text) : pangrams(c->arena, give.n);

	if (give.offered.p != NULL)
		rt_gzip_offer(c, body, give.offered);
	if (give.file != NULL)
		rt_reply_file(c, give.status, give.media, give.file);
	else
		rt_reply_bytes(c, give.status, give.media, body);
	add(c, "ETag", give.etag);
	add(c, "Last-Modified", give.modified);
	if (give.header != NULL)
		add(c, give.header, give.value);
}

/* --- Who calls --- */

static enum rt_auth
admit(struct rt_call *c, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	(void)c;
	(void)credential;
	(void)scopes;
	(void)who;
	return RT_AUTH_OK;
}

static const struct rt_scheme cookie = {
    .name = "cookie",
    .kind = RT_SCHEME_KEY,
    .in = RT_IN_COOKIE,
    .field = "session",
    .check = admit,
};
static const struct rt_scheme bearer = {
    .name = "bearer",
    .kind = RT_SCHEME_BEARER,
    .field = "Bearer",
    .check = admit,
};
static const struct rt_need by_cookie[] = {{&cookie, NULL}, {NULL, NULL}};
static const struct rt_need by_bearer[] = {{&bearer, NULL}, {NULL, NULL}};
static const struct rt_need *const known[] = {by_cookie, by_bearer, NULL};

/* --- What is declared --- */

static const struct rt_answer_header etag[] = {
    {.name = "etag", .required = true, .types = RT_STRING},
    {.name = NULL},
};
static const struct rt_answer_header validators[] = {
    {.name = "ETag", .required = true, .types = RT_STRING},
    {.name = "Last-Modified", .required = true, .types = RT_STRING},
    {.name = NULL},
};
static const struct rt_content any[] = {{"*/*", NULL}, {.media = NULL}};
static const struct rt_answer plain_answers[] = {
    {.status = 200, .contents = any},
    {.status = 201, .contents = any},
    {.status = 404, .contents = any},
};
static const struct rt_answer etag_answers[] = {
    {.status = 200, .contents = any, .headers = etag},
};
static const struct rt_answer file_answers[] = {
    {.status = 200, .contents = any, .headers = validators},
};

#define OP(id_, method_, path_, answers_) \
	{ \
		.id = id_, .method = method_, .path = path_, \
		.answers = answers_, .n_answers = RT_LEN(answers_), .run = run \
	}

static const struct rt_op ops[] = {
    OP("get", RT_GET, "/x", plain_answers),
    OP("head", RT_HEAD, "/x", plain_answers),
    OP("put", RT_PUT, "/x", plain_answers),
    OP("etag", RT_GET, "/etag", etag_answers),
    OP("putEtag", RT_PUT, "/etag", etag_answers),
    OP("file", RT_GET, "/file", file_answers),
    {
	.id = "known",
	.method = RT_GET,
	.path = "/known",
	.answers = plain_answers,
	.n_answers = RT_LEN(plain_answers),
	.security = known,
	.run = run,
    },
};
static const struct rt_op *const all[] = {&ops[0], &ops[1], &ops[2], &ops[3],
    &ops[4], &ops[5], &ops[6]};
static const struct rt_api api = {.ops = all, .n_ops = RT_LEN(all)};

static void
open_it(void)
{
	setenv("GZIP_LEVEL", "6", 0);
	open_server(&api);
	give.status = 200;
	give.media = "text/plain";
	give.n = 100;
	give.etag = "\"7\"";
}

#define GET "GET /x\n"
#define GZIP "Accept-Encoding: gzip\n"

static struct rt_str
body(void)
{
	return rt_buf_str(&call->res.body);
}

/* Whether the body is the gzip of the pangrams. */
static bool
is_gzip(void)
{
	struct rt_str plain = pangrams(call->arena, give.n);
	char *to = rt_arena_bytes(call->arena, plain.n + 1);
	z_stream z = {0};
	bool same;

	CHECK(inflateInit2(&z, 15 + 16) == Z_OK);
	z.next_in = (Bytef *)call->res.body.p;
	z.avail_in = (uInt)call->res.body.n;
	z.next_out = (Bytef *)to;
	z.avail_out = (uInt)plain.n + 1;
	same = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0 &&
	    z.total_out == plain.n && memcmp(to, plain.p, plain.n) == 0;
	inflateEnd(&z);
	return same;
}

/* --- Codings --- */

TEST(whoever_takes_gzip_gets_it)
{
	open_it();
	CHECK_INT(ask(GET GZIP), 200);
	CHECK(is_gzip());
	CHECK_STR(answer_header("Content-Encoding"), "gzip");
	CHECK_STR(answer_header("Vary"), "Accept-Encoding");
	CHECK_STR(answer_header("ETag"), "\"7-gzip\"");
	CHECK_INT(ask("HEAD /x\n" GZIP), 200);
	CHECK(is_gzip());
	CHECK_INT(ask("PUT /x\n" GZIP), 200);
	CHECK(is_gzip());
	CHECK_INT(ask(GET), 200);
	CHECK_INT(body().n, 100 * (sizeof(pangram) - 1));
	CHECK(!has_header("Content-Encoding"));
	CHECK_STR(answer_header("Vary"), "Accept-Encoding");
	CHECK_STR(answer_header("ETag"), "\"7\"");
	CHECK_INT(ask(GET "Accept-Encoding: br\nAccept-Encoding: gzip"), 200);
	CHECK(is_gzip());
}

static void
check_plain(const char *text, bool varies)
{
	(void)ask(text);
	CHECK(!has_header("Content-Encoding") || give.header != NULL);
	CHECK_INT(body().n, give.n * (sizeof(pangram) - 1));
	CHECK(rt_str_is(answer_header("Vary"), "Accept-Encoding") == varies);
}

TEST(what_stays_as_it_is)
{
	open_it();
	give.n = RT_GZIP_MIN / (sizeof(pangram) - 1);
	check_plain(GET GZIP, false);
	give.n = 100;
	give.media = "image/png";
	check_plain(GET GZIP, false);
	give.media = "text/plain";
	give.header = "Content-Encoding";
	give.value = "br";
	check_plain(GET GZIP, false);
	give.header = "Cache-Control";
	give.value = "public, No-Transform";
	check_plain(GET GZIP, false);
	give.header = "Content-Range";
	give.value = "bytes 0-4499/4501";
	give.status = 206;
	check_plain(GET GZIP, false);
	give.status = 200;
	give.header = NULL;
	check_plain(GET "Accept-Encoding: gzip;q=0", true);
	check_plain(GET "Accept-Encoding: identity", true);
}

TEST(level_0_compresses_nothing)
{
	setenv("GZIP_LEVEL", "0", 1);
	open_it();
	check_plain(GET GZIP, false);
}

TEST(errors_are_compressed_as_well)
{
	open_it();
	give.status = 404;
	CHECK_INT(ask(GET GZIP), 404);
	CHECK(is_gzip());
}

TEST(a_weak_etag_stays)
{
	open_it();
	give.etag = "W/\"7\"";
	CHECK_INT(ask(GET GZIP), 200);
	CHECK(is_gzip());
	CHECK_STR(answer_header("ETag"), "W/\"7\"");
}

/* What can't be compressed has its own tag again. */
TEST(a_coding_that_fails_leaves_no_trace)
{
	open_it();
	give.n = 1000;
	check_plain(GET GZIP, true);
	CHECK_STR(answer_header("ETag"), "\"7\"");
}

TEST(what_the_handler_has_compressed_is_sent)
{
	open_it();
	give.text = "Something short";
	give.offered = RT_LIT("zip");
	CHECK_INT(ask(GET GZIP), 200);
	CHECK_STR(body(), "Something short");
	give.text = NULL;
	give.offered.p = NULL;
	CHECK_INT(ask(GET GZIP), 200);
	CHECK(is_gzip());
}

TEST(answers_to_cookies_tell_no_lengths)
{
	open_it();
	check_plain("GET /known\nCookie: session=1\n" GZIP, true);
	check_plain("GET /known\nCookie: session=1\n"
		    "Sec-Fetch-Site: cross-site\n" GZIP,
	    true);
	check_plain("GET /known\nCookie: session=1\n"
		    "Sec-Fetch-Site: same-site\n" GZIP,
	    true);
	CHECK_INT(ask("GET /known\nCookie: session=1\n"
		      "Sec-Fetch-Site: same-origin\n" GZIP),
	    200);
	CHECK(is_gzip());
	CHECK_INT(ask("GET /known\nCookie: session=1\n"
		      "Sec-Fetch-Site: none\n" GZIP),
	    200);
	CHECK(is_gzip());
	CHECK_INT(ask("GET /known\nAuthorization: Bearer 1\n" GZIP), 200);
	CHECK(is_gzip());
}

/* --- Conditions --- */

TEST(not_modified)
{
	open_it();
	give.header = "Content-Language";
	give.value = "en";
	CHECK_INT(ask(GET "If-None-Match: \"7\""), 304);
	CHECK(call->res.media == NULL);
	CHECK_INT(body().n, 0);
	CHECK_STR(answer_header("ETag"), "\"7\"");
	CHECK_STR(answer_header("Vary"), "Accept-Encoding");
	CHECK(!has_header("Content-Language"));
	CHECK(!has_header("Accept-Ranges"));
	CHECK(has_header("X-Request-ID"));
	CHECK_INT(ask("HEAD /x\nIf-None-Match: *"), 304);
	CHECK_INT(ask(GET GZIP "If-None-Match: \"7-gzip\""), 304);
	CHECK_STR(answer_header("ETag"), "\"7-gzip\"");
	CHECK(!has_header("Content-Encoding"));
	CHECK_INT(ask(GET GZIP "If-None-Match: \"7\""), 200);
	CHECK_INT(ask(GET "If-None-Match: \"7-gzip\""), 200);
}

TEST(not_modified_since)
{
	open_it();
	give.etag = NULL;
	give.modified = "Sun, 06 Nov 1994 08:49:37 GMT";
	CHECK_INT(ask(GET "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"),
	    304);
	CHECK_STR(answer_header("Last-Modified"), give.modified);
	CHECK_INT(ask(GET "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT"),
	    200);
}

TEST(a_failed_precondition)
{
	open_it();
	CHECK_INT(ask(GET "If-Match: \"8\""), 412);
	CHECK_PROBLEM(412, "PRECONDITION_FAILED");
	CHECK(!has_header("ETag"));
	CHECK_INT(ask(GET "If-Match: \"7\""), 200);
}

/* Section 13.2.1: other answers, and those without a validator, are not asked;
 * what changes something is the handler's to judge. */
TEST(conditions_that_do_not_count)
{
	open_it();
	give.status = 404;
	CHECK_INT(ask(GET "If-None-Match: \"7\""), 404);
	CHECK_INT(ask(GET "If-Match: \"8\""), 404);
	give.status = 200;
	CHECK_INT(ask("PUT /x\nIf-Match: \"8\""), 200);
	CHECK_INT(ask("PUT /x\nIf-None-Match: *"), 200);
	give.etag = NULL;
	CHECK_INT(ask(GET "If-None-Match: *"), 200);
	CHECK_INT(ask(GET "If-Match: \"7\""), 200);
	give.etag = "7";
	CHECK_INT(ask(GET "If-None-Match: *"), 200);
}

/* --- An ETag of the body --- */

TEST(a_declared_etag_is_made)
{
	struct rt_str first;

	open_it();
	give.etag = NULL;
	CHECK_INT(ask("GET /etag\n"), 200);
	first = answer_header("ETag");
	CHECK_INT(first.n, 34);
	CHECK(rt_etag_ok(first));
	first = rt_str(strndup(first.p, first.n));
	CHECK_INT(ask("GET /etag\n"), 200);
	CHECK(rt_str_eq(answer_header("ETag"), first));
	give.n++;
	CHECK_INT(ask("GET /etag\n"), 200);
	CHECK(!rt_str_eq(answer_header("ETag"), first));
	CHECK_INT(ask("GET /x\n"), 200);
	CHECK(!has_header("ETag"));
	give.etag = "\"7\"";
	CHECK_INT(ask("GET /etag\n"), 200);
	CHECK_STR(answer_header("ETag"), "\"7\"");
	free((char *)(uintptr_t)first.p);
}

/* It would be of what the answer says, not of what is at the path. */
TEST(no_etag_is_made_of_other_answers)
{
	open_it();
	give.etag = NULL;
	CHECK_INT(ask("PUT /etag\n"), 500);
	CHECK(rt_str_ends(call->failure, "lacks the header etag"));
}

/* --- Ranges --- */

#define LENGTH "4500" /* of 100 pangrams */

TEST(a_part)
{
	open_it();
	CHECK_INT(ask(GET), 200);
	CHECK_STR(answer_header("Accept-Ranges"), "bytes");
	CHECK_INT(ask(GET "Range: bytes=4-8"), 206);
	CHECK_STR(body(), "quick");
	CHECK_STR(answer_header("Content-Range"), "bytes 4-8/" LENGTH);
	CHECK_STR(answer_header("ETag"), "\"7\"");
	CHECK(strcmp(call->res.media, "text/plain") == 0);
	CHECK_INT(ask(GET "Range: bytes=-5"), 206);
	CHECK_STR(body(), "dog. ");
	CHECK_INT(ask(GET "Range: bytes=0-1,9-9"), 200);
	CHECK_INT(body().n, 4500);
	CHECK(!has_header("Content-Range"));
	CHECK_INT(ask(GET "Range: bytes=x"), 200);
}

TEST(a_part_that_is_not_there)
{
	open_it();
	CHECK_INT(ask(GET "Range: bytes=4500-"), 416);
	CHECK_PROBLEM(416, "RANGE_NOT_SATISFIABLE");
	CHECK_STR(answer_header("Content-Range"), "bytes */" LENGTH);
	give.n = 0;
	CHECK_INT(ask(GET "Range: bytes=0-"), 200);
}

TEST(ranges_that_do_not_count)
{
	open_it();
	CHECK_INT(ask("HEAD /x\nRange: bytes=0-1"), 200);
	CHECK_STR(answer_header("Accept-Ranges"), "bytes");
	CHECK_INT(ask("PUT /x\nRange: bytes=0-1"), 200);
	CHECK(!has_header("Accept-Ranges"));
	give.status = 201;
	CHECK_INT(ask(GET "Range: bytes=0-1"), 201);
	give.status = 200;
	give.header = "Accept-Ranges";
	give.value = "none";
	CHECK_INT(ask(GET "Range: bytes=0-1"), 200);
	CHECK_STR(answer_header("Accept-Ranges"), "none");
	give.header = NULL;
	give.media = "application/json";
	give.text = "[1, 2]";
	CHECK_INT(ask(GET "Range: bytes=0-1"), 200);
	CHECK(!has_header("Accept-Ranges"));
}

TEST(if_range)
{
	open_it();
	CHECK_INT(ask(GET "Range: bytes=0-1\nIf-Range: \"7\""), 206);
	CHECK_INT(ask(GET "Range: bytes=0-1\nIf-Range: \"8\""), 200);
	CHECK_INT(body().n, 4500);
	CHECK_INT(ask(GET "Range: bytes=9999-\nIf-Range: \"8\""), 200);
	CHECK_INT(ask(GET "Range: bytes=0-1\nIf-None-Match: \"7\""), 304);
	CHECK_INT(ask(GET "Range: bytes=0-1\nIf-Match: \"8\""), 412);
}

/* Its bytes are counted as they are, whatever else the client takes. */
TEST(a_part_is_not_compressed)
{
	open_it();
	CHECK_INT(ask(GET GZIP "Range: bytes=0-2999"), 206);
	CHECK_INT(body().n, 3000);
	CHECK(!has_header("Content-Encoding"));
	CHECK_STR(answer_header("ETag"), "\"7\"");
	CHECK_STR(answer_header("Vary"), "Accept-Encoding");
	CHECK_INT(ask(GET GZIP "Range: bytes=0-1\nIf-Range: \"7-gzip\""), 200);
	CHECK_INT(body().n, 4500);
	CHECK_STR(answer_header("ETag"), "\"7\"");
}

/* --- Files --- */

static struct rt_open_file file = {
    .fd = -1,
    .size = 5000000000,
    .modified = 784111777,
    .etag = "\"0123456789abcdef\"",
    .holders = 1,
};

static void
open_file(void)
{
	open_it();
	give.etag = NULL;
	give.media = "video/mp4";
	give.file = &file;
}

TEST(a_file_has_validators)
{
	open_file();
	CHECK_INT(ask("GET /file\n"), 200);
	CHECK(call->res.file == &file);
	CHECK_INT(rt_response_length(&call->res), 5000000000);
	CHECK_STR(answer_header("ETag"), "\"0123456789abcdef\"");
	CHECK_STR(answer_header("Last-Modified"),
	    "Sun, 06 Nov 1994 08:49:37 GMT");
	CHECK_INT(ask("GET /file\nIf-None-Match: \"0123456789abcdef\""), 304);
	CHECK(call->res.file == NULL);
	give.etag = "\"7\"";
	give.modified = "Sun, 06 Nov 1994 08:49:38 GMT";
	CHECK_INT(ask("GET /file\n"), 200);
	CHECK_STR(answer_header("ETag"), "\"7\"");
	CHECK_STR(answer_header("Last-Modified"), give.modified);
	CHECK(answer_header_at("ETag", 1).p == NULL);
}

TEST(a_part_of_a_file)
{
	open_file();
	CHECK_INT(ask("GET /file\nRange: bytes=4999999990-"), 206);
	CHECK_STR(answer_header("Content-Range"),
	    "bytes 4999999990-4999999999/5000000000");
	CHECK(call->res.file == &file);
	CHECK_INT(call->res.offset, 4999999990);
	CHECK_INT(call->res.length, 10);
	CHECK_INT(ask("GET /file\nRange: bytes=5000000000-"), 416);
	CHECK(call->res.file == NULL);
	CHECK_STR(answer_header("Content-Range"), "bytes */5000000000");
}

TEST(a_file_of_tomorrow_is_of_now)
{
	char now[64], text[256];
	struct rt_time at;

	open_file();
	file.modified = INT64_C(9999999999);
	CHECK_INT(ask("GET /file\n"), 200);
	CHECK(answer_header("Last-Modified").n == 29);
	snprintf(now, sizeof(now), "%.*s",
	    RT_FMT(answer_header("Last-Modified")));
	snprintf(text, sizeof(text), "GET /file\nIf-Modified-Since: %s", now);
	at = rt_time_now();
	CHECK(at.us / 1000000 < 9999999999);
	CHECK(strstr(now, "2286") == NULL);
	file.modified = 784111777;
	CHECK_INT(ask(text), 304);
}
