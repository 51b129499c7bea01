#define ZLIB_CONST
#include "runtime/gzip.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "runtime/file.h"
#include "runtime/media.h"
#include "runtime/server.h"
#include "runtime/work.h"

enum {
	/* Up to here it takes less time than to hand it to a thread pays for:
	 * 2 us for each KiB at level 1. */
	HERE_MAX = 32 * 1024,
	/* Bytes of all the bodies that threads have to do with. */
	THREADS_MAX = 64 * 1024 * 1024,
	/* zlib's window of 32 KiB, with the frame of gzip. */
	WINDOW_BITS = 15 + 16,
	/* A table of 16 KiB, which has to be cleared for each body. */
	MEMORY_LEVEL = 6,
};

/* --- Whether it is worth while --- */

/* One element: a coding and how welcome it is; 0 to 1000. */
static bool
parse_coding(struct rt_str s, struct rt_str *name, unsigned *quality)
{
	struct rt_str rest = s, value;

	*name = rt_str_trim(rt_str_cut(&rest, ';'));
	*quality = 1000;
	if (rest.p == NULL)
		return rt_is_token(*name);
	value = rt_str_trim(rest);
	if (!rt_str_is_nocase(rt_str_cut(&value, '='), "q") || value.p == NULL)
		return false;
	return rt_is_token(*name) && rt_quality_parse(value, quality);
}

bool
rt_gzip_is_welcome(struct rt_str accept)
{
	unsigned gzip = 0, other = 0, identity = 0, quality;
	bool named = false;
	struct rt_str name;

	while (accept.p != NULL) {
		if (!parse_coding(rt_str_cut(&accept, ','), &name, &quality))
			continue;
		if (rt_str_is_nocase(name, "gzip") ||
		    rt_str_is_nocase(name, "x-gzip")) {
			gzip = quality;
			named = true;
		} else if (rt_str_is_nocase(name, "identity")) {
			identity = quality;
		} else if (rt_str_is(name, "*")) {
			other = quality;
		}
	}
	gzip = named ? gzip : other;
	return gzip > 0 && gzip >= identity;
}

static bool
ends_with(struct rt_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n &&
	    rt_str_is_nocase((struct rt_str){s.p + s.n - n, n}, suffix);
}

bool
rt_gzip_suits(const char *media)
{
	static const char *const types[] = {"application/javascript",
	    "application/x-javascript", "application/ecmascript",
	    "application/xml", "application/yaml", "application/x-yaml",
	    "application/toml", "application/sql", "application/graphql",
	    "application/jsonl", "application/x-ndjson",
	    "application/x-www-form-urlencoded", "application/rtf",
	    "application/wasm", "application/vnd.ms-fontobject", "font/otf",
	    "font/ttf", "image/bmp", "image/svg+xml", "image/x-icon",
	    "image/vnd.microsoft.icon"};
	struct rt_media m;

	if (media == NULL || !rt_media_parse(rt_str(media), &m))
		return false;
	if (rt_str_is_nocase(m.type, "text") || rt_media_is_json(&m) ||
	    ends_with(m.subtype, "+xml") || ends_with(m.subtype, "+yaml"))
		return true;
	for (size_t i = 0; i < RT_LEN(types); i++) {
		if (rt_media_covers(types[i], &m))
			return true;
	}
	return false;
}

void
rt_gzip_offer(struct rt_call *call, struct rt_str plain, struct rt_str gzip)
{
	call->res.precoded = (struct rt_precoded){plain, gzip};
}

/* --- Compressing --- */

/* All at once, into room that is enough; false when zlib fails. */
static bool
deflate_all(z_stream *z, struct rt_str from, char *to, size_t *n)
{
	z->next_in = (const Bytef *)from.p;
	z->avail_in = (uInt)from.n;
	z->next_out = (Bytef *)to;
	z->avail_out = (uInt)*n;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return false;
	*n = z->total_out;
	return true;
}

static bool
open_stream(z_stream *z, int level)
{
	*z = (z_stream){0};
	return deflateInit2(z, level, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
		   Z_DEFAULT_STRATEGY) == Z_OK;
}

/* The loop's own, which is kept: to get its memory takes longer than to
 * compress a small body. */
static z_stream *
loop_stream(int level)
{
	static z_stream z;
	static int level_of;

	if (level_of == level)
		return deflateReset(&z) == Z_OK ? &z : NULL;
	if (level_of != 0)
		(void)deflateEnd(&z);
	level_of = 0;
	if (!open_stream(&z, level))
		return NULL;
	level_of = level;
	return &z;
}

/* The body of the answer is these bytes instead. */
static void
set_body(struct rt_call *call, char *p, size_t n)
{
	call->res.file = NULL;
	call->res.body = (struct rt_buf){.p = p, .n = n, .size = n, .cap = n};
}

static bool
compress_here(struct rt_call *call)
{
	struct rt_str from = rt_buf_str(&call->res.body);
	z_stream *z = loop_stream(call->server->gzip_level);
	size_t n;
	char *to;

	if (z == NULL)
		return false;
	n = deflateBound(z, from.n);
	if (rt_arena_used(call->arena) + n > call->server->call_memory_max)
		return false;
	to = rt_arena_bytes(call->arena, n);
	if (!deflate_all(z, from, to, &n))
		return false;
	set_body(call, to, n);
	return true;
}

/* --- On a thread --- */

/* A copy of the body, or where it lies in a file, and what becomes of it. */
struct job {
	int level;
	int fd; /* -1: `from` has the bytes */
	uint64_t offset;
	size_t from_n;
	char *from;
	size_t to_n;
	char *to; /* NULL: it could not be done */
};

static size_t in_threads;

static bool
read_all(struct job *job)
{
	size_t n = 0;

	while (n < job->from_n) {
		ssize_t got = pread(job->fd, job->from + n, job->from_n - n,
		    (off_t)(job->offset + n));

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	return true;
}

static void
compress_job(void *arg)
{
	struct job *job = arg;
	z_stream z;

	if ((job->fd != -1 && !read_all(job)) || !open_stream(&z, job->level))
		return;
	job->to_n = deflateBound(&z, job->from_n);
	job->to = malloc(job->to_n);
	if (job->to != NULL &&
	    !deflate_all(&z, (struct rt_str){job->from, job->from_n}, job->to,
		&job->to_n)) {
		free(job->to);
		job->to = NULL;
	}
	(void)deflateEnd(&z);
}

/* --- On the loop's thread --- */

static void
drop(void *arg)
{
	struct job *job = arg;

	in_threads -= job->from_n;
	if (job->fd != -1)
		(void)close(job->fd);
	free(job->from);
	free(job->to);
	free(job);
}

/* One step, which can't be cut short. */
static void
cancel(void *arg)
{
	(void)arg;
}

static void
drop_of_call(void *arg)
{
	struct job **job = arg;

	if (*job != NULL)
		drop(*job);
}

static bool
fill(struct job *job, const struct rt_response *res)
{
	job->from = malloc(job->from_n);
	if (job->from == NULL)
		return false;
	if (res->file == NULL) {
		memcpy(job->from, res->body.p, job->from_n);
		return true;
	}
	job->offset = res->offset;
	job->fd = dup(res->file->fd);
	return job->fd != -1;
}

static struct job *
new_job(const struct rt_call *call, size_t n)
{
	struct job *job;

	if (n > THREADS_MAX - in_threads)
		return NULL;
	job = malloc(sizeof(*job));
	if (job == NULL)
		return NULL;
	*job = (struct job){
	    .level = call->server->gzip_level,
	    .fd = -1,
	    .from_n = n,
	};
	in_threads += n;
	if (fill(job, &call->res))
		return job;
	drop(job);
	return NULL;
}

/* There is an answer, be it a larger one: that no thread is free is no failure
 * of the call. */
static bool
hand_over(struct rt_call *call, struct job *job)
{
	static const struct rt_task task = {
	    .run = compress_job,
	    .cancel = cancel,
	    .drop = drop,
	};
	struct rt_str failure = call->failure;
	bool unavailable = call->unavailable;

	if (call->server->work(call, &task, job))
		return true;
	call->failure = failure;
	call->unavailable = unavailable;
	return false;
}

static bool
compress_there(struct rt_call *call)
{
	struct job **held = RT_NEW(call, *held);
	struct job *job;

	if (call->server->work == NULL)
		return false;
	rt_defer(call, drop_of_call, held);
	job = new_job(call, (size_t)rt_response_length(&call->res));
	if (job == NULL || !hand_over(call, job))
		return false;
	*held = job;
	if (job->to == NULL)
		return false;
	set_body(call, job->to, job->to_n);
	return true;
}

/* --- Either way --- */

static bool
is_offered(const struct rt_response *res)
{
	return res->file == NULL && res->precoded.gzip.p != NULL &&
	    res->precoded.plain.p == res->body.p &&
	    res->precoded.plain.n == res->body.n;
}

bool
rt_gzip_body(struct rt_call *call)
{
	struct rt_response *res = &call->res;
	struct rt_str gzip = res->precoded.gzip;

	if (is_offered(res)) {
		set_body(call, (char *)(uintptr_t)gzip.p, gzip.n);
		return true;
	}
	if (rt_response_length(res) > RT_GZIP_MAX)
		return false;
	if (res->file == NULL && res->body.n <= HERE_MAX)
		return compress_here(call);
	return compress_there(call);
}
