#include <stdlib.h>

#include "gen/ref.h"
#include "gen/schema.h"
#include "runtime/check.h"

enum {
	TYPES_ALL = RT_NULL | RT_BOOLEAN | RT_INTEGER | RT_NUMBER | RT_STRING |
	    RT_ARRAY | RT_OBJECT,
};

/* Open addressing over node addresses; a contract has thousands of them. */
struct schema_set {
	struct rt_arena *arena;
	struct diag *diag;
	const struct doc_node *root;
	struct schema **slots;
	size_t n_slots;
	struct schema **all; /* in the order of their reading */
	size_t n, size;
};

/* What reading one keyword needs. */
struct reading {
	struct schema_set *set;
	struct schema *s;
	const struct doc_node *value;
	struct source_pos pos; /* of the keyword */
	const char *keyword;
};

static const struct {
	const char *name;
	unsigned type;
} type_names[] = {
    {"null", RT_NULL},
    {"boolean", RT_BOOLEAN},
    {"integer", RT_INTEGER},
    {"number", RT_NUMBER | RT_INTEGER},
    {"string", RT_STRING},
    {"array", RT_ARRAY},
    {"object", RT_OBJECT},
};

static const struct {
	const char *name;
	enum rt_format format;
} format_names[] = {
    {"date", RT_FORMAT_DATE},
    {"date-time", RT_FORMAT_DATE_TIME},
    {"uuid", RT_FORMAT_UUID},
    {"email", RT_FORMAT_EMAIL},
    {"uri", RT_FORMAT_URI},
    {"uri-reference", RT_FORMAT_URI_REFERENCE},
    {"hostname", RT_FORMAT_HOSTNAME},
    {"ipv4", RT_FORMAT_IPV4},
    {"ipv6", RT_FORMAT_IPV6},
    {"byte", RT_FORMAT_BYTE},
    {"int32", RT_FORMAT_INT32},
    {"int64", RT_FORMAT_INT64},
    {"password", 0},
    {"double", 0},
    {"float", 0},
};

/* "a sequence", or for a scalar what it says. */
static const char *
found(struct rt_arena *arena, const struct doc_node *node)
{
	if (node->type == DOC_SEQ || node->type == DOC_MAP)
		return node->n == 0 ? "empty" : doc_type_name(node->type);
	if (node->type == DOC_STRING)
		return doc_type_name(node->type);
	return rt_arena_printf(arena, "%.*s", RT_FMT(node->text)).p;
}

static void
wrong_type(const struct reading *r, const char *expected)
{
	diag_error(r->set->diag, r->value->pos, "schema-type",
	    "'%s' must be %s, is %s", r->keyword, expected,
	    found(r->set->arena, r->value));
}

static bool
read_count(const struct reading *r, int64_t *out)
{
	if (!doc_int(r->value, out) || *out < 0) {
		wrong_type(r, "a whole number that is not negative");
		return false;
	}
	return true;
}

static void
read_type_name(const struct reading *r, const struct doc_node *name)
{
	if (name->type == DOC_STRING) {
		for (size_t i = 0; i < RT_LEN(type_names); i++) {
			if (rt_str_is(name->text, type_names[i].name)) {
				r->s->types |= type_names[i].type;
				return;
			}
		}
	}
	diag_error(r->set->diag, name->pos, "schema-type",
	    "'%.*s' is no type of JSON Schema", RT_FMT(name->text));
	diag_help(r->set->diag,
	    "the types are: null, boolean, integer, "
	    "number, string, array, object");
}

static void
read_type(const struct reading *r)
{
	r->s->types = 0;
	if (r->value->type == DOC_SEQ) {
		for (size_t i = 0; i < r->value->n; i++)
			read_type_name(r, r->value->items[i]);
		return;
	}
	if (r->value->type == DOC_STRING)
		read_type_name(r, r->value);
	else
		wrong_type(r, "a string or a list of strings");
}

static void
read_enum(const struct reading *r)
{
	if (r->value->type != DOC_SEQ || r->value->n == 0) {
		wrong_type(r, "a list with at least one value");
		return;
	}
	r->s->enumeration = r->value;
	for (size_t i = 1; i < r->value->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (!doc_eq(r->value->items[i], r->value->items[k]))
				continue;
			diag_error(r->set->diag, r->value->items[i]->pos,
			    "schema-enum-unique",
			    "this value stands twice in 'enum'");
			diag_note(r->set->diag, r->value->items[k]->pos,
			    "first here");
		}
	}
}

static void
read_const(const struct reading *r)
{
	r->s->constant = r->value;
}

static void
read_min_length(const struct reading *r)
{
	(void)read_count(r, &r->s->min_length);
}

static void
read_max_length(const struct reading *r)
{
	(void)read_count(r, &r->s->max_length);
}

static void
read_min_items(const struct reading *r)
{
	(void)read_count(r, &r->s->min_items);
}

static void
read_max_items(const struct reading *r)
{
	(void)read_count(r, &r->s->max_items);
}

static void
read_min_properties(const struct reading *r)
{
	(void)read_count(r, &r->s->min_properties);
}

static void
read_max_properties(const struct reading *r)
{
	(void)read_count(r, &r->s->max_properties);
}

static void
read_pattern(const struct reading *r)
{
	struct rt_patterns *compiled;
	const char *why = "";

	if (r->value->type != DOC_STRING) {
		wrong_type(r, "a string");
		return;
	}
	compiled = rt_patterns_open(&r->value->text.p, 1, &why);
	if (compiled == NULL)
		diag_error(r->set->diag, r->value->pos, "schema-pattern",
		    "the pattern can't be compiled: %s", why);
	rt_patterns_close(compiled);
	r->s->pattern = r->value->text;
}

static void
read_format(const struct reading *r)
{
	if (r->value->type != DOC_STRING) {
		wrong_type(r, "a string");
		return;
	}
	r->s->format_name = r->value->text;
	for (size_t i = 0; i < RT_LEN(format_names); i++) {
		if (rt_str_is(r->value->text, format_names[i].name)) {
			r->s->format = format_names[i].format;
			return;
		}
	}
	diag_error(r->set->diag, r->value->pos, "unsupported-format",
	    "the format '%.*s' is not supported yet", RT_FMT(r->value->text));
	diag_help(r->set->diag, "remove it, or say the same by 'pattern'");
}

static void
read_bound(const struct reading *r, struct rt_str *out)
{
	if (r->value->type == DOC_NUMBER)
		*out = r->value->text;
	else
		wrong_type(r, "a number");
}

static void
read_minimum(const struct reading *r)
{
	read_bound(r, &r->s->minimum);
}

static void
read_maximum(const struct reading *r)
{
	read_bound(r, &r->s->maximum);
}

static void
read_above(const struct reading *r)
{
	read_bound(r, &r->s->above);
}

static void
read_below(const struct reading *r)
{
	read_bound(r, &r->s->below);
}

static void
read_multiple(const struct reading *r)
{
	read_bound(r, &r->s->multiple);
	if (r->s->multiple.p == NULL)
		return;
	if (rt_decimal_cmp(r->s->multiple, RT_LIT("0")) <= 0 ||
	    r->s->multiple.n > 18)
		wrong_type(r, "a number above 0 of at most 18 digits");
}

static void
read_unique(const struct reading *r)
{
	if (r->value->type == DOC_BOOL)
		r->s->unique = r->value->yes;
	else
		wrong_type(r, "true or false");
}

static void
read_items(const struct reading *r)
{
	r->s->items = schema_at(r->set, r->value);
}

static void
read_properties(const struct reading *r)
{
	struct schema_property *p;

	if (r->value->type != DOC_MAP) {
		wrong_type(r, "a mapping from names to schemas");
		return;
	}
	p = rt_arena_array(r->set->arena, r->value->n, sizeof(*p));
	r->s->properties = p;
	r->s->n_properties = r->value->n;
	for (size_t i = 0; i < r->value->n; i++) {
		p[i].name = r->value->members[i].key;
		p[i].pos = r->value->members[i].key_pos;
		p[i].schema = schema_at(r->set, r->value->members[i].value);
	}
}

static void
read_required(const struct reading *r)
{
	struct rt_str *names;

	if (r->value->type != DOC_SEQ) {
		wrong_type(r, "a list of names");
		return;
	}
	names = rt_arena_array(r->set->arena, r->value->n, sizeof(*names));
	for (size_t i = 0; i < r->value->n; i++) {
		const struct doc_node *item = r->value->items[i];

		if (item->type != DOC_STRING) {
			diag_error(r->set->diag, item->pos, "schema-type",
			    "a name in 'required' must be a string, is %s",
			    doc_type_name(item->type));
			continue;
		}
		names[r->s->n_required++] = item->text;
	}
	r->s->required = names;
}

static void
read_additional(const struct reading *r)
{
	if (r->value->type == DOC_BOOL)
		r->s->closed = !r->value->yes;
	else
		r->s->additional = schema_at(r->set, r->value);
}

static void
read_list(const struct reading *r, struct schema_list *out)
{
	const struct schema **v;

	if (r->value->type != DOC_SEQ || r->value->n == 0) {
		wrong_type(r, "a list with at least one schema");
		return;
	}
	v = rt_arena_array(r->set->arena, r->value->n, sizeof(*v));
	for (size_t i = 0; i < r->value->n; i++)
		v[i] = schema_at(r->set, r->value->items[i]);
	*out = (struct schema_list){v, r->value->n};
}

static void
read_all_of(const struct reading *r)
{
	read_list(r, &r->s->all_of);
}

static void
read_any_of(const struct reading *r)
{
	read_list(r, &r->s->any_of);
}

static void
read_one_of(const struct reading *r)
{
	read_list(r, &r->s->one_of);
}

static void
read_not(const struct reading *r)
{
	r->s->not_ = schema_at(r->set, r->value);
}

static void
read_default(const struct reading *r)
{
	r->s->fallback = r->value;
}

static void
read_examples(const struct reading *r)
{
	if (r->value->type != DOC_SEQ) {
		wrong_type(r, "a list of values");
		return;
	}
	r->s->examples = r->value->items;
	r->s->n_examples = r->value->n;
}

static void
read_example(const struct reading *r)
{
	const struct doc_node **v = rt_arena_new(r->set->arena, sizeof(*v));

	v[0] = r->value;
	if (r->s->n_examples == 0) {
		r->s->examples = v;
		r->s->n_examples = 1;
	}
}

static void
read_text(const struct reading *r, struct rt_str *out)
{
	if (r->value->type == DOC_STRING)
		*out = r->value->text;
	else
		wrong_type(r, "a string");
}

static void
read_title(const struct reading *r)
{
	read_text(r, &r->s->title);
}

static void
read_description(const struct reading *r)
{
	read_text(r, &r->s->description);
}

/* For people and other tools; nothing follows from them for a server. */
static void
read_annotation(const struct reading *r)
{
	(void)r;
}

/* Every keyword that is enforced or known to assert nothing.  One that is not
 * here is refused: see unsupported(). */
static const struct {
	const char *name;
	void (*read)(const struct reading *);
} keywords[] = {
    {"type", read_type},
    {"enum", read_enum},
    {"const", read_const},
    {"minLength", read_min_length},
    {"maxLength", read_max_length},
    {"pattern", read_pattern},
    {"format", read_format},
    {"minimum", read_minimum},
    {"maximum", read_maximum},
    {"exclusiveMinimum", read_above},
    {"exclusiveMaximum", read_below},
    {"multipleOf", read_multiple},
    {"items", read_items},
    {"minItems", read_min_items},
    {"maxItems", read_max_items},
    {"uniqueItems", read_unique},
    {"properties", read_properties},
    {"required", read_required},
    {"additionalProperties", read_additional},
    {"minProperties", read_min_properties},
    {"maxProperties", read_max_properties},
    {"allOf", read_all_of},
    {"anyOf", read_any_of},
    {"oneOf", read_one_of},
    {"not", read_not},
    {"default", read_default},
    {"examples", read_examples},
    {"example", read_example},
    {"title", read_title},
    {"description", read_description},
    {"deprecated", read_annotation},
    {"externalDocs", read_annotation},
    {"$comment", read_annotation},
};

static bool
is_extension(struct rt_str key)
{
	return rt_str_starts(key, "x-");
}

static void
unsupported(struct schema_set *set, const struct doc_member *m)
{
	diag_error(set->diag, m->key_pos, "unsupported-keyword",
	    "the schema keyword '%.*s' is not supported yet", RT_FMT(m->key));
	diag_help(set->diag,
	    "nothing of a contract is ignored silently: "
	    "remove the keyword or say the same by others");
}

static void
read_keyword(struct schema_set *set, struct schema *s,
    const struct doc_member *m)
{
	struct reading r = {set, s, m->value, m->key_pos, m->key.p};

	for (size_t i = 0; i < RT_LEN(keywords); i++) {
		if (rt_str_is(m->key, keywords[i].name)) {
			keywords[i].read(&r);
			return;
		}
	}
	if (!is_extension(m->key))
		unsupported(set, m);
}

static void
mark_required(struct schema *s)
{
	struct schema_property *p = (struct schema_property *)s->properties;

	for (size_t i = 0; i < s->n_properties; i++) {
		for (size_t k = 0; k < s->n_required; k++)
			p[i].required = p[i].required ||
			    rt_str_eq(p[i].name, s->required[k]);
	}
}

static void
schema_read(struct schema_set *set, struct schema *s)
{
	const struct doc_node *node = s->node;

	if (node->type == DOC_BOOL) {
		s->never = !node->yes;
		s->any = node->yes;
		return;
	}
	if (node->type != DOC_MAP) {
		diag_error(set->diag, node->pos, "schema-type",
		    "a schema must be a mapping, true or false, is %s",
		    doc_type_name(node->type));
		s->any = true;
		return;
	}
	s->any = node->n == 0;
	for (size_t i = 0; i < node->n; i++)
		read_keyword(set, s, &node->members[i]);
	mark_required(s);
}

/* Beside a $ref only annotations are understood: they change nothing. */
static void
check_ref_siblings(struct schema_set *set, const struct doc_node *node)
{
	static const char *const harmless[] = {"$ref", "description", "summary",
	    "title", "deprecated", "examples", "example", "$comment"};

	for (size_t i = 0; i < node->n; i++) {
		const struct doc_member *m = &node->members[i];
		bool known = is_extension(m->key);

		for (size_t k = 0; k < RT_LEN(harmless); k++)
			known = known || rt_str_is(m->key, harmless[k]);
		if (known)
			continue;
		diag_error(set->diag, m->key_pos, "unsupported-keyword",
		    "'%.*s' beside a '$ref' is not supported yet",
		    RT_FMT(m->key));
		diag_help(set->diag,
		    "put the reference and the keyword into an 'allOf'");
	}
}

static struct rt_str
component_name(struct schema_set *set, const struct doc_node *node)
{
	const struct doc_node *schemas =
	    doc_get(doc_get(set->root, "components"), "schemas");

	if (schemas == NULL || node->parent != schemas)
		return (struct rt_str){0};
	return node->key;
}

static struct schema **
find_slot(struct schema_set *set, const struct doc_node *node)
{
	size_t i = ((uintptr_t)node >> 4) * 0x9e3779b97f4a7c15u;

	for (i %= set->n_slots; set->slots[i] != NULL;
	     i = (i + 1) % set->n_slots) {
		if (set->slots[i]->node == node)
			break;
	}
	return &set->slots[i];
}

static void
set_grow(struct schema_set *set)
{
	struct schema **all;

	if (set->n < set->size)
		return;
	set->size = set->size == 0 ? 256 : 2 * set->size;
	all = rt_arena_array(set->arena, set->size, sizeof(struct schema *));
	if (set->n > 0)
		memcpy(all, set->all, set->n * sizeof(struct schema *));
	set->all = all;
	set->n_slots = 4 * set->size;
	set->slots =
	    rt_arena_array(set->arena, set->n_slots, sizeof(struct schema *));
	for (size_t i = 0; i < set->n; i++)
		*find_slot(set, set->all[i]->node) = set->all[i];
}

static struct schema *
schema_new(struct schema_set *set, const struct doc_node *node)
{
	struct schema *s = rt_arena_new(set->arena, sizeof(*s));

	s->node = node;
	s->pos = node->pos;
	s->component = component_name(set, node);
	if (s->component.p != NULL)
		s->pos = doc_key_pos(node->parent, s->component.p);
	s->types = TYPES_ALL;
	s->max_length = SCHEMA_NO_MAX;
	s->max_items = SCHEMA_NO_MAX;
	s->max_properties = SCHEMA_NO_MAX;
	return s;
}

struct schema_set *
schema_set_open(struct rt_arena *arena, struct diag *diag,
    const struct doc_node *root)
{
	struct schema_set *set = rt_arena_new(arena, sizeof(*set));

	set->arena = arena;
	set->diag = diag;
	set->root = root;
	set_grow(set);
	return set;
}

const struct schema *
schema_at(struct schema_set *set, const struct doc_node *node)
{
	static const struct doc_node anything = {.type = DOC_BOOL, .yes = true};
	struct schema **slot, *s;

	if (ref_is(node)) {
		check_ref_siblings(set, node);
		node = ref_resolve(set->arena, set->diag, set->root, node);
		if (node == NULL)
			node = &anything;
	}
	slot = find_slot(set, node);
	if (*slot != NULL)
		return *slot;
	s = schema_new(set, node);
	*slot = s;
	s->id = (unsigned)set->n;
	set->all[set->n++] = s;
	set_grow(set);
	schema_read(set, s);
	return s;
}

size_t
schema_count(const struct schema_set *set)
{
	return set->n;
}

const struct schema *
schema_number(const struct schema_set *set, size_t id)
{
	return set->all[id];
}

/* --- What only whole schemas show --- */

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
	if (s->types == 0)
		impossible(set, s, "type", "'type' names no type");
}

static bool
has_property(const struct schema *s, struct rt_str name)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		if (rt_str_eq(s->properties[i].name, name))
			return true;
	}
	return false;
}

static void
check_required_names(struct schema_set *set, const struct schema *s)
{
	const struct doc_node *list = doc_get(s->node, "required");

	if (!s->closed || list == NULL || list->type != DOC_SEQ)
		return;
	for (size_t i = 0; i < list->n; i++) {
		if (has_property(s, list->items[i]->text))
			continue;
		diag_error(set->diag, list->items[i]->pos, "schema-impossible",
		    "nothing can satisfy this schema: '%.*s' is required, and "
		    "'additionalProperties: false' forbids it",
		    RT_FMT(list->items[i]->text));
		diag_help(set->diag, "add it to 'properties'");
	}
}

/* A node of the contract as a node of the tape, to be validated. */
static const struct rt_node *
as_tape(struct schema_set *set, const struct doc_node *node)
{
	struct rt_json_error err;

	return rt_json_parse(set->arena, doc_json(set->arena, node, 0),
	    &rt_json_default_limits, &err);
}

static void
check_enum_values(struct schema_set *set, const struct schema *s)
{
	struct schema bare = *s;

	if (s->enumeration == NULL)
		return;
	bare.enumeration = NULL;
	for (size_t i = 0; i < s->enumeration->n; i++) {
		const struct doc_node *item = s->enumeration->items[i];
		const char *keyword = "";
		const struct rt_node *v = as_tape(set, item);

		if (v != NULL &&
		    schema_accepts(set->arena, &bare, v, &keyword, NULL))
			continue;
		diag_error(set->diag, item->pos, "schema-impossible",
		    "this value of 'enum' can never be valid: it breaks "
		    "'%s' of the same schema",
		    keyword);
	}
}

static void
check_value(struct schema_set *set, const struct schema *s,
    const struct doc_node *value, const char *what)
{
	const char *keyword = "";
	struct rt_str place = {0};
	const struct rt_node *v = as_tape(set, value);

	if (v == NULL || schema_accepts(set->arena, s, v, &keyword, &place))
		return;
	if (place.n == 0)
		place = RT_LIT("its root");
	diag_error(set->diag, value->pos, "example-valid",
	    "the %s does not conform to its schema: '%s' fails at %.*s", what,
	    keyword, RT_FMT(place));
	diag_note(set->diag, s->pos, "the schema is here");
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
visit_parts(struct schema_set *set, const struct schema *s)
{
	for (size_t i = 0; i < s->n_properties; i++)
		visit(set, s->properties[i].schema);
	if (s->items != NULL)
		visit(set, s->items);
	if (s->additional != NULL)
		visit(set, s->additional);
	if (s->not_ != NULL)
		visit(set, s->not_);
	visit_list(set, &s->all_of);
	visit_list(set, &s->any_of);
	visit_list(set, &s->one_of);
}

/* A schema that is met again while it is open contains itself: its struct
 * would have no end, nor would its check. */
static void
visit(struct schema_set *set, const struct schema *s)
{
	struct schema *open = (struct schema *)s;

	if (s->mark == CLOSED)
		return;
	if (s->mark == OPEN) {
		diag_error(set->diag, s->pos, "unsupported-recursion",
		    "this schema contains itself: recursive schemas are not "
		    "supported yet");
		return;
	}
	open->mark = OPEN;
	visit_parts(set, s);
	open->mark = CLOSED;
}

void
schema_finish(struct schema_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		visit(set, set->all[i]);
	if (diag_errors(set->diag) > 0)
		return;
	for (size_t i = 0; i < set->n; i++) {
		const struct schema *s = set->all[i];

		check_ranges(set, s);
		check_required_names(set, s);
		check_enum_values(set, s);
		if (s->fallback != NULL)
			check_value(set, s, s->fallback, "default");
		for (size_t k = 0; k < s->n_examples; k++)
			check_value(set, s, s->examples[k], "example");
	}
}
