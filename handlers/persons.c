/* The people who are given presents. */
#include "api/persons.h"

#include <inttypes.h>

#include "handlers/service.h"
#include "sql/constraints.h"
#include "sql/persons.h"

static struct rt_problem
not_found(struct rt_call *call, int64_t id)
{
	return rt_problem(call, &api_code_person_not_found,
	    "Person with ID %" PRId64 " not found", id);
}

/* --- listPersons --- */

static bool
load_persons(struct rt_call *call, const struct page *page,
    struct api_person_list *list)
{
	struct page_found found = {0};

	if (!query_done(call, sql_count_persons(call, &found.total)) ||
	    !query_done(call,
		sql_list_persons(call, page->cursor, page->size, page->offset,
		    &list->data)))
		return false;

	found.n = list->data.n;
	list->data.n = page_rows(page, found.n);
	if (list->data.n > 0)
		found.last = list->data.v[list->data.n - 1].id;
	list->pagination = page_info(call, page, found);
	return true;
}

bool
handle_list_persons(struct rt_call *call, const struct api_list_persons_in *in,
    struct api_list_persons_out *out)
{
	struct page_query query = {
	    .page = in->has_page ? in->page : 0,
	    .page_size = in->page_size,
	    .cursor = in->cursor,
	};
	struct api_person_list list;
	struct rt_problem why;
	struct page page;

	if (!page_read(call, &query, &page, &why))
		return why.code == &api_code_invalid_cursor
		    ? api_list_persons_400(out, why)
		    : api_list_persons_422(out, why);
	if (!load_persons(call, &page, &list))
		return false;

	return api_list_persons_200(out, list.pagination.total_count,
	    page_number(call, &page),
	    page_link(call, RT_LIT("/api/v1/persons"), &list.pagination),
	    &list);
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

	if (!query_done(call, sql_insert_person(call, &args, &person)))
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
	    .before = page->cursor,
	    .size = page->size,
	    .skip = page->offset,
	};

	return query_done(call, sql_list_history(call, &args, history));
}

/* --- getPerson --- */

bool
handle_get_person(struct rt_call *call, const struct api_get_person_in *in,
    struct api_get_person_out *out)
{
	static const struct page newest = {.number = 1, .size = 20};
	struct api_person_detail detail;
	enum rt_sql found = sql_get_person(call, in->person_id, &detail);

	if (found == RT_SQL_NONE)
		return api_get_person_404(out, not_found(call, in->person_id));
	if (!query_done(call, found) ||
	    !load_history(call, detail.id, &newest, &detail.history) ||
	    !query_done(call,
		sql_list_person_occasions(call, detail.id,
		    &detail.relationships.occasions)) ||
	    !query_done(call,
		sql_list_person_lists(call, detail.id,
		    &detail.relationships.lists)))
		return false;

	detail.history.n = page_rows(&newest, detail.history.n);
	return api_get_person_200(out, &detail);
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
	enum rt_sql result = update(call, in->person_id, &in->body, &person);

	if (result == RT_SQL_NONE)
		return api_update_person_404(out,
		    not_found(call, in->person_id));
	if (!query_done(call, result))
		return false;

	return api_update_person_200(out, &person);
}

/* --- deletePerson --- */

bool
handle_delete_person(struct rt_call *call,
    const struct api_delete_person_in *in, struct api_delete_person_out *out)
{
	int64_t affected;
	enum rt_sql result = sql_delete_person(call, in->person_id, &affected);

	if (result == RT_SQL_VIOLATED &&
	    sql_violated(call) == SQL_GIFT_LISTS_PERSON_ID_FKEY)
		return api_delete_person_400(out,
		    rt_problem(call, &api_code_has_dependencies,
			"A gift list is made for this person"));
	if (!query_done(call, result))
		return false;
	if (affected == 0)
		return api_delete_person_404(out,
		    not_found(call, in->person_id));

	return api_delete_person_204(out);
}

/* --- getPersonHistory --- */

/* RT_SQL_NONE where there is no such person. */
static enum rt_sql
load_history_page(struct rt_call *call, int64_t person, const struct page *page,
    struct api_gift_history *history)
{
	struct api_gift_history_entry_array *data = &history->data;
	struct page_found found = {0};
	enum rt_sql result = sql_count_history(call, person, &found.total);

	if (result != RT_SQL_OK)
		return result;
	if (!load_history(call, person, page, data))
		return RT_SQL_FAILED;

	found.n = data->n;
	data->n = page_rows(page, found.n);
	if (data->n > 0)
		found.last = data->v[data->n - 1].list_item_id;
	history->pagination = page_info(call, page, found);
	return RT_SQL_OK;
}

bool
handle_get_person_history(struct rt_call *call,
    const struct api_get_person_history_in *in,
    struct api_get_person_history_out *out)
{
	struct page_query query = {
	    .page = in->has_page ? in->page : 0,
	    .page_size = in->page_size,
	    .cursor = in->cursor,
	};
	struct api_gift_history history;
	struct rt_problem why;
	struct page page;
	enum rt_sql result;

	if (!page_read(call, &query, &page, &why))
		return why.code == &api_code_invalid_cursor
		    ? api_get_person_history_400(out, why)
		    : api_get_person_history_422(out, why);

	result = load_history_page(call, in->person_id, &page, &history);
	if (result == RT_SQL_NONE)
		return api_get_person_history_404(out,
		    not_found(call, in->person_id));
	if (!query_done(call, result))
		return false;

	return api_get_person_history_200(out, history.pagination.total_count,
	    page_number(call, &page),
	    page_link(call,
		rt_printf(call, "/api/v1/persons/%" PRId64 "/history",
		    in->person_id),
		&history.pagination),
	    &history);
}
