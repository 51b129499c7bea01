#include "runtime/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

enum { IPV4_BITS = 96 }; /* before an IPv4 address inside of IPv6 */

static const unsigned char mapped[16] = {[10] = 0xff, [11] = 0xff};

/* Global unicast but for these; the rest of IPv6 is not global at all. */
static const char *const special[] = {
    "0.0.0.0/8", /* this network */
    "10.0.0.0/8", /* private */
    "100.64.0.0/10", /* shared: carriers */
    "127.0.0.0/8", /* loopback */
    "169.254.0.0/16", /* link-local, with clouds' metadata */
    "172.16.0.0/12", /* private */
    "192.0.0.0/24", /* protocol assignments */
    "192.0.2.0/24", /* documentation */
    "192.88.99.0/24", /* 6to4 relays */
    "192.168.0.0/16", /* private */
    "198.18.0.0/15", /* benchmarks */
    "198.51.100.0/24", /* documentation */
    "203.0.113.0/24", /* documentation */
    "224.0.0.0/3", /* multicast, reserved, broadcast */
    "2001::/23", /* protocol assignments, Teredo */
    "2001:db8::/32", /* documentation */
    "2002::/16", /* 6to4: an IPv4 address decides where it leads */
    "3fff::/20", /* documentation */
};

static bool
has_prefix(const unsigned char *address, const struct rt_network *n)
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;

	if (memcmp(address, n->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    (address[whole] ^ n->bytes[whole]) >> (8 - rest) == 0;
}

/* --- Lists --- */

static bool
parse_bits(const char *text, unsigned max, unsigned *out)
{
	*out = 0;
	if (*text == '\0')
		return false;
	for (; *text >= '0' && *text <= '9' && *out <= max; text++)
		*out = *out * 10 + (unsigned)(*text - '0');
	return *text == '\0' && *out <= max;
}

/* "10.0.0.0/8", or an address, which is a network of one. */
static bool
parse_network(char *text, struct rt_network *out)
{
	char *slash = strchr(text, '/');
	unsigned max = 128;

	if (slash != NULL)
		*slash++ = '\0';
	memcpy(out->bytes, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, text, out->bytes + IPV4_BITS / 8) == 1)
		max = 32;
	else if (inet_pton(AF_INET6, text, out->bytes) != 1)
		return false;
	out->bits = max;
	if (slash != NULL && !parse_bits(slash, max, &out->bits))
		return false;
	out->bits += 128 - max;
	return true;
}

const char *
rt_networks_parse(struct rt_arena *arena, const char *list,
    struct rt_networks *out)
{
	struct rt_str rest = rt_str_trim(rt_str(list));
	struct rt_network *v = rt_arena_array(arena, rest.n + 1, sizeof(*v));

	*out = (struct rt_networks){v, 0};
	if (rest.n == 0)
		return NULL;
	while (rest.p != NULL) {
		struct rt_str part = rt_str_trim(rt_str_cut(&rest, ','));
		struct rt_str text = rt_arena_copy(arena, part);

		if (!parse_network((char *)text.p, &v[out->n++]))
			return rt_arena_copy(arena, part).p;
	}
	return NULL;
}

/* --- Addresses --- */

/* False for a family other than IPv4 and IPv6. */
static bool
take_bytes(const struct sockaddr *address, unsigned char *out)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in =
		    (const struct sockaddr_in *)(const void *)address;

		memcpy(out, mapped, sizeof(mapped));
		memcpy(out + IPV4_BITS / 8, &in->sin_addr, 4);
		return true;
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in =
		    (const struct sockaddr_in6 *)(const void *)address;

		memcpy(out, &in->sin6_addr, 16);
		return true;
	}
	return false;
}

bool
rt_networks_cover(const struct rt_networks *networks,
    const struct sockaddr *address)
{
	unsigned char bytes[16];

	if (!take_bytes(address, bytes))
		return false;
	for (size_t i = 0; i < networks->n; i++) {
		if (has_prefix(bytes, &networks->v[i]))
			return true;
	}
	return false;
}

static bool
is_within(const unsigned char *bytes, const char *text)
{
	char copy[INET6_ADDRSTRLEN + 4];
	struct rt_network n;

	memcpy(copy, text, strlen(text) + 1);
	return parse_network(copy, &n) && has_prefix(bytes, &n);
}

bool
rt_address_is_public(const struct sockaddr *address)
{
	unsigned char bytes[16];

	if (!take_bytes(address, bytes))
		return false;
	/* NAT64 (RFC 6052) leads to the IPv4 address behind its prefix. */
	if (is_within(bytes, "64:ff9b::/96"))
		memcpy(bytes, mapped, IPV4_BITS / 8);
	if (!is_within(bytes, "2000::/3") && !is_within(bytes, "0.0.0.0/0"))
		return false;
	for (size_t i = 0; i < RT_LEN(special); i++) {
		if (is_within(bytes, special[i]))
			return false;
	}
	return true;
}
