/* The runner of contract tests: the order of things. */
#include "runtime/contract.h"

#include <time.h>

#include "runtime/contract_run.h"

enum { EXIT_FAILED = 1, EXIT_TROUBLE = 2 };

#define MEMORY_MAX ((size_t)2 << 30)

static const struct contract_case *
find_case(const struct contract_run *run, const char *id)
{
	for (size_t i = 0; i < run->n; i++) {
		if (strcmp(run->results[i].c->id, id) == 0)
			return run->results[i].c;
	}
	fprintf(stderr, "contract: there is no case '%s'; see --list\n", id);
	return NULL;
}

/* What needs no server; the exit status, or -1 when nothing was asked. */
static int
show(struct contract_run *run)
{
	const struct contract_options *o = run->options;
	const char *id = o->replay != NULL ? o->replay : o->body;
	const struct contract_case *c;
	struct rt_str body;

	for (size_t i = 0; i < run->n && (o->list || o->dump); i++) {
		rt_arena_reset(run->scratch);
		if (o->list)
			printf("%s\n", run->results[i].c->id);
		else
			contract_dump(run->scratch, run->results[i].c, stdout);
	}
	if (o->openapi)
		fwrite(run->api->json->p, 1, run->api->json->n, stdout);
	if (id == NULL)
		return o->list || o->dump || o->openapi ? 0 : -1;
	if ((c = find_case(run, id)) == NULL)
		return EXIT_TROUBLE;
	body = contract_expand(run->scratch, c->body);
	if (o->replay == NULL)
		fwrite(body.p, 1, body.n, stdout);
	else
		contract_replay(run, c,
		    run->conn == NULL ? "127.0.0.1:8000"
				      : contract_conn_host(run->conn));
	return 0;
}

/* --- The run --- */

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool
changes_nothing(const struct contract_case *c)
{
	const char *method = contract_method(c);

	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
	    strcmp(method, "OPTIONS") == 0;
}

/*
 * Sends a case and judges what comes.  `before` is the case that was sent on
 * the same connection: when that is closed without a word, it is its fault.
 */
static bool
send_case(struct contract_run *run, struct contract_result *r,
    struct contract_result *before, FILE *record)
{
	bool head = strcmp(contract_method(r->c), "HEAD") == 0;
	struct contract_answer answer;
	struct rt_str request;
	const char *why = NULL;
	enum contract_sent sent;
	int64_t began = now_us();

	if (!contract_request(run, r->c, contract_conn_host(run->conn),
		&request, &r->skipped))
		return false;
	sent = contract_send(run->conn, run->scratch, request, head, &answer,
	    &why);
	if (sent == CONTRACT_DEAD) {
		if (before != NULL)
			contract_fail(run, before,
			    "the connection was closed behind the answer, "
			    "without Connection: close");
		sent = contract_send(run->conn, run->scratch, request, head,
		    &answer, &why);
	}
	r->us = now_us() - began;
	if (sent != CONTRACT_ANSWERED) {
		contract_fail(run, r, "no good answer: %s", why);
		return !changes_nothing(r->c);
	}
	contract_judge(run, r, &answer);
	contract_judge_socket(run, r, &answer);
	if (record != NULL)
		contract_record(run->scratch, r->c, &answer, record);
	return !changes_nothing(r->c) &&
	    (answer.status < 400 || r->c->status == 0);
}

static bool
run_cases(struct contract_run *run, struct contract_reset *reset, FILE *record)
{
	struct contract_result *before = NULL;
	bool changed = true;
	struct rt_str why;

	for (size_t i = 0; i < run->n; i++) {
		struct contract_result *r = &run->results[i];

		rt_arena_reset(run->scratch);
		if (changed && reset != NULL &&
		    !contract_reset_run(reset, &why)) {
			fprintf(stderr, "contract: %.*s\n", RT_FMT(why));
			return false;
		}
		changed = send_case(run, r, before, record);
		if (r->skipped.p == NULL)
			before = r;
		if (run->options->first && r->n_failures > 0)
			run->n = i + 1;
	}
	return true;
}

static int
finish(struct contract_run *run)
{
	const struct contract_options *o = run->options;
	size_t failed;

	if (o->coverage)
		contract_coverage(run);
	if (o->junit != NULL && !contract_junit(run, o->junit)) {
		fprintf(stderr, "contract: %s can't be written\n", o->junit);
		return EXIT_TROUBLE;
	}
	failed = contract_report(run);
	return failed > 0 ? EXIT_FAILED : 0;
}

static int
run_all(struct contract_run *run)
{
	const struct contract_options *o = run->options;
	struct contract_reset *reset = NULL;
	struct rt_str why;
	FILE *record = NULL;
	bool ok;

	if (o->record != NULL && (record = fopen(o->record, "w")) == NULL) {
		fprintf(stderr, "contract: %s can't be written\n", o->record);
		return EXIT_TROUBLE;
	}
	if (o->reset_sql != NULL &&
	    (reset = contract_reset_open(run->arena, o->database, o->reset_sql,
		 &why)) == NULL) {
		fprintf(stderr, "contract: %.*s\n", RT_FMT(why));
		return EXIT_TROUBLE;
	}
	ok = run_cases(run, reset, record);
	contract_reset_close(reset);
	if (record != NULL && fclose(record) != 0)
		ok = false;
	return ok ? finish(run) : EXIT_TROUBLE;
}

static int
start(struct contract_run *run)
{
	const struct contract_options *o = run->options;
	const char *why = NULL;
	struct rt_patterns *patterns;
	int status;

	if (o->url != NULL) {
		run->conn = contract_conn_open(run->arena, o->url, &why);
		if (run->conn == NULL) {
			fprintf(stderr, "contract: %s\n", why);
			return EXIT_TROUBLE;
		}
	}
	if ((status = show(run)) >= 0)
		return status;
	if (run->conn == NULL) {
		fprintf(stderr, "contract: --url is needed; see --help\n");
		return EXIT_TROUBLE;
	}
	patterns =
	    rt_patterns_open(run->api->patterns, run->api->n_patterns, &why);
	if (patterns == NULL) {
		fprintf(stderr, "contract: %s\n", why);
		return EXIT_TROUBLE;
	}
	run->patterns = patterns;
	status = run_all(run);
	rt_patterns_close(patterns);
	return status;
}

int
contract_main(int argc, char **argv, const struct rt_api *api,
    const struct contract_suite *suites)
{
	static struct contract_options options;
	struct contract_run run = {.api = api, .options = &options};
	int status;

	if (!contract_options_read(&options, argc, argv))
		return EXIT_TROUBLE;
	if (options.help)
		return 0;
	run.arena = rt_arena_open(MEMORY_MAX, NULL, NULL);
	run.scratch = rt_arena_open(MEMORY_MAX, NULL, NULL);
	status = contract_cases_read(&run, suites) ? start(&run) : EXIT_TROUBLE;
	contract_conn_close(run.conn);
	rt_arena_close(run.scratch);
	rt_arena_close(run.arena);
	if (fflush(stdout) != 0)
		return EXIT_TROUBLE;
	return status;
}
