#include "runtime/deep.h"

#include <stdlib.h>

#include "runtime/param.h"
#include "runtime/tape.h"

enum { OPEN = RT_STRING | RT_ARRAY | RT_OBJECT };

/* What a value may be. */
struct shape {
	unsigned types;
	unsigned item_types;
	const struct rt_param_property *inner;
	unsigned free_types; /* of properties that are not in it; 0: open */
};

struct deep {
	struct rt_call *call;
	const struct rt_param *param;
	struct rt_tape tape;
};

static bool
refuse(struct deep *d, const char *why)
{
	return !rt_param_fault(d->call, "style", why);
}

/* --- Names --- */

/* Cuts "[key]" off; false where it is not there. */
static bool
cut_key(struct rt_str *name, struct rt_str *key)
{
	const char *end;

	if (name->n == 0 || name->p[0] != '[')
		return false;
	end = memchr(name->p, ']', name->n);
	if (end == NULL)
		return false;
	*key = (struct rt_str){name->p + 1, (size_t)(end - name->p) - 1};
	if (memchr(key->p, '[', key->n) != NULL)
		return false;
	name->n -= key->n + 2;
	name->p = end + 1;
	return true;
}

static struct rt_str
first_key(struct rt_str name)
{
	struct rt_str key = {0};

	(void)cut_key(&name, &key);
	return key;
}

/* Leaves of each name what stands behind the parameter's own. */
static bool
cut_names(struct deep *d, struct rt_pairs v)
{
	size_t prefix = strlen(d->param->name);

	for (size_t i = 0; i < v.n; i++) {
		struct rt_str *name = &v.v[i].name, rest, key;
		unsigned depth = 0;

		if (!rt_param_is_clean(d->call, *name))
			return false;
		name->p += prefix;
		name->n -= prefix;
		for (rest = *name; cut_key(&rest, &key);)
			depth++;
		if (rest.n > 0)
			return refuse(d, "has brackets that are no [name]");
		if (depth > RT_DEEP_MAX)
			return refuse(d, "has too many brackets");
	}
	return true;
}

static bool
is_index(struct rt_str key)
{
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] < '0' || key.p[i] > '9')
			return false;
	}
	return true;
}

static struct rt_str
without_zeros(struct rt_str s)
{
	while (s.n > 1 && s.p[0] == '0') {
		s.p++;
		s.n--;
	}
	return s;
}

/* Indices before names, and those by their value. */
static int
by_key(struct rt_str a, struct rt_str b)
{
	bool index = is_index(a);
	struct rt_str x = without_zeros(a), y = without_zeros(b);
	int order;

	if (index != is_index(b))
		return index ? -1 : 1;
	if (index && x.n != y.n)
		return x.n < y.n ? -1 : 1;
	order = index ? rt_str_cmp(x, y) : 0;
	return order != 0 ? order : rt_str_cmp(a, b);
}

static int
by_place(const struct rt_pair *a, const struct rt_pair *b)
{
	return (a->value.p > b->value.p) - (a->value.p < b->value.p);
}

/* "[]" is another item each time. */
static int
by_name(const void *a, const void *b)
{
	const struct rt_pair *x = a, *y = b;
	struct rt_str m = x->name, n = y->name, k, l;
	int order;

	while (m.n > 0 && n.n > 0) {
		(void)cut_key(&m, &k);
		(void)cut_key(&n, &l);
		order = by_key(k, l);
		if (order != 0)
			return order;
		if (k.n == 0)
			return by_place(x, y);
	}
	if (m.n != n.n)
		return m.n < n.n ? -1 : 1;
	return by_place(x, y);
}

/* The pairs that begin with the same key as the first does. */
static size_t
group_size(struct rt_pairs v)
{
	struct rt_str key = first_key(v.v[0].name);
	size_t n = 1;

	while (key.n > 0 && n < v.n && rt_str_eq(first_key(v.v[n].name), key))
		n++;
	return n;
}

/* Cuts the key off all names of a group. */
static struct rt_str
enter(struct rt_pairs group)
{
	struct rt_str key = {0};

	for (size_t i = 0; i < group.n; i++)
		(void)cut_key(&group.v[i].name, &key);
	return key;
}

/* --- Shapes --- */

static const struct shape open_shape = {
    .types = OPEN,
    .item_types = OPEN,
};

static struct shape
shape_of(const struct rt_param_property *row)
{
	return (struct shape){
	    .types = row->types,
	    .item_types = row->item_types,
	    .inner = row->inner,
	};
}

static struct shape
member_shape(const struct shape *s, struct rt_str name)
{
	const struct rt_param_property *row = s->inner, *other = NULL;
	struct shape found = open_shape;

	for (; row != NULL && row->name != NULL; row++) {
		if (rt_str_is(name, row->name))
			return shape_of(row);
		if (row->name[0] == '\0')
			other = row;
	}
	if (other != NULL)
		return shape_of(other);
	if (s->free_types != 0)
		found.types = s->free_types | RT_ARRAY | RT_OBJECT;
	return found;
}

static struct shape
item_shape(const struct shape *s)
{
	return (struct shape){
	    .types = s->item_types,
	    .item_types = OPEN,
	    .inner = s->inner,
	};
}

/* --- Values --- */

static bool put(struct deep *, struct rt_pairs, const struct shape *);

static bool
put_text(struct deep *d, struct rt_str text, unsigned types)
{
	if (!rt_param_decode(d->call, d->param->in, &text))
		return false;
	rt_text_set(rt_tape_add(&d->tape, RT_STRING, text), text, types);
	return true;
}

/* Texts without brackets: a value, or an array of them. */
static bool
put_texts(struct deep *d, struct rt_pairs v, const struct shape *s)
{
	const unsigned plain = ~(unsigned)(RT_ARRAY | RT_OBJECT);
	uint32_t at;

	if (v.n == 1 && (s->types & plain) != 0)
		return put_text(d, v.v[0].value, s->types);
	if ((s->types & RT_ARRAY) == 0)
		return refuse(d,
		    v.n > 1 ? "has a property more than once"
			    : "must be given as name[property]");
	at = rt_tape_open(&d->tape, RT_ARRAY);
	for (size_t i = 0; i < v.n; i++) {
		if (!put_text(d, v.v[i].value, s->item_types))
			return false;
	}
	rt_tape_close(&d->tape, at, (uint32_t)v.n);
	return true;
}

static bool
put_items(struct deep *d, struct rt_pairs v, const struct shape *s)
{
	uint32_t at = rt_tape_open(&d->tape, RT_ARRAY), count = 0;
	struct shape item = item_shape(s);

	while (v.n > 0) {
		struct rt_pairs group = {v.v, group_size(v)};

		if (!is_index(enter(group)))
			return refuse(d, "must be given as name[] or name[0]");
		if (!put(d, group, &item))
			return false;
		v.v += group.n;
		v.n -= group.n;
		count++;
	}
	rt_tape_close(&d->tape, at, count);
	return true;
}

static bool
put_members(struct deep *d, struct rt_pairs v, const struct shape *s)
{
	uint32_t at = rt_tape_open(&d->tape, RT_OBJECT), count = 0;

	while (v.n > 0) {
		struct rt_pairs group = {v.v, group_size(v)};
		struct rt_str key = enter(group);
		struct shape member = member_shape(s, key);

		if (key.n == 0)
			return refuse(d, "must be given as name[property]");
		(void)rt_tape_add(&d->tape, RT_STRING, key);
		if (!put(d, group, &member))
			return false;
		v.v += group.n;
		v.n -= group.n;
		count++;
	}
	rt_tape_close(&d->tape, at, count);
	return true;
}

static bool
is_array(struct rt_pairs v, const struct shape *s)
{
	if ((s->types & RT_ARRAY) == 0)
		return false;
	if ((s->types & RT_OBJECT) == 0)
		return true;
	for (size_t i = 0; i < v.n; i++) {
		if (!is_index(first_key(v.v[i].name)))
			return false;
	}
	return true;
}

/* The value of pairs in order; those without brackets come first. */
static bool
put(struct deep *d, struct rt_pairs v, const struct shape *s)
{
	if (v.v[v.n - 1].name.n == 0)
		return put_texts(d, v, s);
	if (v.v[0].name.n == 0)
		return refuse(d, "has a value and brackets at one name");
	if (is_array(v, s))
		return put_items(d, v, s);
	if ((s->types & RT_OBJECT) != 0)
		return put_members(d, v, s);
	return refuse(d, "has brackets behind a name that takes none");
}

const struct rt_node *
rt_deep_node(struct rt_call *call, const struct rt_param *p,
    struct rt_pairs pairs)
{
	struct deep d = {
	    .call = call,
	    .param = p,
	    .tape = {.arena = call->arena},
	};
	const struct shape s = {
	    .types = p->types,
	    .item_types = p->item_types,
	    .inner = p->properties,
	    .free_types = p->free_types,
	};

	if (!cut_names(&d, pairs))
		return NULL;
	qsort(pairs.v, pairs.n, sizeof(*pairs.v), by_name);
	return put(&d, pairs, &s) ? rt_tape_end(&d.tape) : NULL;
}
