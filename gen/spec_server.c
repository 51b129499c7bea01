/* Servers: what stands before the paths. */
#include "gen/spec_read.h"
#include "gen/uri.h"

static const struct spec_keys server_keys[] = {
    {"url", SPEC_READ},
    {"name", SPEC_HARMLESS | SPEC_3_2},
    {"description", SPEC_HARMLESS},
    {"variables", SPEC_READ},
    {NULL, 0},
};

static const struct spec_keys variable_keys[] = {
    {"enum", SPEC_READ},
    {"default", SPEC_READ},
    {"description", SPEC_HARMLESS},
    {NULL, 0},
};

static void
check_enum(struct spec_reader *r, const struct doc_node *variable,
    const struct doc_node *fallback)
{
	const struct doc_node *values =
	    spec_typed(r, variable, "enum", DOC_SEQ);

	if (values == NULL)
		return;
	for (size_t i = 0; i < values->n; i++) {
		if (doc_eq(values->items[i], fallback))
			return;
	}
	diag_warning(r->diag, fallback->pos, "server-variable",
	    "the default '%.*s' is none of the variable's values",
	    RT_FMT(fallback->text));
}

/* The default of a variable; absent where there is none, which has been
 * reported. */
static struct rt_str
variable_value(struct spec_reader *r, const struct doc_node *server,
    const struct doc_node *url, struct rt_str name)
{
	const struct doc_member *m =
	    doc_find(spec_map(r, server, "variables"), name);
	const struct doc_node *fallback;

	if (m == NULL) {
		diag_error(r->diag, url->pos, "server-variable",
		    "the variable '%.*s' of the URL is not among 'variables'",
		    RT_FMT(name));
		return (struct rt_str){0};
	}
	if (!spec_check_keys(r, m->value, "a server variable", variable_keys))
		return (struct rt_str){0};
	(void)spec_required_text(r, m->value, "a server variable", "default");
	fallback = doc_get(m->value, "default");
	if (fallback == NULL || fallback->type != DOC_STRING)
		return (struct rt_str){0};
	check_enum(r, m->value, fallback);
	return fallback->text;
}

/* The URL with the defaults of its variables. */
static struct rt_str
url_text(struct spec_reader *r, const struct doc_node *server,
    const struct doc_node *url)
{
	struct rt_buf b = rt_buf(r->arena, SIZE_MAX);
	struct rt_str rest = url->text;

	while (rest.p != NULL) {
		rt_buf_add(&b, rt_str_cut(&rest, '{'));
		if (rest.p != NULL)
			rt_buf_add(&b,
			    variable_value(r, server, url,
				rt_str_cut(&rest, '}')));
	}
	return rt_buf_str(&b);
}

/* "/api/v1" of "https://example.org/api/v1/"; a relative one is taken from the
 * root of the server. */
static struct rt_str
path_of(struct spec_reader *r, const struct doc_node *url, struct rt_str text)
{
	struct rt_str s = uri_resolve(r->arena, RT_LIT("http://server/"), text);
	struct rt_str fragment;
	const char *authority, *path;

	s = uri_without_fragment(s, &fragment);
	s = rt_str_cut(&s, '?');
	authority = memmem(s.p, s.n, "://", 3);
	if (authority == NULL) {
		diag_warning(r->diag, url->pos, "server-url",
		    "'%.*s' is no URL of HTTP: no path is taken from it",
		    RT_FMT(text));
		return RT_LIT("");
	}
	authority += 3;
	path = memchr(authority, '/', s.n - (size_t)(authority - s.p));
	if (path == NULL)
		return RT_LIT("");
	s.n -= (size_t)(path - s.p);
	s.p = path;
	while (s.n > 0 && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

static struct rt_str
server_prefix(struct spec_reader *r, const struct doc_node *server)
{
	const struct doc_node *url;

	if (!spec_check_keys(r, server, "a server", server_keys))
		return RT_LIT("");
	(void)spec_required_text(r, server, "a server", "url");
	url = doc_get(server, "url");
	if (url == NULL || url->type != DOC_STRING)
		return RT_LIT("");
	return path_of(r, url, url_text(r, server, url));
}

struct rt_str
spec_server_prefix(struct spec_reader *r, const struct doc_node *op,
    const struct doc_node *path)
{
	const struct doc_node *holders[] = {op, path, r->spec->root};

	for (size_t i = 0; i < RT_LEN(holders); i++) {
		const struct doc_node *list =
		    spec_typed(r, holders[i], "servers", DOC_SEQ);

		if (list != NULL && list->n > 0)
			return server_prefix(r, list->items[0]);
	}
	return RT_LIT("");
}
