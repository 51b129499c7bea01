#include "gen/name.h"

#include <stdlib.h>

#include "runtime/buf.h"

/* Sorted.  Keywords of C11 and C23, and what `cc -dM -E` shows in lower case
 * for the headers that generated code and handlers include; and a word that
 * clang-format takes for C++'s. */
static const char *const reserved[] = {"alignas", "alignof", "and", "and_eq",
    "asm", "assert", "auto", "bitand", "bitor", "bool", "break", "case", "char",
    "compl", "const", "constexpr", "continue", "default", "do", "double",
    "else", "enum", "errno", "extern", "false", "float", "for", "fortran",
    "goto", "i386", "if", "inline", "int", "linux", "long", "noreturn", "not",
    "not_eq", "nullptr", "offsetof", "operator", "or", "or_eq", "register",
    "restrict", "return", "short", "signed", "sizeof", "static",
    "static_assert", "stderr", "stdin", "stdout", "struct", "switch",
    "thread_local", "true", "typedef", "typeof", "typeof_unqual", "union",
    "unix", "unsigned", "void", "volatile", "while", "xor", "xor_eq"};

/* A hash table with open addressing; an absent name is a free place. */
struct name_scope {
	struct rt_arena *arena;
	struct rt_str *names;
	size_t n;
	size_t size; /* a power of two */
};

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A word begins at the B of "aB" and "1B", and at the last B of "ABc". */
static bool
begins_word(struct rt_str s, size_t i)
{
	if (i == 0 || !is_upper(s.p[i]))
		return false;
	if (is_lower(s.p[i - 1]) || is_digit(s.p[i - 1]))
		return true;
	return is_upper(s.p[i - 1]) && i + 1 < s.n && is_lower(s.p[i + 1]);
}

/* Decodes the sequence at s.p[*i] and steps over it; a stray byte counts as
 * itself, for the text may be anything. */
static unsigned
code_point(struct rt_str s, size_t *i)
{
	unsigned char lead = (unsigned char)s.p[(*i)++];
	unsigned more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0;
	unsigned point = more == 0 ? lead : lead & (0x3fu >> more);

	while (more-- > 0 && *i < s.n && ((unsigned char)s.p[*i] >> 6) == 2)
		point = point << 6 | ((unsigned char)s.p[(*i)++] & 0x3f);
	return point;
}

static void
separate(struct rt_buf *b)
{
	if (b->n > 0 && b->p[b->n - 1] != '_')
		rt_buf_byte(b, '_');
}

static void
add_word_bytes(struct rt_buf *b, struct rt_str s)
{
	for (size_t i = 0; i < s.n && b->n < NAME_MAX_BYTES - 16;) {
		char c = s.p[i];

		if ((unsigned char)c >= 0x80) {
			separate(b);
			rt_buf_printf(b, "u%x_", code_point(s, &i));
			continue;
		}
		if (begins_word(s, i) ||
		    (!is_lower(c) && !is_upper(c) && !is_digit(c)))
			separate(b);
		if (is_upper(c))
			rt_buf_byte(b, (char)(c - 'A' + 'a'));
		else if (is_lower(c) || is_digit(c))
			rt_buf_byte(b, c);
		i++;
	}
}

/* "+1" and "-1" differ by nothing else. */
static void
add_sign(struct rt_buf *b, struct rt_str s)
{
	if (s.n < 2 || !is_digit(s.p[1]))
		return;
	if (s.p[0] == '+')
		rt_buf_cstr(b, "plus");
	else if (s.p[0] == '-')
		rt_buf_cstr(b, "minus");
}

struct rt_str
name_snake(struct rt_arena *arena, struct rt_str s)
{
	struct rt_buf b = rt_buf(arena, NAME_MAX_BYTES);

	add_sign(&b, s);
	add_word_bytes(&b, s);
	while (b.n > 0 && b.p[b.n - 1] == '_')
		b.n--;
	if (b.n == 0)
		return RT_LIT("empty");
	return rt_arena_printf(arena, "%s%.*s", is_digit(b.p[0]) ? "n" : "",
	    RT_FMT(rt_buf_str(&b)));
}

struct rt_str
name_operation(struct rt_arena *arena, struct rt_str s)
{
	static const char *const prefixes[] = {"api", "auth", "handle"};
	struct rt_str name = name_snake(arena, s), rest = name;
	struct rt_str first = rt_str_cut(&rest, '_');

	for (size_t i = 0; i < RT_LEN(prefixes); i++) {
		if (rt_str_is(first, prefixes[i]))
			return rt_arena_printf(arena, "op_%.*s", RT_FMT(name));
	}
	return name;
}

struct rt_str
name_upper(struct rt_arena *arena, struct rt_str snake)
{
	struct rt_str out = rt_arena_copy(arena, snake);
	char *p = (char *)out.p;

	for (size_t i = 0; i < out.n; i++) {
		if (is_lower(p[i]))
			p[i] = (char)(p[i] - 'a' + 'A');
	}
	return out;
}

static int
by_name(const void *key, const void *entry)
{
	return rt_str_cmp(*(const struct rt_str *)key,
	    rt_str(*(const char *const *)entry));
}

bool
name_reserved(struct rt_str s)
{
	return rt_str_starts(s, "rt_") ||
	    bsearch(&s, reserved, RT_LEN(reserved), sizeof(reserved[0]),
		by_name) != NULL;
}

struct name_scope *
name_scope_open(struct rt_arena *arena)
{
	struct name_scope *scope = rt_arena_new(arena, sizeof(*scope));

	scope->arena = arena;
	return scope;
}

/* The place of a name, or the free one where it belongs. */
static struct rt_str *
find(const struct name_scope *scope, struct rt_str name)
{
	size_t i = rt_str_hash(name) & (scope->size - 1);

	while (scope->names[i].p != NULL && !rt_str_eq(scope->names[i], name))
		i = (i + 1) & (scope->size - 1);
	return &scope->names[i];
}

static bool
taken(const struct name_scope *scope, struct rt_str name)
{
	return scope->size > 0 && find(scope, name)->p != NULL;
}

/* Searches stay short because a quarter of the places is always free. */
static void
make_room(struct name_scope *scope)
{
	struct name_scope old = *scope;

	if (scope->n + 1 <= scope->size / 4 * 3)
		return;
	scope->size = old.size == 0 ? 16 : 2 * old.size;
	scope->names =
	    rt_arena_array(scope->arena, scope->size, sizeof(*scope->names));
	for (size_t i = 0; i < old.size; i++) {
		if (old.names[i].p != NULL)
			*find(scope, old.names[i]) = old.names[i];
	}
}

static void
add(struct name_scope *scope, struct rt_str name)
{
	make_room(scope);
	*find(scope, name) = name;
	scope->n++;
}

/* The wanted name, then wanted_2, wanted_3, ...; a reserved one gets a '_'. */
static struct rt_str
candidate(struct name_scope *scope, struct rt_str wanted, unsigned i)
{
	if (i > 1)
		return rt_arena_printf(scope->arena, "%.*s_%u", RT_FMT(wanted),
		    i);
	if (name_reserved(wanted))
		return rt_arena_printf(scope->arena, "%.*s_", RT_FMT(wanted));
	return wanted;
}

struct rt_str
name_claim(struct name_scope *scope, struct rt_str wanted)
{
	struct rt_str name;
	unsigned i = 1;

	do
		name = candidate(scope, wanted, i++);
	while (taken(scope, name));
	add(scope, name);
	return name;
}

struct rt_str
name_claim_member(struct name_scope *scope, struct rt_str wanted)
{
	struct rt_str name, has, null;
	unsigned i = 1;

	do {
		name = candidate(scope, wanted, i++);
		has = rt_arena_printf(scope->arena, "has_%.*s", RT_FMT(name));
		null = rt_arena_printf(scope->arena, "null_%.*s", RT_FMT(name));
	} while (taken(scope, name) || taken(scope, has) || taken(scope, null));
	add(scope, name);
	add(scope, has);
	add(scope, null);
	return name;
}
