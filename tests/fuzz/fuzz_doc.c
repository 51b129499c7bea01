/*
 * Any bytes, as YAML and as JSON: read, check what a tree promises, follow
 * each reference, write it as JSON, read that again, and print the reports.
 */
#include "gen/doc.h"
#include "gen/ref.h"

enum { ROUND_TRIP_MAX = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
need(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_pos(const struct source *s, struct source_pos pos)
{
	need(pos.source == s && pos.line >= 1 && pos.line <= s->n_lines);
	need(pos.col >= 1);
	need(pos.col - 1 <= source_line(s, pos.line).n + 1);
}

/* How many nodes there are. */
static size_t
check_node(struct rt_arena *arena, struct diag *diag,
    const struct doc_node *root, const struct doc_node *node)
{
	size_t n = 1;
	int64_t v;

	check_pos(root->pos.source, node->pos);
	need(node->text.p == NULL || node->text.p[node->text.n] == '\0');
	doc_int(node, &v);
	if (ref_is(node)) {
		ref_resolve(documents_open(arena, diag, root), node);
		ref_name(arena, node);
	}
	for (size_t i = 0; i < node->n; i++) {
		const struct doc_node *child;

		child = node->type == DOC_MAP ? node->members[i].value
					      : node->items[i];
		need(child->parent == node && child->index == i);
		if (node->type == DOC_MAP) {
			const struct doc_member *m = &node->members[i];

			check_pos(root->pos.source, m->key_pos);
			need(m->key.p[m->key.n] == '\0');
			need(doc_find(node, m->key) == m);
		}
		n += check_node(arena, diag, root, child);
	}
	return n;
}

static void
check_round_trip(struct rt_arena *arena, const struct doc_node *root)
{
	struct diag *diag = diag_open(arena);
	struct rt_str json = doc_json(arena, root, 2);
	const struct doc_node *again;

	if (root->type != DOC_MAP && root->type != DOC_SEQ)
		return;
	again = doc_read(arena, diag, source_of(arena, "again.json", json));
	need(again != NULL && doc_eq(root, again));
}

static void
read_as(const char *name, struct rt_str text)
{
	struct rt_arena *arena = rt_arena_open((size_t)1 << 30, NULL, NULL);
	struct diag *diag = diag_open(arena);
	const struct source *s = source_of(arena, name, text);
	const struct doc_node *root = doc_read(arena, diag, s);
	FILE *null = fopen("/dev/null", "w");

	need((root == NULL) == (diag_errors(diag) > 0));
	if (root != NULL) {
		size_t n = check_node(arena, diag, root, root);

		if (n <= ROUND_TRIP_MAX)
			check_round_trip(arena, root);
	}
	if (null != NULL) {
		diag_print(diag, null);
		fclose(null);
	}
	rt_arena_close(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rt_str text = {size > 0 ? (const char *)data : "", size};

	read_as("fuzz.yaml", text);
	read_as("fuzz.json", text);
	return 0;
}
