/* What is celebrated. */
#include "api/occasions.h"

#include <inttypes.h>

#include "handlers/activity.h"
#include "handlers/realtime.h"
#include "sql/occasions.h"

static struct rt_problem
no_occasion(struct rt_call *call, int64_t id)
{
	return no_such(call, &api_code_occasion_not_found, id);
}

/* What becomes known of a change. */
static bool
tell_occasion(struct rt_call *call, enum api_activity_event event,
    const struct api_occasion *occasion)
{
	return activity_add(call,
		   &(struct happening){
		       .event = event,
		       .entity = API_ACTIVITY_ENTITY_OCCASION,
		       .id = occasion->id,
		       .title = occasion->name,
		   }) &&
	    realtime_occasion(call, event, occasion);
}

/* --- listOccasions --- */

static bool
load_occasions(struct rt_call *call, struct page *page,
    struct api_occasion_page *list)
{
	if (!query_done(call, sql_count_occasions(call, &page->total)) ||
	    !query_done(call,
		sql_list_occasions(call, page->cursor, page->size, page->offset,
		    &list->data)))
		return false;

	PAGE_END(call, page, list, id);
	return true;
}

bool
handle_list_occasions(struct rt_call *call,
    const struct api_list_occasions_in *in, struct api_list_occasions_out *out)
{
	struct api_occasion_page list;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !load_occasions(call, &page, &list))
		return api_list_occasions_problem(out, why);

	return api_list_occasions_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &list.pagination), &list);
}

/* --- createOccasion --- */

static bool
load_occasion(struct rt_call *call, int64_t id, struct api_occasion *occasion,
    struct rt_problem *why)
{
	return query_found(call, sql_get_occasion(call, id, occasion),
	    no_occasion(call, id), why);
}

static bool
add_persons(struct rt_call *call, int64_t occasion, struct rt_ints persons,
    struct rt_problem *why)
{
	const struct rule rules[] = {
	    {SQL_OCCASION_PERSONS_PERSON_ID_FKEY,
		rt_problem(call, &api_code_person_not_found,
		    "There is no person with one of the IDs")},
	    {0},
	};

	return query_kept(call,
	    sql_add_occasion_persons(call, occasion, persons), rules, why);
}

static enum rt_sql
insert(struct rt_call *call, const struct api_occasion_create *want,
    int64_t *id)
{
	const struct sql_insert_occasion_args args = {
	    .name = want->name,
	    .type = api_occasion_type_text(want->type),
	    .date = want->date,
	    .description = want->description,
	};

	return sql_insert_occasion(call, &args, id);
}

bool
handle_create_occasion(struct rt_call *call,
    const struct api_create_occasion_in *in,
    struct api_create_occasion_out *out)
{
	struct api_occasion occasion;
	struct rt_problem why = {0};
	int64_t id;

	if (!query_done(call, insert(call, &in->body, &id)) ||
	    !add_persons(call, id, in->body.person_ids, &why) ||
	    !load_occasion(call, id, &occasion, &why) ||
	    !tell_occasion(call, API_ACTIVITY_EVENT_ADDED, &occasion))
		return api_create_occasion_problem(out, why);

	return api_create_occasion_201(out,
	    rt_printf(call, "/api/v1/occasions/%" PRId64, id), &occasion);
}

/* --- getOccasionSummary --- */

static bool
load_summary(struct rt_call *call, int64_t id,
    struct api_occasion_summary *summary, struct rt_problem *why)
{
	bool admin = is_admin(call);

	return query_found(call,
		   sql_get_occasion_totals(call, call->who.id, admin, id,
		       summary),
		   no_occasion(call, id), why) &&
	    query_done(call,
		sql_list_occasion_people(call, id, call->who.id, admin,
		    &summary->people));
}

bool
handle_get_occasion_summary(struct rt_call *call,
    const struct api_get_occasion_summary_in *in,
    struct api_get_occasion_summary_out *out)
{
	struct api_occasion_summary summary;
	struct rt_problem why = {0};

	if (!load_summary(call, in->occasion_id, &summary, &why))
		return api_get_occasion_summary_problem(out, why);

	return api_get_occasion_summary_200(out, by_its_bytes, &summary);
}

/* --- getOccasion --- */

static bool
load_detail(struct rt_call *call, int64_t id,
    struct api_occasion_detail *occasion, struct rt_problem *why)
{
	return query_found(call, sql_get_occasion_detail(call, id, occasion),
		   no_occasion(call, id), why) &&
	    load_summary(call, id, &occasion->summary, why);
}

bool
handle_get_occasion(struct rt_call *call, const struct api_get_occasion_in *in,
    struct api_get_occasion_out *out)
{
	struct api_occasion_detail occasion;
	struct rt_problem why = {0};

	if (!load_detail(call, in->occasion_id, &occasion, &why))
		return api_get_occasion_problem(out, why);

	return api_get_occasion_200(out, by_its_bytes, &occasion);
}

/* The occasion stays as the request expects it until the transaction ends. */
static bool
lock_occasion(struct rt_call *call, int64_t id, struct rt_problem *why)
{
	struct api_occasion_detail now;

	if (!query_found(call, sql_lock_occasion(call, id, &now.id),
		no_occasion(call, id), why))
		return false;
	if (!rt_is_conditional(call))
		return true;

	return load_detail(call, id, &now, why) &&
	    is_expected(call, api_get_occasion_200_etag(call, &now), why);
}

/* --- updateOccasion --- */

static bool
update(struct rt_call *call, int64_t id, const struct api_occasion_update *want)
{
	const struct sql_update_occasion_args args = {
	    .id = id,
	    .name = want->name,
	    .type = api_occasion_type_text(want->type),
	    .has_date = want->has_date,
	    .date = want->date,
	    .change_description =
		want->has_description || want->null_description,
	    .description = want->description,
	};

	return query_done(call, sql_update_occasion(call, &args));
}

/* Who celebrates it from now on, where that is to change. */
static bool
update_persons(struct rt_call *call, int64_t id,
    const struct api_occasion_update *want, struct rt_problem *why)
{
	if (!want->has_person_ids)
		return true;

	return query_done(call,
		   sql_remove_occasion_persons(call, id, want->person_ids)) &&
	    add_persons(call, id, want->person_ids, why);
}

bool
handle_update_occasion(struct rt_call *call,
    const struct api_update_occasion_in *in,
    struct api_update_occasion_out *out)
{
	int64_t id = in->occasion_id;
	struct api_occasion occasion;
	struct rt_problem why = {0};

	if (!lock_occasion(call, id, &why) || !update(call, id, &in->body) ||
	    !update_persons(call, id, &in->body, &why) ||
	    !load_occasion(call, id, &occasion, &why) ||
	    !tell_occasion(call, API_ACTIVITY_EVENT_UPDATED, &occasion))
		return api_update_occasion_problem(out, why);

	return api_update_occasion_200(out, &occasion);
}

/* --- deleteOccasion --- */

bool
handle_delete_occasion(struct rt_call *call,
    const struct api_delete_occasion_in *in,
    struct api_delete_occasion_out *out)
{
	const struct rule rules[] = {
	    {SQL_GIFT_LISTS_OCCASION_ID_FKEY,
		rt_problem(call, &api_code_has_dependencies,
		    "A list is made for this occasion")},
	    {0},
	};
	struct api_occasion occasion;
	struct rt_problem why = {0};

	if (!lock_occasion(call, in->occasion_id, &why) ||
	    !load_occasion(call, in->occasion_id, &occasion, &why) ||
	    !query_kept(call, sql_delete_occasion(call, occasion.id), rules,
		&why) ||
	    !tell_occasion(call, API_ACTIVITY_EVENT_DELETED, &occasion))
		return api_delete_occasion_problem(out, why);

	return api_delete_occasion_204(out);
}
