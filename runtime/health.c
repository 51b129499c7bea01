#include "runtime/health.h"

#include <sys/vfs.h>

#include "runtime/metrics_part.h"
#include "runtime/settings.h"

bool
rt_health_disk(struct rt_room *room)
{
	struct statfs s;
	uint64_t block;

	if (statfs(rt_setting_text("BODY_DISK_PATH"), &s) == -1 ||
	    s.f_blocks == 0)
		return false;
	block = (uint64_t)s.f_bsize;
	*room = (struct rt_room){s.f_bavail * block, s.f_blocks * block};
	return true;
}

bool
rt_health_memory(struct rt_room *room)
{
	const struct rt_metrics_machine *m = rt_metrics.machine;

	if (m == NULL || rt_metrics_load(&m->memory_total) == 0)
		return false;
	*room = (struct rt_room){rt_metrics_load(&m->memory_free),
	    rt_metrics_load(&m->memory_total)};
	return true;
}
