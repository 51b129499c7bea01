/*
 * A second opinion on rt_json_parse(): yajl knows the grammar, and what it
 * lets pass is looked for apart from it.
 */
#ifndef YAJL_TAPE_H
#define YAJL_TAPE_H

#include <yajl/yajl_parse.h>

#include "runtime/tape.h"

enum { YAJL_TAPE_DEPTH = 128 /* the most that limits may allow */ };

struct yajl_tape {
	struct rt_tape tape;
	const struct rt_json_limits *limits;
	unsigned depth;
	struct {
		uint32_t index;
		uint32_t n;
	} open[YAJL_TAPE_DEPTH];
};

/* --- What yajl lets pass --- */

static inline unsigned
yajl_tape_hex(struct rt_str s)
{
	unsigned v = 0;

	if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
		return 0;
	for (size_t i = 2; i < 6; i++) {
		if (rt_hex_digit(s.p[i]) < 0)
			return 0;
		v = v << 4 | (unsigned)rt_hex_digit(s.p[i]);
	}
	return v;
}

/* The bytes of the escape that s begins with; 0 for half a surrogate pair. */
static inline size_t
yajl_tape_escape(struct rt_str s)
{
	unsigned v = yajl_tape_hex(s), low;

	if (v < 0xd800 || v > 0xdfff)
		return 2;
	low = yajl_tape_hex((struct rt_str){s.p + 6, s.n - 6});
	return v < 0xdc00 && low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

static inline bool
yajl_tape_is_clean(struct rt_str s)
{
	bool in_string = false;

	if (!rt_str_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		size_t len = 1;

		if (s.p[i] == '\v' || s.p[i] == '\f')
			return false;
		if (s.p[i] == '"')
			in_string = !in_string;
		else if (s.p[i] == '\\' && in_string)
			len =
			    yajl_tape_escape((struct rt_str){s.p + i, s.n - i});
		if (len == 0)
			return false;
		i += len - 1;
	}
	return !in_string; /* behind the whole yajl takes half a string */
}

/* --- What yajl calls --- */

static inline int
yajl_tape_add(struct yajl_tape *t, enum rt_type type, struct rt_str text)
{
	if (t->tape.n == t->limits->nodes)
		return false;
	if (t->depth > 0)
		t->open[t->depth - 1].n++;
	(void)rt_tape_add(&t->tape, type, text);
	return true;
}

static inline int
yajl_tape_null(void *t)
{
	return yajl_tape_add(t, RT_NULL, (struct rt_str){0});
}

static inline int
yajl_tape_boolean(void *t, int v)
{
	return yajl_tape_add(t, RT_BOOLEAN, (struct rt_str){NULL, v ? 1 : 0});
}

static inline int
yajl_tape_number(void *arg, const char *s, size_t n)
{
	struct yajl_tape *t = arg;

	return yajl_tape_add(t, RT_NUMBER,
	    rt_arena_copy(t->tape.arena, (struct rt_str){s, n}));
}

static inline int
yajl_tape_string(void *arg, const unsigned char *s, size_t n)
{
	struct yajl_tape *t = arg;

	return yajl_tape_add(t, RT_STRING,
	    rt_arena_copy(t->tape.arena, (struct rt_str){(const char *)s, n}));
}

/* A member counts once: by its value. */
static inline int
yajl_tape_name(void *arg, const unsigned char *s, size_t n)
{
	struct yajl_tape *t = arg;

	t->open[t->depth - 1].n--;
	return yajl_tape_string(arg, s, n);
}

static inline int
yajl_tape_open(struct yajl_tape *t, enum rt_type type)
{
	if (t->depth == t->limits->depth ||
	    !yajl_tape_add(t, type, (struct rt_str){0}))
		return false;
	t->open[t->depth].index = t->tape.n - 1;
	t->open[t->depth++].n = 0;
	return true;
}

static inline int
yajl_tape_object(void *t)
{
	return yajl_tape_open(t, RT_OBJECT);
}

static inline int
yajl_tape_array(void *t)
{
	return yajl_tape_open(t, RT_ARRAY);
}

static inline bool
yajl_tape_is_unique(const struct rt_node *object)
{
	const struct rt_node *a = object + 1;

	for (uint32_t i = 0; i < object->n; i++) {
		const struct rt_node *b = object + 1;

		for (; b != a; b += 1 + b[1].span) {
			if (rt_str_eq(rt_node_str(a), rt_node_str(b)))
				return false;
		}
		a += 1 + a[1].span;
	}
	return true;
}

static inline int
yajl_tape_end(void *arg)
{
	struct yajl_tape *t = arg;
	uint32_t index = t->open[--t->depth].index;
	struct rt_node *v = t->tape.v + index;

	rt_tape_close(&t->tape, index, t->open[t->depth].n);
	return v->type == RT_ARRAY || t->limits->repeats ||
	    yajl_tape_is_unique(v);
}

static const yajl_callbacks yajl_tape_callbacks = {
    .yajl_null = yajl_tape_null,
    .yajl_boolean = yajl_tape_boolean,
    .yajl_number = yajl_tape_number,
    .yajl_string = yajl_tape_string,
    .yajl_start_map = yajl_tape_object,
    .yajl_map_key = yajl_tape_name,
    .yajl_end_map = yajl_tape_end,
    .yajl_start_array = yajl_tape_array,
    .yajl_end_array = yajl_tape_end,
};

/* --- The whole --- */

/* Runs yajl over a text; whether it takes it. */
static inline bool
yajl_takes(struct rt_str text, const yajl_callbacks *callbacks, void *arg)
{
	yajl_handle yajl = yajl_alloc(callbacks, NULL, arg);
	yajl_status status;

	status = yajl_parse(yajl, (const unsigned char *)text.p, text.n);
	if (status == yajl_status_ok)
		status = yajl_complete_parse(yajl);
	yajl_free(yajl);
	return status == yajl_status_ok;
}

/* As rt_json_parse(), which must say the same. */
static inline const struct rt_node *
yajl_tape(struct rt_arena *arena, struct rt_str text,
    const struct rt_json_limits *limits)
{
	struct yajl_tape t = {.tape.arena = arena, .limits = limits};

	if (!yajl_tape_is_clean(text) ||
	    !yajl_takes(text, &yajl_tape_callbacks, &t))
		return NULL;
	return rt_tape_end(&t.tape);
}

/* Whether two tapes have the same nodes. */
static inline bool
is_same_tape(const struct rt_node *a, const struct rt_node *b)
{
	for (uint32_t i = 0; i < a->span; i++) {
		const struct rt_node *x = a + i, *y = b + i;
		bool has_text = x->type == RT_STRING || x->type == RT_NUMBER;

		if (x->type != y->type || x->span != y->span || x->n != y->n)
			return false;
		if (has_text && !rt_str_eq(rt_node_str(x), rt_node_str(y)))
			return false;
	}
	return true;
}

#endif /* YAJL_TAPE_H */
