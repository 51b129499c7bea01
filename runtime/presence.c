#include "runtime/presence.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/server.h"
#include "runtime/settings.h"
#include "runtime/sql.h"
#include "runtime/topic_part.h"

/*
 * What has changed is written down topic by topic, one after the other, from the
 * sockets that there are at that moment: so nothing depends on the call of a
 * socket, which may be over, and who comes and goes quickly is written once.  The
 * lock of a topic makes the last who tells tell everything.
 */

enum {
	OID_INT8 = 20,
	OID_TEXT = 25,
	OID_INT8S = 1016,
	OID_UUID = 2950,
	WRITE_US = 10 * 1000000,
	BEATS = 3, /* of a lease */
	USERS_MAX = 100000, /* of a topic, on one worker */
	BUCKETS = 256,
};

/* A topic that has changed. */
struct change {
	TAILQ_ENTRY(change) next;
	LIST_ENTRY(change) list; /* of its bucket */
	bool fresh; /* since it was last written */
	bool joined; /* who has is to be told, even if others know */
	size_t n;
	char topic[];
};

static struct {
	struct rt_server *server; /* NULL: nobody is told */
	rt_presence_fn *fn;
	struct rt_uuid worker;
	int64_t lease_ms;
	TAILQ_HEAD(, change) changes;
	LIST_HEAD(, change) buckets[BUCKETS];
	bool busy; /* a call is at work */
	bool beat_due;
	bool done; /* that call has done it */
} presence = {.changes = TAILQ_HEAD_INITIALIZER(presence.changes)};

/* What the log calls it. */
static const struct rt_op keeper = {.id = "presence"};

/* --- Queries --- */

static const uint32_t types[] = {OID_UUID, OID_TEXT, OID_INT8S};
static const uint32_t beat_types[] = {OID_UUID, OID_INT8};

/* Whether the worker is new, or was given up meanwhile. */
static const struct rt_sql_query beat = {
    .name = "presence_beat",
    .sql = "INSERT INTO websocket_worker (id, expires_at) "
	   "VALUES ($1, now() + $2 * interval '1 millisecond') "
	   "ON CONFLICT (id) DO UPDATE SET expires_at = EXCLUDED.expires_at "
	   "RETURNING (xmax = 0)",
    .types = beat_types,
    .n_params = RT_LEN(beat_types),
    .n_columns = 1,
};

/* The topics of workers that have died. */
static const struct rt_sql_query bury = {
    .name = "presence_bury",
    .sql = "WITH dead AS ("
	   "DELETE FROM websocket_worker WHERE expires_at < now() "
	   "RETURNING id), "
	   "gone AS (DELETE FROM websocket_presence "
	   "WHERE worker IN (SELECT id FROM dead) RETURNING topic) "
	   "SELECT DISTINCT topic FROM gone",
    .n_columns = 1,
};

static const uint32_t lock_types[] = {OID_TEXT};

static const struct rt_sql_query lock = {
    .name = "presence_lock",
    .sql = "SELECT pg_advisory_xact_lock(hashtext('websocket_presence'), "
	   "hashtext($1))::text",
    .types = lock_types,
    .n_params = RT_LEN(lock_types),
    .n_columns = 1,
};

/* How many rows it has changed. */
static const struct rt_sql_query write_users = {
    .name = "presence_write",
    .sql = "WITH gone AS (DELETE FROM websocket_presence "
	   "WHERE worker = $1 AND topic = $2 AND user_id <> ALL ($3) "
	   "RETURNING 1), "
	   "come AS (INSERT INTO websocket_presence (worker, topic, user_id) "
	   "SELECT $1, $2, u FROM unnest($3) AS u "
	   "ON CONFLICT DO NOTHING RETURNING 1) "
	   "SELECT (SELECT count(*) FROM gone) + "
	   "(SELECT count(*) FROM come)",
    .types = types,
    .n_params = RT_LEN(types),
    .n_columns = 1,
};

static const struct rt_sql_query read_users = {
    .name = "presence_read",
    .sql = "SELECT DISTINCT user_id FROM websocket_presence "
	   "WHERE topic = $1 ORDER BY user_id LIMIT 1000",
    .types = lock_types,
    .n_params = RT_LEN(lock_types),
    .n_columns = 1,
};

static void
put_worker(struct rt_sql_args *args)
{
	rt_sql_begin(args);
	rt_pg_put_uuid(&args->bytes, presence.worker);
	rt_sql_end(args);
}

static void
put_users(struct rt_sql_args *args, struct rt_ints users)
{
	rt_sql_begin(args);
	rt_pg_put_array(&args->bytes, OID_INT8, users.n);
	for (size_t i = 0; i < users.n; i++) {
		size_t begun = rt_pg_begin_item(&args->bytes);

		rt_pg_put_int8(&args->bytes, users.v[i]);
		rt_pg_end_item(&args->bytes, begun);
	}
	rt_sql_end(args);
}

/* --- Changes --- */

static struct rt_str
name_of(const struct change *c)
{
	return (struct rt_str){c->topic, c->n};
}

static struct change *
find_change(struct rt_str topic)
{
	struct change *c;

	LIST_FOREACH(c, &presence.buckets[rt_topic_hash(topic) % BUCKETS], list)
	{
		if (rt_str_eq(topic, name_of(c)))
			return c;
	}
	return NULL;
}

/* NULL without memory. */
static struct change *
new_change(struct rt_str topic)
{
	struct change *c = malloc(sizeof(*c) + topic.n);

	if (c == NULL)
		return NULL;
	c->joined = false;
	c->n = topic.n;
	memcpy(c->topic, topic.p, topic.n);
	TAILQ_INSERT_TAIL(&presence.changes, c, next);
	LIST_INSERT_HEAD(&presence.buckets[rt_topic_hash(topic) % BUCKETS], c,
	    list);
	return c;
}

static void
note(struct rt_str topic, bool joined)
{
	struct change *c = find_change(topic);

	if (c == NULL)
		c = new_change(topic);
	if (c == NULL)
		return;
	c->fresh = true;
	c->joined = c->joined || joined;
}

static void
drop(struct change *c)
{
	TAILQ_REMOVE(&presence.changes, c, next);
	LIST_REMOVE(c, list);
	free(c);
}

/* --- One change --- */

struct telling {
	struct change *change;
	bool joined;
	struct rt_ints users; /* of this worker */
};

static bool
run_lock(struct rt_call *call, struct rt_str topic)
{
	struct rt_sql_args args = rt_sql_args(call, &lock);
	struct rt_sql_rows rows;

	rt_sql_text(&args, topic);
	return rt_sql_run(&args, &lock, &rows) == RT_SQL_OK;
}

static bool
write_down(struct rt_call *call, const struct telling *t, int64_t *changed)
{
	struct rt_sql_args args = rt_sql_args(call, &write_users);
	struct rt_sql_rows rows;

	put_worker(&args);
	rt_sql_text(&args, name_of(t->change));
	put_users(&args, t->users);
	if (rt_sql_run(&args, &write_users, &rows) != RT_SQL_OK)
		return false;
	if (rows.n == 1 && rt_pg_get_int(rt_sql_column(&rows, 0, 0), changed))
		return true;
	return rt_sql_misread(call, &write_users, 0) == RT_SQL_OK;
}

static bool
tell(struct rt_call *call, struct rt_str topic)
{
	struct rt_sql_args args = rt_sql_args(call, &read_users);
	struct rt_sql_rows rows;
	int64_t *ids;

	rt_sql_text(&args, topic);
	if (rt_sql_run(&args, &read_users, &rows) != RT_SQL_OK)
		return false;
	ids = rt_arena_array(call->arena, (size_t)rows.n, sizeof(*ids));
	for (int i = 0; i < rows.n; i++) {
		if (!rt_pg_get_int(rt_sql_column(&rows, i, 0), &ids[i]))
			return rt_sql_misread(call, &read_users, 0) ==
			    RT_SQL_OK;
	}
	return presence.fn(call, topic, (struct rt_ints){ids, (size_t)rows.n});
}

static bool
in_transaction(struct rt_call *call, void *arg)
{
	struct telling *t = arg;
	int64_t changed;

	if (!run_lock(call, name_of(t->change)) ||
	    !write_down(call, t, &changed))
		return false;
	return (changed == 0 && !t->joined) || tell(call, name_of(t->change));
}

/* What comes meanwhile is another change. */
static bool
run_change(struct rt_call *call, struct change *c)
{
	struct telling t = {.change = c, .joined = c->joined};

	c->fresh = false;
	c->joined = false;
	t.users = rt_topic_users(call, name_of(c), USERS_MAX);
	if (rt_tx(call, RT_READ_COMMITTED, in_transaction, &t) ==
	    RT_TX_COMMITTED)
		return true;
	c->joined = c->joined || t.joined;
	return false;
}

/* --- The lease --- */

static void
note_topic(struct rt_str topic)
{
	note(topic, false);
}

static bool
run_bury(struct rt_call *call)
{
	struct rt_sql_args args = rt_sql_args(call, &bury);
	struct rt_sql_rows rows;

	if (rt_sql_run(&args, &bury, &rows) != RT_SQL_OK)
		return false;
	for (int i = 0; i < rows.n; i++)
		note(rt_sql_column(&rows, i, 0), true);
	return true;
}

/* Of a worker that was given up all is written anew. */
static bool
run_beat(struct rt_call *call)
{
	struct rt_sql_args args = rt_sql_args(call, &beat);
	struct rt_sql_rows rows;
	bool new;

	put_worker(&args);
	rt_sql_begin(&args);
	rt_pg_put_int8(&args.bytes, presence.lease_ms);
	rt_sql_end(&args);
	if (rt_sql_run(&args, &beat, &rows) != RT_SQL_OK)
		return false;
	if (rows.n != 1 || !rt_pg_get_bool(rt_sql_column(&rows, 0, 0), &new))
		return rt_sql_misread(call, &beat, 0) == RT_SQL_OK;
	if (new)
		rt_topic_each(note_topic);
	return run_bury(call);
}

/* --- A call at a time --- */

static void
run(struct rt_call *call, void *arg)
{
	struct change *c = arg;

	call->deadline_us = rt_clock_us() + WRITE_US;
	presence.done = c == NULL ? run_beat(call) : run_change(call, c);
	if (!presence.done)
		rt_log(RT_LOG_WARN, "presence: %.*s", RT_FMT(call->failure));
}

static void go_on(void);

/* What has failed waits for the next beat. */
static void
ended(struct rt_call *call, void *arg)
{
	struct change *c = arg;
	bool done = presence.done;

	(void)call;
	presence.busy = false;
	presence.done = false;
	if (c == NULL)
		presence.beat_due = !done;
	else if (done && !c->fresh)
		drop(c);
	if (done)
		go_on();
}

/* The lease comes first: without it nothing can be written. */
static void
go_on(void)
{
	struct rt_own_call own = {
	    .op = &keeper,
	    .run = run,
	    .ended = ended,
	};

	if (presence.server == NULL || presence.busy)
		return;
	own.arg = presence.beat_due ? NULL : TAILQ_FIRST(&presence.changes);
	if (presence.beat_due || own.arg != NULL)
		presence.busy = rt_call_start(presence.server, &own);
}

static void
on_beat(void *arg)
{
	(void)arg;
	presence.beat_due = true;
	go_on();
}

/* --- A worker --- */

void
rt_presence_open(struct rt_server *server, rt_presence_fn *fn)
{
	if (fn == NULL || server->db == NULL || !rt_setting_bool("WS_PRESENCE"))
		return;
	presence.server = server;
	presence.fn = fn;
	presence.worker = rt_uuid_random();
	presence.lease_ms = rt_setting_int("WS_PRESENCE_LEASE_MS");
	presence.beat_due = true;
	rt_loop_every((unsigned)(presence.lease_ms / BEATS), on_beat, NULL);
}

void
rt_presence_close(void)
{
	presence.server = NULL;
	while (!TAILQ_EMPTY(&presence.changes))
		drop(TAILQ_FIRST(&presence.changes));
}

bool
rt_presence_is_busy(void)
{
	return presence.busy || !TAILQ_EMPTY(&presence.changes);
}

static void
change(struct rt_str topic, bool joined)
{
	if (presence.server == NULL)
		return;
	note(topic, joined);
	go_on();
}

void
rt_presence_joined(struct rt_str topic)
{
	change(topic, true);
}

void
rt_presence_left(struct rt_str topic)
{
	change(topic, false);
}
