/*
 * The template language: line-oriented, strict, without logic of its own.
 *
 *	%for x in path [and following lines up to %end]
 *	%if path | %if not path | %elif path | %else | %end
 *	%include "name" | %# comment
 *	${path} ${path|filter|filter:n}
 *
 * A line whose first character is '%' is a directive and vanishes whole;
 * "%%" at the start of a line is a '%', "$$" anywhere is a '$'.  Inside %for,
 * loop.first, loop.last and loop.index (from 0) are known.
 *
 * Filters: upper, lower; list ("a, b, c"), or ("a | b"); cstr (the inside of
 * a C string literal: escapes, trigraphs broken, non-ASCII as octal);
 * cstr_lines (literals for the lines of a text, under each other);
 * comment (text for the inside of a C comment: slash-star and star-slash
 * broken, control characters dropped, wrapped at column 77 with " * " and the
 * line's own indent before each further line); json (a quoted JSON string);
 * pad:n.
 *
 * An unknown name, a wrong type, an unknown filter and an unclosed block are
 * errors with the template's place, e.g.
 *
 *	templates/model.c.tmpl:14:12: error: no 'chekcs' in field; has: c, checks [template]
 */
#ifndef GEN_TMPL_H
#define GEN_TMPL_H

#include "gen/diag.h"
#include "gen/value.h"

/* Finds a template by name ("model.c.tmpl"), NULL when there is none. */
typedef const struct source *tmpl_find(void *arg, const char *name);

struct tmpl_env {
	struct rt_arena *arena;
	struct diag *diag;
	tmpl_find *find;
	void *arg;
};

/*
 * Renders a template over a map; absent (p NULL) when anything was reported.
 */
struct rt_str tmpl_render(const struct tmpl_env *, const char *name,
    const struct value *map);

/* The inside of a C string literal, as the filter cstr makes it. */
struct rt_str tmpl_cstr(struct rt_arena *, struct rt_str);

/*
 * The templates that are built into the binary, by name (made by the build
 * from templates/); NULL when there is none.
 */
const struct source *tmpl_builtin(struct rt_arena *, const char *name);
/* Names of all of them, ends with NULL. */
extern const char *const tmpl_builtin_names[];

/*
 * Breaks the lines of C text that are longer than 80 columns (tabs of 8) as
 * clang-format does with the project's .clang-format, so that output is a
 * fixpoint of it.
 */
struct rt_str tmpl_fold(struct rt_arena *, struct rt_str text);

#endif /* GEN_TMPL_H */
