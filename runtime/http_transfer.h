/*
 * One request on its way: what http_client.c hands to libcurl, by
 * http_multi.h.  Its memory is its own; the answer's may be large.
 */
#ifndef RT_HTTP_TRANSFER_H
#define RT_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "runtime/http_client.h"

enum {
	RT_TRANSFER_HEADERS_MAX = 100, /* lines of an answer's head */
	RT_TRANSFER_HEAD_MAX = 64 * 1024, /* bytes of all heads of an answer */
};

struct rt_transfer;

/*
 * A copy of the request, or NULL: then *result and *why say what is wrong.
 * The settings must outlive it.
 */
struct rt_transfer *rt_transfer_new(const struct rt_http_request *,
    const struct rt_http_settings *, enum rt_http_result *result,
    const char **why) RT_WARN_UNUSED;

/* Gives it up if it is under way; NULL is ignored. */
void rt_transfer_free(struct rt_transfer *);

/* "https://example.org:443": where it goes, for a breaker. */
const char *rt_transfer_origin(const struct rt_transfer *);

/*
 * Sends the request, again if it has been before; rt_call_wake() is called when
 * rt_transfer_is_over().  It ends at `deadline_us` on rt_clock_us() at the latest.
 */
void rt_transfer_start(struct rt_transfer *, struct rt_call *,
    int64_t deadline_us);
bool rt_transfer_is_over(const struct rt_transfer *);

/* Gives it up. */
void rt_transfer_stop(struct rt_transfer *);

/* What has come of it, once it is over. */
struct rt_transfer_reply {
	enum rt_http_result result;
	bool unsent; /* there was no connection */
	int status;
	struct rt_str head; /* lines that end with CR LF */
	struct rt_str body;
	const char *host;
	const char *why; /* of a failure */
};

struct rt_transfer_reply rt_transfer_reply(const struct rt_transfer *);

/* Transfers under way, of all calls. */
unsigned rt_transfers(void);

/* For http_multi.c: libcurl has ended it. */
void rt_transfer_end(struct rt_transfer *, CURLcode);

#endif /* RT_HTTP_TRANSFER_H */
