/* JSON values that can be changed; see instance.h. */
#include "gen/instance.h"
#include "runtime/json_write.h"

enum { JSON_MAX = 64 * 1024 * 1024 };

static struct instance *
new_instance(struct rt_arena *a, enum rt_type type)
{
	struct instance *v = rt_arena_new(a, sizeof(*v));

	v->type = type;
	return v;
}

const struct instance *
instance_null(struct rt_arena *a)
{
	return new_instance(a, RT_NULL);
}

const struct instance *
instance_bool(struct rt_arena *a, bool yes)
{
	struct instance *v = new_instance(a, RT_BOOLEAN);

	v->yes = yes;
	return v;
}

const struct instance *
instance_number(struct rt_arena *a, struct rt_str json)
{
	struct instance *v = new_instance(a, RT_NUMBER);

	v->text = json;
	return v;
}

const struct instance *
instance_string(struct rt_arena *a, struct rt_str text)
{
	struct instance *v = new_instance(a, RT_STRING);

	v->text = text;
	return v;
}

const struct instance *
instance_empty(struct rt_arena *a, enum rt_type type)
{
	return new_instance(a, type);
}

static const struct instance *
seq_of_doc(struct rt_arena *a, const struct doc_node *node)
{
	struct instance *v = new_instance(a, RT_ARRAY);
	struct instance_part *parts =
	    rt_arena_array(a, node->n, sizeof(*parts));

	for (size_t i = 0; i < node->n; i++)
		parts[i].value = instance_of_doc(a, node->items[i]);
	v->parts = parts;
	v->n = node->n;
	return v;
}

static const struct instance *
map_of_doc(struct rt_arena *a, const struct doc_node *node)
{
	struct instance *v = new_instance(a, RT_OBJECT);
	struct instance_part *parts =
	    rt_arena_array(a, node->n, sizeof(*parts));

	for (size_t i = 0; i < node->n; i++) {
		parts[i].name = node->members[i].key;
		parts[i].value = instance_of_doc(a, node->members[i].value);
	}
	v->parts = parts;
	v->n = node->n;
	return v;
}

const struct instance *
instance_of_doc(struct rt_arena *a, const struct doc_node *node)
{
	switch (node->type) {
	case DOC_BOOL:
		return instance_bool(a, node->yes);
	case DOC_NUMBER:
		return instance_number(a, node->text);
	case DOC_STRING:
		return instance_string(a, node->text);
	case DOC_SEQ:
		return seq_of_doc(a, node);
	case DOC_MAP:
		return map_of_doc(a, node);
	case DOC_NULL:
		break;
	}
	return instance_null(a);
}

/* A copy of an array or object with room for `n` parts. */
static struct instance *
copy_for(struct rt_arena *a, const struct instance *v, size_t n,
    struct instance_part **parts)
{
	struct instance *copy = new_instance(a, v->type);
	size_t kept = v->n < n ? v->n : n;

	*parts = rt_arena_array(a, n, sizeof(**parts));
	if (kept > 0)
		memcpy(*parts, v->parts, kept * sizeof(**parts));
	copy->parts = *parts;
	copy->n = n;
	return copy;
}

const struct instance *
instance_add(struct rt_arena *a, const struct instance *v, struct rt_str name,
    const struct instance *value)
{
	struct instance_part *parts;
	struct instance *copy = copy_for(a, v, v->n + 1, &parts);

	parts[v->n] = (struct instance_part){name, value};
	return copy;
}

static const struct instance *
replace(struct rt_arena *a, const struct instance *v, size_t i,
    const struct instance *value)
{
	struct instance_part *parts;
	struct instance *copy = copy_for(a, v, v->n, &parts);

	parts[i].value = value;
	return copy;
}

static const struct instance *
drop(struct rt_arena *a, const struct instance *v, size_t i)
{
	struct instance_part *parts;
	struct instance *copy = copy_for(a, v, v->n - 1, &parts);

	for (size_t k = i; k + 1 < v->n; k++)
		parts[k] = v->parts[k + 1];
	return copy;
}

/* Whether a token of a pointer, escaped, means this part. */
static bool
token_is(struct rt_str token, const struct instance *v, size_t i)
{
	struct rt_str name = v->parts[i].name;
	size_t k = 0;

	if (v->type == RT_ARRAY) {
		size_t index = 0;

		for (size_t d = 0; d < token.n && d < 9; d++)
			index = index * 10 + (size_t)(token.p[d] - '0');
		return token.n > 0 && index == i;
	}
	for (size_t d = 0; d < token.n; d++, k++) {
		char c = token.p[d];

		if (c == '~' && d + 1 < token.n)
			c = token.p[++d] == '0' ? '~' : '/';
		if (k == name.n || name.p[k] != c)
			return false;
	}
	return k == name.n;
}

/* The place of a token's part; v->n where there is none. */
static size_t
find(const struct instance *v, struct rt_str token)
{
	size_t i = 0;

	while (i < v->n && !token_is(token, v, i))
		i++;
	return i;
}

/* Cuts "/a" off "/a/b". */
static struct rt_str
next_token(struct rt_str *pointer)
{
	struct rt_str rest = {pointer->p + 1, pointer->n - 1};
	struct rt_str token = rt_str_cut(&rest, '/');

	pointer->p = token.p + token.n;
	pointer->n = rest.p == NULL ? 0 : rest.n + 1;
	return token;
}

const struct instance *
instance_get(const struct instance *v, struct rt_str name)
{
	for (size_t i = 0; v->type == RT_OBJECT && i < v->n; i++) {
		if (rt_str_eq(v->parts[i].name, name))
			return v->parts[i].value;
	}
	return NULL;
}

const struct instance *
instance_at(const struct instance *v, struct rt_str pointer)
{
	while (v != NULL && pointer.n > 0) {
		struct rt_str token = next_token(&pointer);
		size_t i = find(v, token);

		v = i < v->n ? v->parts[i].value : NULL;
	}
	return v;
}

static struct rt_str
unescaped(struct rt_arena *a, struct rt_str token)
{
	char *p = rt_arena_bytes(a, token.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < token.n; i++) {
		p[n] = token.p[i];
		if (token.p[i] == '~' && i + 1 < token.n)
			p[n] = token.p[++i] == '0' ? '~' : '/';
		n++;
	}
	p[n] = '\0';
	return (struct rt_str){p, n};
}

const struct instance *
instance_with(struct rt_arena *a, const struct instance *v,
    struct rt_str pointer, const struct instance *value)
{
	const struct instance *below;
	struct rt_str token;
	size_t i;

	if (pointer.n == 0)
		return value;
	token = next_token(&pointer);
	i = find(v, token);
	if (i == v->n) {
		if (pointer.n > 0)
			return NULL;
		if (v->type == RT_OBJECT)
			return instance_add(a, v, unescaped(a, token), value);
		return v->type != RT_ARRAY
		    ? NULL
		    : instance_add(a, v, (struct rt_str){0}, value);
	}
	below = instance_with(a, v->parts[i].value, pointer, value);
	return below == NULL ? NULL : replace(a, v, i, below);
}

const struct instance *
instance_without(struct rt_arena *a, const struct instance *v,
    struct rt_str pointer)
{
	struct rt_str token = next_token(&pointer);
	size_t i = find(v, token);

	if (i == v->n)
		return v;
	if (pointer.n == 0)
		return drop(a, v, i);
	return replace(a, v, i,
	    instance_without(a, v->parts[i].value, pointer));
}

struct rt_str
instance_pointer(struct rt_arena *a, struct rt_str parent, struct rt_str name)
{
	return rt_arena_copy(a, rt_pointer_add(a, parent, name));
}

static void write_parts(struct rt_writer *w, const struct instance *v);

static void
write_instance(struct rt_writer *w, const struct instance *v)
{
	switch (v->type) {
	case RT_BOOLEAN:
		rt_write_bool(w, v->yes);
		return;
	case RT_INTEGER:
	case RT_NUMBER:
		rt_write_raw(w, v->text);
		return;
	case RT_STRING:
		rt_write_str(w, v->text);
		return;
	case RT_ARRAY:
	case RT_OBJECT:
		write_parts(w, v);
		return;
	case RT_NULL:
		break;
	}
	rt_write_null(w);
}

static void
write_parts(struct rt_writer *w, const struct instance *v)
{
	if (v->type == RT_OBJECT)
		rt_write_open_object(w);
	else
		rt_write_open_array(w);
	for (size_t i = 0; i < v->n; i++) {
		if (v->type == RT_OBJECT)
			rt_write_name(w, v->parts[i].name);
		write_instance(w, v->parts[i].value);
	}
	if (v->type == RT_OBJECT)
		rt_write_close_object(w);
	else
		rt_write_close_array(w);
}

struct rt_str
instance_json(struct rt_arena *a, const struct instance *v)
{
	struct rt_buf b = rt_buf(a, JSON_MAX);
	struct rt_writer w = rt_writer(&b);

	write_instance(&w, v);
	return rt_arena_copy(a, rt_buf_str(&b));
}

const struct rt_node *
instance_node(struct rt_arena *a, const struct instance *v)
{
	struct rt_json_error err;

	return rt_json_parse(a, instance_json(a, v), &rt_json_default_limits,
	    &err);
}

bool
instance_fits(struct rt_arena *a, const struct schema *s,
    const struct instance *v)
{
	struct rt_arena *work;
	const struct rt_node *node;
	bool fits;

	if (v == NULL)
		return false;
	/* Many values are tried, and little of it is kept. */
	work = rt_arena_open_like(a);
	node = instance_node(work, v);
	fits = node != NULL && schema_accepts(work, s, node, NULL, NULL);
	rt_arena_close(work);
	return fits;
}
