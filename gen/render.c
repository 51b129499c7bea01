#include "gen/render.h"

struct render {
	struct tmpl_env env;
	const char *dir;
};

static const struct source *
find(void *arg, const char *name)
{
	struct render *r = arg;
	const struct source *own = NULL;

	if (r->dir != NULL)
		own = source_open(r->env.arena,
		    rt_arena_printf(r->env.arena, "%s/%s", r->dir, name).p);
	return own != NULL ? own : tmpl_builtin(r->env.arena, name);
}

struct render *
render_open(struct rt_arena *arena, struct diag *diag, const char *dir)
{
	struct render *r = rt_arena_new(arena, sizeof(*r));

	r->env = (struct tmpl_env){arena, diag, find, r};
	r->dir = dir;
	return r;
}

struct rt_str
render(struct render *r, const char *template, const struct value *map)
{
	struct rt_str text = tmpl_render(&r->env, template, map);

	return text.p == NULL ? text : tmpl_fold(r->env.arena, text);
}
