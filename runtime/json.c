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
next_byte(const struct parser *p, const char **at)
{
	if (*at<p->end &&* * at> ' ')
		return **at;
	while (*at < p->end && is_space(**at))
		++*at;
	return peek(p, *at);
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
	char *bytes = rt_arena_bytes(p->arena, size * sizeof(*tape) + 7);
	tape = (struct rt_node *)(((uintptr_t)bytes + 7) / 8 * 8);
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

/* The string that begins at `at`, which is plain until `plain`. */
static const char *
read_hard_string(struct parser *p, const char *at, const char *plain)
{
	struct rt_str rest = {plain, (size_t)(p->end - plain)}, text;
	bool is_escaped = false;
	const char *quote;

	quote = rt_json_skip_string(rest, &is_escaped, &p->fault);
	if (quote == NULL)
		return NULL;
	text = (struct rt_str){at + 1, (size_t)(quote - at - 1)};
	if (is_escaped)
		text = rt_json_decode(p->arena, text);
	return add_node(p, at, RT_STRING, text) == NULL ? NULL : quote + 1;
}

static inline __attribute__((always_inline)) const char *
read_string(struct parser *p, const char *at)
{
	const char *text = at + 1, *quote = rt_json_skip_plain(text, p->end);
	struct rt_str inside = {text, (size_t)(quote - text)};

	if (peek(p, quote) != '"')
		return read_hard_string(p, at, quote);
	return add_node(p, at, RT_STRING, inside) == NULL ? NULL : quote + 1;
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
is_between_tokens(char c)
{
	return is_space(c) || c == ',' || c == ':' || c == ']' || c == '}';
}

static const char *
skip_token(struct parser *p, const char *at)
{
	struct rt_str inside = {at + 1, (size_t)(p->end - at - 1)};
	bool is_escaped;

	if (*at == '"')
		return rt_json_skip_string(inside, &is_escaped, &p->fault) + 1;
	if (*at == '[' || *at == '{')
		return at + 1;
	while (at < p->end && !is_between_tokens(*at))
		at++;
	return at;
}

/*
 * Where the text has the node of this index: there is one for each string,
 * number, word and opening bracket.
 */
static const char *
place_of(struct parser *p, uint32_t index)
{
	const char *at = p->text;

	for (;;) {
		while (is_between_tokens(*at))
			at++;
		if (index-- == 0)
			return at;
		at = skip_token(p, at);
	}
}

static bool
is_among(const struct rt_node *object, const struct rt_node *name)
{
	const struct rt_node *other = object + 1;

	for (; other != name; other = rt_node_next_name(other)) {
		if (rt_str_eq(rt_node_str(other), rt_node_str(name)))
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
	uintptr_t bit = (uintptr_t)1 << which % (8 * sizeof(bit));

	if ((p->seen & bit) != 0 && p->open->n <= RT_FEW_MEMBERS &&
	    !p->limits->repeats && is_among(p->open, name))
		return false;
	p->seen |= bit;
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
	const struct rt_node *twice;

	if (object->n <= RT_FEW_MEMBERS)
		return at + 1;
	twice = rt_node_sort_names(p->arena, object);
	if (twice == NULL || p->limits->repeats)
		return at + 1;
	return refuse(p, place_of(p, (uint32_t)(twice - p->tape)), TWICE);
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
 * object, a name.  Behind the whole that is nothing but spaces.
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
	return at == p->end ? at : refuse_other(p, at, "the end of the text");
}

static const char *
read_text(struct parser *p, const char *at)
{
	do {
		at = read_value(p, at);
		if (at != NULL)
			at = next_value(p, at);
	} while (at != NULL && p->open != NULL);
	return at;
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
	else if (read_text(&p, start) != NULL)
		return p.tape;
	*err = rt_json_error(arena, (struct rt_str){start, text.n}, &p.fault);
	return NULL;
}
