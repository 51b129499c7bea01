/* The program of `kontract try`: how it is compiled and run. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gen/outdir.h"
#include "gen/try_part.h"
#include "runtime/jwt.h"

enum {
	ARGS_MAX = 64,
	JOBS_MAX = 16,
	CPU_SECONDS = 30, /* of a program that runs */
	LOG_MAX = 2000, /* bytes of a compiler's complaints that are shown */
};

/* The program's own part of the runtime: in no server, so in no library. */
static const char *const own_sources[] = {"runtime/try.c",
    "runtime/contract_loop.c", "runtime/try_request.c"};

static bool
refuse(struct try_kit *kit, const char *what)
{
	kit->why = rt_arena_printf(kit->arena, "%s: %s", what, strerror(errno));
	return false;
}

/* --- What is there --- */

static bool
is_readable(struct try_kit *kit, const char *dir, const char *name)
{
	return access(rt_arena_printf(kit->arena, "%s/%s", dir, name).p,
		   R_OK) == 0;
}

/* Two directories above the compiler, in build/bin, is the source tree. */
static const char *
tree_of_compiler(struct rt_arena *arena)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return ".";
	path[n] = '\0';
	for (unsigned i = 0; i < 3; i++) {
		char *slash = strrchr(path, '/');

		if (slash == NULL)
			return ".";
		*slash = '\0';
	}
	return rt_arena_copy(arena, rt_str(path[0] == '\0' ? "/" : path)).p;
}

/* Which compiler, and which runtime: by size and time of change. */
static void
add_file_id(struct rt_buf *b, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		rt_buf_printf(b, "%s %lld %lld.%09ld\n", path,
		    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
		    st.st_mtim.tv_nsec);
}

static const char *
c_compiler(void)
{
	const char *cc = getenv("CC");

	return cc == NULL || cc[0] == '\0' ? "cc" : cc;
}

static struct rt_str
kit_id(struct try_kit *kit)
{
	struct rt_buf b = rt_buf(kit->arena, SIZE_MAX);

	add_file_id(&b, "/proc/self/exe");
	add_file_id(&b, kit->library);
	for (size_t i = 0; i < RT_LEN(own_sources); i++)
		add_file_id(&b,
		    rt_arena_printf(kit->arena, "%s/%s", kit->include,
			own_sources[i])
			.p);
	rt_buf_cstr(&b, c_compiler());
	return rt_buf_str(&b);
}

bool
try_kit_find(struct try_kit *kit, const char *runtime)
{
	static const char *const libraries[] = {"build/libkontract.a",
	    "libkontract.a"};

	kit->include = runtime != NULL ? runtime : tree_of_compiler(kit->arena);
	for (size_t i = 0; i < RT_LEN(libraries); i++) {
		if (is_readable(kit, kit->include, libraries[i]) &&
		    is_readable(kit, kit->include, own_sources[0])) {
			kit->library = rt_arena_printf(kit->arena, "%s/%s",
			    kit->include, libraries[i])
					   .p;
			kit->id = kit_id(kit);
			return true;
		}
	}
	kit->why = rt_arena_printf(kit->arena,
	    "%s holds no runtime (runtime/try.c and build/libkontract.a): "
	    "name its directory by --runtime",
	    kit->include);
	return false;
}

struct rt_str
try_cache(struct try_kit *kit, const char *cache)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	struct rt_str path = rt_str(cache);
	int fd;

	if (cache == NULL && xdg != NULL && xdg[0] == '/')
		path = rt_arena_printf(kit->arena, "%s/kontract", xdg);
	else if (cache == NULL && home != NULL && home[0] == '/')
		path = rt_arena_printf(kit->arena, "%s/.cache/kontract", home);
	if (path.p == NULL) {
		kit->why =
		    RT_LIT("there is no HOME: name a directory by --cache");
		return path;
	}
	fd = outdir_open(path.p, true);
	if (fd < 0) {
		(void)refuse(kit, path.p);
		return (struct rt_str){0};
	}
	close(fd);
	return path;
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
try_remove(const char *dir)
{
	(void)nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- Commands --- */

struct command {
	const char *argv[ARGS_MAX + 1];
	size_t n;
};

static void
add(struct command *c, const char *arg)
{
	if (c->n < ARGS_MAX)
		c->argv[c->n++] = arg;
}

/* CC may be several words: "ccache gcc". */
static void
add_compiler(struct try_kit *kit, struct command *c)
{
	struct rt_str rest = rt_str(c_compiler());

	while (rest.p != NULL) {
		struct rt_str word = rt_str_cut(&rest, ' ');

		if (word.n > 0)
			add(c, rt_arena_copy(kit->arena, word).p);
	}
}

/* Starts a command whose words all go to `log`. */
static pid_t
start(const struct command *c, int log)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (dup2(log, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0)
		execvp(c->argv[0], (char *const *)c->argv);
	dprintf(log, "%s: %s\n", c->argv[0], strerror(errno));
	_exit(127);
}

/* Whether it ended well; one that was never started has not. */
static bool
finish(pid_t pid)
{
	int status;

	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* --- Compiling --- */

static void
compile_command(struct try_kit *kit, struct command *c, const char *dir)
{
	static const char *const flags[] = {"-std=c11", "-D_GNU_SOURCE", "-O0",
	    "-w", "-isystem", "/usr/include/postgresql"};

	add_compiler(kit, c);
	for (size_t i = 0; i < RT_LEN(flags); i++)
		add(c, flags[i]);
	add(c, "-I");
	add(c, kit->include);
	add(c, "-I");
	add(c, dir);
	add(c, "-include");
	add(c, "runtime/try.h");
}

static const char *
object_of(struct try_kit *kit, const char *dir, size_t i)
{
	return rt_arena_printf(kit->arena, "%s/%zu.o", dir, i).p;
}

static pid_t
start_compile(struct try_kit *kit, const char *dir, const char *source,
    size_t number, int log)
{
	struct command c = {.n = 0};

	compile_command(kit, &c, dir);
	add(&c, "-c");
	add(&c, source);
	add(&c, "-o");
	add(&c, object_of(kit, dir, number));
	return start(&c, log);
}

static size_t
jobs(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		return 1;
	return n > JOBS_MAX ? JOBS_MAX : (size_t)n;
}

/* One compiler for each source, as many at a time as there are processors. */
static bool
compile_all(struct try_kit *kit, const char *dir, const char *const *sources,
    size_t n, int log)
{
	pid_t pids[JOBS_MAX];
	size_t at_once = jobs();
	bool ok = true;

	for (size_t i = 0; i < n + at_once; i++) {
		if (i >= at_once && i - at_once < n)
			ok = finish(pids[i % at_once]) && ok;
		if (i < n && ok)
			pids[i % at_once] =
			    start_compile(kit, dir, sources[i], i, log);
		else
			pids[i % at_once] = -1;
	}
	return ok;
}

static bool
link_all(struct try_kit *kit, const char *dir, size_t n, int log)
{
	static const char *const libraries[] = {"-Wl,--as-needed", "-lpq",
	    "-lssl", "-lcrypto", "-lpcre2-8", "-lidn2", "-lcrypt", "-lz",
	    "-lpthread", "-lm"};
	const char *list = rt_arena_printf(kit->arena, "%s/objects", dir).p;
	struct command c = {.n = 0};
	FILE *f = fopen(list, "w");

	for (size_t i = 0; f != NULL && i < n; i++)
		fprintf(f, "\"%s\"\n", object_of(kit, dir, i));
	if (f == NULL || fclose(f) != 0)
		return refuse(kit, list);
	add_compiler(kit, &c);
	add(&c, "-o");
	add(&c, rt_arena_printf(kit->arena, "%s/try", dir).p);
	add(&c, rt_arena_printf(kit->arena, "@%s", list).p);
	add(&c, kit->library);
	for (size_t i = 0; i < RT_LEN(libraries); i++)
		add(&c, libraries[i]);
	return finish(start(&c, log));
}

/* What stands first in the log. */
static void
tell_log(struct try_kit *kit, int log)
{
	char *text = rt_arena_bytes(kit->arena, LOG_MAX);
	ssize_t n = pread(log, text, LOG_MAX, 0);

	kit->why = rt_arena_printf(kit->arena,
	    "the generated code can't be compiled:\n%.*s", n < 0 ? 0 : (int)n,
	    text);
}

bool
try_link(struct try_kit *kit, const char *dir, const char *const *sources)
{
	const char *name = rt_arena_printf(kit->arena, "%s/log", dir).p;
	size_t n = 0, more = RT_LEN(own_sources);
	const char **paths;
	bool ok;
	int log;

	while (sources[n] != NULL)
		n++;
	paths = rt_arena_array(kit->arena, n + more, sizeof(*paths));
	for (size_t i = 0; i < n; i++)
		paths[i] =
		    rt_arena_printf(kit->arena, "%s/api/%s", dir, sources[i]).p;
	for (size_t i = 0; i < more; i++)
		paths[n + i] = rt_arena_printf(kit->arena, "%s/%s",
		    kit->include, own_sources[i])
				   .p;
	log = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log < 0)
		return refuse(kit, name);
	ok = compile_all(kit, dir, paths, n + more, log) &&
	    link_all(kit, dir, n + more, log);
	if (!ok)
		tell_log(kit, log);
	for (size_t i = 0; i < n + more; i++)
		(void)unlink(object_of(kit, dir, i));
	close(log);
	return ok;
}

/* --- Running --- */

/* What the request asks of the machine has an end. */
static void
limit(void)
{
	struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS};
	struct rlimit core = {0, 0};

	(void)setrlimit(RLIMIT_CPU, &cpu);
	(void)setrlimit(RLIMIT_CORE, &core);
}

static int
input_of(struct rt_str text)
{
	int fd = memfd_create("request", MFD_CLOEXEC);

	while (fd >= 0 && text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n <= 0) {
			close(fd);
			return -1;
		}
		text.p += n;
		text.n -= (size_t)n;
	}
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
	return fd;
}

bool
try_exec(struct try_kit *kit, const char *program, struct rt_str input,
    int *status)
{
	int fd = input_of(input), ended = 0;
	pid_t pid;

	if (fd < 0)
		return refuse(kit, "the request");
	pid = fork();
	if (pid == 0) {
		limit();
		if (dup2(fd, STDIN_FILENO) >= 0)
			execl(program, program, (char *)NULL);
		_exit(127);
	}
	close(fd);
	if (pid < 0)
		return refuse(kit, program);
	while (waitpid(pid, &ended, 0) < 0) {
		if (errno != EINTR)
			return refuse(kit, program);
	}
	*status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 127;
	if (*status != 127)
		return true;
	kit->why = rt_arena_printf(kit->arena, "%s: %s", program,
	    WIFSIGNALED(ended) ? strsignal(WTERMSIG(ended))
			       : "it can't be run");
	return false;
}
