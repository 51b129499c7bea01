/*
 * Compiles the schemas of JSON-Schema-Test-Suite as a contract's are:
 *
 *	compile OUT METASCHEMAS REMOTES SUITE=DIRECTORY...
 *
 * writes the check of each group of tests below OUT, with its tests, and what
 * schema_accepts() says to these and to the data of all other groups.  Formats
 * are asserted in a suite whose name is "format"; one whose name is "draft4" is
 * read as OpenAPI 3.0 has it.
 */
#include "tests/conformance/compile.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMORY = 2000 };

static void
die(const char *what)
{
	fprintf(stderr, "compile: %s\n", what);
	exit(2);
}

static const struct doc_node *
read_file(struct compiler *c, const char *path)
{
	const struct source *source = source_open(c->arena, path);
	struct diag *diag = diag_open(c->arena);
	const struct doc_node *root;

	if (source == NULL) {
		perror(path);
		exit(2);
	}
	root = doc_read(c->arena, diag, source);
	if (root == NULL) {
		diag_print(diag, stderr);
		exit(2);
	}
	return root;
}

/* --- Documents that schemas refer to --- */

static void
add_document(struct compiler *c, struct rt_str uri, const char *path)
{
	if (c->n_documents == RT_LEN(c->documents))
		die("too many documents");
	c->documents[c->n_documents++] =
	    (struct document){uri, read_file(c, path)};
}

static void
add_metaschemas(struct compiler *c, const char *dir)
{
	static const char *const names[] = {"schema", "meta/core",
	    "meta/applicator", "meta/unevaluated", "meta/validation",
	    "meta/meta-data", "meta/format-annotation", "meta/content"};

	for (size_t i = 0; i < RT_LEN(names); i++)
		add_document(c,
		    rt_arena_printf(c->arena,
			"https://json-schema.org/draft/2020-12/%s", names[i]),
		    rt_arena_printf(c->arena, "%s/%s.json", dir, names[i]).p);
}

static void
add_remotes(struct compiler *c, const char *dir, const char *below)
{
	size_t skip = strlen(dir) + 1;
	glob_t found;

	if (glob(rt_arena_printf(c->arena, "%s/%s", dir, below).p, 0, NULL,
		&found) != 0)
		die("no remotes");
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];

		/* Metaschemas for the optional vocabulary of formats: they
		 * need one more, and no suite here needs them. */
		if (strstr(path, "/format-assertion-") != NULL)
			continue;
		add_document(c,
		    rt_arena_printf(c->arena, "http://localhost:1234/%s",
			path + skip),
		    path);
	}
	globfree(&found);
}

/* --- Suites --- */

/* Calls `fn` for each group of the suites; each is SUITE=DIRECTORY. */
static void
each_group_of_file(struct compiler *c, struct rt_str suite, const char *path,
    void (*fn)(struct compiler *, const struct group *))
{
	const struct doc_node *groups = read_file(c, path);
	const char *slash = strrchr(path, '/');

	if (groups->type != DOC_SEQ)
		die("a file of the suite is no array");
	for (size_t i = 0; i < groups->n; i++) {
		struct group g = {
		    .suite = suite,
		    .file = rt_str(slash == NULL ? path : slash + 1),
		    .number = i + 1,
		    .node = groups->items[i],
		    .formats = rt_str_is(suite, "format"),
		    .old = rt_str_is(suite, "draft4"),
		};

		fn(c, &g);
	}
}

static void
each_group(struct compiler *c, char **suites,
    void (*fn)(struct compiler *, const struct group *))
{
	for (; *suites != NULL; suites++) {
		struct rt_str dir = rt_str(*suites);
		struct rt_str suite = rt_str_cut(&dir, '=');
		glob_t found;

		if (dir.p == NULL ||
		    glob(rt_arena_printf(c->arena, "%s/*.json", dir.p).p, 0,
			NULL, &found) != 0)
			die("a suite has no files");
		for (size_t i = 0; i < found.gl_pathc; i++)
			each_group_of_file(c, suite, found.gl_pathv[i], fn);
		globfree(&found);
	}
}

static bool
is_known(const struct compiler *c, struct rt_str data)
{
	for (size_t i = 0; i < value_count(c->data); i++) {
		if (rt_str_eq(value_str(value_at(c->data, i)), data))
			return true;
	}
	return false;
}

static void
collect_data(struct compiler *c, const struct group *g)
{
	const struct doc_node *tests = doc_get(g->node, "tests");

	for (size_t i = 0; tests != NULL && i < tests->n; i++) {
		struct rt_str data =
		    doc_json(c->arena, doc_get(tests->items[i], "data"), 0);

		if (!is_known(c, data))
			value_add(c->data, value_text(c->arena, data));
	}
}

static void
parse_data(struct compiler *c)
{
	struct rt_json_error err;
	size_t n = value_count(c->data);

	c->nodes = rt_arena_array(c->arena, n, sizeof(const struct rt_node *));
	for (size_t i = 0; i < n; i++) {
		c->nodes[i] =
		    rt_json_parse(c->arena, value_str(value_at(c->data, i)),
			&rt_json_default_limits, &err);
		if (c->nodes[i] == NULL)
			die(value_str(value_at(c->data, i)).p);
	}
}

static void
compile(struct compiler *c, const struct group *g)
{
	value_add(c->groups, value_text(c->arena, compile_group(c, g)));
}

void
compile_render(struct compiler *c, const char *file, const char *template,
    const struct value *map)
{
	struct rt_str text = render(c->render, c->scratch, template, map);

	if (text.p != NULL)
		emit_file(c->emit, file, rt_arena_copy(c->arena, text));
	rt_arena_reset(c->scratch);
}

static void
finish(struct compiler *c)
{
	struct value *map = value_map(c->arena);
	struct emit_result result;

	value_set(map, "groups", c->groups);
	value_set(map, "data", c->data);
	compile_render(c, "table.c", "table.c.tmpl", map);
	if (diag_errors(c->diag) > 0) {
		diag_print(c->diag, stderr);
		exit(2);
	}
	result = emit_finish(c->emit, true);
	if (result.error != NULL)
		die(result.error);
}

int
main(int argc, char **argv)
{
	struct compiler *c;
	struct rt_arena *arena =
	    rt_arena_open((size_t)MEMORY << 20, NULL, NULL);

	if (argc < 5)
		die("usage: compile OUT METASCHEMAS REMOTES SUITE=DIR...");
	c = rt_arena_new(arena, sizeof(*c));
	c->arena = arena;
	c->diag = diag_open(arena);
	c->render = render_open(arena, c->diag, "tests/conformance");
	c->emit = emit_open(arena, argv[1], false);
	c->groups = value_list(arena);
	c->data = value_list(arena);
	c->scratch = rt_arena_open((size_t)MEMORY << 20, NULL, NULL);
	add_metaschemas(c, argv[2]);
	add_remotes(c, argv[3], "*.json");
	add_remotes(c, argv[3], "draft4/*.json");
	add_remotes(c, argv[3], "draft2020-12/*.json");
	add_remotes(c, argv[3], "draft2020-12/*/*.json");
	each_group(c, argv + 4, collect_data);
	parse_data(c);
	each_group(c, argv + 4, compile);
	finish(c);
	rt_arena_close(c->scratch);
	rt_arena_close(arena);
	return 0;
}
