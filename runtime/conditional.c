#include "runtime/conditional.h"

#include <openssl/evp.h>

#include "runtime/accept.h"
#include "runtime/http_date.h"

static const char suffix[] = "-gzip";

/* --- Entity tags --- */

static bool
is_etag_char(char c)
{
	return (unsigned char)c >= 0x21 && c != '"' && c != 0x7f;
}

/* The next tag of *rest, which moves behind it; false where none stands. */
static bool
scan_etag(struct rt_str *rest, struct rt_str *tag)
{
	size_t n = rt_str_starts(*rest, "W/") ? 2 : 0;

	if (n == rest->n || rest->p[n++] != '"')
		return false;
	while (n < rest->n && is_etag_char(rest->p[n]))
		n++;
	if (n == rest->n || rest->p[n++] != '"')
		return false;
	*tag = (struct rt_str){rest->p, n};
	rest->p += n;
	rest->n -= n;
	return true;
}

bool
rt_etag_ok(struct rt_str s)
{
	struct rt_str tag;

	return s.p != NULL && scan_etag(&s, &tag) && s.n == 0;
}

struct rt_str
rt_etag(struct rt_call *call, struct rt_str text)
{
	struct rt_str tag = rt_printf(call, "\"%.*s\"", RT_FMT(text));

	return rt_etag_ok(tag) ? tag : (struct rt_str){NULL, 0};
}

/* Half of SHA-256 tells as many bodies apart as there will ever be. */
struct rt_str
rt_etag_of(struct rt_call *call, struct rt_str body)
{
	unsigned char hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(body.p, body.n, hash, NULL, EVP_sha256(), NULL) != 1)
		return (struct rt_str){NULL, 0};
	return rt_etag(call,
	    rt_hex(call->arena, (struct rt_str){(const char *)hash, 16}));
}

static bool
is_weak(struct rt_str tag)
{
	return rt_str_starts(tag, "W/");
}

struct rt_str
rt_etag_gzip(struct rt_call *call, struct rt_str etag)
{
	if (is_weak(etag))
		return etag;
	return rt_printf(call, "%.*s%s\"", (int)etag.n - 1, etag.p, suffix);
}

/* Without W/ and the quote at the end. */
static struct rt_str
opaque(struct rt_str tag)
{
	size_t weak = is_weak(tag) ? 2 : 0;

	return (struct rt_str){tag.p + weak, tag.n - weak - 1};
}

/* Whether it is rt_etag_gzip() of `etag`. */
static bool
is_of_gzip(struct rt_str tag, struct rt_str etag)
{
	size_t n = sizeof(suffix) - 1;

	if (is_weak(etag) || !rt_str_ends(opaque(tag), suffix))
		return false;
	tag = opaque(tag);
	tag.n -= n;
	return rt_str_eq(tag, opaque(etag));
}

/* --- Lists of them --- */

/* How a tag that the client has is held against the one of now. */
typedef bool match_fn(struct rt_str tag, const struct rt_version *now);

/* Section 8.8.3.2.  What is coded is in the same state. */
static bool
is_same_state(struct rt_str tag, const struct rt_version *now)
{
	if (is_weak(tag) || is_weak(now->etag))
		return false;
	return rt_str_eq(tag, now->etag) || is_of_gzip(tag, now->etag);
}

/* Of what would be answered, one that is coded has another tag. */
static bool
is_weakly_same(struct rt_str tag, const struct rt_version *now)
{
	if (now->gzip && !is_weak(now->etag))
		return is_of_gzip(tag, now->etag);
	return rt_str_eq(opaque(tag), opaque(now->etag));
}

static bool
is_weakly_same_state(struct rt_str tag, const struct rt_version *now)
{
	return rt_str_eq(opaque(tag), opaque(now->etag)) ||
	    is_of_gzip(tag, now->etag);
}

/* Behind what is no tag nothing is found. */
static bool
any_matches(struct rt_str list, const struct rt_version *now, match_fn *match)
{
	struct rt_str tag;

	for (;;) {
		list = rt_str_trim(list);
		if (rt_str_starts(list, ",")) {
			list.p++;
			list.n--;
			continue;
		}
		if (!scan_etag(&list, &tag))
			return false;
		if (match(tag, now))
			return true;
		list = rt_str_trim(list);
		if (list.n > 0 && list.p[0] != ',')
			return false;
	}
}

static bool
list_has(struct rt_str list, const struct rt_version *now, match_fn *match)
{
	if (rt_str_is(rt_str_trim(list), "*"))
		return now != NULL;
	return now != NULL && now->etag.p != NULL &&
	    any_matches(list, now, match);
}

/* --- Times --- */

/* False where the header is absent or no time, or the resource has none. */
static bool
has_time(const struct rt_call *call, const char *name,
    const struct rt_version *now, int64_t *seconds)
{
	struct rt_str text = rt_request_header(call, name);

	return now != NULL && now->dated && text.p != NULL &&
	    rt_http_date_parse(text, rt_time_now().us / 1000000, seconds);
}

static bool
is_safe(const struct rt_call *call)
{
	return call->req.method == RT_GET || call->req.method == RT_HEAD;
}

/* Steps 1 and 2 of section 13.2.2. */
static bool
is_expected_state(struct rt_call *call, const struct rt_version *now)
{
	struct rt_str list = rt_accept_list(call, RT_LIT("If-Match"));
	int64_t at;

	if (list.p != NULL)
		return list_has(list, now, is_same_state);
	return !has_time(call, "If-Unmodified-Since", now, &at) ||
	    now->modified <= at;
}

enum rt_condition
rt_condition_judge(struct rt_call *call, const struct rt_version *now)
{
	bool safe = is_safe(call);
	struct rt_str list;
	int64_t at;

	if (!is_expected_state(call, now))
		return RT_CONDITION_FAILED;
	list = rt_accept_list(call, RT_LIT("If-None-Match"));
	if (list.p != NULL) {
		if (!list_has(list, now,
			safe ? is_weakly_same : is_weakly_same_state))
			return RT_CONDITION_MET;
		return safe ? RT_CONDITION_NOT_MODIFIED : RT_CONDITION_FAILED;
	}
	if (safe && has_time(call, "If-Modified-Since", now, &at) &&
	    now->modified <= at)
		return RT_CONDITION_NOT_MODIFIED;
	return RT_CONDITION_MET;
}

bool
rt_condition_ranges(struct rt_call *call, const struct rt_version *now)
{
	struct rt_str text = rt_request_header(call, "If-Range"), rest = text;
	struct rt_str tag;
	int64_t at;

	if (text.p == NULL)
		return true;
	if (scan_etag(&rest, &tag))
		return rest.n == 0 && now->etag.p != NULL && !is_weak(tag) &&
		    rt_str_eq(tag, now->etag);
	return has_time(call, "If-Range", now, &at) && at == now->modified;
}

bool
rt_is_conditional(const struct rt_call *call)
{
	return rt_request_header(call, "If-Match").p != NULL ||
	    rt_request_header(call, "If-None-Match").p != NULL ||
	    rt_request_header(call, "If-Unmodified-Since").p != NULL;
}

bool
rt_precondition(struct rt_call *call, struct rt_str etag,
    const struct rt_time *modified)
{
	struct rt_version now = {.dated = modified != NULL};

	if (etag.p == NULL && modified == NULL)
		return rt_condition_judge(call, NULL) == RT_CONDITION_MET;
	if (rt_etag_ok(etag))
		now.etag = etag;
	if (modified != NULL)
		now.modified = modified->us / 1000000;
	return rt_condition_judge(call, &now) == RT_CONDITION_MET;
}
