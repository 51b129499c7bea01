/* Times as headers have them (RFC 9110, section 5.6.7). */
#ifndef RT_HTTP_DATE_H
#define RT_HTTP_DATE_H

#include "runtime/str.h"

enum { RT_HTTP_DATE_TEXT = 30 /* with a NUL */ };

/* "Sun, 06 Nov 1994 08:49:37 GMT" of seconds since 1970 (UTC); an empty text
 * for a year that doesn't have four digits. */
void rt_http_date_text(char text[RT_HTTP_DATE_TEXT], int64_t seconds);

/*
 * Reads any of the three forms: that one, "Sunday, 06-Nov-94 08:49:37 GMT" and
 * "Sun Nov  6 08:49:37 1994".  A year of two digits is the one that is at most 50
 * years after `now`.  False for a text that is none.
 */
bool rt_http_date_parse(struct rt_str, int64_t now,
    int64_t *seconds) RT_WARN_UNUSED;

#endif /* RT_HTTP_DATE_H */
