/* The runner of contract tests; between its own files. */
#ifndef RT_CONTRACT_RUN_H
#define RT_CONTRACT_RUN_H

#include <stdio.h>

#include "runtime/call.h"
#include "runtime/contract.h"

enum {
	CONTRACT_CREDENTIALS_MAX = 64,
	CONTRACT_HEADERS_MAX = 16,
	CONTRACT_FAILURES_MAX = 8, /* of one case */
	CONTRACT_BODY_MAX = 64 * 1024 * 1024, /* bytes, also of an answer */
};

/* --credential SCHEME[:ROLES]=VALUE */
struct contract_credential {
	struct rt_str scheme;
	struct rt_str roles; /* "read,write"; absent: not told */
	struct rt_str value;
};

struct contract_options {
	const char *url;
	const char *database;
	const char *reset_sql; /* a file */
	const char *cases; /* the directory of their files; NULL: as built */
	const char *only; /* what ids begin with */
	const char *replay; /* an id */
	const char *body; /* an id */
	const char *junit; /* a file */
	const char *record; /* a file */
	bool list, dump, openapi, coverage;
	bool drafts; /* of the handlers nothing has been written yet */
	bool first; /* failure: the last case */
	bool help; /* it has been shown */
	/* In the order of rights, the most first. */
	struct contract_credential credentials[CONTRACT_CREDENTIALS_MAX];
	unsigned n_credentials;
	const char *headers[CONTRACT_HEADERS_MAX]; /* "Name: value" */
	unsigned n_headers;
};

struct contract_answer {
	int status;
	struct rt_headers headers;
	struct rt_str body;
	bool has_length; /* Content-Length was sent */
	bool chunked;
	bool closes; /* the server closes the connection, and says so */
};

/* What came of a case. */
struct contract_result {
	const struct contract_case *c;
	const char *tag;
	int status; /* that was answered; 0: none */
	int64_t us;
	struct rt_str skipped; /* why it was not sent; absent: it was */
	struct rt_str failures[CONTRACT_FAILURES_MAX];
	unsigned n_failures;
};

struct contract_conn;

struct contract_run {
	const struct rt_api *api;
	const struct contract_options *options;
	const struct rt_patterns *patterns;
	struct rt_arena *arena; /* of the whole run */
	struct rt_arena *scratch; /* of one case */
	struct contract_conn *conn;
	struct contract_result *results;
	size_t n;
};

/* --- contract_options.c --- */

/* False when an option is wrong, which has been told on standard error. */
bool contract_options_read(struct contract_options *, int argc, char **argv);

/* --- contract_cases.c --- */

/* Adds a result for each wanted case; false when a file can't be read, which
 * has been told on standard error. */
bool contract_cases_read(struct contract_run *,
    const struct contract_suite *suites);

/* --- contract_request.c --- */

/* Expands "%{300*a%}" and "%{xff%}"; NULL gives an absent string. */
struct rt_str contract_expand(struct rt_arena *, const char *text);

/* "POST" */
const char *contract_method(const struct contract_case *);

/* "createPerson" of "createPerson/body/..." */
struct rt_str contract_operation(const struct contract_case *);

/* The headers of a request, credentials and Content-Length with them.  False
 * with a sentence in *why when a credential is not known. */
bool contract_headers(const struct contract_run *, const struct contract_case *,
    const char *host, struct rt_str *out, struct rt_str *target,
    struct rt_str *why);

/* The whole request. */
bool contract_request(const struct contract_run *, const struct contract_case *,
    const char *host, struct rt_str *out, struct rt_str *why);

/* The X-Request-ID of a case. */
struct rt_str contract_request_id(struct rt_arena *,
    const struct contract_case *);

/* --- contract_http.c --- */

/* `url` is "http://ADDRESS:PORT"; NULL with *why where it is not. */
struct contract_conn *contract_conn_open(struct rt_arena *, const char *url,
    const char **why);
void contract_conn_close(struct contract_conn *);
const char *contract_conn_host(const struct contract_conn *);

enum contract_sent {
	CONTRACT_ANSWERED = 1,
	CONTRACT_DEAD, /* the kept connection had been closed: send again */
	CONTRACT_BROKEN, /* no answer, or one that is no HTTP */
};

/* Sends a request and reads its answer into `arena`. */
enum contract_sent contract_send(struct contract_conn *, struct rt_arena *,
    struct rt_str request, bool head, struct contract_answer *,
    const char **why);

/* Of a connection that has been switched to another protocol, by 101: sends
 * bytes, as many as are taken; takes some of what has come, within the time that
 * is left; and is done with it. */
void contract_conn_put(struct contract_conn *, struct rt_str);
bool contract_conn_take(struct contract_conn *, size_t n, struct rt_str *out);
void contract_conn_limit(struct contract_conn *, int ms);
void contract_conn_leave(struct contract_conn *);

/* --- contract_socket.c --- */

/* Sends the message of the case where a WebSocket was opened, and notes every way
 * in which what comes is not what it must be. */
void contract_judge_socket(struct contract_run *, struct contract_result *,
    const struct contract_answer *);

/* --- contract_judge.c --- */

struct rt_str contract_header(const struct contract_answer *, const char *name);

/* Notes every way in which the answer is not what it must be. */
void contract_judge(struct contract_run *, struct contract_result *,
    const struct contract_answer *);
void contract_fail(struct contract_run *, struct contract_result *,
    const char *, ...) RT_PRINTF(3, 4);

/* --- contract_problem.c --- */

/* An error answer's body; `root` is NULL where it is no JSON. */
void contract_judge_problem(struct contract_run *, struct contract_result *,
    const struct contract_answer *, const struct rt_node *root);

/* --- contract_reset.c --- */

struct contract_reset;

/* A connection to the database and the statements to run; NULL with *why. */
struct contract_reset *contract_reset_open(struct rt_arena *, const char *url,
    const char *file, struct rt_str *why);
bool contract_reset_run(struct contract_reset *, struct rt_str *why);
void contract_reset_close(struct contract_reset *);

/* --- contract_report.c, contract_junit.c, contract_coverage.c --- */

/* Failures by operation, then the sums; returns how many have failed. */
size_t contract_report(const struct contract_run *);
bool contract_junit(const struct contract_run *, const char *file);
void contract_coverage(const struct contract_run *);

/* --- contract_dump.c --- */

/* A case as a line of JSON. */
void contract_dump(struct rt_arena *, const struct contract_case *, FILE *);
/* An answer as a line of JSON. */
void contract_record(struct rt_arena *, const struct contract_case *,
    const struct contract_answer *, FILE *);
/* A curl command and the bytes of the request. */
void contract_replay(const struct contract_run *, const struct contract_case *,
    const char *host);

#endif /* RT_CONTRACT_RUN_H */
