#include "tests/unit/tls_server.h"

/* --- What can't be opened --- */

static const struct identity *
ec_of(const char *file, const char *names)
{
	return make_identity((struct wanted){file, names, .kind = "P-256"});
}

/* The sentence, in which '@' stands for the directory of the files. */
static void
refuse(const char *certificates, const char *client_ca, const char *want)
{
	char why[512] = "", expected[512] = "", *p;
	const struct rt_tls_context *before = server.context;

	options.certificates = certificates;
	options.client_ca = client_ca;
	CHECK(!rt_tls_open(&server, &options, why, sizeof(why)));
	while ((p = strstr(why, fixture_dir)) != NULL) {
		*p = '@';
		memmove(p + 1, p + strlen(fixture_dir),
		    strlen(p + strlen(fixture_dir)) + 1);
	}
	snprintf(expected, sizeof(expected), "%s", want);
	CHECK_STR(rt_str(why), expected);
	CHECK(server.context == before);
}

static const char *
write_file(const char *name, const char *text)
{
	static char path[FIXTURE_PATH_MAX];
	FILE *f = fopen(fixture_path(path, name, "pem"), "w");

	must(f != NULL && fputs(text, f) >= 0, path);
	fclose(f);
	return path;
}

static const char *
text(const char *fmt, const char *a, const char *b)
{
	static char out[512];

	snprintf(out, sizeof(out), fmt, a, b);
	return out;
}

TEST(files_that_are_wrong_are_named)
{
	const struct identity *a, *b;

	open_fixture();
	a = ec_of("a", "DNS:a.example");
	b = ec_of("b", "DNS:b.example");
	refuse(text("%s/none.pem:%s", fixture_dir, a->keyfile), "",
	    "TLS_CERTIFICATES: @/none.pem: can't be read: No such file or "
	    "directory");
	refuse(text("%s:%s/none.key", a->cert, fixture_dir), "",
	    "TLS_CERTIFICATES: @/none.key: can't be read: No such file or "
	    "directory");
	refuse(text("%s:%s", a->cert, b->keyfile), "",
	    "TLS_CERTIFICATES: @/b.key: is not the key of @/a.pem");
	refuse(text("%s:%s", a->keyfile, a->cert), "",
	    "TLS_CERTIFICATES: @/a.key: has no certificate of PEM");
	refuse(a->cert, "",
	    "TLS_CERTIFICATES: @/a.pem: has no private key of PEM, or one that "
	    "needs a password");
	refuse(text("%s:%s,", a->cert, a->keyfile), "",
	    "TLS_CERTIFICATES: the name of a file is missing; write "
	    "cert.pem:key.pem, and a comma between two of these");
	refuse(text("%s:%s", a->cert, ""), "",
	    "TLS_CERTIFICATES: the name of a file is missing; write "
	    "cert.pem:key.pem, and a comma between two of these");
	refuse(write_file("broken",
		   "-----BEGIN CERTIFICATE-----\nMIIB!!!!\n"
		   "-----END CERTIFICATE-----\n"),
	    "",
	    "TLS_CERTIFICATES: @/broken.pem: its certificates can't be read: "
	    "bad base64 decode");
	refuse(text("%s:%s", fixture_dir, a->keyfile), "",
	    "TLS_CERTIFICATES: @: has no certificate of PEM");
}

static void
append(const char *from, const char *to)
{
	char command[256];

	snprintf(command, sizeof(command), "cat %s >>%s", from, to);
	must(system(command) == 0, command);
}

/* Half of a chain would be as bad as none, and nobody would see why. */
TEST(chains_that_break_off_are_refused)
{
	const struct identity *a;
	char list[256];

	open_fixture();
	a = ec_of("a", "DNS:a.example");
	append(write_file("broken",
		   "-----BEGIN CERTIFICATE-----\nMIIB!!!!\n"
		   "-----END CERTIFICATE-----\n"),
	    a->cert);
	snprintf(list, sizeof(list), "%s:%s", a->cert, a->keyfile);
	refuse(list, "",
	    "TLS_CERTIFICATES: @/a.pem: its certificates can't be read: bad "
	    "base64 decode");
}

TEST(keys_that_are_locked_or_weak_are_refused)
{
	const struct identity *a, *weak;
	char path[FIXTURE_PATH_MAX];
	FILE *f;

	open_fixture();
	a = ec_of("a", "DNS:a.example");
	f = fopen(fixture_path(path, "locked", "key"), "w");
	must(PEM_write_PrivateKey(f, a->key, EVP_aes_128_cbc(),
		 (const unsigned char *)"secret", 6, NULL, NULL) == 1,
	    path);
	fclose(f);
	refuse(text("%s:%s", a->cert, path), "",
	    "TLS_CERTIFICATES: @/locked.key: has no private key of PEM, or one "
	    "that needs a password");
	weak = make_identity(
	    (struct wanted){"weak", "DNS:a.example", .kind = "RSA-1024"});
	refuse(text("%s:%s", weak->cert, weak->keyfile), "",
	    "TLS_CERTIFICATES: @/weak.pem: ee key too small");
}

/* Who would be asked for a certificate, and by whom? */
TEST(authorities_of_clients_need_a_scheme)
{
	const struct identity *a;
	char good[128];

	open_fixture();
	a = ec_of("a", "DNS:a.example");
	snprintf(good, sizeof(good), "%s:%s", a->cert, a->keyfile);
	refuse("", a->cert,
	    "TLS_CLIENT_CA: there is no TLS without TLS_CERTIFICATES");
	refuse(good, a->cert,
	    "TLS_CLIENT_CA: the contract has no security scheme of the type "
	    "mutualTLS, so no operation would ask for a certificate");
	options.mutual = true;
	refuse(good, text("%s/none.pem%s", fixture_dir, ""),
	    "TLS_CLIENT_CA: @/none.pem: can't be read: No such file or "
	    "directory");
	refuse(good, a->keyfile,
	    "TLS_CLIENT_CA: @/a.key: its certificates can't be read: no "
	    "start line");
}

TEST(versions_that_are_none_are_refused)
{
	const struct identity *a;

	open_fixture();
	a = ec_of("a", "DNS:a.example");
	options.min_version = "1.1";
	refuse(list_of(&a, 1), "", "TLS_MIN_VERSION: expected 1.2 or 1.3");
}

TEST(without_certificates_there_is_no_tls)
{
	char why[512] = "";

	CHECK(rt_tls_open(&server, &options, why, sizeof(why)));
	CHECK(server.context == NULL);
	rt_tls_rotate(&server);
	rt_tls_close(&server);
}

/* --- Which certificate --- */

static void
expect_certificate(struct wish w, const struct identity *want)
{
	struct link l = connect_as(w);
	X509 *x = SSL_get1_peer_certificate(l.client);

	if (X509_cmp(x, want->x) != 0)
		fprintf(stderr, "for %s: not %s\n", w.host, want->cert);
	CHECK(X509_cmp(x, want->x) == 0);
	X509_free(x);
	expect_talk(&l);
	link_close(&l);
}

static void
expect_for_hosts(int version, const struct identity *const *ids)
{
	static const struct {
		const char *host;
		unsigned which;
	} cases[] = {{NULL, 0}, {"a.example", 0}, {"unknown.example", 0},
	    {"b.example", 1}, {"B.Example", 1}, {"other.b.example", 1},
	    {"y.c.example", 3}, {"w.c.example", 2}, {"x.c.example", 4},
	    {"z.y.c.example", 0}, {"c.example", 0}, {".c.example", 0},
	    {"*.c.example", 3}};

	for (unsigned i = 0; i < RT_LEN(cases); i++) {
		struct wish w = {.host = cases[i].host, .version = version};

		expect_certificate(w, ids[cases[i].which]);
	}
}

TEST(the_host_chooses_the_certificate)
{
	const struct identity *ids[5];

	open_fixture();
	ids[0] = ec_of("a", "DNS:a.example");
	ids[1] = ec_of("b", "DNS:b.example,DNS:other.b.example");
	ids[2] = ec_of("w", "DNS:w.c.example");
	ids[3] = ec_of("c", "DNS:*.c.example");
	ids[4] = ec_of("x", "DNS:x.c.example");
	serve(ids, 5);
	expect_for_hosts(TLS1_2_VERSION, ids);
	expect_for_hosts(TLS1_3_VERSION, ids);
	rt_tls_close(&server);
	forget_session();
}

/* The client says which kinds of keys it takes. */
static void
expect_kinds(int version, const char *host, const struct identity *const *ids)
{
	static const char ec[] = "ECDSA+SHA256";
	static const char rsa[] = "RSA-PSS+SHA256";

	expect_certificate((struct wish){host, version, .sigalgs = ec}, ids[0]);
	expect_certificate((struct wish){host, version, .sigalgs = rsa},
	    ids[1]);
}

TEST(kinds_of_keys_stand_side_by_side)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	const struct identity *ids[5];

	open_fixture();
	ids[0] = ec_of("a-ec", "DNS:a.example");
	ids[1] = make_identity((struct wanted){"a-rsa",
	    "DNS:a.example,DNS:www.a.example", .kind = "RSA"});
	ids[2] = ec_of("b-ec", "DNS:b.example");
	ids[3] = make_identity(
	    (struct wanted){"b-rsa", "DNS:b.example", .kind = "RSA"});
	ids[4] = make_identity(
	    (struct wanted){"e", "DNS:e.example", .kind = "ED25519"});
	serve(ids, 5);
	for (unsigned i = 0; i < RT_LEN(versions); i++) {
		expect_kinds(versions[i], "a.example", ids);
		expect_kinds(versions[i], NULL, ids);
		expect_kinds(versions[i], "unknown.example", ids);
		expect_kinds(versions[i], "b.example", ids + 2);
		expect_certificate(
		    (struct wish){.host = "e.example", .version = versions[i]},
		    ids[4]);
	}
	rt_tls_close(&server);
	forget_session();
}

/* Its certificates and its key are in one file, and all are sent. */
TEST(a_chain_is_sent_whole)
{
	const struct identity *root, *middle, *leaf;
	char why[512] = "";
	struct link l;

	open_fixture();
	root = make_identity(
	    (struct wanted){"root", .kind = "P-256", .authority = true});
	middle = make_identity((struct wanted){"middle", .kind = "P-256",
	    .issuer = root, .authority = true});
	leaf = make_identity((struct wanted){"leaf", "DNS:a.example",
	    .kind = "P-256", .issuer = middle});
	append(leaf->keyfile, leaf->cert);
	append(middle->cert, leaf->cert);
	options.certificates = leaf->cert;
	CHECK(rt_tls_open(&server, &options, why, sizeof(why)));

	l = link_open(&server, (struct wish){.host = "a.example"});
	X509_STORE_add_cert(SSL_CTX_get_cert_store(l.ctx), root->x);
	SSL_set_verify(l.client, SSL_VERIFY_PEER, NULL);
	SSL_set1_host(l.client, "a.example");
	CHECK_INT(link_shake(&l), RT_TLS_DONE);
	CHECK_INT(SSL_get_verify_result(l.client), X509_V_OK);
	CHECK_INT(sk_X509_num(SSL_get_peer_cert_chain(l.client)), 2);
	finish(&l);
}

/* The clock may be wrong, or the client lenient. */
TEST(an_expired_certificate_is_served_with_a_warning)
{
	const struct identity *old, *early;
	char want[512];

	open_fixture();
	old = make_identity((struct wanted){"old", "DNS:a.example",
	    .kind = "P-256", .from_s = -2 * DAY_S, .to_s = -DAY_S});
	early = make_identity((struct wanted){"early", "DNS:a.example",
	    .kind = "P-256", .from_s = DAY_S, .to_s = 2 * DAY_S});
	serve(&old, 1);
	snprintf(want, sizeof(want),
	    "TLS_CERTIFICATES: %s: the certificate has expired", old->cert);
	CHECK_STR(rt_str(warning), want);
	expect_certificate((struct wish){.host = "a.example"}, old);
	serve(&early, 1);
	snprintf(want, sizeof(want),
	    "TLS_CERTIFICATES: %s: the certificate is not valid yet",
	    early->cert);
	CHECK_STR(rt_str(warning), want);
	rt_tls_close(&server);
	forget_session();
}

TEST(a_scheme_without_authorities_is_told)
{
	open_fixture();
	options.mutual = true;
	serve((const struct identity *[]){ec_of("a", "DNS:a.example")}, 1);
	CHECK_STR(rt_str(warning),
	    "TLS_CLIENT_CA is not set: nobody has the certificate that the "
	    "contract's mutualTLS asks for");
	rt_tls_close(&server);
}

/* --- Others in its place --- */

TEST(new_certificates_leave_connections_alone)
{
	const struct identity *a, *b;
	struct link old, l;
	char why[512] = "";

	a = serve_one();
	b = ec_of("b", "DNS:a.example");
	old = connect_as((struct wish){.host = "a.example"});
	expect_certificate((struct wish){.host = "a.example"}, a);

	options.certificates = text("%s:%s", b->cert, a->keyfile);
	CHECK(!rt_tls_open(&server, &options, why, sizeof(why)));
	expect_certificate((struct wish){.host = "a.example"}, a);
	expect_talk(&old);

	l = link_open(&server, (struct wish){.host = "a.example"});
	serve(&b, 1);
	CHECK_INT(link_shake(&l), RT_TLS_DONE);
	link_close(&l);
	expect_certificate((struct wish){.host = "a.example"}, b);
	expect_talk(&old);
	rt_tls_close(&server);
	expect_talk(&old);
	finish(&old);
}
