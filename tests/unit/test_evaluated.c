#include "runtime/check_part.h"
#include "tests/unit/test.h"

static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

static struct rt_check c;

static const struct rt_node *
node(const char *text)
{
	struct rt_json_error err;
	const struct rt_node *v =
	    rt_json_parse(arena(), rt_str(text), NULL, &err);

	CHECK(v != NULL);
	return v;
}

static const struct rt_node *
begin(const char *text)
{
	const struct rt_node *v = node(text);

	c = (struct rt_check){.arena = arena(), .in = RT_IN_BODY, .root = v};
	return v;
}

/* The pointers of all faults, which are of this keyword, in order. */
static void
expect(const char *keyword, const char *pointers)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);

	CHECK(c.n < RT_FAULTS_MAX);
	for (unsigned i = 0; i < c.n; i++) {
		CHECK_STR(rt_str(c.faults[i].keyword), keyword);
		rt_buf_printf(&b, "%s%.*s", i > 0 ? " " : "",
		    RT_FMT(c.faults[i].pointer));
	}
	CHECK_STR(rt_buf_str(&b), pointers);
	CHECK(c.muted == 0 && c.hidden == 0 && c.depth == 0);
	CHECK_INT(rt_evaluated_position(&c), 0);
}

/* --- Parts of schemas --- */

/* properties: the member is of the type, and evaluated. */
static void
member(struct rt_check *check, const struct rt_node *v, const char *name,
    unsigned types)
{
	const struct rt_node *child = rt_node_get(v, name);

	if (child == NULL)
		return;
	rt_check_type(check, child, types);
	rt_evaluated(check, child);
}

static void
has_a(struct rt_check *check, const struct rt_node *v)
{
	member(check, v, "a", RT_NUMBER);
}

static void
has_b(struct rt_check *check, const struct rt_node *v)
{
	member(check, v, "b", RT_NUMBER);
}

static void
has_a_and_no_b(struct rt_check *check, const struct rt_node *v)
{
	has_a(check, v);
	member(check, v, "b", RT_NULL);
}

static const struct rt_branch a_or_b_rows[] = {
    {.name = "a", .check = has_a, .types = RT_OBJECT},
    {.name = "b", .check = has_b, .types = RT_OBJECT},
};
static const struct rt_branches a_or_b = {.v = a_or_b_rows, .n = 2};
static const struct rt_branch b_or_else_rows[] = {
    {.name = "else", .check = has_a_and_no_b, .types = RT_OBJECT},
    {.name = "b", .check = has_b, .types = RT_OBJECT},
};
static const struct rt_branches b_or_else = {.v = b_or_else_rows, .n = 2};

static void
is_number(struct rt_check *check, const struct rt_node *v)
{
	rt_check_type(check, v, RT_NUMBER);
}

/* unevaluatedProperties: false, behind another check. */
static void
closed(const struct rt_node *v, rt_check_fn *in_place)
{
	struct rt_evaluation e = rt_evaluated_begin(&c, v);

	in_place(&c, v);
	rt_check_unevaluated_properties(&c, v, &e, NULL);
	rt_evaluated_end(&c, &e);
}

/* --- Tests --- */

TEST(nothing_is_noted_unasked)
{
	const struct rt_node *v = begin("{\"a\":1}");
	size_t used = rt_arena_used(arena());

	rt_evaluated(&c, v + 2);
	rt_evaluated_all(&c, v);
	rt_check_any_of(&c, v, &a_or_b);
	CHECK(c.evaluated == NULL && rt_arena_used(arena()) == used);
	closed(v, has_a);
	expect("", "");
	rt_evaluated(&c, v + 2);
	CHECK_INT(rt_evaluated_position(&c), 0);
}

TEST(the_rest_is_refused)
{
	closed(begin("{\"a\":1}"), has_a);
	expect("", "");
	closed(begin("{}"), has_a);
	expect("", "");
	closed(begin("[1,2]"), has_a);
	expect("", "");
	closed(begin("{\"x\":{\"a\":1},\"a\":1,\"y\":1}"), has_a);
	expect("unevaluatedProperties", "/x /y");
	closed(begin("{\"a\":1,\"b\":2}"), rt_evaluated_all);
	expect("", "");
}

TEST(the_rest_is_checked)
{
	const struct rt_node *v = begin("[1,\"x\",2,null,\"y\"]");
	struct rt_evaluation e = rt_evaluated_begin(&c, v);

	rt_evaluated(&c, v + 2);
	rt_check_unevaluated_properties(&c, v, &e, NULL);
	rt_check_unevaluated_items(&c, v, &e, is_number);
	CHECK_INT(c.n, 2);
	/* And then it is evaluated. */
	rt_check_unevaluated_items(&c, v, &e, NULL);
	rt_evaluated_end(&c, &e);
	expect("type", "/3 /4");
}

static void
has_any(struct rt_check *check, const struct rt_node *v)
{
	rt_check_any_of(check, v, &a_or_b);
}

static void
has_b_or_else(struct rt_check *check, const struct rt_node *v)
{
	rt_check_any_of(check, v, &b_or_else);
}

/* Every form that holds counts, none that fails. */
TEST(any_of)
{
	closed(begin("{\"a\":1,\"b\":2}"), has_any);
	expect("", "");
	closed(begin("{\"a\":1,\"b\":2,\"c\":3}"), has_any);
	expect("unevaluatedProperties", "/c");
	closed(begin("{\"a\":\"x\",\"b\":2}"), has_any);
	expect("unevaluatedProperties", "/a");
	closed(begin("{\"a\":1,\"b\":2}"), has_b_or_else);
	expect("unevaluatedProperties", "/a");
	closed(begin("{\"a\":1,\"b\":null}"), has_b_or_else);
	expect("", "");
}

static void
has_one(struct rt_check *check, const struct rt_node *v)
{
	rt_check_one_of(check, v, &b_or_else);
}

static void
has_no_b(struct rt_check *check, const struct rt_node *v)
{
	rt_check_not(check, v, has_a_and_no_b);
}

static void
is_not_without_b(struct rt_check *check, const struct rt_node *v)
{
	rt_check_not(check, v, has_no_b);
}

static void
has_a_if_possible(struct rt_check *check, const struct rt_node *v)
{
	bool asked, holds = rt_check_if(check, v, has_a, &asked);

	CHECK(asked);
	(holds ? has_b : rt_evaluated_all)(check, v);
}

TEST(one_of_not_and_if)
{
	closed(begin("{\"a\":1,\"b\":2}"), has_one);
	expect("unevaluatedProperties", "/a");
	closed(begin("{\"a\":1,\"b\":2}"), has_no_b);
	expect("unevaluatedProperties", "/a /b");
	closed(begin("{\"a\":1,\"b\":null}"), is_not_without_b);
	expect("unevaluatedProperties", "/a /b");
	closed(begin("{\"a\":1,\"b\":2,\"c\":3}"), has_a_if_possible);
	expect("unevaluatedProperties", "/c");
	closed(begin("{\"a\":\"x\",\"c\":3}"), has_a_if_possible);
	expect("", "");
}

TEST(contains)
{
	const struct rt_node *v = begin("[1,\"x\",2,null]");
	struct rt_evaluation e = rt_evaluated_begin(&c, v);

	rt_check_contains(&c, v, is_number, 1, SIZE_MAX);
	rt_check_unevaluated_items(&c, v, &e, NULL);
	rt_evaluated_end(&c, &e);
	expect("unevaluatedItems", "/1 /3");
}

static void
has_closed_a(struct rt_check *check, const struct rt_node *v)
{
	CHECK(check == &c);
	closed(v, has_a);
}

static void
has_both(struct rt_check *check, const struct rt_node *v)
{
	has_b(check, v);
	has_closed_a(check, v);
}

static void
has_both_by_turns(struct rt_check *check, const struct rt_node *v)
{
	has_a(check, v);
	rt_check_not(check, v, has_both);
}

static void
has_a_twice(struct rt_check *check, const struct rt_node *v)
{
	has_a(check, v);
	has_closed_a(check, v);
}

/* A schema sees its own parts, not what those around it have looked at; it
 * is a part of them. */
TEST(schemas_inside_each_other)
{
	closed(begin("{\"a\":1}"), has_closed_a);
	expect("", "");
	closed(begin("{\"a\":1}"), has_a_twice);
	expect("", "");
	closed(begin("{\"a\":1,\"b\":2}"), has_both);
	expect("unevaluatedProperties", "/b");
	closed(begin("{\"a\":1,\"b\":2,\"c\":3}"), has_both_by_turns);
	expect("unevaluatedProperties", "/b /c");
}

static void
each_is_closed(struct rt_check *check, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);

	while (rt_items_next(&it)) {
		size_t noted = rt_evaluated_position(check);

		closed(it.value, has_a);
		CHECK_INT(rt_evaluated_position(check), noted);
		rt_evaluated(check, it.value);
	}
}

/* Notes about items of items are of no use to the whole, and forgotten. */
TEST(schemas_of_parts)
{
	const struct rt_node *v = begin("[{\"a\":1},{\"a\":2,\"b\":3}]");
	struct rt_evaluation e = rt_evaluated_begin(&c, v);

	each_is_closed(&c, v);
	rt_check_unevaluated_items(&c, v, &e, NULL);
	rt_evaluated_end(&c, &e);
	expect("unevaluatedProperties", "/1/b");
}

/* A check that is used again has forgotten the values of before. */
TEST(one_tape_after_the_other)
{
	closed(begin("{\"a\":1}"), has_a);
	c.root = node("{\"x\":1}");
	closed(c.root, has_a);
	expect("unevaluatedProperties", "/x");
	c.n = 0;
	c.root = node("[0,0,0,0,{\"a\":1,\"y\":1}]");
	closed(c.root + 5, has_a);
	expect("unevaluatedProperties", "/4/y");
}

/* --- Costs --- */

static unsigned calls;

static void
is_counted(struct rt_check *check, const struct rt_node *v)
{
	(void)check, (void)v;
	calls++;
}

static const struct rt_branch counted_rows[] = {
    {.name = "one", .check = is_counted, .types = RT_ANY_TYPE},
    {.name = "two", .check = is_counted, .types = RT_ANY_TYPE},
};
static const struct rt_branches counted = {.v = counted_rows, .n = 2};

static void
counts(struct rt_check *check, const struct rt_node *v)
{
	rt_check_any_of(check, v, &counted);
}

static void
counts_below(struct rt_check *check, const struct rt_node *v)
{
	rt_check_any_of(check, v + 2, &counted);
	rt_check_contains(check, v + 2, is_counted, 1, SIZE_MAX);
}

/* All alternatives are tried only where it matters. */
TEST(alternatives_of_parts_end_early)
{
	const struct rt_node *v = begin("{\"a\":[1,2,3]}");

	closed(v, counts);
	CHECK_INT(calls, 2);
	calls = 0;
	closed(v, counts_below);
	CHECK_INT(calls, 2);
	calls = 0;
	rt_check_contains(&c, v + 2, is_counted, 0, 1);
	CHECK_INT(calls, 2);
}

static void
notes_often(struct rt_check *check, const struct rt_node *v)
{
	size_t used;

	rt_evaluated_all(check, v);
	used = rt_arena_used(arena());
	for (int i = 0; i < 10000; i++) {
		rt_evaluated_all(check, v);
		rt_check_not(check, v, has_both);
		rt_check_any_of(check, v, &a_or_b);
	}
	CHECK(rt_arena_used(arena()) - used <= 4096);
	CHECK(rt_evaluated_position(check) <= 2 * v->n);
}

TEST(notes_are_bounded)
{
	closed(begin("{\"a\":1,\"b\":2}"), notes_often);
	expect("", "");
}

/* More notes than the log has at first. */
TEST(the_log_grows)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);
	const struct rt_node *v;
	struct rt_evaluation e;
	struct rt_items it;

	for (int i = 0; i < 1000; i++)
		rt_buf_printf(&b, "%c%d", i == 0 ? '[' : ',', i);
	rt_buf_add(&b, RT_LIT(",\"x\"]"));
	rt_buf_byte(&b, '\0');
	v = begin(b.p);
	e = rt_evaluated_begin(&c, v);
	rt_check_contains(&c, v, is_number, 0, SIZE_MAX);
	CHECK_INT(rt_evaluated_position(&c), 1000);
	it = rt_items(v);
	for (int i = 0; i < 10; i++) {
		rt_evaluated_back(&c, 100);
		CHECK_INT(rt_evaluated_position(&c), 100);
		rt_evaluated_all(&c, v);
		CHECK_INT(rt_evaluated_position(&c), 1001);
	}
	rt_evaluated_back(&c, 100);
	while (rt_items_next(&it) && it.left > 0)
		rt_evaluated(&c, it.value);
	rt_check_unevaluated_items(&c, v, &e, NULL);
	rt_evaluated_end(&c, &e);
	expect("unevaluatedItems", "/1000");
}
