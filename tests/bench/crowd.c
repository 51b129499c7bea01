/*
 * Many clients that want little:
 *
 *	crowd PORT CONNECTIONS idle|slow|nap
 *
 * Each has one answer and then says no more, or begins a request and sends one
 * byte of it a second, or asks for what takes ten minutes.  Prints "ready" once
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

static void
say(int fd, const char *text, size_t n)
{
	must(send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n, "send");
}

static void
hear(int fd)
{
	char answer[4096];

	must(recv(fd, answer, sizeof(answer), 0) > 0, "recv");
	must(strncmp(answer, "HTTP/1.1 200 ", 13) == 0, answer);
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

	say(fd, whole, strlen(whole));
	hear(fd);
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
	const char *text = slow ? begun : naps ? nap : whole;
	int *fds = calloc((size_t)n + 1, sizeof(*fds));

	must(n > 0 && fds != NULL,
	    "usage: crowd PORT CONNECTIONS idle|slow|nap");
	for (int i = 0; i < n; i++) {
		fds[i] = connect_to(argv[1]);
		say(fds[i], text, strlen(text));
		if (!slow && !naps)
			hear(fds[i]);
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
