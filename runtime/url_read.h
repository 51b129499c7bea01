/* A URL as libcurl has read it; the runtime's own. */
#ifndef RT_URL_READ_H
#define RT_URL_READ_H

#include <curl/curl.h>

#include "runtime/breaker.h"
#include "runtime/str.h"

/* Its memory is libcurl's. */
struct rt_url {
	CURLU *parts;
	char *host; /* as it was written */
	char origin[RT_ORIGIN_MAX]; /* "https://example.org:443" */
};

/*
 * Read once, by who will use it: two readers might differ.  False for what is no
 * absolute URL of http or https, has a user or a fragment, or where there is no
 * memory; it is to be freed in both cases.
 */
bool rt_url_read(struct rt_url *, struct rt_str) RT_WARN_UNUSED;
void rt_url_free(struct rt_url *);

#endif /* RT_URL_READ_H */
