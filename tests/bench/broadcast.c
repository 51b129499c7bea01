/*
 * Sockets that all hear what one says:
 *
 *	broadcast PORT PATH SOCKETS EVENTS_PER_SECOND SECONDS
 *
 * The first socket sends events, each with its number and the time, and every
 * socket, that one too, has to get each once and in order.  Prints
 *
 *	COUNTED P50_US P99_US MAX_US DELIVERIES
 *
 * of the time from the sending to the arrival, without the first second's; the last
 * number is all of them.  Anything
 * that is lost, or comes twice, or does not come within a minute, is a failure.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/client.h"

enum {
	EVENTS = 256,
	TEXT = 400, /* of an event, about as much as a DTO has */
	BUFFER = 65536,
	LATE_US = 60 * 1000000,
	WARM_US = 1000000,
};

struct client {
	int fd;
	int64_t next; /* the number that has to come */
	size_t n; /* of a frame that is not whole */
	char rest[1024];
};

static const char *port;
static struct client *clients;
static size_t n_clients;
static int epoll;
static char text[TEXT + 1];
static int64_t *times;
static size_t n_times;
static int64_t counted_from_us;

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
fail(const char *what, const struct client *c)
{
	fprintf(stderr, "%s: socket %td, event %" PRId64 "\n", what,
	    c - clients, c->next);
	exit(1);
}

/* --- Opening --- */

static void
open_client(struct client *c, const char *path)
{
	char b[1024];
	size_t n = 0;
	int w = snprintf(b, sizeof(b),
	    "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
	    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
	    path);

	c->fd = connect_to(port);
	must(send(c->fd, b, (size_t)w, MSG_NOSIGNAL) == w, "send");
	while (n < 4 || memcmp(b + n - 4, "\r\n\r\n", 4) != 0) {
		must(n < sizeof(b) - 1 && recv(c->fd, b + n, 1, 0) == 1,
		    "handshake");
		n++;
	}
	must(strncmp(b, "HTTP/1.1 101", 12) == 0, "no WebSocket");
}

static void
watch(struct client *c)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};

	must(fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0, "fcntl");
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e) == 0, "epoll_ctl");
}

/* A text that is shorter than 64 KiB and longer than 125 bytes. */
static void
say(struct client *c, int64_t number)
{
	char b[1024], *payload = b + 8;
	int n = snprintf(payload, sizeof(b) - 8,
	    "{\"n\":%" PRId64 ",\"at\":%" PRId64 ",\"text\":\"%s\"}", number,
	    now_us(), text);

	b[0] = (char)0x81;
	b[1] = (char)(0x80 | 126);
	b[2] = (char)(n >> 8);
	b[3] = (char)n;
	memset(b + 4, 0, 4); /* the mask */
	must(send(c->fd, b, (size_t)n + 8, MSG_NOSIGNAL) == n + 8, "send");
}

/* --- Hearing --- */

static void
note(struct client *c, const char *event, int64_t now)
{
	int64_t number, at;

	if (sscanf(event, "{\"n\":%" SCNd64 ",\"at\":%" SCNd64, &number, &at) !=
	    2)
		fail("no event", c);
	if (number != c->next)
		fail(number < c->next ? "it came twice" : "one is lost", c);
	c->next++;
	if (at >= counted_from_us)
		times[n_times++] = now - at;
}

/* How long the frame at b is; 0: it is not whole. */
static size_t
frame_length(const struct client *c, const char *b, size_t n)
{
	size_t length;

	if (n < 4)
		return 0;
	if (b[0] != (char)0x81 || b[1] != 126)
		fail("no text frame", c);
	length = 4 + (size_t)((unsigned char)b[2] << 8 | (unsigned char)b[3]);
	return length <= n ? length : 0;
}

static void
hear(struct client *c)
{
	static char b[BUFFER + sizeof(c->rest)];
	size_t n = c->n, at = 0, length;
	int64_t now;
	ssize_t got;

	memcpy(b, c->rest, n);
	got = recv(c->fd, b + n, BUFFER, 0);
	if (got <= 0)
		fail("the socket is closed", c);
	now = now_us();
	n += (size_t)got;
	while ((length = frame_length(c, b + at, n - at)) > 0) {
		note(c, b + at + 4, now);
		at += length;
	}
	if (n - at > sizeof(c->rest))
		fail("too long a frame", c);
	c->n = n - at;
	memcpy(c->rest, b + at, c->n);
}

static void
turn(int64_t until)
{
	struct epoll_event e[EVENTS];
	int64_t left = until - now_us();
	int n = epoll_wait(epoll, e, EVENTS,
	    left <= 0 ? 0 : (int)((left + 999) / 1000));

	for (int i = 0; i < n; i++)
		hear(e[i].data.ptr);
}

/* --- The run --- */

static int64_t
run(int64_t rate, int64_t seconds)
{
	int64_t events = rate * seconds, began = now_us();

	counted_from_us = began + WARM_US;
	for (int64_t i = 0; i < events; i++) {
		int64_t due = began + i * 1000000 / rate;

		while (now_us() < due)
			turn(due);
		say(&clients[0], i);
	}
	return events;
}

static void
finish(int64_t events)
{
	int64_t end = now_us() + LATE_US;

	for (size_t i = 0; i < n_clients; i++) {
		while (clients[i].next < events) {
			if (now_us() > end)
				fail("one is late", &clients[i]);
			turn(now_us() + 1000);
		}
	}
}

static int
by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int
main(int argc, char **argv)
{
	int64_t rate, seconds;

	must(argc == 6, "usage: broadcast PORT PATH SOCKETS RATE SECONDS");
	port = argv[1];
	n_clients = (size_t)atol(argv[3]);
	rate = atol(argv[4]);
	seconds = atol(argv[5]);
	memset(text, 'x', TEXT);
	clients = calloc(n_clients, sizeof(*clients));
	times = calloc(n_clients * (size_t)(rate * seconds), sizeof(*times));
	must(clients != NULL && times != NULL, "memory");
	epoll = epoll_create1(0);
	for (size_t i = 0; i < n_clients; i++)
		open_client(&clients[i], argv[2]);
	for (size_t i = 0; i < n_clients; i++)
		watch(&clients[i]);
	sleep(1); /* all have subscribed */
	finish(run(rate, seconds));
	must(n_times > 0, "nothing was counted");
	qsort(times, n_times, sizeof(*times), by_time);
	printf("%zu %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", n_times,
	    times[n_times / 2], times[n_times * 99 / 100], times[n_times - 1],
	    (int64_t)n_clients * rate * seconds);
	return 0;
}
