/* PostgreSQL's types, and what they are in C. */
#ifndef GEN_SQL_TYPE_H
#define GEN_SQL_TYPE_H

#include "runtime/arena.h"

enum sql_kind {
	SQL_BOOL = 1,
	SQL_INT,
	SQL_DOUBLE,
	SQL_NUMERIC,
	SQL_TEXT,
	SQL_BYTES,
	SQL_UUID,
	SQL_DATE,
	SQL_DAYTIME,
	SQL_TIME,
	SQL_INTERVAL,
	SQL_JSON,
	SQL_JSONB,
	SQL_TIME_RANGE,
	SQL_DATE_RANGE,
	SQL_ENUM,
	SQL_COMPOSITE,
	SQL_ARRAY,
};

/* A type that every database has. */
struct sql_base {
	const char *name; /* "int8" */
	uint32_t oid; /* 0: of an extension, it differs */
	uint32_t array; /* the oid of its arrays */
	enum sql_kind kind;
	const char *decl; /* "int64_t " */
	const char *call; /* "int8": of the runtime's functions rt_pg_put_... */
	const char *array_decl; /* "struct rt_ints "; NULL: none in runtime */
	const char *array_call; /* "ints" of rt_sql_get_ints() */
};

const struct sql_base *sql_base_of_oid(uint32_t oid);
const struct sql_base *sql_base_of_array(uint32_t oid);
const struct sql_base *sql_base_named(struct rt_str);

struct sql_type;

/* A column of a composite type, or of the rows of a query. */
struct sql_column {
	struct rt_str name;
	const struct sql_type *type;
	bool not_null;
};

struct sql_type {
	enum sql_kind kind;
	struct rt_str name; /* "int8", "mood", "mood[]" */
	const struct sql_base *base; /* NULL for what is of the database */
	const struct sql_type *item; /* of an array */
	struct rt_strs values; /* of an enum */
	const struct sql_column *columns; /* of a composite type */
	size_t n_columns;
};

#endif /* GEN_SQL_TYPE_H */
