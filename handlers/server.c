/* The reference service and its settings. */
#include <stdio.h>

#include "api/api.h"
#include "runtime/rt.h"

static const struct rt_setting settings[] = {
    {
	.name = "JWT_SECRET",
	.type = RT_SETTING_TEXT,
	.min = 32,
	.max = 4096,
	.help = "The key that signs access tokens, at least 32 random bytes.",
    },
    {
	.name = "COOKIE_SECURE",
	.type = RT_SETTING_BOOL,
	.fallback = "true",
	.help = "Whether cookies are for HTTPS only; false for development.",
    },
    {
	.name = "REGISTRATION_MODE",
	.type = RT_SETTING_TEXT,
	.fallback = "admin",
	.help = "Who creates accounts: admin, or open for anybody.",
    },
    {.name = NULL},
};

static bool
check_settings(void)
{
	struct rt_str mode = rt_str(rt_setting_text("REGISTRATION_MODE"));

	if (rt_str_is(mode, "admin") || rt_str_is(mode, "open"))
		return true;

	fputs("REGISTRATION_MODE is neither admin nor open\n", stderr);
	return false;
}

const struct rt_server_def rt_server_def = {
    .api = &api,
    .settings = settings,
    .configure = check_settings,
};
