/*
 * The values behind the string formats of JSON Schema, and their texts.
 * What asks about a format is in format_ok.c, which has its grammars there, in
 * format_host.c and format_uri.c; the rest is in format.c.
 */
#ifndef RT_FORMAT_H
#define RT_FORMAT_H

#include "runtime/arena.h"
#include "runtime/buf.h"

struct rt_date {
	int16_t year; /* 0..9999; month 0 is "never set" */
	uint8_t month; /* 1..12 */
	uint8_t day; /* 1..31 */
};

/* A moment: microseconds since 1970-01-01T00:00:00Z, leap seconds folded
 * into the second before. */
struct rt_time {
	int64_t us;
};

struct rt_uuid {
	uint8_t b[16];
};

struct rt_dates {
	const struct rt_date *v;
	size_t n;
};

struct rt_times {
	const struct rt_time *v;
	size_t n;
};

struct rt_uuids {
	const struct rt_uuid *v;
	size_t n;
};

/* Strict: RFC 3339 full-date and date-time, RFC 9562 hex-and-dash in any
 * case.  False leaves *out alone. */
bool rt_date_parse(struct rt_str, struct rt_date *out) RT_WARN_UNUSED;
bool rt_time_parse(struct rt_str, struct rt_time *out) RT_WARN_UNUSED;
bool rt_uuid_parse(struct rt_str, struct rt_uuid *out) RT_WARN_UNUSED;

/* "2026-11-21", "2026-11-21T07:26:33.123456Z" (the fraction only where it is
 * not zero), lower-case uuid; the texts are NUL-terminated. */
#define RT_DATE_TEXT 11
#define RT_TIME_TEXT 32
#define RT_UUID_TEXT 37
void rt_date_text(char out[RT_DATE_TEXT], struct rt_date);
/* Returns the length of the text. */
size_t rt_time_text(char out[RT_TIME_TEXT], struct rt_time);
void rt_uuid_text(char out[RT_UUID_TEXT], struct rt_uuid);

/* Whether there is such a day. */
bool rt_date_ok(struct rt_date);
/* Days since 1970-01-01 of a date that there is. */
int64_t rt_date_days(struct rt_date);
/* The inverse; false for a day before the year 0 or after 9999. */
bool rt_date_of_days(int64_t days, struct rt_date *out) RT_WARN_UNUSED;

/* Version 4 (RFC 9562, section 5.4), from the system's random source. */
struct rt_uuid rt_uuid_random(void);
/* Of 16 random bytes. */
struct rt_uuid rt_uuid_of_random(struct rt_uuid);
bool rt_uuid_eq(struct rt_uuid, struct rt_uuid);

/* The wall clock. */
struct rt_time rt_time_now(void);

/* Fills p with random bytes of the system (getrandom(2)). */
void rt_random(void *p, size_t n);

/* Formats that can be asserted; the names are JSON Schema's and OpenAPI's. */
enum rt_format {
	RT_FORMAT_DATE = 1, /* RFC 3339, section 5.6 */
	RT_FORMAT_DATE_TIME,
	RT_FORMAT_UUID, /* RFC 9562 */
	RT_FORMAT_EMAIL, /* RFC 5321, section 4.1.2, ASCII mailboxes */
	RT_FORMAT_URI, /* RFC 3986, absolute */
	RT_FORMAT_URI_REFERENCE,
	RT_FORMAT_HOSTNAME, /* RFC 1123, section 2.1; A-labels: RFC 5890 */
	RT_FORMAT_IPV4, /* dotted quad */
	RT_FORMAT_IPV6, /* RFC 4291, section 2.2 */
	RT_FORMAT_BYTE, /* RFC 4648, section 4, with padding */
	RT_FORMAT_INT32,
	RT_FORMAT_INT64,
	RT_FORMAT_TIME, /* RFC 3339, section 5.6: full-time */
	RT_FORMAT_DURATION, /* RFC 3339, appendix A */
	RT_FORMAT_IDN_EMAIL, /* RFC 6531, section 3.3 */
	RT_FORMAT_IDN_HOSTNAME, /* RFC 5890, section 2.3.2.3 */
	RT_FORMAT_IRI, /* RFC 3987, absolute */
	RT_FORMAT_IRI_REFERENCE,
	RT_FORMAT_URI_TEMPLATE, /* RFC 6570 */
	RT_FORMAT_JSON_POINTER, /* RFC 6901, section 3 */
	RT_FORMAT_RELATIVE_JSON_POINTER, /* its Internet-Draft, version 00 */
	RT_FORMAT_REGEX, /* ECMA-262, as far as rt_patterns_open() takes it */
	RT_FORMAT_FLOAT, /* a number in the range of IEEE 754 binary32 */
	RT_FORMAT_DOUBLE, /* of binary64 */
};

/* Whether a string, or a number's text for a numeric format, conforms. */
bool rt_format_ok(enum rt_format, struct rt_str);

/* Whether it is a format of numbers: int32, int64, float and double. */
bool rt_format_is_numeric(enum rt_format);

/* "date-time", for messages. */
const char *rt_format_name(enum rt_format);

/* Base64 with padding (RFC 4648, section 4). */
struct rt_str rt_base64(struct rt_arena *, struct rt_str bytes);
bool rt_base64_parse(struct rt_arena *, struct rt_str text,
    struct rt_str *out) RT_WARN_UNUSED;
/* Base64 without padding, URL alphabet (RFC 4648, section 5). */
struct rt_str rt_base64url(struct rt_arena *, struct rt_str bytes);
bool rt_base64url_parse(struct rt_arena *, struct rt_str text,
    struct rt_str *out) RT_WARN_UNUSED;
/* Lower-case hexadecimal. */
struct rt_str rt_hex(struct rt_arena *, struct rt_str bytes);

#endif /* RT_FORMAT_H */
