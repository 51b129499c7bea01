#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"
#include "runtime/server.h"
#include "runtime/settings.h"

/*
 * Bodies of requests: in the call's memory, or past BODY_DISK_OFFLOAD in a file
 * without a name.  Nothing is taken before the operation has said that it takes
 * one.
 */

enum { PATH_MAX_OUT = 256 };

static size_t offload;
static const char *directory;

void
rt_body_open(void)
{
	offload = (size_t)rt_setting_int("BODY_DISK_OFFLOAD");
	directory = rt_setting_text("BODY_DISK_PATH");
}

/* --- Files --- */

/* A file without a name; -1 with errno. */
static int
open_file(void)
{
	char path[PATH_MAX_OUT];
	int n = snprintf(path, sizeof(path), "%s/http_body.XXXXXX", directory);
	int fd;

	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkstemp(path);
	if (fd != -1)
		(void)unlink(path);
	return fd;
}

bool
rt_body_probe(void)
{
	int fd = open_file();

	if (fd == -1)
		return false;
	(void)close(fd);
	return true;
}

static bool
write_all(int fd, struct rt_str s)
{
	while (s.n > 0) {
		ssize_t wrote = write(fd, s.p, s.n);

		if (wrote == -1 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		s.p += wrote;
		s.n -= (size_t)wrote;
	}
	return true;
}

static void
close_file(void *arg)
{
	struct rt_exchange *x = arg;

	(void)close(x->fd);
}

/* From now on the body is in a file, with what has come of it. */
static bool
move_to_file(struct rt_exchange *x)
{
	x->fd = open_file();
	if (x->fd == -1)
		return false;
	rt_defer(x->call, close_file, x);
	return write_all(x->fd, (struct rt_str){x->body, (size_t)x->body_n});
}

/* --- Memory --- */

static void
free_bytes(void *arg)
{
	struct rt_exchange *x = arg;

	free(x->body);
}

/* As much as is promised, else twice as much as before; what is not written to
 * costs nothing. */
static size_t
next_size(const struct rt_exchange *x, size_t need)
{
	const struct rt_request *req = &x->call->req;
	size_t size = x->body_size * 2;

	if (req->length_known)
		return (size_t)req->length;
	if (size < need)
		size = need;
	return size < offload ? size : offload;
}

static bool
keep_bytes(struct rt_exchange *x, struct rt_str bytes)
{
	size_t need = (size_t)x->body_n + bytes.n;

	if (need > x->body_size) {
		size_t size = next_size(x, need);
		char *p = realloc(x->body, size);

		if (p == NULL)
			return false;
		x->body = p;
		x->body_size = size;
	}
	memcpy(x->body + x->body_n, bytes.p, bytes.n);
	return true;
}

/* --- What comes --- */

static bool
is_for_memory(const struct rt_exchange *x, size_t n)
{
	const struct rt_request *req = &x->call->req;

	return x->fd == -1 && x->body_n + n <= offload &&
	    (!req->length_known || req->length <= offload);
}

static bool
store(struct rt_exchange *x, struct rt_str bytes)
{
	if (is_for_memory(x, bytes.n))
		return keep_bytes(x, bytes);
	return (x->fd != -1 || move_to_file(x)) && write_all(x->fd, bytes);
}

void
rt_body_end(struct rt_exchange *x, int status, const char *why)
{
	x->receiving = false;
	x->refused = status;
	x->refused_why = why;
	rt_call_wake(x->call);
}

static void
lose(struct rt_exchange *x)
{
	rt_log(RT_LOG_ERROR, "A request body can't be stored: %s.",
	    strerror(errno));
	rt_body_end(x, 503, "The body could not be stored.");
}

void
rt_body_add(struct rt_exchange *x, struct rt_str bytes)
{
	if (!x->receiving)
		return;
	if (bytes.n > x->body_max - x->body_n)
		rt_body_end(x, 413,
		    "The body is larger than the operation takes.");
	else if (!store(x, bytes))
		lose(x);
	else
		x->body_n += bytes.n;
}

/* --- The call's side --- */

/* A client that asks for leave to send its body gets it (RFC 9110, section
 * 10.1.1), unless it has not waited. */
static void
say_continue(struct rt_exchange *x)
{
	if (x->head.expects && x->conn->in_n == 0)
		rt_send(x->conn, RT_LIT("HTTP/1.1 100 Continue\r\n\r\n"),
		    (struct rt_str){NULL, 0});
	x->head.expects = false;
}

static void
begin(struct rt_exchange *x)
{
	const struct rt_call *call = x->call;
	size_t max = rt_server_body_max(call->server, call->op);

	x->body_max = max;
	x->fd = -1;
	rt_defer(x->call, free_bytes, x);
	x->receiving = true;
	say_continue(x);
	rt_conn_ready(x->conn);
}

struct map {
	void *p;
	size_t n;
};

static void
unmap(void *arg)
{
	struct map *map = arg;

	(void)munmap(map->p, map->n);
}

static bool
map_file(struct rt_exchange *x)
{
	struct rt_call *call = x->call;
	struct map *map = RT_NEW(call, *map);

	map->n = (size_t)x->body_n;
	map->p = mmap(NULL, map->n, PROT_READ, MAP_PRIVATE, x->fd, 0);
	if (map->p == MAP_FAILED) {
		rt_log(RT_LOG_ERROR, "A request body can't be mapped: %s.",
		    strerror(errno));
		rt_exchange_problem(x, 503, "The body could not be stored.");
		return false;
	}
	rt_defer(call, unmap, map);
	call->req.body = (struct rt_str){map->p, map->n};
	call->req.in_file = true;
	call->req.fd = x->fd;
	return true;
}

bool
rt_body_receive(struct rt_call *call)
{
	struct rt_exchange *x = call->wait;

	begin(x);
	while (x->receiving) {
		if (!rt_call_wait(call)) {
			x->receiving = false;
			return false;
		}
	}
	if (x->refused != 0) {
		x->close = true;
		rt_exchange_problem(x, x->refused, x->refused_why);
		return false;
	}
	if (x->fd != -1)
		return map_file(x);
	if (x->body_n > 0)
		call->req.body = (struct rt_str){x->body, (size_t)x->body_n};
	return true;
}
