/* The directory of migrations. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "gen/migrate_part.h"
#include "gen/sql_lex.h"
#include "runtime/jwt.h"

static const char mark[] = "-- kontract:";
static const char suffix[] = ".sql";

/* --- Names --- */

bool
migrate_is_name(const char *name)
{
	struct rt_str rest = rt_str(name);

	if (rest.n < MIGRATE_DIGITS + 1 + 1 + strlen(suffix) ||
	    !rt_str_ends(rest, suffix) || name[MIGRATE_DIGITS] != '_')
		return false;
	for (size_t i = 0; i < MIGRATE_DIGITS; i++) {
		if (!isdigit((unsigned char)name[i]))
			return false;
	}
	for (size_t i = MIGRATE_DIGITS; i < rest.n - strlen(suffix); i++) {
		if (!islower((unsigned char)name[i]) &&
		    !isdigit((unsigned char)name[i]) && name[i] != '_')
			return false;
	}
	return true;
}

unsigned
migrate_number(const char *name)
{
	unsigned n = 0;

	for (size_t i = 0; i < MIGRATE_DIGITS; i++)
		n = 10 * n + (unsigned)(name[i] - '0');
	return n;
}

struct source_pos
migrate_whole(const struct migrate_file *f)
{
	return (struct source_pos){.source = f->source};
}

struct source_pos
migrate_place(struct rt_arena *arena, const struct migrate_file *f,
    size_t offset)
{
	size_t before = (size_t)(f->text.p - f->source->text.p);

	return source_pos(f->source, before + offset,
	    sql_lex_length(arena, f->text, offset));
}

/* With a NUL behind it: libpq takes C strings. */
static struct rt_str
sha256(struct rt_arena *arena, struct rt_str bytes)
{
	return rt_arena_copy(arena, rt_sha256_hex(arena, bytes));
}

struct rt_str
migrate_sha256_done(struct rt_arena *arena, const struct migrate_file *f,
    size_t done)
{
	size_t n = done == 0 ? 0 : f->statements.v[done - 1].end;

	return sha256(arena, (struct rt_str){f->text.p, n});
}

/* --- What a file says --- */

/* Looks for the mark in the comment at the head of a file. */
static void
read_mark(struct migrate *m, struct migrate_file *f)
{
	struct rt_str rest = f->text, line;

	while (rest.p != NULL) {
		size_t at = (size_t)(rest.p - f->text.p);

		line = rt_str_cut(&rest, '\n');
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		line = rt_str_trim(line);
		if (line.n > 0 && !rt_str_starts(line, "--"))
			return;
		if (!rt_str_starts(line, mark))
			continue;
		line.p += strlen(mark);
		line.n -= strlen(mark);
		f->no_transaction =
		    rt_str_is(rt_str_trim(line), "no transaction");
		if (!f->no_transaction)
			diag_error(m->diag, migrate_place(m->arena, f, at),
			    "migration-mark",
			    "the only mark of a file is '%s no transaction'",
			    mark);
	}
}

/* Whether a statement would end the transaction of its file. */
static bool
ends_transaction(const struct sql_statement *s)
{
	static const char *const alone[] = {"begin", "commit", "end", "abort"};

	for (size_t i = 0; i < RT_LEN(alone); i++) {
		if (rt_str_is_nocase(s->words[0], alone[i]))
			return true;
	}
	if (rt_str_is_nocase(s->words[0], "rollback"))
		return !rt_str_is_nocase(s->words[1], "to") &&
		    !rt_str_is_nocase(s->words[2], "to");
	return (rt_str_is_nocase(s->words[0], "start") ||
		   rt_str_is_nocase(s->words[0], "prepare")) &&
	    rt_str_is_nocase(s->words[1], "transaction");
}

static void
check_statements(struct migrate *m, const struct migrate_file *f)
{
	if (f->statements.n == 0)
		diag_error(m->diag, migrate_whole(f), "migration-empty",
		    "the file has no statement");
	for (size_t i = 0; i < f->statements.n && !f->no_transaction; i++) {
		const struct sql_statement *s = &f->statements.v[i];

		if (!ends_transaction(s))
			continue;
		diag_error(m->diag, migrate_place(m->arena, f, s->start),
		    "migration-transaction",
		    "a file runs in a transaction of its own, which is not its "
		    "to begin or end");
		diag_help(m->diag,
		    "leave the statement out, or mark the file: "
		    "%s no transaction",
		    mark);
		return;
	}
}

static bool
read_file(struct migrate *m, struct migrate_file *f)
{
	const char *path =
	    rt_arena_printf(m->arena, "%s/%s", m->dir, f->name).p;

	f->source = source_open(m->arena, path);
	if (f->source == NULL) {
		m->trouble =
		    rt_arena_printf(m->arena, "%s: %s", path, strerror(errno))
			.p;
		return false;
	}
	f->text = f->source->text;
	if (rt_str_starts(f->text, "\xef\xbb\xbf")) {
		f->text.p += 3;
		f->text.n -= 3;
	}
	f->sha256 = sha256(m->arena, f->source->text);
	if (memchr(f->text.p, '\0', f->text.n) != NULL) {
		diag_error(m->diag, migrate_whole(f), "migration-nul",
		    "the file has a NUL byte");
		return true;
	}
	read_mark(m, f);
	f->statements = sql_split(m->arena, f->text);
	check_statements(m, f);
	return true;
}

/* --- The directory --- */

static int
is_wanted(const struct dirent *e)
{
	return e->d_name[0] != '.' && rt_str_ends(rt_str(e->d_name), suffix);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A place for a file that is told by its name only. */
static struct source_pos
place_of_name(struct migrate *m, const char *name)
{
	const char *path = rt_arena_printf(m->arena, "%s/%s", m->dir, name).p;

	return (struct source_pos){
	    .source = source_of(m->arena, path, RT_LIT(""))};
}

/* Names that are not those of files are reported; one such is not kept. */
static void
add_name(struct migrate *m, const char *name)
{
	struct migrate_file *f = &m->files[m->n_files];

	if (!migrate_is_name(name)) {
		diag_error(m->diag, place_of_name(m, name), "migration-name",
		    "the name is not NNNN_words.sql, of a-z, 0-9 and '_'");
		return;
	}
	f->name = rt_arena_copy(m->arena, rt_str(name)).p;
	if (m->n_files > 0 &&
	    migrate_number(f[-1].name) == migrate_number(name)) {
		diag_error(m->diag, place_of_name(m, name), "migration-number",
		    "two files have the number %.*s", MIGRATE_DIGITS, name);
		diag_note(m->diag, place_of_name(m, f[-1].name),
		    "the other one");
	}
	m->n_files++;
}

bool
migrate_list_files(struct migrate *m)
{
	struct dirent **names;
	int n = scandir(m->dir, &names, is_wanted, by_name);

	if (n < 0) {
		m->trouble =
		    rt_arena_printf(m->arena, "%s: %s", m->dir, strerror(errno))
			.p;
		return false;
	}
	m->files = rt_arena_array(m->arena, (size_t)n, sizeof(*m->files));
	for (int i = 0; i < n; i++) {
		add_name(m, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return diag_errors(m->diag) == 0;
}

bool
migrate_read_files(struct migrate *m)
{
	if (!migrate_list_files(m))
		return false;
	for (size_t i = 0; i < m->n_files; i++) {
		if (!read_file(m, &m->files[i]))
			return false;
	}
	return diag_errors(m->diag) == 0;
}
