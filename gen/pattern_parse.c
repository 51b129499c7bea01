/* From the text of a pattern to its tree. */
#include "gen/pattern_part.h"

enum { DEPTH_MAX = 32 };

struct parse {
	struct rt_arena *arena;
	const char *p, *end;
	unsigned depth;
	bool bad;
};

static struct pattern_branch *parse_branches(struct parse *);

static void
add_range(bool *set, unsigned lo, unsigned hi)
{
	for (unsigned c = lo; c <= hi && c < PATTERN_ASCII; c++)
		set[c] = true;
}

static void
invert(bool *set)
{
	for (unsigned c = 0; c < PATTERN_ASCII; c++)
		set[c] = c >= ' ' && c < PATTERN_ASCII - 1 && !set[c];
}

static unsigned
parse_hex(struct parse *p, size_t digits)
{
	unsigned n = 0;

	for (; digits > 0 && p->p < p->end; digits--) {
		char c = *p->p++;

		n = n * 16 +
		    (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return n;
}

/* "L", "Lu", "Nd", ... of \p{...}: an PATTERN_ASCII part of the class will do. */
static void
add_property(struct parse *p, bool *set)
{
	struct rt_str rest = {p->p, (size_t)(p->end - p->p)};
	struct rt_str name = rt_str_cut(&rest, '}');

	p->p = rest.p == NULL ? p->end : rest.p;
	if (rt_str_starts(name, "{Lu"))
		add_range(set, 'A', 'Z');
	else if (rt_str_starts(name, "{N"))
		add_range(set, '0', '9');
	else
		add_range(set, 'a', 'z');
}

static void
add_word(bool *set)
{
	add_range(set, 'a', 'z');
	add_range(set, 'A', 'Z');
	add_range(set, '0', '9');
	set['_'] = true;
}

/* A class such as \d; false when c is an escaped character instead. */
static bool
add_class(struct parse *p, char c, bool *set)
{
	bool other[PATTERN_ASCII] = {false};

	switch (c | 32) {
	case 'd':
		add_range(other, '0', '9');
		break;
	case 'w':
		add_word(other);
		break;
	case 's':
		other[' '] = true;
		break;
	case 'p':
		add_property(p, other);
		break;
	default:
		return false;
	}
	if (c < 'a')
		invert(other);
	for (unsigned i = 0; i < PATTERN_ASCII; i++)
		set[i] = set[i] || other[i];
	return true;
}

static unsigned
escaped_char(struct parse *p, char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case 'x':
		return parse_hex(p, 2);
	case 'u':
		return parse_hex(p, 4);
	default:
		return (unsigned char)c;
	}
}

/* One character of a class, or a nested class, for which *c is not set. */
static bool
parse_class_char(struct parse *p, bool *set, unsigned *c)
{
	char escaped;

	*c = (unsigned char)*p->p++;
	if (*c != '\\' || p->p == p->end)
		return true;
	escaped = *p->p++;
	if (add_class(p, escaped, set))
		return false;
	*c = escaped_char(p, escaped);
	return true;
}

static void
parse_class(struct parse *p, bool *set)
{
	bool negated = p->p < p->end && *p->p == '^';
	unsigned lo, hi;

	p->p += negated;
	while (p->p < p->end && *p->p != ']') {
		if (!parse_class_char(p, set, &lo))
			continue;
		hi = lo;
		if (p->end - p->p > 1 && p->p[0] == '-' && p->p[1] != ']') {
			p->p++;
			if (!parse_class_char(p, set, &hi))
				hi = lo;
		}
		add_range(set, lo, hi);
	}
	if (p->p == p->end)
		p->bad = true;
	else
		p->p++;
	if (negated)
		invert(set);
}

/* What stands behind the parenthesis: "?:", "?=", "?<=", "?<name>", ...; true
 * for look-around. */
static bool
parse_group_kind(struct parse *p)
{
	struct rt_str rest = {p->p, (size_t)(p->end - p->p)};

	if (rt_str_starts(rest, "?<=") || rt_str_starts(rest, "?<!")) {
		p->p += 3;
		return true;
	}
	if (rt_str_starts(rest, "?<")) {
		(void)rt_str_cut(&rest, '>');
		p->p = rest.p == NULL ? p->end : rest.p;
		return false;
	}
	if (!rt_str_starts(rest, "?") || rest.n < 2)
		return false;
	p->p += 2;
	return p->p[-1] == '=' || p->p[-1] == '!';
}

static void
parse_group(struct parse *p, struct pattern_atom *a)
{
	a->anchor = parse_group_kind(p);
	a->group = parse_branches(p);
	if (p->p == p->end)
		p->bad = true;
	else
		p->p++;
}

static void
parse_escape(struct parse *p, struct pattern_atom *a)
{
	char c;

	if (p->p == p->end) {
		p->bad = true;
		return;
	}
	c = *p->p++;
	if (c == 'b' || c == 'B')
		a->anchor = true;
	else if (c >= '1' && c <= '9')
		p->bad = true;
	else if (!add_class(p, c, a->set)) {
		unsigned point = escaped_char(p, c);

		add_range(a->set, point, point);
	}
}

static void
parse_atom(struct parse *p, struct pattern_atom *a)
{
	char c = *p->p++;

	switch (c) {
	case '(':
		parse_group(p, a);
		break;
	case '[':
		parse_class(p, a->set);
		break;
	case '.':
		invert(a->set);
		break;
	case '\\':
		parse_escape(p, a);
		break;
	case '^':
	case '$':
		a->anchor = true;
		break;
	default:
		/* Characters past PATTERN_ASCII are outside of what is proposed. */
		add_range(a->set, (unsigned char)c, (unsigned char)c);
		p->bad = p->bad || (unsigned char)c >= PATTERN_ASCII;
	}
}

static bool
parse_number(struct parse *p, size_t *n)
{
	const char *start = p->p;

	for (*n = 0; p->p < p->end && *p->p >= '0' && *p->p <= '9'; p->p++) {
		if (*n < PATTERN_REPEAT_MAX)
			*n = *n * 10 + (size_t)(*p->p - '0');
	}
	return p->p > start;
}

static void
parse_braces(struct parse *p, struct pattern_atom *a)
{
	const char *start = p->p++;

	if (!parse_number(p, &a->min)) {
		p->p = start; /* a brace that is only a character */
		a->min = 1;
		return;
	}
	a->max = a->min;
	if (p->p < p->end && *p->p == ',') {
		p->p++;
		if (!parse_number(p, &a->max))
			a->max = PATTERN_REPEAT_MAX;
	}
	p->p += p->p < p->end;
}

static void
parse_quantifier(struct parse *p, struct pattern_atom *a)
{
	a->min = a->max = 1;
	if (p->p == p->end)
		return;
	switch (*p->p) {
	case '*':
		a->min = 0;
		a->max = PATTERN_REPEAT_MAX;
		p->p++;
		break;
	case '+':
		a->max = PATTERN_REPEAT_MAX;
		p->p++;
		break;
	case '?':
		a->min = 0;
		p->p++;
		break;
	case '{':
		parse_braces(p, a);
		break;
	default:
		return;
	}
	if (p->p < p->end && *p->p == '?')
		p->p++; /* lazy: the same strings */
}

static struct pattern_branch *
parse_branch(struct parse *p)
{
	struct pattern_branch *b = rt_arena_new(p->arena, sizeof(*b));
	struct pattern_atom **tail = &b->atoms;

	while (p->p < p->end && *p->p != '|' && *p->p != ')' && !p->bad) {
		struct pattern_atom *a = rt_arena_new(p->arena, sizeof(*a));

		parse_atom(p, a);
		parse_quantifier(p, a);
		*tail = a;
		tail = &a->next;
	}
	return b;
}

static struct pattern_branch *
parse_branches(struct parse *p)
{
	struct pattern_branch *first, **tail = &first;

	if (++p->depth > DEPTH_MAX) {
		p->bad = true;
		return NULL;
	}
	for (;;) {
		*tail = parse_branch(p);
		tail = &(*tail)->next;
		if (p->p == p->end || *p->p != '|' || p->bad)
			break;
		p->p++;
	}
	p->depth--;
	return first;
}

struct pattern_branch *
pattern_parse(struct rt_arena *arena, struct rt_str pattern)
{
	struct parse p = {.arena = arena,
	    .p = pattern.p,
	    .end = pattern.p + pattern.n};
	struct pattern_branch *b = parse_branches(&p);

	return p.bad || p.p != p.end ? NULL : b;
}
