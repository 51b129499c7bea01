/* What files and database say of each other. */
#include "gen/migrate_part.h"

static const struct migrate_row *
find_row(const struct migrate *m, const char *name)
{
	for (size_t i = 0; i < m->n_rows; i++) {
		if (rt_str_is(m->rows[i].name, name))
			return &m->rows[i];
	}
	return NULL;
}

static const struct migrate_file *
find_file(const struct migrate *m, struct rt_str name)
{
	for (size_t i = 0; i < m->n_files; i++) {
		if (rt_str_is(name, m->files[i].name))
			return &m->files[i];
	}
	return NULL;
}

static void
report_changed(struct migrate *m, const struct migrate_file *f)
{
	diag_error(m->diag, migrate_whole(f), "migration-changed",
	    "the file was changed after it was applied (%.*s)",
	    RT_FMT(f->row->applied_at));
	diag_help(m->diag,
	    "put it back as it was; what else is to change is a new file's");
}

static void
report_late(struct migrate *m, const struct migrate_file *f, struct rt_str last)
{
	diag_error(m->diag, migrate_whole(f), "migration-order",
	    "the file is not applied, though it is numbered below %.*s, which "
	    "is",
	    RT_FMT(last));
	diag_help(m->diag, "give it a number above that");
}

/* Which statement it is that may be done in part. */
static void
report_unfinished(struct migrate *m, const struct migrate_file *f)
{
	size_t done = (size_t)f->row->done;
	bool inside = done < f->statements.n;

	diag_error(m->diag,
	    inside ? migrate_place(m->arena, f, f->statements.v[done].start)
		   : migrate_whole(f),
	    "migration-unfinished",
	    "the file was begun (%.*s) and is not done: %zu of its %zu "
	    "statements are",
	    RT_FMT(f->row->applied_at), done, f->statements.n);
	diag_help(m->diag,
	    "see what the next one has left behind, an index that is INVALID "
	    "for instance, and take that back; then `kontract migrate up "
	    "--resume` goes on with it, and --restart begins the file anew");
}

/* A file of another name may have the same bytes. */
static void
report_missing(struct migrate *m, const struct migrate_row *row)
{
	diag_error(m->diag, (struct source_pos){0}, "migration-missing",
	    "%.*s was applied (%.*s), and is not in %s", RT_FMT(row->name),
	    RT_FMT(row->applied_at), m->dir);
	for (size_t i = 0; i < m->n_files; i++) {
		if (m->files[i].row == NULL &&
		    rt_str_eq(m->files[i].sha256, row->sha256))
			diag_help(m->diag, "%s is the same: was it renamed?",
			    m->files[i].name);
	}
}

static enum migrate_state
state_of(const struct migrate_file *f, struct rt_str last)
{
	if (f->row == NULL)
		return rt_str_cmp(rt_str(f->name), last) < 0 ? MIGRATE_LATE
							     : MIGRATE_PENDING;
	if (f->row->done != MIGRATE_WHOLE)
		return MIGRATE_UNFINISHED;
	return rt_str_eq(f->row->sha256, f->sha256) ? MIGRATE_APPLIED
						    : MIGRATE_CHANGED;
}

void
migrate_compare(struct migrate *m)
{
	struct rt_str last =
	    m->n_rows == 0 ? RT_LIT("") : m->rows[m->n_rows - 1].name;

	for (size_t i = 0; i < m->n_files; i++) {
		struct migrate_file *f = &m->files[i];

		f->row = find_row(m, f->name);
		f->state = state_of(f, last);
		if (f->state == MIGRATE_CHANGED)
			report_changed(m, f);
		else if (f->state == MIGRATE_LATE)
			report_late(m, f, last);
		else if (f->state == MIGRATE_UNFINISHED &&
		    !m->options->resume && !m->options->restart)
			report_unfinished(m, f);
	}
	for (size_t i = 0; i < m->n_rows; i++) {
		if (find_file(m, m->rows[i].name) == NULL)
			report_missing(m, &m->rows[i]);
	}
}
