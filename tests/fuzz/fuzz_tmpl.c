/*
 * Any bytes, three times: as a template over a fixed map (what stands behind
 * a NUL is the template "i"), as a text in a comment and in a string, and as
 * C whose long lines are broken.
 */
#include <setjmp.h>

#include "gen/tmpl.h"

enum { FOLDED_MAX = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct input {
	struct rt_arena *arena;
	struct rt_str first; /* up to the NUL */
	struct rt_str second;
};

static jmp_buf full;

static void
need(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
leave(void *arg)
{
	(void)arg;
	longjmp(full, 1);
}

static const struct source *
find_input(void *arg, const char *name)
{
	const struct input *in = arg;

	if (strcmp(name, "t") == 0)
		return source_of(in->arena, "t", in->first);
	if (strcmp(name, "i") == 0)
		return source_of(in->arena, "i", in->second);
	if (strcmp(name, "comment") == 0)
		return source_of(in->arena, "comment",
		    RT_LIT("\tx;\n\t/* ${s|comment} */"));
	if (strcmp(name, "cstr") == 0)
		return source_of(in->arena, "cstr", RT_LIT("${s|cstr}"));
	return NULL;
}

static struct value *
fixed_map(struct rt_arena *a, struct rt_str s)
{
	struct value *map = value_map(a), *list = value_list(a), *sub;

	value_set_text(map, "s", s);
	value_set_int(map, "n", -12);
	value_set_bool(map, "b", true);
	value_set_bool(map, "no", false);
	for (int i = 0; i < 3; i++)
		value_add(list, value_int(a, i));
	value_set(map, "l", list);
	value_set(map, "e", value_list(a));
	sub = value_map(a);
	value_set_cstr(sub, "x", "some words of a text\nand more of it");
	list = value_list(a);
	value_add(list, sub);
	value_set(map, "m", list);
	value_set(map, "sub", sub);
	return map;
}

static struct rt_str
render(struct input *in, const char *name, struct rt_str s)
{
	struct diag *diag = diag_open(in->arena);
	struct tmpl_env env = {in->arena, diag, find_input, in};
	struct rt_str out = tmpl_render(&env, name, fixed_map(in->arena, s));
	FILE *f = fopen("/dev/null", "w");

	need((out.p == NULL) == (diag_errors(diag) > 0));
	need(f != NULL);
	diag_print(diag, f);
	fclose(f);
	return out;
}

/* A comment ends at its end, and its lines at most at column 80 unless a
 * word is longer than that. */
static void
check_comment(struct rt_str out)
{
	const char *p;

	out.n -= strlen("\tx;\n\t/*");
	p = out.p + strlen("\tx;\n\t/*");
	need(memmem(p, out.n, "/*", 2) == NULL);
	p = memmem(p, out.n, "*/", 2);
	need(p != NULL && p[2] == '\0');
	need(memmem(out.p, out.n, "\\\n", 2) == NULL);
	need(memmem(out.p, out.n, "?\?/", 3) == NULL);
}

static void
check_cstr(struct rt_str out)
{
	for (size_t i = 0; i < out.n; i++) {
		need(out.p[i] >= 0x20 && out.p[i] < 0x7f && out.p[i] != '"');
		if (out.p[i] == '\\')
			need(++i < out.n);
	}
	need(memmem(out.p, out.n, "?\?", 2) == NULL);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Nothing but blanks is added or lost. */
static void
check_fold(struct rt_arena *a, struct rt_str s)
{
	struct rt_str folded = tmpl_fold(a, s);
	size_t i = 0, k = 0;

	for (;;) {
		while (i < s.n && is_blank(s.p[i]))
			i++;
		while (k < folded.n && is_blank(folded.p[k]))
			k++;
		if (i == s.n || k == folded.n)
			break;
		need(s.p[i++] == folded.p[k++]);
	}
	need(i == s.n && k == folded.n);
}

static void
check(struct input *in, struct rt_str all)
{
	struct rt_str out;

	in->second = all;
	in->first = rt_str_cut(&in->second, '\0');
	if (in->second.p == NULL)
		in->second = RT_LIT("");
	out = render(in, "t", RT_LIT("a text"));
	if (out.p != NULL && out.n <= FOLDED_MAX)
		check_fold(in->arena, out);
	check_fold(in->arena, all);
	out = render(in, "comment", all);
	need(out.p != NULL);
	check_comment(rt_arena_copy(in->arena, out));
	out = render(in, "cstr", all);
	need(out.p != NULL);
	check_cstr(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input in = {0};

	in.arena = rt_arena_open((size_t)1 << 29, leave, NULL);
	if (setjmp(full) == 0)
		check(&in,
		    rt_arena_copy(in.arena,
			(struct rt_str){(const char *)data, n}));
	rt_arena_close(in.arena);
	return 0;
}
