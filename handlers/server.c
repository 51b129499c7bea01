/* The reference service and its settings. */
#include "api/api.h"
#include "handlers/realtime.h"
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
    {
	.name = "GMAIL_CLIENT_ID",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 1024,
	.help = "This service's id at Google; without it nobody logs in there.",
    },
    {
	.name = "GMAIL_CLIENT_SECRET",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 1024,
	.help = "Its secret.",
    },
    {
	.name = "GMAIL_REDIRECT_URI",
	.type = RT_SETTING_TEXT,
	.fallback = "",
	.max = 2048,
	.help = "Where Google sends users back: the public URL of "
		"/api/v1/auth/google/callback.",
    },
    {
	.name = "GMAIL_SCOPES",
	.type = RT_SETTING_TEXT,
	.fallback = "https://www.googleapis.com/auth/gmail.readonly",
	.max = 2048,
	.help = "What users are asked to consent to beside their e-mail "
		"address, with spaces between.",
    },
    {
	.name = "GOOGLE_ACCOUNTS_BASE_URL",
	.type = RT_SETTING_TEXT,
	.fallback = "https://accounts.google.com",
	.min = 1,
	.max = 1024,
	.help = "Where users are sent to consent.",
    },
    {
	.name = "GOOGLE_OAUTH2_BASE_URL",
	.type = RT_SETTING_TEXT,
	.fallback = "https://oauth2.googleapis.com",
	.min = 1,
	.max = 1024,
	.help = "Where codes are exchanged for tokens.",
    },
    {
	.name = "GOOGLE_OPENID_BASE_URL",
	.type = RT_SETTING_TEXT,
	.fallback = "https://openidconnect.googleapis.com",
	.min = 1,
	.max = 1024,
	.help = "Who says whose a token is.",
    },
    {
	.name = "OAUTH_APP_URL",
	.type = RT_SETTING_TEXT,
	.fallback = "mynewsletters://auth",
	.min = 1,
	.max = 1024,
	.help = "Where a user goes who has logged in by Google; a token is "
		"added as its query.",
    },
    {
	.name = "HEALTH_FREE_MIN",
	.type = RT_SETTING_INT,
	.fallback = "5",
	.min = 0,
	.max = 100,
	.help = "Percent of disk and memory that must be free, or "
		"/health/detailed is unhealthy.",
    },
    {.name = NULL},
};

const struct rt_server_def rt_server_def = {
    .api = &api,
    .settings = settings,
    .presence = realtime_presence,
};
