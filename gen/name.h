/* C identifiers for the names of a contract. */
#ifndef GEN_NAME_H
#define GEN_NAME_H

#include "runtime/arena.h"

/*
 * "createPerson", "X-Request-ID", "HTTPServer2" as create_person,
 * x_request_id, http_server2.  Anything that is not an ASCII letter or digit
 * separates words; code points past ASCII become u and their hexadecimal
 * number; "+1" is plus_1; a name that would begin with a digit gets an 'n'
 * before it, an empty one is "empty".  Never longer than NAME_MAX_BYTES.  A
 * NUL stands behind it.
 */
struct rt_str name_snake(struct rt_arena *, struct rt_str);

/*
 * name_snake() of an operation, whose static functions begin with it: one that
 * begins like the functions that are seen elsewhere gets "op_" before it, so
 * that "api" has op_api_run() and leaves api_run to "run".
 */
struct rt_str name_operation(struct rt_arena *, struct rt_str);

/* The same in upper case, for enumerators. */
struct rt_str name_upper(struct rt_arena *, struct rt_str snake);

enum { NAME_MAX_BYTES = 120 };

/*
 * Whether an identifier can't name a struct member, a parameter, a static
 * function or a file: a keyword of C (to C23), a macro of the headers that
 * generated code includes (errno, stdin, unix, ...), or one with the runtime's
 * prefix.
 */
bool name_reserved(struct rt_str);

/* Names that must differ from each other. */
struct name_scope;

struct name_scope *name_scope_open(struct rt_arena *);

/* Claims `wanted`, or, where it is reserved, wanted_, and where it is taken,
 * wanted_2, wanted_3, ...; returns what was claimed. */
struct rt_str name_claim(struct name_scope *, struct rt_str wanted);

/* As name_claim(), for a struct's member m that has_m and null_m may stand
 * beside: all three are claimed. */
struct rt_str name_claim_member(struct name_scope *, struct rt_str wanted);

#endif /* GEN_NAME_H */
