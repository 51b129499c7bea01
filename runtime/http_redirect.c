#include "runtime/http_redirect.h"

#include "runtime/url.h"

static bool
is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	    status == 307 || status == 308;
}

static bool
may_follow(const struct rt_http_request *request)
{
	return request->body.p == NULL &&
	    (rt_str_is(request->method, "GET") ||
		rt_str_is(request->method, "HEAD"));
}

/* Any other may tell a secret, which another origin has no right to. */
static struct rt_headers
headers_for_anybody(struct rt_arena *arena, const struct rt_headers *all)
{
	struct rt_header *v = rt_arena_array(arena, all->n, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (rt_str_is_nocase(all->v[i].name, "Accept") ||
		    rt_str_is_nocase(all->v[i].name, "Accept-Language"))
			v[n++] = all->v[i];
	}
	return (struct rt_headers){v, n};
}

bool
rt_http_redirect(struct rt_arena *arena, struct rt_http_request *request,
    const struct rt_http_reply *reply)
{
	struct rt_str location = rt_http_header(reply, "Location"), url;

	if (!is_redirect(reply->status) || !may_follow(request) ||
	    location.p == NULL)
		return false;
	url = rt_url_resolve(arena, request->url, location);
	if (url.p == NULL)
		return false;
	if (!rt_url_same_origin(request->url, url))
		request->headers =
		    headers_for_anybody(arena, &request->headers);
	request->url = url;
	return true;
}
