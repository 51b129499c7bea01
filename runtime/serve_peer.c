#include <search.h>
#include <stdlib.h>

#include "runtime/log.h"
#include "runtime/loop.h"
#include "runtime/serve_kore.h"

/*
 * Who has how many connections.  An address of IPv6 stands for its network of
 * 64 bits: whoever has one address of that has them all.
 */

enum { ADDRESS = 16, LOG_EVERY_US = 1000000 };

struct rt_peer {
	unsigned char address[ADDRESS]; /* first: what is compared */
	unsigned connections;
};

/* A tree, which no choice of addresses makes slow. */
static void *peers;

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, ADDRESS);
}

static void
fill_address(struct rt_peer *peer, const struct connection *c)
{
	if (c->family == AF_INET) {
		memset(peer->address, 0xff, ADDRESS);
		memcpy(peer->address, &c->addr.ipv4.sin_addr, 4);
	} else if (c->family == AF_INET6) {
		memcpy(peer->address, &c->addr.ipv6.sin6_addr, 8);
	}
}

static void
log_refusal(void)
{
	static int64_t last_us;
	int64_t now = rt_clock_us();

	if (last_us != 0 && now - last_us < LOG_EVERY_US)
		return;
	last_us = now;
	rt_log(RT_LOG_WARN,
	    "A connection was closed: its address has as many as it may "
	    "(CONNECTIONS_PER_ADDRESS).");
}

struct rt_peer *
rt_peer_enter(const struct connection *c)
{
	struct rt_peer *peer = calloc(1, sizeof(*peer));
	struct rt_peer **found;

	if (peer == NULL)
		return NULL;
	fill_address(peer, c);
	found = tsearch(peer, &peers, compare);
	if (found == NULL || *found != peer)
		free(peer);
	if (found == NULL)
		return NULL;
	peer = *found;
	if (c->family != AF_UNIX &&
	    peer->connections >= rt_conn_settings.per_address) {
		log_refusal();
		return NULL;
	}
	peer->connections++;
	return peer;
}

void
rt_peer_leave(struct rt_peer *peer)
{
	if (--peer->connections > 0)
		return;
	tdelete(peer, &peers, compare);
	free(peer);
}

void
rt_peer_close(void)
{
	tdestroy(peers, free);
	peers = NULL;
}
