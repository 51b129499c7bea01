#include "gen/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "gen/excerpt.h"

enum {
	TEXT_MAX = 512, /* bytes of one sentence */
	KEPT_MAX = 10000, /* errors, and warnings; more are only counted */
	BUCKETS = 1024,
};

/* A second place, or a help when it has no rule to break. */
struct remark {
	struct source_pos pos;
	const char *text;
	struct remark *next;
};

struct report {
	enum diag_level level;
	struct source_pos pos;
	const char *rule;
	const char *text;
	struct remark *notes;
	struct remark *helps;
	unsigned order;
	struct report *next_in_bucket;
};

struct diag {
	struct rt_arena *arena;
	struct report **reports;
	unsigned n, size;
	unsigned errors, warnings;
	struct report *last; /* NULL when the last one was not kept */
	struct report *buckets[BUCKETS];
};

struct diag *
diag_open(struct rt_arena *arena)
{
	struct diag *d = rt_arena_new(arena, sizeof(*d));

	d->arena = arena;
	return d;
}

/* A name from the contract may be megabytes long; a sentence may not. */
static void
write_sentence(char text[TEXT_MAX], const char *fmt, va_list ap)
{
	int n = vsnprintf(text, TEXT_MAX, fmt, ap);

	if (n < 0)
		text[0] = '\0';
	if (n < TEXT_MAX)
		return;
	n = TEXT_MAX - 4;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(text + n, "...", 4);
}

static bool
is_same_place(struct source_pos a, struct source_pos b)
{
	return a.source == b.source && a.line == b.line && a.col == b.col;
}

/* Reports without a place differ by what they say. */
static bool
is_same_report(const struct report *a, const struct report *b)
{
	if (!is_same_place(a->pos, b->pos) || strcmp(a->rule, b->rule) != 0)
		return false;
	return a->pos.line != 0 || strcmp(a->text, b->text) == 0;
}

static bool
is_known(const struct diag *d, const struct report *r, unsigned bucket)
{
	const struct report *old = d->buckets[bucket];

	while (old != NULL && !is_same_report(old, r))
		old = old->next_in_bucket;
	return old != NULL;
}

static void
keep(struct diag *d, const struct report *r, unsigned bucket)
{
	if (d->n == d->size) {
		unsigned size = d->size == 0 ? 16 : 2 * d->size;
		struct report **more;

		more = rt_arena_array(d->arena, size, sizeof(struct report *));
		if (d->n > 0)
			memcpy(more, d->reports, d->n * sizeof(*more));
		d->reports = more;
		d->size = size;
	}
	d->last = rt_arena_new(d->arena, sizeof(*d->last));
	*d->last = *r;
	d->last->text = rt_arena_copy(d->arena, rt_str(r->text)).p;
	d->last->order = d->n;
	d->last->next_in_bucket = d->buckets[bucket];
	d->buckets[bucket] = d->last;
	d->reports[d->n++] = d->last;
}

static void
add_report(struct diag *d, const struct report *r)
{
	unsigned bucket = (r->pos.line * 31 + r->pos.col) % BUCKETS;
	unsigned *n = r->level == DIAG_ERROR ? &d->errors : &d->warnings;

	d->last = NULL;
	if (is_known(d, r, bucket))
		return;
	++*n;
	if (*n <= KEPT_MAX)
		keep(d, r, bucket);
}

void
diag_error(struct diag *d, struct source_pos pos, const char *rule,
    const char *fmt, ...)
{
	char text[TEXT_MAX];
	struct report r = {DIAG_ERROR, pos, rule, .text = text};
	va_list ap;

	va_start(ap, fmt);
	write_sentence(text, fmt, ap);
	va_end(ap);
	add_report(d, &r);
}

void
diag_warning(struct diag *d, struct source_pos pos, const char *rule,
    const char *fmt, ...)
{
	char text[TEXT_MAX];
	struct report r = {DIAG_WARNING, pos, rule, .text = text};
	va_list ap;

	va_start(ap, fmt);
	write_sentence(text, fmt, ap);
	va_end(ap);
	add_report(d, &r);
}

static void
add_remark(struct diag *d, struct remark **list, struct source_pos pos,
    const char *text)
{
	struct remark *r = rt_arena_new(d->arena, sizeof(*r));

	r->pos = pos;
	r->text = rt_arena_copy(d->arena, rt_str(text)).p;
	while (*list != NULL)
		list = &(*list)->next;
	*list = r;
}

void
diag_note(struct diag *d, struct source_pos pos, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	if (d->last == NULL)
		return;
	va_start(ap, fmt);
	write_sentence(text, fmt, ap);
	va_end(ap);
	add_remark(d, &d->last->notes, pos, text);
}

void
diag_help(struct diag *d, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	if (d->last == NULL)
		return;
	va_start(ap, fmt);
	write_sentence(text, fmt, ap);
	va_end(ap);
	add_remark(d, &d->last->helps, (struct source_pos){0}, text);
}

unsigned
diag_errors(const struct diag *d)
{
	return d->errors;
}

unsigned
diag_warnings(const struct diag *d)
{
	return d->warnings;
}

static int
by_place(const void *va, const void *vb)
{
	const struct report *a = *(const struct report *const *)va;
	const struct report *b = *(const struct report *const *)vb;
	const char *name_a = a->pos.source ? a->pos.source->name : "";
	const char *name_b = b->pos.source ? b->pos.source->name : "";
	int c = strcmp(name_a, name_b);

	if (c != 0)
		return c;
	if (a->pos.line != b->pos.line)
		return a->pos.line < b->pos.line ? -1 : 1;
	if (a->pos.col != b->pos.col)
		return a->pos.col < b->pos.col ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void
print_place(struct source_pos pos, FILE *out)
{
	if (pos.source == NULL)
		return;
	excerpt_print_text(rt_str(pos.source->name), out);
	if (pos.line != 0)
		fprintf(out, ":%u:%u", pos.line, pos.col);
	fputs(": ", out);
}

static void
print_report(const struct report *r, FILE *out)
{
	print_place(r->pos, out);
	fputs(r->level == DIAG_ERROR ? "error: " : "warning: ", out);
	excerpt_print_text(rt_str(r->text), out);
	fprintf(out, " [%s]\n", r->rule);
	excerpt_print(r->pos, out);
	for (const struct remark *n = r->notes; n != NULL; n = n->next) {
		print_place(n->pos, out);
		fputs("note: ", out);
		excerpt_print_text(rt_str(n->text), out);
		fputc('\n', out);
	}
	for (const struct remark *h = r->helps; h != NULL; h = h->next) {
		fputs("help: ", out);
		excerpt_print_text(rt_str(h->text), out);
		fputc('\n', out);
	}
}

static void
print_rest(unsigned errors, unsigned warnings, FILE *out)
{
	if (errors == 0 && warnings == 0)
		return;
	fputs("... and ", out);
	if (errors > 0)
		fprintf(out, "%u more error%s", errors, errors > 1 ? "s" : "");
	if (errors > 0 && warnings > 0)
		fputs(" and ", out);
	if (warnings > 0)
		fprintf(out, "%u more warning%s", warnings,
		    warnings > 1 ? "s" : "");
	fputc('\n', out);
}

static unsigned
at_most(unsigned n, unsigned max)
{
	return n < max ? n : max;
}

/* Warnings give way to errors where there is no room for all. */
void
diag_print(const struct diag *d, FILE *out)
{
	struct report **sorted;
	unsigned errors = at_most(d->errors, DIAG_MAX);
	unsigned warnings = at_most(d->warnings, DIAG_MAX - errors);

	sorted = rt_arena_array(d->arena, d->n, sizeof(*sorted));
	if (d->n > 0)
		memcpy(sorted, d->reports, d->n * sizeof(*sorted));
	qsort(sorted, d->n, sizeof(struct report *), by_place);
	for (unsigned i = 0; i < d->n; i++) {
		bool is_error = sorted[i]->level == DIAG_ERROR;
		unsigned *left = is_error ? &errors : &warnings;

		if (*left == 0)
			continue;
		--*left;
		print_report(sorted[i], out);
	}
	errors = at_most(d->errors, DIAG_MAX);
	warnings = at_most(d->warnings, DIAG_MAX - errors);
	print_rest(d->errors - errors, d->warnings - warnings, out);
}
