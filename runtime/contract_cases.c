/* Reads the files of cases; see contract.h. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/contract_run.h"

enum { LINE_MAX_BYTES = 64 * 1024 * 1024 };

struct reading {
	struct contract_run *run;
	const char *path;
	const struct rt_op *op; /* of the last case: the next is alike */
	unsigned line;
	size_t size; /* of run->results */
};

static bool
fail(const struct reading *r, const char *sentence)
{
	fprintf(stderr, "contract: %s:%u: %s\n", r->path, r->line, sentence);
	return false;
}

/* --- A case --- */

/* A text that ends with NUL; NULL where the member is absent. */
static const char *
text_of(const struct reading *r, const struct rt_node *root, const char *name)
{
	const struct rt_node *v = rt_node_get(root, name);

	if (v == NULL || v->type != RT_STRING)
		return NULL;
	return rt_arena_copy(r->run->arena, rt_node_str(v)).p;
}

static bool
flag_of(const struct rt_node *root, const char *name)
{
	const struct rt_node *v = rt_node_get(root, name);

	return v != NULL && v->type == RT_BOOLEAN && v->n == 1;
}

static int
int_of(const struct rt_node *root, const char *name)
{
	const struct rt_node *v = rt_node_get(root, name);

	return v == NULL ? 0 : (int)rt_decimal_int(rt_node_str(v));
}

static enum rt_in
in_of(const struct rt_node *root)
{
	static const char *const names[] = {"", "body", "path", "query",
	    "header", "cookie"};
	const struct rt_node *v = rt_node_get(root, "in");

	for (unsigned i = 1; v != NULL && i < RT_LEN(names); i++) {
		if (rt_str_is(rt_node_str(v), names[i]))
			return (enum rt_in)i;
	}
	return 0;
}

static bool
find_op(struct reading *r, const struct rt_node *root,
    const struct rt_op **found)
{
	const struct rt_node *v = rt_node_get(root, "operation");
	const struct rt_api *api = r->run->api;

	*found = NULL;
	if (v == NULL)
		return true;
	for (unsigned i = 0; i < api->n_ops &&
	     (r->op == NULL || !rt_str_is(rt_node_str(v), r->op->id));
	     i++)
		r->op = api->ops[i];
	*found = r->op;
	return (r->op != NULL && rt_str_is(rt_node_str(v), r->op->id)) ||
	    fail(r, "there is no such operation: build the program again");
}

static bool
read_case(struct reading *r, const struct rt_node *root,
    struct contract_case *c)
{
	*c = (struct contract_case){
	    .id = text_of(r, root, "id"),
	    .why = text_of(r, root, "why"),
	    .method = text_of(r, root, "method"),
	    .target = text_of(r, root, "target"),
	    .credentials = text_of(r, root, "credentials"),
	    .headers = text_of(r, root, "headers"),
	    .cookies = text_of(r, root, "cookies"),
	    .media = text_of(r, root, "media"),
	    .body = text_of(r, root, "body"),
	    .status = int_of(root, "status"),
	    .in = in_of(root),
	    .place = text_of(r, root, "place"),
	    .keyword = text_of(r, root, "keyword"),
	    .valid = flag_of(root, "valid"),
	    .among = flag_of(root, "among"),
	    .allow = text_of(r, root, "allow"),
	    .schema = text_of(r, root, "schema"),
	    .value = text_of(r, root, "value"),
	    .message = text_of(r, root, "message"),
	    .binary = flag_of(root, "binary"),
	    .close = int_of(root, "close"),
	};
	if (c->id == NULL || c->why == NULL || c->target == NULL)
		return fail(r, "a case needs id, why and target");
	return find_op(r, root, &c->op) &&
	    (c->op != NULL || c->method != NULL ||
		fail(r, "a case without operation needs a method"));
}

/* --- A file --- */

static bool
is_wanted(const struct contract_run *run, const char *id)
{
	const char *only = run->options->only;

	return only == NULL || rt_str_starts(rt_str(id), only);
}

static void
add_result(struct reading *r, const char *tag, const struct contract_case *c)
{
	struct contract_run *run = r->run;

	if (run->n == r->size) {
		size_t size = r->size == 0 ? 1024 : r->size * 2;
		struct contract_result *v =
		    rt_arena_array(run->arena, size, sizeof(*v));

		if (run->n > 0)
			memcpy(v, run->results, run->n * sizeof(*v));
		run->results = v;
		r->size = size;
	}
	run->results[run->n++] = (struct contract_result){.c = c, .tag = tag};
}

static bool
take_line(struct reading *r, const char *tag, struct rt_str line)
{
	struct contract_case *c = rt_arena_new(r->run->arena, sizeof(*c));
	struct rt_json_error err;
	const struct rt_node *root;

	r->line++;
	rt_arena_reset(r->run->scratch);
	root =
	    rt_json_parse(r->run->scratch, line, &rt_json_default_limits, &err);
	if (root == NULL)
		return fail(r, "this is no JSON");
	if (!read_case(r, root, c))
		return false;
	if (is_wanted(r->run, c->id))
		add_result(r, tag, c);
	return true;
}

static bool
read_file(struct reading *r, const char *tag)
{
	FILE *f = fopen(r->path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n = 0;
	bool ok = f != NULL;

	if (f == NULL) {
		fprintf(stderr, "contract: %s: %s\n", r->path, strerror(errno));
		return false;
	}
	r->line = 0;
	while (ok && (n = getline(&line, &size, f)) > 0)
		ok = n <= LINE_MAX_BYTES
		    ? take_line(r, tag, (struct rt_str){line, (size_t)n})
		    : fail(r, "the line is too long");
	free(line);
	fclose(f);
	return ok;
}

/* The directory where the compiler has put them, seen from the program:
 * build/bin/contract, build/api/contract. */
static const char *
default_directory(struct rt_arena *a)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	for (int i = 0; i < 2; i++) {
		while (n > 0 && path[n - 1] != '/')
			n--;
		n -= n > 0;
	}
	return rt_arena_printf(a, "%.*s/api/contract", n < 0 ? 0 : (int)n, path)
	    .p;
}

bool
contract_cases_read(struct contract_run *run,
    const struct contract_suite *suites)
{
	struct reading r = {.run = run};
	const char *directory = run->options->cases != NULL
	    ? run->options->cases
	    : default_directory(run->arena);

	for (; suites->tag != NULL; suites++) {
		r.path = rt_arena_printf(run->arena, "%s/%s", directory,
		    suites->file)
			     .p;
		if (!read_file(&r, suites->tag))
			return false;
	}
	return true;
}
