/* Grows the tree of a document, for the readers of YAML and JSON. */
#ifndef GEN_DOC_BUILD_H
#define GEN_DOC_BUILD_H

#include "gen/doc.h"

enum {
	DOC_DEPTH_MAX = 200,
	DOC_NODES_MAX = 1000000,
	DOC_BYTES_MAX = 2 * SOURCE_MAX, /* text and keys, aliases expanded */
	DOC_SCAN_MAX = 8, /* members that are searched one by one */
};

/* A map or sequence whose end is not read yet. */
struct doc_frame {
	struct doc_node *node;
	size_t first; /* of its children in `children` */
	struct rt_str key; /* of the next child */
	struct source_pos key_pos;
};

struct doc_build {
	struct rt_arena *arena;
	struct diag *diag;
	const struct source *source;
	bool is_json; /* for the ids of the rules */
	bool is_copying; /* what an alias stands for */
	unsigned errors; /* reported before this document */
	struct doc_node *root;
	struct doc_frame frames[DOC_DEPTH_MAX];
	unsigned depth;
	struct doc_member *children; /* of all open frames */
	size_t n_children, size;
	size_t n_nodes, n_bytes;
};

/*
 * All return false or NULL when a limit is passed; that has been reported,
 * and reading should stop.
 */

/* A node that is nowhere in the tree yet. */
struct doc_node *doc_build_node(struct doc_build *, enum doc_type,
    struct source_pos);

/* Counts the bytes of a text or key. */
bool doc_build_count(struct doc_build *, size_t bytes, struct source_pos);

/* Adds a whole node under the open frame, or as the root. */
bool doc_build_add(struct doc_build *, struct doc_node *);

/* Adds a map or sequence and opens it. */
struct doc_node *doc_build_open(struct doc_build *, enum doc_type,
    struct source_pos);

/* The key of what is added next; it has a NUL behind it. */
bool doc_build_key(struct doc_build *, struct rt_str, struct source_pos);

/* Ends the open frame; duplicate keys are reported. */
void doc_build_close(struct doc_build *);

/* Adds a copy of a finished tree; `pos` is the place of the copy's root. */
bool doc_build_copy(struct doc_build *, const struct doc_node *,
    struct source_pos);

/* The open frame, or NULL. */
struct doc_frame *doc_build_top(struct doc_build *);

/* The readers; what is wrong is reported, and the tree is then incomplete. */
struct doc_node *doc_read_yaml(struct doc_build *, size_t start);
struct doc_node *doc_read_json(struct doc_build *, size_t start);

#endif /* GEN_DOC_BUILD_H */
