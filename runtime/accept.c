#include "runtime/accept.h"

#include "runtime/content.h"

enum { LIST_MAX = 64 * 1024 /* bytes of a header's values */ };

struct rt_str
rt_accept_list(struct rt_call *call, const char *name)
{
	const struct rt_headers *h = &call->req.headers;
	struct rt_buf all = rt_buf(call->arena, LIST_MAX);

	for (size_t i = 0; i < h->n; i++) {
		if (!rt_str_is_nocase(h->v[i].name, name))
			continue;
		if (all.n > 0)
			rt_buf_byte(&all, ',');
		rt_buf_add(&all, h->v[i].value);
	}
	return all.n == 0 ? rt_request_header(call, name) : rt_buf_str(&all);
}

/* 0 to 1000.  Of a range nobody knows what will be sent. */
static unsigned
quality(struct rt_str accept, const char *media)
{
	struct rt_media m;

	if (!rt_media_parse(rt_str(media), &m))
		return 1;
	return rt_media_quality(accept, &m);
}

static const struct rt_content *
find_preferred(struct rt_str accept, const struct rt_content *c)
{
	const struct rt_content *found = NULL;
	unsigned best = 0;

	for (; c != NULL && c->media != NULL; c++) {
		unsigned q = quality(accept, c->media);

		if (q > best) {
			best = q;
			found = c;
		}
	}
	return found;
}

unsigned
rt_preferred_row(struct rt_call *call, const struct rt_content *contents)
{
	struct rt_str accept = rt_accept_list(call, "Accept");
	const struct rt_content *found = NULL;

	if (accept.p != NULL)
		found = find_preferred(accept, contents);
	return found == NULL ? 0 : (unsigned)(found - contents);
}

const char *
rt_preferred(struct rt_call *call, const struct rt_content *contents)
{
	return contents[rt_preferred_row(call, contents)].media;
}

static bool
is_success(int status)
{
	return status == 0 || status == 2 || (status >= 200 && status <= 299);
}

bool
rt_accept_admits(struct rt_call *call)
{
	struct rt_str accept = rt_accept_list(call, "Accept");
	const struct rt_op *op = call->op;
	bool offered = false;

	if (accept.p == NULL)
		return true;
	for (unsigned i = 0; i < op->n_answers; i++) {
		const struct rt_answer *a = &op->answers[i];

		if (!is_success(a->status) || a->contents == NULL)
			continue;
		offered = true;
		if (find_preferred(accept, a->contents) != NULL)
			return true;
	}
	return !offered;
}
