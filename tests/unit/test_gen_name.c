#include "gen/name.h"

#include "test.h"

static struct rt_arena *
arena(void)
{
	return rt_arena_open(1 << 20, NULL, NULL);
}

TEST(snake_case)
{
	static const struct {
		const char *name, *snake;
	} rows[] = {
	    {"createPerson", "create_person"},
	    {"X-Request-ID", "x_request_id"},
	    {"HTTPServer2", "http_server2"},
	    {"getURLOfV2Page", "get_url_of_v2_page"},
	    {"already_snake", "already_snake"},
	    {"__dunder__", "dunder"},
	    {"a--b", "a_b"},
	    {"1st", "n1st"},
	    {"~1", "n1"},
	    {"--0__rt", "n0_rt"},
	    {"", "empty"},
	    {"*/", "empty"},
	    {"a*/b\"\\\n", "a_b"},
	    {"\xc3\xa4", "ue4"},
	    {"caf\xc3\xa9s", "caf_ue9_s"},
	};
	struct rt_arena *a = arena();

	for (size_t i = 0; i < RT_LEN(rows); i++)
		CHECK_STR(name_snake(a, rt_str(rows[i].name)), rows[i].snake);
	rt_arena_close(a);
}

/* An identifier of a mebibyte helps nobody and some linkers not at all. */
TEST(long_names_are_cut)
{
	struct rt_arena *a = arena();
	char *text = rt_arena_bytes(a, 4096);

	memset(text, 'x', 4096);
	CHECK(name_snake(a, (struct rt_str){text, 4096}).n <= NAME_MAX_BYTES);
	rt_arena_close(a);
}

TEST(operations_keep_off_global_prefixes)
{
	struct rt_arena *a = arena();

	CHECK_STR(name_operation(a, RT_LIT("api")), "op_api");
	CHECK_STR(name_operation(a, RT_LIT("authLogin")), "op_auth_login");
	CHECK_STR(name_operation(a, RT_LIT("authorize")), "authorize");
	rt_arena_close(a);
}

TEST(reserved_words)
{
	CHECK(name_reserved(RT_LIT("int")));
	CHECK(name_reserved(RT_LIT("while")));
	CHECK(name_reserved(RT_LIT("errno")));
	CHECK(name_reserved(RT_LIT("operator")));
	CHECK(name_reserved(RT_LIT("rt_call")));
	CHECK(name_reserved(RT_LIT("xor_eq")));
	CHECK(name_reserved(RT_LIT("alignas")));
	CHECK(!name_reserved(RT_LIT("integer")));
	CHECK(!name_reserved(RT_LIT("")));
}

/* bsearch() needs the table sorted: every word of it must be found. */
TEST(reserved_table_is_sorted)
{
	static const char *const some[] = {"alignof", "asm", "auto", "bool",
	    "compl", "constexpr", "do", "extern", "false", "fortran", "goto",
	    "i386", "linux", "noreturn", "nullptr", "offsetof", "or", "or_eq",
	    "restrict", "static_assert", "stderr", "thread_local", "true",
	    "typeof", "typeof_unqual", "unix", "volatile", "xor"};

	for (size_t i = 0; i < RT_LEN(some); i++)
		CHECK(name_reserved(rt_str(some[i])));
}

TEST(claims_differ)
{
	struct rt_arena *a = arena();
	struct name_scope *s = name_scope_open(a);

	CHECK_STR(name_claim(s, RT_LIT("pet")), "pet");
	CHECK_STR(name_claim(s, RT_LIT("pet")), "pet_2");
	CHECK_STR(name_claim(s, RT_LIT("pet_2")), "pet_2_2");
	CHECK_STR(name_claim(s, RT_LIT("pet")), "pet_3");
	CHECK_STR(name_claim(s, RT_LIT("int")), "int_");
	CHECK_STR(name_claim(s, RT_LIT("int")), "int_2");
	rt_arena_close(a);
}

/* The table grows several times; what was claimed before stays taken. */
TEST(claims_differ_when_there_are_many)
{
	struct rt_arena *a = arena();
	struct name_scope *s = name_scope_open(a);

	for (unsigned i = 0; i < 1000; i++) {
		struct rt_str name = rt_arena_printf(a, "n%u", i);

		CHECK(rt_str_eq(name_claim(s, name), name));
	}
	CHECK_STR(name_claim(s, RT_LIT("n0")), "n0_2");
	CHECK_STR(name_claim(s, RT_LIT("n500")), "n500_2");
	CHECK_STR(name_claim(s, RT_LIT("n999")), "n999_2");
	rt_arena_close(a);
}

/* has_x stands for the presence of x: no other member may be called so. */
TEST(members_keep_room_for_flags)
{
	struct rt_arena *a = arena();
	struct name_scope *s = name_scope_open(a);

	CHECK_STR(name_claim_member(s, RT_LIT("x")), "x");
	CHECK_STR(name_claim_member(s, RT_LIT("has_x")), "has_x_2");
	CHECK_STR(name_claim_member(s, RT_LIT("null_x")), "null_x_2");
	CHECK_STR(name_claim_member(s, RT_LIT("has_y")), "has_y");
	CHECK_STR(name_claim_member(s, RT_LIT("y")), "y_2");
	rt_arena_close(a);
}
