/* The request body of an operation. */
#include "gen/plan_op.h"

/* The rows of one C type. */
struct member {
	struct rt_str decl;
	struct rt_str c;
};

struct bodies {
	struct plan *p;
	const struct spec_op *op;
	struct rt_str op_name;
	struct rt_str *words; /* by row, each another */
	struct rt_str *enumerators;
	struct member *members;
	size_t n_members;
};

/* --- Types --- */

static struct rt_str
part_name(struct plan *p, const struct spec_op *op, size_t row)
{
	if (row == 0)
		return RT_LIT("body");
	return rt_arena_printf(p->arena, "body_%.*s",
	    RT_FMT(plan_media_word(p, &op->bodies[row])));
}

void
plan_body_types(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];

	for (size_t i = 0; i < op->n_bodies; i++) {
		const struct spec_media *m = &op->bodies[i];

		if (m->schema == NULL || plan_taken_as(m) == PLAN_AS_BYTES)
			continue;
		plan_use(p,
		    plan_media_type(p, m->schema, op, p->op_names[index],
			part_name(p, op, i), false),
		    plan_input_uses(p));
		for (size_t k = 0; k < m->n_encodings; k++)
			plan_header_types(p, p->op_names[index],
			    m->encodings[k].headers, m->encodings[k].n_headers);
	}
}

/* The type whose values a row is read as; NULL for a tape or bytes. */
static const struct plan_type *
row_type(struct plan *p, const struct spec_media *m)
{
	return plan_taken_as(m) == PLAN_AS_BYTES ? NULL
						 : plan_type_of(p, m->schema);
}

static struct rt_str
row_decl(struct plan *p, const struct spec_media *m)
{
	const struct plan_type *t = row_type(p, m);

	if (t != NULL)
		return plan_decl(p, t);
	return plan_taken_as(m) == PLAN_AS_VALUE
	    ? RT_LIT("const struct rt_node *")
	    : RT_LIT("struct rt_str ");
}

/* --- Members --- */

static struct member *
member_of(const struct bodies *b, size_t row)
{
	struct rt_str decl = row_decl(b->p, &b->op->bodies[row]);
	size_t i = 0;

	while (i < b->n_members && !rt_str_eq(b->members[i].decl, decl))
		i++;
	return &b->members[i];
}

/* One kind alone needs no name. */
static struct rt_str
enumerator(const struct bodies *b, size_t row)
{
	struct rt_arena *a = b->p->arena;

	if (b->op->n_bodies == 1)
		return RT_LIT("");
	return name_claim(b->p->enumerator_names,
	    name_upper(a,
		rt_arena_printf(a, "api_%.*s_body_%.*s", RT_FMT(b->op_name),
		    RT_FMT(b->words[row]))));
}

static struct bodies
bodies_of(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];
	struct name_scope *names = name_scope_open(p->arena);
	struct bodies b = {.p = p, .op = op};

	b.op_name = p->op_names[index];
	b.enumerators =
	    rt_arena_array(p->arena, op->n_bodies, sizeof(*b.enumerators));
	b.words = rt_arena_array(p->arena, op->n_bodies, sizeof(*b.words));
	b.members =
	    rt_arena_array(p->arena, op->n_bodies + 1, sizeof(*b.members));
	for (size_t i = 0; i < op->n_bodies; i++) {
		struct member *m = member_of(&b, i);

		b.words[i] =
		    name_claim(names, plan_media_word(p, &op->bodies[i]));
		b.enumerators[i] = enumerator(&b, i);
		if (m->decl.p != NULL)
			continue;
		m->decl = row_decl(p, &op->bodies[i]);
		m->c = b.words[i];
		b.n_members++;
	}
	return b;
}

/* "in->body", or the member of the union there. */
static struct rt_str
target(const struct bodies *b, size_t row)
{
	if (b->n_members == 1)
		return RT_LIT("in->body");
	return rt_arena_printf(b->p->arena, "in->body.%.*s",
	    RT_FMT(member_of(b, row)->c));
}

/* --- Decoding --- */

static struct rt_str
read_text(const struct bodies *b, size_t row)
{
	struct rt_arena *a = b->p->arena;
	const struct spec_media *m = &b->op->bodies[row];
	const struct plan_type *t = row_type(b->p, m);
	struct rt_str to = target(b, row);

	if (t == NULL)
		return rt_arena_printf(a,
		    plan_taken_as(m) == PLAN_AS_VALUE
			? "%.*s = v;"
			: "%.*s = rt_read_str(v);",
		    RT_FMT(to));
	plan_need_value(b->p, t);
	plan_need_functions(b->p, t);
	return plan_read(b->p, t, &plan_in_call, to, "v");
}

/* The statement that shows what was read. */
static struct rt_str
write_text(const struct bodies *b, size_t row)
{
	const struct spec_media *m = &b->op->bodies[row];
	const struct plan_type *t = row_type(b->p, m);
	struct rt_str to = target(b, row);

	if (t != NULL)
		return plan_write(b->p, t, to);
	return rt_arena_printf(b->p->arena,
	    plan_taken_as(m) == PLAN_AS_VALUE ? "rt_write_node(w, %.*s);"
					      : "rt_write_str(w, %.*s);",
	    RT_FMT(to));
}

/* Rows that are decoded alike stand under several labels. */
static bool
same_decoding(const struct bodies *b, size_t i, size_t k)
{
	const struct spec_media *x = &b->op->bodies[i], *y = &b->op->bodies[k];

	return row_type(b->p, x) == row_type(b->p, y) &&
	    member_of(b, i) == member_of(b, k);
}

static struct value *
arm_value(const struct bodies *b, size_t row)
{
	struct plan *p = b->p;
	struct value *v = value_map(p->arena), *labels = value_list(p->arena);
	struct value *checks = value_list(p->arena);
	const struct plan_type *t = row_type(p, &b->op->bodies[row]);

	for (size_t i = row; i < b->op->n_bodies; i++) {
		if (same_decoding(b, row, i))
			value_add(labels,
			    value_text(p->arena, b->enumerators[i]));
	}
	if (t != NULL)
		plan_checks(p, checks, t, "v");
	value_set(v, "labels", labels);
	value_set(v, "checks", checks);
	value_set_text(v, "read", read_text(b, row));
	if (p->shown)
		value_set_text(v, "write", write_text(b, row));
	return v;
}

static struct value *
arms_value(const struct bodies *b)
{
	struct value *list = value_list(b->p->arena);

	for (size_t i = 0; i < b->op->n_bodies; i++) {
		size_t k = 0;

		while (!same_decoding(b, k, i))
			k++;
		if (k == i)
			value_add(list, arm_value(b, i));
	}
	return list;
}

/* --- The table --- */

static const char *
kind_enumerator(enum spec_media_kind kind)
{
	switch (kind) {
	case SPEC_JSON:
		return "RT_BODY_JSON";
	case SPEC_FORM:
		return "RT_BODY_FORM";
	case SPEC_MULTIPART:
		return "RT_BODY_MULTIPART";
	case SPEC_TEXT:
		return "RT_BODY_TEXT";
	default:
		return "RT_BODY_BYTES";
	}
}

/* Of a text that is no string; else empty. */
static struct rt_str
text_types(struct plan *p, const struct spec_media *m)
{
	unsigned types = RT_STRING;

	if (plan_taken_as(m) == PLAN_AS_TEXT)
		types = spec_text_types(m->schema);
	return types == RT_STRING ? RT_LIT("") : plan_types_text(p, types);
}

static struct value *
rows_value(const struct bodies *b, size_t op)
{
	struct rt_arena *a = b->p->arena;
	struct value *list = value_list(a);

	for (size_t i = 0; i < b->op->n_bodies; i++) {
		const struct spec_media *m = &b->op->bodies[i];
		struct value *v = value_map(a);
		struct value *fields = plan_fields(b->p, op, m, b->words[i]);

		value_set_text(v, "media", m->type);
		value_set_text(v, "c", b->enumerators[i]);
		value_set_cstr(v, "kind", kind_enumerator(m->kind));
		value_set_text(v, "text_types", text_types(b->p, m));
		value_set(v, "fields", fields);
		if (value_count(fields) == 0)
			value_set_cstr(v, "fields_c", "NULL");
		else
			value_set_printf(v, "fields_c", "%.*s_%.*s_fields",
			    RT_FMT(b->op_name), RT_FMT(b->words[i]));
		value_add(list, v);
	}
	return list;
}

static struct value *
members_value(const struct bodies *b)
{
	struct value *list = value_list(b->p->arena);

	for (size_t i = 0; i < b->n_members; i++) {
		struct value *v = value_map(b->p->arena);

		value_set_text(v, "c", b->members[i].c);
		value_set_text(v, "decl", b->members[i].decl);
		value_add(list, v);
	}
	return list;
}

struct value *
plan_body(struct plan *p, size_t index)
{
	struct bodies b = bodies_of(p, index);
	struct value *v = value_map(p->arena), *arms = arms_value(&b);

	value_set_bool(v, "has", !b.op->body_required);
	value_set_bool(v, "several", b.op->n_bodies > 1);
	value_set_bool(v, "union", b.n_members > 1);
	value_set_text(v, "decl",
	    b.n_members == 1 ? b.members[0].decl : RT_LIT(""));
	value_set(v, "members", members_value(&b));
	value_set(v, "arms", arms);
	value_set_bool(v, "switches", value_count(arms) > 1);
	value_set(v, "rows", rows_value(&b, index));
	return v;
}
