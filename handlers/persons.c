/* The people who are given presents. */
#include "api/persons.h"

#include <inttypes.h>

#include "handlers/service.h"

#define PERSON_COLUMNS \
	"id, name, relationship, birthdate, notes, interests," \
	" sizes, photo_url, created_at, updated_at"

static struct api_person
person_of_row(struct rt_call *call, const struct rt_rows *rows, int row)
{
	return (struct api_person){
	    .id = rt_row_int(rows, row, 0),
	    .name = rt_row_str(rows, row, 1),
	    .has_relationship = !rt_row_null(rows, row, 2),
	    .relationship = rt_row_str(rows, row, 2),
	    .has_birthdate = !rt_row_null(rows, row, 3),
	    .birthdate = rt_row_date(rows, row, 3),
	    .has_notes = !rt_row_null(rows, row, 4),
	    .notes = rt_row_str(rows, row, 4),
	    .interests = rt_row_strs(call, rows, row, 5),
	    .sizes = rt_row_str_map(call, rows, row, 6),
	    .has_photo_url = !rt_row_null(rows, row, 7),
	    .photo_url = rt_row_str(rows, row, 7),
	    .created_at = rt_row_time(rows, row, 8),
	    .updated_at = rt_row_time(rows, row, 9),
	};
}

static struct rt_problem
not_found(struct rt_call *call, int64_t id)
{
	return rt_problem(call, &api_code_person_not_found,
	    "Person with ID %" PRId64 " not found", id);
}

/* --- listPersons --- */

static const char count_persons[] = "SELECT count(*) FROM persons";

/* One row more than the page holds tells whether another follows. */
static const char select_persons[] = "SELECT " PERSON_COLUMNS "  FROM persons"
				     " WHERE id > $1"
				     " ORDER BY id"
				     " LIMIT $2 + 1 OFFSET $3";

static bool
load_persons(struct rt_call *call, const struct page *page,
    struct api_person_list *list)
{
	struct rt_rows counted;
	struct rt_rows rows;
	struct api_person *persons;
	size_t n;

	if (!db_done(call, rt_db_run0(call, &counted, count_persons)) ||
	    !db_done(call,
		rt_db_run(call, &rows, select_persons,
		    rt_value_int(call, page->cursor),
		    rt_value_int(call, page->size),
		    rt_value_int(call, page->offset))))
		return false;

	n = page_rows(page, &rows);
	persons = rt_arena_array(call->arena, n, sizeof(*persons));
	for (size_t i = 0; i < n; i++)
		persons[i] = person_of_row(call, &rows, (int)i);

	list->data = (struct api_person_array){persons, n};
	list->pagination =
	    page_info(call, page, rt_row_int(&counted, 0, 0), &rows);
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

static const char insert_person[] =
    "INSERT INTO persons (name, relationship, birthdate, notes, interests,"
    "                     sizes, photo_url)"
    " VALUES (btrim($1), $2, $3, $4, $5, coalesce($6::json, '{}'), $7)"
    " RETURNING " PERSON_COLUMNS;

bool
handle_create_person(struct rt_call *call,
    const struct api_create_person_in *in, struct api_create_person_out *out)
{
	const struct api_person_create *want = &in->body;
	struct api_person person;
	struct rt_rows rows;

	if (!db_done(call,
		rt_db_run(call, &rows, insert_person,
		    rt_value_str(call, want->name),
		    rt_value_str(call, want->relationship),
		    RT_VALUE_IF(want->has_birthdate,
			rt_value_date(call, want->birthdate)),
		    rt_value_str(call, want->notes),
		    rt_value_strs(call, want->interests),
		    RT_VALUE_IF(want->has_sizes,
			rt_value_str_map(call, want->sizes)),
		    rt_value_str(call, want->photo_url))))
		return false;

	person = person_of_row(call, &rows, 0);
	return api_create_person_201(out,
	    rt_printf(call, "/api/v1/persons/%" PRId64, person.id), &person);
}

/* --- The presents of a person --- */

/* Newest first; $2 is the id that the page before ended with, 0 for none. */
static const char select_history[] =
    "SELECT i.id, g.id, g.name, l.occasion_id, i.status,"
    "       coalesce(i.price, g.price), (i.updated_at AT TIME ZONE 'UTC')::date"
    "  FROM gift_lists l"
    "  JOIN list_items i ON i.list_id = l.id"
    "  JOIN gifts g ON g.id = i.gift_id"
    " WHERE l.person_id = $1 AND ($2::bigint = 0 OR i.id < $2)"
    " ORDER BY i.id DESC"
    " LIMIT $3 + 1 OFFSET $4";

static const char *const status_texts[] = {
    [API_GIFT_STATUS_IDEA] = "idea",
    [API_GIFT_STATUS_SELECTED] = "selected",
    [API_GIFT_STATUS_PURCHASED] = "purchased",
    [API_GIFT_STATUS_RECEIVED] = "received",
};
static const struct rt_enum statuses = RT_ENUM(status_texts);

static struct api_gift_history_entry
entry_of_row(const struct rt_rows *rows, int row)
{
	return (struct api_gift_history_entry){
	    .list_item_id = rt_row_int(rows, row, 0),
	    .gift_id = rt_row_int(rows, row, 1),
	    .gift_name = rt_row_str(rows, row, 2),
	    .has_occasion_id = !rt_row_null(rows, row, 3),
	    .occasion_id = rt_row_int(rows, row, 3),
	    .status = (enum api_gift_status)enum_of_text(
		rt_row_str(rows, row, 4), &statuses),
	    .has_price = !rt_row_null(rows, row, 5),
	    .price = rt_row_double(rows, row, 5),
	    .date = rt_row_date(rows, row, 6),
	};
}

static bool
load_history(struct rt_call *call, int64_t person, const struct page *page,
    struct rt_rows *rows, struct api_gift_history_entry_array *history)
{
	struct api_gift_history_entry *entries;
	size_t n;

	if (!db_done(call,
		rt_db_run(call, rows, select_history,
		    rt_value_int(call, person),
		    rt_value_int(call, page->cursor),
		    rt_value_int(call, page->size),
		    rt_value_int(call, page->offset))))
		return false;

	n = page_rows(page, rows);
	entries = rt_arena_array(call->arena, n, sizeof(*entries));
	for (size_t i = 0; i < n; i++)
		entries[i] = entry_of_row(rows, (int)i);

	*history = (struct api_gift_history_entry_array){entries, n};
	return true;
}

/* --- getPerson --- */

static const char select_person[] =
    "SELECT " PERSON_COLUMNS " FROM persons WHERE id = $1";

static const char select_occasions[] =
    "SELECT o.id, o.name, o.type, o.date"
    "  FROM occasion_persons p"
    "  JOIN occasions o ON o.id = p.occasion_id"
    " WHERE p.person_id = $1"
    " ORDER BY o.date, o.id"
    " LIMIT 100";

static const char select_lists[] =
    "SELECT id, name, type FROM gift_lists WHERE person_id = $1"
    " ORDER BY id LIMIT 100";

static const char *const occasion_texts[] = {
    [API_PERSON_OCCASION_TYPE_BIRTHDAY] = "birthday",
    [API_PERSON_OCCASION_TYPE_HOLIDAY] = "holiday",
    [API_PERSON_OCCASION_TYPE_RECURRING] = "recurring",
    [API_PERSON_OCCASION_TYPE_OTHER] = "other",
};
static const struct rt_enum occasion_types = RT_ENUM(occasion_texts);

static const char *const list_texts[] = {
    [API_PERSON_GIFT_LIST_TYPE_WISHLIST] = "wishlist",
    [API_PERSON_GIFT_LIST_TYPE_IDEAS] = "ideas",
    [API_PERSON_GIFT_LIST_TYPE_ASSIGNED] = "assigned",
};
static const struct rt_enum list_types = RT_ENUM(list_texts);

static bool
load_occasions(struct rt_call *call, int64_t person,
    struct api_person_occasion_array *out)
{
	struct api_person_occasion *v;
	struct rt_rows rows;

	if (!db_done(call,
		rt_db_run(call, &rows, select_occasions,
		    rt_value_int(call, person))))
		return false;

	v = rt_arena_array(call->arena, (size_t)rows.n, sizeof(*v));
	for (int i = 0; i < rows.n; i++)
		v[i] = (struct api_person_occasion){
		    .id = rt_row_int(&rows, i, 0),
		    .name = rt_row_str(&rows, i, 1),
		    .type = (enum api_person_occasion_type)enum_of_text(
			rt_row_str(&rows, i, 2), &occasion_types),
		    .date = rt_row_date(&rows, i, 3),
		};

	*out = (struct api_person_occasion_array){v, (size_t)rows.n};
	return true;
}

static bool
load_lists(struct rt_call *call, int64_t person,
    struct api_person_gift_list_array *out)
{
	struct api_person_gift_list *v;
	struct rt_rows rows;

	if (!db_done(call,
		rt_db_run(call, &rows, select_lists,
		    rt_value_int(call, person))))
		return false;

	v = rt_arena_array(call->arena, (size_t)rows.n, sizeof(*v));
	for (int i = 0; i < rows.n; i++)
		v[i] = (struct api_person_gift_list){
		    .id = rt_row_int(&rows, i, 0),
		    .name = rt_row_str(&rows, i, 1),
		    .type = (enum api_person_gift_list_type)enum_of_text(
			rt_row_str(&rows, i, 2), &list_types),
		};

	*out = (struct api_person_gift_list_array){v, (size_t)rows.n};
	return true;
}

static struct api_person_detail
detail_of(const struct api_person *person)
{
	return (struct api_person_detail){
	    .id = person->id,
	    .name = person->name,
	    .has_relationship = person->has_relationship,
	    .relationship = person->relationship,
	    .has_birthdate = person->has_birthdate,
	    .birthdate = person->birthdate,
	    .has_notes = person->has_notes,
	    .notes = person->notes,
	    .interests = person->interests,
	    .sizes = person->sizes,
	    .has_photo_url = person->has_photo_url,
	    .photo_url = person->photo_url,
	    .created_at = person->created_at,
	    .updated_at = person->updated_at,
	};
}

bool
handle_get_person(struct rt_call *call, const struct api_get_person_in *in,
    struct api_get_person_out *out)
{
	static const struct page newest = {.number = 1, .size = 20};
	struct api_person_detail detail;
	struct api_person person;
	struct rt_rows rows;

	if (!db_done(call,
		rt_db_run(call, &rows, select_person,
		    rt_value_int(call, in->person_id))))
		return false;
	if (rows.n == 0)
		return api_get_person_404(out, not_found(call, in->person_id));

	person = person_of_row(call, &rows, 0);
	detail = detail_of(&person);
	if (!load_history(call, person.id, &newest, &rows, &detail.history) ||
	    !load_occasions(call, person.id, &detail.relationships.occasions) ||
	    !load_lists(call, person.id, &detail.relationships.lists))
		return false;

	return api_get_person_200(out, &detail);
}

/* --- updatePerson --- */

static const char update_person[] =
    "UPDATE persons SET"
    "   name = coalesce(btrim($2), name),"
    "   relationship = CASE WHEN $3 THEN $4 ELSE relationship END,"
    "   birthdate = CASE WHEN $5 THEN $6 ELSE birthdate END,"
    "   notes = CASE WHEN $7 THEN $8 ELSE notes END,"
    "   interests = coalesce($9, interests),"
    "   sizes = coalesce($10, sizes),"
    "   photo_url = CASE WHEN $11 THEN $12 ELSE photo_url END,"
    "   updated_at = now()"
    " WHERE id = $1"
    " RETURNING " PERSON_COLUMNS;

bool
handle_update_person(struct rt_call *call,
    const struct api_update_person_in *in, struct api_update_person_out *out)
{
	const struct api_person_update *want = &in->body;
	struct api_person person;
	struct rt_rows rows;

	if (!db_done(call,
		rt_db_run(call, &rows, update_person,
		    rt_value_int(call, in->person_id),
		    rt_value_str(call, want->name),
		    rt_value_bool(
			want->has_relationship || want->null_relationship),
		    rt_value_str(call, want->relationship),
		    rt_value_bool(want->has_birthdate || want->null_birthdate),
		    RT_VALUE_IF(want->has_birthdate,
			rt_value_date(call, want->birthdate)),
		    rt_value_bool(want->has_notes || want->null_notes),
		    rt_value_str(call, want->notes),
		    RT_VALUE_IF(want->has_interests,
			rt_value_strs(call, want->interests)),
		    RT_VALUE_IF(want->has_sizes,
			rt_value_str_map(call, want->sizes)),
		    rt_value_bool(want->has_photo_url || want->null_photo_url),
		    rt_value_str(call, want->photo_url))))
		return false;
	if (rows.n == 0)
		return api_update_person_404(out,
		    not_found(call, in->person_id));

	person = person_of_row(call, &rows, 0);
	return api_update_person_200(out, &person);
}

/* --- deletePerson --- */

static const char delete_person[] = "DELETE FROM persons WHERE id = $1";

bool
handle_delete_person(struct rt_call *call,
    const struct api_delete_person_in *in, struct api_delete_person_out *out)
{
	struct rt_rows rows;
	enum rt_db_result result = rt_db_run(call, &rows, delete_person,
	    rt_value_int(call, in->person_id));

	if (result == RT_DB_FOREIGN)
		return api_delete_person_400(out,
		    rt_problem(call, &api_code_has_dependencies,
			"A gift list is made for this person"));
	if (!db_done(call, result))
		return false;
	if (rows.affected == 0)
		return api_delete_person_404(out,
		    not_found(call, in->person_id));

	return api_delete_person_204(out);
}

/* --- getPersonHistory --- */

/* No row where there is no such person. */
static const char count_history[] =
    "SELECT (SELECT count(*)"
    "          FROM gift_lists l"
    "          JOIN list_items i ON i.list_id = l.id"
    "         WHERE l.person_id = p.id)"
    "  FROM persons p"
    " WHERE p.id = $1";

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
	struct rt_rows counted;
	struct rt_rows rows;
	struct page page;

	if (!page_read(call, &query, &page, &why))
		return why.code == &api_code_invalid_cursor
		    ? api_get_person_history_400(out, why)
		    : api_get_person_history_422(out, why);

	if (!db_done(call,
		rt_db_run(call, &counted, count_history,
		    rt_value_int(call, in->person_id))))
		return false;
	if (counted.n == 0)
		return api_get_person_history_404(out,
		    not_found(call, in->person_id));
	if (!load_history(call, in->person_id, &page, &rows, &history.data))
		return false;

	history.pagination =
	    page_info(call, &page, rt_row_int(&counted, 0, 0), &rows);
	return api_get_person_history_200(out, history.pagination.total_count,
	    page_number(call, &page),
	    page_link(call,
		rt_printf(call, "/api/v1/persons/%" PRId64 "/history",
		    in->person_id),
		&history.pagination),
	    &history);
}
