#include "runtime/http_request.h"

#include <stdlib.h>

#include "runtime/media.h"

static bool
add_line(struct rt_http_copy *copy, const char *line)
{
	struct curl_slist *longer = curl_slist_append(copy->headers, line);

	if (longer != NULL)
		copy->headers = longer;
	return longer != NULL;
}

/* Those of the framing are the client's own. */
static bool
may_be_given(const struct rt_header *h)
{
	static const char *const own[] = {"Host", "Content-Length",
	    "Transfer-Encoding", "Connection", "Expect", "TE", "Upgrade"};

	for (size_t i = 0; i < RT_LEN(own); i++) {
		if (rt_str_is_nocase(h->name, own[i]))
			return false;
	}
	return rt_is_token(h->name) && rt_is_field_value(h->value);
}

/* As libcurl has it, "Name;" is one without a value. */
static bool
add_header(struct rt_http_copy *copy, const struct rt_header *h)
{
	size_t size = h->name.n + h->value.n + 3;
	char *line = malloc(size);
	bool ok;

	if (line == NULL)
		return false;
	memcpy(line, h->name.p, h->name.n);
	if (h->value.n == 0) {
		memcpy(line + h->name.n, ";", 2);
	} else {
		memcpy(line + h->name.n, ": ", 2);
		memcpy(line + h->name.n + 2, h->value.p, h->value.n);
		line[size - 1] = '\0';
	}
	ok = add_line(copy, line);
	free(line);
	return ok;
}

static bool
add_headers(struct rt_http_copy *copy, const struct rt_headers *h)
{
	bool typed = false, ok = true;

	for (size_t i = 0; i < h->n; i++) {
		ok = ok && add_header(copy, &h->v[i]);
		typed = typed || rt_str_is_nocase(h->v[i].name, "Content-Type");
	}
	/* libcurl would wait for a 100 and call a body a form. */
	return ok && add_line(copy, "Expect:") &&
	    (typed || add_line(copy, "Content-Type:"));
}

static bool
take_body(struct rt_http_copy *copy, struct rt_str body)
{
	if (body.p == NULL)
		return true;
	copy->body = malloc(body.n + 1);
	if (copy->body == NULL)
		return false;
	memcpy(copy->body, body.p, body.n);
	copy->body_n = body.n;
	return true;
}

static const char *
request_fault(const struct rt_http_request *r)
{
	if (!rt_is_token(r->method))
		return "the method is no token";
	for (size_t i = 0; i < r->headers.n; i++) {
		if (!may_be_given(&r->headers.v[i]))
			return "a header can't be sent";
	}
	return NULL;
}

static bool
take_request(struct rt_http_copy *copy, const struct rt_http_request *r)
{
	copy->method = strndup(r->method.p, r->method.n);
	return copy->method != NULL && add_headers(copy, &r->headers) &&
	    take_body(copy, r->body);
}

const char *
rt_http_copy_take(struct rt_http_copy *copy, const struct rt_http_request *r,
    enum rt_http_result *result)
{
	const char *fault = request_fault(r);

	*copy = (struct rt_http_copy){0};
	*result = RT_HTTP_BAD_REQUEST;
	if (fault != NULL)
		return fault;
	*result = RT_HTTP_BAD_URL;
	if (!rt_url_read(&copy->url, r->url))
		return "that is no absolute URL of http or https, without "
		       "user and fragment";
	*result = RT_HTTP_FAILED;
	return take_request(copy, r) ? NULL : "no memory";
}

void
rt_http_copy_free(struct rt_http_copy *copy)
{
	rt_url_free(&copy->url);
	curl_slist_free_all(copy->headers);
	free(copy->method);
	free(copy->body);
}

bool
rt_http_is_repeatable(const struct rt_http_request *r)
{
	static const char *const idempotent[] = {"GET", "HEAD", "OPTIONS",
	    "TRACE", "PUT", "DELETE", "QUERY"};

	for (size_t i = 0; i < RT_LEN(idempotent); i++) {
		if (rt_str_is(r->method, idempotent[i]))
			return true;
	}
	return r->repeatable;
}
