/*
 * Clients that do not wait for each other:
 *
 *	flood PORT PATH REQUESTS_PER_SECOND SECONDS CONNECTIONS
 *
 * A request begins each so often, whatever became of those before, as long as a
 * connection is free.  Prints
 *
 *	GOOD REFUSED OTHERS LATE P99_GOOD_US P99_REFUSED_US
 *
 * of the last two thirds of the time, and how many requests could not begin.
 */
#include <stdint.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/client.h"

enum { EVENTS = 256, ANSWER = 8192, TIMES_MAX = 4000000 };

struct client {
	int fd;
	int64_t sent_us; /* when its request began; 0: it is free */
	char answer[ANSWER];
	size_t n;
	struct client *next; /* of the free */
};

struct times {
	int64_t *v;
	size_t n;
};

static struct client *clients, *free_clients;
static const char *port;
static char request[512];
static int epoll, others;
static int64_t counted_from_us;
static struct times good, refused;

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
open_client(struct client *c)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};

	c->fd = connect_to(port);
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e) == 0, "epoll_ctl");
	c->next = free_clients;
	free_clients = c;
}

static void
begin(int64_t now)
{
	struct client *c = free_clients;
	size_t n = strlen(request);

	free_clients = c->next;
	c->sent_us = now;
	c->n = 0;
	must(send(c->fd, request, n, MSG_NOSIGNAL) == (ssize_t)n, "send");
}

static void
note(struct times *t, int64_t took_us)
{
	if (t->n < TIMES_MAX)
		t->v[t->n++] = took_us;
}

static void
end(struct client *c)
{
	int status = atoi(c->answer + 9);
	int64_t now = now_us(), took_us = now - c->sent_us;

	if (now >= counted_from_us && status == 200)
		note(&good, took_us);
	else if (now >= counted_from_us && status == 503)
		note(&refused, took_us);
	else
		others += now >= counted_from_us;
	c->sent_us = 0;
	c->next = free_clients;
	free_clients = c;
}

static bool
is_whole(const struct client *c)
{
	const char *length = strstr(c->answer, "Content-Length: ");
	const char *body = strstr(c->answer, "\r\n\r\n");

	return length != NULL && body != NULL &&
	    c->n >= (size_t)(body + 4 - c->answer) + (size_t)atoi(length + 16);
}

static void
hear(struct client *c)
{
	ssize_t got = recv(c->fd, c->answer + c->n, ANSWER - 1 - c->n, 0);

	if (got <= 0) {
		others += c->sent_us != 0;
		close(c->fd);
		c->sent_us = 0;
		open_client(c);
		return;
	}
	c->n += (size_t)got;
	c->answer[c->n] = '\0';
	if (is_whole(c))
		end(c);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t
p99(struct times *t)
{
	qsort(t->v, t->n, sizeof(*t->v), compare);
	return t->n == 0 ? 0 : t->v[t->n * 99 / 100];
}

static int64_t
play(double rate, double seconds)
{
	struct epoll_event events[EVENTS];
	int64_t began = now_us(), last = began + (int64_t)(seconds * 1e6);
	int64_t sent = 0, now = began;

	counted_from_us = began + (last - began) / 3;
	while ((now = now_us()) < last) {
		int n = epoll_wait(epoll, events, EVENTS, 1);

		for (int i = 0; i < n; i++)
			hear(events[i].data.ptr);
		for (;;) {
			int64_t due =
			    began + (int64_t)((double)sent / rate * 1e6);

			if (due > now || free_clients == NULL)
				break;
			begin(due);
			sent++;
		}
	}
	return (int64_t)(rate * seconds) - sent;
}

int
main(int argc, char **argv)
{
	int64_t late;
	int n = argc == 6 ? atoi(argv[5]) : 0;

	must(n > 0, "usage: flood PORT PATH RATE SECONDS CONNECTIONS");
	port = argv[1];
	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
	    argv[2]);
	epoll = epoll_create1(0);
	clients = calloc((size_t)n, sizeof(*clients));
	good.v = calloc(TIMES_MAX, sizeof(*good.v));
	refused.v = calloc(TIMES_MAX, sizeof(*refused.v));
	must(clients != NULL && good.v != NULL && refused.v != NULL, "memory");
	for (int i = 0; i < n; i++)
		open_client(clients + i);
	late = play(atof(argv[3]), atof(argv[4]));
	printf("%zu %zu %d %lld %lld %lld\n", good.n, refused.n, others,
	    (long long)late, (long long)p99(&good), (long long)p99(&refused));
	return 0;
}
