#include "runtime/op.h"
#include "runtime/settings.h"
#include "runtime/tls.h"

#include "tests/unit/test.h"

TEST(the_settings_and_the_contract_are_asked)
{
	static const struct rt_scheme bearer = {.kind = RT_SCHEME_BEARER};
	static const struct rt_scheme certificate = {
	    .kind = RT_SCHEME_CERTIFICATE};
	static const struct rt_scheme *const schemes[] = {&bearer,
	    &certificate};
	struct rt_api api = {.schemes = schemes, .n_schemes = 1};
	struct rt_tls_options o;

	setenv("DATABASE_URL", "postgresql:///unused", 0);
	setenv("TLS_CERTIFICATES", "a.pem", 1);
	setenv("TLS_MIN_VERSION", "1.3", 1);
	CHECK(rt_settings_load(rt_settings));
	o = rt_tls_options(&api);
	CHECK(!o.mutual);
	CHECK_STR(rt_str(o.certificates), "a.pem");
	CHECK_STR(rt_str(o.client_ca), "");
	CHECK_STR(rt_str(o.min_version), "1.3");
	CHECK_STR(rt_str(o.protocols[0]), "http/1.1");
	CHECK(o.protocols[1] == NULL);
	api.n_schemes = 2;
	CHECK(rt_tls_options(&api).mutual);
}
