/* The check of one schema, and what schema_accepts() says to its tests. */
#include "tests/conformance/compile.h"

#include <stdio.h>
#include <stdlib.h>

/* A group while it is compiled. */
struct compilation {
	struct compiler *c;
	const struct group *group;
	struct rt_str name; /* "format_date_time_1" */
	struct diag *diag;
	struct schema_set *set;
	const struct schema *schema;
	bool readable; /* reading it found no fault */
	struct value *plan;
	struct rt_str check; /* the name of its function */
};

static struct rt_str
text_of(const struct doc_node *map, const char *key)
{
	const struct doc_node *node = doc_get(map, key);

	return node == NULL ? RT_LIT("") : node->text;
}

/* The first sentence of what is wrong. */
static struct rt_str
trouble(struct compilation *g)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	struct rt_str all, line;

	if (f == NULL)
		return RT_LIT("out of memory");
	diag_print(g->diag, f);
	fclose(f);
	all = rt_arena_copy(g->c->arena, (struct rt_str){text, n});
	free(text);
	line = rt_str_cut(&all, '\n');
	return line;
}

/* The schema as a document of its own. */
static void
read_schema(struct compilation *g)
{
	struct compiler *c = g->c;
	struct rt_str json =
	    doc_json(c->arena, doc_get(g->group->node, "schema"), 2);
	const char *file =
	    rt_arena_printf(c->arena, "%.*s.json", RT_FMT(g->name)).p;
	const struct doc_node *root =
	    doc_read(c->arena, g->diag, source_of(c->arena, file, json));
	struct documents *documents;

	if (root == NULL)
		return;
	documents = documents_open(c->arena, g->diag, root);
	if (g->group->old)
		documents->v[0].version = OAS_3_0;
	g->set = schema_set_open(documents);
	schema_set_lenient(g->set, true);
	schema_set_formats(g->set, g->group->formats);
	for (size_t i = 0; i < c->n_documents; i++)
		schema_set_add(g->set, c->documents[i].uri,
		    c->documents[i].root);
	g->schema = schema_at(g->set, root);
}

static bool
is_accepted(struct compilation *g, const struct rt_node *v)
{
	bool accepted = g->readable &&
	    schema_accepts(g->c->scratch, g->schema, v, NULL, NULL);

	rt_arena_reset(g->c->scratch);
	return accepted;
}

/* "0110": what schema_accepts() says to the data of all groups. */
static struct rt_str
verdicts(struct compilation *g)
{
	size_t n = value_count(g->c->data);
	char *text = rt_arena_bytes(g->c->arena, n);

	for (size_t i = 0; i < n; i++)
		text[i] = is_accepted(g, g->c->nodes[i]) ? '1' : '0';
	return (struct rt_str){text, n};
}

static size_t
number_of(const struct compiler *c, struct rt_str data)
{
	size_t i = 0;

	while (!rt_str_eq(value_str(value_at(c->data, i)), data))
		i++;
	return i;
}

static struct value *
tests_of(struct compilation *g)
{
	const struct doc_node *tests = doc_get(g->group->node, "tests");
	struct value *list = value_list(g->c->arena);

	for (size_t i = 0; tests != NULL && i < tests->n; i++) {
		const struct doc_node *test = tests->items[i];
		struct rt_str data =
		    doc_json(g->c->arena, doc_get(test, "data"), 0);
		struct value *v = value_map(g->c->arena);

		value_set_text(v, "description", text_of(test, "description"));
		value_set_int(v, "data", (int64_t)number_of(g->c, data));
		value_set_bool(v, "valid", doc_get(test, "valid")->yes);
		value_add(list, v);
	}
	return list;
}

static void
emit_model(struct compilation *g, const char *file, const char *template)
{
	struct rt_arena *arena = g->c->arena;
	struct rt_str path =
	    rt_arena_printf(arena, "%.*s/%s", RT_FMT(g->name), file);

	compile_render(g->c, path.p, template, g->plan);
}

/* The names of the plan's functions: each group has its own "api_x_check". */
static struct value *
functions_of(struct compilation *g)
{
	const struct value *types = value_get(g->plan, RT_LIT("types"));
	struct value *list = value_list(g->c->arena);

	for (size_t i = 0; i < value_count(types); i++)
		value_add(list,
		    (struct value *)value_get(value_at(types, i), RT_LIT("c")));
	return list;
}

static void
set_check(struct compilation *g, struct value *v)
{
	if (g->plan == NULL) {
		value_set_bool(v, "check", false);
		value_set(v, "renamed", value_list(g->c->arena));
		value_set(v, "patterns", value_list(g->c->arena));
		return;
	}
	value_set_text(v, "check", g->check);
	value_set(v, "renamed", functions_of(g));
	value_set(v, "patterns",
	    (struct value *)value_get(g->plan, RT_LIT("patterns")));
	emit_model(g, "api/model/schemas.h", "model.h.tmpl");
	emit_model(g, "schemas.c", "model.c.tmpl");
}

static void
emit_group(struct compilation *g)
{
	struct rt_arena *arena = g->c->arena;
	struct value *v = value_map(arena);

	value_set_text(v, "name", g->name);
	value_set_text(v, "suite", g->group->suite);
	value_set_text(v, "file", g->group->file);
	value_set_text(v, "description",
	    text_of(g->group->node, "description"));
	value_set(v, "tests", tests_of(g));
	value_set_text(v, "verdicts", verdicts(g));
	set_check(g, v);
	value_set_text(v, "trouble", trouble(g));
	compile_render(g->c,
	    rt_arena_printf(arena, "%.*s/group.c", RT_FMT(g->name)).p,
	    "group.c.tmpl", v);
}

struct rt_str
compile_group(struct compiler *c, const struct group *group)
{
	struct rt_str file = group->file;
	struct compilation g = {
	    .c = c,
	    .group = group,
	    .diag = diag_open(c->arena),
	};

	file.n -= strlen(".json");
	g.name = name_snake(c->arena,
	    rt_arena_printf(c->arena, "%.*s_%.*s_%zu", RT_FMT(group->suite),
		RT_FMT(file), group->number));
	read_schema(&g);
	g.readable = diag_errors(g.diag) == 0;
	if (g.readable)
		g.plan = plan_schemas(c->arena, g.diag, g.set, &g.schema, 1,
		    &g.check);
	if (diag_errors(g.diag) > 0)
		g.plan = NULL;
	emit_group(&g);
	return g.name;
}
