#include "runtime/work.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "runtime/call.h"
#include "runtime/loop.h"

/*
 * A job belongs to the loop's thread but for the time between its leaving the
 * queue and its arrival in `done`; `call` is the loop's alone.
 */
struct job {
	struct job *next;
	struct rt_call *call; /* NULL: nobody waits any more */
	void (*fn)(void *);
	void *arg; /* the copy below, or what was handed over */
	const struct rt_task *task; /* NULL for a copy */
	bool done;
	size_t size;
	_Alignas(max_align_t) char copy[];
};

struct list {
	struct job *first;
	struct job **last;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct list queue; /* under the lock */
static struct list finished; /* under the lock */
static bool closing; /* under the lock */
static unsigned queued; /* under the lock */
static unsigned queue_limit;
static unsigned idle; /* under the lock: threads that wait for a job */
static pthread_t *threads;
static unsigned n_threads; /* that run */
static unsigned threads_max;
static int kick = -1;
static struct rt_watch *watch;

static void
list_init(struct list *l)
{
	l->first = NULL;
	l->last = &l->first;
}

static void
list_add(struct list *l, struct job *job)
{
	job->next = NULL;
	*l->last = job;
	l->last = &job->next;
}

static struct job *
list_take(struct list *l)
{
	struct job *job = l->first;

	if (job == NULL)
		return NULL;
	l->first = job->next;
	if (l->first == NULL)
		l->last = &l->first;
	return job;
}

static bool
list_remove(struct list *l, struct job *job)
{
	for (struct job **at = &l->first; *at != NULL; at = &(*at)->next) {
		if (*at != job)
			continue;
		*at = job->next;
		if (l->last == &job->next)
			l->last = at;
		return true;
	}
	return false;
}

static struct job *
job_new(struct rt_call *call, size_t size)
{
	struct job *job = malloc(sizeof(*job) + size);

	if (job == NULL) {
		(void)rt_fail_unavailable(call, "work: no memory");
		return NULL;
	}
	*job = (struct job){.call = call, .size = size};
	return job;
}

/* The argument may have held a secret. */
static void
job_free(struct job *job)
{
	explicit_bzero(job->copy, job->size);
	free(job);
}

/* As job_free(), with what was handed over. */
static void
job_drop(struct job *job)
{
	if (job->task != NULL)
		job->task->drop(job->arg);
	job_free(job);
}

/* The next job, or NULL when the pool closes. */
static struct job *
next_job(void)
{
	struct job *job;

	pthread_mutex_lock(&lock);
	idle++;
	while (queue.first == NULL && !closing)
		pthread_cond_wait(&more, &lock);
	idle--;
	job = closing ? NULL : list_take(&queue);
	if (job != NULL)
		queued--;
	pthread_mutex_unlock(&lock);
	return job;
}

static void
wake_loop(void)
{
	uint64_t one = 1;

	while (write(kick, &one, sizeof(one)) == -1 && errno == EINTR)
		;
}

/*
 * What takes long gives way to the loop, which other clients wait for: the loop
 * interrupts a thread of this policy at once, one of low priority only when its
 * turn is over, which is milliseconds each time (sched(7)).  Where processors
 * have nothing left over, work waits, and the deadlines of its calls bound that.
 */
static void *
work(void *unused)
{
	struct job *job;

	(void)unused;
	(void)sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
	while ((job = next_job()) != NULL) {
		job->fn(job->arg);
		pthread_mutex_lock(&lock);
		list_add(&finished, job);
		pthread_mutex_unlock(&lock);
		wake_loop();
	}
	return NULL;
}

/* On the loop's thread: hands results to the calls that wait for them. */
static void
collect(void *unused)
{
	struct job *job, *next;
	uint64_t count;

	(void)unused;
	if (read(kick, &count, sizeof(count)) == -1)
		return;
	pthread_mutex_lock(&lock);
	job = finished.first;
	list_init(&finished);
	pthread_mutex_unlock(&lock);
	for (; job != NULL; job = next) {
		next = job->next;
		job->done = true;
		if (job->call == NULL)
			job_drop(job);
		else
			rt_call_wake(job->call);
	}
}

/*
 * Signals are the loop's business, so threads start with all blocked.  A thread
 * starts when there is work for it: the system calls of a process that has
 * one thread cost less, and many servers never need another.  The lock is held.
 */
static void
start_thread(void)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&threads[n_threads], NULL, work, NULL) == 0)
		n_threads++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* NULL, or why the job was not taken. */
static const char *
enqueue(struct job *job)
{
	const char *fault = NULL;

	pthread_mutex_lock(&lock);
	if (queued >= idle && n_threads < threads_max)
		start_thread();
	if (n_threads == 0) {
		fault = "work: no thread could be started";
	} else if (queued >= queue_limit) {
		fault = "work: the queue is full";
	} else {
		list_add(&queue, job);
		queued++;
		pthread_cond_signal(&more);
	}
	pthread_mutex_unlock(&lock);
	return fault;
}

/* The call goes without its result: takes the job back, or leaves it to
 * collect() when a thread has it. */
static void
abandon(struct job *job)
{
	bool removed;

	job->call = NULL;
	pthread_mutex_lock(&lock);
	removed = list_remove(&queue, job);
	if (removed)
		queued--;
	pthread_mutex_unlock(&lock);
	if (removed || job->done)
		job_drop(job);
	else if (job->task != NULL)
		job->task->cancel(job->arg);
}

/* True when the work is done: then the job is the caller's. */
static bool
wait_for(struct rt_call *call, struct job *job)
{
	const char *fault = enqueue(job);
	bool waits = true;

	if (fault != NULL) {
		job_drop(job);
		return rt_fail_unavailable(call, "%s", fault);
	}
	/* Something else may wake it, such as the end of its stream. */
	while (waits && !job->done)
		waits = rt_call_wait(call);
	if (waits)
		return true;
	abandon(job);
	if (!call->cancelled)
		(void)rt_fail_unavailable(call,
		    "work: the call's time was up before it was done");
	return false;
}

bool
rt_work(struct rt_call *call, void (*fn)(void *), void *arg, size_t size)
{
	struct job *job = call->cancelled ? NULL : job_new(call, size);

	if (job == NULL)
		return false;
	job->fn = fn;
	job->arg = job->copy;
	memcpy(job->copy, arg, size);
	if (!wait_for(call, job))
		return false;
	memcpy(arg, job->copy, size);
	job_free(job);
	return true;
}

bool
rt_work_hand(struct rt_call *call, const struct rt_task *task, void *arg)
{
	struct job *job = call->cancelled ? NULL : job_new(call, 0);

	if (job == NULL) {
		task->drop(arg);
		return false;
	}
	job->fn = task->run;
	job->arg = arg;
	job->task = task;
	if (!wait_for(call, job))
		return false;
	job_free(job);
	return true;
}

bool
rt_work_open(unsigned most, unsigned queue_max)
{
	list_init(&queue);
	list_init(&finished);
	closing = false;
	queued = 0;
	queue_limit = queue_max;
	threads_max = most;
	kick = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	threads = calloc(most, sizeof(*threads));
	if (kick == -1 || threads == NULL) {
		rt_work_close();
		return false;
	}
	watch = rt_loop_watch(kick, RT_LOOP_READ, collect, NULL);
	return true;
}

static void
free_all(struct list *l)
{
	struct job *job;

	while ((job = list_take(l)) != NULL)
		job_drop(job);
}

void
rt_work_close(void)
{
	pthread_mutex_lock(&lock);
	closing = true;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
	while (n_threads > 0)
		pthread_join(threads[--n_threads], NULL);
	free(threads);
	threads = NULL;
	free_all(&queue);
	free_all(&finished);
	if (watch != NULL)
		rt_loop_unwatch(watch);
	watch = NULL;
	if (kick != -1)
		close(kick);
	kick = -1;
}
