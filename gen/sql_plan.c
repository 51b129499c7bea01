/* The SQL plan as a whole: files, queries and their parameters. */
#include "gen/sql_plan_part.h"

#include "gen/plan.h"
#include "runtime/op.h"

/* More parameters than that are a struct. */
enum { ARGUMENTS_MAX = 3 };

/* C11, section 5.2.4.1 */
enum { LITERAL_MAX = 4095 };

bool
sql_plan_asks(const struct sql_queries *queries)
{
	for (size_t i = 0; i < queries->n; i++) {
		const struct sql_target *t = &queries->v[i].target;

		if (t->name.p != NULL && !t->shared)
			return true;
	}
	return false;
}

/* --- Parameters --- */

/* What is absent is null for these; others have has_x beside them. */
static bool
is_text(const struct sql_type *type)
{
	return type->kind == SQL_TEXT || type->kind == SQL_BYTES ||
	    type->kind == SQL_NUMERIC || type->kind == SQL_JSON ||
	    type->kind == SQL_JSONB;
}

/* The number that the server knows the type by; 0 leaves it to the server. */
static uint32_t
oid_of(const struct sql_type *type)
{
	if (type->base == NULL)
		return 0;
	return type->kind == SQL_ARRAY ? type->base->array : type->base->oid;
}

static struct name_scope *
argument_scope(struct sql_plan *p)
{
	static const char *const ours[] = {"call", "args", "rows", "row", "in",
	    "result", "affected", "fn", "arg", "at", "v", "out", "stream"};
	struct name_scope *scope = name_scope_open(p->arena);

	for (size_t i = 0; i < RT_LEN(ours); i++)
		(void)name_claim(scope, rt_str(ours[i]));
	return scope;
}

static void
set_put(struct sql_plan *p, const struct sql_param *param,
    const struct sql_type *type, struct value *v)
{
	struct rt_str value = sql_plan_text(v, "value");
	struct rt_str put = sql_plan_put(p, type, "&args.bytes", value);

	value_set_bool(v, "text", type->kind == SQL_TEXT);
	value_set_text(v, "put", put.p == NULL ? RT_LIT("") : put);
	if (put.p != NULL)
		return;
	diag_error(p->diag, param->pos, "sql-type",
	    "a parameter can't be of type %.*s", RT_FMT(type->name));
	if (type->kind == SQL_ARRAY)
		diag_help(p->diag, "send texts: :%.*s::text[]::%.*s",
		    RT_FMT(param->name), RT_FMT(type->name));
	else
		diag_help(p->diag,
		    "send its columns, and make it of them by ROW(...)");
}

static struct value *
param_value(struct sql_plan *p, const struct sql_query *q, size_t i,
    const struct sql_type *type)
{
	const struct sql_param *param = &q->params[i];
	struct value *v = value_map(p->arena);

	value_set_text(v, "decl", sql_plan_param_decl(p, type));
	value_set_bool(v, "has", param->nullable && !is_text(type));
	value_set_bool(v, "null", is_text(type) && type->kind != SQL_TEXT);
	value_set_int(v, "oid", oid_of(type));
	return v;
}

static bool
is_struct(const struct value *params)
{
	if (value_count(params) > ARGUMENTS_MAX)
		return true;
	for (size_t i = 0; i < value_count(params); i++) {
		if (sql_plan_flag(value_at(params, i), "has"))
			return true;
	}
	return false;
}

/* Arguments have other names around them than members. */
static void
name_params(struct sql_plan *p, const struct sql_query *q,
    const struct value *params, bool in_struct)
{
	struct name_scope *scope =
	    in_struct ? name_scope_open(p->arena) : argument_scope(p);

	for (size_t i = 0; i < value_count(params); i++) {
		struct value *v = (struct value *)value_at(params, i);
		struct rt_str c = q->params[i].name;

		c = in_struct ? name_claim_member(scope, c)
			      : name_claim(scope, c);
		value_set_text(v, "c", c);
		value_set_printf(v, "value", "%s%.*s", in_struct ? "in->" : "",
		    RT_FMT(c));
	}
}

static void
set_params(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d, struct value *v)
{
	struct value *params = value_list(p->arena);
	struct value *oids = value_list(p->arena);
	struct rt_buf args = rt_buf(p->arena, SIZE_MAX / 2);
	bool in_struct;

	for (size_t i = 0; i < d->n_params; i++) {
		value_add(params, param_value(p, q, i, d->params[i].type));
		value_add(oids, value_int(p->arena, oid_of(d->params[i].type)));
	}
	in_struct = is_struct(params);
	name_params(p, q, params, in_struct);
	for (size_t i = 0; i < d->n_params; i++) {
		struct value *param = (struct value *)value_at(params, i);

		set_put(p, &q->params[i], d->params[i].type, param);
		if (!in_struct)
			rt_buf_printf(&args, ", %.*s%.*s",
			    RT_FMT(sql_plan_text(param, "decl")),
			    RT_FMT(sql_plan_text(param, "c")));
	}
	if (in_struct)
		rt_buf_printf(&args, ", const struct sql_%.*s_args *in",
		    RT_FMT(q->name));
	value_set(v, "params", params);
	value_set(v, "oids", oids);
	value_set_bool(v, "args_struct", in_struct);
	value_set_text(v, "args", args.n == 0 ? RT_LIT("") : rt_buf_str(&args));
}

/* --- Queries --- */

/* What the templates ask about, whatever the query is. */
static void
set_absent(struct sql_plan *p, struct value *v)
{
	static const char *const texts[] = {"row", "reader", "array", "scalar",
	    "scalar_decl"};
	static const char *const flags[] = {"array_own", "allocates"};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		if (value_get(v, rt_str(texts[i])) == NULL)
			value_set_cstr(v, texts[i], "");
	}
	for (size_t i = 0; i < RT_LEN(flags); i++) {
		if (value_get(v, rt_str(flags[i])) == NULL)
			value_set_bool(v, flags[i], false);
	}
	if (value_get(v, RT_LIT("row_members")) == NULL)
		value_set(v, "row_members", value_list(p->arena));
}

static void
set_command(struct value *v, enum sql_command command)
{
	value_set_bool(v, "one", command == SQL_ONE);
	value_set_bool(v, "maybe", command == SQL_MAYBE);
	value_set_bool(v, "many", command == SQL_MANY);
	value_set_bool(v, "exec", command == SQL_EXEC);
	value_set_bool(v, "count", command == SQL_COUNT);
	value_set_bool(v, "stream", command == SQL_STREAM);
}

/* Where the function puts what it has read: its last parameters. */
static void
set_out(struct value *v, enum sql_command command)
{
	struct rt_str row = sql_plan_text(v, "row");
	struct rt_str scalar = sql_plan_text(v, "scalar_decl");

	if (command == SQL_EXEC)
		value_set_cstr(v, "out", "");
	else if (command == SQL_COUNT)
		value_set_cstr(v, "out", ", int64_t *affected");
	else if (command == SQL_MANY)
		value_set_printf(v, "out", ", %.*s *out",
		    RT_FMT(sql_plan_text(v, "array")));
	else if (command == SQL_STREAM)
		value_set_printf(v, "out",
		    ", bool (*fn)(struct rt_call *, const %.*s *, void *), "
		    "void *arg",
		    RT_FMT(row));
	else if (scalar.n > 0)
		value_set_printf(v, "out", ", %.*s*out", RT_FMT(scalar));
	else
		value_set_printf(v, "out", ", %.*s *row", RT_FMT(row));
}

static struct value *
query_value(struct sql_plan *p, const struct sql_query *q,
    const struct sql_described *d)
{
	struct value *v = value_map(p->arena);

	if (!rt_str_eq(name_claim(p->functions, q->name), q->name))
		diag_error(p->diag, q->pos, "sql-head",
		    "sql_%.*s() is something else: another name is needed",
		    RT_FMT(q->name));
	value_set_text(v, "name", q->name);
	value_set_text(v, "doc", q->doc.p == NULL ? RT_LIT("") : q->doc);
	value_set_text(v, "sql", q->text);
	value_set_bool(v, "read", q->read);
	value_set_int(v, "n_params", (int64_t)d->n_params);
	value_set_int(v, "n_columns", (int64_t)d->n_columns);
	set_command(v, q->command);
	set_params(p, q, d, v);
	if (sql_reads_rows(q->command))
		sql_plan_row(p, q, d, v);
	set_absent(p, v);
	set_out(v, q->command);
	return v;
}

/* --- Files --- */

/* The queries of one file, from the one at `i` on; returns the first that is
 * another's. */
static size_t
add_file(struct sql_plan *p, size_t i, struct value *files)
{
	const struct sql_queries *all = p->queries;
	struct rt_str tag = all->v[i].tag;
	struct value *v = value_map(p->arena), *list = value_list(p->arena);
	bool overlong = false;

	p->readers = value_list(p->arena);
	p->enums = value_list(p->arena);
	p->includes = value_list(p->arena);
	p->types = false;
	value_set_printf(v, "banner",
	    "Code generated by kontract " PLAN_VERSION " from %s. DO NOT EDIT.",
	    all->v[i].source->name);
	value_set_int(v, "abi", RT_ABI);
	value_set_text(v, "file", tag);
	value_set_text(v, "guard", name_upper(p->arena, tag));
	for (; i < all->n && rt_str_eq(all->v[i].tag, tag); i++) {
		value_add(list,
		    query_value(p, &all->v[i], &p->lock->described[i]));
		overlong = overlong || all->v[i].text.n > LITERAL_MAX;
	}
	value_set(v, "queries", list);
	value_set(v, "readers", p->readers);
	value_set(v, "enums", p->enums);
	value_set_bool(v, "types", p->types);
	value_set_bool(v, "overlong", overlong);
	value_set(v, "includes", p->includes);
	value_add(files, v);
	return i;
}

static struct value *
constraints(struct sql_plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->lock->n_constraints; i++) {
		const struct sql_constraint *c = &p->lock->constraints[i];
		struct value *v = value_map(p->arena);

		value_set_text(v, "name", c->name);
		value_set_printf(v, "c", "SQL_%.*s",
		    RT_FMT(name_claim(p->enumerators,
			name_upper(p->arena, name_snake(p->arena, c->name)))));
		value_set_text(v, "text", c->text);
		value_add(list, v);
	}
	return list;
}

static struct value *
shared(struct sql_plan *p)
{
	struct value *v = value_map(p->arena), *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_shared; i++)
		value_add(list, p->shared[i].value);
	if (p->n_shared > 0)
		value_set(v, "structs", list);
	return v;
}

/* Its structs have its name, so no type may have theirs. */
static void
claim_tags(struct sql_plan *p, const struct sql_query *q)
{
	static const char *const tags[] = {"row", "rows", "args"};

	for (size_t i = 0; i < RT_LEN(tags); i++) {
		struct rt_str wanted = rt_arena_printf(p->arena, "%.*s_%s",
		    RT_FMT(q->name), tags[i]);

		if (!rt_str_eq(name_claim(p->tags, wanted), wanted))
			diag_error(p->diag, q->pos, "sql-head",
			    "sql_%.*s is a type of the database: another name "
			    "is needed",
			    RT_FMT(wanted));
	}
}

/* Functions and tags of ours, that no query or type may be called. */
static void
claim_ours(struct sql_plan *p)
{
	(void)name_claim(p->functions, RT_LIT("violated"));
	(void)name_claim(p->functions, RT_LIT("migrations"));
	for (size_t i = 0; i < p->n_own; i++) {
		static const char *const verbs[] = {"get", "text", "put"};

		for (size_t k = 0; k < RT_LEN(verbs); k++)
			(void)name_claim(p->functions,
			    rt_arena_printf(p->arena, "%.*s_%s",
				RT_FMT(p->own[i].name), verbs[k]));
	}
	for (size_t i = 0; i < p->queries->n; i++)
		claim_tags(p, &p->queries->v[i]);
}

struct value *
sql_plan(struct rt_arena *arena, struct diag *diag,
    const struct sql_plan_input *in)
{
	const struct sql_queries *queries = in->queries;
	struct sql_plan p = {
	    .arena = arena,
	    .diag = diag,
	    .queries = queries,
	    .lock = in->lock,
	    .contract = in->contract,
	    .functions = name_scope_open(arena),
	    .tags = name_scope_open(arena),
	    .enumerators = name_scope_open(arena),
	    .shared = rt_arena_array(arena, queries->n, sizeof(*p.shared)),
	};
	struct value *v = value_map(arena), *files = value_list(arena);
	size_t i = 0;

	(void)name_claim(p.tags, RT_LIT("constraint"));
	sql_plan_name_types(&p);
	claim_ours(&p);
	value_set(v, "constraints", constraints(&p));
	while (i < queries->n)
		i = add_file(&p, i, files);
	value_set(v, "files", files);
	value_set(v, "types", sql_plan_types(&p));
	value_set(v, "shared", shared(&p));
	return v;
}
