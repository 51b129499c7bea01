/*
 * What a client sends before its keys are agreed on.  The first byte says
 * whether it is asked for a certificate, and in pieces of what size the rest
 * comes.
 */
#include "tests/unit/tls_fixture.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct rt_tls_server open_to_all, mutual;

static void
open_server(struct rt_tls_server *s, const struct rt_tls_options *o)
{
	char why[512] = "";

	must(rt_tls_open(s, o, why, sizeof(why)), why);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const protocols[] = {"h2", "http/1.1", NULL};
	struct identity *ec, *rsa;
	char list[512];
	struct rt_tls_options o = {
	    .certificates = list,
	    .client_ca = "",
	    .min_version = "1.2",
	    .protocols = protocols,
	};

	(void)argc, (void)argv;
	open_fixture();
	ec = make_identity(
	    (struct wanted){"a", "DNS:a.example", .kind = "P-256"});
	rsa = make_identity(
	    (struct wanted){"b", "DNS:*.b.example", .kind = "RSA"});
	snprintf(list, sizeof(list), "%s:%s,%s:%s", ec->cert, ec->keyfile,
	    rsa->cert, rsa->keyfile);
	open_server(&open_to_all, &o);
	o.mutual = true;
	o.client_ca = ec->cert;
	open_server(&mutual, &o);
	remove_fixture(); /* libFuzzer ends without atexit() */
	return 0;
}

/* Nothing can be done with a connection that has ended. */
static bool
goes_on(enum rt_tls_io io)
{
	must(io != RT_TLS_DONE, "a handshake without keys");
	return io == RT_TLS_WANT_READ || io == RT_TLS_WANT_WRITE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int fd[2];
	struct rt_tls *t;
	size_t step;
	bool on = true;

	if (n == 0 || n > 65536)
		return 0;
	step = data[0] >> 1 == 0 ? n : (size_t)(data[0] >> 1) * 16;
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == 0,
	    "socketpair");
	t = rt_tls_accept(data[0] & 1 ? &mutual : &open_to_all, fd[0]);
	must(t != NULL, "rt_tls_accept");
	for (size_t at = 1; at < n && on; at += step) {
		size_t part = n - at < step ? n - at : step;

		on = write(fd[1], data + at, part) == (ssize_t)part &&
		    goes_on(rt_tls_handshake(t));
	}
	shutdown(fd[1], SHUT_WR);
	must(!goes_on(rt_tls_handshake(t)), "a handshake after its end");
	must(rt_tls_shutdown(t) == RT_TLS_DONE, "rt_tls_shutdown");
	rt_tls_free(t);
	close(fd[0]);
	close(fd[1]);
	return 0;
}
