/*
 * Requests that the server sends (HTTP/1.1, RFC 9112) while a call waits for
 * them.  They are carried by libcurl on a thread of work.h; nothing here
 * depends on that.
 */
#ifndef RT_CLIENT_H
#define RT_CLIENT_H

#include "runtime/address.h"
#include "runtime/call.h"

enum rt_client_result {
	RT_CLIENT_OK = 1, /* there is an answer, whatever its status */
	/* The request breaks the contract or can't be written; not sent. */
	RT_CLIENT_BAD_REQUEST,
	RT_CLIENT_BAD_URL, /* no absolute URL of http or https; not sent */
	/* The host has no address that is public or allowed; not sent. */
	RT_CLIENT_REFUSED,
	RT_CLIENT_UNREACHABLE, /* name, connection or certificate failed */
	RT_CLIENT_TIMEOUT, /* OUTBOUND_TIMEOUT_MS, or the call's deadline */
	RT_CLIENT_TOO_LARGE, /* the answer, for OUTBOUND_ANSWER_MAX */
	/* It is no HTTP, was cut short, or breaks the contract. */
	RT_CLIENT_BAD_ANSWER,
	/* No thread or memory was to be had, or the call has been cancelled:
	 * return false, as after rt_fail(). */
	RT_CLIENT_FAILED,
};

struct rt_client_request {
	struct rt_str method; /* "POST" */
	struct rt_str url; /* without user and fragment */
	struct rt_headers headers; /* with Content-Type, if there is a body */
	struct rt_str body; /* absent: none */
};

/* What came back; all bytes live as long as the call. */
struct rt_client_reply {
	int status; /* 0 where there is no answer */
	struct rt_headers headers;
	struct rt_str body; /* empty where there is none */
	/* For everything but RT_CLIENT_OK: a sentence for the log; it has no
	 * credentials, and of the URL only the host. */
	struct rt_str why;
};

/*
 * Sends a request and waits for the whole answer, until the setting
 * OUTBOUND_TIMEOUT_MS or the call's deadline.  Redirects are not followed:
 * they are answers.  Addresses that are not public are refused at the moment
 * of the connection, whatever name led to them, unless OUTBOUND_NETWORKS has
 * them.  Proxies of the environment are not asked.
 */
enum rt_client_result rt_client_send(struct rt_call *,
    const struct rt_client_request *, struct rt_client_reply *) RT_WARN_UNUSED;

/* The first value of an answer's header, absent where there is none. */
struct rt_str rt_client_header(const struct rt_client_reply *,
    const char *name);

/* --- For the runtime --- */

struct rt_client_settings {
	unsigned timeout_ms;
	size_t answer_max; /* bytes of a body */
	struct rt_networks networks; /* allowed though not public */
	const char *ca_file; /* NULL: the system's */
};

/* Before the sandbox closes; false when libcurl can't be used. */
bool rt_client_open(void) RT_WARN_UNUSED;
void rt_client_close(void);

#endif /* RT_CLIENT_H */
