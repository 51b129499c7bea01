/*
 * The queries of sql/queries: what stands in the files, before the database
 * has been asked.
 */
#ifndef GEN_SQL_QUERY_H
#define GEN_SQL_QUERY_H

#include "gen/diag.h"

/* How many rows there are, and what becomes of them. */
enum sql_command {
	SQL_ONE = 1, /* one row, else the call fails */
	SQL_MAYBE, /* one or none */
	SQL_MANY, /* all of them, as an array */
	SQL_EXEC, /* none is looked at */
	SQL_COUNT, /* the number of those that were written */
	SQL_STREAM, /* one after the other */
};

struct sql_param {
	struct rt_str name;
	bool nullable;
	struct source_pos pos; /* where it stands first */
};

/* From `at` on, the text of a query is that of the file from `offset` on. */
struct sql_piece {
	size_t at;
	size_t offset;
};

/* What a row is read into: "-> Person except history", "-> struct caller". */
struct sql_target {
	struct rt_str name; /* absent: a struct of the query's own */
	bool shared; /* a struct that queries share, none of the contract */
	struct rt_str *except; /* required members that the handler sets */
	size_t n_except;
	struct source_pos pos;
};

struct sql_query {
	struct source_pos pos; /* of its name */
	struct rt_str name;
	struct rt_str tag; /* the file's name without ".sql" */
	enum sql_command command;
	bool read; /* may go to a replica */
	struct sql_target target;
	struct rt_str doc;
	struct rt_str text; /* with $1; a NUL stands behind it */
	const struct source *source;
	struct sql_piece *pieces;
	size_t n_pieces;
	struct sql_param *params;
	size_t n_params;
};

/* In the order of the files' names, and as they stand there. */
struct sql_queries {
	struct sql_query *v;
	size_t n, size;
};

enum { SQL_PARAMS_MAX = 100 };

/* The text after "-- name: ", as it is written: ":maybe". */
const char *sql_command_name(enum sql_command);

/* Whether rows are read. */
bool sql_reads_rows(enum sql_command);

/* Adds those of one file; what is wrong is reported.  `tag` is borrowed. */
void sql_queries_read(struct rt_arena *, struct diag *, struct rt_str tag,
    const struct source *, struct sql_queries *);

/* The place of a byte of the query's text. */
struct source_pos sql_query_pos(const struct sql_query *, size_t at,
    unsigned len);

#endif /* GEN_SQL_QUERY_H */
