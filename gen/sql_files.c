#include "gen/sql_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "gen/name.h"
#include "runtime/jwt.h"

struct names {
	struct rt_str *v;
	size_t n, size;
};

static int
by_name(const void *a, const void *b)
{
	return rt_str_cmp(*(const struct rt_str *)a, *(const struct rt_str *)b);
}

static void
add(struct rt_arena *arena, struct names *names, const char *name)
{
	if (names->n == names->size) {
		size_t size = names->size == 0 ? 16 : 2 * names->size;
		struct rt_str *v = rt_arena_array(arena, size, sizeof(*v));

		if (names->n > 0)
			memcpy(v, names->v, names->n * sizeof(*v));
		names->v = v;
		names->size = size;
	}
	names->v[names->n++] = rt_arena_copy(arena, rt_str(name));
}

static bool
fail(struct rt_arena *arena, const char *path, const char **trouble)
{
	*trouble = rt_arena_printf(arena, "%s: %s", path, strerror(errno)).p;
	return false;
}

/* The names "*.sql" of a directory, sorted. */
static bool
list(struct rt_arena *arena, const char *path, struct names *out,
    const char **trouble)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	*out = (struct names){0};
	if (dir == NULL)
		return fail(arena, path, trouble);
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] != '.' &&
		    rt_str_ends(rt_str(e->d_name), ".sql"))
			add(arena, out, e->d_name);
	}
	closedir(dir);
	if (out->n > 1)
		qsort(out->v, out->n, sizeof(*out->v), by_name);
	return true;
}

static const struct source *
open_file(struct rt_arena *arena, const char *path, struct rt_str name,
    const char **trouble)
{
	const char *file =
	    rt_arena_printf(arena, "%s/%.*s", path, RT_FMT(name)).p;
	const struct source *source = source_open(arena, file);

	if (source == NULL)
		(void)fail(arena, file, trouble);
	return source;
}

/* The name of a pair of files in C. */
static bool
is_tag(struct rt_arena *arena, struct rt_str tag)
{
	return rt_str_eq(name_snake(arena, tag), tag) &&
	    !rt_str_is(tag, "constraints") && !rt_str_is(tag, "types") &&
	    !rt_str_is(tag, "rows") && !rt_str_is(tag, "migrations");
}

bool
sql_files_queries(struct rt_arena *arena, struct diag *diag, const char *dir,
    struct sql_queries *out, const char **trouble)
{
	const char *path = rt_arena_printf(arena, "%s/queries", dir).p;
	struct names names;

	*out = (struct sql_queries){0};
	if (!list(arena, path, &names, trouble))
		return false;
	for (size_t i = 0; i < names.n; i++) {
		struct rt_str tag = {names.v[i].p, names.v[i].n - 4};
		const struct source *source =
		    open_file(arena, path, names.v[i], trouble);

		if (source == NULL)
			return false;
		if (!is_tag(arena, tag))
			diag_error(diag, source_pos(source, 0, 0), "sql-head",
			    "a file of queries is called such as persons.sql, "
			    "and not constraints, types or rows");
		sql_queries_read(arena, diag, tag, source, out);
	}
	return true;
}

bool
sql_files_migrations(struct rt_arena *arena, const char *dir,
    struct sql_migrations *out, const char **trouble)
{
	const char *path = rt_arena_printf(arena, "%s/migrations", dir).p;
	struct sql_migration *v;
	struct names names;

	*out = (struct sql_migrations){0};
	if (!list(arena, path, &names, trouble)) {
		if (errno != ENOENT)
			return false;
		*trouble = NULL;
		return true;
	}
	v = rt_arena_array(arena, names.n, sizeof(*v));
	for (size_t i = 0; i < names.n; i++) {
		const struct source *source =
		    open_file(arena, path, names.v[i], trouble);

		if (source == NULL)
			return false;
		v[i].name = names.v[i];
		v[i].sha256 = rt_sha256_hex(arena, source->text);
	}
	*out = (struct sql_migrations){v, names.n};
	return true;
}
