/* A contract of any bytes goes through all passes up to C text.  What comes
 * from it into a comment or a string must not end that: in the text that is
 * rendered, comments and strings are balanced on every line. */
#include <stdlib.h>

#include "gen/case.h"
#include "gen/documents.h"
#include "gen/lint.h"
#include "gen/plan.h"
#include "gen/render.h"

enum { MEMORY = 512 << 20 };

/* Where a scanner of C stands. */
enum state { CODE, STRING, COMMENT };

static enum state
next_state(enum state s, const char *p, size_t *i)
{
	if (s == CODE && p[*i] == '"')
		return STRING;
	if (s == CODE && p[*i] == '/' && p[*i + 1] == '*') {
		(*i)++;
		return COMMENT;
	}
	if (s == COMMENT && p[*i] == '*' && p[*i + 1] == '/') {
		(*i)++;
		return CODE;
	}
	if (s == STRING && p[*i] == '\\')
		(*i)++;
	else if (s == STRING && p[*i] == '"')
		return CODE;
	return s;
}

static void
check_text(struct rt_str text)
{
	enum state s = CODE;
	int depth = 0;

	for (size_t i = 0; i + 1 < text.n; i++) {
		if (s == STRING && text.p[i] == '\n')
			abort();
		s = next_state(s, text.p, &i);
		if (s == CODE)
			depth += (text.p[i] == '{') - (text.p[i] == '}');
	}
	if (s != CODE || depth != 0)
		abort();
}

struct output {
	struct rt_arena *arena;
	struct render *render;
	const struct spec *spec;
	const struct value *plan;
};

static void
render_files(const struct output *o, const struct value *map,
    const char *const *templates)
{
	for (; *templates != NULL; templates++) {
		struct rt_str text =
		    render(o->render, o->arena, *templates, map);

		if (text.p == NULL)
			abort();
		check_text(text);
	}
}

static void
add(struct value *map, const char *key, const struct value *v)
{
	value_set(map, key, (struct value *)v);
}

static struct value *
file_map(const struct output *o)
{
	struct value *map = value_map(o->arena);

	add(map, "banner", value_get(o->plan, RT_LIT("banner")));
	add(map, "codes", value_get(o->plan, RT_LIT("codes")));
	return map;
}

/* The files of one entry of a list, whose members stand beside the banner. */
static void
render_members(const struct output *o, const struct value *entry,
    const char *const *templates)
{
	struct value *map = file_map(o);

	for (size_t i = 0; i < value_count(entry); i++) {
		struct rt_str key = value_key(entry, i);

		add(map, key.p, value_get(entry, key));
	}
	render_files(o, map, templates);
}

/* The same of one that stands there as a whole. */
static void
render_entry(const struct output *o, const char *key, const struct value *entry,
    const char *const *templates)
{
	struct value *map = file_map(o);

	add(map, key, entry);
	render_files(o, map, templates);
}

static void
render_tag(const struct output *o, const struct value *tag)
{
	static const char *const templates[] = {"tag.h.tmpl", "tag.c.tmpl",
	    NULL};
	static const char *const draft[] = {"handlers.c.tmpl", NULL};

	render_entry(o, "tag", tag, templates);
	render_members(o, tag, draft);
	(void)case_lines(o->arena, o->spec,
	    value_str(value_get(tag, RT_LIT("name"))));
}

static void
render_all(const struct output *o)
{
	static const char *const whole[] = {"api.h.tmpl", "api.c.tmpl",
	    "openapi.c.tmpl", "errors.h.tmpl", "errors.c.tmpl",
	    "security.c.tmpl", "contract.c.tmpl", NULL};
	static const char *const model[] = {"model.h.tmpl", "model.c.tmpl",
	    NULL};
	static const char *const array[] = {"array.h.tmpl", NULL};
	static const char *const sent[] = {"outbound.h.tmpl", "outbound.c.tmpl",
	    NULL};
	const struct value *models = value_get(o->plan, RT_LIT("models"));
	const struct value *arrays = value_get(o->plan, RT_LIT("arrays"));
	const struct value *tags = value_get(o->plan, RT_LIT("tags"));
	const struct value *outbound = value_get(o->plan, RT_LIT("outbound"));

	render_files(o, o->plan, whole);
	for (size_t i = 0; i < value_count(models); i++)
		render_members(o, value_at(models, i), model);
	for (size_t i = 0; i < value_count(arrays); i++)
		render_members(o, value_at(arrays, i), array);
	for (size_t i = 0; i < value_count(tags); i++)
		render_tag(o, value_at(tags, i));
	for (size_t i = 0; i < value_count(outbound); i++)
		render_entry(o, "outbound", value_at(outbound, i), sent);
}

static void
compile(struct rt_arena *a, struct rt_str text)
{
	struct diag *diag = diag_open(a);
	const struct source *source = source_of(a, "fuzz.yaml", text);
	const struct doc_node *root;
	struct output o = {.arena = a, .render = render_open(a, diag, NULL)};

	root = source == NULL ? NULL : doc_read(a, diag, source);
	if (root == NULL)
		return;
	o.spec = spec_read(documents_open(a, diag, root));
	if (diag_errors(diag) > 0)
		return;
	lint_spec(a, diag, o.spec);
	if (diag_errors(diag) > 0)
		return;
	o.plan = plan_make(a, diag, o.spec);
	if (diag_errors(diag) == 0)
		render_all(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_arena *a = rt_arena_open(MEMORY, NULL, NULL);

	compile(a, (struct rt_str){(const char *)data, n});
	rt_arena_close(a);
	return 0;
}
