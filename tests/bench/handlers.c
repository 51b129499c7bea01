/* The handlers of tests/bench/openapi.yaml, and their server. */
#include "api/api.h"
#include "api/bench.h"
#include "runtime/password.h"
#include "runtime/rt.h"

bool
handle_ping(struct rt_call *call, struct api_ping_out *out)
{
	const struct api_ping ping = {
	    .service = RT_LIT("bench"),
	    .version = RT_LIT("1.0.0"),
	    .up = true,
	    .calls = 1234,
	    .load = 0.25,
	    .at = {1709210096000000},
	};

	(void)call;
	return api_ping_200(out, &ping);
}

bool
handle_echo(struct rt_call *call, const struct api_echo_in *in,
    struct api_echo_out *out)
{
	(void)call;
	return api_echo_200(out, &in->body);
}

static struct api_item
item_of_row(const struct rt_rows *rows, int row)
{
	return (struct api_item){
	    .id = rt_row_int(rows, row, 0),
	    .name = rt_row_str(rows, row, 1),
	    .price = rt_row_double(rows, row, 2),
	    .made_at = rt_row_time(rows, row, 3),
	};
}

bool
handle_get_item(struct rt_call *call, const struct api_get_item_in *in,
    struct api_get_item_out *out)
{
	static const char select_item[] =
	    "SELECT id, name, price, made_at FROM items WHERE id = $1";
	struct api_item item;
	struct rt_rows rows;

	if (rt_db_run(call, &rows, select_item, rt_value_int(call, in->id)) !=
	    RT_DB_OK)
		return rt_fail(call, "the item can't be read");
	if (rows.n == 0)
		return api_get_item_404(out,
		    rt_problem(call, &rt_code_no_route, "There is no item."));

	item = item_of_row(&rows, 0);
	return api_get_item_200(out, &item);
}

bool
handle_list_items(struct rt_call *call, struct api_list_items_out *out)
{
	static const char select_items[] =
	    "SELECT id, name, price, made_at FROM items ORDER BY id LIMIT 100";
	struct api_item *v;
	struct rt_rows rows;

	if (rt_db_run0(call, &rows, select_items) != RT_DB_OK)
		return rt_fail(call, "the items can't be read");

	v = rt_arena_array(call->arena, (size_t)rows.n, sizeof(*v));
	for (int i = 0; i < rows.n; i++)
		v[i] = item_of_row(&rows, i);
	return api_list_items_200(out,
	    (struct api_item_array){v, (size_t)rows.n});
}

bool
handle_add_part(struct rt_call *call, const struct api_add_part_in *in,
    struct api_add_part_out *out)
{
	static const char insert_part[] =
	    "INSERT INTO parts (sku, name, kind, quantity, price, active, "
	    "made_at, expires_on, owner, note) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";
	const struct api_part *part = &in->body;
	struct api_part_id id;
	struct rt_rows rows;

	if (rt_db_run(call, &rows, insert_part, rt_value_str(call, part->sku),
		rt_value_str(call, part->name), rt_value_str(call, part->kind),
		rt_value_int(call, part->quantity),
		rt_value_double(call, part->price), rt_value_bool(part->active),
		rt_value_time(call, part->made_at),
		RT_VALUE_IF(part->has_expires_on,
		    rt_value_date(call, part->expires_on)),
		rt_value_uuid(call, part->owner),
		RT_VALUE_IF(part->has_note, rt_value_str(call, part->note))) !=
	    RT_DB_OK)
		return rt_fail(call, "the part can't be added");

	id.id = rt_row_int(&rows, 0, 0);
	return api_add_part_201(out, &id);
}

bool
handle_slow(struct rt_call *call, struct api_slow_out *out)
{
	struct rt_rows rows;

	if (rt_db_run0(call, &rows, "SELECT pg_sleep(0.1)") != RT_DB_OK)
		return rt_fail(call, "the database does not even sleep");
	return api_slow_204(out);
}

bool
handle_login(struct rt_call *call, const struct api_login_in *in,
    struct api_login_out *out)
{
	static const char hash[] =
	    "$2b$10$68DsM9Im8BLA/OTE1Nyk1.JCIti/VR/ZGsjDEGsiS7FRpZ.eDyrYm";
	bool same;

	if (!rt_password_verify(call, in->body.password, rt_str(hash), &same))
		return false;
	if (!same)
		return rt_fail(call, "the password is another");
	return api_login_204(out);
}

const struct rt_server_def rt_server_def = {.api = &api};
