#include "runtime/server.h"

#include <stdio.h>

#include "runtime/cors.h"
#include "runtime/log.h"
#include "runtime/router.h"
#include "runtime/settings.h"

enum {
	SERVER_MEMORY_MAX = 64 * 1024 * 1024,
	/* What a call needs beside its body before it can fail by itself. */
	CALL_OVERHEAD = 512 * 1024,
};

static enum rt_log_level
log_level(const char *text)
{
	if (strcmp(text, "error") == 0)
		return RT_LOG_ERROR;
	if (strcmp(text, "warn") == 0)
		return RT_LOG_WARN;
	return strcmp(text, "debug") == 0 ? RT_LOG_DEBUG : RT_LOG_INFO;
}

static bool
read_client_settings(struct rt_server *s, struct rt_str *why)
{
	const char *ca_file = rt_setting_text("OUTBOUND_CA_FILE");
	const char *wrong = rt_networks_parse(s->arena,
	    rt_setting_text("OUTBOUND_NETWORKS"), &s->client.networks);

	s->client.timeout_ms = (unsigned)rt_setting_int("OUTBOUND_TIMEOUT_MS");
	s->client.most = (unsigned)rt_setting_int("OUTBOUND_MAX");
	s->client.retries = (unsigned)rt_setting_int("OUTBOUND_RETRIES");
	s->client.breaker.failures =
	    (unsigned)rt_setting_int("OUTBOUND_BREAKER_FAILURES");
	s->client.breaker.pause_us =
	    rt_setting_int("OUTBOUND_BREAKER_MS") * 1000;
	s->client.answer_max = (size_t)rt_setting_int("OUTBOUND_ANSWER_MAX");
	s->client.ca_file = *ca_file == '\0' ? NULL : ca_file;
	if (wrong == NULL)
		return true;
	*why = rt_arena_printf(s->arena,
	    "OUTBOUND_NETWORKS: '%s' is neither a network nor an address",
	    wrong);
	return false;
}

static bool
read_metrics_settings(struct rt_server *s, struct rt_str *why)
{
	const char *wrong = rt_networks_parse(s->arena,
	    rt_setting_text("METRICS_ALLOW"), &s->metrics_allow);

	if (wrong == NULL)
		return true;
	*why = rt_arena_printf(s->arena,
	    "METRICS_ALLOW: '%s' is neither a network nor an address", wrong);
	return false;
}

static bool
read_settings(struct rt_server *s, struct rt_str *why)
{
	s->check_answers = rt_setting_bool("CHECK_ANSWERS");
	s->gzip_level = (int)rt_setting_int("GZIP_LEVEL");
	s->call_memory_max = (size_t)rt_setting_int("CALL_MEMORY_MAX");
	s->body_max = (size_t)rt_setting_int("BODY_MAX");
	s->json = rt_json_default_limits;
	s->json.depth = (unsigned)rt_setting_int("NESTING_MAX");
	s->parts_max = (size_t)rt_setting_int("PARTS_MAX");
	s->request_timeout_ms = (unsigned)rt_setting_int("REQUEST_TIMEOUT_MS");
	s->ws_queue_max = (size_t)rt_setting_int("WS_QUEUE_MAX");
	s->ws_close_ms = (unsigned)rt_setting_int("WS_CLOSE_TIMEOUT_MS");
	rt_log_level(log_level(rt_setting_text("LOG_LEVEL")));

	if (s->body_max > s->call_memory_max - CALL_OVERHEAD) {
		*why = RT_LIT("BODY_MAX must be at least 512 KiB below "
			      "CALL_MEMORY_MAX");
		return false;
	}
	if (!read_client_settings(s, why) || !read_metrics_settings(s, why))
		return false;
	if (rt_cors_parse(s->arena, rt_str(rt_setting_text("CORS_ORIGINS")),
		&s->origins, why))
		return true;
	*why = rt_arena_printf(s->arena, "CORS_ORIGINS: %.*s", RT_FMT(*why));
	return false;
}

static bool
build(struct rt_server *s, struct rt_str *why)
{
	const struct rt_api *api = s->api;
	const char *reason = NULL;

	if (!read_settings(s, why))
		return false;
	s->router = rt_router_open(s->arena, api->ops, api->n_ops, why);
	if (s->router == NULL)
		return false;
	s->patterns = rt_patterns_open(api->patterns, api->n_patterns, &reason);
	if (s->patterns == NULL)
		*why = rt_str(reason);
	return s->patterns != NULL;
}

bool
rt_server_open(struct rt_server *s, const struct rt_api *api, char *why,
    size_t size)
{
	struct rt_str reason = RT_LIT("");

	*s = (struct rt_server){.api = api};
	s->arena = rt_arena_open(SERVER_MEMORY_MAX, NULL, NULL);
	if (build(s, &reason))
		return true;
	snprintf(why, size, "%.*s", RT_FMT(reason));
	rt_server_close(s);
	return false;
}

/* A value counts its bytes in 32 bits. */
size_t
rt_server_body_max(const struct rt_server *s, const struct rt_op *op)
{
	size_t max =
	    op == NULL || op->body_max == 0 ? s->body_max : op->body_max;

	return max < UINT32_MAX ? max : UINT32_MAX - 1;
}

void
rt_server_close(struct rt_server *s)
{
	if (s->patterns != NULL)
		rt_patterns_close(s->patterns);
	rt_arena_pool_close(&s->arenas);
	rt_arena_close(s->arena);
	*s = (struct rt_server){.api = NULL};
}
