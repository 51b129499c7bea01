/*
 * Who is there: the users whose sockets have subscribed to a topic, on all workers
 * of all servers (setting WS_PRESENCE).
 *
 * A worker keeps them in the table websocket_presence, under a lease that it puts
 * off: the users of one that was killed are gone when that is over
 * (WS_PRESENCE_LEASE_MS).  Whenever somebody joins or leaves a topic, the worker
 * where that happens calls the server's function, which tells the subscribers.
 */
#ifndef RT_PRESENCE_H
#define RT_PRESENCE_H

#include "runtime/call.h"

enum { RT_PRESENCE_MAX = 1000 }; /* users of a topic that are told */

/*
 * Hand-written, of rt_server_def: publishes to the topic who is there, the ids of
 * their principals in ascending order.  Runs in a transaction, on a call that is
 * no client's.  After false it is called again later.
 */
typedef bool rt_presence_fn(struct rt_call *, struct rt_str topic,
    struct rt_ints users);

/* --- For the runtime --- */

struct rt_server;

/* For a worker; `fn` may be NULL.  It is closed before the sockets are. */
void rt_presence_open(struct rt_server *, rt_presence_fn *fn);
void rt_presence_close(void);

/* Whether there is something left to write down. */
bool rt_presence_is_busy(void);

/* A socket has subscribed to a topic, or has not any more. */
void rt_presence_joined(struct rt_str topic);
void rt_presence_left(struct rt_str topic);

#endif /* RT_PRESENCE_H */
