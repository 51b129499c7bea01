/* What all calls of a worker share; the runtime's own, not for handlers. */
#ifndef RT_SERVER_H
#define RT_SERVER_H

#include "runtime/http_client.h"
#include "runtime/op.h"

struct rt_db_pool;
struct rt_job_kind;
struct rt_router;
struct rt_task;

struct rt_server {
	const struct rt_api *api;
	struct rt_arena *arena; /* of what lives as long as the server */
	struct rt_arena_pool arenas; /* of calls */
	struct rt_router *router;
	struct rt_patterns *patterns;
	const struct rt_job_kind *jobs; /* that can be enqueued; or NULL */
	struct rt_db_pool *db; /* the worker opens and closes it; may be NULL */
	/* From the settings. */
	struct rt_strs origins; /* CORS_ORIGINS, split and trimmed */
	bool check_answers;
	int gzip_level; /* of zlib; 0: nothing is compressed */
	struct rt_http_settings client;
	struct rt_networks metrics_allow; /* METRICS_ALLOW */
	size_t call_memory_max; /* bytes of a call's arena */
	/* Bytes of a body where the operation has no limit of its own. */
	size_t body_max;
	struct rt_json_limits json; /* of bodies */
	size_t parts_max; /* of a form, or fields */
	size_t ws_queue_max; /* bytes that may wait for a WebSocket's client */
	unsigned ws_close_ms; /* that a closing handshake may take */
	unsigned request_timeout_ms;
	/* rt_work_hand(), which needs the worker's loop; the worker sets it, NULL
	 * where there are no threads. */
	bool (*work)(struct rt_call *, const struct rt_task *, void *);
};

/*
 * Builds the router and the patterns of `api` and reads the runtime's
 * settings, which must have been loaded: rt_settings_load(rt_settings).
 * False with a sentence in `why` when the api or a setting is at fault; then
 * there is nothing to close.
 */
bool rt_server_open(struct rt_server *, const struct rt_api *api, char *why,
    size_t size) RT_WARN_UNUSED;

/* The largest body of an operation, or of a request that is of none (NULL). */
size_t rt_server_body_max(const struct rt_server *, const struct rt_op *);

/* Frees what rt_server_open() made, after the last call. */
void rt_server_close(struct rt_server *);

#endif /* RT_SERVER_H */
