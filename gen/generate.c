#include "gen/generate.h"

#include "gen/case.h"
#include "gen/render.h"

/* One file for the whole contract each. */
static const char *const whole[] = {
    "model.h",
    "model.c",
    "api.h",
    "api.c",
    "openapi.h",
    "openapi.c",
};

struct generation {
	const struct compiled *compiled;
	struct rt_arena *work; /* emptied after each file */
	struct render *render;
	struct emit *emit;
	struct value *plan;
};

static void
emit_rendered(struct generation *g, const char *template, struct rt_str name,
    const struct value *map)
{
	struct rt_str text = render(g->render, g->work, template, map);

	if (text.p != NULL)
		emit_file(g->emit, name.p,
		    rt_arena_copy(g->compiled->arena, text));
	rt_arena_reset(g->work);
}

/* The tag's own map with the words that stand in every file. */
static struct value *
tag_map(struct generation *g, const struct value *tag)
{
	struct value *map = value_map(g->compiled->arena);

	value_set(map, "banner",
	    (struct value *)value_get(g->plan, RT_LIT("banner")));
	value_set_bool(map, "codes",
	    value_truthy(value_get(g->plan, RT_LIT("codes"))));
	value_set(map, "tag", (struct value *)tag);
	return map;
}

static void
emit_tag(struct generation *g, const struct value *tag)
{
	struct rt_arena *arena = g->compiled->arena;
	struct rt_str file = value_str(value_get(tag, RT_LIT("file")));
	struct rt_str name = value_str(value_get(tag, RT_LIT("name")));
	struct value *map = tag_map(g, tag);

	emit_rendered(g, "tag.h.tmpl",
	    rt_arena_printf(arena, "%.*s.h", RT_FMT(file)), map);
	emit_rendered(g, "tag.c.tmpl",
	    rt_arena_printf(arena, "%.*s.c", RT_FMT(file)), map);
	emit_rendered(g, "test.c.tmpl",
	    rt_arena_printf(arena, "contract/test_%.*s.c", RT_FMT(file)),
	    case_values(g->work, g->compiled->spec, name));
}

static void
emit_all(struct generation *g)
{
	struct rt_arena *arena = g->compiled->arena;
	const struct value *tags = value_get(g->plan, RT_LIT("tags"));

	if (value_truthy(value_get(g->plan, RT_LIT("codes")))) {
		emit_rendered(g, "errors.h.tmpl", RT_LIT("errors.h"), g->plan);
		emit_rendered(g, "errors.c.tmpl", RT_LIT("errors.c"), g->plan);
	}
	for (size_t i = 0; i < RT_LEN(whole); i++)
		emit_rendered(g, rt_arena_printf(arena, "%s.tmpl", whole[i]).p,
		    rt_str(whole[i]), g->plan);
	emit_file(g->emit, "ledger.tsv",
	    value_str(value_get(g->plan, RT_LIT("ledger"))));
	for (size_t i = 0; i < value_count(tags); i++)
		emit_tag(g, value_at(tags, i));
	emit_rendered(g, "test_main.c.tmpl", RT_LIT("contract/test_main.c"),
	    g->plan);
}

bool
generate(const struct compiled *c, const struct generate_options *options,
    struct emit_result *result)
{
	struct generation g = {
	    .compiled = c,
	    .work = rt_arena_open_like(c->arena),
	    .render = render_open(c->arena, c->diag, options->templates),
	    .emit = emit_open(c->arena, options->out, options->check),
	    .plan = plan_make(c->arena, c->diag, c->spec),
	};

	*result = (struct emit_result){0};
	if (diag_errors(c->diag) == 0)
		emit_all(&g);
	rt_arena_close(g.work);
	if (diag_errors(c->diag) > 0)
		return false;
	*result = emit_finish(g.emit, options->force);
	return result->error == NULL;
}
