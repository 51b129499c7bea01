/* The headers of a call: those of its request, and those that its answer
 * gets. */
#include "runtime/call.h"
#include "runtime/media.h"

/* --- Of the request --- */

void
rt_request_add_header(struct rt_call *call, struct rt_str name,
    struct rt_str value)
{
	call->req.marks = 0;
	rt_headers_add(&call->req.headers, call->arena,
	    (struct rt_header){
		.name = rt_arena_copy(call->arena, name),
		.value = rt_arena_copy(call->arena, rt_str_trim(value)),
	    });
}

void
rt_request_mark(struct rt_call *call)
{
	call->req.marks = rt_headers_marks(&call->req.headers);
}

struct rt_str
rt_request_header(const struct rt_call *call, const char *name)
{
	return rt_request_get(call, rt_str(name));
}

size_t
rt_request_count(const struct rt_call *call, struct rt_str name)
{
	const struct rt_header *at = NULL;
	size_t n = 0;

	while ((at = rt_request_next(call, name, at)) != NULL)
		n++;
	return n;
}

/* Without the quotes around it (RFC 6265, section 4.1.1). */
static struct rt_str
cookie_value(struct rt_str s)
{
	if (s.p == NULL)
		return RT_LIT("");
	s = rt_str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return (struct rt_str){s.p + 1, s.n - 2};
	return s;
}

struct rt_str
rt_request_cookie(const struct rt_call *call, const char *name)
{
	const struct rt_header *h = NULL;

	while ((h = rt_request_next(call, RT_LIT("Cookie"), h)) != NULL) {
		struct rt_str rest = h->value;

		while (rest.p != NULL) {
			struct rt_str pair = rt_str_cut(&rest, ';');
			struct rt_str key = rt_str_cut(&pair, '=');

			if (rt_str_is(rt_str_trim(key), name))
				return cookie_value(pair);
		}
	}
	return (struct rt_str){NULL, 0};
}

/* --- Of the answer --- */

bool
rt_header_is_framing(struct rt_str name)
{
	switch (name.n) {
	case 4:
		return rt_str_is_nocase(name, "Date");
	case 10:
		return rt_str_is_nocase(name, "Connection") ||
		    rt_str_is_nocase(name, "Keep-Alive");
	case 14:
		return rt_str_is_nocase(name, "Content-Length");
	case 17:
		return rt_str_is_nocase(name, "Transfer-Encoding");
	default:
		return false;
	}
}

void
rt_header(struct rt_call *call, const char *name, struct rt_str value)
{
	struct rt_str s = rt_str(name);

	if (rt_header_is_framing(s)) {
		rt_fail(call, "the header %s is for the server to send", name);
		call->unsendable = true;
		return;
	}
	if (!rt_is_token(s) || !rt_is_field_value(value)) {
		rt_fail(call, "the header %s has a value that can't be sent",
		    name);
		call->unsendable = true;
		return;
	}
	rt_headers_add(&call->res.headers, call->arena,
	    (struct rt_header){
		.name = s,
		.value = rt_arena_copy(call->arena, value),
	    });
}

void
rt_header_int(struct rt_call *call, const char *name, int64_t value)
{
	rt_header(call, name, rt_printf(call, "%jd", (intmax_t)value));
}
