/*
 * Lines: a method, a body's length, its ETag, Last-Modified, and then the
 * headers of a request that ask for versions, parts and codings.
 */
#include <stdlib.h>

#include "runtime/conditional.h"
#include "runtime/gzip.h"
#include "runtime/http_date.h"
#include "runtime/range.h"

enum { MEMORY_MAX = 16 * 1024 * 1024, NOW = 1795262400 };

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* What is read can be written, and is the same then. */
static void
date(struct rt_str text)
{
	char again[RT_HTTP_DATE_TEXT];
	int64_t at, same;

	if (!rt_http_date_parse(text, NOW, &at))
		return;
	rt_http_date_text(again, at);
	if (again[0] == '\0')
		return; /* a second behind the last one of the year 9999 */
	require(rt_http_date_parse(rt_str(again), NOW, &same));
	require(same == at);
}

static void
part(struct rt_str value, uint64_t length)
{
	struct rt_range r;

	if (rt_range_parse(value, length, &r) != RT_RANGE_PART)
		return;
	require(r.n > 0 && r.n <= length && r.first <= length - r.n);
}

static void
version(struct rt_call *call, const struct rt_version *now)
{
	enum rt_condition first = rt_condition_judge(call, now);

	require(first >= RT_CONDITION_MET && first <= RT_CONDITION_FAILED);
	require(first == rt_condition_judge(call, now));
	require(first != RT_CONDITION_NOT_MODIFIED ||
	    call->req.method == RT_GET || call->req.method == RT_HEAD);
	(void)rt_condition_ranges(call, now);
	(void)rt_precondition(call, now->etag, NULL);
	if (now->etag.p != NULL)
		require(rt_etag_ok(rt_etag_gzip(call, now->etag)));
}

static struct rt_str
take_line(struct rt_str *rest)
{
	struct rt_str line = {"", 0};

	return rest->p == NULL ? line : rt_str_cut(rest, '\n');
}

static uint64_t
number(struct rt_str s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v = v * 31 + (unsigned char)s.p[i];
	return v;
}

static void
run(struct rt_call *call, struct rt_str text)
{
	static const char *const names[] = {"If-Match", "If-None-Match",
	    "If-Modified-Since", "If-Unmodified-Since", "If-Range"};
	struct rt_version now = {.gzip = false};
	struct rt_str tag;
	uint64_t length;

	call->req.method = rt_method_parse(take_line(&text));
	length = number(take_line(&text));
	tag = take_line(&text);
	if (rt_etag_ok(tag))
		now.etag = tag;
	now.gzip = length % 2 == 1;
	now.dated = rt_http_date_parse(take_line(&text), NOW, &now.modified);
	part(take_line(&text), length);
	(void)rt_gzip_is_welcome(take_line(&text));
	for (size_t i = 0; i < RT_LEN(names); i++) {
		struct rt_str value = take_line(&text);

		date(value);
		if (value.n > 0)
			rt_headers_add(&call->req.headers, call->arena,
			    (struct rt_header){rt_str(names[i]), value});
	}
	version(call, &now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_arena *arena = rt_arena_open(MEMORY_MAX, NULL, NULL);
	struct rt_call *call = rt_arena_new(arena, sizeof(*call));

	call->arena = arena;
	run(call, (struct rt_str){n == 0 ? "" : (const char *)data, n});
	rt_arena_close(arena);
	return 0;
}
