/* The keywords that hold schemas, or names of members. */
#include "gen/schema_reading.h"

void
schema_read_schema(const struct reading *r)
{
	const struct schema **out = r->place;

	*out = schema_at(r->set, r->value);
}

void
schema_read_schemas(const struct reading *r)
{
	struct schema_list *out = r->place;
	const struct schema **v;

	if (r->value->type != DOC_SEQ || r->value->n == 0) {
		schema_wrong_type(r, "a list with at least one schema");
		return;
	}
	v = rt_arena_array(r->set->arena, r->value->n, sizeof(*v));
	for (size_t i = 0; i < r->value->n; i++)
		v[i] = schema_at(r->set, r->value->items[i]);
	*out = (struct schema_list){v, r->value->n};
}

/* Until JSON Schema 2019-09: the first items, with additionalItems for the
 * rest. */
static void
read_item_list(const struct reading *r)
{
	const struct doc_node *rest = doc_get(r->s->node, "additionalItems");
	const struct schema **v =
	    rt_arena_array(r->set->arena, r->value->n, sizeof(*v));

	if (!r->set->lenient) {
		diag_warning(r->set->diag, r->pos, "keyword-version",
		    "a list of 'items' is of an earlier JSON Schema, and is "
		    "read as there");
		diag_help(r->set->diag, "write 'prefixItems'");
	}
	for (size_t i = 0; i < r->value->n; i++)
		v[i] = schema_at(r->set, r->value->items[i]);
	r->s->prefix_items = (struct schema_list){v, r->value->n};
	if (rest != NULL)
		r->s->items = schema_at(r->set, rest);
}

void
schema_read_items(const struct reading *r)
{
	if (r->value->type == DOC_SEQ &&
	    !schema_is_foreign(r->set, r->version, "additionalItems"))
		read_item_list(r);
	else
		r->s->items = schema_at(r->set, r->value);
}

void
schema_read_properties(const struct reading *r)
{
	struct schema_property *p;

	if (r->value->type != DOC_MAP) {
		schema_wrong_type(r, "a mapping from names to schemas");
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

void
schema_read_patterns(const struct reading *r)
{
	struct schema_pattern *p;

	if (r->value->type != DOC_MAP) {
		schema_wrong_type(r, "a mapping from patterns to schemas");
		return;
	}
	p = rt_arena_array(r->set->arena, r->value->n, sizeof(*p));
	r->s->patterns = p;
	r->s->n_patterns = r->value->n;
	for (size_t i = 0; i < r->value->n; i++) {
		const struct doc_member *m = &r->value->members[i];

		schema_check_pattern(r, m->key, m->key_pos);
		p[i] = (struct schema_pattern){m->key, m->key_pos,
		    schema_at(r->set, m->value)};
	}
}

/* The names of a list; those that are no strings are reported. */
static const struct rt_str *
names_of(const struct reading *r, const struct doc_node *list, size_t *n)
{
	struct rt_str *names;

	*n = 0;
	if (list->type != DOC_SEQ) {
		schema_wrong_type(r, "a list of names");
		return NULL;
	}
	names = rt_arena_array(r->set->arena, list->n, sizeof(*names));
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->type == DOC_STRING) {
			names[(*n)++] = doc_name(r->set->diag, list->items[i]);
			continue;
		}
		diag_error(r->set->diag, list->items[i]->pos, "schema-type",
		    "a name in '%s' must be a string, is %s", r->keyword,
		    doc_type_name(list->items[i]->type));
	}
	return names;
}

void
schema_read_required(const struct reading *r)
{
	r->s->required = names_of(r, r->value, &r->s->n_required);
}

/* dependentRequired and dependentSchemas share a table. */
static struct schema_dependency *
grow_dependencies(const struct reading *r)
{
	struct schema_dependency *v;
	size_t n = r->s->n_dependencies;

	if (r->value->type != DOC_MAP) {
		schema_wrong_type(r, "a mapping");
		return NULL;
	}
	v = rt_arena_array(r->set->arena, n + r->value->n, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = r->s->dependencies[i];
	for (size_t i = 0; i < r->value->n; i++)
		v[n + i].name = r->value->members[i].key;
	r->s->dependencies = v;
	r->s->n_dependencies += r->value->n;
	return v + n;
}

void
schema_read_dependent_required(const struct reading *r)
{
	struct schema_dependency *d = grow_dependencies(r);

	for (size_t i = 0; d != NULL && i < r->value->n; i++)
		d[i].required =
		    names_of(r, r->value->members[i].value, &d[i].n_required);
}

void
schema_read_dependent_schemas(const struct reading *r)
{
	struct schema_dependency *d = grow_dependencies(r);

	for (size_t i = 0; d != NULL && i < r->value->n; i++)
		d[i].schema = schema_at(r->set, r->value->members[i].value);
}

/* The two of these as one keyword, until JSON Schema 2019-09. */
void
schema_read_dependencies(const struct reading *r)
{
	struct schema_dependency *d = grow_dependencies(r);

	for (size_t i = 0; d != NULL && i < r->value->n; i++) {
		const struct doc_node *value = r->value->members[i].value;

		if (value->type == DOC_SEQ)
			d[i].required = names_of(r, value, &d[i].n_required);
		else
			d[i].schema = schema_at(r->set, value);
	}
}

void
schema_read_additional(const struct reading *r)
{
	if (r->value->type == DOC_BOOL && !r->value->yes)
		r->s->closed = true;
	else
		r->s->additional = schema_at(r->set, r->value);
}

void
schema_read_ref(const struct reading *r)
{
	const struct doc_node *target =
	    schema_target(r->set, r->s->node, r->value, NULL);

	if (target != NULL)
		r->s->ref = schema_at(r->set, target);
}

void
schema_read_dynamic_ref(const struct reading *r)
{
	const struct doc_node *target =
	    schema_target(r->set, r->s->node, r->value, &r->s->dynamic_anchor);

	if (target != NULL)
		r->s->dynamic = schema_at(r->set, target);
	if (r->s->dynamic_anchor.p != NULL)
		(void)schema_dynamic(r->s);
}

/* Of JSON Schema 2019-09: to the schema around it that has a
 * $recursiveAnchor, else to the whole. */
void
schema_read_recursive_ref(const struct reading *r)
{
	const struct doc_node *node = r->s->node;

	while (
	    node->parent != NULL && !schema_is_true(node, "$recursiveAnchor"))
		node = node->parent;
	if (r->value->type != DOC_STRING || !rt_str_is(r->value->text, "#") ||
	    doc_get(node, "openapi") != NULL)
		schema_wrong_type(r,
		    "'#', inside of a schema with '$recursiveAnchor: true'");
	else
		r->s->ref = schema_at(r->set, node);
}
