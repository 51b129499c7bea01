/* A table of what is applied and what is not. */
#include "gen/excerpt.h"
#include "gen/migrate_part.h"
#include "gen/value.h"

/* A line of it: a file, or a row whose file is gone. */
struct line {
	struct rt_str name;
	const char *state;
	struct rt_str applied_at; /* absent: never */
	const struct migrate_file *unfinished;
};

struct table {
	struct line *lines;
	size_t n;
	size_t applied, pending, faults;
};

static bool
is_gone(const struct migrate *m, const struct migrate_row *row)
{
	for (size_t i = 0; i < m->n_files; i++) {
		if (m->files[i].row == row)
			return false;
	}
	return true;
}

static void
add_file(struct table *t, const struct migrate_file *f)
{
	static const char *const states[] = {
	    [MIGRATE_PENDING] = "pending",
	    [MIGRATE_APPLIED] = "applied",
	    [MIGRATE_CHANGED] = "changed",
	    [MIGRATE_LATE] = "out of order",
	    [MIGRATE_UNFINISHED] = "unfinished",
	};
	struct line *l = &t->lines[t->n++];

	l->name = rt_str(f->name);
	l->state = states[f->state];
	if (f->row != NULL)
		l->applied_at = f->row->applied_at;
	if (f->state == MIGRATE_UNFINISHED)
		l->unfinished = f;
	if (f->state == MIGRATE_APPLIED)
		t->applied++;
	else if (f->state == MIGRATE_PENDING)
		t->pending++;
	else
		t->faults++;
}

static void
add_gone(struct table *t, const struct migrate_row *row)
{
	t->lines[t->n++] = (struct line){.name = row->name,
	    .state = "missing",
	    .applied_at = row->applied_at};
	t->faults++;
}

static struct table
make_table(struct migrate *m)
{
	struct table t = {0};
	size_t f = 0;

	t.lines =
	    rt_arena_array(m->arena, m->n_files + m->n_rows, sizeof(*t.lines));
	for (size_t i = 0; i < m->n_rows; i++) {
		if (!is_gone(m, &m->rows[i]))
			continue;
		while (f < m->n_files &&
		    rt_str_cmp(rt_str(m->files[f].name), m->rows[i].name) < 0)
			add_file(&t, &m->files[f++]);
		add_gone(&t, &m->rows[i]);
	}
	while (f < m->n_files)
		add_file(&t, &m->files[f++]);
	return t;
}

static void
print_text(const struct migrate *m, const struct table *t)
{
	FILE *out = m->call->out;
	size_t wide = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->lines[i].name.n > wide)
			wide = t->lines[i].name.n;
	}
	for (size_t i = 0; i < t->n && !m->call->quiet; i++) {
		const struct line *l = &t->lines[i];

		excerpt_print_text(l->name, out);
		fprintf(out, "%*s  ", (int)(wide - l->name.n), "");
		if (l->applied_at.n == 0)
			fprintf(out, "%s\n", l->state);
		else
			fprintf(out, "%-12s  %.*s\n", l->state,
			    RT_FMT(l->applied_at));
	}
	if (!m->call->quiet)
		fprintf(out, "%s: applied: %zu, pending: %zu, at fault: %zu\n",
		    m->dir, t->applied, t->pending, t->faults);
}

static struct value *
json_line(const struct migrate *m, const struct line *l)
{
	struct value *v = value_map(m->arena);

	value_set_text(v, "name", l->name);
	value_set_cstr(v, "state", l->state);
	if (l->applied_at.n > 0)
		value_set_text(v, "applied_at", l->applied_at);
	if (l->unfinished != NULL) {
		value_set_int(v, "statements_done", l->unfinished->row->done);
		value_set_int(v, "statements",
		    (int64_t)l->unfinished->statements.n);
	}
	return v;
}

static void
print_json(const struct migrate *m, const struct table *t)
{
	struct value *v = value_map(m->arena), *list = value_list(m->arena);
	struct rt_str text;

	for (size_t i = 0; i < t->n; i++)
		value_add(list, json_line(m, &t->lines[i]));
	value_set_cstr(v, "directory", m->dir);
	value_set(v, "migrations", list);
	value_set_int(v, "applied", (int64_t)t->applied);
	value_set_int(v, "pending", (int64_t)t->pending);
	value_set_int(v, "faults", (int64_t)t->faults);
	text = value_json(m->arena, v);
	fwrite(text.p, 1, text.n, m->call->out);
}

bool
migrate_status(struct migrate *m)
{
	struct table t = make_table(m);

	if (strcmp(m->options->format, "json") == 0)
		print_json(m, &t);
	else
		print_text(m, &t);
	return t.pending + t.faults == 0;
}
