#include "gen/sql_lex.h"

struct sql_lex
sql_lex(struct rt_arena *arena, struct rt_str text)
{
	return (struct sql_lex){
	    .text = text,
	    .brackets = rt_buf(arena, SIZE_MAX / 2),
	};
}

/* --- Characters --- */

/* The byte `i` ahead, NUL at the end; a NUL of the text is none of any kind. */
static char
ahead(const struct sql_lex *l, size_t i)
{
	return i < l->text.n - l->at ? l->text.p[l->at + i] : '\0';
}

static bool
is_space(char c)
{
	return c != '\0' && strchr(" \t\n\r\f", c) != NULL;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    ((unsigned char)c & 0x80) != 0;
}

static bool
is_name_part(char c)
{
	return is_name_start(c) || is_digit(c) || c == '$';
}

static bool
is_operator(char c)
{
	return c != '\0' && strchr("~!@#^&|`?+-*/%<>=", c) != NULL;
}

static bool
begins_comment(const struct sql_lex *l)
{
	return (ahead(l, 0) == '-' && ahead(l, 1) == '-') ||
	    (ahead(l, 0) == '/' && ahead(l, 1) == '*');
}

/* --- Blanks and comments --- */

static void
skip_line(struct sql_lex *l)
{
	while (l->at < l->text.n && ahead(l, 0) != '\n' && ahead(l, 0) != '\r')
		l->at++;
}

/* False when nothing ends it.  They nest. */
static bool
skip_block(struct sql_lex *l)
{
	size_t depth = 0;

	while (l->at < l->text.n) {
		if (ahead(l, 0) == '/' && ahead(l, 1) == '*') {
			depth++;
			l->at += 2;
		} else if (ahead(l, 0) == '*' && ahead(l, 1) == '/') {
			depth--;
			l->at += 2;
		} else {
			l->at++;
		}
		if (depth == 0)
			return true;
	}
	return false;
}

/* --- Strings --- */

/* To the quote that ends it, which is doubled where it is meant. */
static bool
skip_quoted(struct sql_lex *l, char quote, bool escapes)
{
	while (l->at < l->text.n) {
		char c = ahead(l, 0);

		l->at++;
		if (escapes && c == '\\' && l->at < l->text.n)
			l->at++;
		else if (c == quote && ahead(l, 0) == quote)
			l->at++;
		else if (c == quote)
			return true;
	}
	return false;
}

/* Behind blanks with a line feed, a quote goes on with the string before it:
 * comments may stand between once the line has ended. */
static bool
goes_on(struct sql_lex *l)
{
	size_t at = l->at;
	bool line = false;

	for (;;) {
		char c = ahead(l, 0);

		if (c == '-' && ahead(l, 1) == '-') {
			skip_line(l);
			continue;
		}
		if (!is_space(c))
			break;
		line = line || c == '\n' || c == '\r';
		l->at++;
	}
	if (line && ahead(l, 0) == '\'') {
		l->at++;
		return true;
	}
	l->at = at;
	return false;
}

static enum sql_word
read_string(struct sql_lex *l, bool escapes)
{
	do {
		if (!skip_quoted(l, '\'', escapes))
			return SQL_WORD_OPEN;
	} while (goes_on(l));
	return SQL_WORD_STRING;
}

/* "$tag$", its tag perhaps empty; 0 where there is none. */
static size_t
dollar_tag(const struct sql_lex *l)
{
	size_t n = 1;

	if (is_name_start(ahead(l, n))) {
		while (is_name_part(ahead(l, n)) && ahead(l, n) != '$')
			n++;
	}
	return ahead(l, n) == '$' ? n + 1 : 0;
}

static enum sql_word
read_dollars(struct sql_lex *l, size_t n)
{
	const char *tag = l->text.p + l->at, *end;

	l->at += n;
	end = memmem(l->text.p + l->at, l->text.n - l->at, tag, n);
	if (end == NULL) {
		l->at = l->text.n;
		return SQL_WORD_OPEN;
	}
	l->at = (size_t)(end - l->text.p) + n;
	return SQL_WORD_STRING;
}

/* E'', B'', X'', N'', U&'' and U&"": bytes before the quote, else 0. */
static size_t
string_prefix(const struct sql_lex *l)
{
	char c = ahead(l, 0), quote = ahead(l, 1);

	if (c != '\0' && strchr("eEbBxXnN", c) != NULL && quote == '\'')
		return 1;
	if ((c == 'u' || c == 'U') && quote == '&' &&
	    (ahead(l, 2) == '\'' || ahead(l, 2) == '"'))
		return 2;
	return 0;
}

static enum sql_word
read_prefixed(struct sql_lex *l, size_t n)
{
	bool escapes = ahead(l, 0) == 'e' || ahead(l, 0) == 'E';
	char quote = ahead(l, n);

	l->at += n + 1;
	if (quote == '\'')
		return read_string(l, escapes);
	return skip_quoted(l, '"', false) ? SQL_WORD_QUOTED : SQL_WORD_OPEN;
}

/* --- Other words --- */

static enum sql_word
read_name(struct sql_lex *l)
{
	while (is_name_part(ahead(l, 0)))
		l->at++;
	return SQL_WORD_NAME;
}

/* Where it ends matters little: nothing in it could be taken for something
 * else.  ".." is no part of it. */
static enum sql_word
read_number(struct sql_lex *l)
{
	for (;;) {
		char c = ahead(l, 0);
		bool sign = (c == '+' || c == '-') && l->at > l->begin &&
		    (l->text.p[l->at - 1] == 'e' ||
			l->text.p[l->at - 1] == 'E') &&
		    is_digit(ahead(l, 1));

		if (!is_name_part(c) && !sign &&
		    !(c == '.' && ahead(l, 1) != '.'))
			return SQL_WORD_NUMBER;
		l->at++;
	}
}

/* A comment begins wherever its two characters stand in one. */
static enum sql_word
read_operator(struct sql_lex *l)
{
	do
		l->at++;
	while (is_operator(ahead(l, 0)) && !begins_comment(l));
	return SQL_WORD_OPERATOR;
}

/* A question mark that touches the name and is no part of an operator, such
 * as ?| of jsonb, is ours. */
static enum sql_word
read_parameter(struct sql_lex *l)
{
	size_t begin = ++l->at;

	while (is_name_part(ahead(l, 0)) && ahead(l, 0) != '$')
		l->at++;
	l->name = (struct rt_str){l->text.p + begin, l->at - begin};
	l->nullable = ahead(l, 0) == '?' && !is_operator(ahead(l, 1));
	if (l->nullable)
		l->at++;
	return SQL_WORD_PARAMETER;
}

/* --- Marks --- */

static char
innermost(const struct sql_lex *l)
{
	return l->brackets.n == 0 ? '\0' : l->brackets.p[l->brackets.n - 1];
}

static enum sql_word
read_mark(struct sql_lex *l)
{
	char c = ahead(l, 0);

	l->at++;
	if (c == '(')
		rt_buf_byte(&l->brackets, '(');
	else if (c == '[')
		rt_buf_byte(&l->brackets, l->operand ? '{' : '[');
	else if ((c == ')' || c == ']') && l->brackets.n > 0)
		l->brackets.n--;
	else if (c == ':' && (ahead(l, 0) == ':' || ahead(l, 0) == '='))
		l->at++;
	return SQL_WORD_MARK;
}

static enum sql_word
read_other(struct sql_lex *l)
{
	char c = ahead(l, 0);

	if (c == ':' && is_name_start(ahead(l, 1)) && innermost(l) != '{')
		return read_parameter(l);
	if (c == '\0' || strchr("()[],;:.", c) == NULL) {
		/* What PostgreSQL will not have either. */
		l->at++;
		return SQL_WORD_OPERATOR;
	}
	return read_mark(l);
}

static enum sql_word
read_dollar(struct sql_lex *l)
{
	size_t n = dollar_tag(l);

	if (n > 0)
		return read_dollars(l, n);
	l->at++;
	if (!is_digit(ahead(l, 0)))
		return SQL_WORD_OPERATOR;
	while (is_digit(ahead(l, 0)))
		l->at++;
	return SQL_WORD_POSITION;
}

static enum sql_word
read_word(struct sql_lex *l)
{
	char c = ahead(l, 0);
	size_t prefix = string_prefix(l);

	if (prefix > 0)
		return read_prefixed(l, prefix);
	if (is_name_start(c))
		return read_name(l);
	if (is_digit(c) || (c == '.' && is_digit(ahead(l, 1))))
		return read_number(l);
	if (c == '\'' || c == '"') {
		l->at++;
		if (c == '\'')
			return read_string(l, false);
		return skip_quoted(l, '"', false) ? SQL_WORD_QUOTED
						  : SQL_WORD_OPEN;
	}
	if (c == '$')
		return read_dollar(l);
	return is_operator(c) ? read_operator(l) : read_other(l);
}

/* --- The next word --- */

/* Blanks and blocks; false at a block that nothing ends. */
static bool
skip_blanks(struct sql_lex *l)
{
	for (;;) {
		l->begin = l->at;
		if (is_space(ahead(l, 0)))
			l->at++;
		else if (ahead(l, 0) != '/' || ahead(l, 1) != '*')
			return true;
		else if (!skip_block(l))
			return false;
	}
}

/* ARRAY[...] has items in its brackets, and so have the arrays in it. */
static bool
is_operand(const struct sql_lex *l)
{
	switch (l->word) {
	case SQL_WORD_NAME:
		return !sql_lex_is(l, "array");
	case SQL_WORD_QUOTED:
	case SQL_WORD_POSITION:
	case SQL_WORD_PARAMETER:
		return true;
	case SQL_WORD_MARK:
		return sql_lex_is(l, ")") || sql_lex_is(l, "]");
	default:
		return false;
	}
}

enum sql_word
sql_lex_next(struct sql_lex *l)
{
	if (l->word == SQL_WORD_OPEN)
		return l->word;
	if (!skip_blanks(l)) {
		l->word = SQL_WORD_OPEN;
	} else if (l->at == l->text.n) {
		l->word = SQL_WORD_END;
	} else if (ahead(l, 0) == '-' && ahead(l, 1) == '-') {
		skip_line(l);
		l->word = SQL_WORD_COMMENT;
	} else {
		l->word = read_word(l);
	}
	l->end = l->at;
	if (l->word != SQL_WORD_COMMENT)
		l->operand = is_operand(l);
	return l->word;
}

struct rt_str
sql_lex_text(const struct sql_lex *l)
{
	return (struct rt_str){l->text.p + l->begin, l->end - l->begin};
}

bool
sql_lex_is(const struct sql_lex *l, const char *text)
{
	return (l->word == SQL_WORD_NAME || l->word == SQL_WORD_MARK) &&
	    rt_str_is_nocase(sql_lex_text(l), text);
}

unsigned
sql_lex_length(struct rt_arena *arena, struct rt_str text, size_t at)
{
	struct sql_lex l =
	    sql_lex(arena, (struct rt_str){text.p + at, text.n - at});

	switch (sql_lex_next(&l)) {
	case SQL_WORD_END:
	case SQL_WORD_COMMENT:
	case SQL_WORD_OPEN:
		return 1;
	default:
		return l.begin == 0 ? (unsigned)l.end : 1;
	}
}
