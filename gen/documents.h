/*
 * The files of a contract: the one that the user names, and those that
 * references lead to, each read once.
 */
#ifndef GEN_DOCUMENTS_H
#define GEN_DOCUMENTS_H

#include "gen/doc.h"

enum {
	DOCUMENTS_MAX = 1000, /* files of a contract */
	DOCUMENTS_BYTES_MAX = 256 * 1024 * 1024, /* of all of them */
};

/* Versions in the order of their release. */
enum oas_version {
	OAS_3_0 = 1,
	OAS_3_1,
	OAS_3_2,
};

struct oas_document {
	const struct doc_node *root; /* NULL: unreadable, and reported */
	const struct source *source; /* NULL likewise */
	/* What its references are relative to (RFC 3986, section 5.1): $self,
	 * else where it was found. */
	struct rt_str uri;
	struct rt_str place; /* "file:///..." */
	struct rt_str asked; /* how the first reference to it resolved */
	/* Its own, or where it has none that of the contract. */
	enum oas_version version;
};

struct documents {
	struct rt_arena *arena;
	struct diag *diag;
	struct oas_document *v; /* the contract itself comes first */
	size_t n, size;
	size_t bytes;
	/* What stands beside a $ref and is ignored, perhaps several times. */
	const struct doc_member **ignored;
	size_t n_ignored, ignored_size;
	bool absolute; /* the contract was named by an absolute path */
};

/* A contract of one document so far. */
struct documents *documents_open(struct rt_arena *, struct diag *,
    const struct doc_node *root);

/* The document that a node is part of, or NULL. */
const struct oas_document *documents_of(const struct documents *,
    const struct doc_node *);

/* The version that a node is written in. */
enum oas_version documents_version(const struct documents *,
    const struct doc_node *);

/*
 * The root of the document that a reference names, a string with or without a
 * fragment; it is read where no other reference has led there.  `base` is the
 * URI that the reference is relative to, absent for that of its document.
 *
 * Files are found relative to the file that refers to them.  They may lie
 * anywhere, also above the contract, since a contract is the user's own;
 * absolute paths mean another file on each machine, and are refused.  Nothing
 * is fetched from a network.  NULL has been reported: the reference, or what
 * is wrong with the file, in that file.
 */
const struct doc_node *documents_find(struct documents *,
    const struct doc_node *reference, struct rt_str base);

/* Notes a key that says nothing where it stands, for the ledger. */
void documents_ignore(struct documents *, const struct doc_member *);

/* "3.0" */
const char *oas_version_name(enum oas_version);

#endif /* GEN_DOCUMENTS_H */
