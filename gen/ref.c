#include "gen/ref.h"

#include "gen/ref_text.h"

enum {
	CHAIN_MAX = 64, /* references that lead to references */
	SHOWN_MAX = 64, /* bytes of a key in a list of keys */
	HELPED_MAX = 50, /* errors after which no near name is looked for */
};

/* A reference on its way. */
struct walk {
	struct rt_arena *arena;
	struct diag *diag;
	struct documents *documents;
	const struct doc_node *root; /* of the document it leads to */
	const struct doc_node *ref; /* the string */
};

static bool
is_new_error(struct walk *w, unsigned errors_before)
{
	unsigned errors = diag_errors(w->diag);

	return errors > errors_before && errors <= HELPED_MAX;
}

static struct rt_str
last_part(struct rt_str path)
{
	const char *slash = memrchr(path.p, '/', path.n);

	if (slash != NULL) {
		path.n -= (size_t)(slash + 1 - path.p);
		path.p = slash + 1;
	}
	return path;
}

/* --- what may be meant --- */

static const struct doc_node *
step(const struct doc_node *at, struct rt_str token)
{
	const struct doc_member *m;
	size_t index = 0;

	if (at->type == DOC_MAP) {
		m = doc_find(at, token);
		return m == NULL ? NULL : m->value;
	}
	if (at->type != DOC_SEQ || token.n == 0 || token.n > 9 ||
	    (token.n > 1 && token.p[0] == '0'))
		return NULL;
	for (size_t i = 0; i < token.n; i++) {
		if (token.p[i] < '0' || token.p[i] > '9')
			return NULL;
		index = index * 10 + (size_t)(token.p[i] - '0');
	}
	return index < at->n ? at->items[index] : NULL;
}

/* Follows what is left of a pointer; NULL when it leads nowhere. */
static const struct doc_node *
follow(struct rt_arena *arena, const struct doc_node *at, struct rt_str rest)
{
	while (at != NULL && rest.p != NULL) {
		struct rt_str token = rt_str_cut(&rest, '/');

		token = ref_text_unescape(arena, token);
		at = token.p == NULL ? NULL : step(at, token);
	}
	return at;
}

const struct doc_node *
ref_pointer(struct rt_arena *arena, const struct doc_node *at,
    struct rt_str pointer)
{
	if (pointer.n == 0)
		return at;
	(void)rt_str_cut(&pointer, '/');
	return follow(arena, at, pointer);
}

/* The schema of that name: where most references that are wrong by more than
 * a letter were meant to lead. */
static const struct doc_node *
find_schema(const struct doc_node *root, struct rt_str name)
{
	const struct doc_node *components = doc_get(root, "components");
	const struct doc_node *schemas = doc_get(components, "schemas");
	const struct doc_member *m = doc_find(schemas, name);

	return m == NULL ? NULL : m->value;
}

static void
help_keys(struct walk *w, const struct doc_node *map)
{
	struct rt_str list = RT_LIT("");
	size_t n = map->n < 5 ? map->n : 5;

	if (map->type != DOC_MAP || map->n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct rt_str key = map->members[i].key;

		key.n = key.n < SHOWN_MAX ? key.n : SHOWN_MAX;
		list = rt_arena_printf(w->arena, "%.*s%s%.*s", RT_FMT(list),
		    i > 0 ? ", " : "", RT_FMT(key));
	}
	diag_help(w->diag, "it has %.*s%s", RT_FMT(list),
	    n < map->n ? ", ..." : "");
}

/* `at` has no member `token`; `rest` is what would have come after. */
static void
help_dangling(struct walk *w, const struct doc_node *at, struct rt_str token,
    struct rt_str rest)
{
	struct rt_str near = ref_text_near(at, token);
	struct rt_str name = ref_name(w->arena, w->ref->parent);
	const struct doc_node *meant = NULL;

	if (near.p != NULL)
		meant = follow(w->arena, doc_find(at, near)->value, rest);
	if (meant == NULL && name.p != NULL)
		meant = find_schema(w->root, name);
	if (meant != NULL)
		diag_help(w->diag, "did you mean '%.*s'?",
		    RT_FMT(ref_text_of(w->arena, meant)));
	else if (ref_is(at))
		diag_help(w->diag,
		    "a pointer does not look through the '$ref' that stands "
		    "there; point to its target");
	else
		help_keys(w, at);
}

/* --- resolving --- */

static void
report_dangling(struct walk *w, const struct doc_node *at, struct rt_str token,
    struct rt_str rest)
{
	struct rt_str where = ref_text_of(w->arena, at);
	unsigned errors = diag_errors(w->diag);

	if (at->type == DOC_MAP)
		diag_error(w->diag, w->ref->pos, "ref-dangling",
		    "'%.*s' leads nowhere: '%.*s' has no '%.*s'",
		    RT_FMT(w->ref->text), RT_FMT(where), RT_FMT(token));
	else if (at->type == DOC_SEQ)
		diag_error(w->diag, w->ref->pos, "ref-dangling",
		    "'%.*s' leads nowhere: '%.*s' has %zu items, and no '%.*s'",
		    RT_FMT(w->ref->text), RT_FMT(where), at->n, RT_FMT(token));
	else
		diag_error(w->diag, w->ref->pos, "ref-dangling",
		    "'%.*s' leads nowhere: '%.*s' is %s and has no '%.*s'",
		    RT_FMT(w->ref->text), RT_FMT(where),
		    doc_type_name(at->type), RT_FMT(token));
	if (is_new_error(w, errors))
		help_dangling(w, at, token, rest);
}

/* A name where a reference should be. */
static void
help_file(struct walk *w)
{
	const struct doc_node *top = w->ref, *schema;

	while (top->parent != NULL)
		top = top->parent;
	schema = find_schema(top, w->ref->text);
	if (schema != NULL)
		diag_help(w->diag, "did you mean '%.*s'?",
		    RT_FMT(ref_text_of(w->arena, schema)));
}

static void
report_name(struct walk *w, struct rt_str name)
{
	unsigned errors = diag_errors(w->diag);
	const struct doc_node *schema = find_schema(w->root, name);

	diag_error(w->diag, w->ref->pos, "ref-syntax",
	    "expected a JSON pointer such as '#/components/schemas/Pet', "
	    "found '%.*s'",
	    RT_FMT(w->ref->text));
	if (is_new_error(w, errors) && schema != NULL)
		diag_help(w->diag, "did you mean '%.*s'?",
		    RT_FMT(ref_text_of(w->arena, schema)));
}

static const struct doc_node *
point(struct walk *w, struct rt_str pointer)
{
	const struct doc_node *at = w->root;
	const struct doc_node *next;
	struct rt_str token, rest = pointer;

	rt_str_cut(&rest, '/');
	while (rest.p != NULL) {
		token = ref_text_unescape(w->arena, rt_str_cut(&rest, '/'));
		if (token.p == NULL) {
			diag_error(w->diag, w->ref->pos, "ref-syntax",
			    "expected '~0' or '~1' for each '~' of a pointer, "
			    "found '%.*s'",
			    RT_FMT(w->ref->text));
			return NULL;
		}
		next = step(at, token);
		if (next == NULL) {
			report_dangling(w, at, token, rest);
			return NULL;
		}
		at = next;
	}
	return at;
}

/* The node that one reference names; NULL has been reported. */
static const struct doc_node *
target_of(struct walk *w)
{
	struct rt_str fragment, pointer;
	unsigned errors = diag_errors(w->diag);

	(void)ref_text_cut(w->ref->text, &fragment);
	w->root = documents_find(w->documents, w->ref, (struct rt_str){0});
	if (w->root == NULL) {
		if (is_new_error(w, errors))
			help_file(w);
		return NULL;
	}
	if (fragment.p == NULL)
		return w->root;
	pointer = ref_text_decode(w->arena, fragment);
	if (pointer.p == NULL) {
		diag_error(w->diag, w->ref->pos, "ref-syntax",
		    "expected two hexadecimal digits after each '%%', found "
		    "'%.*s'",
		    RT_FMT(w->ref->text));
		return NULL;
	}
	if (pointer.n > 0 && pointer.p[0] != '/') {
		report_name(w, pointer);
		return NULL;
	}
	return point(w, pointer);
}

bool
ref_is(const struct doc_node *node)
{
	return doc_member(node, "$ref") != NULL;
}

static const struct doc_node *
ref_of(const struct doc_node *node)
{
	return doc_get(node, "$ref");
}

static bool
is_before(struct source_pos a, struct source_pos b)
{
	int c = strcmp(a.source->name, b.source->name);

	if (c != 0)
		return c < 0;
	return a.line < b.line || (a.line == b.line && a.col < b.col);
}

/* A circle is reported once, at its first place in the text, wherever it was
 * entered. */
static void
report_cycle(struct walk *w, const struct doc_node *const *nodes, size_t n)
{
	size_t first = 0;

	for (size_t i = 1; i < n; i++) {
		if (is_before(nodes[i]->pos, nodes[first]->pos))
			first = i;
	}
	w->ref = ref_of(nodes[first]);
	diag_error(w->diag, w->ref->pos, "ref-cycle",
	    "expected a reference that ends at a value, found one that leads "
	    "back to itself: '%.*s'",
	    RT_FMT(w->ref->text));
	for (size_t i = 1; i < n; i++)
		diag_note(w->diag, ref_of(nodes[(first + i) % n])->pos,
		    "by way of this one");
}

/* Whether the walk may go on from `node`, which follows the chain. */
static bool
check_chain(struct walk *w, const struct doc_node *const *chain, size_t n,
    const struct doc_node *node)
{
	for (size_t i = 0; i < n; i++) {
		if (chain[i] == node) {
			report_cycle(w, chain + i, n - i);
			return false;
		}
	}
	if (n < CHAIN_MAX)
		return true;
	diag_error(w->diag, ref_of(chain[0])->pos, "ref-depth",
	    "expected at most %d references in a row, found more", CHAIN_MAX);
	return false;
}

const struct doc_node *
ref_resolve(struct documents *documents, const struct doc_node *node)
{
	const struct doc_node *chain[CHAIN_MAX];
	struct walk w = {
	    .arena = documents->arena,
	    .diag = documents->diag,
	    .documents = documents,
	};
	size_t n = 0;

	while (node != NULL && ref_is(node)) {
		if (!check_chain(&w, chain, n, node))
			return NULL;
		chain[n++] = node;
		w.ref = ref_of(node);
		if (w.ref->type != DOC_STRING) {
			diag_error(w.diag, w.ref->pos, "ref-syntax",
			    "expected a string as '$ref', found %s",
			    doc_type_name(w.ref->type));
			return NULL;
		}
		node = target_of(&w);
	}
	return node;
}

struct rt_str
ref_name(struct rt_arena *arena, const struct doc_node *node)
{
	const struct doc_node *ref = ref_of(node);
	struct rt_str fragment, pointer;
	const char *slash;

	if (ref == NULL || ref->type != DOC_STRING)
		return (struct rt_str){0};
	ref_text_cut(ref->text, &fragment);
	pointer = ref_text_decode(arena, fragment);
	if (fragment.p == NULL || pointer.p == NULL)
		return (struct rt_str){0};
	slash = memrchr(pointer.p, '/', pointer.n);
	if (slash == NULL)
		return (struct rt_str){0};
	return ref_text_unescape(arena, last_part(pointer));
}

const struct doc_node *
ref_of_key(struct rt_arena *arena, const struct doc_node *map,
    const struct doc_member *m)
{
	struct doc_node *ref = rt_arena_new(arena, sizeof(*ref));
	struct doc_node *text = rt_arena_new(arena, sizeof(*text));
	struct doc_member *member = rt_arena_new(arena, sizeof(*member));

	*text = (struct doc_node){
	    .type = DOC_STRING,
	    .pos = m->key_pos,
	    .text = m->key,
	    .parent = ref,
	    .key = RT_LIT("$ref"),
	};
	*member = (struct doc_member){RT_LIT("$ref"), m->key_pos, text};
	*ref = (struct doc_node){
	    .type = DOC_MAP,
	    .pos = m->key_pos,
	    .members = member,
	    .n = 1,
	    .parent = map,
	    .key = m->key,
	};
	return ref;
}
