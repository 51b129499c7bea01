/* A WebSocket's bytes: what is heard must not depend on where they are cut. */
#include <stdio.h>
#include <stdlib.h>

#include "runtime/ws.h"
#include "runtime/ws_read.h"

enum { MESSAGE_MAX = 1000 };

#define require(what) \
	do { \
		if (!(what)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
			    __LINE__, #what); \
			abort(); \
		} \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* All that is heard, one behind the other. */
struct heard {
	char *p;
	size_t n;
	size_t size;
};

static void
note(struct heard *h, char kind, struct rt_str s)
{
	size_t need = h->n + 1 + sizeof(s.n) + s.n;

	if (need > h->size) {
		h->size = need * 2;
		h->p = realloc(h->p, h->size);
		require(h->p != NULL);
	}
	h->p[h->n++] = kind;
	memcpy(h->p + h->n, &s.n, sizeof(s.n));
	h->n += sizeof(s.n);
	if (s.n > 0)
		memcpy(h->p + h->n, s.p, s.n);
	h->n += s.n;
}

static void
note_message(struct heard *h, struct rt_ws_reader *r)
{
	struct rt_ws_message m;

	rt_ws_reader_take(r, &m);
	require(m.data.n <= MESSAGE_MAX);
	require(m.binary || rt_str_is_utf8(m.data));
	note(h, m.binary ? 'B' : 'T', m.data);
	free((char *)(uintptr_t)m.data.p);
}

static void
note_close(struct heard *h, struct rt_str payload)
{
	unsigned fault = 0, code = rt_ws_close_read(payload, &fault);

	require(code == 0 ? fault != 0 : code >= 1000 && code < 5000);
	note(h, 'C', payload);
}

/* False where nothing can be heard any more. */
static bool
hear(struct heard *h, struct rt_ws_reader *r, enum rt_ws_read what)
{
	struct rt_str control = {r->control, r->control_n};
	unsigned char fault;

	switch (what) {
	case RT_WS_READ_MESSAGE:
		note_message(h, r);
		return true;
	case RT_WS_READ_CLOSE:
		note_close(h, control);
		return true;
	case RT_WS_READ_PING:
	case RT_WS_READ_PONG:
		note(h, what == RT_WS_READ_PING ? 'I' : 'O', control);
		return true;
	case RT_WS_READ_FAULT:
		require(r->fault >= 1002 && r->fault <= 1011);
		fault = (unsigned char)(r->fault - 1000);
		note(h, 'F', (struct rt_str){(char *)&fault, 1});
		return false;
	case RT_WS_READ_MORE:
		return true;
	}
	return false;
}

/* A linear congruential generator: mostly short pieces. */
static size_t
some(uint64_t *state)
{
	unsigned bits;

	if (*state == 0)
		return SIZE_MAX;
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	bits = (unsigned)(*state >> 33);
	return 1 + (bits >> 3) % ((bits & 7) == 0 ? 256 : 7);
}

/* By pieces of any length, or with 0 all in one. */
static struct heard
hear_all(struct rt_str all, uint64_t state)
{
	struct rt_ws_reader r = {.max = MESSAGE_MAX, .inflates = true};
	struct heard h = {NULL, 0, 0};
	bool on = true;

	while (on && all.n > 0) {
		size_t n = some(&state), used;
		struct rt_str piece = {all.p, n < all.n ? n : all.n};
		enum rt_ws_read what = rt_ws_read(&r, piece, &used);

		require(used <= piece.n);
		require(what != RT_WS_READ_MORE || used == piece.n);
		require(what == RT_WS_READ_MORE || used > 0);
		require(r.n <= r.size);
		on = hear(&h, &r, what);
		all.p += used;
		all.n -= used;
	}
	rt_ws_reader_drop(&r);
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_str all = {(const char *)data, n};
	struct heard whole = hear_all(all, 0);
	struct heard cut = hear_all(all, rt_str_hash(all) | 1);

	require(whole.n == cut.n);
	require(whole.n == 0 || memcmp(whole.p, cut.p, whole.n) == 0);
	free(whole.p);
	free(cut.p);
	return 0;
}
