/*
 * Messages of topics on their way: all go over one topic of the bus, so that a
 * worker hears everything from its first moment on, and whoever subscribes waits
 * for nobody.
 *
 * A message of the bus is "<number> <kind> <topic>\n<text>".  Of the kinds r and R
 * the text is the id of one in the table websocket_message; T and R are private, t
 * and r are not.  The number makes each another one, for of those that are the same
 * in a transaction PostgreSQL delivers one.  What comes behind a text that is being
 * fetched waits for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "runtime/bus.h"
#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/server.h"
#include "runtime/sql.h"
#include "runtime/topic_part.h"

#define CHANNEL "kontract_websocket"

enum {
	OID_TEXT = 25,
	HEAD_MAX = 24 + RT_TOPIC_MAX,
	FETCH_US = 10 * 1000000,
	SWEEP_MS = 60 * 1000,
	WAITING_MAX = 1000, /* messages behind one that is fetched */
	WAITING_BYTES = 16 * 1024 * 1024,
};

/* A message that waits for its turn. */
struct event {
	STAILQ_ENTRY(event) next;
	struct rt_str topic, rest;
	bool by_reference;
	bool private;
	char bytes[];
};

static struct {
	struct rt_server *server; /* NULL: it is not open */
	STAILQ_HEAD(, event) waiting; /* the first is being fetched */
	unsigned n;
	size_t bytes;
	bool stored; /* since the last sweep: there may be rows to sweep */
} bus = {.waiting = STAILQ_HEAD_INITIALIZER(bus.waiting)};

/* What the log calls it. */
static const struct rt_op keeper = {.id = "topics"};

/* --- Publishing --- */

static const uint32_t store_types[] = {OID_TEXT, OID_TEXT};

static const struct rt_sql_query store = {
    .name = "topic_store",
    .sql = "WITH stored AS ("
	   "INSERT INTO websocket_message (body) VALUES ($2) RETURNING id) "
	   "SELECT pg_notify('" CHANNEL "', $1 || id)::text FROM stored",
    .types = store_types,
    .n_params = RT_LEN(store_types),
    .n_columns = 1,
};

static struct rt_str
head(struct rt_call *call, char kind, struct rt_str topic)
{
	static uint64_t number;

	return rt_printf(call, "%llx %c %.*s\n", (unsigned long long)++number,
	    kind, RT_FMT(topic));
}

/* The row goes when all have had the time to fetch it. */
static bool
publish_reference(struct rt_call *call, char kind, struct rt_str topic,
    struct rt_str text)
{
	struct rt_sql_args args = rt_sql_args(call, &store);
	struct rt_sql_rows rows;

	rt_sql_text(&args, head(call, kind, topic));
	rt_sql_text(&args, text);
	bus.stored = true;
	return rt_sql_run(&args, &store, &rows) == RT_SQL_OK;
}

static bool
publish(struct rt_call *call, bool private, struct rt_str topic,
    struct rt_str text)
{
	struct rt_str first;

	if (!rt_topic_is_name(topic))
		return rt_fail(call, "topics: a name is no topic's");
	if (text.n > RT_BUS_PAYLOAD_MAX - HEAD_MAX)
		return publish_reference(call, private ? 'R' : 'r', topic,
		    text);
	first = head(call, private ? 'T' : 't', topic);
	return rt_bus_publish(call, RT_LIT(CHANNEL),
	    rt_printf(call, "%.*s%.*s", RT_FMT(first), RT_FMT(text)));
}

bool
rt_topic_publish(struct rt_call *call, struct rt_str topic, struct rt_str text)
{
	return publish(call, false, topic, text);
}

bool
rt_topic_publish_private(struct rt_call *call, struct rt_str topic,
    struct rt_str text)
{
	return publish(call, true, topic, text);
}

/* --- Fetching --- */

static const uint32_t fetch_types[] = {OID_TEXT};

static const struct rt_sql_query fetch = {
    .name = "topic_fetch",
    .sql = "SELECT body FROM websocket_message WHERE id = $1::bigint",
    .types = fetch_types,
    .n_params = RT_LEN(fetch_types),
    .n_columns = 1,
};

/* Absent where it can't be had. */
static struct rt_str
fetch_text(struct rt_call *call, struct rt_str id)
{
	struct rt_sql_args args = rt_sql_args(call, &fetch);
	struct rt_sql_rows rows;

	rt_sql_text(&args, id);
	if (rt_sql_run(&args, &fetch, &rows) != RT_SQL_OK || rows.n == 0)
		return (struct rt_str){NULL, 0};
	return rt_sql_column(&rows, 0, 0);
}

static void
run_fetch(struct rt_call *call, void *arg)
{
	const struct event *e = arg;
	struct rt_str text;

	call->deadline_us = rt_clock_us() + FETCH_US;
	text = fetch_text(call, e->rest);
	if (text.p != NULL)
		rt_topic_deliver(e->topic, text, e->private);
	else
		rt_topic_miss(e->topic);
	if (text.p == NULL)
		rt_log(RT_LOG_WARN, "topics: a message is lost: %.*s",
		    RT_FMT(call->failure.p != NULL
			    ? call->failure
			    : RT_LIT("it is in the table no more")));
}

static void
drop_first(void)
{
	struct event *e = STAILQ_FIRST(&bus.waiting);

	STAILQ_REMOVE_HEAD(&bus.waiting, next);
	bus.n--;
	bus.bytes -= e->rest.n;
	free(e);
}

static void fetch_ended(struct rt_call *, void *);

/* Delivers all up to one that has to be fetched, which is begun. */
static void
go_on(void)
{
	struct rt_own_call own = {
	    .op = &keeper,
	    .run = run_fetch,
	    .ended = fetch_ended,
	};

	while ((own.arg = STAILQ_FIRST(&bus.waiting)) != NULL) {
		const struct event *e = own.arg;

		if (!e->by_reference)
			rt_topic_deliver(e->topic, e->rest, e->private);
		else if (rt_topic_has_subscribers(e->topic)) {
			if (rt_call_start(bus.server, &own))
				return;
			rt_topic_miss(e->topic);
		}
		drop_first();
	}
}

static void
fetch_ended(struct rt_call *call, void *arg)
{
	(void)call, (void)arg;
	if (bus.server == NULL)
		return;
	drop_first();
	go_on();
}

/* --- Hearing --- */

/* A copy of one that is on the stack; NULL without memory. */
static struct event *
keep_event(const struct event *from)
{
	struct event *e = malloc(sizeof(*e) + from->topic.n + from->rest.n);

	if (e == NULL)
		return NULL;
	*e = *from;
	memcpy(e->bytes, from->topic.p, from->topic.n);
	memcpy(e->bytes + from->topic.n, from->rest.p, from->rest.n);
	e->topic.p = e->bytes;
	e->rest.p = e->bytes + from->topic.n;
	return e;
}

/* What can't wait is lost. */
static void
enqueue(const struct event *from)
{
	bool first = STAILQ_EMPTY(&bus.waiting);
	struct event *e = NULL;

	if (bus.n < WAITING_MAX && bus.bytes + from->rest.n <= WAITING_BYTES)
		e = keep_event(from);
	if (e == NULL) {
		rt_topic_miss(from->topic);
		return;
	}
	STAILQ_INSERT_TAIL(&bus.waiting, e, next);
	bus.n++;
	bus.bytes += e->rest.n;
	if (first)
		go_on();
}

/* Anybody who may use the database may send what is no message. */
static bool
parse(struct rt_str payload, struct event *e)
{
	struct rt_str kind;

	e->rest = payload;
	(void)rt_str_cut(&e->rest, ' ');
	kind = rt_str_cut(&e->rest, ' ');
	e->topic = rt_str_cut(&e->rest, '\n');
	if (e->rest.p == NULL || kind.n != 1)
		return false;
	e->by_reference = kind.p[0] == 'r' || kind.p[0] == 'R';
	e->private = kind.p[0] == 'T' || kind.p[0] == 'R';
	return true;
}

static void
on_message(const struct rt_bus_message *m, void *arg)
{
	struct event e;

	(void)arg;
	if (m->missed) {
		rt_topic_miss((struct rt_str){NULL, 0});
		return;
	}
	if (!parse(m->payload, &e) || !rt_topic_has_subscribers(e.topic))
		return;
	if (e.by_reference || !STAILQ_EMPTY(&bus.waiting))
		enqueue(&e);
	else
		rt_topic_deliver(e.topic, e.rest, e.private);
}

bool
rt_topic_bus_hear(struct rt_call *call)
{
	if (bus.server == NULL)
		return rt_fail_unavailable(call, "topics: there is no bus");
	return rt_bus_hears(CHANNEL) ||
	    rt_bus_listen(call, RT_LIT(CHANNEL)) != NULL;
}

/* --- Sweeping --- */

/* Who fetches one does so at once. */
static const struct rt_sql_query sweep = {
    .name = "topic_sweep",
    .sql = "DELETE FROM websocket_message WHERE id IN ("
	   "SELECT id FROM websocket_message "
	   "WHERE created_at < now() - interval '5 minutes' "
	   "ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)",
};

static void
run_sweep(struct rt_call *call, void *arg)
{
	struct rt_sql_args args = rt_sql_args(call, &sweep);
	struct rt_sql_rows rows;

	(void)arg;
	call->deadline_us = rt_clock_us() + FETCH_US;
	if (rt_sql_run(&args, &sweep, &rows) != RT_SQL_OK)
		rt_log(RT_LOG_WARN, "topics: messages were not swept: %.*s",
		    RT_FMT(call->failure));
}

static void
sweep_ended(struct rt_call *call, void *arg)
{
	(void)call, (void)arg;
}

/* Only where a message was stored there can be something, or even a table.  When
 * there is no room for a call, there is the next time. */
static void
on_sweep(void *arg)
{
	struct rt_own_call own = {
	    .op = &keeper,
	    .run = run_sweep,
	    .ended = sweep_ended,
	};

	(void)arg;
	if (bus.server == NULL || !bus.stored ||
	    !rt_call_start(bus.server, &own))
		return;
}

/* --- A worker --- */

void
rt_topic_bus_open(struct rt_server *server)
{
	bus.server = server;
	rt_bus_subscribe(CHANNEL, on_message, NULL);
	rt_loop_every(SWEEP_MS, on_sweep, NULL);
}

void
rt_topic_bus_close(void)
{
	bus.server = NULL;
	while (!STAILQ_EMPTY(&bus.waiting))
		drop_first();
}
