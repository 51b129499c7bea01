/* Rules over answers: which are missing, and what they lack. */
#include "gen/lint_rule.h"

/* "404", or a range that holds it. */
static bool
covers(struct rt_str key, const char *status)
{
	if (rt_str_is(key, status) || rt_str_is(key, "default"))
		return true;
	return key.n == 3 && key.p[0] == status[0] &&
	    rt_str_is_nocase((struct rt_str){key.p + 1, 2}, "xx");
}

static bool
declares(const struct lint_op *op, const char *status)
{
	for (size_t i = 0; i < op->answers->n; i++) {
		if (covers(op->answers->members[i].key, status))
			return true;
	}
	return false;
}

/* --- Missing errors --- */

static bool
has_scopes(const struct lint_op *op)
{
	for (size_t i = 0; i < op->security->n; i++) {
		const struct doc_node *need = op->security->items[i];

		for (size_t k = 0; need->type == DOC_MAP && k < need->n; k++) {
			if (need->members[k].value->n > 0)
				return true;
		}
	}
	return false;
}

static bool
has_path_param(const struct lint_op *op)
{
	return memchr(op->path->key.p, '{', op->path->key.n) != NULL;
}

static void
check_missing(const struct lint *l, const struct lint_op *op)
{
	bool secured = op->security != NULL && op->security->n > 0;
	bool input = op->n_params > 0 || op->body != NULL;
	struct rt_str name = lint_op_name(l, op);

	if (input && !declares(op, "400") && !declares(op, "422"))
		lint_report(l, "answer-400-missing", op->pos,
		    "%.*s checks its input, and declares no answer for input "
		    "that is refused",
		    RT_FMT(name));
	if (secured && !declares(op, "401"))
		lint_report(l, "answer-401-missing", op->pos,
		    "%.*s is secured, and declares no 401", RT_FMT(name));
	if (secured && has_scopes(op) && !declares(op, "403"))
		lint_report(l, "answer-403-missing", op->pos,
		    "%.*s asks for scopes or roles, and declares no 403",
		    RT_FMT(name));
	if (has_path_param(op) && !declares(op, "404"))
		lint_report(l, "answer-404-missing", op->pos,
		    "%.*s has a path parameter, and declares no 404",
		    RT_FMT(name));
}

/* Whether a request that asks for no WebSocket has an answer, too. */
static bool
has_success(const struct lint_op *op)
{
	for (size_t i = 0; i < op->answers->n; i++) {
		if (rt_str_starts(op->answers->members[i].key, "2"))
			return true;
	}
	return false;
}

static void
check_websocket(const struct lint *l, const struct lint_op *op)
{
	if (doc_get(op->node, "x-websocket") != NULL && !has_success(op) &&
	    !declares(op, "426"))
		lint_report(l, "answer-426-missing", op->pos,
		    "%.*s opens a WebSocket, and declares no 426",
		    RT_FMT(lint_op_name(l, op)));
}

/* --- One answer --- */

static bool
is_redirect(struct rt_str status)
{
	static const char *const with[] = {"301", "302", "303", "307", "308"};

	for (size_t i = 0; i < RT_LEN(with); i++) {
		if (rt_str_is(status, with[i]))
			return true;
	}
	return false;
}

static bool
has_header(const struct doc_node *answer, const char *name)
{
	const struct doc_node *map = lint_member(answer, "headers", DOC_MAP);

	for (size_t i = 0; map != NULL && i < map->n; i++) {
		if (rt_str_is_nocase(map->members[i].key, name))
			return true;
	}
	return false;
}

static bool
is_json(struct rt_str type)
{
	return rt_str_starts(type, "application/json") ||
	    rt_str_ends(type, "+json");
}

static void
check_content(const struct lint *l, const struct doc_node *holder)
{
	const struct doc_node *map = lint_member(holder, "content", DOC_MAP);

	for (size_t i = 0; map != NULL && i < map->n; i++) {
		const struct doc_member *m = &map->members[i];
		const struct doc_node *media = lint_deref(l, m->value);

		if (media != NULL && is_json(m->key) &&
		    doc_get(media, "schema") == NULL &&
		    doc_get(media, "itemSchema") == NULL)
			lint_report(l, "media-schema-missing", m->key_pos,
			    "'%.*s' has no schema", RT_FMT(m->key));
		if (media != NULL && doc_get(media, "example") != NULL &&
		    doc_get(media, "examples") != NULL)
			lint_report(l, "example-both",
			    doc_key_pos(media, "examples"),
			    "'examples' stands beside 'example'");
	}
}

static void
check_answer(const struct lint *l, const struct doc_member *m)
{
	const struct doc_node *answer = lint_deref(l, m->value);
	const struct doc_node *content =
	    lint_member(answer, "content", DOC_MAP);
	bool error =
	    m->key.n == 3 && (m->key.p[0] == '4' || m->key.p[0] == '5');

	if (answer == NULL)
		return;
	if (is_redirect(m->key) && !has_header(answer, "Location"))
		lint_report(l, "answer-location", m->key_pos,
		    "the answer %.*s declares no header Location",
		    RT_FMT(m->key));
	if (error && (content == NULL || content->n == 0))
		lint_report(l, "answer-body-missing", m->key_pos,
		    "the answer %.*s has no body", RT_FMT(m->key));
	check_content(l, answer);
}

void
lint_answers(const struct lint *l)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		const struct lint_op *op = &l->ops[i];

		check_content(l, op->body);
		if (op->answers == NULL)
			continue;
		check_missing(l, op);
		check_websocket(l, op);
		for (size_t k = 0; k < op->answers->n; k++)
			check_answer(l, &op->answers->members[k]);
	}
}
