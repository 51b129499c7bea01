/*
 * Tokenising: one pass over the text writes the tape.  Strings without escapes
 * and numbers stay where they are in the text.
 *
 * A function that reads returns the place behind what it has read, or NULL
 * where it has refused the text.
 */
#include "runtime/json_part.h"
#include "runtime/json_scan.h"

#define NO_NODE UINT32_MAX
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
	uint32_t n;
	uint32_t size; /* of the tape */
	uint32_t open; /* innermost open array or object, or NO_NODE */
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

static const char *
skip_space(const struct parser *p, const char *at)
{
	while (at < p->end && is_space(*at))
		at++;
	return at;
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
	size_t size = p->n +
	    (p->n == 0 ? (size_t)(p->end - at) / 6 + 8
		       : count_nodes(at, p->end));
	struct rt_node *tape;

	if (size > p->limits->nodes)
		size = p->limits->nodes;
	if (size >= NO_NODE)
		size = NO_NODE - 1;
	if (size <= p->n)
		return refuse(p, at, "too many values") != NULL;
	tape = rt_arena_array(p->arena, size, sizeof(*tape));
	if (p->n > 0)
		memcpy(tape, p->tape, p->n * sizeof(*tape));
	p->tape = tape;
	p->size = (uint32_t)size;
	return true;
}

/* The next node, for what begins at `at`; NULL at the limit. */
static struct rt_node *
add_node(struct parser *p, const char *at, enum rt_type type)
{
	struct rt_node *v;

	if (p->n == p->size && !make_room(p, at))
		return NULL;
	v = &p->tape[p->n++];
	*v = (struct rt_node){.type = type, .span = 1};
	return v;
}

/* The string that begins at `at`, which has escapes or more than ASCII. */
static const char *
read_hard_string(struct parser *p, const char *at, struct rt_node *v)
{
	struct rt_str inside = {at + 1, (size_t)(p->end - at - 1)};
	const char *quote;
	size_t less;
	char *text;

	quote = rt_json_skip_string(inside, &less, &p->fault);
	if (quote == NULL)
		return NULL;
	inside.n = (size_t)(quote - inside.p);
	v->p = inside.p;
	v->n = (uint32_t)(inside.n - less);
	if (less == 0)
		return quote + 1;
	text = rt_arena_bytes(p->arena, v->n);
	rt_json_decode(text, inside);
	v->p = text;
	return quote + 1;
}

static const char *
read_string(struct parser *p, const char *at)
{
	struct rt_node *v = add_node(p, at, RT_STRING);
	const char *inside = at + 1, *quote;

	if (v == NULL)
		return NULL;
	quote = rt_json_skip_plain(inside, p->end);
	if (quote == p->end || *quote != '"')
		return read_hard_string(p, at, v);
	v->p = inside;
	v->n = (uint32_t)(quote - inside);
	return quote + 1;
}

/* --- Numbers and words --- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
read_digits(struct parser *p, const char *at)
{
	if (!is_digit(peek(p, at)))
		return refuse_other(p, at, "a digit");
	while (at < p->end && is_digit(*at))
		at++;
	return at;
}

static const char *
read_integer(struct parser *p, const char *at)
{
	if (peek(p, at) == '-')
		at++;
	if (peek(p, at) != '0')
		return read_digits(p, at);
	if (is_digit(peek(p, at + 1)))
		return refuse(p, at, "a number has no leading zero");
	return at + 1;
}

static const char *
read_exponent(struct parser *p, const char *at)
{
	char c = peek(p, at);

	return read_digits(p, c == '+' || c == '-' ? at + 1 : at);
}

static const char *
read_number(struct parser *p, const char *at)
{
	struct rt_node *v = add_node(p, at, RT_NUMBER);
	const char *start = at;

	if (v == NULL)
		return NULL;
	at = read_integer(p, at);
	if (at != NULL && peek(p, at) == '.')
		at = read_digits(p, at + 1);
	if (at != NULL && (peek(p, at) | 0x20) == 'e')
		at = read_exponent(p, at + 1);
	if (at == NULL)
		return NULL;
	v->p = start;
	v->n = (uint32_t)(at - start);
	return at;
}

static const char *
read_word(struct parser *p, const char *at, struct rt_str word,
    enum rt_type type)
{
	size_t left = (size_t)(p->end - at);
	struct rt_node *v;

	if (left < word.n || memcmp(at, word.p, word.n) != 0)
		return refuse(p, at, NO_WORD);
	v = add_node(p, at, type);
	if (v == NULL)
		return NULL;
	v->n = word.p[0] == 't';
	return at + word.n;
}

/* --- Arrays and objects --- */

/* While a node is open, its span is the index of the one around it. */
static const char *
open_node(struct parser *p, const char *at, enum rt_type type)
{
	struct rt_node *v;

	if (p->depth == p->limits->depth)
		return refuse(p, at, "nested too deeply");
	v = add_node(p, at, type);
	if (v == NULL)
		return NULL;
	p->depth++;
	v->span = p->open;
	p->open = (uint32_t)(v - p->tape);
	return at + 1;
}

static struct rt_node *
close_node(struct parser *p)
{
	struct rt_node *v = p->tape + p->open;

	p->open = v->span;
	p->depth--;
	v->span = p->n - (uint32_t)(v - p->tape);
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
	size_t less;

	if (*at == '"')
		return rt_json_skip_string(inside, &less, &p->fault) + 1;
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
is_same(const struct rt_node *a, const struct rt_node *b)
{
	return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

/* The second of two equal names of few, or NULL. */
static const struct rt_node *
find_twice(const struct rt_node *object)
{
	const struct rt_node *names[RT_FEW_MEMBERS], *name = object + 1;

	for (uint32_t i = 0; i < object->n; i++) {
		for (uint32_t k = 0; k < i; k++) {
			if (is_same(names[k], name))
				return name;
		}
		names[i] = name;
		name = rt_node_next_name(name);
	}
	return NULL;
}

static const char *
close_object(struct parser *p, const char *at)
{
	struct rt_node *object = close_node(p);
	const struct rt_node *twice = object->n <= RT_FEW_MEMBERS
	    ? find_twice(object)
	    : rt_node_sort_names(p->arena, object);

	if (twice == NULL || p->limits->repeats)
		return at + 1;
	return refuse(p, place_of(p, (uint32_t)(twice - p->tape)),
	    "the name occurs twice in its object");
}

/* --- The grammar --- */

static const char *
refuse_value(struct parser *p, const char *at)
{
	char c = (char)(peek(p, at) | 0x20);
	const struct rt_node *around;

	if (c >= 'a' && c <= 'z')
		return refuse(p, at, NO_WORD);
	if (p->open == NO_NODE)
		return refuse_other(p, at, "a value");
	around = p->tape + p->open;
	if (around->type == RT_OBJECT)
		return refuse_other(p, at, "a value after ':'");
	return refuse_other(p, at,
	    around->n == 1 ? "a value or ']'" : "a value after ','");
}

static const char *
read_value(struct parser *p, const char *at)
{
	char c = peek(p, at);

	switch (c) {
	case '"':
		return read_string(p, at);
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
		if (c == '-' || is_digit(c))
			return read_number(p, at);
		return refuse_value(p, at);
	}
}

/* What follows the '[' or an item. */
static const char *
read_item(struct parser *p, const char *at)
{
	struct rt_node *array = p->tape + p->open;

	at = skip_space(p, at);
	if (peek(p, at) == ']') {
		(void)close_node(p);
		return at + 1;
	}
	if (array->n++ == 0)
		return read_value(p, at);
	if (peek(p, at) != ',')
		return refuse_other(p, at, "',' or ']'");
	return read_value(p, skip_space(p, at + 1));
}

static const char *
read_name(struct parser *p, const char *at, bool is_first)
{
	if (peek(p, at) != '"')
		return refuse_other(p, at,
		    is_first ? "a name in double quotes or '}'"
			     : "a name in double quotes after ','");
	at = read_string(p, at);
	if (at == NULL)
		return NULL;
	at = skip_space(p, at);
	if (peek(p, at) != ':')
		return refuse_other(p, at, "':' after the name");
	return at + 1;
}

/* What follows the '{' or a member. */
static const char *
read_member(struct parser *p, const char *at)
{
	struct rt_node *object = p->tape + p->open;
	bool is_first = object->n == 0;

	at = skip_space(p, at);
	if (peek(p, at) == '}')
		return close_object(p, at);
	if (!is_first && peek(p, at) != ',')
		return refuse_other(p, at, "',' or '}'");
	if (!is_first)
		at = skip_space(p, at + 1);
	object->n++;
	at = read_name(p, at, is_first);
	return at == NULL ? NULL : read_value(p, skip_space(p, at));
}

/* --- The whole --- */

static const char *
read_text(struct parser *p, const char *at)
{
	at = read_value(p, skip_space(p, at));
	while (at != NULL && p->open != NO_NODE) {
		if (p->tape[p->open].type == RT_ARRAY)
			at = read_item(p, at);
		else
			at = read_member(p, at);
	}
	if (at == NULL)
		return NULL;
	at = skip_space(p, at);
	return at == p->end ? at : refuse_other(p, at, "the end of the text");
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
	    .open = NO_NODE,
	};

	if (text.n >= UINT32_MAX)
		refuse(&p, start, "too large");
	else if (read_text(&p, start) != NULL)
		return p.tape;
	*err = rt_json_error(arena, (struct rt_str){start, text.n}, &p.fault);
	return NULL;
}
