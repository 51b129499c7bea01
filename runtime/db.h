/*
 * The pool of a worker's connections to PostgreSQL, for what starts and ends a
 * worker; handlers have sql.h.
 */
#ifndef RT_DB_H
#define RT_DB_H

#include "runtime/str.h"

struct rt_db_pool;

struct rt_db_settings {
	const char *url; /* conninfo or postgresql:// */
	/* One that has the same data, and takes only what reads; NULL or "":
	 * none. */
	const char *replica_url;
	unsigned connections; /* per worker and server */
	unsigned stream_connections; /* at most, beside these; 0: one */
	unsigned queue_max; /* calls that may wait for a connection */
	unsigned statement_timeout_ms;
	/* A pooler may run each transaction in another session: nothing is
	 * prepared, and each statement brings along what it needs. */
	bool stateless;
};

/* Connects in the background, never blocks. */
struct rt_db_pool *rt_db_pool_open(const struct rt_db_settings *);
void rt_db_pool_close(struct rt_db_pool *);

/* Sets the gauges of metrics.h that are about it; NULL is ignored. */
void rt_db_pool_measure(const struct rt_db_pool *);

/*
 * Why no connection is tried with it, as a sentence; NULL: nothing.  It is one
 * of which libpq's messages could repeat a part of the password: it can't be
 * read, or an '@' that is not encoded puts the end of a password into the name
 * of a host or a database.
 */
const char *rt_db_url_fault(const char *url);

/* Tries one connection, blocking, before any worker starts.  False with a
 * sentence (without the password) in why. */
bool rt_db_probe(const char *url, char *why, size_t size) RT_WARN_UNUSED;

#endif /* RT_DB_H */
