/* Lists by page and by cursor. */
#include <inttypes.h>

#include "handlers/service.h"

/* A cursor is the last id of the page before, in base64url: to be handed
 * back, not to be understood. */
static bool
parse_cursor(struct rt_call *call, struct rt_str cursor, int64_t *id)
{
	struct rt_str text;

	return rt_base64url_parse(call->arena, cursor, &text) &&
	    id_parse(text, id);
}

bool
page_read(struct rt_call *call, const struct page_query *query,
    struct page *page, struct rt_problem *problem)
{
	*page = (struct page){.size = query->page_size};

	if (query->cursor.p == NULL) {
		page->number = query->page == 0 ? 1 : query->page;
		page->offset = (page->number - 1) * page->size;
		return true;
	}

	if (query->page != 0) {
		*problem = rt_problem(call, &api_code_validation_error,
		    "page and cursor exclude each other");
		return false;
	}

	if (!parse_cursor(call, query->cursor, &page->cursor)) {
		*problem = rt_problem(call, &api_code_invalid_cursor,
		    "The cursor is none that this list gave out");
		return false;
	}

	return true;
}

size_t
page_rows(const struct page *page, size_t n)
{
	return n > (size_t)page->size ? (size_t)page->size : n;
}

struct api_pagination
page_info(struct rt_call *call, const struct page *page,
    struct page_found found)
{
	bool has_more = found.n > (size_t)page->size;
	struct api_pagination info = {
	    .has_page = page->number != 0,
	    .page = page->number,
	    .page_size = page->size,
	    .has_total_count = true,
	    .total_count = found.total,
	    .has_total_pages = true,
	    .total_pages = (found.total + page->size - 1) / page->size,
	    .has_more = has_more,
	    .has_next_cursor = has_more,
	};

	if (has_more)
		info.next_cursor = rt_base64url(call->arena,
		    rt_printf(call, "%" PRId64, found.last));

	return info;
}

struct rt_str
page_number(struct rt_call *call, const struct page *page)
{
	if (page->number == 0)
		return rt_str(NULL);

	return rt_printf(call, "%" PRId64, page->number);
}

struct rt_str
page_link(struct rt_call *call, struct rt_str path,
    const struct api_pagination *info)
{
	if (!info->has_more)
		return rt_str(NULL);

	return rt_printf(call,
	    "<%.*s?page_size=%" PRId64 "&cursor=%.*s>; rel=\"next\"",
	    RT_FMT(path), info->page_size, RT_FMT(info->next_cursor));
}
