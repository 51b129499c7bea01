/* The handlers of tests/bench/openapi.yaml, and their server. */
#include "api/api.h"
#include "api/bench.h"
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
handle_nap(struct rt_call *call, struct api_nap_out *out)
{
	return rt_sleep(call, 600000) && api_nap_204(out);
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

	item = (struct api_item){
	    .id = rt_row_int(&rows, 0, 0),
	    .name = rt_row_str(&rows, 0, 1),
	    .price = rt_row_double(&rows, 0, 2),
	    .made_at = rt_row_time(&rows, 0, 3),
	};
	return api_get_item_200(out, &item);
}

const struct rt_server_def rt_server_def = {.api = &api};
