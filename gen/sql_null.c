#include "gen/sql_null.h"

#include "gen/sql_lex.h"

static bool
is_any(const struct sql_lex *l, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (sql_lex_is(l, *words))
			return true;
	}
	return false;
}

static bool
ends(const struct sql_lex *l)
{
	return l->word == SQL_WORD_END || l->word == SQL_WORD_OPEN;
}

bool
sql_null_extended(struct rt_arena *arena, struct rt_str text)
{
	static const char *const sides[] = {"left", "right", "full", NULL};
	static const char *const joins[] = {"join", "outer", NULL};
	/* ROLLUP and CUBE are functions elsewhere: no harm is done. */
	static const char *const sets[] = {"rollup", "cube", "grouping", NULL};
	struct sql_lex l = sql_lex(arena, text);
	bool side = false;

	while (sql_lex_next(&l), !ends(&l)) {
		if (l.word == SQL_WORD_COMMENT)
			continue;
		if ((side && is_any(&l, joins)) || is_any(&l, sets))
			return true;
		side = is_any(&l, sides);
	}
	return false;
}

/* --- Expressions --- */

/* An item of a select list. */
struct item {
	unsigned words; /* at its own depth */
	bool not_; /* it begins with NOT */
	bool call; /* it begins with count or exists */
	bool closed; /* whose parenthesis has ended */
	unsigned names; /* behind it: an alias */
	unsigned casts;
	bool other; /* something else stands there, too */
};

static bool
is_never_null(const struct item *i)
{
	return i->call && i->closed && !i->other && i->names <= 1 + i->casts;
}

/* The word behind the call. */
static void
add_tail(struct item *i, const struct sql_lex *l)
{
	static const char *const clauses[] = {"as", "filter", "over", NULL};
	/* What begins an operator instead of naming the column. */
	static const char *const operators[] = {"is", "in", "like", "ilike",
	    "similar", "between", "and", "or", "not", "at", "collate", "isnull",
	    "notnull", "operator", "overlaps", NULL};

	if (is_any(l, clauses))
		return;
	if (sql_lex_is(l, "::"))
		i->casts++;
	else if (l->word == SQL_WORD_QUOTED ||
	    (l->word == SQL_WORD_NAME && !is_any(l, operators)))
		i->names++;
	else
		i->other = true;
}

/* A word of an item at the list's own depth, a parenthesis that ends there
 * among them. */
static void
add_word(struct item *i, const struct sql_lex *l)
{
	bool first = i->words++ == 0;

	if (first && sql_lex_is(l, "not")) {
		i->not_ = true;
		i->words = 0;
	} else if (first) {
		i->call = sql_lex_is(l, "exists") ||
		    (!i->not_ && sql_lex_is(l, "count"));
	} else if (sql_lex_is(l, ")")) {
		i->other = i->other || (i->words > 2 && !i->closed);
		i->closed = true;
	} else {
		add_tail(i, l);
	}
}

struct list {
	bool *never;
	size_t n, size;
	struct item item;
	bool open; /* the list is being read */
	bool unclear; /* a set operation joins several lists */
};

static void
end_item(struct list *list)
{
	if (list->n < list->size)
		list->never[list->n] = is_never_null(&list->item);
	list->n++;
	list->item = (struct item){0};
}

/* A word outside of all brackets. */
static void
add(struct list *list, const struct sql_lex *l)
{
	static const char *const sets[] = {"union", "intersect", "except",
	    NULL};
	static const char *const begins[] = {"select", "returning", NULL};
	static const char *const stops[] = {"from", "where", "group", "having",
	    "order", "limit", "offset", "fetch", "for", "window", "into", NULL};

	if (is_any(l, sets))
		list->unclear = true;
	if (is_any(l, begins)) {
		*list = (struct list){.never = list->never,
		    .size = list->size,
		    .open = true,
		    .unclear = list->unclear};
	} else if (list->open && is_any(l, stops)) {
		end_item(list);
		list->open = false;
	} else if (list->open && sql_lex_is(l, ",")) {
		end_item(list);
	} else if (list->open) {
		add_word(&list->item, l);
	}
}

void
sql_null_never(struct rt_arena *arena, struct rt_str text, bool *never,
    size_t n)
{
	struct sql_lex l = sql_lex(arena, text);
	struct list list = {.never = never, .size = n};

	while (sql_lex_next(&l), !ends(&l)) {
		bool opens = sql_lex_is(&l, "(") || sql_lex_is(&l, "[");

		if (l.word != SQL_WORD_COMMENT && !opens && l.brackets.n == 0)
			add(&list, &l);
	}
	if (list.open)
		end_item(&list);
	if (list.n == n && !list.unclear)
		return;
	memset(never, 0, n * sizeof(*never));
}
