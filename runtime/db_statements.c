#include <stdlib.h>

#include "runtime/db_pool.h"

/* Twice the statements, so that a free slot is always near. */
enum { SLOTS = 2 * RT_DB_STATEMENTS_MAX };

struct rt_db_statements {
	struct {
		char *sql;
		uint64_t hash;
	} v[RT_DB_STATEMENTS_MAX];
	int n;
	int16_t slots[SLOTS]; /* number + 1; 0 is free */
};

struct rt_db_statements *
rt_db_statements_open(void)
{
	struct rt_db_statements *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	return s;
}

void
rt_db_statements_close(struct rt_db_statements *s)
{
	for (int i = 0; i < s->n; i++)
		free(s->v[i].sql);
	free(s);
}

static int
add(struct rt_db_statements *s, const char *sql, uint64_t hash, int16_t *slot)
{
	char *copy;

	if (s->n == RT_DB_STATEMENTS_MAX)
		return -1;
	copy = strdup(sql);
	if (copy == NULL)
		return -1;
	s->v[s->n].sql = copy;
	s->v[s->n].hash = hash;
	*slot = (int16_t)(s->n + 1);
	return s->n++;
}

int
rt_db_statement(struct rt_db_statements *s, const char *sql)
{
	uint64_t hash = rt_str_hash(rt_str(sql));

	for (size_t i = (size_t)(hash % SLOTS);; i = (i + 1) % SLOTS) {
		int at = s->slots[i] - 1;

		if (at < 0)
			return add(s, sql, hash, &s->slots[i]);
		if (s->v[at].hash == hash && strcmp(s->v[at].sql, sql) == 0)
			return at;
	}
}
