#include "runtime/ws_read.h"

#include "runtime/ws.h"

#include "tests/unit/test.h"

/* --- Heads --- */

static struct rt_str
head_of(uint64_t n)
{
	static char to[RT_WS_SERVER_HEAD_MAX];

	return (struct rt_str){to, rt_ws_head_write(to, RT_WS_TEXT, false, n)};
}

static void
check_head(uint64_t n, const char *bytes, size_t size)
{
	struct rt_str head = head_of(n);

	CHECK_INT(head.n, size);
	CHECK(memcmp(head.p, bytes, size) == 0);
}

TEST(lengths_are_in_their_shortest_form)
{
	check_head(0, "\x81\x00", 2);
	check_head(125, "\x81\x7d", 2);
	check_head(126, "\x81\x7e\x00\x7e", 4);
	check_head(65535, "\x81\x7e\xff\xff", 4);
	check_head(65536, "\x81\x7f\0\0\0\0\0\x01\0\0", 10);
	check_head((uint64_t)1 << 40, "\x81\x7f\0\0\x01\0\0\0\0\0", 10);
}

TEST(a_head_tells_kind_and_compression)
{
	char to[RT_WS_SERVER_HEAD_MAX];

	CHECK_INT(rt_ws_head_write(to, RT_WS_BINARY, true, 1), 2);
	CHECK(memcmp(to, "\xc2\x01", 2) == 0);
	CHECK_INT(rt_ws_head_write(to, RT_WS_CLOSE, false, 2), 2);
	CHECK(memcmp(to, "\x88\x02", 2) == 0);
}

/* --- Close --- */

TEST(a_reason_is_cut_where_a_letter_ends)
{
	char to[RT_WS_CONTROL_MAX], long_one[200];
	unsigned fault;
	size_t n;

	memset(long_one, 'a', sizeof(long_one));
	CHECK_INT(rt_ws_close_write(to, 4001, RT_LIT("")), 2);
	CHECK(memcmp(to, "\x0f\xa1", 2) == 0);
	CHECK_INT(rt_ws_close_write(to, 1000,
		      (struct rt_str){long_one, sizeof(long_one)}),
	    RT_WS_CONTROL_MAX);
	/* The 123rd byte would be the second of three. */
	memcpy(long_one + 121, "\xe2\x82\xac", 3);
	n = rt_ws_close_write(to, 1000, (struct rt_str){long_one, 124});
	CHECK_INT(n, 2 + 121);
	CHECK_INT(rt_ws_close_read((struct rt_str){to, n}, &fault), 1000);
	n = rt_ws_close_write(to, 1000, (struct rt_str){long_one + 1, 123});
	CHECK_INT(n, RT_WS_CONTROL_MAX);
}

TEST(codes_that_may_be_sent)
{
	static const unsigned good[] = {1000, 1001, 1002, 1003, 1007, 1008,
	    1011, 1013, 1014, 3000, 4999};
	static const unsigned bad[] = {0, 999, 1004, 1005, 1006, 1015, 2999,
	    5000, 65535};
	char to[RT_WS_CONTROL_MAX];
	unsigned fault;

	for (size_t i = 0; i < RT_LEN(good); i++) {
		size_t n = rt_ws_close_write(to, good[i], RT_LIT("x"));

		CHECK_INT(rt_ws_close_read((struct rt_str){to, n}, &fault),
		    good[i]);
	}
	for (size_t i = 0; i < RT_LEN(bad); i++) {
		size_t n = rt_ws_close_write(to, bad[i], RT_LIT("x"));

		CHECK_INT(rt_ws_close_read((struct rt_str){to, n}, &fault), 0);
		CHECK_INT(fault, RT_WS_PROTOCOL_ERROR);
	}
}

TEST(payloads_of_close)
{
	unsigned fault;

	CHECK_INT(rt_ws_close_read(RT_LIT(""), &fault), RT_WS_NONE);
	CHECK_INT(rt_ws_close_read(RT_LIT("\x03"), &fault), 0);
	CHECK_INT(fault, RT_WS_PROTOCOL_ERROR);
	CHECK_INT(rt_ws_close_read(RT_LIT("\x03\xe8\xff"), &fault), 0);
	CHECK_INT(fault, RT_WS_BAD_TEXT);
}

/* --- UTF-8 --- */

/* The same as of the whole, however it is cut. */
TEST(utf8_in_pieces)
{
	static const char *const texts[] = {"", "abc", "\xc3\xa4",
	    "\xe2\x82\xac", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80",
	    "\xf4\x8f\xbf\xbf", "a\xc3\xa4z", "\x80", "\xc0\xaf",
	    "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
	    "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3", "\xe2\x82",
	    "\xf0\x90\x80", "\xc3\x28", "\xff"};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		struct rt_str s = rt_str(texts[i]);

		for (size_t cut = 0; cut <= s.n; cut++) {
			struct rt_ws_utf8 u = {0};
			bool ok =
			    rt_ws_utf8_add(&u, (struct rt_str){s.p, cut}) &&
			    rt_ws_utf8_add(&u,
				(struct rt_str){s.p + cut, s.n - cut}) &&
			    rt_ws_utf8_is_whole(&u);

			CHECK_INT(ok, rt_str_is_utf8(s));
		}
	}
}

/* --- Reading --- */

static const char mask[] = {'\x12', '\x34', '\x56', '\x78'};

/* Puts a client's frame at *to, which moves behind it. */
static void
put(char **to, unsigned first, struct rt_str payload)
{
	CHECK(payload.n < 126);
	*(*to)++ = (char)first;
	*(*to)++ = (char)(0x80 | payload.n);
	memcpy(*to, mask, 4);
	*to += 4;
	rt_ws_mask(*to, payload.p, payload.n, mask, 0);
	*to += payload.n;
}

TEST(a_mask_is_its_own_inverse_at_any_place)
{
	char text[] = "The quick brown fox jumps over the lazy dog.";
	char masked[sizeof(text)], back[sizeof(text)];

	rt_ws_mask(masked, text, sizeof(text), mask, 0);
	for (size_t i = 0; i < sizeof(text); i++)
		CHECK_INT(masked[i], (char)(text[i] ^ mask[i % 4]));
	for (size_t cut = 0; cut <= sizeof(text); cut++) {
		rt_ws_mask(back, masked, cut, mask, 0);
		rt_ws_mask(back + cut, masked + cut, sizeof(text) - cut, mask,
		    cut);
		CHECK(memcmp(back, text, sizeof(text)) == 0);
	}
}

TEST(the_example_of_section_5_7)
{
	struct rt_ws_reader r = {.max = 100};
	struct rt_ws_message m;
	size_t used;

	CHECK_INT(
	    rt_ws_read(&r,
		RT_LIT("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58rest"),
		&used),
	    RT_WS_READ_MESSAGE);
	CHECK_INT(used, 11);
	rt_ws_reader_take(&r, &m);
	CHECK(!m.binary);
	CHECK_STR(m.data, "Hello");
	free((char *)(uintptr_t)m.data.p);
}

/* A message in two fragments with a ping between them, cut at any place. */
TEST(any_cut_gives_the_same)
{
	char bytes[100], *end = bytes;

	put(&end, 0x01, RT_LIT("ab"));
	put(&end, 0x89, RT_LIT("?"));
	put(&end, 0x80, RT_LIT("cd"));
	for (size_t cut = 0; cut <= (size_t)(end - bytes); cut++) {
		struct rt_ws_reader r = {.max = 4};
		struct rt_ws_message m;
		struct rt_str parts[] = {{bytes, cut},
		    {bytes + cut, (size_t)(end - bytes) - cut}};
		unsigned pings = 0, messages = 0;
		size_t used;

		for (size_t i = 0; i < 2; i++) {
			while (parts[i].n > 0) {
				switch (rt_ws_read(&r, parts[i], &used)) {
				case RT_WS_READ_PING:
					CHECK_INT(r.control_n, 1);
					CHECK_INT(r.control[0], '?');
					pings++;
					break;
				case RT_WS_READ_MESSAGE:
					messages++;
					break;
				case RT_WS_READ_MORE:
					break;
				default:
					CHECK(false);
				}
				parts[i].p += used;
				parts[i].n -= used;
			}
		}
		CHECK_INT(pings, 1);
		CHECK_INT(messages, 1);
		rt_ws_reader_take(&r, &m);
		CHECK_STR(m.data, "abcd");
		free((char *)(uintptr_t)m.data.p);
	}
}

TEST(a_message_has_its_limit_before_it_comes)
{
	struct rt_ws_reader r = {.max = 1000};
	size_t used;

	CHECK_INT(rt_ws_read(&r,
		      RT_LIT("\x82\xfe\x03\xe8"
			     "1234"),
		      &used),
	    RT_WS_READ_MORE);
	CHECK_INT(r.size, 0); /* nothing has come */
	r = (struct rt_ws_reader){.max = 1000};
	CHECK_INT(rt_ws_read(&r,
		      RT_LIT("\x82\xfe\x03\xe9"
			     "1234"),
		      &used),
	    RT_WS_READ_FAULT);
	CHECK_INT(r.fault, RT_WS_TOO_BIG);
}

TEST(memory_is_for_what_has_come)
{
	static char bytes[2000];
	struct rt_ws_reader r = {.max = (size_t)1 << 30};
	size_t used;

	CHECK_INT(rt_ws_read(&r,
		      RT_LIT("\x82\xff\0\0\0\0\x3f\xff\xff\xff"
			     "1234"),
		      &used),
	    RT_WS_READ_MORE);
	CHECK_INT(rt_ws_read(&r, (struct rt_str){bytes, sizeof(bytes)}, &used),
	    RT_WS_READ_MORE);
	CHECK_INT(used, sizeof(bytes));
	CHECK(r.size < 4096);
	rt_ws_reader_drop(&r);
}
