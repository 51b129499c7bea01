#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/crash.h"
#include "runtime/log.h"
#include "runtime/metrics.h"
#include "runtime/serve_kore.h"

/*
 * Kore's parent starts workers, and new ones in the place of those that died.
 * Here are what it can't do: it says why they died, and at SIGHUP it exchanges
 * them one by one.  A new worker is started first, in the place of the old one,
 * which Kore then knows nothing of any more; once the new one is ready the old
 * one is told to drain.
 */

enum {
	MSG_READY = KORE_MSG_APP_BASE + 1,
	TICK_MS = 100,
	PLACES = KORE_WORKER_MAX + 1,
	/* Above all that the parent has open. */
	FILES_MAX = 4096,
};

/* In memory that the parent and all workers share. */
struct shared {
	pid_t parent;
	bool begun; /* there are workers */
	bool failed; /* the server can't go on */
	struct rt_place of[PLACES]; /* by the worker's id */
};

/* A worker whose place another one has; 0 where there is none. */
struct outgoing {
	volatile pid_t pid;
	struct connection *channel; /* the parent's end; NULL: it is closed */
	int channel_fd; /* the worker's end of it, in the parent */
};

static struct shared *shared;
static struct outgoing outgoing[PLACES]; /* by the index of Kore */
static bool (*read_anew)(void);
static void (*now_and_then)(void);

static volatile sig_atomic_t stopping;
static volatile sig_atomic_t reload_asked;
static bool own_files[FILES_MAX]; /* that are no channels */
static u_int16_t exchanging; /* index of the place; 0: none */

struct rt_place *
rt_place_of(unsigned worker_id)
{
	return &shared->of[worker_id % PLACES];
}

pid_t
rt_parent_pid(void)
{
	return shared->parent;
}

bool
rt_parent_is_stopping(void)
{
	return stopping != 0;
}

/* Kore starts no worker in the place of one that ends so; see on_child(). */
void
rt_parent_fail(void)
{
	shared->failed = true;
	rt_place_of(worker->id)->left = getpid();
	fflush(stdout);
	_exit(0);
}

/* --- Deaths, as the handler of SIGCHLD sees them --- */

static void
tell_death(unsigned id, const siginfo_t *info)
{
	struct rt_crash_line l;

	rt_crash_begin(&l, "error");
	rt_crash_text(&l, "worker ");
	rt_crash_number(&l, id, 10);
	rt_crash_text(&l, " (process ");
	rt_crash_number(&l, (uint64_t)info->si_pid, 10);
	if (info->si_code == CLD_EXITED) {
		rt_crash_text(&l, ") has died with exit status ");
		rt_crash_number(&l, (uint64_t)info->si_status, 10);
	} else {
		rt_crash_text(&l, ") has died of ");
		rt_crash_signal(&l, info->si_status);
	}
	if (info->si_code == CLD_DUMPED)
		rt_crash_text(&l, "; there is a core file");
	rt_crash_end(&l);
}

/* Whether it is dead, which is told once; Kore still has to reap it. */
static bool
is_dead(pid_t pid, unsigned id, pid_t left, pid_t *told)
{
	siginfo_t info = {0};

	if (pid <= 0 ||
	    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
		-1 ||
	    info.si_pid != pid)
		return false;
	if (*told != pid && (left != pid || info.si_code != CLD_EXITED))
		tell_death(id, &info);
	*told = pid;
	rt_metrics_forget(pid);
	return true;
}

static bool
find_deaths(void)
{
	bool found = false;

	for (u_int16_t i = KORE_WORKER_BASE; i < worker_count; i++) {
		const struct kore_worker *w = kore_worker_data((u_int8_t)i);
		struct rt_place *place = rt_place_of(w->id);
		pid_t none = 0;

		if (is_dead(w->pid, w->id, place->left, &place->told))
			found = true;
		if (is_dead(outgoing[i].pid, w->id, place->left_before, &none))
			outgoing[i].pid = 0;
	}
	return found;
}

/* --- Signals of the parent --- */

static void
stop(int sig)
{
	stopping = 1;
	sig_recv = sig;
	rt_accept_forget();
	for (unsigned i = 0; i < PLACES; i++) {
		if (outgoing[i].pid > 0)
			kill(outgoing[i].pid, sig);
	}
}

static void
on_stop(int sig)
{
	int saved = errno;

	stop(sig);
	errno = saved;
}

/* Kore remembers the last signal only: none may take the place of an end. */
static void
on_child(int sig)
{
	int saved = errno;

	if (shared->begun)
		(void)find_deaths();
	if (!stopping && shared->failed)
		stop(SIGQUIT);
	if (!stopping)
		sig_recv = sig;
	errno = saved;
}

static void
on_hangup(int sig)
{
	(void)sig;
	reload_asked = 1;
}

static void
handle(int sig, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigfillset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

/* --- Exchanging workers --- */

static bool
is_draining(void)
{
	for (unsigned i = 0; i < PLACES; i++) {
		if (outgoing[i].pid != 0)
			return true;
	}
	return false;
}

/* The new worker's place, channel and process are those of the old one from
 * here on. */
static void
exchange(u_int16_t i)
{
	struct kore_worker *w = kore_worker_data((u_int8_t)i);
	struct rt_place *place = rt_place_of(w->id);

	exchanging = i;
	outgoing[i].channel = w->msg[0];
	outgoing[i].channel_fd = w->pipe[1];
	outgoing[i].pid = w->pid;
	rt_respawn_forget(&place->respawn);
	place->left_before = place->left;
	place->holder = 0;
	kore_worker_spawn(i, w->id, w->cpu);
	kore_msg_parent_add(w);
}

static void
exchange_from(u_int16_t i)
{
	while (i < worker_count && kore_worker_data((u_int8_t)i)->pid <= 0)
		i++;
	if (i < worker_count) {
		exchange(i);
		return;
	}
	exchanging = 0;
	rt_log(RT_LOG_INFO, "the server has reloaded");
}

/* The old one drains; its end of the channel is of no use any more. */
static void
release(u_int16_t i)
{
	struct outgoing *old = &outgoing[i];

	if (old->pid > 0)
		kill(old->pid, SIGHUP);
	kore_connection_disconnect(old->channel);
	close(old->channel_fd);
	old->channel = NULL;
}

static void
begin_reload(void)
{
	reload_asked = 0;
	if (!read_anew()) {
		rt_log(RT_LOG_ERROR, "the server does not reload");
		return;
	}
	rt_log(RT_LOG_INFO, "the server reloads");
	exchange_from(KORE_WORKER_BASE);
}

static void
go_on(void)
{
	const struct kore_worker *w;

	if (exchanging == 0) {
		if (reload_asked && !is_draining() && !stopping)
			begin_reload();
		return;
	}
	w = kore_worker_data((u_int8_t)exchanging);
	if (rt_place_of(w->id)->ready != w->pid)
		return;
	release(exchanging);
	exchange_from((u_int16_t)(exchanging + 1));
}

/* A death that Kore has missed, for it remembers one signal, is told anew. */
static void
on_tick(void *unused, u_int64_t now)
{
	(void)unused;
	(void)now;
	now_and_then();
	if (find_deaths() && sig_recv == 0)
		sig_recv = SIGCHLD;
	go_on();
}

/* Kore has begun to run timers by then. */
static void
on_ready(struct kore_msg *msg, const void *unused)
{
	static bool ticking;

	(void)msg;
	(void)unused;
	if (!ticking)
		kore_timer_add(on_tick, TICK_MS, NULL, 0);
	ticking = true;
	go_on();
}

void
rt_parent_ready(void)
{
	rt_place_of(worker->id)->ready = getpid();
	kore_msg_send(KORE_MSG_PARENT, MSG_READY, NULL, 0);
}

/* --- Channels --- */

/*
 * A worker begins with both ends of all channels.  Those that are not its own
 * have to go: while one is open anywhere, the parent's loop keeps it, though the
 * parent has closed it, and takes what happens to it for another's.
 */
static void
note_own_files(void)
{
	for (int fd = 0; fd < FILES_MAX; fd++)
		own_files[fd] = fcntl(fd, F_GETFD) != -1;
}

static bool
is_channel(int fd)
{
	int domain = 0, type = 0;
	socklen_t n = sizeof(int);

	return !own_files[fd] &&
	    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	    domain == AF_UNIX && type == SOCK_STREAM;
}

void
rt_place_begin(void)
{
	shared->begun = true;
	rt_place_of(worker->id)->holder = getpid();
	for (int fd = 0; fd < FILES_MAX; fd++) {
		if (is_channel(fd) && fd != worker->pipe[1])
			close(fd);
	}
}

/* --- Its life --- */

bool
rt_parent_open(bool (*reload)(void), void (*tick)(void))
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return false;
	shared->parent = getpid();
	note_own_files();
	read_anew = reload;
	now_and_then = tick;
	rt_accept_prepare();
	kore_msg_register(MSG_READY, on_ready);
	handle(SIGCHLD, on_child);
	handle(SIGHUP, on_hangup);
	handle(SIGUSR1, SIG_IGN);
	handle(SIGTERM, on_stop);
	handle(SIGQUIT, on_stop);
	if (kore_foreground)
		handle(SIGINT, on_stop);
	return true;
}

/* Kore has waited for the workers that it knows. */
bool
rt_parent_close(void)
{
	for (unsigned i = 0; i < PLACES; i++) {
		while (outgoing[i].pid > 0 &&
		    waitpid(outgoing[i].pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	return !shared->failed;
}
