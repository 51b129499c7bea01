#include "gen/doc_build.h"

#include <stdlib.h>

static const char *
rule(const struct doc_build *b, const char *yaml, const char *json)
{
	return b->is_json ? json : yaml;
}

static const char *
size_rule(const struct doc_build *b)
{
	return b->is_copying ? "yaml-alias" : rule(b, "yaml-size", "json-size");
}

struct doc_frame *
doc_build_top(struct doc_build *b)
{
	return b->depth == 0 ? NULL : &b->frames[b->depth - 1];
}

struct doc_node *
doc_build_node(struct doc_build *b, enum doc_type type, struct source_pos pos)
{
	struct doc_node *node;

	if (b->n_nodes == DOC_NODES_MAX) {
		diag_error(b->diag, pos, size_rule(b),
		    "a document may have at most %d values, aliases counted "
		    "each time they are used; this is one more",
		    DOC_NODES_MAX);
		return NULL;
	}
	b->n_nodes++;
	node = rt_arena_new(b->arena, sizeof(*node));
	node->type = type;
	node->pos = pos;
	return node;
}

bool
doc_build_count(struct doc_build *b, size_t bytes, struct source_pos pos)
{
	if (bytes > DOC_BYTES_MAX - b->n_bytes) {
		diag_error(b->diag, pos, size_rule(b),
		    "the keys and strings of a document may have at most %d "
		    "bytes, aliases counted each time they are used",
		    DOC_BYTES_MAX);
		return false;
	}
	b->n_bytes += bytes;
	return true;
}

static struct doc_member *
next_child(struct doc_build *b)
{
	if (b->n_children == b->size) {
		size_t size = b->size == 0 ? 64 : 2 * b->size;
		struct doc_member *more;

		more = rt_arena_array(b->arena, size, sizeof(*more));
		if (b->n_children > 0)
			memcpy(more, b->children,
			    b->n_children * sizeof(*more));
		b->children = more;
		b->size = size;
	}
	return &b->children[b->n_children++];
}

bool
doc_build_add(struct doc_build *b, struct doc_node *node)
{
	struct doc_frame *f = doc_build_top(b);
	struct doc_member *child;

	if (f == NULL) {
		b->root = node;
		return true;
	}
	node->parent = f->node;
	node->index = b->n_children - f->first;
	if (f->node->type == DOC_MAP)
		node->key = f->key;
	child = next_child(b);
	child->key = f->key;
	child->key_pos = f->key_pos;
	child->value = node;
	return true;
}

static bool
check_depth(struct doc_build *b, unsigned depth, struct source_pos pos)
{
	if (depth <= DOC_DEPTH_MAX)
		return true;
	diag_error(b->diag, pos, rule(b, "yaml-depth", "json-depth"),
	    "mappings and sequences may be nested %d deep; this is one level "
	    "more",
	    DOC_DEPTH_MAX);
	return false;
}

struct doc_node *
doc_build_open(struct doc_build *b, enum doc_type type, struct source_pos pos)
{
	struct doc_node *node;
	struct doc_frame *f;

	if (!check_depth(b, b->depth + 1, pos))
		return NULL;
	node = doc_build_node(b, type, pos);
	if (node == NULL || !doc_build_add(b, node))
		return NULL;
	f = &b->frames[b->depth++];
	*f = (struct doc_frame){.node = node, .first = b->n_children};
	return node;
}

bool
doc_build_key(struct doc_build *b, struct rt_str key, struct source_pos pos)
{
	struct doc_frame *f = doc_build_top(b);

	if (!doc_build_count(b, key.n, pos))
		return false;
	f->key = key;
	f->key_pos = pos;
	return true;
}

/* Equal keys in the order in which they stand in the text. */
static int
by_key(const void *va, const void *vb)
{
	const struct doc_member *a = *(const struct doc_member *const *)va;
	const struct doc_member *b = *(const struct doc_member *const *)vb;
	int c = rt_str_cmp(a->key, b->key);

	if (c != 0)
		return c;
	return a < b ? -1 : a > b;
}

static const struct doc_member **
sort_members(struct doc_build *b, const struct doc_member *members, size_t n)
{
	const struct doc_member **sorted;

	sorted = rt_arena_array(b->arena, n, sizeof(struct doc_member *));
	for (size_t i = 0; i < n; i++)
		sorted[i] = &members[i];
	qsort(sorted, n, sizeof(struct doc_member *), by_key);
	return sorted;
}

static void
report_duplicate(struct doc_build *b, const struct doc_member *first,
    const struct doc_member *again)
{
	diag_error(b->diag, again->key_pos,
	    rule(b, "yaml-duplicate-key", "json-duplicate-key"),
	    "each key of a mapping must be unique; '%.*s' is used twice",
	    RT_FMT(again->key));
	diag_note(b->diag, first->key_pos, "first used here");
}

static void
check_duplicates(struct doc_build *b, const struct doc_node *map)
{
	const struct doc_member *first;

	for (size_t i = 1; map->sorted == NULL && i < map->n; i++) {
		const struct doc_member *m = &map->members[i];

		for (first = map->members; first < m; first++) {
			if (rt_str_eq(first->key, m->key)) {
				report_duplicate(b, first, m);
				break;
			}
		}
	}
	if (map->sorted == NULL)
		return;
	first = map->sorted[0];
	for (size_t i = 1; i < map->n; i++) {
		if (rt_str_eq(first->key, map->sorted[i]->key))
			report_duplicate(b, first, map->sorted[i]);
		else
			first = map->sorted[i];
	}
}

static void
check_names(struct doc_build *b, const struct doc_node *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct doc_member *m = &map->members[i];

		doc_check_name(b->diag, m->key, m->key_pos);
	}
}

static void
finish_map(struct doc_build *b, struct doc_node *map,
    const struct doc_member *children)
{
	struct doc_member *members;

	members = rt_arena_array(b->arena, map->n, sizeof(*members));
	if (map->n > 0)
		memcpy(members, children, map->n * sizeof(*members));
	map->members = members;
	if (map->n > DOC_SCAN_MAX)
		map->sorted = sort_members(b, members, map->n);
	check_duplicates(b, map);
	check_names(b, map);
}

static void
finish_sequence(struct doc_build *b, struct doc_node *seq,
    const struct doc_member *children)
{
	const struct doc_node **items;

	items = rt_arena_array(b->arena, seq->n, sizeof(struct doc_node *));
	for (size_t i = 0; i < seq->n; i++)
		items[i] = children[i].value;
	seq->items = items;
}

void
doc_build_close(struct doc_build *b)
{
	struct doc_frame *f = doc_build_top(b);
	const struct doc_member *children = b->children;

	if (f->first > 0)
		children += f->first;
	f->node->n = b->n_children - f->first;
	if (f->node->type == DOC_MAP)
		finish_map(b, f->node, children);
	else
		finish_sequence(b, f->node, children);
	b->n_children = f->first;
	b->depth--;
}

static struct doc_node *copy_tree(struct doc_build *, const struct doc_node *,
    unsigned depth, struct source_pos used);

static struct doc_node *
copy_child(struct doc_build *b, const struct doc_node *from,
    const struct doc_node *parent, unsigned depth, struct source_pos used)
{
	struct doc_node *node = copy_tree(b, from, depth, used);

	if (node != NULL)
		node->parent = parent;
	return node;
}

static bool
copy_members(struct doc_build *b, struct doc_node *to,
    const struct doc_node *from, unsigned depth, struct source_pos used)
{
	struct doc_member *members;

	members = rt_arena_array(b->arena, from->n, sizeof(*members));
	for (size_t i = 0; i < from->n; i++) {
		const struct doc_member *m = &from->members[i];

		if (!doc_build_count(b, m->key.n, used))
			return false;
		members[i] = *m;
		members[i].value = copy_child(b, m->value, to, depth, used);
		if (members[i].value == NULL)
			return false;
	}
	to->members = members;
	if (from->sorted != NULL)
		to->sorted = sort_members(b, members, from->n);
	return true;
}

static bool
copy_items(struct doc_build *b, struct doc_node *to,
    const struct doc_node *from, unsigned depth, struct source_pos used)
{
	const struct doc_node **items;

	items = rt_arena_array(b->arena, from->n, sizeof(struct doc_node *));
	for (size_t i = 0; i < from->n; i++) {
		items[i] = copy_child(b, from->items[i], to, depth, used);
		if (items[i] == NULL)
			return false;
	}
	to->items = items;
	return true;
}

/* Limits are reported at the place where the alias is used. */
static struct doc_node *
copy_tree(struct doc_build *b, const struct doc_node *from, unsigned depth,
    struct source_pos used)
{
	struct doc_node *to = doc_build_node(b, from->type, used);
	bool ok = to != NULL && doc_build_count(b, from->text.n, used);

	if (!ok)
		return NULL;
	*to = *from;
	if (from->type == DOC_MAP)
		ok = check_depth(b, depth + 1, used) &&
		    copy_members(b, to, from, depth + 1, used);
	else if (from->type == DOC_SEQ)
		ok = check_depth(b, depth + 1, used) &&
		    copy_items(b, to, from, depth + 1, used);
	return ok ? to : NULL;
}

bool
doc_build_copy(struct doc_build *b, const struct doc_node *from,
    struct source_pos pos)
{
	struct doc_node *node;

	b->is_copying = true;
	node = copy_tree(b, from, b->depth, pos);
	b->is_copying = false;
	if (node == NULL)
		return false;
	node->pos = pos;
	node->parent = NULL;
	node->key = (struct rt_str){0};
	return doc_build_add(b, node);
}
