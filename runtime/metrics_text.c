#include <arpa/inet.h>
#include <inttypes.h>

#include "runtime/metrics_part.h"
#include "runtime/server.h"

/*
 * Prometheus' text format 0.0.4: for each name a HELP and a TYPE, and behind them
 * its series.
 */

enum { TEXT_MAX = 16 * 1024 * 1024, STATUS_END = 600 };

/* The sums over all slots. */
struct histogram {
	uint64_t buckets[RT_METRICS_BUCKETS + 1];
	uint64_t sum_us;
};

static void
begin(struct rt_buf *b, const char *name, const char *type, const char *help)
{
	rt_buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
	    type);
}

static void
put_one(struct rt_buf *b, const char *name, const char *type, const char *help,
    int64_t v)
{
	begin(b, name, type, help);
	rt_buf_printf(b, "%s %" PRId64 "\n", name, v);
}

/* --- Histograms --- */

static uint64_t
add_histogram(struct histogram *sum, const struct rt_metrics_histogram *h)
{
	uint64_t n = 0;

	for (unsigned i = 0; i <= RT_METRICS_BUCKETS; i++) {
		sum->buckets[i] += rt_metrics_load(&h->buckets[i]);
		n += sum->buckets[i];
	}
	sum->sum_us += rt_metrics_load(&h->sum_us);
	return n;
}

/* Each bucket has what the ones before it have. */
static void
put_buckets(struct rt_buf *b, const char *name, struct rt_str labels,
    const struct histogram *h)
{
	const char *comma = labels.n > 0 ? "," : "";
	uint64_t n = 0;

	for (unsigned i = 0; i <= RT_METRICS_BUCKETS; i++) {
		n += h->buckets[i];
		rt_buf_printf(b, "%s_bucket{%.*s%sle=\"", name, RT_FMT(labels),
		    comma);
		if (i < RT_METRICS_BUCKETS)
			rt_buf_printf(b, "%g",
			    (double)rt_metrics_bounds[i] / 1000000);
		else
			rt_buf_cstr(b, "+Inf");
		rt_buf_printf(b, "\"} %" PRIu64 "\n", n);
	}
}

static void
put_histogram(struct rt_buf *b, const char *name, struct rt_str labels,
    const struct histogram *h)
{
	const char *open = labels.n > 0 ? "{" : "";
	const char *close = labels.n > 0 ? "}" : "";
	uint64_t n = 0;

	for (unsigned i = 0; i <= RT_METRICS_BUCKETS; i++)
		n += h->buckets[i];
	put_buckets(b, name, labels, h);
	rt_buf_printf(b, "%s_sum%s%.*s%s %" PRIu64 ".%06" PRIu64 "\n", name,
	    open, RT_FMT(labels), close, h->sum_us / 1000000,
	    h->sum_us % 1000000);
	rt_buf_printf(b, "%s_count%s%.*s%s %" PRIu64 "\n", name, open,
	    RT_FMT(labels), close, n);
}

static void
put_timed(struct rt_buf *b, enum rt_timed what, const char *name,
    const char *help)
{
	struct histogram sum = {.sum_us = 0};
	struct rt_metrics_slot *slot;

	for (unsigned i = 0; (slot = rt_metrics_slot(i)) != NULL; i++)
		(void)add_histogram(&sum, &slot->timed[what]);
	begin(b, name, "histogram", help);
	put_histogram(b, name, RT_LIT(""), &sum);
}

/* --- Calls --- */

/* The value of a label: a line feed, a backslash or a quote would end it. */
static void
put_label(struct rt_buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			rt_buf_cstr(b, "\\n");
			continue;
		}
		if (*text == '\\' || *text == '"')
			rt_buf_byte(b, '\\');
		rt_buf_byte(b, *text);
	}
}

/* Calls of no operation have labels without a value. */
static struct rt_str
labels_of(struct rt_arena *arena, unsigned number)
{
	const struct rt_api *api = rt_metrics.api;
	const struct rt_op *op = number < api->n_ops ? api->ops[number] : NULL;
	struct rt_buf b = rt_buf(arena, TEXT_MAX);

	rt_buf_cstr(&b, "operation=\"");
	put_label(&b, op == NULL ? "" : op->id);
	rt_buf_cstr(&b, "\",method=\"");
	put_label(&b, op == NULL ? "" : rt_op_method(op));
	rt_buf_byte(&b, '"');
	return rt_buf_str(&b);
}

/* By status, 0 for all others; the same may be in another entry of each slot. */
static void
add_statuses(uint64_t sums[STATUS_END], const struct rt_metrics_row *row)
{
	for (unsigned i = 0; i < RT_METRICS_STATUSES; i++) {
		int status = row->statuses[i].status;

		if (status < 0 || status >= STATUS_END)
			status = 0;
		sums[status] += rt_metrics_load(&row->statuses[i].n);
	}
}

static void
put_statuses(struct rt_buf *b, struct rt_str labels,
    const uint64_t sums[STATUS_END])
{
	for (int status = 0; status < STATUS_END; status++) {
		if (sums[status] == 0)
			continue;
		rt_buf_printf(b, "http_requests_total{%.*s,status=\"",
		    RT_FMT(labels));
		if (status == 0)
			rt_buf_cstr(b, "other");
		else
			rt_buf_int(b, status);
		rt_buf_printf(b, "\"} %" PRIu64 "\n", sums[status]);
	}
}

static void
put_requests(struct rt_buf *b)
{
	uint64_t *sums = rt_arena_array(b->arena, STATUS_END, sizeof(*sums));

	begin(b, "http_requests_total", "counter",
	    "Requests that have ended; with status 499 the client had gone.");
	for (unsigned i = 0; i <= rt_metrics.api->n_ops; i++) {
		struct rt_metrics_slot *slot;

		memset(sums, 0, STATUS_END * sizeof(*sums));
		for (unsigned s = 0; (slot = rt_metrics_slot(s)) != NULL; s++)
			add_statuses(sums, &slot->rows[i]);
		put_statuses(b, labels_of(b->arena, i), sums);
	}
}

static void
put_durations(struct rt_buf *b)
{
	static const char name[] = "http_request_duration_seconds";

	begin(b, name, "histogram",
	    "From the head of a request to the end of its answer.");
	for (unsigned i = 0; i <= rt_metrics.api->n_ops; i++) {
		struct histogram sum = {.sum_us = 0};
		struct rt_metrics_slot *slot;
		uint64_t n = 0;

		for (unsigned s = 0; (slot = rt_metrics_slot(s)) != NULL; s++)
			n = add_histogram(&sum, &slot->rows[i].took);
		if (n > 0)
			put_histogram(b, name, labels_of(b->arena, i), &sum);
	}
}

/* --- The server --- */

static void
put_gauges(struct rt_buf *b)
{
	static const struct {
		enum rt_gauge gauge;
		const char *name, *help;
	} all[] = {
	    {RT_GAUGE_CALLS, "http_requests_in_flight",
		"Requests whose answer is not there yet."},
	    {RT_GAUGE_CONNECTIONS, "http_connections",
		"Connections of clients."},
	    {RT_GAUGE_DB_CONNECTIONS, "db_connections",
		"Connections to the database that are up."},
	    {RT_GAUGE_DB_QUERIES, "db_queries_in_flight",
		"Queries that the database has been sent."},
	    {RT_GAUGE_DB_WAITING, "db_queries_waiting",
		"Queries that wait for room on a connection."},
	    {RT_GAUGE_MEMORY, "process_resident_memory_bytes",
		"Resident memory of all workers."},
	};

	for (unsigned i = 0; i < RT_LEN(all); i++)
		put_one(b, all[i].name, "gauge", all[i].help,
		    rt_metrics_sum(all[i].gauge));
}

static void
put_server(struct rt_buf *b)
{
	struct rt_metrics_slot *slot;
	int64_t shed = 0, workers = 0;

	for (unsigned i = 0; (slot = rt_metrics_slot(i)) != NULL; i++) {
		shed += (int64_t)rt_metrics_load(&slot->shed);
		workers += slot->pid != 0;
	}
	put_one(b, "http_requests_shed_total", "counter",
	    "Requests refused with 503, for there were too many calls.", shed);
	put_one(b, "server_workers", "gauge", "Processes that answer.",
	    workers);
	put_one(b, "process_start_time_seconds", "gauge",
	    "When the server started, in seconds since 1970.",
	    rt_metrics.began_s);
}

struct rt_str
rt_metrics_text(struct rt_call *call)
{
	struct rt_buf b = rt_buf(call->arena, TEXT_MAX);

	if (rt_metrics.slots == NULL)
		return RT_LIT("");
	put_requests(&b);
	put_durations(&b);
	put_timed(&b, RT_TIMED_QUERY, "db_query_duration_seconds",
	    "Queries, with their wait for room on a connection.");
	put_timed(&b, RT_TIMED_OUTBOUND, "outbound_request_duration_seconds",
	    "Requests that the server has sent, with their repetitions.");
	put_gauges(&b);
	put_server(&b);
	return rt_buf_str(&b);
}

/* --- Who may read it --- */

static bool
read_address(struct rt_str text, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (void *)out;
	struct sockaddr_in6 *v6 = (void *)out;
	char copy[INET6_ADDRSTRLEN];

	*out = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
	if (text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (inet_pton(AF_INET, copy, &v4->sin_addr) == 1)
		out->ss_family = AF_INET;
	else if (inet_pton(AF_INET6, copy, &v6->sin6_addr) == 1)
		out->ss_family = AF_INET6;
	return out->ss_family != AF_UNSPEC;
}

/* Behind a proxy everybody has its address. */
bool
rt_metrics_admits(const struct rt_call *call)
{
	struct sockaddr_storage address;

	return rt_request_header(call, "Forwarded").p == NULL &&
	    rt_request_header(call, "X-Forwarded-For").p == NULL &&
	    read_address(call->req.peer, &address) &&
	    rt_networks_cover(&call->server->metrics_allow,
		(const struct sockaddr *)&address);
}
