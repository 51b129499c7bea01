/*
 * Tokenising.  libyajl knows the grammar; what it lets pass (ill-formed
 * UTF-8, form feeds, unpaired surrogates, names that occur twice) is found
 * here.  All its
 * memory is the arena's, so that a full arena may leave from anywhere.
 */
#include "runtime/json_part.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

#define NO_NODE UINT32_MAX

enum { ALLOC_HEADER = 16 /* keeps what follows aligned for any type */ };

const struct rt_json_limits rt_json_default_limits = {
    .depth = 64,
    .nodes = 1000000,
};

struct parser {
	struct rt_arena *arena;
	struct rt_str text;
	const struct rt_json_limits *limits;
	yajl_handle yajl;
	struct rt_node *tape;
	uint32_t n;
	uint32_t size; /* of the tape */
	uint32_t open; /* innermost open array or object, or NO_NODE */
	unsigned depth;
	const char *why; /* NULL: no fault of ours */
	size_t where;
};

static bool
refuse(struct parser *p, size_t where, const char *why)
{
	p->where = where;
	p->why = why;
	return false;
}

/* --- One look at all bytes before yajl sees them --- */

enum byte_kind { PLAIN, QUOTE, BACKSLASH, STRUCTURAL, NO_SPACE };

static const unsigned char byte_kinds[128] = {
    ['"'] = QUOTE,
    ['\\'] = BACKSLASH,
    ['['] = STRUCTURAL,
    ['{'] = STRUCTURAL,
    [','] = STRUCTURAL,
    [':'] = STRUCTURAL,
    ['\v'] = NO_SPACE, /* which yajl takes for white space */
    ['\f'] = NO_SPACE,
};

/* The value of "\uXXXX" at the start of s, or -1. */
static int
unicode_escape(struct rt_str s)
{
	int v = 0;

	if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		char c = s.p[i];

		v *= 16;
		if (c >= '0' && c <= '9')
			v += c - '0';
		else if (c >= 'a' && c <= 'f')
			v += c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			v += c - 'A' + 10;
		else
			return -1;
	}
	return v;
}

/*
 * The length of the escape that s starts with, 0 for half a surrogate pair.
 * An escape that isn't one is left to yajl.
 */
static size_t
escape_len(struct rt_str s)
{
	int v = unicode_escape(s);

	if (s.n < 2 || (unsigned char)s.p[1] >= 0x80)
		return 1;
	if (v < 0)
		return 2;
	if ((v & 0xf800) != 0xd800)
		return 6;
	if (v >= 0xdc00)
		return 0;
	v = unicode_escape((struct rt_str){s.p + 6, s.n - 6});
	return v >= 0xdc00 && v <= 0xdfff ? 12 : 0;
}

/* Where the next byte at or behind i is that is not plain, or the end. */
static size_t
skip_plain(struct rt_str s, size_t i)
{
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80 || byte_kinds[c] != PLAIN)
			break;
		i++;
	}
	return i;
}

/*
 * Refuses what yajl would not.  Also counts what can begin a value: the root
 * and whatever follows an opening bracket, a comma or a colon.  So the tape
 * is allocated once, in the size that it needs.
 */
static bool
scan(struct parser *p)
{
	struct rt_str s = p->text;
	bool in_string = false;
	size_t values = 1, i = skip_plain(s, 0);

	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		struct rt_str rest = {s.p + i, s.n - i};
		size_t len = 1;

		if (c >= 0x80) {
			len = rt_str_utf8_len(rest);
			if (len == 0)
				return refuse(p, i, "ill-formed UTF-8");
		} else if (byte_kinds[c] == QUOTE) {
			in_string = !in_string;
		} else if (byte_kinds[c] == BACKSLASH) {
			len = escape_len(rest);
			if (len == 0)
				return refuse(p, i, "unpaired surrogate");
		} else if (byte_kinds[c] == STRUCTURAL) {
			values += !in_string;
		} else if (byte_kinds[c] == NO_SPACE) {
			return refuse(p, i, "control character");
		}
		i = skip_plain(s, i + len);
	}
	if (values > p->limits->nodes)
		values = p->limits->nodes;
	p->size = values > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)values;
	return true;
}

/* --- What yajl calls --- */

/* The place behind the token that yajl has just taken. */
static size_t
here(const struct parser *p)
{
	size_t at = yajl_get_bytes_consumed(p->yajl);

	return at > p->text.n ? p->text.n : at;
}

/* The next node of the tape, or NULL at the limit. */
static struct rt_node *
add_node(struct parser *p, enum rt_type type)
{
	struct rt_node *v = p->tape + p->n;

	if (p->n == p->size) {
		refuse(p, here(p), "too many values");
		return NULL;
	}
	p->n++;
	v->type = type;
	v->span = 1;
	return v;
}

/* A value, which counts as an item where an array is open. */
static struct rt_node *
add_value(struct parser *p, enum rt_type type)
{
	if (p->open != NO_NODE && p->tape[p->open].type == RT_ARRAY)
		p->tape[p->open].n++;
	return add_node(p, type);
}

/* yajl's buffers are short-lived: bytes stay where they are in the text, and
 * are copied where they had to be decoded. */
static void
set_bytes(struct parser *p, struct rt_node *v, const unsigned char *s, size_t n)
{
	const char *bytes = (const char *)s;
	uintptr_t at = (uintptr_t)bytes, text = (uintptr_t)p->text.p;

	v->n = (uint32_t)n;
	v->p = bytes;
	if (n == 0)
		v->p = "";
	else if (at < text || at - text >= p->text.n)
		v->p = memcpy(rt_arena_bytes(p->arena, n), bytes, n);
}

static int
on_null(void *arg)
{
	return add_value(arg, RT_NULL) != NULL;
}

static int
on_boolean(void *arg, int value)
{
	struct rt_node *v = add_value(arg, RT_BOOLEAN);

	if (v == NULL)
		return false;
	v->n = value != 0;
	return true;
}

static int
on_number(void *arg, const char *s, size_t n)
{
	struct rt_node *v = add_value(arg, RT_NUMBER);

	if (v == NULL)
		return false;
	set_bytes(arg, v, (const unsigned char *)s, n);
	return true;
}

static int
on_string(void *arg, const unsigned char *s, size_t n)
{
	struct rt_node *v = add_value(arg, RT_STRING);

	if (v == NULL)
		return false;
	set_bytes(arg, v, s, n);
	return true;
}

static int
on_name(void *arg, const unsigned char *s, size_t n)
{
	struct parser *p = arg;
	struct rt_node *v = add_node(p, RT_STRING);

	if (v == NULL)
		return false;
	p->tape[p->open].n++;
	set_bytes(p, v, s, n);
	return true;
}

/* While a node is open, its span is the index of the one around it. */
static bool
open_node(struct parser *p, enum rt_type type)
{
	struct rt_node *v;

	if (p->depth == p->limits->depth)
		return refuse(p, here(p), "nested too deeply");
	v = add_value(p, type);
	if (v == NULL)
		return false;
	p->depth++;
	v->span = p->open;
	p->open = (uint32_t)(v - p->tape);
	return true;
}

static void
close_node(struct parser *p)
{
	struct rt_node *v = p->tape + p->open;

	p->open = v->span;
	p->depth--;
	v->span = p->n - (uint32_t)(v - p->tape);
}

static int
on_object(void *arg)
{
	return open_node(arg, RT_OBJECT);
}

static int
on_array(void *arg)
{
	return open_node(arg, RT_ARRAY);
}

static int
on_array_end(void *arg)
{
	close_node(arg);
	return true;
}

/* --- Names that occur twice --- */

static bool
refuse_twice(struct parser *p, const struct rt_node *name)
{
	uintptr_t at = (uintptr_t)name->p, text = (uintptr_t)p->text.p;
	size_t where = here(p);

	if (at >= text && at - text < p->text.n)
		where = at - text - 1;
	return refuse(p, where, "the name occurs twice in its object");
}

static bool
few_are_unique(struct parser *p, const struct rt_node *object)
{
	const struct rt_node *a = object + 1;

	for (uint32_t i = 0; i < object->n; i++) {
		const struct rt_node *b = object + 1;

		for (; b != a; b = rt_node_next_name(b)) {
			if (rt_str_eq(rt_node_str(a), rt_node_str(b)))
				return refuse_twice(p, a);
		}
		a = rt_node_next_name(a);
	}
	return true;
}

static int
on_object_end(void *arg)
{
	struct parser *p = arg;
	struct rt_node *object = p->tape + p->open;
	const struct rt_node *twice;

	close_node(p);
	if (object->n <= RT_FEW_MEMBERS)
		return p->limits->repeats || few_are_unique(p, object);
	twice = rt_node_sort_names(p->arena, object);
	return twice == NULL || p->limits->repeats || refuse_twice(p, twice);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_name,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

/* --- yajl's memory --- */

static void *
arena_malloc(void *arena, size_t n)
{
	char *p = rt_arena_new(arena, n + ALLOC_HEADER);

	memcpy(p, &n, sizeof(n));
	return p + ALLOC_HEADER;
}

static void
arena_free(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

/* yajl doubles what it has, so that what stays behind is bounded too. */
static void *
arena_realloc(void *arena, void *old, size_t n)
{
	size_t old_n;
	void *p;

	if (old == NULL)
		return arena_malloc(arena, n);
	memcpy(&old_n, (char *)old - ALLOC_HEADER, sizeof(old_n));
	if (n <= old_n)
		return old;
	p = arena_malloc(arena, n);
	return memcpy(p, old, old_n);
}

/* --- The whole --- */

/* "parse error: after key and value, ...\n" without what is not needed. */
static struct rt_str
yajl_sentence(struct parser *p)
{
	static const char *const noise[] = {"lexical error: ", "parse error: "};
	struct rt_str s =
	    rt_str((const char *)yajl_get_error(p->yajl, 0, NULL, 0));

	for (size_t i = 0; i < RT_LEN(noise); i++) {
		if (rt_str_starts(s, noise[i])) {
			s.p += strlen(noise[i]);
			s.n -= strlen(noise[i]);
		}
	}
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '.'))
		s.n--;
	return s;
}

static const struct rt_node *
fail(struct parser *p, struct rt_str text, struct rt_json_error *err)
{
	*err = (struct rt_json_error){
	    .offset = p->where,
	    .line = 1,
	    .col = 1,
	    .text = text,
	};
	for (size_t i = 0; i < p->where; i++) {
		err->col++;
		if (p->text.p[i] == '\n') {
			err->line++;
			err->col = 1;
		}
	}
	return NULL;
}

static yajl_status
run_yajl(struct parser *p)
{
	yajl_alloc_funcs memory = {
	    .malloc = arena_malloc,
	    .realloc = arena_realloc,
	    .free = arena_free,
	    .ctx = p->arena,
	};
	yajl_status status;

	p->yajl = yajl_alloc(&callbacks, &memory, p);
	yajl_config(p->yajl, yajl_dont_validate_strings, 1);
	status =
	    yajl_parse(p->yajl, (const unsigned char *)p->text.p, p->text.n);
	if (p->why == NULL)
		p->where = here(p);
	if (status != yajl_status_ok)
		return status;
	p->where = p->text.n;
	return yajl_complete_parse(p->yajl);
}

const struct rt_node *
rt_json_parse(struct rt_arena *arena, struct rt_str text,
    const struct rt_json_limits *limits, struct rt_json_error *err)
{
	struct parser p = {
	    .arena = arena,
	    .text = text,
	    .limits = limits == NULL ? &rt_json_default_limits : limits,
	    .open = NO_NODE,
	};
	yajl_status status;

	if (text.n == 0)
		p.text = RT_LIT("");
	if (text.n >= UINT32_MAX)
		refuse(&p, 0, "too large");
	if (p.why != NULL || !scan(&p))
		return fail(&p, rt_str(p.why), err);

	p.tape = rt_arena_array(arena, p.size, sizeof(*p.tape));
	status = run_yajl(&p);
	if (p.why != NULL)
		return fail(&p, rt_str(p.why), err);
	if (status != yajl_status_ok)
		return fail(&p, yajl_sentence(&p), err);
	return p.tape;
}
