#include "handlers/shop.h"

#include "runtime/media.h"

enum {
	TIMEOUT_MS = 5000,
	REDIRECTS_MAX = 3,
	PAGE_MAX = 2 * 1024 * 1024, /* bytes */
	/* Several times what the largest page needs. */
	ARENA_MAX = 128 * 1024 * 1024,
};

/* --- Reading --- */

/* What a thread works on: all its memory is of an arena of its own. */
struct reading {
	struct rt_arena *arena;
	struct product_page page;
	struct product product;
	_Atomic bool end_soon;
};

static void
read_page(void *arg)
{
	struct reading *r = arg;

	product_read(r->arena, &r->page, &r->end_soon, &r->product);
}

static void
end_soon(void *arg)
{
	struct reading *r = arg;

	r->end_soon = true;
}

static void
drop(void *arg)
{
	const struct reading *r = arg;

	rt_arena_close(r->arena);
}

static struct reading *
reading_of(const struct rt_http_reply *reply)
{
	struct rt_arena *arena = rt_arena_open(ARENA_MAX, NULL, NULL);
	struct reading *r = rt_arena_new(arena, sizeof(*r));
	struct rt_media media = {0};

	if (rt_media_parse(rt_http_header(reply, "Content-Type"), &media) &&
	    media.charset.p != NULL)
		r->page.charset = rt_arena_copy(arena, media.charset);
	r->arena = arena;
	r->page.url = rt_arena_copy(arena, reply->url);
	r->page.html = rt_arena_copy(arena, reply->body);
	return r;
}

static bool
read_product(struct rt_call *call, const struct rt_http_reply *reply,
    struct product *product)
{
	static const struct rt_task task = {
	    .run = read_page,
	    .cancel = end_soon,
	    .drop = drop,
	};
	struct reading *r = reading_of(reply);

	product_begin();
	if (!rt_work_hand(call, &task, r))
		return false;

	rt_defer(call, drop, r);
	*product = r->product;
	return true;
}

/* --- Asking --- */

static struct rt_str
without_fragment(struct rt_str url)
{
	return rt_str_cut(&url, '#');
}

static enum rt_http_result
fetch(struct rt_call *call, struct rt_str url, struct rt_http_reply *reply)
{
	struct rt_header accept = {RT_LIT("Accept"), RT_LIT("text/html")};
	const struct rt_http_request request = {
	    .method = RT_LIT("GET"),
	    .url = without_fragment(url),
	    .headers = {&accept, 1},
	    .redirects = REDIRECTS_MAX,
	    .gzip = true,
	    .timeout_ms = TIMEOUT_MS,
	    .answer_max = PAGE_MAX,
	};

	return rt_http_send(call, &request, reply);
}

static enum api_parse_error
fault_of_answer(const struct rt_http_reply *reply)
{
	struct rt_media media;

	if (reply->status >= 300 && reply->status < 400)
		return API_PARSE_ERROR_REDIRECT;
	if (reply->status != 200)
		return API_PARSE_ERROR_STATUS;
	if (!rt_media_parse(rt_http_header(reply, "Content-Type"), &media) ||
	    !rt_media_covers("text/html", &media))
		return API_PARSE_ERROR_MEDIA_TYPE;
	return 0;
}

static enum api_parse_error
fault_of(enum rt_http_result result, const struct rt_http_reply *reply)
{
	switch (result) {
	case RT_HTTP_OK:
		return fault_of_answer(reply);
	case RT_HTTP_BAD_REQUEST:
	case RT_HTTP_BAD_URL:
	case RT_HTTP_REFUSED:
		return API_PARSE_ERROR_REFUSED;
	case RT_HTTP_TIMEOUT:
		return API_PARSE_ERROR_TIMEOUT;
	case RT_HTTP_TOO_LARGE:
		return API_PARSE_ERROR_TOO_LARGE;
	default:
		return API_PARSE_ERROR_UNREACHABLE;
	}
}

/* Where the page has no name: its host, and where nobody can tell that, all of
 * the URL. */
static struct rt_str
name_for(struct rt_call *call, struct rt_str url)
{
	struct rt_str host = rt_url_host(call->arena, without_fragment(url));

	return product_text(call->arena, host.p != NULL ? host : url,
	    PRODUCT_NAME_MAX);
}

bool
shop_ask(struct rt_call *call, struct rt_str url, struct shop_page *page)
{
	struct rt_http_reply reply;
	enum rt_http_result result = fetch(call, url, &reply);

	*page = (struct shop_page){.error = fault_of(result, &reply)};
	if (result == RT_HTTP_FAILED)
		return false;
	if (page->error == 0 && !read_product(call, &reply, &page->product))
		return false;

	page->status = API_PARSE_STATUS_PARSED;
	if (page->error == 0 && page->product.name.p != NULL)
		return true;

	page->status = API_PARSE_STATUS_FAILED;
	if (page->error == 0)
		page->error = API_PARSE_ERROR_NO_PRODUCT;
	page->product = (struct product){.name = name_for(call, url)};
	return true;
}
