/* The people who are given presents. */
#include "api/persons.h"

#include <inttypes.h>

#include "handlers/activity.h"
#include "handlers/realtime.h"
#include "sql/persons.h"

static struct rt_problem
no_person(struct rt_call *call, int64_t id)
{
	return no_such(call, &api_code_person_not_found, id);
}

/* What becomes known of a change. */
static bool
tell_person(struct rt_call *call, enum api_activity_event event,
    const struct api_person *person)
{
	return realtime_person(call, event, person) &&
	    activity_add(call,
		&(struct happening){
		    .event = event,
		    .entity = API_ACTIVITY_ENTITY_PERSON,
		    .id = person->id,
		    .title = person->name,
		});
}

/* --- listPersons --- */

static bool
load_persons(struct rt_call *call, struct page *page,
    struct api_person_list *list)
{
	if (!query_done(call, sql_count_persons(call, &page->total)) ||
	    !query_done(call,
		sql_list_persons(call, page->cursor, page->size, page->offset,
		    &list->data)))
		return false;

	PAGE_END(call, page, list, id);
	return true;
}

bool
handle_list_persons(struct rt_call *call, const struct api_list_persons_in *in,
    struct api_list_persons_out *out)
{
	struct api_person_list list;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !load_persons(call, &page, &list))
		return api_list_persons_problem(out, why);

	return api_list_persons_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &list.pagination), &list);
}

/* --- createPerson --- */

/* As JSON; absent for none. */
static struct rt_str
sizes_text(struct rt_call *call, bool has, struct rt_str_map sizes)
{
	struct rt_buf b = rt_buf(call->arena, SIZE_MAX / 2);
	struct rt_writer w = rt_writer(&b);

	if (!has)
		return rt_str(NULL);

	rt_write_str_map(&w, sizes);
	return rt_buf_str(&b);
}

bool
handle_create_person(struct rt_call *call,
    const struct api_create_person_in *in, struct api_create_person_out *out)
{
	const struct api_person_create *want = &in->body;
	const struct sql_insert_person_args args = {
	    .name = want->name,
	    .relationship = want->relationship,
	    .has_birthdate = want->has_birthdate,
	    .birthdate = want->birthdate,
	    .notes = want->notes,
	    .interests = want->interests,
	    .sizes = sizes_text(call, want->has_sizes, want->sizes),
	    .photo_url = want->photo_url,
	};
	struct api_person person;

	if (!query_done(call, sql_insert_person(call, &args, &person)) ||
	    !tell_person(call, API_ACTIVITY_EVENT_ADDED, &person))
		return false;

	return api_create_person_201(out,
	    rt_printf(call, "/api/v1/persons/%" PRId64, person.id), &person);
}

/* --- The presents of a person --- */

static bool
load_history(struct rt_call *call, int64_t person, const struct page *page,
    struct api_gift_history_entry_array *history)
{
	const struct sql_list_history_args args = {
	    .person = person,
	    .viewer = call->who.id,
	    .admin = is_admin(call),
	    .before = page->cursor,
	    .size = page->size,
	    .skip = page->offset,
	};

	return query_done(call, sql_list_history(call, &args, history));
}

/* --- getPerson --- */

static bool
load_person(struct rt_call *call, int64_t id, struct api_person_detail *person,
    struct rt_problem *why)
{
	struct page newest = {.number = 1, .size = 20};
	struct api_person_relationships *r = &person->relationships;

	if (!query_found(call, sql_get_person(call, id, person),
		no_person(call, id), why) ||
	    !load_history(call, id, &newest, &person->history) ||
	    !query_done(call,
		sql_list_person_occasions(call, id, &r->occasions)) ||
	    !query_done(call,
		sql_list_person_lists(call, id, call->who.id, is_admin(call),
		    &r->lists)))
		return false;

	person->history.n =
	    page_rows(&(struct page){.size = newest.size}, person->history.n);
	return true;
}

bool
handle_get_person(struct rt_call *call, const struct api_get_person_in *in,
    struct api_get_person_out *out)
{
	struct api_person_detail person;
	struct rt_problem why = {0};

	if (!load_person(call, in->person_id, &person, &why))
		return api_get_person_problem(out, why);

	return api_get_person_200(out, by_its_bytes, &person);
}

/* The person stays as the request expects it until the transaction ends. */
static bool
lock_person(struct rt_call *call, int64_t id, struct api_person *person,
    struct rt_problem *why)
{
	struct api_person_detail now;

	if (!query_found(call, sql_lock_person(call, id, person),
		no_person(call, id), why))
		return false;
	if (!rt_is_conditional(call))
		return true;

	return load_person(call, id, &now, why) &&
	    is_expected(call, api_get_person_200_etag(call, &now), why);
}

/* --- updatePerson --- */

static enum rt_sql
update(struct rt_call *call, int64_t id, const struct api_person_update *want,
    struct api_person *person)
{
	const struct sql_update_person_args args = {
	    .id = id,
	    .name = want->name,
	    .change_relationship =
		want->has_relationship || want->null_relationship,
	    .relationship = want->relationship,
	    .change_birthdate = want->has_birthdate || want->null_birthdate,
	    .has_birthdate = want->has_birthdate,
	    .birthdate = want->birthdate,
	    .change_notes = want->has_notes || want->null_notes,
	    .notes = want->notes,
	    .has_interests = want->has_interests,
	    .interests = want->interests,
	    .sizes = sizes_text(call, want->has_sizes, want->sizes),
	    .change_photo_url = want->has_photo_url || want->null_photo_url,
	    .photo_url = want->photo_url,
	};

	return sql_update_person(call, &args, person);
}

bool
handle_update_person(struct rt_call *call,
    const struct api_update_person_in *in, struct api_update_person_out *out)
{
	struct api_person person;
	struct rt_problem why = {0};

	if (!lock_person(call, in->person_id, &person, &why) ||
	    !query_done(call,
		update(call, in->person_id, &in->body, &person)) ||
	    !tell_person(call, API_ACTIVITY_EVENT_UPDATED, &person))
		return api_update_person_problem(out, why);

	return api_update_person_200(out, &person);
}

/* --- deletePerson --- */

/* Of each occasion, that one person less celebrates it. */
static bool
tell_occasions(struct rt_call *call, int64_t person)
{
	struct api_occasion_array occasions;

	if (!query_done(call,
		sql_list_occasions_of_person(call, person, &occasions)))
		return false;

	for (size_t i = 0; i < occasions.n; i++) {
		if (!realtime_occasion(call, API_ACTIVITY_EVENT_UPDATED,
			&occasions.v[i]))
			return false;
	}
	return true;
}

bool
handle_delete_person(struct rt_call *call,
    const struct api_delete_person_in *in, struct api_delete_person_out *out)
{
	const struct rule rules[] = {
	    {SQL_GIFT_LISTS_PERSON_ID_FKEY,
		rt_problem(call, &api_code_has_dependencies,
		    "A gift list is made for this person")},
	    {0},
	};
	struct api_person person;
	struct rt_problem why = {0};

	if (!lock_person(call, in->person_id, &person, &why) ||
	    !tell_occasions(call, person.id) ||
	    !query_kept(call, sql_delete_person(call, in->person_id), rules,
		&why) ||
	    !tell_person(call, API_ACTIVITY_EVENT_DELETED, &person))
		return api_delete_person_problem(out, why);

	return api_delete_person_204(out);
}

/* --- getPersonHistory --- */

static bool
load_history_page(struct rt_call *call, int64_t person, struct page *page,
    struct api_gift_history *history, struct rt_problem *why)
{
	if (!query_found(call,
		sql_count_history(call, call->who.id, is_admin(call), person,
		    &page->total),
		no_person(call, person), why) ||
	    !load_history(call, person, page, &history->data))
		return false;

	PAGE_END(call, page, history, list_item_id);
	return true;
}

bool
handle_get_person_history(struct rt_call *call,
    const struct api_get_person_history_in *in,
    struct api_get_person_history_out *out)
{
	struct api_gift_history history;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !load_history_page(call, in->person_id, &page, &history, &why))
		return api_get_person_history_problem(out, why);

	return api_get_person_history_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &history.pagination),
	    &history);
}
