/* What the reader of HTTP hears in bytes, cut at any places. */
#ifndef HTTP_REQUESTS_H
#define HTTP_REQUESTS_H

#include <stdio.h>
#include <stdlib.h>

#include "runtime/http_read.h"

enum { REQUESTS_MAX = 64 };

struct request {
	struct rt_head head; /* of the arena, as are the texts behind it */
	struct rt_str body;
	bool whole;
};

struct requests {
	struct rt_arena *arena;
	struct request v[REQUESTS_MAX];
	size_t n;
	int status; /* of the fault that ended it; 0 for none */
	bool begun; /* another one */
};

#define require(what) \
	do { \
		if (!(what)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
			    __LINE__, #what); \
			abort(); \
		} \
	} while (0)

static void
add_body(struct requests *rs, struct rt_str data)
{
	struct request *r = &rs->v[rs->n - 1];
	char *grown = rt_arena_bytes(rs->arena, r->body.n + data.n);

	if (r->body.n > 0)
		memcpy(grown, r->body.p, r->body.n);
	memcpy(grown + r->body.n, data.p, data.n);
	r->body = (struct rt_str){grown, r->body.n + data.n};
}

/* False where nothing more can be read. */
static bool
add_head(struct requests *rs, struct rt_http_reader *r, struct rt_str data)
{
	struct rt_str copy = rt_arena_copy(rs->arena, data);
	struct request *request = &rs->v[rs->n];
	struct rt_head_fault fault = {0};

	require(data.n <= r->limits->bytes);
	if (!rt_head_parse(rs->arena, copy, r->limits, &request->head,
		&fault)) {
		require(fault.status >= 400 && fault.detail != NULL);
		rs->status = fault.status;
		return false;
	}
	rt_http_read_body(r, &request->head);
	return ++rs->n < REQUESTS_MAX;
}

static bool
end_request(struct requests *rs)
{
	struct request *r = &rs->v[rs->n - 1];

	if (r->head.framed == RT_FRAMED_LENGTH)
		require(r->body.n == r->head.length);
	if (r->head.framed == RT_FRAMED_NONE)
		require(r->body.n == 0);
	r->whole = true;
	return !r->head.close;
}

/* One event; false where another one needs more bytes, or there is none. */
static bool
hear_event(struct requests *rs, struct rt_http_reader *r, struct rt_str bytes,
    size_t *used, bool *over)
{
	struct rt_str data;
	enum rt_read what = rt_http_read(r, bytes, used, &data);

	require(*used <= bytes.n);
	if (what == RT_READ_HEAD || what == RT_READ_BODY)
		require(
		    data.p >= bytes.p && data.p + data.n == bytes.p + *used);
	switch (what) {
	case RT_READ_MORE:
		require(bytes.n - *used < r->limits->bytes);
		return false;
	case RT_READ_HEAD:
		*over = !add_head(rs, r, data);
		return !*over;
	case RT_READ_BODY:
		require(data.n > 0);
		add_body(rs, data);
		return true;
	case RT_READ_END:
		*over = !end_request(rs);
		return !*over;
	case RT_READ_FAULT:
		rs->status = r->fault.status;
		*over = true;
		return false;
	}
	abort();
}

/*
 * Offers the bytes in pieces of which next() says how long each is, at least 1,
 * from memory that ends where they end.
 */
static void
hear(struct requests *rs, struct rt_arena *arena,
    const struct rt_head_limits *limits, struct rt_str all,
    size_t (*next)(void *), void *arg)
{
	struct rt_http_reader r = {.limits = limits};
	size_t from = 0, to = 0;
	bool over = false;

	*rs = (struct requests){.arena = arena};
	while (!over && to < all.n) {
		size_t piece = next(arg), used;
		char *copy;
		bool more = true;

		to = piece < all.n - to ? to + piece : all.n;
		copy = malloc(to - from);
		memcpy(copy, all.p + from, to - from);
		for (char *p = copy; more; p += used, from += used)
			more = hear_event(rs, &r, (struct rt_str){p, to - from},
			    &used, &over);
		free(copy);
	}
	rs->begun = !over && rt_http_read_begun(&r);
}

static inline size_t
whole(void *arg)
{
	(void)arg;
	return SIZE_MAX;
}

#endif /* HTTP_REQUESTS_H */
