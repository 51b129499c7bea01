/* What is written, kept and removed in the output directory; see emit.h. */
#include "gen/emit.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gen/outdir.h"
#include "runtime/buf.h"

static const char manifest_name[] = ".kontract";

enum {
	DIGEST_BYTES = 32, /* SHA-256 */
	DIGEST_TEXT = 2 * DIGEST_BYTES,
	MANIFEST_MAX = 16 * 1024 * 1024,
	READ_SIZE = 64 * 1024,
};

struct digest {
	char text[DIGEST_TEXT + 1];
};

/* A file of this run, or one that the manifest names. */
struct file {
	const char *name;
	struct rt_str text; /* of a file of this run */
	struct digest digest;
	bool stale; /* to be written, or to be removed */
};

struct files {
	struct file *v;
	size_t n;
	size_t size;
};

struct emit {
	struct rt_arena *arena;
	const char *dir;
	bool check;
	int fd; /* of the directory; -1 while there is none */
	struct files files;
	struct files old; /* what the manifest names */
	struct rt_str manifest; /* its text */
	const char *error;
};

/* --- errors --- */

static bool
fail(struct emit *e, const char *name, const char *sentence)
{
	if (e->error == NULL)
		e->error = rt_arena_printf(e->arena, "%s%s%s: %s", e->dir,
		    name[0] == '\0' ? "" : "/", name, sentence)
			       .p;
	return false;
}

static bool
fail_errno(struct emit *e, const char *name)
{
	if (errno == ELOOP)
		return fail(e, name, "is a symbolic link");
	if (errno == EISDIR)
		return fail(e, name, "is not a regular file");
	return fail(e, name, strerror(errno));
}

/* --- lists of files --- */

static int
by_name(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* In a sorted list. */
static struct file *
find_file(const struct files *files, const char *name)
{
	struct file key = {.name = name};

	if (files->n == 0)
		return NULL;
	return bsearch(&key, files->v, files->n, sizeof(key), by_name);
}

static struct file *
add_file(struct rt_arena *a, struct files *files, const char *name)
{
	if (files->n == files->size) {
		size_t size = files->size == 0 ? 16 : files->size * 2;
		struct file *v = rt_arena_array(a, size, sizeof(*v));

		if (files->n > 0)
			memcpy(v, files->v, files->n * sizeof(*v));
		files->v = v;
		files->size = size;
	}
	files->v[files->n] = (struct file){.name = name};
	return &files->v[files->n++];
}

static void
sort_files(struct files *files)
{
	if (files->n > 1)
		qsort(files->v, files->n, sizeof(*files->v), by_name);
}

struct emit *
emit_open(struct rt_arena *a, const char *dir, bool check)
{
	struct emit *e = rt_arena_new(a, sizeof(*e));

	e->arena = a;
	e->dir = rt_arena_copy(a, rt_str(dir)).p;
	e->check = check;
	e->fd = -1;
	return e;
}

void
emit_file(struct emit *e, const char *name, struct rt_str text)
{
	assert(outdir_is_name(name) && strcmp(name, manifest_name) != 0);
	name = rt_arena_copy(e->arena, rt_str(name)).p;
	add_file(e->arena, &e->files, name)->text = text;
}

/* --- digests --- */

static void
print_digest(const unsigned char *bytes, struct digest *out)
{
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		snprintf(&out->text[2 * i], 3, "%02x", bytes[i]);
}

static bool
digest_text(struct rt_str text, struct digest *out)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];

	if (EVP_Digest(text.p, text.n, bytes, NULL, EVP_sha256(), NULL) != 1)
		return false;
	print_digest(bytes, out);
	return true;
}

static bool
digest_fd(int fd, struct digest *out)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char part[READ_SIZE];
	ssize_t n = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok =
	    ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;

	while (ok && (n = read(fd, part, sizeof(part))) > 0)
		ok = EVP_DigestUpdate(ctx, part, (size_t)n) == 1;
	ok = ok && n == 0 && EVP_DigestFinal_ex(ctx, bytes, NULL) == 1;
	if (ok)
		print_digest(bytes, out);
	EVP_MD_CTX_free(ctx);
	return ok;
}

/* Of what is there under a name; "" when nothing is. */
static bool
digest_file(struct emit *e, const char *name, struct digest *out)
{
	int fd = e->fd < 0 ? -1 : outdir_read(e->fd, name);
	bool ok;

	out->text[0] = '\0';
	if (e->fd < 0 || (fd < 0 && errno == ENOENT))
		return true;
	if (fd < 0)
		return fail_errno(e, name);
	ok = digest_fd(fd, out) || fail(e, name, "could not be read");
	close(fd);
	return ok;
}

static bool
same_digest(const struct digest *a, const struct digest *b)
{
	return strcmp(a->text, b->text) == 0;
}

/* --- the manifest: lines as sha256sum(1) writes and checks them --- */

static bool
take_line(struct emit *e, struct rt_str line)
{
	struct rt_str name = {line.p + DIGEST_TEXT + 2, 0};
	struct file *old;

	if (line.n <= DIGEST_TEXT + 2 ||
	    strspn(line.p, "0123456789abcdef") != DIGEST_TEXT ||
	    memcmp(line.p + DIGEST_TEXT, "  ", 2) != 0)
		return fail(e, manifest_name, "was damaged; remove it");
	name.n = line.n - DIGEST_TEXT - 2;
	name = rt_arena_copy(e->arena, name);
	/* Files are removed by this list: it must not lead elsewhere. */
	if (!outdir_is_name(name.p) || strlen(name.p) != name.n)
		return fail(e, manifest_name, "was damaged; remove it");
	old = add_file(e->arena, &e->old, name.p);
	memcpy(old->digest.text, line.p, DIGEST_TEXT);
	return true;
}

static bool
read_all(struct emit *e, int fd, struct rt_buf *b)
{
	ssize_t n = 1;

	while (n > 0) {
		char *p = rt_buf_reserve(b, READ_SIZE);

		if (p == NULL)
			return fail(e, manifest_name, "is too large");
		n = read(fd, p, READ_SIZE);
		if (n < 0)
			return fail_errno(e, manifest_name);
		b->n += (size_t)n;
	}
	return true;
}

static bool
read_manifest(struct emit *e)
{
	struct rt_buf b = rt_buf(e->arena, MANIFEST_MAX);
	int fd = e->fd < 0 ? -1 : outdir_read(e->fd, manifest_name);
	struct rt_str rest;
	bool ok;

	if (e->fd < 0 || (fd < 0 && errno == ENOENT))
		return true;
	if (fd < 0)
		return fail_errno(e, manifest_name);
	ok = read_all(e, fd, &b);
	close(fd);
	if (!ok)
		return false;
	e->manifest = rt_arena_copy(e->arena, rt_buf_str(&b));
	rest = e->manifest;
	while (rest.n > 0) {
		if (!take_line(e, rt_str_cut(&rest, '\n')))
			return false;
	}
	sort_files(&e->old);
	return true;
}

static struct rt_str
new_manifest(struct emit *e)
{
	struct rt_buf b = rt_buf(e->arena, MANIFEST_MAX);

	for (size_t i = 0; i < e->files.n; i++)
		rt_buf_printf(&b, "%s  %s\n", e->files.v[i].digest.text,
		    e->files.v[i].name);
	return rt_buf_str(&b);
}

/* --- what is to be done --- */

/* Whether what is there was written by us, according to the manifest. */
static bool
is_ours(struct emit *e, const char *name, const struct digest *there)
{
	const struct file *old = find_file(&e->old, name);

	if (old == NULL)
		return fail(e, name, "is there but was not generated");
	if (!same_digest(&old->digest, there))
		return fail(e, name, "was edited since it was generated");
	return true;
}

static bool
plan_file(struct emit *e, struct file *f, bool force)
{
	struct digest there;

	if (!digest_text(f->text, &f->digest))
		return fail(e, f->name, "no SHA-256 could be made");
	if (!digest_file(e, f->name, &there))
		return false;
	f->stale = !same_digest(&f->digest, &there);
	if (!f->stale || there.text[0] == '\0' || force)
		return true;
	return is_ours(e, f->name, &there);
}

/* A file of the last run. */
static bool
plan_old(struct emit *e, struct file *old, bool force)
{
	struct digest there;

	if (find_file(&e->files, old->name) != NULL)
		return true;
	if (!digest_file(e, old->name, &there))
		return false;
	old->stale = there.text[0] != '\0';
	return !old->stale || force || is_ours(e, old->name, &there);
}

static bool
plan(struct emit *e, bool force)
{
	for (size_t i = 0; i < e->files.n; i++) {
		if (!plan_file(e, &e->files.v[i], force))
			return false;
	}
	for (size_t i = 0; i < e->old.n; i++) {
		if (!plan_old(e, &e->old.v[i], force))
			return false;
	}
	return true;
}

/* --- doing it --- */

/* A directory that is not there stays closed, unless it shall be made. */
static bool
open_dir(struct emit *e, bool make)
{
	if (e->fd >= 0)
		return true;
	e->fd = outdir_open(e->dir, make);
	if (e->fd < 0 && (make || errno != ENOENT))
		return fail_errno(e, "");
	return true;
}

static bool
write_changes(struct emit *e)
{
	struct rt_str manifest = new_manifest(e);

	if (!open_dir(e, true))
		return false;
	for (size_t i = 0; i < e->files.n; i++) {
		const struct file *f = &e->files.v[i];

		if (f->stale && !outdir_write(e->fd, f->name, f->text))
			return fail_errno(e, f->name);
	}
	for (size_t i = 0; i < e->old.n; i++) {
		const struct file *f = &e->old.v[i];

		if (f->stale && !outdir_remove(e->fd, f->name))
			return fail_errno(e, f->name);
	}
	if (rt_str_eq(manifest, e->manifest))
		return true;
	return outdir_write(e->fd, manifest_name, manifest) ||
	    fail_errno(e, manifest_name);
}

static struct emit_result
tell(struct emit *e)
{
	struct emit_result r = {.error = e->error};
	const char **changed = rt_arena_array(e->arena,
	    e->files.n + e->old.n + 1, sizeof(*changed));
	size_t n = 0;

	for (size_t i = 0; i < e->files.n; i++) {
		if (e->files.v[i].stale)
			changed[n++] = e->files.v[i].name;
	}
	r.written = (unsigned)n;
	r.unchanged = (unsigned)(e->files.n - n);
	for (size_t i = 0; i < e->old.n; i++) {
		if (e->old.v[i].stale)
			changed[n++] = e->old.v[i].name;
	}
	r.removed = (unsigned)n - r.written;
	r.changed = changed;
	return r;
}

struct emit_result
emit_finish(struct emit *e, bool force)
{
	sort_files(&e->files);
	for (size_t i = 1; i < e->files.n; i++)
		assert(by_name(&e->files.v[i - 1], &e->files.v[i]) != 0);
	if (open_dir(e, false) && read_manifest(e) && plan(e, force) &&
	    !e->check)
		(void)write_changes(e);
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
	return tell(e);
}
