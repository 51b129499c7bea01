/* Which dialect of JSON Schema a schema is written in: `$schema` of its
 * resource, or jsonSchemaDialect of its document. */
#include "gen/schema_read.h"

/* Those that are read as they are. */
static const char *const known[] = {
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://spec.openapis.org/oas/3.1/dialect/2024-10-25",
    "https://spec.openapis.org/oas/3.1/dialect/2024-11-10",
    "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
};

static bool
is_known(struct rt_str uri)
{
	if (rt_str_ends(uri, "#"))
		uri.n--;
	for (size_t i = 0; i < RT_LEN(known); i++) {
		if (rt_str_is(uri, known[i]))
			return true;
	}
	return false;
}

/* The metaschema of a dialect of one's own: one of the contract's files, or a
 * schema with that $id.  NULL where it is not there. */
static const struct doc_node *
metaschema(struct schema_set *set, const struct doc_node *holder,
    const struct doc_node *dialect)
{
	const struct doc_node *found =
	    resources_find(set->resources, holder, dialect->text, NULL);

	if (found != NULL ||
	    memchr(dialect->text.p, ':', dialect->text.n) != NULL)
		return found;
	return schema_target(set, holder, dialect, NULL);
}

void
schema_check_dialect(struct schema_set *set, const struct doc_node *holder,
    const struct doc_node *dialect)
{
	if (dialect->type != DOC_STRING) {
		diag_error(set->diag, dialect->pos, "type",
		    "a dialect must be a string, is %s",
		    doc_type_name(dialect->type));
		return;
	}
	if (set->lenient || is_known(dialect->text) ||
	    metaschema(set, holder, dialect) != NULL)
		return;
	diag_warning(set->diag, dialect->pos, "schema-dialect",
	    "the dialect '%.*s' is not known: schemas are read as those of "
	    "JSON Schema 2020-12",
	    RT_FMT(dialect->text));
}

/* The dialect of a node, and what names it; NULL for that of OpenAPI. */
static const struct doc_node *
dialect_of(struct schema_set *set, const struct doc_node *node,
    const struct doc_node **holder)
{
	const struct oas_document *d = documents_of(set->documents, node);
	const struct doc_node *root = node, *dialect;

	while (root->parent != NULL && !resources_is_root(set->resources, root))
		root = root->parent;
	*holder = root;
	dialect = doc_get(root, "$schema");
	if (dialect != NULL || d == NULL)
		return dialect;
	*holder = d->root;
	return doc_get(d->root, "jsonSchemaDialect");
}

/* Sections 8.1.2 and 8.1.2.3 of JSON Schema 2020-12. */
bool
schema_lacks_validation(struct schema_set *set, const struct doc_node *node)
{
	const struct doc_node *holder;
	const struct doc_node *dialect = dialect_of(set, node, &holder);
	const struct doc_node *vocabulary;

	if (dialect == NULL || dialect->type != DOC_STRING ||
	    is_known(dialect->text))
		return false;
	dialect = resources_find(set->resources, holder, dialect->text, NULL);
	vocabulary = doc_get(dialect, "$vocabulary");
	return vocabulary != NULL &&
	    doc_get(vocabulary,
		"https://json-schema.org/draft/2020-12/"
		"vocab/validation") == NULL;
}
