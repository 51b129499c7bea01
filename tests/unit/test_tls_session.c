#include "tests/unit/tls_server.h"

static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

static time_t later_s;

/* For OpenSSL too. */
RT_EXPORT time_t time(time_t *);

time_t
time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec + later_s;
	return now.tv_sec + later_s;
}

/*
 * Whether a client comes back with the session that it was given last; it then
 * has the one that it is given for the next time.
 */
static bool
resumes(struct wish w)
{
	struct link l;
	SSL_SESSION *session = link_session;
	bool resumed;

	CHECK(session != NULL);
	link_session = NULL;
	w.session = session;
	l = connect_as(w);
	resumed = SSL_session_reused(l.client) == 1;
	CHECK_INT(SSL_session_reused(l.t->ssl), resumed);
	expect_talk(&l);
	if (link_session == NULL) /* TLS 1.2 does not tell of a second ticket */
		link_session = SSL_get1_session(l.client);
	link_close(&l);
	SSL_SESSION_free(session);
	return resumed;
}

/* A first connection, for its session. */
static void
visit(struct wish w)
{
	struct link l;

	forget_session();
	l = connect_as(w);
	CHECK(!SSL_session_reused(l.client));
	link_close(&l);
	CHECK(link_session != NULL);
}

/* --- Tickets --- */

TEST(sessions_are_resumed)
{
	serve_one();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish w = {.host = "a.example", .version = versions[i]};

		visit(w);
		CHECK_INT(SSL_SESSION_get_max_early_data(link_session), 0);
		CHECK_INT(SSL_SESSION_get_ticket_lifetime_hint(link_session),
		    RT_TLS_TICKET_S);
		CHECK(resumes(w));
		CHECK(resumes(w));
	}
	rt_tls_close(&server);
	forget_session();
}

/* As a worker does: the keys are the parent's. */
TEST(sessions_are_resumed_by_another_process)
{
	serve_one();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish w = {.version = versions[i]};
		int status = 1;
		pid_t pid;

		visit(w);
		pid = fork();
		if (pid == 0) {
			rt_tls_rotate(&server);
			_exit(resumes(w) ? 0 : 3);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK_INT(status, 0);
	}
	rt_tls_close(&server);
	forget_session();
}

TEST(tickets_have_an_end)
{
	serve_one();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish w = {.version = versions[i]};

		visit(w);
		later_s += RT_TLS_TICKET_S + 2;
		CHECK(!resumes(w));
	}
	rt_tls_close(&server);
	forget_session();
}

/* From ticket to ticket, but a day later the certificates are shown again (RFC
 * 8446, section 4.6.1). */
TEST(tickets_do_not_go_on_for_ever)
{
	enum { HOUR_S = 3600 };
	struct wish w = {.version = TLS1_3_VERSION};

	serve_one();
	visit(w);
	for (int h = 3; h < 24; h += 3) {
		later_s += 3 * HOUR_S;
		CHECK(resumes(w));
	}
	later_s += 3 * HOUR_S;
	CHECK(!resumes(w));
	CHECK(resumes(w));
	rt_tls_close(&server);
	forget_session();
}

/* RFC 6066, section 3. */
TEST(sessions_are_not_resumed_under_another_name)
{
	const struct identity *id;

	open_fixture();
	id = make_identity((struct wanted){"a", "DNS:a.example,DNS:b.example",
	    .kind = "P-256"});
	serve(&id, 1);
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish a = {.host = "a.example", .version = versions[i]};
		struct wish b = {.host = "b.example", .version = versions[i]};
		struct wish none = {.version = versions[i]};

		visit(a);
		CHECK(!resumes(b));
		CHECK(!resumes(none));
		CHECK(!resumes(a));
		a.host = "A.Example";
		CHECK(resumes(a));
	}
	rt_tls_close(&server);
	forget_session();
}

TEST(sessions_end_with_the_server_that_made_them)
{
	const struct identity *id = serve_one();

	visit((struct wish){.version = 0});
	serve(&id, 1);
	CHECK(!resumes((struct wish){.version = 0}));
	rt_tls_close(&server);
	forget_session();
}

/* A key takes tickets for a period after its own, and then nobody has it. */
TEST(keys_of_tickets_move_on)
{
	serve_one();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish w = {.version = versions[i]};
		struct rt_tls_tickets *t = &server.context->tickets;

		visit(w);
		rt_tls_tickets_move(t, t->period + 1);
		CHECK(resumes(w)); /* and is given a ticket of the new key */
		rt_tls_tickets_move(t, t->period + 1);
		CHECK(resumes(w));
		rt_tls_tickets_move(t, t->period + 2);
		CHECK(!resumes(w));
	}
	rt_tls_close(&server);
	forget_session();
}

TEST(keys_are_the_same_whenever_one_looks)
{
	struct rt_tls_tickets a, b, later;

	CHECK(rt_tls_tickets_open(&a));
	b = a;
	rt_tls_tickets_move(&a, a.period + 1);
	later = a;
	rt_tls_tickets_move(&a, a.period + 4);
	rt_tls_tickets_move(&b, b.period + 5);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	rt_tls_tickets_move(&b, b.period - 1);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	CHECK(memcmp(a.now.mac, later.now.mac, sizeof(a.now.mac)) != 0);
	CHECK(memcmp(a.now.mac, a.before.mac, sizeof(a.now.mac)) != 0);
	CHECK(memcmp(a.now.mac, a.now.cipher, sizeof(a.now.mac)) != 0);
	CHECK(memcmp(a.next, later.next, sizeof(a.next)) != 0);

	CHECK(rt_tls_tickets_open(&b));
	CHECK(memcmp(a.now.mac, b.now.mac, sizeof(a.now.mac)) != 0);
}

/* A ticket that has been tampered with is one of nobody. */
TEST(broken_tickets_lead_to_a_full_handshake)
{
	serve_one();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish w = {.version = versions[i]};
		struct rt_tls_tickets *t = &server.context->tickets;

		visit(w);
		t->now.mac[0] ^= 1;
		CHECK(!resumes(w));
	}
	rt_tls_close(&server);
	forget_session();
}

/* --- Certificates of clients --- */

static const struct identity *authority, *stranger;

static const struct identity *
client_of(const char *file, struct wanted w)
{
	w.file = file;
	w.kind = "P-256";
	return make_identity(w);
}

/* Asks for certificates that `authority` has signed. */
static void
serve_mutual(void)
{
	const struct identity *a;

	open_fixture();
	a = client_of("a", (struct wanted){.names = "DNS:a.example"});
	authority = client_of("ca", (struct wanted){.authority = true});
	stranger = client_of("other", (struct wanted){.authority = true});
	options.mutual = true;
	options.client_ca = authority->cert;
	serve(&a, 1);
}

static void
expect_der(struct rt_tls *t, const struct identity *id)
{
	unsigned char *der = NULL;
	int n = i2d_X509(id->x, &der);
	struct rt_str got = rt_tls_certificate(t);

	CHECK_INT(got.n, n);
	CHECK(memcmp(got.p, der, got.n) == 0);
	got = rt_tls_certificate(t);
	CHECK_INT(got.n, n);
	OPENSSL_free(der);
}

TEST(certificates_of_clients_are_had)
{
	const struct identity *good;
	struct link l;

	serve_mutual();
	good = client_of("good", (struct wanted){.issuer = authority});
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish w = {.version = versions[i], .id = good};

		l = connect_as(w);
		CHECK_INT(sk_X509_NAME_num(SSL_get0_peer_CA_list(l.client)), 1);
		expect_der(l.t, good);
		expect_talk(&l);
		link_close(&l);
		w.session = link_session;
		link_session = NULL;
		l = connect_as(w);
		CHECK(SSL_session_reused(l.client));
		expect_der(l.t, good);
		link_close(&l);
		SSL_SESSION_free(w.session);
		forget_session();
	}
	rt_tls_close(&server);
}

/* Other operations than those that ask for one are for anybody. */
TEST(clients_without_a_certificate_are_let_in)
{
	struct link l;

	serve_mutual();
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct wish w = {.version = versions[i]};

		visit(w);
		CHECK(resumes(w));
		l = connect_as(w);
		CHECK(rt_tls_certificate(l.t).p == NULL);
		expect_talk(&l);
		link_close(&l);
	}
	rt_tls_close(&server);
	forget_session();
}

/* The one who signed is enough, though it is no root. */
TEST(an_authority_need_not_be_a_root)
{
	const struct identity *middle, *good;
	struct link l;
	char why[512];

	serve_mutual();
	middle = client_of("middle",
	    (struct wanted){.issuer = authority, .authority = true});
	good = client_of("good", (struct wanted){.issuer = middle});
	options.client_ca = middle->cert;
	CHECK(rt_tls_open(&server, &options, why, sizeof(why)));
	l = connect_as((struct wish){.id = good});
	expect_der(l.t, good);
	finish(&l);
}

static void
expect_refusal(const struct identity *id, const char *why)
{
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct link l = link_open(&server,
		    (struct wish){.version = versions[i], .id = id});
		char c;

		CHECK_INT(link_shake(&l), RT_TLS_FAILED);
		CHECK_STR(rt_str(rt_tls_why(l.t)), why);
		CHECK(rt_tls_certificate(l.t).p == NULL);
		CHECK(SSL_read(l.client, &c, 1) <= 0);
		CHECK(link_session == NULL);
		link_close(&l);
	}
}

TEST(certificates_that_do_not_verify_are_refused)
{
	serve_mutual();
	expect_refusal(
	    client_of("foreign", (struct wanted){.issuer = stranger}),
	    "unable to get local issuer certificate");
	expect_refusal(client_of("self", (struct wanted){.file = NULL}),
	    "self-signed certificate");
	expect_refusal(client_of("old",
			   (struct wanted){.issuer = authority,
			       .from_s = -2 * DAY_S,
			       .to_s = -DAY_S}),
	    "certificate has expired");
	expect_refusal(client_of("early",
			   (struct wanted){.issuer = authority,
			       .from_s = DAY_S,
			       .to_s = 2 * DAY_S}),
	    "certificate is not yet valid");
	expect_refusal(
	    client_of("server",
		(struct wanted){.issuer = authority, .purpose = "serverAuth"}),
	    "unsuitable certificate purpose");
	rt_tls_close(&server);
}

static void
sign_revocation(const struct identity *by, const struct identity *id)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_TIME *now = ASN1_TIME_set(NULL, time(NULL) - 60);
	ASN1_TIME *next = ASN1_TIME_set(NULL, time(NULL) + DAY_S);
	FILE *f = fopen(by->cert, "a");

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(by->x));
	X509_CRL_set1_lastUpdate(crl, now);
	X509_CRL_set1_nextUpdate(crl, next);
	X509_REVOKED_set_serialNumber(r, X509_get_serialNumber(id->x));
	X509_REVOKED_set_revocationDate(r, now);
	X509_CRL_add0_revoked(crl, r);
	must(X509_CRL_sign(crl, by->key, EVP_sha256()) > 0 && f != NULL &&
		PEM_write_X509_CRL(f, crl) == 1,
	    by->cert);
	fclose(f);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
	X509_CRL_free(crl);
}

TEST(revoked_certificates_are_refused)
{
	const struct identity *good, *bad;
	struct link l;
	char why[512];

	serve_mutual();
	good = client_of("good", (struct wanted){.issuer = authority});
	bad = client_of("bad", (struct wanted){.issuer = authority});
	sign_revocation(authority, bad);
	CHECK(rt_tls_open(&server, &options, why, sizeof(why)));
	expect_refusal(bad, "certificate revoked");
	l = connect_as((struct wish){.id = good});
	expect_der(l.t, good);
	finish(&l);
}

/* Its ticket would let it in for hours yet. */
TEST(a_certificate_does_not_outlive_itself_by_a_ticket)
{
	const struct identity *soon;
	SSL_SESSION *sessions[RT_LEN(versions)];

	serve_mutual();
	soon = client_of("soon",
	    (struct wanted){.issuer = authority, .from_s = -DAY_S, .to_s = 2});
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		visit((struct wish){.version = versions[i], .id = soon});
		sessions[i] = link_session;
		link_session = NULL;
	}
	later_s += 3;
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		struct link l = link_open(&server,
		    (struct wish){.version = versions[i],
			.id = soon,
			.session = sessions[i]});

		CHECK_INT(link_shake(&l), RT_TLS_FAILED);
		CHECK_STR(rt_str(rt_tls_why(l.t)), "certificate has expired");
		link_close(&l);
		SSL_SESSION_free(sessions[i]);
	}
	rt_tls_close(&server);
	forget_session();
}
