/* Cases about paths, methods and headers; see case.h. */
#include "gen/case.h"
#include "gen/param.h"
#include "runtime/media.h"

/* --- Paths and methods --- */

/* Whether a path of the contract could mean `path`: a segment with a
 * parameter means any. */
static bool
could_be(struct rt_str template, struct rt_str path)
{
	while (template.p != NULL && path.p != NULL) {
		struct rt_str want = rt_str_cut(&template, '/');
		struct rt_str got = rt_str_cut(&path, '/');

		if (!rt_str_has(want, '{') && !rt_str_eq(want, got))
			return false;
	}
	return template.p == NULL && path.p == NULL;
}

static bool
is_known_path(const struct spec *spec, struct rt_str path)
{
	for (size_t i = 0; i < spec->n_ops; i++) {
		if (could_be(spec->ops[i].path, path))
			return true;
	}
	return false;
}

static struct rt_str
path_of(struct rt_str target)
{
	return rt_str_cut(&target, '?');
}

static void
stray_path(struct making *m, const char *name, const char *why,
    struct rt_str path)
{
	struct case_row row = case_refused(m, 404, why);

	row.stray = true;
	row.target = path;
	case_add(m, row, "path/%s", name);
}

static void
unknown_paths(struct making *m)
{
	struct rt_str path = path_of(case_base(m).target);
	struct rt_str longer = path;

	do {
		longer = rt_arena_printf(m->arena, "%.*s/no-such-path",
		    RT_FMT(longer));
	} while (is_known_path(m->spec, longer));
	stray_path(m, "unknown", "there is no such path", longer);
	if (!rt_str_ends(path, "/"))
		stray_path(m, "trailing-slash", "the path ends in a slash",
		    rt_arena_printf(m->arena, "%.*s/", RT_FMT(path)));
}

/* The path with `text` for its first parameter. */
static struct rt_str
path_with(const struct making *m, const char *text)
{
	struct rt_str rest = m->op->path;
	struct rt_str before = rt_str_cut(&rest, '{');

	(void)rt_str_cut(&rest, '}');
	return rt_arena_printf(m->arena, "%.*s%s%.*s", RT_FMT(before), text,
	    rest.p == NULL ? 0 : (int)rest.n, rest.p == NULL ? "" : rest.p);
}

static void
malformed_paths(struct making *m)
{
	static const struct {
		const char *name, *text, *why;
	} bad[] = {
	    {"no-digits", "%zz", "the path has a percent-code without digits"},
	    {"cut-off", "1%", "the path has a bare percent sign"},
	    {"utf-8", "%ff", "the path is not UTF-8"},
	};
	struct rt_str path;

	/* Several parameters would leave the others in braces. */
	if (!rt_str_has(m->op->path, '{') || rt_str_has(path_with(m, ""), '{'))
		return;
	for (size_t i = 0; i < RT_LEN(bad); i++) {
		struct case_row row = case_refused(m, 400, bad[i].why);

		row.stray = true;
		row.target = path_with(m, bad[i].text);
		case_add(m, row, "path/encoding/%s", bad[i].name);
	}
	path = path_with(m, "");
	stray_path(m, "empty", "the path's parameter is empty", path);
}

/* The path with an id that nothing has. */
static void
unknown_ids(struct making *m, size_t i)
{
	static const char *const ids[] = {"9223372036854775807",
	    "999999999999999999", "2147483647",
	    "ffffffff-ffff-4fff-bfff-ffffffffffff", "no-such-thing",
	    "nosuchthing"};
	const struct spec_param *p = &m->op->params[i];
	const struct instance *good = m->params[i];

	for (size_t k = 0; k < RT_LEN(ids); k++) {
		const struct instance *v =
		    good != NULL && good->type == RT_NUMBER
		    ? instance_number(m->arena, rt_str(ids[k]))
		    : instance_string(m->arena, rt_str(ids[k]));
		struct case_row row =
		    case_refused(m, 404, "nothing has this id");
		bool sent;

		if (!instance_fits(m->arena, p->schema, v))
			continue;
		m->params[i] = v;
		sent = case_put_params(m, m->params, &row);
		m->params[i] = good;
		if (!sent)
			continue;
		case_add(m, row, "unknown/%.*s", RT_FMT(p->name));
		return;
	}
}

static bool
declares(const struct spec_op *op, int status)
{
	const struct spec_answer *a = spec_answer_of(op, status);

	return a != NULL && a->status == status;
}

/* Methods of a path: those with an enumerator as bits, and the others. */
struct methods {
	unsigned bits;
	struct rt_buf others; /* ", COPY" */
	const struct spec_op *first; /* operation of the path */
};

static struct methods
methods_of(const struct making *m)
{
	struct methods all = {.others = rt_buf(m->arena, SIZE_MAX)};

	for (size_t i = 0; i < m->spec->n_ops; i++) {
		const struct spec_op *op = &m->spec->ops[i];

		if (!rt_str_eq(op->path, m->op->path))
			continue;
		if (all.first == NULL)
			all.first = op;
		if (op->method == 0)
			rt_buf_printf(&all.others, ", %.*s", RT_FMT(op->token));
		else
			all.bits |= 1u << op->method;
	}
	return all;
}

static struct rt_str
allow_text(const struct making *m, const struct methods *all)
{
	struct rt_buf b = rt_buf(m->arena, SIZE_MAX);
	unsigned methods = all->bits;

	for (int i = RT_GET; i < RT_METHODS; i++) {
		bool implied = i == RT_OPTIONS ||
		    (i == RT_HEAD && (methods & 1u << RT_GET) != 0);

		if (implied || (methods & 1u << i) != 0)
			rt_buf_printf(&b, "%s%s", b.n > 0 ? ", " : "",
			    rt_method_text((enum rt_method)i));
	}
	if (all->others.n > 0)
		rt_buf_add(&b, rt_buf_str(&all->others));
	return rt_buf_str(&b);
}

static void
other_methods(struct making *m)
{
	static const enum rt_method tried[] = {RT_GET, RT_POST, RT_PUT,
	    RT_PATCH, RT_DELETE};
	struct methods all = methods_of(m);
	unsigned methods = all.bits;
	struct case_row row =
	    case_refused(m, 405, "the path has other methods");

	if (all.first != m->op)
		return;
	row.stray = true;
	row.allow = allow_text(m, &all);
	row.body = (struct rt_str){0};
	row.media = (struct rt_str){0};
	for (size_t i = 0; i < RT_LEN(tried); i++) {
		row.method = rt_str(rt_method_text(tried[i]));
		if ((methods & 1u << tried[i]) == 0)
			case_add(m, row, "method/%.*s", RT_FMT(row.method));
	}
	if ((methods & 1u << RT_OPTIONS) != 0)
		return;
	row.method = RT_LIT("OPTIONS");
	row.valid = true;
	row.status = 204;
	row.why = RT_LIT("it asks for the methods of the path");
	case_add(m, row, "method/OPTIONS");
}

/* --- Headers --- */

static void
add_header(const struct making *m, struct case_row *row, const char *line)
{
	row->headers =
	    rt_arena_printf(m->arena, "%.*s%s\n", RT_FMT(row->headers), line);
}

static void
with_header(struct making *m, const char *name, int status, const char *line,
    const char *why)
{
	struct case_row row = case_base(m);

	add_header(m, &row, line);
	row.why = rt_str(why);
	if (status != 0) {
		row.valid = false;
		row.status = status;
	}
	case_add(m, row, "header/%s", name);
}

/* Whether an answer may be a success, for which Accept counts. */
static bool
is_success(const struct spec_answer *a)
{
	return a->status == 0 || a->status == 2 ||
	    (a->status >= 200 && a->status <= 299);
}

/* The first media type of a success; *any where one is a range, so that nobody
 * knows what may be sent. */
static const struct spec_media *
success_media(const struct making *m, bool *any)
{
	const struct spec_media *first = NULL;

	*any = false;
	for (size_t i = 0; i < m->op->n_answers; i++) {
		const struct spec_answer *a = &m->op->answers[i];

		if (!is_success(a))
			continue;
		for (size_t k = 0; k < a->n_medias; k++)
			*any = *any || a->medias[k].range;
		if (first == NULL && a->n_medias > 0)
			first = a->medias;
	}
	return first;
}

static void
accepts(struct making *m)
{
	bool any;
	const struct spec_media *media = success_media(m, &any);
	struct rt_str rest, type;

	with_header(m, "accept-all", 0, "Accept: */*", "it accepts anything");
	if (media == NULL || any)
		return;
	rest = media->type;
	type = rt_str_trim(rt_str_cut(&rest, ';'));
	with_header(m, "accept-none", 406, "Accept: application/x-none",
	    "it accepts another media type only");
	with_header(m, "accept-zero", 406, "Accept: */*;q=0",
	    "it accepts nothing");
	with_header(m, "accept-exact", 0,
	    rt_arena_printf(m->arena, "Accept: text/x-other, %.*s;q=0.5",
		RT_FMT(type))
		.p,
	    "it accepts the media type of the answer");
}

static void
with_type(struct making *m, const char *name, const char *why, int status,
    struct rt_str type)
{
	struct case_row row = case_base(m);

	row.media = type;
	row.why = rt_str(why);
	if (status != 0) {
		row.valid = false;
		row.status = status;
	}
	case_add(m, row, "media/%s", name);
}

/* Whether the operation takes bodies of the type. */
static bool
takes(const struct making *m, const char *type)
{
	struct rt_media parsed;

	for (size_t i = 0; i < m->op->n_bodies; i++) {
		if (rt_media_parse(rt_str(type), &parsed) &&
		    rt_media_covers(m->op->bodies[i].type.p, &parsed))
			return true;
	}
	return false;
}

static void
other_types(struct making *m)
{
	static const struct {
		const char *name, *media, *why;
	} types[] = {
	    {"text", "text/plain", "the body is plain text"},
	    {"longer", "application/jsonx", "the media type is another"},
	    {"malformed", "application", "the Content-Type is malformed"},
	};

	for (size_t i = 0; i < RT_LEN(types); i++) {
		if (!takes(m, types[i].media))
			with_type(m, types[i].name, types[i].why, 415,
			    rt_str(types[i].media));
	}
}

static struct rt_str
swapped_case(struct rt_arena *a, struct rt_str s)
{
	char *p = rt_arena_bytes(a, s.n);

	for (size_t i = 0; i < s.n; i++) {
		p[i] = s.p[i];
		if (i % 2 == 0 && p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	}
	return (struct rt_str){p, s.n};
}

static void
media_types(struct making *m)
{
	struct rt_str type = case_base(m).media;
	struct case_row row = case_refused(m, 415, "the body has no type");
	bool text = m->media->kind <= SPEC_TEXT;

	other_types(m);
	if (text && !rt_str_has(type, ';')) {
		with_type(m, "charset", "the charset is not UTF-8", 415,
		    rt_arena_printf(m->arena, "%.*s; charset=utf-16",
			RT_FMT(type)));
		with_type(m, "utf-8", "the charset is UTF-8", 0,
		    rt_arena_printf(m->arena, "%.*s; charset=utf-8",
			RT_FMT(type)));
		with_type(m, "case", "media types have no case", 0,
		    swapped_case(m->arena, type));
	}
	row.media = (struct rt_str){0};
	case_add(m, row, "media/none");
	with_header(m, "content-encoding", 415, "Content-Encoding: gzip",
	    "the body has a coding");
	with_header(m, "content-encoding-identity", 0,
	    "Content-Encoding: identity", "identity is no coding");
}

/* No test sends more than it has to. */
enum { TOO_LARGE_MAX = 16 * 1024 * 1024 };

static void
too_large(struct making *m)
{
	struct case_row row = case_refused(m, 413, "the body is too large");
	size_t n = (size_t)m->op->body_max + 1;
	char *p;

	if (n > TOO_LARGE_MAX)
		return;
	p = rt_arena_bytes(m->arena, n);
	memset(p, 'a', n);
	p[0] = p[n - 1] = '"';
	row.body = (struct rt_str){p, n};
	case_add(m, row, "body/too-large");
}

/* Whether an object of the operation takes properties of any name. */
static bool
takes_any_query(const struct making *m)
{
	for (size_t i = 0; i < m->op->n_params; i++) {
		const struct spec_param *p = &m->op->params[i];
		struct param_form form;

		if (p->in != RT_IN_QUERY || p->style == RT_STYLE_JSON)
			continue;
		form = param_form(m->arena, p);
		if (param_is_spread(p, &form) && form.free_types != 0)
			return true;
	}
	return false;
}

static void
unknown_query(struct making *m)
{
	struct case_row row = case_base(m);
	bool first = !rt_str_has(row.target, '?');

	if (takes_any_query(m))
		return;
	row.target = rt_arena_printf(m->arena, "%.*s%cno-such-parameter=%%zz",
	    RT_FMT(row.target), first ? '?' : '&');
	row.why = RT_LIT("an unknown query parameter is nobody's");
	case_add(m, row, "query/unknown");
}

static bool
has_own_head(const struct making *m)
{
	return (methods_of(m).bits & 1u << RT_HEAD) != 0;
}

static void
head(struct making *m)
{
	struct case_row row = case_base(m);

	row.method = RT_LIT("HEAD");
	row.why = RT_LIT("HEAD is GET without its body");
	case_add(m, row, "method/HEAD");
}

void
case_protocol(struct making *m)
{
	unknown_paths(m);
	malformed_paths(m);
	for (size_t i = 0; i < m->op->n_params; i++) {
		if (m->op->params[i].in == RT_IN_PATH && declares(m->op, 404))
			unknown_ids(m, i);
	}
	other_methods(m);
	if (m->op->method == RT_GET && !has_own_head(m) &&
	    m->op->websocket == NULL)
		head(m);
	accepts(m);
	with_header(m, "expect", 417, "Expect: nothing-known",
	    "it expects what nobody knows");
	unknown_query(m);
	if (m->body != NULL) {
		media_types(m);
		too_large(m);
	}
}
