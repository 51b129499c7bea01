/* A contract of any bytes goes through all passes up to C text.  What comes
 * from it into a comment or a string must not end that: in the text that is
 * rendered, comments and strings are balanced on every line. */
#include <stdlib.h>

#include "gen/documents.h"
#include "gen/lint.h"
#include "gen/plan.h"
#include "gen/tmpl.h"

enum { MEMORY = 512 << 20 };

static const struct source *
find(void *arg, const char *name)
{
	return tmpl_builtin(arg, name);
}

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

static void
render(const struct tmpl_env *env, const char *name, const struct value *map)
{
	struct rt_str text = tmpl_render(env, name, map);

	if (text.p == NULL)
		abort();
	check_text(text);
}

static void
add(struct value *map, const char *key, const struct value *v)
{
	value_set(map, key, (struct value *)v);
}

static void
render_model(const struct tmpl_env *env, const struct value *banner,
    const struct value *model)
{
	struct value *map = value_map(env->arena);

	add(map, "banner", banner);
	for (size_t i = 0; i < value_count(model); i++) {
		struct rt_str key = value_key(model, i);

		add(map, key.p, value_get(model, key));
	}
	render(env, "model.h.tmpl", map);
	render(env, "model.c.tmpl", map);
}

static void
render_tag(const struct tmpl_env *env, const struct value *plan,
    const struct value *tag)
{
	struct value *map = value_map(env->arena);

	add(map, "banner", value_get(plan, RT_LIT("banner")));
	add(map, "codes", value_get(plan, RT_LIT("codes")));
	add(map, "tag", tag);
	render(env, "tag.h.tmpl", map);
	render(env, "tag.c.tmpl", map);
}

static void
render_all(struct rt_arena *a, struct diag *diag, const struct value *plan)
{
	struct tmpl_env env = {a, diag, find, a};
	const struct value *models = value_get(plan, RT_LIT("models"));
	const struct value *tags = value_get(plan, RT_LIT("tags"));

	render(&env, "api.h.tmpl", plan);
	render(&env, "api.c.tmpl", plan);
	render(&env, "openapi.c.tmpl", plan);
	for (size_t i = 0; i < value_count(models); i++)
		render_model(&env, value_get(plan, RT_LIT("banner")),
		    value_at(models, i));
	for (size_t i = 0; i < value_count(tags); i++)
		render_tag(&env, plan, value_at(tags, i));
}

static void
compile(struct rt_arena *a, struct rt_str text)
{
	struct diag *diag = diag_open(a);
	const struct source *source = source_of(a, "fuzz.yaml", text);
	const struct doc_node *root;
	const struct spec *spec;
	const struct value *plan;

	root = source == NULL ? NULL : doc_read(a, diag, source);
	if (root == NULL)
		return;
	spec = spec_read(documents_open(a, diag, root));
	if (diag_errors(diag) > 0)
		return;
	lint_spec(a, diag, spec);
	if (diag_errors(diag) > 0)
		return;
	plan = plan_make(a, diag, spec);
	if (diag_errors(diag) == 0)
		render_all(a, diag, plan);
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
