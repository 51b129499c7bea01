#include "runtime/try.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/coro.h"
#include "runtime/loop.h"
#include "runtime/media.h"
#include "runtime/server.h"
#include "runtime/settings.h"
#include "runtime/try_request.h"

enum { ACCEPTED = 0, REFUSED = 1, TROUBLE = 3 };

#define OUTPUT_MAX ((size_t)256 << 20)

/* What is shown of the one call there is. */
static struct rt_buf shown;
static bool accepted;

/* --- What a handler shows --- */

static void
put_text(struct rt_writer *w, const char *name, const char *text)
{
	rt_write_name(w, rt_str(name));
	rt_write_str(w, rt_str(text));
}

/* Whose credentials were found, of the alternative that holds. */
static void
put_security(struct rt_writer *w, const struct rt_call *call)
{
	const struct rt_principal *who = &call->who;

	rt_write_key(w, "security");
	rt_write_open_array(w);
	for (; who != NULL && who->scheme != NULL; who = who->next) {
		rt_write_open_object(w);
		put_text(w, "scheme", who->scheme->name);
		rt_write_key(w, "verified");
		rt_write_bool(w, false);
		rt_write_close_object(w);
	}
	rt_write_close_array(w);
}

static struct rt_writer *
begin(struct rt_call *call)
{
	struct rt_writer *w = rt_arena_new(call->arena, sizeof(*w));

	shown = rt_buf(call->arena, OUTPUT_MAX);
	*w = rt_writer(&shown);
	rt_write_open_object(w);
	rt_write_key(w, "operation");
	if (call->op == NULL)
		rt_write_null(w);
	else
		rt_write_str(w, rt_str(call->op->id));
	return w;
}

struct rt_writer *
rt_try_begin(struct rt_call *call)
{
	struct rt_writer *w = begin(call);

	put_text(w, "method", rt_op_method(call->op));
	put_text(w, "path", call->op->path);
	put_security(w, call);
	if (call->body != NULL)
		put_text(w, "media", call->body->media);
	return w;
}

void
rt_try_end(struct rt_call *call, struct rt_writer *w)
{
	rt_write_close_object(w);
	accepted = true;
	rt_coro_exit(call->coro);
}

void
rt_write_file(struct rt_writer *w, struct rt_file file)
{
	rt_write_open_object(w);
	if (file.name.p != NULL) {
		rt_write_key(w, "name");
		rt_write_str(w, file.name);
	}
	if (file.media.p != NULL) {
		rt_write_key(w, "media");
		rt_write_str(w, file.media);
	}
	rt_write_key(w, "bytes");
	rt_write_int(w, (int64_t)file.bytes.n);
	rt_write_close_object(w);
}

void
rt_write_files(struct rt_writer *w, struct rt_files files)
{
	rt_write_open_array(w);
	for (size_t i = 0; i < files.n; i++)
		rt_write_file(w, files.v[i]);
	rt_write_close_array(w);
}

/* --- What a refusal shows --- */

static void
copy_member(struct rt_writer *w, const struct rt_node *problem,
    const char *name)
{
	const struct rt_node *v = rt_node_get(problem, name);

	if (v == NULL)
		return;
	rt_write_name(w, rt_str(name));
	rt_write_node(w, v);
}

static void
put_header(struct rt_writer *w, const struct rt_call *call, const char *name)
{
	for (size_t i = 0; i < call->res.headers.n; i++) {
		const struct rt_header *h = &call->res.headers.v[i];

		if (!rt_str_is_nocase(h->name, name))
			continue;
		rt_write_name(w, rt_str(name));
		rt_write_str(w, h->value);
	}
}

/* The answer without what differs from call to call. */
static void
show_answer(struct rt_call *call)
{
	static const char *const members[] = {"code", "title", "detail",
	    "errors"};
	struct rt_writer *w = begin(call);
	struct rt_json_error err;
	const struct rt_node *problem = NULL;

	if (call->res.body.n > 0)
		problem = rt_json_parse(call->arena,
		    rt_buf_str(&call->res.body), &rt_json_default_limits, &err);
	rt_write_key(w, "status");
	rt_write_int(w, call->res.status);
	for (size_t i = 0; problem != NULL && i < RT_LEN(members); i++)
		copy_member(w, problem, members[i]);
	put_header(w, call, "Allow");
	put_header(w, call, "WWW-Authenticate");
	rt_write_close_object(w);
}

/* --- Text for people --- */

static void
new_line(unsigned depth)
{
	putchar('\n');
	for (; depth > 0; depth--)
		fputs("  ", stdout);
}

/* Indents JSON that has no spaces of its own. */
static void
print_indented(struct rt_str json)
{
	unsigned depth = 0;
	bool text = false;

	for (size_t i = 0; i < json.n; i++) {
		char c = json.p[i];
		bool open = !text && (c == '{' || c == '[');
		bool close = !text && (c == '}' || c == ']');
		bool bare = i > 0 && strchr("{[", json.p[i - 1]) != NULL;

		if (close && depth-- > 0 && !bare)
			new_line(depth);
		putchar(c);
		if (text && c == '\\' && i + 1 < json.n)
			putchar(json.p[++i]);
		else if (c == '"')
			text = !text;
		depth += open;
		if ((open && i + 1 < json.n &&
			strchr("}]", json.p[i + 1]) == NULL) ||
		    (!text && c == ','))
			new_line(depth);
		if (!text && c == ':')
			putchar(' ');
	}
	putchar('\n');
}

/* --- The call --- */

static bool
read_input(struct rt_arena *arena, struct rt_str *out)
{
	struct rt_buf b = rt_buf(arena, RT_TRY_MAX);
	char *room;
	size_t n;

	while ((room = rt_buf_reserve(&b, 65536)) != NULL &&
	    (n = fread(room, 1, 65536, stdin)) > 0)
		b.n += n;
	*out = rt_buf_str(&b);
	return !b.full && !ferror(stdin);
}

static void
take_in(struct rt_call *call, const struct rt_try_request *r)
{
	call->req.method_text = r->method;
	call->req.method = rt_method_parse(r->method);
	call->req.path = r->path;
	call->req.query = r->query;
	call->req.body = r->body;
	call->req.fd = -1;
	call->req.peer = RT_LIT("127.0.0.1");
	for (size_t i = 0; i < r->headers.n; i++)
		rt_request_add_header(call, r->headers.v[i].name,
		    r->headers.v[i].value);
}

static void
run_call(void *arg)
{
	rt_call_run(arg);
}

static int
play(struct rt_server *server, const struct rt_try_request *r)
{
	struct rt_call *call = rt_call_open(server);

	take_in(call, r);
	call->coro = rt_coro_new(run_call, call);
	if (call->coro == NULL || !rt_coro_resume(call->coro)) {
		fputs("kontract: the call does not end\n", stderr);
		return TROUBLE;
	}
	if (!accepted)
		show_answer(call);
	print_indented(rt_buf_str(&shown));
	rt_coro_free(call->coro);
	rt_call_close(call);
	return accepted ? ACCEPTED : REFUSED;
}

int
rt_try_main(const struct rt_api *api)
{
	struct rt_arena *arena = rt_arena_open(2 * RT_TRY_MAX, NULL, NULL);
	struct rt_try_request request;
	struct rt_server server;
	struct rt_str text;
	char why[256] = "the request can't be read";
	const char *fault;
	unsigned line;
	int code = TROUBLE;

	/* No handler opens a database, and none is needed. */
	setenv("DATABASE_URL", "postgresql:///unused", 0);
	if (!read_input(arena, &text) ||
	    !rt_try_parse(arena, text, &request, &line, &fault) ||
	    !rt_settings_load(rt_settings) ||
	    !rt_server_open(&server, api, why, sizeof(why))) {
		fprintf(stderr, "kontract: %s\n", why);
	} else {
		server.gzip_level = 0; /* the answer is to be looked into */
		code = play(&server, &request);
		rt_server_close(&server);
	}
	rt_arena_close(arena);
	return fflush(stdout) == 0 ? code : TROUBLE;
}
