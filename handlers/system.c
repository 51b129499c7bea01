/* Health, the contract itself and its documentation. */
#include "api/system.h"
#include "assets/assets.h"
#include "handlers/service.h"

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
