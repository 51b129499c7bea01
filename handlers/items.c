/* What stands on lists. */
#include "handlers/items.h"

#include <inttypes.h>

#include "api/lists.h"
#include "handlers/activity.h"
#include "handlers/realtime.h"
#include "sql/lists.h"

static struct rt_problem
no_item(struct rt_call *call, int64_t id)
{
	return no_such(call, &api_code_list_item_not_found, id);
}

/* What becomes known of a change. */
static bool
tell_item(struct rt_call *call, enum api_activity_event event,
    const struct api_list_item *item)
{
	return activity_add(call,
		   &(struct happening){
		       .event = event,
		       .entity = API_ACTIVITY_ENTITY_LIST_ITEM,
		       .id = item->id,
		       .title = item->gift.name,
		       .list = item->list_id,
		   }) &&
	    realtime_list_item(call, event, item);
}

/* --- listListItems --- */

bool
load_items(struct rt_call *call, int64_t list, const struct page *page,
    struct api_list_item_array *items)
{
	const struct sql_list_list_items_args args = {
	    .list = list,
	    .after = page->cursor,
	    .size = page->size,
	    .skip = page->offset,
	};

	return query_done(call, sql_list_list_items(call, &args, items));
}

static bool
load_item_page(struct rt_call *call, int64_t list, struct page *page,
    struct api_list_item_page *items, struct rt_problem *why)
{
	if (!query_found(call,
		sql_count_list_items(call, list, call->who.id, is_admin(call),
		    &page->total),
		no_such(call, &api_code_list_not_found, list), why) ||
	    !load_items(call, list, page, &items->data))
		return false;

	PAGE_END(call, page, items, id);
	return true;
}

bool
handle_list_list_items(struct rt_call *call,
    const struct api_list_list_items_in *in,
    struct api_list_list_items_out *out)
{
	struct api_list_item_page items;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !load_item_page(call, in->list_id, &page, &items, &why))
		return api_list_list_items_problem(out, why);

	return api_list_list_items_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &items.pagination),
	    &items);
}

/* --- addListItem --- */

static bool
insert_item(struct rt_call *call, const struct api_add_list_item_in *in,
    struct api_list_item *item, struct rt_problem *why)
{
	const struct api_list_item_create *want = &in->body;
	const struct sql_insert_list_item_args args = {
	    .list = in->list_id,
	    .gift_id = want->gift_id,
	    .status = api_gift_status_text(want->status),
	    .notes = want->notes,
	    .has_price = want->has_price,
	    .price = want->price,
	    .quantity = want->quantity,
	};
	const struct rule rules[] = {
	    {SQL_LIST_ITEMS_GIFT_ID_FKEY,
		no_such(call, &api_code_gift_not_found, want->gift_id)},
	    {0},
	};

	return query_kept(call, sql_insert_list_item(call, &args, item), rules,
	    why);
}

bool
handle_add_list_item(struct rt_call *call,
    const struct api_add_list_item_in *in, struct api_add_list_item_out *out)
{
	int64_t list = in->list_id;
	struct rt_problem why = {0};
	struct api_list_item item;

	if (!query_found(call,
		sql_keep_list(call, list, call->who.id, is_admin(call), &list),
		no_such(call, &api_code_list_not_found, list), &why) ||
	    !insert_item(call, in, &item, &why) ||
	    !tell_item(call, API_ACTIVITY_EVENT_ADDED, &item))
		return api_add_list_item_problem(out, why);

	return api_add_list_item_201(out,
	    rt_printf(call, "/api/v1/list-items/%" PRId64, item.id), &item);
}

/* --- updateListItem --- */

/* The item stays as the request expects it until the transaction ends. */
static bool
lock_item(struct rt_call *call, int64_t id, struct api_list_item *item,
    struct rt_problem *why)
{
	return query_found(call,
		   sql_lock_list_item(call, id, call->who.id, is_admin(call),
		       item),
		   no_item(call, id), why) &&
	    is_expected(call,
		rt_etag(call, rt_printf(call, "%" PRId64, item->version)), why);
}

static bool
update_item(struct rt_call *call, const struct api_update_list_item_in *in,
    struct api_list_item *item, struct rt_problem *why)
{
	const struct api_list_item_update *want = &in->body;
	const struct sql_update_list_item_args args = {
	    .id = in->item_id,
	    .has_gift_id = want->has_gift_id,
	    .gift_id = want->gift_id,
	    .change_notes = want->has_notes || want->null_notes,
	    .notes = want->notes,
	    .change_price = want->has_price || want->null_price,
	    .has_price = want->has_price,
	    .price = want->price,
	    .has_quantity = want->has_quantity,
	    .quantity = want->quantity,
	};

	return query_found(call, sql_update_list_item(call, &args, item),
	    no_such(call, &api_code_gift_not_found, want->gift_id), why);
}

bool
handle_update_list_item(struct rt_call *call,
    const struct api_update_list_item_in *in,
    struct api_update_list_item_out *out)
{
	struct rt_problem why = {0};
	struct api_list_item item;

	if (!lock_item(call, in->item_id, &item, &why) ||
	    !update_item(call, in, &item, &why) ||
	    !tell_item(call, API_ACTIVITY_EVENT_UPDATED, &item))
		return api_update_list_item_problem(out, why);

	return api_update_list_item_200(out, &item);
}

/* --- deleteListItem --- */

bool
handle_delete_list_item(struct rt_call *call,
    const struct api_delete_list_item_in *in,
    struct api_delete_list_item_out *out)
{
	struct rt_problem why = {0};
	struct api_list_item item;

	if (!lock_item(call, in->item_id, &item, &why) ||
	    !query_done(call, sql_delete_list_item(call, item.id)) ||
	    !tell_item(call, API_ACTIVITY_EVENT_DELETED, &item))
		return api_delete_list_item_problem(out, why);

	return api_delete_list_item_204(out);
}

/* --- updateListItemStatus --- */

static bool
may_become(struct rt_call *call, const struct api_list_item *item,
    enum api_gift_status status, struct rt_problem *why)
{
	if (api_gift_status_may_become(item->status, status))
		return true;

	*why = rt_problem(call, &api_code_invalid_state_transition,
	    "What is %.*s can't become %.*s",
	    RT_FMT(api_gift_status_text(item->status)),
	    RT_FMT(api_gift_status_text(status)));
	return false;
}

bool
handle_update_list_item_status(struct rt_call *call,
    const struct api_update_list_item_status_in *in,
    struct api_update_list_item_status_out *out)
{
	enum api_gift_status status = in->body.status;
	struct rt_problem why = {0};
	struct api_list_item item;

	if (!lock_item(call, in->item_id, &item, &why))
		return api_update_list_item_status_problem(out, why);
	if (item.status == status)
		return api_update_list_item_status_200(out, &item);

	if (!may_become(call, &item, status, &why) ||
	    !query_done(call,
		sql_update_list_item_status(call, api_gift_status_text(status),
		    item.id, &item)) ||
	    !tell_item(call, API_ACTIVITY_EVENT_STATUS_CHANGED, &item))
		return api_update_list_item_status_problem(out, why);

	return api_update_list_item_status_200(out, &item);
}

/* --- assignListItem --- */

static bool
assign_item(struct rt_call *call, const struct api_assign_list_item_in *in,
    struct api_list_item *item, struct rt_problem *why)
{
	const struct sql_assign_list_item_args args = {
	    .id = in->item_id,
	    .has_assigned_to_id = in->body.has_assigned_to_id,
	    .assigned_to_id = in->body.assigned_to_id,
	    .viewer = call->who.id,
	};
	const struct rule rules[] = {
	    {SQL_LIST_ITEMS_ASSIGNED_TO_ID_FKEY,
		no_such(call, &api_code_user_not_found, args.assigned_to_id)},
	    {0},
	};

	return query_kept(call, sql_assign_list_item(call, &args, item), rules,
	    why);
}

bool
handle_assign_list_item(struct rt_call *call,
    const struct api_assign_list_item_in *in,
    struct api_assign_list_item_out *out)
{
	struct rt_problem why = {0};
	struct api_list_item item;

	if (!lock_item(call, in->item_id, &item, &why) ||
	    !assign_item(call, in, &item, &why) ||
	    !tell_item(call, API_ACTIVITY_EVENT_ASSIGNED, &item))
		return api_assign_list_item_problem(out, why);

	return api_assign_list_item_200(out, &item);
}
