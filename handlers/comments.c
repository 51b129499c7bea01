/* What people say of things. */
#include "api/comments.h"

#include "handlers/activity.h"
#include "handlers/realtime.h"
#include "sql/comments.h"

static const struct rt_code *
not_found_code(enum api_comment_parent_type type)
{
	switch (type) {
	case API_COMMENT_PARENT_TYPE_LIST:
		return &api_code_list_not_found;
	case API_COMMENT_PARENT_TYPE_LIST_ITEM:
		return &api_code_list_item_not_found;
	case API_COMMENT_PARENT_TYPE_OCCASION:
		return &api_code_occasion_not_found;
	case API_COMMENT_PARENT_TYPE_PERSON:
		return &api_code_person_not_found;
	case API_COMMENT_PARENT_TYPE_GIFT:
		return &api_code_gift_not_found;
	}
	return &api_code_not_found;
}

/* Whether there is such a thing, as far as the caller may see it. */
static bool
find_parent(struct rt_call *call, enum api_comment_parent_type type, int64_t id,
    struct sql_find_comment_parent_row *parent, struct rt_problem *why)
{
	const struct sql_find_comment_parent_args args = {
	    .type = api_comment_parent_type_text(type),
	    .id = id,
	    .viewer = call->who.id,
	    .admin = is_admin(call),
	};

	return query_found(call, sql_find_comment_parent(call, &args, parent),
	    no_such(call, not_found_code(type), id), why);
}

/* --- listComments --- */

static bool
load_comments(struct rt_call *call, const struct api_list_comments_in *in,
    struct page *page, struct api_comment_page *list)
{
	const struct sql_list_comments_args args = {
	    .parent_type = api_comment_parent_type_text(in->parent_type),
	    .parent_id = in->parent_id,
	    .after = page->cursor,
	    .size = page->size,
	    .skip = page->offset,
	};

	if (!query_done(call,
		sql_count_comments(call, args.parent_type, args.parent_id,
		    &page->total)) ||
	    !query_done(call, sql_list_comments(call, &args, &list->data)))
		return false;

	PAGE_END(call, page, list, id);
	return true;
}

bool
handle_list_comments(struct rt_call *call,
    const struct api_list_comments_in *in, struct api_list_comments_out *out)
{
	struct sql_find_comment_parent_row parent;
	struct api_comment_page list;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !find_parent(call, in->parent_type, in->parent_id, &parent, &why) ||
	    !load_comments(call, in, &page, &list))
		return api_list_comments_problem(out, why);

	return api_list_comments_200(out, by_its_bytes, page.total,
	    page_number(call, &page), page_link(call, &list.pagination), &list);
}

/* --- createComment --- */

static enum rt_sql
insert(struct rt_call *call, const struct api_comment_create *want,
    struct api_comment *comment)
{
	const struct sql_insert_comment_args args = {
	    .parent_type = api_comment_parent_type_text(want->parent_type),
	    .parent_id = want->parent_id,
	    .content = want->content,
	    .viewer = call->who.id,
	};

	return sql_insert_comment(call, &args, comment);
}

/* What becomes known of it, to those who see the list that it belongs to. */
static bool
tell_comment(struct rt_call *call, const struct api_comment *comment,
    int64_t list)
{
	return activity_add(call,
		   &(struct happening){
		       .event = API_ACTIVITY_EVENT_COMMENT_ADDED,
		       .entity = API_ACTIVITY_ENTITY_COMMENT,
		       .id = comment->id,
		       .title = comment->content,
		       .list = list,
		   }) &&
	    realtime_comment(call, comment, list);
}

bool
handle_create_comment(struct rt_call *call,
    const struct api_create_comment_in *in, struct api_create_comment_out *out)
{
	const struct api_comment_create *want = &in->body;
	struct sql_find_comment_parent_row parent;
	struct rt_problem why = {0};
	struct api_comment comment;

	if (!find_parent(call, want->parent_type, want->parent_id, &parent,
		&why) ||
	    !query_done(call, insert(call, want, &comment)) ||
	    !tell_comment(call, &comment, parent.list_id))
		return api_create_comment_problem(out, why);

	return api_create_comment_201(out, &comment);
}
