#include "runtime/pattern_ecma.h"

#include <stdlib.h>

/* Unicode's general categories by the names that ECMA-262 takes (its table of
 * values of General_Category); libpcre2 has the short ones. */
static const struct {
	const char *name, *category;
} categories[] = {
    {"Cased_Letter", "L&"},
    {"Close_Punctuation", "Pe"},
    {"Connector_Punctuation", "Pc"},
    {"Control", "Cc"},
    {"Currency_Symbol", "Sc"},
    {"Dash_Punctuation", "Pd"},
    {"Decimal_Number", "Nd"},
    {"Enclosing_Mark", "Me"},
    {"Final_Punctuation", "Pf"},
    {"Format", "Cf"},
    {"Initial_Punctuation", "Pi"},
    {"LC", "L&"},
    {"Letter", "L"},
    {"Letter_Number", "Nl"},
    {"Line_Separator", "Zl"},
    {"Lowercase_Letter", "Ll"},
    {"Mark", "M"},
    {"Math_Symbol", "Sm"},
    {"Modifier_Letter", "Lm"},
    {"Modifier_Symbol", "Sk"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Open_Punctuation", "Ps"},
    {"Other", "C"},
    {"Other_Letter", "Lo"},
    {"Other_Number", "No"},
    {"Other_Punctuation", "Po"},
    {"Other_Symbol", "So"},
    {"Paragraph_Separator", "Zp"},
    {"Private_Use", "Co"},
    {"Punctuation", "P"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Spacing_Mark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecase_Letter", "Lt"},
    {"Unassigned", "Cn"},
    {"Uppercase_Letter", "Lu"},
    {"digit", "Nd"},
    {"punct", "P"},
};

/* White space and line ends (sections 12.2 and 12.3). */
#define SPACE "\\t-\\r\\ufeff\\u2028\\u2029\\p{Zs}"

struct text {
	char *p;
	size_t n, size;
	bool failed;
};

static void
add(struct text *t, const char *s, size_t n)
{
	if (t->n + n + 1 > t->size) {
		size_t size = 2 * (t->n + n + 1);
		char *p = t->failed ? NULL : realloc(t->p, size);

		if (p == NULL) {
			t->failed = true;
			return;
		}
		t->p = p;
		t->size = size;
	}
	memcpy(t->p + t->n, s, n);
	t->n += n;
	t->p[t->n] = '\0';
}

static void
add_cstr(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

/* "Letter" of "Letter", "gc=Letter" and "General_Category=Letter", "Greek" of
 * "sc=Greek" and "Script=Greek". */
static struct rt_str
property_value(struct rt_str s)
{
	static const char *const prefixes[] = {"General_Category=", "gc=",
	    "Script=", "sc=", "Script_Extensions=", "scx="};

	for (size_t i = 0; i < RT_LEN(prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (rt_str_starts(s, prefixes[i]))
			return (struct rt_str){s.p + n, s.n - n};
	}
	return s;
}

/* "\p{Letter}" and the like at s; returns how much of it was taken. */
static size_t
add_property(struct text *t, const char *s)
{
	const char *end = s[2] == '{' ? strchr(s, '}') : NULL;
	struct rt_str value;

	if (end == NULL) {
		add(t, s, 2);
		return 2;
	}
	value = property_value((struct rt_str){s + 3, (size_t)(end - s) - 3});
	add(t, s, 3);
	for (size_t i = 0; i < RT_LEN(categories); i++) {
		if (rt_str_is(value, categories[i].name))
			value = rt_str(categories[i].category);
	}
	add(t, value.p, value.n);
	add_cstr(t, "}");
	return (size_t)(end - s) + 1;
}

/* An escape at s, inside of a class or not. */
static size_t
add_escape(struct text *t, const char *s, bool class)
{
	if (s[1] == 'p' || s[1] == 'P')
		return add_property(t, s);
	if (s[1] == 's') {
		add_cstr(t, class ? SPACE : "[" SPACE "]");
		return 2;
	}
	if (s[1] == 'S' && !class) {
		add_cstr(t, "[^" SPACE "]");
		return 2;
	}
	add(t, s, s[1] == '\0' ? 1 : 2);
	return s[1] == '\0' ? 1 : 2;
}

static size_t
add_plain(struct text *t, const char *s, bool *class)
{
	if (*class && *s == '[') {
		add_cstr(t, "\\[");
		return 1;
	}
	if (!*class && *s == '.') {
		add_cstr(t, "[^\\n\\r\\u2028\\u2029]");
		return 1;
	}
	if (*s == '[')
		*class = true;
	else if (*s == ']')
		*class = false;
	add(t, s, 1);
	return 1;
}

char *
rt_pattern_from_ecma(const char *s)
{
	struct text t = {0};
	bool class = false;

	add_cstr(&t, "");
	while (*s != '\0') {
		if (*s == '\\')
			s += add_escape(&t, s, class);
		else
			s += add_plain(&t, s, &class);
	}
	if (!t.failed)
		return t.p;
	free(t.p);
	return NULL;
}
