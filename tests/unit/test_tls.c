#include "tests/unit/tls_server.h"

static const char *const both[] = {"h2", "http/1.1", NULL};

/* --- Versions and algorithms --- */

TEST(both_versions_carry_bytes_both_ways)
{
	static const struct {
		int version;
		const char *text;
	} cases[] = {{TLS1_2_VERSION, "TLSv1.2"}, {TLS1_3_VERSION, "TLSv1.3"}};
	struct link l = {.step = 0};

	serve_one();
	for (unsigned i = 0; i < RT_LEN(cases); i++) {
		l = connect_as((struct wish){.version = cases[i].version});
		CHECK_STR(rt_str(rt_tls_version(l.t)), cases[i].text);
		CHECK_STR(rt_tls_protocol(l.t), "http/1.1");
		CHECK(rt_tls_certificate(l.t).p == NULL);
		expect_talk(&l);
		if (i + 1 < RT_LEN(cases))
			link_close(&l);
	}
	finish(&l);
}

TEST(versions_below_the_floor_are_refused)
{
	static const struct {
		const char *floor;
		int version;
		enum rt_tls_io want;
	} cases[] = {
	    {"1.2", TLS1_1_VERSION, RT_TLS_FAILED},
	    {"1.2", TLS1_2_VERSION, RT_TLS_DONE},
	    {"1.3", TLS1_2_VERSION, RT_TLS_FAILED},
	    {"1.3", TLS1_3_VERSION, RT_TLS_DONE},
	};
	const struct identity *id = serve_one();
	struct link l;

	for (unsigned i = 0; i < RT_LEN(cases); i++) {
		options.min_version = cases[i].floor;
		serve(&id, 1);
		l = link_open(&server,
		    (struct wish){.version = cases[i].version});
		CHECK_INT(link_shake(&l), cases[i].want);
		if (cases[i].want == RT_TLS_FAILED)
			CHECK_STR(rt_str(rt_tls_why(l.t)),
			    "unsupported protocol");
		link_close(&l);
	}
	rt_tls_close(&server);
}

/* Without forward secrecy, or with a mode that is not AEAD. */
TEST(ciphers_of_before_are_refused)
{
	static const char *const names[] = {"AES128-GCM-SHA256",
	    "ECDHE-ECDSA-AES128-SHA256", "DHE-RSA-AES128-GCM-SHA256"};
	struct link l;

	serve_one();
	for (unsigned i = 0; i < RT_LEN(names); i++) {
		l = link_open(&server,
		    (struct wish){.version = TLS1_2_VERSION});
		CHECK_INT(SSL_set_cipher_list(l.client, names[i]), 1);
		CHECK_INT(link_shake(&l), RT_TLS_FAILED);
		CHECK_STR(rt_str(rt_tls_why(l.t)), "no shared cipher");
		link_close(&l);
	}
	rt_tls_close(&server);
}

TEST(protocols_are_agreed_on_or_refused)
{
	static const struct {
		const char *const *ours;
		const char *theirs, *want; /* NULL: refused */
	} cases[] = {
	    {http_only, NULL, "http/1.1"},
	    {http_only, "\x08http/1.1", "http/1.1"},
	    {http_only, "\x02h2\x08http/1.1", "http/1.1"},
	    {http_only, "\x02h2", NULL},
	    {http_only, "\x08http/1.0", NULL},
	    {both, "\x08http/1.1\x02h2", "h2"},
	    {both, "\x08http/1.1", "http/1.1"},
	};
	const struct identity *id = serve_one();
	struct link l;

	for (unsigned i = 0; i < RT_LEN(cases); i++) {
		options.protocols = cases[i].ours;
		serve(&id, 1);
		l = link_open(&server, (struct wish){.alpn = cases[i].theirs});
		if (cases[i].want == NULL) {
			CHECK_INT(link_shake(&l), RT_TLS_FAILED);
			ERR_clear_error();
			CHECK(SSL_do_handshake(l.client) <= 0);
			CHECK_STR(rt_str(rt_tls_why(l.t)),
			    "no application protocol");
		} else {
			CHECK_INT(link_shake(&l), RT_TLS_DONE);
			CHECK_STR(rt_tls_protocol(l.t), cases[i].want);
		}
		link_close(&l);
	}
	rt_tls_close(&server);
}

/* --- Bytes --- */

TEST(bytes_may_come_one_by_one)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct link l;

	serve_one();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		l = link_open(&server, (struct wish){.version = versions[i]});
		l.step = 1;
		CHECK_INT(link_shake(&l), RT_TLS_DONE);
		expect_talk(&l);
		link_close(&l);
	}
	rt_tls_close(&server);
	forget_session();
}

/* Data that comes with the end of the handshake makes no event of its own. */
TEST(bytes_behind_the_handshake_are_told)
{
	struct link l;
	char buf[8];
	size_t got = 0;

	serve_one();
	l = link_open(&server, (struct wish){.version = TLS1_3_VERSION});
	SSL_do_handshake(l.client);
	link_carry(&l);
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_WANT_READ);
	link_carry(&l);
	CHECK_INT(SSL_do_handshake(l.client), 1);
	CHECK_INT(SSL_write(l.client, "hello", 5), 5);
	link_carry(&l);
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_DONE);
	CHECK(rt_tls_may_read(l.t));
	CHECK_INT(rt_tls_read(l.t, buf, 2, &got), RT_TLS_DONE);
	CHECK_INT(got, 2);
	CHECK(rt_tls_may_read(l.t));
	CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got), RT_TLS_DONE);
	CHECK_INT(got, 3);
	finish(&l);
}

static char
byte_at(size_t i)
{
	return (char)(i * 7 + i / 251);
}

/* What has come so far; returns where the client stands then. */
static size_t
check_read(struct link *l, size_t at)
{
	char buf[16384];
	int r;

	link_carry(l);
	while ((r = SSL_read(l->client, buf, sizeof(buf))) > 0) {
		for (int i = 0; i < r; i++)
			CHECK(buf[i] == byte_at(at + (size_t)i));
		at += (size_t)r;
	}
	return at;
}

/*
 * The socket takes little at a time, the buffer moves, and meanwhile the client
 * asks for new keys, which has to wait for the record that is half sent.
 */
TEST(writes_go_on_where_they_stopped)
{
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE), *copy = NULL, buf[8];
	size_t sent = 0, read_at = 0, n = 0, waits = 0;
	struct link l;

	serve_one();
	l = connect_as((struct wish){.version = TLS1_3_VERSION});
	for (size_t i = 0; i < SIZE; i++)
		text[i] = byte_at(i);
	while (sent < SIZE) {
		enum rt_tls_io io;

		free(copy);
		copy = malloc(SIZE - sent);
		memcpy(copy, text + sent, SIZE - sent);
		io = rt_tls_write(l.t, copy, SIZE - sent, &n);
		if (io == RT_TLS_DONE) {
			CHECK(n > 0 && (sent > 0 || n == 16384));
			sent += n;
			continue;
		}
		CHECK_INT(io, RT_TLS_WANT_WRITE);
		if (waits++ == 1) {
			SSL_key_update(l.client, SSL_KEY_UPDATE_REQUESTED);
			CHECK_INT(SSL_do_handshake(l.client), 1);
			link_carry(&l);
			CHECK(rt_tls_read(l.t, buf, sizeof(buf), &n) !=
			    RT_TLS_FAILED);
		}
		read_at = check_read(&l, read_at);
	}
	CHECK(waits > 1);
	for (unsigned i = 0; i < SIZE / 1024 && read_at < SIZE; i++)
		read_at = check_read(&l, read_at);
	CHECK_INT(read_at, SIZE);
	expect_talk(&l);
	free(text);
	free(copy);
	finish(&l);
}

/* --- Ends --- */

TEST(a_client_that_says_so_may_still_read)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct link l;
	char buf[16];
	size_t got = 0;

	serve_one();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		l = connect_as((struct wish){.version = versions[i]});
		CHECK_INT(SSL_write(l.client, "last", 4), 4);
		CHECK_INT(SSL_shutdown(l.client), 0);
		link_carry(&l);
		close(l.fd[1]);
		CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got),
		    RT_TLS_DONE);
		CHECK_INT(got, 4);
		CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got),
		    RT_TLS_CLOSED);
		CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got),
		    RT_TLS_CLOSED);
		l.fd[1] = -1;
		link_close(&l);

		l = connect_as((struct wish){.version = versions[i]});
		CHECK_INT(SSL_shutdown(l.client), 0);
		link_carry(&l);
		CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got),
		    RT_TLS_CLOSED);
		expect_answer(&l, "the answer");
		CHECK_INT(rt_tls_shutdown(l.t), RT_TLS_DONE);
		link_carry(&l);
		CHECK(SSL_read(l.client, buf, sizeof(buf)) <= 0);
		CHECK(SSL_get_shutdown(l.client) & SSL_RECEIVED_SHUTDOWN);
		link_close(&l);
	}
	rt_tls_close(&server);
	forget_session();
}

TEST(an_end_without_a_word_is_a_cut)
{
	struct link l;
	char buf[16], half[24];
	size_t got = 0;

	serve_one();
	l = connect_as((struct wish){.version = 0});
	CHECK_INT(SSL_write(l.client, "whole", 5), 5);
	link_carry(&l);
	CHECK_INT(SSL_write(l.client, "not whole", 9), 9);
	CHECK_INT(BIO_read(l.out, half, sizeof(half)), sizeof(half));
	CHECK_INT(write(l.fd[1], half, sizeof(half)), sizeof(half));
	shutdown(l.fd[1], SHUT_WR);

	CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got), RT_TLS_DONE);
	CHECK_INT(got, 5);
	CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got), RT_TLS_CUT);
	CHECK_STR(rt_str(rt_tls_why(l.t)),
	    "the connection has ended without close_notify");
	CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got), RT_TLS_CUT);
	CHECK(rt_tls_write(l.t, "x", 1, &got) != RT_TLS_DONE);
	CHECK_INT(rt_tls_shutdown(l.t), RT_TLS_DONE);
	finish(&l);
}

TEST(a_client_that_goes_is_a_cut_and_no_signal)
{
	struct link l;
	size_t sent = 0;

	serve_one();
	l = link_open(&server, (struct wish){.version = 0});
	SSL_do_handshake(l.client);
	link_carry(&l);
	close(l.fd[1]);
	l.fd[1] = -1;
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_CUT);
	link_close(&l);

	l = connect_as((struct wish){.version = 0});
	close(l.fd[1]);
	l.fd[1] = -1;
	CHECK_INT(rt_tls_write(l.t, "x", 1, &sent), RT_TLS_CUT);
	CHECK_STR(rt_str(rt_tls_why(l.t)), "Broken pipe");
	finish(&l);
}

TEST(a_shutdown_before_the_handshake_says_nothing)
{
	struct link l;
	char c;

	serve_one();
	l = link_open(&server, (struct wish){.version = 0});
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_WANT_READ);
	CHECK_INT(rt_tls_shutdown(l.t), RT_TLS_DONE);
	CHECK(read(l.fd[1], &c, 1) < 0);
	link_close(&l);

	l = link_open(&server, (struct wish){.version = 0});
	SSL_do_handshake(l.client);
	link_carry(&l);
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_WANT_READ);
	while (read(l.fd[1], &c, 1) == 1)
		;
	CHECK_INT(rt_tls_shutdown(l.t), RT_TLS_DONE);
	CHECK(read(l.fd[1], &c, 1) < 0);
	finish(&l);
}

/* Half a hello costs nothing, and its end is seen though it is not read. */
TEST(a_hello_is_awaited_whole)
{
	struct link l;
	char hello[1024];
	int n;

	serve_one();
	l = link_open(&server, (struct wish){.host = "a.example"});
	SSL_do_handshake(l.client);
	n = BIO_read(l.out, hello, sizeof(hello));
	for (int i = 0; i < n; i++) {
		CHECK_INT(rt_tls_handshake(l.t), RT_TLS_WANT_READ);
		CHECK(l.t->ssl == NULL);
		CHECK(!rt_tls_may_read(l.t));
		CHECK_INT(write(l.fd[1], hello + i, 1), 1);
	}
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_WANT_READ);
	CHECK(l.t->ssl != NULL);
	CHECK_INT(link_shake(&l), RT_TLS_DONE);
	expect_talk(&l);
	link_close(&l);

	l = link_open(&server, (struct wish){.host = "a.example"});
	CHECK_INT(write(l.fd[1], hello, (size_t)n - 1), n - 1);
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_WANT_READ);
	shutdown(l.fd[1], SHUT_WR);
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_CUT);
	CHECK(l.t->ssl == NULL);
	CHECK_INT(rt_tls_shutdown(l.t), RT_TLS_DONE);
	finish(&l);
}

/* --- Clients that do not keep to it --- */

TEST(a_client_can_not_renegotiate)
{
	struct link l;
	char buf[16];
	size_t got = 0;

	serve_one();
	l = connect_as((struct wish){.version = TLS1_2_VERSION});
	CHECK_INT(SSL_renegotiate(l.client), 1);
	SSL_do_handshake(l.client);
	link_carry(&l);
	CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got), RT_TLS_WANT_READ);
	link_carry(&l);
	ERR_clear_error();
	CHECK(SSL_do_handshake(l.client) <= 0);
	CHECK_INT(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
	finish(&l);
}

/* Each record costs the server keys, and none brings data: it must come back. */
TEST(records_without_data_have_an_end)
{
	struct link l;
	char buf[16];
	size_t got = 0;

	serve_one();
	l = connect_as((struct wish){.version = TLS1_3_VERSION});
	for (unsigned i = 0; i < 10; i++) {
		SSL_key_update(l.client, SSL_KEY_UPDATE_REQUESTED);
		CHECK_INT(SSL_do_handshake(l.client), 1);
	}
	expect_talk(&l);
	for (unsigned i = 0; i < 5000; i++) {
		SSL_key_update(l.client, SSL_KEY_UPDATE_NOT_REQUESTED);
		CHECK_INT(SSL_do_handshake(l.client), 1);
	}
	while (link_carry(&l))
		;
	CHECK_INT(rt_tls_read(l.t, buf, sizeof(buf), &got), RT_TLS_FAILED);
	CHECK_STR(rt_str(rt_tls_why(l.t)), "too many records without data");
	CHECK_INT(rt_tls_shutdown(l.t), RT_TLS_DONE);
	finish(&l);
}

static void
expect_failure(const char *bytes, size_t n, const char *why)
{
	struct link l = link_open(&server, (struct wish){.version = 0});

	CHECK_INT(write(l.fd[1], bytes, n), n);
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_FAILED);
	CHECK_STR(rt_str(rt_tls_why(l.t)), why);
	CHECK_INT(rt_tls_handshake(l.t), RT_TLS_FAILED);
	link_close(&l);
}

TEST(bytes_that_are_no_tls_are_refused)
{
	static const char http[] = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
	static const char alert[] = "\x15\x03\x01\x00\x02\x02\x28";
	static const char large[] = "\x16\x03\x01\xff\xff\x01\x00\x00\x00";

	serve_one();
	expect_failure(http, sizeof(http) - 1, "http request");
	expect_failure(alert, sizeof(alert) - 1, "unexpected message");
	expect_failure(large, sizeof(large) - 1, "packet length too long");
	rt_tls_close(&server);
}

/* A hello in which some bytes are others, and noise: never more than an end. */
TEST(random_bytes_do_no_harm)
{
	unsigned char hello[2048];
	int n;
	struct link l;

	serve_one();
	srandom(1);
	for (unsigned i = 0; i < 2000; i++) {
		l = link_open(&server, (struct wish){.host = "a.example"});
		SSL_do_handshake(l.client);
		n = BIO_read(l.out, hello, sizeof(hello));
		for (unsigned k = 0; k < 1 + i % 4; k++)
			hello[random() % n] = (unsigned char)random();
		for (int k = 0; i % 8 == 0 && k < n; k++)
			hello[k] = (unsigned char)random();
		CHECK_INT(write(l.fd[1], hello, (size_t)n), n);
		CHECK(rt_tls_handshake(l.t) != RT_TLS_DONE);
		shutdown(l.fd[1], SHUT_WR);
		CHECK(rt_tls_handshake(l.t) != RT_TLS_DONE);
		link_close(&l);
	}
	rt_tls_close(&server);
}
