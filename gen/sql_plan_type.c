/* Types of the SQL plan: declarations, and expressions that read and send. */
#include "gen/sql_plan_part.h"

/* --- Names --- */

static struct rt_str
add_own(struct sql_plan *p, const struct sql_type *type, struct rt_str name)
{
	if (p->n_own == p->own_size) {
		size_t size = p->own_size == 0 ? 8 : 2 * p->own_size;
		struct sql_own *v = rt_arena_array(p->arena, size, sizeof(*v));

		if (p->n_own > 0)
			memcpy(v, p->own, p->n_own * sizeof(*v));
		p->own = v;
		p->own_size = size;
	}
	p->own[p->n_own++] = (struct sql_own){type, name};
	return name;
}

void
sql_plan_name_types(struct sql_plan *p)
{
	for (size_t i = 0; i < p->lock->n_types; i++) {
		const struct sql_type *type = p->lock->types[i];

		(void)add_own(p, type,
		    name_claim(p->tags, name_snake(p->arena, type->name)));
	}
}

/* Whether the runtime has an array of that. */
static bool
is_common(const struct sql_type *array)
{
	return array->base != NULL && array->base->array_decl != NULL;
}

/* "mood", "mood_array": of what is declared in types.h. */
static struct rt_str
own_name(struct sql_plan *p, const struct sql_type *type)
{
	struct rt_str item;

	p->types = true;
	for (size_t i = 0; i < p->n_own; i++) {
		if (rt_str_eq(p->own[i].type->name, type->name))
			return p->own[i].name;
	}
	item = type->item->base != NULL ? type->item->name
					: own_name(p, type->item);
	return add_own(p, type,
	    name_claim(p->tags,
		rt_arena_printf(p->arena, "%.*s_array", RT_FMT(item))));
}

struct rt_str
sql_plan_decl(struct sql_plan *p, const struct sql_type *type)
{
	if (type->kind == SQL_ENUM)
		return rt_arena_printf(p->arena, "enum sql_%.*s ",
		    RT_FMT(own_name(p, type)));
	if (type->kind == SQL_COMPOSITE ||
	    (type->kind == SQL_ARRAY && !is_common(type)))
		return rt_arena_printf(p->arena, "struct sql_%.*s ",
		    RT_FMT(own_name(p, type)));
	return rt_str(type->kind == SQL_ARRAY ? type->base->array_decl
					      : type->base->decl);
}

struct rt_str
sql_plan_param_decl(struct sql_plan *p, const struct sql_type *type)
{
	if (type->kind == SQL_JSON || type->kind == SQL_JSONB)
		return RT_LIT("struct rt_str ");
	return sql_plan_decl(p, type);
}

/* --- Reading --- */

bool
sql_plan_allocates(const struct sql_type *type)
{
	return type->kind == SQL_NUMERIC || type->kind == SQL_JSON ||
	    type->kind == SQL_JSONB || type->kind == SQL_COMPOSITE ||
	    type->kind == SQL_ARRAY;
}

/* The function that reads a base type. */
static const char *
get_name(enum sql_kind kind)
{
	static const char *const names[] = {
	    [SQL_BOOL] = "rt_pg_get_bool",
	    [SQL_INT] = "rt_pg_get_int",
	    [SQL_DOUBLE] = "rt_pg_get_double",
	    [SQL_NUMERIC] = "rt_pg_get_numeric",
	    [SQL_TEXT] = "rt_sql_get_text",
	    [SQL_BYTES] = "rt_sql_get_text",
	    [SQL_UUID] = "rt_pg_get_uuid",
	    [SQL_DATE] = "rt_pg_get_date",
	    [SQL_DAYTIME] = "rt_pg_get_daytime",
	    [SQL_TIME] = "rt_pg_get_time",
	    [SQL_INTERVAL] = "rt_pg_get_interval",
	    [SQL_JSON] = "rt_sql_get_json",
	    [SQL_JSONB] = "rt_sql_get_json",
	    [SQL_TIME_RANGE] = "rt_pg_get_time_range",
	    [SQL_DATE_RANGE] = "rt_pg_get_date_range",
	};

	return names[kind];
}

const struct sql_from sql_from_row = {"v", "at->arena"};
const struct sql_from sql_from_rows = {"rt_sql_column(&rows, 0, 0)",
    "call->arena"};
const struct sql_from sql_from_composite = {"items.item", "arena"};
const struct sql_from sql_from_item = {"v", "arena"};

struct rt_str
sql_plan_get(struct sql_plan *p, const struct sql_type *type,
    const struct sql_from *from, struct rt_str target)
{
	bool memory = sql_plan_allocates(type);
	struct rt_str name;

	if (type->kind == SQL_ARRAY && is_common(type))
		name = rt_arena_printf(p->arena, "rt_sql_get_%s",
		    type->base->array_call);
	else if (type->kind >= SQL_ENUM)
		name = rt_arena_printf(p->arena, "sql_%.*s_get",
		    RT_FMT(own_name(p, type)));
	else
		name = rt_str(get_name(type->kind));
	return rt_arena_printf(p->arena, "%.*s(%s%s%s, %.*s)", RT_FMT(name),
	    memory ? from->arena : "", memory ? ", " : "", from->v,
	    RT_FMT(target));
}

/* --- Sending --- */

/* An array says what its items are, by a number that has to be known. */
static struct rt_str
put_array(struct sql_plan *p, const struct sql_type *type, const char *buf,
    struct rt_str value)
{
	const struct sql_type *item = type->item;

	if (item->base == NULL || item->base->oid == 0 ||
	    item->kind == SQL_JSON || item->kind == SQL_JSONB)
		return (struct rt_str){0};
	if (is_common(type))
		return rt_arena_printf(p->arena, "rt_sql_put_%s(%s, %.*s, %u)",
		    type->base->array_call, buf, RT_FMT(value),
		    item->base->oid);
	return rt_arena_printf(p->arena, "sql_%.*s_put(%s, %.*s)",
	    RT_FMT(own_name(p, type)), buf, RT_FMT(value));
}

struct rt_str
sql_plan_put(struct sql_plan *p, const struct sql_type *type, const char *buf,
    struct rt_str value)
{
	if (type->kind == SQL_COMPOSITE)
		return (struct rt_str){0};
	if (type->kind == SQL_ARRAY)
		return put_array(p, type, buf, value);
	if (type->kind == SQL_ENUM)
		return rt_arena_printf(p->arena,
		    "rt_pg_put_bytes(%s, sql_%.*s_text(%.*s))", buf,
		    RT_FMT(own_name(p, type)), RT_FMT(value));
	return rt_arena_printf(p->arena, "rt_pg_put_%s(%s, %.*s)",
	    type->base->call, buf, RT_FMT(value));
}

/* --- types.h and types.c --- */

static struct value *
enum_value(struct sql_plan *p, const struct sql_own *own)
{
	struct value *v = value_map(p->arena), *values = value_list(p->arena);

	value_set_printf(v, "c", "sql_%.*s", RT_FMT(own->name));
	value_set_text(v, "label", own->type->name);
	for (size_t i = 0; i < own->type->values.n; i++) {
		struct rt_str text = own->type->values.v[i];
		struct value *one = value_map(p->arena);

		value_set_printf(one, "c", "SQL_%.*s",
		    RT_FMT(name_claim(p->enumerators,
			name_upper(p->arena,
			    rt_arena_printf(p->arena, "%.*s_%.*s",
				RT_FMT(own->name),
				RT_FMT(name_snake(p->arena, text)))))));
		value_set_text(one, "text", text);
		value_add(values, one);
	}
	value_set(v, "values", values);
	return v;
}

static struct value *
composite_value(struct sql_plan *p, const struct sql_own *own)
{
	const struct sql_type *type = own->type;
	struct value *v = value_map(p->arena);
	struct value *members =
	    sql_plan_members(p, type->columns, type->n_columns);
	bool arena = false;

	for (size_t i = 0; i < type->n_columns; i++) {
		struct value *m = (struct value *)value_at(members, i);
		struct rt_str target = rt_arena_printf(p->arena, "&out->%.*s",
		    RT_FMT(sql_plan_text(m, "c")));

		value_set_text(m, "get",
		    sql_plan_get(p, type->columns[i].type, &sql_from_composite,
			target));
		arena = arena || sql_plan_allocates(type->columns[i].type);
	}
	value_set_printf(v, "c", "sql_%.*s", RT_FMT(own->name));
	value_set_text(v, "label", type->name);
	value_set(v, "members", members);
	value_set_bool(v, "arena", arena);
	return v;
}

static struct value *
array_value(struct sql_plan *p, const struct sql_own *own)
{
	const struct sql_type *item = own->type->item;
	struct rt_str decl = sql_plan_decl(p, item);
	struct value *v = value_map(p->arena);
	struct rt_str put = sql_plan_put(p, item, "b", RT_LIT("list.v[i]"));
	bool pointer = rt_str_ends(decl, "*");

	value_set_printf(v, "c", "sql_%.*s", RT_FMT(own->name));
	value_set_text(v, "label", own->type->name);
	value_set_text(v, "decl", decl);
	value_set_printf(v, "of", "%s%.*s%s", pointer ? "" : "const ",
	    RT_FMT(decl), pointer ? "const " : "");
	value_set_text(v, "get",
	    sql_plan_get(p, item, &sql_from_item, RT_LIT("out")));
	value_set_bool(v, "arena", sql_plan_allocates(item));
	value_set_bool(v, "sent",
	    sql_plan_put(p, own->type, "b", RT_LIT("list")).p != NULL);
	value_set_text(v, "put", put.p == NULL ? RT_LIT("") : put);
	value_set_int(v, "oid", item->base == NULL ? 0 : item->base->oid);
	return v;
}

struct value *
sql_plan_types(struct sql_plan *p)
{
	struct value *v = value_map(p->arena), *enums = value_list(p->arena);
	struct value *composites = value_list(p->arena);
	struct value *arrays = value_list(p->arena);

	/* Members of composite types may be arrays that come to it here. */
	for (size_t i = 0; i < p->n_own; i++) {
		const struct sql_own own = p->own[i];

		if (own.type->kind == SQL_ENUM)
			value_add(enums, enum_value(p, &own));
		else if (own.type->kind == SQL_COMPOSITE)
			value_add(composites, composite_value(p, &own));
		else
			value_add(arrays, array_value(p, &own));
	}
	if (p->n_own == 0)
		return v;
	value_set(v, "enums", enums);
	value_set(v, "composites", composites);
	value_set(v, "arrays", arrays);
	return v;
}
