#include "handlers/service.h"

const char *const role_texts[] = {
    "super_admin",
    "admin",
    "developer",
    "user",
    "read_only",
    NULL,
};

enum api_role
role_of_caller(const struct rt_call *call)
{
	if (call->who.roles == NULL || call->who.roles[0] == NULL)
		return 0;

	return (
	    enum api_role)enum_of_text(rt_str(call->who.roles[0]), role_texts);
}

bool
role_reaches(enum api_role role, enum api_role other)
{
	return role != 0 && role <= other;
}
