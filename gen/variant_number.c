/* Variants of numbers; see variant.h. */
#include "gen/variant.h"

/* A bound that the bound itself satisfies: minimum and maximum. */
static void
inclusive(const struct site *at, const struct schema *part,
    const struct schema *relaxed, struct rt_str bound, const char *keyword)
{
	struct rt_arena *a = at->out->arena;
	const struct schema *all = site_schema(at, NULL, NULL);
	bool low = strcmp(keyword, "minimum") == 0;
	struct fault f = {
	    .part = part,
	    .relaxed = site_schema(at, part, relaxed),
	    .pointer = at->pointer,
	    .keyword = keyword,
	};

	if (bound.p == NULL)
		return;
	site_accepts(at, keyword, low ? "least" : "most", "is the bound",
	    sample_number(a, all, bound, 0));
	site_accepts(at, keyword, low ? "least-next" : "most-next",
	    "is next to the bound", sample_number(a, all, bound, low ? 1 : -1));
	(void)site_refuses(at, &f, low ? "under" : "over",
	    rt_arena_printf(a, "is %s than %.*s", low ? "less" : "more",
		RT_FMT(bound))
		.p,
	    sample_number(a, f.relaxed, bound, low ? -1 : 1));
}

/* A bound that must not be reached. */
static void
exclusive(const struct site *at, const struct schema *part,
    const struct schema *relaxed, struct rt_str bound, const char *keyword)
{
	struct rt_arena *a = at->out->arena;
	bool low = strcmp(keyword, "exclusiveMinimum") == 0;
	struct fault f = {
	    .part = part,
	    .relaxed = site_schema(at, part, relaxed),
	    .pointer = at->pointer,
	    .keyword = keyword,
	};

	if (bound.p == NULL)
		return;
	site_accepts(at, keyword, "inside", "is next to the bound",
	    sample_number(a, site_schema(at, NULL, NULL), bound, low ? 1 : -1));
	(void)site_refuses(at, &f, "at", "is the excluded bound itself",
	    sample_number(a, f.relaxed, bound, 0));
	(void)site_refuses(at, &f, "past", "is past the excluded bound",
	    sample_number(a, f.relaxed, bound, low ? -1 : 1));
}

static void
multiple(const struct site *at, const struct schema *part)
{
	struct rt_arena *a = at->out->arena;
	const struct schema *all = site_schema(at, NULL, NULL);
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "multipleOf"};
	bool found = false;

	if (part->multiple.p == NULL)
		return;
	relaxed.multiple = (struct rt_str){0};
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "once", "is the divisor",
	    sample_number(a, all, part->multiple, 0));
	for (int step = 1; step >= -1 && !found; step -= 2)
		found = site_refuses(at, &f, "between",
		    "is no multiple of the divisor",
		    sample_number(a, f.relaxed, part->multiple, step));
	if (!found && site_value(at)->type == RT_NUMBER)
		(void)site_refuses(at, &f, "between",
		    "is no multiple of the divisor",
		    sample_number(a, f.relaxed, site_value(at)->text, 1));
}

/* The ends of int32 and int64. */
static void
width(const struct site *at, const struct schema *part)
{
	bool narrow = part->format == RT_FORMAT_INT32;
	struct rt_str low =
	    narrow ? RT_LIT("-2147483648") : RT_LIT("-9223372036854775808");
	struct rt_str high =
	    narrow ? RT_LIT("2147483647") : RT_LIT("9223372036854775807");
	struct rt_arena *a = at->out->arena;
	const struct schema *all = site_schema(at, NULL, NULL);
	struct schema relaxed = *part;
	struct fault f = {.part = part,
	    .pointer = at->pointer,
	    .keyword = "format"};

	relaxed.format = 0;
	f.relaxed = site_schema(at, part, &relaxed);
	site_accepts(at, f.keyword, "least", "is the smallest of its width",
	    sample_number(a, all, low, 0));
	site_accepts(at, f.keyword, "most", "is the largest of its width",
	    sample_number(a, all, high, 0));
	(void)site_refuses(at, &f, "under", "is too small for its width",
	    sample_number(a, f.relaxed, low, -1));
	(void)site_refuses(at, &f, "over", "is too large for its width",
	    sample_number(a, f.relaxed, high, 1));
}

void
site_number(const struct site *at, const struct schema *part)
{
	struct schema relaxed = *part;
	const struct rt_str none = {0};

	if ((part->types & (RT_INTEGER | RT_NUMBER)) == 0)
		return;
	relaxed.minimum = none;
	inclusive(at, part, &relaxed, part->minimum, "minimum");
	relaxed = *part;
	relaxed.maximum = none;
	inclusive(at, part, &relaxed, part->maximum, "maximum");
	relaxed = *part;
	relaxed.above = none;
	exclusive(at, part, &relaxed, part->above, "exclusiveMinimum");
	relaxed = *part;
	relaxed.below = none;
	exclusive(at, part, &relaxed, part->below, "exclusiveMaximum");
	multiple(at, part);
	if (part->format == RT_FORMAT_INT32 || part->format == RT_FORMAT_INT64)
		width(at, part);
}
