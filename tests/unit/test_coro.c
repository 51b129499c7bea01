#include "runtime/coro.h"

#include <fenv.h>
#include <math.h>
#include <signal.h>

#include "tests/unit/test.h"

struct counter {
	struct rt_coro *coro;
	int steps;
	int left;
};

static void
count_down(void *arg)
{
	struct counter *c = arg;

	while (c->left-- > 0) {
		c->steps++;
		rt_coro_yield(c->coro);
	}
}

static void
nothing(void *arg)
{
	(void)arg;
}

TEST(runs_until_it_yields_and_ends)
{
	struct counter c = {.left = 3};

	c.coro = rt_coro_new(count_down, &c);
	CHECK(c.coro != NULL);
	CHECK_INT(c.steps, 0);
	for (int i = 1; i <= 3; i++) {
		CHECK(!rt_coro_resume(c.coro));
		CHECK_INT(c.steps, i);
	}
	CHECK(rt_coro_resume(c.coro));
	CHECK(rt_coro_resume(c.coro)); /* stays ended */
	rt_coro_free(c.coro);
	rt_coro_drain();
}

TEST(many_interleave)
{
	enum { N = 1000, ROUNDS = 8 };
	static struct counter c[N];

	for (int i = 0; i < N; i++) {
		c[i].left = i % ROUNDS;
		c[i].coro = rt_coro_new(count_down, &c[i]);
		CHECK(c[i].coro != NULL);
	}
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < N; i++)
			CHECK_INT(rt_coro_resume(c[i].coro),
			    round >= i % ROUNDS);
	for (int i = 0; i < N; i++) {
		CHECK_INT(c[i].steps, i % ROUNDS);
		rt_coro_free(c[i].coro);
	}
	rt_coro_drain();
}

/* Values that live in registers across a yield. */
static void
keep_registers(void *arg)
{
	struct counter *c = arg;
	long a = 1, b = 2, d = 3, e = 4, f = 5, g = 6;
	double x = 0.5;

	for (int i = 0; i < c->left; i++) {
		a += b, b += d, d += e, e += f, f += g, g += a & 15;
		x = x * 1.5 + (double)(a & 7);
		rt_coro_yield(c->coro);
	}
	c->steps = (int)((a ^ b ^ d ^ e ^ f ^ g) & 0xffff) + (int)fmod(x, 1e6);
}

static int
expected_registers(int n)
{
	long a = 1, b = 2, d = 3, e = 4, f = 5, g = 6;
	double x = 0.5;

	for (int i = 0; i < n; i++) {
		a += b, b += d, d += e, e += f, f += g, g += a & 15;
		x = x * 1.5 + (double)(a & 7);
	}
	return (int)((a ^ b ^ d ^ e ^ f ^ g) & 0xffff) + (int)fmod(x, 1e6);
}

TEST(registers_survive_a_yield)
{
	struct counter one = {.left = 20}, two = {.left = 31};
	bool ended_one = false, ended_two = false;

	one.coro = rt_coro_new(keep_registers, &one);
	two.coro = rt_coro_new(keep_registers, &two);
	while (!ended_one || !ended_two) {
		ended_one = ended_one || rt_coro_resume(one.coro);
		ended_two = ended_two || rt_coro_resume(two.coro);
	}
	CHECK_INT(one.steps, expected_registers(20));
	CHECK_INT(two.steps, expected_registers(31));
	rt_coro_free(one.coro);
	rt_coro_free(two.coro);
	rt_coro_drain();
}

static void
round_up(void *arg)
{
	struct counter *c = arg;

	fesetround(FE_UPWARD);
	rt_coro_yield(c->coro);
	c->steps = fegetround();
}

TEST(rounding_mode_belongs_to_each_side)
{
	struct counter c = {0};

	c.coro = rt_coro_new(round_up, &c);
	CHECK(!rt_coro_resume(c.coro));
	CHECK_INT(fegetround(), FE_TONEAREST);
	CHECK(rt_coro_resume(c.coro));
	CHECK_INT(c.steps, FE_UPWARD);
	rt_coro_free(c.coro);
	rt_coro_drain();
}

static int
descend(struct counter *c, int depth)
{
	volatile char frame[512];

	frame[0] = (char)depth;
	if (depth == 0)
		rt_coro_exit(c->coro);
	if (depth < 0)
		return 0;
	return descend(c, depth - 1) + frame[0];
}

static void
exit_deep(void *arg)
{
	struct counter *c = arg;

	c->steps = 1;
	c->steps = descend(c, 40);
}

TEST(exit_from_deep_inside)
{
	for (int i = 0; i < 100; i++) {
		struct counter c = {0};

		c.coro = rt_coro_new(exit_deep, &c);
		CHECK(rt_coro_resume(c.coro));
		CHECK_INT(c.steps, 1); /* never returned */
		rt_coro_free(c.coro);
	}
	rt_coro_drain();
}

static void
note_stack(void *arg)
{
	volatile char here = 0;

	*(uintptr_t *)arg = (uintptr_t)&here & ~(uintptr_t)0xffff;
}

TEST(stacks_are_reused)
{
	uintptr_t first = 0, second = 0;
	struct rt_coro *c = rt_coro_new(note_stack, &first);

	CHECK(rt_coro_resume(c));
	rt_coro_free(c);
	CHECK(rt_coro_new(note_stack, &second) == c);
	CHECK(rt_coro_resume(c));
	rt_coro_free(c);
	CHECK(first == second);
	rt_coro_drain();
}

TEST(never_started_can_be_freed)
{
	struct rt_coro *c = rt_coro_new(nothing, NULL);

	CHECK(c != NULL);
	rt_coro_free(c);
	rt_coro_drain();
}

TEST(no_more_than_the_maximum)
{
	struct rt_coro *c[4];

	rt_coro_max = 3;
	for (int i = 0; i < 3; i++) {
		c[i] = rt_coro_new(nothing, NULL);
		CHECK(c[i] != NULL);
	}
	CHECK(rt_coro_new(nothing, NULL) == NULL);
	CHECK(rt_coro_resume(c[0]));
	CHECK(rt_coro_new(nothing, NULL) == NULL); /* ended is not freed */
	rt_coro_free(c[0]);
	c[3] = rt_coro_new(nothing, NULL);
	CHECK(c[3] != NULL);
	for (int i = 1; i < 4; i++)
		rt_coro_free(c[i]);
	rt_coro_drain();
}

/* Locals of the depth that handlers may use. */
static void
use_stack(void *arg)
{
	volatile char big[96 * 1024];

	for (size_t i = 0; i < sizeof(big); i += 1024)
		big[i] = (char)i;
	*(int *)arg = big[1024];
}

TEST(most_of_the_stack_is_usable)
{
	int out = 1;
	struct rt_coro *c = rt_coro_new(use_stack, &out);

	CHECK(rt_coro_resume(c));
	CHECK_INT(out, 0);
	rt_coro_free(c);
	rt_coro_drain();
}

/* Bytes below the running frame that can be read, to the page. */
static void
measure_stack(void *arg)
{
	enum { PAGE = 4096 };
	const char *p = __builtin_frame_address(0);
	const char *page = p - ((uintptr_t)p & (PAGE - 1));
	int ends[2];
	char byte;

	CHECK_INT(pipe(ends), 0);
	while (write(ends[1], page, 1) == 1) { /* else EFAULT */
		CHECK_INT(read(ends[0], &byte, 1), 1);
		page -= PAGE;
	}
	*(size_t *)arg = (size_t)(p - page);
}

/* Without a guard, the stacks that are mapped next to it could be read, too. */
TEST(below_a_stack_is_nothing)
{
	enum { N = 16 };
	struct rt_coro *c[N];
	size_t size = 0;

	for (int i = 0; i < N; i++)
		c[i] = rt_coro_new(measure_stack, &size);
	CHECK(rt_coro_resume(c[0]));
	CHECK(size >= RT_CORO_STACK - 8192);
	CHECK(size <= RT_CORO_STACK + 8192);
	for (int i = 0; i < N; i++)
		rt_coro_free(c[i]);
	rt_coro_drain();
}

static void
fill_stack(void *arg)
{
	volatile char big[96 * 1024];

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = 1;
	*(int *)arg = big[1024];
}

TEST(the_deepest_use_of_a_stack_is_known)
{
	struct counter none = {0};
	struct rt_coro *c;
	size_t small, large;
	int out;

	CHECK_INT(rt_coro_stack_used(), 0);
	c = rt_coro_new(count_down, &none);
	none.coro = c;
	CHECK(rt_coro_resume(c));
	rt_coro_free(c);
	small = rt_coro_stack_used();
	CHECK(small > 0 && small < 16 * 1024);
	c = rt_coro_new(fill_stack, &out);
	CHECK(rt_coro_resume(c));
	rt_coro_free(c);
	large = rt_coro_stack_used();
	CHECK(large > 96 * 1024 && large < RT_CORO_STACK);
	/* It is the greatest, not the last. */
	c = rt_coro_new(count_down, &none);
	CHECK(rt_coro_resume(c));
	rt_coro_free(c);
	CHECK_INT(rt_coro_stack_used(), large);
	rt_coro_drain();
}

struct deep {
	struct rt_coro *coro;
	int out;
	bool kept;
};

static void
yield_behind_depth(void *arg)
{
	volatile char text[2000] = "what is on the stack stays";
	struct deep *d = arg;

	fill_stack(&d->out);
	rt_coro_yield(d->coro);
	d->kept = strcmp((const char *)text, "what is on the stack stays") == 0;
}

TEST(what_lies_below_a_stack_is_given_back)
{
	struct deep d = {.out = 0};
	size_t used;

	d.coro = rt_coro_new(yield_behind_depth, &d);
	CHECK(!rt_coro_resume(d.coro));
	rt_coro_trim(d.coro);
	CHECK(rt_coro_resume(d.coro));
	CHECK(d.kept);
	rt_coro_free(d.coro);
	used = rt_coro_stack_used();
	CHECK(used > 0);
#ifndef RT_CORO_UCONTEXT
	if (!RT_SANITIZED)
		CHECK(used < 16 * 1024);
#endif
	rt_coro_drain();
}

static bool
resume_inside(struct counter *c)
{
	return rt_coro_resume(c->coro);
}

/* One that runs another: each comes back to where it was resumed. */
static void
run_inner(void *arg)
{
	struct counter *outer = arg, inner = {.left = 2};

	inner.coro = rt_coro_new(count_down, &inner);
	while (!resume_inside(&inner)) {
		CHECK(rt_coro_running() == outer);
		rt_coro_yield(outer->coro);
	}
	rt_coro_free(inner.coro);
	outer->steps = inner.steps;
}

TEST(one_inside_another)
{
	struct counter c = {0};
	int turns = 0;

	c.coro = rt_coro_new(run_inner, &c);
	while (!rt_coro_resume(c.coro)) {
		CHECK(rt_coro_running() == NULL);
		turns++;
	}
	CHECK_INT(turns, 2);
	CHECK_INT(c.steps, 2);
	rt_coro_free(c.coro);
	rt_coro_drain();
}

static int
overflow(int depth)
{
	volatile char frame[1024];

	frame[0] = (char)depth;
	return depth == 0 ? 0 : overflow(depth - 1) + frame[0];
}

static void
overflow_stack(void *arg)
{
	*(int *)arg = overflow(1 << 20);
}

/* Without the guard page this would write over whatever lies below. */
TEST(overflow_ends_the_process)
{
	int out, status;
	pid_t pid = fork();

	if (pid == 0) {
		fclose(stderr); /* a sanitizer would report at length */
		rt_coro_resume(rt_coro_new(overflow_stack, &out));
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}
