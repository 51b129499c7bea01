/* Lists of gifts. */
#include "api/lists.h"

#include <inttypes.h>

#include "handlers/activity.h"
#include "handlers/items.h"
#include "handlers/realtime.h"
#include "sql/lists.h"

/* Those who only see it are told the same as of one that is not there. */
static struct rt_problem
no_list(struct rt_call *call, int64_t id)
{
	return no_such(call, &api_code_list_not_found, id);
}

/* What becomes known of a change. */
static bool
tell_list(struct rt_call *call, enum api_activity_event event,
    const struct api_list *list)
{
	return activity_add(call,
		   &(struct happening){
		       .event = event,
		       .entity = API_ACTIVITY_ENTITY_LIST,
		       .id = list->id,
		       .title = list->name,
		       .list = list->id,
		   }) &&
	    realtime_list(call, event, list);
}

/* --- listLists --- */

static bool
load_lists(struct rt_call *call, const struct api_list_lists_in *in,
    struct page *page, struct api_list_page *list)
{
	const struct sql_count_lists_args count = {
	    .type = api_list_type_text(in->type),
	    .has_person_id = in->has_person_id,
	    .person_id = in->person_id,
	    .has_occasion_id = in->has_occasion_id,
	    .occasion_id = in->occasion_id,
	    .viewer = call->who.id,
	    .admin = is_admin(call),
	};
	const struct sql_list_lists_args args = {
	    .type = count.type,
	    .has_person_id = count.has_person_id,
	    .person_id = count.person_id,
	    .has_occasion_id = count.has_occasion_id,
	    .occasion_id = count.occasion_id,
	    .viewer = count.viewer,
	    .admin = count.admin,
	    .after = page->cursor,
	    .size = page->size,
	    .skip = page->offset,
	};

	if (!query_done(call, sql_count_lists(call, &count, &page->total)) ||
	    !query_done(call, sql_list_lists(call, &args, &list->data)))
		return false;

	PAGE_END(call, page, list, id);
	return true;
}

bool
handle_list_lists(struct rt_call *call, const struct api_list_lists_in *in,
    struct api_list_lists_out *out)
{
	struct api_list_page list;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !load_lists(call, in, &page, &list))
		return api_list_lists_problem(out, why);

	return api_list_lists_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &list.pagination), &list);
}

/* --- createList --- */

bool
handle_create_list(struct rt_call *call, const struct api_create_list_in *in,
    struct api_create_list_out *out)
{
	const struct api_list_create *want = &in->body;
	const struct sql_insert_list_args args = {
	    .name = want->name,
	    .type = api_list_type_text(want->type),
	    .visibility = api_list_visibility_text(want->visibility),
	    .has_person_id = want->has_person_id,
	    .person_id = want->person_id,
	    .has_occasion_id = want->has_occasion_id,
	    .occasion_id = want->occasion_id,
	    .viewer = call->who.id,
	};
	const struct rule rules[] = {
	    {SQL_GIFT_LISTS_PERSON_ID_FKEY,
		no_such(call, &api_code_person_not_found, want->person_id)},
	    {SQL_GIFT_LISTS_OCCASION_ID_FKEY,
		no_such(call, &api_code_occasion_not_found, want->occasion_id)},
	    {0},
	};
	struct rt_problem why = {0};
	struct api_list list;

	if (!query_kept(call, sql_insert_list(call, &args, &list), rules,
		&why) ||
	    !tell_list(call, API_ACTIVITY_EVENT_ADDED, &list))
		return api_create_list_problem(out, why);

	return api_create_list_201(out,
	    rt_printf(call, "/api/v1/lists/%" PRId64, list.id), &list);
}

/* --- getList --- */

static bool
load_list(struct rt_call *call, int64_t id, struct api_list_detail *list,
    struct rt_problem *why)
{
	struct page first = {.number = 1, .size = 100};

	if (!query_found(call,
		sql_get_list(call, id, call->who.id, is_admin(call), list),
		no_list(call, id), why) ||
	    !load_items(call, id, &first, &list->items))
		return false;

	list->items.n = page_rows(&first, list->items.n);
	return true;
}

bool
handle_get_list(struct rt_call *call, const struct api_get_list_in *in,
    struct api_get_list_out *out)
{
	struct api_list_detail list;
	struct rt_problem why = {0};

	if (!load_list(call, in->list_id, &list, &why))
		return api_get_list_problem(out, why);

	return api_get_list_200(out, by_its_bytes, &list);
}

/* The list stays as the request expects it until the transaction ends. */
static bool
lock_list(struct rt_call *call, int64_t id, struct api_list *list,
    struct rt_problem *why)
{
	struct api_list_detail now;

	if (!query_found(call,
		sql_lock_list(call, id, call->who.id, is_admin(call), list),
		no_list(call, id), why))
		return false;
	if (!rt_is_conditional(call))
		return true;

	return load_list(call, id, &now, why) &&
	    is_expected(call, api_get_list_200_etag(call, &now), why);
}

/* --- updateList --- */

/* Nobody but the owner hides a list from the others, or shows it to them. */
static bool
may_show(struct rt_call *call, const struct api_list *list,
    const struct api_list_update *want, struct rt_problem *why)
{
	bool owner =
	    list->has_created_by_id && list->created_by_id == call->who.id;

	if (!want->has_visibility || want->visibility == list->visibility ||
	    owner || is_admin(call))
		return true;

	*why = rt_problem(call, &api_code_permission_denied,
	    "Only the owner of a list and administrators may say who sees it");
	return false;
}

static bool
update_list(struct rt_call *call, const struct api_update_list_in *in,
    struct api_list *list, struct rt_problem *why)
{
	const struct api_list_update *want = &in->body;
	const struct sql_update_list_args args = {
	    .id = in->list_id,
	    .name = want->name,
	    .type = api_list_type_text(want->type),
	    .visibility = api_list_visibility_text(want->visibility),
	    .change_person = want->has_person_id || want->null_person_id,
	    .has_person_id = want->has_person_id,
	    .person_id = want->person_id,
	    .change_occasion = want->has_occasion_id || want->null_occasion_id,
	    .has_occasion_id = want->has_occasion_id,
	    .occasion_id = want->occasion_id,
	};
	const struct rule rules[] = {
	    {SQL_GIFT_LISTS_PERSON_ID_FKEY,
		no_such(call, &api_code_person_not_found, want->person_id)},
	    {SQL_GIFT_LISTS_OCCASION_ID_FKEY,
		no_such(call, &api_code_occasion_not_found, want->occasion_id)},
	    {0},
	};

	return query_kept(call, sql_update_list(call, &args, list), rules, why);
}

/* The occasion for which it was seen, and is not any more, hears so. */
static bool
tell_update(struct rt_call *call, const struct api_list *before,
    const struct api_list *list)
{
	bool was = before->has_occasion_id &&
	    before->visibility != API_LIST_VISIBILITY_PRIVATE;
	bool stays = list->occasion_id == before->occasion_id &&
	    list->visibility != API_LIST_VISIBILITY_PRIVATE;

	return tell_list(call, API_ACTIVITY_EVENT_UPDATED, list) &&
	    (!was || stays || realtime_list_left(call, before));
}

bool
handle_update_list(struct rt_call *call, const struct api_update_list_in *in,
    struct api_update_list_out *out)
{
	struct api_list before, list;
	struct rt_problem why = {0};

	if (!lock_list(call, in->list_id, &before, &why) ||
	    !may_show(call, &before, &in->body, &why) ||
	    !update_list(call, in, &list, &why) ||
	    !tell_update(call, &before, &list))
		return api_update_list_problem(out, why);

	return api_update_list_200(out, &list);
}

/* --- deleteList --- */

/* With the list goes what is known of it, and a private one leaves no trace. */
static bool
tell_deleted(struct rt_call *call, const struct api_list *list)
{
	if (list->visibility == API_LIST_VISIBILITY_PRIVATE)
		return true;

	return activity_add(call,
	    &(struct happening){
		.event = API_ACTIVITY_EVENT_DELETED,
		.entity = API_ACTIVITY_ENTITY_LIST,
		.id = list->id,
		.title = list->name,
	    });
}

bool
handle_delete_list(struct rt_call *call, const struct api_delete_list_in *in,
    struct api_delete_list_out *out)
{
	struct rt_problem why = {0};
	struct api_list list;

	if (!lock_list(call, in->list_id, &list, &why) ||
	    !query_done(call, sql_delete_list(call, list.id)) ||
	    !tell_deleted(call, &list) ||
	    !realtime_list(call, API_ACTIVITY_EVENT_DELETED, &list))
		return api_delete_list_problem(out, why);

	return api_delete_list_204(out);
}
