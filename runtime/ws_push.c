#include <stdlib.h>

#include "runtime/server.h"
#include "runtime/stream.h"
#include "runtime/ws_part.h"

/* What is shorter is not compressed: a packet takes it anyway. */
enum { DEFLATE_MIN = 256, DEFLATE_MAX = 1024 * 1024 };

struct rt_ws_frame {
	unsigned references;
	enum rt_ws_opcode opcode;
	/* The same message for windows of each size; NULL: not tried, or not
	 * worth it, which `tried` has a bit for. */
	struct rt_ws_frame *deflated[RT_WS_BITS_MAX + 1];
	unsigned tried;
	size_t head_n;
	size_t n; /* of all bytes */
	char bytes[];
};

/* --- Frames --- */

/* One with room for a payload of `n` bytes, which is at most what it gets. */
static struct rt_ws_frame *
new_frame(enum rt_ws_opcode opcode, size_t n)
{
	struct rt_ws_frame *f;

	if (n > SIZE_MAX / 2)
		return NULL;
	f = malloc(sizeof(*f) + RT_WS_SERVER_HEAD_MAX + n);
	if (f == NULL)
		return NULL;
	*f = (struct rt_ws_frame){.references = 1, .opcode = opcode};
	return f;
}

struct rt_ws_frame *
rt_ws_frame_new(enum rt_ws_opcode opcode, struct rt_str s)
{
	struct rt_ws_frame *f = new_frame(opcode, s.n);

	if (f == NULL)
		return NULL;
	f->head_n = rt_ws_head_write(f->bytes, opcode, false, s.n);
	if (s.n > 0)
		memcpy(f->bytes + f->head_n, s.p, s.n);
	f->n = f->head_n + s.n;
	return f;
}

struct rt_ws_frame *
rt_ws_frame(struct rt_str text)
{
	return rt_ws_frame_new(RT_WS_TEXT, text);
}

struct rt_ws_frame *
rt_ws_frame_hold(struct rt_ws_frame *f)
{
	f->references++;
	return f;
}

void
rt_ws_frame_free(struct rt_ws_frame *f)
{
	if (f == NULL || --f->references > 0)
		return;
	for (size_t i = 0; i < RT_LEN(f->deflated); i++)
		rt_ws_frame_free(f->deflated[i]);
	free(f);
}

struct rt_str
rt_ws_frame_bytes(const struct rt_ws_frame *f)
{
	return (struct rt_str){f->bytes, f->n};
}

/* --- Compressing --- */

/* The payload is written where the longest head would end, and moved. */
static struct rt_ws_frame *
deflate_frame(const struct rt_ws_frame *f, int level, unsigned bits)
{
	struct rt_str from = {f->bytes + f->head_n, f->n - f->head_n};
	struct rt_ws_frame *d = new_frame(f->opcode, from.n);
	char *payload;
	size_t n;

	if (d == NULL)
		return NULL;
	payload = d->bytes + RT_WS_SERVER_HEAD_MAX;
	n = rt_ws_deflate(from, payload, level, bits);
	if (n == 0) {
		free(d);
		return NULL;
	}
	d->head_n = rt_ws_head_write(d->bytes, f->opcode, true, n);
	memmove(d->bytes + d->head_n, payload, n);
	d->n = d->head_n + n;
	return d;
}

struct rt_ws_frame *
rt_ws_frame_for(struct rt_ws_frame *f, const struct rt_ws *ws)
{
	unsigned bits = ws->deflate.bits;
	size_t n = f->n - f->head_n;

	if (!ws->deflate.agreed || n < DEFLATE_MIN || n > DEFLATE_MAX)
		return f;
	if ((f->tried & 1u << bits) == 0)
		f->deflated[bits] =
		    deflate_frame(f, ws->call->server->gzip_level, bits);
	f->tried |= 1u << bits;
	return f->deflated[bits] == NULL ? f : f->deflated[bits];
}

/* --- Queues --- */

void
rt_ws_share(struct rt_ws *ws, struct rt_ws_frame *f)
{
	ws->bytes += f->n;
	ws->call->wire->share(ws->call, f);
}

/* It may be told no more than that it is too late: what it has not taken goes. */
static bool
cut_off(struct rt_ws *ws)
{
	ws->call->wire->drop(ws->call);
	rt_ws_send_close(ws, RT_WS_TRY_LATER, RT_LIT("too slow"));
	return false;
}

bool
rt_ws_push(struct rt_ws *ws, struct rt_ws_frame *frame)
{
	struct rt_call *call = ws->call;
	struct rt_ws_frame *f;
	size_t queued;

	if (ws->closing || call->cancelled)
		return false;
	if (frame == NULL) {
		rt_ws_send_close(ws, RT_WS_FAILED, RT_LIT("a message is lost"));
		return false;
	}
	f = rt_ws_frame_for(frame, ws);
	queued = call->wire->queued(call);
	if (queued > 0 && queued + f->n > call->server->ws_queue_max)
		return cut_off(ws);
	rt_ws_share(ws, f);
	return true;
}
