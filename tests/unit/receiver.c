#include "tests/unit/receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "runtime/str.h"

enum { REQUEST_MAX = 4000000 };

static unsigned *n_fail; /* shared by all processes of a receiver */

/* A client that has gone is not the receiver's problem. */
static void
send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

static void
say(int fd, const char *text)
{
	send_all(fd, text, strlen(text));
}

static void
answer(int fd, const char *head, const char *body, size_t n)
{
	char text[1500];

	snprintf(text, sizeof(text),
	    "HTTP/1.1 %s\r\nContent-Length: %zu\r\nX-Twice: a\r\n"
	    "X-Twice:  b \r\nConnection: close\r\n\r\n",
	    head, n);
	say(fd, text);
	send_all(fd, body, n);
}

static void
answer_many(int fd, const char *before, const char *part, unsigned n)
{
	say(fd, before);
	for (unsigned i = 0; i < n; i++)
		say(fd, part);
	say(fd, "\r\n");
}

static void
drip(int fd)
{
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
	for (unsigned i = 0; i < 1000; i++) {
		say(fd, "x");
		usleep(50000);
	}
}

static void
answer_large(int fd)
{
	static char part[10001];

	memset(part, 'x', sizeof(part) - 1);
	answer_many(fd, "HTTP/1.1 200 OK\r\n\r\n", part, 1000);
}

static void
answer_at_last(int fd, const char *path)
{
	char head[64], body[16];
	unsigned n = ++*n_fail;

	snprintf(body, sizeof(body), "%u", n);
	if (n > strtoul(path + 4, NULL, 10)) {
		answer(fd, "200 OK", body, strlen(body));
		return;
	}
	snprintf(head, sizeof(head), "%.3s Later%s", path,
	    strncmp(path, "429", 3) == 0 ? "\r\nRetry-After: 1" : "");
	answer(fd, head, "", 0);
}

/* A header line of a thousand bytes. */
static const char *
long_line(void)
{
	static char line[1001];

	memset(line, 'x', sizeof(line) - 1);
	memcpy(line, "X-Long: ", 8);
	memcpy(line + 998, "\r\n", 2);
	return line;
}

static void
redirect(int fd, const char *status, const char *to)
{
	char head[1200];

	snprintf(head, sizeof(head), "%.3s Elsewhere\r\nLocation: %s", status,
	    to);
	answer(fd, head, "", 0);
}

static void
hop(int fd, unsigned long n)
{
	char to[32];

	snprintf(to, sizeof(to), "/hop/%lu", n - 1);
	redirect(fd, "302", to);
}

static void
answer_packed(int fd)
{
	static unsigned char plain[1000000], packed[20000];
	z_stream z = {
	    .next_in = plain,
	    .avail_in = sizeof(plain),
	    .next_out = packed,
	    .avail_out = sizeof(packed),
	};

	memset(plain, 'x', sizeof(plain));
	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
		Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	answer(fd, "200 OK\r\nContent-Encoding: gzip", (char *)packed,
	    z.total_out);
	deflateEnd(&z);
}

static void
answer_path(int fd, const char *path, const char *text, size_t n)
{
	char head[64];

	if (strcmp(path, "/slow") == 0)
		sleep(60);
	else if (strcmp(path, "/drip") == 0)
		drip(fd);
	else if (strcmp(path, "/huge") == 0)
		answer_large(fd);
	else if (strcmp(path, "/head") == 0)
		answer_many(fd, "HTTP/1.1 200 OK\r\n", long_line(), 1000);
	else if (strcmp(path, "/lines") == 0)
		answer_many(fd, "HTTP/1.1 200 OK\r\n", "A: b\r\n", 1000);
	else if (strcmp(path, "/interim") == 0)
		say(fd,
		    "HTTP/1.1 100 Continue\r\n\r\n"
		    "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
		    "HTTP/1.1 200 OK\r\nX-Late: 1\r\nTransfer-Encoding: "
		    "chunked\r\n\r\n4\r\ndone\r\n0\r\nX-Trailer: 1\r\n\r\n");
	else if (strcmp(path, "/interims") == 0)
		answer_many(fd, "", "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n",
		    10000);
	else if (strcmp(path, "/redirect") == 0)
		redirect(fd, "302", "/echo");
	else if (strncmp(path, "/hop/", 5) == 0 && strcmp(path + 5, "0") != 0)
		hop(fd, strtoul(path + 5, NULL, 10));
	else if (strncmp(path + 4, "/to/", 4) == 0)
		redirect(fd, path + 1, path + 8);
	else if (strcmp(path, "/gzip") == 0)
		answer_packed(fd);
	else if (strcmp(path, "/cut") == 0)
		say(fd,
		    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
		    "0123456789");
	else if (strcmp(path, "/garbage") == 0)
		say(fd, "SSH-2.0-OpenSSH_9.2\r\n");
	else if (strcmp(path, "/gone") == 0)
		++*n_fail;
	else if (strncmp(path, "/fail/", 6) == 0)
		answer_at_last(fd, path + 6);
	else if (strncmp(path, "/json/", 6) == 0)
		answer(fd, "200 OK\r\nContent-Type: application/json", path + 6,
		    strlen(path + 6));
	else if (strncmp(path, "/status/", 8) == 0) {
		snprintf(head, sizeof(head), "%.3s Status", path + 8);
		answer(fd, head, "", 0);
	} else if (strcmp(path, "/close") != 0)
		answer(fd, "200 OK\r\nContent-Type: text/plain", text, n);
}

/* Whether the head is there and as much of a body as it says. */
static bool
is_whole(const char *text, size_t n)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *length = strcasestr(text, "\r\nContent-Length:");

	if (end == NULL)
		return false;
	if (length == NULL || length > end)
		return true;
	return n - (size_t)(end + 4 - text) >=
	    strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
}

static char request[REQUEST_MAX];

/* The length of the next request; 0 where none comes. */
static size_t
receive(int fd)
{
	size_t n = 0;

	memset(request, 0, sizeof(request));
	while (!is_whole(request, n)) {
		ssize_t got = recv(fd, request + n, sizeof(request) - 1 - n, 0);

		if (got <= 0)
			return 0;
		n += (size_t)got;
	}
	return n;
}

static void
answer_kept(int fd, unsigned n)
{
	char text[128];

	snprintf(text, sizeof(text),
	    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%03u", n);
	say(fd, text);
}

/* In a process of its own, for some answers take long. */
static void
serve(int fd)
{
	char path[1024] = "";
	unsigned requests = 0;
	size_t n;

	do {
		n = receive(fd);
		if (n == 0)
			return;
		sscanf(request, "%*s %1023s", path);
		if (strcmp(path, "/kept") == 0)
			answer_kept(fd, ++requests);
	} while (strcmp(path, "/kept") == 0);
	answer_path(fd, path, request, n);
	shutdown(fd, SHUT_WR);
	while (recv(fd, request, sizeof(request), 0) > 0)
		;
}

static _Noreturn void
accept_all(int fd)
{
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client == -1)
			continue;
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(client);
			_exit(0);
		}
		close(client);
	}
}

int
receiver_start(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t test;

	n_fail = mmap(NULL, sizeof(*n_fail), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (n_fail == MAP_FAILED || fd == -1 ||
	    bind(fd, (struct sockaddr *)&a, size) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) == -1)
		abort();
	test = getpid();
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != test)
			_exit(0);
		signal(SIGCHLD, SIG_IGN);
		accept_all(fd);
	}
	close(fd);
	return ntohs(a.sin_port);
}
