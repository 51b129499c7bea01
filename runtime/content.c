#include "runtime/content.h"

const struct rt_body *
rt_content_body(const struct rt_op *op, const struct rt_media *m)
{
	const struct rt_body *found = NULL, *b = op->bodies;
	unsigned best = 0;

	for (; b != NULL && b->media != NULL; b++) {
		unsigned close = rt_media_closeness(b->media, m);

		if (close > best) {
			best = close;
			found = b;
		}
	}
	return found;
}

const struct rt_content *
rt_content_find(const struct rt_content *c, const struct rt_media *m)
{
	const struct rt_content *found = NULL;
	unsigned best = 0;

	for (; c != NULL && c->media != NULL; c++) {
		unsigned close = rt_media_closeness(c->media, m);

		if (close > best) {
			best = close;
			found = c;
		}
	}
	return found;
}
