/* Documents from text, for the tests of the passes on top of them. */
#ifndef DOC_FIXTURE_H
#define DOC_FIXTURE_H

#include "gen/doc.h"
#include "tests/unit/report_fixture.h"
#include "tests/unit/test.h"

static struct rt_arena *arena;
static struct diag *diag;

static inline void
open_arena(void)
{
	if (arena == NULL)
		arena = rt_arena_open((size_t)1 << 30, NULL, NULL);
}

static inline const struct doc_node *
read_text(const char *name, struct rt_str text)
{
	open_arena();
	diag = diag_open(arena);
	return doc_read(arena, diag, source_of(arena, name, text));
}

static inline const struct doc_node *
yaml(const char *text)
{
	const struct doc_node *root = read_text("x.yaml", rt_str(text));

	if (root == NULL)
		fprintf(stderr, "%s", report_text(arena, diag).p);
	CHECK(root != NULL);
	return root;
}

static inline const struct doc_node *
json(const char *text)
{
	const struct doc_node *root = read_text("x.json", rt_str(text));

	if (root == NULL)
		fprintf(stderr, "%s", report_text(arena, diag).p);
	CHECK(root != NULL);
	return root;
}

/* The whole of what is reported. */
static inline void
refused(const char *name, struct rt_str text, const char *want)
{
	CHECK(read_text(name, text) == NULL);
	CHECK_STR(report_text(arena, diag), want);
}

static inline void
yaml_refused(const char *text, const char *want)
{
	refused("x.yaml", rt_str(text), want);
}

/* The first report without its excerpt. */
static inline void
refused_line(const char *name, const char *text, const char *want)
{
	struct rt_str all;

	CHECK(read_text(name, rt_str(text)) == NULL);
	CHECK_INT(diag_errors(diag), 1);
	all = report_text(arena, diag);
	CHECK_STR(rt_str_cut(&all, '\n'), want);
}

static inline void
json_refused(const char *text, const char *want)
{
	refused_line("x.json", text, want);
}

#endif /* DOC_FIXTURE_H */
