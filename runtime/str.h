/* Byte strings that know their length. */
#ifndef RT_STR_H
#define RT_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RT_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define RT_WARN_UNUSED __attribute__((warn_unused_result))
#define RT_PRINTF(a, b) __attribute__((format(printf, a, b)))
#define RT_EXPORT __attribute__((visibility("default")))

/* Whether AddressSanitizer watches, as gcc and clang say it. */
#if defined(__SANITIZE_ADDRESS__)
#define RT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RT_SANITIZED 1
#endif
#endif
#ifndef RT_SANITIZED
#define RT_SANITIZED 0
#endif

/*
 * Borrowed bytes, not NUL-terminated.  p is NULL only for "absent": an empty
 * string has a pointer and n == 0.
 */
struct rt_str {
	const char *p;
	size_t n;
};

struct rt_strs {
	const struct rt_str *v;
	size_t n;
};

struct rt_ints {
	const int64_t *v;
	size_t n;
};

struct rt_doubles {
	const double *v;
	size_t n;
};

struct rt_bools {
	const bool *v;
	size_t n;
};

/* For printf's "%.*s". */
#define RT_FMT(s) (int)(s).n, (s).p

/* A string literal as a struct rt_str. */
#define RT_LIT(s) ((struct rt_str){"" s, sizeof(s) - 1})

/* The same as an initializer of an object with static storage. */
#define RT_TEXT(s) \
	{ \
		"" s, sizeof(s) - 1 \
	}

/* The bytes of a C string, or an absent string for NULL. */
static inline struct rt_str
rt_str(const char *s)
{
	return (struct rt_str){s, s == NULL ? 0 : strlen(s)};
}

/* The value of a hexadecimal digit in any case, -1 for another character. */
static inline int
rt_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Byte for byte; for secrets use rt_str_same_secret(). */
static inline bool
rt_str_eq(struct rt_str a, struct rt_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Whether s equals the C string c. */
static inline bool
rt_str_is(struct rt_str s, const char *c)
{
	return rt_str_eq(s, rt_str(c));
}

/* As rt_str_is(), for words, most of which differ in their first bytes. */
static inline bool
rt_str_is_word(struct rt_str s, const char *c)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != c[i] || c[i] == '\0')
			return false;
	}
	return c[s.n] == '\0';
}

/* Up to here a call of memcmp() or memcpy() costs more than its work. */
enum { RT_FEW_BYTES = 16 };

/* Whether the n bytes at a and b are the same, n being no more than
 * RT_FEW_BYTES: by two words that may overlap. */
static inline bool
rt_same_few(const char *a, const char *b, size_t n)
{
	uint64_t a8, b8, a8_end, b8_end;
	uint32_t a4, b4, a4_end, b4_end;

	if (n >= sizeof(a8)) {
		memcpy(&a8, a, sizeof(a8));
		memcpy(&b8, b, sizeof(b8));
		memcpy(&a8_end, a + n - sizeof(a8), sizeof(a8));
		memcpy(&b8_end, b + n - sizeof(b8), sizeof(b8));
		return a8 == b8 && a8_end == b8_end;
	}
	if (n >= sizeof(a4)) {
		memcpy(&a4, a, sizeof(a4));
		memcpy(&b4, b, sizeof(b4));
		memcpy(&a4_end, a + n - sizeof(a4), sizeof(a4));
		memcpy(&b4_end, b + n - sizeof(b4), sizeof(b4));
		return a4 == b4 && a4_end == b4_end;
	}
	return n == 0 ||
	    (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

/* As rt_str_eq(), for names and other short texts. */
static inline bool
rt_str_eq_short(struct rt_str a, struct rt_str b)
{
	if (a.n != b.n)
		return false;
	return a.n <= RT_FEW_BYTES ? rt_same_few(a.p, b.p, a.n)
				   : memcmp(a.p, b.p, a.n) == 0;
}

/* As rt_str_eq() and rt_str_is(), ASCII letters in any case. */
bool rt_str_eq_nocase(struct rt_str, struct rt_str);

static inline bool
rt_str_is_nocase(struct rt_str s, const char *c)
{
	return s.n == strlen(c) && rt_str_eq_nocase(s, rt_str(c));
}

static inline bool
rt_str_starts(struct rt_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

static inline bool
rt_str_ends(struct rt_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

bool rt_str_has(struct rt_str s, char c);

/* Compares in time that depends on the lengths only. */
bool rt_str_same_secret(struct rt_str, struct rt_str);

/* Less than, equal to or greater than zero, by unsigned bytes. */
int rt_str_cmp(struct rt_str, struct rt_str);

/* Without spaces and tabs at both ends (RFC 9110, section 5.6.3). */
struct rt_str rt_str_trim(struct rt_str);

/*
 * Cuts the part before the first `sep` off *rest and returns it; all of *rest
 * when there is no `sep`, after which *rest is absent.
 */
struct rt_str rt_str_cut(struct rt_str *rest, char sep);

/* Whether no byte has its highest bit set. */
static inline bool
rt_str_is_ascii(struct rt_str s)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t bits = 0, word;
	size_t i = 0;

	for (; i + sizeof(word) <= s.n; i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		bits |= word;
	}
	for (; i < s.n; i++)
		bits |= (uint64_t)(unsigned char)s.p[i];
	return (bits & high) == 0;
}

/* Whether the bytes are well-formed UTF-8 (RFC 3629). */
bool rt_str_is_utf8(struct rt_str);

/* Whether a byte of UTF-8 continues a code point. */
static inline bool
rt_is_utf8_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * The bytes of the code point that s begins with, 1..4; 0 where s is empty or
 * begins with no well-formed UTF-8.  The second byte decides about overlong
 * forms, surrogates and what lies past U+10FFFF (RFC 3629, section 4).
 */
static inline size_t
rt_str_utf8_len(struct rt_str s)
{
	unsigned char first = s.n == 0 ? 0x80 : (unsigned char)s.p[0];
	unsigned char second = s.n < 2 ? 0 : (unsigned char)s.p[1];

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || !rt_is_utf8_tail((char)second))
		return 0;
	if (first < 0xe0)
		return 2;
	if (s.n < 3 || !rt_is_utf8_tail(s.p[2]))
		return 0;
	if (first < 0xf0)
		return (first == 0xe0 && second < 0xa0) ||
			(first == 0xed && second > 0x9f)
		    ? 0
		    : 3;
	if (s.n < 4 || !rt_is_utf8_tail(s.p[3]))
		return 0;
	return first > 0xf4 || (first == 0xf0 && second < 0x90) ||
		(first == 0xf4 && second > 0x8f)
	    ? 0
	    : 4;
}

/* The number of code points of well-formed UTF-8. */
size_t rt_str_points(struct rt_str);

/* FNV-1a, 64 bits. */
uint64_t rt_str_hash(struct rt_str);

#endif /* RT_STR_H */
