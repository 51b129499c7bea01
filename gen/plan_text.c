/* Types as they are written in C: declarations, and statements that read and
 * write a value. */
#include "gen/plan_type.h"
#include "gen/tmpl.h"

/* Kinds of which the runtime has the type and its functions. */
static const struct {
	const char *decl;
	const char *name; /* of rt_read_x() and rt_write_x() */
} plain[] = {
    [PLAN_BOOL] = {"bool ", "bool"},
    [PLAN_INT] = {"int64_t ", "int"},
    [PLAN_INT32] = {"int32_t ", "int"},
    [PLAN_DOUBLE] = {"double ", "double"},
    [PLAN_STR] = {"struct rt_str ", "str"},
    [PLAN_DATE] = {"struct rt_date ", "date"},
    [PLAN_TIME] = {"struct rt_time ", "time"},
    [PLAN_UUID] = {"struct rt_uuid ", "uuid"},
    [PLAN_BOOLS] = {"struct rt_bools ", "bools"},
    [PLAN_INTS] = {"struct rt_ints ", "ints"},
    [PLAN_DOUBLES] = {"struct rt_doubles ", "doubles"},
    [PLAN_STRS] = {"struct rt_strs ", "strs"},
    [PLAN_DATES] = {"struct rt_dates ", "dates"},
    [PLAN_TIMES] = {"struct rt_times ", "times"},
    [PLAN_UUIDS] = {"struct rt_uuids ", "uuids"},
    [PLAN_INT_MAP] = {"struct rt_int_map ", "int_map"},
    [PLAN_DOUBLE_MAP] = {"struct rt_double_map ", "double_map"},
    [PLAN_STR_MAP] = {"struct rt_str_map ", "str_map"},
    [PLAN_FILE] = {"struct rt_file ", "file"},
    [PLAN_FILES] = {"struct rt_files ", "files"},
    [PLAN_NODE] = {"const struct rt_node *", "node"},
};

const struct plan_reader plan_in_value = {"c", "c->arena"};
const struct plan_reader plan_in_call = {"&call->check", "call->arena"};
const struct plan_reader plan_in_answer = {"&o->call->check", "o->call->arena"};

const struct plan_type *
plan_c_type(const struct plan_type *t)
{
	return t->as != NULL ? t->as : t;
}

const char *
plan_kind_name(enum plan_kind kind)
{
	return plain[kind].name;
}

bool
plan_by_address(const struct plan_type *t)
{
	t = plan_c_type(t);
	return t->kind == PLAN_STRUCT || t->kind == PLAN_UNION;
}

bool
plan_reads_with_check(const struct plan_type *t)
{
	switch (plan_c_type(t)->kind) {
	case PLAN_BOOL:
	case PLAN_INT:
	case PLAN_INT32:
	case PLAN_DOUBLE:
	case PLAN_STR:
	case PLAN_DATE:
	case PLAN_TIME:
	case PLAN_UUID:
	case PLAN_ENUM:
	case PLAN_FILE:
	case PLAN_NODE:
		return false;
	default:
		return true;
	}
}

struct rt_str
plan_decl(struct plan *p, const struct plan_type *t)
{
	t = plan_c_type(t);
	switch (t->kind) {
	case PLAN_ENUM:
		return rt_arena_printf(p->arena, "enum api_%.*s ",
		    RT_FMT(t->name));
	case PLAN_STRUCT:
	case PLAN_UNION:
	case PLAN_LIST:
	case PLAN_MAP:
		return rt_arena_printf(p->arena, "struct api_%.*s ",
		    RT_FMT(t->name));
	case PLAN_ARRAY:
		return rt_arena_printf(p->arena, "struct api_%.*s ",
		    RT_FMT(t->item->array_name));
	default:
		return rt_str(plain[t->kind].decl);
	}
}

/* --- Reading --- */

static struct rt_str
read_expression(struct plan *p, const struct plan_type *t,
    const struct plan_reader *r, const char *v)
{
	switch (t->kind) {
	case PLAN_NODE:
		return rt_str(v);
	case PLAN_ENUM:
		return rt_arena_printf(p->arena, "api_%.*s_read(%s)",
		    RT_FMT(t->name), v);
	case PLAN_LIST:
	case PLAN_MAP:
		return rt_arena_printf(p->arena, "api_%.*s_read(%s, %s)",
		    RT_FMT(t->name), r->check, v);
	case PLAN_ARRAY:
		return rt_arena_printf(p->arena, "api_%.*s_read(%s, %s)",
		    RT_FMT(t->item->array_name), r->check, v);
	case PLAN_INT32:
		return rt_arena_printf(p->arena, "rt_read_int32(%s)", v);
	case PLAN_INT_MAP:
	case PLAN_DOUBLE_MAP:
	case PLAN_STR_MAP:
		return rt_arena_printf(p->arena, "rt_read_%s(%s, %s, NULL)",
		    plain[t->kind].name, r->arena, v);
	default:
		break;
	}
	if (plan_reads_with_check(t))
		return rt_arena_printf(p->arena, "rt_read_%s(%s, %s)",
		    plain[t->kind].name, r->arena, v);
	return rt_arena_printf(p->arena, "rt_read_%s(%s)", plain[t->kind].name,
	    v);
}

/* "&v->owner"; of "*v->owner" just "v->owner". */
static struct rt_str
address(struct plan *p, struct rt_str v)
{
	if (v.p[0] == '*')
		return (struct rt_str){v.p + 1, v.n - 1};
	return rt_arena_printf(p->arena, "&%.*s", RT_FMT(v));
}

struct rt_str
plan_read(struct plan *p, const struct plan_type *t,
    const struct plan_reader *r, struct rt_str target, const char *v)
{
	t = plan_c_type(t);
	if (plan_by_address(t))
		return rt_arena_printf(p->arena, "api_%.*s_read(%s, %s, %.*s);",
		    RT_FMT(t->name), r->check, v, RT_FMT(address(p, target)));
	return rt_arena_printf(p->arena, "%.*s = %.*s;", RT_FMT(target),
	    RT_FMT(read_expression(p, t, r, v)));
}

/* --- Writing --- */

/* The function that writes a value, where it isn't the runtime's. */
static struct rt_str
write_function(struct plan *p, const struct plan_type *t)
{
	return rt_arena_printf(p->arena, "api_%.*s_write",
	    RT_FMT(t->kind == PLAN_ARRAY ? t->item->array_name : t->name));
}

struct rt_str
plan_write(struct plan *p, const struct plan_type *t, struct rt_str v)
{
	t = plan_c_type(t);
	if (t->kind == PLAN_ENUM)
		return rt_arena_printf(p->arena,
		    "rt_write_str(w, api_%.*s_text(%.*s));", RT_FMT(t->name),
		    RT_FMT(v));
	if (plan_by_address(t))
		return rt_arena_printf(p->arena, "%.*s(w, %.*s);",
		    RT_FMT(write_function(p, t)), RT_FMT(address(p, v)));
	if (t->kind == PLAN_LIST || t->kind == PLAN_MAP ||
	    t->kind == PLAN_ARRAY)
		return rt_arena_printf(p->arena, "%.*s(w, %.*s);",
		    RT_FMT(write_function(p, t)), RT_FMT(v));
	return rt_arena_printf(p->arena, "rt_write_%s(w, %.*s);",
	    plain[t->kind].name, RT_FMT(v));
}

struct rt_str
plan_put(struct plan *p, const struct plan_type *t, struct rt_str key,
    struct rt_str v)
{
	t = plan_c_type(t);
	if (t->kind == PLAN_ENUM)
		return rt_arena_printf(p->arena,
		    "rt_put_str(w, \"%.*s\", api_%.*s_text(%.*s));",
		    RT_FMT(key), RT_FMT(t->name), RT_FMT(v));
	if (plan_by_address(t))
		return rt_arena_printf(p->arena,
		    "rt_put(w, \"%.*s\", %.*s, %.*s);", RT_FMT(key),
		    RT_FMT(write_function(p, t)), RT_FMT(address(p, v)));
	if (t->kind == PLAN_LIST || t->kind == PLAN_MAP ||
	    t->kind == PLAN_ARRAY)
		return rt_arena_printf(p->arena,
		    "rt_put(w, \"%.*s\", %.*s, %.*s);", RT_FMT(key),
		    RT_FMT(write_function(p, t)), RT_FMT(v));
	return rt_arena_printf(p->arena, "rt_put_%s(w, \"%.*s\", %.*s);",
	    plain[t->kind].name, RT_FMT(key), RT_FMT(v));
}

/* --- Defaults --- */

static struct rt_str
enumerator_of(const struct plan_type *t, struct rt_str text)
{
	for (size_t i = 0; i < t->form->n_texts; i++) {
		if (rt_str_eq(t->form->texts[i], text))
			return t->enumerators[i];
	}
	return RT_LIT("0");
}

struct rt_str
plan_default(struct plan *p, const struct plan_type *t,
    const struct doc_node *d, struct rt_str target)
{
	t = plan_c_type(t);
	switch (d->type == DOC_NULL ? PLAN_NODE : t->kind) {
	case PLAN_BOOL:
		return rt_arena_printf(p->arena, "%.*s = %s;", RT_FMT(target),
		    d->yes ? "true" : "false");
	case PLAN_INT:
	case PLAN_INT32:
	case PLAN_DOUBLE:
		return rt_arena_printf(p->arena, "%.*s = %.*s;", RT_FMT(target),
		    RT_FMT(d->text));
	case PLAN_STR:
		return rt_arena_printf(p->arena, "%.*s = RT_LIT(\"%.*s\");",
		    RT_FMT(target), RT_FMT(tmpl_cstr(p->arena, d->text)));
	case PLAN_ENUM:
		return rt_arena_printf(p->arena, "%.*s = %.*s;", RT_FMT(target),
		    RT_FMT(enumerator_of(t, d->text)));
	default:
		return (struct rt_str){0};
	}
}
