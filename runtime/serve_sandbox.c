#include <errno.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "runtime/serve_kore.h"

#include <kore/seccomp.h>

/*
 * What a worker may ask of the system.  This is the whole list: Kore's own is
 * that of an older C library, and ends a thread without a word about why.  Here
 * what is asked for most stands first, for the kernel goes through the list at
 * each call; and what is not in it raises SIGSYS, of which a line in the log tells
 * before the process ends (crash.h).
 */
static struct sock_filter filter[] = {
    /* Connections and files of calls. */
    KORE_SYSCALL_ALLOW(recvfrom),
    KORE_SYSCALL_ALLOW(sendto),
#ifdef SYS_epoll_wait
    KORE_SYSCALL_ALLOW(epoll_wait),
#endif
    KORE_SYSCALL_ALLOW(epoll_pwait),
    KORE_SYSCALL_ALLOW(sendmsg),
    KORE_SYSCALL_ALLOW(write),
    KORE_SYSCALL_ALLOW(read),
#ifdef SYS_poll
    KORE_SYSCALL_ALLOW(poll),
#endif
    KORE_SYSCALL_ALLOW(ppoll),
    KORE_SYSCALL_ALLOW(epoll_ctl),
    KORE_SYSCALL_ALLOW(accept),
    KORE_SYSCALL_ALLOW(close),
    KORE_SYSCALL_ALLOW(shutdown),
    KORE_SYSCALL_ALLOW(setsockopt),
    KORE_SYSCALL_ALLOW(fcntl),
    KORE_SYSCALL_ALLOW(writev),
    KORE_SYSCALL_ALLOW(sendfile),
    KORE_SYSCALL_ALLOW(pread64),
    KORE_SYSCALL_ALLOW(pwrite64),
    KORE_SYSCALL_ALLOW(lseek),
    KORE_SYSCALL_ALLOW(clock_gettime),
    KORE_SYSCALL_ALLOW(futex),
    KORE_SYSCALL_DENY(ioctl, EACCES),

    /* Memory, of which none is both written and run. */
    KORE_SYSCALL_DENY_WITH_FLAG(mmap, 2, PROT_EXEC | PROT_WRITE, EINVAL),
#if RT_SANITIZED
    KORE_SYSCALL_ALLOW_ARG(mprotect, 2, PROT_READ | PROT_EXEC),
#endif
    KORE_SYSCALL_DENY_WITH_FLAG(mprotect, 2, PROT_EXEC, EINVAL),
    KORE_SYSCALL_ALLOW(mmap),
    KORE_SYSCALL_ALLOW(mprotect),
    KORE_SYSCALL_ALLOW(munmap),
    KORE_SYSCALL_ALLOW(mremap),
    KORE_SYSCALL_ALLOW(madvise),
    KORE_SYSCALL_ALLOW(brk),

    /* Files: bodies, libpq's and OpenSSL's, the resolver's, the zone. */
    KORE_SYSCALL_ALLOW(openat),
    KORE_SYSCALL_ALLOW(fstat),
    KORE_SYSCALL_ALLOW(newfstatat),
    KORE_SYSCALL_ALLOW(statfs),
    KORE_SYSCALL_ALLOW(faccessat),
    KORE_SYSCALL_ALLOW(faccessat2),
    KORE_SYSCALL_ALLOW(getdents64),
    KORE_SYSCALL_ALLOW(readlinkat),
    KORE_SYSCALL_ALLOW(unlinkat),
    KORE_SYSCALL_ALLOW(getcwd),
#ifdef SYS_open
    KORE_SYSCALL_ALLOW(open),
    KORE_SYSCALL_ALLOW(stat),
    KORE_SYSCALL_ALLOW(lstat),
    KORE_SYSCALL_ALLOW(access),
    KORE_SYSCALL_ALLOW(readlink),
    KORE_SYSCALL_ALLOW(unlink),
#endif

    /* Threads.  The flags of clone3() lie in memory, where no filter can see
     * them; without it the C library takes clone(), which may make threads
     * and nothing else. */
    KORE_SYSCALL_DENY(clone3, ENOSYS),
#if RT_SANITIZED
    KORE_SYSCALL_ALLOW(clone),
#endif
    KORE_SYSCALL_ALLOW_WITH_FLAG(clone, 0, CLONE_THREAD),
    KORE_SYSCALL_DENY(clone, EPERM),
    KORE_SYSCALL_ALLOW(set_robust_list),
    KORE_SYSCALL_ALLOW(rseq),
    KORE_SYSCALL_ALLOW(gettid),
    KORE_SYSCALL_ALLOW_ARG(sched_setscheduler, 1, SCHED_IDLE),
    KORE_SYSCALL_ALLOW(sched_getaffinity),
    KORE_SYSCALL_ALLOW(sched_yield),
    KORE_SYSCALL_ALLOW(nanosleep),
    KORE_SYSCALL_ALLOW(clock_nanosleep),
    KORE_SYSCALL_ALLOW(exit),

    /* The process itself.  It ends with its parent. */
    KORE_SYSCALL_ALLOW(getpid),
    KORE_SYSCALL_ALLOW(getppid),
    KORE_SYSCALL_ALLOW(getuid),
    KORE_SYSCALL_ALLOW(geteuid),
    KORE_SYSCALL_ALLOW_ARG(prctl, 0, PR_SET_PDEATHSIG),
    KORE_SYSCALL_ALLOW(kill),
    KORE_SYSCALL_ALLOW(tgkill),
    KORE_SYSCALL_ALLOW(exit_group),
    KORE_SYSCALL_ALLOW(sigaltstack),
    KORE_SYSCALL_ALLOW(rt_sigreturn),
    KORE_SYSCALL_ALLOW(rt_sigaction),
    KORE_SYSCALL_ALLOW(rt_sigprocmask),
    KORE_SYSCALL_ALLOW(restart_syscall),
    KORE_SYSCALL_ALLOW(getrandom),
    KORE_SYSCALL_ALLOW(uname),

    /* The loop. */
    KORE_SYSCALL_ALLOW(eventfd2),

    /* Connections of clients. */
    KORE_SYSCALL_ALLOW(shutdown),

    /* Connections to PostgreSQL and to other servers, with name resolution;
     * libcurl's threads tell each other through a pair of sockets. */
    KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET),
    KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET6),
    KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_UNIX),
    KORE_SYSCALL_DENY(socket, EAFNOSUPPORT),
    KORE_SYSCALL_ALLOW_ARG(socketpair, 0, AF_UNIX),
    KORE_SYSCALL_ALLOW(connect),
    KORE_SYSCALL_ALLOW(getsockopt),
    KORE_SYSCALL_ALLOW(getsockname),
    KORE_SYSCALL_ALLOW(getpeername),
    KORE_SYSCALL_ALLOW(recvmsg),
    KORE_SYSCALL_ALLOW(sendmmsg),

#if RT_SANITIZED
    /* LeakSanitizer stops all threads from a process beside this one. */
    KORE_SYSCALL_ALLOW(prctl),
    KORE_SYSCALL_ALLOW(ptrace),
    KORE_SYSCALL_ALLOW(wait4),
    KORE_SYSCALL_ALLOW(arch_prctl),
    KORE_SYSCALL_ALLOW(prlimit64),

    /* Reports get their function names from another program. */
    KORE_SYSCALL_ALLOW(fork),
    KORE_SYSCALL_ALLOW(execve),
    KORE_SYSCALL_ALLOW(dup2),
    KORE_SYSCALL_ALLOW(pipe),
    KORE_SYSCALL_ALLOW(pipe2),
    KORE_SYSCALL_ALLOW(getdents),
    KORE_SYSCALL_ALLOW(set_tid_address),
#endif
    KORE_BPF_RET(SECCOMP_RET_TRAP),
};

RT_EXPORT void kore_seccomp_hook(void);

/* By the name of Kore's own list, which is not taken then. */
void
kore_seccomp_hook(void)
{
	if (worker->id == KORE_WORKER_KEYMGR)
		return;
	kore_seccomp_filter("worker", filter, KORE_FILTER_LEN(filter));
}

#if RT_SANITIZED

/* Read by LeakSanitizer, which chose the names. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

/* What Kore itself never frees. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:kore_malloc\n"
	       "leak:kore_pool_init\n"
	       "leak:pool_region_create\n"
	       "leak:kore_seccomp_enable\n";
}

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

#endif
