#include "runtime/http_date.h"

#include <time.h>

static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri",
    "Sat"};
static const char *const long_days[] = {"Sunday", "Monday", "Tuesday",
    "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* --- Writing --- */

static char *
put_name(char *p, const char *name)
{
	memcpy(p, name, 3);
	return p + 3;
}

/* With leading zeros, and a byte behind it. */
static char *
put_number(char *p, int v, int digits, char behind)
{
	for (int i = digits; i-- > 0; v /= 10)
		p[i] = (char)('0' + v % 10);
	p[digits] = behind;
	return p + digits + 1;
}

void
rt_http_date_text(char text[RT_HTTP_DATE_TEXT], int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char *p = text;

	text[0] = '\0';
	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < -1900 ||
	    tm.tm_year > 9999 - 1900)
		return;
	p = put_name(p, days[tm.tm_wday]);
	*p++ = ',';
	*p++ = ' ';
	p = put_number(p, tm.tm_mday, 2, ' ');
	p = put_name(p, months[tm.tm_mon]);
	*p++ = ' ';
	p = put_number(p, tm.tm_year + 1900, 4, ' ');
	p = put_number(p, tm.tm_hour, 2, ':');
	p = put_number(p, tm.tm_min, 2, ':');
	p = put_number(p, tm.tm_sec, 2, ' ');
	memcpy(p, "GMT", sizeof("GMT"));
}

/* --- Reading --- */

/* What is left of a text; once a part is not as it should be, nothing is. */
struct scan {
	struct rt_str rest;
	bool ok;
};

static bool
skip(struct scan *s, const char *text)
{
	size_t n = strlen(text);

	s->ok = s->ok && rt_str_starts(s->rest, text);
	if (!s->ok)
		return false;
	s->rest.p += n;
	s->rest.n -= n;
	return true;
}

static int
scan_name(struct scan *s, const char *const *names, int n)
{
	for (int i = 0; s->ok && i < n; i++) {
		if (!rt_str_starts(s->rest, names[i]))
			continue;
		(void)skip(s, names[i]);
		return i;
	}
	s->ok = false;
	return 0;
}

static int
scan_number(struct scan *s, size_t digits)
{
	int v = 0;

	s->ok = s->ok && s->rest.n >= digits;
	for (size_t i = 0; s->ok && i < digits; i++) {
		char c = s->rest.p[i];

		s->ok = c >= '0' && c <= '9';
		v = v * 10 + (c - '0');
	}
	if (!s->ok)
		return 0;
	s->rest.p += digits;
	s->rest.n -= digits;
	return v;
}

static void
scan_time(struct scan *s, struct tm *tm)
{
	tm->tm_hour = scan_number(s, 2);
	(void)skip(s, ":");
	tm->tm_min = scan_number(s, 2);
	(void)skip(s, ":");
	tm->tm_sec = scan_number(s, 2);
}

static bool
scan_imf(struct rt_str text, struct tm *tm)
{
	struct scan s = {text, true};

	(void)scan_name(&s, days, RT_LEN(days));
	(void)skip(&s, ", ");
	tm->tm_mday = scan_number(&s, 2);
	(void)skip(&s, " ");
	tm->tm_mon = scan_name(&s, months, RT_LEN(months));
	(void)skip(&s, " ");
	tm->tm_year = scan_number(&s, 4) - 1900;
	(void)skip(&s, " ");
	scan_time(&s, tm);
	return skip(&s, " GMT") && s.rest.n == 0;
}

static int
year_of(int digits, int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm = {0};
	int year;

	(void)gmtime_r(&t, &tm);
	year = tm.tm_year - tm.tm_year % 100 + digits;
	if (year > tm.tm_year + 50)
		return year - 100;
	return year + 100 <= tm.tm_year + 50 ? year + 100 : year;
}

static bool
scan_rfc850(struct rt_str text, int64_t now, struct tm *tm)
{
	struct scan s = {text, true};

	(void)scan_name(&s, long_days, RT_LEN(long_days));
	(void)skip(&s, ", ");
	tm->tm_mday = scan_number(&s, 2);
	(void)skip(&s, "-");
	tm->tm_mon = scan_name(&s, months, RT_LEN(months));
	(void)skip(&s, "-");
	tm->tm_year = year_of(scan_number(&s, 2), now);
	(void)skip(&s, " ");
	scan_time(&s, tm);
	return skip(&s, " GMT") && s.rest.n == 0;
}

static bool
scan_asctime(struct rt_str text, struct tm *tm)
{
	struct scan s = {text, true};

	(void)scan_name(&s, days, RT_LEN(days));
	(void)skip(&s, " ");
	tm->tm_mon = scan_name(&s, months, RT_LEN(months));
	(void)skip(&s, " ");
	tm->tm_mday = rt_str_starts(s.rest, " ") && skip(&s, " ")
	    ? scan_number(&s, 1)
	    : scan_number(&s, 2);
	(void)skip(&s, " ");
	scan_time(&s, tm);
	(void)skip(&s, " ");
	tm->tm_year = scan_number(&s, 4) - 1900;
	return s.ok && s.rest.n == 0;
}

/* A second may be the 60th, a day must be one of its month. */
static bool
is_time(const struct tm *tm)
{
	struct tm day = {
	    .tm_year = tm->tm_year,
	    .tm_mon = tm->tm_mon,
	    .tm_mday = tm->tm_mday,
	};

	if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
		return false;
	(void)timegm(&day);
	return day.tm_mon == tm->tm_mon;
}

bool
rt_http_date_parse(struct rt_str text, int64_t now, int64_t *seconds)
{
	struct tm tm = {0};

	*seconds = 0;
	if (!scan_imf(text, &tm)) {
		tm = (struct tm){0};
		if (!scan_rfc850(text, now, &tm)) {
			tm = (struct tm){0};
			if (!scan_asctime(text, &tm))
				return false;
		}
	}
	if (!is_time(&tm))
		return false;
	*seconds = (int64_t)timegm(&tm);
	return true;
}
