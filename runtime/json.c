/*
 * Tokenising: one pass over the text writes the tape.  Strings without escapes
 * and numbers stay where they are in the text.
 *
 * A function that reads returns the place behind what it has read, or NULL
 * where it has refused the text.
 */
#include "runtime/json_part.h"
#include "runtime/json_scan.h"

#define TWICE "the name occurs twice in its object"
#define NO_WORD "a word that is none of true, false and null"

const struct rt_json_limits rt_json_default_limits = {
    .depth = 64,
    .nodes = 1000000,
};

enum { SEEN_BITS = 8 * sizeof(uintptr_t) };

struct parser {
	struct rt_arena *arena;
	const char *text;
	const char *end;
	const struct rt_json_limits *limits;
	struct rt_node *tape;
	struct rt_node *next; /* of the tape, to be filled */
	struct rt_node *full; /* the tape's end */
	struct rt_node *open; /* innermost open array or object, or NULL */
	uintptr_t seen; /* bits of the names that the open object has so far */
	unsigned depth;
	struct rt_json_fault fault;
};

static const char *
refuse(struct parser *p, const char *where, const char *why)
{
	p->fault = (struct rt_json_fault){.where = where, .why = why};
	return NULL;
}

static const char *
refuse_other(struct parser *p, const char *where, const char *expected)
{
	p->fault = (struct rt_json_fault){.where = where, .expected = expected};
	return NULL;
}

/* The byte at `at`; behind the text a NUL, which nothing has to begin with. */
static char
peek(const struct parser *p, const char *at)
{
	return at < p->end ? *at : '\0';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Goes to the next byte that is no space, and returns it as peek() does. */
static inline char
next_byte(const struct parser *p, const char **place)
{
	const char *at = *place;

	if (at<p->end && * at> ' ')
		return *at;
	while (at < p->end && is_space(*at))
		at++;
	*place = at;
	return peek(p, at);
}

/* --- The tape --- */

/* How many nodes the rest of the text can have: one at `at` and whatever
 * follows an opening bracket, a comma or a colon. */
static size_t
count_nodes(const char *at, const char *end)
{
	size_t n = 1, length = (size_t)(end - at);
	bool in_string = false;

	for (size_t i = 0; i < length; i++) {
		char c = at[i];

		if (c == '"')
			in_string = !in_string;
		else if (c == '\\' && in_string)
			i++;
		else if (c == '[' || c == '{' || c == ',' || c == ':')
			n += !in_string;
	}
	return n;
}

/* Not zeroed, for each node is written whole. */
static struct rt_node *
new_nodes(struct rt_arena *arena, size_t n)
{
	const size_t align = _Alignof(struct rt_node);
	char *bytes =
	    rt_arena_bytes(arena, n * sizeof(struct rt_node) + align - 1);
	size_t past = (uintptr_t)bytes % align;

	return (struct rt_node *)(void *)(bytes + (align - past) % align);
}

/*
 * A tape as long as most texts need, or else as long as this one does, so
 * that memory is bounded by the text.
 */
static bool
make_room(struct parser *p, const char *at)
{
	size_t n = (size_t)(p->next - p->tape), size = n;
	struct rt_node *tape;

	size +=
	    n == 0 ? (size_t)(p->end - at) / 6 + 8 : count_nodes(at, p->end);
	if (size > p->limits->nodes)
		size = p->limits->nodes;
	if (size <= n)
		return refuse(p, at, "too many values") != NULL;
	if (size > SIZE_MAX / sizeof(*tape) - 1)
		return refuse(p, at, "too large") != NULL;
	tape = new_nodes(p->arena, size);
	if (n > 0)
		memcpy(tape, p->tape, n * sizeof(*tape));
	if (p->open != NULL)
		p->open = tape + (p->open - p->tape);
	p->tape = tape;
	p->next = tape + n;
	p->full = tape + size;
	return true;
}

/* Adds a node for what begins at `at`; NULL at the limit. */
static inline struct rt_node *
add_node(struct parser *p, const char *at, enum rt_type type,
    struct rt_str text)
{
	struct rt_node *v;

	if (p->next == p->full && !make_room(p, at))
		return NULL;
	v = p->next++;
	*v = (struct rt_node){type, 1, (uint32_t)text.n, text.p};
	return v;
}

/* --- Strings --- */

/* A string that is long, not ASCII or has escapes. */
static const char *
read_other_string(struct parser *p, const char *at)
{
	struct rt_str text = {at + 1, (size_t)(p->end - at - 1)};
	bool is_escaped = false;
	const char *quote;

	quote = rt_json_skip_string(text, &is_escaped, &p->fault);
	if (quote == NULL)
		return NULL;
	text.n = (size_t)(quote - text.p);
	if (is_escaped)
		text = rt_json_decode(p->arena, text);
	return add_node(p, at, RT_STRING, text) == NULL ? NULL : quote + 1;
}

/* Inlined at both places: most of a text is short strings. */
static inline __attribute__((always_inline)) const char *
read_string(struct parser *p, const char *at)
{
	struct rt_str text = {at + 1, 0};

	if (p->end - text.p <= 16)
		return read_other_string(p, at);
	text.n = rt_json_special16(text.p);
	if (text.p[text.n] != '"')
		return read_other_string(p, at);
	if (add_node(p, at, RT_STRING, text) == NULL)
		return NULL;
	return text.p + text.n + 1;
}

/* --- Numbers and words --- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline const char *
read_digits(struct parser *p, const char *at)
{
	const char *end = p->end, *first = at;

	while (at < end && is_digit(*at))
		at++;
	return at > first ? at : refuse_other(p, at, "a digit");
}

static const char *
read_exponent(struct parser *p, const char *at)
{
	char c = peek(p, at);

	return read_digits(p, c == '+' || c == '-' ? at + 1 : at);
}

static inline const char *
read_number(struct parser *p, const char *at)
{
	struct rt_str text = {at, 0};
	const char *first = *at == '-' ? at + 1 : at;

	at = read_digits(p, first);
	if (at != NULL && *first == '0' && at - first > 1)
		return refuse(p, first, "a number has no leading zero");
	if (at != NULL && peek(p, at) == '.')
		at = read_digits(p, at + 1);
	if (at != NULL && (peek(p, at) | 0x20) == 'e')
		at = read_exponent(p, at + 1);
	if (at == NULL)
		return NULL;
	text.n = (size_t)(at - text.p);
	return add_node(p, text.p, RT_NUMBER, text) == NULL ? NULL : at;
}

static const char *
read_word(struct parser *p, const char *at, struct rt_str word,
    enum rt_type type)
{
	size_t left = (size_t)(p->end - at);
	struct rt_node *v;

	if (left < word.n || memcmp(at, word.p, word.n) != 0)
		return refuse(p, at, NO_WORD);
	v = add_node(p, at, type, (struct rt_str){NULL, word.p[0] == 't'});
	return v == NULL ? NULL : at + word.n;
}

/* --- Arrays and objects --- */

/*
 * While a node is open, its span is how far before it the one around it is, 0
 * for none, and its p is what that one has seen.
 */
static const char *
open_node(struct parser *p, const char *at, enum rt_type type)
{
	struct rt_str seen = {(const char *)p->seen, 0};
	struct rt_node *v;

	if (p->depth == p->limits->depth)
		return refuse(p, at, "nested too deeply");
	v = add_node(p, at, type, seen);
	if (v == NULL)
		return NULL;
	p->depth++;
	v->span = p->open == NULL ? 0 : (uint32_t)(v - p->open);
	p->open = v;
	p->seen = 0;
	return at + 1;
}

static struct rt_node *
close_node(struct parser *p)
{
	struct rt_node *v = p->open;

	p->seen = (uintptr_t)v->p;
	p->open = v->span == 0 ? NULL : v - v->span;
	p->depth--;
	v->p = NULL;
	v->span = (uint32_t)(p->next - v);
	return v;
}

/* --- Names that occur twice --- */

static bool
is_among(const struct rt_node *object, const struct rt_node *name)
{
	const struct rt_node *other = object + 1;

	for (; other != name; other = rt_node_next_name(other)) {
		if (rt_str_eq_short(rt_node_str(other), rt_node_str(name)))
			return true;
	}
	return false;
}

/*
 * Whether the last name occurs in its object for the first time; of an object
 * with many members only close_object() knows.  Length and first byte choose a
 * bit, which names that differ mostly do not share.
 */
static inline bool
is_new(struct parser *p)
{
	const struct rt_node *name = p->next - 1;
	unsigned which = (unsigned char)name->p[0] ^ name->n << 3;

	if ((p->seen >> which % SEEN_BITS & 1) != 0 &&
	    p->open->n <= RT_FEW_MEMBERS && !p->limits->repeats &&
	    is_among(p->open, name))
		return false;
	p->seen |= (uintptr_t)1 << which % SEEN_BITS;
	return true;
}

static const char *
close_array(struct parser *p, const char *at)
{
	(void)close_node(p);
	return at + 1;
}

static const char *
close_object(struct parser *p, const char *at)
{
	struct rt_node *object = close_node(p);
	struct rt_str text = {p->text, (size_t)(p->end - p->text)};
	const struct rt_node *twice;

	if (object->n <= RT_FEW_MEMBERS)
		return at + 1;
	twice = rt_node_sort_names(p->arena, object);
	if (twice == NULL || p->limits->repeats)
		return at + 1;
	return refuse(p, rt_json_place(text, (size_t)(twice - p->tape)), TWICE);
}

/* --- The grammar --- */

static const char *
refuse_value(struct parser *p, const char *at)
{
	char c = (char)(peek(p, at) | 0x20);

	if (c >= 'a' && c <= 'z')
		return refuse(p, at, NO_WORD);
	if (p->open == NULL)
		return refuse_other(p, at, "a value");
	if (p->open->type == RT_OBJECT)
		return refuse_other(p, at, "a value after ':'");
	return refuse_other(p, at,
	    p->open->n == 1 ? "a value or ']'" : "a value after ','");
}

static const char *
refuse_end(struct parser *p, const char *at)
{
	return refuse_other(p, at,
	    p->open->type == RT_OBJECT ? "',' or '}'" : "',' or ']'");
}

/* A value, or the opening bracket of one. */
static inline const char *
read_value(struct parser *p, const char *at)
{
	char c = next_byte(p, &at);

	if (c == '"')
		return read_string(p, at);
	if (c == '-' || is_digit(c))
		return read_number(p, at);
	switch (c) {
	case '{':
		return open_node(p, at, RT_OBJECT);
	case '[':
		return open_node(p, at, RT_ARRAY);
	case 't':
		return read_word(p, at, RT_LIT("true"), RT_BOOLEAN);
	case 'f':
		return read_word(p, at, RT_LIT("false"), RT_BOOLEAN);
	case 'n':
		return read_word(p, at, RT_LIT("null"), RT_NULL);
	default:
		return refuse_value(p, at);
	}
}

/* A name, and the ':' behind it. */
static inline const char *
read_name(struct parser *p, const char *at)
{
	const char *start;

	if (peek(p, at) != '"' && next_byte(p, &at) != '"')
		return refuse_other(p, at,
		    p->open->n == 1 ? "a name in double quotes or '}'"
				    : "a name in double quotes after ','");
	start = at;
	at = read_string(p, at);
	if (at == NULL)
		return NULL;
	if (!is_new(p))
		return refuse(p, start, TWICE);
	if (peek(p, at) != ':' && next_byte(p, &at) != ':')
		return refuse_other(p, at, "':' after the name");
	return at + 1;
}

/*
 * Passes what stands between two values: closing brackets, a comma and, in an
 * object, a name.  NULL also where the text ends as it should.
 */
static inline const char *
next_value(struct parser *p, const char *at)
{
	char c = next_byte(p, &at);

	for (; p->open != NULL; c = next_byte(p, &at)) {
		bool in_object = p->open->type == RT_OBJECT;

		if (c == ',' && p->open->n > 0) {
			at++;
		} else if (c == (in_object ? '}' : ']')) {
			at = in_object ? close_object(p, at)
				       : close_array(p, at);
			if (at == NULL)
				return NULL;
			continue;
		} else if (p->open->n > 0) {
			return refuse_end(p, at);
		}
		p->open->n++;
		return in_object ? read_name(p, at) : at;
	}
	if (at != p->end)
		refuse_other(p, at, "the end of the text");
	return NULL;
}

static bool
read_text(struct parser *p)
{
	const char *at = p->text;

	do {
		at = read_value(p, at);
		if (at != NULL)
			at = next_value(p, at);
	} while (at != NULL);
	return p->fault.where == NULL;
}

const struct rt_node *
rt_json_parse(struct rt_arena *arena, struct rt_str text,
    const struct rt_json_limits *limits, struct rt_json_error *err)
{
	const char *start = text.n == 0 ? "" : text.p;
	struct parser p = {
	    .arena = arena,
	    .text = start,
	    .end = start + text.n,
	    .limits = limits == NULL ? &rt_json_default_limits : limits,
	};

	if (text.n >= UINT32_MAX)
		refuse(&p, start, "too large");
	else if (read_text(&p))
		return p.tape;
	*err = rt_json_error(arena, (struct rt_str){start, text.n}, &p.fault);
	return NULL;
}
