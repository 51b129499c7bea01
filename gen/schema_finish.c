/* What only whole schemas show: contradictions, and values that break them. */
#include "gen/schema_read.h"

static void
impossible(struct schema_set *set, const struct schema *s, const char *keyword,
    const char *why)
{
	diag_error(set->diag, doc_key_pos(s->node, keyword),
	    "schema-impossible", "nothing can satisfy this schema: %s", why);
}

static void
check_ranges(struct schema_set *set, const struct schema *s)
{
	if (s->max_length >= 0 && s->min_length > s->max_length)
		impossible(set, s, "minLength",
		    "'minLength' is above 'maxLength'");
	if (s->max_items >= 0 && s->min_items > s->max_items)
		impossible(set, s, "minItems",
		    "'minItems' is above 'maxItems'");
	if (s->max_properties >= 0 && s->min_properties > s->max_properties)
		impossible(set, s, "minProperties",
		    "'minProperties' is above 'maxProperties'");
	if (s->minimum.p != NULL && s->maximum.p != NULL &&
	    rt_decimal_cmp(s->minimum, s->maximum) > 0)
		impossible(set, s, "minimum", "'minimum' is above 'maximum'");
	if (s->above.p != NULL && s->below.p != NULL &&
	    rt_decimal_cmp(s->above, s->below) >= 0)
		impossible(set, s, "exclusiveMinimum",
		    "no number is between 'exclusiveMinimum' and "
		    "'exclusiveMaximum'");
	if (s->contains != NULL && s->max_contains >= 0 &&
	    s->min_contains > s->max_contains)
		impossible(set, s, "minContains",
		    "'minContains' is above 'maxContains'");
	if (s->types == 0)
		impossible(set, s, "type", "'type' names no type");
}

static void
check_required_names(struct schema_set *set, const struct schema *s)
{
	const struct doc_node *list = doc_get(s->node, "required");

	if (!s->closed || s->n_patterns > 0 || list == NULL ||
	    list->type != DOC_SEQ)
		return;
	for (size_t i = 0; i < list->n; i++) {
		if (schema_has_property(s, list->items[i]->text))
			continue;
		diag_error(set->diag, list->items[i]->pos, "schema-impossible",
		    "nothing can satisfy this schema: '%.*s' is required, and "
		    "'additionalProperties: false' forbids it",
		    RT_FMT(list->items[i]->text));
		diag_help(set->diag, "add it to 'properties'");
	}
}

/* Whether the schema accepts a node of the contract, as NULL or the first
 * keyword that refuses it; "" for what no client could send. */
static const char *
refusing(struct rt_arena *work, const struct schema *s,
    const struct doc_node *node, struct rt_str *place)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(work, doc_json(work, node, 0),
	    &rt_json_default_limits, &err);
	const char *keyword = "";

	if (v != NULL && schema_accepts(work, s, v, &keyword, place))
		return NULL;
	return keyword;
}

static void
check_enum_values(struct schema_set *set, const struct schema *s)
{
	struct rt_arena *work;
	struct schema bare = *s;

	if (s->enumeration == NULL)
		return;
	work = rt_arena_open_like(set->arena);
	bare.enumeration = NULL;
	for (size_t i = 0; i < s->enumeration->n; i++) {
		const struct doc_node *item = s->enumeration->items[i];
		const char *keyword = refusing(work, &bare, item, NULL);

		if (keyword != NULL)
			diag_warning(set->diag, item->pos, "schema-enum-value",
			    "this value of 'enum' can never be valid: it "
			    "breaks '%s' of the same schema",
			    keyword);
		rt_arena_reset(work);
	}
	rt_arena_close(work);
}

/* What is wrong with a value: the keyword and the place in it. */
struct breach {
	const char *keyword;
	struct rt_str place;
};

/* Whether the value breaks the schema for everybody who may send one. */
static bool
breaks(struct schema_set *set, const struct schema *s,
    const struct doc_node *value, struct breach *out)
{
	struct rt_arena *work = rt_arena_open_like(set->arena);
	const struct schema *w = s->views;
	struct rt_str place = {0};

	out->keyword = refusing(work, s, value, &place);
	while (
	    w != NULL && (w->never || refusing(work, w, value, NULL) != NULL))
		w = w->next_view;
	out->place = place.n == 0 ? RT_LIT("its root")
				  : rt_arena_copy(set->arena, place);
	rt_arena_close(work);
	return out->keyword != NULL && out->keyword[0] != '\0' && w == NULL;
}

static void
check_default(struct schema_set *set, const struct schema *s)
{
	struct breach b = {0};

	if (s->fallback == NULL || !breaks(set, s, s->fallback, &b))
		return;
	diag_warning(set->diag, s->fallback->pos, "default-valid",
	    "the default does not conform to its schema, and is never filled "
	    "in: '%s' fails at %.*s",
	    b.keyword, RT_FMT(b.place));
	diag_note(set->diag, s->pos, "the schema is here");
}

static void
check_example(struct schema_set *set, const struct schema *s,
    const struct doc_node *example)
{
	struct breach b = {0};

	if (!breaks(set, s, example, &b))
		return;
	diag_warning(set->diag, example->pos, "example-valid",
	    "the example does not conform to its schema: '%s' fails at %.*s",
	    b.keyword, RT_FMT(b.place));
	diag_note(set->diag, s->pos, "the schema is here");
}

/* A default that breaks its schema is never filled in. */
static void
drop_default(struct schema_set *set, struct schema *s)
{
	struct rt_arena *work;

	if (s->fallback == NULL)
		return;
	work = rt_arena_open_like(set->arena);
	if (refusing(work, s, s->fallback, NULL) != NULL)
		s->fallback = NULL;
	rt_arena_close(work);
}

enum { UNSEEN, OPEN, CLOSED };

static void visit(struct schema_set *, const struct schema *);

static void
visit_list(struct schema_set *set, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		visit(set, list->v[i]);
}

static void
visit_one(struct schema_set *set, const struct schema *s)
{
	if (s != NULL)
		visit(set, s);
}

/* Only what looks at the same value: an instance has an end, and so has the
 * way along its members and items. */
static void
visit_in_place(struct schema_set *set, const struct schema *s)
{
	visit_one(set, s->ref);
	visit_one(set, s->not_);
	visit_one(set, s->if_);
	visit_one(set, s->then_);
	visit_one(set, s->else_);
	visit_list(set, &s->all_of);
	visit_list(set, &s->any_of);
	visit_list(set, &s->one_of);
	for (size_t i = 0; i < s->n_dependencies; i++)
		visit_one(set, s->dependencies[i].schema);
}

/* A schema that is met again while it is open asks itself about the same
 * value, which has no answer. */
static void
visit(struct schema_set *set, const struct schema *s)
{
	struct schema *open = (struct schema *)s;

	if (s->mark == CLOSED)
		return;
	if (s->mark == OPEN) {
		diag_error(set->diag, s->pos, "schema-cycle",
		    "this schema leads back to itself without a step into "
		    "the value: it has no meaning");
		return;
	}
	open->mark = OPEN;
	visit_in_place(set, s);
	open->mark = CLOSED;
}

static void
finish(struct schema_set *set, const struct schema *s)
{
	check_ranges(set, s);
	check_required_names(set, s);
	check_enum_values(set, s);
	schema_check_discriminator(set, s);
	check_default(set, s);
	for (size_t i = 0; i < s->n_examples; i++)
		check_example(set, s, s->examples[i]);
}

void
schema_finish(struct schema_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->all[i]->whole == NULL)
			visit(set, set->all[i]);
	}
	if (diag_errors(set->diag) > 0)
		return;
	for (size_t i = 0; i < set->n; i++) {
		if (set->all[i]->whole == NULL)
			finish(set, set->all[i]);
	}
	for (size_t i = 0; i < set->n; i++)
		drop_default(set, set->all[i]);
	schema_name_views(set);
}
