/* A server of TLS for tests, and what one says that can't be opened. */
#ifndef TLS_SERVER_H
#define TLS_SERVER_H

#include "tests/unit/test.h"
#include "tests/unit/tls_fixture.h"

static struct rt_tls_server server;

static const char *const http_only[] = {"http/1.1", NULL};

static char warning[512];

static inline void
note_warning(const char *text)
{
	snprintf(warning, sizeof(warning), "%s", text);
}

static struct rt_tls_options options = {
    .certificates = "",
    .client_ca = "",
    .min_version = "1.2",
    .protocols = http_only,
    .warn = note_warning,
};

/* "a.pem:a.key,b.pem:b.key" of some identities. */
static inline const char *
list_of(const struct identity *const *ids, unsigned n)
{
	static char list[2048];
	size_t at = 0;

	for (unsigned i = 0; i < n; i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s:%s",
		    i == 0 ? "" : ",", ids[i]->cert, ids[i]->keyfile);
	return list;
}

static inline void
serve(const struct identity *const *ids, unsigned n)
{
	char why[512] = "";

	options.certificates = list_of(ids, n);
	if (!rt_tls_open(&server, &options, why, sizeof(why)))
		fprintf(stderr, "%s\n", why);
	CHECK_STR(rt_str(why), "");
	CHECK(server.context != NULL);
}

/* One of a.example, with a key that is made quickly. */
static inline const struct identity *
serve_one(void)
{
	const struct identity *id;

	open_fixture();
	id = make_identity(
	    (struct wanted){"a", "DNS:a.example", .kind = "P-256"});
	serve(&id, 1);
	return id;
}

static inline struct link
connect_as(struct wish w)
{
	struct link l = link_open(&server, w);

	CHECK_INT(link_shake(&l), RT_TLS_DONE);
	CHECK(SSL_is_init_finished(l.client));
	return l;
}

static inline void
forget_session(void)
{
	SSL_SESSION_free(link_session);
	link_session = NULL;
}

static inline void
finish(struct link *l)
{
	link_close(l);
	rt_tls_close(&server);
	forget_session();
}

/* The client sends a text, and the server reads it and no more. */
static inline void
expect_bytes(struct link *l, const char *text)
{
	char buf[64];
	size_t n = strlen(text), got = 0, at = 0;
	enum rt_tls_io io;

	CHECK_INT(SSL_write(l->client, text, (int)n), n);
	while (at < n) {
		link_carry(l);
		io = rt_tls_read(l->t, buf + at, sizeof(buf) - at, &got);
		CHECK(io == RT_TLS_DONE || io == RT_TLS_WANT_READ);
		if (io == RT_TLS_DONE)
			at += got;
	}
	CHECK(memcmp(buf, text, n) == 0);
	CHECK_INT(rt_tls_read(l->t, buf, sizeof(buf), &got), RT_TLS_WANT_READ);
	CHECK(!rt_tls_may_read(l->t));
}

static inline void
expect_answer(struct link *l, const char *text)
{
	char buf[64];
	size_t n = strlen(text), sent = 0;
	int r;

	CHECK_INT(rt_tls_write(l->t, text, n, &sent), RT_TLS_DONE);
	CHECK_INT(sent, n);
	while ((r = SSL_read(l->client, buf, sizeof(buf))) <= 0)
		CHECK(link_carry(l));
	CHECK_INT(r, n);
	CHECK(memcmp(buf, text, n) == 0);
}

static inline void
expect_talk(struct link *l)
{
	expect_bytes(l, "GET / HTTP/1.1\r\n\r\n");
	expect_answer(l, "HTTP/1.1 204 No Content\r\n\r\n");
	expect_bytes(l, "more");
}

#endif /* TLS_SERVER_H */
