/* The handlers of tests/bench/openapi.yaml, and their server. */
#include "api/api.h"
#include "api/bench.h"
#include "runtime/password.h"
#include "runtime/rt.h"
#include "sql/bench.h"

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
handle_nap(struct rt_call *call, struct api_nap_out *out)
{
	return rt_sleep(call, 600000) && api_nap_204(out);
}

bool
handle_cast(struct rt_call *call, struct api_cast_out *out)
{
	static const struct rt_str all = {"all", 3};
	struct api_said said;

	if (!api_cast_101(call, out) ||
	    rt_topic_subscribe(call, all) != RT_SUBSCRIBE_OK)
		return false;
	while (api_cast_receive(call, &said)) {
		if (!api_cast_publish(call, all, &said))
			return false;
	}
	return true;
}

bool
handle_echo(struct rt_call *call, const struct api_echo_in *in,
    struct api_echo_out *out)
{
	(void)call;
	return api_echo_200(out, &in->body);
}

bool
handle_get_item(struct rt_call *call, const struct api_get_item_in *in,
    struct api_get_item_out *out)
{
	struct api_item item;

	switch (sql_get_item(call, in->id, &item)) {
	case RT_SQL_OK:
		return api_get_item_200(out, &item);
	case RT_SQL_NONE:
		return api_get_item_404(out,
		    rt_problem(call, &rt_code_no_route, "There is no item."));
	default:
		return false;
	}
}

bool
handle_list_items(struct rt_call *call, struct api_list_items_out *out)
{
	struct api_item_array items;

	if (sql_list_items(call, &items) != RT_SQL_OK)
		return false;
	return api_list_items_200(out, items);
}

bool
handle_add_part(struct rt_call *call, const struct api_add_part_in *in,
    struct api_add_part_out *out)
{
	const struct api_part *part = &in->body;
	const struct sql_insert_part_args new = {
	    .sku = part->sku,
	    .name = part->name,
	    .kind = part->kind,
	    .quantity = part->quantity,
	    .price = part->price,
	    .active = part->active,
	    .made_at = part->made_at,
	    .has_expires_on = part->has_expires_on,
	    .expires_on = part->expires_on,
	    .owner = part->owner,
	    .note = part->note,
	};
	struct api_part_id id;

	switch (sql_insert_part(call, &new, &id.id)) {
	case RT_SQL_OK:
		return api_add_part_201(out, &id);
	case RT_SQL_VIOLATED:
		return rt_fail(call, "a constraint forbids the part");
	default:
		return false;
	}
}

bool
handle_slow(struct rt_call *call, struct api_slow_out *out)
{
	if (sql_sleep(call) != RT_SQL_OK)
		return false;
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
