/* Security: schemes, and what operations require of them. */
#include <inttypes.h>

#include "gen/plan_type.h"
#include "runtime/buf.h"

enum { SECURITY_NAME_MAX = 24 };

/* --- Requirements --- */

static struct rt_str
need_words(struct plan *p, const struct spec_need *need)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	rt_buf_add(&b, need->scheme->name);
	for (size_t i = 0; i < need->n_scopes; i++)
		rt_buf_printf(&b, "%s%.*s", i == 0 ? " (" : ", ",
		    RT_FMT(need->scopes[i]));
	if (need->n_scopes > 0)
		rt_buf_byte(&b, ')');
	return rt_buf_str(&b);
}

struct rt_str
plan_security_words(struct plan *p, const struct spec_op *op)
{
	struct rt_buf b = rt_buf(p->arena, SIZE_MAX);

	for (size_t i = 0; i < op->n_security; i++) {
		const struct spec_alternative *a = &op->security[i];

		if (i > 0)
			rt_buf_cstr(&b, " or ");
		if (a->n == 0)
			rt_buf_cstr(&b, "nothing");
		for (size_t k = 0; k < a->n; k++) {
			if (k > 0)
				rt_buf_cstr(&b, " and ");
			rt_buf_add(&b, need_words(p, &a->needs[k]));
		}
	}
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

static bool
is_same_need(const struct spec_need *a, const struct spec_need *b)
{
	if (a->scheme != b->scheme || a->n_scopes != b->n_scopes)
		return false;
	for (size_t i = 0; i < a->n_scopes; i++) {
		if (!rt_str_eq(a->scopes[i], b->scopes[i]))
			return false;
	}
	return true;
}

static bool
is_same_alternative(const struct spec_alternative *a,
    const struct spec_alternative *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		if (!is_same_need(&a->needs[i], &b->needs[i]))
			return false;
	}
	return a->n == b->n;
}

static bool
is_same_security(const struct spec_op *a, const struct spec_op *b)
{
	for (size_t i = 0; i < a->n_security && i < b->n_security; i++) {
		if (!is_same_alternative(&a->security[i], &b->security[i]))
			return false;
	}
	return a->n_security == b->n_security;
}

/* "security_bearer_auth_or_api_key": by what it says, so that it stays when
 * others come and go; a long one is cut, with a number of the whole. */
static struct rt_str
security_name(struct plan *p, struct rt_str words)
{
	struct rt_str snake = name_snake(p->arena, words);
	uint32_t number = (uint32_t)rt_str_hash(words);

	if (snake.n <= SECURITY_NAME_MAX)
		return rt_arena_printf(p->arena, "security_%.*s",
		    RT_FMT(snake));
	snake.n = SECURITY_NAME_MAX;
	while (snake.n > 0 && snake.p[snake.n - 1] != '_')
		snake.n--;
	return rt_arena_printf(p->arena, "security_%.*s%08" PRIx32,
	    RT_FMT(snake), number);
}

const struct security *
plan_security(struct plan *p, const struct spec_op *op)
{
	struct security *s;

	if (!op->secured)
		return NULL;
	for (size_t i = 0; i < p->n_securities; i++) {
		if (is_same_security(p->securities[i].first, op))
			return &p->securities[i];
	}
	s = &p->securities[p->n_securities++];
	s->first = op;
	s->words = plan_security_words(p, op);
	s->c = name_claim(p->object_names, security_name(p, s->words));
	return s;
}

static struct value *
need_value(struct plan *p, const struct spec_need *need, const char *c)
{
	struct value *v = value_map(p->arena), *scopes = value_list(p->arena);

	for (size_t i = 0; i < need->n_scopes; i++)
		value_add(scopes, value_text(p->arena, need->scopes[i]));
	value_set(v, "scopes", scopes);
	value_set_printf(v, "scheme", "scheme_%.*s",
	    RT_FMT(p->scheme_names[need->scheme->number]));
	if (need->n_scopes > 0)
		value_set_printf(v, "scopes_c", "%s_scopes", c);
	else
		value_set_cstr(v, "scopes_c", "NULL");
	return v;
}

static struct value *
alternative_value(struct plan *p, const struct spec_alternative *a,
    const char *c)
{
	struct value *v = value_map(p->arena), *needs = value_list(p->arena);

	for (size_t i = 0; i < a->n; i++)
		value_add(needs,
		    need_value(p, &a->needs[i],
			rt_arena_printf(p->arena, "%s_%zu", c, i + 1).p));
	value_set_cstr(v, "c", c);
	value_set(v, "needs", needs);
	return v;
}

struct value *
plan_securities(struct plan *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->n_securities; i++) {
		const struct security *s = &p->securities[i];
		const struct spec_op *op = s->first;
		struct value *v = value_map(p->arena);
		struct value *alternatives = value_list(p->arena);

		for (size_t k = 0; k < op->n_security; k++)
			value_add(alternatives,
			    alternative_value(p, &op->security[k],
				rt_arena_printf(p->arena, "%.*s_%zu",
				    RT_FMT(s->c), k + 1)
				    .p));
		value_set_printf(v, "c", "api_%.*s", RT_FMT(s->c));
		value_set_text(v, "words", s->words);
		value_set(v, "alternatives", alternatives);
		value_add(list, v);
	}
	return list;
}

/* --- Schemes --- */

struct rt_str *
plan_scheme_names(struct plan *p)
{
	const struct spec *spec = p->spec;
	struct name_scope *scope = name_scope_open(p->arena);
	struct rt_str *names =
	    rt_arena_array(p->arena, spec->n_schemes, sizeof(*names));

	for (size_t i = 0; i < spec->n_schemes; i++)
		names[i] = name_claim(scope,
		    name_snake(p->arena, spec->schemes[i]->name));
	return names;
}

/* "the header X-API-Key": what the credential is, for comments. */
static struct rt_str
scheme_words(struct plan *p, const struct spec_scheme *s)
{
	static const char *const places[] = {
	    [RT_IN_QUERY] = "query parameter",
	    [RT_IN_HEADER] = "header",
	    [RT_IN_COOKIE] = "cookie",
	};

	switch (s->kind) {
	case RT_SCHEME_KEY:
		return rt_arena_printf(p->arena, "the %s %.*s", places[s->in],
		    RT_FMT(s->field));
	case RT_SCHEME_BASIC:
		return RT_LIT("user and password");
	case RT_SCHEME_CERTIFICATE:
		return RT_LIT("the client's certificate");
	default:
		return rt_arena_printf(p->arena,
		    "what stands behind %.*s in Authorization",
		    RT_FMT(s->field));
	}
}

static const char *
scheme_kind(enum rt_scheme_kind kind)
{
	static const char *const names[] = {
	    [RT_SCHEME_KEY] = "RT_SCHEME_KEY",
	    [RT_SCHEME_BASIC] = "RT_SCHEME_BASIC",
	    [RT_SCHEME_BEARER] = "RT_SCHEME_BEARER",
	    [RT_SCHEME_HTTP] = "RT_SCHEME_HTTP",
	    [RT_SCHEME_CERTIFICATE] = "RT_SCHEME_CERTIFICATE",
	};

	return names[kind];
}

static struct value *
scheme_value(struct plan *p, const struct spec_scheme *s)
{
	struct value *v = value_map(p->arena);
	struct rt_str c = p->scheme_names[s->number];

	value_set_text(v, "name", s->name);
	value_set_printf(v, "c", "scheme_%.*s", RT_FMT(c));
	value_set_printf(v, "function", "auth_%.*s", RT_FMT(c));
	value_set_cstr(v, "kind", scheme_kind(s->kind));
	value_set_bool(v, "key", s->kind == RT_SCHEME_KEY);
	value_set_cstr(v, "in",
	    s->in == RT_IN_COOKIE      ? "RT_IN_COOKIE"
		: s->in == RT_IN_QUERY ? "RT_IN_QUERY"
				       : "RT_IN_HEADER");
	value_set_text(v, "field", s->field);
	value_set_text(v, "words", scheme_words(p, s));
	value_set_text(v, "where", plan_where(p, s->node));
	return v;
}

static bool *
used_schemes(struct plan *p)
{
	const struct spec *spec = p->spec;
	bool *used = rt_arena_array(p->arena, spec->n_schemes, sizeof(*used));

	for (size_t i = 0; i < spec->n_ops; i++) {
		for (size_t k = 0; k < spec->ops[i].n_security; k++) {
			const struct spec_alternative *a =
			    &spec->ops[i].security[k];

			for (size_t n = 0; n < a->n; n++)
				used[a->needs[n].scheme->number] = true;
		}
	}
	return used;
}

struct value *
plan_schemes(struct plan *p)
{
	const struct spec *spec = p->spec;
	struct value *list = value_list(p->arena);
	const bool *used = used_schemes(p);

	for (size_t i = 0; i < spec->n_schemes; i++) {
		if (used[i])
			value_add(list, scheme_value(p, spec->schemes[i]));
	}
	return list;
}
