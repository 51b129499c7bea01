/*
 * `discriminator` (OpenAPI 3.0.4 to 3.2.0, section "Discriminator Object"): a
 * member whose value names a schema.  It judges no value; it tells which branch
 * was meant.
 */
#include "gen/schema_reading.h"

struct discriminator {
	struct schema_set *set;
	struct schema *s;
	const struct doc_node *node;
};

static void
wrong_type(const struct discriminator *d, const struct doc_node *node,
    const char *what, const char *expected)
{
	diag_error(d->set->diag, node->pos, "schema-type",
	    "%s must be %s, is %s", what, expected, doc_type_name(node->type));
}

/* --- Reading --- */

static void
read_name(const struct discriminator *d)
{
	const struct doc_node *name = doc_get(d->node, "propertyName");

	if (name == NULL)
		diag_error(d->set->diag, d->node->pos, "missing-key",
		    "a discriminator needs 'propertyName'");
	else if (name->type != DOC_STRING)
		wrong_type(d, name, "'propertyName'", "a string");
	else
		d->s->discriminator = doc_name(d->set->diag, name);
}

/* "dog" can only be a component; "#/a", "dog.yaml" are references. */
static bool
is_reference(struct rt_str text)
{
	return memchr(text.p, '/', text.n) != NULL ||
	    memchr(text.p, '#', text.n) != NULL ||
	    memchr(text.p, '.', text.n) != NULL;
}

/* The schema that a value of the mapping names; NULL has been reported. */
static const struct schema *
named_schema(const struct discriminator *d, const struct doc_node *name)
{
	const struct oas_document *document =
	    documents_of(d->set->documents, d->s->node);
	const struct doc_node *target, *schemas;

	if (name->type != DOC_STRING) {
		wrong_type(d, name, "a schema of a discriminator",
		    "a name or a reference");
		return NULL;
	}
	schemas = doc_get(
	    doc_get(document == NULL ? NULL : document->root, "components"),
	    "schemas");
	target = doc_get(schemas, name->text.p);
	if (target == NULL && !is_reference(name->text)) {
		diag_error(d->set->diag, name->pos, "discriminator-mapping",
		    "no schema of the components is called '%.*s'",
		    RT_FMT(name->text));
		return NULL;
	}
	if (target == NULL)
		target = schema_target(d->set, d->s->node, name, NULL);
	return target == NULL ? NULL : schema_at(d->set, target);
}

static void
read_mapping(const struct discriminator *d)
{
	const struct doc_node *map = doc_get(d->node, "mapping");
	struct schema_mapping *v;
	size_t n = 0;

	if (map == NULL)
		return;
	if (map->type != DOC_MAP) {
		wrong_type(d, map, "'mapping'", "a mapping");
		return;
	}
	v = rt_arena_array(d->set->arena, map->n, sizeof(*v));
	for (size_t i = 0; i < map->n; i++) {
		const struct doc_member *m = &map->members[i];

		v[n].value = m->key;
		v[n].pos = m->key_pos;
		v[n].schema = named_schema(d, m->value);
		n += v[n].schema != NULL;
	}
	d->s->mapping = v;
	d->s->n_mapping = n;
}

/* 3.2: what an object without the member, or with an unknown value, is. */
static void
read_otherwise(const struct discriminator *d)
{
	const struct doc_node *name = doc_get(d->node, "defaultMapping");
	enum oas_version version =
	    documents_version(d->set->documents, d->s->node);

	if (name == NULL)
		return;
	if (version == OAS_3_0 || version == OAS_3_1)
		diag_error(d->set->diag, doc_key_pos(d->node, "defaultMapping"),
		    "keyword-version",
		    "'defaultMapping' came with OpenAPI 3.2, and this document "
		    "is %s",
		    oas_version_name(version));
	else
		d->s->default_mapping = named_schema(d, name);
}

static void
check_keys(const struct discriminator *d)
{
	for (size_t i = 0; i < d->node->n; i++) {
		const struct doc_member *m = &d->node->members[i];

		if (rt_str_is(m->key, "propertyName") ||
		    rt_str_is(m->key, "mapping") ||
		    rt_str_is(m->key, "defaultMapping") ||
		    rt_str_starts(m->key, "x-"))
			continue;
		diag_error(d->set->diag, m->key_pos, "unknown-key",
		    "a discriminator has no key '%.*s'", RT_FMT(m->key));
	}
}

void
schema_read_discriminator(const struct reading *r)
{
	struct discriminator d = {r->set, r->s, r->value};

	if (r->value->type != DOC_MAP) {
		schema_wrong_type(r, "a mapping");
		return;
	}
	check_keys(&d);
	read_name(&d);
	read_mapping(&d);
	read_otherwise(&d);
}

/* --- Once all schemas are whole --- */

bool
schema_is_branch(const struct schema *branch, const struct schema *named)
{
	return branch->node == named->node ||
	    (branch->ref != NULL && branch->ref->node == named->node);
}

static bool
has_branch(const struct schema_list *list, const struct schema *named)
{
	for (size_t i = 0; i < list->n; i++) {
		if (schema_is_branch(list->v[i], named))
			return true;
	}
	return false;
}

void
schema_check_discriminator(struct schema_set *set, const struct schema *s)
{
	if (s->discriminator.p == NULL || s->one_of.n + s->any_of.n == 0)
		return;
	for (size_t i = 0; i < s->n_mapping; i++) {
		if (has_branch(&s->one_of, s->mapping[i].schema) ||
		    has_branch(&s->any_of, s->mapping[i].schema))
			continue;
		diag_warning(set->diag, s->mapping[i].pos,
		    "discriminator-branch",
		    "'%.*s' is mapped to a schema that is none of the "
		    "branches",
		    RT_FMT(s->mapping[i].value));
	}
}
