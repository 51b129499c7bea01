/* A parsed template: what tmpl_parse.c hands to tmpl.c and tmpl_filter.c. */
#ifndef GEN_TMPL_NODE_H
#define GEN_TMPL_NODE_H

#include "gen/tmpl.h"

enum {
	TMPL_DEPTH_MAX = 64, /* blocks in blocks */
	TMPL_INCLUDE_MAX = 16, /* templates in templates */
	TMPL_STEPS_MAX = 10 * 1000 * 1000, /* nodes rendered for one output */
	TMPL_OUTPUT_MAX = 256 * 1024 * 1024,
};

enum tmpl_node_type {
	TMPL_TEXT = 1,
	TMPL_PUT,
	TMPL_FOR,
	TMPL_IF,
	TMPL_ELSE,
	TMPL_INCLUDE,
};

enum tmpl_filter_type {
	TMPL_UPPER = 1,
	TMPL_LOWER,
	TMPL_LIST,
	TMPL_OR,
	TMPL_CSTR,
	TMPL_CSTR_LINES,
	TMPL_COMMENT,
	TMPL_JSON,
	TMPL_PAD,
};

struct tmpl_filter {
	enum tmpl_filter_type type;
	struct source_pos pos;
	unsigned width; /* of TMPL_PAD */
	const struct tmpl_filter *next;
};

/* "a.b.c" */
struct tmpl_path {
	struct rt_str text;
	struct source_pos pos;
};

struct tmpl_node {
	enum tmpl_node_type type;
	struct source_pos pos;
	struct tmpl_node *next;
	/* What TMPL_TEXT copies, or the name that TMPL_FOR gives its items, or
	 * the template that TMPL_INCLUDE names. */
	struct rt_str text;
	struct tmpl_path path; /* of TMPL_PUT, TMPL_FOR and TMPL_IF */
	const struct tmpl_filter *filters; /* of TMPL_PUT */
	bool negated; /* TMPL_IF: "not" */
	struct tmpl_node *body; /* of TMPL_FOR, TMPL_IF and TMPL_ELSE */
	/* TMPL_IF: the next arm, a TMPL_IF for %elif or a TMPL_ELSE. */
	struct tmpl_node *otherwise;
};

/*
 * Parses a template.  False when anything was reported; *out is NULL for an
 * empty template.
 */
RT_WARN_UNUSED bool tmpl_parse(const struct tmpl_env *, const struct source *,
    struct tmpl_node **out);

/*
 * The text of a value sent through filters; absent when a filter does not fit
 * and that was reported.  `so_far` is the output up to here: the comment filter
 * goes on from its last line.
 */
struct rt_str tmpl_filter(const struct tmpl_env *, const struct tmpl_node *,
    const struct value *, struct rt_str so_far);

/* "a list", "text": for messages. */
const char *tmpl_type_name(const struct value *);

#endif /* GEN_TMPL_NODE_H */
