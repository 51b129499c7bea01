/*
 * Every choice of the compiler: which C type a schema gets, what each
 * function is called and in which order they stand.  The result is plain data
 * for the templates, which choose nothing.
 */
#ifndef GEN_PLAN_H
#define GEN_PLAN_H

#include "gen/name.h"
#include "gen/spec.h"
#include "gen/value.h"

#define PLAN_VERSION "0.1.0"

/*
 * The plan of a contract: a map whose members are described in
 * docs/reference/plan.md.  Reports what can't be planned.
 */
struct value *plan_make(struct rt_arena *, struct diag *, const struct spec *);

/* The same for handlers that show their input: types of the input are written
 * as well, and try.c.tmpl gets what it needs. */
struct value *plan_make_shown(struct rt_arena *, struct diag *,
    const struct spec *);

/*
 * The plan of schemas without operations, for what only checks: the members
 * of the map that model.h.tmpl and model.c.tmpl need.  names[i] becomes the name of the
 * check function of schema i.
 */
struct value *plan_schemas(struct rt_arena *, struct diag *,
    struct schema_set *, const struct schema *const *schemas, size_t n,
    struct rt_str *names);

/* "create_person": the C names of the operations in the plan, in their order;
 * the row of that one is api_create_person. */
struct rt_str *plan_op_names(struct rt_arena *, const struct spec *);

#endif /* GEN_PLAN_H */
