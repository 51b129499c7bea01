/* The people who use the service. */
#include "api/users.h"

#include "handlers/service.h"

struct api_user
user_of_row(const struct rt_rows *rows, int row)
{
	return (struct api_user){
	    .id = rt_row_int(rows, row, 0),
	    .uuid = rt_row_uuid(rows, row, 1),
	    .email = rt_row_str(rows, row, 2),
	    .has_username = !rt_row_null(rows, row, 3),
	    .username = rt_row_str(rows, row, 3),
	    .has_name = !rt_row_null(rows, row, 4),
	    .name = rt_row_str(rows, row, 4),
	    .role = role_of_text(rt_row_str(rows, row, 5)),
	    .is_active = rt_row_bool(rows, row, 6),
	    .created_at = rt_row_time(rows, row, 7),
	    .updated_at = rt_row_time(rows, row, 8),
	};
}

struct rt_problem
user_taken(struct rt_call *call, const struct rt_rows *rows)
{
	if (rt_str_is(rows->constraint, "users_email"))
		return rt_problem(call, &api_code_validation_error,
		    "Email already exists");

	return rt_problem(call, &api_code_duplicate_resource,
	    "Username already exists");
}

static const char find_user[] =
    "SELECT " USER_COLUMNS " FROM users u WHERE u.id = $1 OR u.uuid = $2";

static bool
find(struct rt_call *call, struct rt_value id, struct rt_value uuid,
    struct api_user *user, bool *found)
{
	struct rt_rows rows;

	if (!db_done(call, rt_db_run(call, &rows, find_user, id, uuid)))
		return false;

	*found = rows.n > 0;
	if (*found)
		*user = user_of_row(&rows, 0);
	return true;
}

bool
user_of_caller(struct rt_call *call, struct api_user *user, bool *found)
{
	return find(call, rt_value_int(call, call->who.id), rt_value_null(),
	    user, found);
}

/* By what stands in a path: an id or a UUID. */
static bool
find_by_key(struct rt_call *call, struct rt_str key, struct api_user *user,
    bool *found)
{
	struct rt_uuid uuid;
	int64_t id;

	if (rt_uuid_parse(key, &uuid))
		return find(call, rt_value_null(), rt_value_uuid(call, uuid),
		    user, found);
	if (id_parse(key, &id))
		return find(call, rt_value_int(call, id), rt_value_null(), user,
		    found);

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

static const char update_user[] =
    "UPDATE users u SET"
    "   email = coalesce($2, email),"
    "   username = CASE WHEN $3 THEN $4 ELSE username END,"
    "   name = CASE WHEN $5 THEN $6 ELSE name END,"
    "   role = coalesce($7, role),"
    "   is_active = coalesce($8, is_active),"
    "   updated_at = now()"
    " WHERE id = $1"
    " RETURNING " USER_COLUMNS;

static enum rt_db_result
update(struct rt_call *call, struct rt_rows *rows, int64_t id,
    const struct api_user_update *want)
{
	struct rt_str role =
	    rt_str(want->has_role ? role_grants(want->role)[0] : NULL);

	return rt_db_run(call, rows, update_user, rt_value_int(call, id),
	    rt_value_str(call, want->email),
	    rt_value_bool(want->has_username || want->null_username),
	    rt_value_str(call, want->username),
	    rt_value_bool(want->has_name || want->null_name),
	    rt_value_str(call, want->name), rt_value_str(call, role),
	    RT_VALUE_IF(want->has_is_active, rt_value_bool(want->is_active)));
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
	struct api_user user;
	struct rt_rows rows;
	const char *why;
	bool found;
	enum rt_db_result result;

	if (!find_by_key(call, in->user_id, &user, &found))
		return false;
	if (!found)
		return api_update_user_404(out, not_found(call, in->user_id));
	why = refusal(call, &user, &in->body);
	if (why != NULL)
		return api_update_user_403(out, forbidden(call, why));

	result = update(call, &rows, user.id, &in->body);
	if (result == RT_DB_UNIQUE)
		return api_update_user_400(out, user_taken(call, &rows));
	if (!db_done(call, result))
		return false;
	if (rows.n == 0)
		return api_update_user_404(out, not_found(call, in->user_id));

	user = user_of_row(&rows, 0);
	return api_update_user_200(out, &user);
}

static const char delete_user[] = "DELETE FROM users WHERE id = $1";

bool
handle_delete_user(struct rt_call *call, const struct api_delete_user_in *in,
    struct api_delete_user_out *out)
{
	struct api_user user;
	struct rt_rows rows;
	bool found;

	if (!find_by_key(call, in->user_id, &user, &found))
		return false;
	if (!found)
		return api_delete_user_404(out, not_found(call, in->user_id));
	if (!may_change(call, &user))
		return api_delete_user_403(out,
		    forbidden(call,
			"Only the user and administrators may do this"));

	if (!db_done(call,
		rt_db_run(call, &rows, delete_user,
		    rt_value_int(call, user.id))))
		return false;
	if (rows.affected == 0)
		return api_delete_user_404(out, not_found(call, in->user_id));

	return api_delete_user_204(out);
}
