#include "runtime/accept.h"

#include "runtime/content.h"

enum { LIST_MAX = 64 * 1024 /* bytes of a header's values */ };

struct rt_str
rt_accept_list(struct rt_call *call, struct rt_str name)
{
	const struct rt_header *h = rt_request_next(call, name, NULL);
	struct rt_buf list;

	if (h == NULL)
		return (struct rt_str){NULL, 0};
	if (rt_request_next(call, name, h) == NULL)
		return h->value;
	list = rt_buf(call->arena, LIST_MAX);
	for (; h != NULL; h = rt_request_next(call, name, h)) {
		if (list.n > 0)
			rt_buf_byte(&list, ',');
		rt_buf_add(&list, h->value);
	}
	return rt_buf_str(&list);
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
	struct rt_str accept = rt_accept_list(call, RT_LIT("Accept"));
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
	struct rt_str accept = rt_accept_list(call, RT_LIT("Accept"));
	const struct rt_op *op = call->op;
	bool offered = false;

	if (accept.p == NULL || rt_str_is(accept, "*/*"))
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
