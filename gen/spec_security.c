/* Security schemes, requirements, and the registry of error codes. */
#include "gen/spec_read.h"

static const struct spec_keys scheme_keys[] = {
    {"type", SPEC_READ},
    {"description", SPEC_READ},
    {"scheme", SPEC_READ},
    {"bearerFormat", SPEC_HARMLESS},
    {"name", SPEC_READ},
    {"in", SPEC_READ},
    {"flows", SPEC_LATER},
    {"openIdConnectUrl", SPEC_LATER},
    {"oauth2MetadataUrl", SPEC_HARMLESS | SPEC_3_2},
    {"deprecated", SPEC_HARMLESS | SPEC_3_2},
    {NULL, 0},
};

static void
read_http_scheme(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	struct rt_str scheme =
	    spec_required_text(r, node, "an http scheme", "scheme");

	out->in = RT_IN_HEADER;
	out->field = RT_LIT("Authorization");
	out->bearer = true;
	if (scheme.p == NULL || rt_str_is_nocase(scheme, "bearer"))
		return;
	diag_error(r->diag, doc_get(node, "scheme")->pos, "unsupported-scheme",
	    "the HTTP authentication scheme '%.*s' is not supported yet",
	    RT_FMT(scheme));
	diag_help(r->diag, "use 'bearer', or an apiKey scheme");
}

static void
read_key_scheme(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	struct rt_str in =
	    spec_required_text(r, node, "an apiKey scheme", "in");

	out->field = spec_required_text(r, node, "an apiKey scheme", "name");
	if (rt_str_is(in, "header"))
		out->in = RT_IN_HEADER;
	else if (rt_str_is(in, "cookie"))
		out->in = RT_IN_COOKIE;
	else if (rt_str_is(in, "query"))
		out->in = RT_IN_QUERY;
	else if (in.p != NULL)
		diag_error(r->diag, doc_get(node, "in")->pos, "scheme-in",
		    "'in' must be header, cookie or query, is '%.*s'",
		    RT_FMT(in));
}

static void
read_scheme(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	struct rt_str type;

	out->node = node;
	if (!spec_check_keys(r, node, "a security scheme", scheme_keys))
		return;
	out->description = spec_text(r, node, "description");
	type = spec_required_text(r, node, "a security scheme", "type");
	if (rt_str_is(type, "http"))
		read_http_scheme(r, node, out);
	else if (rt_str_is(type, "apiKey"))
		read_key_scheme(r, node, out);
	else if (type.p != NULL)
		diag_error(r->diag, doc_get(node, "type")->pos,
		    "unsupported-scheme",
		    "security schemes of type '%.*s' are not supported yet",
		    RT_FMT(type));
}

void
spec_read_schemes(struct spec_reader *r)
{
	const struct doc_node *components =
	    spec_map(r, r->spec->root, "components");
	const struct doc_node *map = spec_map(r, components, "securitySchemes");
	struct spec_scheme *v;

	if (map == NULL)
		return;
	v = rt_arena_array(r->arena, map->n, sizeof(*v));
	for (size_t i = 0; i < map->n; i++) {
		const struct doc_node *node =
		    spec_deref(r, map->members[i].value);

		v[i].name = map->members[i].key;
		if (node != NULL)
			read_scheme(r, node, &v[i]);
	}
	r->spec->schemes = v;
	r->spec->n_schemes = map->n;
}

static const struct spec_scheme *
find_scheme(const struct spec *spec, struct rt_str name)
{
	for (size_t i = 0; i < spec->n_schemes; i++) {
		if (rt_str_eq(spec->schemes[i].name, name))
			return &spec->schemes[i];
	}
	return NULL;
}

static void
read_roles(struct spec_reader *r, const struct doc_node *list,
    struct spec_need *out)
{
	struct rt_str *roles;

	if (list->type != DOC_SEQ) {
		diag_error(r->diag, list->pos, "security-roles",
		    "the roles of a requirement must be a list, is %s",
		    doc_type_name(list->type));
		return;
	}
	roles = rt_arena_array(r->arena, list->n, sizeof(*roles));
	for (size_t i = 0; i < list->n; i++)
		roles[i] = list->items[i]->text;
	out->roles = roles;
	out->n_roles = list->n;
}

static void
read_need(struct spec_reader *r, const struct doc_member *m,
    struct spec_need *out)
{
	out->scheme = find_scheme(r->spec, m->key);
	if (out->scheme == NULL) {
		diag_error(r->diag, m->key_pos, "security-scheme",
		    "there is no security scheme '%.*s'", RT_FMT(m->key));
		diag_help(r->diag,
		    "schemes are declared under "
		    "components/securitySchemes");
	}
	read_roles(r, m->value, out);
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
	for (size_t i = 0; i < node->n; i++)
		read_need(r, &node->members[i], &needs[i]);
	out->needs = needs;
	out->n = node->n;
}

void
spec_read_security(struct spec_reader *r, struct spec_op *op,
    const struct doc_node *node)
{
	const struct doc_node *list = doc_get(node, "security");
	struct spec_alternative *v;

	if (list == NULL)
		list = doc_get(r->spec->root, "security");
	if (list == NULL)
		return;
	if (list->type != DOC_SEQ) {
		diag_error(r->diag, list->pos, "security-type",
		    "'security' must be a list of requirements, is %s",
		    doc_type_name(list->type));
		return;
	}
	v = rt_arena_array(r->arena, list->n, sizeof(*v));
	for (size_t i = 0; i < list->n; i++)
		read_alternative(r, list->items[i], &v[i]);
	op->security = v;
	op->n_security = list->n;
	op->secured = list->n > 0;
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
