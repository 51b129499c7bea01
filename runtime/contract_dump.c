/* Cases and answers as lines of JSON, and a case as a curl command. */
#include "runtime/contract_run.h"
#include "runtime/json_write.h"

enum { SHOWN_MAX = 4000 }; /* bytes of a request that are shown */

static void
put_text(struct rt_writer *w, const char *name, const char *text)
{
	if (text == NULL)
		return;
	rt_write_name(w, rt_str(name));
	rt_write_str(w, rt_str(text));
}

/* Bytes that are no UTF-8 go under another name, in base64url. */
static void
put_bytes(struct rt_writer *w, struct rt_arena *arena, struct rt_str bytes)
{
	if (bytes.p == NULL)
		return;
	if (rt_str_is_utf8(bytes)) {
		rt_write_name(w, RT_LIT("body"));
		rt_write_str(w, bytes);
		return;
	}
	rt_write_name(w, RT_LIT("body_base64url"));
	rt_write_str(w, rt_base64url(arena, bytes));
}

static void
put_message(struct rt_writer *w, struct rt_arena *arena,
    const struct contract_case *c)
{
	if (c->message != NULL) {
		rt_write_name(w, RT_LIT("message"));
		rt_write_str(w, contract_expand(arena, c->message));
	}
	if (c->close != 0) {
		rt_write_name(w, RT_LIT("close"));
		rt_write_int(w, c->close);
	}
}

static const char *
in_name(enum rt_in in)
{
	static const char *const names[] = {NULL, "body", "path", "query",
	    "header", "cookie"};

	return names[in];
}

static void
put_line(struct rt_buf *b, FILE *f)
{
	fwrite(b->p, 1, b->n, f);
	putc('\n', f);
}

void
contract_dump(struct rt_arena *arena, const struct contract_case *c, FILE *f)
{
	struct rt_buf b = rt_buf(arena, CONTRACT_BODY_MAX);
	struct rt_writer w = rt_writer(&b);
	struct rt_str value = contract_expand(arena, c->value);

	rt_write_open_object(&w);
	put_text(&w, "id", c->id);
	put_text(&w, "operation", c->op == NULL ? NULL : c->op->id);
	put_text(&w, "why", c->why);
	put_text(&w, "method", contract_method(c));
	rt_write_name(&w, RT_LIT("target"));
	rt_write_str(&w, contract_expand(arena, c->target));
	put_text(&w, "media", c->media);
	put_bytes(&w, arena, contract_expand(arena, c->body));
	rt_write_name(&w, RT_LIT("status"));
	rt_write_int(&w, c->status);
	put_text(&w, "in", in_name(c->in));
	put_text(&w, "place", c->place);
	put_text(&w, "keyword", c->keyword);
	rt_write_name(&w, RT_LIT("valid"));
	rt_write_bool(&w, c->valid);
	rt_write_name(&w, RT_LIT("among"));
	rt_write_bool(&w, c->among);
	put_text(&w, "schema", c->schema);
	if (value.p != NULL) {
		rt_write_name(&w, RT_LIT("value"));
		rt_write_raw(&w, value);
	}
	put_message(&w, arena, c);
	rt_write_close_object(&w);
	put_line(&b, f);
}

void
contract_record(struct rt_arena *arena, const struct contract_case *c,
    const struct contract_answer *answer, FILE *f)
{
	struct rt_buf b = rt_buf(arena, CONTRACT_BODY_MAX);
	struct rt_writer w = rt_writer(&b);

	rt_write_open_object(&w);
	put_text(&w, "id", c->id);
	put_text(&w, "operation", c->op == NULL ? NULL : c->op->id);
	put_text(&w, "method", contract_method(c));
	rt_write_name(&w, RT_LIT("status"));
	rt_write_int(&w, answer->status);
	rt_write_name(&w, RT_LIT("headers"));
	rt_write_open_array(&w);
	for (size_t i = 0; i < answer->headers.n; i++) {
		rt_write_open_array(&w);
		rt_write_str(&w, answer->headers.v[i].name);
		rt_write_str(&w, answer->headers.v[i].value);
		rt_write_close_array(&w);
	}
	rt_write_close_array(&w);
	put_bytes(&w, arena, answer->body);
	rt_write_close_object(&w);
	put_line(&b, f);
}

/* --- Replay --- */

/* 'text' for a shell. */
static void
print_quoted(struct rt_str s)
{
	putchar('\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			fputs("'\\''", stdout);
		else
			putchar(s.p[i]);
	}
	putchar('\'');
}

static void
print_shown(struct rt_str s)
{
	size_t n = s.n < SHOWN_MAX ? s.n : SHOWN_MAX;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n')
			putchar('\n');
		else if (c >= ' ' && c <= '~')
			putchar(c);
		else if (c != '\r')
			printf("\\x%02x", c);
	}
	if (n < s.n)
		printf("... and %zu bytes more", s.n - n);
	putchar('\n');
}

static void
print_curl(const struct contract_case *c, struct rt_str headers,
    struct rt_str url)
{
	struct rt_str rest = headers;

	if (c->body != NULL)
		printf("build/bin/contract --body '%s' | ", c->id);
	if (strcmp(contract_method(c), "HEAD") == 0)
		printf("curl -v --path-as-is --head");
	else
		printf("curl -v --path-as-is -X %s", contract_method(c));
	while (rest.n > 0) {
		struct rt_str line = rt_str_trim(rt_str_cut(&rest, '\n'));

		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (rt_str_starts(line, "Host:") ||
		    rt_str_starts(line, "Content-Length:"))
			continue;
		printf(" \\\n    -H ");
		print_quoted(line);
	}
	if (c->body != NULL)
		printf(" \\\n    --data-binary @-");
	printf(" \\\n    ");
	print_quoted(url);
	printf("\n");
}

void
contract_replay(const struct contract_run *run, const struct contract_case *c,
    const char *host)
{
	struct rt_str headers, target, url, request, why;

	printf("# %s\n# %s\n", c->id, c->why);
	if (c->status != 0)
		printf("# expected: %d\n", c->status);
	else
		printf("# expected: any declared answer but a refusal by "
		       "validation\n");
	if (!contract_headers(run, c, host, &headers, &target, &why) ||
	    !contract_request(run, c, host, &request, &why)) {
		printf("# %.*s\n", RT_FMT(why));
		return;
	}
	url = rt_arena_printf(run->scratch, "http://%s%.*s", host,
	    RT_FMT(target));
	print_curl(c, headers, url);
	printf("\n# the request's bytes:\n");
	print_shown(request);
}
