/* The keywords of Kore's configuration; no file but those of conf includes this. */
#ifndef GEN_CONF_WORD_H
#define GEN_CONF_WORD_H

#include "gen/conf.h"

/* A block that a keyword stands in; those of no block stand anywhere. */
enum conf_block {
	CONF_ANYWHERE = 0,
	CONF_SERVER,
	CONF_DOMAIN,
	CONF_ROUTE, /* of 4.2; of 4.1 that of `params` */
	CONF_AUTHENTICATION,
	CONF_PRIVSEP,
};

enum conf_kind {
	CONF_TEXT = 1,
	CONF_NUMBER, /* from min to max */
	CONF_YES, /* yes or no */
	CONF_CHOICE,
	CONF_OPENS, /* a name and a brace: it opens a block */
};

/* What a server of ours has of it. */
enum conf_use {
	CONF_USED = 1,
	CONF_IDLE, /* nothing: it is of a part of Kore that does not run */
	CONF_HTTP, /* harm: it hands requests to Kore's own parser */
	CONF_REMOVED, /* Kore refuses it */
};

struct conf_word {
	const char *name;
	unsigned kore; /* the dialects that have it */
	enum conf_block in;
	enum conf_kind kind;
	enum conf_use use;
	int64_t min, max;
	const char *choices; /* "a|b" */
	enum conf_block opens;
};

extern const struct conf_word conf_words[];
extern const size_t conf_n_words;

/* As the dialect has it, else as the other one; NULL for neither. */
const struct conf_word *conf_word(struct rt_str name, enum conf_kore);

/* The name of the dialect that is nearest; absent when none is near. */
struct rt_str conf_word_near(struct rt_str name, enum conf_kore);

/* "server" */
const char *conf_block_name(enum conf_block, enum conf_kore);

/* --- A check --- */

enum { CONF_DEPTH_MAX = 8 };

struct conf_line {
	struct rt_str name;
	struct rt_str value; /* trimmed; empty where there is none */
	struct source_pos pos; /* of the name */
	struct source_pos value_pos;
};

struct conf_check {
	struct rt_arena *arena;
	struct diag *diag;
	const struct source *source;
	enum conf_kore kore;
	const struct conf_word *open[CONF_DEPTH_MAX];
	struct source_pos open_pos[CONF_DEPTH_MAX];
	unsigned depth;

	bool has_server, has_bind, has_tls_no;
	struct source_pos server; /* the last one */
	int64_t connections, files;
	struct source_pos files_pos;
	struct source_pos *first; /* by keyword: where it stands */
};

/* As strtoll() has it, which Kore asks; -1 for what is no number from 0. */
int64_t conf_number(struct conf_check *, struct rt_str value);

/* The place of a part of the text. */
struct source_pos conf_pos(const struct conf_check *, struct rt_str part);

/* conf_meaning.c: of keywords that mean something to a server of ours. */
void conf_check_meaning(struct conf_check *, const struct conf_line *);

#endif /* GEN_CONF_WORD_H */
