#include "runtime/multipart.h"

#include "runtime/disposition.h"
#include "runtime/media.h"

enum { BOUNDARY_MAX = 70 };

struct splitter {
	struct rt_arena *arena;
	struct rt_str body;
	struct rt_str delimiter; /* CRLF, two hyphens, the boundary */
	size_t at;
	bool form;
	size_t max; /* parts */
	struct rt_parts parts;
	size_t size; /* of parts.v */
	struct rt_multipart_error *err;
};

static bool
refuse(struct splitter *s, size_t offset, const char *why)
{
	*s->err = (struct rt_multipart_error){
	    .offset = offset,
	    .part = (unsigned)s->parts.n,
	    .text = why,
	};
	return false;
}

/* --- Boundaries --- */

/* RFC 2046, section 5.1.1: bchars. */
static bool
is_boundary(struct rt_str b)
{
	for (size_t i = 0; i < b.n; i++) {
		char c = b.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') &&
		    (c == '\0' || strchr("'()+_,-./:=? ", c) == NULL))
			return false;
	}
	return b.n > 0 && b.n <= BOUNDARY_MAX && b.p[b.n - 1] != ' ';
}

static bool
read_boundary(struct splitter *s, struct rt_str type)
{
	struct rt_str boundary;

	if (!rt_media_param(type, "boundary", &boundary))
		return refuse(s, 0, "the Content-Type has no boundary");
	if (!is_boundary(boundary))
		return refuse(s, 0, "the boundary is malformed");
	s->delimiter =
	    rt_arena_printf(s->arena, "\r\n--%.*s", RT_FMT(boundary));
	return true;
}

/* The offset of the next delimiter, or the body's length. */
static size_t
find_delimiter(const struct splitter *s, size_t from)
{
	const char *found = memmem(s->body.p + from, s->body.n - from,
	    s->delimiter.p, s->delimiter.n);

	return found == NULL ? s->body.n : (size_t)(found - s->body.p);
}

static bool
is_at(const struct splitter *s, size_t at, const char *text)
{
	struct rt_str rest = {s->body.p + at, s->body.n - at};

	return rt_str_starts(rest, text);
}

/* The first one may have nothing before it, a line end neither. */
static bool
skip_preamble(struct splitter *s)
{
	if (is_at(s, 0, s->delimiter.p + 2))
		s->at = s->delimiter.n - 2;
	else
		s->at = find_delimiter(s, 0) + s->delimiter.n;
	return s->at <= s->body.n ||
	    refuse(s, 0, "there is no line with the boundary");
}

/* What stands behind a delimiter: *last for the one that ends the body. */
static bool
end_line(struct splitter *s, bool *last)
{
	*last = is_at(s, s->at, "--");
	if (*last)
		s->at += 2;
	while (is_at(s, s->at, " ") || is_at(s, s->at, "\t"))
		s->at++;
	if (*last && s->at == s->body.n)
		return true;
	if (!is_at(s, s->at, "\r\n"))
		return refuse(s, s->at,
		    "a line with the boundary has something else on it");
	s->at += 2;
	return true;
}

/* --- The head of a part --- */

static bool
is_field_value(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
read_header(struct splitter *s, struct rt_part *part,
    struct rt_part_header *all, struct rt_str line)
{
	size_t offset = (size_t)(line.p - s->body.p);
	struct rt_str name = rt_str_cut(&line, ':');

	if (line.p == NULL || !rt_is_token(name) || !is_field_value(line))
		return refuse(s, offset, "a header is malformed");
	if (rt_part_header(part, rt_arena_copy(s->arena, name).p).p != NULL)
		return refuse(s, offset, "a header is given twice");
	if (part->n_headers == RT_PART_HEADERS_MAX)
		return refuse(s, offset, "a part has too many headers");
	all[part->n_headers++] = (struct rt_part_header){
	    .name = name,
	    .value = rt_str_trim(line),
	};
	return true;
}

static bool
read_headers(struct splitter *s, struct rt_part *part, struct rt_str head)
{
	struct rt_part_header *all =
	    rt_arena_array(s->arena, RT_PART_HEADERS_MAX, sizeof(*all));

	part->headers = all;
	while (head.n > 0) {
		const char *end = memmem(head.p, head.n, "\r\n", 2);
		size_t n = end == NULL ? head.n : (size_t)(end - head.p);

		if (!read_header(s, part, all, (struct rt_str){head.p, n}))
			return false;
		head.p += n;
		head.n -= n;
		if (head.n > 0) {
			head.p += 2;
			head.n -= 2;
		}
	}
	return true;
}

static bool
read_names(struct splitter *s, struct rt_part *part)
{
	struct rt_str text = rt_part_header(part, "Content-Disposition");
	struct rt_disposition d = {0};

	part->media = rt_part_header(part, "Content-Type");
	if (text.p == NULL)
		return !s->form ||
		    refuse(s, part->offset,
			"a part has no Content-Disposition");
	if (!rt_disposition_parse(s->arena, text, &d))
		return refuse(s, part->offset,
		    "a Content-Disposition is malformed");
	if (s->form &&
	    (!rt_str_is_nocase(d.type, "form-data") || d.name.p == NULL))
		return refuse(s, part->offset,
		    "a Content-Disposition is not that of a form, with a name");
	part->name = d.name;
	part->file_name = d.file_name;
	return true;
}

/* Reads up to the empty line behind the headers. */
static bool
read_head(struct splitter *s, struct rt_part *part)
{
	struct rt_str rest = {s->body.p + s->at, s->body.n - s->at};
	const char *end;

	if (rest.n > RT_PART_HEAD_MAX)
		rest.n = RT_PART_HEAD_MAX;
	if (rt_str_starts(rest, "\r\n")) {
		s->at += 2;
		return read_names(s, part);
	}
	end = memmem(rest.p, rest.n, "\r\n\r\n", 4);
	if (end == NULL)
		return refuse(s, s->at,
		    "the headers of a part don't end, or are too long");
	rest.n = (size_t)(end - rest.p);
	s->at += rest.n + 4;
	return read_headers(s, part, rest) && read_names(s, part);
}

/* --- The whole --- */

static struct rt_part *
add_part(struct splitter *s)
{
	struct rt_parts *parts = &s->parts;

	if (parts->n == s->size) {
		size_t size = s->size == 0 ? 8 : 2 * s->size;
		struct rt_part *v = rt_arena_array(s->arena, size, sizeof(*v));

		if (parts->n > 0)
			memcpy(v, parts->v, parts->n * sizeof(*v));
		parts->v = v;
		s->size = size;
	}
	return &parts->v[parts->n++];
}

static bool
read_part(struct splitter *s)
{
	struct rt_part *part;
	size_t end;

	if (s->parts.n == s->max)
		return refuse(s, s->at, "there are too many parts");
	part = add_part(s);
	part->offset = s->at;
	if (!read_head(s, part))
		return false;
	/* The end of the headers may be that of an empty content, too. */
	end = find_delimiter(s, s->at - 2);
	if (end == s->body.n)
		return refuse(s, end, "the last boundary is missing");
	part->bytes = (struct rt_str){s->body.p + s->at, 0};
	if (end > s->at)
		part->bytes.n = end - s->at;
	s->at = end + s->delimiter.n;
	return true;
}

bool
rt_multipart_split(struct rt_arena *arena, struct rt_str type,
    struct rt_str body, bool form, size_t max, struct rt_parts *out,
    struct rt_multipart_error *err)
{
	struct splitter s = {
	    .arena = arena,
	    .body = body,
	    .form = form,
	    .max = max,
	    .err = err,
	};
	bool last;

	if (!read_boundary(&s, type) || !skip_preamble(&s))
		return false;
	while (end_line(&s, &last)) {
		if (last) {
			*out = s.parts;
			return true;
		}
		if (!read_part(&s))
			return false;
	}
	return false;
}

struct rt_str
rt_part_header(const struct rt_part *part, const char *name)
{
	for (size_t i = 0; i < part->n_headers; i++) {
		if (rt_str_is_nocase(part->headers[i].name, name))
			return part->headers[i].value;
	}
	return (struct rt_str){NULL, 0};
}
