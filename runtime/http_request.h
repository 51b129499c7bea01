/* A request of the server's own as libcurl takes it; the runtime's own. */
#ifndef RT_HTTP_REQUEST_H
#define RT_HTTP_REQUEST_H

#include "runtime/http_client.h"
#include "runtime/url_read.h"

/* Its memory is of malloc, for libcurl takes no other. */
struct rt_http_copy {
	struct rt_url url;
	char *method;
	char *body; /* NULL: none */
	size_t body_n;
	struct curl_slist *headers;
};

/* NULL, or a sentence that says why it can't be sent, with *result; the copy is
 * to be freed in both cases. */
const char *rt_http_copy_take(struct rt_http_copy *,
    const struct rt_http_request *, enum rt_http_result *result) RT_WARN_UNUSED;
void rt_http_copy_free(struct rt_http_copy *);

/* Whether it may arrive twice: by its method (RFC 9110, section 9.2.2), or for the
 * caller says so. */
bool rt_http_is_repeatable(const struct rt_http_request *);

#endif /* RT_HTTP_REQUEST_H */
