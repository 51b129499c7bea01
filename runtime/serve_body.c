#include <errno.h>
#include <limits.h>
#include <sys/mman.h>

#include "runtime/log.h"
#include "runtime/router.h"
#include "runtime/serve_kore.h"
#include "runtime/server.h"
#include "runtime/settings.h"

/*
 * Bodies of requests.  Kore reads a head, allocates what the body needs or
 * makes a file for it, and would then read on by itself; here its place is
 * taken, so that an operation's limit is known before the first byte is read, a
 * file has no name for longer than a moment, GET and DELETE may have a body, and
 * nothing is hashed.
 */

enum {
	CHUNK = 64 * 1024,
	/* Bytes a second below which a client is too slow. */
	RATE_MIN = 16 * 1024,
	ROUTE_MEMORY_MAX = 1024 * 1024,
};

/* What req->fsm_state, which is ours to use, says of the body. */
enum { BODY_OPEN = 0, BODY_DONE, BODY_LOST };

static const struct rt_server *server;
static struct rt_arena *scratch;

void
rt_body_open(const struct rt_server *s)
{
	struct kore_server *k;
	bool tls = false;

	server = s;
	scratch = rt_arena_open(ROUTE_MEMORY_MAX, NULL, NULL);
	http_body_disk_offload = (u_int64_t)rt_setting_int("BODY_DISK_OFFLOAD");
	http_body_disk_path = kore_strdup(rt_setting_text("BODY_DISK_PATH"));
	LIST_FOREACH(k, &kore_servers, list)
	tls = tls || k->tls;
	/* Where Kore reads by itself its own limit has to do. */
	http_body_max = tls ? s->body_max : LONG_MAX;
}

void
rt_body_close(void)
{
	rt_arena_close(scratch);
	scratch = NULL;
	kore_free(http_body_disk_path);
	http_body_disk_path = NULL;
}

/* --- Files --- */

/* A file without a name; -1 with errno. */
static int
open_file(const char *directory)
{
	char path[HTTP_BODY_PATH_MAX];
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
	int fd = open_file(rt_setting_text("BODY_DISK_PATH"));

	if (fd == -1)
		return false;
	(void)close(fd);
	return true;
}

static bool
write_all(int fd, const unsigned char *p, size_t n)
{
	while (n > 0) {
		ssize_t wrote = write(fd, p, n);

		if (wrote == -1 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		p += wrote;
		n -= (size_t)wrote;
	}
	return true;
}

/* --- The end of a body --- */

/* The request goes to its handler; the connection waits for the answer. */
static void
finish(struct http_request *req, u_int8_t state)
{
	struct connection *c = req->owner;

	req->fsm_state = state;
	req->content_length = req->http_body_length;
	req->flags |= HTTP_REQUEST_COMPLETE;
	req->flags &= (u_int16_t)~HTTP_REQUEST_EXPECT_BODY;
	c->rnb->extra = NULL;
	net_recv_reset(c, http_header_max, http_header_recv);
	c->http_timeout = 0;
	http_request_wakeup(req);
}

/* What was kept of the body is let go of, and no more is read before the
 * answer. */
static void
give_up(struct http_request *req, u_int8_t state)
{
	if (req->http_body != NULL)
		kore_buf_free(req->http_body);
	req->http_body = NULL;
	if (req->http_body_fd != -1)
		(void)close(req->http_body_fd);
	req->http_body_fd = -1;
	finish(req, state);
	req->owner->evt.flags &= ~KORE_EVENT_READ;
}

bool
rt_body_is_lost(const struct http_request *req)
{
	return req->fsm_state == BODY_LOST;
}

/* --- Reading --- */

/* Called for whatever has come, at most as much as is still to come. */
static int
recv_body(struct netbuf *nb)
{
	struct http_request *req = nb->extra;

	if (req->http_body != NULL) {
		kore_buf_append(req->http_body, nb->buf, nb->s_off);
	} else if (!write_all(req->http_body_fd, nb->buf, nb->s_off)) {
		rt_log(RT_LOG_ERROR, "A request body can't be stored: %s.",
		    strerror(errno));
		give_up(req, BODY_LOST);
		return KORE_RESULT_OK;
	}
	req->content_length -= nb->s_off;
	nb->s_off = 0;
	nb->b_len = MIN(req->content_length, nb->m_len);
	if (req->content_length == 0)
		finish(req, BODY_DONE);
	return KORE_RESULT_OK;
}

static const struct rt_op *
find_op(const struct http_request *req)
{
	struct rt_route route = rt_router_find(server->router, scratch,
	    rt_str(http_method_text(req->method)), rt_str(req->path));

	rt_arena_reset(scratch);
	return route.op;
}

/* A client that asks for leave to send its body gets it (RFC 9110, section
 * 10.1.1). */
static void
say_continue(struct http_request *req)
{
	static const char answer[] = "HTTP/1.1 100 Continue\r\n\r\n";
	const char *expect;

	if (http_request_header(req, "expect", &expect) &&
	    strcasecmp(expect, "100-continue") == 0 &&
	    (req->flags & HTTP_VERSION_1_0) == 0)
		net_send_queue(req->owner, answer, sizeof(answer) - 1);
}

static void
begin(struct http_request *req)
{
	struct connection *c = req->owner;
	size_t length = req->http_body_length;

	if (length > rt_server_body_max(server, find_op(req))) {
		give_up(req, BODY_DONE);
		return;
	}
	net_recv_reset(c, MIN(length, CHUNK), recv_body);
	c->rnb->extra = req;
	c->http_start = kore_time_ms();
	c->http_timeout = (http_body_timeout + length / RATE_MIN) * 1000;
	say_continue(req);
}

bool
rt_body_take_over(struct connection *c)
{
	struct http_request *req;

	if (c->rnb->cb == recv_body)
		return true;
	TAILQ_FOREACH(req, &c->http_requests, olist)
	{
		if ((req->flags & HTTP_REQUEST_EXPECT_BODY) == 0)
			continue;
		if (req->http_body_path != NULL)
			(void)unlink(req->http_body_path);
		begin(req);
		return (req->flags & HTTP_REQUEST_EXPECT_BODY) != 0;
	}
	return true;
}

/* --- Methods that Kore knows no body of --- */

/* The length of a body that was sent and not read; 0 for none, and where it
 * can't be told. */
static size_t
unread_length(struct http_request *req)
{
	const struct http_header *h;
	const char *text = NULL;
	int ok;

	TAILQ_FOREACH(h, &req->req_headers, list)
	{
		if (strcasecmp(h->header, "transfer-encoding") == 0)
			return 0;
		if (strcasecmp(h->header, "content-length") != 0)
			continue;
		if (text != NULL || h->value[strspn(h->value, "0123456789")])
			return 0;
		text = h->value;
	}
	if (text == NULL)
		return 0;
	return (size_t)kore_strtonum(text, 10, 1, LONG_MAX, &ok);
}

static bool
takes_body(const struct http_request *req)
{
	const struct rt_op *op = find_op(req);

	return op != NULL && op->bodies != NULL;
}

bool
rt_body_await(struct http_request *req)
{
	struct connection *c = req->owner;
	size_t length;

	if (req->fsm_state != BODY_OPEN || req->http_body != NULL ||
	    !takes_body(req))
		return false;
	length = unread_length(req);
	if (length == 0)
		return false;
	req->flags |= HTTP_REQUEST_EXPECT_BODY;
	req->flags &= (u_int16_t)~HTTP_REQUEST_COMPLETE;
	req->http_body_length = req->content_length = length;
	http_request_sleep(req);
	if (length <= http_body_disk_offload)
		req->http_body = kore_buf_alloc(length);
	else
		req->http_body_fd = open_file(http_body_disk_path);
	if (req->http_body == NULL && req->http_body_fd == -1) {
		give_up(req, BODY_LOST);
		return true;
	}
	c->evt.flags |= KORE_EVENT_READ; /* something may have been left */
	begin(req);
	if (net_recv_flush(c) != KORE_RESULT_OK ||
	    net_send_flush(c) != KORE_RESULT_OK)
		kore_connection_disconnect(c);
	return true;
}

/* --- What is not wanted --- */

static int
discard(struct netbuf *nb)
{
	size_t left = (size_t)(uintptr_t)nb->extra;

	left -= MIN(left, nb->s_off);
	nb->extra = (void *)(uintptr_t)left;
	nb->s_off = 0;
	if (left > 0)
		return KORE_RESULT_OK;
	nb->owner->flags |= CONN_CLOSE_EMPTY;
	nb->owner->evt.flags &= ~KORE_EVENT_READ;
	return net_send_flush(nb->owner);
}

void
rt_body_discard(struct connection *c, size_t left)
{
	net_recv_reset(c, CHUNK, discard);
	c->rnb->extra = (void *)(uintptr_t)left;
	c->evt.flags |= KORE_EVENT_READ;
	c->http_start = kore_time_ms();
	c->http_timeout = http_body_timeout * 1000;
	kore_connection_start_idletimer(c);
	if (net_recv_flush(c) != KORE_RESULT_OK)
		kore_connection_disconnect(c);
}

/* --- The bytes --- */

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
map_file(struct rt_call *call, const struct http_request *req)
{
	struct map *map = RT_NEW(call, *map);

	map->n = req->http_body_length;
	map->p =
	    mmap(NULL, map->n, PROT_READ, MAP_PRIVATE, req->http_body_fd, 0);
	if (map->p == MAP_FAILED)
		return false;
	rt_defer(call, unmap, map);
	call->req.body = (struct rt_str){map->p, map->n};
	call->req.in_file = true;
	call->req.fd = req->http_body_fd;
	return true;
}

bool
rt_body_take(struct rt_call *call, const struct http_request *req)
{
	size_t n = req->http_body_length;

	if (req->http_body_fd != -1)
		return map_file(call, req);
	if (req->http_body == NULL && n > 0) {
		call->req.body_pending = true;
		call->req.length_known = true;
		call->req.length = n;
	} else if (n > 0)
		call->req.body =
		    (struct rt_str){(const char *)req->http_body->data, n};
	return true;
}
