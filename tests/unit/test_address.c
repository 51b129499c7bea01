#include "runtime/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "tests/unit/test.h"

static union {
	struct sockaddr any;
	struct sockaddr_in ip4;
	struct sockaddr_in6 ip6;
	struct sockaddr_un local;
} address;

static const struct sockaddr *
at(const char *text)
{
	memset(&address, 0, sizeof(address));
	if (strchr(text, ':') != NULL) {
		address.ip6.sin6_family = AF_INET6;
		CHECK_INT(inet_pton(AF_INET6, text, &address.ip6.sin6_addr), 1);
	} else {
		address.ip4.sin_family = AF_INET;
		CHECK_INT(inet_pton(AF_INET, text, &address.ip4.sin_addr), 1);
	}
	return &address.any;
}

TEST(addresses_that_anybody_may_be_sent_to)
{
	static const char *const texts[] = {"1.1.1.1", "8.8.8.8",
	    "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
	    "126.255.255.255", "128.0.0.0", "169.253.0.1", "172.15.255.255",
	    "172.32.0.0", "192.167.1.1", "198.17.255.255", "198.20.0.0",
	    "223.255.255.255", "2606:4700::1111", "2001:200::1", "2001:db7::1",
	    "2003::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		if (!rt_address_is_public(at(texts[i])))
			fprintf(stderr, "%s is not public\n", texts[i]);
		CHECK(rt_address_is_public(at(texts[i])));
	}
}

TEST(addresses_that_only_the_server_reaches)
{
	static const char *const texts[] = {"0.0.0.0", "0.1.2.3", "10.0.0.1",
	    "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
	    "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
	    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
	    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
	    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
	    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
	    "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::1",
	    "100::1", "2001::1", "2001:1ff::1", "2001:db8::1",
	    "2002:7f00:1::", "3fff::1", "fc00::1", "fd12::1", "fe80::1",
	    "fec0::1", "ff02::1"};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		if (rt_address_is_public(at(texts[i])))
			fprintf(stderr, "%s is public\n", texts[i]);
		CHECK(!rt_address_is_public(at(texts[i])));
	}
}

TEST(no_other_family)
{
	memset(&address, 0, sizeof(address));
	address.local.sun_family = AF_UNIX;
	CHECK(!rt_address_is_public(&address.any));
}

TEST(lists_of_networks)
{
	struct rt_arena *arena = rt_arena_open(1 << 16, NULL, NULL);
	struct rt_networks n;

	CHECK(rt_networks_parse(arena, " ", &n) == NULL);
	CHECK(!rt_networks_cover(&n, at("127.0.0.1")));
	CHECK(rt_networks_parse(arena,
		  "10.1.0.0/17, 127.0.0.1 ,fd00::/8,192.168.3.7/32,::1",
		  &n) == NULL);
	CHECK(rt_networks_cover(&n, at("10.1.127.255")));
	CHECK(!rt_networks_cover(&n, at("10.1.128.0")));
	CHECK(rt_networks_cover(&n, at("127.0.0.1")));
	CHECK(!rt_networks_cover(&n, at("127.0.0.2")));
	CHECK(rt_networks_cover(&n, at("::ffff:127.0.0.1")));
	CHECK(rt_networks_cover(&n, at("fdff::1")));
	CHECK(!rt_networks_cover(&n, at("fe00::1")));
	CHECK(rt_networks_cover(&n, at("192.168.3.7")));
	CHECK(rt_networks_cover(&n, at("::1")));
	CHECK(!rt_networks_cover(&n, at("::2")));
	CHECK(rt_networks_parse(arena, "0.0.0.0/0,::/0", &n) == NULL);
	CHECK(rt_networks_cover(&n, at("8.8.8.8")));
	CHECK(rt_networks_cover(&n, at("ff02::1")));
	rt_arena_close(arena);
}

TEST(parts_that_are_no_network)
{
	static const char *const texts[] = {"10.0.0.0/33", "10.0.0/8",
	    "localhost", "::1/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
	    "10.0.0.0/99999999999999999999", "1.2.3.4,", ",1.2.3.4",
	    "1.2.3.4 5"};
	struct rt_arena *arena = rt_arena_open(1 << 16, NULL, NULL);
	struct rt_networks n;

	for (size_t i = 0; i < RT_LEN(texts); i++)
		CHECK(rt_networks_parse(arena, texts[i], &n) != NULL);
	CHECK(strcmp(rt_networks_parse(arena, "::1, ten/8", &n), "ten/8") == 0);
	rt_arena_close(arena);
}
