/* The roles, and which of them have the rights of which. */
#include "handlers/service.h"

static const char *const texts[] = {
    [API_ROLE_SUPER_ADMIN] = "super_admin",
    [API_ROLE_ADMIN] = "admin",
    [API_ROLE_DEVELOPER] = "developer",
    [API_ROLE_USER] = "user",
    [API_ROLE_READ_ONLY] = "read_only",
    NULL,
};

const char *const *
role_grants(enum api_role role)
{
	return &texts[role];
}

enum api_role
role_of_text(struct rt_str text)
{
	static const struct rt_enum roles = {texts, RT_LEN(texts) - 1};

	return (enum api_role)enum_of_text(text, &roles);
}

enum api_role
role_of_caller(const struct rt_call *call)
{
	if (call->who.scopes == NULL)
		return 0;

	return role_of_text(rt_str(call->who.scopes[0]));
}

bool
role_reaches(enum api_role role, enum api_role other)
{
	return role != 0 && role <= other;
}
