#include "runtime/password.h"

#include "runtime/work.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

enum { CHEAP = 4 };

static void
run(void (*fn)(struct rt_call *))
{
	struct rt_call *call;

	CHECK(rt_work_open(2, 10));
	call = test_call_start(NULL, fn);
	test_loop_run();
	test_call_close(call);
	rt_work_close();
}

static bool
verify(struct rt_call *call, struct rt_str password, const char *hash)
{
	bool same = true;

	CHECK(rt_password_verify(call, password, rt_str(hash), &same));
	return same;
}

static void
round_trip(struct rt_call *call)
{
	char one[RT_PASSWORD_HASH], two[RT_PASSWORD_HASH];

	CHECK(rt_password_hash(call, RT_LIT("correct horse"), CHEAP, one));
	CHECK(strncmp(one, "$2b$04$", 7) == 0);
	CHECK_INT(strlen(one), 60);
	CHECK(verify(call, RT_LIT("correct horse"), one));
	CHECK(!verify(call, RT_LIT("correct hors"), one));
	CHECK(!verify(call, RT_LIT("correct horse "), one));
	CHECK(!verify(call, RT_LIT(""), one));
	CHECK(rt_password_hash(call, RT_LIT("correct horse"), CHEAP, two));
	CHECK(strcmp(one, two) != 0); /* another salt */
}

TEST(a_password_is_recognised)
{
	run(round_trip);
}

/* Made by another program, for "U*U" and "". */
static void
known_hashes(struct rt_call *call)
{
	CHECK(verify(call, RT_LIT("U*U"),
	    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
	CHECK(!verify(call, RT_LIT("U*U*"),
	    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
	CHECK(verify(call, RT_LIT(""),
	    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"));
}

TEST(known_hashes_are_read)
{
	run(known_hashes);
}

static void
long_passwords(struct rt_call *call)
{
	char text[80], hash[RT_PASSWORD_HASH];
	struct rt_str p = {text, 72};

	memset(text, 'a', sizeof(text));
	CHECK(rt_password_hash(call, p, CHEAP, hash));
	CHECK(hash[0] == '$'); /* as much as bcrypt takes */
	CHECK(verify(call, p, hash));
	p.n = 73; /* bcrypt alone would not see the last byte */
	CHECK(!verify(call, p, hash));
	CHECK(rt_password_hash(call, p, CHEAP, hash));
	CHECK(strncmp(hash, "sha256:$2b$04$", 14) == 0);
	CHECK(verify(call, p, hash));
	text[72] = 'b';
	CHECK(!verify(call, p, hash));
	p.n = 72;
	CHECK(!verify(call, p, hash));
}

TEST(bytes_past_72_count)
{
	run(long_passwords);
}

static void
nul_bytes(struct rt_call *call)
{
	char hash[RT_PASSWORD_HASH];

	CHECK(rt_password_hash(call, RT_LIT("ab\0cd"), CHEAP, hash));
	CHECK(verify(call, RT_LIT("ab\0cd"), hash));
	CHECK(!verify(call, RT_LIT("ab\0ce"), hash));
	CHECK(!verify(call, RT_LIT("ab"), hash));
	CHECK(rt_password_hash(call, RT_LIT("ab"), CHEAP, hash));
	CHECK(!verify(call, RT_LIT("ab\0cd"), hash));
}

TEST(bytes_past_a_nul_count)
{
	run(nul_bytes);
}

static void
bad_hashes(struct rt_call *call)
{
	static const char *const bad[] = {
	    "",
	    "*",
	    "password",
	    "sha256:",
	    "$2b$04$short",
	    "$1$salt$oObGAPHKLVWUAQrRXsXKK1",
	    "$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	};

	for (size_t i = 0; i < RT_LEN(bad); i++)
		CHECK(!verify(call, RT_LIT("password"), bad[i]));
	CHECK(!verify(call, RT_LIT("password"), NULL));
}

TEST(what_is_no_hash_matches_nothing)
{
	run(bad_hashes);
}

static int64_t
time_verify(struct rt_call *call, const char *hash)
{
	int64_t began = rt_clock_us();

	verify(call, RT_LIT("password"), hash);
	return rt_clock_us() - began;
}

static void
same_time(struct rt_call *call)
{
	char hash[RT_PASSWORD_HASH];
	int64_t known, unknown;

	CHECK(rt_password_hash(call, RT_LIT("other"), 10, hash));
	known = time_verify(call, hash);
	unknown = time_verify(call, NULL);
	CHECK(unknown > known / 3 && unknown < known * 3);
}

TEST(no_hash_takes_as_long_as_a_wrong_password)
{
	run(same_time);
}

static void
bad_costs(struct rt_call *call)
{
	char hash[RT_PASSWORD_HASH];

	CHECK(!rt_password_hash(call, RT_LIT("x"), 3, hash));
	CHECK(!rt_password_hash(call, RT_LIT("x"), 32, hash));
	CHECK(call->failure.p != NULL);
}

TEST(impossible_costs_fail)
{
	run(bad_costs);
}
