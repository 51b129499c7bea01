/*
 * Preloaded into kore under valgrind, which asks the system for things that
 * no sandbox foresees: the sandbox is not closed.  A server never runs so.
 */
#define prctl the_real_prctl
#include <sys/prctl.h>
#undef prctl

int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long);

int
prctl(int option, unsigned long a, unsigned long b, unsigned long c,
    unsigned long d)
{
	(void)option, (void)a, (void)b, (void)c, (void)d;
	return 0;
}
