/* What could be given. */
#include "api/gifts.h"

#include <inttypes.h>

#include "handlers/activity.h"
#include "handlers/shop.h"
#include "sql/gifts.h"

static struct rt_problem
no_gift(struct rt_call *call, int64_t id)
{
	return no_such(call, &api_code_gift_not_found, id);
}

/* What becomes known of a change. */
static bool
tell_gift(struct rt_call *call, enum api_activity_event event,
    const struct api_gift *gift)
{
	return activity_add(call,
	    &(struct happening){
		.event = event,
		.entity = API_ACTIVITY_ENTITY_GIFT,
		.id = gift->id,
		.title = gift->name,
	    });
}

/* --- listGifts --- */

static bool
count_gifts(struct rt_call *call, const struct api_list_gifts_in *in,
    struct page *page)
{
	const struct sql_count_gifts_args args = {
	    .q = in->q,
	    .tag = in->tag,
	    .source = in->source,
	    .has_min_price = in->has_min_price,
	    .min_price = in->min_price,
	    .has_max_price = in->has_max_price,
	    .max_price = in->max_price,
	};

	return query_done(call, sql_count_gifts(call, &args, &page->total));
}

static bool
load_gifts(struct rt_call *call, const struct api_list_gifts_in *in,
    struct page *page, struct api_gift_list *list)
{
	const struct sql_list_gifts_args args = {
	    .after = page->cursor,
	    .q = in->q,
	    .tag = in->tag,
	    .source = in->source,
	    .has_min_price = in->has_min_price,
	    .min_price = in->min_price,
	    .has_max_price = in->has_max_price,
	    .max_price = in->max_price,
	    .size = page->size,
	    .skip = page->offset,
	};

	if (!count_gifts(call, in, page) ||
	    !query_done(call, sql_list_gifts(call, &args, &list->data)))
		return false;

	PAGE_END(call, page, list, id);
	return true;
}

bool
handle_list_gifts(struct rt_call *call, const struct api_list_gifts_in *in,
    struct api_list_gifts_out *out)
{
	struct api_gift_list list;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !load_gifts(call, in, &page, &list))
		return api_list_gifts_problem(out, why);

	return api_list_gifts_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &list.pagination), &list);
}

/* --- searchGifts --- */

/* Of a row in the list, which a cursor is made of: sql/queries/gifts.sql. */
static int64_t
place_of(const struct api_found_gift *gift)
{
	return (1000 - gift->relevance) * INT64_C(100000000000000) + gift->id;
}

static bool
find_gifts(struct rt_call *call, struct rt_str q, struct page *page,
    struct api_found_gift_list *list)
{
	const struct sql_search_gifts_args args = {
	    .q = q,
	    .after = page->cursor,
	    .size = page->size,
	    .skip = page->offset,
	};
	struct api_found_gift_array *data = &list->data;

	if (!query_done(call, sql_count_found_gifts(call, q, &page->total)) ||
	    !query_done(call, sql_search_gifts(call, &args, data)))
		return false;

	data->n = page_rows(page, data->n);
	if (data->n > 0)
		page->last = place_of(&data->v[data->n - 1]);
	list->pagination = page_info(call, page);
	return true;
}

bool
handle_search_gifts(struct rt_call *call, const struct api_search_gifts_in *in,
    struct api_search_gifts_out *out)
{
	struct api_found_gift_list list;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !find_gifts(call, in->q, &page, &list))
		return api_search_gifts_problem(out, why);

	return api_search_gifts_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &list.pagination), &list);
}

/* --- createGift --- */

static struct rt_str
price_text(struct rt_call *call, bool has, double price)
{
	return has ? rt_printf(call, "%.2f", price) : rt_str(NULL);
}

/* What the request says, be it null, before what the page does. */
static struct rt_str
said(bool has, bool null, struct rt_str by_request, struct rt_str by_page)
{
	return has || null ? by_request : by_page;
}

static enum rt_sql
insert(struct rt_call *call, const struct api_gift_create *want,
    const struct shop_page *page, struct api_gift *gift)
{
	const struct product *p = &page->product;
	struct sql_insert_gift_args args = {
	    .name = said(want->has_name, false, want->name, p->name),
	    .url = want->url,
	    .price = said(want->has_price, want->null_price,
		price_text(call, want->has_price, want->price), p->price),
	    .currency = said(want->has_currency, want->null_currency,
		want->currency, p->currency),
	    .image_url = said(want->has_image_url, want->null_image_url,
		want->image_url, p->image_url),
	    .source = said(want->has_source, want->null_source, want->source,
		p->source),
	    .description = want->description,
	    .tags = want->tags,
	    .parse_status = api_parse_status_text(page->status),
	};

	if (page->status == API_PARSE_STATUS_FAILED)
		args.parse_error = api_parse_error_text(page->error);
	return sql_insert_gift(call, &args, gift);
}

/* A gift with what its page says of it. */
struct addition {
	const struct api_gift_create *want;
	struct shop_page page;
	struct api_gift gift;
};

static bool
add(struct rt_call *call, void *arg)
{
	struct addition *a = arg;

	return query_done(call, insert(call, a->want, &a->page, &a->gift)) &&
	    tell_gift(call, API_ACTIVITY_EVENT_ADDED, &a->gift);
}

/* A page takes long, so the transaction begins behind it. */
bool
handle_create_gift(struct rt_call *call, const struct api_create_gift_in *in,
    struct api_create_gift_out *out)
{
	struct addition a = {
	    .want = &in->body,
	    .page.status = API_PARSE_STATUS_NONE,
	};

	if (in->body.has_url && !shop_ask(call, in->body.url, &a.page))
		return false;
	if (rt_tx(call, RT_READ_COMMITTED, add, &a) != RT_TX_COMMITTED)
		return false;

	return api_create_gift_201(out,
	    rt_printf(call, "/api/v1/gifts/%" PRId64, a.gift.id), &a.gift);
}

/* --- getGift --- */

bool
handle_get_gift(struct rt_call *call, const struct api_get_gift_in *in,
    struct api_get_gift_out *out)
{
	struct api_gift gift;
	struct rt_problem why = {0};

	if (!query_found(call, sql_get_gift(call, in->gift_id, &gift),
		no_gift(call, in->gift_id), &why))
		return api_get_gift_problem(out, why);

	return api_get_gift_200(out, by_its_bytes, &gift);
}

/* The gift stays as the request expects it until the transaction ends. */
static bool
lock_gift(struct rt_call *call, int64_t id, struct api_gift *now,
    struct rt_problem *why)
{
	return query_found(call, sql_lock_gift(call, id, now),
		   no_gift(call, id), why) &&
	    is_expected(call, api_get_gift_200_etag(call, now), why);
}

/* --- updateGift --- */

static enum rt_sql
update(struct rt_call *call, int64_t id, const struct api_gift_update *want,
    struct api_gift *gift)
{
	const struct sql_update_gift_args args = {
	    .id = id,
	    .name = want->name,
	    .change_url = want->has_url || want->null_url,
	    .url = want->url,
	    .change_price = want->has_price || want->null_price,
	    .price = price_text(call, want->has_price, want->price),
	    .change_currency = want->has_currency || want->null_currency,
	    .currency = want->currency,
	    .change_image_url = want->has_image_url || want->null_image_url,
	    .image_url = want->image_url,
	    .change_source = want->has_source || want->null_source,
	    .source = want->source,
	    .change_description =
		want->has_description || want->null_description,
	    .description = want->description,
	    .has_tags = want->has_tags,
	    .tags = want->tags,
	};

	return sql_update_gift(call, &args, gift);
}

bool
handle_update_gift(struct rt_call *call, const struct api_update_gift_in *in,
    struct api_update_gift_out *out)
{
	struct api_gift gift;
	struct rt_problem why = {0};

	if (!lock_gift(call, in->gift_id, &gift, &why) ||
	    !query_done(call, update(call, in->gift_id, &in->body, &gift)) ||
	    !tell_gift(call, API_ACTIVITY_EVENT_UPDATED, &gift))
		return api_update_gift_problem(out, why);

	return api_update_gift_200(out, &gift);
}

/* --- deleteGift --- */

bool
handle_delete_gift(struct rt_call *call, const struct api_delete_gift_in *in,
    struct api_delete_gift_out *out)
{
	const struct rule rules[] = {
	    {SQL_LIST_ITEMS_GIFT_ID_FKEY,
		rt_problem(call, &api_code_has_dependencies,
		    "The gift stands on a list")},
	    {0},
	};
	struct api_gift gift;
	struct rt_problem why = {0};

	if (!lock_gift(call, in->gift_id, &gift, &why) ||
	    !query_kept(call, sql_delete_gift(call, in->gift_id), rules,
		&why) ||
	    !tell_gift(call, API_ACTIVITY_EVENT_DELETED, &gift))
		return api_delete_gift_problem(out, why);

	return api_delete_gift_204(out);
}
