/* The database of DATABASE_URL, over one blocking connection. */
#ifndef GEN_DATABASE_H
#define GEN_DATABASE_H

#include <libpq-fe.h>

#include "runtime/arena.h"

/*
 * Connects, or to another database of the same server (NULL: the URL's).
 * NULL with a sentence in *trouble, which has no part of a password in it.  The
 * caller ends it with PQfinish().
 */
PGconn *database_open(struct rt_arena *, const char *url, const char *dbname,
    const char **trouble) RT_WARN_UNUSED;

/* "what: message", without the line feed that libpq's messages end with. */
const char *database_trouble(struct rt_arena *, const char *what,
    const char *message);

/* The byte of a text where a position of PostgreSQL is, which counts characters
 * from 1; 0 for NULL. */
size_t database_byte(struct rt_str text, const char *position);

#endif /* GEN_DATABASE_H */
