#include "runtime/bus_conn.h"

#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "runtime/format.h"
#include "runtime/log.h"
#include "runtime/loop.h"

enum {
	TICK_MS = 100,
	BACK_OFF_MIN_MS = 100,
	BACK_OFF_MAX_MS = 500,
	/* An answer that takes longer does not come. */
	ANSWER_MAX_US = 5000000,
	/* A connection that says nothing is asked whether it is there. */
	SILENCE_US = 30000000,
};

enum state {
	CLOSED = 0,
	DOWN, /* until retry_us */
	CONNECTING,
	IDLE,
	BUSY, /* a command is on its way */
};

static struct {
	enum state state;
	const char *url;
	const struct rt_bus_events *events;
	PGconn *pg;
	struct rt_watch *watch;
	int64_t since_us; /* of CONNECTING and BUSY; in IDLE, of the silence */
	int64_t retry_us;
	unsigned back_off_ms;
	bool failing; /* the last attempt to connect has failed */
	bool asking; /* the command is only to see whether it is there */
	bool ok; /* what is known of the command's result */
} line;

static void on_ready(void *unused);

/* --- Losing it --- */

static void
hang_up(void)
{
	if (line.watch != NULL)
		rt_loop_unwatch(line.watch);
	line.watch = NULL;
	PQfinish(line.pg);
	line.pg = NULL;
}

/* Workers that lost their connections at once don't come back at once. */
static void
lose(const char *why)
{
	unsigned char byte;

	if (!line.failing)
		rt_log(RT_LOG_ERROR, "bus: no connection: %s", why);
	line.failing = true;
	hang_up();
	line.state = DOWN;
	rt_random(&byte, 1);
	line.retry_us =
	    rt_clock_us() + (int64_t)line.back_off_ms * (1000 - byte);
	line.back_off_ms *= 2;
	if (line.back_off_ms > BACK_OFF_MAX_MS)
		line.back_off_ms = BACK_OFF_MAX_MS;
	line.events->lost();
}

static void
lose_pg(void)
{
	lose(line.pg == NULL ? "no memory" : PQerrorMessage(line.pg));
}

/* --- Commands --- */

static void
flush(void)
{
	switch (PQflush(line.pg)) {
	case 0:
		rt_loop_rewatch(line.watch, RT_LOOP_READ);
		return;
	case 1:
		rt_loop_rewatch(line.watch, RT_LOOP_READ | RT_LOOP_WRITE);
		return;
	default:
		lose_pg();
	}
}

void
rt_bus_command(char sql[RT_BUS_COMMAND_MAX], const char *word, const char *name)
{
	size_t n = (size_t)snprintf(sql, RT_BUS_COMMAND_MAX, "%s \"", word);

	for (; *name != '\0' && n < RT_BUS_COMMAND_MAX - 3; name++) {
		if (*name == '"')
			sql[n++] = '"';
		sql[n++] = *name;
	}
	memcpy(sql + n, "\"", 2);
}

static void
send_command(const char *sql, bool asking)
{
	if (PQsendQuery(line.pg, sql) == 0) {
		lose_pg();
		return;
	}
	line.state = BUSY;
	line.since_us = rt_clock_us();
	line.asking = asking;
	line.ok = false;
	flush();
}

void
rt_bus_conn_kick(void)
{
	char sql[RT_BUS_COMMAND_MAX];

	if (line.state == IDLE && line.events->command(sql))
		send_command(sql, false);
}

static void
end_command(void)
{
	line.state = IDLE;
	line.since_us = rt_clock_us();
	if (!line.asking)
		line.events->done(line.ok);
	rt_bus_conn_kick();
}

static void
take_result(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);

	line.ok = status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
	if (!line.ok)
		rt_log(RT_LOG_WARN, "bus: %s", PQresultErrorMessage(r));
}

static void
take_results(void)
{
	while (line.state == BUSY && !PQisBusy(line.pg)) {
		PGresult *r = PQgetResult(line.pg);

		if (r == NULL)
			end_command();
		else
			take_result(r);
		PQclear(r);
	}
}

static void
take_messages(void)
{
	PGnotify *n;

	while (line.pg != NULL && (n = PQnotifies(line.pg)) != NULL) {
		line.events->message(n->relname, n->extra);
		PQfreemem(n);
	}
}

static void
talk(void)
{
	if (line.state == IDLE)
		line.since_us = rt_clock_us();
	if (PQconsumeInput(line.pg) == 0) {
		lose_pg();
		return;
	}
	/* What was sent before the answer to LISTEN was sent to others. */
	take_results();
	take_messages();
	if (line.state == BUSY)
		flush();
}

/* --- Connecting --- */

/* libpq may try one address after the other, each with a new socket. */
static void
watch(unsigned what)
{
	if (line.watch != NULL)
		rt_loop_unwatch(line.watch);
	line.watch = rt_loop_watch(PQsocket(line.pg), what, on_ready, NULL);
}

static void
connected(void)
{
	if (PQsetnonblocking(line.pg, 1) != 0) {
		lose_pg();
		return;
	}
	watch(RT_LOOP_READ);
	if (line.failing)
		rt_log(RT_LOG_INFO, "bus: connected again");
	line.failing = false;
	line.back_off_ms = BACK_OFF_MIN_MS;
	line.state = IDLE;
	line.since_us = rt_clock_us();
	rt_bus_conn_kick();
}

static void
connect_step(void)
{
	switch (PQconnectPoll(line.pg)) {
	case PGRES_POLLING_READING:
		watch(RT_LOOP_READ);
		return;
	case PGRES_POLLING_WRITING:
		watch(RT_LOOP_WRITE);
		return;
	case PGRES_POLLING_OK:
		connected();
		return;
	default:
		lose_pg();
	}
}

static void
drop_notice(void *unused, const char *text)
{
	(void)unused;
	rt_log(RT_LOG_DEBUG, "bus: %s", text);
}

/* What is behind "dbname" holds whatever the URL says.  GSS would look for
 * tickets in places that the sandbox closes. */
static PGconn *
dial(void)
{
	static const char *const names[] = {"gssencmode",
	    "fallback_application_name", "dbname", "client_encoding", NULL};
	const char *const values[] = {"disable", "kontract bus", line.url,
	    "UTF8", NULL};

	return PQconnectStartParams(names, values, 1);
}

static void
begin_to_connect(void)
{
	line.pg = dial();
	if (line.pg == NULL || PQstatus(line.pg) == CONNECTION_BAD) {
		lose_pg();
		return;
	}
	PQsetNoticeProcessor(line.pg, drop_notice, NULL);
	line.state = CONNECTING;
	line.since_us = rt_clock_us();
	watch(RT_LOOP_WRITE);
}

static void
on_ready(void *unused)
{
	(void)unused;
	if (line.state == CONNECTING)
		connect_step();
	else if (line.pg != NULL)
		talk();
}

/* --- Its life --- */

static void
tick(void *unused)
{
	int64_t now = rt_clock_us();

	(void)unused;
	if (line.state == DOWN && now >= line.retry_us)
		begin_to_connect();
	else if ((line.state == CONNECTING || line.state == BUSY) &&
	    now - line.since_us > ANSWER_MAX_US)
		lose("there was no answer in time");
	else if (line.state == IDLE && now - line.since_us > SILENCE_US)
		send_command("", true);
}

void
rt_bus_conn_open(const char *url, const struct rt_bus_events *events)
{
	static bool ticking;

	memset(&line, 0, sizeof(line));
	line.url = url;
	line.events = events;
	line.back_off_ms = BACK_OFF_MIN_MS;
	if (!ticking)
		rt_loop_every(TICK_MS, tick, NULL);
	ticking = true;
	begin_to_connect();
}

void
rt_bus_conn_close(void)
{
	hang_up();
	line.state = CLOSED;
}

bool
rt_bus_conn_is_open(void)
{
	return line.state != CLOSED;
}

bool
rt_bus_conn_is_down(void)
{
	return line.failing;
}
