#include "runtime/url.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/format.h"
#include "runtime/url_read.h"

enum { URL_MAX = 8000 };

/* What a URL is written in (RFC 3986, section 2), but for '#': there is no
 * sending a fragment. */
static bool
is_url_text(struct rt_str s)
{
	static const char marks[] = "-._~:/?[]@!$&'()*+,;=%";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') &&
		    (c == '\0' || strchr(marks, c) == NULL))
			return false;
	}
	return s.n <= URL_MAX;
}

/* libcurl takes "http:a" and "http:///a" for "http://a". */
static bool
has_host(struct rt_str s)
{
	const char *slashes = memmem(s.p, s.n, "://", 3);

	return slashes != NULL && s.p + s.n > slashes + 3 && slashes[3] != '/';
}

/* Hosts have no case (RFC 9110, section 4.2.3). */
static bool
take_origin(struct rt_url *url, const char *scheme)
{
	char *port = NULL;
	int n;

	if (curl_url_get(url->parts, CURLUPART_PORT, &port,
		CURLU_DEFAULT_PORT) != CURLUE_OK)
		return false;
	n = snprintf(url->origin, sizeof(url->origin), "%s://%s:%s", scheme,
	    url->host, port);
	curl_free(port);
	for (char *p = url->origin; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return n > 0 && (size_t)n < sizeof(url->origin);
}

bool
rt_url_read(struct rt_url *url, struct rt_str text)
{
	char *copy, *scheme = NULL;
	bool ok;

	*url = (struct rt_url){0};
	if (text.p == NULL || !is_url_text(text) || !has_host(text))
		return false;
	url->parts = curl_url();
	copy = strndup(text.p, text.n);
	ok = url->parts != NULL && copy != NULL &&
	    curl_url_set(url->parts, CURLUPART_URL, copy,
		CURLU_DISALLOW_USER) == CURLUE_OK &&
	    curl_url_get(url->parts, CURLUPART_SCHEME, &scheme, 0) ==
		CURLUE_OK &&
	    curl_url_get(url->parts, CURLUPART_HOST, &url->host, 0) ==
		CURLUE_OK &&
	    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
	    take_origin(url, scheme);
	curl_free(scheme);
	free(copy);
	return ok;
}

void
rt_url_free(struct rt_url *url)
{
	curl_url_cleanup(url->parts);
	curl_free(url->host);
}

/* --- References --- */

/* "https:shop" and "https:///shop" are odd ways to write what browsers and libcurl
 * read each in its own way. */
static bool
is_odd(struct rt_str reference)
{
	struct rt_str rest = reference, scheme = rt_str_cut(&rest, ':');

	return rest.p != NULL &&
	    (rt_str_is_nocase(scheme, "http") ||
		rt_str_is_nocase(scheme, "https")) &&
	    (!rt_str_starts(rest, "//") || rt_str_starts(rest, "///"));
}

/* Nothing before a fragment means what was read itself, which libcurl does not
 * know. */
static bool
follow(CURLU *at, struct rt_arena *arena, struct rt_str reference)
{
	const unsigned lenient = CURLU_DISALLOW_USER | CURLU_URLENCODE;
	struct rt_str text = rt_arena_copy(arena, reference);

	return text.n == 0 ||
	    curl_url_set(at, CURLUPART_URL, text.p, lenient) == CURLUE_OK;
}

/* A copy of what is a good URL by all readers; else absent. */
static struct rt_str
take_good(struct rt_arena *arena, const char *text)
{
	struct rt_str good = {NULL, 0};
	struct rt_url url;

	if (rt_url_read(&url, rt_str(text)) &&
	    rt_format_ok(RT_FORMAT_URI, rt_str(text)))
		good = rt_arena_copy(arena, rt_str(text));
	rt_url_free(&url);
	return good;
}

struct rt_str
rt_url_resolve(struct rt_arena *arena, struct rt_str base,
    struct rt_str reference)
{
	struct rt_str rest = rt_str_trim(reference), result = {NULL, 0};
	struct rt_str to = rt_str_cut(&rest, '#');
	char *text = NULL;
	struct rt_url url;

	if (to.n > URL_MAX || rt_str_has(to, '\0') || is_odd(to))
		return result;
	if (rt_url_read(&url, base) && follow(url.parts, arena, to) &&
	    curl_url_get(url.parts, CURLUPART_URL, &text, 0) == CURLUE_OK)
		result = take_good(arena, text);
	curl_free(text);
	rt_url_free(&url);
	return result;
}

struct rt_str
rt_url_host(struct rt_arena *arena, struct rt_str text)
{
	struct rt_str host = {NULL, 0};
	struct rt_url url;

	if (rt_url_read(&url, text)) {
		for (char *p = url.host; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
		host = rt_arena_copy(arena, rt_str(url.host));
	}
	rt_url_free(&url);
	return host;
}

bool
rt_url_same_origin(struct rt_str a, struct rt_str b)
{
	struct rt_url first, second;
	bool read = rt_url_read(&first, a), same;

	same = rt_url_read(&second, b) && read &&
	    strcmp(first.origin, second.origin) == 0;
	rt_url_free(&first);
	rt_url_free(&second);
	return same;
}
