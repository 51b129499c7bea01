/* The glue to Kore; with this header a server is complete. */
#ifndef RT_SERVE_H
#define RT_SERVE_H

#include "runtime/op.h"
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
};

extern const struct rt_server_def rt_server_def;

#endif /* RT_SERVE_H */
