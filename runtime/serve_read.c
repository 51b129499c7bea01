#include <sys/socket.h>

#include "runtime/serve_kore.h"

/*
 * Kore's parser takes for granted that a client sends one request and then
 * waits: it forgets what comes in one piece with a head, and where that is
 * more than the body has, it reads on without an end.  So it gets to see no
 * byte behind a head together with it, and no request before the answer to
 * the one before.
 */

RT_EXPORT void rt_connect(struct connection *);

/* Bytes up to the first empty line, with it; 0 where there is none.  Kore
 * takes a line feed alone for the end of a line as well. */
static size_t
head_length(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (p[i] != '\n')
			continue;
		if (p[i + 1] == '\n')
			return i + 2;
		if (p[i + 1] == '\r' && i + 2 < n && p[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

static bool
owes_answer(const struct connection *c)
{
	const struct http_request *req;

	TAILQ_FOREACH(req, &c->http_requests, olist)
	{
		if (req->status == 0)
			return true;
	}
	return false;
}

/* Looks for the end of the head in what has come, which stays where it is;
 * returns how much of it to read. */
static size_t
count_head_bytes(const struct netbuf *nb, size_t came)
{
	size_t before = nb->s_off < 3 ? nb->s_off : 3;
	size_t n = head_length(nb->buf + nb->s_off - before, before + came);

	return n > before ? n - before : came;
}

/* Kore would close the connection without a word.  What has come meanwhile is
 * dropped, for unread bytes would make the client lose the answer. */
static int
refuse_head(struct connection *c)
{
	static const char answer[] =
	    "HTTP/1.1 431 Request Header Fields Too Large\r\n"
	    "Connection: close\r\nContent-Length: 0\r\n\r\n";

	if (recv(c->fd, c->rnb->buf, c->rnb->b_len, 0) == 0)
		return KORE_RESULT_ERROR;
	net_send_queue(c, answer, sizeof(answer) - 1);
	c->flags |= CONN_CLOSE_EMPTY;
	c->evt.flags &= ~KORE_EVENT_READ;
	return KORE_RESULT_OK;
}

/* Takes the place of net_read(). */
static int
read_request(struct connection *c, size_t *bytes)
{
	struct netbuf *nb = c->rnb;
	size_t room = nb->b_len;
	ssize_t came;
	int result;

	if (nb->cb != http_header_recv)
		return rt_body_take_over(c) ? net_read(c, bytes)
					    : KORE_RESULT_OK;
	if (owes_answer(c)) {
		c->evt.flags &= ~KORE_EVENT_READ;
		return KORE_RESULT_OK;
	}

	if (nb->s_off == room)
		return refuse_head(c);
	came = recv(c->fd, nb->buf + nb->s_off, room - nb->s_off, MSG_PEEK);
	if (came <= 0)
		return net_read(c, bytes);
	nb->b_len = nb->s_off + count_head_bytes(nb, (size_t)came);
	result = net_read(c, bytes);
	nb->b_len = room;
	return result;
}

/* What Kore does with a new connection, but for the reading. */
void
rt_connect(struct connection *c)
{
	c->proto = CONN_PROTO_HTTP;
	if (http_keepalive_time != 0)
		c->idle_timer.length = http_keepalive_time * 1000;
	net_recv_queue(c, http_header_max, NETBUF_CALL_CB_ALWAYS,
	    http_header_recv);
	c->read = read_request;
}

void
rt_read_open(void)
{
	struct kore_server *s;
	struct listener *l;

	LIST_FOREACH(s, &kore_servers, list)
	{
		/* Of what is encrypted there is nothing to see. */
		if (s->tls)
			continue;
		LIST_FOREACH(l, &s->listeners, list)
		l->connect = kore_runtime_getcall("rt_connect");
	}
}

void
rt_read_on(struct connection *c)
{
	c->evt.flags |= KORE_EVENT_READ; /* something may have been left */
	if (c->rnb->buf == NULL || c->rnb->cb != http_header_recv)
		http_start_recv(c);
	else
		(void)net_recv_flush(c);
}
