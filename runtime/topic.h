/*
 * Topics of WebSockets: one message for all sockets that have subscribed, on all
 * workers of all servers that share a database (bus.h).  Who publishes in a
 * transaction sends when it is committed, and never when it is rolled back; the
 * messages of a topic arrive in the order of the commits, at each socket once.
 * When some may have been lost, for a worker had no connection to the database,
 * its sockets are told.
 *
 * What is too large for NOTIFY lies in a table, as docs/reference/topics.md
 * says, and is fetched once for each worker.
 */
#ifndef RT_TOPIC_H
#define RT_TOPIC_H

#include "runtime/call.h"

enum {
	RT_TOPIC_MAX = 200, /* bytes of a topic's name, at least one */
	RT_TOPICS_MAX = 50, /* of one socket */
};

enum rt_subscribed {
	/* rt_fail() has been called: nobody would be told, for the worker has
	 * no connection to the database, or the topic can't be one. */
	RT_SUBSCRIBE_FAILED = 0,
	RT_SUBSCRIBE_OK = 1,
	RT_SUBSCRIBE_FULL, /* it has RT_TOPICS_MAX others */
};

/*
 * Subscribes the call's socket, which has been accepted, until it ends.  What is
 * committed after the return of this reaches it.  Nothing changes where it has
 * subscribed before.
 */
enum rt_subscribed rt_topic_subscribe(struct rt_call *,
    struct rt_str topic) RT_WARN_UNUSED;

/*
 * The socket gets what is published to the topic as private, too, as long as it
 * is subscribed.  Who publishes knows what is private at that moment; so it never
 * reaches anybody who has subscribed when it was not.
 */
void rt_topic_trust(struct rt_call *, struct rt_str topic);

/* An absent topic: of all.  Nothing happens where it had not subscribed. */
void rt_topic_unsubscribe(struct rt_call *, struct rt_str topic);

/* --- For generated code, by message.h --- */

/*
 * Sends a text to all who have subscribed: when the transaction of the call is
 * committed; outside of one at once.  False when rt_fail() has been called.
 */
bool rt_topic_publish(struct rt_call *, struct rt_str topic,
    struct rt_str text) RT_WARN_UNUSED;

/* The same to those of them that are trusted. */
bool rt_topic_publish_private(struct rt_call *, struct rt_str topic,
    struct rt_str text) RT_WARN_UNUSED;

/*
 * What the call's socket is sent whenever messages of its topics may have been
 * lost; without it the socket is closed then, 1013, so that its client begins
 * anew.  False with rt_fail().
 */
bool rt_topic_missed(struct rt_call *, struct rt_str text) RT_WARN_UNUSED;

/* --- For the runtime --- */

struct rt_server;

/* For a worker: listens, where some operation is a WebSocket; after
 * rt_bus_open(). */
void rt_topics_open(struct rt_server *);
/* Behind the last call. */
void rt_topics_close(void);

#endif /* RT_TOPIC_H */
