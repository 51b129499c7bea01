#include "runtime/cron.h"

#include <stdlib.h>
#include <time.h>

enum {
	DAY_S = 24 * 60 * 60,
	DAYS_BACK = 41 * 366,
	NAME_LENGTH = 3,
};

/* What a field may be. */
struct field {
	unsigned min, max;
	const char *names; /* of NAME_LENGTH letters each, from min; or NULL */
	const char *wrong;
};

static const struct field minute = {0, 59, NULL,
    "the minute (the first field) is none of 0 to 59"};
static const struct field hour = {0, 23, NULL,
    "the hour (the second field) is none of 0 to 23"};
static const struct field day = {1, 31, NULL,
    "the day of the month (the third field) is none of 1 to 31"};
static const struct field month = {1, 12,
    "janfebmaraprmayjunjulaugsepoctnovdec",
    "the month (the fourth field) is none of 1 to 12 or JAN to DEC"};
static const struct field weekday = {0, 7, "sunmontuewedthufrisat",
    "the day of the week (the fifth field) is none of 0 to 7 or SUN to SAT"};

/* --- Parsing --- */

static bool
read_name(const struct field *f, struct rt_str s, unsigned *v)
{
	struct rt_str rest = rt_str(f->names);

	for (*v = f->min; rest.n >= NAME_LENGTH; (*v)++) {
		if (rt_str_eq_nocase((struct rt_str){rest.p, NAME_LENGTH}, s))
			return true;
		rest.p += NAME_LENGTH;
		rest.n -= NAME_LENGTH;
	}
	return false;
}

static bool
read_number(struct rt_str s, unsigned *v)
{
	*v = 0;
	if (s.n == 0 || s.n > 2)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*v = *v * 10 + (unsigned)(s.p[i] - '0');
	}
	return true;
}

static bool
read_value(const struct field *f, struct rt_str s, unsigned *v)
{
	if (f->names != NULL && read_name(f, s, v))
		return true;
	return read_number(s, v) && *v >= f->min && *v <= f->max;
}

/* One item of a list: *, a, a-b, with a step or not. */
static bool
read_item(const struct field *f, struct rt_str item, uint64_t *bits)
{
	struct rt_str step = item, range, to;
	unsigned first = f->min, last = f->max, by = 1;

	range = rt_str_cut(&step, '/');
	to = range;
	if (!rt_str_is(range, "*")) {
		struct rt_str from = rt_str_cut(&to, '-');

		if (!read_value(f, from, &first))
			return false;
		last = first;
		if (to.p != NULL && !read_value(f, to, &last))
			return false;
		if (to.p == NULL && step.p != NULL)
			return false; /* a step of what? */
	}
	if (step.p != NULL && (!read_number(step, &by) || by == 0))
		return false;
	for (unsigned v = first; v <= last; v += by)
		*bits |= UINT64_C(1) << v;
	return first <= last;
}

static bool
read_field(const struct field *f, struct rt_str list, uint64_t *bits)
{
	*bits = 0;
	while (list.p != NULL) {
		if (!read_item(f, rt_str_cut(&list, ','), bits))
			return false;
	}
	return *bits != 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct rt_str
next_word(struct rt_str *rest)
{
	struct rt_str word;

	while (rest->n > 0 && is_blank(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
	word = (struct rt_str){rest->p, 0};
	while (rest->n > 0 && !is_blank(rest->p[0])) {
		rest->p++;
		rest->n--;
		word.n++;
	}
	return word;
}

/* Both names of Sunday are one. */
static void
fold_sunday(uint64_t *weekdays)
{
	*weekdays = (*weekdays | *weekdays >> 7) & 0x7f;
}

bool
rt_cron_parse(struct rt_str s, struct rt_cron *cron, const char **why)
{
	static const struct field *const fields[] = {&minute, &hour, &day,
	    &month, &weekday};
	uint64_t *const bits[] = {&cron->minutes, &cron->hours, &cron->days,
	    &cron->months, &cron->weekdays};
	struct rt_str words[RT_LEN(fields)];

	for (size_t i = 0; i < RT_LEN(fields); i++) {
		words[i] = next_word(&s);
		*why = fields[i]->wrong;
		if (!read_field(fields[i], words[i], bits[i]))
			return false;
	}
	*why = "there is something behind the fifth field";
	if (next_word(&s).n > 0)
		return false;
	fold_sunday(&cron->weekdays);
	cron->either_day = words[2].p[0] != '*' && words[4].p[0] != '*';
	*why = "there is no such day";
	return rt_cron_last(cron, time(NULL)) != -1;
}

/* --- Finding --- */

static bool
has(uint64_t bits, int v)
{
	return (bits >> v & 1) != 0;
}

static bool
is_day(const struct rt_cron *cron, const struct tm *t)
{
	bool of_month = has(cron->days, t->tm_mday);
	bool of_week = has(cron->weekdays, t->tm_wday);

	if (!has(cron->months, t->tm_mon + 1))
		return false;
	return cron->either_day ? of_month || of_week : of_month && of_week;
}

/* The last minute of a day up to `latest`; -1: there is none. */
static int
last_minute(const struct rt_cron *cron, int latest)
{
	for (int m = latest; m >= 0; m--) {
		if (has(cron->hours, m / 60) && has(cron->minutes, m % 60))
			return m;
	}
	return -1;
}

int64_t
rt_cron_last(const struct rt_cron *cron, int64_t now)
{
	time_t midnight = now - now % DAY_S;
	int latest = (int)(now % DAY_S / 60);
	struct tm t;

	for (int i = 0; i < DAYS_BACK; i++) {
		int m = -1;

		if (gmtime_r(&midnight, &t) != NULL && is_day(cron, &t))
			m = last_minute(cron, latest);
		if (m >= 0)
			return midnight + (int64_t)m * 60;
		midnight -= DAY_S;
		latest = DAY_S / 60 - 1;
	}
	return -1;
}
