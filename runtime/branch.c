/* anyOf and oneOf: which branch a value is of, and why it is of none. */
#include "runtime/check_part.h"

enum {
	BRANCHES_MAX = 8, /* that a fault tells of */
	FAULTS_MAX = 4, /* of each */
	LEVELS_MAX = 3, /* faults of branches of faults of branches */
	TOLD_MAX = 64, /* faults of branches, for a call */
	LIST_MAX = 200, /* bytes of a list in a message */
};

/* --- Which branches it may be --- */

static bool
is_among(struct rt_str s, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (rt_str_is(s, *list))
			return true;
	}
	return false;
}

/* The value of a member that is a string, else absent. */
static struct rt_str
text_of(const struct rt_node *v, const char *name)
{
	const struct rt_node *member =
	    name == NULL ? NULL : rt_node_get(v, name);

	if (member == NULL || member->type != RT_STRING)
		return (struct rt_str){0};
	return rt_node_str(member);
}

/* What says of a value, before any check is asked, which branches it can't
 * be of. */
struct look {
	const struct rt_node *v;
	struct rt_str tag;
};

static struct look
look_at(const struct rt_node *v, const struct rt_branches *of)
{
	return (struct look){v, text_of(v, of->tag)};
}

static bool
may_be(const struct look *look, const struct rt_branch *b)
{
	if (!rt_has_type(look->v, b->types))
		return false;
	if (b->tags == NULL || look->v->type != RT_OBJECT)
		return true;
	return look->tag.p != NULL && is_among(look->tag, b->tags);
}

/* The branch that the discriminator means, or NULL. */
static const struct rt_branch *
selected(const struct rt_node *v, const struct rt_branches *of)
{
	struct rt_str name = text_of(v, of->discriminator);

	if (of->discriminator == NULL || v->type != RT_OBJECT)
		return NULL;
	for (unsigned i = 0; i < of->n && name.p != NULL; i++) {
		if (of->v[i].names != NULL && is_among(name, of->v[i].names))
			return &of->v[i];
	}
	return of->otherwise;
}

/* --- What was found --- */

struct choice {
	const struct rt_node *v; /* NULL: a free place */
	const struct rt_branches *of;
	const struct rt_branch *branch;
};

/* Open addressing; a quarter of the places is always free. */
struct rt_choices {
	struct choice *v;
	size_t n;
	size_t size; /* a power of two */
};

static struct choice *
find(const struct rt_choices *all, const struct rt_node *v,
    const struct rt_branches *of)
{
	uintptr_t key = (uintptr_t)v / sizeof(*v) ^ (uintptr_t)of >> 4;
	size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20);

	for (i &= all->size - 1; all->v[i].v != NULL;
	     i = (i + 1) & (all->size - 1)) {
		if (all->v[i].v == v && all->v[i].of == of)
			break;
	}
	return &all->v[i];
}

static void
make_room(struct rt_check *c)
{
	struct rt_choices *all = c->choices, old = *all;

	if (all->n + 1 <= all->size / 4 * 3)
		return;
	all->size = old.size == 0 ? 16 : 2 * old.size;
	all->v = rt_arena_array(c->arena, all->size, sizeof(*all->v));
	for (size_t i = 0; i < old.size; i++) {
		if (old.v[i].v != NULL)
			*find(all, old.v[i].v, old.v[i].of) = old.v[i];
	}
}

/* Keeps the branch of v for the one who reads it. */
static void
note(struct rt_check *c, const struct rt_node *v, const struct rt_branches *of,
    const struct rt_branch *branch)
{
	struct choice *choice;

	if (branch->kind == 0)
		return;
	if (c->choices == NULL)
		c->choices = rt_arena_new(c->arena, sizeof(*c->choices));
	make_room(c);
	choice = find(c->choices, v, of);
	c->choices->n += choice->v == NULL;
	*choice = (struct choice){v, of, branch};
}

/* --- Why it is none --- */

/* Takes the faults of one branch, where c->n is 0 before and after. */
static struct rt_refusal
refusal(struct rt_check *c, const struct rt_node *v, const struct rt_branch *b)
{
	size_t noted = rt_evaluated_position(c);
	struct rt_fault *faults;
	unsigned n;

	b->check(c, v);
	rt_evaluated_back(c, noted);
	n = c->n < FAULTS_MAX ? c->n : FAULTS_MAX;
	c->n = 0;
	c->told += n;
	faults = rt_arena_array(c->arena, n, sizeof(*faults));
	if (n > 0)
		memcpy(faults, c->faults, n * sizeof(*faults));
	return (struct rt_refusal){b->name, faults, n};
}

/* The branch that is meant, or else those that v may be. */
static unsigned
refusals(struct rt_check *c, const struct rt_node *v,
    const struct rt_branches *of, struct rt_refusal *out)
{
	const struct rt_branch *meant = selected(v, of);
	struct look look = look_at(v, of);
	unsigned n = 0;

	for (unsigned i = 0; i < of->n && n < BRANCHES_MAX; i++) {
		const struct rt_branch *b = &of->v[i];

		if (meant != NULL ? b != meant : !may_be(&look, b))
			continue;
		if (c->told >= TOLD_MAX || !rt_may_work(c, v))
			break;
		out[n++] = refusal(c, v, b);
	}
	return n;
}

/* The same with the faults that c has put aside. */
static const struct rt_refusal *
collect(struct rt_check *c, const struct rt_node *v,
    const struct rt_branches *of, unsigned *n)
{
	unsigned kept = c->n;
	struct rt_refusal *out =
	    rt_arena_array(c->arena, BRANCHES_MAX, sizeof(*out));
	struct rt_fault *aside = rt_arena_array(c->arena, kept, sizeof(*aside));

	if (kept > 0)
		memcpy(aside, c->faults, kept * sizeof(*aside));
	c->n = 0;
	c->telling++;
	*n = refusals(c, v, of, out);
	c->telling--;
	c->n = kept;
	if (kept > 0)
		memcpy(c->faults, aside, kept * sizeof(*aside));
	return out;
}

/* "cat, dog", up to LIST_MAX bytes: values that a member should have had. */
static struct rt_str
known_texts(struct rt_arena *a, const struct rt_branches *of, bool tags)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	for (unsigned i = 0; i < of->n; i++) {
		const char *const *list = tags ? of->v[i].tags : of->v[i].names;

		for (; list != NULL && *list != NULL; list++) {
			if (b.n + strlen(*list) > LIST_MAX) {
				rt_buf_cstr(&b, ", ...");
				return rt_buf_str(&b);
			}
			rt_buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", *list);
		}
	}
	return rt_buf_str(&b);
}

/* A sentence for a value that is not even nearly of any branch. */
static struct rt_str
why_none(struct rt_check *c, const struct rt_node *v,
    const struct rt_branches *of)
{
	const char *name = of->tag != NULL ? of->tag : of->discriminator;
	struct rt_str list;
	unsigned types = 0;

	for (unsigned i = 0; i < of->n; i++)
		types |= of->v[i].types;
	if (!rt_has_type(v, types)) {
		list = rt_types_text(c->arena, types);
		return rt_arena_printf(c->arena, ": must be %.*s",
		    RT_FMT(list));
	}
	if (name == NULL || v->type != RT_OBJECT)
		return RT_LIT("");
	if (rt_node_get(v, name) == NULL)
		return rt_arena_printf(c->arena,
		    ": '%s' has to tell which it is", name);
	list = known_texts(c->arena, of, of->tag != NULL);
	return rt_arena_printf(c->arena, ": '%s' must be one of: %.*s", name,
	    RT_FMT(list));
}

/* The first of them, when its faults are to be told. */
static struct rt_fault *
note_none(struct rt_check *c, const struct rt_node *v, const char *keyword,
    const struct rt_branches *of, unsigned n)
{
	const struct rt_branch *meant = selected(v, of);
	struct rt_str message;

	if (meant != NULL)
		message = rt_arena_printf(c->arena,
		    "must have the form %s, which '%s' says", meant->name,
		    of->discriminator);
	else
		message = rt_arena_printf(c->arena,
		    "has none of the allowed forms%.*s",
		    RT_FMT(n > 0 ? RT_LIT("") : why_none(c, v, of)));
	return rt_fault_of_branches(c, v, keyword, message);
}

static void
tell_none(struct rt_check *c, const struct rt_node *v, const char *keyword,
    const struct rt_branches *of)
{
	const struct rt_refusal *list = NULL;
	struct rt_fault *fault;
	unsigned n = 0;

	if (c->muted > 0 || c->n >= RT_FAULTS_MAX) {
		rt_fault(c, v, keyword, "has none of the allowed forms");
		return;
	}
	if (c->telling < LEVELS_MAX)
		list = collect(c, v, of, &n);
	fault = note_none(c, v, keyword, of, n);
	fault->refusals = list;
	fault->n_refusals = n;
}

/* --- The keywords --- */

/* Branch number i in the order of trying: the one that is meant comes first,
 * so that it is the one found where several hold. */
static const struct rt_branch *
in_order(const struct rt_branches *of, const struct rt_branch *meant,
    unsigned i)
{
	unsigned first = meant == NULL ? 0 : (unsigned)(meant - of->v);

	if (i == 0)
		return &of->v[first];
	return &of->v[i <= first ? i - 1 : i];
}

/* All branches that v has count for what is evaluated, not only the first. */
void
rt_check_any_of(struct rt_check *c, const struct rt_node *v,
    const struct rt_branches *of)
{
	const struct rt_branch *found = NULL, *meant = selected(v, of);
	bool all = rt_evaluated_wanted(c, v);
	struct look look = look_at(v, of);
	unsigned likely = 0;

	for (unsigned i = 0; i < of->n; i++) {
		const struct rt_branch *b = in_order(of, meant, i);

		if (!may_be(&look, b))
			continue;
		likely++;
		if ((all || found == NULL) && rt_attempt(c, v, b->check) &&
		    found == NULL)
			found = b;
	}
	if (rt_gave_up(c, v, "anyOf"))
		return;
	if (found == NULL)
		tell_none(c, v, "anyOf", of);
	else if (likely > 1)
		note(c, v, of, found);
}

void
rt_check_one_of(struct rt_check *c, const struct rt_node *v,
    const struct rt_branches *of)
{
	const struct rt_branch *found = NULL, *second = NULL;
	struct look look = look_at(v, of);
	unsigned likely = 0;

	for (unsigned i = 0; i < of->n && second == NULL; i++) {
		const struct rt_branch *b = &of->v[i];

		if (!may_be(&look, b))
			continue;
		likely++;
		if (!rt_attempt(c, v, b->check))
			continue;
		if (found == NULL)
			found = b;
		else
			second = b;
	}
	if (rt_gave_up(c, v, "oneOf"))
		return;
	if (second != NULL)
		rt_fault(c, v, "oneOf",
		    "has the forms %s and %s, which exclude each other",
		    found->name, second->name);
	else if (found == NULL)
		tell_none(c, v, "oneOf", of);
	else if (likely > 1)
		note(c, v, of, found);
}

/* --- For readers --- */

/* What all branches are that v may be of, when that is one kind; else 0. */
static unsigned
only_kind(const struct rt_node *v, const struct rt_branches *of)
{
	struct look look = look_at(v, of);
	unsigned kind = 0;

	for (unsigned i = 0; i < of->n; i++) {
		if (!may_be(&look, &of->v[i]) || of->v[i].kind == kind)
			continue;
		if (kind != 0)
			return 0;
		kind = of->v[i].kind;
	}
	return kind;
}

static const struct rt_branch *
search(struct rt_check *c, const struct rt_node *v,
    const struct rt_branches *of)
{
	const struct rt_branch *meant = selected(v, of);
	struct look look = look_at(v, of);

	for (unsigned i = 0; i < of->n; i++) {
		const struct rt_branch *b = in_order(of, meant, i);

		if (may_be(&look, b) && rt_attempt(c, v, b->check))
			return b;
	}
	return NULL;
}

unsigned
rt_branch_kind(struct rt_check *c, const struct rt_node *v,
    const struct rt_branches *of)
{
	unsigned kind = only_kind(v, of);
	const struct rt_branch *b = NULL;

	if (kind != 0 || v->type == RT_NULL)
		return v->type == RT_NULL ? 0 : kind;
	if (c->choices != NULL && c->choices->size > 0)
		b = find(c->choices, v, of)->branch;
	if (b != NULL)
		return b->kind;
	b = search(c, v, of);
	c->undecided = NULL;
	if (b == NULL)
		return 0;
	note(c, v, of, b);
	return b->kind;
}
