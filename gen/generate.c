#include "gen/generate.h"

#include <errno.h>

#include "gen/case.h"
#include "gen/render.h"
#include "runtime/buf.h"

const char *
generate_text(struct rt_arena *arena, const char *path, struct rt_str text)
{
	FILE *f = fopen(path, "w");
	bool ok = f != NULL && fwrite(text.p, 1, text.n, f) == text.n;

	if (f != NULL && fclose(f) != 0)
		ok = false;
	if (ok)
		return NULL;
	return rt_arena_printf(arena, "%s: %s", path, strerror(errno)).p;
}

/* One file for the whole contract each. */
static const char *const whole[] = {
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

/* A map with the words that stand in every file. */
static struct value *
file_map(struct generation *g)
{
	struct value *map = value_map(g->compiled->arena);

	value_set(map, "banner",
	    (struct value *)value_get(g->plan, RT_LIT("banner")));
	return map;
}

static struct value *
tag_map(struct generation *g, const struct value *tag)
{
	struct value *map = file_map(g);

	value_set_bool(map, "codes",
	    value_truthy(value_get(g->plan, RT_LIT("codes"))));
	value_set(map, "tag", (struct value *)tag);
	return map;
}

static void
emit_cases(struct generation *g, struct rt_str file, struct rt_str tag)
{
	struct rt_arena *arena = g->compiled->arena;
	struct rt_str lines = case_lines(g->work, g->compiled->spec, tag);

	emit_file(g->emit,
	    rt_arena_printf(arena, "contract/%.*s.jsonl", RT_FMT(file)).p,
	    rt_arena_copy(arena, lines));
	rt_arena_reset(g->work);
}

static void
emit_operations(struct generation *g, const struct value *tag)
{
	struct rt_arena *arena = g->compiled->arena;
	struct rt_str file = value_str(value_get(tag, RT_LIT("file")));
	struct value *map = tag_map(g, tag);

	emit_rendered(g, "tag.h.tmpl",
	    rt_arena_printf(arena, "%.*s.h", RT_FMT(file)), map);
	emit_rendered(g, "tag.c.tmpl",
	    rt_arena_printf(arena, "%.*s.c", RT_FMT(file)), map);
}

static void
emit_tag(struct generation *g, const struct value *tag)
{
	struct rt_str file = value_str(value_get(tag, RT_LIT("file")));

	emit_operations(g, tag);
	emit_cases(g, file, value_str(value_get(tag, RT_LIT("name"))));
}

static void
add_members(struct value *map, const struct value *from)
{
	for (size_t i = 0; i < value_count(from); i++) {
		struct rt_str key = value_key(from, i);

		value_set(map, key.p, (struct value *)value_get(from, key));
	}
}

static void
emit_model(struct generation *g, const struct value *model)
{
	struct rt_arena *arena = g->compiled->arena;
	struct rt_str file = value_str(value_get(model, RT_LIT("file")));
	struct value *map = file_map(g);

	add_members(map, model);
	emit_rendered(g, "model.h.tmpl",
	    rt_arena_printf(arena, "model/%.*s.h", RT_FMT(file)), map);
	emit_rendered(g, "model.c.tmpl",
	    rt_arena_printf(arena, "model/%.*s.c", RT_FMT(file)), map);
}

static void
emit_array(struct generation *g, const struct value *array)
{
	struct rt_str file = value_str(value_get(array, RT_LIT("file")));
	struct value *map = file_map(g);

	add_members(map, array);
	emit_rendered(g, "array.h.tmpl",
	    rt_arena_printf(g->compiled->arena, "model/%.*s.h", RT_FMT(file)),
	    map);
}

static void
emit_models(struct generation *g)
{
	const struct value *models = value_get(g->plan, RT_LIT("models"));
	const struct value *arrays = value_get(g->plan, RT_LIT("arrays"));

	for (size_t i = 0; i < value_count(models); i++)
		emit_model(g, value_at(models, i));
	for (size_t i = 0; i < value_count(arrays); i++)
		emit_array(g, value_at(arrays, i));
}

/* Webhooks, and the callbacks of a tag. */
static void
emit_outbound(struct generation *g, const struct value *outbound)
{
	struct rt_arena *arena = g->compiled->arena;
	struct rt_str file = value_str(value_get(outbound, RT_LIT("file")));
	struct value *map = file_map(g);

	value_set(map, "outbound", (struct value *)outbound);
	emit_rendered(g, "outbound.h.tmpl",
	    rt_arena_printf(arena, "%.*s.h", RT_FMT(file)), map);
	emit_rendered(g, "outbound.c.tmpl",
	    rt_arena_printf(arena, "%.*s.c", RT_FMT(file)), map);
}

static void
emit_errors(struct generation *g)
{
	if (value_truthy(value_get(g->plan, RT_LIT("codes")))) {
		emit_rendered(g, "errors.h.tmpl", RT_LIT("errors.h"), g->plan);
		emit_rendered(g, "errors.c.tmpl", RT_LIT("errors.c"), g->plan);
	}
}

static void
emit_all(struct generation *g)
{
	struct rt_arena *arena = g->compiled->arena;
	const struct value *tags = value_get(g->plan, RT_LIT("tags"));
	const struct value *outbound = value_get(g->plan, RT_LIT("outbound"));

	emit_errors(g);
	for (size_t i = 0; i < RT_LEN(whole); i++)
		emit_rendered(g, rt_arena_printf(arena, "%s.tmpl", whole[i]).p,
		    rt_str(whole[i]), g->plan);
	emit_file(g->emit, "ledger.tsv",
	    value_str(value_get(g->plan, RT_LIT("ledger"))));
	emit_models(g);
	for (size_t i = 0; i < value_count(tags); i++)
		emit_tag(g, value_at(tags, i));
	for (size_t i = 0; i < value_count(outbound); i++)
		emit_outbound(g, value_at(outbound, i));
	emit_rendered(g, "contract.c.tmpl", RT_LIT("contract/main.c"), g->plan);
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

/* What the program of `kontract try` needs: neither the contract itself nor
 * its tests. */
static void
emit_trial(struct generation *g)
{
	static const char *const files[] = {"api.h", "api.c", "openapi.h",
	    "try.c"};
	const struct value *tags = value_get(g->plan, RT_LIT("tags"));
	struct rt_arena *arena = g->compiled->arena;

	emit_errors(g);
	for (size_t i = 0; i < RT_LEN(files); i++)
		emit_rendered(g, rt_arena_printf(arena, "%s.tmpl", files[i]).p,
		    rt_str(files[i]), g->plan);
	emit_models(g);
	for (size_t i = 0; i < value_count(tags); i++)
		emit_operations(g, value_at(tags, i));
}

bool
generate_trial(const struct compiled *c, const char *dir,
    struct emit_result *result)
{
	struct generation g = {
	    .compiled = c,
	    .work = rt_arena_open_like(c->arena),
	    .render = render_open(c->arena, c->diag, NULL),
	    .emit = emit_open(c->arena, dir, false),
	    .plan = plan_make_shown(c->arena, c->diag, c->spec),
	};

	*result = (struct emit_result){0};
	if (diag_errors(c->diag) == 0)
		emit_trial(&g);
	rt_arena_close(g.work);
	if (diag_errors(c->diag) > 0)
		return false;
	*result = emit_finish(g.emit, false);
	return result->error == NULL;
}

/* A name in a rule of make. */
static void
put_name(struct rt_buf *b, struct rt_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '$')
			rt_buf_byte(b, '$');
		else if (name.p[i] == ' ' || name.p[i] == '#')
			rt_buf_byte(b, '\\');
		rt_buf_byte(b, name.p[i]);
	}
}

static struct rt_str
depfile_text(const struct compiled *c, struct rt_str target)
{
	const struct documents *d = c->documents;
	struct rt_buf b = rt_buf(c->arena, SIZE_MAX);

	put_name(&b, target);
	rt_buf_byte(&b, ':');
	for (size_t i = 0; i < d->n; i++) {
		rt_buf_cstr(&b, " \\\n    ");
		put_name(&b, rt_str(d->v[i].source->name));
	}
	rt_buf_byte(&b, '\n');
	for (size_t i = 0; i < d->n; i++) {
		put_name(&b, rt_str(d->v[i].source->name));
		rt_buf_cstr(&b, ":\n");
	}
	return rt_buf_str(&b);
}

const char *
generate_depfile(const struct compiled *c, const char *path)
{
	struct rt_str target = rt_str(path);
	struct rt_str text;

	if (rt_str_ends(target, ".d"))
		target.n -= 2;
	text = depfile_text(c, target);
	return generate_text(c->arena, path, text);
}
