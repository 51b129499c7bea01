/* Lists by page and by cursor. */
#include <inttypes.h>
#include <string.h>

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
page_rows(struct page *page, size_t n)
{
	page->has_more = n > (size_t)page->size;
	return page->has_more ? (size_t)page->size : n;
}

struct api_pagination
page_info(struct rt_call *call, const struct page *page)
{
	struct api_pagination info = {
	    .has_page = page->number != 0,
	    .page = page->number,
	    .page_size = page->size,
	    .has_total_count = true,
	    .total_count = page->total,
	    .has_total_pages = true,
	    .total_pages = (page->total + page->size - 1) / page->size,
	    .has_more = page->has_more,
	    .has_next_cursor = page->has_more,
	};

	if (page->has_more)
		info.next_cursor = rt_base64url(call->arena,
		    rt_printf(call, "%" PRId64, page->last));

	return info;
}

struct rt_str
page_number(struct rt_call *call, const struct page *page)
{
	if (page->number == 0)
		return rt_str(NULL);

	return rt_printf(call, "%" PRId64, page->number);
}

/* Whether a parameter, as it stands in a query, says which page is meant. */
static bool
is_of_page(struct rt_str pair)
{
	return rt_str_starts(pair, "page=") ||
	    rt_str_starts(pair, "page_size=") || rt_str_starts(pair, "cursor=");
}

/* What a target may have and a URI may not. */
static void
add_parameter(struct rt_buf *b, struct rt_str pair)
{
	rt_buf_byte(b, '&');
	for (size_t i = 0; i < pair.n; i++) {
		if (strchr("\"<>\\^`{|}", pair.p[i]) != NULL)
			rt_buf_printf(b, "%%%02X", (unsigned)pair.p[i]);
		else
			rt_buf_byte(b, pair.p[i]);
	}
}

struct rt_str
page_link(struct rt_call *call, const struct api_pagination *info)
{
	struct rt_buf b = rt_buf(call->arena, SIZE_MAX);
	struct rt_str rest = call->req.query;

	if (!info->has_more)
		return rt_str(NULL);

	rt_buf_printf(&b, "<%.*s?page_size=%" PRId64 "&cursor=%.*s",
	    RT_FMT(call->req.path), info->page_size, RT_FMT(info->next_cursor));
	while (rest.p != NULL) {
		struct rt_str pair = rt_str_cut(&rest, '&');

		if (pair.n > 0 && !is_of_page(pair))
			add_parameter(&b, pair);
	}
	rt_buf_cstr(&b, ">; rel=\"next\"");
	return rt_buf_str(&b);
}
