/* The grammars of the string formats that can be asserted. */
#include "runtime/format.h"
#include "runtime/json.h"

static bool
is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_alpha(c) || is_digit(c);
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* s without its first n bytes. */
static struct rt_str
after(struct rt_str s, size_t n)
{
	return (struct rt_str){s.p + n, s.n - n};
}

/* --- Addresses --- */

static bool
octet_ok(struct rt_str s)
{
	int v = 0;

	if (s.n < 1 || s.n > 3 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	return v <= 255;
}

static bool
ipv4_ok(struct rt_str s)
{
	for (int i = 0; i < 4; i++) {
		if (s.p == NULL || !octet_ok(rt_str_cut(&s, '.')))
			return false;
	}
	return s.p == NULL;
}

/*
 * The 16-bit groups that s, which has no "::", is made of; -1 when it is
 * none.  The last two may be written as an IPv4 address where `tail` is set.
 */
static int
ipv6_groups(struct rt_str s, bool tail)
{
	int groups = 0;

	if (s.n == 0)
		return 0;
	while (s.p != NULL && groups <= 8) {
		struct rt_str group = rt_str_cut(&s, ':');

		if (s.p == NULL && tail && ipv4_ok(group))
			return groups + 2;
		if (group.n < 1 || group.n > 4)
			return -1;
		for (size_t i = 0; i < group.n; i++) {
			if (!is_hex(group.p[i]))
				return -1;
		}
		groups++;
	}
	return groups;
}

/* "::" stands for at least one group of zeros (RFC 4291, section 2.2). */
static bool
ipv6_ok(struct rt_str s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		int left, right;

		if (s.p[i] != ':' || s.p[i + 1] != ':')
			continue;
		left = ipv6_groups((struct rt_str){s.p, i}, false);
		right = ipv6_groups(after(s, i + 2), true);
		return left >= 0 && right >= 0 && left + right <= 7;
	}
	return ipv6_groups(s, true) == 8;
}

static bool
label_ok(struct rt_str s)
{
	if (s.n < 1 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return true;
}

static bool
hostname_ok(struct rt_str s)
{
	if (s.n < 1 || s.n > 253)
		return false;
	while (s.p != NULL) {
		if (!label_ok(rt_str_cut(&s, '.')))
			return false;
	}
	return true;
}

/* --- Mailboxes (RFC 5321, section 4.1.2) --- */

static bool
atom_ok(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) &&
		    !is_one_of(s.p[i], "!#$%&'*+-/=?^_`{|}~"))
			return false;
	}
	return s.n > 0;
}

static bool
dot_string_ok(struct rt_str s)
{
	while (s.p != NULL) {
		if (!atom_ok(rt_str_cut(&s, '.')))
			return false;
	}
	return true;
}

/* The length of the quoted string that s starts with, or 0. */
static size_t
quoted_len(struct rt_str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '"')
			return i + 1;
		if (s.p[i] == '\\')
			i++;
		if (i == s.n || s.p[i] < 32 || s.p[i] > 126)
			return 0;
	}
	return 0;
}

static bool
mail_domain_ok(struct rt_str s)
{
	if (s.n < 2 || s.p[0] != '[')
		return hostname_ok(s);
	if (s.p[s.n - 1] != ']')
		return false;
	s = (struct rt_str){s.p + 1, s.n - 2};
	if (s.n > 5 &&
	    rt_str_eq_nocase((struct rt_str){s.p, 5}, RT_LIT("IPv6:")))
		return ipv6_ok(after(s, 5));
	return ipv4_ok(s);
}

/* The local part has 64 octets at most (section 4.5.3.1.1). */
static bool
email_ok(struct rt_str s)
{
	struct rt_str local, rest = s;

	if (s.n == 0 || s.p[0] != '"') {
		local = rt_str_cut(&rest, '@');
		return rest.p != NULL && local.n <= 64 &&
		    dot_string_ok(local) && mail_domain_ok(rest);
	}
	local = (struct rt_str){s.p, quoted_len(s)};
	if (local.n == 0 || local.n > 64)
		return false;
	rest = after(s, local.n);
	return rest.n > 0 && rest.p[0] == '@' && mail_domain_ok(after(rest, 1));
}

/* --- URIs (RFC 3986) --- */

/* Unreserved characters, sub-delims, percent-codes, and those of `more`. */
static bool
uri_text_ok(struct rt_str s, const char *more)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_alnum(c) || is_one_of(c, "-._~!$&'()*+,;=") ||
		    is_one_of(c, more))
			continue;
		if (c != '%' || s.n - i < 3 || !is_hex(s.p[i + 1]) ||
		    !is_hex(s.p[i + 2]))
			return false;
		i += 2;
	}
	return true;
}

static bool
scheme_ok(struct rt_str s)
{
	if (s.n == 0 || !is_alpha(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && !is_one_of(s.p[i], "+-."))
			return false;
	}
	return true;
}

/* What stands between the brackets of a host. */
static bool
ip_literal_ok(struct rt_str s)
{
	struct rt_str version, rest = s;

	if (s.n == 0 || (s.p[0] != 'v' && s.p[0] != 'V'))
		return ipv6_ok(s);
	version = after(rt_str_cut(&rest, '.'), 1);
	for (size_t i = 0; i < version.n; i++) {
		if (!is_hex(version.p[i]))
			return false;
	}
	return version.n > 0 && rest.n > 0 &&
	    memchr(rest.p, '%', rest.n) == NULL && uri_text_ok(rest, ":");
}

static bool
authority_ok(struct rt_str s)
{
	struct rt_str port = s, user = rt_str_cut(&port, '@');

	if (port.p != NULL) {
		if (!uri_text_ok(user, ":"))
			return false;
		s = port;
	}
	if (s.n > 0 && s.p[0] == '[') {
		struct rt_str host = rt_str_cut(&s, ']');

		if (s.p == NULL || !ip_literal_ok(after(host, 1)))
			return false;
		if (s.n > 0 && s.p[0] != ':')
			return false;
		port = s.n > 0 ? after(s, 1) : s;
	} else {
		port = s;
		if (!uri_text_ok(rt_str_cut(&port, ':'), ""))
			return false;
	}
	for (size_t i = 0; i < port.n; i++) {
		if (!is_digit(port.p[i]))
			return false;
	}
	return true;
}

/* Scheme and path are taken; a first segment with a colon needs a scheme. */
static bool
uri_ok(struct rt_str s, bool absolute)
{
	struct rt_str fragment = s, query = rt_str_cut(&fragment, '#');
	struct rt_str path = rt_str_cut(&query, '?');
	struct rt_str rest = path, segment = rt_str_cut(&rest, '/');
	struct rt_str after_scheme = segment;
	struct rt_str scheme = rt_str_cut(&after_scheme, ':');

	if (after_scheme.p != NULL && !scheme_ok(scheme))
		return false;
	if (after_scheme.p == NULL && absolute)
		return false;
	if (after_scheme.p != NULL)
		path = after(path, scheme.n + 1);
	if (rt_str_starts(path, "//")) {
		rest = after(path, 2);
		if (!authority_ok(rt_str_cut(&rest, '/')))
			return false;
		path = rest;
	}
	return uri_text_ok(path, ":@/") && uri_text_ok(query, ":@/?") &&
	    uri_text_ok(fragment, ":@/?");
}

/* --- Base64 --- */

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_digit(c))
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

/* --- The table --- */

static bool
int_ok(struct rt_str s, const char *min, const char *max)
{
	return rt_decimal_is_integer(s) &&
	    rt_decimal_cmp(s, rt_str(min)) >= 0 &&
	    rt_decimal_cmp(s, rt_str(max)) <= 0;
}

bool
rt_format_ok(enum rt_format format, struct rt_str s)
{
	struct rt_date date;
	struct rt_time time;
	struct rt_uuid uuid;

	switch (format) {
	case RT_FORMAT_DATE:
		return rt_date_parse(s, &date);
	case RT_FORMAT_DATE_TIME:
		return rt_time_parse(s, &time);
	case RT_FORMAT_UUID:
		return rt_uuid_parse(s, &uuid);
	case RT_FORMAT_EMAIL:
		return email_ok(s);
	case RT_FORMAT_URI:
		return uri_ok(s, true);
	case RT_FORMAT_URI_REFERENCE:
		return uri_ok(s, false);
	case RT_FORMAT_HOSTNAME:
		return hostname_ok(s);
	case RT_FORMAT_IPV4:
		return ipv4_ok(s);
	case RT_FORMAT_IPV6:
		return ipv6_ok(s);
	case RT_FORMAT_BYTE:
		return base64_ok(s);
	case RT_FORMAT_INT32:
		return int_ok(s, "-2147483648", "2147483647");
	case RT_FORMAT_INT64:
		return int_ok(s, "-9223372036854775808", "9223372036854775807");
	}
	return true;
}

const char *
rt_format_name(enum rt_format format)
{
	static const char *const names[] = {
	    [RT_FORMAT_DATE] = "date",
	    [RT_FORMAT_DATE_TIME] = "date-time",
	    [RT_FORMAT_UUID] = "uuid",
	    [RT_FORMAT_EMAIL] = "email",
	    [RT_FORMAT_URI] = "uri",
	    [RT_FORMAT_URI_REFERENCE] = "uri-reference",
	    [RT_FORMAT_HOSTNAME] = "hostname",
	    [RT_FORMAT_IPV4] = "ipv4",
	    [RT_FORMAT_IPV6] = "ipv6",
	    [RT_FORMAT_BYTE] = "byte",
	    [RT_FORMAT_INT32] = "int32",
	    [RT_FORMAT_INT64] = "int64",
	};

	if (format < RT_FORMAT_DATE || format > RT_FORMAT_INT64)
		return "";
	return names[format];
}
