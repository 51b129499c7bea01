/* Addresses, hosts and mailboxes. */
#include "runtime/format_part.h"

#include <idn2.h>

/* --- Addresses --- */

static bool
octet_ok(struct rt_str s)
{
	int v = 0;

	if (s.n < 1 || s.n > 3 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!rt_is_digit(s.p[i]))
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	return v <= 255;
}

bool
rt_is_ipv4(struct rt_str s)
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

		if (s.p == NULL && tail && rt_is_ipv4(group))
			return groups + 2;
		if (group.n < 1 || group.n > 4)
			return -1;
		for (size_t i = 0; i < group.n; i++) {
			if (!rt_is_hex(group.p[i]))
				return -1;
		}
		groups++;
	}
	return groups;
}

/* "::" stands for at least one group of zeros (RFC 4291, section 2.2). */
bool
rt_is_ipv6(struct rt_str s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		int left, right;

		if (s.p[i] != ':' || s.p[i + 1] != ':')
			continue;
		left = ipv6_groups((struct rt_str){s.p, i}, false);
		right = ipv6_groups(rt_after(s, i + 2), true);
		return left >= 0 && right >= 0 && left + right <= 7;
	}
	return ipv6_groups(s, true) == 8;
}

/* --- Hosts --- */

enum { LABEL_MAX = 63, HOST_MAX = 253 };

/* Letters, digits and hyphens (RFC 5890, section 2.3.1). */
static bool
is_ldh(struct rt_str s)
{
	if (s.n < 1 || s.n > LABEL_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!rt_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return true;
}

static bool
is_like_a_label(struct rt_str s)
{
	return s.n >= 4 &&
	    rt_str_eq_nocase((struct rt_str){s.p, 4}, RT_LIT("xn--"));
}

/* Whether what an A-label stands for is a U-label that yields it again. */
static bool
is_a_label(struct rt_str s)
{
	uint8_t text[LABEL_MAX + 1] = {0}, *out = NULL;

	if (s.n > LABEL_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		text[i] = (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	if (idn2_register_u8(NULL, text, &out, 0) != IDN2_OK)
		return false;
	idn2_free(out);
	return true;
}

bool
rt_is_hostname(struct rt_str s)
{
	if (s.n < 1 || s.n > HOST_MAX)
		return false;
	while (s.p != NULL) {
		struct rt_str label = rt_str_cut(&s, '.');

		if (!is_ldh(label))
			return false;
		if (is_like_a_label(label) && !is_a_label(label))
			return false;
	}
	return true;
}

/* The length of the A-label that is equivalent to a U-label; 0: it is none. */
static size_t
u_label_len(struct rt_str s, int how)
{
	/* A U-label has fewer code points than its A-label has letters. */
	uint8_t text[4 * LABEL_MAX + 1] = {0}, *out = NULL;
	size_t n;

	if (s.n >= sizeof(text) || memchr(s.p, '\0', s.n) != NULL)
		return 0;
	memcpy(text, s.p, s.n);
	if (idn2_register_u8(text, NULL, &out, how) != IDN2_OK)
		return 0;
	n = strlen((const char *)out);
	idn2_free(out);
	return n;
}

static bool
is_ascii(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	}
	return true;
}

/* The length of a label as the DNS has it, or 0. */
static size_t
idn_label_len(struct rt_str s, int how)
{
	if (!is_ascii(s))
		return u_label_len(s, how);
	if (!is_ldh(s))
		return 0;
	if (is_like_a_label(s))
		return is_a_label(s) ? s.n : 0;
	/* Hyphens there are reserved (RFC 5891, section 4.2.3.1). */
	return s.n >= 4 && s.p[2] == '-' && s.p[3] == '-' ? 0 : s.n;
}

/* The dots of IDNA2003 (RFC 3490, section 3.1) are still typed. */
static size_t
dot_len(struct rt_str s)
{
	if (s.p[0] == '.')
		return 1;
	return rt_str_starts(s, "\xe3\x80\x82") ||
		rt_str_starts(s, "\xef\xbc\x8e") ||
		rt_str_starts(s, "\xef\xbd\xa1")
	    ? 3
	    : 0;
}

static bool
idn_host_ok(struct rt_str s, int how)
{
	size_t total = 0, start = 0;

	for (size_t i = 0; i <= s.n && total <= HOST_MAX; i++) {
		size_t dot = i == s.n ? 0 : dot_len(rt_after(s, i));
		size_t n;

		if (i < s.n && dot == 0)
			continue;
		n = idn_label_len((struct rt_str){s.p + start, i - start}, how);
		if (n == 0)
			return false;
		total += n + (dot > 0);
		if (dot > 0) {
			start = i + dot;
			i = start - 1;
		}
	}
	return total <= HOST_MAX;
}

bool
rt_is_idn_hostname(struct rt_str s)
{
	return idn_host_ok(s, 0);
}

/* --- Mailboxes (RFC 5321, section 4.1.2) --- */

/* RFC 6531, section 3.3, adds all of Unicode but ASCII where `utf8` is set. */
static bool
is_extra(struct rt_str s, size_t *i, bool utf8)
{
	size_t n;

	if (!utf8 || (unsigned char)s.p[*i] < 0x80)
		return false;
	n = rt_str_utf8_len(rt_after(s, *i));
	if (n == 0)
		return false;
	*i += n - 1;
	return true;
}

static bool
atom_ok(struct rt_str s, bool utf8)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!rt_is_alnum(s.p[i]) &&
		    !rt_is_one_of(s.p[i], "!#$%&'*+-/=?^_`{|}~") &&
		    !is_extra(s, &i, utf8))
			return false;
	}
	return s.n > 0;
}

static bool
dot_string_ok(struct rt_str s, bool utf8)
{
	while (s.p != NULL) {
		if (!atom_ok(rt_str_cut(&s, '.'), utf8))
			return false;
	}
	return true;
}

/* The length of the quoted string that s starts with, or 0. */
static size_t
quoted_len(struct rt_str s, bool utf8)
{
	for (size_t i = 1; i < s.n; i++) {
		bool pair = s.p[i] == '\\';

		if (s.p[i] == '"')
			return i + 1;
		if (!pair && is_extra(s, &i, utf8))
			continue;
		if (pair)
			i++;
		if (i == s.n || s.p[i] < 32 || s.p[i] > 126)
			return 0;
	}
	return 0;
}

static bool
mail_domain_ok(struct rt_str s, bool utf8)
{
	if (s.n < 2 || s.p[0] != '[')
		return utf8 ? idn_host_ok(s, IDN2_NFC_INPUT)
			    : rt_is_hostname(s);
	if (s.p[s.n - 1] != ']')
		return false;
	s = (struct rt_str){s.p + 1, s.n - 2};
	if (s.n > 5 &&
	    rt_str_eq_nocase((struct rt_str){s.p, 5}, RT_LIT("IPv6:")))
		return rt_is_ipv6(rt_after(s, 5));
	return rt_is_ipv4(s);
}

/* The local part has 64 octets at most (section 4.5.3.1.1). */
static bool
email_ok(struct rt_str s, bool utf8)
{
	struct rt_str local, rest = s;

	if (s.n == 0 || s.p[0] != '"') {
		local = rt_str_cut(&rest, '@');
		return rest.p != NULL && local.n <= 64 &&
		    dot_string_ok(local, utf8) && mail_domain_ok(rest, utf8);
	}
	local = (struct rt_str){s.p, quoted_len(s, utf8)};
	if (local.n == 0 || local.n > 64)
		return false;
	rest = rt_after(s, local.n);
	return rest.n > 0 && rest.p[0] == '@' &&
	    mail_domain_ok(rt_after(rest, 1), utf8);
}

bool
rt_is_email(struct rt_str s)
{
	return email_ok(s, false);
}

bool
rt_is_idn_email(struct rt_str s)
{
	return email_ok(s, true);
}
