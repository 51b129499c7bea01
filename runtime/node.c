/* Walks over the tape, JSON pointers, and equality of values. */
#include <stdlib.h>

#include "runtime/buf.h"
#include "runtime/json_part.h"

/* --- Items and members --- */

struct rt_members
rt_members(const struct rt_node *v, const struct rt_keys *keys)
{
	return (struct rt_members){
	    .keys = keys,
	    .next = v + 1,
	    .left = v->type == RT_OBJECT ? v->n : 0,
	    .key = -1,
	};
}

static __attribute__((noinline)) int
search_key(const struct rt_keys *keys, struct rt_str name)
{
	for (unsigned i = 0; i < keys->n; i++) {
		if (rt_str_eq(name, keys->names[i]))
			return (int)i;
	}
	return -1;
}

/* Members mostly come in the order of the schema, with short names: for these
 * nothing is called. */
static inline int
find_key(const struct rt_keys *keys, struct rt_str name, int before)
{
	unsigned next = (unsigned)(before + 1);

	if (next < keys->n && keys->names[next].n == name.n &&
	    name.n <= RT_FEW_BYTES &&
	    rt_same_few(name.p, keys->names[next].p, name.n))
		return (int)next;
	return search_key(keys, name);
}

bool
rt_members_next(struct rt_members *m)
{
	const struct rt_node *name = m->next;

	if (m->left == 0)
		return false;
	m->left--;
	m->name = name;
	m->value = name + 1;
	m->next = rt_node_next_name(name);
	if (m->keys != NULL)
		m->key = find_key(m->keys, rt_node_str(name), m->key);
	return true;
}

struct rt_items
rt_items(const struct rt_node *v)
{
	return (struct rt_items){
	    .next = v + 1,
	    .left = v->type == RT_ARRAY ? v->n : 0,
	};
}

bool
rt_items_next(struct rt_items *it)
{
	if (it->left == 0)
		return false;
	it->left--;
	it->index = it->value == NULL ? 0 : it->index + 1;
	it->value = it->next;
	it->next = it->value + it->value->span;
	return true;
}

/* --- Members by name --- */

/* By name, and the same name by place. */
static int
by_name(const void *x, const void *y, void *arg)
{
	const struct rt_node *object = arg;
	const struct rt_node *a = object + *(const uint32_t *)x;
	const struct rt_node *b = object + *(const uint32_t *)y;
	int order = rt_str_cmp(rt_node_str(a), rt_node_str(b));

	return order != 0 ? order : (a > b) - (a < b);
}

const struct rt_node *
rt_node_sort_names(struct rt_arena *arena, struct rt_node *object)
{
	uint32_t *names = rt_arena_array(arena, object->n, sizeof(*names));
	const struct rt_node *name = object + 1;

	for (uint32_t i = 0; i < object->n; i++) {
		names[i] = (uint32_t)(name - object);
		name = rt_node_next_name(name);
	}
	qsort_r(names, object->n, sizeof(*names), by_name, object);
	for (uint32_t i = 1; i < object->n; i++) {
		const struct rt_node *second = object + names[i];

		name = object + names[i - 1];
		if (rt_str_eq(rt_node_str(name), rt_node_str(second)))
			return second;
	}
	object->p = (const char *)(const void *)names;
	return NULL;
}

/* The name at place i of the order that rt_node_sort_names() leaves at an
 * object of many members. */
static const struct rt_node *
sorted_name(const struct rt_node *object, uint32_t i)
{
	return object + ((const uint32_t *)(const void *)object->p)[i];
}

static const struct rt_node *
find_sorted(const struct rt_node *object, struct rt_str name)
{
	uint32_t low = 0, high = object->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct rt_node *at = sorted_name(object, mid);
		int order = rt_str_cmp(rt_node_str(at), name);

		if (order == 0)
			return at + 1;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct rt_node *
rt_node_member(const struct rt_node *v, struct rt_str name)
{
	struct rt_members m = rt_members(v, NULL);

	if (v->type == RT_OBJECT && v->p != NULL)
		return find_sorted(v, name);
	while (rt_members_next(&m)) {
		if (rt_str_eq(rt_node_str(m.name), name))
			return m.value;
	}
	return NULL;
}

const struct rt_node *
rt_node_get(const struct rt_node *v, const char *name)
{
	const struct rt_node *at = v + 1;

	if (v->type != RT_OBJECT)
		return NULL;
	if (v->p != NULL)
		return find_sorted(v, rt_str(name));
	for (uint32_t i = 0; i < v->n; i++) {
		if (rt_str_is_word(rt_node_str(at), name))
			return at + 1;
		at = rt_node_next_name(at);
	}
	return NULL;
}

/* --- JSON pointers (RFC 6901) --- */

/*
 * The next character of a reference token, unescaped; -1 at its end, -2 for
 * an escape that is none.
 */
static int
token_char(struct rt_str *token)
{
	unsigned char c;

	if (token->n == 0)
		return -1;
	c = (unsigned char)token->p[0];
	token->p++;
	token->n--;
	if (c != '~')
		return c;
	if (token->n == 0 || (token->p[0] != '0' && token->p[0] != '1'))
		return -2;
	c = token->p[0] == '0' ? '~' : '/';
	token->p++;
	token->n--;
	return c;
}

static bool
token_is(struct rt_str token, struct rt_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (token_char(&token) != (unsigned char)name.p[i])
			return false;
	}
	return token_char(&token) == -1;
}

static const struct rt_node *
member_at(const struct rt_node *v, struct rt_str token)
{
	struct rt_members m = rt_members(v, NULL);

	while (rt_members_next(&m)) {
		if (token_is(token, rt_node_str(m.name)))
			return m.value;
	}
	return NULL;
}

/* An array index has no leading zero (RFC 6901, section 4). */
static const struct rt_node *
item_at(const struct rt_node *v, struct rt_str token)
{
	struct rt_items it = rt_items(v);
	uint64_t index = 0;

	if (token.n == 0 || token.n > 10 || (token.n > 1 && token.p[0] == '0'))
		return NULL;
	for (size_t i = 0; i < token.n; i++) {
		if (token.p[i] < '0' || token.p[i] > '9')
			return NULL;
		index = index * 10 + (unsigned)(token.p[i] - '0');
	}
	while (rt_items_next(&it)) {
		if (index-- == 0)
			return it.value;
	}
	return NULL;
}

const struct rt_node *
rt_node_at(const struct rt_node *v, struct rt_str pointer)
{
	struct rt_str rest = pointer;

	if (pointer.n == 0)
		return v;
	if (rt_str_cut(&rest, '/').n != 0)
		return NULL;
	while (v != NULL && rest.p != NULL) {
		struct rt_str token = rt_str_cut(&rest, '/');

		v = v->type == RT_ARRAY ? item_at(v, token)
					: member_at(v, token);
	}
	return v;
}

/* Whether v is `around` or inside of it. */
static bool
holds(const struct rt_node *around, const struct rt_node *v)
{
	uintptr_t first = (uintptr_t)around, at = (uintptr_t)v;

	return at >= first && at < (uintptr_t)(around + around->span);
}

static void
add_token(struct rt_buf *b, struct rt_str name)
{
	rt_buf_byte(b, '/');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '~')
			rt_buf_cstr(b, "~0");
		else if (name.p[i] == '/')
			rt_buf_cstr(b, "~1");
		else
			rt_buf_byte(b, name.p[i]);
	}
}

/* The value directly in `at` that holds v, and its token behind the rest. */
static const struct rt_node *
step(struct rt_buf *b, const struct rt_node *at, const struct rt_node *v)
{
	struct rt_members m = rt_members(at, NULL);
	struct rt_items it = rt_items(at);

	while (rt_members_next(&m)) {
		if (m.name != v && !holds(m.value, v))
			continue;
		add_token(b, rt_node_str(m.name));
		return m.name == v ? NULL : m.value;
	}
	while (rt_items_next(&it)) {
		if (!holds(it.value, v))
			continue;
		rt_buf_byte(b, '/');
		rt_buf_int(b, (int64_t)(at->n - it.left - 1));
		return it.value;
	}
	return NULL;
}

struct rt_str
rt_node_pointer(struct rt_arena *arena, const struct rt_node *root,
    const struct rt_node *v)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);
	const struct rt_node *at = root;

	while (at != NULL && at != v && holds(root, v))
		at = step(&b, at, v);
	return rt_buf_str(&b);
}

struct rt_str
rt_pointer_add(struct rt_arena *arena, struct rt_str pointer,
    struct rt_str name)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	rt_buf_add(&b, pointer);
	add_token(&b, name);
	return rt_buf_str(&b);
}

/* --- Equality and order --- */

/* Goes through an object's members by name. */
struct ordered {
	const struct rt_node *object;
	const struct rt_node *name; /* NULL before the first */
	uint32_t i;
};

/*
 * The members of a large object are in order already; for a small one the
 * least name above the last is looked for, which needs no memory.
 */
static void
ordered_next(struct ordered *o)
{
	struct rt_members m = rt_members(o->object, NULL);
	const struct rt_node *least = NULL;

	if (o->object->p != NULL) {
		o->name = sorted_name(o->object, o->i++);
		return;
	}
	while (rt_members_next(&m)) {
		struct rt_str name = rt_node_str(m.name);

		if (o->name != NULL &&
		    rt_str_cmp(name, rt_node_str(o->name)) <= 0)
			continue;
		if (least == NULL || rt_str_cmp(name, rt_node_str(least)) < 0)
			least = m.name;
	}
	if (least != NULL)
		o->name = least;
}

static bool
have_names_in_step(const struct rt_node *a, const struct rt_node *b)
{
	const struct rt_node *x = a + 1, *y = b + 1;

	for (uint32_t i = 0; i < a->n; i++) {
		if (!rt_str_eq(rt_node_str(x), rt_node_str(y)))
			return false;
		x = rt_node_next_name(x);
		y = rt_node_next_name(y);
	}
	return true;
}

/* The order of the values whose name is the least of those that differ. */
static int
cmp_in_step(const struct rt_node *a, const struct rt_node *b)
{
	const struct rt_node *x = a + 1, *y = b + 1, *least = NULL;
	int order = 0;

	for (uint32_t i = 0; i < a->n; i++) {
		int values = rt_node_cmp(x + 1, y + 1);

		if (values != 0 &&
		    (least == NULL ||
			rt_str_cmp(rt_node_str(x), rt_node_str(least)) < 0)) {
			least = x;
			order = values;
		}
		x = rt_node_next_name(x);
		y = rt_node_next_name(y);
	}
	return order;
}

/* All names first, so that the values compared are of the same name. */
static int
cmp_by_name(const struct rt_node *a, const struct rt_node *b)
{
	struct ordered x = {.object = a}, y = {.object = b};
	int order = 0;

	for (uint32_t i = 0; i < a->n && order == 0; i++) {
		ordered_next(&x);
		ordered_next(&y);
		order = rt_str_cmp(rt_node_str(x.name), rt_node_str(y.name));
	}
	x = (struct ordered){.object = a};
	y = (struct ordered){.object = b};
	for (uint32_t i = 0; i < a->n && order == 0; i++) {
		ordered_next(&x);
		ordered_next(&y);
		order = rt_node_cmp(x.name + 1, y.name + 1);
	}
	return order;
}

/* Objects to be compared mostly come from one writer. */
static int
cmp_objects(const struct rt_node *a, const struct rt_node *b)
{
	return have_names_in_step(a, b) ? cmp_in_step(a, b) : cmp_by_name(a, b);
}

static int
cmp_arrays(const struct rt_node *a, const struct rt_node *b)
{
	struct rt_items x = rt_items(a), y = rt_items(b);
	int order = 0;

	while (order == 0 && rt_items_next(&x) && rt_items_next(&y))
		order = rt_node_cmp(x.value, y.value);
	return order;
}

int
rt_node_cmp(const struct rt_node *a, const struct rt_node *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->type == RT_STRING)
		return rt_str_cmp(rt_node_str(a), rt_node_str(b));
	if (a->type == RT_NUMBER)
		return rt_decimal_cmp(rt_node_str(a), rt_node_str(b));
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	if (a->type == RT_OBJECT)
		return cmp_objects(a, b);
	return a->type == RT_ARRAY ? cmp_arrays(a, b) : 0;
}

bool
rt_node_eq(const struct rt_node *a, const struct rt_node *b)
{
	return rt_node_cmp(a, b) == 0;
}
