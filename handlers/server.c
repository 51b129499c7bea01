/* The reference service and its settings. */
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
	.choices = "admin|open",
	.help = "Who creates accounts: admin, or open for anybody.",
    },
    {.name = NULL},
};

const struct rt_server_def rt_server_def = {
    .api = &api,
    .settings = settings,
};
