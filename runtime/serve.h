/* The glue to Kore; with this header a server is complete. */
#ifndef RT_SERVE_H
#define RT_SERVE_H

#include "runtime/job.h"
#include "runtime/op.h"
#include "runtime/presence.h"
#include "runtime/settings.h"

/*
 * What a server is; defined once, by the server:
 *
 *	const struct rt_server_def rt_server_def = {.api = &api, ...};
 */
struct rt_server_def {
	const struct rt_api *api;
	const struct rt_setting *settings; /* the server's own; may be NULL */
	/* Called in the parent after the settings are read; a false return
	 * stops the start.  May be NULL. */
	bool (*configure)(void);
	/* Called in the parent at SIGHUP, to read anew what configure() has read
	 * from files: the workers that take the place of the present ones inherit
	 * it.  After a false return, whose reason it logs, the present ones stay.
	 * May be NULL. */
	bool (*reload)(void);
	/* Called in each worker before it answers: what it listens to is said
	 * here, rt_bus_subscribe().  May be NULL. */
	void (*begin)(void);
	/* The jobs that there are, and those that come again; may be NULL. */
	const struct rt_job_kind *jobs;
	const struct rt_job_cron *crontab;
	/* Tells who has subscribed to a topic, where WS_PRESENCE is set; NULL:
	 * nobody is told. */
	rt_presence_fn *presence;
};

extern const struct rt_server_def rt_server_def;

#endif /* RT_SERVE_H */
