#include "runtime/crash.h"

#include <errno.h>
#include <sys/syscall.h>

#include "runtime/coro.h"
#include "runtime/json.h"
#include "runtime/log.h"

#include "tests/unit/test.h"

static char output[65536];

/* A process that does this; returns how it ended, and what it has written. */
static int
watch(void (*act)(void))
{
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	CHECK(pipe(ends) == 0);
	pid = fork();
	CHECK(pid != -1);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		rt_crash_open("worker 7");
		act();
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], output + n, sizeof(output) - 1 - n)) > 0)
		n += (size_t)got;
	output[n] = '\0';
	close(ends[0]);
	CHECK(waitpid(pid, &status, 0) == pid);
	return status;
}

static const struct rt_node *
parsed(void)
{
	static struct rt_arena *arena;
	struct rt_json_error err;
	const struct rt_node *v;

	rt_arena_close(arena);
	arena = rt_arena_open(1 << 20, NULL, NULL);
	CHECK(strchr(output, '\n') == output + strlen(output) - 1);
	v = rt_json_parse(arena, rt_str(output), &rt_json_default_limits, &err);
	CHECK(v != NULL);
	return v;
}

static const char *
message(void)
{
	const struct rt_node *m = rt_node_get(parsed(), "message");

	CHECK(m != NULL);
	return rt_node_str(m).p;
}

static bool
has(const char *text)
{
	return strstr(message(), text) != NULL;
}

/* --- Lines --- */

static void
write_hostile_line(void)
{
	struct rt_crash_line l;

	rt_crash_begin(&l, "error");
	rt_crash_text(&l, "a \"quote\" \\ \n\x01\x7f\xff b");
	rt_crash_number(&l, 0, 10);
	rt_crash_number(&l, UINT64_MAX, 10);
	rt_crash_number(&l, 0xbeef, 16);
	rt_crash_member(&l, "more");
	rt_crash_signal(&l, 9);
	rt_crash_text(&l, " ");
	rt_crash_signal(&l, 12345);
	rt_crash_end(&l);
}

TEST(a_line_is_json_whatever_is_in_it)
{
	CHECK_INT(watch(write_hostile_line), 0);
	CHECK(has("a ?quote? ? ???? b0184467440737095516150xbeef"));
	CHECK_STR(rt_node_str(rt_node_get(parsed(), "level")), "error");
	CHECK_STR(rt_node_str(rt_node_get(parsed(), "more")),
	    "SIGKILL signal 12345");
}

static void
write_long_line(void)
{
	struct rt_crash_line l;

	rt_crash_begin(&l, "error");
	for (int i = 0; i < 3000; i++)
		rt_crash_text(&l, "x");
	rt_crash_end(&l);
}

TEST(a_line_has_an_end)
{
	CHECK_INT(watch(write_long_line), 0);
	CHECK_INT(strlen(output), sizeof(((struct rt_crash_line *)0)->b));
	CHECK(parsed() != NULL);
}

/* --- Faults --- */

static void
nothing(void)
{
}

TEST(who_has_no_fault_says_nothing)
{
	CHECK_INT(watch(nothing), 0);
	CHECK_INT(strlen(output), 0);
}

static const char *
call_name(long number)
{
	return number == 4321 ? "example" : NULL;
}

/* As the kernel sends it for the sandbox. */
static void
refused_call(void)
{
	siginfo_t info = {.si_signo = SIGSYS, .si_code = 1};

	rt_crash_syscall = call_name;
	info.si_syscall = 4321;
	syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGSYS, &info);
}

TEST(a_refused_call_is_named)
{
	int status = watch(refused_call);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	CHECK(has("ends by SIGSYS, a sandbox violation: "
		  "system call 4321 (example)"));
}

static void
sent(void)
{
	if (fork() == 0) {
		kill(getppid(), SIGSYS);
		_exit(0);
	}
	pause();
}

TEST(a_signal_that_was_sent_says_by_whom)
{
	int status = watch(sent);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	CHECK(strncmp(message(), "worker 7 (process ", 18) == 0);
	CHECK(has(") ends by SIGSYS, sent by process "));
}

#if !RT_SANITIZED

static void
write_nowhere(void)
{
	volatile uintptr_t wrong = 24;

	*(volatile int *)wrong = 1;
}

/* The name is there although Kore writes its title over the arguments. */
TEST(an_address)
{
	program_invocation_short_name[0] = '\0';

	int status = watch(write_nowhere);
	struct rt_str code = rt_node_str(rt_node_get(parsed(), "code"));

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	CHECK(has("ends by SIGSEGV at address 0x18"));
	CHECK(rt_str_starts(code, "test_crash+0x"));
	CHECK(rt_node_get(parsed(), "trace_id") == NULL);
}

TEST(an_abort)
{
	int status = watch(abort);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CHECK(has("ends by SIGABRT"));
	CHECK(!has("address"));
}

static unsigned
deepen(unsigned n)
{
	volatile char frame[512];

	frame[0] = (char)n;
	return n == 0 ? 0 : deepen(n - 1) + (unsigned)frame[0];
}

static void
fill_stack(void *unused)
{
	(void)unused;
	(void)deepen(100000);
}

static void
fail_in_call(void *unused)
{
	(void)unused;
	write_nowhere();
}

static void
run_call(void (*fn)(void *))
{
	static struct rt_op op = {.id = "getThing"};
	struct rt_call call = {.op = &op, .trace_id = RT_LIT("abc-1")};

	rt_coro_resume(rt_coro_new(fn, &call));
}

static void
fill_stack_of_call(void)
{
	run_call(fill_stack);
}

static void
fault_of_call(void)
{
	run_call(fail_in_call);
}

TEST(a_full_stack_is_told_apart)
{
	int status = watch(fill_stack_of_call);

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	CHECK(has("ends by SIGSEGV: the stack of a call is full (128 KiB)"));
	CHECK_STR(rt_node_str(rt_node_get(parsed(), "operation")), "getThing");
}

TEST(the_call_that_was_running)
{
	watch(fault_of_call);
	CHECK(has("at address 0x18"));
	CHECK_STR(rt_node_str(rt_node_get(parsed(), "trace_id")), "abc-1");
	CHECK_STR(rt_node_str(rt_node_get(parsed(), "operation")), "getThing");
}

#endif
