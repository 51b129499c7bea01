/* What the grammars of the formats share with each other only. */
#ifndef RT_FORMAT_PART_H
#define RT_FORMAT_PART_H

#include "runtime/format.h"

static inline bool
rt_is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline bool
rt_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
rt_is_alnum(char c)
{
	return rt_is_alpha(c) || rt_is_digit(c);
}

static inline bool
rt_is_hex(char c)
{
	return rt_is_digit(c) || (c >= 'A' && c <= 'F') ||
	    (c >= 'a' && c <= 'f');
}

static inline bool
rt_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* s without its first n bytes. */
static inline struct rt_str
rt_after(struct rt_str s, size_t n)
{
	return (struct rt_str){s.p + n, s.n - n};
}

/* Each of these: whether s is one. */
bool rt_is_full_time(struct rt_str);
bool rt_is_ipv4(struct rt_str);
bool rt_is_ipv6(struct rt_str);
bool rt_is_hostname(struct rt_str);
bool rt_is_idn_hostname(struct rt_str);
bool rt_is_email(struct rt_str);
bool rt_is_idn_email(struct rt_str);
bool rt_is_uri(struct rt_str, bool absolute);
bool rt_is_iri(struct rt_str, bool absolute);
bool rt_is_uri_template(struct rt_str);
bool rt_is_regex(struct rt_str);

#endif /* RT_FORMAT_PART_H */
