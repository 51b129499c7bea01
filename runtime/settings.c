#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/log.h"
#include "runtime/settings.h"

const struct rt_setting rt_settings[] = {
    {
	.name = "DATABASE_URL",
	.type = RT_SETTING_TEXT,
	.min = 1,
	.max = 4096,
	.help = "The PostgreSQL database: a postgresql:// URL or a libpq "
		"connection string.",
    },
    {
	.name = "DATABASE_REPLICA_URL",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 4096,
	.help = "A replica of the database, which takes the queries marked "
		":read while it is up.",
    },
    {
	.name = "DB_CONNECTIONS",
	.type = RT_SETTING_INT,
	.fallback = "2",
	.min = 1,
	.max = 100,
	.help = "Database connections of each worker, to the replica as many.",
    },
    {
	.name = "DB_STREAM_CONNECTIONS",
	.type = RT_SETTING_INT,
	.fallback = "4",
	.min = 1,
	.max = 100,
	.help = "Connections that a worker may open beside these, one for "
		"each query that is streamed.",
    },
    {
	.name = "DB_PREPARE",
	.type = RT_SETTING_BOOL,
	.fallback = "true",
	.help = "Whether a session of the database is the worker's own; false "
		"behind a pooler that shares it between transactions.",
    },
    {
	.name = "DB_QUEUE_MAX",
	.type = RT_SETTING_INT,
	.fallback = "1000",
	.min = 1,
	.max = 100000,
	.help = "Calls of a worker that may wait for a connection.",
    },
    {
	.name = "DB_STATEMENT_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds after which the database gives a statement up.",
    },
    {
	.name = "LISTEN_DATABASE_URL",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 4096,
	.help = "The same database for LISTEN, where DATABASE_URL leads to a "
		"pooler that does not keep sessions.",
    },
    {
	.name = "JOBS_CONCURRENCY",
	.type = RT_SETTING_INT,
	.fallback = "10",
	.min = 0,
	.max = 1000,
	.help = "Jobs that a worker runs at a time; 0 for none.",
    },
    {
	.name = "JOBS_POLL_MS",
	.type = RT_SETTING_INT,
	.fallback = "1000",
	.min = 100,
	.max = 3600000,
	.help = "Milliseconds after which a worker looks for jobs that nobody "
		"has told it of, such as those that had to wait.",
    },
    {
	.name = "JOBS_LEASE_MS",
	.type = RT_SETTING_INT,
	.fallback = "30000",
	.min = 1000,
	.max = 3600000,
	.help = "Milliseconds after which another worker takes the jobs of "
		"one that has died.",
    },
    {
	.name = "WORK_THREADS",
	.type = RT_SETTING_INT,
	.fallback = "2",
	.min = 1,
	.max = 64,
	.help = "Threads of each worker for work that takes long.",
    },
    {
	.name = "CORS_ORIGINS",
	.type = RT_SETTING_TEXT,
	.fallback = "http://localhost:3000",
	.max = 4096,
	.help = "Origins whose pages may call, separated by commas.",
    },
    {
	.name = "CHECK_ANSWERS",
	.type = RT_SETTING_BOOL,
	.fallback = "true",
	.help = "Whether answers are checked against the contract before "
		"they are sent.",
    },
    {
	.name = "GZIP_LEVEL",
	.type = RT_SETTING_INT,
	.fallback = "1",
	.min = 0,
	.max = 9,
	.help = "How well answers and messages are compressed, from 1, fast, "
		"to 9; 0 for not at all.",
    },
    {
	.name = "REQUEST_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "30000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds that a call may take.",
    },
    {
	.name = "HEAD_MAX",
	.type = RT_SETTING_INT,
	.fallback = "16384",
	.min = 1024,
	.max = 65536,
	.help = "Bytes of the largest request head, the request line with it.",
    },
    {
	.name = "HEAD_LINES_MAX",
	.type = RT_SETTING_INT,
	.fallback = "100",
	.min = 10,
	.max = 1000,
	.help = "Header fields of the largest request head.",
    },
    {
	.name = "TARGET_MAX",
	.type = RT_SETTING_INT,
	.fallback = "8192",
	.min = 64,
	.max = 65536,
	.help = "Bytes of the longest request target.",
    },
    {
	.name = "HANDSHAKE_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds in which a client has to agree on TLS.",
    },
    {
	.name = "HEAD_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds in which a request head has to come.",
    },
    {
	.name = "BODY_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "30000",
	.min = 1,
	.max = 3600000,
	.help =
	    "Milliseconds in which a request body has to come, or to come on by 1 KiB a second.",
    },
    {
	.name = "IDLE_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "60000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds that a connection may wait for its next request.",
    },
    {
	.name = "SEND_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "30000",
	.min = 1,
	.max = 3600000,
	.help =
	    "Milliseconds in which a client has to take its answer, or 1 KiB of it a second.",
    },
    {
	.name = "CONNECTIONS_PER_ADDRESS",
	.type = RT_SETTING_INT,
	.fallback = "1000",
	.min = 1,
	.max = 1000000,
	.help = "Connections of a worker that one address may have.",
    },
    {
	.name = "REQUESTS_PER_CONNECTION",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 1,
	.max = 1000000000,
	.help = "Requests after which a connection is closed.",
    },
    {
	.name = "CALLS_MAX",
	.type = RT_SETTING_INT,
	.fallback = "1000",
	.min = 1,
	.max = 1000000,
	.help =
	    "Calls of a worker that may be under way; more are answered with 503.",
    },
    {
	.name = "WS_SOCKETS_MAX",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 0,
	.max = 1000000,
	.help = "WebSockets of a worker; more are answered with 503.",
    },
    {
	.name = "WS_PING_MS",
	.type = RT_SETTING_INT,
	.fallback = "30000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds after which a WebSocket of which nothing has "
		"come is sent a ping.",
    },
    {
	.name = "WS_PONG_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds in which something has to come then.",
    },
    {
	.name = "WS_CLOSE_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "5000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds that the closing handshake of a WebSocket may "
		"take.",
    },
    {
	.name = "WS_QUEUE_MAX",
	.type = RT_SETTING_INT,
	.fallback = "1048576",
	.min = 65536,
	.max = 1073741824,
	.help = "Bytes of broadcasts that may wait for a WebSocket's client; "
		"a slower one is closed with 1013.",
    },
    {
	.name = "WS_PRESENCE",
	.type = RT_SETTING_BOOL,
	.fallback = "false",
	.help = "Whether who has subscribed to a topic is told to the others.",
    },
    {
	.name = "WS_PRESENCE_LEASE_MS",
	.type = RT_SETTING_INT,
	.fallback = "30000",
	.min = 1000,
	.max = 3600000,
	.help = "Milliseconds after which those of a worker that has died are "
		"gone.",
    },
    {
	.name = "DRAIN_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "30000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds that calls under way get when a worker leaves.",
    },
    {
	.name = "OUTBOUND_TIMEOUT_MS",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds that a request of the server's own may take.",
    },
    {
	.name = "OUTBOUND_MAX",
	.type = RT_SETTING_INT,
	.fallback = "256",
	.min = 1,
	.max = 10000,
	.help = "Such requests that a worker may have under way at once.",
    },
    {
	.name = "OUTBOUND_RETRIES",
	.type = RT_SETTING_INT,
	.fallback = "2",
	.min = 0,
	.max = 10,
	.help = "How often one is sent again after a failure that passes.",
    },
    {
	.name = "OUTBOUND_BREAKER_FAILURES",
	.type = RT_SETTING_INT,
	.fallback = "5",
	.min = 0,
	.max = 1000000,
	.help = "Failures in a row after which an origin is left alone for a "
		"while; 0 for never.",
    },
    {
	.name = "OUTBOUND_BREAKER_MS",
	.type = RT_SETTING_INT,
	.fallback = "10000",
	.min = 1,
	.max = 3600000,
	.help = "Milliseconds of that while.",
    },
    {
	.name = "OUTBOUND_ANSWER_MAX",
	.type = RT_SETTING_INT,
	.fallback = "1000000",
	.min = 1,
	.max = 1073741824,
	.help = "Bytes of the largest answer to such a request.",
    },
    {
	.name = "OUTBOUND_NETWORKS",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 4096,
	.help = "Networks that such requests may go to though they are not "
		"public, separated by commas.",
    },
    {
	.name = "OUTBOUND_CA_FILE",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 4096,
	.help = "A PEM file of the authorities to trust instead of the "
		"system's.",
    },
    {
	.name = "METRICS_ALLOW",
	.type = RT_SETTING_TEXT,
	.fallback = "127.0.0.0/8, ::1",
	.max = 4096,
	.help = "Networks whose clients may read the metrics, separated by "
		"commas.",
    },
    {
	.name = "CALL_MEMORY_MAX",
	.type = RT_SETTING_INT,
	.fallback = "67108864",
	.min = 1048576,
	.max = 4294967296,
	.help = "Bytes of memory that a call may use.",
    },
    {
	.name = "BODY_MAX",
	.type = RT_SETTING_INT,
	.fallback = "1000000",
	.min = 1,
	.max = 1073741824,
	.help = "Bytes of the largest request body of an operation without "
		"x-max-body.",
    },
    {
	.name = "NESTING_MAX",
	.type = RT_SETTING_INT,
	.fallback = "64",
	.min = 1,
	.max = 100,
	.help = "Arrays and objects inside each other in a JSON body.",
    },
    {
	.name = "PARTS_MAX",
	.type = RT_SETTING_INT,
	.fallback = "1024",
	.min = 1,
	.max = 65536,
	.help = "Parts or fields of a form.",
    },
    {
	.name = "BODY_DISK_OFFLOAD",
	.type = RT_SETTING_INT,
	.fallback = "1048576",
	.min = 1,
	.max = 1073741824,
	.help = "Bytes of the largest request body that is kept in memory; a "
		"larger one is in a file while its call runs.",
    },
    {
	.name = "BODY_DISK_PATH",
	.type = RT_SETTING_TEXT,
	.fallback = "/tmp",
	.min = 1,
	.max = 200,
	.help = "The directory of these files.",
    },
    {
	.name = "TLS_CERTIFICATES",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 16384,
	.help = "PEM files of certificates with their keys, "
		"cert.pem:key.pem, separated by commas; without any there is "
		"no TLS.",
    },
    {
	.name = "TLS_CLIENT_CA",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 4096,
	.help = "A PEM file of the authorities whose certificates clients may "
		"show.",
    },
    {
	.name = "TLS_MIN_VERSION",
	.type = RT_SETTING_TEXT,
	.fallback = "1.2",
	.choices = "1.2|1.3",
	.help = "The oldest version of TLS that is spoken.",
    },
    {
	.name = "LOG_LEVEL",
	.type = RT_SETTING_TEXT,
	.fallback = "info",
	.choices = "error|warn|info|debug",
	.help = "What is logged: this level and the ones before it.",
    },
    {.name = NULL},
};

/* A setting with the value it has; bools are 1 and 0. */
struct loaded {
	const struct rt_setting *def;
	char *text;
	int64_t number;
	struct loaded *next;
};

/* Lives as long as the process, in the order of the tables. */
static struct loaded *first, **last = &first;

static struct loaded *
find(const char *name)
{
	for (struct loaded *l = first; l != NULL; l = l->next) {
		if (strcmp(l->def->name, name) == 0)
			return l;
	}
	return NULL;
}

/* An int as strtoll() takes it, but without spaces or a plus sign. */
static bool
parse_int(const char *text, int64_t *out)
{
	const char *digits = text[0] == '-' ? text + 1 : text;
	char *end;

	if (!isdigit((unsigned char)digits[0]))
		return false;
	errno = 0;
	*out = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool
parse_bool(const char *text, int64_t *out)
{
	static const char *const texts[] = {"false", "true", "0", "1", "no",
	    "yes", "off", "on"};

	for (unsigned i = 0; i < RT_LEN(texts); i++) {
		if (rt_str_is_nocase(rt_str(text), texts[i])) {
			*out = i % 2;
			return true;
		}
	}
	return false;
}

static bool
is_choice(const char *choices, const char *text)
{
	struct rt_str rest = rt_str(choices);

	while (rest.p != NULL) {
		if (rt_str_is(rt_str_cut(&rest, '|'), text))
			return true;
	}
	return false;
}

static bool
in_range(const struct rt_setting *s, int64_t v)
{
	return (s->min == 0 && s->max == 0) || (v >= s->min && v <= s->max);
}

static bool
parse(const struct rt_setting *s, const char *text, int64_t *out)
{
	*out = 0;
	if (s->type == RT_SETTING_BOOL)
		return parse_bool(text, out);
	if (s->type == RT_SETTING_INT)
		return parse_int(text, out) && in_range(s, *out);
	if (s->choices != NULL)
		return is_choice(s->choices, text);
	return in_range(s, (int64_t)strlen(text));
}

/* Whether the value must not be shown; a URL may have a password in it. */
static bool
is_secret(const struct rt_setting *s)
{
	static const char *const words[] = {"SECRET", "PASSWORD", "KEY",
	    "TOKEN", "CREDENTIAL", "_URL"};

	for (unsigned i = 0; i < RT_LEN(words); i++) {
		if (strstr(s->name, words[i]) != NULL)
			return true;
	}
	return s->secret;
}

static void
print_expected(const struct rt_setting *s)
{
	bool bounded = s->min != 0 || s->max != 0;

	if (s->type == RT_SETTING_BOOL)
		fputs("true or false", stderr);
	else if (s->choices != NULL)
		fprintf(stderr, "one of %s", s->choices);
	else if (s->type == RT_SETTING_INT)
		fputs("a whole number", stderr);
	else
		fputs("a text", stderr);

	if (bounded && s->type == RT_SETTING_INT)
		fprintf(stderr, " from %" PRId64 " to %" PRId64, s->min,
		    s->max);
	if (bounded && s->type == RT_SETTING_TEXT && s->choices == NULL)
		fprintf(stderr, " of %" PRId64 " to %" PRId64 " bytes", s->min,
		    s->max);
}

/* The start of a value in quotes, on one line whatever is in it. */
static void
print_value(const char *text)
{
	enum { SHOWN_MAX = 64 };

	fputc('"', stderr);
	for (unsigned i = 0; text[i] != '\0' && i < SHOWN_MAX; i++) {
		int c = (unsigned char)text[i];

		fputc(isprint(c) ? c : '?', stderr);
	}
	fputs(strlen(text) > SHOWN_MAX ? "...\"" : "\"", stderr);
}

static void
report(const struct rt_setting *s, const char *text)
{
	fprintf(stderr, "setting %s: expected ", s->name);
	print_expected(s);
	if (text == NULL) {
		fputs(", but it is not set", stderr);
	} else if (is_secret(s)) {
		fprintf(stderr, ", found a value of %zu bytes (not shown)",
		    strlen(text));
	} else {
		fputs(", found ", stderr);
		print_value(text);
	}
	fputc('\n', stderr);
}

/* There is nothing to serve without memory for a setting. */
static void
keep(const struct rt_setting *s, const char *text, int64_t number)
{
	struct loaded *l = find(s->name);
	char *copy = strdup(text);

	if (l == NULL) {
		l = calloc(1, sizeof(*l));
		if (l == NULL)
			abort();
		*last = l;
		last = &l->next;
	}
	if (copy == NULL)
		abort();
	free(l->text);
	*l = (struct loaded){s, copy, number, l->next};
}

static bool
load(const struct rt_setting *s)
{
	const char *text = getenv(s->name);
	const struct loaded *other = find(s->name);
	int64_t number;

	if (other != NULL && other->def != s) {
		fprintf(stderr, "setting %s: two tables have it\n", s->name);
		return false;
	}
	if (text == NULL)
		text = s->fallback;
	if (text == NULL || !parse(s, text, &number)) {
		report(s, text);
		return false;
	}
	keep(s, text, number);
	return true;
}

bool
rt_settings_load(const struct rt_setting *table)
{
	bool ok = true;

	for (const struct rt_setting *s = table; s->name != NULL; s++)
		ok = load(s) && ok;
	return ok;
}

void
rt_settings_log(void)
{
	for (const struct loaded *l = first; l != NULL; l = l->next) {
		const char *fallback = l->def->fallback;
		bool same = fallback != NULL && strcmp(fallback, l->text) == 0;

		rt_log(RT_LOG_DEBUG, "setting %s is %s%s", l->def->name,
		    is_secret(l->def) ? "set (not shown)" : l->text,
		    same ? " (default)" : "");
	}
}

static const struct loaded *
must_find(const char *name, enum rt_setting_type type)
{
	const struct loaded *l = find(name);

	if (l != NULL && l->def->type == type)
		return l;
	fprintf(stderr, "setting %s: no table has it with this type\n", name);
	abort();
}

const char *
rt_setting_text(const char *name)
{
	return must_find(name, RT_SETTING_TEXT)->text;
}

int64_t
rt_setting_int(const char *name)
{
	return must_find(name, RT_SETTING_INT)->number;
}

bool
rt_setting_bool(const char *name)
{
	return must_find(name, RT_SETTING_BOOL)->number != 0;
}
