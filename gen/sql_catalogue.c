#include "gen/sql_catalogue.h"

#include <stdlib.h>

#include "gen/sql_type.h"

enum { DEPTH_MAX = 8 };

struct sql_catalogue
sql_catalogue(struct sql_db *db)
{
	return (struct sql_catalogue){
	    .db = db,
	    .types = value_map(db->arena),
	};
}

static const struct sql_known *
find(const struct sql_catalogue *c, uint32_t oid)
{
	for (size_t i = 0; i < c->n_known; i++) {
		if (c->known[i].oid == oid)
			return &c->known[i];
	}
	return NULL;
}

static const struct sql_known *
keep(struct sql_catalogue *c, struct sql_known known)
{
	if (c->n_known == c->size) {
		size_t size = c->size == 0 ? 16 : 2 * c->size;
		struct sql_known *v =
		    rt_arena_array(c->db->arena, size, sizeof(*v));

		if (c->n_known > 0)
			memcpy(v, c->known, c->n_known * sizeof(*v));
		c->known = v;
		c->size = size;
	}
	c->known[c->n_known] = known;
	return &c->known[c->n_known++];
}

static const char *
number_text(struct sql_catalogue *c, uint32_t oid)
{
	return rt_arena_printf(c->db->arena, "%u", oid).p;
}

static uint32_t
number(struct rt_str text)
{
	return text.p == NULL ? 0 : (uint32_t)strtoul(text.p, NULL, 10);
}

/* --- Types of the database --- */

static bool
add_enum(struct sql_catalogue *c, struct rt_str name, const char *oid)
{
	struct value *values = value_list(c->db->arena);
	struct sql_table t;

	if (!sql_db_query(c->db,
		"SELECT enumlabel FROM pg_catalog.pg_enum"
		" WHERE enumtypid = $1::oid ORDER BY enumsortorder",
		oid, &t))
		return false;
	for (size_t i = 0; i < t.rows; i++)
		value_add(values,
		    value_text(c->db->arena, sql_table_at(&t, i, 0)));
	value_set(c->types, name.p, values);
	return true;
}

/* False also where one of its columns has no type in C. */
static bool
add_composite(struct sql_catalogue *c, struct rt_str name, const char *table)
{
	struct value *columns = value_map(c->db->arena);
	struct sql_table t;

	if (!sql_db_query(c->db,
		"SELECT attname, atttypid FROM pg_catalog.pg_attribute"
		" WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped"
		" ORDER BY attnum",
		table, &t))
		return false;
	for (size_t i = 0; i < t.rows; i++) {
		const struct sql_known *known =
		    sql_catalogue_type(c, number(sql_table_at(&t, i, 1)));

		if (known == NULL || known->text.p == NULL)
			return false;
		value_set_text(columns, sql_table_at(&t, i, 0).p, known->text);
	}
	value_set(c->types, name.p, columns);
	return true;
}

/* The columns of the query for a type. */
enum {
	NAME, /* with its schema, where that is not in the search path */
	CALLED,
	SORT,
	ITEM, /* of an array */
	BASE, /* of a domain */
	TABLE, /* of a composite type */
	BARE, /* without a schema */
};

static const char type_query[] =
    "SELECT CASE WHEN pg_catalog.pg_type_is_visible(t.oid) THEN t.typname"
    "       ELSE n.nspname || '.' || t.typname END,"
    "       pg_catalog.format_type(t.oid, NULL), t.typtype,"
    "       CASE WHEN t.typlen = -1 AND t.typcategory = 'A'"
    "       THEN t.typelem ELSE 0 END, t.typbasetype, t.typrelid, t.typname"
    "  FROM pg_catalog.pg_type t"
    "  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
    " WHERE t.oid = $1::oid";

/* The text of an array of what is known. */
static struct rt_str
array_text(struct sql_catalogue *c, uint32_t item)
{
	const struct sql_known *known = sql_catalogue_type(c, item);

	if (known == NULL || known->text.p == NULL)
		return (struct rt_str){0};
	return rt_arena_printf(c->db->arena, "%.*s[]", RT_FMT(known->text));
}

static struct rt_str
own_text(struct sql_catalogue *c, const struct sql_table *t, const char *oid)
{
	struct rt_str name = sql_table_at(t, 0, NAME);
	const struct sql_known *base;

	switch (sql_table_at(t, 0, SORT).p[0]) {
	case 'e':
		return add_enum(c, name, oid) ? name : (struct rt_str){0};
	case 'c':
		return add_composite(c, name, sql_table_at(t, 0, TABLE).p)
		    ? name
		    : (struct rt_str){0};
	case 'd':
		base = sql_catalogue_type(c, number(sql_table_at(t, 0, BASE)));
		return base == NULL ? (struct rt_str){0} : base->text;
	default:
		break;
	}
	if (number(sql_table_at(t, 0, ITEM)) != 0)
		return array_text(c, number(sql_table_at(t, 0, ITEM)));
	if (rt_str_is(sql_table_at(t, 0, BARE), "citext"))
		return RT_LIT("citext");
	return (struct rt_str){0};
}

static const struct sql_known *
look_up(struct sql_catalogue *c, uint32_t oid)
{
	const char *text = number_text(c, oid);
	struct sql_known known = {.oid = oid, .called = "unknown"};
	struct sql_table t;

	if (!sql_db_query(c->db, type_query, text, &t))
		return NULL;
	if (t.rows == 1) {
		known.called = sql_table_at(&t, 0, CALLED).p;
		known.text = own_text(c, &t, text);
	}
	return c->db->trouble != NULL ? NULL : keep(c, known);
}

const struct sql_known *
sql_catalogue_type(struct sql_catalogue *c, uint32_t oid)
{
	const struct sql_base *base = sql_base_of_oid(oid);
	const struct sql_base *item = sql_base_of_array(oid);
	const struct sql_known *known = find(c, oid);

	if (known != NULL)
		return known;
	if (base != NULL)
		return keep(c,
		    (struct sql_known){oid, rt_str(base->name), base->name});
	if (item != NULL)
		return keep(c,
		    (struct sql_known){oid,
			rt_arena_printf(c->db->arena, "%s[]", item->name),
			item->name});
	if (c->depth == DEPTH_MAX)
		return keep(c,
		    (struct sql_known){.oid = oid, .called = "too deep"});
	c->depth++;
	known = look_up(c, oid);
	c->depth--;
	return known;
}

/* --- Columns --- */

/* A table that others inherit from shows their rows as well, whose columns may
 * be null; partitions' may not. */
bool
sql_catalogue_not_null(struct sql_catalogue *c, uint32_t table, int column,
    bool *not_null)
{
	struct sql_table t;

	*not_null = false;
	if (table == 0 || column <= 0)
		return true;
	if (!sql_db_query(c->db,
		"SELECT a.attnum FROM pg_catalog.pg_attribute a"
		"  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
		" WHERE a.attrelid = $1::oid AND a.attnotnull"
		"   AND NOT (c.relkind = 'r' AND c.relhassubclass)",
		number_text(c, table), &t))
		return false;
	for (size_t i = 0; i < t.rows; i++) {
		if (number(sql_table_at(&t, i, 0)) == (uint32_t)column)
			*not_null = true;
	}
	return true;
}

/* --- Constraints --- */

/* Those of the migrations' own table are not the service's.  A column that is
 * never null has a name as rt_sql_constraint() has it. */
static const char constraint_query[] =
    "SELECT name, string_agg(of || ': ' || text, '; ' ORDER BY of, text)"
    "  FROM (SELECT c.conname AS name, coalesce(r.relname, t.typname) AS of,"
    "               pg_catalog.pg_get_constraintdef(c.oid) AS text,"
    "               c.connamespace AS space"
    "          FROM pg_catalog.pg_constraint c"
    "          LEFT JOIN pg_catalog.pg_class r ON r.oid = c.conrelid"
    "          LEFT JOIN pg_catalog.pg_type t ON t.oid = c.contypid"
    "         WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')"
    "        UNION ALL"
    "        SELECT r.relname || '_' || a.attname || '_not_null', r.relname,"
    "               'NOT NULL ' || a.attname, r.relnamespace"
    "          FROM pg_catalog.pg_attribute a"
    "          JOIN pg_catalog.pg_class r ON r.oid = a.attrelid"
    "         WHERE a.attnum > 0 AND a.attnotnull AND r.relkind IN ('r', 'p')"
    "        UNION ALL"
    "        SELECT i.relname, r.relname, 'unique index ' ||"
    "               substring(pg_catalog.pg_get_indexdef(i.oid)"
    "                         FROM ' USING (.*)$'), i.relnamespace"
    "          FROM pg_catalog.pg_index x"
    "          JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid"
    "          JOIN pg_catalog.pg_class r ON r.oid = x.indrelid"
    "         WHERE x.indisunique AND NOT EXISTS (SELECT"
    "                  FROM pg_catalog.pg_constraint c"
    "                 WHERE c.conindid = x.indexrelid"
    "                   AND c.conrelid = x.indrelid"
    "                   AND c.contype IN ('p', 'u', 'x'))) AS all_of_them"
    "  JOIN pg_catalog.pg_namespace n ON n.oid = space"
    " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    "   AND of <> 'schema_migrations'"
    " GROUP BY name ORDER BY name COLLATE \"C\"";

struct value *
sql_catalogue_constraints(struct sql_catalogue *c)
{
	struct value *map = value_map(c->db->arena);
	struct sql_table t;

	if (!sql_db_query(c->db, constraint_query, NULL, &t))
		return NULL;
	for (size_t i = 0; i < t.rows; i++)
		value_set_text(map, sql_table_at(&t, i, 0).p,
		    sql_table_at(&t, i, 1));
	return map;
}
