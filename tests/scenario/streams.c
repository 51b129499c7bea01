/*
 * The handlers of streams.yaml: streams of any length, files, a redirect, and
 * answers that have versions.  Their clients are in streams.js and answers.js.
 */
#include <inttypes.h>

#include "api/api.h"
#include "api/default_.h"

/* Of the only worker. */
static int64_t sent, left;

static void
note_end(void *arg)
{
	(void)arg;
	left++;
}

static bool
begin_ticks(struct rt_call *call, struct api_ticks_out *out, int64_t n)
{
	switch (api_ticks_200_preferred(call)) {
	case API_TICKS_200_EVENTS:
		return api_ticks_200_events_begin(call, out, n);
	case API_TICKS_200_JSONL:
		return api_ticks_200_jsonl_begin(call, out, n);
	default:
		return api_ticks_200_json_seq_begin(call, out, n);
	}
}

static bool
send_tick(struct rt_call *call, const struct api_ticks_out *out,
    const struct api_tick *tick)
{
	switch (out->answer) {
	case API_TICKS_200_EVENTS:
		return api_ticks_200_events_send(call, tick);
	case API_TICKS_200_JSONL:
		return api_ticks_200_jsonl_send(call, tick);
	default:
		return api_ticks_200_json_seq_send(call, tick);
	}
}

bool
handle_ticks(struct rt_call *call, const struct api_ticks_in *in,
    struct api_ticks_out *out)
{
	char *text = rt_arena_new(call->arena, (size_t)in->size + 1);
	struct api_tick tick = {
	    .has_text = in->size > 0,
	    .text = {text, (size_t)in->size},
	};

	memset(text, 'x', (size_t)in->size);
	rt_defer(call, note_end, NULL);
	if (!begin_ticks(call, out, in->n))
		return false;
	for (int64_t i = 1; i <= in->n; i++) {
		tick.n = i == in->bad ? -1 : i;
		(void)rt_arena_bytes(call->arena, (size_t)in->waste);
		if (!send_tick(call, out, &tick))
			return true;
		sent++;
		if (in->pause > 0 &&
		    !rt_stream_pause(call, (unsigned)in->pause))
			return true;
	}
	return true;
}

bool
handle_events(struct rt_call *call, struct api_events_out *out)
{
	struct api_events_n200_item all = {
	    .has_event = true,
	    .event = RT_LIT("greeting"),
	    .has_id = true,
	    .id = RT_LIT("7"),
	    .has_retry = true,
	    .retry = 500,
	    .data = RT_LIT("one\ntwo\r\nthree"),
	};
	struct api_events_n200_item bad = {
	    .has_event = true,
	    .event = RT_LIT("a\nid: 8"),
	    .data = RT_LIT("x"),
	};

	if (!api_events_200_begin(call, out) ||
	    !api_events_200_send(call, &all))
		return false;
	return api_events_200_send(call, &bad);
}

bool
handle_texts(struct rt_call *call, struct api_texts_out *out)
{
	if (!api_texts_200_begin(call, out))
		return false;
	return api_texts_200_send(call, RT_LIT("plain \"text\"")) &&
	    api_texts_200_send(call, RT_LIT("[DONE]"));
}

bool
handle_failing(struct rt_call *call, struct api_failing_out *out)
{
	(void)out;
	return rt_fail(call, "before the beginning");
}

bool
handle_file(struct rt_call *call, const struct api_file_in *in,
    struct api_file_out *out)
{
	struct rt_open_file *file;

	if (!rt_file_open(call, rt_setting_text("STREAM_FILES"), in->path,
		&file))
		return false;
	if (file == NULL)
		return api_file_404(out);
	return api_file_200_file(out, RT_LIT("attachment"), file);
}

bool
handle_moved(struct rt_call *call, const struct api_moved_in *in,
    struct api_moved_out *out)
{
	return api_moved_302(out, rt_printf(call, "/ticks?n=%" PRId64, in->n));
}

/* Of the only worker; each time it is written it has another version. */
static int64_t version = 1;

static struct rt_str
note_etag(struct rt_call *call)
{
	return rt_etag(call, rt_printf(call, "%" PRId64, version));
}

/* Digits, that no coding makes vanish. */
static struct rt_str
digits(struct rt_call *call, int64_t n)
{
	char *text = rt_arena_bytes(call->arena, (size_t)n);

	for (int64_t i = 0; i < n; i++)
		text[i] = (char)('0' + i % 10);
	return (struct rt_str){text, (size_t)n};
}

bool
handle_read_note(struct rt_call *call, const struct api_read_note_in *in,
    struct api_read_note_out *out)
{
	struct api_note note = {digits(call, in->n)};

	return api_read_note_200(out, note_etag(call), &note);
}

bool
handle_write_note(struct rt_call *call, const struct api_write_note_in *in,
    struct api_write_note_out *out)
{
	(void)in;
	if (!rt_precondition(call, note_etag(call), NULL))
		return api_write_note_412(out);
	version++;
	return api_write_note_204(out);
}

bool
handle_made(struct rt_call *call, const struct api_made_in *in,
    struct api_made_out *out)
{
	int64_t *v = rt_arena_array(call->arena, (size_t)in->n, sizeof(*v));
	struct rt_ints numbers = {v, (size_t)in->n};

	for (int64_t i = 0; i < in->n; i++)
		v[i] = i;
	return api_made_200(out, rt_str(NULL), numbers);
}

bool
handle_plain(struct rt_call *call, const struct api_plain_in *in,
    struct api_plain_out *out)
{
	return api_plain_200(out, digits(call, in->n));
}

bool
handle_state(struct rt_call *call, struct api_state_out *out)
{
	struct api_state_n200 state = {sent, left};

	(void)call;
	return api_state_200(out, &state);
}

static const struct rt_setting settings[] = {
    {.name = "STREAM_FILES",
	.type = RT_SETTING_TEXT,
	.help = "The directory of the files."},
    {.name = NULL},
};

const struct rt_server_def rt_server_def = {
    .api = &api,
    .settings = settings,
};
