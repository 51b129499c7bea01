/* Security requirements, and the registry of error codes. */
#include "gen/spec_read.h"

/* --- The scheme of a requirement --- */

static const struct spec_scheme *
find_name(const struct spec *spec, struct rt_str name)
{
	for (size_t i = 0; i < spec->n_schemes; i++) {
		if (rt_str_eq(spec->schemes[i]->name, name))
			return spec->schemes[i];
	}
	return NULL;
}

static const struct spec_scheme *
find_node(const struct spec *spec, const struct doc_node *node)
{
	for (size_t i = 0; i < spec->n_schemes; i++) {
		if (spec->schemes[i]->node == node)
			return spec->schemes[i];
	}
	return NULL;
}

/* Since 3.2 a requirement may name its scheme by URI; whatever has none of
 * these characters is more likely a name that is misspelt. */
static bool
is_uri(struct spec_reader *r, const struct doc_node *requirement,
    struct rt_str key)
{
	return spec_version(r, requirement) >= OAS_3_2 &&
	    (memchr(key.p, '/', key.n) != NULL ||
		memchr(key.p, '#', key.n) != NULL);
}

static const struct spec_scheme *
follow_uri(struct spec_reader *r, const struct doc_node *requirement,
    const struct doc_member *m)
{
	const struct doc_node *ref = ref_of_key(r->arena, requirement, m);
	const struct doc_node *node = spec_deref(r, ref);
	struct rt_str name = ref_name(r->arena, ref);
	const struct spec_scheme *known;

	if (node == NULL)
		return NULL;
	known = find_node(r->spec, node);
	if (known != NULL)
		return known;
	if (name.n == 0 || find_name(r->spec, name) != NULL)
		name = m->key;
	return spec_add_scheme(r, name, node);
}

/* NULL has been reported. */
static const struct spec_scheme *
find_scheme(struct spec_reader *r, const struct doc_node *requirement,
    const struct doc_member *m)
{
	const struct spec_scheme *s = find_name(r->spec, m->key);

	if (s != NULL)
		return s;
	if (is_uri(r, requirement, m->key))
		return follow_uri(r, requirement, m);
	diag_error(r->diag, m->key_pos, "security-scheme",
	    "there is no security scheme '%.*s'", RT_FMT(m->key));
	diag_help(r->diag,
	    "schemes are declared under components/securitySchemes");
	return NULL;
}

/* --- What it must grant --- */

static void
check_scope(struct spec_reader *r, const struct spec_scheme *s,
    const struct doc_node *scope)
{
	if (s == NULL || !s->has_flows)
		return;
	for (size_t i = 0; i < s->n_scopes; i++) {
		if (rt_str_eq(s->scopes[i], scope->text))
			return;
	}
	diag_warning(r->diag, scope->pos, "security-scope",
	    "no flow of '%.*s' has the scope '%.*s'", RT_FMT(s->name),
	    RT_FMT(scope->text));
}

static void
read_scopes(struct spec_reader *r, const struct doc_node *list,
    struct spec_need *out)
{
	struct rt_str *scopes;

	if (list->type != DOC_SEQ) {
		diag_error(r->diag, list->pos, "security-scopes",
		    "the scopes of a requirement must be a list, is %s",
		    doc_type_name(list->type));
		return;
	}
	scopes = rt_arena_array(r->arena, list->n, sizeof(*scopes));
	for (size_t i = 0; i < list->n; i++) {
		const struct doc_node *scope = list->items[i];

		scopes[i] = scope->text;
		if (scope->type == DOC_STRING)
			check_scope(r, out->scheme, scope);
		else
			diag_error(r->diag, scope->pos, "security-scopes",
			    "a scope must be a string, is %s",
			    doc_type_name(scope->type));
	}
	out->scopes = scopes;
	out->n_scopes = list->n;
}

/* --- Requirements --- */

/* What a scheme takes from the header Authorization, which there is only one
 * of: a word, or for an apiKey anything. */
static struct rt_str
authorization_of(const struct spec_need *need)
{
	const struct spec_scheme *s = need->scheme;

	if (s == NULL || s->kind == RT_SCHEME_KEY ||
	    s->kind == RT_SCHEME_CERTIFICATE)
		return (struct rt_str){0};
	return s->field;
}

static void
check_authorization(struct spec_reader *r, const struct doc_node *node,
    const struct spec_need *needs)
{
	struct rt_str first = {0};

	for (size_t i = 0; i < node->n; i++) {
		struct rt_str word = authorization_of(&needs[i]);

		if (first.p == NULL)
			first = word;
		if (word.p == NULL || rt_str_eq_nocase(first, word))
			continue;
		diag_warning(r->diag, node->members[i].key_pos,
		    "security-impossible",
		    "no request meets this: one Authorization can't be both "
		    "%.*s and %.*s",
		    RT_FMT(first), RT_FMT(word));
		return;
	}
}

static void
read_alternative(struct spec_reader *r, const struct doc_node *node,
    struct spec_alternative *out)
{
	struct spec_need *needs;

	if (node->type != DOC_MAP) {
		diag_error(r->diag, node->pos, "security-type",
		    "a security requirement must be a mapping, is %s",
		    doc_type_name(node->type));
		return;
	}
	needs = rt_arena_array(r->arena, node->n, sizeof(*needs));
	for (size_t i = 0; i < node->n; i++) {
		const struct doc_member *m = &node->members[i];

		needs[i].scheme = find_scheme(r, node, m);
		read_scopes(r, m->value, &needs[i]);
	}
	check_authorization(r, node, needs);
	out->needs = needs;
	out->n = node->n;
}

/* The `security` of the document or of an operation; NULL where it has none. */
static const struct spec_security *
read_security(struct spec_reader *r, const struct doc_node *holder)
{
	const struct doc_node *list = doc_get(holder, "security");
	struct spec_security *out;
	struct spec_alternative *v;

	if (list == NULL)
		return NULL;
	out = rt_arena_new(r->arena, sizeof(*out));
	if (list->type != DOC_SEQ) {
		diag_error(r->diag, list->pos, "security-type",
		    "'security' must be a list of requirements, is %s",
		    doc_type_name(list->type));
		return out;
	}
	v = rt_arena_array(r->arena, list->n, sizeof(*v));
	for (size_t i = 0; i < list->n; i++)
		read_alternative(r, list->items[i], &v[i]);
	*out = (struct spec_security){v, list->n};
	return out;
}

void
spec_read_root_security(struct spec_reader *r)
{
	r->spec->security = read_security(r, r->spec->root);
}

void
spec_read_security(struct spec_reader *r, struct spec_op *op,
    const struct doc_node *node)
{
	const struct spec_security *s = read_security(r, node);

	if (s == NULL)
		s = r->spec->security;
	if (s == NULL)
		return;
	op->security = s->v;
	op->n_security = s->n;
	op->secured = s->n > 0;
}

/* --- x-error-codes --- */

static bool
read_status(struct spec_reader *r, const struct doc_node *node, int *out)
{
	int64_t status;

	if (!doc_int(node, &status) || status < 400 || status > 599) {
		diag_error(r->diag, node->pos, "error-code-status",
		    "the status of an error code must be between 400 and 599");
		return false;
	}
	*out = (int)status;
	return true;
}

static void
read_statuses(struct spec_reader *r, const struct doc_node *node,
    struct spec_code *out)
{
	size_t n = node->type == DOC_SEQ ? node->n : 1;
	int *v = rt_arena_array(r->arena, n, sizeof(*v));

	out->statuses = v;
	if (node->type != DOC_SEQ) {
		out->n_statuses = read_status(r, node, v) ? 1 : 0;
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		if (read_status(r, node->items[i], &v[out->n_statuses]))
			out->n_statuses++;
	}
}

static void
check_code_name(struct spec_reader *r, const struct spec_code *code)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	for (size_t i = 0; i < code->name.n; i++) {
		if (strchr(allowed, code->name.p[i]) != NULL)
			continue;
		diag_error(r->diag, code->pos, "error-code-name",
		    "the error code '%.*s' must be written in A-Z, 0-9 and _",
		    RT_FMT(code->name));
		return;
	}
}

static void
read_code(struct spec_reader *r, const struct doc_member *m,
    struct spec_code *out)
{
	static const struct spec_keys keys[] = {
	    {"status", SPEC_READ},
	    {"title", SPEC_READ},
	    {"description", SPEC_READ},
	    {NULL, 0},
	};
	const struct doc_node *status = doc_get(m->value, "status");

	out->name = m->key;
	out->node = m->value;
	out->pos = m->key_pos;
	check_code_name(r, out);
	if (!spec_check_keys(r, m->value, "an error code", keys))
		return;
	out->title = spec_required_text(r, m->value, "an error code", "title");
	out->description = spec_text(r, m->value, "description");
	if (status != NULL)
		read_statuses(r, status, out);
	if (status == NULL)
		diag_error(r->diag, m->key_pos, "error-code-status",
		    "the error code '%.*s' has no 'status'", RT_FMT(m->key));
}

void
spec_read_codes(struct spec_reader *r)
{
	const struct doc_node *map =
	    spec_map(r, r->spec->root, "x-error-codes");
	struct spec_code *v;

	if (map == NULL)
		return;
	v = rt_arena_array(r->arena, map->n, sizeof(*v));
	for (size_t i = 0; i < map->n; i++)
		read_code(r, &map->members[i], &v[i]);
	r->spec->codes = v;
	r->spec->n_codes = map->n;
}
