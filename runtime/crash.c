#include "runtime/crash.h"

#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/call.h"
#include "runtime/coro.h"

enum {
	/* Room for the handler and for what the C library does in it. */
	STACK_BYTES = 32 * 1024,
	WHO_MAX = 32,
};

rt_crash_syscall_fn *rt_crash_syscall;

static char process[WHO_MAX];

/* --- What has happened --- */

/* Of the instruction that the signal came at; 0 where that is not known. */
static uintptr_t
instruction(const void *context)
{
	const ucontext_t *u = context;

#if defined(__x86_64__)
	return (uintptr_t)u->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t)u->uc_mcontext.pc;
#else
	(void)u;
	return 0;
#endif
}

static void
put_refused(struct rt_crash_line *l, const siginfo_t *info)
{
	long number = info->si_syscall;
	const char *name =
	    rt_crash_syscall == NULL ? NULL : rt_crash_syscall(number);

	rt_crash_text(l, ", a sandbox violation: system call ");
	rt_crash_number(l, (uint64_t)number, 10);
	if (name == NULL)
		return;
	rt_crash_text(l, " (");
	rt_crash_text(l, name);
	rt_crash_text(l, ")");
}

/* A signal that another process sent has no address. */
static void
put_cause(struct rt_crash_line *l, int sig, const siginfo_t *info)
{
	bool sent = info->si_code == SI_USER || info->si_code == SI_QUEUE ||
	    info->si_code == SI_TKILL;

	if (sig == SIGSYS && !sent) {
		put_refused(l, info);
	} else if (sent && info->si_pid != getpid()) {
		rt_crash_text(l, ", sent by process ");
		rt_crash_number(l, (uint64_t)info->si_pid, 10);
	} else if (!sent && rt_coro_overflowed(info->si_addr)) {
		rt_crash_text(l, ": the stack of a call is full (");
		rt_crash_number(l, RT_CORO_STACK / 1024, 10);
		rt_crash_text(l, " KiB)");
	} else if (!sent) {
		rt_crash_text(l, " at address ");
		rt_crash_number(l, (uint64_t)(uintptr_t)info->si_addr, 16);
	}
}

static void
put_call(struct rt_crash_line *l)
{
	const struct rt_call *call = rt_coro_running();

	if (call == NULL)
		return;
	rt_crash_member(l, "trace_id");
	rt_crash_put(l, call->trace_id);
	if (call->op == NULL)
		return;
	rt_crash_member(l, "operation");
	rt_crash_text(l, call->op->id);
}

/*
 * The signal's action is the default again, and it is blocked: sent once more
 * it waits until this returns, and then ends the process.
 */
static void
on_fault(int sig, siginfo_t *info, void *context)
{
	struct rt_crash_line l;

	rt_crash_begin(&l, "error");
	rt_crash_text(&l, process);
	rt_crash_text(&l, " (process ");
	rt_crash_number(&l, (uint64_t)getpid(), 10);
	rt_crash_text(&l, ") ends by ");
	rt_crash_signal(&l, sig);
	put_cause(&l, sig, info);
	rt_crash_member(&l, "code");
	rt_crash_place(&l, instruction(context));
	put_call(&l);
	rt_crash_end(&l);
	kill(getpid(), sig);
}

/* --- Beginning --- */

void
rt_crash_open(const char *who)
{
	static const int signals[] = {
		SIGSYS,
#if !RT_SANITIZED
		SIGSEGV,
		SIGBUS,
		SIGILL,
		SIGFPE,
		SIGABRT
#endif
	};
	static char stack[STACK_BYTES];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {
	    .sa_sigaction = on_fault,
	    .sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND,
	};

	strncpy(process, who, sizeof(process) - 1);
	rt_crash_find_code();
#if !RT_SANITIZED
	sigaltstack(&alternate, NULL);
#else
	(void)alternate;
#endif
	for (size_t i = 0; i < RT_LEN(signals); i++)
		sigaction(signals[i], &action, NULL);
}
