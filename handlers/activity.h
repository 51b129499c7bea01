/* What has happened, for the dashboard. */
#ifndef HANDLERS_ACTIVITY_H
#define HANDLERS_ACTIVITY_H

#include "api/model/activity_entity.h"
#include "api/model/activity_event.h"
#include "handlers/service.h"

struct happening {
	enum api_activity_event event;
	enum api_activity_entity entity;
	int64_t id;
	struct rt_str title; /* what it is called */
	int64_t list; /* who sees that list sees it; 0: everybody */
};

/* Keeps it, as done by the caller, in the call's transaction. */
bool activity_add(struct rt_call *, const struct happening *) RT_WARN_UNUSED;

#endif /* HANDLERS_ACTIVITY_H */
