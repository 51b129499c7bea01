/* What the files of the SQL plan share. */
#ifndef GEN_SQL_PLAN_PART_H
#define GEN_SQL_PLAN_PART_H

#include "gen/name.h"
#include "gen/sql_plan.h"

/* A type of the database, or an array that the runtime has none for. */
struct sql_own {
	const struct sql_type *type;
	struct rt_str name; /* "mood", "mood_array" */
};

/* A struct that several queries read rows into. */
struct sql_shared {
	const struct sql_query *query; /* the first one */
	const struct sql_described *of;
	struct value *value;
};

struct sql_plan {
	struct rt_arena *arena;
	struct diag *diag;
	const struct sql_queries *queries;
	const struct sql_lock *lock;
	const struct value *contract;
	struct name_scope *functions; /* without sql_ */
	struct name_scope *tags; /* of structs and enums, the same */
	struct name_scope *enumerators; /* without SQL_ */
	struct sql_own *own;
	size_t n_own, own_size;
	struct sql_shared *shared;
	size_t n_shared;
	const struct value *schema; /* that the query's rows are read into */
	/* Of the file that is being planned. */
	struct value *readers, *enums, *includes;
	bool types; /* it needs types.h */
};

/* --- Types --- */

/* Names the types of the database, before any query is planned. */
void sql_plan_name_types(struct sql_plan *);

/* "int64_t ", "enum sql_mood ": a declaration up to its name. */
struct rt_str sql_plan_decl(struct sql_plan *, const struct sql_type *);

/* The same of a parameter, JSON being text. */
struct rt_str sql_plan_param_decl(struct sql_plan *, const struct sql_type *);

/* Where generated code finds the bytes of a value, and memory. */
struct sql_from {
	const char *v;
	const char *arena;
};

/* In functions that read a row, a scalar, a composite type, and an item. */
extern const struct sql_from sql_from_row, sql_from_rows, sql_from_composite,
    sql_from_item;

/* "rt_pg_get_int(v, &row->id)": the expression that reads a value into what
 * `target` points to. */
struct rt_str sql_plan_get(struct sql_plan *, const struct sql_type *,
    const struct sql_from *, struct rt_str target);

/* "rt_pg_put_int8(b, id)": without a semicolon; absent where a value of the
 * type can't be sent. */
struct rt_str sql_plan_put(struct sql_plan *, const struct sql_type *,
    const char *buf, struct rt_str value);

/* Whether reading takes memory. */
bool sql_plan_allocates(const struct sql_type *);

/* What types.h and types.c are made of, after all queries; an empty map where
 * there is nothing. */
struct value *sql_plan_types(struct sql_plan *);

/* --- Rows --- */

/* "total!" without its mark; *not_null by that and by what is known. */
struct rt_str sql_plan_column(const struct sql_column *, bool *not_null);

/* Members of a struct for these columns: `c`, `decl`, `has`. */
struct value *sql_plan_members(struct sql_plan *, const struct sql_column *,
    size_t n);

/*
 * Sets what a query's rows are read into and by what: `row` (its C type),
 * `reader`, `row_members` (of a struct of its own, else empty), `array`,
 * `array_own`, `scalar` (the expression that reads the only column) and
 * `scalar_decl`.
 */
void sql_plan_row(struct sql_plan *, const struct sql_query *,
    const struct sql_described *, struct value *);

/* "Person" of the contract: its map in the plan, and in *file where it is
 * declared; NULL where it is none. */
const struct value *sql_plan_schema(const struct sql_plan *, struct rt_str name,
    struct rt_str *file);

/* The column of a member of p->schema: sets `get`, or reports why that can't
 * be. */
bool sql_plan_fit(struct sql_plan *, const struct sql_query *,
    const struct sql_column *, struct value *out);

/* Reports required members that no column fills. */
void sql_plan_check_members(struct sql_plan *, const struct sql_query *,
    const struct sql_described *);

/* Adds a header that the file being planned includes. */
void sql_plan_include(struct sql_plan *, struct rt_str path);

/* A member of a list of maps by the text of a key; NULL for none. */
const struct value *sql_plan_find(const struct value *list, const char *key,
    struct rt_str text);

static inline struct rt_str
sql_plan_text(const struct value *map, const char *key)
{
	return value_str(value_get(map, rt_str(key)));
}

static inline bool
sql_plan_flag(const struct value *map, const char *key)
{
	return value_truthy(value_get(map, rt_str(key)));
}

#endif /* GEN_SQL_PLAN_PART_H */
