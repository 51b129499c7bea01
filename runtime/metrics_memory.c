#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "runtime/metrics_part.h"

enum { TEXT_MAX = 512 };

/* The begin of a file of /proc, with a NUL behind it; empty where there is none. */
static void
read_text(const char *path, char text[TEXT_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd != -1) {
		n = read(fd, text, TEXT_MAX - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
}

/* Pages of /proc/PID/statm: all, and those that are resident (proc(5)). */
static int64_t
resident_bytes(pid_t pid)
{
	char path[64], text[TEXT_MAX];
	long resident;

	snprintf(path, sizeof(path), "/proc/%ld/statm", (long)pid);
	read_text(path, text);
	return sscanf(text, "%*d %ld", &resident) == 1
	    ? resident * sysconf(_SC_PAGESIZE)
	    : 0;
}

/* The first lines of /proc/meminfo (proc(5)). */
static void
measure_machine(struct rt_metrics_machine *m)
{
	uint64_t total_kib, free_kib;
	char text[TEXT_MAX];

	read_text("/proc/meminfo", text);
	if (sscanf(text,
		"MemTotal: %" SCNu64 " kB MemFree: %*d kB MemAvailable: "
		"%" SCNu64,
		&total_kib, &free_kib) != 2)
		return;
	atomic_store(&m->memory_total, total_kib * 1024);
	atomic_store(&m->memory_free, free_kib * 1024);
}

/* A worker's sandbox, or its root directory, keeps /proc from it. */
void
rt_metrics_measure_memory(void)
{
	struct rt_metrics_slot *slot;

	if (rt_metrics.machine != NULL)
		measure_machine(rt_metrics.machine);
	for (unsigned i = 0; (slot = rt_metrics_slot(i)) != NULL; i++) {
		pid_t pid = atomic_load(&slot->pid);

		if (pid != 0)
			atomic_store(&slot->gauges[RT_GAUGE_MEMORY],
			    resident_bytes(pid));
	}
}
