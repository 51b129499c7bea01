#include "gen/doc_syntax.h"

enum { WORD_MAX = 24 };

/* --- what is found at a place --- */

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '_' || (c & 0x80) != 0;
}

static bool
is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* The word, the quoted text or the one character at the start of `rest`. */
static struct rt_str
first_token(struct rt_str rest)
{
	bool is_quoted = is_quote(rest.p[0]);
	size_t n = 1;

	if (!is_quoted && !is_word(rest.p[0]))
		return (struct rt_str){rest.p, 1};
	while (n < rest.n && n < WORD_MAX && rest.p[n] != '\n') {
		if (is_quoted && rest.p[n] == rest.p[0])
			return (struct rt_str){rest.p, n + 1};
		if (!is_quoted && !is_word(rest.p[n]))
			break;
		n++;
	}
	while (n > 1 && n < rest.n && ((unsigned char)rest.p[n] >> 6) == 2)
		n--;
	return (struct rt_str){rest.p, n};
}

struct found {
	struct source_pos pos;
	const char *text;
};

/* What cannot be shown as it is. */
static const char *
name_of(struct rt_str rest)
{
	if (rest.n == 0)
		return "the end of the file";
	switch (rest.p[0]) {
	case '\n':
	case '\r':
		return "the end of the line";
	case '\t':
		return "a tab";
	case ' ':
		return "a space";
	default:
		return NULL;
	}
}

static struct found
found_at(struct doc_build *b, size_t offset)
{
	const struct source *s = b->source;
	size_t at = offset < s->text.n ? offset : s->text.n;
	struct rt_str token = {s->text.p + at, s->text.n - at};
	struct found f = {source_pos(s, at, 1), name_of(token)};
	const char *quote;

	if (f.text != NULL)
		return f;
	token = first_token(token);
	quote = is_quote(token.p[0]) ? "" : "'";
	token =
	    rt_arena_printf(b->arena, "%s%.*s%s", quote, RT_FMT(token), quote);
	f.pos.len = (unsigned)(token.n - 2 * strlen(quote));
	f.text = token.p;
	return f;
}

/* --- YAML --- */

enum told {
	TOLD_FOUND = 1, /* "expected ..., found ..." */
	TOLD_NEXT, /* as above, with the character behind the place */
	TOLD_BARE, /* the sentence says it all */
	TOLD_AT_CONTEXT, /* bare, at the start of the construct */
};

/* libyaml's words and ours. */
struct saying {
	const char *problem;
	enum told told;
	const char *text;
	const char *context; /* note at the start of the construct */
	const char *help;
};

static const char tab_problem[] =
    "found a tab character that violates indentation";

static const struct saying sayings[] = {
    {"mapping values are not allowed in this context", TOLD_BARE,
	"a ':' cannot stand here, since what is before it is no key", NULL,
	"put quotes around a text that has ': ' in it, and check the "
	"indentation"},
    {"could not find expected ':'", TOLD_AT_CONTEXT,
	"expected 'key: value', found a text without ':'", NULL, NULL},
    {"did not find expected key", TOLD_FOUND,
	"expected a key indented as the others of its mapping",
	"the mapping begins here", NULL},
    {"did not find expected '-' indicator", TOLD_FOUND,
	"expected '-' indented as the others of its sequence",
	"the sequence begins here", NULL},
    {"did not find expected ',' or ']'", TOLD_FOUND, "expected ',' or ']'",
	"the sequence begins here", NULL},
    {"did not find expected ',' or '}'", TOLD_FOUND, "expected ',' or '}'",
	"the mapping begins here", NULL},
    {"found character that cannot start any token", TOLD_FOUND,
	"expected a value", NULL,
	"put quotes around a text that begins with '@', '`' or '%'"},
    {tab_problem, TOLD_FOUND, "expected spaces as indentation", NULL, NULL},
    {"found a tab character where an indentation space is expected", TOLD_FOUND,
	"expected spaces as indentation", NULL, NULL},
    {"found unexpected end of stream", TOLD_AT_CONTEXT,
	"expected a closing quote for the text that begins here, found the "
	"end of the file",
	NULL, NULL},
    {"found unexpected document indicator", TOLD_AT_CONTEXT,
	"expected a closing quote for the text that begins here, found the "
	"end of the document",
	NULL, NULL},
    {"did not find expected node content", TOLD_FOUND, "expected a value", NULL,
	NULL},
    {"did not find expected <document start>", TOLD_FOUND,
	"expected the end of the document", NULL, NULL},
    {"block sequence entries are not allowed in this context", TOLD_BARE,
	"a '- ' cannot stand here", NULL,
	"begin a sequence on a line of its own"},
    {"mapping keys are not allowed in this context", TOLD_BARE,
	"a '? ' cannot stand here", NULL,
	"put quotes around a text that begins with '? '"},
    {"found unknown escape character", TOLD_NEXT,
	"expected one of 0abtnvfre\"/\\N_LPxuU or a space after the "
	"backslash",
	NULL, "in single quotes a backslash stands for itself"},
    {"found undefined tag handle", TOLD_FOUND,
	"expected a tag handle that is declared", NULL, NULL},
    {"did not find expected alphabetic or numeric character", TOLD_FOUND,
	"expected the name of an anchor or alias", NULL,
	"put quotes around a text that begins with '&' or '*'"},
    {"did not find expected comment or line break", TOLD_FOUND,
	"expected a comment or the end of the line", NULL, NULL},
    {"found unknown directive name", TOLD_AT_CONTEXT,
	"expected the directive %YAML or %TAG, found another", NULL, NULL},
    {"found incompatible YAML document", TOLD_BARE,
	"expected YAML 1.1 or 1.2, found another version", NULL, NULL},
};

static const struct saying *
saying_of(const char *problem)
{
	for (size_t i = 0; i < RT_LEN(sayings); i++) {
		if (strcmp(problem, sayings[i].problem) == 0)
			return &sayings[i];
	}
	return NULL;
}

static void
report_unknown(struct doc_build *b, const struct doc_yaml_fault *fault)
{
	struct found f = found_at(b, fault->offset);
	bool has_context = fault->context != NULL;

	diag_error(b->diag, f.pos, "yaml-syntax", "%s%s%s, at %s",
	    has_context ? fault->context : "", has_context ? ": " : "",
	    fault->problem, f.text);
}

void
doc_syntax_yaml(struct doc_build *b, const struct doc_yaml_fault *fault)
{
	const struct saying *s = saying_of(fault->problem);
	bool has_context = fault->context != NULL;
	struct found f = found_at(b, fault->offset);

	if (s == NULL) {
		report_unknown(b, fault);
		return;
	}
	if (strcmp(f.text, "a tab") == 0)
		s = saying_of(tab_problem);
	if (s->told == TOLD_AT_CONTEXT && has_context)
		f = found_at(b, fault->context_offset);
	if (s->told == TOLD_NEXT)
		f = found_at(b, fault->offset + 1);
	if (s->told == TOLD_FOUND || s->told == TOLD_NEXT)
		diag_error(b->diag, f.pos, "yaml-syntax", "%s, found %s",
		    s->text, f.text);
	else
		diag_error(b->diag, f.pos, "yaml-syntax", "%s", s->text);
	if (s->context != NULL && has_context)
		diag_note(b->diag,
		    source_pos(b->source, fault->context_offset, 1), "%s",
		    s->context);
	if (s->help != NULL)
		diag_help(b->diag, "%s", s->help);
}

void
doc_syntax_yaml_char(struct doc_build *b, size_t offset, unsigned point)
{
	diag_error(b->diag, source_pos(b->source, offset, 1), "yaml-syntax",
	    "expected printable text, found the character U+%04X", point);
	diag_help(b->diag, "write it as an escape in double quotes");
}

/* --- JSON --- */

static bool
is_json_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
skip_space(struct rt_str text, size_t at)
{
	while (at < text.n && is_json_space(text.p[at]))
		at++;
	return at;
}

/* Whether `c` is next; then *at is what follows it. */
static bool
skip_mark(struct rt_str text, size_t *at, char c)
{
	if (*at >= text.n || text.p[*at] != c)
		return false;
	*at = skip_space(text, *at + 1);
	return true;
}

static const char *
expected_json(const struct doc_frame *f, enum doc_json_state state,
    struct rt_str text, size_t *at)
{
	bool in_map = f != NULL && f->node->type == DOC_MAP;

	if (state == DOC_JSON_START)
		return "a value";
	if (f == NULL)
		return "the end of the text";
	if (state == DOC_JSON_OPEN)
		return in_map ? "a key in double quotes or '}'"
			      : "a value or ']'";
	if (state == DOC_JSON_KEY)
		return skip_mark(text, at, ':') ? "a value after ':'"
						: "':' after the key";
	if (skip_mark(text, at, ','))
		return in_map ? "a key in double quotes after ','"
			      : "a value after ','";
	return in_map ? "',' or '}'" : "',' or ']'";
}

/* A whole string would have been taken where a value or a key is expected. */
static bool
report_open_string(struct doc_build *b, const char *expected, size_t at)
{
	struct rt_str text = b->source->text;

	if (at >= text.n || text.p[at] != '"' || expected[0] != 'a')
		return false;
	diag_error(b->diag, source_pos(b->source, at, 1), "json-syntax",
	    "expected a closing quote for the string that begins here, found "
	    "the end of the file");
	return true;
}

void
doc_syntax_json(struct doc_build *b, enum doc_json_state state, size_t end)
{
	const struct doc_frame *f = doc_build_top(b);
	struct rt_str text = b->source->text;
	size_t at = skip_space(text, end);
	const char *expected = expected_json(f, state, text, &at);
	struct found found = found_at(b, at);

	if (report_open_string(b, expected, at))
		return;
	diag_error(b->diag, found.pos, "json-syntax", "expected %s, found %s",
	    expected, found.text);
	if (f != NULL && at >= text.n)
		diag_note(b->diag, f->node->pos, "%s begins here",
		    f->node->type == DOC_MAP ? "the object" : "the array");
	if (at < text.n && strstr(expected, "after ','") != NULL &&
	    (text.p[at] == '}' || text.p[at] == ']'))
		diag_help(b->diag, "JSON has no ',' after the last one");
}

bool
doc_syntax_json_token(struct doc_build *b, const char *why, size_t offset)
{
	static const struct {
		const char *words;
		const char *expected;
	} faults[] = {
	    {"invalid character inside string",
		"an escape such as \\n or the closing quote"},
	    {"inside a string, '\\' occurs",
		"one of \"\\/bfnrtu after the backslash"},
	    {"(non-hex)", "four hexadecimal digits after '\\u'"},
	    {"malformed number", "a digit"},
	};
	struct found found = found_at(b, offset);

	for (size_t i = 0; i < RT_LEN(faults); i++) {
		if (strstr(why, faults[i].words) == NULL)
			continue;
		diag_error(b->diag, found.pos, "json-syntax",
		    "expected %s, found %s", faults[i].expected, found.text);
		return true;
	}
	return false;
}

/* --- encoding --- */

/* The first byte that is no part of a well-formed character. */
static size_t
ill_formed_offset(struct rt_str text)
{
	size_t at = 0;

	while (at < text.n) {
		unsigned char lead = (unsigned char)text.p[at];
		size_t n = 1;

		if (lead >= 0x80)
			n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
		if (n > text.n - at ||
		    !rt_str_is_utf8((struct rt_str){text.p + at, n}))
			break;
		at += n;
	}
	return at;
}

static void
report_ill_formed(struct doc_build *b)
{
	const struct source *s = b->source;
	size_t at = ill_formed_offset(s->text);

	if (rt_str_starts(s->text, "\xff\xfe") ||
	    rt_str_starts(s->text, "\xfe\xff"))
		diag_error(b->diag, (struct source_pos){.source = s},
		    "encoding",
		    "expected UTF-8, found the byte order mark of UTF-16");
	else
		diag_error(b->diag, source_pos(s, at, 1), "encoding",
		    "expected UTF-8, found the byte 0x%02X",
		    (unsigned char)s->text.p[at]);
	diag_help(b->diag, "save the file as UTF-8");
}

bool
doc_syntax_encoding(struct doc_build *b)
{
	static const struct {
		const char *bytes;
		const char *name;
	} breaks[] = {
	    {"\xc2\x85", "U+0085"},
	    {"\xe2\x80\xa8", "U+2028"},
	    {"\xe2\x80\xa9", "U+2029"},
	};
	const struct source *s = b->source;

	if (!rt_str_is_utf8(s->text)) {
		report_ill_formed(b);
		return false;
	}
	for (size_t i = 0; !b->is_json && i < RT_LEN(breaks); i++) {
		size_t n = strlen(breaks[i].bytes);
		const char *p;

		p = memmem(s->text.p, s->text.n, breaks[i].bytes, n);
		if (p == NULL)
			continue;
		diag_error(b->diag,
		    source_pos(s, (size_t)(p - s->text.p), (unsigned)n),
		    "encoding",
		    "expected text without %s, which some readers of YAML "
		    "take for a line break",
		    breaks[i].name);
		diag_help(b->diag, "write it as an escape in double quotes");
		return false;
	}
	return true;
}
