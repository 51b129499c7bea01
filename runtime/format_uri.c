/* URIs, IRIs and templates of them. */
#include "runtime/format_part.h"

/* --- URIs (RFC 3986) --- */

/* The length of the percent-code that s begins with, or 0. */
static size_t
code_len(struct rt_str s)
{
	return s.n >= 3 && s.p[0] == '%' && rt_is_hex(s.p[1]) &&
		rt_is_hex(s.p[2])
	    ? 3
	    : 0;
}

/* What is allowed beyond ASCII (RFC 3987, section 2.2). */
enum extra {
	NOTHING,
	UCSCHAR,
	UCSCHAR_OR_PRIVATE,
};

/* The code point that well-formed UTF-8 of n bytes means. */
static uint32_t
code_point(const char *p, size_t n)
{
	uint32_t v = (unsigned char)p[0] & (0xffu >> (n + 1));

	for (size_t i = 1; i < n; i++)
		v = v << 6 | ((unsigned char)p[i] & 0x3fu);
	return v;
}

static bool
is_private(uint32_t v)
{
	return (v >= 0xe000 && v <= 0xf8ff) || v >= 0xf0000;
}

/* The length of what s begins with and `extra` allows, or 0. */
static size_t
extra_len(struct rt_str s, enum extra extra)
{
	size_t n = extra == NOTHING ? 0 : rt_str_utf8_len(s);
	uint32_t v;

	if (n < 2)
		return 0;
	v = code_point(s.p, n);
	if (v < 0xa0 || (v >= 0xfdd0 && v <= 0xfdef) ||
	    (v >= 0xfff0 && v <= 0xffff) || (v & 0xfffe) == 0xfffe ||
	    (v >= 0xe0000 && v < 0xe1000))
		return 0;
	return is_private(v) && extra != UCSCHAR_OR_PRIVATE ? 0 : n;
}

/* Unreserved characters, sub-delims, percent-codes, and those of `more`. */
static bool
text_ok(struct rt_str s, const char *more, enum extra extra)
{
	while (s.n > 0) {
		size_t n = 1;

		if (!rt_is_alnum(s.p[0]) &&
		    !rt_is_one_of(s.p[0], "-._~!$&'()*+,;=") &&
		    !rt_is_one_of(s.p[0], more))
			n = s.p[0] == '%' ? code_len(s) : extra_len(s, extra);
		if (n == 0)
			return false;
		s = rt_after(s, n);
	}
	return true;
}

static bool
scheme_ok(struct rt_str s)
{
	if (s.n == 0 || !rt_is_alpha(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!rt_is_alnum(s.p[i]) && !rt_is_one_of(s.p[i], "+-."))
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
		return rt_is_ipv6(s);
	version = rt_after(rt_str_cut(&rest, '.'), 1);
	for (size_t i = 0; i < version.n; i++) {
		if (!rt_is_hex(version.p[i]))
			return false;
	}
	return version.n > 0 && rest.n > 0 &&
	    memchr(rest.p, '%', rest.n) == NULL && text_ok(rest, ":", NOTHING);
}

static bool
authority_ok(struct rt_str s, enum extra extra)
{
	struct rt_str port = s, user = rt_str_cut(&port, '@');

	if (port.p != NULL) {
		if (!text_ok(user, ":", extra))
			return false;
		s = port;
	}
	if (s.n > 0 && s.p[0] == '[') {
		struct rt_str host = rt_str_cut(&s, ']');

		if (s.p == NULL || !ip_literal_ok(rt_after(host, 1)))
			return false;
		if (s.n > 0 && s.p[0] != ':')
			return false;
		port = s.n > 0 ? rt_after(s, 1) : s;
	} else {
		port = s;
		if (!text_ok(rt_str_cut(&port, ':'), "", extra))
			return false;
	}
	for (size_t i = 0; i < port.n; i++) {
		if (!rt_is_digit(port.p[i]))
			return false;
	}
	return true;
}

/* Scheme and path are taken; a first segment with a colon needs a scheme. */
static bool
uri_ok(struct rt_str s, bool absolute, enum extra extra)
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
		path = rt_after(path, scheme.n + 1);
	if (rt_str_starts(path, "//")) {
		rest = rt_after(path, 2);
		if (!authority_ok(rt_str_cut(&rest, '/'), extra))
			return false;
		path = rest;
	}
	return text_ok(path, ":@/", extra) &&
	    text_ok(fragment, ":@/?", extra) &&
	    text_ok(query, ":@/?",
		extra == NOTHING ? NOTHING : UCSCHAR_OR_PRIVATE);
}

bool
rt_is_uri(struct rt_str s, bool absolute)
{
	return uri_ok(s, absolute, NOTHING);
}

bool
rt_is_iri(struct rt_str s, bool absolute)
{
	return uri_ok(s, absolute, UCSCHAR);
}

/* --- Templates (RFC 6570, section 2) --- */

/* varname: parts of letters, digits, '_' and percent-codes, with dots. */
static bool
variable_name_ok(struct rt_str s)
{
	bool part = false;

	while (s.n > 0) {
		size_t n = 1;

		if (s.p[0] == '.' && !part)
			return false;
		part = s.p[0] != '.';
		if (part && !rt_is_alnum(s.p[0]) && s.p[0] != '_')
			n = code_len(s);
		if (n == 0)
			return false;
		s = rt_after(s, n);
	}
	return part;
}

/* max-length: 1 to 9999, without leading zeros. */
static bool
prefix_ok(struct rt_str s)
{
	if (s.n < 1 || s.n > 4 || s.p[0] == '0')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!rt_is_digit(s.p[i]))
			return false;
	}
	return true;
}

static bool
variable_ok(struct rt_str s)
{
	struct rt_str prefix = s, name = rt_str_cut(&prefix, ':');

	if (prefix.p != NULL)
		return variable_name_ok(name) && prefix_ok(prefix);
	if (name.n > 0 && name.p[name.n - 1] == '*')
		name.n--;
	return variable_name_ok(name);
}

/* What stands between braces; some operators are reserved, but operators. */
static bool
expression_ok(struct rt_str s)
{
	if (s.n > 0 && rt_is_one_of(s.p[0], "+#./;?&=,!@|"))
		s = rt_after(s, 1);
	while (s.p != NULL) {
		if (!variable_ok(rt_str_cut(&s, ',')))
			return false;
	}
	return true;
}

/* The length of the literal that s begins with, or 0.  RFC 6570 has left the
 * apostrophe out by mistake (erratum 6937). */
static size_t
literal_len(struct rt_str s)
{
	unsigned char c = (unsigned char)s.p[0];

	if (c == '%')
		return code_len(s);
	if (c >= 0x80)
		return extra_len(s, UCSCHAR_OR_PRIVATE);
	return c > ' ' && c < 0x7f && !rt_is_one_of((char)c, "\"<>\\^`{|}");
}

bool
rt_is_uri_template(struct rt_str s)
{
	while (s.n > 0) {
		struct rt_str rest = rt_after(s, 1);
		size_t n;

		if (s.p[0] == '{') {
			if (!expression_ok(rt_str_cut(&rest, '}')) ||
			    rest.p == NULL)
				return false;
			s = rest;
			continue;
		}
		n = literal_len(s);
		if (n == 0)
			return false;
		s = rt_after(s, n);
	}
	return true;
}
