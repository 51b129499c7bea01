#include <stdio.h>
#include <stdlib.h>

#include "runtime/db_pool.h"

/* There are twice as many slots as statements, so that a free one is always
 * near. */
enum {
	ROOM = RT_DB_STATEMENTS_MAX - 1, /* one is the time limit's */
	SLOTS = 2 * RT_DB_STATEMENTS_MAX,
	RECENT = 128,
	NAME = 8,
};

struct statement {
	char *sql;
	Oid *types;
	int n;
	uint64_t hash;
	char name[NAME];
};

struct rt_db_statements {
	struct statement v[ROOM];
	int n;
	int16_t slots[SLOTS]; /* number + 1; 0 is free */
	/* The same by the text's address, which mostly is that of a constant:
	 * nothing to hash. */
	int16_t recent[RECENT];
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
	for (int i = 0; i < s->n; i++) {
		free(s->v[i].sql);
		free(s->v[i].types);
	}
	free(s);
}

static bool
is_same(const struct statement *s, const char *sql, const Oid *types, int n)
{
	return s->n == n && strcmp(s->sql, sql) == 0 &&
	    (n == 0 ||
		memcmp(s->types, types, (size_t)n * sizeof(*types)) == 0);
}

static bool
copy(struct statement *s, const char *sql, const Oid *types, int n)
{
	s->sql = strdup(sql);
	s->types = calloc((size_t)n + 1, sizeof(*types));
	s->n = n;
	if (s->sql == NULL || s->types == NULL) {
		free(s->sql);
		free(s->types);
		return false;
	}
	if (n > 0)
		memcpy(s->types, types, (size_t)n * sizeof(*types));
	return true;
}

static int
add(struct rt_db_statements *s, const struct statement *made, int16_t *slot)
{
	struct statement *new = &s->v[s->n];

	*new = *made;
	snprintf(new->name, NAME, "s%d", s->n % ROOM);
	*slot = (int16_t)(s->n + 1);
	return s->n++;
}

static int
find(struct rt_db_statements *s, const char *sql, const Oid *types, int n)
{
	struct statement new = {.hash = rt_str_hash(rt_str(sql))};

	for (size_t i = (size_t)(new.hash % SLOTS);; i = (i + 1) % SLOTS) {
		int at = s->slots[i] - 1;

		if (at < 0) {
			if (s->n == ROOM || !copy(&new, sql, types, n))
				return -1;
			return add(s, &new, &s->slots[i]);
		}
		if (s->v[at].hash == new.hash &&
		    is_same(&s->v[at], sql, types, n))
			return at;
	}
}

int
rt_db_statement(struct rt_db_statements *s, const char *sql, const Oid *types,
    int n)
{
	int16_t *recent = &s->recent[(uintptr_t)sql / 8 % RECENT];
	int at = *recent - 1;

	if (at < 0 || !is_same(&s->v[at], sql, types, n))
		at = find(s, sql, types, n);
	*recent = (int16_t)(at + 1);
	return at;
}

const char *
rt_db_statement_name(const struct rt_db_statements *s, int number)
{
	return s->v[number].name;
}
