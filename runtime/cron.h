/*
 * Times that come again, as crontab(5) writes them: minute, hour, day of the
 * month, month and day of the week.  UTC, always: there a day has all its hours,
 * once each.
 */
#ifndef RT_CRON_H
#define RT_CRON_H

#include "runtime/str.h"

/* A bit for each value that a field allows. */
struct rt_cron {
	uint64_t minutes; /* 0 to 59 */
	uint64_t hours; /* 0 to 23 */
	uint64_t days; /* 1 to 31 */
	uint64_t months; /* 1 to 12 */
	uint64_t weekdays; /* 0 to 6, of which 0 is Sunday */
	bool either_day; /* the day of the month or that of the week will do */
};

/*
 * Five fields with blanks between them.  A field is a list, by commas, of a star,
 * a number, or a range "8-18".  A star and a range may have a step: "8-18/2".
 * Months and days of the week may be the first three letters of their English
 * names; 7 is Sunday, too.  Where neither of the two fields of days begins with a
 * star, a day that one of them allows will do.  False with a part of a sentence in
 * `why`; also where no day is ever allowed (the 31st of February).
 */
bool rt_cron_parse(struct rt_str, struct rt_cron *,
    const char **why) RT_WARN_UNUSED;

/*
 * The last minute that is allowed, at `now` or before; both in seconds since
 * 1970-01-01T00:00:00Z.  -1 where there is none in 40 years, as long as the 29th
 * of February may take to be a Sunday again.
 */
int64_t rt_cron_last(const struct rt_cron *, int64_t now);

#endif /* RT_CRON_H */
