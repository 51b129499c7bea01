#include "runtime/http_multi.h"

#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include "runtime/http_transfer.h"
#include "runtime/loop.h"

/*
 * A descriptor that libcurl has us watch.  libcurl tells that it need not be
 * watched any more, and may keep the connection: the loop must not forget it then
 * before it is closed.
 */
struct watched {
	LIST_ENTRY(watched) list;
	curl_socket_t fd;
	bool kept; /* a connection of ours: we are told when it is closed */
	struct rt_watch *watch; /* NULL: it never was */
};

static LIST_HEAD(, watched) all = LIST_HEAD_INITIALIZER(all);
static CURLM *multi;
static struct rt_timer timer;

/* --- Ends --- */

static void
collect(void)
{
	struct CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		char *transfer = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &transfer);
		rt_transfer_end((void *)transfer, m->data.result);
	}
}

static void
act(curl_socket_t fd)
{
	int running;

	curl_multi_socket_action(multi, fd, 0, &running);
	collect();
}

/* --- Descriptors --- */

static struct watched *
find(curl_socket_t fd)
{
	struct watched *w;

	LIST_FOREACH(w, &all, list)
	{
		if (w->fd == fd)
			return w;
	}
	return NULL;
}

static struct watched *
add(curl_socket_t fd, bool kept)
{
	struct watched *w = malloc(sizeof(*w));

	if (w == NULL)
		return NULL;
	*w = (struct watched){.fd = fd, .kept = kept};
	LIST_INSERT_HEAD(&all, w, list);
	return w;
}

static void
drop(struct watched *w)
{
	if (w->watch != NULL)
		rt_loop_unwatch(w->watch);
	LIST_REMOVE(w, list);
	free(w);
}

static void
on_ready(void *arg)
{
	const struct watched *w = arg;

	act(w->fd);
}

static void
watch(struct watched *w, unsigned what)
{
	if (w->watch == NULL)
		w->watch = rt_loop_watch(w->fd, what, on_ready, w);
	else
		rt_loop_rewatch(w->watch, what);
}

/* CURLMOPT_SOCKETFUNCTION. */
static int
on_socket(CURL *h, curl_socket_t fd, int what, void *unused, void *unused_too)
{
	static const unsigned wanted[] = {
	    [CURL_POLL_IN] = RT_LOOP_READ,
	    [CURL_POLL_OUT] = RT_LOOP_WRITE,
	    [CURL_POLL_INOUT] = RT_LOOP_READ | RT_LOOP_WRITE,
	};
	struct watched *w = find(fd);

	(void)h, (void)unused, (void)unused_too;
	if (what == CURL_POLL_REMOVE) {
		if (w != NULL && !w->kept)
			drop(w);
		else if (w != NULL && w->watch != NULL)
			rt_loop_rewatch(w->watch, 0);
		return 0;
	}
	if (w == NULL)
		w = add(fd, false);
	if (w == NULL)
		return -1;
	watch(w, wanted[what]);
	return 0;
}

curl_socket_t
rt_multi_socket(const struct curl_sockaddr *a)
{
	int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);

	if (fd == -1)
		return CURL_SOCKET_BAD;
	if (add(fd, true) != NULL)
		return fd;
	close(fd);
	return CURL_SOCKET_BAD;
}

int
rt_multi_close_socket(void *unused, curl_socket_t fd)
{
	struct watched *w = find(fd);

	(void)unused;
	if (w != NULL)
		drop(w);
	return close(fd);
}

/* --- Time --- */

static void
on_time(void *unused)
{
	(void)unused;
	act(CURL_SOCKET_TIMEOUT);
}

/* CURLMOPT_TIMERFUNCTION. */
static int
on_timer(CURLM *m, long ms, void *unused)
{
	(void)m, (void)unused;
	rt_loop_not_at(&timer);
	if (ms < 0)
		return 0;
	timer.fn = on_time;
	timer.due_us = rt_clock_us() + (int64_t)ms * 1000;
	rt_loop_at(&timer);
	return 0;
}

/* --- Beginning and ending --- */

/* The first transfer makes it: many servers never have one. */
static bool
open_multi(void)
{
	if (multi != NULL)
		return true;
	multi = curl_multi_init();
	if (multi == NULL)
		return false;
	if (curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) ==
		CURLM_OK &&
	    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) ==
		CURLM_OK &&
	    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS,
		(long)RT_CONNECTIONS_KEPT) == CURLM_OK &&
	    curl_multi_setopt(multi, CURLMOPT_PIPELINING,
		(long)CURLPIPE_NOTHING) == CURLM_OK)
		return true;
	rt_multi_close();
	return false;
}

bool
rt_multi_add(CURL *h)
{
	return open_multi() && curl_multi_add_handle(multi, h) == CURLM_OK;
}

void
rt_multi_remove(CURL *h)
{
	curl_multi_remove_handle(multi, h);
}

void
rt_multi_close(void)
{
	if (multi == NULL)
		return;
	curl_multi_cleanup(multi);
	multi = NULL;
	rt_loop_not_at(&timer);
}
