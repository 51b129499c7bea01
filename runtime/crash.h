/*
 * A process that ends by a fault says first, in the log, which one and where.
 * For signal handlers: nothing here takes memory or a lock.
 */
#ifndef RT_CRASH_H
#define RT_CRASH_H

#include <signal.h>

#include "runtime/str.h"

/*
 * From now on a fault of this process (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
 * and SIGSYS by which the sandbox refuses a system call) is a line of the log
 * before it ends the process as it would have: there may be a core file.  The
 * line has the signal, the address, the place in the code for addr2line(1), and
 * the call that was running (rt_coro_running()).  `who` is copied: "worker 1".
 * Where the sanitizers are, they report all but SIGSYS.
 */
void rt_crash_open(const char *who);

/* "execve"; NULL where it is not known.  Asked for SIGSYS. */
typedef const char *rt_crash_syscall_fn(long number);
extern rt_crash_syscall_fn *rt_crash_syscall;

/* A line of the log of bounded length, put together in a signal handler. */
struct rt_crash_line {
	char b[1024];
	size_t n;
};

/* {"time":...,"level":...,"message":" -- what follows goes into the message. */
void rt_crash_begin(struct rt_crash_line *, const char *level);
/* Bytes that JSON or a terminal would take amiss become '?'. */
void rt_crash_put(struct rt_crash_line *, struct rt_str);
void rt_crash_text(struct rt_crash_line *, const char *);
void rt_crash_number(struct rt_crash_line *, uint64_t, unsigned base);
/* Ends the text before it and begins another member. */
void rt_crash_member(struct rt_crash_line *, const char *name);
/* Ends the line and writes it to standard error. */
void rt_crash_end(struct rt_crash_line *);

/* An address of code, as addr2line(1) takes it: "server.so+0x1a2b"; alone where it
 * is in another library, or before the code has been found. */
void rt_crash_find_code(void);
void rt_crash_place(struct rt_crash_line *, uintptr_t);

/* "SIGSEGV"; a number where there is no name. */
void rt_crash_signal(struct rt_crash_line *, int sig);

#endif /* RT_CRASH_H */
