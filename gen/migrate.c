#include "gen/migrate.h"

#include <ctype.h>
#include <stdlib.h>

#include "gen/migrate_part.h"

enum { SECONDS_MAX = 86400, WORDS_MAX = 80 };

const struct migrate_options migrate_defaults = {
    .format = "text",
    .wait = "60",
    .lock_timeout = "10",
    .statement_timeout = "0",
};

/* --- What the command line says --- */

static bool
read_number(const char *text, unsigned max, unsigned *out)
{
	size_t n = strlen(text);
	unsigned long v;

	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
	}
	if (n == 0 || n > 9 || (v = strtoul(text, NULL, 10)) > max)
		return false;
	*out = (unsigned)v;
	return true;
}

static const char *
read_numbers(struct migrate *m)
{
	const struct migrate_options *o = m->options;

	m->to = MIGRATE_NUMBER_MAX;
	if (o->to != NULL && !read_number(o->to, MIGRATE_NUMBER_MAX, &m->to))
		return "--to takes the number of a file";
	if (!read_number(o->wait, SECONDS_MAX, &m->wait_s) ||
	    !read_number(o->lock_timeout, SECONDS_MAX, &m->lock_s) ||
	    !read_number(o->statement_timeout, SECONDS_MAX, &m->statement_s))
		return "--wait, --lock-timeout and --statement-timeout take "
		       "seconds, from 0 to 86400";
	if (strcmp(o->format, "text") != 0 && strcmp(o->format, "json") != 0)
		return "--format takes text or json";
	if (o->resume && o->restart)
		return "--resume and --restart exclude each other";
	if (o->dry_run && (o->resume || o->restart))
		return "--dry-run can't try what has no transaction";
	return NULL;
}

/* --to names a file, so that a typing error is none of a state. */
static const struct migrate_file *
find_to(const struct migrate *m)
{
	for (size_t i = 0; i < m->n_files; i++) {
		if (migrate_number(m->files[i].name) == m->to)
			return &m->files[i];
	}
	return NULL;
}

/* --- Actions --- */

/* The session of one that reads only. */
static bool
look(struct migrate *m)
{
	if (!migrate_read_files(m) || !migrate_connect(m, NULL) ||
	    !migrate_read_rows(m))
		return false;
	migrate_compare(m);
	return true;
}

static bool
run_up(struct migrate *m)
{
	if (!migrate_read_files(m))
		return false;
	if (m->options->to != NULL && find_to(m) == NULL) {
		m->trouble = rt_arena_printf(m->arena,
		    "%s has no file with the number %s", m->dir, m->options->to)
				 .p;
		return false;
	}
	if (!migrate_connect(m, NULL) || !migrate_lock(m))
		return false;
	if (!m->options->dry_run && !migrate_make_table(m))
		return false;
	if (!migrate_read_rows(m))
		return false;
	migrate_compare(m);
	if (diag_errors(m->diag) > 0)
		return false;
	return m->options->dry_run ? migrate_try(m) : migrate_apply(m);
}

static bool
run_status(struct migrate *m)
{
	return look(m) && migrate_status(m);
}

static void
report_pending(struct migrate *m)
{
	for (size_t i = 0; i < m->n_files; i++) {
		if (m->files[i].state == MIGRATE_PENDING)
			diag_error(m->diag, migrate_whole(&m->files[i]),
			    "migration-pending", "the file is not applied");
	}
}

static bool
run_verify(struct migrate *m)
{
	bool quiet = m->call->quiet;

	if (!look(m))
		return false;
	report_pending(m);
	if (diag_errors(m->diag) > 0 ||
	    (m->options->scratch && !migrate_scratch(m)))
		return false;
	if (!quiet)
		fprintf(m->call->out, "%s: no fault; applied: %zu%s\n", m->dir,
		    m->n_rows,
		    m->options->scratch ? ", to an empty database too" : "");
	return true;
}

static bool
run_new(struct migrate *m)
{
	return migrate_new(m, m->call->arguments[1]);
}

/* What an action takes beside a directory. */
static const struct action {
	const char *name;
	bool (*run)(struct migrate *);
	bool database;
	bool applies;
	bool words;
} actions[] = {
    {"up", run_up, .database = true, .applies = true},
    {"status", run_status, .database = true},
    {"verify", run_verify, .database = true},
    {"new", run_new, .words = true},
};

static const struct action *
find_action(const char *name)
{
	for (size_t i = 0; name != NULL && i < RT_LEN(actions); i++) {
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	}
	return NULL;
}

static bool
has_words(const char *text)
{
	const char *p = text;

	while (*p != '\0' && !isalnum((unsigned char)*p))
		p++;
	return *p != '\0' && strlen(text) <= WORDS_MAX;
}

/* NULL, or what is wrong with the call. */
static const char *
check_call(struct migrate *m, const struct action *a)
{
	const struct migrate_options *o = m->options;
	const char *const *rest;

	if (a == NULL)
		return "migrate takes up, status, new or verify";
	rest = m->call->arguments + 1;
	if (a->words) {
		if (*rest == NULL || !has_words(*rest))
			return "migrate new takes words for the file's name, "
			       "as one argument of at most 80 bytes";
		rest++;
	}
	if (*rest != NULL)
		m->dir = *rest++;
	if (*rest != NULL)
		return "migrate takes one directory at most";
	if (!a->applies &&
	    (o->to != NULL || o->dry_run || o->resume || o->restart))
		return "--to, --dry-run, --resume and --restart are of migrate "
		       "up";
	if (o->scratch && a->run != run_verify)
		return "--scratch is of migrate verify";
	if (a->database && getenv("DATABASE_URL") == NULL)
		return "the environment has no DATABASE_URL";
	return read_numbers(m);
}

enum migrate_outcome
migrate_run(struct rt_arena *arena, const struct migrate_call *call,
    const char **why)
{
	struct migrate m = {
	    .arena = arena,
	    .diag = call->diag,
	    .call = call,
	    .options = call->options,
	    .dir = "sql/migrations",
	};
	const struct action *a = find_action(call->arguments[0]);
	bool ok;

	*why = check_call(&m, a);
	if (*why != NULL)
		return MIGRATE_USAGE;
	ok = a->run(&m);
	PQfinish(m.pg);
	*why = m.trouble;
	if (m.trouble != NULL)
		return MIGRATE_MACHINE;
	return ok ? MIGRATE_DONE : MIGRATE_FAULT;
}
