#include "gen/sql_lex.h"
#include "gen/sql_lock.h"
#include "gen/sql_null.h"

#include "test.h"

#include "report_fixture.h"

static struct rt_arena *
arena(void)
{
	return rt_arena_open((size_t)16 << 20, NULL, NULL);
}

/* --- Words --- */

/* The words that tell something, between bars: parameters without their colon,
 * strings as S, names in quotes as Q, positions as they are. */
static struct rt_str
words(struct rt_arena *a, const char *text)
{
	struct sql_lex l = sql_lex(a, rt_str(text));
	struct rt_buf b = rt_buf(a, 4096);

	for (;;) {
		switch (sql_lex_next(&l)) {
		case SQL_WORD_END:
			return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
		case SQL_WORD_OPEN:
			rt_buf_cstr(&b, "|open");
			return rt_buf_str(&b);
		case SQL_WORD_STRING:
			rt_buf_cstr(&b, "|S");
			break;
		case SQL_WORD_QUOTED:
			rt_buf_cstr(&b, "|Q");
			break;
		case SQL_WORD_COMMENT:
			rt_buf_cstr(&b, "|C");
			break;
		case SQL_WORD_PARAMETER:
			rt_buf_printf(&b, "|<%.*s%s>", RT_FMT(l.name),
			    l.nullable ? "?" : "");
			break;
		default:
			rt_buf_printf(&b, "|%.*s", RT_FMT(sql_lex_text(&l)));
			break;
		}
	}
}

/* What could be taken for something else; each row is what PostgreSQL 15 makes
 * of it, parameters apart. */
TEST(words_are_cut_as_postgresql_does)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
	    {"", ""},
	    {" \t\n\f\r", ""},
	    {"select :id", "|select|<id>"},
	    {"a=:b", "|a|=|<b>"},
	    {":a::int", "|<a>|::|int"},
	    {":a:::b", "|<a>|::|<b>"},
	    {"a:=:b", "|a|:=|<b>"},
	    {"f(a:=1)", "|f|(|a|:=|1|)"},
	    {":a?", "|<a?>"},
	    {":a?::int", "|<a?>|::|int"},
	    {":a ? 'b'", "|<a>|?|S"},
	    {":a?|b", "|<a>|?||b"},
	    {":a?&b", "|<a>|?&|b"},
	    {":a??", "|<a>|??"},
	    {":a?,:b?)", "|<a?>|,|<b?>|)"},
	    {": a", "|:|a"},
	    {":1", "|:|1"},
	    {":'a'", "|:|S"},
	    {":\"a\"", "|:|Q"},
	    {":a$b", "|<a>|$|b"},
	    /* slices */
	    {"a[1:b]", "|a|[|1|:|b|]"},
	    {"a[:b]", "|a|[|:|b|]"},
	    {"a[b:]", "|a|[|b|:|]"},
	    {"a[(:b):(:c)]", "|a|[|(|<b>|)|:|(|<c>|)|]"},
	    {"a[1][:b]", "|a|[|1|]|[|:|b|]"},
	    {"\"a\"[:b]", "|Q|[|:|b|]"},
	    {"(a)[:b]", "|(|a|)|[|:|b|]"},
	    {"$1[:b]", "|$1|[|:|b|]"},
	    {":a[:b]", "|<a>|[|:|b|]"},
	    {"array[:a, :b]", "|array|[|<a>|,|<b>|]"},
	    {"ARRAY [:a]", "|ARRAY|[|<a>|]"},
	    {"array[[:a],[:b]]", "|array|[|[|<a>|]|,|[|<b>|]|]"},
	    {"array[:a][1:b]", "|array|[|<a>|]|[|1|:|b|]"},
	    {"array[x[:a], :b]", "|array|[|x|[|:|a|]|,|<b>|]"},
	    {"a[f(:b)]", "|a|[|f|(|<b>|)|]"},
	    {"a -- x\n[:b]", "|a|C|[|:|b|]"},
	    {"]:a", "|]|<a>"},
	    /* strings */
	    {"':a'", "|S"},
	    {"'a'':b'", "|S"},
	    {"'\\':a", "|S|<a>"},
	    {"e'\\':a'", "|S"},
	    {"E'\\\\':a", "|S|<a>"},
	    {"E'\\'' :a '", "|S|<a>|open"},
	    {"E'a'\n'\\':b'", "|S"},
	    {"E'a' '\\':b", "|S|S|<b>"},
	    {"E'a' -- c\n'\\':b'", "|S"},
	    {"E'a'\n-- c\n'\\':b'", "|S"},
	    {"b':a'", "|S"},
	    {"X':a'", "|S"},
	    {"n':a'", "|S"},
	    {"u&':a'", "|S"},
	    {"U&\":a\"", "|Q"},
	    {"u& ':a'", "|u|&|S"},
	    {"\":a\"\":b\"", "|Q"},
	    {"be':a'", "|be|S"},
	    /* dollars */
	    {"$$:a$$", "|S"},
	    {"$x$:a$$:b$x$:c", "|S|<c>"},
	    {"$1", "|$1"},
	    {"$1$2", "|$1|$2"},
	    {"a$x$:b", "|a$x$|<b>"},
	    {"$x:a", "|$|x|<a>"},
	    {"$x$ :a", "|open"},
	    {"$1x$", "|$1|x$"},
	    {"$\xc3\xa4$:a$\xc3\xa4$", "|S"},
	    /* comments */
	    {"-- :a\n:b", "|C|<b>"},
	    {"/* :a */:b", "|<b>"},
	    {"/* /* :a */ :b */:c", "|<c>"},
	    {"/* :a", "|open"},
	    {"/*/ :a */:b", "|<b>"},
	    {"a--:b", "|a|C"},
	    {"a<--:b\n:c", "|a|<|C|<c>"},
	    {"a*/* :b */:c", "|a|*|<c>"},
	    {"a- -:b", "|a|-|-|<b>"},
	    /* numbers and names */
	    {"1.5:a", "|1.5|<a>"},
	    {"1e-5:a", "|1e-5|<a>"},
	    {".5", "|.5"},
	    {"1..2", "|1|.|.2"},
	    {"a.b:c", "|a|.|b|<c>"},
	    {"\xc3\xa4:a", "|\xc3\xa4|<a>"},
	    {"'a", "|open"},
	    {"\"a", "|open"},
	    {"E'a\\", "|open"},
	    {"\x01:a", "|\x01|<a>"},
	};
	struct rt_arena *a = arena();

	for (size_t i = 0; i < RT_LEN(rows); i++)
		CHECK_STR(words(a, rows[i].text), rows[i].words);
	rt_arena_close(a);
}

TEST(a_word_has_a_length)
{
	struct rt_str text = RT_LIT("name 'a b'<>-- c\n$12 /**/ \"open");
	struct rt_arena *a = arena();

	CHECK_INT(sql_lex_length(a, text, 0), 4);
	CHECK_INT(sql_lex_length(a, text, 4), 1);
	CHECK_INT(sql_lex_length(a, text, 5), 5);
	CHECK_INT(sql_lex_length(a, text, 10), 2);
	CHECK_INT(sql_lex_length(a, text, 12), 1);
	CHECK_INT(sql_lex_length(a, text, 17), 3);
	CHECK_INT(sql_lex_length(a, text, 21), 1);
	CHECK_INT(sql_lex_length(a, text, 26), 1);
	CHECK_INT(sql_lex_length(a, text, text.n), 1);
	rt_arena_close(a);
}

/* --- Files --- */

struct file {
	struct rt_arena *arena;
	struct diag *diag;
	struct sql_queries queries;
};

static struct file
file(const char *text)
{
	struct file f = {.arena = arena()};

	f.diag = diag_open(f.arena);
	sql_queries_read(f.arena, f.diag, RT_LIT("pets"),
	    source_of(f.arena, "pets.sql", rt_str(text)), &f.queries);
	return f;
}

TEST(a_query_is_read)
{
	struct file f =
	    file("-- not of it\n"
		 "-- name: get_pet :maybe :read -> Pet except a, b\n"
		 "-- A pet,\n"
		 "-- by its id.\n"
		 "\n"
		 "select :id /* :x */,\n"
		 "       -- :y\n"
		 "       :name?, :id -- z\n"
		 ";\n"
		 "-- z\n");
	const struct sql_query *q = f.queries.v;

	CHECK_INT(diag_errors(f.diag), 0);
	CHECK_INT(f.queries.n, 1);
	CHECK_STR(q->name, "get_pet");
	CHECK_STR(q->tag, "pets");
	CHECK_INT(q->command, SQL_MAYBE);
	CHECK(q->read);
	CHECK_STR(q->target.name, "Pet");
	CHECK_INT(q->target.n_except, 2);
	CHECK_STR(q->target.except[1], "b");
	CHECK_STR(q->doc, "A pet,\nby its id.");
	CHECK_STR(q->text, "select $1 /* :x */,\n       -- :y\n       $2, $1");
	CHECK_INT(q->n_params, 2);
	CHECK(!q->params[0].nullable);
	CHECK(q->params[1].nullable);
	rt_arena_close(f.arena);
}

/* One mark of several is enough. */
TEST(a_parameter_is_one_wherever_it_stands)
{
	struct file f = file("-- name: x :exec\nselect :a, :b, :a?");

	CHECK_INT(f.queries.v[0].n_params, 2);
	CHECK(f.queries.v[0].params[0].nullable);
	CHECK_STR(f.queries.v[0].text, "select $1, $2, $1");
	rt_arena_close(f.arena);
}

/* An error of PostgreSQL stands in the text that it got. */
TEST(places_lead_back_to_the_file)
{
	struct file f = file("-- name: x :one\n"
			     "select :long_name + wrong,\n"
			     "  :b + bad");
	const struct sql_query *q = f.queries.v;
	struct source_pos wrong, bad, parameter;

	CHECK_STR(q->text, "select $1 + wrong,\n  $2 + bad");
	parameter = sql_query_pos(q, 7, 2);
	wrong = sql_query_pos(q, 12, 5);
	bad = sql_query_pos(q, 26, 3);
	CHECK_INT(parameter.line, 2);
	CHECK_INT(parameter.col, 8);
	CHECK_INT(sql_query_pos(q, 9, 1).col, 18);
	CHECK_INT(wrong.line, 2);
	CHECK_INT(wrong.col, 21);
	CHECK_INT(bad.line, 3);
	CHECK_INT(bad.col, 8);
	rt_arena_close(f.arena);
}

TEST(too_many_parameters_are_refused)
{
	struct rt_arena *a = arena();
	struct rt_buf b = rt_buf(a, 1 << 20);
	struct file f;

	rt_buf_cstr(&b, "-- name: x :exec\nselect 1");
	for (int i = 0; i <= SQL_PARAMS_MAX; i++)
		rt_buf_printf(&b, ", :p%d", i);
	rt_buf_byte(&b, '\0');
	f = file(b.p);
	CHECK_INT(diag_errors(f.diag), 1);
	CHECK(strstr(report_text(f.arena, f.diag).p,
		  "pets.sql:2:601: error: a query takes at most 100") != NULL);
	rt_arena_close(f.arena);
	rt_arena_close(a);
}

/* --- Nulls --- */

TEST(outer_joins_extend)
{
	static const struct {
		const char *text;
		bool extended;
	} rows[] = {
	    {"select * from a join b using (c)", false},
	    {"select * from a, b", false},
	    {"select * from a LEFT join b using (c)", true},
	    {"select * from a left /* x */ outer join b using (c)", true},
	    {"select * from a right join b using (c)", true},
	    {"select * from a full outer join b using (c)", true},
	    {"select * from a natural left join b", true},
	    {"select left(a, 1), right(a, 1) from b", false},
	    {"select 'left join'", false},
	    {"select \"left\" from a join b using (c)", false},
	    {"select a from b group by rollup (a)", true},
	    {"select a from b group by grouping sets ((a), ())", true},
	    {"select * from (select 1 from a left join b on true) c", true},
	};
	struct rt_arena *a = arena();

	for (size_t i = 0; i < RT_LEN(rows); i++)
		CHECK_INT(sql_null_extended(a, rt_str(rows[i].text)),
		    rows[i].extended);
	rt_arena_close(a);
}

/* "1" for a column that is never null, "0" for another. */
TEST(counts_are_never_null)
{
	static const struct {
		const char *text, *never;
	} rows[] = {
	    {"select count(*) from a", "1"},
	    {"select count(*)", "1"},
	    {"select COUNT (distinct b), b from a", "10"},
	    {"select count(*) filter (where b) from a", "1"},
	    {"select count(*) over (partition by b), b from a", "10"},
	    {"select count(*) as n from a", "1"},
	    {"select count(*) n from a", "1"},
	    {"select count(*)::int as \"n\" from a", "1"},
	    {"select count(*)::numeric(4, 2) from a", "1"},
	    {"select count(*) + b from a", "0"},
	    {"select -count(*) from a", "0"},
	    {"select count(*) is distinct from b from a", "0"},
	    {"select count(*) in (b) from a", "0"},
	    {"select count(*) between b and c from a", "0"},
	    {"select count from a", "0"},
	    {"select count.b from a", "0"},
	    {"select nullif(count(*), 0) from a", "0"},
	    {"select exists (select null), not exists (select 1)", "11"},
	    {"select not count(*) from a", "0"},
	    {"select exists (select 1) and b from a", "0"},
	    {"select *, count(*) over () from a", "00"},
	    {"select (select count(*) from a) from b", "0"},
	    {"select b, count(*) from a group by b union select 1, null", "00"},
	    {"select 1, null union select b, count(*) from a", "00"},
	    {"select count(*) unheard of from a", "0"},
	    {"with x as (select count(*), 1) select b, count(*) from x", "01"},
	    {"insert into a select count(*) from b returning c", "0"},
	    {"insert into a values (1) returning c, exists (select 1)", "01"},
	    {"select distinct count(*) from a", "0"},
	};
	struct rt_arena *a = arena();

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		bool never[3] = {false, false, false};
		size_t n = strlen(rows[i].never);
		char text[3] = "";

		/* The star is two columns. */
		sql_null_never(a, rt_str(rows[i].text), never,
		    strchr(rows[i].text, '*') == rows[i].text + 7 ? 3 : n);
		for (size_t k = 0; k < n; k++)
			text[k] = never[k] ? '1' : '0';
		CHECK_STR(rt_str(text), rows[i].never);
	}
	rt_arena_close(a);
}

/* --- The lock --- */

static unsigned
lock_errors(struct rt_arena *a, const char *text, struct sql_lock *out)
{
	struct diag *d = diag_open(a);
	struct sql_queries none = {0};
	struct sql_migrations no_files = {0};
	const struct sql_lock_input in = {
	    .source = source_of(a, "queries.lock", rt_str(text)),
	    .queries = &none,
	    .migrations = &no_files,
	};
	bool ok = sql_lock_read(a, d, &in, out);

	CHECK(ok == (diag_errors(d) == 0));
	return diag_errors(d);
}

TEST(a_lock_is_read)
{
	struct rt_arena *a = arena();
	struct sql_lock lock;

	CHECK_INT(lock_errors(a,
		      "{\"migrations\": {}, \"types\": {\"mood\": [\"sad\"],"
		      "\"a b\": {\"x\": \"mood[]\"}}, \"constraints\":"
		      "{\"c\": \"t: CHECK (true)\"}, \"queries\": {}}",
		      &lock),
	    0);
	CHECK_INT(lock.n_types, 2);
	CHECK_INT(lock.types[0]->kind, SQL_ENUM);
	CHECK_INT(lock.types[1]->kind, SQL_COMPOSITE);
	CHECK(lock.types[1]->columns[0].type->item == lock.types[0]);
	CHECK_INT(lock.n_constraints, 1);
	rt_arena_close(a);
}

TEST(a_damaged_lock_is_refused)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"migrations\": {}, \"types\": {}, \"constraints\": {}}",
	    "{\"migrations\": [], \"types\": {}, \"constraints\": {},"
	    " \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {\"a\": []}, \"constraints\": {},"
	    " \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {\"a\": 1}, \"constraints\": {},"
	    " \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {\"a\": [1]}, \"constraints\": {},"
	    " \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {\"a\": {\"b\": \"a\"}},"
	    " \"constraints\": {}, \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {\"a\": {\"b\": \"c\"}},"
	    " \"constraints\": {}, \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {\"a\": {\"b\": \"int4[][]\"}},"
	    " \"constraints\": {}, \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {}, \"constraints\": {\"a\": 1},"
	    " \"queries\": {}}",
	    "{\"migrations\": {}, \"types\": {}, \"constraints\": {},"
	    " \"queries\": {\"gone\": {}}}",
	    "{\"migrations\": {\"0001_a.sql\": \"\"}, \"types\": {},"
	    " \"constraints\": {}, \"queries\": {}}",
	};
	struct rt_arena *a = arena();
	struct sql_lock lock;

	for (size_t i = 0; i < RT_LEN(texts); i++)
		CHECK_INT(lock_errors(a, texts[i], &lock), 1);
	rt_arena_close(a);
}
