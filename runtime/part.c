#include "runtime/part.h"

#include "runtime/header.h"
#include "runtime/media.h"
#include "runtime/param.h"
#include "runtime/server.h"

/* --- What a part says about itself --- */

static bool
is_json(const struct rt_part *part)
{
	struct rt_media m;

	return part->media.p != NULL && rt_media_parse(part->media, &m) &&
	    rt_media_is_json(&m);
}

static bool
is_declared(const char *const *list, const struct rt_media *m)
{
	for (; *list != NULL; list++) {
		if (rt_media_covers(*list, m))
			return true;
	}
	return false;
}

/* A part without a Content-Type is taken for what it should be. */
static bool
check_media(struct rt_call *call, const struct rt_field *field,
    const struct rt_part *part)
{
	struct rt_media m;

	if (part->media.p == NULL)
		return true;
	if (!rt_media_parse(part->media, &m))
		return !rt_param_fault(call, "contentType",
		    "has a malformed Content-Type");
	if (field->media != NULL && !is_declared(field->media, &m)) {
		rt_fault(&call->check, rt_param_place(call), "contentType",
		    "is of the media type %.*s/%.*s, which is not declared",
		    RT_FMT(m.type), RT_FMT(m.subtype));
		return false;
	}
	return field->file || m.charset.p == NULL ||
	    rt_str_is_nocase(m.charset, "utf-8") ||
	    !rt_param_fault(call, "encoding", "must be UTF-8");
}

/* Nothing is decoded (RFC 7578, section 4.7). */
static bool
check_coding(struct rt_call *call, const struct rt_field *field,
    const struct rt_part *part)
{
	static const char *const same[] = {"binary", "8bit", "7bit"};
	struct rt_str coding =
	    rt_part_header(part, "Content-Transfer-Encoding");

	if (coding.p == NULL)
		return true;
	for (unsigned i = 0; i < RT_LEN(same); i++) {
		if (rt_str_is_nocase(coding, same[i]))
			return true;
	}
	/* The schema of a text knows that it is in base64. */
	if (!field->file && rt_str_is_nocase(coding, "base64"))
		return true;
	return !rt_param_fault(call, "encoding",
	    "must not have a Content-Transfer-Encoding");
}

static bool
check_header(struct rt_call *call, const struct rt_part *part,
    const struct rt_answer_header *h)
{
	struct rt_str value = rt_part_header(part, h->name);
	struct rt_check c = {
	    .arena = call->arena,
	    .patterns = call->server->patterns,
	    .in = RT_IN_HEADER,
	    .name = h->name,
	};
	const char *why;

	if (value.p == NULL) {
		if (h->required)
			rt_fault(&call->check, rt_param_place(call), "headers",
			    "must have the header %s", h->name);
		return !h->required;
	}
	if (!rt_param_is_clean(call, value))
		return false;
	if (h->check == NULL)
		return true;
	c.root = rt_header_node(call->arena, h, value, &why);
	if (c.root != NULL)
		h->check(&c, c.root);
	if (c.root != NULL && c.n == 0)
		return true;
	rt_fault(&call->check, rt_param_place(call), "headers",
	    "has a header %s that %.*s", h->name,
	    RT_FMT(c.root == NULL ? rt_str(why) : c.faults[0].message));
	return false;
}

static bool
check_part(struct rt_call *call, const struct rt_field *field,
    const struct rt_part *part)
{
	const struct rt_answer_header *h = field->headers;
	bool ok = check_media(call, field, part) &&
	    check_coding(call, field, part) &&
	    (part->file_name.p == NULL ||
		rt_param_is_clean(call, part->file_name));

	for (; h != NULL && h->name != NULL; h++)
		ok = check_header(call, part, h) && ok;
	return ok;
}

bool
rt_part_check(struct rt_call *call, const struct rt_field *field,
    struct rt_part_list parts)
{
	bool ok = true;

	for (size_t i = 0; i < parts.n; i++)
		ok = check_part(call, field, parts.v[i]) && ok;
	return ok;
}

/* --- Values --- */

static bool
add_file(struct rt_tape *t, const struct rt_part *part)
{
	rt_tape_add(t, RT_STRING, part->bytes)->span = RT_FILE_SPAN;
	rt_tape_add_text(t, part->file_name);
	rt_tape_add_text(t, part->media);
	return true;
}

static bool
add_json(struct rt_call *call, struct rt_tape *t, const struct rt_part *part)
{
	const struct rt_node *v = rt_param_json(call, part->bytes);

	if (v != NULL)
		rt_tape_copy(t, v);
	return v != NULL;
}

static bool
add_text(struct rt_call *call, struct rt_tape *t, struct rt_str text)
{
	if (!rt_param_is_clean(call, text))
		return false;
	rt_tape_add_text(t, text);
	return true;
}

bool
rt_part_add(struct rt_call *call, struct rt_tape *t, const struct rt_part *part)
{
	static const struct rt_field any = {.param = {.name = ""}};
	static const struct rt_field file = {.param = {.name = ""},
	    .file = true};
	bool is_file = part->file_name.p != NULL;

	if (!check_part(call, is_file ? &file : &any, part))
		return false;
	if (is_file)
		return add_file(t, part);
	return is_json(part) ? add_json(call, t, part)
			     : add_text(call, t, part->bytes);
}

/* --- Fields --- */

bool
rt_part_is_own_value(const struct rt_field *field, struct rt_part_list parts)
{
	const struct rt_param *p = &field->param;

	return field->file || p->style == RT_STYLE_JSON ||
	    (p->style == 0 && (p->types & (RT_ARRAY | RT_OBJECT)) != 0 &&
		is_json(parts.v[0]));
}

static bool
add_one(struct rt_call *call, struct rt_tape *t, const struct rt_field *field,
    const struct rt_part *part)
{
	return field->file ? add_file(t, part) : add_json(call, t, part);
}

static bool
add_array(struct rt_call *call, struct rt_tape *t, const struct rt_field *field,
    struct rt_part_list parts)
{
	uint32_t at = rt_tape_open(t, RT_ARRAY);

	for (size_t i = 0; i < parts.n; i++) {
		if (!add_one(call, t, field, parts.v[i]))
			return false;
	}
	rt_tape_close(t, at, (uint32_t)parts.n);
	return true;
}

static bool
add_plain(struct rt_call *call, struct rt_tape *t, const struct rt_param *p,
    struct rt_str text)
{
	if (!rt_param_is_clean(call, text))
		return false;
	rt_text_set(rt_tape_add(t, RT_STRING, text), text, p->types);
	return true;
}

/* Whether the value of an array's only part is an item: some clients send an
 * array whole. */
static bool
is_item(const struct rt_param *p, const struct rt_node *v)
{
	if (v->type == RT_ARRAY)
		return (p->item_types & RT_ARRAY) != 0;
	return (p->types & v->type) == 0;
}

bool
rt_part_add_field(struct rt_call *call, struct rt_tape *t,
    const struct rt_field *field, struct rt_part_list parts)
{
	const struct rt_param *p = &field->param;
	bool array = (p->types & RT_ARRAY) != 0;
	const struct rt_node *v;

	if (parts.n > 1 && !array)
		return !rt_param_fault(call, "style",
		    "is given more than once");
	if (parts.n > 1 ||
	    (array && field->file && (p->types & RT_STRING) == 0))
		return add_array(call, t, field, parts);
	if (field->file)
		return add_file(t, parts.v[0]);
	if (!is_json(parts.v[0]) && rt_param_is_text(p, parts.v[0]->bytes))
		return add_plain(call, t, p, parts.v[0]->bytes);
	v = rt_param_json(call, parts.v[0]->bytes);
	if (v == NULL)
		return false;
	if (array && is_item(p, v))
		return add_array(call, t, field, parts);
	rt_tape_copy(t, v);
	return true;
}
