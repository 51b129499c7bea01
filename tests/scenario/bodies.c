/*
 * A server of a few operations that take bodies of any kind and tell what they
 * got.  Its tables are what the compiler would write; its clients are in
 * bodies.js.
 */
#include "runtime/rt.h"

enum { UPLOAD_MAX = 128 * 1024 * 1024, SMALL_MAX = 100 };

static const struct rt_content json[] = {{"application/json", NULL},
    {.media = NULL}};
static const struct rt_answer answers[] = {{.status = 200, .contents = json}};

static void
write_file(struct rt_call *call, struct rt_writer *w,
    const struct rt_file *file)
{
	rt_write_key(w, "bytes");
	rt_write_int(w, (int64_t)file->bytes.n);
	rt_write_key(w, "sha256");
	rt_write_str(w, rt_sha256_hex(call->arena, file->bytes));
	rt_write_key(w, "on_disk");
	rt_write_bool(w, call->req.in_file);
	if (file->name.p != NULL) {
		rt_write_key(w, "name");
		rt_write_str(w, file->name);
	}
	if (file->media.p != NULL) {
		rt_write_key(w, "media");
		rt_write_str(w, file->media);
	}
}

static void
reply_file(struct rt_call *call, const struct rt_file *file)
{
	struct rt_writer *w = rt_reply_json(call, 200, json[0].media);

	rt_write_open_object(w);
	write_file(call, w, file);
	rt_write_close_object(w);
}

/* Tells what the body is. */
static void
tell_bytes(struct rt_call *call)
{
	const struct rt_node *v = rt_body(call);
	struct rt_file file = {.bytes = RT_LIT("")};

	if (v != NULL)
		file = rt_read_file(v);
	if (rt_valid(call))
		reply_file(call, &file);
	else
		rt_reply_invalid(call);
}

static void
tell_value(struct rt_call *call)
{
	static const struct rt_node nothing = {.type = RT_NULL, .span = 1};
	const struct rt_node *v = rt_body(call);

	if (rt_valid(call))
		rt_write_node(rt_reply_json(call, 200, json[0].media),
		    v == NULL ? &nothing : v);
	else
		rt_reply_invalid(call);
}

/* Tells what the file is, and saves it where the client says. */
static void
save_file(struct rt_call *call)
{
	static const struct rt_param to = {
	    .in = RT_IN_QUERY,
	    .name = "to",
	    .types = RT_STRING,
	};
	const struct rt_node *path = rt_param(call, &to), *v = rt_body(call);
	struct rt_file file;

	if (!rt_valid(call) || v == NULL) {
		rt_reply_invalid(call);
		return;
	}
	file = rt_read_file(rt_node_get(v, "file"));
	if (path != NULL &&
	    !rt_file_save(call, &file,
		rt_printf(call, "%.*s", RT_FMT(rt_read_str(path))).p))
		rt_reply_failed(call);
	else
		reply_file(call, &file);
}

static const struct rt_field fields[] = {
    {.param = {.in = RT_IN_BODY, .name = "title", .types = RT_STRING}},
    {
	.param = {.in = RT_IN_BODY,
	    .name = "file",
	    .types = RT_STRING,
	    .required = true},
	.file = true,
    },
    {.param = {.name = NULL}},
};
static const struct rt_body bytes[] = {{"*/*", RT_BODY_BYTES, NULL, 0},
    {.media = NULL}};
static const struct rt_body forms[] = {
    {"multipart/form-data", RT_BODY_MULTIPART, fields, 0}, {.media = NULL}};
static const struct rt_body values[] = {
    {"application/json", RT_BODY_JSON, NULL, 0},
    {"application/x-www-form-urlencoded", RT_BODY_FORM, NULL, 0},
    {.media = NULL},
};

#define OP(name_, method_, path_, ...) \
	static const struct rt_op name_ = {.id = #name_, \
	    .method = (method_), \
	    .path = (path_), \
	    .where = "bodies.c", \
	    .invalid_status = 422, \
	    .answers = answers, \
	    .n_answers = RT_LEN(answers), \
	    __VA_ARGS__}

OP(upload, RT_PUT, "/upload", .bodies = bytes, .body_max = UPLOAD_MAX,
    .run = tell_bytes);
OP(small, RT_POST, "/small", .bodies = bytes, .body_max = SMALL_MAX,
    .run = tell_bytes);
OP(usual, RT_POST, "/usual", .bodies = bytes, .run = tell_bytes);
OP(form, RT_POST, "/form", .bodies = forms, .body_max = UPLOAD_MAX,
    .run = save_file);
OP(search, RT_GET, "/search", .bodies = values, .body_max = UPLOAD_MAX,
    .run = tell_value);
OP(delete_some, RT_DELETE, "/search", .bodies = values, .body_required = true,
    .run = tell_value);
OP(plain, RT_GET, "/plain", .run = tell_value);

static const struct rt_op *const ops[] = {&upload, &small, &usual, &form,
    &search, &delete_some, &plain};
static const struct rt_api api = {
    .title = "Bodies",
    .version = "1",
    .ops = ops,
    .n_ops = RT_LEN(ops),
};

const struct rt_server_def rt_server_def = {.api = &api};
