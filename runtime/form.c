#include "runtime/form.h"

#include <stdlib.h>

#include "runtime/media.h"
#include "runtime/param.h"
#include "runtime/part.h"
#include "runtime/percent.h"
#include "runtime/server.h"

/* A pair of the body, or a part. */
struct entry {
	struct rt_str name; /* decoded */
	struct rt_str value; /* encoded where the body is */
	const struct rt_part *part; /* NULL: a pair */
	bool taken;
};

struct form {
	struct rt_call *call;
	struct entry *v;
	size_t n;
	struct rt_tape tape;
	uint32_t members;
};

/* --- Where faults point --- */

/* Faults are about the member `name` of the form from now on. */
static void
point_at(struct form *f, struct rt_str name)
{
	struct rt_node *v = rt_arena_array(f->call->arena, 3, sizeof(*v));

	v[0] = (struct rt_node){.type = RT_OBJECT, .span = 3, .n = 1};
	rt_text_set(&v[1], name, RT_STRING);
	v[2] = (struct rt_node){.type = RT_NULL, .span = 1};
	f->call->check.root = v;
}

static bool
is_malformed(struct rt_call *call, struct rt_str why)
{
	call->malformed = true;
	call->malformed_why = why;
	return false;
}

/* --- Entries --- */

/* The pairs of a text are counted by what separates them. */
static bool
read_pairs(struct form *f)
{
	struct rt_str rest = f->call->req.body;
	size_t max = 1;

	for (size_t i = 0; i < rest.n; i++)
		max += rest.p[i] == '&';
	if (max > f->call->server->parts_max)
		return is_malformed(f->call,
		    rt_printf(f->call, "it has more than %zu fields",
			f->call->server->parts_max));
	f->v = rt_arena_array(f->call->arena, max, sizeof(*f->v));
	while (rest.n > 0) {
		struct rt_str value = rt_str_cut(&rest, '&');
		struct entry *e = &f->v[f->n];
		const char *start = value.p;

		if (value.n == 0)
			continue;
		e->name = rt_str_cut(&value, '=');
		e->value = value;
		if (value.p == NULL)
			e->value = (struct rt_str){e->name.p + e->name.n, 0};
		if (!rt_percent_decode(f->call->arena, e->name, true, &e->name))
			return is_malformed(f->call,
			    rt_printf(f->call,
				"byte %td: a name has a percent-code that is "
				"none",
				start - f->call->req.body.p));
		f->n++;
	}
	return true;
}

static bool
split_parts(struct rt_call *call, bool form, struct rt_parts *parts)
{
	struct rt_str type = rt_request_header(call, "Content-Type");
	struct rt_multipart_error err;

	if (rt_multipart_split(call->arena, type, call->req.body, form,
		call->server->parts_max, parts, &err))
		return true;
	if (err.part == 0)
		return is_malformed(call,
		    rt_printf(call, "byte %zu: %s", err.offset, err.text));
	return is_malformed(call,
	    rt_printf(call, "part %u, byte %zu: %s", err.part, err.offset,
		err.text));
}

static bool
read_parts(struct form *f)
{
	struct rt_parts parts;

	if (!split_parts(f->call, true, &parts))
		return false;
	f->v = rt_arena_array(f->call->arena, parts.n, sizeof(*f->v));
	f->n = parts.n;
	for (size_t i = 0; i < parts.n; i++) {
		f->v[i] = (struct entry){
		    .name = parts.v[i].name,
		    .value = parts.v[i].bytes,
		    .part = &parts.v[i],
		};
	}
	return true;
}

/* --- Declared fields --- */

static size_t
count_own(const struct form *f, const struct rt_param *p)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += !f->v[i].taken && rt_param_owns(p, f->v[i].name);
	return n;
}

/* Takes what belongs to the field out of the entries; the parts are those of
 * the same entries. */
static struct rt_pairs
take_own(struct form *f, const struct rt_param *p, struct rt_part_list *parts)
{
	struct rt_pairs out = {NULL, 0};
	size_t n = count_own(f, p);
	const struct rt_part **list =
	    rt_arena_array(f->call->arena, n, sizeof(*list));

	out.v = rt_arena_array(f->call->arena, n, sizeof(*out.v));
	for (size_t i = 0; out.n < n; i++) {
		struct entry *e = &f->v[i];

		if (e->taken || !rt_param_owns(p, e->name))
			continue;
		e->taken = true;
		list[out.n] = e->part;
		out.v[out.n++] = (struct rt_pair){e->name, e->value};
	}
	*parts = (struct rt_part_list){list, n};
	return out;
}

static void
add_value(struct form *f, struct rt_str name, const struct rt_node *v)
{
	rt_tape_add_text(&f->tape, name);
	rt_tape_copy(&f->tape, v);
	f->members++;
}

static void
add_field(struct form *f, const struct rt_field *field)
{
	struct rt_str name = rt_str(field->param.name);
	struct rt_part_list parts;
	struct rt_pairs texts = take_own(f, &field->param, &parts);
	const struct rt_node *v;

	point_at(f, name);
	if (parts.n > 0 && parts.v[0] != NULL) {
		if (!rt_part_check(f->call, field, parts))
			return;
		if (rt_part_is_own_value(field, parts)) {
			rt_tape_add_text(&f->tape, name);
			f->members +=
			    rt_part_add_field(f->call, &f->tape, field, parts);
			return;
		}
	}
	v = rt_param_value(f->call, &field->param, texts);
	if (v != NULL)
		add_value(f, name, v);
}

/* An object that takes pairs of any name leaves those of other fields alone. */
static bool
takes_any(const struct rt_param *p)
{
	return p->style == 0 && p->explode && (p->types & RT_OBJECT) != 0 &&
	    p->free_types != 0;
}

static void
add_fields(struct form *f)
{
	const struct rt_field *fields = f->call->body->fields, *field;

	for (field = fields; field != NULL && field->param.name; field++) {
		if (!takes_any(&field->param))
			add_field(f, field);
	}
	for (field = fields; field != NULL && field->param.name; field++) {
		if (takes_any(&field->param))
			add_field(f, field);
	}
}

static bool
is_declared(const struct form *f, struct rt_str name)
{
	const struct rt_field *field = f->call->body->fields;

	for (; field != NULL && field->param.name != NULL; field++) {
		if (rt_str_is(name, field->param.name))
			return true;
	}
	return false;
}

/* --- Other fields --- */

static int
by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = rt_str_cmp(x->name, y->name);

	if (order != 0)
		return order;
	return (x->value.p > y->value.p) - (x->value.p < y->value.p);
}

static bool
add_entry(struct form *f, const struct entry *e)
{
	struct rt_str text = e->value;

	if (e->part != NULL)
		return rt_part_add(f->call, &f->tape, e->part);
	if (!rt_param_decode(f->call, RT_IN_BODY, &text))
		return false;
	rt_tape_add_text(&f->tape, text);
	return true;
}

static void
add_group(struct form *f, const struct entry *v, size_t n)
{
	uint32_t at = 0;

	point_at(f, v[0].name);
	if (!rt_param_is_clean(f->call, v[0].name))
		return;
	if (is_declared(f, v[0].name)) {
		(void)rt_param_fault(f->call, "style",
		    "must be given as its properties");
		return;
	}
	rt_tape_add_text(&f->tape, v[0].name);
	if (n > 1)
		at = rt_tape_open(&f->tape, RT_ARRAY);
	for (size_t i = 0; i < n; i++) {
		if (!add_entry(f, &v[i]))
			return;
	}
	if (n > 1)
		rt_tape_close(&f->tape, at, (uint32_t)n);
	f->members++;
}

static void
add_others(struct form *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (!f->v[i].taken)
			f->v[n++] = f->v[i];
	}
	if (n > 1)
		qsort(f->v, n, sizeof(*f->v), by_name);
	for (size_t i = 0, group; i < n; i += group) {
		for (group = 1; i + group < n &&
		     rt_str_eq(f->v[i].name, f->v[i + group].name);)
			group++;
		add_group(f, f->v + i, group);
	}
}

/* --- The whole --- */

/* Parts that have no names, one after another. */
static const struct rt_node *
mixed_node(struct rt_call *call)
{
	struct rt_tape t = {.arena = call->arena};
	struct rt_parts parts;
	uint32_t at;

	if (!split_parts(call, false, &parts))
		return NULL;
	at = rt_tape_open(&t, RT_ARRAY);
	for (size_t i = 0; i < parts.n; i++) {
		if (!rt_part_add(call, &t, &parts.v[i]))
			return NULL;
	}
	rt_tape_close(&t, at, (uint32_t)parts.n);
	return rt_tape_end(&t);
}

static bool
is_form_data(struct rt_call *call)
{
	struct rt_media m;

	return rt_media_parse(rt_request_header(call, "Content-Type"), &m) &&
	    rt_str_is_nocase(m.subtype, "form-data");
}

const struct rt_node *
rt_form_node(struct rt_call *call)
{
	struct form f = {.call = call, .tape = {.arena = call->arena}};
	bool pairs = call->body->kind == RT_BODY_FORM;
	unsigned faults = call->check.n;
	uint32_t at;

	if (!pairs && !is_form_data(call))
		return mixed_node(call);
	if (pairs ? !read_pairs(&f) : !read_parts(&f))
		return NULL;
	at = rt_tape_open(&f.tape, RT_OBJECT);
	add_fields(&f);
	add_others(&f);
	rt_tape_close(&f.tape, at, f.members);
	return call->check.n > faults ? NULL : rt_tape_end(&f.tape);
}
