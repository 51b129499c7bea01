/* The bytes of items. */
#include <strings.h>

#include "runtime/stream.h"

enum rt_framing
rt_stream_framing(const struct rt_media *m)
{
	static const char *const lines[] = {"application/jsonl",
	    "application/x-jsonl", "application/jsonlines",
	    "application/x-jsonlines", "application/ndjson",
	    "application/x-ndjson"};

	if (rt_media_covers("text/event-stream", m))
		return RT_FRAMING_EVENTS;
	if (rt_media_covers("application/json-seq", m) ||
	    rt_media_covers("application/geo+json-seq", m))
		return RT_FRAMING_SEQUENCE;
	for (size_t i = 0; i < RT_LEN(lines); i++) {
		if (rt_media_covers(lines[i], m))
			return RT_FRAMING_LINES;
	}
	return 0;
}

/* --- JSON texts --- */

/* Control characters, which in JSON are nothing but white space, would end the
 * item. */
static void
add_on_one_line(struct rt_buf *b, struct rt_str json)
{
	for (size_t i = 0; i < json.n; i++) {
		char c = json.p[i];

		rt_buf_byte(b, (unsigned char)c < 0x20 ? ' ' : c);
	}
}

/* --- Events --- */

/* One field for each line, which may end with CR, LF or both. */
static void
add_data(struct rt_buf *b, struct rt_str s)
{
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
			continue;
		rt_buf_cstr(b, "data: ");
		rt_buf_add(b, (struct rt_str){s.p + from, i - from});
		rt_buf_byte(b, '\n');
		if (i + 1 < s.n && s.p[i] == '\r' && s.p[i + 1] == '\n')
			i++;
		from = i + 1;
	}
}

static bool
is_one_line(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\0')
			return false;
	}
	return true;
}

/* The JSON of a value that is no string. */
static struct rt_str
json_text(struct rt_buf *b, const struct rt_node *v)
{
	struct rt_buf text = rt_buf(b->arena, b->cap);
	struct rt_writer w = rt_writer(&text);

	rt_write_node(&w, v);
	b->full |= text.full;
	return rt_buf_str(&text);
}

static struct rt_str
field_text(struct rt_buf *b, const struct rt_node *v)
{
	return v->type == RT_STRING ? rt_node_str(v) : json_text(b, v);
}

/* A field that has one line; absent and null ones are none. */
static bool
add_field(struct rt_buf *b, const char *name, const struct rt_node *v)
{
	struct rt_str text;

	if (v == NULL || v->type == RT_NULL)
		return true;
	text = field_text(b, v);
	if (!is_one_line(text))
		return false;
	rt_buf_printf(b, "%s: ", name);
	rt_buf_add(b, text);
	rt_buf_byte(b, '\n');
	return true;
}

static bool
frame_fields(struct rt_buf *b, const struct rt_node *v, const char **why)
{
	static const char *const names[] = {"event", "id", "retry"};
	const struct rt_node *data = rt_node_get(v, "data");

	for (size_t i = 0; i < RT_LEN(names); i++) {
		*why = "a field of the event other than its data has a line "
		       "break or a NUL";
		if (!add_field(b, names[i], rt_node_get(v, names[i])))
			return false;
	}
	if (data != NULL && data->type != RT_NULL)
		add_data(b, field_text(b, data));
	return true;
}

bool
rt_stream_frame(struct rt_buf *b, enum rt_framing framing, struct rt_str json,
    const struct rt_node *v, const char **why)
{
	switch (framing) {
	case RT_FRAMING_FIELDS:
		if (!frame_fields(b, v, why))
			return false;
		break;
	case RT_FRAMING_EVENTS:
		add_data(b, v->type == RT_STRING ? rt_node_str(v) : json);
		break;
	case RT_FRAMING_SEQUENCE:
		rt_buf_byte(b, 0x1e);
		/* fallthrough */
	case RT_FRAMING_LINES:
		add_on_one_line(b, json);
		break;
	}
	rt_buf_byte(b, '\n');
	*why = "it is too large";
	return !b->full;
}
