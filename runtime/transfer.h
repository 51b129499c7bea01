/*
 * One request on its way, on a thread: what client.c hands to work.h.  Its
 * memory is its own, for it may outlive its call.
 */
#ifndef RT_TRANSFER_H
#define RT_TRANSFER_H

#include "runtime/client.h"
#include "runtime/work.h"

enum {
	RT_TRANSFER_HEADERS_MAX = 100, /* lines of an answer's head */
	RT_TRANSFER_HEAD_MAX = 64 * 1024, /* bytes of all heads of an answer */
};

struct rt_transfer;

/* For rt_work_hand(); `drop` takes NULL, too. */
extern const struct rt_task rt_transfer_task;

/*
 * A copy of the request, or NULL: then *result and *why say what is wrong.
 * The settings must outlive it; `deadline_us` is on rt_clock_us().
 */
struct rt_transfer *rt_transfer_new(const struct rt_client_request *,
    const struct rt_client_settings *, int64_t deadline_us,
    enum rt_client_result *result, const char **why) RT_WARN_UNUSED;

/* What has come of it, once it has run. */
struct rt_transfer_reply {
	enum rt_client_result result;
	int status;
	struct rt_str head; /* lines that end with CR LF */
	struct rt_str body;
	const char *host;
	const char *why; /* of a failure */
};

struct rt_transfer_reply rt_transfer_reply(const struct rt_transfer *);

#endif /* RT_TRANSFER_H */
