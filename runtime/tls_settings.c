#include "runtime/log.h"
#include "runtime/op.h"
#include "runtime/settings.h"
#include "runtime/tls.h"

static bool
takes_certificates(const struct rt_api *api)
{
	for (unsigned i = 0; i < api->n_schemes; i++) {
		if (api->schemes[i]->kind == RT_SCHEME_CERTIFICATE)
			return true;
	}
	return false;
}

static void
warn(const char *text)
{
	rt_log(RT_LOG_WARN, "%s", text);
}

struct rt_tls_options
rt_tls_options(const struct rt_api *api)
{
	static const char *const protocols[] = {"http/1.1", NULL};

	return (struct rt_tls_options){
	    .certificates = rt_setting_text("TLS_CERTIFICATES"),
	    .client_ca = rt_setting_text("TLS_CLIENT_CA"),
	    .min_version = rt_setting_text("TLS_MIN_VERSION"),
	    .protocols = protocols,
	    .mutual = takes_certificates(api),
	    .warn = warn,
	};
}
