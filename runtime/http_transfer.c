#include "runtime/http_transfer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/breaker.h"
#include "runtime/http_multi.h"
#include "runtime/loop.h"
#include "runtime/media.h"

enum { URL_MAX = 8000, FIRST_BYTES = 4096 };

/* Bytes that grow up to a bound. */
struct bytes {
	char *p;
	size_t n, size;
};

struct rt_transfer {
	/* The request. */
	CURLU *url;
	char *host;
	char origin[RT_ORIGIN_MAX];
	char *method;
	char *body; /* NULL: none */
	size_t body_n;
	struct curl_slist *headers;
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
	long status;
	enum rt_http_result result;
	const char *why;
};

static unsigned under_way;

/* --- Taking a request in --- */

/* What a URL is written in (RFC 3986, section 2), but for '#': there is no
 * sending a fragment. */
static bool
is_url_text(struct rt_str s)
{
	static const char marks[] = "-._~:/?[]@!$&'()*+,;=%";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') &&
		    (c == '\0' || strchr(marks, c) == NULL))
			return false;
	}
	return s.n <= URL_MAX;
}

/* libcurl takes "http:a" and "http:///a" for "http://a". */
static bool
has_host(struct rt_str s)
{
	const char *slashes = memmem(s.p, s.n, "://", 3);

	return slashes != NULL && s.p + s.n > slashes + 3 && slashes[3] != '/';
}

/* Hosts have no case (RFC 9110, section 4.2.3). */
static bool
take_origin(struct rt_transfer *t, const char *scheme)
{
	char *port = NULL;
	int n;

	if (curl_url_get(t->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) !=
	    CURLUE_OK)
		return false;
	n = snprintf(t->origin, sizeof(t->origin), "%s://%s:%s", scheme,
	    t->host, port);
	curl_free(port);
	for (char *p = t->origin; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return n > 0 && (size_t)n < sizeof(t->origin);
}

/* Read once, by who will use it: two readers might differ. */
static bool
take_url(struct rt_transfer *t, struct rt_str text)
{
	char *copy, *scheme = NULL;
	bool ok;

	if (text.p == NULL || !is_url_text(text) || !has_host(text))
		return false;
	t->url = curl_url();
	copy = strndup(text.p, text.n);
	ok = t->url != NULL && copy != NULL &&
	    curl_url_set(t->url, CURLUPART_URL, copy, CURLU_DISALLOW_USER) ==
		CURLUE_OK &&
	    curl_url_get(t->url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(t->url, CURLUPART_HOST, &t->host, 0) == CURLUE_OK &&
	    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
	    take_origin(t, scheme);
	curl_free(scheme);
	free(copy);
	return ok;
}

static bool
add_line(struct rt_transfer *t, const char *line)
{
	struct curl_slist *longer = curl_slist_append(t->headers, line);

	if (longer != NULL)
		t->headers = longer;
	return longer != NULL;
}

/* Those of the framing are the client's own. */
static bool
may_be_given(const struct rt_header *h)
{
	static const char *const own[] = {"Host", "Content-Length",
	    "Transfer-Encoding", "Connection", "Expect", "TE", "Upgrade"};

	for (size_t i = 0; i < RT_LEN(own); i++) {
		if (rt_str_is_nocase(h->name, own[i]))
			return false;
	}
	return rt_is_token(h->name) && rt_is_field_value(h->value);
}

/* As libcurl has it, "Name;" is one without a value. */
static bool
add_header(struct rt_transfer *t, const struct rt_header *h)
{
	size_t size = h->name.n + h->value.n + 3;
	char *line = malloc(size);
	bool ok;

	if (line == NULL)
		return false;
	memcpy(line, h->name.p, h->name.n);
	if (h->value.n == 0) {
		memcpy(line + h->name.n, ";", 2);
	} else {
		memcpy(line + h->name.n, ": ", 2);
		memcpy(line + h->name.n + 2, h->value.p, h->value.n);
		line[size - 1] = '\0';
	}
	ok = add_line(t, line);
	free(line);
	return ok;
}

static bool
add_headers(struct rt_transfer *t, const struct rt_headers *h)
{
	bool typed = false, ok = true;

	for (size_t i = 0; i < h->n; i++) {
		ok = ok && add_header(t, &h->v[i]);
		typed = typed || rt_str_is_nocase(h->v[i].name, "Content-Type");
	}
	/* libcurl would wait for a 100 and call a body a form. */
	return ok && add_line(t, "Expect:") &&
	    (typed || add_line(t, "Content-Type:"));
}

static bool
take_body(struct rt_transfer *t, struct rt_str body)
{
	if (body.p == NULL)
		return true;
	t->body = malloc(body.n + 1);
	if (t->body == NULL)
		return false;
	memcpy(t->body, body.p, body.n);
	t->body_n = body.n;
	return true;
}

static const char *
request_fault(const struct rt_http_request *r)
{
	if (!rt_is_token(r->method))
		return "the method is no token";
	for (size_t i = 0; i < r->headers.n; i++) {
		if (!may_be_given(&r->headers.v[i]))
			return "a header can't be sent";
	}
	return NULL;
}

void
rt_transfer_free(struct rt_transfer *t)
{
	if (t == NULL)
		return;
	rt_transfer_stop(t);
	curl_easy_cleanup(t->easy);
	curl_url_cleanup(t->url);
	curl_free(t->host);
	curl_slist_free_all(t->headers);
	free(t->method);
	free(t->body);
	free(t->head.p);
	free(t->answer.p);
	free(t);
}

static bool
take_request(struct rt_transfer *t, const struct rt_http_request *r)
{
	t->method = strndup(r->method.p, r->method.n);
	return t->method != NULL && add_headers(t, &r->headers) &&
	    take_body(t, r->body);
}

struct rt_transfer *
rt_transfer_new(const struct rt_http_request *r,
    const struct rt_http_settings *settings, enum rt_http_result *result,
    const char **why)
{
	struct rt_transfer *t;

	*result = RT_HTTP_BAD_REQUEST;
	*why = request_fault(r);
	if (*why != NULL)
		return NULL;
	*result = RT_HTTP_FAILED;
	*why = "no memory";
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->settings = settings;
	if (!take_url(t, r->url)) {
		*result = RT_HTTP_BAD_URL;
		*why = "that is no absolute URL of http or https, without "
		       "user and fragment";
	} else if (take_request(t, r)) {
		return t;
	}
	rt_transfer_free(t);
	return NULL;
}

const char *
rt_transfer_origin(const struct rt_transfer *t)
{
	return t->origin;
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
	t->too_large = !append(&t->answer, p, n, t->settings->answer_max);
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

/* --- On its way --- */

/* Sets an option, and remembers whether all could be. */
#define SET(option, value) \
	(ok = curl_easy_setopt(h, (option), (value)) == CURLE_OK && ok)

static bool
set_request(CURL *h, struct rt_transfer *t)
{
	static const char *const filled[] = {"POST", "PUT", "PATCH"};
	bool ok = true, length = t->body != NULL;

	for (size_t i = 0; i < RT_LEN(filled); i++)
		length = length || strcmp(t->method, filled[i]) == 0;
	SET(CURLOPT_CURLU, t->url);
	SET(CURLOPT_HTTPHEADER, t->headers);
	if (length) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body_n);
		SET(CURLOPT_POSTFIELDS, t->body == NULL ? "" : t->body);
	} else if (strcmp(t->method, "HEAD") == 0) {
		SET(CURLOPT_NOBODY, 1L);
	}
	SET(CURLOPT_CUSTOMREQUEST, t->method);
	SET(CURLOPT_USERAGENT, "kontract");
	return ok;
}

/* A name that is being resolved must not be waited for when nobody wants to know
 * any more: that is what the quick exit is. */
static bool
set_ways(CURL *h, struct rt_transfer *t)
{
	bool ok = true;

	SET(CURLOPT_PRIVATE, t);
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
	case CURLE_ABORTED_BY_CALLBACK:
		return RT_HTTP_FAILED;
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
	t->in_head = t->too_large = t->refused = t->unsent = false;
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
	    .host = t->host,
	    .why = t->why,
	};
}

/* --- The library --- */

bool
rt_http_open(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void
rt_http_close(void)
{
	rt_multi_close();
	curl_global_cleanup();
}
