#include "runtime/conditional.h"

#include "tests/unit/call_fixture.h"

static const struct rt_api api = {.title = "Conditions"};
static struct rt_version now;
static bool absent; /* there is nothing at the path */

#define NOV_1994 784111777
#define LATER "Sun, 06 Nov 1994 08:49:38 GMT"
#define THEN "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"

static void
take(const char *text)
{
	if (server.api == NULL)
		open_server(&api);
	take_request(rt_str(text));
}

/* What comes of a request with these lines. */
static enum rt_condition
judge(const char *method, const char *lines)
{
	char text[512];

	snprintf(text, sizeof(text), "%s /x\n%s", method, lines);
	take(text);
	return rt_condition_judge(call, absent ? NULL : &now);
}

#define CHECK_MET(method, lines) CHECK(judge(method, lines) == RT_CONDITION_MET)
#define CHECK_304(method, lines) \
	CHECK(judge(method, lines) == RT_CONDITION_NOT_MODIFIED)
#define CHECK_412(method, lines) \
	CHECK(judge(method, lines) == RT_CONDITION_FAILED)

static void
is_strong(void)
{
	now = (struct rt_version){
	    .etag = RT_LIT("\"7\""),
	    .dated = true,
	    .modified = NOV_1994,
	};
}

static void
is_weak(void)
{
	is_strong();
	now.etag = RT_LIT("W/\"7\"");
}

TEST(without_conditions_all_is_well)
{
	is_strong();
	CHECK_MET("GET", "");
	CHECK_MET("PUT", "Accept: */*");
	absent = true;
	CHECK_MET("PUT", "");
}

/* Section 8.8.3.2: strong comparison. */
TEST(if_match)
{
	is_strong();
	CHECK_MET("PUT", "If-Match: \"7\"");
	CHECK_MET("PUT", "If-Match: *");
	CHECK_MET("PUT", "If-Match: \"6\", \"7\"");
	CHECK_MET("PUT", "If-Match: ,, \"a,b\" , \"7\",");
	CHECK_MET("PUT", "If-Match: \"6\"\nIf-Match: \"7\"");
	CHECK_MET("GET", "If-Match: \"7\"");
	CHECK_412("PUT", "If-Match: \"6\"");
	CHECK_412("GET", "If-Match: \"6\"");
	CHECK_412("PUT", "If-Match: W/\"7\"");
	CHECK_412("PUT", "If-Match: 7");
	CHECK_412("PUT", "If-Match: ");
	CHECK_412("PUT", "If-Match: \"6\" \"7\"");
	CHECK_412("PUT", "If-Match: \"7");
	CHECK_412("PUT", "If-Match: \"6\", x, \"7\"");
	is_weak();
	CHECK_412("PUT", "If-Match: W/\"7\"");
	CHECK_412("PUT", "If-Match: \"7\"");
	now.etag.p = NULL;
	CHECK_412("PUT", "If-Match: \"7\"");
	CHECK_MET("PUT", "If-Match: *");
	absent = true;
	CHECK_412("PUT", "If-Match: *");
	CHECK_412("PUT", "If-Match: \"7\"");
}

/* Section 8.8.3.2: weak comparison. */
TEST(if_none_match)
{
	is_strong();
	CHECK_304("GET", "If-None-Match: \"7\"");
	CHECK_304("HEAD", "If-None-Match: \"7\"");
	CHECK_304("GET", "If-None-Match: W/\"7\"");
	CHECK_304("GET", "If-None-Match: *");
	CHECK_304("GET", "If-None-Match: \"1\", W/\"2\",\"7\"");
	CHECK_412("PUT", "If-None-Match: \"7\"");
	CHECK_412("PUT", "If-None-Match: *");
	CHECK_MET("GET", "If-None-Match: \"8\"");
	CHECK_MET("PUT", "If-None-Match: \"8\"");
	CHECK_MET("GET", "If-None-Match: 7");
	CHECK_MET("GET", "If-None-Match: w/\"7\"");
	is_weak();
	CHECK_304("GET", "If-None-Match: \"7\"");
	CHECK_304("GET", "If-None-Match: W/\"7\"");
	absent = true;
	CHECK_MET("PUT", "If-None-Match: *");
	CHECK_MET("PUT", "If-None-Match: \"7\"");
}

TEST(if_modified_since)
{
	is_strong();
	CHECK_304("GET", "If-Modified-Since: " THEN);
	CHECK_304("HEAD", "If-Modified-Since: " LATER);
	CHECK_304("GET", "If-Modified-Since: Sun Nov  6 08:49:37 1994");
	CHECK_MET("GET", "If-Modified-Since: " BEFORE);
	CHECK_MET("PUT", "If-Modified-Since: " THEN);
	CHECK_MET("GET", "If-Modified-Since: yesterday");
	now.dated = false;
	CHECK_MET("GET", "If-Modified-Since: " LATER);
}

TEST(if_unmodified_since)
{
	is_strong();
	CHECK_MET("PUT", "If-Unmodified-Since: " THEN);
	CHECK_MET("PUT", "If-Unmodified-Since: " LATER);
	CHECK_412("PUT", "If-Unmodified-Since: " BEFORE);
	CHECK_412("GET", "If-Unmodified-Since: " BEFORE);
	CHECK_MET("PUT", "If-Unmodified-Since: yesterday");
	now.dated = false;
	CHECK_MET("PUT", "If-Unmodified-Since: " BEFORE);
}

/* Section 13.2.2: what is told by tags is not asked of times. */
TEST(tags_go_before_times)
{
	is_strong();
	CHECK_MET("PUT", "If-Match: \"7\"\nIf-Unmodified-Since: " BEFORE);
	CHECK_412("PUT", "If-Match: \"6\"\nIf-Unmodified-Since: " LATER);
	CHECK_MET("GET", "If-None-Match: \"6\"\nIf-Modified-Since: " LATER);
	CHECK_304("GET", "If-None-Match: \"7\"\nIf-Modified-Since: " BEFORE);
	CHECK_412("GET", "If-Match: \"6\"\nIf-None-Match: \"7\"");
	CHECK_304("GET", "If-Match: \"7\"\nIf-None-Match: \"7\"");
	CHECK_412("GET",
	    "If-Unmodified-Since: " BEFORE "\nIf-None-Match: \"7\"");
}

/* Section 8.8.3.3. */
TEST(what_is_coded_has_a_tag_of_its_own)
{
	is_strong();
	now.gzip = true;
	CHECK_304("GET", "If-None-Match: \"7-gzip\"");
	CHECK_304("GET", "If-None-Match: W/\"7-gzip\"");
	CHECK_MET("GET", "If-None-Match: \"7\"");
	CHECK_MET("GET", "If-None-Match: \"-gzip\"");
	CHECK_MET("GET", "If-Match: \"7-gzip\"");
	CHECK_MET("GET", "If-Match: \"7\"");
	now.gzip = false;
	CHECK_MET("GET", "If-None-Match: \"7-gzip\"");
	is_weak();
	now.gzip = true;
	CHECK_304("GET", "If-None-Match: W/\"7\"");
	CHECK_304("GET", "If-None-Match: \"7\"");
	CHECK_MET("GET", "If-None-Match: \"7-gzip\"");
	take("GET /");
	CHECK_STR(rt_etag_gzip(call, RT_LIT("\"7\"")), "\"7-gzip\"");
	CHECK_STR(rt_etag_gzip(call, RT_LIT("\"\"")), "\"-gzip\"");
	CHECK_STR(rt_etag_gzip(call, RT_LIT("W/\"7\"")), "W/\"7\"");
}

static bool
ranges(const char *lines)
{
	char text[256];

	snprintf(text, sizeof(text), "GET /x\n%s", lines);
	take(text);
	return rt_condition_ranges(call, &now);
}

TEST(if_range)
{
	is_strong();
	CHECK(ranges(""));
	CHECK(ranges("If-Range: \"7\""));
	CHECK(ranges("If-Range: " THEN));
	CHECK(!ranges("If-Range: \"6\""));
	CHECK(!ranges("If-Range: W/\"7\""));
	CHECK(!ranges("If-Range: \"7\", \"7\""));
	CHECK(!ranges("If-Range: *"));
	CHECK(!ranges("If-Range: \"7-gzip\""));
	CHECK(!ranges("If-Range: " LATER));
	CHECK(!ranges("If-Range: " BEFORE));
	CHECK(!ranges("If-Range: "));
	is_weak();
	CHECK(!ranges("If-Range: W/\"7\""));
	CHECK(!ranges("If-Range: \"7\""));
	now.etag.p = NULL;
	CHECK(!ranges("If-Range: \"7\""));
	now.dated = false;
	CHECK(!ranges("If-Range: " THEN));
}

static bool
may(const char *lines, const char *etag, const struct rt_time *modified)
{
	char text[256];

	snprintf(text, sizeof(text), "PUT /x\n%s", lines);
	take(text);
	return rt_precondition(call, rt_str(etag), modified);
}

TEST(handlers_ask_before_they_write)
{
	const struct rt_time then = {(int64_t)NOV_1994 * 1000000 + 999999};

	CHECK(may("", "\"7\"", NULL));
	CHECK(may("If-Match: \"7\"", "\"7\"", NULL));
	CHECK(may("If-Match: \"7-gzip\"", "\"7\"", NULL));
	CHECK(!may("If-Match: \"8\"", "\"7\"", NULL));
	CHECK(!may("If-None-Match: *", "\"7\"", NULL));
	CHECK(!may("If-None-Match: \"7-gzip\"", "\"7\"", NULL));
	CHECK(may("If-None-Match: *", NULL, NULL));
	CHECK(!may("If-Match: *", NULL, NULL));
	CHECK(may("If-Unmodified-Since: " THEN, NULL, &then));
	CHECK(!may("If-Unmodified-Since: " BEFORE, NULL, &then));
	CHECK(!may("If-Match: \"7\"", NULL, &then));
}

TEST(handlers_know_whether_they_need_ask)
{
	static const char *const lines[] = {"If-Match: *", "If-None-Match: *",
	    ("If-Unmodified-Since: " THEN)};

	for (size_t i = 0; i < RT_LEN(lines); i++) {
		(void)may(lines[i], "\"7\"", NULL);
		CHECK(rt_is_conditional(call));
	}
	(void)may("If-Modified-Since: " THEN, "\"7\"", NULL);
	CHECK(!rt_is_conditional(call));
}

TEST(bodies_have_etags)
{
	take("GET /");
	CHECK_STR(rt_etag_of(call, RT_LIT("")),
	    "\"e3b0c44298fc1c149afbf4c8996fb924\"");
	CHECK_STR(rt_etag_of(call, RT_LIT("abc")),
	    "\"ba7816bf8f01cfea414140de5dae2223\"");
}

/* A fault of the handler's must not let anything pass. */
TEST(an_etag_that_is_none_matches_nothing)
{
	static const char *const texts[] = {"", "7", "\"", "\"7", "7\"", "W/",
	    "W/\"", "\"a b\"", "\"a\"b\"", "\"7\" "};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		CHECK(!rt_etag_ok(rt_str(texts[i])));
		CHECK(!may("If-Match: \"7\"", texts[i], NULL));
		CHECK(!may("If-Match: \"\"", texts[i], NULL));
		CHECK(may("If-Match: *", texts[i], NULL));
	}
	CHECK(!rt_etag_ok(rt_str(NULL)));
	CHECK(rt_etag_ok(rt_str("\"\"")));
	CHECK(rt_etag_ok(rt_str("W/\"\"")));
	CHECK(rt_etag_ok(rt_str("\"!#~\x80\xff\"")));
}

TEST(texts_become_etags)
{
	take("GET /");
	CHECK_STR(rt_etag(call, RT_LIT("7")), "\"7\"");
	CHECK(rt_etag(call, RT_LIT("a\"b")).p == NULL);
	CHECK(rt_etag(call, RT_LIT("a b")).p == NULL);
}
