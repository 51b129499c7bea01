#include <limits.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"

/*
 * The listening sockets are shared by all workers.  Kore hands the right to
 * accept from worker to worker by a lock, which one that is busy, drains or has
 * died may hold; here every worker waits for all sockets, and the kernel wakes
 * one of them.
 */

enum {
	LOOK_MS = 100,
	/* Files of a worker that are no connections of clients: those that it
	 * begins with, which Kore adds, and those that it opens. */
	OWN = 64,
	OTHERS = 256,
};

static bool listening; /* the sockets are in the loop */
static bool closed;

static struct listener *
next_listener(struct listener *l)
{
	struct kore_server *server;

	if (l != NULL && LIST_NEXT(l, list) != NULL)
		return LIST_NEXT(l, list);
	server =
	    l == NULL ? LIST_FIRST(&kore_servers) : LIST_NEXT(l->server, list);
	while (server != NULL && LIST_EMPTY(&server->listeners))
		server = LIST_NEXT(server, list);
	return server == NULL ? NULL : LIST_FIRST(&server->listeners);
}

static bool
is_full(void)
{
	return worker_active_connections >= worker_max_connections;
}

static void
pause_accepting(void)
{
	if (listening)
		kore_platform_disable_accept();
	listening = false;
}

/* A socket that stays readable would keep a worker that is full busy. */
static void
on_listener(void *arg, int error)
{
	kore_listener_accept(arg, error);
	if (is_full())
		pause_accepting();
}

static void
begin_accepting(void)
{
	listening = true;
	for (struct listener *l = next_listener(NULL); l != NULL;
	     l = next_listener(l)) {
		l->evt.handle = on_listener;
		kore_platform_event_schedule(l->fd,
		    (int)(EPOLLIN | EPOLLEXCLUSIVE), 0, l);
	}
}

/* Takes all that wait, up to the limit. */
static void
accept_all(struct listener *l)
{
	u_int32_t before;

	l->evt.flags |= KORE_EVENT_READ;
	do {
		before = worker_active_connections;
		kore_listener_accept(l, 0);
	} while (worker_active_connections > before);
}

/*
 * The kernel wakes one worker for a connection.  That one may be full by then, or
 * dead, so now and then each looks by itself.
 */
static void
look(void *unused)
{
	(void)unused;
	if (closed || is_full())
		return;
	if (!listening)
		begin_accepting();
	for (struct listener *l = next_listener(NULL); l != NULL;
	     l = next_listener(l))
		accept_all(l);
	if (is_full())
		pause_accepting();
}

static u_int32_t
least(u_int32_t a, u_int32_t b)
{
	return a < b ? a : b;
}

/* Kore asks for as many files as it is told, and goes on with fewer where it may
 * not have them; accept() would fail then, again and again. */
static void
limit_connections(void)
{
	struct rlimit may,
	    want = {worker_rlimit_nofiles, worker_rlimit_nofiles};

	if (getrlimit(RLIMIT_NOFILE, &may) == -1 ||
	    may.rlim_max >= want.rlim_max ||
	    setrlimit(RLIMIT_NOFILE, &want) == 0)
		return;
	worker_rlimit_nofiles =
	    (u_int32_t)may.rlim_max - least((u_int32_t)may.rlim_max / 2, OWN);
	worker_max_connections = least(worker_max_connections,
	    worker_rlimit_nofiles - least(worker_rlimit_nofiles / 2, OTHERS));
	rt_log(RT_LOG_WARN,
	    "a worker may have no more than %ju files, and so takes no more "
	    "than %u connections",
	    (uintmax_t)may.rlim_max, (unsigned)worker_max_connections);
}

void
rt_accept_prepare(void)
{
	nlisteners =
	    0; /* Kore needs no lock where there is nothing to accept */
	limit_connections();
}

void
rt_accept_open(void)
{
	worker->has_lock = 1; /* or Kore would put them into the loop as well */
	begin_accepting();
	rt_loop_every(LOOK_MS, look, NULL);
}

/*
 * A socket that is bound to an interface that is not there is found for no new
 * handshake: who begins one is refused at once, as if nobody listened.  What has
 * begun goes on, and what waits to be accepted still waits, so that the queue
 * comes to an end.  Closed with something in it, that would be reset.
 */
void
rt_accept_refuse(void)
{
	static const int nowhere = INT_MAX;

	for (struct listener *l = next_listener(NULL); l != NULL;
	     l = next_listener(l)) {
		if (l->family == AF_INET || l->family == AF_INET6)
			(void)setsockopt(l->fd, SOL_SOCKET, SO_BINDTOIFINDEX,
			    &nowhere, sizeof(nowhere));
	}
}

/* What this worker has been woken for is its own to take. */
void
rt_accept_close(void)
{
	if (closed)
		return;
	pause_accepting();
	closed = true;
	for (struct listener *l = next_listener(NULL); l != NULL;
	     l = next_listener(l))
		accept_all(l);
	rt_accept_forget();
}

void
rt_accept_forget(void)
{
	for (struct listener *l = next_listener(NULL); l != NULL;
	     l = next_listener(l)) {
		if (l->fd != -1)
			close(l->fd);
		l->fd = -1;
	}
}
