#include "gen/diag.h"

#include <stdlib.h>

#include "gen/excerpt.h"

enum {
	TEXT_MAX = 512, /* bytes of one sentence */
	KEPT_MAX = 10000, /* errors, and warnings; more are only counted */
	BUCKETS = 1024,
};

/* A report and what keeps it in its place. */
struct report {
	struct diag_report said;
	unsigned order;
	struct report *next_in_bucket;
};

struct diag {
	struct rt_arena *arena;
	struct report **reports;
	unsigned n, size;
	unsigned counts[DIAG_LEVELS];
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
is_same_report(const struct diag_report *a, const struct diag_report *b)
{
	if (!is_same_place(a->pos, b->pos) || strcmp(a->rule, b->rule) != 0)
		return false;
	return a->pos.line != 0 || strcmp(a->text, b->text) == 0;
}

static bool
is_known(const struct diag *d, const struct diag_report *r, unsigned bucket)
{
	const struct report *old = d->buckets[bucket];

	while (old != NULL && !is_same_report(&old->said, r))
		old = old->next_in_bucket;
	return old != NULL;
}

static void
keep(struct diag *d, const struct diag_report *r, unsigned bucket)
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
	d->last->said = *r;
	d->last->said.text = rt_arena_copy(d->arena, rt_str(r->text)).p;
	d->last->order = d->n;
	d->last->next_in_bucket = d->buckets[bucket];
	d->buckets[bucket] = d->last;
	d->reports[d->n++] = d->last;
}

static void
add_report(struct diag *d, const struct diag_report *r)
{
	unsigned bucket = (r->pos.line * 31 + r->pos.col) % BUCKETS;

	d->last = NULL;
	if (is_known(d, r, bucket))
		return;
	if (++d->counts[r->level] <= KEPT_MAX)
		keep(d, r, bucket);
}

void
diag_vreport(struct diag *d, enum diag_level level, struct source_pos pos,
    const char *rule, const char *fmt, va_list ap)
{
	char text[TEXT_MAX];
	struct diag_report r = {level, pos, rule, .text = text};

	write_sentence(text, fmt, ap);
	add_report(d, &r);
}

void
diag_error(struct diag *d, struct source_pos pos, const char *rule,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vreport(d, DIAG_ERROR, pos, rule, fmt, ap);
	va_end(ap);
}

void
diag_warning(struct diag *d, struct source_pos pos, const char *rule,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vreport(d, DIAG_WARNING, pos, rule, fmt, ap);
	va_end(ap);
}

static void
add_remark(struct diag *d, struct diag_remark **list, struct source_pos pos,
    const char *text)
{
	struct diag_remark *r = rt_arena_new(d->arena, sizeof(*r));

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
	add_remark(d, &d->last->said.notes, pos, text);
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
	add_remark(d, &d->last->said.helps, (struct source_pos){0}, text);
}

void
diag_strict(struct diag *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		if (d->reports[i]->said.level == DIAG_WARNING)
			d->reports[i]->said.level = DIAG_ERROR;
	}
	d->counts[DIAG_ERROR] += d->counts[DIAG_WARNING];
	d->counts[DIAG_WARNING] = 0;
}

unsigned
diag_errors(const struct diag *d)
{
	return d->counts[DIAG_ERROR];
}

unsigned
diag_warnings(const struct diag *d)
{
	return d->counts[DIAG_WARNING];
}

static int
by_place(const void *va, const void *vb)
{
	const struct report *a = *(const struct report *const *)va;
	const struct report *b = *(const struct report *const *)vb;
	struct source_pos p = a->said.pos, q = b->said.pos;
	int c = strcmp(p.source ? p.source->name : "",
	    q.source ? q.source->name : "");

	if (c != 0)
		return c;
	if (p.line != q.line)
		return p.line < q.line ? -1 : 1;
	if (p.col != q.col)
		return p.col < q.col ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

const struct diag_report *const *
diag_sorted(const struct diag *d, size_t *n)
{
	const struct diag_report **v =
	    rt_arena_array(d->arena, d->n, sizeof(*v));

	if (d->n > 0)
		qsort(d->reports, d->n, sizeof(struct report *), by_place);
	for (unsigned i = 0; i < d->n; i++)
		v[i] = &d->reports[i]->said;
	*n = d->n;
	return v;
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

const char *
diag_level_name(enum diag_level level)
{
	static const char *const names[] = {
	    [DIAG_ERROR] = "error",
	    [DIAG_WARNING] = "warning",
	    [DIAG_INFO] = "info",
	};

	return names[level];
}

void
diag_print_report(const struct diag_report *r, FILE *out)
{
	print_place(r->pos, out);
	fprintf(out, "%s: ", diag_level_name(r->level));
	excerpt_print_text(rt_str(r->text), out);
	fprintf(out, " [%s]\n", r->rule);
	excerpt_print(r->pos, out);
	for (const struct diag_remark *n = r->notes; n != NULL; n = n->next) {
		print_place(n->pos, out);
		fputs("note: ", out);
		excerpt_print_text(rt_str(n->text), out);
		fputc('\n', out);
	}
	for (const struct diag_remark *h = r->helps; h != NULL; h = h->next) {
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
	unsigned errors = at_most(d->counts[DIAG_ERROR], DIAG_MAX);
	unsigned warnings = at_most(d->counts[DIAG_WARNING], DIAG_MAX - errors);
	unsigned left[DIAG_LEVELS] = {
	    [DIAG_ERROR] = errors,
	    [DIAG_WARNING] = warnings,
	};
	const struct diag_report *const *sorted;
	size_t n;

	sorted = diag_sorted(d, &n);
	for (size_t i = 0; i < n; i++) {
		if (left[sorted[i]->level] == 0)
			continue;
		left[sorted[i]->level]--;
		diag_print_report(sorted[i], out);
	}
	print_rest(d->counts[DIAG_ERROR] - errors,
	    d->counts[DIAG_WARNING] - warnings, out);
}
