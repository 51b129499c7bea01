/*
 * References between the files of a contract: texts between lines "=== " are
 * root.yaml, b.yaml and dir/c.json.  Each reference of the root is followed,
 * the schemas are read, and a contract without faults is bundled.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/bundle.h"
#include "gen/ref.h"
#include "gen/spec.h"

enum { MEMORY = 512 << 20 };

static const char *const names[] = {"root.yaml", "b.yaml", "dir/c.json"};
static char directory[] = "/tmp/fuzz_ref.XXXXXX";

/* The inputs of the fuzzer are relative to where it was started, so that is
 * not left. */
static const char *
path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void
clean(void)
{
	for (size_t i = 0; i < RT_LEN(names); i++)
		unlink(path_of(names[i]));
	rmdir(path_of("dir"));
	rmdir(directory);
}

static void
need(bool ok)
{
	if (!ok)
		abort();
}

/* The texts are files, for references read files. */
static void
open_directory(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	need(mkdtemp(directory) != NULL && mkdir(path_of("dir"), 0700) == 0);
	atexit(clean);
}

static void
write_file(const char *name, struct rt_str text)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	need(fd != -1 && write(fd, text.p, text.n) == (ssize_t)text.n);
	close(fd);
}

static void
write_files(struct rt_str rest)
{
	static const char mark[] = "\n=== \n";

	for (size_t i = 0; i < RT_LEN(names); i++) {
		const char *end =
		    memmem(rest.p, rest.n, mark, sizeof(mark) - 1);
		size_t n = end == NULL ? rest.n : (size_t)(end - rest.p);

		write_file(names[i], (struct rt_str){rest.p, n});
		if (end != NULL)
			n += sizeof(mark) - 1;
		rest.p += n;
		rest.n -= n;
	}
}

static void
follow(struct documents *d, const struct doc_node *node)
{
	if (ref_is(node)) {
		const struct doc_node *target = ref_resolve(d, node);

		need(target == NULL || !ref_is(target));
		need(target != NULL || diag_errors(d->diag) > 0);
		need(target == ref_resolve(d, node));
	}
	for (size_t i = 0; i < node->n; i++)
		follow(d,
		    node->type == DOC_MAP ? node->members[i].value
					  : node->items[i]);
}

static const struct doc_node *
read_root(struct rt_arena *a, struct diag *diag)
{
	const struct source *s = source_open(a, path_of(names[0]));

	return s == NULL ? NULL : doc_read(a, diag, s);
}

static void
check(struct rt_arena *a)
{
	struct diag *diag = diag_open(a);
	const struct doc_node *root = read_root(a, diag);
	struct documents *d;

	if (root == NULL)
		return;
	d = documents_open(a, diag, root);
	follow(d, root);
	spec_read(documents_open(a, diag, root));
	if (diag_errors(diag) == 0)
		bundle(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_arena *a = rt_arena_open(MEMORY, NULL, NULL);

	open_directory();
	write_files((struct rt_str){n == 0 ? "" : (const char *)data, n});
	check(a);
	rt_arena_close(a);
	return 0;
}
