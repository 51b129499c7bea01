#include "runtime/format_part.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	DAYS_OF_400_YEARS = 146097,
	DAYS_TO_1970 = 719468, /* from 0000-03-01 */
	DAYS_FROM_YEAR_0 = DAYS_TO_1970 + 60, /* from 0000-01-01 to 1970 */
	DAYS_TO_9999 = 2932896, /* from 1970 to 9999-12-31 */
	YEAR_MAX = 9999,
};

static const int64_t second_us = 1000000;

/* --- Reading digits --- */

/* The number that n digits at s->p mean, cut off s; -1 where they aren't. */
static int
take_digits(struct rt_str *s, size_t n)
{
	int v = 0;

	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return -1;
		v = v * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return v;
}

/* Cuts one of the characters of `set` off s; 0 when there is none. */
static char
take_char(struct rt_str *s, const char *set)
{
	char c;

	if (s->n == 0 || s->p[0] == '\0' || strchr(set, s->p[0]) == NULL)
		return 0;
	c = s->p[0];
	s->p++;
	s->n--;
	return c;
}

/* A number below 100. */
static void
put_two(char *out, unsigned v)
{
	out[0] = (char)('0' + v / 10);
	out[1] = (char)('0' + v % 10);
}

/* --- Dates --- */

static int
days_in_month(int year, int month)
{
	static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30,
	    31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool
take_date(struct rt_str *s, struct rt_date *out)
{
	int year, month, day;

	year = take_digits(s, 4);
	if (year < 0 || !take_char(s, "-"))
		return false;
	month = take_digits(s, 2);
	if (month < 1 || month > 12 || !take_char(s, "-"))
		return false;
	day = take_digits(s, 2);
	if (day < 1 || day > days_in_month(year, month))
		return false;
	*out = (struct rt_date){
	    .year = (int16_t)year,
	    .month = (uint8_t)month,
	    .day = (uint8_t)day,
	};
	return true;
}

bool
rt_date_parse(struct rt_str s, struct rt_date *out)
{
	struct rt_date date;

	if (!take_date(&s, &date) || s.n > 0)
		return false;
	*out = date;
	return true;
}

void
rt_date_text(char out[RT_DATE_TEXT], struct rt_date d)
{
	unsigned year = d.year < 0 ? 0 : (unsigned)d.year;

	put_two(out, year / 100 % 100);
	put_two(out + 2, year % 100);
	out[4] = '-';
	put_two(out + 5, d.month);
	out[7] = '-';
	put_two(out + 8, d.day);
	out[10] = '\0';
}

bool
rt_date_ok(struct rt_date d)
{
	return d.year >= 0 && d.year <= YEAR_MAX && d.month >= 1 &&
	    d.month <= 12 && d.day >= 1 &&
	    d.day <= days_in_month(d.year, d.month);
}

/*
 * The year is taken to begin in March, so that the leap day is its last; then
 * month m begins on day (153 * m + 2) / 5.
 */
int64_t
rt_date_days(struct rt_date d)
{
	int64_t year = d.year - (d.month <= 2);
	int64_t month = (d.month + 9) % 12;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * month + 2) / 5 + d.day - 1;

	return era * DAYS_OF_400_YEARS + of_era * 365 + of_era / 4 -
	    of_era / 100 + of_year - DAYS_TO_1970;
}

/* The inverse, for days of the years 0 to 9999. */
static struct rt_date
date_of(int64_t days)
{
	int64_t since = days + DAYS_TO_1970;
	int64_t era = (since >= 0 ? since : since - (DAYS_OF_400_YEARS - 1)) /
	    DAYS_OF_400_YEARS;
	int64_t of_era = since - era * DAYS_OF_400_YEARS;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 -
			   of_era / (DAYS_OF_400_YEARS - 1)) /
	    365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int64_t day = of_year - (153 * month + 2) / 5 + 1;

	return (struct rt_date){
	    .year = (int16_t)(era * 400 + year + (month >= 10)),
	    .month = (uint8_t)(month < 10 ? month + 3 : month - 9),
	    .day = (uint8_t)day,
	};
}

bool
rt_date_of_days(int64_t days, struct rt_date *out)
{
	if (days < -DAYS_FROM_YEAR_0 || days > DAYS_TO_9999)
		return false;
	*out = date_of(days);
	return true;
}

/* --- Moments --- */

/* ".123", cut to microseconds; 0 when there is none, -1 for a bare dot. */
static int64_t
take_fraction(struct rt_str *s)
{
	int64_t us = 0;
	size_t n = 0;

	if (!take_char(s, "."))
		return 0;
	for (;; n++) {
		int digit = take_digits(s, 1);

		if (digit < 0)
			break;
		if (n < 6)
			us = us * 10 + digit;
	}
	if (n == 0)
		return -1;
	for (; n < 6; n++)
		us *= 10;
	return us;
}

/* "Z" or "+01:30", in seconds to add to UTC. */
static bool
take_offset(struct rt_str *s, int64_t *out)
{
	int hours, minutes;
	char sign;

	*out = 0;
	if (take_char(s, "Zz"))
		return true;
	sign = take_char(s, "+-");
	if (sign == 0)
		return false;
	hours = take_digits(s, 2);
	if (hours < 0 || hours > 23 || !take_char(s, ":"))
		return false;
	minutes = take_digits(s, 2);
	if (minutes < 0 || minutes > 59)
		return false;
	*out = (sign == '-' ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
	return true;
}

/* "12:30:59", where a 60th second is told apart. */
static bool
take_clock(struct rt_str *s, int64_t *out, bool *leap)
{
	int hour, minute, second;

	hour = take_digits(s, 2);
	if (hour < 0 || hour > 23 || !take_char(s, ":"))
		return false;
	minute = take_digits(s, 2);
	if (minute < 0 || minute > 59 || !take_char(s, ":"))
		return false;
	second = take_digits(s, 2);
	if (second < 0 || second > 60)
		return false;
	*leap = second == 60;
	*out = hour * HOUR + minute * MINUTE + second - *leap;
	return true;
}

/* A leap second is the last of a day in UTC. */
static bool
may_be_leap(int64_t seconds)
{
	return (seconds % DAY + DAY) % DAY == DAY - 1;
}

bool
rt_is_full_time(struct rt_str s)
{
	int64_t seconds, offset;
	bool leap;

	return take_clock(&s, &seconds, &leap) && take_fraction(&s) >= 0 &&
	    take_offset(&s, &offset) && s.n == 0 &&
	    (!leap || may_be_leap(seconds - offset));
}

bool
rt_time_parse(struct rt_str s, struct rt_time *out)
{
	struct rt_date date;
	int64_t seconds, us, offset;
	bool leap;

	if (!take_date(&s, &date) || !take_char(&s, "Tt"))
		return false;
	if (!take_clock(&s, &seconds, &leap))
		return false;
	us = take_fraction(&s);
	if (us < 0 || !take_offset(&s, &offset) || s.n > 0)
		return false;

	seconds += rt_date_days(date) * DAY - offset;
	if (leap && !may_be_leap(seconds))
		return false;
	out->us = seconds * second_us + us;
	return true;
}

/* The ends of what RFC 3339 can say. */
static int64_t
clamp_to_years(int64_t us)
{
	static const int64_t first = INT64_C(-62167219200) * 1000000;
	static const int64_t last = INT64_C(253402300800) * 1000000 - 1;

	return us < first ? first : us > last ? last : us;
}

size_t
rt_time_text(char out[RT_TIME_TEXT], struct rt_time t)
{
	char *p = out;
	int64_t day_us = DAY * second_us;
	int64_t us = clamp_to_years(t.us);
	int64_t days = (us >= 0 ? us : us - (day_us - 1)) / day_us;
	uint64_t rest = (uint64_t)(us - days * day_us);
	unsigned seconds = (unsigned)(rest / (uint64_t)second_us);
	unsigned fraction = (unsigned)(rest % (uint64_t)second_us);

	rt_date_text(out, date_of(days));
	out[10] = 'T';
	put_two(out + 11, seconds / HOUR);
	out[13] = ':';
	put_two(out + 14, seconds / MINUTE % 60);
	out[16] = ':';
	put_two(out + 17, seconds % 60);
	p += 19;
	if (fraction != 0) {
		*p++ = '.';
		put_two(p, fraction / 10000);
		put_two(p + 2, fraction / 100 % 100);
		put_two(p + 4, fraction % 100);
		p += 6;
	}
	*p++ = 'Z';
	*p = '\0';
	return (size_t)(p - out);
}

struct rt_time
rt_time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct rt_time){now.tv_sec * second_us + now.tv_nsec / 1000};
}

/* --- Hexadecimal and UUIDs --- */

static const char hex_digits[] = "0123456789abcdef";

static bool
dash_before(int byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

bool
rt_uuid_parse(struct rt_str s, struct rt_uuid *out)
{
	struct rt_uuid uuid;
	const char *p = s.p;

	if (s.n != RT_UUID_TEXT - 1)
		return false;
	for (int i = 0; i < 16; i++) {
		int high, low;

		if (dash_before(i) && *p++ != '-')
			return false;
		high = rt_hex_digit(*p++);
		low = rt_hex_digit(*p++);
		if (high < 0 || low < 0)
			return false;
		uuid.b[i] = (uint8_t)(high << 4 | low);
	}
	*out = uuid;
	return true;
}

/* Of each byte. */
static const char hex_pairs[] =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
    "1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637"
    "38393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f50515253"
    "5455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f"
    "707172737475767778797a7b7c7d7e7f808182838485868788898a8b"
    "8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7"
    "a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3"
    "c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
    "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafb"
    "fcfdfeff";

void
rt_uuid_text(char out[RT_UUID_TEXT], struct rt_uuid u)
{
	static const uint8_t places[16] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21,
	    24, 26, 28, 30, 32, 34};

	for (int i = 0; i < 16; i++)
		memcpy(out + places[i], hex_pairs + 2 * u.b[i], 2);
	out[8] = out[13] = out[18] = out[23] = '-';
	out[RT_UUID_TEXT - 1] = '\0';
}

struct rt_uuid
rt_uuid_of_random(struct rt_uuid u)
{
	u.b[6] = (uint8_t)((u.b[6] & 0x0f) | 0x40);
	u.b[8] = (uint8_t)((u.b[8] & 0x3f) | 0x80);
	return u;
}

struct rt_uuid
rt_uuid_random(void)
{
	struct rt_uuid u;

	rt_random(u.b, sizeof(u.b));
	return rt_uuid_of_random(u);
}

bool
rt_uuid_eq(struct rt_uuid a, struct rt_uuid b)
{
	return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

/* Without randomness no secret is one: better no process. */
void
rt_random(void *p, size_t n)
{
	char *at = p;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			perror("The system gives no random bytes");
			abort();
		}
		at += got;
		n -= (size_t)got;
	}
}

struct rt_str
rt_hex(struct rt_arena *a, struct rt_str bytes)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	rt_buf_reserve(&b, bytes.n * 2);
	for (size_t i = 0; i < bytes.n; i++) {
		rt_buf_byte(&b, hex_digits[(unsigned char)bytes.p[i] >> 4]);
		rt_buf_byte(&b, hex_digits[bytes.p[i] & 15]);
	}
	return rt_buf_str(&b);
}

/* --- Base64 --- */

/* What the two alphabets of RFC 4648 share; they differ in 62 and 63. */
#define ALPHANUMERIC \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static void
put_base64(struct rt_buf *b, struct rt_str bytes, const char *alphabet)
{
	unsigned held = 0;
	int bits = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		held = held << 8 | (unsigned char)bytes.p[i];
		for (bits += 8; bits >= 6; bits -= 6)
			rt_buf_byte(b, alphabet[held >> (bits - 6) & 63]);
	}
	if (bits > 0)
		rt_buf_byte(b, alphabet[held << (6 - bits) & 63]);
}

struct rt_str
rt_base64(struct rt_arena *a, struct rt_str bytes)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	put_base64(&b, bytes, ALPHANUMERIC "+/");
	while (b.n % 4 != 0)
		rt_buf_byte(&b, '=');
	return rt_buf_str(&b);
}

struct rt_str
rt_base64url(struct rt_arena *a, struct rt_str bytes)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);

	put_base64(&b, bytes, ALPHANUMERIC "-_");
	return rt_buf_str(&b);
}

/* `last` are the characters for 62 and 63. */
static int
base64_value(char c, const char *last)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == last[0] ? 62 : c == last[1] ? 63 : -1;
}

/* Without padding.  One text for one value: bits behind the last byte must be
 * zero. */
static bool
parse_base64(struct rt_arena *a, struct rt_str text, const char *last,
    struct rt_str *out)
{
	struct rt_buf b = rt_buf(a, SIZE_MAX);
	unsigned held = 0;
	int bits = 0;

	if (text.n % 4 == 1)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		int value = base64_value(text.p[i], last);

		if (value < 0)
			return false;
		held = held << 6 | (unsigned)value;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		rt_buf_byte(&b, (char)(held >> bits & 255));
	}
	if ((held & ((1u << bits) - 1)) != 0)
		return false;
	*out = rt_buf_str(&b);
	return true;
}

bool
rt_base64_parse(struct rt_arena *a, struct rt_str text, struct rt_str *out)
{
	if (text.n % 4 != 0)
		return false;
	for (int i = 0; i < 2 && text.n > 0 && text.p[text.n - 1] == '='; i++)
		text.n--;
	return parse_base64(a, text, "+/", out);
}

bool
rt_base64url_parse(struct rt_arena *a, struct rt_str text, struct rt_str *out)
{
	return parse_base64(a, text, "-_", out);
}
