#include "gen/options.h"

#include <getopt.h>
#include <stddef.h>

enum {
	HELP = 256,
	HANDLERS,
	TEMPLATES,
	CHECK,
	FORCE,
	DUMP,
	DEPFILE,
	FORMAT,
	RULES,
	OFF,
	ON,
	LEDGER,
	CACHE,
	RUNTIME,
	STRICT,
	KORE,
	ADDRESS,
	PORT,
	WORKERS,
	CONNECTIONS,
	MODULE,
	ROOT,
	RUNAS,
	SQL,
	UPDATE,
	EXPLAIN,
	TO,
	DRY_RUN,
	RESUME,
	RESTART,
	SCRATCH,
	WAIT,
	LOCK_TIMEOUT,
	STATEMENT_TIMEOUT
};

static const struct option table[] = {
    {"output", required_argument, NULL, 'o'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, HELP},
    {"handlers", required_argument, NULL, HANDLERS},
    {"templates", required_argument, NULL, TEMPLATES},
    {"check", no_argument, NULL, CHECK},
    {"force", no_argument, NULL, FORCE},
    {"strict", no_argument, NULL, STRICT},
    {"dump", required_argument, NULL, DUMP},
    {"depfile", required_argument, NULL, DEPFILE},
    {"format", required_argument, NULL, FORMAT},
    {"rules", required_argument, NULL, RULES},
    {"off", required_argument, NULL, OFF},
    {"on", required_argument, NULL, ON},
    {"ledger", no_argument, NULL, LEDGER},
    {"cache", required_argument, NULL, CACHE},
    {"runtime", required_argument, NULL, RUNTIME},
    {"kore", required_argument, NULL, KORE},
    {"address", required_argument, NULL, ADDRESS},
    {"port", required_argument, NULL, PORT},
    {"workers", required_argument, NULL, WORKERS},
    {"connections", required_argument, NULL, CONNECTIONS},
    {"module", required_argument, NULL, MODULE},
    {"root", required_argument, NULL, ROOT},
    {"runas", required_argument, NULL, RUNAS},
    {"sql", required_argument, NULL, SQL},
    {"update", no_argument, NULL, UPDATE},
    {"explain", no_argument, NULL, EXPLAIN},
    {"to", required_argument, NULL, TO},
    {"dry-run", no_argument, NULL, DRY_RUN},
    {"resume", no_argument, NULL, RESUME},
    {"restart", no_argument, NULL, RESTART},
    {"scratch", no_argument, NULL, SCRATCH},
    {"wait", required_argument, NULL, WAIT},
    {"lock-timeout", required_argument, NULL, LOCK_TIMEOUT},
    {"statement-timeout", required_argument, NULL, STATEMENT_TIMEOUT},
    {NULL, 0, NULL, 0},
};

static void
print_help(const struct command *c, FILE *out)
{
	fprintf(out, "usage: kontract %s %s\n\n%c%s.\n\n%s", c->name,
	    c->synopsis, c->summary[0] - 'a' + 'A', c->summary + 1, c->help);
}

/* False when there are too many. */
static bool
add_choice(struct lint_options *o, const char *rules, bool on)
{
	if (o->n == LINT_CHOICES_MAX) {
		fprintf(stderr, "kontract: too many --on and --off\n");
		return false;
	}
	o->choices[o->n++] = (struct lint_choice){rules, on};
	return true;
}

/* "list" asks what there is; all else is "none but these". */
static bool
choose_rules(struct lint_options *o, const char *rules)
{
	o->list = strcmp(rules, "list") == 0;
	return o->list ||
	    (add_choice(o, "all", false) && add_choice(o, rules, true));
}

/* Where an option's text goes, or where it is noted that it was given. */
struct place {
	int option;
	size_t at; /* in struct options */
};

static const struct place texts[] = {
    {'o', offsetof(struct options, generate.out)},
    {'o', offsetof(struct options, bundle)},
    {'o', offsetof(struct options, sql.out)},
    {HANDLERS, offsetof(struct options, generate.handlers)},
    {TEMPLATES, offsetof(struct options, generate.templates)},
    {TEMPLATES, offsetof(struct options, sql.templates)},
    {DEPFILE, offsetof(struct options, generate.depfile)},
    {DUMP, offsetof(struct options, dump)},
    {FORMAT, offsetof(struct options, lint.format)},
    {CACHE, offsetof(struct options, try.cache)},
    {RUNTIME, offsetof(struct options, try.runtime)},
    {KORE, offsetof(struct options, conf.kore)},
    {ADDRESS, offsetof(struct options, conf.address)},
    {PORT, offsetof(struct options, conf.port)},
    {WORKERS, offsetof(struct options, conf.workers)},
    {CONNECTIONS, offsetof(struct options, conf.connections)},
    {MODULE, offsetof(struct options, conf.module)},
    {ROOT, offsetof(struct options, conf.root)},
    {RUNAS, offsetof(struct options, conf.runas)},
    {SQL, offsetof(struct options, sql.dir)},
    {FORMAT, offsetof(struct options, migrate.format)},
    {TO, offsetof(struct options, migrate.to)},
    {WAIT, offsetof(struct options, migrate.wait)},
    {LOCK_TIMEOUT, offsetof(struct options, migrate.lock_timeout)},
    {STATEMENT_TIMEOUT, offsetof(struct options, migrate.statement_timeout)},
};

static const struct place flags[] = {
    {'q', offsetof(struct options, quiet)},
    {CHECK, offsetof(struct options, generate.check)},
    {CHECK, offsetof(struct options, sql.check)},
    {FORCE, offsetof(struct options, generate.force)},
    {FORCE, offsetof(struct options, sql.force)},
    {STRICT, offsetof(struct options, strict)},
    {LEDGER, offsetof(struct options, ledger)},
    {UPDATE, offsetof(struct options, sql.update)},
    {EXPLAIN, offsetof(struct options, sql.explain)},
    {DRY_RUN, offsetof(struct options, migrate.dry_run)},
    {RESUME, offsetof(struct options, migrate.resume)},
    {RESTART, offsetof(struct options, migrate.restart)},
    {SCRATCH, offsetof(struct options, migrate.scratch)},
};

/* False for one that is wrong. */
static bool
set(struct options *o, int option, const char *value)
{
	bool known = false;

	if (option == RULES)
		return choose_rules(&o->lint, value);
	if (option == OFF || option == ON)
		return add_choice(&o->lint, value, option == ON);
	for (size_t i = 0; i < RT_LEN(texts); i++) {
		if (texts[i].option != option)
			continue;
		memcpy((char *)o + texts[i].at, &value, sizeof(value));
		known = true;
	}
	for (size_t i = 0; i < RT_LEN(flags); i++) {
		if (flags[i].option != option)
			continue;
		*((bool *)((char *)o + flags[i].at)) = true;
		known = true;
	}
	return known;
}

enum options_outcome
options_read(const struct command *c, int argc, char **argv, struct options *o,
    int *first)
{
	int option;

	*o = (struct options){
	    .generate = {.out = "build/api"},
	    .lint = {.format = "text"},
	    .conf = conf_defaults,
	    .sql = {.dir = "sql", .out = "build/sql"},
	    .migrate = migrate_defaults,
	};
	while ((option = getopt_long(argc, argv, "o:q", table, NULL)) != -1) {
		if (option == HELP) {
			print_help(c, stdout);
			return OPTIONS_HELP;
		}
		if (set(o, option, optarg))
			continue;
		fprintf(stderr, "see: kontract %s --help\n", c->name);
		return OPTIONS_WRONG;
	}
	*first = optind;
	return OPTIONS_READ;
}
