/* Findings as text, JSON and SARIF 2.1.0. */
#include "gen/lint_rule.h"
#include "gen/lint_run.h"
#include "gen/plan.h"

struct printer {
	struct rt_arena *arena;
	const struct documents *documents;
	const struct lint_findings *found;
};

/* Columns count code points here, as SARIF has them, and not bytes. */
static int64_t
column(struct source_pos pos, unsigned bytes)
{
	struct rt_str line = source_line(pos.source, pos.line);
	size_t n = pos.col + bytes - 1;

	if (n < line.n)
		line.n = n;
	return (int64_t)rt_str_points(line) + 1 +
	    (int64_t)(n > line.n ? n - line.n : 0);
}

/* A report without a rule's words has its own helps only. */
static struct rt_str
help_of(struct rt_arena *arena, const struct diag_report *r)
{
	struct rt_str text = RT_LIT("");

	for (const struct diag_remark *h = r->helps; h != NULL; h = h->next)
		text = text.n == 0
		    ? rt_str(h->text)
		    : rt_arena_printf(arena, "%.*s; %s", RT_FMT(text), h->text);
	return text;
}

/* --- Text --- */

static void
print_text(const struct lint_findings *f, FILE *out)
{
	static const char *const words[] = {
	    [DIAG_ERROR] = "errors",
	    [DIAG_WARNING] = "warnings",
	    [DIAG_INFO] = "infos",
	};

	for (size_t i = 0; i < f->n; i++)
		diag_print_report(f->v[i], out);
	fprintf(out, "%s: ", f->contract);
	for (unsigned i = DIAG_ERROR; i < DIAG_LEVELS; i++)
		fprintf(out, "%s%s: %u", i == DIAG_ERROR ? "" : ", ", words[i],
		    f->counts[i]);
	fputc('\n', out);
}

/* --- JSON --- */

static void
set_place(const struct printer *p, struct value *map, struct source_pos pos)
{
	const struct doc_node *node = lint_node_at(p->documents, pos);

	if (pos.source == NULL)
		return;
	value_set_cstr(map, "file", pos.source->name);
	if (pos.line == 0)
		return;
	value_set_int(map, "line", pos.line);
	value_set_int(map, "column", column(pos, 0));
	value_set_int(map, "endColumn",
	    column(pos, pos.len == 0 ? 1 : pos.len));
	if (node != NULL)
		value_set_text(map, "pointer", doc_pointer(p->arena, node));
}

static struct value *
json_finding(const struct printer *p, const struct diag_report *r)
{
	struct value *map = value_map(p->arena);
	struct value *notes = value_list(p->arena);
	struct rt_str help = help_of(p->arena, r);

	value_set_cstr(map, "rule", r->rule);
	value_set_cstr(map, "severity", diag_level_name(r->level));
	value_set_cstr(map, "message", r->text);
	set_place(p, map, r->pos);
	for (const struct diag_remark *n = r->notes; n != NULL; n = n->next) {
		struct value *note = value_map(p->arena);

		value_set_cstr(note, "message", n->text);
		set_place(p, note, n->pos);
		value_add(notes, note);
	}
	value_set(map, "notes", notes);
	if (help.n > 0)
		value_set_text(map, "help", help);
	return map;
}

static struct value *
json(const struct printer *p)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < p->found->n; i++)
		value_add(list, json_finding(p, p->found->v[i]));
	return list;
}

/* --- SARIF --- */

static struct value *
sarif_text(struct rt_arena *arena, struct rt_str text)
{
	struct value *map = value_map(arena);

	value_set_text(map, "text", text);
	return map;
}

static const char *
sarif_level(enum diag_level level)
{
	return level == DIAG_INFO ? "note" : diag_level_name(level);
}

/* A relative reference (RFC 3986): the names of files may hold anything. */
static struct rt_str
sarif_uri(struct rt_arena *arena, const char *name)
{
	static const char plain[] = "-._~/";
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	for (const char *c = name; *c != '\0'; c++) {
		bool word = (*c >= 'a' && *c <= 'z') ||
		    (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');

		if (word || strchr(plain, *c) != NULL)
			rt_buf_byte(&b, *c);
		else
			rt_buf_printf(&b, "%%%02X", (unsigned char)*c);
	}
	return rt_buf_str(&b);
}

static struct value *
sarif_location(const struct printer *p, struct source_pos pos)
{
	struct value *location = value_map(p->arena);
	struct value *physical = value_map(p->arena);
	struct value *artifact = value_map(p->arena);
	struct value *region = value_map(p->arena);

	value_set_text(artifact, "uri", sarif_uri(p->arena, pos.source->name));
	value_set(physical, "artifactLocation", artifact);
	if (pos.line != 0) {
		value_set_int(region, "startLine", pos.line);
		value_set_int(region, "startColumn", column(pos, 0));
		value_set_int(region, "endColumn",
		    column(pos, pos.len == 0 ? 1 : pos.len));
		value_set(physical, "region", region);
	}
	value_set(location, "physicalLocation", physical);
	return location;
}

static struct value *
sarif_result(const struct printer *p, const struct diag_report *r)
{
	struct value *map = value_map(p->arena);
	struct value *places = value_list(p->arena);
	struct value *related = value_list(p->arena);

	value_set_cstr(map, "ruleId", r->rule);
	value_set_cstr(map, "level", sarif_level(r->level));
	value_set(map, "message", sarif_text(p->arena, rt_str(r->text)));
	if (r->pos.source != NULL)
		value_add(places, sarif_location(p, r->pos));
	value_set(map, "locations", places);
	for (const struct diag_remark *n = r->notes; n != NULL; n = n->next) {
		struct value *place;

		if (n->pos.source == NULL)
			continue;
		place = sarif_location(p, n->pos);
		value_set(place, "message",
		    sarif_text(p->arena, rt_str(n->text)));
		value_add(related, place);
	}
	if (value_count(related) > 0)
		value_set(map, "relatedLocations", related);
	return map;
}

static struct value *
sarif_rules(struct rt_arena *arena)
{
	struct value *list = value_list(arena);

	for (size_t i = 0; i < lint_n_rules; i++) {
		const struct lint_rule *r = &lint_rules[i];
		struct value *map = value_map(arena);
		struct value *standard = value_map(arena);

		value_set_cstr(map, "id", r->id);
		value_set(map, "shortDescription",
		    sarif_text(arena, rt_str(r->reason)));
		value_set(map, "help", sarif_text(arena, rt_str(r->help)));
		value_set_bool(standard, "enabled", !r->off);
		value_set_cstr(standard, "level", sarif_level(r->level));
		value_set(map, "defaultConfiguration", standard);
		value_add(list, map);
	}
	return list;
}

static struct value *
sarif_run(const struct printer *p)
{
	struct value *run = value_map(p->arena), *tool = value_map(p->arena);
	struct value *driver = value_map(p->arena);
	struct value *results = value_list(p->arena);

	value_set_cstr(driver, "name", "kontract");
	value_set_cstr(driver, "version", PLAN_VERSION);
	value_set(driver, "rules", sarif_rules(p->arena));
	value_set(tool, "driver", driver);
	value_set(run, "tool", tool);
	value_set_cstr(run, "columnKind", "unicodeCodePoints");
	for (size_t i = 0; i < p->found->n; i++)
		value_add(results, sarif_result(p, p->found->v[i]));
	value_set(run, "results", results);
	return run;
}

static struct value *
sarif(const struct printer *p)
{
	struct value *log = value_map(p->arena), *runs = value_list(p->arena);

	value_set_cstr(log, "$schema",
	    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
	    "schemas/sarif-schema-2.1.0.json");
	value_set_cstr(log, "version", "2.1.0");
	value_add(runs, sarif_run(p));
	value_set(log, "runs", runs);
	return log;
}

void
lint_print(struct rt_arena *arena, const struct documents *documents,
    const struct lint_findings *found, const char *format, FILE *out)
{
	struct printer p = {arena, documents, found};
	struct rt_str text;

	if (strcmp(format, "text") == 0) {
		print_text(found, out);
		return;
	}
	text = value_json(arena,
	    strcmp(format, "sarif") == 0 ? sarif(&p) : json(&p));
	fwrite(text.p, 1, text.n, out);
}
