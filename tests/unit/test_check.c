#include "runtime/check.h"
#include "runtime/coro.h"
#include "tests/unit/test.h"

static struct rt_arena *
arena(void)
{
	static struct rt_arena *a;

	if (a == NULL)
		a = rt_arena_open(SIZE_MAX, NULL, NULL);
	return a;
}

static const struct rt_node *
node_of(struct rt_str text)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(arena(), text, NULL, &err);

	CHECK(v != NULL);
	return v;
}

static const struct rt_node *
node(const char *text)
{
	return node_of(rt_str(text));
}

/* The check of a body that begins anew with each value. */
static struct rt_check c;

static const struct rt_node *
begin(const char *text)
{
	const struct rt_node *v = node(text);

	c = (struct rt_check){
	    .arena = arena(),
	    .in = RT_IN_BODY,
	    .root = v,
	};
	return v;
}

/* Exactly one fault, which says this. */
static void
expect(const char *pointer, const char *keyword, const char *message)
{
	CHECK_INT(c.n, 1);
	CHECK_INT(c.faults[0].in, RT_IN_BODY);
	CHECK_STR(c.faults[0].pointer, pointer);
	CHECK(c.faults[0].name.p == NULL);
	CHECK_STR(rt_str(c.faults[0].keyword), keyword);
	CHECK_STR(c.faults[0].message, message);
}

#define CHECK_OK(call) \
	do { \
		call; \
		CHECK_INT(c.n, 0); \
	} while (0)

TEST(types)
{
	CHECK_OK(rt_check_type(&c, begin("1"), RT_INTEGER));
	CHECK_OK(rt_check_type(&c, begin("1.0"), RT_INTEGER));
	CHECK_OK(rt_check_type(&c, begin("1e2"), RT_INTEGER));
	CHECK_OK(rt_check_type(&c, begin("1.5"), RT_NUMBER));
	CHECK_OK(rt_check_type(&c, begin("null"), RT_STRING | RT_NULL));
	rt_check_type(&c, begin("\"x\""), RT_INTEGER);
	expect("", "type", "must be an integer, is a string");
	rt_check_type(&c, begin("1.5"), RT_INTEGER);
	expect("", "type", "must be an integer, is a number with a fraction");
	rt_check_type(&c, begin("1"), RT_STRING | RT_NULL);
	expect("", "type", "must be a string or null, is a number");
	rt_check_type(&c, begin("[]"),
	    RT_OBJECT | RT_INTEGER | RT_NUMBER | RT_BOOLEAN);
	expect("", "type",
	    "must be a number, a boolean or an object, is an array");
	rt_check_type(&c, begin("true"), RT_ARRAY);
	expect("", "type", "must be an array, is a boolean");
}

TEST(lengths_count_code_points)
{
	CHECK_OK(rt_check_length(&c, begin("\"\""), 0, 0));
	CHECK_OK(rt_check_length(&c, begin("\"\\u00e9\\ud83d\\ude00\""), 2, 2));
	CHECK_OK(rt_check_length(&c, begin("12345"), 1, 2));
	CHECK_OK(rt_check_length(&c, begin("\"abc\""), 3, SIZE_MAX));
	rt_check_length(&c, begin("\"\""), 1, SIZE_MAX);
	expect("", "minLength", "must have at least 1 character");
	rt_check_length(&c, begin("\"\\ud83d\\ude00\\ud83d\\ude00\""), 3, 9);
	expect("", "minLength", "must have at least 3 characters");
	rt_check_length(&c, begin("\"\\u00e9\\u00e9\\u00e9\""), 0, 2);
	expect("", "maxLength", "must have at most 2 characters");
}

TEST(numbers)
{
	CHECK_OK(rt_check_minimum(&c, begin("1.0"), "1"));
	CHECK_OK(rt_check_maximum(&c, begin("1e0"), "1"));
	CHECK_OK(rt_check_above(&c, begin("1.01"), "1"));
	CHECK_OK(rt_check_below(&c, begin("0.99"), "1"));
	CHECK_OK(rt_check_multiple(&c, begin("0.3"), "0.1"));
	CHECK_OK(rt_check_minimum(&c, begin("\"0\""), "1"));
	CHECK_OK(rt_check_maximum(&c, begin("[9]"), "1"));
	CHECK_OK(rt_check_above(&c, begin("null"), "1"));
	CHECK_OK(rt_check_below(&c, begin("{}"), "1"));
	CHECK_OK(rt_check_multiple(&c, begin("\"3\""), "2"));
	rt_check_minimum(&c, begin("0.9999999999999999999999"), "1");
	expect("", "minimum", "must be at least 1");
	rt_check_maximum(&c, begin("1e1000"), "1.5");
	expect("", "maximum", "must be at most 1.5");
	rt_check_above(&c, begin("1.00"), "1");
	expect("", "exclusiveMinimum", "must be greater than 1");
	rt_check_below(&c, begin("1.00"), "1");
	expect("", "exclusiveMaximum", "must be less than 1");
	rt_check_multiple(&c, begin("7"), "2");
	expect("", "multipleOf", "must be a multiple of 2");
}

TEST(formats)
{
	CHECK_OK(rt_check_format(&c, begin("\"2026-01-01\""), RT_FORMAT_DATE));
	CHECK_OK(rt_check_format(&c, begin("7"), RT_FORMAT_DATE));
	CHECK_OK(rt_check_format(&c, begin("\"x\""), RT_FORMAT_INT32));
	CHECK_OK(rt_check_format(&c, begin("2147483647"), RT_FORMAT_INT32));
	rt_check_format(&c, begin("\"2026-02-30\""), RT_FORMAT_DATE);
	expect("", "format", "must have the format date");
	rt_check_format(&c, begin("2147483648"), RT_FORMAT_INT32);
	expect("", "format", "must have the format int32");
}

TEST(arrays)
{
	CHECK_OK(rt_check_items(&c, begin("[1,2]"), 2, 2));
	CHECK_OK(rt_check_items(&c, begin("\"x\""), 2, 2));
	rt_check_items(&c, begin("[]"), 1, SIZE_MAX);
	expect("", "minItems", "must have at least 1 item");
	rt_check_items(&c, begin("[1,2,3]"), 0, 2);
	expect("", "maxItems", "must have at most 2 items");
}

/* `n` items by a pattern with one number in it, then `last`. */
static const struct rt_node *
begin_list(unsigned n, const char *item, const char *last)
{
	struct rt_buf b = rt_buf(arena(), SIZE_MAX);

	rt_buf_byte(&b, '[');
	for (unsigned i = 0; i < n; i++) {
		const char *mark = strchr(item, '#');

		rt_buf_printf(&b, "%.*s%u%s,", (int)(mark - item), item, i,
		    mark + 1);
	}
	rt_buf_printf(&b, "%s]", last);
	rt_buf_byte(&b, '\0');
	return begin(b.p);
}

TEST(unique_items)
{
	CHECK_OK(rt_check_unique(&c, begin("[1,true,\"1\",[1],{\"a\":1}]")));
	CHECK_OK(rt_check_unique(&c, begin("[[1,2],[2,1]]")));
	CHECK_OK(rt_check_unique(&c, begin("{\"a\":1,\"b\":1}")));
	rt_check_unique(&c, begin("[1,2,1.0]"));
	expect("", "uniqueItems", "must not have equal items");
	rt_check_unique(&c, begin("[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]"));
	expect("", "uniqueItems", "must not have equal items");
	for (unsigned n = 6; n < 12; n++) {
		CHECK_OK(rt_check_unique(&c, begin_list(n, "#", "\"3\"")));
		rt_check_unique(&c, begin_list(n, "#", "3.0"));
		CHECK_INT(c.n, 1);
		CHECK_OK(rt_check_unique(&c,
		    begin_list(n, "{\"a\":#,\"b\":0}", "{\"b\":0}")));
		rt_check_unique(&c,
		    begin_list(n, "{\"a\":#,\"b\":0}", "{\"b\":0,\"a\":3}"));
		CHECK_INT(c.n, 1);
	}
}

/* Pairs would take minutes. */
TEST(unique_items_are_cheap)
{
	CHECK_OK(rt_check_unique(&c, begin_list(100000, "#", "null")));
	CHECK_OK(rt_check_unique(&c, begin_list(50000, "[[],#,[]]", "1")));
	rt_check_unique(&c, begin_list(100000, "\"x#\"", "\"x77777\""));
	CHECK_INT(c.n, 1);
}

TEST(objects)
{
	static const struct rt_str required[] = {RT_TEXT("id"),
	    RT_TEXT("a/b~c")};
	static const struct rt_keys keys = {
	    .required = required,
	    .n_required = RT_LEN(required),
	};
	static const struct rt_keys none = {0};
	const struct rt_node *v;

	CHECK_OK(rt_check_properties(&c, begin("{\"a\":1}"), 1, 1));
	CHECK_OK(rt_check_properties(&c, begin("[1,2,3]"), 4, 5));
	rt_check_properties(&c, begin("{}"), 2, SIZE_MAX);
	expect("", "minProperties", "must have at least 2 members");
	rt_check_properties(&c, begin("{\"a\":1,\"b\":2}"), 0, 1);
	expect("", "maxProperties", "must have at most 1 member");

	CHECK_OK(
	    rt_check_required(&c, begin("{\"a/b~c\":1,\"id\":null}"), &keys));
	CHECK_OK(rt_check_required(&c, begin("{}"), &none));
	CHECK_OK(rt_check_required(&c, begin("\"id\""), &keys));
	v = begin("[{\"a/b~c\":{\"id\":1}}]");
	rt_check_required(&c, v + 1, &keys);
	expect("/0/id", "required", "'id' is required");
	rt_check_required(&c, begin("{\"id\":1}"), &keys);
	expect("/a~1b~0c", "required", "'a/b~c' is required");
}

TEST(unexpected_members)
{
	const struct rt_node *v = begin("[{\"a~\":{\"x\":1}}]");
	struct rt_members m = rt_members(v + 1, NULL);

	CHECK(rt_members_next(&m));
	rt_check_unexpected(&c, &m);
	expect("/0/a~0", "additionalProperties", "is not allowed here");
}

TEST(given_values)
{
	static const char *const texts[] = {NULL, "cat", "dog"};
	static const struct rt_enum pets = RT_ENUM(texts);
	static const char some[] = "[1,\"x\",{\"a\":[null]}]";
	static const char one[] = "[{\"a\":1}]";

	CHECK_OK(rt_check_enum(&c, begin("\"dog\""), &pets));
	rt_check_enum(&c, begin("\"Dog\""), &pets);
	expect("", "enum", "must be one of: cat, dog");
	rt_check_enum(&c, begin("null"), &pets);
	CHECK_INT(c.n, 1);

	CHECK_OK(rt_check_values(&c, begin("1.0"), "enum", some));
	CHECK_OK(rt_check_values(&c, begin("{\"a\":[null]}"), "enum", some));
	rt_check_values(&c, begin("\"1\""), "enum", some);
	expect("", "enum", "must be one of: 1,\"x\",{\"a\":[null]}");
	rt_check_values(&c, begin("{}"), "const", one);
	expect("", "const", "must be {\"a\":1}");
	rt_check_never(&c, begin("{}"));
	expect("", "false schema", "is not allowed here");
}

TEST(long_lists_are_cut)
{
	static const char *texts[300];
	const struct rt_enum e = RT_ENUM(texts);

	for (size_t i = 1; i < RT_LEN(texts); i++)
		texts[i] = "0123456789";
	rt_check_enum(&c, begin("1"), &e);
	CHECK_INT(c.n, 1);
	CHECK(c.faults[0].message.n < 250);
	CHECK(rt_str_ends(c.faults[0].message, "0123456789 or 282 more"));
}

/* Values are parsed once: the arena must not grow with the document. */
TEST(given_values_cost_nothing_twice)
{
	static const char values[] = "[1,2,3]";
	const struct rt_node *v = begin("3");
	size_t used;

	rt_check_values(&c, v, "enum", values);
	used = rt_arena_used(arena());
	for (int i = 0; i < 1000; i++)
		rt_check_values(&c, v, "enum", values);
	CHECK_INT(rt_arena_used(arena()), used);
	CHECK_INT(c.n, 0);
}

TEST(all_faults_are_counted_and_some_kept)
{
	const struct rt_node *v = begin("[1]");

	for (int i = 0; i < RT_FAULTS_MAX + 5; i++)
		rt_fault(&c, v + 1, "x", "%d", i);
	CHECK_INT(c.n, RT_FAULTS_MAX + 5);
	CHECK_STR(c.faults[RT_FAULTS_MAX - 1].message, "15");
	CHECK_STR(c.faults[0].pointer, "/0");
	CHECK(c.hidden == 0);
}

/* As parts of an allOf ask it again. */
TEST(the_same_fault_is_told_once)
{
	static const struct rt_str required[] = {RT_TEXT("a"), RT_TEXT("b")};
	static const struct rt_keys keys = {
	    .required = required,
	    .n_required = RT_LEN(required),
	};
	const struct rt_node *v = begin("{}");

	for (int i = 0; i < RT_FAULTS_MAX; i++) {
		rt_check_required(&c, v, &keys);
		rt_check_type(&c, v, RT_STRING);
	}
	CHECK_INT(c.n, 3);
	rt_check_type(&c, v, RT_ARRAY);
	CHECK_INT(c.n, 4);
	v = begin("[1, 1]");
	rt_check_type(&c, v + 1, RT_STRING);
	rt_check_type(&c, v + 2, RT_STRING);
	CHECK_INT(c.n, 2);
}

TEST(parameters_have_names)
{
	static const struct rt_str required[] = {RT_TEXT("id")};
	static const struct rt_keys keys = {
	    .required = required,
	    .n_required = RT_LEN(required),
	};
	const struct rt_node *v = begin("{\"a\":[1]}");

	c.in = RT_IN_QUERY;
	c.name = "filter";
	rt_check_type(&c, v + 3, RT_STRING);
	rt_check_required(&c, v, &keys);
	CHECK_INT(c.n, 2);
	for (int i = 0; i < 2; i++) {
		CHECK_INT(c.faults[i].in, RT_IN_QUERY);
		CHECK_STR(c.faults[i].name, "filter");
		CHECK(c.faults[i].pointer.p == NULL);
	}
	CHECK_STR(c.faults[1].message, "'id' is required");
}

/* --- Applicators --- */

static void
is_string(struct rt_check *check, const struct rt_node *v)
{
	rt_check_type(check, v, RT_STRING);
}

static void
is_short(struct rt_check *check, const struct rt_node *v)
{
	rt_check_length(check, v, 0, 2);
	rt_check_maximum(check, v, "99");
}

static void
is_number(struct rt_check *check, const struct rt_node *v)
{
	rt_check_type(check, v, RT_NUMBER);
	rt_check_minimum(check, v, "10");
}

static const struct rt_branch form_rows[] = {
    {.name = "string", .check = is_string, .types = RT_ANY_TYPE},
    {.name = "number", .check = is_number, .types = RT_ANY_TYPE},
};
static const struct rt_branches forms = {.v = form_rows, .n = 2};
static const struct rt_branch overlapping_rows[] = {
    {.name = "string", .check = is_string, .types = RT_ANY_TYPE},
    {.name = "short", .check = is_short, .types = RT_ANY_TYPE},
};
static const struct rt_branches overlapping = {.v = overlapping_rows, .n = 2};

TEST(any_of)
{
	CHECK_OK(rt_check_any_of(&c, begin("10"), &forms));
	CHECK_INT(c.hidden, 0);
	CHECK_OK(rt_check_any_of(&c, begin("\"x\""), &overlapping));
	rt_check_any_of(&c, begin("9"), &forms);
	expect("", "anyOf", "has none of the allowed forms");
	CHECK_INT(c.muted, 0);
}

TEST(one_of)
{
	CHECK_OK(rt_check_one_of(&c, begin("10"), &forms));
	CHECK_OK(rt_check_one_of(&c, begin("\"xyz\""), &overlapping));
	rt_check_one_of(&c, begin("9"), &forms);
	expect("", "oneOf", "has none of the allowed forms");
	rt_check_one_of(&c, begin("\"x\""), &overlapping);
	expect("", "oneOf",
	    "has the forms string and short, which exclude each other");
}

TEST(not_and_if)
{
	const struct rt_node *v;
	bool asked = false;

	CHECK_OK(rt_check_not(&c, begin("1"), is_string));
	rt_check_not(&c, begin("\"x\""), is_string);
	expect("", "not", "has a form that is excluded");
	v = begin("9");
	CHECK(!rt_check_if(&c, v, is_number, &asked) && asked);
	asked = false;
	CHECK(rt_check_if(&c, v, is_short, &asked) && asked);
	CHECK(c.n == 0 && c.hidden == 0 && c.muted == 0 && c.depth == 0);
}

static void
is_not_string(struct rt_check *check, const struct rt_node *v)
{
	rt_check_not(check, v, is_string);
}

static void
has_one_form(struct rt_check *check, const struct rt_node *v)
{
	rt_check_one_of(check, v, &forms);
}

TEST(applicators_nest)
{
	bool asked;

	rt_check_not(&c, begin("1"), is_not_string);
	expect("", "not", "has a form that is excluded");
	CHECK_OK(rt_check_not(&c, begin("\"x\""), is_not_string));
	CHECK(!rt_check_if(&c, begin("9"), has_one_form, &asked));
	CHECK(rt_check_if(&c, begin("10"), has_one_form, &asked));
	CHECK_INT(c.hidden, 0);
}

/*
 * A tree of two forms that both have a subtree: without a bound the work
 * doubles with each level.
 */
static void is_tree(struct rt_check *, const struct rt_node *);

static void
is_left(struct rt_check *check, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);

	while (rt_items_next(&it))
		is_tree(check, it.value);
	rt_check_type(check, v, RT_ARRAY);
}

static void
is_right(struct rt_check *check, const struct rt_node *v)
{
	is_left(check, v);
	rt_check_items(check, v, 1, SIZE_MAX);
}

static void
is_tree(struct rt_check *check, const struct rt_node *v)
{
	static const struct rt_branch rows[] = {
	    {.name = "left", .check = is_left, .types = RT_ANY_TYPE},
	    {.name = "right", .check = is_right, .types = RT_ANY_TYPE},
	};
	static const struct rt_branches trees = {.v = rows, .n = 2};

	rt_check_any_of(check, v, &trees);
}

static void
is_no_tree(struct rt_check *check, const struct rt_node *v)
{
	rt_check_not(check, v, is_tree);
}

/* `depth` arrays around a number, which is no tree. */
static const struct rt_node *
begin_tree(unsigned depth)
{
	char text[130];

	memset(text, '[', depth);
	text[depth] = '1';
	memset(text + depth + 1, ']', depth);
	text[2 * depth + 1] = '\0';
	return begin(text);
}

TEST(nested_alternatives_are_bounded)
{
	const struct rt_node *v = begin_tree(60);

	is_tree(&c, v);
	expect("", "anyOf", "has too many nested alternatives");
	CHECK(c.muted == 0 && c.hidden == 0);
	CHECK(c.undecided == NULL);

	is_tree(&c, begin_tree(8));
	expect("", "anyOf", "has none of the allowed forms");
}

/* Refuses trees, by a question instead of by `not`. */
static void
asks_for_tree(struct rt_check *check, const struct rt_node *v)
{
	bool asked, holds = rt_check_if(check, v, is_tree, &asked);

	if (asked && holds)
		rt_fault(check, v, "x", "is a tree");
	if (asked && !holds)
		rt_fault(check, v, "x", "is no tree");
}

/* What can't be decided is refused, also where `not` turns it round. */
TEST(exhaustion_is_never_success)
{
	const struct rt_node *v = begin_tree(60);

	is_no_tree(&c, v);
	expect("", "not", "has too many nested alternatives");
	v = begin_tree(60);
	rt_check_not(&c, v, is_no_tree);
	expect("", "not", "has too many nested alternatives");
	rt_check_any_of(&c, begin_tree(60),
	    &(struct rt_branches){
		.v = &(struct rt_branch){.name = "tree",
		    .check = asks_for_tree,
		    .types = RT_ANY_TYPE},
		.n = 1,
	    });
	expect("", "anyOf", "has too many nested alternatives");
	v = begin_tree(60);
	asks_for_tree(&c, v);
	expect("", "if", "has too many nested alternatives");
	CHECK(c.undecided == NULL);
}

/* Holds for anything, with the most work there is. */
static void
is_wasteful(struct rt_check *check, const struct rt_node *v)
{
	rt_check_not(check, v, is_tree);
}

/* The bound is one for all items and all questions of a document. */
TEST(questions_share_the_bound)
{
	static const char item[] = "[[[[[[[[[[[[[#]]]]]]]]]]]]]";

	CHECK_OK(
	    rt_check_contains(&c, begin_list(1, item, "1"), is_wasteful, 1, 2));
	rt_check_contains(&c, begin_list(8, item, "1"), is_wasteful, 4, 9);
	expect("", "contains", "has too many nested alternatives");
	rt_check_contains(&c, begin_list(8, item, "1"), is_wasteful, 0, 9);
	expect("", "contains", "has too many nested alternatives");
}

/* --- Items, names and dependencies --- */

TEST(contains)
{
	CHECK_OK(rt_check_contains(&c, begin("7"), is_string, 1, 1));
	CHECK_OK(rt_check_contains(&c, begin("{\"a\":1}"), is_string, 1, 1));
	CHECK_OK(
	    rt_check_contains(&c, begin("[1,\"a\"]"), is_string, 1, SIZE_MAX));
	CHECK_OK(rt_check_contains(&c, begin("[]"), is_string, 0, 2));
	CHECK_OK(
	    rt_check_contains(&c, begin("[\"a\",1,\"b\"]"), is_string, 2, 2));
	CHECK_INT(c.hidden, 0);
	rt_check_contains(&c, begin("[1,2]"), is_string, 1, SIZE_MAX);
	expect("", "contains", "has no item of the required form");
	rt_check_contains(&c, begin("[1,\"a\"]"), is_string, 2, SIZE_MAX);
	expect("", "minContains",
	    "must have at least 2 items of the required form");
	rt_check_contains(&c, begin("[\"b\",1,\"a\",\"c\"]"), is_string, 0, 1);
	expect("", "maxContains",
	    "must have at most 1 item of the required form");
	rt_check_contains(&c, begin("[\"b\"]"), is_string, 0, 0);
	CHECK_INT(c.n, 1);
}

TEST(names_are_strings)
{
	const struct rt_node *v;

	CHECK_OK(rt_check_names(&c, begin("{\"ab\":100,\"\":[]}"), is_short));
	CHECK_OK(rt_check_names(&c, begin("[\"abc\"]"), is_short));
	v = begin("[{\"ab\":1,\"a/c\":2}]");
	rt_check_names(&c, v + 1, is_short);
	expect("/0/a~1c", "maxLength", "must have at most 2 characters");
}

TEST(members_depend)
{
	static const char *const required[] = {"b", "c/d", NULL};

	CHECK_OK(rt_check_dependent(&c, begin("{\"b\":1}"), "a", required));
	CHECK_OK(rt_check_dependent(&c, begin("[\"a\"]"), "a", required));
	CHECK_OK(rt_check_dependent(&c, begin("{\"c/d\":1,\"a\":null,\"b\":2}"),
	    "a", required));
	rt_check_dependent(&c, begin("{\"a\":1,\"b\":2}"), "a", required);
	expect("/c~1d", "dependentRequired", "'c/d' is required where 'a' is");
	rt_check_dependent(&c, begin("{\"a\":1}"), "a", required);
	CHECK_INT(c.n, 2);
}

/* --- Dynamic scope --- */

static rt_check_fn *called;

static void
is_first(struct rt_check *check, const struct rt_node *v)
{
	(void)check, (void)v;
	called = is_first;
}

static void
is_second(struct rt_check *check, const struct rt_node *v)
{
	(void)check, (void)v;
	called = is_second;
}

static void
is_third(struct rt_check *check, const struct rt_node *v)
{
	(void)check, (void)v;
	called = is_third;
}

TEST(the_outermost_resource_wins)
{
	static const struct rt_dynamic table[] = {{4, is_first}, {7, is_second},
	    {0, NULL}};
	const struct rt_node *v = begin("1");

	rt_check_dynamic(&c, v, table, is_third);
	CHECK(called == is_third);
	CHECK(rt_resource_enter(&c, v, 0));
	rt_check_dynamic(&c, v, table, is_third);
	CHECK(called == is_third);
	CHECK(rt_resource_enter(&c, v, 7));
	CHECK(rt_resource_enter(&c, v, 4));
	rt_check_dynamic(&c, v, table, is_third);
	CHECK(called == is_second);
	rt_resource_leave(&c);
	rt_resource_leave(&c);
	CHECK(rt_resource_enter(&c, v, 4));
	rt_check_dynamic(&c, v, table, is_third);
	CHECK(called == is_first);
	rt_resource_leave(&c);
	rt_resource_leave(&c);
	CHECK_INT(c.n_resources, 0);
	CHECK_INT(c.depth, 0);
	CHECK_INT(c.n, 0);
}

TEST(resources_are_bounded)
{
	const struct rt_node *v = begin("1");

	for (unsigned i = 0; i < RT_RESOURCES_MAX; i++)
		CHECK(rt_resource_enter(&c, v, 1));
	CHECK(!rt_resource_enter(&c, v, 1));
	expect("", "$ref", "is nested too deep for its schema");
	rt_resource_leave(&c);
	CHECK(rt_resource_enter(&c, v, 1));
}

/* --- Recursion that doesn't end, on the stack of a call --- */

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
enum { STACK_MAX = 4 * RT_CORO_STACK * 3 / 5 };
#else
enum { STACK_MAX = RT_CORO_STACK * 3 / 5 };
#endif

static const char *deepest;
static bool by_reference, by_alternatives;

/* Is shaped like a generated check: frames are no smaller than its. */
static void
is_endless(struct rt_check *check, const struct rt_node *v)
{
	static const struct rt_dynamic none[] = {{0, NULL}};
	static const struct rt_branch rows[] = {
	    {.name = "endless", .check = is_endless, .types = RT_ANY_TYPE},
	    {.name = "string", .check = is_string, .types = RT_ANY_TYPE},
	};
	static const struct rt_branches again = {.v = rows, .n = 2};
	struct rt_members m = rt_members(v, NULL);
	struct rt_items it = rt_items(v);
	struct rt_evaluation e = rt_evaluated_begin(check, v);
	char here;

	if (deepest == NULL || &here < deepest)
		deepest = &here;
	if (by_reference && (!by_alternatives || check->depth % 2 == 0))
		rt_check_dynamic(check, v, none, is_endless);
	else
		rt_check_any_of(check, v, &again);
	while (rt_members_next(&m))
		rt_check_type(check, m.value, RT_STRING);
	while (rt_items_next(&it))
		rt_check_type(check, it.value, RT_STRING);
	rt_check_unevaluated_items(check, v, &e, NULL);
	rt_evaluated_end(check, &e);
}

static void
run_endless(void *arg)
{
	char here;

	deepest = NULL;
	is_endless(arg, ((struct rt_check *)arg)->root);
	CHECK(deepest < &here);
	/* The rest is for what a call has below this, and for recursion that
	 * follows the document. */
	CHECK(&here - deepest < STACK_MAX);
}

static void
run_on_stack_of_call(void)
{
	struct rt_coro *coro;

	begin("\"x\"");
	coro = rt_coro_new(run_endless, &c);
	CHECK(coro != NULL && rt_coro_resume(coro));
	rt_coro_free(coro);
	CHECK(c.depth == 0 && c.muted == 0 && c.undecided == NULL);
}

TEST(recursion_is_bounded)
{
	by_reference = true;
	run_on_stack_of_call();
	expect("", "$dynamicRef", "is nested too deep for its schema");
	by_alternatives = true;
	run_on_stack_of_call();
	expect("", "anyOf", "is nested too deep for its schema");
	by_reference = false;
	run_on_stack_of_call();
	expect("", "anyOf", "is nested too deep for its schema");
	rt_check_not(&c, begin("1"), is_endless);
	expect("", "not", "is nested too deep for its schema");
}

/* --- Patterns --- */

static struct rt_patterns *
patterns(const char *text)
{
	static struct rt_patterns *last;
	const char *why = "";

	rt_patterns_close(last);
	last = rt_patterns_open(&text, 1, &why);
	if (last == NULL)
		fprintf(stderr, "%s\n", why);
	CHECK(last != NULL);
	return last;
}

static bool
matches(const char *pattern, const char *s)
{
	return rt_patterns_match(patterns(pattern), 0, rt_str(s)) ==
	    RT_MATCH_YES;
}

TEST(patterns_are_searched)
{
	CHECK(matches("b", "abc"));
	CHECK(matches("b|x", "abc"));
	CHECK(!matches("^b", "abc"));
	CHECK(!matches("^b|^c", "abc"));
	CHECK(matches("^b|c$", "abc"));
	CHECK(matches("", ""));
	CHECK(matches("(a)(b)\\2\\1", "xxabba"));
	CHECK(matches("(?<=a)b", "ab"));
	CHECK(!matches("(?<=a)b", "b"));
	CHECK(matches("\\bb", "a b"));
	CHECK(matches("a.c", "\n\nxabc"));
}

TEST(patterns_are_those_of_ecma)
{
	CHECK(!matches("^a$", "a\n"));
	CHECK(!matches("^a.b$", "a\nb"));
	CHECK(!matches("^a.b$", "a\rb"));
	CHECK(matches("^.$", "\xf0\x9f\x98\x80"));
	CHECK(matches("^\\u00e9$", "\xc3\xa9"));
	CHECK(matches("^\\u{1F600}$", "\xf0\x9f\x98\x80"));
	CHECK(!matches("^\\d$", "\xd9\xa1"));
	CHECK(!matches("^\\w$", "\xc3\xa9"));
	CHECK(matches("^\\p{L}$", "\xc3\xa9"));
	CHECK(!matches("[]", "a"));
	CHECK(matches("^[^]$", "\n"));
	CHECK(matches("^\\cC$", "\x03"));
	/* Names of properties as Unicode has them, and the other forms. */
	CHECK(matches("^\\p{Letter}$", "\xc3\xa9"));
	CHECK(!matches("^\\P{Letter}$", "\xc3\xa9"));
	CHECK(matches("^[\\p{Decimal_Number}x]$", "\xd9\xa1"));
	CHECK(matches("^\\p{gc=Lu}\\p{Script=Greek}$", "A\xce\xb1"));
	/* White space and line ends outside of ASCII. */
	CHECK(matches("^\\s[\\s]$", "\xc2\xa0\xe2\x80\xa8"));
	CHECK(!matches("\\S", "\xef\xbb\xbf\xe3\x80\x80"));
	CHECK(!matches("^.$", "\xe2\x80\xa8"));
	CHECK(matches("^.$", "\xc2\x85"));
	/* There are no classes with names inside of classes. */
	CHECK(matches("^[[:a]]$", ":]"));
	CHECK(matches("^[.]$", "."));
	CHECK(!matches("^[.]$", "a"));
}

TEST(ill_formed_text_matches_nothing)
{
	CHECK(!matches("", "\xff"));
	CHECK(!matches("^.*$", "a\xc3"));
}

TEST(bad_patterns_are_refused)
{
	static const char *const texts[] = {"a", "(b"};
	const char *why = NULL;

	CHECK(rt_patterns_open(texts, 2, &why) == NULL);
	CHECK(strstr(why, "'(b'") != NULL);
	CHECK(rt_patterns_match(NULL, 0, RT_LIT("")) == RT_MATCH_UNKNOWN);
	CHECK(rt_patterns_match(patterns("a"), 1, RT_LIT("a")) ==
	    RT_MATCH_UNKNOWN);
}

TEST(names_match_patterns)
{
	static const struct rt_pattern pattern = {0, "b"};
	const struct rt_node *v = begin("{\"abc\":1,\"xyz\":2}");

	c.patterns = patterns("b");
	CHECK(rt_check_name_matches(&c, v + 1, &pattern));
	CHECK(!rt_check_name_matches(&c, v + 3, &pattern));
	CHECK_INT(c.n, 0);
	v = begin("{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.\":1}");
	c.patterns = patterns("^(a+)+$");
	CHECK(!rt_check_name_matches(&c, v + 1, &pattern));
	expect("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.", "patternProperties",
	    "could not be matched within limits");
}

static void
has_hard_pattern(struct rt_check *check, const struct rt_node *v)
{
	static const struct rt_pattern hard = {0, "^(a+)+$"};

	rt_check_pattern(check, v, &hard);
}

/* Nor does `not` make success of a match that was given up. */
TEST(patterns_can_be_undecided)
{
	const struct rt_node *v =
	    begin("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.\"");

	c.patterns = patterns("^(a+)+$");
	rt_check_not(&c, v, has_hard_pattern);
	expect("", "not", "could not be matched within limits");
}

TEST(pattern_faults)
{
	const struct rt_node *v;

	CHECK_OK((v = begin("\"abc\""), c.patterns = patterns("b"),
	    rt_check_pattern(&c, v, &(struct rt_pattern){0, "b"})));
	CHECK_OK((v = begin("7"), c.patterns = patterns("b"),
	    rt_check_pattern(&c, v, &(struct rt_pattern){0, "b"})));
	v = begin("\"xyz\"");
	c.patterns = patterns("b");
	rt_check_pattern(&c, v, &(struct rt_pattern){0, "b"});
	expect("", "pattern", "must match the pattern b");
	v = begin("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"");
	c.patterns = patterns("^(a+)+$|b");
	rt_check_pattern(&c, v, &(struct rt_pattern){0, "^(a+)+$|b"});
	CHECK_INT(c.n, 0);
	v = begin("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.\"");
	rt_check_pattern(&c, v, &(struct rt_pattern){0, "x"});
	c.patterns = patterns("^(a+)+$");
	c.n = 0;
	rt_check_pattern(&c, v, &(struct rt_pattern){0, "^(a+)+$"});
	expect("", "pattern", "could not be matched within limits");
}

/*
 * Hostile strings for patterns that go back.  Where a match may begin
 * anywhere, a bound for each place is none: the blocks of one letter cost
 * 2^16 steps at each of their places.
 */
TEST(patterns_are_bounded_on_long_strings)
{
	static const char *const texts[] = {"(a+)+b", "a*a*a*b", "^(a+)+$",
	    "[ab]+c", "(a|b|ab)*c", "(x+x+)+y"};
	size_t n = 1 << 20;
	char *s = rt_arena_bytes(arena(), n);

	for (size_t i = 0; i < n; i++)
		s[i] = i % 17 == 16 ? '.' : 'a';
	memcpy(s + n - 6, ".b.c.y", 6);
	for (size_t i = 0; i < RT_LEN(texts); i++)
		rt_patterns_match(patterns(texts[i]), 0, (struct rt_str){s, n});
	memset(s, 'a', n - 6);
	for (size_t i = 0; i < RT_LEN(texts); i++)
		rt_patterns_match(patterns(texts[i]), 0, (struct rt_str){s, n});
}

TEST(patterns_are_bounded_on_many_strings)
{
	struct rt_patterns *all = patterns("^(a+)+$");

	for (int i = 0; i < 2000; i++)
		rt_patterns_match(all, 0,
		    RT_LIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."));
}

/* What a careful author writes must not run into the bounds. */
TEST(honest_patterns_are_not_bounded)
{
	size_t n = 100000;
	char *s = rt_arena_bytes(arena(), n + 1);

	memset(s, 'a', n);
	s[n] = '\0';
	CHECK(matches("^[a-z]*$", s));
	CHECK(matches("^([a-z]|[0-9])+$", s + n - 20000));
	CHECK(matches("a$", s));
	s[n - 1] = '7';
	CHECK(matches("[0-9]", s));
	CHECK(!matches("^[a-z]*$", s));
	s[1000] = '\0';
	s[999] = '@';
	CHECK(matches("[a-z]@", s));
}

TEST(the_length_of_a_file_is_in_bytes)
{
	static const struct rt_node file[] = {
	    {RT_STRING, RT_FILE_SPAN, 4, "\xc3\xa4\xc3\xa4"},
	    {RT_STRING, 1, 1, "f"},
	    {RT_NULL, 1, 0, NULL},
	};
	struct rt_arena *a = rt_arena_open(1 << 16, NULL, NULL);
	struct rt_check of_file = {.arena = a, .root = file};

	rt_check_length(&of_file, file, 4, 4);
	CHECK_INT(of_file.n, 0);
	rt_check_length(&of_file, file, 0, 3);
	CHECK_INT(of_file.n, 1);
	CHECK_STR(of_file.faults[0].message, "must have at most 3 bytes");
	rt_arena_close(a);
}
