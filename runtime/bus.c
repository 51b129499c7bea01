#include "runtime/bus.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "runtime/bus_conn.h"
#include "runtime/loop.h"
#include "runtime/stream.h"

enum { BUCKETS = 256 };

/* A function that is told of a topic as long as the worker lives. */
struct subscriber {
	rt_bus_fn *fn;
	void *arg;
	bool listening; /* it has been since then */
	SLIST_ENTRY(subscriber) next;
};

struct message {
	STAILQ_ENTRY(message) next;
	size_t n;
	char payload[];
};

/* Lies in its call's arena; the messages don't. */
struct rt_bus_feed {
	struct rt_call *call;
	struct topic *topic;
	bool listening;
	bool failed; /* there is no listening */
	bool missed; /* to be told, before what is queued */
	bool ready; /* there is something to be told */
	STAILQ_HEAD(, message) queue;
	unsigned n; /* in the queue */
	size_t bytes;
	struct message *told; /* the last one that was */
	LIST_ENTRY(rt_bus_feed) list;
};

/* What is listened to, and by whom. */
struct topic {
	char name[RT_BUS_TOPIC_MAX + 1];
	bool heard; /* PostgreSQL was told to LISTEN, and has done it */
	bool pending; /* in that list: it has to be told */
	SLIST_HEAD(, subscriber) subscribers;
	LIST_HEAD(, rt_bus_feed) feeds;
	LIST_ENTRY(topic) list; /* of its bucket */
	TAILQ_ENTRY(topic) next; /* of the pending */
};

static LIST_HEAD(bucket, topic) buckets[BUCKETS];
static TAILQ_HEAD(, topic) pending = TAILQ_HEAD_INITIALIZER(pending);
/* What the command on its way is about. */
static struct {
	struct topic *topic; /* NULL: there is none */
	bool listen;
} told;
static const char *bus_url; /* NULL: it is not open */

/* --- Topics --- */

bool
rt_bus_is_topic(struct rt_str s)
{
	return s.n > 0 && s.n <= RT_BUS_TOPIC_MAX && rt_str_is_utf8(s) &&
	    memchr(s.p, '\0', s.n) == NULL;
}

static struct bucket *
bucket_of(struct rt_str name)
{
	uint32_t h = 2166136261; /* FNV-1a */

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619;
	return &buckets[h % BUCKETS];
}

static struct topic *
find_topic(struct rt_str name)
{
	struct topic *t;

	LIST_FOREACH(t, bucket_of(name), list)
	{
		if (rt_str_is(name, t->name))
			return t;
	}
	return NULL;
}

static bool
is_wanted(const struct topic *t)
{
	return !SLIST_EMPTY(&t->subscribers) || !LIST_EMPTY(&t->feeds);
}

/* PostgreSQL has to be told of the topic. */
static void
tell(struct topic *t)
{
	if (!t->pending)
		TAILQ_INSERT_TAIL(&pending, t, next);
	t->pending = true;
}

static struct topic *
topic_of(struct rt_str name)
{
	struct topic *t = find_topic(name);

	if (t != NULL)
		return t;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	memcpy(t->name, name.p, name.n);
	SLIST_INIT(&t->subscribers);
	LIST_INIT(&t->feeds);
	LIST_INSERT_HEAD(bucket_of(name), t, list);
	return t;
}

static void
free_topic(struct topic *t)
{
	struct subscriber *s;

	while ((s = SLIST_FIRST(&t->subscribers)) != NULL) {
		SLIST_REMOVE_HEAD(&t->subscribers, next);
		free(s);
	}
	if (t->pending)
		TAILQ_REMOVE(&pending, t, next);
	LIST_REMOVE(t, list);
	free(t);
}

/*
 * After a change: who is to be told of the topic, and whether it is of use any
 * more.  One that was refused is not asked for again on this connection.
 */
static void
settle_topic(struct topic *t, bool refused)
{
	if (t == told.topic)
		return;
	if (!t->heard && !is_wanted(t))
		free_topic(t);
	else if (t->heard != is_wanted(t) && !refused)
		tell(t);
}

/* --- Messages for those who listen --- */

static void
feed_wake(struct rt_bus_feed *f)
{
	f->ready = true;
	rt_call_wake(f->call);
}

static void
feed_drop_all(struct rt_bus_feed *f)
{
	struct message *m;

	while ((m = STAILQ_FIRST(&f->queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&f->queue, next);
		free(m);
	}
	f->n = 0;
	f->bytes = 0;
}

static void
feed_miss(struct rt_bus_feed *f)
{
	feed_drop_all(f);
	f->missed = true;
	feed_wake(f);
}

static void
feed_add(struct rt_bus_feed *f, struct rt_str payload)
{
	struct message *m = NULL;

	if (f->n < RT_BUS_QUEUE_MAX &&
	    f->bytes + payload.n <= RT_BUS_QUEUE_BYTES)
		m = malloc(sizeof(*m) + payload.n);
	if (m == NULL) {
		feed_miss(f);
		return;
	}
	m->n = payload.n;
	memcpy(m->payload, payload.p, payload.n);
	STAILQ_INSERT_TAIL(&f->queue, m, next);
	f->n++;
	f->bytes += payload.n;
	feed_wake(f);
}

static void
on_message(const char *name, const char *payload)
{
	struct topic *t = find_topic(rt_str(name));
	struct rt_bus_message m = {
	    .topic = rt_str(name),
	    .payload = rt_str(payload),
	};
	struct subscriber *s;
	struct rt_bus_feed *f;

	if (t == NULL)
		return;
	SLIST_FOREACH(s, &t->subscribers, next)
	s->fn(&m, s->arg);
	LIST_FOREACH(f, &t->feeds, list)
	feed_add(f, m.payload);
}

/* --- What the connection is told --- */

/* One that has a change to tell, and not one back again. */
static struct topic *
next_pending(void)
{
	struct topic *t;

	while ((t = TAILQ_FIRST(&pending)) != NULL) {
		TAILQ_REMOVE(&pending, t, next);
		t->pending = false;
		if (t->heard != is_wanted(t))
			return t;
	}
	return NULL;
}

static bool
next_command(char sql[RT_BUS_COMMAND_MAX])
{
	struct topic *t = next_pending();

	if (t == NULL)
		return false;
	told.topic = t;
	told.listen = !t->heard;
	t->heard = false;
	rt_bus_command(sql, told.listen ? "LISTEN" : "UNLISTEN", t->name);
	return true;
}

/* Who has been listening before may have missed something. */
static void
begin_to_hear(struct topic *t)
{
	struct rt_bus_message missed = {
	    .topic = rt_str(t->name),
	    .missed = true,
	};
	struct subscriber *s;
	struct rt_bus_feed *f;

	SLIST_FOREACH(s, &t->subscribers, next)
	{
		if (s->listening)
			s->fn(&missed, s->arg);
		s->listening = true;
	}
	LIST_FOREACH(f, &t->feeds, list)
	{
		if (f->listening)
			feed_miss(f);
		f->listening = true;
		rt_call_wake(f->call);
	}
}

/* Those that wait for the topic to be heard. */
static void
fail_feeds(struct topic *t)
{
	struct rt_bus_feed *f;

	LIST_FOREACH(f, &t->feeds, list)
	{
		if (f->listening)
			continue;
		f->failed = true;
		rt_call_wake(f->call);
	}
}

/* The last listener may have gone meanwhile, or one may have come. */
static void
on_done(bool ok)
{
	struct topic *t = told.topic;

	told.topic = NULL;
	t->heard = told.listen && ok;
	if (t->heard)
		begin_to_hear(t);
	else if (told.listen)
		fail_feeds(t);
	settle_topic(t, told.listen && !ok);
}

static void
on_lost(void)
{
	struct topic *t, *next;

	told.topic = NULL;
	for (size_t i = 0; i < BUCKETS; i++) {
		for (t = LIST_FIRST(&buckets[i]); t != NULL; t = next) {
			next = LIST_NEXT(t, list);
			t->heard = false;
			fail_feeds(t);
			settle_topic(t, false);
		}
	}
}

static const struct rt_bus_events events = {
    .command = next_command,
    .done = on_done,
    .lost = on_lost,
    .message = on_message,
};

static void
connect_or_kick(void)
{
	if (rt_bus_conn_is_open())
		rt_bus_conn_kick();
	else
		rt_bus_conn_open(bus_url, &events);
}

/* --- Functions --- */

/* A topic that is ours can't be wrong, and a worker begins with memory. */
void
rt_bus_subscribe(const char *name, rt_bus_fn *fn, void *arg)
{
	struct topic *t;
	struct subscriber *s = calloc(1, sizeof(*s));

	if (bus_url == NULL || s == NULL || !rt_bus_is_topic(rt_str(name)) ||
	    (t = topic_of(rt_str(name))) == NULL)
		abort();
	s->fn = fn;
	s->arg = arg;
	s->listening = t->heard;
	SLIST_INSERT_HEAD(&t->subscribers, s, next);
	settle_topic(t, false);
	connect_or_kick();
}

bool
rt_bus_hears(const char *name)
{
	const struct topic *t = find_topic(rt_str(name));

	return t != NULL && t->heard;
}

/* --- Feeds --- */

static void
close_feed(void *arg)
{
	struct rt_bus_feed *f = arg;

	feed_drop_all(f);
	free(f->told);
	if (f->topic == NULL)
		return;
	LIST_REMOVE(f, list);
	settle_topic(f->topic, false);
	if (rt_bus_conn_is_open())
		rt_bus_conn_kick();
}

/* What it takes of the call's memory comes first, for that may end the call. */
static struct rt_bus_feed *
open_feed(struct rt_call *call, struct rt_str name)
{
	struct rt_bus_feed *f = RT_NEW(call, *f);

	STAILQ_INIT(&f->queue);
	f->call = call;
	rt_defer(call, close_feed, f);
	f->topic = topic_of(name);
	if (f->topic == NULL)
		return NULL;
	f->listening = f->topic->heard;
	LIST_INSERT_HEAD(&f->topic->feeds, f, list);
	settle_topic(f->topic, false);
	return f;
}

static struct rt_bus_feed *
no_feed(struct rt_call *call, const char *why)
{
	(void)rt_fail_unavailable(call, "bus: %s", why);
	return NULL;
}

struct rt_bus_feed *
rt_bus_listen(struct rt_call *call, struct rt_str name)
{
	struct rt_bus_feed *f;

	if (!rt_bus_is_topic(name)) {
		(void)rt_fail(call, "bus: %.*s is no topic", RT_FMT(name));
		return NULL;
	}
	if (bus_url == NULL || rt_bus_conn_is_down())
		return no_feed(call, "there is no connection");
	f = open_feed(call, name);
	if (f == NULL)
		return no_feed(call, "no memory");
	connect_or_kick();
	while (!f->listening && !f->failed) {
		if (!rt_call_wait(call))
			return no_feed(call, "there was no time to listen");
	}
	if (f->failed)
		return no_feed(call, "the connection was lost");
	return f;
}

static struct message *
take_message(struct rt_bus_feed *f)
{
	struct message *m = STAILQ_FIRST(&f->queue);

	STAILQ_REMOVE_HEAD(&f->queue, next);
	f->n--;
	f->bytes -= m->n;
	return m;
}

static bool
wait_for_message(struct rt_bus_feed *f)
{
	while (!f->ready) {
		bool goes_on = f->call->stream == NULL
		    ? rt_call_wait(f->call)
		    : rt_stream_wait(f->call, &f->ready);

		if (!goes_on)
			return false;
	}
	return !f->call->cancelled;
}

bool
rt_bus_next(struct rt_bus_feed *f, struct rt_bus_message *out)
{
	free(f->told);
	f->told = NULL;
	*out = (struct rt_bus_message){.topic = rt_str(f->topic->name)};
	if (!wait_for_message(f))
		return false;
	out->missed = f->missed;
	if (!f->missed) {
		f->told = take_message(f);
		out->payload = (struct rt_str){f->told->payload, f->told->n};
	}
	f->missed = false;
	f->ready = f->n > 0;
	return true;
}

/* --- A worker --- */

void
rt_bus_open(const char *url)
{
	bus_url = url;
	for (size_t i = 0; i < BUCKETS; i++)
		LIST_INIT(&buckets[i]);
}

void
rt_bus_close(void)
{
	if (rt_bus_conn_is_open())
		rt_bus_conn_close();
	bus_url = NULL;
	for (size_t i = 0; i < BUCKETS; i++) {
		while (!LIST_EMPTY(&buckets[i]))
			free_topic(LIST_FIRST(&buckets[i]));
	}
}
