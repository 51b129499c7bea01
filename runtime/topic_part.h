/* What the files of topics share:
 *
 *	topic.c		who has subscribed to what, and sending to them
 *	topic_bus.c	messages to and from the other workers
 *	presence.c	who they are, on all workers
 */
#ifndef RT_TOPIC_PART_H
#define RT_TOPIC_PART_H

#include "runtime/topic.h"

/* --- topic.c: of this worker's sockets --- */

/* Text of 1 to RT_TOPIC_MAX bytes without control characters. */
bool rt_topic_is_name(struct rt_str);

bool rt_topic_has_subscribers(struct rt_str topic);

uint32_t rt_topic_hash(struct rt_str topic);

/* Of all that have subscribers. */
void rt_topic_each(void (*fn)(struct rt_str topic));

/* The users whose sockets have subscribed, by their ids in ascending order, at
 * most `max`; in the call's arena. */
struct rt_ints rt_topic_users(struct rt_call *, struct rt_str topic,
    size_t max);

/* Sends a text to the subscribers of a topic, all or those that are trusted; or
 * tells them that some may be lost, of an absent topic all. */
void rt_topic_deliver(struct rt_str topic, struct rt_str text, bool private);
void rt_topic_miss(struct rt_str topic);

/* --- topic_bus.c --- */

void rt_topic_bus_open(struct rt_server *);
void rt_topic_bus_close(void);

/* Suspends the call until the worker hears what others publish; false with
 * rt_fail() where it can't. */
bool rt_topic_bus_hear(struct rt_call *) RT_WARN_UNUSED;

#endif /* RT_TOPIC_PART_H */
