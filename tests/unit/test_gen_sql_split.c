#include "gen/sql_split.h"

#include "tests/unit/test.h"

static struct rt_arena *arena;

/* The statements of a text, with '|' between. */
static struct rt_str
split(const char *text)
{
	struct sql_statements all;
	struct rt_str joined = RT_LIT("");

	if (arena == NULL)
		arena = rt_arena_open(1 << 20, NULL, NULL);
	all = sql_split(arena, rt_str(text));
	for (size_t i = 0; i < all.n; i++) {
		const struct sql_statement *s = &all.v[i];

		CHECK(s->start < s->end && s->end <= strlen(text));
		joined = rt_arena_printf(arena, "%.*s%s%.*s", RT_FMT(joined),
		    i > 0 ? "|" : "", (int)(s->end - s->start),
		    text + s->start);
	}
	return joined;
}

TEST(statements)
{
	CHECK_STR(split(""), "");
	CHECK_STR(split(" \n\t"), "");
	CHECK_STR(split(";; ;"), "");
	CHECK_STR(split("select 1"), "select 1");
	CHECK_STR(split("a;b ;\nc"), "a;|b ;|c");
	CHECK_STR(split("a; ;b"), "a;|b");
	CHECK_STR(split("a ; -- b;\n"), "a ;");
	CHECK_STR(split("(a;b);c"), "(a;b);|c");
	CHECK_STR(split("a);c"), "a);|c");
	CHECK_STR(split("a\r\n;\r\nb"), "a\r\n;|b");
}

TEST(comments)
{
	CHECK_STR(split("-- a;\nb;-- c;\rd"), "b;|d");
	CHECK_STR(split("/* a; */ b"), "b");
	CHECK_STR(split("/* a /* b; */ c; */ d; e"), "d;|e");
	CHECK_STR(split("a /*/*/* ; */*/*/; b"), "a /*/*/* ; */*/*/;|b");
	CHECK_STR(split("/* a; b"), "");
	CHECK_STR(split("a - - 1; b"), "a - - 1;|b");
	CHECK_STR(split("a*/*;*/b; c"), "a*/*;*/b;|c");
	CHECK_STR(split("'--'; b"), "'--';|b");
	CHECK_STR(split("\"/*\"; b"), "\"/*\";|b");
}

TEST(quotes)
{
	CHECK_STR(split("'a;b';c"), "'a;b';|c");
	CHECK_STR(split("'it''s; ';c"), "'it''s; ';|c");
	CHECK_STR(split("'a\\';b;c'"), "'a\\';|b;|c'");
	CHECK_STR(split("E'a\\';b';c"), "E'a\\';b';|c");
	CHECK_STR(split("e'\\\\';c"), "e'\\\\';|c");
	CHECK_STR(split("E'a'\n 'b\\';c';d"), "E'a'\n 'b\\';c';|d");
	CHECK_STR(split("E'a'\n--x\n'b\\';c';d"), "E'a'\n--x\n'b\\';c';|d");
	CHECK_STR(split("E'a' 'b\\';c"), "E'a' 'b\\';|c");
	CHECK_STR(split("namE'b\\';c"), "namE'b\\';|c");
	CHECK_STR(split("\"a;b\"\"c;\";d"), "\"a;b\"\"c;\";|d");
	CHECK_STR(split("U&\"a;\" UESCAPE '\\';d"), "U&\"a;\" UESCAPE '\\';|d");
	CHECK_STR(split("'open; b"), "'open; b");
	CHECK_STR(split("E'open\\"), "E'open\\");
}

TEST(dollar_quotes)
{
	CHECK_STR(split("$$a;b$$;c"), "$$a;b$$;|c");
	CHECK_STR(split("$x$a;$$;$y$;$x$;c"), "$x$a;$$;$y$;$x$;|c");
	CHECK_STR(split("$$'$$;b"), "$$'$$;|b");
	CHECK_STR(split("select $1;b"), "select $1;|b");
	CHECK_STR(split("a$b$;c$b$"), "a$b$;|c$b$");
	CHECK_STR(split("$a;b"), "$a;|b");
	CHECK_STR(split("$\xc3\xa4$;$\xc3\xa4$;b"), "$\xc3\xa4$;$\xc3\xa4$;|b");
	CHECK_STR(split("$x$ open; $X$"), "$x$ open; $X$");
	CHECK_STR(split("$x$;$x"), "$x$;$x");
}

TEST(bodies_in_sql)
{
	CHECK_STR(split("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC "
			"SELECT 1; SELECT CASE WHEN a THEN 1 END; END; b"),
	    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC "
	    "SELECT 1; SELECT CASE WHEN a THEN 1 END; END;|b");
	CHECK_STR(split("create or replace procedure p() begin atomic a; "
			"end; b"),
	    "create or replace procedure p() begin atomic a; end;|b");
	CHECK_STR(split("begin; atomic; end; b"), "begin;|atomic;|end;|b");
	CHECK_STR(split("select a begin atomic; b"),
	    "select a begin atomic;|b");
	CHECK_STR(split("create function \"begin\" (); b"),
	    "create function \"begin\" ();|b");
}

TEST(words)
{
	struct sql_statements all;

	(void)split("");
	all = sql_split(arena, RT_LIT("/* x */ROLLBACK -- y\n TO a; (b); 1"));
	CHECK_INT(all.n, 3);
	CHECK_STR(all.v[0].words[0], "ROLLBACK");
	CHECK_STR(all.v[0].words[1], "TO");
	CHECK_STR(all.v[0].words[2], "a");
	CHECK(all.v[0].words[3].n == 0);
	CHECK_STR(all.v[1].words[0], "b");
	CHECK(all.v[2].words[0].n == 0);
}
