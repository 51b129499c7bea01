#include "runtime/media.h"

#define YES_10 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
#define YES_26 YES_10, YES_10, 1, 1, 1, 1, 1, 1

static bool
is_token_char(char c)
{
	static const bool is[256] = {
	    ['0'] = YES_10,
	    ['A'] = YES_26,
	    ['a'] = YES_26,
	    ['!'] = 1,
	    ['#'] = 1,
	    ['$'] = 1,
	    ['%'] = 1,
	    ['&'] = 1,
	    ['\''] = 1,
	    ['*'] = 1,
	    ['+'] = 1,
	    ['-'] = 1,
	    ['.'] = 1,
	    ['^'] = 1,
	    ['_'] = 1,
	    ['`'] = 1,
	    ['|'] = 1,
	    ['~'] = 1,
	};

	return is[(unsigned char)c];
}

bool
rt_is_token(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_token_char(s.p[i]))
			return false;
	}
	return s.n > 0;
}

bool
rt_is_field_value(struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static void
skip(struct rt_str *rest, size_t n)
{
	rest->p += n;
	rest->n -= n;
}

static void
skip_blanks(struct rt_str *rest)
{
	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		skip(rest, 1);
}

static bool
skip_char(struct rt_str *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	skip(rest, 1);
	return true;
}

/* False where no token stands here. */
static bool
scan_token(struct rt_str *rest, struct rt_str *token)
{
	*token = (struct rt_str){rest->p, 0};
	while (rest->n > 0 && is_token_char(rest->p[0])) {
		token->n++;
		skip(rest, 1);
	}
	return token->n > 0;
}

/*
 * A token or a quoted string (RFC 9110, section 5.6.4), whose escapes stay:
 * no value that matters here needs one.
 */
static bool
scan_value(struct rt_str *rest, struct rt_str *value)
{
	if (!skip_char(rest, '"'))
		return scan_token(rest, value);

	*value = (struct rt_str){rest->p, 0};
	while (rest->n > 0 && rest->p[0] != '"')
		skip(rest, rest->p[0] == '\\' && rest->n > 1 ? 2 : 1);
	value->n = (size_t)(rest->p - value->p);
	return skip_char(rest, '"');
}

bool
rt_quality_parse(struct rt_str s, unsigned *out)
{
	unsigned q, unit = 100;

	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1'))
		return false;
	q = s.p[0] == '1' ? 1000 : 0;
	if (s.n > 1 && s.p[1] != '.')
		return false;
	for (size_t i = 2; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		q += (unsigned)(s.p[i] - '0') * unit;
		unit /= 10;
	}
	*out = q;
	return q <= 1000;
}

struct param {
	struct rt_str name;
	struct rt_str value;
};

/* The next parameter; its name is absent at the end.  False for one that is
 * malformed. */
static bool
scan_param(struct rt_str *rest, struct param *p)
{
	*p = (struct param){0};
	for (;;) {
		skip_blanks(rest);
		if (!skip_char(rest, ';'))
			return true;
		skip_blanks(rest);
		if (rest->n == 0 || rest->p[0] == ';' || rest->p[0] == ',')
			continue;
		return scan_token(rest, &p->name) && skip_char(rest, '=') &&
		    scan_value(rest, &p->value);
	}
}

static bool
scan_params(struct rt_str *rest, struct rt_media *m)
{
	struct param p;

	while (scan_param(rest, &p)) {
		if (p.name.p == NULL)
			return true;
		if (rt_str_is_nocase(p.name, "q") &&
		    !rt_quality_parse(p.value, &m->quality))
			return false;
		if (!rt_str_is_nocase(p.name, "charset"))
			continue;
		if (m->charset.p != NULL)
			return false;
		m->charset = p.value;
	}
	return false;
}

/* One media type or range with its parameters. */
static bool
scan_media(struct rt_str *rest, struct rt_media *m)
{
	const char *start;

	*m = (struct rt_media){.quality = 1000};
	skip_blanks(rest);
	if (!scan_token(rest, &m->type) || !skip_char(rest, '/') ||
	    !scan_token(rest, &m->subtype))
		return false;
	start = rest->p;
	if (!scan_params(rest, m))
		return false;
	m->params = (struct rt_str){start, (size_t)(rest->p - start)};
	return true;
}

bool
rt_media_parse(struct rt_str s, struct rt_media *out)
{
	return scan_media(&s, out) && s.n == 0 && !rt_str_is(out->type, "*") &&
	    !rt_str_is(out->subtype, "*");
}

static bool
find_param(struct rt_str params, struct rt_str name, struct rt_str *value)
{
	struct param p;

	while (scan_param(&params, &p) && p.name.p != NULL) {
		if (!rt_str_eq_nocase(p.name, name))
			continue;
		*value = p.value;
		return true;
	}
	return false;
}

bool
rt_media_param(struct rt_str s, const char *name, struct rt_str *value)
{
	struct rt_media m;

	return scan_token(&s, &m.type) && skip_char(&s, '/') &&
	    scan_token(&s, &m.subtype) && find_param(s, rt_str(name), value);
}

/* What the parameters of a range add to the type itself. */
static unsigned
params_closeness(const struct rt_media *range, const struct rt_media *m)
{
	struct rt_str rest = range->params, value;
	struct param p;
	bool any = false;

	while (scan_param(&rest, &p) && p.name.p != NULL) {
		if (rt_str_is_nocase(p.name, "charset") ||
		    rt_str_is_nocase(p.name, "q"))
			continue;
		if (!find_param(m->params, p.name, &value) ||
		    !rt_str_eq_nocase(value, p.value))
			return 0;
		any = true;
	}
	return any ? 2 : 1;
}

/* How closely a range fits: 0 not at all, 3 to the letter. */
static unsigned
closeness(const struct rt_media *range, const struct rt_media *m)
{
	if (rt_str_is(range->type, "*"))
		return rt_str_is(range->subtype, "*") ? 1 : 0;
	if (!rt_str_eq_nocase(range->type, m->type))
		return 0;
	if (rt_str_is(range->subtype, "*"))
		return 2;
	return rt_str_eq_nocase(range->subtype, m->subtype) ? 3 : 0;
}

unsigned
rt_media_closeness(const char *range, const struct rt_media *m)
{
	struct rt_str rest = rt_str(range);
	struct rt_media r;
	unsigned close = scan_media(&rest, &r) ? closeness(&r, m) : 0;

	if (close < 3)
		return close;
	return 3 + params_closeness(&r, m);
}

bool
rt_media_covers(const char *range, const struct rt_media *m)
{
	return rt_media_closeness(range, m) > 0;
}

static bool
ends_nocase(struct rt_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n &&
	    rt_str_is_nocase((struct rt_str){s.p + s.n - n, n}, suffix);
}

bool
rt_media_is_json(const struct rt_media *m)
{
	return rt_str_is_nocase(m->subtype, "json") ||
	    ends_nocase(m->subtype, "+json");
}

unsigned
rt_media_quality(struct rt_str accept, const struct rt_media *m)
{
	unsigned best = 0, quality = 0;
	bool listed = false;
	struct rt_media range;

	for (;;) {
		skip_blanks(&accept);
		if (skip_char(&accept, ','))
			continue;
		if (accept.n == 0)
			return listed ? quality : 1000;

		listed = true;
		if (!scan_media(&accept, &range) ||
		    (accept.n > 0 && accept.p[0] != ',')) {
			rt_str_cut(&accept, ',');
			continue;
		}
		if (closeness(&range, m) > best) {
			best = closeness(&range, m);
			quality = range.quality;
		}
	}
}
