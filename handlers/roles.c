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
	for (size_t i = 1; texts[i] != NULL; i++) {
		if (rt_str_is(text, texts[i]))
			return (enum api_role)i;
	}

	return 0;
}

enum api_role
role_of_caller(const struct rt_call *call)
{
	if (call->who.scopes == NULL)
		return 0;

	return role_of_text(rt_str(call->who.scopes[0]));
}

enum api_role
role_limited(enum api_role role, struct rt_strs only)
{
	enum api_role highest = API_ROLE_READ_ONLY;

	if (only.n == 0)
		return role;

	for (size_t i = 0; i < only.n; i++) {
		enum api_role other = role_of_text(only.v[i]);

		if (role_reaches(other, highest))
			highest = other;
	}

	return role_reaches(role, highest) ? highest : role;
}

bool
role_reaches(enum api_role role, enum api_role other)
{
	return role != 0 && role <= other;
}

bool
is_admin(const struct rt_call *call)
{
	return role_reaches(role_of_caller(call), API_ROLE_ADMIN);
}
