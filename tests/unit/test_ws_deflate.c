#include "runtime/ws_deflate.h"

#include "runtime/ws.h"

#include "tests/unit/test.h"

/* --- Agreeing --- */

static const char both[] = "permessage-deflate; server_no_context_takeover; "
			   "client_no_context_takeover";

/* What is answered to an offer; "" for nothing. */
static struct rt_str
agreed(const char *offer)
{
	static char text[RT_WS_DEFLATE_TEXT];
	struct rt_ws_deflate d;

	if (!rt_ws_deflate_agree(rt_str(offer), &d))
		return RT_LIT("malformed");
	return d.agreed ? rt_ws_deflate_text(text, &d) : RT_LIT("");
}

TEST(offers)
{
	CHECK_STR(agreed(""), "");
	CHECK_STR(agreed("permessage-deflate"), both);
	CHECK_STR(agreed(" permessage-deflate ; client_max_window_bits "),
	    both);
	CHECK_STR(agreed(",, permessage-deflate,"), both);
	CHECK_STR(agreed("permessage-deflate; client_max_window_bits=\"15\""),
	    both);
	CHECK_STR(agreed("permessage-deflate; x, permessage-deflate"), both);
	CHECK_STR(agreed("permessage-deflate; x=1"), "");
	CHECK_STR(agreed("permessage-deflate-frame"), "");
	CHECK_STR(agreed("permessage-deflate; client_max_window_bits=16"), "");
	CHECK_STR(agreed("permessage-deflate; client_no_context_takeover=1"),
	    "");
}

TEST(windows_of_an_offer)
{
	struct rt_ws_deflate d;

	CHECK(rt_ws_deflate_agree(
	    RT_LIT("permessage-deflate; server_max_window_bits=12"), &d));
	CHECK(d.agreed && d.bits_asked);
	CHECK_INT(d.bits, 12);
	CHECK(rt_ws_deflate_agree(RT_LIT("permessage-deflate"), &d));
	CHECK(!d.bits_asked);
	CHECK_INT(d.bits, RT_WS_BITS_MAX);
	/* The second offer knows nothing of the first. */
	CHECK(rt_ws_deflate_agree(
	    RT_LIT("permessage-deflate; server_max_window_bits=9; x, "
		   "permessage-deflate"),
	    &d));
	CHECK(d.agreed && !d.bits_asked);
}

TEST(malformed_offers)
{
	static const char *const bad[] = {";", "a b", "a; ", "a; =1",
	    "a; b=", "a; b=\"", "a; b=\"c", "a; b=c d", "\"a\"", "a;;b", "a=1"};

	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK_STR(agreed(bad[i]), "malformed");
}

/* --- Both ways --- */

static char text[100000];

static struct rt_str
sample(size_t n)
{
	for (size_t i = 0; i < n; i++)
		text[i] = "0123456789abcdef"[i * i / 7 % 16];
	return (struct rt_str){text, n};
}

TEST(what_is_deflated_is_inflated)
{
	static char deflated[sizeof(text)];
	static const size_t sizes[] = {300, 5000, sizeof(text)};

	for (size_t i = 0; i < RT_LEN(sizes); i++) {
		struct rt_str from = sample(sizes[i]);

		for (unsigned bits = RT_WS_BITS_MIN; bits <= RT_WS_BITS_MAX;
		     bits++) {
			size_t n = rt_ws_deflate(from, deflated,
				   1 + (int)bits % 9, bits),
			       back_n;
			char *back;

			CHECK(n > 0 && n < from.n);
			CHECK_INT(rt_ws_inflate((struct rt_str){deflated, n},
				      from.n, &back, &back_n),
			    0);
			CHECK_INT(back_n, from.n);
			CHECK(memcmp(back, from.p, from.n) == 0);
			free(back);
			CHECK_INT(rt_ws_inflate((struct rt_str){deflated, n},
				      from.n - 1, &back, &back_n),
			    RT_WS_TOO_BIG);
		}
	}
}

TEST(what_is_not_worth_it)
{
	char to[300];

	CHECK_INT(rt_ws_deflate(RT_LIT(""), to, 1, 15), 0);
	CHECK_INT(rt_ws_deflate(RT_LIT("abc"), to, 1, 15), 0);
	CHECK_INT(rt_ws_deflate(sample(300), to, 0, 15), 0);
	CHECK_INT(rt_ws_deflate(sample(300), to, 1, 8), 0);
}

TEST(what_can_t_be_inflated)
{
	char deflated[300], *p;
	size_t n = rt_ws_deflate(sample(300), deflated, 1, 15), out;

	for (size_t cut = 1; cut + 1 < n; cut++)
		CHECK_INT(rt_ws_inflate((struct rt_str){deflated, cut}, 1000,
			      &p, &out),
		    RT_WS_BAD_TEXT);
	CHECK_INT(rt_ws_inflate(RT_LIT("\xff\xff"), 1000, &p, &out),
	    RT_WS_BAD_TEXT);
}

/* Nothing of a message is known to the next, be it another client's. */
TEST(a_message_can_t_refer_to_the_one_before)
{
	/* Of zlib: "Hello" as a match with the message before. */
	static const char again[] = "\xf2\x00\x11\x00\x00";
	char *p;
	size_t n;

	CHECK_INT(
	    rt_ws_inflate(RT_LIT("\xf2\x48\xcd\xc9\xc9\x07\x00"), 100, &p, &n),
	    0);
	CHECK_INT(n, 5);
	free(p);
	CHECK_INT(rt_ws_inflate((struct rt_str){again, 5}, 100, &p, &n),
	    RT_WS_BAD_TEXT);
}
