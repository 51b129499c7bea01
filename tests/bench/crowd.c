/*
 * Many clients that want little:
 *
 *	crowd PORT CONNECTIONS idle|slow|nap|socket
 *
 * Each has one answer and then says no more, or begins a request and sends one
 * byte of it a second, or asks for what takes ten minutes, or becomes a WebSocket
 * that gets one message back and then is silent.  Prints "ready" once
 * all are there, and stays until its standard input ends.  A connection that the
 * server closes is a failure.
 */
#include <poll.h>
#include <unistd.h>

#include "tests/bench/client.h"

enum { TURN_MS = 10, SECOND_MS = 1000 };

static const char whole[] = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";
static const char begun[] = "GET /ping HTTP/1.1\r\nX: ";
static const char nap[] = "GET /nap HTTP/1.1\r\nHost: x\r\n\r\n";

static const char handshake[] =
    "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
static const char message[] = "\x81\x84\0\0\0\0echo",
		  echo[] = "\x81\x04"
			   "echo";

static void
say(int fd, const char *text, size_t n)
{
	must(send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n, "send");
}

static void
hear(int fd, const char *what)
{
	char answer[4096];

	must(recv(fd, answer, sizeof(answer), 0) > 0, "recv");
	must(strncmp(answer, what, strlen(what)) == 0, answer);
}

static void
begin(int fd, const char *kind)
{
	if (strcmp(kind, "slow") == 0) {
		say(fd, begun, strlen(begun));
	} else if (strcmp(kind, "nap") == 0) {
		say(fd, nap, strlen(nap));
	} else if (strcmp(kind, "socket") == 0) {
		say(fd, handshake, strlen(handshake));
		hear(fd, "HTTP/1.1 101 ");
		say(fd, message, sizeof(message) - 1);
		hear(fd, echo);
	} else {
		say(fd, whole, strlen(whole));
		hear(fd, "HTTP/1.1 200 ");
	}
}

/* Waits for a turn; false when the standard input has ended. */
static bool
wait_turn(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&p, 1, TURN_MS) == 0;
}

/* An answer to another request shows that the server has read all of these; none
 * of them has an answer. */
static void
check_that_all_nap(const char *port, const int *fds, int n)
{
	int fd = connect_to(port);
	char byte;

	begin(fd, "idle");
	close(fd);
	for (int i = 0; i < n; i++)
		must(recv(fds[i], &byte, 1, MSG_DONTWAIT) == -1, "an answer");
}

int
main(int argc, char **argv)
{
	int n = argc == 4 ? atoi(argv[2]) : 0, next = 0;
	bool slow = argc == 4 && strcmp(argv[3], "slow") == 0;
	bool naps = argc == 4 && strcmp(argv[3], "nap") == 0;
	int *fds = calloc((size_t)n + 1, sizeof(*fds));

	must(n > 0 && fds != NULL,
	    "usage: crowd PORT CONNECTIONS idle|slow|nap|socket");
	for (int i = 0; i < n; i++) {
		fds[i] = connect_to(argv[1]);
		begin(fds[i], argv[3]);
	}
	if (naps)
		check_that_all_nap(argv[1], fds, n);
	puts("ready");
	fflush(stdout);
	while (wait_turn()) {
		for (int i = 0; slow && i < n * TURN_MS / SECOND_MS; i++) {
			say(fds[next], "x", 1);
			next = (next + 1) % n;
		}
	}
	return 0;
}
