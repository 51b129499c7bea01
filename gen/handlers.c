/* generate_handlers(): the first lines of hand-written code. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/generate.h"
#include "gen/render.h"

struct handlers {
	const struct compiled *compiled;
	const char *dir;
	struct rt_str code; /* all files of the directory, one after another */
	struct render *render;
	struct value *plan;
	FILE *out;
	const char *trouble;
};

/* --- What is there already --- */

static struct rt_str
read_code(struct rt_arena *arena, const char *dir)
{
	struct rt_buf b = rt_buf(arena, SOURCE_MAX);
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		const struct source *s = NULL;

		if (rt_str_ends(rt_str(e->d_name), ".c"))
			s = source_open(arena,
			    rt_arena_printf(arena, "%s/%s", dir, e->d_name).p);
		if (s != NULL)
			rt_buf_add(&b, s->text);
	}
	if (d != NULL)
		closedir(d);
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

/* Whether the name stands at the begin of a line, as in a definition, or
 * behind a type on the same line. */
static bool
defines(struct rt_str code, struct rt_str function)
{
	const char *p = code.p, *end = code.p + code.n;

	while ((p = memmem(p, (size_t)(end - p), function.p, function.n))) {
		const char *after = p + function.n;

		if (after < end && *after == '(' &&
		    (p == code.p || p[-1] == '\n' || p[-1] == ' '))
			return true;
		p++;
	}
	return false;
}

static struct rt_str
text_of(const struct value *map, const char *key)
{
	return value_str(value_get(map, rt_str(key)));
}

/* --- A file that is new --- */

static const char *
write_new(struct rt_arena *arena, const char *path, struct rt_str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	ssize_t n = fd < 0 ? -1 : write(fd, text.p, text.n);
	int failure = errno;

	if (fd >= 0 && close(fd) == 0 && n == (ssize_t)text.n)
		return NULL;
	return rt_arena_printf(arena, "%s: %s", path, strerror(failure)).p;
}

struct draft {
	const char *path;
	const char *template;
	const char *what; /* it does */
};

static void
write_draft(struct handlers *h, const struct draft *draft, struct value *map)
{
	struct rt_arena *arena = h->compiled->arena;
	struct rt_str text = render(h->render, arena, draft->template, map);

	if (text.p == NULL)
		return;
	(void)mkdir(h->dir, 0755);
	h->trouble = write_new(arena, draft->path, text);
	if (h->trouble == NULL)
		fprintf(h->out, "%s: written, %s\n", draft->path, draft->what);
}

/* --- Tags --- */

static struct rt_str
prototype(struct handlers *h, const struct value *op)
{
	struct rt_str name = text_of(op, "name");
	const char *in = "";

	if (value_yes(value_get(op, RT_LIT("input"))))
		in = rt_arena_printf(h->compiled->arena,
		    "    const struct api_%.*s_in *in,\n", RT_FMT(name))
			 .p;
	return rt_arena_printf(h->compiled->arena,
	    "bool\nhandle_%.*s(struct rt_call *call,\n%s"
	    "    struct api_%.*s_out *out)\n",
	    RT_FMT(name), in, RT_FMT(name));
}

static struct value *
missing_ops(struct handlers *h, const struct value *tag)
{
	const struct value *ops = value_get(tag, RT_LIT("ops"));
	struct value *missing = value_list(h->compiled->arena);

	for (size_t i = 0; i < value_count(ops); i++) {
		const struct value *op = value_at(ops, i);
		struct rt_str function = rt_arena_printf(h->compiled->arena,
		    "handle_%.*s", RT_FMT(text_of(op, "name")));

		if (!defines(h->code, function))
			value_add(missing, (struct value *)op);
	}
	return missing;
}

static void
print_missing(struct handlers *h, struct rt_str file,
    const struct value *missing)
{
	fprintf(h->out, "%s/%.*s.c: %zu handler%s missing:\n\n", h->dir,
	    RT_FMT(file), value_count(missing),
	    value_count(missing) == 1 ? " is" : "s are");
	for (size_t i = 0; i < value_count(missing); i++) {
		struct rt_str text = prototype(h, value_at(missing, i));

		fprintf(h->out, "%.*s\n", RT_FMT(text));
	}
}

static void
do_tag(struct handlers *h, const struct value *tag)
{
	struct rt_arena *arena = h->compiled->arena;
	struct rt_str file = text_of(tag, "file");
	struct value *missing = missing_ops(h, tag), *map;
	const char *path =
	    rt_arena_printf(arena, "%s/%.*s.c", h->dir, RT_FMT(file)).p;

	if (value_count(missing) == 0)
		return;
	if (access(path, F_OK) == 0) {
		print_missing(h, file, missing);
		return;
	}
	map = value_map(arena);
	value_set_text(map, "file", file);
	value_set(map, "ops", missing);
	write_draft(h,
	    &(struct draft){path, "handlers.c.tmpl",
		"each operation answers 501"},
	    map);
}

/* --- Security schemes --- */

static struct value *
missing_schemes(struct handlers *h)
{
	const struct value *schemes = value_get(h->plan, RT_LIT("schemes"));
	struct value *missing = value_list(h->compiled->arena);

	for (size_t i = 0; i < value_count(schemes); i++) {
		const struct value *s = value_at(schemes, i);

		if (!defines(h->code, text_of(s, "function")))
			value_add(missing, (struct value *)s);
	}
	return missing;
}

static void
print_scheme(struct handlers *h, const struct value *scheme)
{
	struct rt_str function = text_of(scheme, "function");

	fprintf(h->out,
	    "no file in %s says whose credential it is:\n\n"
	    "enum rt_auth\n%.*s(struct rt_call *call,\n"
	    "    const struct rt_credential *credential,\n"
	    "    const char *const *scopes, struct rt_principal *who)\n\n",
	    h->dir, RT_FMT(function));
}

/* No tag has this file name; see plan.c. */
static void
do_schemes(struct handlers *h)
{
	struct rt_arena *arena = h->compiled->arena;
	struct value *missing = missing_schemes(h), *map;
	const char *path = rt_arena_printf(arena, "%s/security.c", h->dir).p;

	if (value_count(missing) == 0)
		return;
	if (access(path, F_OK) == 0) {
		for (size_t i = 0; i < value_count(missing); i++)
			print_scheme(h, value_at(missing, i));
		return;
	}
	map = value_map(arena);
	value_set(map, "schemes", missing);
	write_draft(h,
	    &(struct draft){path, "security.c.tmpl", "nobody is admitted"},
	    map);
}

const char *
generate_handlers(const struct compiled *c, const char *dir,
    const char *templates, FILE *out)
{
	struct handlers h = {
	    .compiled = c,
	    .dir = dir,
	    .code = read_code(c->arena, dir),
	    .render = render_open(c->arena, c->diag, templates),
	    .plan = plan_make(c->arena, c->diag, c->spec),
	    .out = out,
	};
	const struct value *tags = value_get(h.plan, RT_LIT("tags"));

	for (size_t i = 0; i < value_count(tags) && h.trouble == NULL; i++)
		do_tag(&h, value_at(tags, i));
	if (h.trouble == NULL)
		do_schemes(&h);
	return h.trouble;
}
