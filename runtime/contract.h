/*
 * Contract tests: cases that the compiler computes from the contract, and the
 * program that sends them to a running server and judges its answers.
 */
#ifndef RT_CONTRACT_H
#define RT_CONTRACT_H

#include "runtime/op.h"

/*
 * One request and what must come of it; a line of JSON in a file of cases, with
 * members of these names.  Texts that are sent (target, headers, cookies, body,
 * value, message) are expanded first: "%{300*a%}" stands for 300 times "a", and
 * "%{xff%}" for a byte.  What is absent is NULL or 0.
 */
struct contract_case {
	const char *id; /* "createPerson/body/name/maxLength/over" */
	/* `operation`: whose answers are declared. */
	const struct rt_op *op;
	const char *why; /* about the request: "/name is longer than ..." */
	const char *method; /* NULL: the operation's */
	const char *target; /* path and query */
	/* Credentials to send: "bearerAuth:read,write apiKey"; "!admin" is the
	 * credential with the fewest rights. */
	const char *credentials;
	const char *headers; /* lines, each with "\n" at its end */
	const char *cookies; /* "a=b; c=d" */
	const char *media; /* Content-Type */
	const char *body;
	/* What must be answered.  0: any declared answer but a refusal by
	 * validation, since rules of the handler may apply. */
	int status;
	/* What the case is about; in a case that is not valid, also the fault
	 * that the answer has to name.  `in` is "body", "query", ... */
	enum rt_in in;
	const char *place; /* a body's JSON pointer, or a parameter's name */
	const char *keyword;
	bool valid;
	bool among; /* the fault is one of several */
	const char *allow; /* methods that Allow must list */
	/* For other validators: what judges the body, or `value`. */
	const char *schema; /* JSON pointer into the contract */
	const char *value; /* a parameter's value, as JSON */
	/* Of an operation that opens a WebSocket, once it is open, which is the
	 * status 101: */
	const char *message; /* what is sent; NULL: nothing */
	bool binary; /* not as a text */
	/* The code with which the server must close it.  0: a message that is
	 * not valid is answered with a problem. */
	int close;
};

/* The cases of a tag are in a file of the directory of cases. */
struct contract_suite {
	const char *tag;
	const char *file; /* "persons.jsonl" */
};

/* The runner; see `contract --help`.  `suites` ends with tag NULL.  Returns the
 * exit status. */
int contract_main(int argc, char **argv, const struct rt_api *api,
    const struct contract_suite *suites);

#endif /* RT_CONTRACT_H */
