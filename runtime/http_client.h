/*
 * Requests that the server sends (HTTP/1.1, RFC 9112) while a call waits for
 * them.  They are carried by libcurl on the event loop, and the connections of a
 * worker are kept for later requests of any call; nothing here depends on that.
 */
#ifndef RT_HTTP_CLIENT_H
#define RT_HTTP_CLIENT_H

#include "runtime/address.h"
#include "runtime/breaker.h"
#include "runtime/call.h"

enum rt_http_result {
	RT_HTTP_OK = 1, /* there is an answer, whatever its status */
	/* The request breaks the contract or can't be written; not sent. */
	RT_HTTP_BAD_REQUEST,
	RT_HTTP_BAD_URL, /* no absolute URL of http or https; not sent */
	/* The host has no address that is public or allowed; not sent. */
	RT_HTTP_REFUSED,
	/* Its origin has failed OUTBOUND_BREAKER_FAILURES times in a row, and is
	 * left alone for OUTBOUND_BREAKER_MS; not sent. */
	RT_HTTP_BREAKER_OPEN,
	RT_HTTP_UNREACHABLE, /* name, connection or certificate failed */
	RT_HTTP_TIMEOUT, /* OUTBOUND_TIMEOUT_MS, or the call's deadline */
	RT_HTTP_TOO_LARGE, /* the answer, for OUTBOUND_ANSWER_MAX */
	/* It is no HTTP, was cut short, or breaks the contract. */
	RT_HTTP_BAD_ANSWER,
	/* OUTBOUND_MAX requests are under way, or there is no memory, or the
	 * call is over: return false, as after rt_fail(). */
	RT_HTTP_FAILED,
};

struct rt_http_request {
	struct rt_str method; /* "POST" */
	struct rt_str url; /* without user and fragment */
	struct rt_headers headers; /* with Content-Type, if there is a body */
	struct rt_str body; /* absent: none */
	/* It may be sent again though its method does not say so: a POST with a
	 * key that the receiver knows it by, say. */
	bool repeatable;
	/* Redirects that are followed at most, of GET and HEAD without a body
	 * (RFC 9110, section 15.4); one more is an answer. */
	unsigned redirects;
	bool gzip; /* asks for it, and undoes it */
	/* Instead of OUTBOUND_TIMEOUT_MS and OUTBOUND_ANSWER_MAX; 0: those. */
	unsigned timeout_ms;
	size_t answer_max; /* of what comes out of gzip, too */
};

/* What came back; all bytes live as long as the call. */
struct rt_http_reply {
	int status; /* 0 where there is no answer */
	struct rt_headers headers;
	struct rt_str body; /* empty where there is none */
	struct rt_str url; /* of the request that was answered so */
	/* For everything but RT_HTTP_OK: a sentence for the log; it has no
	 * credentials, and of the URL only the host. */
	struct rt_str why;
};

/*
 * Sends a request and waits for the whole answer, until the setting
 * OUTBOUND_TIMEOUT_MS (or the request's own) or nine tenths of what the call has
 * left: that is the time of all redirects and repetitions together.
 *
 * Within that time it is sent again, OUTBOUND_RETRIES times at most and after
 * growing pauses of random length: where no connection came about; and, if it is
 * repeatable or its method is idempotent (RFC 9110, section 9.2.2), where the
 * answer is 502, 503 or 504, or 429 with Retry-After.  A Retry-After that is too
 * long is an answer.
 *
 * A redirect is an answer, unless the request says how many are followed; each
 * goes to a URL of http or https without a user, and to another origin none of
 * the request's headers go along but Accept and Accept-Language.
 *
 * Addresses that are not public are refused at the moment of the connection,
 * whatever name or redirect led to them, unless OUTBOUND_NETWORKS has them.
 * Proxies of the environment are not asked.
 */
enum rt_http_result rt_http_send(struct rt_call *,
    const struct rt_http_request *, struct rt_http_reply *) RT_WARN_UNUSED;

/* The same for GET without a body, and for POST. */
enum rt_http_result rt_http_get(struct rt_call *, struct rt_str url,
    struct rt_http_reply *) RT_WARN_UNUSED;
enum rt_http_result rt_http_post(struct rt_call *, struct rt_str url,
    struct rt_str media, struct rt_str body,
    struct rt_http_reply *) RT_WARN_UNUSED;

/* The first value of an answer's header, absent where there is none. */
static inline struct rt_str
rt_http_header(const struct rt_http_reply *reply, const char *name)
{
	return rt_headers_get(&reply->headers, rt_str(name));
}

/*
 * How the circuit breaker of the origin of `url` is in this worker, and how often
 * it has failed in a row.  A URL that can't be asked has none: closed.
 */
enum rt_breaker_state rt_http_breaker(struct rt_call *, struct rt_str url,
    unsigned *failures);

/* --- For the runtime --- */

struct rt_http_settings {
	unsigned timeout_ms;
	unsigned most; /* requests at once, of a worker */
	unsigned retries;
	struct rt_breaker_settings breaker;
	size_t answer_max; /* bytes of a body */
	struct rt_networks networks; /* allowed though not public */
	const char *ca_file; /* NULL: the system's */
};

/* Before the sandbox closes; false when libcurl can't be used. */
bool rt_http_open(void) RT_WARN_UNUSED;
void rt_http_close(void);

#endif /* RT_HTTP_CLIENT_H */
