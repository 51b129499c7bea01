#include "runtime/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <zlib.h>

#include "runtime/file.h"
#include "runtime/server.h"
#include "runtime/work.h"

#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

enum { LARGE = 3 << 20 };

/* --- Whether --- */

TEST(what_clients_take)
{
	static const char *const yes[] = {"gzip", "GZIP", "x-gzip", "*",
	    "gzip;q=0.001", "gzip; q=1.000", "gzip ;Q=1", "deflate, gzip, br",
	    "br;q=1.0, gzip;q=0.8, *;q=0.1", "identity;q=0, gzip",
	    "identity;q=0, *", "identity;q=0.5, gzip;q=0.5", "deflate,*;q=.5,*",
	    " , gzip", "gzip;q=2, gzip"};
	static const char *const no[] = {"", " ", "identity", "br", "gzip;q=0",
	    "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "*, gzip;q=0",
	    "identity, gzip;q=0.5", "gzipp", "gzip;q", "gzip;q=", "gzip;q=x",
	    "gzip;q=1.0001", "gzip;q=2", "gzip;level=9", "\"gzip\"", "g zip"};

	for (size_t i = 0; i < RT_LEN(yes); i++)
		CHECK(rt_gzip_is_welcome(rt_str(yes[i])));
	for (size_t i = 0; i < RT_LEN(no); i++)
		CHECK(!rt_gzip_is_welcome(rt_str(no[i])));
	CHECK(!rt_gzip_is_welcome(rt_str(NULL)));
}

TEST(what_becomes_smaller)
{
	static const char *const yes[] = {"text/html; charset=utf-8",
	    "TEXT/CSV", "text/event-stream", "application/json",
	    "application/problem+json", "Application/JavaScript",
	    "image/svg+xml", "application/atom+xml", "application/xml",
	    "application/yaml", "font/ttf", "application/wasm"};
	static const char *const no[] = {"image/png", "image/jpeg", "video/mp4",
	    "application/octet-stream", "application/zip", "application/gzip",
	    "application/pdf", "font/woff2", "audio/ogg", "json", "", "*/*",
	    "image/*", "multipart/form-data; boundary=x"};

	for (size_t i = 0; i < RT_LEN(yes); i++)
		CHECK(rt_gzip_suits(yes[i]));
	for (size_t i = 0; i < RT_LEN(no); i++)
		CHECK(!rt_gzip_suits(no[i]));
	CHECK(!rt_gzip_suits(NULL));
}

/* --- Bodies --- */

static struct rt_server server;
static struct rt_open_file file;
static struct rt_str plain;
static size_t length;
static bool done, from_file;
static char path[] = "/tmp/test_gzip.XXXXXX";

static void
fill(size_t n)
{
	char *p = malloc(n);

	CHECK(p != NULL);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)('a' + i * i / 7 % 13);
	plain = (struct rt_str){p, n};
	length = n;
	server = (struct rt_server){
	    .gzip_level = 1,
	    .call_memory_max = 64 << 20,
	    .work = rt_work_hand,
	};
}

static void
make_file(void)
{
	from_file = true;
	file.fd = mkstemp(path);
	file.size = plain.n;
	CHECK(file.fd != -1);
	unlink(path);
	CHECK(write(file.fd, plain.p, plain.n) == (ssize_t)plain.n);
}

static void
compress_body(struct rt_call *call)
{
	call->res.body = (struct rt_buf){
	    .p = (char *)(uintptr_t)plain.p,
	    .n = plain.n,
	};
	if (from_file) {
		call->res.body = (struct rt_buf){.arena = call->arena};
		call->res.file = &file;
		call->res.length = length;
	}
	done = rt_gzip_body(call);
}

/* Whether the answer is the gzip of what there was. */
static bool
is_gzip(const struct rt_call *call)
{
	z_stream z = {0};
	char *to = malloc(plain.n + 1);
	bool same;

	CHECK(call->res.file == NULL);
	CHECK(to != NULL && inflateInit2(&z, 15 + 16) == Z_OK);
	z.next_in = (Bytef *)call->res.body.p;
	z.avail_in = (uInt)call->res.body.n;
	z.next_out = (Bytef *)to;
	z.avail_out = (uInt)plain.n + 1;
	same = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0 &&
	    z.total_out == plain.n && memcmp(to, plain.p, plain.n) == 0;
	inflateEnd(&z);
	free(to);
	return same;
}

static struct rt_call *
start(void)
{
	CHECK(rt_work_open(1, 1));
	return test_call_start(&server, compress_body);
}

static void
finish(struct rt_call *call)
{
	test_call_close(call);
	rt_work_close();
	free((char *)(uintptr_t)plain.p);
}

static void
check_whole(void)
{
	struct rt_call *call = start();

	test_loop_run();
	CHECK(done && is_gzip(call));
	CHECK(call->failure.p == NULL);
	finish(call);
}

TEST(a_small_body_is_compressed_here)
{
	struct rt_call *call;

	fill(2000);
	server.work = NULL;
	call = start();
	CHECK(test_call_ended(call));
	CHECK(done && is_gzip(call));
	CHECK(call->res.body.n < plain.n / 2);
	test_call_close(call);
	server.gzip_level = 9;
	call = test_call_start(&server, compress_body);
	CHECK(done && is_gzip(call));
	finish(call);
}

TEST(a_large_body_is_compressed_elsewhere)
{
	struct rt_call *call;

	fill(LARGE);
	call = start();
	CHECK(!test_call_ended(call));
	test_loop_run();
	CHECK(done && is_gzip(call));
	finish(call);
}

TEST(a_file_is_compressed_elsewhere)
{
	fill(2000);
	make_file();
	check_whole();
}

TEST(a_file_that_is_too_short_stays)
{
	struct rt_call *call;

	fill(2000);
	make_file();
	length = 2001;
	call = start();
	test_loop_run();
	CHECK(!done && call->res.file == &file && call->res.length == 2001);
	CHECK(call->failure.p == NULL);
	finish(call);
}

TEST(what_can_not_be_compressed_stays)
{
	struct rt_call *call;

	fill(RT_GZIP_MAX + 1);
	call = start();
	CHECK(test_call_ended(call) && !done);
	CHECK(call->res.body.p == plain.p && call->res.body.n == plain.n);
	test_call_close(call);
	plain.n = 40000;
	server.work = NULL;
	call = test_call_start(&server, compress_body);
	CHECK(!done && call->res.body.p == plain.p);
	test_call_close(call);
	plain.n = 2000;
	server.call_memory_max = 1000;
	call = test_call_start(&server, compress_body);
	CHECK(!done && call->res.body.p == plain.p);
	finish(call);
}

/* The queue has room for one: the others go without. */
TEST(without_a_thread_an_answer_is_still_one)
{
	struct rt_call *calls[6];
	unsigned small = 0;

	fill(LARGE);
	CHECK(rt_work_open(1, 1));
	for (size_t i = 0; i < RT_LEN(calls); i++)
		calls[i] = test_call_start(&server, compress_body);
	test_loop_run();
	for (size_t i = 0; i < RT_LEN(calls); i++) {
		small += calls[i]->res.body.p != plain.p;
		CHECK(calls[i]->res.body.p == plain.p || is_gzip(calls[i]));
		CHECK(calls[i]->failure.p == NULL && !calls[i]->unavailable);
		test_call_close(calls[i]);
	}
	CHECK(small >= 1 && small < RT_LEN(calls));
	rt_work_close();
	free((char *)(uintptr_t)plain.p);
}

/* The sanitizer would see what the thread does then. */
TEST(a_call_that_ends_meanwhile_leaves_nothing)
{
	struct rt_call *call;

	fill(LARGE);
	call = start();
	test_call_cancel(call);
	CHECK(!done);
	test_loop_turn(300);
	finish(call);
}

static void
offer(struct rt_call *call)
{
	rt_gzip_offer(call, plain, RT_LIT("as good as any"));
	compress_body(call);
}

TEST(what_is_offered_is_taken_for_its_own_bytes_only)
{
	struct rt_call *call;

	fill(RT_GZIP_MAX + 1);
	call = test_call_start(&server, offer);
	CHECK(done);
	CHECK_STR(rt_buf_str(&call->res.body), "as good as any");
	plain.n = 2000;
	call->res.precoded.plain.n = plain.n;
	call->res.body = (struct rt_buf){
	    .p = (char *)(uintptr_t)plain.p + 1,
	    .n = plain.n,
	};
	CHECK(rt_gzip_body(call));
	CHECK(call->res.body.n != 14);
	test_call_close(call);
	free((char *)(uintptr_t)plain.p);
}
