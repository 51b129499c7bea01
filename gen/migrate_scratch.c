/* All files, applied to an empty database. */
#include <unistd.h>

#include "gen/migrate_part.h"

/* The connection that makes the database and drops it is not the one that
 * uses it. */
static bool
use(struct migrate *m, const char *name)
{
	const struct migrate_call *call = m->call;
	struct migrate_call quiet = *call;
	PGconn *maker = m->pg;
	struct migrate_file *files = m->files;
	bool ok;

	quiet.quiet = true;
	m->call = &quiet;
	m->files = rt_arena_array(m->arena, m->n_files, sizeof(*files));
	for (size_t i = 0; i < m->n_files; i++) {
		m->files[i] = files[i];
		m->files[i].row = NULL;
		m->files[i].state = MIGRATE_PENDING;
	}
	m->pg = NULL;
	ok = migrate_connect(m, name) && migrate_make_table(m) &&
	    migrate_apply(m);
	PQfinish(m->pg);
	m->pg = maker;
	m->files = files;
	m->call = call;
	return ok;
}

/* What went wrong first is what is told. */
static bool
drop(struct migrate *m, const char *name)
{
	const char *trouble = m->trouble;
	bool ok = migrate_command(m,
	    rt_arena_printf(m->arena, "DROP DATABASE IF EXISTS %s", name).p);

	if (trouble != NULL)
		m->trouble = trouble;
	return ok;
}

bool
migrate_scratch(struct migrate *m)
{
	const char *name = rt_arena_printf(m->arena, "kontract_scratch_%ld_%d",
	    (long)getpid(), PQbackendPID(m->pg))
			       .p;
	bool ok;

	if (!migrate_command(m,
		rt_arena_printf(m->arena, "CREATE DATABASE %s", name).p))
		return false;
	ok = use(m, name);
	return drop(m, name) && ok;
}
