/* The parameters of a query. */
#include "runtime/sql.h"

enum {
	ROOM = 16, /* of a parameter, before the bytes have to move */
	BYTES_MAX = 0x3fffffff, /* what PostgreSQL takes in one message */
};

/* One piece of memory for both: most queries have few and small parameters. */
struct rt_sql_args
rt_sql_args(struct rt_call *call, const struct rt_sql_query *query)
{
	size_t n = query->n_params, heads = n * sizeof(struct rt_sql_arg);
	char *p = rt_arena_new(call->arena, heads + n * ROOM);

	return (struct rt_sql_args){
	    .call = call,
	    .bytes = {.arena = call->arena,
		.p = p + heads,
		.size = n * ROOM,
		.cap = BYTES_MAX},
	    .v = (struct rt_sql_arg *)(void *)p,
	};
}

void
rt_sql_null(struct rt_sql_args *args)
{
	args->v[args->n++].length = -1;
}

void
rt_sql_begin(struct rt_sql_args *args)
{
	args->v[args->n].at = args->bytes.n;
}

void
rt_sql_end(struct rt_sql_args *args)
{
	struct rt_sql_arg *arg = &args->v[args->n++];

	arg->length = (int)(args->bytes.n - arg->at);
	args->impossible |= args->bytes.full;
}

void
rt_sql_text(struct rt_sql_args *args, struct rt_str s)
{
	if (s.p == NULL) {
		rt_sql_null(args);
		return;
	}
	args->impossible |= memchr(s.p, '\0', s.n) != NULL;
	rt_sql_begin(args);
	rt_buf_add(&args->bytes, s);
	rt_sql_end(args);
}
