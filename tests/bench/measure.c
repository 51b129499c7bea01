/*
 * Runs a command and prints what it took, when it succeeds:
 *
 *	measure COMMAND ...	WALL_MS CPU_MS PEAK_KIB
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

int
main(int argc, char **argv)
{
	double began = now_ms();
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid == -1 || wait4(pid, &status, 0, &usage) != pid)
		return 1;
	printf("%.1f %.1f %ld\n", now_ms() - began,
	    ms(usage.ru_utime) + ms(usage.ru_stime), usage.ru_maxrss);
	return status == 0 ? 0 : 1;
}
