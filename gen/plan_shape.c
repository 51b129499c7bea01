/* What values of a schema are to C: one schema with all that is in place. */
#include "gen/plan_type.h"

/* --- Types --- */

static unsigned
type_of(const struct doc_node *v)
{
	switch (v->type) {
	case DOC_NULL:
		return RT_NULL;
	case DOC_BOOL:
		return RT_BOOLEAN;
	case DOC_NUMBER:
		return rt_decimal_is_integer(v->text) ? RT_INTEGER
						      : PLAN_NUMBERS;
	case DOC_STRING:
		return RT_STRING;
	case DOC_SEQ:
		return RT_ARRAY;
	case DOC_MAP:
		return RT_OBJECT;
	}
	return 0;
}

/* What its own keywords allow. */
static unsigned
own_types(const struct schema *s)
{
	unsigned listed = 0;

	if (s->never)
		return 0;
	if (s->constant != NULL)
		return s->types & type_of(s->constant);
	if (s->enumeration == NULL)
		return s->types;
	for (size_t i = 0; i < s->enumeration->n; i++)
		listed |= type_of(s->enumeration->items[i]);
	return s->types & listed;
}

static const struct plan_form *form_within(struct plan *, const struct schema *,
    unsigned types);

/* The types of a schema's values: where it stands, or wherever it is. */
static unsigned
types_of(struct plan *p, const struct schema *s, bool alone)
{
	const struct plan_form *f = plan_form(p, s);

	return alone ? f->alone : f->types;
}

static unsigned
list_types(struct plan *p, const struct schema_list *list, bool alone)
{
	unsigned types = 0;

	if (list->n == 0)
		return PLAN_TYPES;
	for (size_t i = 0; i < list->n; i++)
		types |= types_of(p, list->v[i], alone);
	return types;
}

/* Where a $dynamicRef leads is known when nothing can lead it elsewhere. */
static const struct schema *
fixed_reference(const struct schema *s)
{
	return s->dynamic_anchor.p == NULL ? s->dynamic : NULL;
}

/* A branch that stands in its schema has no other values than that. */
static void
bound_branches(struct plan *p, const struct schema *s,
    const struct schema_list *list, unsigned types)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct doc_node *seq = list->v[i]->node->parent;

		if (seq != NULL && seq->parent == s->node)
			(void)form_within(p, list->v[i], types);
	}
}

/* An upper bound: what is in place can only take types away. */
static unsigned
all_types(struct plan *p, const struct schema *s, bool alone)
{
	unsigned types = own_types(s);

	if (s->ref != NULL)
		types &= types_of(p, s->ref, alone);
	if (fixed_reference(s) != NULL)
		types &= types_of(p, fixed_reference(s), alone);
	for (size_t i = 0; i < s->all_of.n; i++)
		types &= types_of(p, s->all_of.v[i], alone);
	return types & list_types(p, &s->any_of, alone) &
	    list_types(p, &s->one_of, alone);
}

bool
plan_any_type(unsigned types)
{
	return (types | RT_INTEGER) == PLAN_TYPES;
}

static unsigned
without_null(unsigned types)
{
	return types & ~(unsigned)RT_NULL;
}

unsigned
plan_core(struct plan *p, const struct schema *s)
{
	return without_null(plan_form(p, s)->types);
}

bool
plan_nullable(struct plan *p, const struct schema *s)
{
	unsigned types = plan_form(p, s)->types;

	return (types & RT_NULL) != 0 && types != RT_NULL;
}

bool
plan_is_text(enum plan_kind kind)
{
	return kind == PLAN_STR || kind == PLAN_DATE || kind == PLAN_TIME ||
	    kind == PLAN_UUID || kind == PLAN_ENUM;
}

bool
plan_is_number(enum plan_kind kind)
{
	return kind == PLAN_INT || kind == PLAN_INT32 || kind == PLAN_DOUBLE;
}

/* --- Its own keywords --- */

static void
add_text(struct rt_str *texts, size_t *n, const struct doc_node *v)
{
	if (v->type == DOC_STRING)
		texts[(*n)++] = v->text;
}

/* The strings that are allowed, where no other value is but null. */
static void
set_texts(struct plan *p, const struct schema *s, struct plan_form *f)
{
	size_t max = s->enumeration == NULL ? 1 : s->enumeration->n;
	struct rt_str *texts = rt_arena_array(p->arena, max, sizeof(*texts));

	if (s->constant != NULL)
		add_text(texts, &f->n_texts, s->constant);
	for (size_t i = 0; s->constant == NULL && s->enumeration != NULL &&
	     i < s->enumeration->n;
	     i++)
		add_text(texts, &f->n_texts, s->enumeration->items[i]);
	/* C knows texts up to their first NUL. */
	for (size_t i = 0; i < f->n_texts; i++) {
		if (memchr(texts[i].p, '\0', texts[i].n) != NULL)
			f->n_texts = 0;
	}
	f->texts = texts;
}

static void
string_form(struct plan *p, const struct schema *s, struct plan_form *f)
{
	set_texts(p, s, f);
	if (s->file)
		f->kind = PLAN_FILE;
	else if (s->constant != NULL)
		f->kind = PLAN_STR;
	else if (f->n_texts > 0)
		f->kind = PLAN_ENUM;
	else if (s->format == RT_FORMAT_DATE)
		f->kind = PLAN_DATE;
	else if (s->format == RT_FORMAT_DATE_TIME)
		f->kind = PLAN_TIME;
	else if (s->format == RT_FORMAT_UUID)
		f->kind = PLAN_UUID;
	else
		f->kind = PLAN_STR;
}

const struct schema *
plan_further(struct plan *p, const struct schema *s)
{
	const struct schema *item = s->additional;

	if (!s->closed && item == NULL)
		return NULL;
	for (size_t i = 0; i < s->n_patterns; i++) {
		const struct schema *other = s->patterns[i].schema;

		if (item == NULL)
			item = other;
		if (plan_form(p, item)->shape != plan_form(p, other)->shape)
			return NULL;
	}
	return item != NULL && plan_tells(p, item) ? item : NULL;
}

static void
object_form(struct plan *p, const struct schema *s, struct plan_form *f)
{
	struct plan_field *v =
	    rt_arena_array(p->arena, s->n_properties, sizeof(*v));

	for (size_t i = 0; i < s->n_properties; i++) {
		if (s->properties[i].hidden)
			continue;
		v[f->n_fields].property = &s->properties[i];
		v[f->n_fields++].required = s->properties[i].required;
	}
	f->fields = v;
	f->item = plan_further(p, s);
	if (f->n_fields > 0)
		f->kind = PLAN_STRUCT;
	else if (f->item != NULL)
		f->kind = PLAN_MAP;
	else if (s->n_patterns > 1)
		f->widened = "members are of several types";
}

static void
array_form(struct plan *p, const struct schema *s, struct plan_form *f)
{
	f->kind = PLAN_NODE;
	if (s->prefix_items.n > 0)
		f->widened = "items of an array have schemas of their own";
	if (s->prefix_items.n > 0 || s->items == NULL ||
	    !plan_tells(p, s->items))
		return;
	f->kind = PLAN_LIST;
	f->item = s->items;
}

/* --- Values of several types --- */

static void
add_variant(struct plan_variant *v, size_t *n, struct plan_variant variant)
{
	v[(*n)++] = variant;
}

/* A union of what `type` lists, where each is plain by itself. */
static void
several_form(struct plan *p, const struct schema *s, unsigned types,
    struct plan_form *f)
{
	struct plan_variant *v = rt_arena_array(p->arena, 4, sizeof(*v));
	size_t n = 0;

	f->kind = PLAN_NODE;
	if (plan_any_type(types | RT_NULL)) {
		f->widened = s->n_properties > 0 || s->items != NULL
		    ? "no type is named, so that values may be of any"
		    : NULL;
		return;
	}
	f->widened = "values are of several types";
	if ((types & (RT_ARRAY | RT_OBJECT)) != 0)
		return;
	if ((types & RT_STRING) != 0)
		add_variant(v, &n,
		    (struct plan_variant){
			.kind = PLAN_STR,
			.types = RT_STRING,
			.name = RT_LIT("string"),
		    });
	if ((types & PLAN_NUMBERS) != 0)
		add_variant(v, &n,
		    (struct plan_variant){
			.kind =
			    (types & RT_NUMBER) != 0 ? PLAN_DOUBLE : PLAN_INT,
			.types = types & PLAN_NUMBERS,
			.name = (types & RT_NUMBER) != 0 ? RT_LIT("number")
							 : RT_LIT("integer"),
		    });
	if ((types & RT_BOOLEAN) != 0)
		add_variant(v, &n,
		    (struct plan_variant){
			.kind = PLAN_BOOL,
			.types = RT_BOOLEAN,
			.name = RT_LIT("boolean"),
		    });
	if (n < 2)
		return;
	f->kind = PLAN_UNION;
	f->widened = NULL;
	f->variants = v;
	f->n_variants = n;
}

void
plan_own_form(struct plan *p, const struct schema *s, unsigned types,
    struct plan_form *f)
{
	if (s->file && s->any) {
		f->kind = PLAN_FILE;
		return;
	}
	switch (without_null(types)) {
	case 0:
		f->kind = PLAN_NODE;
		break;
	case RT_BOOLEAN:
		f->kind = PLAN_BOOL;
		break;
	case RT_INTEGER:
		f->kind = s->format == RT_FORMAT_INT32 ? PLAN_INT32 : PLAN_INT;
		break;
	case RT_NUMBER:
	case PLAN_NUMBERS:
		f->kind = PLAN_DOUBLE;
		break;
	case RT_STRING:
		string_form(p, s, f);
		break;
	case RT_ARRAY:
		array_form(p, s, f);
		break;
	case RT_OBJECT:
		object_form(p, s, f);
		break;
	default:
		several_form(p, s, without_null(types), f);
		break;
	}
}

/* --- What tells --- */

/* Whether the schema's own keywords tell more than types. */
static bool
tells_itself(const struct schema *s)
{
	return s->n_properties > 0 || s->file || s->enumeration != NULL ||
	    s->constant != NULL || s->items != NULL || s->prefix_items.n > 0 ||
	    s->additional != NULL || s->n_patterns > 0 || s->format != 0;
}

static bool
any_tells(struct plan *p, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (plan_tells(p, list->v[i]))
			return true;
	}
	return false;
}

bool
plan_tells(struct plan *p, const struct schema *s)
{
	return !plan_any_type(own_types(s)) || tells_itself(s) ||
	    (s->ref != NULL && plan_tells(p, s->ref)) || s->dynamic != NULL ||
	    any_tells(p, &s->all_of) || any_tells(p, &s->any_of) ||
	    any_tells(p, &s->one_of);
}

/* Whether it tells more than types. */
static bool
tells_more(struct plan *p, const struct schema *s)
{
	if (tells_itself(s) || s->dynamic != NULL || any_tells(p, &s->any_of) ||
	    any_tells(p, &s->one_of))
		return true;
	if (s->ref != NULL && tells_more(p, s->ref))
		return true;
	for (size_t i = 0; i < s->all_of.n; i++) {
		if (tells_more(p, s->all_of.v[i]))
			return true;
	}
	return false;
}

/* What there is beside a schema's own keywords. */
struct sources {
	struct schema_list parts; /* that tell */
	size_t n_more; /* of them tell more than types */
	const struct schema *more; /* the last one of these */
	const struct schema_list *choices[2];
	size_t n_choices;
};

static void
add_part(struct plan *p, struct sources *from, const struct schema *part)
{
	if (part == NULL || !plan_tells(p, part))
		return;
	((const struct schema **)from->parts.v)[from->parts.n++] = part;
	if (!tells_more(p, part))
		return;
	from->n_more++;
	from->more = part;
}

static void
add_choice(struct plan *p, struct sources *from,
    const struct schema_list *choice)
{
	if (any_tells(p, choice))
		from->choices[from->n_choices++] = choice;
}

static struct sources
find_sources(struct plan *p, const struct schema *s)
{
	struct sources from = {.n_more = 0};

	from.parts.v = rt_arena_array(p->arena, s->all_of.n + 2,
	    sizeof(const struct schema *));
	add_part(p, &from, s->ref);
	add_part(p, &from, s->dynamic);
	for (size_t i = 0; i < s->all_of.n; i++)
		add_part(p, &from, s->all_of.v[i]);
	add_choice(p, &from, &s->any_of);
	add_choice(p, &from, &s->one_of);
	return from;
}

/* --- All that holds for a value --- */

static bool
is_listed(const struct schema_list *list, const struct schema *s)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i] == s)
			return true;
	}
	return false;
}

static void
collect(struct plan *p, struct schema_list *list, const struct schema *s)
{
	const struct schema **v;

	if (s == NULL || is_listed(list, s))
		return;
	collect(p, list, s->ref);
	collect(p, list, fixed_reference(s));
	for (size_t i = 0; i < s->all_of.n; i++)
		collect(p, list, s->all_of.v[i]);
	/* Room for powers of two. */
	if ((list->n & (list->n - 1)) == 0) {
		v = rt_arena_array(p->arena, 2 * list->n + 1, sizeof(*v));
		for (size_t i = 0; i < list->n; i++)
			v[i] = list->v[i];
		list->v = v;
	}
	((const struct schema **)list->v)[list->n++] = s;
}

struct schema_list
plan_parts(struct plan *p, const struct schema *s)
{
	struct schema_list list = {NULL, 0};

	collect(p, &list, s);
	return list;
}

/* --- Put together --- */

/* The narrower of two is readable as itself whatever the other says. */
static int
precision(const struct plan_form *f)
{
	switch (f->kind) {
	case PLAN_ENUM:
		return 3;
	case PLAN_DATE:
	case PLAN_TIME:
	case PLAN_UUID:
	case PLAN_INT32:
		return 2;
	case PLAN_STR:
		return f->n_texts > 0 ? 3 : 1;
	case PLAN_INT:
		return 1;
	default:
		return 0;
	}
}

const struct plan_form *
plan_narrower(const struct plan_form *a, const struct plan_form *b)
{
	if (a->shape == b->shape)
		return a;
	if ((plan_is_text(a->kind) && plan_is_text(b->kind)) ||
	    (plan_is_number(a->kind) && plan_is_number(b->kind)))
		return precision(b) > precision(a) ? b : a;
	return a->kind == PLAN_BOOL && b->kind == PLAN_BOOL ? a : NULL;
}

static void
follow(struct plan *p, const struct schema *to, struct plan_form *f)
{
	struct plan_form form = *plan_form(p, to);

	form.types = f->types;
	form.alone = f->alone;
	*f = form;
}

/* A scalar of which several schemas tell. */
static void
scalar_form(struct plan *p, const struct schema *s, const struct sources *from,
    struct plan_form *f)
{
	struct plan_form own = *f;
	const struct plan_form *best = &own;

	plan_own_form(p, s, f->types, &own);
	for (size_t i = 0; i < from->parts.n; i++) {
		const struct plan_form *part = plan_form(p, from->parts.v[i]);

		if (without_null(part->types) == without_null(f->types) &&
		    plan_narrower(best, part) == part)
			best = part;
	}
	for (size_t i = 0; i < from->n_choices; i++) {
		struct plan_form *choice =
		    rt_arena_new(p->arena, sizeof(*choice));

		*choice = *f;
		plan_choice(p, s, from->choices[i], choice);
		if (plan_narrower(best, choice) == choice)
			best = choice;
	}
	own = *best;
	own.types = f->types;
	own.alone = f->alone;
	*f = own;
}

/* An array of which several schemas tell: those that tell of items have to be
 * one. */
static void
joined_array(struct plan *p, const struct schema *s, struct plan_form *f)
{
	struct schema_list parts = plan_parts(p, s);
	const struct schema *found = NULL;

	f->kind = PLAN_NODE;
	f->widened = "several schemas tell of the items";
	for (size_t i = 0; i < parts.n; i++) {
		const struct schema *part = parts.v[i];

		if (any_tells(p, &part->any_of) || any_tells(p, &part->one_of))
			return;
		if (part->items == NULL && part->prefix_items.n == 0)
			continue;
		if (found != NULL)
			return;
		found = part;
	}
	f->widened = NULL;
	if (found != NULL)
		array_form(p, found, f);
}

static void
joined_form(struct plan *p, const struct schema *s, const struct sources *from,
    struct plan_form *f)
{
	switch (without_null(f->types)) {
	case RT_BOOLEAN:
	case RT_INTEGER:
	case RT_NUMBER:
	case PLAN_NUMBERS:
	case RT_STRING:
		scalar_form(p, s, from, f);
		break;
	case RT_ARRAY:
		joined_array(p, s, f);
		break;
	case RT_OBJECT:
		plan_merge(p, s, f);
		break;
	default:
		f->kind = PLAN_NODE;
		f->widened = "several schemas tell of values of several types";
		break;
	}
}

/* The one part that has the C type of the whole, or NULL. */
static const struct schema *
followed(struct plan *p, const struct schema *s, const struct sources *from,
    unsigned types)
{
	const struct schema *part = from->more;

	if (from->parts.n == 1)
		part = from->parts.v[0];
	else if (from->n_more != 1)
		return NULL;
	if (tells_itself(s) || from->n_choices > 0 ||
	    without_null(plan_form(p, part)->types) != without_null(types))
		return NULL;
	return part;
}

static void
find_form(struct plan *p, const struct schema *s, struct plan_form *f)
{
	struct sources from = find_sources(p, s);
	const struct schema *part = followed(p, s, &from, f->types);

	if (s->dynamic_anchor.p != NULL)
		f->widened = "a $dynamicRef may mean several schemas";
	else if (part != NULL)
		follow(p, part, f);
	else if (from.parts.n + from.n_choices == 0)
		plan_own_form(p, s, f->types, f);
	else if (from.parts.n == 0 && from.n_choices == 1 && !tells_itself(s) &&
	    (without_null(list_types(p, from.choices[0], false)) & ~s->types) ==
		0)
		plan_choice(p, s, from.choices[0], f);
	else
		joined_form(p, s, &from, f);
}

/* While a schema's form is being found it counts as the tape. */
static const struct plan_form *
form_within(struct plan *p, const struct schema *s, unsigned types)
{
	struct plan_form *f = p->forms[s->id];

	if (f != NULL)
		return f;
	f = rt_arena_new(p->arena, sizeof(*f));
	f->kind = PLAN_NODE;
	f->shape = s;
	p->forms[s->id] = f;
	f->types = f->alone = PLAN_TYPES;
	bound_branches(p, s, &s->any_of, types & own_types(s));
	bound_branches(p, s, &s->one_of, types & own_types(s));
	f->alone = all_types(p, s, true);
	f->types = all_types(p, s, false) & types;
	find_form(p, s, f);
	return f;
}

const struct plan_form *
plan_form(struct plan *p, const struct schema *s)
{
	return form_within(p, s, PLAN_TYPES);
}
