/* The tokens of a line of C and what they are; see fold.h. */
#include "gen/fold.h"

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* strchr(3) finds the NUL too. */
static bool
is_in(const char *set, char c)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* --- cutting --- */

/* The length of a literal with its quotes; 0 when it does not end. */
static size_t
literal_length(struct rt_str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == s.p[0])
			return i + 1;
	}
	return 0;
}

static const struct {
	const char *text;
	enum fold_prec prec;
} operators[] = {
    /* The longest first. */
    {"<<=", FOLD_PREC_ASSIGN},
    {">>=", FOLD_PREC_ASSIGN},
    {"...", FOLD_PREC_NONE},
    {"->", FOLD_PREC_MEMBER},
    {"++", FOLD_PREC_UNARY},
    {"--", FOLD_PREC_UNARY},
    {"<<", FOLD_PREC_SHIFT},
    {">>", FOLD_PREC_SHIFT},
    {"<=", FOLD_PREC_RELATION},
    {">=", FOLD_PREC_RELATION},
    {"==", FOLD_PREC_EQUAL},
    {"!=", FOLD_PREC_EQUAL},
    {"&&", FOLD_PREC_LOGICAL_AND},
    {"||", FOLD_PREC_LOGICAL_OR},
    {"+=", FOLD_PREC_ASSIGN},
    {"-=", FOLD_PREC_ASSIGN},
    {"*=", FOLD_PREC_ASSIGN},
    {"/=", FOLD_PREC_ASSIGN},
    {"%=", FOLD_PREC_ASSIGN},
    {"&=", FOLD_PREC_ASSIGN},
    {"|=", FOLD_PREC_ASSIGN},
    {"^=", FOLD_PREC_ASSIGN},
    {"=", FOLD_PREC_ASSIGN},
    {"<", FOLD_PREC_RELATION},
    {">", FOLD_PREC_RELATION},
    {"+", FOLD_PREC_ADD},
    {"-", FOLD_PREC_ADD},
    {"*", FOLD_PREC_MULTIPLY},
    {"/", FOLD_PREC_MULTIPLY},
    {"%", FOLD_PREC_MULTIPLY},
    {"&", FOLD_PREC_AND},
    {"|", FOLD_PREC_OR},
    {"^", FOLD_PREC_XOR},
    {"!", FOLD_PREC_UNARY},
    {"~", FOLD_PREC_UNARY},
    {".", FOLD_PREC_MEMBER},
    {"?", FOLD_PREC_CONDITIONAL},
    {":", FOLD_PREC_CONDITIONAL},
};

static size_t
operator_at(struct rt_str s, enum fold_prec *prec)
{
	for (size_t i = 0; i < RT_LEN(operators); i++) {
		if (!rt_str_starts(s, operators[i].text))
			continue;
		*prec = operators[i].prec;
		return strlen(operators[i].text);
	}
	return 0;
}

/* Finds the length and the plain kind of the token at the start of s; 0 for
 * what is no token. */
static size_t
cut(struct rt_str s, struct fold_token *t)
{
	size_t n = 0;

	if (rt_str_starts(s, "/*") || rt_str_starts(s, "//"))
		return 0;
	if (s.p[0] == '"' || s.p[0] == '\'') {
		t->kind = s.p[0] == '"' ? FOLD_STRING : FOLD_WORD;
		return literal_length(s);
	}
	while (n < s.n &&
	    (is_word_byte(s.p[n]) ||
		(s.p[n] == '.' && s.p[0] >= '0' && s.p[0] <= '9')))
		n++;
	t->kind = FOLD_WORD;
	if (n > 0)
		return n;
	t->kind = FOLD_OTHER;
	if (is_in("([{", s.p[0]))
		t->kind = FOLD_OPEN;
	else if (is_in(")]}", s.p[0]))
		t->kind = FOLD_CLOSE;
	else if (s.p[0] == ';')
		t->kind = FOLD_SEMI;
	else if (s.p[0] == ',')
		t->kind = FOLD_COMMA;
	if (t->kind == FOLD_COMMA)
		t->prec = FOLD_PREC_COMMA;
	return t->kind == FOLD_OTHER ? operator_at(s, &t->prec) : 1;
}

/* Cuts the text into tokens; false when there is one that is none. */
static bool
cut_all(struct rt_str text, struct fold_line *line)
{
	bool space = false;

	for (size_t at = 0; at < text.n;) {
		struct fold_token *t = &line->v[line->n];
		size_t n;

		if (is_in(" \t\n", text.p[at])) {
			space = true;
			at++;
			continue;
		}
		n = cut((struct rt_str){text.p + at, text.n - at}, t);
		if (n == 0 || line->n + 1 == FOLD_TOKENS_MAX)
			return false;
		t->text = (struct rt_str){text.p + at, n};
		t->width = (unsigned)rt_str_points(t->text);
		t->space = space && line->n > 0;
		space = false;
		line->n++;
		at += n;
	}
	return line->n > 0;
}

/* --- brackets --- */

static bool
matches(char open, char close)
{
	return (open == '(' && close == ')') || (open == '[' && close == ']') ||
	    (open == '{' && close == '}');
}

/* Sets partners, nesting and the number of items between brackets.  A '{' at
 * the end of the line and a '}' at its start may stand alone. */
static bool
match_brackets(struct fold_line *line)
{
	size_t open[FOLD_NESTING_MAX];
	unsigned depth = 0;

	for (size_t i = 0; i < line->n; i++) {
		struct fold_token *t = &line->v[i], *o;

		t->nesting = depth;
		o = depth > 0 ? &line->v[open[depth - 1]] : NULL;
		if (o != NULL && o->params == 0 && t->kind != FOLD_CLOSE)
			o->params = 1;
		if (o != NULL && t->kind == FOLD_COMMA)
			o->params++;
		if (t->kind == FOLD_OPEN) {
			if (depth == FOLD_NESTING_MAX)
				return false;
			open[depth++] = i;
		} else if (t->kind == FOLD_CLOSE && o == NULL) {
			if (i > 0 || !fold_is(t, '}'))
				return false;
		} else if (t->kind == FOLD_CLOSE) {
			if (!matches(o->text.p[0], t->text.p[0]))
				return false;
			o->ends_in_comma = line->v[i - 1].kind == FOLD_COMMA;
			t->partner = open[--depth];
			o->partner = i;
		}
	}
	return depth == 0 ||
	    (depth == 1 && open[0] + 1 == line->n &&
		fold_is(&line->v[open[0]], '{'));
}

/* --- what a token is --- */

static bool
is_one_of(const struct fold_token *t, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (rt_str_is(t->text, *words))
			return true;
	}
	return false;
}

/* Words behind which an expression begins, and no declared name stands. */
static bool
is_keyword(const struct fold_token *t)
{
	static const char *const words[] = {"return", "case", "goto", "else",
	    "sizeof", "if", "while", "for", "switch", "do", "struct", "union",
	    "enum", "static", "extern", "inline", "typedef", "register",
	    "volatile", "restrict", NULL};

	return is_one_of(t, words);
}

/* Whether an operand ends with this token, so that an operator after it is a
 * binary one. */
static bool
ends_operand(const struct fold_token *t)
{
	return t->kind == FOLD_STRING || t->kind == FOLD_CLOSE ||
	    (t->kind == FOLD_WORD && !is_keyword(t));
}

static void
classify_star(struct fold_line *line, size_t i)
{
	struct fold_token *t = &line->v[i];
	const struct fold_token *left = i == 0 ? NULL : t - 1;

	if (left != NULL && ends_operand(left) && i + 1 < line->n && t[1].space)
		t->kind = FOLD_BINARY;
	else if (left != NULL &&
	    (left->kind == FOLD_POINTER ||
		(left->kind == FOLD_WORD && !is_keyword(left))))
		t->kind = FOLD_POINTER;
	else
		t->kind = FOLD_UNARY;
}

/* `questions` counts the '?' whose ':' is still to come. */
static void
classify(struct fold_line *line, size_t i, unsigned *questions)
{
	struct fold_token *t = &line->v[i];
	bool after_operand = i > 0 && ends_operand(t - 1);

	if (t->kind != FOLD_OTHER)
		return;
	if (fold_is(t, '*')) {
		classify_star(line, i);
	} else if (fold_is(t, '?')) {
		t->kind = FOLD_CONDITIONAL;
		++*questions;
	} else if (fold_is(t, ':')) {
		if (*questions > 0) {
			t->kind = FOLD_CONDITIONAL;
			--*questions;
		}
	} else if (t->prec == FOLD_PREC_MEMBER) {
		t->kind =
		    after_operand && !t->space ? FOLD_MEMBER : FOLD_DESIGNATOR;
	} else if (t->prec == FOLD_PREC_UNARY) {
		t->kind = after_operand && !t->space ? FOLD_OTHER : FOLD_UNARY;
	} else if (t->prec != FOLD_PREC_NONE) {
		t->kind = after_operand ? FOLD_BINARY : FOLD_UNARY;
	}
}

/* --- names and types --- */

/* Whether the token is a name that its declaration declares: it follows a
 * type. */
static bool
is_declared(const struct fold_line *line, size_t i)
{
	const struct fold_token *t = &line->v[i];

	if (t->kind != FOLD_WORD || is_keyword(t) ||
	    rt_str_is(t->text, "const"))
		return false;
	while (i > 0 && rt_str_is(line->v[i - 1].text, "const"))
		i--;
	if (i == 0)
		return false;
	t = &line->v[i - 1];
	return t->kind == FOLD_POINTER ||
	    (t->kind == FOLD_WORD && !is_keyword(t));
}

/* Whether only a type stands between the brackets. */
static bool
holds_type(const struct fold_line *line, size_t open, size_t close)
{
	for (size_t i = open + 1; i < close; i++) {
		if (line->v[i].kind != FOLD_WORD &&
		    line->v[i].kind != FOLD_POINTER)
			return false;
	}
	return close > open + 1;
}

static bool
is_cast(const struct fold_line *line, size_t close)
{
	const struct fold_token *t = &line->v[close];
	size_t open = t->partner;

	if (!fold_is(t, ')') || close + 1 >= line->n || t[1].space)
		return false;
	if (t[1].kind != FOLD_WORD && t[1].kind != FOLD_STRING &&
	    t[1].kind != FOLD_UNARY && !fold_is(&t[1], '('))
		return false;
	if (open > 0 && ends_operand(&line->v[open - 1]))
		return false;
	return holds_type(line, open, close);
}

/* A '{' that begins a list of values and no block. */
static bool
is_init(const struct fold_line *line, size_t i)
{
	const struct fold_token *t = &line->v[i];

	if (!fold_is(t, '{'))
		return false;
	if (i == 0)
		return line->outer > 0;
	return fold_is(t - 1, '=') || fold_is(t - 1, ',') ||
	    t[-1].kind == FOLD_OPEN || (fold_is(t - 1, ')') && !t->space);
}

static void
name_tokens(struct fold_line *line)
{
	for (size_t i = 0; i < line->n; i++) {
		struct fold_token *t = &line->v[i];

		t->is_name = is_declared(line, i);
		t->is_function = t->is_name && t->nesting == 0 &&
		    i + 1 < line->n && fold_is(t + 1, '(');
		t->is_cast = is_cast(line, i);
		t->is_init = is_init(line, i);
	}
}

bool
fold_lex(struct rt_arena *a, struct rt_str text, struct fold_line *line)
{
	unsigned questions = 0, all = 0;

	line->v = rt_arena_array(a,
	    text.n < FOLD_TOKENS_MAX ? text.n + 1 : FOLD_TOKENS_MAX,
	    sizeof(*line->v));
	line->n = 0;
	if (!cut_all(text, line) || !match_brackets(line))
		return false;
	for (size_t i = 0; i < line->n; i++) {
		if (fold_is(&line->v[i], '?') && ++all > FOLD_QUESTIONS_MAX)
			return false;
		classify(line, i, &questions);
	}
	name_tokens(line);
	return true;
}
