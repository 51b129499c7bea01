/* Classes of characters that the grammar of HTTP/1.1 has; the runtime's own. */
#ifndef RT_HTTP_CHAR_H
#define RT_HTTP_CHAR_H

#include "runtime/str.h"

enum {
	RT_HTTP_TOKEN = 1, /* RFC 9110, section 5.6.2 */
	/* Of a request target: what is visible, but for '#'. */
	RT_HTTP_TARGET = 2,
	/* Of a reg-name but its percent-codes (RFC 3986, section 3.2.2). */
	RT_HTTP_HOST = 4,
};

/* The classes of each character. */
extern const unsigned char rt_http_classes[256];

static inline bool
rt_is_http(unsigned class, char c)
{
	return (rt_http_classes[(unsigned char)c] & class) != 0;
}

/* Where the run of characters of a class ends; some other one has to come. */
static inline const char *
rt_http_skip(const char *p, unsigned class)
{
	while (rt_is_http(class, p[0]) && rt_is_http(class, p[1]) &&
	    rt_is_http(class, p[2]) && rt_is_http(class, p[3]))
		p += 4;
	while (rt_is_http(class, *p))
		p++;
	return p;
}

#endif /* RT_HTTP_CHAR_H */
