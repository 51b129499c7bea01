/* Schemas and values for tests, from YAML and JSON. */
#ifndef SCHEMA_FIXTURE_H
#define SCHEMA_FIXTURE_H

#include "gen/sample.h"
#include "tests/unit/test.h"

static inline struct rt_arena *
fixture_arena(void)
{
	static struct rt_arena *arena;

	if (arena == NULL)
		arena = rt_arena_open((size_t)256 << 20, NULL, NULL);
	return arena;
}

static inline const struct doc_node *
fixture_doc(const char *yaml)
{
	struct rt_arena *a = fixture_arena();
	struct diag *d = diag_open(a);
	const struct doc_node *node =
	    doc_read(a, d, source_of(a, "test.yaml", rt_str(yaml)));

	diag_print(d, stderr);
	CHECK(node != NULL);
	return node;
}

static inline const struct schema *
fixture_schema(const char *yaml)
{
	struct rt_arena *a = fixture_arena();
	struct diag *d = diag_open(a);
	const struct doc_node *node = fixture_doc(yaml);
	struct schema_set *set = schema_set_open(documents_open(a, d, node));
	const struct schema *s = schema_at(set, node);

	diag_print(d, stderr);
	CHECK_INT(diag_errors(d), 0);
	return s;
}

static inline const struct instance *
fixture_instance(const char *json)
{
	return instance_of_doc(fixture_arena(), fixture_doc(json));
}

static inline struct rt_str
fixture_json(const struct instance *v)
{
	return v == NULL ? RT_LIT("none") : instance_json(fixture_arena(), v);
}

#endif /* SCHEMA_FIXTURE_H */
