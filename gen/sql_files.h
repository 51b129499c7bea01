/* The files of sql/. */
#ifndef GEN_SQL_FILES_H
#define GEN_SQL_FILES_H

#include "gen/sql_lock.h"

/* Reads the files *.sql of DIR/queries in the order of their names; what is wrong with
 * them is reported.  False with *trouble. */
bool sql_files_queries(struct rt_arena *, struct diag *, const char *dir,
    struct sql_queries *, const char **trouble) RT_WARN_UNUSED;

/* The names and checksums of those of DIR/migrations, in that order; none where
 * there is no such directory.  False with *trouble. */
bool sql_files_migrations(struct rt_arena *, const char *dir,
    struct sql_migrations *, const char **trouble) RT_WARN_UNUSED;

#endif /* GEN_SQL_FILES_H */
