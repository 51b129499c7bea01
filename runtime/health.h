/* What a server may run out of, for checks of its health. */
#ifndef RT_HEALTH_H
#define RT_HEALTH_H

#include "runtime/str.h"

/* In bytes. */
struct rt_room {
	uint64_t free;
	uint64_t total;
};

/* Of the file system of BODY_DISK_PATH; false where it can't be asked. */
bool rt_health_disk(struct rt_room *) RT_WARN_UNUSED;

/* Of the machine's memory, as it was a second ago (proc(5), MemAvailable); false
 * where that is not known. */
bool rt_health_memory(struct rt_room *) RT_WARN_UNUSED;

#endif /* RT_HEALTH_H */
