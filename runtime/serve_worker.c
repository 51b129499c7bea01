#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runtime/crash.h"
#include "runtime/job.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/presence.h"
#include "runtime/serve_kore.h"
#include "runtime/settings.h"

#include <kore/seccomp.h>

/*
 * The beginning and the end of a worker.  It ends when the server stops, or
 * when another worker has taken its place (SIGHUP): it takes no more connections
 * then, answers what is under way, and each connection closes behind its next
 * answer.  Connections that wait for a request may do so for a moment, for a
 * request may be on its way.
 */

enum {
	STEP_MS = 20,
	/* How long handshakes that have begun may take. */
	HANDSHAKE_MS = 100,
	/* How long a connection without a request is kept when all stops. */
	IDLE_MS = 1000,
	/* To Kore: another worker is wanted, unless it stops. */
	EXIT_LEFT = 3,
};

static volatile sig_atomic_t asked; /* the signal; 0: none */
static int asked_fd = -1;
static struct rt_watch *asked_watch;
static void (*close_all)(void);

static struct {
	bool begun;
	int64_t accept_us, idle_us, end_us; /* on rt_clock_us() */
} leaving;

/* --- Being asked --- */

static bool
stops(void)
{
	return asked != 0 && asked != SIGHUP;
}

static void
on_signal(int sig)
{
	uint64_t one = 1;
	int saved = errno;

	ssize_t n;

	if (!stops())
		asked = sig;
	n = write(asked_fd, &one, sizeof(one));
	(void)n; /* where it is full the loop knows already */
	errno = saved;
}

/* Kore's own handlers would have it end without a word to the clients. */
static void
take_signals(void)
{
	static const int signals[] = {SIGTERM, SIGQUIT, SIGINT, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};

	asked_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (asked_fd == -1)
		abort();
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < RT_LEN(signals); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGUSR1, SIG_IGN);
	if (sig_recv != 0 && sig_recv != SIGCHLD)
		on_signal(sig_recv);
	if (rt_parent_is_stopping())
		on_signal(SIGTERM);
	sig_recv = 0;
}

/* --- Beginning --- */

/* The parent closes its end when it needs it no more, which is no order.  Kore
 * counts this end among the connections only when it goes. */
static void
on_channel_closed(struct connection *unused)
{
	(void)unused;
	worker_active_connections++;
}

/*
 * What Kore knows of a worker lies in memory that all share, and the place of
 * this one may become another's before it ends.
 */
static void
leave_shared_memory(void)
{
	static struct kore_worker own;

	memcpy(&own, worker, offsetof(struct kore_worker, lb));
	worker = &own;
	worker->msg[1]->disconnect = on_channel_closed;
}

static void
die_with_parent(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 ||
	    getppid() != rt_parent_pid())
		on_signal(SIGTERM);
}

static _Noreturn void
leave_unopened(void)
{
	rt_place_of(worker->id)->left = getpid();
	_exit(EXIT_LEFT);
}

/* The worker before it may have died of what this one would die of again. */
static void
wait_for_turn(void)
{
	struct rt_respawn *r = &rt_place_of(worker->id)->respawn;
	unsigned ms = rt_respawn_delay(r, rt_clock_us());
	struct pollfd p = {.fd = asked_fd, .events = POLLIN};

	if (ms == 0)
		return;
	rt_log(RT_LOG_WARN,
	    "worker %u begins in %u ms, for %u in its place died soon",
	    (unsigned)worker->id, ms, r->deaths);
	while (poll(&p, 1, (int)ms) == -1 && errno == EINTR && asked == 0)
		;
	if (asked != 0)
		leave_unopened();
}

void
rt_worker_begin(void)
{
	char who[32];

	snprintf(who, sizeof(who), "worker %u", (unsigned)worker->id);
	rt_crash_syscall = kore_seccomp_syscall_name;
	rt_crash_open(who);
	rt_place_begin();
	leave_shared_memory();
	take_signals();
	die_with_parent();
	if (asked != 0)
		leave_unopened();
	wait_for_turn();
}

/* --- Leaving --- */

/* Threads that are still at work for a call that was cut are not waited for. */
static _Noreturn void
leave_late(void)
{
	rt_conn_close();
	fflush(stdout);
	_exit(EXIT_LEFT);
}

static _Noreturn void
leave(void)
{
	rt_loop_unwatch(asked_watch);
	close_all();
	kore_connection_prune(KORE_CONNECTION_PRUNE_DISCONNECT);
	exit(EXIT_LEFT);
}

static void
begin_to_leave(int64_t now)
{
	struct rt_place *place = rt_place_of(worker->id);

	leaving.begun = true;
	leaving.end_us = now + rt_setting_int("DRAIN_TIMEOUT_MS") * 1000;
	leaving.idle_us = leaving.end_us;
	leaving.accept_us = now;
	if (place->holder == getpid()) {
		place->left = getpid();
		rt_respawn_forget(&place->respawn);
	} else {
		place->left_before = getpid();
	}
	rt_conn_drain();
	rt_jobs_drain(leaving.end_us);
	rt_exchange_end_streams();
}

/* Another worker goes on with the sockets, unless the server stops. */
static void
begin_to_stop(int64_t now)
{
	leaving.idle_us = now + IDLE_MS * 1000;
	leaving.accept_us = now + HANDSHAKE_MS * 1000;
	rt_accept_refuse();
}

static void
step(void *unused)
{
	int64_t now = rt_clock_us();

	(void)unused;
	if (leaving.accept_us <= now)
		rt_accept_close();
	if (leaving.idle_us <= now)
		rt_conn_close_idle();
	if (leaving.end_us <= now)
		leave_late();
	if (leaving.accept_us <= now && !rt_conn_is_busy() &&
	    !rt_jobs_are_busy() && !rt_presence_is_busy())
		leave();
}

static void
on_asked(void *unused)
{
	static bool stop_begun;
	int64_t now = rt_clock_us();
	uint64_t count;

	(void)unused;
	if (read(asked_fd, &count, sizeof(count)) == -1 && errno != EAGAIN)
		return;
	if (!leaving.begun) {
		begin_to_leave(now);
		rt_loop_every(STEP_MS, step, NULL);
	}
	if (stops() && !stop_begun) {
		stop_begun = true;
		begin_to_stop(now);
	}
}

void
rt_worker_open(void (*close)(void))
{
	close_all = close;
	asked_watch = rt_loop_watch(asked_fd, RT_LOOP_READ, on_asked, NULL);
	rt_accept_open();
	rt_parent_ready();
}
