/* Plain data for templates: text, numbers, booleans, lists and maps. */
#ifndef GEN_VALUE_H
#define GEN_VALUE_H

#include "runtime/arena.h"
#include "runtime/buf.h"

enum value_type {
	VALUE_BOOL = 1,
	VALUE_INT,
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_MAP
};

struct value;

struct value *value_bool(struct rt_arena *, bool);
struct value *value_int(struct rt_arena *, int64_t);
/* The bytes are borrowed. */
struct value *value_text(struct rt_arena *, struct rt_str);
struct value *value_list(struct rt_arena *);
struct value *value_map(struct rt_arena *);

/* Appends to a list. */
void value_add(struct value *list, struct value *item);

/* Sets a member of a map; keys keep the order in which they were set, and
 * setting one twice is a bug.  The key is borrowed: a literal, or what lives as
 * long as the map. */
void value_set(struct value *map, const char *key, struct value *);
void value_set_text(struct value *map, const char *key, struct rt_str);
void value_set_cstr(struct value *map, const char *key, const char *);
void value_set_int(struct value *map, const char *key, int64_t);
void value_set_bool(struct value *map, const char *key, bool);
void value_set_printf(struct value *map, const char *key, const char *, ...)
    RT_PRINTF(3, 4);

enum value_type value_type(const struct value *);
bool value_yes(const struct value *); /* of a bool */
int64_t value_number(const struct value *); /* of an int */
struct rt_str value_str(const struct value *); /* of a text */
size_t value_count(const struct value *); /* of a list or map */
const struct value *value_at(const struct value *list, size_t i);
const struct value *value_get(const struct value *map, struct rt_str key);
struct rt_str value_key(const struct value *map, size_t i);

/* False for false, 0, "", an empty list and an empty map. */
bool value_truthy(const struct value *);

/* JSON, indented by two spaces, a line feed at the end. */
struct rt_str value_json(struct rt_arena *, const struct value *);

#endif /* GEN_VALUE_H */
