#include "gen/documents.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/ref_text.h"
#include "gen/uri.h"
#include "runtime/buf.h"

static const char file_scheme[] = "file://";

enum { CWD_MAX = 4096 };

/* --- Paths and URIs --- */

static void
put_path(struct rt_buf *b, struct rt_str path)
{
	static const char kept[] = "-._~!$&'()*+,;=:@/";

	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9');

		if (alnum || (c != '\0' && strchr(kept, c) != NULL))
			rt_buf_byte(b, (char)c);
		else
			rt_buf_printf(b, "%%%02X", c);
	}
}

static struct rt_str
working_directory(struct rt_arena *arena)
{
	char *p = rt_arena_bytes(arena, CWD_MAX);

	return getcwd(p, CWD_MAX) == NULL ? RT_LIT("/") : rt_str(p);
}

/* RFC 8089. */
static struct rt_str
uri_of_path(struct rt_arena *arena, struct rt_str path)
{
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	rt_buf_cstr(&b, file_scheme);
	if (!rt_str_starts(path, "/")) {
		put_path(&b, working_directory(arena));
		rt_buf_byte(&b, '/');
	}
	put_path(&b, path);
	return uri_resolve(arena, RT_LIT(""), rt_buf_str(&b));
}

/* The same characters are escaped, however they are written. */
static struct rt_str
canonical(struct rt_arena *arena, struct rt_str uri)
{
	struct rt_str path = ref_text_decode(arena, uri);
	struct rt_buf b = rt_buf(arena, SIZE_MAX);

	if (!rt_str_starts(uri, file_scheme) || path.p == NULL)
		return uri;
	put_path(&b, path);
	return rt_buf_str(&b);
}

/* How many bytes of both, up to and with a '/', are the same directories. */
static size_t
shared_part(struct rt_str a, struct rt_str b)
{
	size_t shared = 0;

	for (size_t i = 0; i < a.n && i < b.n && a.p[i] == b.p[i]; i++) {
		if (a.p[i] == '/')
			shared = i + 1;
	}
	return shared;
}

/* "../common/x.yaml": an absolute path as seen from the working directory. */
static struct rt_str
relative_path(struct rt_arena *arena, struct rt_str path)
{
	struct rt_str from = working_directory(arena);
	struct rt_buf b = rt_buf(arena, SIZE_MAX);
	size_t shared;

	from = rt_arena_printf(arena, "%.*s%s", RT_FMT(from),
	    rt_str_ends(from, "/") ? "" : "/");
	shared = shared_part(from, path);
	for (size_t i = shared; i < from.n; i++) {
		if (from.p[i] == '/')
			rt_buf_cstr(&b, "../");
	}
	rt_buf_add(&b, (struct rt_str){path.p + shared, path.n - shared});
	return rt_buf_str(&b);
}

/* The path to open and to show; absent for a URI that is no file's. */
static struct rt_str
path_of_uri(const struct documents *d, struct rt_str uri)
{
	struct rt_str path = uri;

	if (!rt_str_starts(uri, file_scheme))
		return (struct rt_str){0};
	path.p += sizeof(file_scheme) - 1;
	path.n -= sizeof(file_scheme) - 1;
	path = ref_text_decode(d->arena, path);
	if (path.n == 0 || memchr(path.p, '\0', path.n) != NULL)
		return (struct rt_str){0};
	if (!d->absolute)
		path = relative_path(d->arena, path);
	return rt_arena_copy(d->arena, path); /* for a NUL behind it */
}

static bool
has_scheme(struct rt_str uri)
{
	for (size_t i = 0; i < uri.n; i++) {
		if (uri.p[i] == ':')
			return i > 0;
		if (strchr("/?#", uri.p[i]) != NULL)
			return false;
	}
	return false;
}

/* --- The registry --- */

static enum oas_version
version_of(const struct documents *d, const struct doc_node *root)
{
	static const char *const prefixes[] = {
	    [OAS_3_0] = "3.0.",
	    [OAS_3_1] = "3.1.",
	    [OAS_3_2] = "3.2.",
	};
	const struct doc_node *node = doc_get(root, "openapi");

	for (unsigned v = OAS_3_0; node != NULL && v <= OAS_3_2; v++) {
		if (node->type == DOC_STRING &&
		    rt_str_starts(node->text, prefixes[v]))
			return (enum oas_version)v;
	}
	return d->n == 0 ? OAS_3_1 : d->v[0].version;
}

static struct oas_document *
add_document(struct documents *d, struct rt_str place, struct rt_str asked,
    const struct doc_node *root)
{
	const struct doc_node *self = doc_get(root, "$self");
	struct oas_document *v = d->v;
	struct rt_str fragment, uri = asked;

	if (d->n == d->size) {
		d->size = d->size == 0 ? 8 : 2 * d->size;
		v = rt_arena_array(d->arena, d->size, sizeof(*v));
		for (size_t i = 0; i < d->n; i++)
			v[i] = d->v[i];
		d->v = v;
	}
	if (self != NULL && self->type == DOC_STRING)
		uri = uri_without_fragment(
		    uri_resolve(d->arena, asked, self->text), &fragment);
	v[d->n] = (struct oas_document){
	    .root = root,
	    .source = root == NULL ? NULL : root->pos.source,
	    .uri = uri,
	    .place = place,
	    .asked = asked,
	    .version = version_of(d, root),
	};
	return &v[d->n++];
}

struct documents *
documents_open(struct rt_arena *arena, struct diag *diag,
    const struct doc_node *root)
{
	struct documents *d = rt_arena_new(arena, sizeof(*d));
	const struct source *s = root->pos.source;
	struct rt_str path = rt_str(s == NULL ? "contract" : s->path);
	struct rt_str place = uri_of_path(arena, path);

	d->arena = arena;
	d->diag = diag;
	d->absolute = rt_str_starts(path, "/");
	d->bytes = s == NULL ? 0 : s->text.n;
	add_document(d, place, place, root);
	return d;
}

const struct oas_document *
documents_of(const struct documents *d, const struct doc_node *node)
{
	while (node->parent != NULL)
		node = node->parent;
	for (size_t i = 0; i < d->n; i++) {
		if (d->v[i].root == node)
			return &d->v[i];
	}
	return NULL;
}

enum oas_version
documents_version(const struct documents *d, const struct doc_node *node)
{
	const struct oas_document *document = documents_of(d, node);

	return document == NULL ? d->v[0].version : document->version;
}

const char *
oas_version_name(enum oas_version version)
{
	static const char *const names[] = {
	    [OAS_3_0] = "3.0",
	    [OAS_3_1] = "3.1",
	    [OAS_3_2] = "3.2",
	};

	return names[version];
}

static const struct oas_document *
find_uri(const struct documents *d, struct rt_str uri)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct oas_document *v = &d->v[i];

		if (rt_str_eq(v->uri, uri) || rt_str_eq(v->place, uri) ||
		    rt_str_eq(v->asked, uri))
			return v;
	}
	return NULL;
}

/* --- Reading --- */

/* Of a file only: a pipe or a device would block, or never end. */
static const struct source *
open_regular(struct rt_arena *arena, const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return NULL;
	if (S_ISREG(st.st_mode))
		return source_open(arena, path);
	errno = EINVAL;
	return NULL;
}

static bool
is_too_much(struct documents *d, const struct doc_node *reference,
    const struct source *s)
{
	if (s->text.n <= DOCUMENTS_BYTES_MAX - d->bytes) {
		d->bytes += s->text.n;
		return false;
	}
	diag_error(d->diag, reference->pos, "documents-max",
	    "the files of a contract may have at most %d bytes together",
	    DOCUMENTS_BYTES_MAX);
	return true;
}

static const char *
reason(int error)
{
	if (error == EINVAL)
		return "it is no regular file";
	return error == EFBIG ? "larger than 64 MiB" : strerror(error);
}

/* NULL has been reported. */
static const struct source *
read_source(struct documents *d, const struct doc_node *reference,
    struct rt_str path)
{
	const struct source *s;

	if (d->n == DOCUMENTS_MAX) {
		diag_error(d->diag, reference->pos, "documents-max",
		    "a contract may have at most %d files", DOCUMENTS_MAX);
		return NULL;
	}
	s = open_regular(d->arena, path.p);
	if (s != NULL)
		return is_too_much(d, reference, s) ? NULL : s;
	diag_error(d->diag, reference->pos, "ref-file",
	    "the file '%.*s' can't be read: %s", RT_FMT(path), reason(errno));
	return NULL;
}

static void
report_remote(struct documents *d, const struct doc_node *reference,
    struct rt_str uri)
{
	diag_error(d->diag, reference->pos, "ref-remote",
	    "expected a reference to a file, found one to '%.*s': nothing is "
	    "fetched from a network",
	    RT_FMT(uri));
	diag_help(d->diag,
	    "save that document beside the contract, and refer to the file");
}

static bool
is_relative(struct documents *d, const struct doc_node *reference,
    struct rt_str text)
{
	if (!rt_str_starts(text, file_scheme) &&
	    (has_scheme(text) || !rt_str_starts(text, "/") ||
		rt_str_starts(text, "//")))
		return true;
	diag_error(d->diag, reference->pos, "ref-absolute",
	    "expected a path relative to this file, found '%.*s', which is "
	    "another file on each machine",
	    RT_FMT(text));
	return false;
}

/* Where to look for what no document is known by: `asked`, or where $self is
 * the base, beside the file. */
static struct rt_str
place_of(struct documents *d, const struct doc_node *reference,
    struct rt_str text, struct rt_str asked)
{
	const struct oas_document *from = documents_of(d, reference);

	if (rt_str_starts(asked, file_scheme) || from == NULL ||
	    rt_str_eq(from->uri, from->place) || has_scheme(text) ||
	    rt_str_starts(text, "//"))
		return asked;
	return canonical(d->arena, uri_resolve(d->arena, from->place, text));
}

static const struct doc_node *
read_document(struct documents *d, const struct doc_node *reference,
    struct rt_str text, struct rt_str asked)
{
	struct rt_str place = place_of(d, reference, text, asked);
	struct rt_str path = path_of_uri(d, place);
	const struct oas_document *known = find_uri(d, place);
	const struct source *s;

	if (known != NULL)
		return known->root;
	if (!is_relative(d, reference, text))
		return NULL;
	if (path.p == NULL) {
		report_remote(d, reference, asked);
		return NULL;
	}
	s = read_source(d, reference, path);
	if (s == NULL)
		return NULL;
	return add_document(d, place, asked, doc_read(d->arena, d->diag, s))
	    ->root;
}

static const struct doc_node *
top_of(const struct doc_node *node)
{
	while (node->parent != NULL)
		node = node->parent;
	return node;
}

const struct doc_node *
documents_find(struct documents *d, const struct doc_node *reference,
    struct rt_str base)
{
	const struct oas_document *from = documents_of(d, reference), *known;
	struct rt_str fragment, asked;
	struct rt_str text = uri_without_fragment(reference->text, &fragment);

	if (text.n == 0)
		return top_of(reference);
	if (base.p == NULL)
		base = from == NULL ? RT_LIT("") : from->uri;
	asked = canonical(d->arena, uri_resolve(d->arena, base, text));
	known = find_uri(d, asked);
	return known != NULL ? known->root
			     : read_document(d, reference, text, asked);
}

void
documents_ignore(struct documents *d, const struct doc_member *m)
{
	if (d->n_ignored == d->ignored_size) {
		size_t size = d->ignored_size == 0 ? 16 : 2 * d->ignored_size;
		const struct doc_member **v =
		    rt_arena_array(d->arena, size, sizeof(*v));

		if (d->n_ignored > 0)
			memcpy(v, d->ignored, d->n_ignored * sizeof(*v));
		d->ignored = v;
		d->ignored_size = size;
	}
	d->ignored[d->n_ignored++] = m;
}
