/* Goes through the inside of JSON strings many bytes at a time; the runtime's
 * own. */
#ifndef RT_JSON_SCAN_H
#define RT_JSON_SCAN_H

#include <endian.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "runtime/str.h"

/* Whether a string can't have the byte as it is: a quote, a backslash, a
 * control character, and what isn't ASCII, which has to be looked at. */
static inline bool
rt_json_is_special(char c)
{
	return c < 0x20 || (c & 0x80) != 0 || c == '"' || c == '\\';
}

/*
 * The highest bit of each special one of the eight bytes of a word, and perhaps
 * of bytes above a special one.
 *
 * A subtraction sets the highest bit of a byte that is less than what is
 * subtracted.  It borrows from the byte behind it then, which so may be taken
 * for a special one: that is why only the first counts.
 */
static inline uint64_t
rt_json_special_bits(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t special = word | (word - ones * 0x20) |
	    ((word ^ ones * '"') - ones) | ((word ^ ones * '\\') - ones);

	return special & ones * 0x80;
}

/* The index of the first special one of the eight bytes at p, or 8. */
static inline unsigned
rt_json_special8(const char *p)
{
	uint64_t word, special;

	memcpy(&word, p, sizeof(word));
	special = rt_json_special_bits(le64toh(word));
	return special == 0 ? 8 : (unsigned)__builtin_ctzll(special) / 8;
}

/* Whether none of 4 to 15 bytes is special: by two words that may overlap. */
static inline bool
rt_json_is_plain_few(const char *p, size_t n)
{
	uint64_t first, last;
	uint32_t first4, last4;

	if (n >= sizeof(first)) {
		memcpy(&first, p, sizeof(first));
		memcpy(&last, p + n - sizeof(last), sizeof(last));
		return (rt_json_special_bits(first) |
			   rt_json_special_bits(last)) == 0;
	}
	memcpy(&first4, p, sizeof(first4));
	memcpy(&last4, p + n - sizeof(last4), sizeof(last4));
	return rt_json_special_bits(first4 | (uint64_t)last4 << 32) == 0;
}

/* As rt_json_special8(), of sixteen bytes. */
static inline unsigned
rt_json_special16(const char *p)
{
#ifdef __SSE2__
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
	/* Negative then are those below a space and, as they were, those that
	 * aren't ASCII: it stops at -128. */
	__m128i low = _mm_subs_epi8(bytes, _mm_set1_epi8(0x20));
	__m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
	__m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
	__m128i special = _mm_or_si128(low, _mm_or_si128(quote, backslash));
	unsigned mask = (unsigned)_mm_movemask_epi8(special);

	return mask == 0 ? 16 : (unsigned)__builtin_ctz(mask);
#else
	unsigned i = rt_json_special8(p);

	return i < 8 ? i : 8 + rt_json_special8(p + 8);
#endif
}

/* The first special byte at or behind `at`, or the end. */
static inline const char *
rt_json_skip_plain(const char *at, const char *end)
{
	while (end - at >= 16) {
		unsigned i = rt_json_special16(at);

		at += i;
		if (i < 16)
			return at;
	}
	if (end - at >= 4 && rt_json_is_plain_few(at, (size_t)(end - at)))
		return end;
	while (at < end && !rt_json_is_special(*at))
		at++;
	return at;
}

#endif /* RT_JSON_SCAN_H */
