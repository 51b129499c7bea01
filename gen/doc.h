/* A document as a tree of nodes that know where they stand. */
#ifndef GEN_DOC_H
#define GEN_DOC_H

#include "gen/diag.h"

enum doc_type {
	DOC_NULL = 1,
	DOC_BOOL,
	DOC_NUMBER,
	DOC_STRING,
	DOC_SEQ,
	DOC_MAP,
};

/* A member of a map. */
struct doc_member {
	struct rt_str key; /* NUL behind it */
	struct source_pos key_pos;
	const struct doc_node *value;
};

struct doc_node {
	enum doc_type type;
	struct source_pos pos;
	/* A string's value, or the text of a null, boolean or number; with a
	 * NUL behind it.  Numbers are given in JSON's form: hexadecimal, octal
	 * and ".5" of YAML 1.2's core schema are converted. */
	struct rt_str text;
	bool yes; /* a boolean's value */
	const struct doc_member *members; /* of a map */
	const struct doc_member *const *sorted; /* by key; NULL: few */
	const struct doc_node *const *items; /* of a sequence */
	size_t n;
	const struct doc_node *parent; /* NULL for the root */
	struct rt_str key; /* name under which the parent map holds it */
	size_t index; /* place in the parent */
};

/*
 * Reads YAML 1.2 (core schema, one document, by libyaml) or, where the text
 * begins with '{' or '[' and the name ends in ".json", JSON (by yajl).  A
 * byte order mark is skipped.
 * Refused with a place: syntax, duplicate keys, keys that are no scalars,
 * nesting past 200, more than 1,000,000 nodes or 128 MiB of strings (aliases
 * expanded), tags other than the core schema's, ill-formed UTF-8, a second
 * document.  NULL when anything was reported.
 */
const struct doc_node *doc_read(struct rt_arena *, struct diag *,
    const struct source *);

/* The member's value, or NULL when n is no map (NULL is allowed) or has no
 * such member. */
const struct doc_node *doc_get(const struct doc_node *, const char *key);
const struct doc_member *doc_member(const struct doc_node *, const char *key);
const struct doc_member *doc_find(const struct doc_node *, struct rt_str key);

/* The member's place where it is, else the map's. */
struct source_pos doc_key_pos(const struct doc_node *map, const char *key);

/* "" for the root; RFC 6901. */
struct rt_str doc_pointer(struct rt_arena *, const struct doc_node *);

/* "a string", "a mapping", for messages. */
const char *doc_type_name(enum doc_type);

/* Reports a name with a NUL, which no text of C can hold, nor a header or
 * path. */
void doc_check_name(struct diag *, struct rt_str name, struct source_pos);

/* The text of a string that is a name, after that check. */
struct rt_str doc_name(struct diag *, const struct doc_node *);

/* Whether n is a number that is an integer (1.0 and 1e2 are) and fits. */
bool doc_int(const struct doc_node *, int64_t *out);

/* JSON text of a tree: indented by `indent` spaces, or on one line for 0; a
 * NUL is behind it.  Absent for more than 1 GiB. */
struct rt_str doc_json(struct rt_arena *, const struct doc_node *,
    unsigned indent);

/* Equality as JSON Schema has it. */
bool doc_eq(const struct doc_node *, const struct doc_node *);

#endif /* GEN_DOC_H */
