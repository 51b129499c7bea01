/* Renders parsed templates over values; see tmpl.h. */
#include "gen/tmpl_node.h"

/* A template that was parsed already in this run. */
struct parsed {
	struct rt_str name;
	struct tmpl_node *nodes;
	struct parsed *next;
};

/* A name that is known inside a %for; the outermost one is the root map. */
struct scope {
	const struct scope *up; /* NULL for the root */
	struct rt_str name;
	const struct value *value;
	size_t index, count;
};

struct render {
	const struct tmpl_env *env;
	struct rt_buf out;
	struct parsed *parsed;
	unsigned includes;
	unsigned steps;
	bool failed;
};

static void render_nodes(struct render *, const struct tmpl_node *,
    const struct scope *);

static void
fail(struct render *r, struct source_pos pos, const char *sentence)
{
	diag_error(r->env->diag, pos, "template", "%s", sentence);
	r->failed = true;
}

const char *
tmpl_type_name(const struct value *v)
{
	switch (value_type(v)) {
	case VALUE_BOOL:
		return "a boolean";
	case VALUE_INT:
		return "a number";
	case VALUE_TEXT:
		return "text";
	case VALUE_LIST:
		return "a list";
	case VALUE_MAP:
		return "a map";
	}
	return "nothing";
}

/* --- names --- */

enum { NAMES_SHOWN = 16 };

static void
name_keys(struct rt_buf *b, const struct value *map)
{
	size_t n = value_count(map);

	for (size_t i = 0; i < n && i < NAMES_SHOWN; i++) {
		rt_buf_cstr(b, i == 0 ? "" : ", ");
		rt_buf_add(b, value_key(map, i));
	}
	if (n > NAMES_SHOWN)
		rt_buf_cstr(b, ", ...");
	if (n == 0)
		rt_buf_cstr(b, "nothing");
}

/* The place of one name inside a path. */
static struct source_pos
pos_in_path(const struct tmpl_path *path, struct rt_str name)
{
	struct source_pos pos = path->pos;

	pos.col += (unsigned)(name.p - path->text.p);
	pos.len = (unsigned)name.n;
	return pos;
}

/* Reports that the value reached by the path before `name` lacks `name`. */
static const struct value *
fail_name(struct render *r, const struct tmpl_path *path, struct rt_str name,
    const struct value *in)
{
	struct source_pos pos = pos_in_path(path, name);
	struct rt_str where = {path->text.p, 0};
	struct rt_buf has = rt_buf(r->env->arena, 4096);

	r->failed = true;
	if (name.p > path->text.p)
		where.n = (size_t)(name.p - path->text.p) - 1;
	if (value_type(in) != VALUE_MAP) {
		diag_error(r->env->diag, pos, "template",
		    "'%.*s' is %s, it has no '%.*s'", RT_FMT(where),
		    tmpl_type_name(in), RT_FMT(name));
		return NULL;
	}
	name_keys(&has, in);
	if (where.n == 0)
		diag_error(r->env->diag, pos, "template",
		    "no '%.*s' here; there are: %.*s", RT_FMT(name),
		    RT_FMT(rt_buf_str(&has)));
	else
		diag_error(r->env->diag, pos, "template",
		    "no '%.*s' in %.*s; has: %.*s", RT_FMT(name), RT_FMT(where),
		    RT_FMT(rt_buf_str(&has)));
	return NULL;
}

/* loop.first, loop.last, loop.index of the innermost %for. */
static const struct value *
loop_value(struct render *r, const struct scope *s)
{
	struct value *loop = value_map(r->env->arena);

	value_set_bool(loop, "first", s->index == 0);
	value_set_bool(loop, "last", s->index + 1 == s->count);
	value_set_int(loop, "index", (int64_t)s->index);
	return loop;
}

/* What the first name of a path stands for. */
static const struct value *
find_name(struct render *r, const struct tmpl_path *path, struct rt_str name,
    const struct scope *s)
{
	const struct value *found;

	if (s->up != NULL && rt_str_is(name, "loop"))
		return loop_value(r, s);
	for (; s->up != NULL; s = s->up) {
		if (rt_str_eq(name, s->name))
			return s->value;
	}
	found = value_get(s->value, name);
	return found != NULL ? found : fail_name(r, path, name, s->value);
}

/* The value at a path; NULL when there is none and that was reported. */
static const struct value *
find_path(struct render *r, const struct tmpl_path *path, const struct scope *s)
{
	struct rt_str rest = path->text;
	const struct value *v = find_name(r, path, rt_str_cut(&rest, '.'), s);

	while (v != NULL && rest.p != NULL) {
		struct rt_str name = rt_str_cut(&rest, '.');
		const struct value *in = v;

		v = value_type(in) == VALUE_MAP ? value_get(in, name) : NULL;
		if (v == NULL)
			return fail_name(r, path, name, in);
	}
	return v;
}

/* --- nodes --- */

static void
render_put(struct render *r, const struct tmpl_node *node,
    const struct scope *s)
{
	const struct value *v = find_path(r, &node->path, s);
	struct rt_str so_far = RT_LIT(""), text;

	if (v == NULL)
		return;
	if (r->out.n > 0)
		so_far = rt_buf_str(&r->out);
	text = tmpl_filter(r->env, node, v, so_far);
	if (text.p == NULL)
		r->failed = true;
	else
		rt_buf_add(&r->out, text);
}

static void
render_for(struct render *r, const struct tmpl_node *node,
    const struct scope *up)
{
	const struct value *list = find_path(r, &node->path, up);
	struct scope s = {.up = up, .name = node->text};

	if (list == NULL)
		return;
	if (value_type(list) != VALUE_LIST) {
		diag_error(r->env->diag, node->path.pos, "template",
		    "%%for wants a list, '%.*s' is %s", RT_FMT(node->path.text),
		    tmpl_type_name(list));
		r->failed = true;
		return;
	}
	s.count = value_count(list);
	for (; s.index < s.count && !r->failed; s.index++) {
		s.value = value_at(list, s.index);
		render_nodes(r, node->body, &s);
	}
}

/* Renders the first arm that holds, if any does. */
static void
render_if(struct render *r, const struct tmpl_node *arm, const struct scope *s)
{
	for (; arm != NULL; arm = arm->otherwise) {
		const struct value *v;

		if (arm->type == TMPL_ELSE)
			break;
		v = find_path(r, &arm->path, s);
		if (v == NULL)
			return;
		if (value_truthy(v) != arm->negated)
			break;
	}
	if (arm != NULL)
		render_nodes(r, arm->body, s);
}

/* Finds and parses a template, once in a run. */
static const struct parsed *
get_parsed(struct render *r, struct rt_str name, struct source_pos pos)
{
	const char *cname = rt_arena_copy(r->env->arena, name).p;
	const struct source *source;
	struct parsed *t;

	for (t = r->parsed; t != NULL; t = t->next) {
		if (rt_str_eq(t->name, name))
			return t;
	}
	source = r->env->find(r->env->arg, cname);
	if (source == NULL) {
		diag_error(r->env->diag, pos, "template",
		    "there is no template '%s'", cname);
		r->failed = true;
		return NULL;
	}
	t = rt_arena_new(r->env->arena, sizeof(*t));
	t->name = rt_str(cname);
	if (!tmpl_parse(r->env, source, &t->nodes)) {
		r->failed = true;
		return NULL;
	}
	t->next = r->parsed;
	r->parsed = t;
	return t;
}

static void
render_include(struct render *r, const struct tmpl_node *node,
    const struct scope *s)
{
	const struct parsed *t = get_parsed(r, node->text, node->pos);

	if (t == NULL)
		return;
	if (r->includes == TMPL_INCLUDE_MAX) {
		fail(r, node->pos, "templates include each other too deep");
		return;
	}
	r->includes++;
	render_nodes(r, t->nodes, s);
	r->includes--;
}

static void
render_node(struct render *r, const struct tmpl_node *node,
    const struct scope *s)
{
	switch (node->type) {
	case TMPL_TEXT:
		rt_buf_add(&r->out, node->text);
		break;
	case TMPL_PUT:
		render_put(r, node, s);
		break;
	case TMPL_FOR:
		render_for(r, node, s);
		break;
	case TMPL_IF:
		render_if(r, node, s);
		break;
	case TMPL_INCLUDE:
		render_include(r, node, s);
		break;
	case TMPL_ELSE: /* reached through its TMPL_IF only */
		break;
	}
}

static void
render_nodes(struct render *r, const struct tmpl_node *node,
    const struct scope *s)
{
	for (; node != NULL && !r->failed; node = node->next) {
		if (r->steps++ == TMPL_STEPS_MAX) {
			fail(r, node->pos, "this template takes too long");
			return;
		}
		render_node(r, node, s);
		if (r->out.full && !r->failed)
			fail(r, node->pos, "the output is too large");
	}
}

struct rt_str
tmpl_render(const struct tmpl_env *env, const char *name,
    const struct value *map)
{
	struct render r = {.env = env};
	struct scope root = {.value = map};
	const struct parsed *t;

	r.out = rt_buf(env->arena, TMPL_OUTPUT_MAX);
	t = get_parsed(&r, rt_str(name), (struct source_pos){0});
	if (t == NULL)
		return (struct rt_str){0};
	render_nodes(&r, t->nodes, &root);
	if (r.failed)
		return (struct rt_str){0};
	return r.out.n == 0 ? RT_LIT("") : rt_buf_str(&r.out);
}
