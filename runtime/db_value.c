#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/db_pool.h"
#include "runtime/json_write.h"

const char rt_db_impossible[] = "";

/* --- Parameters --- */

/* Types are left to the query: `$1` next to a column has the column's. */
static struct rt_value
text_value(const char *text)
{
	return (struct rt_value){.text = text};
}

struct rt_value
rt_value_null(void)
{
	return text_value(NULL);
}

struct rt_value
rt_value_bool(bool v)
{
	return text_value(v ? "t" : "f");
}

struct rt_value
rt_value_int(struct rt_call *call, int64_t v)
{
	return text_value(rt_printf(call, "%" PRId64, v).p);
}

/* 17 digits read back as the same number; "inf" and "nan" are read, too. */
struct rt_value
rt_value_double(struct rt_call *call, double v)
{
	return text_value(rt_printf(call, "%.17g", v).p);
}

static bool
has_nul(struct rt_str s)
{
	return s.n > 0 && memchr(s.p, '\0', s.n) != NULL;
}

struct rt_value
rt_value_str(struct rt_call *call, struct rt_str s)
{
	if (s.p == NULL)
		return rt_value_null();
	if (has_nul(s))
		return text_value(rt_db_impossible);
	return text_value(rt_arena_copy(call->arena, s).p);
}

struct rt_value
rt_value_uuid(struct rt_call *call, struct rt_uuid v)
{
	char *text = rt_arena_bytes(call->arena, RT_UUID_TEXT);

	rt_uuid_text(text, v);
	return text_value(text);
}

struct rt_value
rt_value_date(struct rt_call *call, struct rt_date v)
{
	char *text = rt_arena_bytes(call->arena, RT_DATE_TEXT);

	rt_date_text(text, v);
	return text_value(text);
}

struct rt_value
rt_value_time(struct rt_call *call, struct rt_time v)
{
	char *text = rt_arena_bytes(call->arena, RT_TIME_TEXT);

	rt_time_text(text, v);
	return text_value(text);
}

/* What was written, as a parameter. */
static struct rt_value
buf_value(struct rt_buf *b)
{
	rt_buf_byte(b, '\0');
	return text_value(b->full ? rt_db_impossible : b->p);
}

struct rt_value
rt_value_json(struct rt_call *call, const struct rt_node *node)
{
	struct rt_buf b = rt_buf(call->arena, SIZE_MAX / 2);
	struct rt_writer w = rt_writer(&b);

	if (node == NULL)
		return rt_value_null();
	rt_write_node(&w, node);
	return buf_value(&b);
}

struct rt_value
rt_value_str_map(struct rt_call *call, struct rt_str_map map)
{
	struct rt_buf b = rt_buf(call->arena, SIZE_MAX / 2);
	struct rt_writer w = rt_writer(&b);

	rt_write_str_map(&w, map);
	return buf_value(&b);
}

static void
add_array_item(struct rt_buf *b, struct rt_str s)
{
	if (s.p == NULL) {
		rt_buf_cstr(b, "NULL");
		return;
	}
	rt_buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			rt_buf_byte(b, '\\');
		rt_buf_byte(b, s.p[i]);
	}
	rt_buf_byte(b, '"');
}

struct rt_value
rt_value_strs(struct rt_call *call, struct rt_strs list)
{
	struct rt_buf b = rt_buf(call->arena, SIZE_MAX / 2);

	rt_buf_byte(&b, '{');
	for (size_t i = 0; i < list.n; i++) {
		if (has_nul(list.v[i]))
			return text_value(rt_db_impossible);
		if (i > 0)
			rt_buf_byte(&b, ',');
		add_array_item(&b, list.v[i]);
	}
	rt_buf_byte(&b, '}');
	return buf_value(&b);
}

/* --- Rows --- */

/* The text of a column, absent for a null or where there is no such field. */
static struct rt_str
column(const struct rt_rows *rows, int row, int col)
{
	const PGresult *r = rows->result;
	struct rt_str text = {0};

	if (row < 0 || row >= rows->n || col < 0 || col >= PQnfields(r) ||
	    PQgetisnull(r, row, col))
		return text;
	text.p = PQgetvalue(r, row, col);
	text.n = (size_t)PQgetlength(r, row, col);
	return text;
}

bool
rt_row_null(const struct rt_rows *rows, int row, int col)
{
	return column(rows, row, col).p == NULL;
}

bool
rt_row_bool(const struct rt_rows *rows, int row, int col)
{
	return rt_str_is(column(rows, row, col), "t");
}

int64_t
rt_row_int(const struct rt_rows *rows, int row, int col)
{
	struct rt_str s = column(rows, row, col);

	return s.p == NULL ? 0 : strtoll(s.p, NULL, 10);
}

double
rt_row_double(const struct rt_rows *rows, int row, int col)
{
	struct rt_str s = column(rows, row, col);

	return s.p == NULL ? 0 : strtod(s.p, NULL);
}

struct rt_str
rt_row_str(const struct rt_rows *rows, int row, int col)
{
	return column(rows, row, col);
}

struct rt_uuid
rt_row_uuid(const struct rt_rows *rows, int row, int col)
{
	struct rt_uuid v = {0};

	if (!rt_uuid_parse(column(rows, row, col), &v))
		return (struct rt_uuid){0};
	return v;
}

struct rt_date
rt_row_date(const struct rt_rows *rows, int row, int col)
{
	struct rt_date v = {0};

	if (!rt_date_parse(column(rows, row, col), &v))
		return (struct rt_date){0};
	return v;
}

/*
 * PostgreSQL writes "2026-11-21 07:26:33.5+00", or no zone for a timestamp
 * without one, which is taken as UTC.  The session's zone is UTC.
 */
struct rt_time
rt_row_time(const struct rt_rows *rows, int row, int col)
{
	enum { LONGEST = 29 };
	struct rt_str s = column(rows, row, col);
	struct rt_time v = {0};
	char text[LONGEST + 2];

	if (rt_str_ends(s, "+00"))
		s.n -= 3;
	if (s.n < 19 || s.n > LONGEST || s.p[10] != ' ')
		return v;
	memcpy(text, s.p, s.n);
	text[10] = 'T';
	text[s.n] = 'Z';
	if (!rt_time_parse((struct rt_str){text, s.n + 1}, &v))
		return (struct rt_time){0};
	return v;
}

/*
 * Moves *s past the item of a text[] that it begins with, and writes what the
 * item stands for to `out`, which it can't outgrow.
 */
static struct rt_str
cut_item(struct rt_str *s, char *out)
{
	bool quoted = s->n > 0 && s->p[0] == '"';
	size_t i = quoted ? 1 : 0, n = 0;

	for (; i < s->n && s->p[i] != (quoted ? '"' : ','); i++) {
		if (s->p[i] == '\\' && i + 1 < s->n)
			i++;
		out[n++] = s->p[i];
	}
	i += quoted ? 2 : 1; /* the closing quote, the comma */
	if (i > s->n)
		i = s->n;
	s->p += i;
	s->n -= i;
	if (!quoted && n == 4 && memcmp(out, "NULL", 4) == 0)
		return (struct rt_str){0};
	return (struct rt_str){out, n};
}

static size_t
count_items(struct rt_str s)
{
	bool quoted = false;
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == ',' && !quoted)
			n++;
	}
	return s.n == 0 ? 0 : n;
}

struct rt_strs
rt_row_strs(struct rt_call *call, const struct rt_rows *rows, int row, int col)
{
	struct rt_str s = column(rows, row, col);
	struct rt_str *v;
	size_t n;
	char *out;

	if (s.n < 2 || s.p[0] != '{')
		return (struct rt_strs){0};
	s.p++;
	s.n -= 2;
	n = count_items(s);
	v = rt_arena_array(call->arena, n, sizeof(*v));
	out = rt_arena_bytes(call->arena, s.n);
	for (size_t i = 0; i < n; i++) {
		v[i] = cut_item(&s, out);
		out += v[i].n;
	}
	return (struct rt_strs){v, n};
}

const struct rt_node *
rt_row_json(struct rt_call *call, const struct rt_rows *rows, int row, int col)
{
	struct rt_str s = column(rows, row, col);
	struct rt_json_error err;

	if (s.p == NULL)
		return NULL;
	return rt_json_parse(call->arena, s, &rt_json_default_limits, &err);
}

struct rt_str_map
rt_row_str_map(struct rt_call *call, const struct rt_rows *rows, int row,
    int col)
{
	const struct rt_node *v = rt_row_json(call, rows, row, col);

	if (v == NULL)
		return (struct rt_str_map){NULL, 0};
	return rt_read_str_map(call->arena, v, NULL);
}
