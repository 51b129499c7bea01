/*
 * `x-state-machine`: which of the values of an enum may become which.  An
 * extension of ours, for values that are the state of something.
 */
#include "gen/schema_reading.h"

/* Where a text stands in a list of texts; its length where it doesn't. */
static size_t
index_of(const struct doc_node *list, struct rt_str text)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->type == DOC_STRING &&
		    rt_str_eq(list->items[i]->text, text))
			return i;
	}
	return list->n;
}

static void
check_state(const struct reading *r, const struct doc_node *states,
    struct rt_str text, struct source_pos pos)
{
	if (index_of(states, text) == states->n)
		diag_error(r->set->diag, pos, "state-machine",
		    "the enum has no '%.*s'", RT_FMT(text));
}

static void
check_next(const struct reading *r, const struct doc_node *states,
    const struct doc_member *state)
{
	const struct doc_node *list = state->value;

	if (list->type != DOC_SEQ) {
		diag_error(r->set->diag, list->pos, "extension-type",
		    "what a state may become is a list, is %s",
		    doc_type_name(list->type));
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct doc_node *next = list->items[i];

		if (next->type != DOC_STRING)
			diag_error(r->set->diag, next->pos, "extension-type",
			    "a state must be a string, is %s",
			    doc_type_name(next->type));
		else if (index_of(list, next->text) < i)
			diag_error(r->set->diag, next->pos, "state-machine",
			    "'%.*s' is named twice", RT_FMT(next->text));
		else
			check_state(r, states, next->text, next->pos);
	}
}

/* One that ends nowhere has an empty list: it is not merely forgotten. */
static void
check_whole(const struct reading *r, const struct doc_node *states)
{
	for (size_t i = 0; i < states->n; i++) {
		const struct doc_node *state = states->items[i];

		if (state->type == DOC_STRING &&
		    doc_get(r->value, state->text.p) == NULL)
			diag_error(r->set->diag, r->pos, "state-machine",
			    "it does not say what '%.*s' may become",
			    RT_FMT(state->text));
	}
}

void
schema_read_state_machine(const struct reading *r)
{
	const struct doc_node *states = doc_get(r->s->node, "enum");

	if (states == NULL || states->type != DOC_SEQ) {
		diag_error(r->set->diag, r->pos, "state-machine",
		    "a state machine stands beside the 'enum' of its states");
		return;
	}
	if (r->value->type != DOC_MAP) {
		diag_error(r->set->diag, r->value->pos, "extension-type",
		    "'x-state-machine' must be an object, is %s",
		    doc_type_name(r->value->type));
		return;
	}
	for (size_t i = 0; i < r->value->n; i++) {
		const struct doc_member *m = &r->value->members[i];

		check_state(r, states, m->key, m->key_pos);
		check_next(r, states, m);
	}
	check_whole(r, states);
	r->s->machine = r->value;
}
