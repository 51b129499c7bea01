/* Security schemes. */
#include "gen/spec_read.h"
#include "runtime/media.h"

/* --- Keys --- */

static const struct spec_keys scheme_keys[] = {
    {"type", SPEC_READ},
    {"description", SPEC_HARMLESS},
    {"scheme", SPEC_READ},
    {"bearerFormat", SPEC_HARMLESS},
    {"name", SPEC_READ},
    {"in", SPEC_READ},
    {"flows", SPEC_READ},
    {"openIdConnectUrl", SPEC_READ},
    {"oauth2MetadataUrl", SPEC_READ | SPEC_3_2},
    {"deprecated", SPEC_HARMLESS | SPEC_3_2},
    {NULL, 0},
};

/* The keys that belong to one type only. */
static const struct {
	const char *key;
	const char *type;
} key_types[] = {
    {"scheme", "http"},
    {"bearerFormat", "http"},
    {"name", "apiKey"},
    {"in", "apiKey"},
    {"flows", "oauth2"},
    {"oauth2MetadataUrl", "oauth2"},
    {"openIdConnectUrl", "openIdConnect"},
};

/* "in: header" beside "type: http" is often seen, and harms nobody. */
static void
warn_keys(struct spec_reader *r, const struct doc_node *node,
    struct rt_str type)
{
	for (size_t i = 0; i < RT_LEN(key_types); i++) {
		const struct doc_member *m = doc_member(node, key_types[i].key);

		if (m == NULL || rt_str_is(type, key_types[i].type))
			continue;
		diag_warning(r->diag, m->key_pos, "scheme-key",
		    "'%s' says nothing in a security scheme of type '%.*s'",
		    key_types[i].key, RT_FMT(type));
	}
}

/* --- http and apiKey --- */

/* RFC 9110, section 5.6.2: what a scheme, a header and a cookie are called. */
static void
check_token(struct spec_reader *r, const struct doc_node *node, const char *key)
{
	const struct doc_node *value = doc_get(node, key);

	if (value == NULL || value->type != DOC_STRING ||
	    rt_is_token(value->text))
		return;
	diag_error(r->diag, value->pos, "scheme-name",
	    "'%s' must be a token of HTTP, is '%.*s'", key,
	    RT_FMT(value->text));
}

static void
read_http(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	out->kind = RT_SCHEME_HTTP;
	out->field = spec_required_text(r, node, "an http scheme", "scheme");
	check_token(r, node, "scheme");
	if (rt_str_is_nocase(out->field, "bearer")) {
		out->kind = RT_SCHEME_BEARER;
		out->field = RT_LIT("Bearer");
	}
	if (rt_str_is_nocase(out->field, "basic")) {
		out->kind = RT_SCHEME_BASIC;
		out->field = RT_LIT("Basic");
	}
}

static void
read_key(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	struct rt_str in =
	    spec_required_text(r, node, "an apiKey scheme", "in");

	out->kind = RT_SCHEME_KEY;
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
	if (out->in != RT_IN_QUERY)
		check_token(r, node, "name");
}

/* --- oauth2 and openIdConnect --- */

static const struct spec_keys flows_keys[] = {
    {"implicit", SPEC_READ},
    {"password", SPEC_READ},
    {"clientCredentials", SPEC_READ},
    {"authorizationCode", SPEC_READ},
    {"deviceAuthorization", SPEC_READ | SPEC_3_2},
    {NULL, 0},
};

static const struct spec_keys flow_keys[] = {
    {"authorizationUrl", SPEC_READ},
    {"deviceAuthorizationUrl", SPEC_READ | SPEC_3_2},
    {"tokenUrl", SPEC_READ},
    {"refreshUrl", SPEC_READ},
    {"scopes", SPEC_READ},
    {NULL, 0},
};

/* The URLs tell clients where tokens come from; that they are there is all
 * that a server can look at. */
static void
check_urls(struct spec_reader *r, const struct doc_node *flow, const char *name)
{
	static const struct {
		const char *flow;
		const char *url;
	} needed[] = {
	    {"implicit", "authorizationUrl"},
	    {"authorizationCode", "authorizationUrl"},
	    {"deviceAuthorization", "deviceAuthorizationUrl"},
	    {"password", "tokenUrl"},
	    {"clientCredentials", "tokenUrl"},
	    {"authorizationCode", "tokenUrl"},
	    {"deviceAuthorization", "tokenUrl"},
	};
	const char *what = rt_arena_printf(r->arena, "the flow '%s'", name).p;

	for (size_t i = 0; i < RT_LEN(needed); i++) {
		if (strcmp(name, needed[i].flow) == 0)
			(void)spec_required_text(r, flow, what, needed[i].url);
	}
	(void)spec_text(r, flow, "refreshUrl");
}

static const struct doc_node *
flow_scopes(struct spec_reader *r, const struct doc_node *flow,
    const char *name)
{
	if (!spec_check_keys(r, flow, "a flow", flow_keys))
		return NULL;
	check_urls(r, flow, name);
	if (doc_get(flow, "scopes") == NULL)
		diag_error(r->diag, flow->pos, "missing-key",
		    "the flow '%s' needs 'scopes'", name);
	return spec_map(r, flow, "scopes");
}

static void
add_scopes(struct spec_reader *r, const struct doc_node *map,
    struct spec_scheme *out)
{
	struct rt_str *v =
	    rt_arena_array(r->arena, out->n_scopes + map->n, sizeof(*v));

	for (size_t i = 0; i < out->n_scopes; i++)
		v[i] = out->scopes[i];
	for (size_t i = 0; i < map->n; i++)
		v[out->n_scopes++] = map->members[i].key;
	out->scopes = v;
}

static void
read_oauth2(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	const struct doc_node *flows = spec_map(r, node, "flows");

	out->kind = RT_SCHEME_BEARER;
	out->field = RT_LIT("Bearer");
	(void)spec_text(r, node, "oauth2MetadataUrl");
	if (doc_get(node, "flows") == NULL)
		diag_error(r->diag, node->pos, "missing-key",
		    "an oauth2 scheme needs 'flows'");
	if (flows == NULL ||
	    !spec_check_keys(r, flows, "the flows", flows_keys))
		return;
	out->has_flows = true;
	for (const struct spec_keys *k = flows_keys; k->name != NULL; k++) {
		const struct doc_node *flow = doc_get(flows, k->name);
		const struct doc_node *scopes = NULL;

		if (flow != NULL)
			scopes = flow_scopes(r, flow, k->name);
		if (scopes != NULL)
			add_scopes(r, scopes, out);
	}
}

static void
read_openid(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	out->kind = RT_SCHEME_BEARER;
	out->field = RT_LIT("Bearer");
	(void)spec_required_text(r, node, "an openIdConnect scheme",
	    "openIdConnectUrl");
}

/* --- mutualTLS --- */

static void
read_certificate(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	out->kind = RT_SCHEME_CERTIFICATE;
	if (spec_version(r, node) == OAS_3_0)
		diag_error(r->diag, doc_get(node, "type")->pos, "scheme-type",
		    "the type 'mutualTLS' came with OpenAPI 3.1, and this "
		    "document is 3.0");
}

/* --- All of them --- */

static const struct {
	const char *name;
	void (*read)(struct spec_reader *, const struct doc_node *,
	    struct spec_scheme *);
} types[] = {
    {"apiKey", read_key},
    {"http", read_http},
    {"oauth2", read_oauth2},
    {"openIdConnect", read_openid},
    {"mutualTLS", read_certificate},
};

static void
read_scheme(struct spec_reader *r, const struct doc_node *node,
    struct spec_scheme *out)
{
	struct rt_str type;
	size_t i = 0;

	if (!spec_check_keys(r, node, "a security scheme", scheme_keys))
		return;
	type = spec_required_text(r, node, "a security scheme", "type");
	if (type.p == NULL)
		return;
	while (i < RT_LEN(types) && !rt_str_is(type, types[i].name))
		i++;
	if (i == RT_LEN(types)) {
		diag_error(r->diag, doc_get(node, "type")->pos, "scheme-type",
		    "there is no type '%.*s' of security schemes",
		    RT_FMT(type));
		diag_help(r->diag,
		    "it is one of apiKey, http, oauth2, openIdConnect and "
		    "mutualTLS");
		return;
	}
	warn_keys(r, node, type);
	types[i].read(r, node, out);
}

/* Room for one more, at every power of two. */
static void
grow(struct spec_reader *r)
{
	struct spec *spec = r->spec;
	size_t n = spec->n_schemes;
	const struct spec_scheme **v;

	if ((n & (n - 1)) != 0)
		return;
	v = rt_arena_array(r->arena, n == 0 ? 1 : 2 * n, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = spec->schemes[i];
	spec->schemes = v;
}

const struct spec_scheme *
spec_add_scheme(struct spec_reader *r, struct rt_str name,
    const struct doc_node *node)
{
	struct spec_scheme *s = rt_arena_new(r->arena, sizeof(*s));

	grow(r);
	s->number = r->spec->n_schemes++;
	r->spec->schemes[s->number] = s;
	s->name = name;
	s->node = node;
	read_scheme(r, node, s);
	return s;
}

void
spec_read_schemes(struct spec_reader *r)
{
	const struct doc_node *components =
	    spec_map(r, r->spec->root, "components");
	const struct doc_node *map = spec_map(r, components, "securitySchemes");

	for (size_t i = 0; map != NULL && i < map->n; i++) {
		const struct doc_node *node =
		    spec_deref(r, map->members[i].value);

		if (node != NULL)
			(void)spec_add_scheme(r, map->members[i].key, node);
	}
}
