/* Strings and numbers that a schema accepts; see sample.h. */
#include <inttypes.h>

#include "gen/pattern.h"
#include "gen/sample.h"

enum {
	LABEL_MAX = 60, /* of a host name, under the 63 of RFC 1035 */
	LOCAL_MAX = 60, /* of a mailbox, under the 64 of RFC 5321 */
	TEXT_MAX = 4 * 1000 * 1000,
};

static struct rt_str
repeated(struct rt_arena *a, const char *unit, size_t n)
{
	size_t size = strlen(unit);
	char *p = rt_arena_bytes(a, n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = unit[i % size];
	p[n] = '\0';
	return (struct rt_str){p, n};
}

/* A host name of n bytes; its last label has a letter at least. */
static void
write_host(struct rt_buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool dot = i % (LABEL_MAX + 1) == LABEL_MAX && i + 1 < n;

		rt_buf_byte(b, dot ? '.' : 'a');
	}
}

static struct rt_str
sample_email(struct rt_arena *a, size_t points)
{
	static const char host[] = "@example.org";
	size_t least = sizeof(host); /* and one byte before it */
	size_t n = points < least ? least : points;
	struct rt_buf b = rt_buf(a, TEXT_MAX);
	size_t local = n - sizeof(host) + 1;

	if (local > LOCAL_MAX)
		local = LOCAL_MAX;
	rt_buf_add(&b, repeated(a, "a", local));
	rt_buf_byte(&b, '@');
	n -= local + sizeof(host) - 1;
	if (n > 0) {
		write_host(&b, n == 1 ? 1 : n - 1);
		rt_buf_byte(&b, n == 1 ? 'a' : '.');
	}
	rt_buf_cstr(&b, host + 1);
	return rt_buf_str(&b);
}

static struct rt_str
stretched(struct rt_arena *a, const char *start, size_t points)
{
	struct rt_buf b = rt_buf(a, TEXT_MAX);

	rt_buf_cstr(&b, start);
	if (points > b.n)
		rt_buf_add(&b, repeated(a, "a", points - b.n));
	return rt_buf_str(&b);
}

/* Texts that have one length only. */
static const char *const fixed[] = {
    [RT_FORMAT_DATE] = "2026-11-21",
    [RT_FORMAT_DATE_TIME] = "2026-11-21T07:26:33Z",
    [RT_FORMAT_UUID] = "0b6e2f0c-6a5d-4f0e-9a3b-5b1d2c3e4f50",
    [RT_FORMAT_IPV4] = "192.0.2.1",
    [RT_FORMAT_IPV6] = "2001:db8::1",
    [RT_FORMAT_TIME] = "07:26:33Z",
    [RT_FORMAT_DURATION] = "P1D",
};

/* What letters may follow. */
static const char *const starts[] = {
    [RT_FORMAT_URI] = "https://example.org/",
    [RT_FORMAT_URI_REFERENCE] = "/",
    [RT_FORMAT_IRI] = "https://example.org/",
    [RT_FORMAT_IRI_REFERENCE] = "/",
    [RT_FORMAT_URI_TEMPLATE] = "/",
    [RT_FORMAT_JSON_POINTER] = "/",
    [RT_FORMAT_RELATIVE_JSON_POINTER] = "0/",
    [RT_FORMAT_REGEX] = "a",
};

struct rt_str
sample_format(struct rt_arena *a, enum rt_format format, size_t points)
{
	struct rt_buf b = rt_buf(a, TEXT_MAX);

	if (format < RT_LEN(fixed) && fixed[format] != NULL)
		return rt_str(fixed[format]);
	if (format < RT_LEN(starts) && starts[format] != NULL)
		return stretched(a, starts[format], points);
	switch (format) {
	case RT_FORMAT_EMAIL:
	case RT_FORMAT_IDN_EMAIL:
		return sample_email(a, points);
	case RT_FORMAT_HOSTNAME:
	case RT_FORMAT_IDN_HOSTNAME:
		write_host(&b, points == 0 ? 1 : points);
		return rt_buf_str(&b);
	case RT_FORMAT_BYTE:
		return repeated(a, "a", points / 4 * 4);
	default:
		return (struct rt_str){0};
	}
}

/* --- Strings of a length --- */

/* The first n code points of a text. */
static struct rt_str
cut_points(struct rt_str s, size_t n)
{
	size_t i = 0;

	for (; i < s.n; i++) {
		bool begins = ((unsigned char)s.p[i] & 0xc0) != 0x80;

		if (begins && n-- == 0)
			break;
	}
	return (struct rt_str){s.p, i};
}

/* A declared example cut or filled up to n code points. */
static struct rt_str
fitted(struct rt_arena *a, struct rt_str s, size_t n)
{
	size_t points = rt_str_is_utf8(s) ? rt_str_points(s) : 0;
	struct rt_buf b = rt_buf(a, TEXT_MAX);

	if (points >= n)
		return cut_points(s, n);
	rt_buf_add(&b, s);
	rt_buf_add(&b, repeated(a, "a", n - points));
	return rt_buf_str(&b);
}

static const struct instance *
tried(struct rt_arena *a, const struct schema *s, struct rt_str text,
    size_t points)
{
	const struct instance *v;

	if (text.p == NULL || rt_str_points(text) != points)
		return NULL;
	v = instance_string(a, text);
	return instance_fits(a, s, v) ? v : NULL;
}

const struct instance *
sample_string(struct rt_arena *a, const struct schema *real, size_t points)
{
	static const char *const units[] = {"a", "A", "0", "Aa1!", "a-", "/"};
	const struct schema *s = sample_folded(a, real);
	const struct instance *v = NULL;

	if (points > TEXT_MAX / 2 || (s->types & RT_STRING) == 0)
		return NULL;
	if (s->format != 0)
		v = tried(a, real, sample_format(a, s->format, points), points);
	if (v == NULL && s->pattern.p != NULL)
		v = tried(a, real, pattern_sample(a, s->pattern, points),
		    points);
	for (size_t i = 0; v == NULL && i < RT_LEN(units); i++)
		v = tried(a, real, repeated(a, units[i], points), points);
	for (size_t i = 0; v == NULL && i < s->n_examples; i++) {
		if (s->examples[i]->type == DOC_STRING)
			v = tried(a, real,
			    fitted(a, s->examples[i]->text, points), points);
	}
	return v;
}

/* --- Numbers around a bound --- */

/* "-12.50" as -1250 of scale 2; false where int64 is too small, or for an
 * exponent. */
static bool
scaled(struct rt_str text, int64_t *value, unsigned *scale)
{
	bool negative = rt_str_starts(text, "-");
	bool fraction = false;

	*value = 0;
	*scale = 0;
	for (size_t i = negative ? 1 : 0; i < text.n; i++) {
		if (text.p[i] == '.') {
			fraction = true;
			continue;
		}
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		*scale += fraction;
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_sub_overflow(*value, text.p[i] - '0', value))
			return false;
	}
	/* Digits were taken off, so that the smallest int64 fits. */
	return negative || !__builtin_mul_overflow(*value, -1, value);
}

static struct rt_str
unscaled(struct rt_arena *a, int64_t value, unsigned scale)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	uint64_t unit = 1;

	for (unsigned i = 0; i < scale; i++)
		unit *= 10;
	if (scale == 0)
		return rt_arena_printf(a, "%" PRId64, value);
	return rt_arena_printf(a, "%s%" PRIu64 ".%0*" PRIu64,
	    value < 0 ? "-" : "", rest / unit, (int)scale, rest % unit);
}

static const struct instance *
moved(struct rt_arena *a, const struct schema *real, struct rt_str bound,
    int64_t by, unsigned digits)
{
	const struct instance *v;
	unsigned scale;
	int64_t n;

	if (!scaled(bound, &n, &scale))
		return NULL;
	for (unsigned i = 0; i < digits; i++) {
		if (scale > 15 || __builtin_mul_overflow(n, 10, &n))
			return NULL;
		scale++;
	}
	if (__builtin_add_overflow(n, by, &n))
		return NULL;
	v = instance_number(a, unscaled(a, n, scale));
	return instance_fits(a, real, v) ? v : NULL;
}

/* The whole numbers beyond int64, for bounds at its ends. */
static const struct instance *
beyond_int64(struct rt_arena *a, const struct schema *real, struct rt_str bound,
    int step)
{
	const char *text = NULL;
	const struct instance *v;

	if (step > 0 && rt_str_is(bound, "9223372036854775807"))
		text = "9223372036854775808";
	if (step < 0 && rt_str_is(bound, "-9223372036854775808"))
		text = "-9223372036854775809";
	if (text == NULL)
		return NULL;
	v = instance_number(a, rt_str(text));
	return instance_fits(a, real, v) ? v : NULL;
}

/* The next whole multiple of a whole number. */
static const struct instance *
next_multiple(struct rt_arena *a, const struct schema *real,
    struct rt_str multiple, struct rt_str bound, int step)
{
	unsigned scale_m, scale_b;
	int64_t m, n, past;

	if (!scaled(multiple, &m, &scale_m) || !scaled(bound, &n, &scale_b) ||
	    scale_m + scale_b > 0 || m == 0)
		return NULL;
	past = n % m < 0 ? n % m + m : n % m;
	if (step < 0)
		return moved(a, real, bound, past == 0 ? -m : -past, 0);
	return moved(a, real, bound, m - past, 0);
}

const struct instance *
sample_number(struct rt_arena *a, const struct schema *real,
    struct rt_str bound, int step)
{
	const struct schema *s = sample_folded(a, real);
	const struct instance *v;

	if (step == 0)
		return moved(a, real, bound, 0, 0);
	v = moved(a, real, bound, step, 1);
	if (v == NULL)
		v = moved(a, real, bound, step, 0);
	if (v == NULL)
		v = beyond_int64(a, real, bound, step);
	if (v == NULL && s->multiple.p != NULL)
		v = next_multiple(a, real, s->multiple, bound, step);
	return v;
}

/* --- Different values --- */

/* The digits of i over the last or first letters and digits of a text. */
static struct rt_str
numbered(struct rt_arena *a, struct rt_str s, size_t i, bool at_end)
{
	struct rt_str copy = rt_arena_copy(a, s);
	struct rt_str digits = rt_arena_printf(a, "%03zu", i);
	char *p = rt_arena_bytes(a, copy.n + digits.n);

	memcpy(p, copy.p, copy.n);
	if (copy.n < digits.n)
		return rt_arena_printf(a, "%.*s%zu", RT_FMT(s), i);
	memcpy(at_end ? p + copy.n - digits.n : p, digits.p, digits.n);
	return (struct rt_str){p, copy.n};
}

static const struct instance *
numbered_string(struct rt_arena *a, const struct schema *s,
    const struct instance *base, size_t i)
{
	const struct rt_str texts[] = {
	    numbered(a, base->text, i, true),
	    numbered(a, base->text, i, false),
	    rt_arena_printf(a, "%.*s%zu", RT_FMT(base->text), i),
	    rt_arena_printf(a, "%zu%.*s", i, RT_FMT(base->text)),
	};

	for (size_t k = 0; k < RT_LEN(texts); k++) {
		const struct instance *v = instance_string(a, texts[k]);

		if (instance_fits(a, s, v))
			return v;
	}
	return sample_string(a, s, base->text.n + i);
}

static const struct instance *
numbered_number(struct rt_arena *a, const struct schema *s,
    const struct instance *base, size_t i)
{
	const struct instance *v = moved(a, s, base->text, (int64_t)i, 0);

	return v != NULL ? v : moved(a, s, base->text, -(int64_t)i, 0);
}

/* An object differs by one of its strings or numbers. */
static const struct instance *
numbered_object(struct rt_arena *a, const struct schema *s,
    const struct instance *base, size_t i)
{
	for (size_t k = 0; k < base->n; k++) {
		const struct instance *old = base->parts[k].value, *new = NULL;
		const struct instance *v;

		if (old->type == RT_STRING)
			new = instance_string(a,
			    rt_arena_printf(a, "%.*s%zu", RT_FMT(old->text),
				i));
		if (old->type == RT_NUMBER)
			new = moved(a, sample_anything(a), old->text,
			    (int64_t)i, 0);
		if (new == NULL)
			continue;
		v = instance_with(a, base,
		    instance_pointer(a, RT_LIT(""), base->parts[k].name), new);
		if (instance_fits(a, s, v))
			return v;
	}
	return NULL;
}

static const struct instance *
nth_of_enum(struct rt_arena *a, const struct schema *s,
    const struct doc_node *values, size_t i)
{
	for (size_t k = 0; k < values->n; k++) {
		const struct instance *v = instance_of_doc(a, values->items[k]);

		if (instance_fits(a, s, v) && i-- == 0)
			return v;
	}
	return NULL;
}

const struct instance *
sample_nth(struct rt_arena *a, const struct schema *s, size_t i)
{
	const struct doc_node *values = sample_folded(a, s)->enumeration;
	const struct instance *base;

	if (values != NULL)
		return nth_of_enum(a, s, values, i);
	base = sample_value(a, s, SAMPLE_MINIMAL);
	if (base == NULL || i == 0)
		return base;
	if (base->type == RT_STRING)
		return numbered_string(a, s, base, i);
	if (base->type == RT_NUMBER)
		return numbered_number(a, s, base, i);
	if (base->type == RT_OBJECT)
		return numbered_object(a, s, base, i);
	return NULL;
}
