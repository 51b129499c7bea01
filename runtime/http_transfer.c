#include "runtime/http_transfer.h"

#include <stdlib.h>

#include "runtime/http_multi.h"
#include "runtime/http_request.h"
#include "runtime/loop.h"

enum { FIRST_BYTES = 4096 };

/* Bytes that grow up to a bound. */
struct bytes {
	char *p;
	size_t n, size;
};

struct rt_transfer {
	struct rt_http_copy request;
	bool repeatable;
	bool gzip;
	size_t answer_max;
	const struct rt_http_settings *settings;
	CURL *easy; /* NULL: it was never sent */
	struct rt_call *call; /* NULL: it is not under way */
	/* The answer. */
	struct bytes head;
	bool in_head;
	unsigned lines; /* of this head */
	size_t head_total; /* with those of interim answers and trailers */
	struct bytes answer;
	bool too_large;
	bool refused; /* an address */
	bool unsent;
	bool sent;
	long status;
	enum rt_http_result result;
	const char *why;
};

static unsigned under_way;

/* --- Making it --- */

struct rt_transfer *
rt_transfer_new(const struct rt_http_request *r,
    const struct rt_http_settings *settings, enum rt_http_result *result,
    const char **why)
{
	struct rt_transfer *t = calloc(1, sizeof(*t));

	*result = RT_HTTP_FAILED;
	*why = "no memory";
	if (t == NULL)
		return NULL;
	t->settings = settings;
	t->gzip = r->gzip;
	t->answer_max =
	    r->answer_max == 0 ? settings->answer_max : r->answer_max;
	t->repeatable = rt_http_is_repeatable(r);
	*why = rt_http_copy_take(&t->request, r, result);
	if (*why == NULL)
		return t;
	rt_transfer_free(t);
	return NULL;
}

void
rt_transfer_free(struct rt_transfer *t)
{
	if (t == NULL)
		return;
	rt_transfer_stop(t);
	curl_easy_cleanup(t->easy);
	rt_http_copy_free(&t->request);
	free(t->head.p);
	free(t->answer.p);
	free(t);
}

const char *
rt_transfer_origin(const struct rt_transfer *t)
{
	return t->request.url.origin;
}

/* --- The answer as it comes --- */

static bool
append(struct bytes *b, const char *p, size_t n, size_t max)
{
	size_t size = b->size == 0 ? FIRST_BYTES : b->size;
	char *grown;

	if (n > max - b->n)
		return false;
	while (size < b->n + n)
		size *= 2;
	if (size != b->size) {
		grown = realloc(b->p, size);
		if (grown == NULL)
			return false;
		b->p = grown;
		b->size = size;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
	return true;
}

/* A line of the head.  What comes before the last head is of interim answers,
 * what comes behind it are trailers. */
static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct rt_transfer *t = arg;

	n *= size;
	if (n > RT_TRANSFER_HEAD_MAX - t->head_total) {
		t->too_large = true;
		return 0;
	}
	t->head_total += n;
	if (n >= 5 && memcmp(p, "HTTP/", 5) == 0) {
		t->in_head = true;
		t->head.n = 0;
		t->lines = 0;
		return n;
	}
	if (n <= 2)
		t->in_head = false;
	if (!t->in_head)
		return n;
	t->too_large = ++t->lines > RT_TRANSFER_HEADERS_MAX ||
	    !append(&t->head, p, n, RT_TRANSFER_HEAD_MAX);
	return t->too_large ? 0 : n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct rt_transfer *t = arg;

	n *= size;
	t->too_large = !append(&t->answer, p, n, t->answer_max);
	return t->too_large ? 0 : n;
}

/*
 * The one place where a connection begins: what was resolved is judged, not
 * the name, for a name may mean another address the next time.
 */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct rt_transfer *t = arg;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    (!rt_address_is_public(&a->addr) &&
		!rt_networks_cover(&t->settings->networks, &a->addr))) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	return rt_multi_socket(a);
}

/*
 * libcurl is about to send the request.  It does so twice by itself where a
 * connection that was kept ends without an answer, which is no proof that the
 * request has not arrived.
 */
static int
on_request(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct rt_transfer *t = arg;
	bool again = t->sent;

	(void)to, (void)from, (void)to_port, (void)from_port;
	t->sent = true;
	return again && !t->repeatable ? CURL_PREREQFUNC_ABORT
				       : CURL_PREREQFUNC_OK;
}

/* --- On its way --- */

/* Sets an option, and remembers whether all could be. */
#define SET(option, value) \
	(ok = curl_easy_setopt(h, (option), (value)) == CURLE_OK && ok)

static bool
set_request(CURL *h, struct rt_transfer *t)
{
	static const char *const filled[] = {"POST", "PUT", "PATCH"};
	bool ok = true, length = t->request.body != NULL;

	for (size_t i = 0; i < RT_LEN(filled); i++)
		length = length || strcmp(t->request.method, filled[i]) == 0;
	SET(CURLOPT_CURLU, t->request.url.parts);
	SET(CURLOPT_HTTPHEADER, t->request.headers);
	if (length) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->request.body_n);
		SET(CURLOPT_POSTFIELDS,
		    t->request.body == NULL ? "" : t->request.body);
	} else if (strcmp(t->request.method, "HEAD") == 0) {
		SET(CURLOPT_NOBODY, 1L);
	}
	SET(CURLOPT_CUSTOMREQUEST, t->request.method);
	SET(CURLOPT_USERAGENT, "kontract");
	if (t->gzip)
		SET(CURLOPT_ACCEPT_ENCODING, "gzip");
	return ok;
}

/* A name that is being resolved must not be waited for when nobody wants to know
 * any more: that is what the quick exit is. */
static bool
set_ways(CURL *h, struct rt_transfer *t)
{
	bool ok = true;

	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_PREREQFUNCTION, on_request);
	SET(CURLOPT_PREREQDATA, t);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	return ok;
}

static bool
set_safety(CURL *h, struct rt_transfer *t)
{
	bool ok = true;

	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, t);
	SET(CURLOPT_CLOSESOCKETFUNCTION, rt_multi_close_socket);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (t->settings->ca_file != NULL)
		SET(CURLOPT_CAINFO, t->settings->ca_file);
	/* Authorities of a folder would be read for each connection anew. */
	SET(CURLOPT_CAPATH, NULL);
	return ok;
}

static enum rt_http_result
result_of(const struct rt_transfer *t, CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return RT_HTTP_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return RT_HTTP_TIMEOUT;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
		return RT_HTTP_FAILED;
	case CURLE_ABORTED_BY_CALLBACK: /* on_request() */
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 */
		return RT_HTTP_BAD_ANSWER;
	default:
		return t->refused ? RT_HTTP_REFUSED : RT_HTTP_UNREACHABLE;
	}
}

static void
set_result(struct rt_transfer *t, CURLcode code)
{
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->status);
	t->result = result_of(t, code);
	t->why = curl_easy_strerror(code);
	if (t->too_large) {
		t->result = RT_HTTP_TOO_LARGE;
		t->why = "the answer is too large";
	} else if (code == CURLE_ABORTED_BY_CALLBACK) {
		t->why = "the connection has ended without an answer";
	} else if (t->result == RT_HTTP_REFUSED) {
		t->why = "its address is not public";
	}
	t->unsent =
	    code == CURLE_COULDNT_CONNECT && t->result == RT_HTTP_UNREACHABLE;
}

static void
forget_answer(struct rt_transfer *t)
{
	t->head.n = t->answer.n = 0;
	t->in_head = t->too_large = t->refused = t->unsent = t->sent = false;
	t->lines = 0;
	t->head_total = 0;
	t->status = 0;
}

static bool
open_easy(struct rt_transfer *t)
{
	if (t->easy != NULL)
		return true;
	t->easy = curl_easy_init();
	if (t->easy == NULL)
		return false;
	if (set_request(t->easy, t) && set_ways(t->easy, t) &&
	    set_safety(t->easy, t))
		return true;
	curl_easy_cleanup(t->easy);
	t->easy = NULL;
	return false;
}

static bool
set_time(CURL *h, long ms)
{
	bool ok = true;

	SET(CURLOPT_TIMEOUT_MS, ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, ms);
	return ok;
}

void
rt_transfer_start(struct rt_transfer *t, struct rt_call *call,
    int64_t deadline_us)
{
	int64_t ms = (deadline_us - rt_clock_us()) / 1000;

	forget_answer(t);
	t->result = RT_HTTP_TIMEOUT;
	t->why = "its time was up before it was sent";
	if (ms <= 0)
		return;
	t->result = RT_HTTP_FAILED;
	t->why = "libcurl can't be used";
	if (!open_easy(t) || !set_time(t->easy, (long)ms) ||
	    !rt_multi_add(t->easy))
		return;
	t->call = call;
	under_way++;
}

bool
rt_transfer_is_over(const struct rt_transfer *t)
{
	return t->call == NULL;
}

void
rt_transfer_stop(struct rt_transfer *t)
{
	if (t->call == NULL)
		return;
	t->call = NULL;
	under_way--;
	rt_multi_remove(t->easy);
}

void
rt_transfer_end(struct rt_transfer *t, CURLcode code)
{
	struct rt_call *call = t->call;

	set_result(t, code);
	rt_transfer_stop(t);
	rt_call_wake(call);
}

unsigned
rt_transfers(void)
{
	return under_way;
}

struct rt_transfer_reply
rt_transfer_reply(const struct rt_transfer *t)
{
	bool over = t->result == RT_HTTP_OK;

	return (struct rt_transfer_reply){
	    .result = t->result,
	    .unsent = t->unsent,
	    .status = over ? (int)t->status : 0,
	    .head = {t->head.p, t->head.n},
	    .body = {t->answer.p == NULL ? "" : t->answer.p, t->answer.n},
	    .host = t->request.url.host,
	    .why = t->why,
	};
}

/* --- The library --- */

bool
rt_http_open(void)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

	/* Without threads for it, a name would hold up the worker. */
	return (info->features & CURL_VERSION_ASYNCHDNS) != 0 &&
	    curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void
rt_http_close(void)
{
	rt_multi_close();
	curl_global_cleanup();
}
