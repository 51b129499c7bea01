#include <stdio.h>
#include <stdlib.h>

#include "runtime/db_pool.h"
#include "runtime/format.h"
#include "runtime/log.h"

enum {
	BACK_OFF_MIN_MS = 100,
	/* A server that is back is found within a second. */
	BACK_OFF_MAX_MS = 500,
	CONNECT_MAX_MS = 5000,
	/* PostgreSQL ends a statement by itself; past that much more time the
	 * server or the network is gone. */
	SILENCE_MAX_MS = 5000,
	PING_MS = 30000,
	/* What is on demand is given back after so long. */
	REST_MS = 10000,
	/* Of a query, before any has been answered: a slow one, which makes
	 * them spread over the connections. */
	PACE_US = 1000,
};

/* --- What to connect with --- */

/*
 * The keywords before "dbname" give way to what the URL says, those behind it
 * don't.  GSS would look for tickets in places that the sandbox closes.
 */
static const char *const names[] = {"gssencmode", "connect_timeout",
    "fallback_application_name", "dbname", "options", "client_encoding", NULL};

enum { N_NAMES = RT_LEN(names) };

static void
set_values(const char *values[N_NAMES], const char *url, const char *options)
{
	values[0] = "disable";
	values[1] = "5";
	values[2] = "kontract";
	values[3] = url;
	values[4] = options;
	values[5] = "UTF8";
	values[6] = NULL;
}

/* The options of the URL, or of the environment, for the server's start. */
static void
url_options(const char *url, char *out, size_t size)
{
	PQconninfoOption *list = PQconninfoParse(url, NULL);
	const char *found = getenv("PGOPTIONS");

	for (PQconninfoOption *o = list; o != NULL && o->keyword != NULL; o++) {
		if (strcmp(o->keyword, "options") == 0 && o->val != NULL)
			found = o->val;
	}
	snprintf(out, size, "%s", found == NULL ? "" : found);
	PQconninfoFree(list);
}

void
rt_db_options(char out[RT_DB_OPTIONS_MAX], const char *url, unsigned timeout_ms)
{
	char own[RT_DB_OPTIONS_MAX / 2];

	url_options(url, own, sizeof(own));
	snprintf(out, RT_DB_OPTIONS_MAX,
	    "%s -c statement_timeout=%u -c TimeZone=UTC -c DateStyle=ISO", own,
	    timeout_ms);
}

bool
rt_db_probe(const char *url, char *why, size_t size)
{
	const char *values[N_NAMES], *fault = rt_db_url_fault(url);
	PGconn *pg;
	bool ok;

	if (fault != NULL) {
		snprintf(why, size, "%s", fault);
		return false;
	}
	set_values(values, url, "");
	pg = PQconnectdbParams(names, values, 1);
	ok = PQstatus(pg) == CONNECTION_OK;
	if (!ok)
		snprintf(why, size, "%s", PQerrorMessage(pg));
	PQfinish(pg);
	return ok;
}

/* --- One connection --- */

static void ready(void *arg);

static void
log_notice(void *unused, const char *text)
{
	(void)unused;
	rt_log(RT_LOG_DEBUG, "database: %s", text);
}

void
rt_db_conn_close(struct rt_db_conn *c)
{
	if (c->watch != NULL)
		rt_loop_unwatch(c->watch);
	c->watch = NULL;
	PQclear(c->result);
	c->result = NULL;
	PQfinish(c->pg);
	c->pg = NULL;
	c->state = RT_DB_DOWN;
	c->stale = false;
	c->n = 0;
	c->batch = 0;
}

/* Workers that lost their connections at once don't come back at once. */
static void
back_off(struct rt_db_conn *c)
{
	unsigned char byte;

	rt_random(&byte, 1);
	if (c->back_off_ms < BACK_OFF_MIN_MS)
		c->back_off_ms = BACK_OFF_MIN_MS;
	c->retry_us = rt_clock_us() +
	    (int64_t)c->back_off_ms * (1000 - byte) / 1000 * 1000;
	c->back_off_ms *= 2;
	if (c->back_off_ms > BACK_OFF_MAX_MS)
		c->back_off_ms = BACK_OFF_MAX_MS;
}

static void
connect_failed(struct rt_db_conn *c, const char *why)
{
	struct rt_db_set *set = c->set;

	if (!set->troubled)
		rt_log(RT_LOG_ERROR, "%s: no connection: %s", set->label, why);
	set->troubled = true;
	rt_db_conn_close(c);
	back_off(c);
	rt_db_set_failed(set);
}

static void
connected(struct rt_db_conn *c)
{
	struct rt_db_set *set = c->set;

	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg)) {
		connect_failed(c, PQerrorMessage(c->pg));
		return;
	}
	if (set->troubled)
		rt_log(RT_LOG_INFO, "%s: connected again", set->label);
	set->troubled = false;
	set->down = false;
	set->n_up++;
	c->state = RT_DB_UP;
	c->each_us = PACE_US;
	c->since_us = rt_clock_us();
	c->back_off_ms = 0;
	memset(c->prepared, 0, sizeof(c->prepared));
	memset(c->asked, 0, sizeof(c->asked));
	rt_db_conn_greet(c);
	rt_db_dispatch(set);
}

/* libpq tries one address after the other, each with a new socket, which may
 * have the number of the one before. */
static void
watch_socket(struct rt_db_conn *c, unsigned what)
{
	if (c->watch != NULL)
		rt_loop_unwatch(c->watch);
	c->watch = rt_loop_watch(PQsocket(c->pg), what, ready, c);
}

static void
connect_step(struct rt_db_conn *c)
{
	switch (PQconnectPoll(c->pg)) {
	case PGRES_POLLING_READING:
		watch_socket(c, RT_LOOP_READ);
		return;
	case PGRES_POLLING_WRITING:
		watch_socket(c, RT_LOOP_WRITE);
		return;
	case PGRES_POLLING_OK:
		watch_socket(c, RT_LOOP_READ);
		connected(c);
		return;
	default:
		connect_failed(c, PQerrorMessage(c->pg));
	}
}

static void
ready(void *arg)
{
	struct rt_db_conn *c = arg;

	if (c->state == RT_DB_CONNECTING)
		connect_step(c);
	else
		rt_db_conn_ready(c);
}

void
rt_db_conn_connect(struct rt_db_conn *c)
{
	const char *values[N_NAMES];

	set_values(values, c->set->url, c->set->options);
	c->pg = PQconnectStartParams(names, values, 1);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		connect_failed(c,
		    c->pg == NULL ? "no memory" : PQerrorMessage(c->pg));
		return;
	}
	PQsetNoticeProcessor(c->pg, log_notice, NULL);
	c->state = RT_DB_CONNECTING;
	c->since_us = rt_clock_us();
	watch_socket(c, RT_LOOP_WRITE);
}

/* --- As time goes by --- */

static void
tick_up(struct rt_db_conn *c, int64_t quiet_ms)
{
	unsigned busy_max = c->set->pool->statement_timeout_ms + SILENCE_MAX_MS;

	if (c->n > 0 && quiet_ms > busy_max)
		rt_db_conn_lost(c, "no answer");
	else if (c->n > 0 || c->tx != NULL)
		return;
	else if (c->set->on_demand && quiet_ms > REST_MS)
		rt_db_conn_renew(c);
	else if (quiet_ms > PING_MS)
		rt_db_conn_ping(c);
}

void
rt_db_conn_tick(struct rt_db_conn *c, int64_t now_us)
{
	int64_t quiet_ms = (now_us - c->since_us) / 1000;
	bool wanted = !c->set->on_demand || c->set->n_queued > 0;

	if (c->state == RT_DB_DOWN && wanted && now_us >= c->retry_us)
		rt_db_conn_connect(c);
	else if (c->state == RT_DB_CONNECTING && quiet_ms > CONNECT_MAX_MS)
		connect_failed(c, "no answer");
	else if (c->state == RT_DB_UP)
		tick_up(c, quiet_ms);
}
