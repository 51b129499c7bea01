#include "runtime/represent.h"

#include <inttypes.h>

#include "runtime/accept.h"
#include "runtime/conditional.h"
#include "runtime/file.h"
#include "runtime/gzip.h"
#include "runtime/http_date.h"
#include "runtime/media.h"
#include "runtime/range.h"
#include "runtime/server.h"

/* --- Headers of the answer --- */

static struct rt_str
header_value(const struct rt_call *call, struct rt_str name)
{
	return rt_headers_get(&call->res.headers, name);
}

static bool
has_header(const struct rt_call *call, struct rt_str name)
{
	return header_value(call, name).p != NULL;
}

/* Of the ETag that there is. */
static void
change_etag(struct rt_call *call, struct rt_str value)
{
	struct rt_headers *h = &call->res.headers;

	for (size_t i = 0; i < h->n; i++) {
		if (rt_str_is_nocase(h->v[i].name, "ETag"))
			h->v[i].value = value;
	}
}

static void
remove_header(struct rt_call *call, const char *name)
{
	struct rt_headers *h = &call->res.headers;
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		if (!rt_str_is_nocase(h->v[i].name, name))
			h->v[n++] = h->v[i];
	}
	h->n = n;
}

/* Whether a list that a header holds has an element. */
static bool
header_has(const struct rt_call *call, struct rt_str name, const char *element)
{
	const struct rt_header *h = NULL;

	while ((h = rt_headers_next(&call->res.headers, name, h)) != NULL) {
		struct rt_str list = h->value;

		while (list.p != NULL) {
			if (rt_str_is_nocase(
				rt_str_trim(rt_str_cut(&list, ',')), element))
				return true;
		}
	}
	return false;
}

/* --- What the answer is --- */

static bool
is_read(const struct rt_call *call)
{
	return call->req.method == RT_GET || call->req.method == RT_HEAD;
}

static bool
is_json(const char *media)
{
	struct rt_media m;

	if (strcmp(media, "application/json") == 0)
		return true; /* the most frequent one, for less */
	return rt_media_parse(rt_str(media), &m) && rt_media_is_json(&m);
}

/* Parts of JSON are of no use to anybody. */
static bool
has_parts(const struct rt_call *call)
{
	const struct rt_response *res = &call->res;

	return is_read(call) && res->status == 200 && res->media != NULL &&
	    !is_json(res->media);
}

/* --- Validators (section 8.8) --- */

static bool
declares_etag(const struct rt_call *call)
{
	const struct rt_answer *a =
	    call->op == NULL ? NULL : rt_op_answer(call->op, call->res.status);
	const struct rt_answer_header *h = a == NULL ? NULL : a->headers;

	for (; h != NULL && h->name != NULL; h++) {
		if (rt_str_is_nocase(rt_str(h->name), "ETag"))
			return true;
	}
	return false;
}

static void
add_body_etag(struct rt_call *call)
{
	struct rt_str etag = rt_etag_of(call, rt_buf_str(&call->res.body));

	if (etag.p != NULL)
		rt_header(call, "ETag", etag);
}

/* A time that is still to come would be taken for a lie (section 8.8.2.1). */
static void
add_last_modified(struct rt_call *call, int64_t seconds)
{
	int64_t now = rt_time_now().us / 1000000;
	char text[RT_HTTP_DATE_TEXT];

	rt_http_date_text(text, seconds < now ? seconds : now);
	rt_header(call, "Last-Modified", rt_str(text));
}

static void
add_validators(struct rt_call *call)
{
	const struct rt_open_file *file = call->res.file;

	if (!is_read(call) || call->res.status != 200)
		return;
	if (file != NULL && !has_header(call, RT_LIT("ETag")))
		rt_header(call, "ETag", rt_str(file->etag));
	if (file != NULL && !has_header(call, RT_LIT("Last-Modified")))
		add_last_modified(call, file->modified);
	if (file == NULL && declares_etag(call) &&
	    !has_header(call, RT_LIT("ETag")))
		add_body_etag(call);
}

bool
rt_represent_adds(const struct rt_call *call, const char *name)
{
	if (!is_read(call) || call->res.status != 200)
		return false;
	return rt_str_is_nocase(rt_str(name), "ETag") ||
	    (call->res.file != NULL &&
		rt_str_is_nocase(rt_str(name), "Last-Modified"));
}

static struct rt_version
read_version(const struct rt_call *call)
{
	struct rt_str etag = header_value(call, RT_LIT("ETag"));
	struct rt_str date = header_value(call, RT_LIT("Last-Modified"));
	struct rt_version v = {.gzip = false};

	if (rt_etag_ok(etag))
		v.etag = etag;
	v.dated = date.p != NULL &&
	    rt_http_date_parse(date, rt_time_now().us / 1000000, &v.modified);
	return v;
}

/* --- Which coding --- */

/* Whether a browser sends the credential along, whichever page asks. */
static bool
is_ambient(const struct rt_scheme *s)
{
	return s->kind == RT_SCHEME_BASIC || s->kind == RT_SCHEME_HTTP ||
	    s->kind == RT_SCHEME_CERTIFICATE ||
	    (s->kind == RT_SCHEME_KEY && s->in == RT_IN_COOKIE);
}

/*
 * The length of what is compressed tells of what is in it.  A page of another
 * site could have its reader's browser ask again and again, with guesses at a
 * secret that is in the answer too (the attack BREACH).
 */
static bool
is_telling(const struct rt_call *call)
{
	const struct rt_principal *who = &call->who;
	struct rt_str site = rt_request_header(call, "Sec-Fetch-Site");

	if (rt_str_is(site, "same-origin") || rt_str_is(site, "none"))
		return false;
	for (; who != NULL && who->scheme != NULL; who = who->next) {
		if (is_ambient(who->scheme))
			return true;
	}
	return false;
}

static bool
could_be_coded(const struct rt_call *call)
{
	const struct rt_response *res = &call->res;

	return call->server->gzip_level > 0 &&
	    rt_response_length(res) > RT_GZIP_MIN && res->status >= 200 &&
	    res->status != 204 && res->status != 206 && res->status != 304 &&
	    rt_gzip_suits(res->media) &&
	    !has_header(call, RT_LIT("Content-Encoding")) &&
	    !header_has(call, RT_LIT("Cache-Control"), "no-transform");
}

/* Parts are of the bytes as they are. */
static bool
chooses_gzip(struct rt_call *call, bool part)
{
	if (!could_be_coded(call))
		return false;
	if (!header_has(call, RT_LIT("Vary"), "Accept-Encoding"))
		rt_header(call, "Vary", RT_LIT("Accept-Encoding"));
	return !part && !is_telling(call) &&
	    rt_gzip_is_welcome(rt_accept_list(call, RT_LIT("Accept-Encoding")));
}

static void
encode(struct rt_call *call, const struct rt_version *now)
{
	if (rt_gzip_body(call))
		rt_header(call, "Content-Encoding", RT_LIT("gzip"));
	else if (now->etag.p != NULL)
		change_etag(call, now->etag);
}

/* --- Conditions (section 13) --- */

/* What a cache needs to go on with what it has (section 15.4.5). */
static void
answer_not_modified(struct rt_call *call)
{
	struct rt_response *res = &call->res;

	res->status = 304;
	res->media = NULL;
	res->file = NULL;
	res->body = (struct rt_buf){.arena = call->arena};
	remove_header(call, "Content-Encoding");
	remove_header(call, "Content-Language");
	remove_header(call, "Accept-Ranges");
}

static void
refuse(struct rt_call *call, const struct rt_code *code, const char *detail)
{
	struct rt_problem p = {.code = code, .detail = rt_str(detail)};

	rt_reply_problem(call, code->status, &p);
}

/* Whether the answer stays what it is. */
static bool
meets_conditions(struct rt_call *call, const struct rt_version *now)
{
	if (!is_read(call) || call->res.status < 200 ||
	    call->res.status > 299 || (now->etag.p == NULL && !now->dated))
		return true;
	switch (rt_condition_judge(call, now)) {
	case RT_CONDITION_NOT_MODIFIED:
		answer_not_modified(call);
		return false;
	case RT_CONDITION_FAILED:
		refuse(call, &rt_code_precondition,
		    "What is at this path is not what the request expects.");
		return false;
	default:
		return true;
	}
}

/* --- Ranges (section 14) --- */

static void
answer_part(struct rt_call *call, const struct rt_range *range)
{
	struct rt_response *res = &call->res;
	uint64_t length = rt_response_length(res);

	rt_header(call, "Content-Range",
	    rt_printf(call, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
		range->first, range->first + range->n - 1, length));
	res->status = 206;
	if (res->file != NULL) {
		res->offset += range->first;
		res->length = range->n;
		return;
	}
	res->body.p += range->first;
	res->body.n = (size_t)range->n;
}

static void
take_part(struct rt_call *call, struct rt_str value)
{
	uint64_t length = rt_response_length(&call->res);
	struct rt_range range;

	switch (rt_range_parse(value, length, &range)) {
	case RT_RANGE_PART:
		answer_part(call, &range);
		break;
	case RT_RANGE_UNSATISFIABLE:
		refuse(call, &rt_code_range,
		    "The body has no bytes in these ranges.");
		rt_header(call, "Content-Range",
		    rt_printf(call, "bytes */%" PRIu64, length));
		break;
	case RT_RANGE_NONE:
		break;
	}
}

/* --- All of it --- */

/* The Range that counts; absent for none. */
static struct rt_str
asked_part(const struct rt_call *call)
{
	static const struct rt_str none = {NULL, 0};

	if (call->req.method != RT_GET ||
	    !header_has(call, RT_LIT("Accept-Ranges"), "bytes"))
		return none;
	return rt_request_header(call, "Range");
}

void
rt_represent(struct rt_call *call)
{
	struct rt_version now;
	struct rt_str part;

	add_validators(call);
	now = read_version(call);
	if (has_parts(call) && !has_header(call, RT_LIT("Accept-Ranges")))
		rt_header(call, "Accept-Ranges", RT_LIT("bytes"));
	part = asked_part(call);
	now.gzip = chooses_gzip(call, part.p != NULL);
	if (now.gzip && now.etag.p != NULL)
		change_etag(call, rt_etag_gzip(call, now.etag));
	if (!meets_conditions(call, &now))
		return;
	if (part.p != NULL && rt_condition_ranges(call, &now))
		take_part(call, part);
	if (now.gzip)
		encode(call, &now);
}
