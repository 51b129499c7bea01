/* kontract(1): options, commands, exit codes.  Only this file ends the run. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "gen/bundle.h"
#include "gen/dump.h"
#include "gen/ledger.h"
#include "gen/options.h"

/* A contract of the largest size known takes a tenth of this. */
#define MEMORY_MAX ((size_t)4 << 30)

static const char usage_text[] =
    "kontract compiles an OpenAPI contract into a C server for Kore.\n"
    "\n"
    "  kontract generate openapi.yaml    write the server's code to build/api\n"
    "  kontract check openapi.yaml       say what is wrong with a contract\n"
    "  kontract lint openapi.yaml        say what could be better in it\n"
    "  kontract routes openapi.yaml      list its operations\n"
    "  kontract bundle openapi.yaml      write a contract of several files as one\n"
    "  kontract try openapi.yaml request.http\n"
    "                                    tell what a handler would be given\n"
    "  kontract plan openapi.yaml        print what templates see, as JSON\n"
    "  kontract sql openapi.yaml         write functions for the queries in sql/\n"
    "  kontract conf                     print the configuration of its server\n"
    "  kontract migrate up               apply sql/migrations to the database\n"
    "  kontract version\n"
    "\n"
    "You write three things: the contract, sql/ and handlers/.  A handler is a\n"
    "C function that gets its input checked and typed, and can answer only\n"
    "what the contract declares.  Start with:\n"
    "\n"
    "  kontract generate openapi.yaml --handlers handlers\n"
    "\n"
    "which also writes a first handler for each operation.  Each command has\n"
    "--help.  Exit codes: 0 good, 1 the contract is at fault, 2 wrong usage,\n"
    "3 the machine (a file can't be read or written).\n";

/* --- Reports --- */

static int
trouble(const char *sentence)
{
	fprintf(stderr, "kontract: %s\n", sentence);
	return EXIT_MACHINE;
}

/* Prints what was found; the exit code of a contract that is at fault, or 0.
 */
static int
judge(const struct compiled *c, const struct options *o)
{
	if (c->trouble != NULL)
		return trouble(c->trouble);
	if (o->strict)
		diag_strict(c->diag);
	diag_print(c->diag, stderr);
	return diag_errors(c->diag) > 0 || c->spec == NULL ? EXIT_CONTRACT : 0;
}

/* Output that was cut off must not look whole. */
static int
finish_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return trouble("the output can't be written");
}

/* --- Commands --- */

static void
print_changes(const struct emit_result *r, const char *dir, const char *verb)
{
	for (size_t i = 0; r->changed != NULL && r->changed[i] != NULL; i++)
		printf("%s %s/%s\n", verb, dir, r->changed[i]);
}

static int
report_stale(const struct emit_result *r, const struct options *o)
{
	print_changes(r, o->generate.out, "stale:");
	if (r->written + r->removed == 0)
		return finish_output();
	fflush(stdout);
	fprintf(stderr,
	    "kontract: %u of the files in %s are stale: run kontract "
	    "generate\n",
	    r->written + r->removed, o->generate.out);
	return EXIT_CONTRACT;
}

static int
run_generate(struct rt_arena *arena, const struct options *o)
{
	struct compiled c;
	struct emit_result r;
	const char *failure = NULL;
	int code;

	compile_contract(arena, o->contract, &c);
	if ((code = judge(&c, o)) != 0)
		return code;
	if (!generate(&c, &o->generate, &r)) {
		if (r.error != NULL)
			return trouble(r.error);
		return judge(&c, o);
	}
	if (o->generate.check)
		return report_stale(&r, o);
	if (!o->quiet)
		printf("%s: %u written, %u unchanged, %u removed\n",
		    o->generate.out, r.written, r.unchanged, r.removed);
	if (o->generate.depfile != NULL)
		failure = generate_depfile(&c, o->generate.depfile);
	if (failure == NULL && o->generate.handlers != NULL)
		failure = generate_handlers(&c, o->generate.handlers,
		    o->generate.templates, stdout);
	return failure != NULL ? trouble(failure) : finish_output();
}

static int
print_dump(const struct compiled *c, const char *pass)
{
	struct rt_str text;

	if (strcmp(pass, "doc") == 0) {
		text = dump_doc(c->arena, c->spec->root);
	} else if (strcmp(pass, "spec") == 0) {
		text = dump_spec(c->arena, c->spec);
	} else {
		fprintf(stderr, "kontract: --dump takes doc or spec\n");
		return EXIT_USAGE;
	}
	fwrite(text.p, 1, text.n, stdout);
	return finish_output();
}

static int
print_ledger(const struct compiled *c, const struct value *plan)
{
	struct rt_str text = plan != NULL
	    ? value_str(value_get(plan, RT_LIT("ledger")))
	    : ledger_refused(c->arena, c->diag, c->documents);

	ledger_print(text, isatty(STDOUT_FILENO) == 1, stdout);
	return finish_output();
}

static int
run_check(struct rt_arena *arena, const struct options *o)
{
	const struct value *plan = NULL;
	struct compiled c;
	int code;

	compile_contract(arena, o->contract, &c);
	if (c.spec != NULL)
		plan = plan_make(arena, c.diag, c.spec);
	code = judge(&c, o);
	if (o->ledger && c.trouble == NULL) {
		int printed = print_ledger(&c, code == 0 ? plan : NULL);

		return printed != 0 ? printed : code;
	}
	if (code != 0)
		return code;
	if (o->dump != NULL)
		return print_dump(&c, o->dump);
	if (!o->quiet)
		printf("%s: no fault; operations: %zu, schemas: %zu\n",
		    o->contract, c.spec->n_ops, c.spec->n_components);
	return finish_output();
}

/* A machine that reads findings tells 1 and 2 apart, and needs no third. */
static int
run_lint(struct rt_arena *arena, const struct options *o)
{
	struct lint_findings found = {.contract = o->contract};
	struct rt_str why;
	struct compiled c;

	if (o->lint.list) {
		lint_print_rules(stdout);
		return finish_output();
	}
	compile_document(arena, o->contract, &c);
	if (c.trouble != NULL) {
		(void)trouble(c.trouble);
		return EXIT_USAGE;
	}
	if (!lint_run(&c, &o->lint, &found, &why)) {
		fprintf(stderr, "kontract: %.*s\n", RT_FMT(why));
		return EXIT_USAGE;
	}
	if (!o->quiet || found.n > 0)
		lint_print(arena, c.documents, &found, o->lint.format, stdout);
	if (finish_output() != 0)
		return EXIT_USAGE;
	return found.counts[DIAG_ERROR] + found.counts[DIAG_WARNING] > 0
	    ? EXIT_CONTRACT
	    : 0;
}

static int
run_routes(struct rt_arena *arena, const struct options *o)
{
	struct compiled c;
	size_t wide = 0;
	int code;

	compile_contract(arena, o->contract, &c);
	if ((code = judge(&c, o)) != 0)
		return code;
	for (size_t i = 0; i < c.spec->n_ops; i++) {
		if (c.spec->ops[i].path.n > wide)
			wide = c.spec->ops[i].path.n;
	}
	for (size_t i = 0; i < c.spec->n_ops; i++) {
		const struct spec_op *op = &c.spec->ops[i];

		printf("%-7.*s %-*.*s  %.*s\n", RT_FMT(op->token), (int)wide,
		    RT_FMT(op->path), RT_FMT(op->id));
	}
	return finish_output();
}

static int
run_bundle(struct rt_arena *arena, const struct options *o)
{
	const char *name = o->bundle == NULL ? "" : o->bundle, *failure;
	const struct doc_node *root = NULL;
	struct compiled c;
	struct rt_str text;

	compile_document(arena, o->contract, &c);
	if (c.trouble != NULL)
		return trouble(c.trouble);
	if (c.documents != NULL)
		root = bundle(c.documents);
	diag_print(c.diag, stderr);
	if (root == NULL)
		return EXIT_CONTRACT;
	if (rt_str_ends(rt_str(name), ".yaml") ||
	    rt_str_ends(rt_str(name), ".yml"))
		text = bundle_yaml(arena, root);
	else
		text =
		    rt_arena_printf(arena, "%s\n", doc_json(arena, root, 2).p);
	if (o->bundle == NULL) {
		fwrite(text.p, 1, text.n, stdout);
		return finish_output();
	}
	failure = generate_text(arena, o->bundle, text);
	return failure != NULL ? trouble(failure) : 0;
}

static int
run_plan(struct rt_arena *arena, const struct options *o)
{
	struct compiled c;
	struct rt_str json;
	int code;

	compile_contract(arena, o->contract, &c);
	if ((code = judge(&c, o)) != 0)
		return code;
	json = value_json(arena, plan_make(arena, c.diag, c.spec));
	if (diag_errors(c.diag) > 0)
		return judge(&c, o);
	fwrite(json.p, 1, json.n, stdout);
	return finish_output();
}

/* False when it can't be read, which has been told. */
static bool
read_request(struct rt_arena *arena, const char *path,
    struct try_request_file *out)
{
	bool input = strcmp(path, "-") == 0;
	const char *file = input ? "/dev/stdin" : path, *why;
	const struct source *source = source_open(arena, file);
	unsigned line;

	if (source == NULL) {
		fprintf(stderr, "kontract: %s: %s\n", path, strerror(errno));
		return false;
	}
	out->text = source->text;
	if (rt_try_parse(arena, out->text, &out->request, &line, &why))
		return true;
	fprintf(stderr, "%s:%u: error: %s\n", path, line, why);
	return false;
}

/* Ends as the program does: 0 where a handler was reached, 1 where the request
 * was refused. */
static int
run_try(struct rt_arena *arena, const struct options *o)
{
	struct try_request_file file;
	struct compiled c;
	struct rt_str why;
	int code;

	if (!read_request(arena, o->request, &file))
		return EXIT_USAGE;
	compile_contract(arena, o->contract, &c);
	/* Warnings are what `check` is for. */
	if (c.trouble != NULL || c.spec == NULL || diag_errors(c.diag) > 0)
		return judge(&c, o);
	switch (try_run(&c, &file, &o->try, &code, &why)) {
	case TRY_DONE:
		return code;
	case TRY_CONTRACT:
		return judge(&c, o);
	default:
		return trouble(why.p);
	}
}

static int
report_stale_sql(const struct sql_outcome *sql, const struct options *o)
{
	if (sql->stale_lock)
		printf("stale: %s/queries.lock\n", o->sql.dir);
	print_changes(&sql->emitted, o->sql.out, "stale:");
	if (!sql->stale_lock &&
	    sql->emitted.written + sql->emitted.removed == 0)
		return finish_output();
	fflush(stdout);
	fprintf(stderr, "kontract: run kontract sql%s\n",
	    sql->stale_lock ? " --update" : "");
	return EXIT_CONTRACT;
}

static int
run_sql(struct rt_arena *arena, const struct options *o)
{
	struct sql_options options = o->sql;
	struct sql_outcome sql;
	bool ok;

	options.contract = o->contract;
	options.url = getenv("DATABASE_URL");
	ok = sql_compile(arena, &options, &sql);
	diag_print(sql.diag, stderr);
	if (sql.trouble != NULL)
		return trouble(sql.trouble);
	if (!ok || diag_errors(sql.diag) > 0)
		return EXIT_CONTRACT;
	if (options.check)
		return report_stale_sql(&sql, o);
	if (o->quiet)
		return 0;
	if (options.explain)
		printf("queries: %zu, none reads a large table from end to "
		       "end\n",
		    sql.queries);
	else
		printf("%s: queries: %zu; %u written, %u unchanged, %u "
		       "removed\n",
		    options.out, sql.queries, sql.emitted.written,
		    sql.emitted.unchanged, sql.emitted.removed);
	return finish_output();
}

static int
check_conf(struct rt_arena *arena, const struct options *o)
{
	const struct source *source = source_open(arena, o->contract);
	struct compiled c = {.arena = arena, .diag = diag_open(arena)};
	enum conf_kore kore;

	if (source == NULL) {
		fprintf(stderr, "kontract: %s: %s\n", o->contract,
		    strerror(errno));
		return EXIT_MACHINE;
	}
	if (!conf_version(o->conf.kore, &kore)) {
		fprintf(stderr, "kontract: --kore takes 4.1 or 4.2\n");
		return EXIT_USAGE;
	}
	conf_check(arena, c.diag, source, kore);
	if (o->strict)
		diag_strict(c.diag);
	diag_print(c.diag, stderr);
	if (diag_errors(c.diag) > 0)
		return EXIT_CONTRACT;
	if (!o->quiet)
		printf("%s: no fault, for Kore %s\n", source->name,
		    o->conf.kore);
	return finish_output();
}

static int
run_conf(struct rt_arena *arena, const struct options *o)
{
	struct rt_str why, text;

	if (o->generate.check)
		return check_conf(arena, o);
	text = conf_write(arena, &o->conf, &why);
	if (text.p == NULL) {
		fprintf(stderr, "kontract: %.*s\n", RT_FMT(why));
		return EXIT_USAGE;
	}
	fwrite(text.p, 1, text.n, stdout);
	return finish_output();
}

static int
run_migrate(struct rt_arena *arena, const struct options *o)
{
	const struct migrate_call call = {
	    .options = &o->migrate,
	    .arguments = o->arguments,
	    .quiet = o->quiet,
	    .diag = diag_open(arena),
	    .out = stdout,
	    .log = stderr,
	};
	enum migrate_outcome outcome;
	const char *why;
	int code;

	outcome = migrate_run(arena, &call, &why);
	code = finish_output();
	diag_print(call.diag, stderr);
	if (why != NULL)
		fprintf(stderr, "kontract: %s\n", why);
	if (outcome == MIGRATE_USAGE)
		fprintf(stderr, "see: kontract migrate --help\n");
	if (outcome == MIGRATE_DONE)
		return code;
	return outcome == MIGRATE_FAULT ? EXIT_CONTRACT
	    : outcome == MIGRATE_USAGE  ? EXIT_USAGE
					: EXIT_MACHINE;
}

static int
run_version(struct rt_arena *arena, const struct options *o)
{
	(void)arena;
	(void)o;
	printf("kontract " PLAN_VERSION ", ABI %d\n", RT_ABI);
	return finish_output();
}

static const struct command commands[] = {
    {"generate", "[options] CONTRACT", "write the server's code",
	"  -o, --output DIR      where the code goes; default build/api\n"
	"      --handlers DIR    write DIR/<tag>.c, answering 501, where there\n"
	"                        is none; print handlers that are missing\n"
	"      --depfile FILE.d  write a rule for make: FILE depends on every\n"
	"                        file that the contract consists of\n"
	"      --templates DIR   templates of your own; those that DIR lacks\n"
	"                        are ours\n"
	"      --check           write nothing; fail when the code is stale\n"
	"      --force           overwrite files that were edited by hand\n"
	"      --strict          take warnings for errors\n"
	"  -q, --quiet           print faults only\n"
	"\n"
	"Only files that change are written, and files that are no longer\n"
	"generated are removed; hand-written files are never touched.\n",
	run_generate},
    {"check", "[options] CONTRACT", "say what is wrong with a contract",
	"      --dump PASS       show what a pass has made of it: doc, the\n"
	"                        document with places; spec, its operations\n"
	"      --ledger          print what became of each operation and keyword:\n"
	"                        enforced, widened, ignored, refused, ...\n"
	"      --strict          take warnings for errors\n"
	"  -q, --quiet           print faults only\n"
	"\n"
	"Reads the contract as generate does, and writes nothing.\n",
	run_check},
    {"lint", "[options] CONTRACT", "say what could be better in a contract",
	"      --format FORMAT   text (the default), json or sarif (2.1.0)\n"
	"      --off RULES       leave out rules: ids between commas, or all\n"
	"      --on RULES        apply them; later options win\n"
	"      --rules list      print the rules: id, severity, reason\n"
	"      --rules RULES     apply these and no others\n"
	"  -q, --quiet           print nothing where nothing is found\n"
	"\n"
	"An object of the contract with 'x-lint-ignore: [RULE, ...]' is exempt\n"
	"from these rules with all that it holds.  Exit codes: 0 nothing but\n"
	"infos, 1 errors or warnings, 2 wrong usage or an unreadable file.\n",
	run_lint},
    {"routes", "CONTRACT", "list the operations of a contract",
	"Prints method, path and operation, in the contract's order.\n",
	run_routes},
    {"bundle", "[options] CONTRACT", "write a contract of several files as one",
	"  -o, --output FILE     where it goes, as YAML for a name in .yaml or\n"
	"                        .yml, else as JSON; default: JSON, printed\n"
	"\n"
	"What references lead to in other files moves under components, by\n"
	"names that are unique there; the meaning stays the same.\n",
	run_bundle},
    {"plan", "CONTRACT", "print what templates see, as JSON",
	"The plan holds every choice that the compiler made: C names and\n"
	"types, files, checks.  docs/reference/plan.md describes it.\n",
	run_plan},
    {"try", "[options] CONTRACT REQUEST",
	"tell what a handler would be given, or why it would not",
	"      --cache DIR       where compiled contracts are kept; default\n"
	"                        kontract in XDG_CACHE_HOME, or ~/.cache\n"
	"      --runtime DIR     the directory that holds runtime/ and\n"
	"                        libkontract.a; default: where kontract was built\n"
	"\n"
	"REQUEST is a file with one raw HTTP request, or - for standard input.\n"
	"Compiles the operations of its path with CC (default cc), and plays it.\n"
	"Prints JSON: the operation, the parameters and the body as the handler\n"
	"would see them; or the status and the errors.  Credentials are looked\n"
	"for but not verified.  Exit codes: 0 a handler is reached, 1 the request\n"
	"is refused or the contract is at fault, 2 no such request, 3 the machine.\n",
	run_try},
    {"sql", "[options] CONTRACT", "write functions for the queries in sql/",
	"  -o, --output DIR      where the code goes; default build/sql\n"
	"      --sql DIR         holds queries/, migrations/ and queries.lock;\n"
	"                        default sql\n"
	"      --update          ask the database that DATABASE_URL names, which\n"
	"                        is migrated, and write DIR/queries.lock\n"
	"      --explain         write nothing; ask it for the plans, and tell of\n"
	"                        large tables that are read from end to end\n"
	"      --templates DIR   templates of your own; those that DIR lacks\n"
	"                        are ours\n"
	"      --check           write nothing; fail when the code is stale, or\n"
	"                        with --update the lock\n"
	"      --force           overwrite files that were edited by hand\n"
	"  -q, --quiet           print faults only\n"
	"\n"
	"Without --update no database is needed: the lock holds what it said.\n"
	"docs/reference/sql.md describes the files of queries.\n",
	run_sql},
    {"conf", "[options] [--check FILE]",
	"print Kore's configuration of a server, or check one",
	"      --kore VERSION    4.1 (the default), or 4.2 for it and later ones\n"
	"      --address IP      where the server listens; default 127.0.0.1\n"
	"      --port N          the TCP port; default 8000\n"
	"      --workers N       processes that answer; default 2\n"
	"      --connections N   of each of them, at most; default 12000\n"
	"      --module PATH     the server that kore loads; none for a server\n"
	"                        that is an executable\n"
	"      --root DIR        where the workers run, and what becomes their\n"
	"                        root directory unless kore has -n; default .\n"
	"      --runas USER      whom root's workers become\n"
	"      --check           read FILE, and say what is wrong with it\n"
	"      --strict          take warnings for errors\n"
	"  -q, --quiet           print faults only\n"
	"\n"
	"Start it as: kore -f -c FILE, with -n -r where root does not do so.\n",
	run_conf},
    {"migrate", "[options] up|status|verify|new WORDS [DIRECTORY]",
	"apply sql/migrations to the database of DATABASE_URL",
	"  up      apply the files that are not applied, in their order\n"
	"  status  print which are, and when; fail unless all are\n"
	"  verify  the same without a table, for another program\n"
	"  new     make the next file, named after WORDS, one argument\n"
	"\n"
	"      --to NNNN         up: no file above this number\n"
	"      --dry-run         up: tell what would be applied, and try it in a\n"
	"                        transaction that is rolled back\n"
	"      --resume          up: go on with a file without a transaction\n"
	"                        that failed midway\n"
	"      --restart         up: begin such a file anew\n"
	"      --wait SECONDS    for another run to end; default 60\n"
	"      --lock-timeout SECONDS\n"
	"                        that a statement may wait for a lock; default 10\n"
	"      --statement-timeout SECONDS\n"
	"                        that a statement may take; default 0, any time\n"
	"      --scratch         verify: apply all files to an empty database\n"
	"                        too, which is made for it and dropped\n"
	"      --format FORMAT   status: text (the default) or json\n"
	"  -q, --quiet           print faults only\n"
	"\n"
	"Files are named NNNN_words.sql, in DIRECTORY or sql/migrations.  Each\n"
	"runs once, in a transaction of its own, unless the comment at its head\n"
	"has the line '-- kontract: no transaction'.  Exit codes: 0 good, 1 a\n"
	"file or the database is at fault, or files are pending (status, verify),\n"
	"2 wrong usage, 3 no database, or another run has it.\n",
	run_migrate},
    {"version", "", "print the version of the compiler and of its output",
	"Generated code of one ABI fits the runtime of the same ABI only.\n",
	run_version},
};

/* --- The command line --- */

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < RT_LEN(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static void
out_of_memory(void *arg)
{
	(void)arg;
	fprintf(stderr,
	    "kontract: the contract needs more memory than there "
	    "is\n");
	exit(EXIT_MACHINE);
}

static int
count_arguments(const struct command *c, const struct options *o)
{
	if (c->synopsis[0] == '\0' || o->lint.list)
		return 0;
	if (c->run == run_conf)
		return o->generate.check ? 1 : 0;
	return c->run == run_try ? 2 : 1;
}

static int
run_command(const struct command *c, int argc, char **argv)
{
	struct options o;
	struct rt_arena *arena;
	int code, first = 1;

	switch (options_read(c, argc, argv, &o, &first)) {
	case OPTIONS_HELP:
		return finish_output();
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	default:
		break;
	}
	if (c->run != run_migrate && argc - first != count_arguments(c, &o)) {
		static const char *const words[] = {"no argument",
		    "one contract", "a contract and a request"};

		fprintf(stderr, "kontract: %s takes %s\n", c->name,
		    c->run == run_conf ? "a file with --check, else none"
				       : words[count_arguments(c, &o)]);
		fprintf(stderr, "see: kontract %s --help\n", c->name);
		return EXIT_USAGE;
	}
	o.arguments = (const char *const *)argv + first;
	o.contract = argv[first];
	if (o.contract != NULL)
		o.request = argv[first + 1];
	arena = rt_arena_open(MEMORY_MAX, out_of_memory, NULL);
	code = c->run(arena, &o);
	rt_arena_close(arena);
	return code;
}

int
main(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		fputs(usage_text, stdout);
		return finish_output();
	}
	if (strcmp(argv[1], "--version") == 0)
		argv[1] = (char *)"version";
	c = find_command(argv[1]);
	if (c == NULL) {
		fprintf(stderr, "kontract: there is no command '%s'\n\n%s",
		    argv[1], usage_text);
		return EXIT_USAGE;
	}
	return run_command(c, argc - 1, argv + 1);
}
