/* The people who use the service. */
#include "api/users.h"

#include "handlers/service.h"
#include "sql/constraints.h"
#include "sql/users.h"

bool
user_taken(struct rt_call *call, enum rt_sql result, struct rt_problem *problem)
{
	enum sql_constraint violated =
	    result == RT_SQL_VIOLATED ? sql_violated(call) : 0;

	if (violated == SQL_USERS_EMAIL)
		*problem = rt_problem(call, &api_code_validation_error,
		    "Email already exists");
	else if (violated == SQL_USERS_USERNAME)
		*problem = rt_problem(call, &api_code_duplicate_resource,
		    "Username already exists");

	return violated == SQL_USERS_EMAIL || violated == SQL_USERS_USERNAME;
}

/* Whether it is known if there is such a user. */
static bool
is_known(struct rt_call *call, enum rt_sql result, bool *found)
{
	*found = result != RT_SQL_NONE;
	return !*found || query_done(call, result);
}

bool
user_of_caller(struct rt_call *call, struct api_user *user, bool *found)
{
	return is_known(call, sql_get_user(call, call->who.id, user), found);
}

/* By what stands in a path: an id or a UUID. */
static bool
find_by_key(struct rt_call *call, struct rt_str key, struct api_user *user,
    bool *found)
{
	struct rt_uuid uuid;
	int64_t id;

	if (rt_uuid_parse(key, &uuid))
		return is_known(call, sql_get_user_by_uuid(call, uuid, user),
		    found);
	if (id_parse(key, &id))
		return is_known(call, sql_get_user(call, id, user), found);

	*found = false;
	return true;
}

static struct rt_problem
not_found(struct rt_call *call, struct rt_str key)
{
	return rt_problem(call, &api_code_user_not_found,
	    "User with ID %.*s not found", RT_FMT(key));
}

static struct rt_problem
forbidden(struct rt_call *call, const char *why)
{
	return rt_problem(call, &api_code_permission_denied, "%s", why);
}

/* Administrators manage accounts up to their own role. */
static bool
may_manage(const struct rt_call *call, const struct api_user *user)
{
	enum api_role role = role_of_caller(call);

	return role_reaches(role, API_ROLE_ADMIN) &&
	    role_reaches(role, user->role);
}

static bool
may_change(const struct rt_call *call, const struct api_user *user)
{
	return call->who.id == user->id || may_manage(call, user);
}

bool
handle_get_user_me(struct rt_call *call, struct api_get_user_me_out *out)
{
	struct api_user user;
	bool found;

	if (!user_of_caller(call, &user, &found))
		return false;
	if (!found)
		return api_get_user_me_401(out,
		    rt_problem(call, &api_code_unauthorized, "User not found"));

	return api_get_user_me_200(out, &user);
}

bool
handle_get_user(struct rt_call *call, const struct api_get_user_in *in,
    struct api_get_user_out *out)
{
	struct api_user user;
	bool found;

	if (!find_by_key(call, in->user_id, &user, &found))
		return false;
	if (!found)
		return api_get_user_404(out, not_found(call, in->user_id));

	return api_get_user_200(out, &user);
}

static enum rt_sql
update(struct rt_call *call, int64_t id, const struct api_user_update *want,
    struct api_user *user)
{
	const struct sql_update_user_args args = {
	    .id = id,
	    .email = want->email,
	    .change_username = want->has_username || want->null_username,
	    .username = want->username,
	    .change_name = want->has_name || want->null_name,
	    .name = want->name,
	    .role = rt_str(want->has_role ? role_grants(want->role)[0] : NULL),
	    .has_is_active = want->has_is_active,
	    .is_active = want->is_active,
	};

	return sql_update_user(call, &args, user);
}

/* Why the caller may not change a user like that; NULL when nothing speaks
 * against it. */
static const char *
refusal(const struct rt_call *call, const struct api_user *user,
    const struct api_user_update *want)
{
	if (!may_change(call, user))
		return "Only the user and administrators may do this";
	if (!want->has_role && !want->has_is_active)
		return NULL;
	if (!may_manage(call, user))
		return "Admin privileges required";
	if (want->has_role && !role_reaches(role_of_caller(call), want->role))
		return "A role above the own one can't be given away";

	return NULL;
}

bool
handle_update_user(struct rt_call *call, const struct api_update_user_in *in,
    struct api_update_user_out *out)
{
	struct rt_problem taken;
	struct api_user user;
	enum rt_sql result;
	const char *why;
	bool found;

	if (!find_by_key(call, in->user_id, &user, &found))
		return false;
	if (!found)
		return api_update_user_404(out, not_found(call, in->user_id));
	why = refusal(call, &user, &in->body);
	if (why != NULL)
		return api_update_user_403(out, forbidden(call, why));

	result = update(call, user.id, &in->body, &user);
	if (user_taken(call, result, &taken))
		return api_update_user_400(out, taken);
	if (result == RT_SQL_NONE)
		return api_update_user_404(out, not_found(call, in->user_id));
	if (!query_done(call, result))
		return false;

	return api_update_user_200(out, &user);
}

bool
handle_delete_user(struct rt_call *call, const struct api_delete_user_in *in,
    struct api_delete_user_out *out)
{
	struct api_user user;
	int64_t affected;
	bool found;

	if (!find_by_key(call, in->user_id, &user, &found))
		return false;
	if (!found)
		return api_delete_user_404(out, not_found(call, in->user_id));
	if (!may_change(call, &user))
		return api_delete_user_403(out,
		    forbidden(call,
			"Only the user and administrators may do this"));

	if (!query_done(call, sql_delete_user(call, user.id, &affected)))
		return false;
	if (affected == 0)
		return api_delete_user_404(out, not_found(call, in->user_id));

	return api_delete_user_204(out);
}
