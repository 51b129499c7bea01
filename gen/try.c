#include "gen/try.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gen/generate.h"
#include "gen/try_part.h"
#include "runtime/jwt.h"
#include "runtime/percent.h"

/* --- The operations that a path could mean --- */

static struct rt_str
decoded(struct rt_arena *arena, struct rt_str segment)
{
	struct rt_str out;

	return rt_percent_decode(arena, segment, false, &out) ? out : segment;
}

/* Generously: what a template lets through is the router's to say. */
static bool
may_mean(struct rt_arena *arena, struct rt_str path, struct rt_str template)
{
	while (path.p != NULL && template.p != NULL) {
		struct rt_str a = rt_str_cut(&path, '/');
		struct rt_str b = rt_str_cut(&template, '/');

		if (b.n > 0 && memchr(b.p, '{', b.n) != NULL)
			continue;
		if (!rt_str_eq(decoded(arena, a), decoded(arena, b)))
			return false;
	}
	return path.p == NULL && template.p == NULL;
}

/* The contract with no more operations than the path asks for; with one where
 * it asks for none, since a table in C is not empty. */
static const struct spec *
select_ops(struct rt_arena *arena, const struct spec *spec, struct rt_str path)
{
	struct spec *out = rt_arena_new(arena, sizeof(*out));
	struct spec_op *ops = rt_arena_array(arena, spec->n_ops, sizeof(*ops));

	*out = *spec;
	out->ops = ops;
	out->n_ops = 0;
	for (size_t i = 0; i < spec->n_ops; i++) {
		if (may_mean(arena, path, spec->ops[i].path))
			ops[out->n_ops++] = spec->ops[i];
	}
	if (out->n_ops == 0 && spec->n_ops > 0)
		ops[out->n_ops++] = spec->ops[0];
	spec_collect_tags(arena, out);
	return out;
}

/* --- The cache --- */

/* What the program depends on, as one number. */
static struct rt_str
digest(struct rt_arena *arena, const struct spec *spec, struct rt_str kit)
{
	const struct documents *d = spec->documents;
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	rt_buf_printf(&b, "%.*s\n", RT_FMT(kit));
	for (size_t i = 0; i < spec->n_ops; i++)
		rt_buf_printf(&b, "%.*s %.*s\n", RT_FMT(spec->ops[i].token),
		    RT_FMT(spec->ops[i].path));
	for (size_t i = 0; i < d->n; i++) {
		if (d->v[i].source == NULL)
			continue;
		rt_buf_printf(&b, "%s %zu\n", d->v[i].source->name,
		    d->v[i].source->text.n);
		rt_buf_add(&b, d->v[i].source->text);
	}
	return rt_sha256_hex(arena, rt_buf_str(&b));
}

/* The names of the C files among those that were written. */
static const char *const *
sources_of(struct rt_arena *arena, const struct emit_result *r)
{
	const char **v;
	size_t n = 0;

	while (r->changed[n] != NULL)
		n++;
	v = rt_arena_array(arena, n + 1, sizeof(*v));
	n = 0;
	for (size_t i = 0; r->changed[i] != NULL; i++) {
		if (rt_str_ends(rt_str(r->changed[i]), ".c"))
			v[n++] = r->changed[i];
	}
	return v;
}

static enum try_outcome
build_in(struct try_kit *kit, const struct compiled *c, const char *dir)
{
	struct emit_result r;

	if (!generate_trial(c, rt_arena_printf(kit->arena, "%s/api", dir).p,
		&r)) {
		if (r.error == NULL)
			return TRY_CONTRACT;
		kit->why = rt_str(r.error);
		return TRY_TROUBLE;
	}
	return try_link(kit, dir, sources_of(kit->arena, &r)) ? TRY_DONE
							      : TRY_TROUBLE;
}

/* Another run may have been faster; then its program is as good. */
static bool
move_in(struct try_kit *kit, const char *from, const char *to)
{
	if (rename(from, to) == 0)
		return true;
	if (errno == EEXIST || errno == ENOTEMPTY) {
		try_remove(from);
		return true;
	}
	kit->why = rt_arena_printf(kit->arena, "%s: %s", to, strerror(errno));
	return false;
}

static enum try_outcome
build(struct try_kit *kit, const struct compiled *c, const char *place)
{
	struct rt_str dir = rt_arena_printf(kit->arena, "%s-XXXXXX", place);
	enum try_outcome outcome;

	if (mkdtemp((char *)dir.p) == NULL) {
		kit->why = rt_arena_printf(kit->arena, "%s: %s", place,
		    strerror(errno));
		return TRY_TROUBLE;
	}
	outcome = build_in(kit, c, dir.p);
	if (outcome == TRY_DONE && !move_in(kit, dir.p, place))
		outcome = TRY_TROUBLE;
	if (outcome != TRY_DONE)
		try_remove(dir.p);
	return outcome;
}

/* Builds the program unless it is there. */
static enum try_outcome
provide(struct try_kit *kit, const struct compiled *c, const char *cache,
    const char **program)
{
	struct rt_str key = digest(kit->arena, c->spec, kit->id);
	const char *place =
	    rt_arena_printf(kit->arena, "%s/%.*s", cache, RT_FMT(key)).p;

	*program = rt_arena_printf(kit->arena, "%s/try", place).p;
	if (access(*program, X_OK) == 0)
		return TRY_DONE;
	return build(kit, c, place);
}

enum try_outcome
try_run(struct compiled *c, const struct try_request_file *file,
    const struct try_options *o, int *status, struct rt_str *why)
{
	struct try_kit kit = {.arena = c->arena};
	struct compiled selected = *c;
	enum try_outcome outcome = TRY_TROUBLE;
	const char *program;
	struct rt_str cache;

	selected.spec = select_ops(c->arena, c->spec, file->request.path);
	if (selected.spec->n_ops == 0)
		kit.why = RT_LIT("the contract has no operations");
	else if (try_kit_find(&kit, o->runtime) &&
	    (cache = try_cache(&kit, o->cache)).p != NULL) {
		outcome = provide(&kit, &selected, cache.p, &program);
		if (outcome == TRY_DONE &&
		    !try_exec(&kit, program, file->text, status))
			outcome = TRY_TROUBLE;
	}
	*why = kit.why;
	return outcome;
}
