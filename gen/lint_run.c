#include "gen/lint_run.h"

#include "gen/lint.h"
#include "gen/lint_rule.h"

struct selection {
	bool *on; /* by number of the rule */
	const struct documents *documents;
	bool ignores; /* any x-lint-ignore is there */
};

static size_t
number_of(const struct lint_rule *rule)
{
	return (size_t)(rule - lint_rules);
}

/* --- Options --- */

/* False when a name is none of a rule's; it is in *wrong then. */
static bool
choose(struct selection *s, const struct lint_choice *c, struct rt_str *wrong)
{
	struct rt_str rest = rt_str(c->rules);

	while (rest.p != NULL) {
		struct rt_str id = rt_str_cut(&rest, ',');
		const struct lint_rule *rule = lint_rule(id);

		*wrong = id;
		if (rule == NULL && !rt_str_is(id, "all"))
			return false;
		for (size_t i = 0; i < lint_n_rules; i++) {
			if (rule == NULL || i == number_of(rule))
				s->on[i] = c->on;
		}
	}
	return true;
}

static bool
select_rules(struct rt_arena *arena, const struct lint_options *o,
    struct selection *s, struct rt_str *why)
{
	static const char *const formats[] = {"text", "json", "sarif"};
	struct rt_str wrong;
	bool known = false;

	for (size_t i = 0; i < RT_LEN(formats); i++)
		known = known || strcmp(o->format, formats[i]) == 0;
	if (!known) {
		*why = RT_LIT("--format takes text, json or sarif");
		return false;
	}
	s->on = rt_arena_array(arena, lint_n_rules, sizeof(bool));
	for (size_t i = 0; i < lint_n_rules; i++)
		s->on[i] = !lint_rules[i].off;
	for (size_t i = 0; i < o->n; i++) {
		if (choose(s, &o->choices[i], &wrong))
			continue;
		*why = rt_arena_printf(arena,
		    "there is no rule '%.*s'; --rules list prints them",
		    RT_FMT(wrong));
		return false;
	}
	return true;
}

/* --- Places that are exempt --- */

static bool
is_before(struct source_pos a, struct source_pos b)
{
	return a.line < b.line || (a.line == b.line && a.col <= b.col);
}

/* The part of a node that begins last before the place. */
static const struct doc_node *
part_at(const struct doc_node *node, struct source_pos pos)
{
	const struct doc_node *found = NULL;

	for (size_t i = 0; node->type == DOC_MAP && i < node->n; i++) {
		if (is_before(node->members[i].key_pos, pos))
			found = node->members[i].value;
	}
	for (size_t i = 0; node->type == DOC_SEQ && i < node->n; i++) {
		if (is_before(node->items[i]->pos, pos))
			found = node->items[i];
	}
	return found;
}

static const struct doc_node *
root_of(const struct documents *d, const struct source *source)
{
	for (size_t i = 0; d != NULL && i < d->n; i++) {
		if (d->v[i].source == source)
			return d->v[i].root;
	}
	return NULL;
}

const struct doc_node *
lint_node_at(const struct documents *d, struct source_pos pos)
{
	const struct doc_node *node =
	    pos.line == 0 ? NULL : root_of(d, pos.source);

	while (node != NULL) {
		const struct doc_node *part = part_at(node, pos);

		if (part == NULL)
			break;
		node = part;
	}
	return node;
}

static bool
lists(const struct doc_node *ignore, const char *rule)
{
	if (ignore == NULL || ignore->type != DOC_SEQ)
		return false;
	for (size_t i = 0; i < ignore->n; i++) {
		if (rt_str_is(ignore->items[i]->text, rule))
			return true;
	}
	return false;
}

static bool
is_exempt(const struct selection *s, const struct diag_report *r)
{
	const struct doc_node *node = lint_node_at(s->documents, r->pos);

	for (; node != NULL; node = node->parent) {
		if (lists(doc_get(node, "x-lint-ignore"), r->rule))
			return true;
	}
	return false;
}

/* A word that is no rule's id was one, or is a slip of the pen. */
static bool
check_ignores(const struct lint *l, const struct doc_node *node)
{
	const struct doc_node *list =
	    lint_member(node, "x-lint-ignore", DOC_SEQ);
	bool any = list != NULL;

	for (size_t i = 0; list != NULL && i < list->n; i++) {
		if (list->items[i]->type != DOC_STRING ||
		    lint_rule(list->items[i]->text) == NULL)
			lint_report(l, "lint-ignore", list->items[i]->pos,
			    "'%.*s' is no rule", RT_FMT(list->items[i]->text));
	}
	for (size_t i = 0; node->type == DOC_SEQ && i < node->n; i++)
		any = check_ignores(l, node->items[i]) || any;
	for (size_t i = 0; node->type == DOC_MAP && i < node->n; i++)
		any = check_ignores(l, node->members[i].value) || any;
	return any;
}

/* --- The run --- */

static void
apply_rules(struct lint *l)
{
	lint_read_ops(l);
	lint_document(l);
	lint_components(l);
	lint_paths(l);
	lint_ops(l);
	lint_answers(l);
	lint_security(l);
	lint_schemas(l);
	lint_values(l);
	lint_merged(l);
	lint_unions(l);
	lint_requests(l);
	lint_patterns(l);
}

/* What the compiler itself says comes first, as `check` has it. */
static void
judge(struct compiled *c, struct selection *s)
{
	const struct spec *spec = spec_read(c->documents);
	struct lint l = {
	    .arena = c->arena,
	    .diag = c->diag,
	    .documents = c->documents,
	    .spec = spec,
	    .root = spec->root,
	};

	if (diag_errors(c->diag) == 0)
		lint_spec(c->arena, c->diag, spec);
	if (diag_errors(c->diag) == 0)
		(void)plan_make(c->arena, c->diag, spec);
	l.sound = diag_errors(c->diag) == 0;
	/* Nothing is known of a document that is no contract of OpenAPI 3. */
	if (spec->title.p == NULL)
		return;
	apply_rules(&l);
	for (size_t i = 0; i < c->documents->n; i++) {
		if (c->documents->v[i].root != NULL &&
		    check_ignores(&l, c->documents->v[i].root))
			s->ignores = true;
	}
}

static bool
is_wanted(const struct selection *s, const struct diag_report *r)
{
	const struct lint_rule *rule = lint_rule(rt_str(r->rule));

	/* Some warnings of the compiler are errors elsewhere. */
	if (rule == NULL ||
	    (r->level == DIAG_ERROR && rule->level != DIAG_ERROR))
		return true;
	return s->on[number_of(rule)] && !(s->ignores && is_exempt(s, r));
}

static void
collect(struct rt_arena *arena, const struct diag *diag,
    const struct selection *s, struct lint_findings *out)
{
	size_t n;
	const struct diag_report *const *all = diag_sorted(diag, &n);
	const struct diag_report **v = rt_arena_array(arena, n, sizeof(*v));

	for (size_t i = 0; i < n; i++) {
		if (!is_wanted(s, all[i]))
			continue;
		v[out->n++] = all[i];
		out->counts[all[i]->level]++;
	}
	out->v = v;
}

bool
lint_run(struct compiled *c, const struct lint_options *o,
    struct lint_findings *out, struct rt_str *why)
{
	struct selection s = {.documents = c->documents};

	if (!select_rules(c->arena, o, &s, why))
		return false;
	if (c->documents != NULL)
		judge(c, &s);
	collect(c->arena, c->diag, &s, out);
	return true;
}

void
lint_print_rules(FILE *out)
{
	for (size_t i = 0; i < lint_n_rules; i++) {
		const struct lint_rule *r = &lint_rules[i];

		fprintf(out, "%-24s %-7s %s%s\n", r->id,
		    r->off ? "off" : diag_level_name(r->level), r->reason,
		    r->off ? " (--on switches it on)" : "");
	}
}
