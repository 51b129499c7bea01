/* Health, the contract itself and its documentation. */
#include "api/system.h"
#include <inttypes.h>

#include "assets/assets.h"
#include "handlers/service.h"
#include "runtime/loop.h"
#include "sql/migrations.h"
#include "sql/system.h"

/* Swagger UI sets styles of its own and has its icons as data. */
static const char docs_policy[] =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'";

bool
handle_get_health(struct rt_call *call, struct api_get_health_out *out)
{
	struct api_health health = {
	    .status = API_HEALTH_STATUS_HEALTHY,
	    .db = API_HEALTH_DB_CONNECTED,
	};

	if (rt_sql_up(call))
		return api_get_health_200(out, &health);

	health.status = API_HEALTH_STATUS_UNHEALTHY;
	health.db = API_HEALTH_DB_DISCONNECTED;
	return api_get_health_503(out, &health);
}

bool
handle_get_health_live(struct rt_call *call,
    struct api_get_health_live_out *out)
{
	struct api_health_check alive = {.status = API_HEALTH_STATUS_HEALTHY};

	(void)call;
	return api_get_health_live_200(out, &alive);
}

static struct api_health_check
check(bool good, struct rt_str message)
{
	return (struct api_health_check){
	    .status =
		good ? API_HEALTH_STATUS_HEALTHY : API_HEALTH_STATUS_UNHEALTHY,
	    .has_message = message.p != NULL,
	    .message = message,
	};
}

/* One query tells of both: how the database answers, and what it has. */
static void
check_database(struct rt_call *call, struct api_health_check *database,
    struct api_health_check *migrations)
{
	int64_t began_us = rt_clock_us(), missing;

	*database = check(false, RT_LIT("The database does not answer"));
	*migrations = check(false, RT_LIT("They are not known"));
	if (!rt_sql_up(call) ||
	    sql_missing_migrations(call, sql_migrations, &missing) != RT_SQL_OK)
		return;

	*database = check(true, rt_str(NULL));
	database->has_latency_ms = true;
	database->latency_ms = (double)(rt_clock_us() - began_us) / 1000;
	*migrations = check(missing == 0,
	    rt_printf(call, "%" PRId64 " are missing", missing));
}

bool
handle_get_health_ready(struct rt_call *call,
    struct api_get_health_ready_out *out)
{
	struct api_health_check database, migrations;

	check_database(call, &database, &migrations);
	if (database.status != API_HEALTH_STATUS_HEALTHY)
		return api_get_health_ready_503(out, &database);
	if (migrations.status != API_HEALTH_STATUS_HEALTHY)
		return api_get_health_ready_503(out, &migrations);

	return api_get_health_ready_200(out, &migrations);
}

/* Whether there is enough of it left. */
static struct api_health_check
check_room(struct rt_call *call, bool known, struct rt_room room)
{
	uint64_t percent;

	if (!known)
		return check(false, RT_LIT("It can't be measured"));

	percent = room.free / (room.total / 100 + 1);
	return check(percent >= (uint64_t)rt_setting_int("HEALTH_FREE_MIN"),
	    rt_printf(call, "%" PRIu64 " %% of %" PRIu64 " MiB are free",
		percent, room.total / (1024 * 1024)));
}

/* Those that are set up. */
static struct api_external_check
check_services(struct rt_call *call)
{
	static const enum api_external_service_breaker breakers[] = {
	    [RT_BREAKER_CLOSED] = API_EXTERNAL_SERVICE_BREAKER_CLOSED,
	    [RT_BREAKER_HALF_OPEN] = API_EXTERNAL_SERVICE_BREAKER_HALF_OPEN,
	    [RT_BREAKER_OPEN] = API_EXTERNAL_SERVICE_BREAKER_OPEN,
	};
	struct api_external_service *google = RT_NEW(call, *google);
	enum rt_breaker_state state;
	unsigned failures;

	if (!google_is_set_up())
		return (struct api_external_check){
		    .status = API_HEALTH_STATUS_HEALTHY};

	state = rt_http_breaker(call,
	    rt_str(rt_setting_text("GOOGLE_OAUTH2_BASE_URL")), &failures);
	google->name = RT_LIT("google");
	google->breaker = breakers[state];
	google->failures = failures;
	return (struct api_external_check){
	    .status = state == RT_BREAKER_OPEN ? API_HEALTH_STATUS_UNHEALTHY
					       : API_HEALTH_STATUS_HEALTHY,
	    .services = {google, 1},
	};
}

static bool
is_healthy(const struct api_health_detailed_checks *checks)
{
	return checks->database.status == API_HEALTH_STATUS_HEALTHY &&
	    checks->migrations.status == API_HEALTH_STATUS_HEALTHY &&
	    checks->disk_space.status == API_HEALTH_STATUS_HEALTHY &&
	    checks->memory_usage.status == API_HEALTH_STATUS_HEALTHY &&
	    checks->external_apis.status == API_HEALTH_STATUS_HEALTHY;
}

static void
hide_details(struct api_health_detailed_checks *checks)
{
	checks->database.has_message = false;
	checks->database.has_latency_ms = false;
	checks->migrations.has_message = false;
	checks->disk_space.has_message = false;
	checks->memory_usage.has_message = false;
	checks->external_apis.services.n = 0;
}

bool
handle_get_health_detailed(struct rt_call *call,
    struct api_get_health_detailed_out *out)
{
	struct api_health_detailed health = {.timestamp = rt_time_now()};
	struct api_health_detailed_checks *checks = &health.checks;
	struct rt_room disk = {0}, memory = {0};
	bool disk_known = rt_health_disk(&disk);
	bool memory_known = rt_health_memory(&memory);

	check_database(call, &checks->database, &checks->migrations);
	checks->disk_space = check_room(call, disk_known, disk);
	checks->memory_usage = check_room(call, memory_known, memory);
	checks->external_apis = check_services(call);
	if (!rt_metrics_admits(call))
		hide_details(checks);

	health.status = API_HEALTH_STATUS_HEALTHY;
	if (is_healthy(checks))
		return api_get_health_detailed_200(out, &health);
	health.status = API_HEALTH_STATUS_UNHEALTHY;
	return api_get_health_detailed_503(out, &health);
}

bool
handle_get_metrics(struct rt_call *call, struct api_get_metrics_out *out)
{
	if (!rt_metrics_admits(call))
		return api_get_metrics_403(out,
		    rt_problem(call, &api_code_permission_denied,
			"Metrics are for the networks in METRICS_ALLOW"));

	return api_get_metrics_200(out, rt_metrics_text(call));
}

bool
handle_get_open_api(struct rt_call *call, struct api_get_open_api_out *out)
{
	struct rt_json_error error;
	const struct rt_node *document = rt_json_parse(call->arena,
	    *rt_call_api(call)->json, &rt_json_default_limits, &error);

	if (document == NULL)
		return rt_fail(call, "the contract is no JSON: %.*s",
		    RT_FMT(error.text));

	return api_get_open_api_200(out, by_its_bytes, document);
}

bool
handle_get_open_api_yaml(struct rt_call *call,
    struct api_get_open_api_yaml_out *out)
{
	return api_get_open_api_yaml_200(out, by_its_bytes,
	    *rt_call_api(call)->yaml);
}

/* Whoever takes gzip gets what was compressed when the server was built. */
static struct rt_str
lend(struct rt_call *call, const struct asset *asset)
{
	rt_gzip_offer(call, asset->bytes, asset->gzip);

	return asset->bytes;
}

bool
handle_get_docs(struct rt_call *call, struct api_get_docs_out *out)
{
	struct asset page = asset_docs_html();

	return api_get_docs_200(out, rt_str(docs_policy), page.etag,
	    lend(call, &page));
}

bool
handle_get_docs_style(struct rt_call *call, struct api_get_docs_style_out *out)
{
	struct asset style = asset_swagger_ui_css();

	return api_get_docs_style_200(out, style.etag, lend(call, &style));
}

bool
handle_get_docs_bundle(struct rt_call *call,
    struct api_get_docs_bundle_out *out)
{
	struct asset bundle = asset_swagger_ui_bundle_js();

	return api_get_docs_bundle_200(out, bundle.etag, lend(call, &bundle));
}

bool
handle_get_docs_start(struct rt_call *call, struct api_get_docs_start_out *out)
{
	struct asset start = asset_docs_start_js();

	return api_get_docs_start_200(out, start.etag, lend(call, &start));
}
