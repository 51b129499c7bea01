#include "tests/unit/call_fixture.h"

static const struct rt_op one = {
    .id = "one",
    .method = RT_GET,
    .path = "/x/{a}",
    .where = "openapi.yaml:1",
};
static const struct rt_op other = {
    .id = "other",
    .method = RT_GET,
    .path = "/x/{b}",
    .where = "openapi.yaml:2",
};
static const struct rt_op *const good_ops[] = {&one};
static const struct rt_op *const bad_ops[] = {&one, &other};
static const char *const good_patterns[] = {"^a+$"};
static const char *const bad_patterns[] = {"("};
static const struct rt_api good = {
    .title = "T",
    .ops = good_ops,
    .n_ops = 1,
    .patterns = good_patterns,
    .n_patterns = 1,
};

static bool
opens(const struct rt_api *api, const char *part_of_why)
{
	char why[256] = "";
	bool ok;

	setenv("DATABASE_URL", "postgresql:///unused", 1);
	CHECK(rt_settings_load(rt_settings));
	ok = rt_server_open(&server, api, why, sizeof(why));
	CHECK(ok == (why[0] == '\0'));
	if (ok)
		return true;
	if (strstr(why, part_of_why) == NULL)
		fprintf(stderr, "%s\n", why);
	CHECK(strstr(why, part_of_why) != NULL);
	CHECK(server.arena == NULL);
	return false;
}

TEST(settings)
{
	setenv("CORS_ORIGINS", " https://a.example,http://b.example", 1);
	setenv("CHECK_ANSWERS", "false", 1);
	setenv("CALL_MEMORY_MAX", "2000000", 1);
	setenv("BODY_MAX", "12345", 1);
	setenv("REQUEST_TIMEOUT_MS", "777", 1);
	CHECK(opens(&good, ""));
	CHECK(server.api == &good);
	CHECK(server.router != NULL && server.patterns != NULL);
	CHECK(!server.check_answers);
	CHECK_INT(server.call_memory_max, 2000000);
	CHECK_INT(server.body_max, 12345);
	CHECK_INT(server.request_timeout_ms, 777);
	CHECK_INT(server.origins.n, 2);
	CHECK_STR(server.origins.v[0], "https://a.example");
	rt_server_close(&server);
}

TEST(faults_of_the_api)
{
	struct rt_api api = good;

	api.ops = bad_ops;
	api.n_ops = 2;
	CHECK(!opens(&api, "openapi.yaml:2"));
	api = good;
	api.patterns = bad_patterns;
	CHECK(!opens(&api, ""));
}

TEST(faults_of_the_settings)
{
	setenv("CORS_ORIGINS", "*", 1);
	CHECK(!opens(&good, "CORS_ORIGINS: \"*\" is no origin"));
	setenv("CORS_ORIGINS", "", 1);
	setenv("CALL_MEMORY_MAX", "1048576", 1);
	CHECK(!opens(&good, "BODY_MAX"));
	setenv("BODY_MAX", "500000", 1);
	CHECK(opens(&good, ""));
	rt_server_close(&server);
}
