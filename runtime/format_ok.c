/* The small grammars of the formats that can be asserted, and all by name. */
#include "runtime/format_part.h"
#include "runtime/json.h"

/* --- Base64 --- */

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (rt_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Bits that the padding cuts off must be zero (section 3.5). */
static bool
base64_ok(struct rt_str s)
{
	int pad = 0;

	if (s.n % 4 != 0)
		return false;
	while (pad < 2 && s.n > 0 && s.p[s.n - 1] == '=') {
		s.n--;
		pad++;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (base64_value(s.p[i]) < 0)
			return false;
	}
	return pad == 0 ||
	    (s.n > 0 && base64_value(s.p[s.n - 1]) % (1 << 2 * pad) == 0);
}

/* --- Durations (RFC 3339, appendix A) --- */

/*
 * Cuts numbers with units off *s: neighbours in `units`, in that order.  False
 * where there is none, or one without a unit.
 */
static bool
take_parts(struct rt_str *s, const char *units)
{
	bool any = false;

	while (s->n > 0 && rt_is_digit(s->p[0])) {
		while (s->n > 0 && rt_is_digit(s->p[0]))
			*s = rt_after(*s, 1);
		while (!any && s->n > 0 && *units != '\0' && *units != s->p[0])
			units++;
		if (s->n == 0 || *units == '\0' || *units != s->p[0])
			return false;
		units++;
		*s = rt_after(*s, 1);
		any = true;
	}
	return any;
}

static bool
duration_ok(struct rt_str s)
{
	struct rt_str weeks;

	if (s.n == 0 || s.p[0] != 'P')
		return false;
	s = rt_after(s, 1);
	weeks = s;
	if (take_parts(&weeks, "W"))
		return weeks.n == 0;
	if (s.n == 0 || (s.p[0] != 'T' && !take_parts(&s, "YMD")))
		return false;
	if (s.n == 0)
		return true;
	if (s.p[0] != 'T')
		return false;
	s = rt_after(s, 1);
	return take_parts(&s, "HMS") && s.n == 0;
}

/* --- JSON pointers (RFC 6901) --- */

static bool
pointer_ok(struct rt_str s)
{
	if (s.n > 0 && s.p[0] != '/')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '~' &&
		    (i + 1 == s.n || !rt_is_one_of(s.p[i + 1], "01")))
			return false;
	}
	return true;
}

/* Levels up, without leading zeros, then a pointer or "#". */
static bool
relative_pointer_ok(struct rt_str s)
{
	size_t n = 0;

	while (n < s.n && rt_is_digit(s.p[n]))
		n++;
	if (n == 0 || (n > 1 && s.p[0] == '0'))
		return false;
	s = rt_after(s, n);
	return rt_str_is(s, "#") || pointer_ok(s);
}

/* --- Numbers --- */

static bool
is_between(struct rt_str s, const char *min, const char *max)
{
	return rt_decimal_cmp(s, rt_str(min)) >= 0 &&
	    rt_decimal_cmp(s, rt_str(max)) <= 0;
}

/* Few bytes without an exponent are far from the bounds of the formats. */
static bool
is_modest(enum rt_format format, struct rt_str s)
{
	enum { MODEST_INT32 = 9, MODEST = 30 };

	if (format == RT_FORMAT_INT32)
		return s.n <= MODEST_INT32 && rt_decimal_is_short(s);
	if (format == RT_FORMAT_INT64)
		return rt_decimal_is_short(s);
	return s.n <= MODEST && !rt_str_has(s, 'e') && !rt_str_has(s, 'E');
}

/* The largest texts of as few digits that are read as a finite value. */
static bool
number_ok(enum rt_format format, struct rt_str s)
{
	if (is_modest(format, s))
		return true;
	switch (format) {
	case RT_FORMAT_INT32:
		return rt_decimal_is_integer(s) &&
		    is_between(s, "-2147483648", "2147483647");
	case RT_FORMAT_INT64:
		return rt_decimal_is_integer(s) &&
		    is_between(s, "-9223372036854775808",
			"9223372036854775807");
	case RT_FORMAT_FLOAT:
		return is_between(s, "-3.4028235e38", "3.4028235e38");
	default:
		return is_between(s, "-1.7976931348623158e308",
		    "1.7976931348623158e308");
	}
}

/* --- All by name --- */

bool
rt_format_is_numeric(enum rt_format format)
{
	return format == RT_FORMAT_INT32 || format == RT_FORMAT_INT64 ||
	    format == RT_FORMAT_FLOAT || format == RT_FORMAT_DOUBLE;
}

static bool
date_ok(struct rt_str s)
{
	struct rt_date date;

	return rt_date_parse(s, &date);
}

static bool
date_time_ok(struct rt_str s)
{
	struct rt_time time;

	return rt_time_parse(s, &time);
}

static bool
uuid_ok(struct rt_str s)
{
	struct rt_uuid uuid;

	return rt_uuid_parse(s, &uuid);
}

static bool
uri_ok(struct rt_str s)
{
	return rt_is_uri(s, true);
}

static bool
uri_reference_ok(struct rt_str s)
{
	return rt_is_uri(s, false);
}

static bool
iri_ok(struct rt_str s)
{
	return rt_is_iri(s, true);
}

static bool
iri_reference_ok(struct rt_str s)
{
	return rt_is_iri(s, false);
}

static const struct {
	const char *name;
	bool (*ok)(struct rt_str); /* NULL: a number */
} formats[] = {
    [RT_FORMAT_DATE] = {"date", date_ok},
    [RT_FORMAT_DATE_TIME] = {"date-time", date_time_ok},
    [RT_FORMAT_UUID] = {"uuid", uuid_ok},
    [RT_FORMAT_EMAIL] = {"email", rt_is_email},
    [RT_FORMAT_URI] = {"uri", uri_ok},
    [RT_FORMAT_URI_REFERENCE] = {"uri-reference", uri_reference_ok},
    [RT_FORMAT_HOSTNAME] = {"hostname", rt_is_hostname},
    [RT_FORMAT_IPV4] = {"ipv4", rt_is_ipv4},
    [RT_FORMAT_IPV6] = {"ipv6", rt_is_ipv6},
    [RT_FORMAT_BYTE] = {"byte", base64_ok},
    [RT_FORMAT_INT32] = {"int32", NULL},
    [RT_FORMAT_INT64] = {"int64", NULL},
    [RT_FORMAT_TIME] = {"time", rt_is_full_time},
    [RT_FORMAT_DURATION] = {"duration", duration_ok},
    [RT_FORMAT_IDN_EMAIL] = {"idn-email", rt_is_idn_email},
    [RT_FORMAT_IDN_HOSTNAME] = {"idn-hostname", rt_is_idn_hostname},
    [RT_FORMAT_IRI] = {"iri", iri_ok},
    [RT_FORMAT_IRI_REFERENCE] = {"iri-reference", iri_reference_ok},
    [RT_FORMAT_URI_TEMPLATE] = {"uri-template", rt_is_uri_template},
    [RT_FORMAT_JSON_POINTER] = {"json-pointer", pointer_ok},
    [RT_FORMAT_RELATIVE_JSON_POINTER] = {"relative-json-pointer",
	relative_pointer_ok},
    [RT_FORMAT_REGEX] = {"regex", rt_is_regex},
    [RT_FORMAT_FLOAT] = {"float", NULL},
    [RT_FORMAT_DOUBLE] = {"double", NULL},
};

static bool
is_known(enum rt_format format)
{
	return format >= RT_FORMAT_DATE && format < RT_LEN(formats);
}

bool
rt_format_ok(enum rt_format format, struct rt_str s)
{
	if (!is_known(format))
		return true;
	return formats[format].ok == NULL ? number_ok(format, s)
					  : formats[format].ok(s);
}

const char *
rt_format_name(enum rt_format format)
{
	return is_known(format) ? formats[format].name : "";
}
