/*
 * Patterns by libpcre2, as code for the machine where the system lets it be
 * made, which is before the sandbox is up.
 */
#include "runtime/check.h"
#include "runtime/format_part.h"
#include "runtime/pattern_ecma.h"

#include <stdio.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The options and the newlines that come nearest to ECMA-262 with flag u. */
static const uint32_t ecma_options = PCRE2_UTF | PCRE2_ALT_BSUX |
    PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS |
    PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_POSSESS;

enum { HEAP_KIB = 16 * 1024 };

struct rt_patterns {
	pcre2_compile_context *how;
	pcre2_match_context *bounds;
	pcre2_match_data *found;
	unsigned n;
	pcre2_code *codes[];
};

/* The last refusal; patterns are compiled at the start, by one thread. */
static char refusal[512];

static pcre2_code *
compile(const struct rt_patterns *all, struct rt_str text, int *error,
    size_t *offset)
{
	return pcre2_compile((PCRE2_SPTR)text.p, text.n, ecma_options, error,
	    offset, all->how);
}

/*
 * libpcre2 bounds its work for each place where a match may begin, which is
 * no bound for a long string.  So a pattern that may begin anywhere gets the
 * search before it as a part of itself.
 */
static pcre2_code *
compile_search(const struct rt_patterns *all, const char *text)
{
	struct rt_arena *a = rt_arena_open(SIZE_MAX, NULL, NULL);
	struct rt_str search = rt_arena_printf(a, "^(?s:.)*?(?:%s)", text);
	size_t offset;
	int error;
	pcre2_code *code = compile(all, search, &error, &offset);

	rt_arena_close(a);
	return code;
}

static pcre2_code *
refuse(const char *text, size_t offset, const char *why)
{
	snprintf(refusal, sizeof(refusal),
	    "The pattern '%.200s' is refused at character %zu: %s.", text,
	    offset + 1, why);
	return NULL;
}

/* `own` is what libpcre2 takes for `text`. */
static pcre2_code *
compile_own(const struct rt_patterns *all, const char *own, const char *text)
{
	PCRE2_UCHAR why[160];
	size_t offset;
	uint32_t options;
	int error;
	pcre2_code *search, *code = compile(all, rt_str(own), &error, &offset);

	if (code == NULL) {
		pcre2_get_error_message(error, why, sizeof(why));
		return refuse(text, offset, (const char *)why);
	}
	pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options);
	if ((options & PCRE2_ANCHORED) != 0)
		return code;
	search = compile_search(all, own);
	pcre2_code_free(code);
	return search != NULL ? search
			      : refuse(text, 0, "it can't stand in a group");
}

static pcre2_code *
compile_one(const struct rt_patterns *all, const char *text)
{
	char *own = rt_pattern_from_ecma(text);
	pcre2_code *code = own == NULL ? refuse(text, 0, "there is no memory")
				       : compile_own(all, own, text);

	free(own);
	return code;
}

struct rt_patterns *
rt_patterns_open(const char *const *texts, unsigned n, const char **why)
{
	struct rt_patterns *all =
	    calloc(1, sizeof(*all) + n * sizeof(all->codes[0]));

	*why = "There is no memory for the patterns.";
	if (all == NULL)
		return NULL;
	all->how = pcre2_compile_context_create(NULL);
	all->bounds = pcre2_match_context_create(NULL);
	all->found = pcre2_match_data_create(1, NULL);
	if (all->how == NULL || all->bounds == NULL || all->found == NULL) {
		rt_patterns_close(all);
		return NULL;
	}
	pcre2_set_newline(all->how, PCRE2_NEWLINE_ANYCRLF);
	pcre2_set_compile_extra_options(all->how, PCRE2_EXTRA_ALT_BSUX);
	pcre2_set_heap_limit(all->bounds, HEAP_KIB);
	for (; all->n < n; all->n++) {
		all->codes[all->n] = compile_one(all, texts[all->n]);
		if (all->codes[all->n] == NULL) {
			*why = refusal;
			rt_patterns_close(all);
			return NULL;
		}
		/* Where the system forbids that, they are interpreted. */
		(void)pcre2_jit_compile(all->codes[all->n], PCRE2_JIT_COMPLETE);
	}
	return all;
}

void
rt_patterns_close(struct rt_patterns *all)
{
	if (all == NULL)
		return;
	for (unsigned i = 0; i < all->n; i++)
		pcre2_code_free(all->codes[i]);
	pcre2_match_data_free(all->found);
	pcre2_match_context_free(all->bounds);
	pcre2_compile_context_free(all->how);
	free(all);
}

/*
 * Steps that a match may take.  A short string may cost the square of its
 * length, as the harmless patterns do at worst; from there on the bound grows
 * with the length, so that the sum over a document is bounded by its size.
 */
static uint32_t
steps_max(size_t n)
{
	size_t several = n < 1000 ? n : 1000;
	size_t most = 100 * 1000 * 1000;

	if (n > most / 20)
		n = most / 20;
	return (uint32_t)(1000 + 500 * several + 20 * n);
}

/*
 * pcre2_jit_match() leaves out what pcre2_match() looks at first, which for
 * ASCII finds nothing.  Machine code has a small stack; the interpreter's is
 * the heap, up to HEAP_KIB.
 */
static int
match(const struct rt_patterns *all, unsigned id, struct rt_str s)
{
	const pcre2_code *code = all->codes[id];
	PCRE2_SPTR p = (PCRE2_SPTR)s.p;
	int status = PCRE2_ERROR_JIT_BADOPTION;

	if (rt_str_is_ascii(s))
		status = pcre2_jit_match(code, p, s.n, 0, 0, all->found,
		    all->bounds);
	if (status == PCRE2_ERROR_JIT_BADOPTION)
		status =
		    pcre2_match(code, p, s.n, 0, 0, all->found, all->bounds);
	if (status == PCRE2_ERROR_JIT_STACKLIMIT)
		status = pcre2_match(code, p, s.n, 0, PCRE2_NO_JIT, all->found,
		    all->bounds);
	return status;
}

enum rt_match
rt_patterns_match(const struct rt_patterns *all, unsigned id, struct rt_str s)
{
	int status;

	if (all == NULL || id >= all->n)
		return RT_MATCH_UNKNOWN;
	pcre2_set_match_limit(all->bounds, steps_max(s.n));
	status = match(all, id, s);
	if (status >= 0)
		return RT_MATCH_YES;
	switch (status) {
	case PCRE2_ERROR_MATCHLIMIT:
	case PCRE2_ERROR_DEPTHLIMIT:
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_NOMEMORY:
		return RT_MATCH_UNKNOWN;
	default:
		return RT_MATCH_NO;
	}
}

/* --- The format regex --- */

enum {
	REGEX_MAX = 10000, /* bytes */
	REGEX_GROUPS = 20, /* inside each other, for the stack of a call */
};

/*
 * Whether ECMA-262 has the construct that begins at s, or it is plain; libpcre2
 * knows more of them.
 */
static bool
is_of_ecma(struct rt_str s)
{
	switch (s.p[0]) {
	case '\\':
		return s.n > 1 &&
		    rt_is_one_of(s.p[1],
			"dDsSwWbBfnrtv0123456789cxukpP^$\\.*+?()[]{}|/-");
	case '(':
		if (s.n > 1 && s.p[1] == '*')
			return false;
		return s.n < 3 || s.p[1] != '?' || rt_is_one_of(s.p[2], ":=!<");
	case '*':
	case '+':
	case '?':
	case '}':
		return s.n < 2 || s.p[1] != '+';
	default:
		return true;
	}
}

static bool
has_ecma_syntax(struct rt_str s)
{
	bool class = false;

	while (s.n > 0) {
		bool escape = s.p[0] == '\\';

		if ((!class || escape) && !is_of_ecma(s))
			return false;
		class = s.p[0] == '[' || (class && s.p[0] != ']');
		s = rt_after(s, escape ? 2 : 1);
	}
	return true;
}

/* Whether libpcre2 takes its own form of the text, with little stack. */
static bool
is_compiled(const char *own)
{
	struct rt_patterns all = {.how = pcre2_compile_context_create(NULL)};
	pcre2_code *code;
	size_t offset;
	int error;

	if (all.how == NULL)
		return false;
	pcre2_set_newline(all.how, PCRE2_NEWLINE_ANYCRLF);
	pcre2_set_compile_extra_options(all.how, PCRE2_EXTRA_ALT_BSUX);
	pcre2_set_parens_nest_limit(all.how, REGEX_GROUPS);
	code = compile(&all, rt_str(own), &error, &offset);
	pcre2_code_free(code);
	pcre2_compile_context_free(all.how);
	return code != NULL;
}

bool
rt_is_regex(struct rt_str s)
{
	char *text, *own;
	bool is;

	if (s.n > REGEX_MAX || memchr(s.p, '\0', s.n) != NULL ||
	    !has_ecma_syntax(s))
		return false;
	text = strndup(s.p, s.n);
	own = text == NULL ? NULL : rt_pattern_from_ecma(text);
	is = own != NULL && is_compiled(own);
	free(own);
	free(text);
	return is;
}
