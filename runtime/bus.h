/*
 * Messages between the workers of all servers on one database, by LISTEN and
 * NOTIFY of PostgreSQL (its documentation, SQL commands).  They are not kept: who
 * does not listen when a message is sent never sees it, and after the connection
 * of a worker was down it is told that it may have missed some.  So a message had
 * better say that something has changed than what.
 */
#ifndef RT_BUS_H
#define RT_BUS_H

#include "runtime/call.h"

enum {
	RT_BUS_TOPIC_MAX = 63, /* bytes, at least one */
	RT_BUS_PAYLOAD_MAX = 7999, /* bytes */
};

struct rt_bus_message {
	struct rt_str topic;
	/* Something may have been lost before this: look again at what the
	 * topic is about.  There is no payload then. */
	bool missed;
	struct rt_str payload;
};

/*
 * Sends a message to all who listen: when the transaction of the call is
 * committed, never when it is rolled back; outside of one at once.  Messages of
 * one transaction that are the same are delivered once.  False when rt_fail() has
 * been called: for a topic or a payload that is too long, too.
 */
bool rt_bus_publish(struct rt_call *, struct rt_str topic,
    struct rt_str payload) RT_WARN_UNUSED;

/* --- For a worker's whole life --- */

/* Must not wait, nor subscribe; the message lives until it returns. */
typedef void rt_bus_fn(const struct rt_bus_message *, void *arg);

/* Calls fn for each message of the topic, which is not copied. */
void rt_bus_subscribe(const char *topic, rt_bus_fn *fn, void *arg);

/* --- For a call, such as one that streams events --- */

struct rt_bus_feed;

/*
 * Listens to a topic until the call ends; suspends it until that is so: what is
 * read from the database from now on can't be older than the first message.  NULL
 * where rt_fail() has been called: there is no connection.
 */
struct rt_bus_feed *rt_bus_listen(struct rt_call *,
    struct rt_str topic) RT_WARN_UNUSED;

/*
 * Suspends the call until there is a message, which lives until the next call of
 * this.  Up to RT_BUS_QUEUE_MAX messages, or RT_BUS_QUEUE_BYTES, wait for a
 * call that is slow; where there were more, all are dropped, and the next one is
 * one of `missed`.  A stream of events that is silent gets its comments meanwhile.
 * False when it is over: the client has gone, the server ends, or the deadline of
 * a call without a stream has passed.
 */
bool rt_bus_next(struct rt_bus_feed *, struct rt_bus_message *) RT_WARN_UNUSED;

enum { RT_BUS_QUEUE_MAX = 100, RT_BUS_QUEUE_BYTES = 256 * 1024 };

/* --- For the runtime --- */

/* Whether the topic is listened to at this moment. */
bool rt_bus_hears(const char *topic);

/* Whether it can be one: text of 1 to RT_BUS_TOPIC_MAX bytes. */
bool rt_bus_is_topic(struct rt_str);

/* For a worker: the connection is opened when somebody listens. */
void rt_bus_open(const char *url);
void rt_bus_close(void);

#endif /* RT_BUS_H */
