/* Rules over the document as a whole: info, servers, tags, texts. */
#include "gen/lint_rule.h"
#include "runtime/buf.h"

static void
check_info(const struct lint *l)
{
	static const struct {
		const char *key, *rule;
	} wanted[] = {
	    {"description", "info-description"},
	    {"contact", "info-contact"},
	    {"license", "info-license"},
	};
	const struct doc_node *info = lint_member(l->root, "info", DOC_MAP);

	for (size_t i = 0; info != NULL && i < RT_LEN(wanted); i++) {
		if (doc_get(info, wanted[i].key) == NULL)
			lint_report(l, wanted[i].rule,
			    doc_key_pos(l->root, "info"), "'info' has no '%s'",
			    wanted[i].key);
	}
}

/* --- Servers --- */

/* The host of "https://example.org:8000/v1", absent for a bare path. */
static struct rt_str
host_of(struct rt_str url)
{
	struct rt_str scheme = rt_str_cut(&url, ':'), rest = url;

	if (scheme.p == NULL || !rt_str_starts(rest, "//"))
		return (struct rt_str){0};
	rest.p += 2;
	rest.n -= 2;
	rest = rt_str_cut(&rest, '/');
	return rt_str_cut(&rest, ':');
}

static bool
is_local(struct rt_str host)
{
	return rt_str_is(host, "localhost") || rt_str_is(host, "127.0.0.1") ||
	    rt_str_starts(host, "[") || host.n == 0;
}

static void
check_server(const struct lint *l, const struct doc_node *server)
{
	const struct doc_node *node = lint_member(server, "url", DOC_STRING);
	struct rt_str host;

	if (node == NULL)
		return;
	host = host_of(node->text);
	if (host.p != NULL &&
	    (rt_str_is(host, "example.com") ||
		rt_str_ends(host, ".example.com")))
		lint_report(l, "server-example", node->pos,
		    "'%.*s' is a placeholder", RT_FMT(host));
	if (rt_str_starts(node->text, "http:") && !is_local(host))
		lint_report(l, "server-http", node->pos,
		    "'%.*s' is served without TLS", RT_FMT(node->text));
	if (node->text.n > 1 && rt_str_ends(node->text, "/"))
		lint_report(l, "server-slash", node->pos,
		    "'%.*s' ends with '/'", RT_FMT(node->text));
}

static void
check_server_list(const struct lint *l, const struct doc_node *holder)
{
	const struct doc_node *list = lint_member(holder, "servers", DOC_SEQ);

	for (size_t i = 0; list != NULL && i < list->n; i++)
		check_server(l, list->items[i]);
}

static void
check_servers(const struct lint *l)
{
	const struct doc_node *list = lint_member(l->root, "servers", DOC_SEQ);

	if (list == NULL || list->n == 0)
		lint_report(l, "server-missing", l->root->pos,
		    "the document has no 'servers'");
	check_server_list(l, l->root);
	for (size_t i = 0; i < l->n_ops; i++) {
		if (i == 0 || l->ops[i].item != l->ops[i - 1].item)
			check_server_list(l, l->ops[i].item);
		check_server_list(l, l->ops[i].node);
	}
}

/* --- Tags --- */

static const struct doc_node *
find_tag(const struct doc_node *tags, size_t n, struct rt_str name)
{
	for (size_t i = 0; i < n; i++) {
		const struct doc_node *tag =
		    lint_member(tags->items[i], "name", DOC_STRING);

		if (tag != NULL && rt_str_eq(tag->text, name))
			return tag;
	}
	return NULL;
}

static void
check_op_tags(const struct lint *l, const struct doc_node *tags,
    const struct lint_op *op)
{
	const struct doc_node *list = lint_member(op->node, "tags", DOC_SEQ);

	for (size_t i = 0; list != NULL && i < list->n; i++) {
		const struct doc_node *tag = list->items[i];

		if (tag->type == DOC_STRING &&
		    find_tag(tags, tags->n, tag->text) == NULL)
			lint_report(l, "tag-undeclared", tag->pos,
			    "the tag '%.*s' isn't listed under 'tags'",
			    RT_FMT(tag->text));
	}
}

static void
check_tags(const struct lint *l)
{
	const struct doc_node *tags = lint_member(l->root, "tags", DOC_SEQ);

	if (tags == NULL)
		return;
	for (size_t i = 0; i < tags->n; i++) {
		const struct doc_node *name =
		    lint_member(tags->items[i], "name", DOC_STRING);
		const struct doc_node *first =
		    name == NULL ? NULL : find_tag(tags, i, name->text);

		if (first == NULL)
			continue;
		lint_report(l, "tag-duplicate", name->pos,
		    "the tag '%.*s' is listed twice", RT_FMT(name->text));
		diag_note(l->diag, first->pos, "first here");
	}
	for (size_t i = 0; i < l->n_ops; i++)
		check_op_tags(l, tags, &l->ops[i]);
}

/* --- Texts --- */

static bool
has_script(struct rt_str s)
{
	static const char tag[] = "<script";

	for (size_t i = 0; i + sizeof(tag) - 1 <= s.n; i++) {
		if (rt_str_is_nocase((struct rt_str){s.p + i, sizeof(tag) - 1},
			tag))
			return true;
	}
	return false;
}

static void
check_texts(const struct lint *l, const struct doc_node *node)
{
	for (size_t i = 0; node->type == DOC_SEQ && i < node->n; i++)
		check_texts(l, node->items[i]);
	for (size_t i = 0; node->type == DOC_MAP && i < node->n; i++) {
		const struct doc_member *m = &node->members[i];

		if (m->value->type != DOC_STRING)
			check_texts(l, m->value);
		else if ((rt_str_is(m->key, "description") ||
			     rt_str_is(m->key, "title") ||
			     rt_str_is(m->key, "summary")) &&
		    has_script(m->value->text))
			lint_report(l, "text-script", m->key_pos,
			    "the %.*s holds a script", RT_FMT(m->key));
	}
}

void
lint_document(const struct lint *l)
{
	check_info(l);
	check_servers(l);
	check_tags(l);
	for (size_t i = 0; i < l->documents->n; i++) {
		if (l->documents->v[i].root != NULL)
			check_texts(l, l->documents->v[i].root);
	}
}
