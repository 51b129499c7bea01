/* Rules over security: is it asked for, and by good means? */
#include "gen/lint_rule.h"

static const struct doc_node *
schemes_of(const struct lint *l)
{
	return lint_member(lint_member(l->root, "components", DOC_MAP),
	    "securitySchemes", DOC_MAP);
}

static bool
says_security(const struct lint *l, const struct lint_op *op)
{
	return doc_get(op->node, "security") != NULL ||
	    doc_get(l->root, "security") != NULL;
}

static void
check_missing(const struct lint *l, bool any_scheme)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		if (says_security(l, &l->ops[i]))
			continue;
		if (!any_scheme) {
			lint_report(l, "security-missing",
			    doc_key_pos(l->root, "paths"),
			    "the document says nothing of security: each "
			    "operation is open to anybody");
			return;
		}
		lint_report(l, "security-missing", l->ops[i].pos,
		    "%.*s says nothing of security",
		    RT_FMT(lint_op_name(l, &l->ops[i])));
	}
}

static void
check_flows(const struct lint *l, const struct doc_node *scheme)
{
	const struct doc_node *flows = lint_member(scheme, "flows", DOC_MAP);

	for (size_t i = 0; flows != NULL && i < flows->n; i++) {
		const struct doc_member *m = &flows->members[i];

		if (rt_str_is(m->key, "implicit") ||
		    rt_str_is(m->key, "password"))
			lint_report(l, "security-flow", m->key_pos,
			    "the flow '%.*s' is deprecated", RT_FMT(m->key));
	}
}

static void
check_scheme(const struct lint *l, const struct doc_member *m)
{
	const struct doc_node *scheme = lint_deref(l, m->value);
	struct rt_str type = lint_text(scheme, "type");

	if (rt_str_is(type, "apiKey") &&
	    rt_str_is(lint_text(scheme, "in"), "query"))
		lint_report(l, "security-key-in-query",
		    doc_key_pos(scheme, "in"),
		    "'%.*s' sends the key in the URL", RT_FMT(m->key));
	if (rt_str_is(type, "http") &&
	    rt_str_is_nocase(lint_text(scheme, "scheme"), "basic"))
		lint_report(l, "security-basic", doc_key_pos(scheme, "scheme"),
		    "'%.*s' sends the password each time", RT_FMT(m->key));
	check_flows(l, scheme);
}

void
lint_security(const struct lint *l)
{
	const struct doc_node *schemes = schemes_of(l);

	check_missing(l, schemes != NULL && schemes->n > 0);
	for (size_t i = 0; schemes != NULL && i < schemes->n; i++)
		check_scheme(l, &schemes->members[i]);
}
