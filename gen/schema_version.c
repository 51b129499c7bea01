/* Keywords of another version than the document's.  Most are clear enough to be
 * read; whoever reads the contract by the letter must know. */
#include "gen/schema_read.h"

/* What OpenAPI 3.1 brought. */
static const char *const since_3_1[] = {"const", "prefixItems", "contains",
    "minContains", "maxContains", "patternProperties", "propertyNames",
    "dependentRequired", "dependentSchemas", "unevaluatedItems",
    "unevaluatedProperties", "$dynamicRef", "if", "then", "else", "examples",
    "contentEncoding", "contentMediaType", "contentSchema", "$comment",
    "$schema", "$id", "$anchor", "$dynamicAnchor", "$defs", "$vocabulary"};

/* Of earlier drafts of JSON Schema, with what has their place. */
static const struct {
	const char *name, *now;
} earlier[] = {
    {"additionalItems", "items"},
    {"definitions", "$defs"},
    {"dependencies", "dependentRequired' or 'dependentSchemas"},
    {"$recursiveRef", "$dynamicRef"},
};

static bool
is_since_3_1(struct rt_str keyword)
{
	for (size_t i = 0; i < RT_LEN(since_3_1); i++) {
		if (rt_str_is(keyword, since_3_1[i]))
			return true;
	}
	return false;
}

/* What has the place of an earlier draft's keyword; NULL for any other. */
static const char *
successor(struct rt_str keyword)
{
	for (size_t i = 0; i < RT_LEN(earlier); i++) {
		if (rt_str_is(keyword, earlier[i].name))
			return earlier[i].now;
	}
	return NULL;
}

bool
schema_is_foreign(const struct schema_set *set, enum oas_version version,
    const char *keyword)
{
	if (!set->lenient || version == OAS_3_0)
		return false;
	return strcmp(keyword, "nullable") == 0 ||
	    (successor(rt_str(keyword)) != NULL &&
		strcmp(keyword, "definitions") != 0);
}

static void
warn_earlier(struct schema_set *set, const struct doc_member *m,
    const char *now)
{
	diag_warning(set->diag, m->key_pos, "keyword-version",
	    "'%.*s' is of an earlier JSON Schema, and is read as there",
	    RT_FMT(m->key));
	diag_help(set->diag, "write '%s'", now);
}

void
schema_warn_version(struct schema_set *set, enum oas_version version,
    const struct doc_member *m)
{
	bool old = version == OAS_3_0;
	bool nullable = rt_str_is(m->key, "nullable");

	if (set->lenient)
		return;
	if (successor(m->key) != NULL) {
		warn_earlier(set, m, successor(m->key));
		return;
	}
	if (old ? !is_since_3_1(m->key) : !nullable)
		return;
	diag_warning(set->diag, m->key_pos, "keyword-version",
	    "'%.*s' %s, and this document is %s: it is read as in %s",
	    RT_FMT(m->key),
	    old ? "came with OpenAPI 3.1" : "ended with OpenAPI 3.0",
	    oas_version_name(version), old ? "3.1" : "3.0");
	diag_help(set->diag, "%s",
	    old ? "write 'openapi: 3.1.0' to use it"
		: "add 'null' to the types: type: [string, 'null']");
}
