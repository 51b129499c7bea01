#include <errno.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "runtime/serve_kore.h"

#include <kore/seccomp.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/*
 * What a worker may ask of the system beside Kore's own list, which is that
 * of an older C library.  Kore ends a worker that asks for anything else.
 */
static struct sock_filter filter[] = {
#ifdef SANITIZED
    /* LeakSanitizer stops all threads from a process beside this one. */
    KORE_SYSCALL_ALLOW(clone),
    KORE_SYSCALL_ALLOW(prctl),
    KORE_SYSCALL_ALLOW(ptrace),
    KORE_SYSCALL_ALLOW(wait4),
    KORE_SYSCALL_ALLOW(getppid),
    KORE_SYSCALL_ALLOW(tgkill),
    KORE_SYSCALL_ALLOW(getdents),
    KORE_SYSCALL_ALLOW(arch_prctl),
    KORE_SYSCALL_ALLOW(prlimit64),

    /* Reports get their function names from another program. */
    KORE_SYSCALL_ALLOW(fork),
    KORE_SYSCALL_ALLOW(execve),
    KORE_SYSCALL_ALLOW(pipe),
    KORE_SYSCALL_ALLOW(dup2),
    KORE_SYSCALL_ALLOW(pipe2),
    KORE_SYSCALL_ALLOW(set_tid_address),
    KORE_SYSCALL_ALLOW(pread64),
    KORE_SYSCALL_ALLOW_ARG(mprotect, 2, PROT_READ | PROT_EXEC),
#endif

    /* Files: libpq's and OpenSSL's, the resolver's, the zone. */
    KORE_SYSCALL_ALLOW(newfstatat),
    KORE_SYSCALL_ALLOW(faccessat2),
    KORE_SYSCALL_ALLOW(getdents64),

    /* Threads.  The flags of clone3() lie in memory, where no filter can see
     * them; without it the C library takes clone(), which may make threads
     * and nothing else. */
    KORE_SYSCALL_DENY(clone3, ENOSYS),
    KORE_SYSCALL_ALLOW_WITH_FLAG(clone, 0, CLONE_THREAD),
    KORE_SYSCALL_DENY(clone, EPERM),
    KORE_SYSCALL_ALLOW(set_robust_list),
    KORE_SYSCALL_ALLOW(rseq),
    KORE_SYSCALL_ALLOW(gettid),
    KORE_SYSCALL_ALLOW(sched_getaffinity),
    KORE_SYSCALL_ALLOW(sched_yield),
    KORE_SYSCALL_ALLOW(mremap),

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
    KORE_SYSCALL_ALLOW(sendmsg),
    KORE_SYSCALL_ALLOW(sendmmsg),
    KORE_SYSCALL_ALLOW(uname),
};

RT_EXPORT void kore_seccomp_hook(void);

void
kore_seccomp_hook(void)
{
	kore_seccomp_filter("kontract", filter, KORE_FILTER_LEN(filter));
}

#ifdef SANITIZED

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
