/* Plain data for templates; see value.h. */
#include "gen/value.h"

#include <assert.h>
#include <stdarg.h>

enum { JSON_MAX = 256 * 1024 * 1024 };

/* An item of a list, or a member of a map. */
struct item {
	struct rt_str key; /* absent in a list */
	const struct value *value;
};

struct value {
	enum value_type type;
	uint32_t size; /* room for items */
	union {
		bool yes;
		int64_t number;
		struct rt_str text;
		struct {
			struct item *items;
			size_t n;
		};
	};
	struct rt_arena *arena; /* where a list or map grows */
};

static struct value *
new_value(struct rt_arena *a, enum value_type type)
{
	struct value *v = rt_arena_new(a, sizeof(*v));

	v->type = type;
	v->arena = a;
	return v;
}

/* Nothing can be done to them, so that one of each is enough. */
struct value *
value_bool(struct rt_arena *a, bool yes)
{
	static struct value values[] = {
	    {.type = VALUE_BOOL, .yes = false},
	    {.type = VALUE_BOOL, .yes = true},
	};

	(void)a;
	return &values[yes];
}

struct value *
value_int(struct rt_arena *a, int64_t number)
{
	struct value *v = new_value(a, VALUE_INT);

	v->number = number;
	return v;
}

struct value *
value_text(struct rt_arena *a, struct rt_str text)
{
	struct value *v = new_value(a, VALUE_TEXT);

	v->text = text;
	return v;
}

struct value *
value_list(struct rt_arena *a)
{
	return new_value(a, VALUE_LIST);
}

struct value *
value_map(struct rt_arena *a)
{
	return new_value(a, VALUE_MAP);
}

static void
append(struct value *v, struct item item)
{
	if (v->n == v->size) {
		uint32_t size = v->size == 0 ? 4 : v->size * 2;
		struct item *items =
		    rt_arena_array(v->arena, size, sizeof(*items));

		if (v->n > 0)
			memcpy(items, v->items, v->n * sizeof(*items));
		v->items = items;
		v->size = size;
	}
	v->items[v->n++] = item;
}

void
value_add(struct value *list, struct value *item)
{
	assert(list->type == VALUE_LIST && item != NULL);
	append(list, (struct item){.value = item});
}

void
value_set(struct value *map, const char *key, struct value *v)
{
	struct rt_str name = rt_str(key);

	assert(map->type == VALUE_MAP && v != NULL);
	assert(value_get(map, name) == NULL);
	append(map, (struct item){.key = name, .value = v});
}

void
value_set_text(struct value *map, const char *key, struct rt_str text)
{
	value_set(map, key, value_text(map->arena, text));
}

void
value_set_cstr(struct value *map, const char *key, const char *text)
{
	value_set_text(map, key, rt_str(text));
}

void
value_set_int(struct value *map, const char *key, int64_t number)
{
	value_set(map, key, value_int(map->arena, number));
}

void
value_set_bool(struct value *map, const char *key, bool yes)
{
	value_set(map, key, value_bool(map->arena, yes));
}

void
value_set_printf(struct value *map, const char *key, const char *fmt, ...)
{
	va_list ap;
	struct rt_str text;

	va_start(ap, fmt);
	text = rt_arena_vprintf(map->arena, fmt, ap);
	va_end(ap);
	value_set_text(map, key, text);
}

enum value_type
value_type(const struct value *v)
{
	return v->type;
}

bool
value_yes(const struct value *v)
{
	assert(v->type == VALUE_BOOL);
	return v->yes;
}

int64_t
value_number(const struct value *v)
{
	assert(v->type == VALUE_INT);
	return v->number;
}

struct rt_str
value_str(const struct value *v)
{
	assert(v->type == VALUE_TEXT);
	return v->text;
}

size_t
value_count(const struct value *v)
{
	assert(v->type == VALUE_LIST || v->type == VALUE_MAP);
	return v->n;
}

const struct value *
value_at(const struct value *list, size_t i)
{
	assert(list->type == VALUE_LIST && i < list->n);
	return list->items[i].value;
}

const struct value *
value_get(const struct value *map, struct rt_str key)
{
	assert(map->type == VALUE_MAP);
	for (size_t i = 0; i < map->n; i++) {
		if (rt_str_eq(map->items[i].key, key))
			return map->items[i].value;
	}
	return NULL;
}

struct rt_str
value_key(const struct value *map, size_t i)
{
	assert(map->type == VALUE_MAP && i < map->n);
	return map->items[i].key;
}

bool
value_truthy(const struct value *v)
{
	switch (v->type) {
	case VALUE_BOOL:
		return v->yes;
	case VALUE_INT:
		return v->number != 0;
	case VALUE_TEXT:
		return v->text.n > 0;
	case VALUE_LIST:
	case VALUE_MAP:
		return v->n > 0;
	}
	return false;
}

static void
json_byte(struct rt_buf *b, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		rt_buf_byte(b, '\\');
		rt_buf_byte(b, (char)c);
		break;
	case '\n':
		rt_buf_cstr(b, "\\n");
		break;
	case '\t':
		rt_buf_cstr(b, "\\t");
		break;
	case '\r':
		rt_buf_cstr(b, "\\r");
		break;
	default:
		if (c < 0x20 || c == 0x7f)
			rt_buf_printf(b, "\\u%04x", c);
		else
			rt_buf_byte(b, (char)c);
	}
}

static void
json_text(struct rt_buf *b, struct rt_str s)
{
	rt_buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++)
		json_byte(b, (unsigned char)s.p[i]);
	rt_buf_byte(b, '"');
}

static void
json_line(struct rt_buf *b, unsigned depth)
{
	rt_buf_byte(b, '\n');
	for (unsigned i = 0; i < depth; i++)
		rt_buf_cstr(b, "  ");
}

static void json_value(struct rt_buf *, const struct value *, unsigned depth);

static void
json_items(struct rt_buf *b, const struct value *v, unsigned depth)
{
	bool map = v->type == VALUE_MAP;

	rt_buf_byte(b, map ? '{' : '[');
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			rt_buf_byte(b, ',');
		json_line(b, depth + 1);
		if (map) {
			json_text(b, v->items[i].key);
			rt_buf_cstr(b, ": ");
		}
		json_value(b, v->items[i].value, depth + 1);
	}
	if (v->n > 0)
		json_line(b, depth);
	rt_buf_byte(b, map ? '}' : ']');
}

static void
json_value(struct rt_buf *b, const struct value *v, unsigned depth)
{
	switch (v->type) {
	case VALUE_BOOL:
		rt_buf_cstr(b, v->yes ? "true" : "false");
		break;
	case VALUE_INT:
		rt_buf_int(b, v->number);
		break;
	case VALUE_TEXT:
		json_text(b, v->text);
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		json_items(b, v, depth);
		break;
	}
}

struct rt_str
value_json(struct rt_arena *a, const struct value *v)
{
	struct rt_buf b = rt_buf(a, JSON_MAX);

	json_value(&b, v, 0);
	rt_buf_byte(&b, '\n');
	return rt_buf_str(&b);
}
