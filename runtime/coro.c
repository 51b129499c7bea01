#include "runtime/coro.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/str.h"

#if RT_SANITIZED
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if !defined(__x86_64__) && !defined(__aarch64__)
#define RT_CORO_UCONTEXT 1
#endif

#ifdef RT_CORO_UCONTEXT
#include <ucontext.h>
#endif

/* Stacks kept for the next coroutines; a burst above it is unmapped again. */
enum { POOL_MAX = 512 };

/* The control block lies at the top of its own stack. */
struct rt_coro {
	void *sp; /* of the coroutine while it does not run */
	void *caller; /* of whoever resumed it */
	rt_coro_fn *fn;
	void *arg;
	bool ended;
	char *map; /* guard page first */
	size_t map_size;
	char *stack; /* above the guard page */
	size_t stack_size; /* up to this block */
	struct rt_coro *next; /* in the pool */
#if RT_SANITIZED
	void *fake; /* ASan's own stack of the coroutine */
	void *caller_fake; /* and of whoever resumed it */
	const void *caller_stack;
	size_t caller_size;
#endif
};

size_t rt_coro_max = 4096;

static struct rt_coro *pool;
static size_t pooled;
static size_t alive;
static struct rt_coro *current;

static size_t
page_size(void)
{
	static size_t size;

	if (size == 0)
		size = (size_t)sysconf(_SC_PAGESIZE);
	return size;
}

#if RT_SANITIZED

/*
 * ASan must be told before and after each change of stack, or it takes the
 * other stack's frames for an overflow.
 */
static void
before_enter(struct rt_coro *c)
{
	__sanitizer_start_switch_fiber(&c->caller_fake, c->stack,
	    c->stack_size);
}

static void
after_enter(struct rt_coro *c)
{
	__sanitizer_finish_switch_fiber(c->fake, &c->caller_stack,
	    &c->caller_size);
}

static void
before_leave(struct rt_coro *c)
{
	__sanitizer_start_switch_fiber(c->ended ? NULL : &c->fake,
	    c->caller_stack, c->caller_size);
}

static void
after_leave(struct rt_coro *c)
{
	__sanitizer_finish_switch_fiber(c->caller_fake, NULL, NULL);
}

/* Frames that rt_coro_exit() left behind have kept their red zones. */
static void
forget_frames(struct rt_coro *c)
{
	c->fake = NULL;
	__asan_unpoison_memory_region(c->stack, c->stack_size);
}

#else

static void
before_enter(struct rt_coro *c)
{
	(void)c;
}

static void
after_enter(struct rt_coro *c)
{
	(void)c;
}

static void
before_leave(struct rt_coro *c)
{
	(void)c;
}

static void
after_leave(struct rt_coro *c)
{
	(void)c;
}

static void
forget_frames(struct rt_coro *c)
{
	(void)c;
}

#endif

/* Where every coroutine begins; it must not return. */
static void
run(void)
{
	struct rt_coro *c = current;

	after_enter(c);
	c->fn(c->arg);
	rt_coro_exit(c);
}

#ifdef RT_CORO_UCONTEXT

/* Where the stack ends only the C library knows. */
static char *
stack_end(const struct rt_coro *c)
{
	return c->stack;
}

struct contexts {
	ucontext_t inside;
	ucontext_t outside;
};

static void
enter(struct rt_coro *c)
{
	struct contexts *u = c->sp;

	swapcontext(&u->outside, &u->inside);
}

static void
leave(struct rt_coro *c)
{
	struct contexts *u = c->sp;

	swapcontext(&u->inside, &u->outside);
}

static void
prepare(struct rt_coro *c)
{
	uintptr_t top = (uintptr_t)c - sizeof(struct contexts);
	struct contexts *u = (struct contexts *)(top & ~(uintptr_t)63);

	getcontext(&u->inside);
	u->inside.uc_stack.ss_sp = c->stack;
	u->inside.uc_stack.ss_size = (size_t)((char *)u - c->stack);
	u->inside.uc_link = NULL;
	makecontext(&u->inside, run, 0);
	c->sp = u;
}

#else

/* Below the stack pointer lies the red zone of the x86-64 ABI. */
static char *
stack_end(const struct rt_coro *c)
{
	return (char *)c->sp - 128;
}

/*
 * Stores the registers that a call preserves on the stack, the stack pointer
 * in *save, and goes on with the ones that lie at `to`.
 */
void rt_coro_switch(void **save, void *to);

#if defined(__x86_64__)

/* System V ABI: rbx, rbp, r12-r15 and the control words of SSE and x87. */
enum { SAVED = 8 * sizeof(uint64_t), SAVED_PC = 7 };

/* clang-format off */
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl rt_coro_switch\n"
    ".hidden rt_coro_switch\n"
    ".type rt_coro_switch, @function\n"
    "rt_coro_switch:\n"
    "	pushq %rbp\n"
    "	pushq %rbx\n"
    "	pushq %r15\n"
    "	pushq %r14\n"
    "	pushq %r13\n"
    "	pushq %r12\n"
    "	subq $8, %rsp\n"
    "	stmxcsr 4(%rsp)\n"
    "	fnstcw (%rsp)\n"
    "	movq %rsp, (%rdi)\n"
    "	movq %rsi, %rsp\n"
    "	fldcw (%rsp)\n"
    "	ldmxcsr 4(%rsp)\n"
    "	addq $8, %rsp\n"
    "	popq %r12\n"
    "	popq %r13\n"
    "	popq %r14\n"
    "	popq %r15\n"
    "	popq %rbx\n"
    "	popq %rbp\n"
    "	ret\n"
    ".size rt_coro_switch, . - rt_coro_switch\n");
/* clang-format on */

static void
prepare(struct rt_coro *c)
{
	/* run() finds the stack as behind a call: 8 short of 16. */
	uintptr_t top = ((uintptr_t)c & ~(uintptr_t)15) - 8;
	uint64_t *frame = (uint64_t *)(top - SAVED);
	uint32_t mxcsr = __builtin_ia32_stmxcsr();
	uint16_t fpu;

	__asm__ volatile("fnstcw %0" : "=m"(fpu));
	memset(frame, 0, SAVED + 8);
	frame[0] = (uint64_t)mxcsr << 32 | fpu;
	frame[SAVED_PC] = (uint64_t)(uintptr_t)run;
	c->sp = frame;
}

#else

/* AAPCS64: x19-x30, the lower halves of v8-v15 and the control word of floating
 * point. */
enum { SAVED = 22 * sizeof(uint64_t), SAVED_PC = 11, SAVED_FPCR = 20 };

/* clang-format off */
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl rt_coro_switch\n"
    ".hidden rt_coro_switch\n"
    ".type rt_coro_switch, %function\n"
    "rt_coro_switch:\n"
    "	stp x19, x20, [sp, #-176]!\n"
    "	stp x21, x22, [sp, #16]\n"
    "	stp x23, x24, [sp, #32]\n"
    "	stp x25, x26, [sp, #48]\n"
    "	stp x27, x28, [sp, #64]\n"
    "	stp x29, x30, [sp, #80]\n"
    "	stp d8, d9, [sp, #96]\n"
    "	stp d10, d11, [sp, #112]\n"
    "	stp d12, d13, [sp, #128]\n"
    "	stp d14, d15, [sp, #144]\n"
    "	mrs x9, fpcr\n"
    "	str x9, [sp, #160]\n"
    "	mov x9, sp\n"
    "	str x9, [x0]\n"
    "	mov sp, x1\n"
    "	ldr x9, [sp, #160]\n"
    "	msr fpcr, x9\n"
    "	ldp x21, x22, [sp, #16]\n"
    "	ldp x23, x24, [sp, #32]\n"
    "	ldp x25, x26, [sp, #48]\n"
    "	ldp x27, x28, [sp, #64]\n"
    "	ldp x29, x30, [sp, #80]\n"
    "	ldp d8, d9, [sp, #96]\n"
    "	ldp d10, d11, [sp, #112]\n"
    "	ldp d12, d13, [sp, #128]\n"
    "	ldp d14, d15, [sp, #144]\n"
    "	ldp x19, x20, [sp], #176\n"
    "	ret\n"
    ".size rt_coro_switch, . - rt_coro_switch\n");
/* clang-format on */

static void
prepare(struct rt_coro *c)
{
	uintptr_t top = (uintptr_t)c & ~(uintptr_t)15;
	uint64_t *frame = (uint64_t *)(top - SAVED);

	memset(frame, 0, SAVED);
	__asm__ volatile("mrs %0, fpcr" : "=r"(frame[SAVED_FPCR]));
	frame[SAVED_PC] = (uint64_t)(uintptr_t)run;
	c->sp = frame;
}

#endif

static void
enter(struct rt_coro *c)
{
	rt_coro_switch(&c->caller, c->sp);
}

static void
leave(struct rt_coro *c)
{
	rt_coro_switch(&c->sp, c->caller);
}

#endif

static struct rt_coro *
map_stack(void)
{
	size_t guard = page_size();
	size_t size = guard + RT_CORO_STACK;
	size_t top = size - ((sizeof(struct rt_coro) + 63) & ~(size_t)63);
	struct rt_coro *c;
	char *map = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	if (map == MAP_FAILED)
		return NULL;
	if (mprotect(map, guard, PROT_NONE) == -1) {
		munmap(map, size);
		return NULL;
	}
	c = (struct rt_coro *)(void *)(map + top);
	c->map = map;
	c->map_size = size;
	c->stack = map + guard;
	c->stack_size = top - guard;
	return c;
}

static struct rt_coro *
take_stack(void)
{
	struct rt_coro *c = pool;

	if (c == NULL)
		return map_stack();
	pool = c->next;
	pooled--;
	return c;
}

struct rt_coro *
rt_coro_new(rt_coro_fn *fn, void *arg)
{
	struct rt_coro *c;

	if (alive >= rt_coro_max)
		return NULL;
	c = take_stack();
	if (c == NULL)
		return NULL;
	c->fn = fn;
	c->arg = arg;
	c->ended = false;
	c->next = NULL;
	prepare(c);
	alive++;
	return c;
}

bool
rt_coro_resume(struct rt_coro *c)
{
	struct rt_coro *before = current;

	if (c->ended)
		return true;
	current = c;
	before_enter(c);
	enter(c);
	after_leave(c);
	current = before;
	return c->ended;
}

void
rt_coro_yield(struct rt_coro *c)
{
	before_leave(c);
	leave(c);
	after_enter(c);
}

void
rt_coro_exit(struct rt_coro *c)
{
	c->ended = true;
	before_leave(c);
	leave(c);
	abort(); /* nobody resumes what has ended */
}

void *
rt_coro_running(void)
{
	return current == NULL ? NULL : current->arg;
}

bool
rt_coro_overflowed(const void *address)
{
	uintptr_t at = (uintptr_t)address;

	return current != NULL && at >= (uintptr_t)current->map &&
	    at < (uintptr_t)current->stack;
}

void
rt_coro_trim(struct rt_coro *c)
{
	size_t n = (size_t)(stack_end(c) - c->stack) & ~(page_size() - 1);

	if (n > 0 && !RT_SANITIZED)
		(void)madvise(c->stack, n, MADV_DONTNEED);
}

void
rt_coro_free(struct rt_coro *c)
{
	alive--;
	forget_frames(c);
	if (pooled >= POOL_MAX) {
		munmap(c->map, c->map_size);
		return;
	}
	c->next = pool;
	pool = c;
	pooled++;
}

/* What was never in use is as it was mapped: zero. */
static size_t
used(const struct rt_coro *c)
{
	const uint64_t *words = (const void *)c->stack;
	size_t n = c->stack_size / sizeof(*words), at = 0;

	while (at < n && words[at] == 0)
		at++;
	return (n - at) * sizeof(*words);
}

size_t
rt_coro_stack_used(void)
{
	size_t most = 0;

	for (const struct rt_coro *c = pool; c != NULL; c = c->next) {
		size_t n = used(c);

		most = n > most ? n : most;
	}
	return most;
}

void
rt_coro_drain(void)
{
	while (pool != NULL) {
		struct rt_coro *c = pool;

		pool = c->next;
		munmap(c->map, c->map_size);
	}
	pooled = 0;
}
