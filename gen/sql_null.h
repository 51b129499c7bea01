/* What the text of a query says of nulls. */
#ifndef GEN_SQL_NULL_H
#define GEN_SQL_NULL_H

#include "runtime/arena.h"

/*
 * Whether a column that its table never leaves null may be null in the rows:
 * an outer join stands somewhere, or grouping sets do.
 */
bool sql_null_extended(struct rt_arena *, struct rt_str text);

/*
 * Which of the n columns are expressions that are never null: count(...) and
 * [NOT] EXISTS (...), as whole items of the list behind the outermost SELECT or
 * RETURNING.  None is where items and columns can't be matched.
 */
void sql_null_never(struct rt_arena *, struct rt_str text, bool *never,
    size_t n);

#endif /* GEN_SQL_NULL_H */
