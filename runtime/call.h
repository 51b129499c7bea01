/* One request on its way to an answer: what generated code and handlers see. */
#ifndef RT_CALL_H
#define RT_CALL_H

#include "runtime/headers.h"
#include "runtime/json_write.h"
#include "runtime/op.h"

struct rt_open_file;

/* The request as it came; all bytes live as long as the call. */
struct rt_request {
	enum rt_method method; /* 0 where the token is none of ours */
	struct rt_str method_text;
	struct rt_str path; /* as sent, without the query */
	struct rt_str
	    query; /* as sent, without '?'; absent where there is none */
	struct rt_headers headers; /* values without blanks around them */
	uint64_t marks; /* of the headers' names; 0: not made yet */
	struct rt_str body; /* absent where there is none */
	bool in_file; /* the body is that of `fd`, mapped */
	int fd;
	/* Only the head is there: the body, of at least one byte or in chunks,
	 * is to come by call->wire->receive(). */
	bool body_pending;
	bool length_known; /* not of chunks */
	uint64_t length; /* bytes of a pending body, where that is known */
	bool old; /* HTTP/1.0 */
	struct rt_str peer; /* address of the client, for the log */
	/* The client's, which TLS has verified, as DER; absent for none. */
	struct rt_str certificate;
};

enum { RT_PATH_PARAMS_MAX = 16 };

struct rt_path_param {
	const char *name; /* of the template */
	struct rt_str value; /* percent-decoded */
	struct rt_str raw; /* as sent */
};

/* The same bytes in the coding gzip, made before: rt_gzip_offer(). */
struct rt_precoded {
	struct rt_str plain; /* those of the body that it stands for */
	struct rt_str gzip;
};

struct rt_response {
	int status; /* 0: nothing answered yet */
	const char *media; /* content-type, NULL: no body */
	struct rt_headers headers;
	struct rt_buf body;
	struct rt_writer writer; /* of a body that is JSON */
	/* Not NULL: the body is these bytes of a file, and `body` is empty. */
	struct rt_open_file *file;
	uint64_t offset;
	uint64_t length;
	struct rt_precoded precoded;
};

struct rt_deferred;
struct rt_coro;
struct rt_db_tx;
struct rt_server;
struct rt_stream;
struct rt_wire;
struct rt_ws;

struct rt_call {
	struct rt_arena *arena;
	struct rt_server *server; /* what all calls of a worker share */
	const struct rt_wire
	    *wire; /* its connection; NULL where there is none */
	const struct rt_op *op; /* NULL until a route is found */
	/* What the body is by its Content-Type; NULL where there is none. */
	const struct rt_body *body;
	struct rt_request req;
	const struct rt_path_param *params; /* `n_params` of them */
	unsigned n_params;
	struct rt_principal who; /* scheme is NULL for anonymous */
	struct rt_check check;
	bool malformed; /* the body is not what its type says: 400 */
	struct rt_str malformed_why;
	struct rt_response res;
	struct rt_stream
	    *stream; /* the answer is one that has begun; or NULL */
	struct rt_ws *ws; /* it is a WebSocket that was accepted; or NULL */
	struct rt_str trace_id;
	int64_t began_us; /* on rt_clock_us() */
	int64_t deadline_us; /* on rt_clock_us(); 0: none */
	struct rt_str failure; /* why the world failed; for the log */
	bool unavailable; /* that failure is worth a retry: 503 */
	bool unimplemented; /* the handler is a first draft: 501 */
	bool unsendable; /* a header of the answer is */
	bool cancelled; /* the client has gone */
	struct rt_db_tx *tx; /* its transaction; or NULL */
	struct rt_str violated; /* the constraint, by the last query */
	bool wrote; /* it reads from the primary, where it finds that */
	/* Why rt_auth_bad() was called, or, where anybody may call, why nobody is
	 * known; for the client. */
	struct rt_str denied;
	bool detached; /* it goes on without its client: rt_detach() */
	unsigned n_shields; /* rt_shield(); of the whole call */
	bool cancel_later; /* cancelled, once it has no shield */
	bool own_answer; /* the runtime's: no contract to check it against */
	struct rt_deferred *deferred;
	struct rt_coro *coro;
	struct rt_call *parent; /* whose fork it is: rt_all(); or NULL */
	void *wait; /* the event loop's side of the call, or rt_all()'s */
};

/* --- For handlers --- */

/* Zeroed memory of the call. */
#define RT_NEW(call, type) rt_arena_new((call)->arena, sizeof(type))

/* Formatted text that lives as long as the call. */
struct rt_str rt_printf(struct rt_call *, const char *, ...) RT_PRINTF(2, 3);

/* A refusal with a code of the contract and a sentence. */
struct rt_problem rt_problem(struct rt_call *, const struct rt_code *,
    const char *, ...) RT_PRINTF(3, 4);

/*
 * The world failed (no database, a full disk): notes why for the log and
 * returns false, which the handler returns in turn.  The client gets 500
 * without detail.
 */
bool rt_fail(struct rt_call *, const char *, ...) RT_PRINTF(2, 3);

/* As rt_fail(); the client gets 503 with Retry-After. */
bool rt_fail_unavailable(struct rt_call *, const char *, ...) RT_PRINTF(2, 3);

/* What a handler returns that nobody has written yet: 501. */
bool rt_fail_not_implemented(struct rt_call *);

/* For the function of a security scheme: RT_AUTH_BAD, with a sentence that the
 * client gets to read. */
enum rt_auth rt_auth_bad(struct rt_call *, const char *, ...) RT_PRINTF(2, 3);

/* Runs fn(arg) when the call ends, the whole of it, however it ends; last in,
 * first out. */
void rt_defer(struct rt_call *, void (*fn)(void *), void *arg);

/* The first value of a request header, absent where there is none. */
struct rt_str rt_request_header(const struct rt_call *, const char *name);

/* A request cookie's value (RFC 6265, section 4.2.1). */
struct rt_str rt_request_cookie(const struct rt_call *, const char *name);

/* Adds a header to the answer; copies the value.  One with CR, LF, NUL or
 * another control character makes the call fail instead: bytes from outside
 * never split a header.  So do those that frame the answer, such as
 * Content-Length: they are the server's. */
void rt_header(struct rt_call *, const char *name, struct rt_str value);
void rt_header_int(struct rt_call *, const char *name, int64_t value);

/* The contract being served. */
const struct rt_api *rt_call_api(const struct rt_call *);

/* --- For generated code --- */

/*
 * The value of a parameter as a node that checks and reads take, or NULL
 * where it is absent; the faults "required", repeated scalars, percent-codes
 * that are none and ill-formed UTF-8 are noted.  From then on call->check
 * speaks of this parameter.
 */
const struct rt_node *rt_param(struct rt_call *, const struct rt_param *);

/*
 * The body as the value that its media type makes of it, or NULL where it is
 * absent or malformed (both noted).  From then on call->check speaks of the
 * body.
 */
const struct rt_node *rt_body(struct rt_call *);

/* Which of the operation's bodies it is by its media type, counted from 1; 0
 * where there is no body. */
int rt_body_kind(const struct rt_call *);

/*
 * The media type of `contents`, which is not empty, that the client likes best
 * (RFC 9110, section 12.5.1): the first of those, and the first of all where it
 * takes none.
 */
const char *rt_preferred(struct rt_call *, const struct rt_content *contents);

/* As rt_preferred(): its index. */
unsigned rt_preferred_row(struct rt_call *, const struct rt_content *contents);

/* No fault so far. */
bool rt_valid(const struct rt_call *);

/* Begins a JSON answer; the writer is never NULL and writes to the body. */
struct rt_writer *rt_reply_json(struct rt_call *, int status,
    const char *media);
/* An answer of bytes of a declared media type. */
void rt_reply_bytes(struct rt_call *, int status, const char *media,
    struct rt_str body);
/* An answer of a whole file, which rt_file_open() has opened. */
void rt_reply_file(struct rt_call *, int status, const char *media,
    struct rt_open_file *);
/* Begins an answer whose body rt_stream_begin() makes a stream. */
void rt_reply_stream(struct rt_call *, int status, const char *media);
/* An answer without a body. */
void rt_reply_empty(struct rt_call *, int status);
void rt_reply_problem(struct rt_call *, int status, const struct rt_problem *);
/* 400 for a malformed body, else the operation's status for invalid input. */
void rt_reply_invalid(struct rt_call *);
/* The handler returned false: 500 or 503, logged. */
void rt_reply_failed(struct rt_call *);
/* The handler returned true without an answer: 500, logged. */
void rt_reply_undeclared(struct rt_call *, int status);

/* --- For the runtime --- */

/* A new call with its arena, whose time begins; never NULL. */
struct rt_call *rt_call_open(struct rt_server *);

/* Runs what was deferred and frees the arena. */
void rt_call_close(struct rt_call *);

/* Runs what was deferred since `call->deferred` was `until`. */
void rt_call_undefer(struct rt_call *, const struct rt_deferred *until);

/* The call that has an answer: itself, or the one whose fork it is. */
static inline struct rt_call *
rt_call_whole(struct rt_call *call)
{
	while (call->parent != NULL)
		call = call->parent;
	return call;
}

/* Ends the running coroutine, which is the call's, for its memory is used up:
 * the answer is 500. */
_Noreturn void rt_call_leave(struct rt_call *);

/* Adds a request header while a request is taken in; copies both, the value
 * without the blanks around it. */
void rt_request_add_header(struct rt_call *, struct rt_str name,
    struct rt_str value);

/* Makes the marks of the request's headers, which are all there. */
void rt_request_mark(struct rt_call *);

/* As rt_headers_next() of the request's headers: most that are asked for are
 * not there. */
static inline const struct rt_header *
rt_request_next(const struct rt_call *call, struct rt_str name,
    const struct rt_header *last)
{
	uint64_t marks = call->req.marks;

	if (marks != 0 && (marks & rt_header_mark(name)) == 0)
		return NULL;
	return rt_headers_next(&call->req.headers, name, last);
}

/* The first value, absent where there is none. */
static inline struct rt_str
rt_request_get(const struct rt_call *call, struct rt_str name)
{
	const struct rt_header *found = rt_request_next(call, name, NULL);

	return found == NULL ? (struct rt_str){NULL, 0} : found->value;
}

/* How many there are. */
size_t rt_request_count(const struct rt_call *, struct rt_str name);

/* Whether it is a header of the connection, which rt_header() refuses. */
bool rt_header_is_framing(struct rt_str name);

/* Bytes of the body of an answer. */
static inline uint64_t
rt_response_length(const struct rt_response *res)
{
	return res->file != NULL ? res->length : res->body.n;
}

/* Whether the answer so far can be sent: it is declared, and its headers can be
 * sent.  False when not; rt_fail() has been told. */
bool rt_reply_is_sound(struct rt_call *) RT_WARN_UNUSED;

/*
 * From a request whose head is there to an answer that is complete: route,
 * policy, the body where it is pending, decode, handler, check of the answer.
 * Runs on the call's coroutine; may suspend.  For HEAD the answer has the body that GET would
 * have.  A call that outgrows its memory gets a complete answer 500 and ends
 * its coroutine by rt_coro_exit().
 */
void rt_call_run(struct rt_call *);

#endif /* RT_CALL_H */
