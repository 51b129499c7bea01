/* Cases about bodies; see case.h. */
#include "gen/case.h"
#include "gen/variant.h"

/* --- Examples and whole values --- */

/* What the values of the media type must be; NULL for bytes, in which nobody
 * looks. */
static const struct schema *
schema_of(const struct making *m)
{
	return m->media->kind <= SPEC_TEXT ? m->media->schema : NULL;
}

/* The row with v for its body; false where it can't be sent. */
static bool
put_body(const struct making *m, const struct instance *v, struct case_row *row)
{
	row->in = RT_IN_BODY;
	row->place = RT_LIT("");
	if (schema_of(m) != NULL)
		row->schema = doc_pointer(m->arena, schema_of(m)->node);
	if (!case_put_body(m, v, row))
		return false;
	/* Of what is no JSON other validators are told the value. */
	if (schema_of(m) != NULL && m->media->kind != SPEC_JSON)
		row->value = case_body_value(m, v);
	return true;
}

static void
add_examples(struct making *m)
{
	const struct spec_examples *examples = &m->media->examples;
	struct case_row row = case_base(m);

	row.why = RT_LIT("it is made of the contract's examples");
	for (size_t i = 0; i < examples->n; i++) {
		const struct spec_example *e = &examples->v[i];
		const struct instance *v = instance_of_doc(m->arena, e->value);

		if (!case_fits(m, v) || !put_body(m, v, &row))
			continue;
		row.keyword = RT_LIT("example");
		case_add(m, row, "%.*sexample/%.*s",
		    RT_FMT(case_media_prefix(m)), RT_FMT(e->name));
	}
}

void
case_examples(struct making *m)
{
	struct case_row row = case_base(m);

	row.why = RT_LIT("it is made of the contract's examples");
	if (m->op->n_bodies == 0)
		case_add(m, row, "example");
	else if (m->body != NULL)
		add_examples(m);
}

/*
 * The value with what the good body says of its members: an example is more
 * likely to please the handler.
 */
static const struct instance *
with_good_members(const struct making *m, const struct instance *v)
{
	const struct instance *better = v;

	for (size_t i = 0; v->type == RT_OBJECT && i < v->n; i++) {
		struct rt_str name = v->parts[i].name;
		const struct instance *good = instance_get(m->body, name);

		if (good != NULL)
			better = instance_with(m->arena, better,
			    instance_pointer(m->arena, RT_LIT(""), name), good);
	}
	return case_body_node(m, better) != NULL && case_fits(m, better)
	    ? better
	    : v;
}

static void
add_whole(struct making *m, const char *name, const struct instance *v)
{
	struct case_row row = case_base(m);

	if (v == NULL)
		return;
	v = with_good_members(m, v);
	if (!put_body(m, v, &row))
		return;
	row.status = 0;
	row.keyword = rt_str(name);
	row.why = rt_arena_printf(m->arena, "the body is %s", name);
	case_add(m, row, "%.*sbody/%s", RT_FMT(case_media_prefix(m)), name);
}

/* --- Variants --- */

/* "/a/b" reads as a place in a sentence; the root has no name. */
static struct rt_str
place_name(struct rt_str pointer)
{
	return pointer.n == 0 ? RT_LIT("the body") : pointer;
}

/* Whether what a server sees is at fault as the value is. */
static bool
is_seen(const struct making *m, const struct variant *v)
{
	const struct rt_node *node = case_body_node(m, v->value);
	const char *keyword = v->keyword;
	struct rt_str pointer = v->pointer;
	bool accepted;

	if (node == NULL || m->media->kind == SPEC_JSON)
		return node != NULL;
	accepted =
	    schema_accepts(m->arena, schema_of(m), node, &keyword, &pointer);
	return accepted == v->valid && strcmp(keyword, v->keyword) == 0 &&
	    rt_str_eq(pointer, v->pointer);
}

static void
add_variant(struct making *m, const struct variant *v)
{
	struct case_row row = case_base(m);

	if (m->variants > CASE_VARIANTS_MAX || !is_seen(m, v) ||
	    !put_body(m, v->value, &row) ||
	    (int64_t)row.body.n > m->op->body_max)
		return;
	m->variants += row.body.n;
	row.place = v->pointer;
	row.keyword = rt_str(v->keyword);
	row.valid = v->valid;
	row.among = v->among;
	row.status = v->valid ? 0 : m->op->invalid_status;
	row.why = rt_arena_printf(m->arena, "%.*s %s",
	    RT_FMT(place_name(v->pointer)), v->why);
	case_add(m, row, "%.*sbody%.*s/%s/%s", RT_FMT(case_media_prefix(m)),
	    RT_FMT(v->pointer), v->keyword, v->name);
}

/* Whether an earlier media type is decoded alike, so that one of both is
 * enough for the variants. */
static bool
is_known(const struct making *m)
{
	const struct spec_media *other = m->op->bodies;

	for (; other != m->media; other++) {
		if (other->kind == m->media->kind &&
		    other->schema == m->media->schema &&
		    other->n_encodings == 0 && m->media->n_encodings == 0)
			return true;
	}
	return false;
}

static void
empty_body(struct making *m)
{
	struct case_row row = case_base(m);

	row.media = (struct rt_str){0};
	row.body = (struct rt_str){0};
	row.in = RT_IN_BODY;
	row.place = RT_LIT("");
	row.keyword = RT_LIT("required");
	row.valid = !m->op->body_required;
	row.status = row.valid ? 0 : m->op->invalid_status;
	row.why = RT_LIT("the body is missing");
	case_add(m, row, "body/required/missing");
}

/* There are many, and each leaves nothing but its row. */
static void
add_variants(struct making *m, const struct instance *base)
{
	struct rt_arena *arena = m->arena;
	struct rt_arena *list = rt_arena_open_like(arena);
	struct variants all = variants_of(list, schema_of(m), base);

	m->arena = rt_arena_open_like(arena);
	for (size_t i = 0; i < all.n; i++) {
		add_variant(m, &all.v[i]);
		rt_arena_reset(m->arena);
	}
	rt_arena_close(m->arena);
	rt_arena_close(list);
	m->arena = arena;
}

/* Where the body can be large, what is required with one member more. */
static void
all_variants(struct making *m, const struct instance *minimal,
    const struct instance *maximal)
{
	struct case_row row = {0};

	m->variants = 0;
	if (is_known(m))
		return;
	if (minimal != NULL && maximal != NULL && maximal->type == RT_OBJECT &&
	    case_put_body(m, maximal, &row) && row.body.n > CASE_WHOLE_MAX)
		add_variants(m, minimal);
	else
		add_variants(m, m->body);
}

void
case_bodies(struct making *m)
{
	const struct instance *minimal, *maximal;

	if (m->body == NULL)
		return;
	if (m->media == m->op->bodies)
		empty_body(m);
	if (schema_of(m) == NULL) {
		add_whole(m, "whole", m->body);
		return;
	}
	minimal = sample_value(m->arena, schema_of(m), SAMPLE_MINIMAL);
	maximal = sample_value(m->arena, schema_of(m), SAMPLE_MAXIMAL);
	add_whole(m, "minimal", minimal);
	add_whole(m, "maximal", maximal);
	all_variants(m, minimal, maximal);
}
