#include "gen/render.h"

/* A template that was read already. */
struct loaded {
	const char *name;
	const struct source *source;
	struct loaded *next;
};

struct render {
	struct rt_arena *arena; /* of what reports point at */
	struct diag *diag;
	const char *dir;
	struct loaded *first;
};

static const struct source *
load(struct render *r, const char *name)
{
	const struct source *own = NULL;

	if (r->dir != NULL)
		own = source_open(r->arena,
		    rt_arena_printf(r->arena, "%s/%s", r->dir, name).p);
	return own != NULL ? own : tmpl_builtin(r->arena, name);
}

static const struct source *
find(void *arg, const char *name)
{
	struct render *r = arg;
	struct loaded *l;

	for (l = r->first; l != NULL; l = l->next) {
		if (strcmp(l->name, name) == 0)
			return l->source;
	}
	l = rt_arena_new(r->arena, sizeof(*l));
	l->name = rt_arena_copy(r->arena, rt_str(name)).p;
	l->source = load(r, name);
	l->next = r->first;
	r->first = l;
	return l->source;
}

struct render *
render_open(struct rt_arena *arena, struct diag *diag, const char *dir)
{
	struct render *r = rt_arena_new(arena, sizeof(*r));

	r->arena = arena;
	r->diag = diag;
	r->dir = dir;
	return r;
}

struct rt_str
render(struct render *r, struct rt_arena *work, const char *template,
    const struct value *map)
{
	struct tmpl_env env = {work, r->diag, find, r};
	struct rt_str text = tmpl_render(&env, template, map);

	return text.p == NULL ? text : tmpl_fold(work, text);
}
