/* link: runtime/branch.c runtime/check.c runtime/applicator.c runtime/evaluated.c runtime/pattern.c runtime/pattern_ecma.c runtime/read.c runtime/format.c runtime/format_ok.c runtime/format_host.c runtime/format_uri.c runtime/json.c runtime/node.c runtime/decimal.c runtime/buf.c runtime/arena.c runtime/str.c -lyajl -lpcre2-8 -lidn2 */
#include "runtime/check.h"
#include "tests/unit/test.h"

static struct rt_arena *arena;
static struct rt_check c;
static unsigned asked; /* how often a check was called */

static const struct rt_node *
begin(const char *text)
{
	struct rt_json_error err;
	const struct rt_node *v;

	if (arena == NULL)
		arena = rt_arena_open(SIZE_MAX, NULL, NULL);
	v = rt_json_parse(arena, rt_str(text), NULL, &err);
	CHECK(v != NULL);
	c = (struct rt_check){.arena = arena, .in = RT_IN_BODY, .root = v};
	asked = 0;
	return v;
}

/* --- Branches --- */

enum { CAT = 1, DOG, NUMBERS };

static void
is_cat(struct rt_check *check, const struct rt_node *v)
{
	static const struct rt_str required[] = {RT_TEXT("name"),
	    RT_TEXT("lives")};
	static const struct rt_keys keys = {
	    .required = required,
	    .n_required = RT_LEN(required),
	};

	asked++;
	rt_check_type(check, v, RT_OBJECT);
	rt_check_required(check, v, &keys);
}

static void
is_dog(struct rt_check *check, const struct rt_node *v)
{
	static const struct rt_str required[] = {RT_TEXT("name")};
	static const struct rt_keys keys = {
	    .required = required,
	    .n_required = RT_LEN(required),
	};

	asked++;
	rt_check_type(check, v, RT_OBJECT);
	rt_check_required(check, v, &keys);
}

static void
are_numbers(struct rt_check *check, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);

	asked++;
	rt_check_type(check, v, RT_ARRAY);
	while (rt_items_next(&it))
		rt_check_type(check, it.value, RT_NUMBER);
}

static const char *const cat_tags[] = {"cat", "kitten", NULL};
static const char *const dog_tags[] = {"dog", NULL};
static const char *const dog_names[] = {"Dog", NULL};

/* Told apart by the value of "kind". */
static const struct rt_branch tagged_rows[] = {
    {"Cat", is_cat, RT_OBJECT, cat_tags, NULL, CAT},
    {"Dog", is_dog, RT_OBJECT, dog_tags, NULL, DOG},
    {"numbers", are_numbers, RT_ARRAY, NULL, NULL, NUMBERS},
};
static const struct rt_branches tagged = {.v = tagged_rows,
    .n = 3,
    .tag = "kind"};

/* Told apart by their checks; a discriminator names the second. */
static const struct rt_branch plain_rows[] = {
    {"Cat", is_cat, RT_OBJECT, NULL, NULL, CAT},
    {"Dog", is_dog, RT_OBJECT, NULL, dog_names, DOG},
};
static const struct rt_branches plain = {.v = plain_rows,
    .n = 2,
    .discriminator = "is"};

TEST(only_what_a_value_may_be_is_asked)
{
	rt_check_one_of(&c, begin("{\"kind\":\"dog\",\"name\":1}"), &tagged);
	CHECK_INT(c.n, 0);
	CHECK_INT(asked, 1);
	rt_check_one_of(&c, begin("[1]"), &tagged);
	CHECK_INT(c.n, 0);
	CHECK_INT(asked, 1);
	rt_check_any_of(&c, begin("null"), &tagged);
	CHECK_INT(c.n, 1);
	CHECK_INT(asked, 0);
	rt_check_any_of(&c, begin("{\"kind\":5}"), &tagged);
	CHECK_INT(c.n, 1);
	CHECK_INT(asked, 0);
}

TEST(the_kind_is_read_off_a_tag)
{
	const struct rt_node *v = begin("{\"kind\":\"kitten\"}");

	CHECK_INT(rt_branch_kind(&c, v, &tagged), CAT);
	CHECK_INT(rt_branch_kind(&c, begin("[]"), &tagged), NUMBERS);
	CHECK_INT(rt_branch_kind(&c, begin("5"), &tagged), 0);
	CHECK_INT(asked, 0);
}

TEST(what_the_check_found_is_kept)
{
	const struct rt_node *v = begin("{\"name\":1,\"lives\":9}");

	rt_check_any_of(&c, v, &plain);
	CHECK_INT(c.n, 0);
	CHECK_INT(asked, 1);
	CHECK_INT(rt_branch_kind(&c, v, &plain), CAT);
	CHECK_INT(asked, 1);

	v = begin("{\"name\":1}");
	rt_check_one_of(&c, v, &plain);
	CHECK_INT(asked, 2);
	CHECK_INT(rt_branch_kind(&c, v, &plain), DOG);
	CHECK_INT(asked, 2);
}

TEST(many_choices_are_kept)
{
	enum { N = 1000 };
	struct rt_buf b;
	struct rt_items it;
	const struct rt_node *all;

	begin("0");
	b = rt_buf(arena, SIZE_MAX);
	for (int i = 0; i < N; i++)
		rt_buf_cstr(&b,
		    i == 0           ? "[{\"name\":1}"
			: i % 2 == 0 ? ",{\"name\":1}"
				     : ",{\"name\":1,\"lives\":2}");
	rt_buf_cstr(&b, "]\0");
	rt_buf_byte(&b, '\0');
	all = begin(b.p);
	it = rt_items(all);
	while (rt_items_next(&it))
		rt_check_any_of(&c, it.value, &plain);
	asked = 0;
	it = rt_items(all);
	while (rt_items_next(&it))
		CHECK_INT(rt_branch_kind(&c, it.value, &plain),
		    it.index % 2 == 0 ? DOG : CAT);
	CHECK_INT(asked, 0);
}

/* A value from elsewhere, which no check has seen with this struct. */
TEST(the_kind_is_searched_for)
{
	const struct rt_node *v = begin("{\"name\":1}");

	CHECK_INT(rt_branch_kind(&c, v, &plain), DOG);
	CHECK_INT(asked, 2);
	CHECK_INT(rt_branch_kind(&c, v, &plain), DOG);
	CHECK_INT(asked, 2);
	CHECK_INT(rt_branch_kind(&c, begin("{}"), &plain), 0);
	CHECK_INT(c.n, 0);
}

TEST(what_the_discriminator_means_is_found_first)
{
	const struct rt_node *v =
	    begin("{\"is\":\"Dog\",\"name\":1,\"lives\":9}");

	rt_check_any_of(&c, v, &plain);
	CHECK_INT(c.n, 0);
	CHECK_INT(rt_branch_kind(&c, v, &plain), DOG);

	/* It judges nothing: a cat that says it is a dog is none of both. */
	rt_check_one_of(&c, begin("{\"is\":\"Dog\",\"name\":1,\"lives\":9}"),
	    &plain);
	CHECK_INT(c.n, 1);
	CHECK_STR(c.faults[0].message,
	    "has the forms Cat and Dog, which exclude each other");
}

/* --- Refusals --- */

static void
expect(const char *message, unsigned refusals)
{
	CHECK_INT(c.n, 1);
	CHECK_STR(rt_str(c.faults[0].keyword), "oneOf");
	CHECK_STR(c.faults[0].message, message);
	CHECK_INT(c.faults[0].n_refusals, refusals);
}

TEST(each_branch_tells_its_faults)
{
	const struct rt_fault *f;

	rt_check_one_of(&c, begin("{\"lives\":1}"), &plain);
	expect("has none of the allowed forms", 2);
	f = &c.faults[0];
	CHECK_STR(rt_str(f->refusals[0].branch), "Cat");
	CHECK_INT(f->refusals[0].n, 1);
	CHECK_STR(f->refusals[0].faults[0].pointer, "/name");
	CHECK_STR(rt_str(f->refusals[1].branch), "Dog");
	CHECK_STR(f->refusals[1].faults[0].message, "'name' is required");
	CHECK_INT(c.telling, 0);
	CHECK_INT(c.told, 2);
}

TEST(the_branch_that_is_meant_tells_alone)
{
	rt_check_one_of(&c, begin("{\"is\":\"Dog\"}"), &plain);
	expect("must have the form Dog, which 'is' says", 1);
	CHECK_STR(rt_str(c.faults[0].refusals[0].branch), "Dog");
	rt_check_one_of(&c, begin("{\"kind\":\"cat\"}"), &tagged);
	expect("has none of the allowed forms", 1);
	CHECK_STR(rt_str(c.faults[0].refusals[0].branch), "Cat");
	CHECK_INT(c.faults[0].refusals[0].n, 2);
}

TEST(what_is_of_no_branch_is_told_why)
{
	rt_check_one_of(&c, begin("5"), &tagged);
	expect("has none of the allowed forms: must be an array or an object",
	    0);
	rt_check_one_of(&c, begin("{}"), &tagged);
	expect("has none of the allowed forms: 'kind' has to tell which it is",
	    0);
	rt_check_one_of(&c, begin("{\"kind\":\"cow\"}"), &tagged);
	expect("has none of the allowed forms: 'kind' must be one of: cat, "
	       "kitten, dog",
	    0);
}

TEST(what_was_found_before_stays)
{
	const struct rt_node *v = begin("[{},[\"x\"]]");

	rt_check_type(&c, v, RT_OBJECT);
	rt_check_one_of(&c, v + 1, &plain);
	rt_check_one_of(&c, v + 2, &tagged);
	rt_check_type(&c, v, RT_STRING);
	CHECK_INT(c.n, 4);
	CHECK_STR(rt_str(c.faults[0].keyword), "type");
	CHECK_STR(c.faults[1].pointer, "/0");
	CHECK_INT(c.faults[1].n_refusals, 2);
	CHECK_STR(c.faults[2].pointer, "/1");
	CHECK_STR(c.faults[2].refusals[0].faults[0].pointer, "/1/0");
	CHECK_STR(rt_str(c.faults[3].keyword), "type");
}

/* An array of the same, or a number. */
static void is_tree(struct rt_check *, const struct rt_node *);

static void
is_number(struct rt_check *check, const struct rt_node *v)
{
	rt_check_type(check, v, RT_NUMBER);
}

static void
is_branch(struct rt_check *check, const struct rt_node *v)
{
	struct rt_items it = rt_items(v);

	rt_check_type(check, v, RT_ARRAY);
	while (rt_items_next(&it))
		is_tree(check, it.value);
}

static void
is_tree(struct rt_check *check, const struct rt_node *v)
{
	static const struct rt_branch rows[] = {
	    {"number", is_number, RT_ANY_TYPE, NULL, NULL, 1},
	    {"branch", is_branch, RT_ANY_TYPE, NULL, NULL, 2},
	};
	static const struct rt_branches branches = {.v = rows, .n = 2};

	rt_check_one_of(check, v, &branches);
}

static unsigned
levels(const struct rt_fault *f)
{
	unsigned deepest = 0;

	for (unsigned i = 0; i < f->n_refusals; i++) {
		for (unsigned k = 0; k < f->refusals[i].n; k++) {
			unsigned n = levels(&f->refusals[i].faults[k]);

			if (n > deepest)
				deepest = n;
		}
	}
	return f->n_refusals > 0 ? deepest + 1 : 0;
}

TEST(reasons_are_bounded)
{
	struct rt_buf b;
	size_t used;

	is_tree(&c, begin("[[[[[[[[\"x\"]]]]]]]]"));
	CHECK_INT(c.n, 1);
	CHECK_INT(levels(&c.faults[0]), 3);

	begin("0");
	b = rt_buf(arena, SIZE_MAX);
	for (int i = 0; i < 60; i++)
		rt_buf_cstr(&b, "[\"x\",");
	rt_buf_byte(&b, '1');
	for (int i = 0; i < 60; i++)
		rt_buf_byte(&b, ']');
	rt_buf_byte(&b, '\0');
	begin(b.p);
	used = rt_arena_used(arena);
	is_tree(&c, c.root);
	CHECK_INT(c.n, 1);
	CHECK(c.told <= 64 + 4);
	CHECK(rt_arena_used(arena) - used < 100000);
}
