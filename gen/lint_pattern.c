/* Rules over patterns: how long can they take, and where do they look? */
#include "gen/lint_rule.h"
#include "gen/pattern.h"
#include "gen/pattern_part.h"

/* Whether the text of a branch begins or ends with the anchor. */
static bool
begins_anchored(const struct pattern_branch *b)
{
	return b->atoms != NULL && b->atoms->anchor;
}

static bool
ends_anchored(const struct pattern_branch *b)
{
	const struct pattern_atom *x = b->atoms;

	while (x != NULL && x->next != NULL)
		x = x->next;
	return x != NULL && x->anchor;
}

/* "^a|b$": each anchor belongs to one alternative, which is seldom meant. */
static void
check_anchors(const struct lint *l, struct rt_arena *work, struct rt_str text,
    struct source_pos pos)
{
	const struct pattern_branch *b = pattern_parse(work, text);
	size_t n = 0, begins = 0, ends = 0;

	for (; b != NULL; b = b->next) {
		n++;
		begins += begins_anchored(b);
		ends += ends_anchored(b);
	}
	if (n > 0 && begins == 0 && ends == 0)
		lint_report(l, "pattern-unanchored", pos,
		    "this pattern is searched for anywhere in the text");
	if (begins % (n == 0 ? 1 : n) != 0 || ends % (n == 0 ? 1 : n) != 0)
		lint_report(l, "pattern-alternation", pos,
		    "an anchor of this pattern belongs to one alternative "
		    "only");
}

static void
check_pattern(const struct lint *l, struct rt_str pattern,
    struct source_pos pos)
{
	struct rt_arena *work = rt_arena_open_like(l->arena);

	if (pattern_explodes(work, pattern))
		lint_report(l, "pattern-backtracking", pos,
		    "a loop of this pattern can read some texts in several "
		    "ways");
	check_anchors(l, work, pattern, pos);
	rt_arena_close(work);
}

void
lint_patterns(const struct lint *l)
{
	for (size_t i = 0; i < schema_count(l->spec->schemas); i++) {
		const struct schema *s = schema_number(l->spec->schemas, i);

		if (s->whole != NULL)
			continue;
		for (size_t k = 0; k < s->n_patterns; k++)
			check_pattern(l, s->patterns[k].pattern,
			    s->patterns[k].pos);
		if (s->pattern.p != NULL)
			check_pattern(l, s->pattern,
			    doc_key_pos(s->node, "pattern"));
	}
}
