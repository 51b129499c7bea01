#include "gen/sql_query.h"

#include "gen/name.h"
#include "gen/sql_lex.h"

struct reading {
	struct rt_arena *arena;
	struct diag *diag;
	const struct source *source;
	struct rt_str tag;
	struct sql_queries *out;
	struct sql_query *query; /* the one being read; NULL: none yet */
	struct sql_lex lex;
	struct rt_buf text;
	size_t copied; /* up to here the file is in `text` */
	size_t params_size, pieces_size;
	bool doc; /* comments still belong to the head */
	bool ended; /* by a semicolon */
	bool stray; /* what is no part of a query has been told of */
};

static const struct {
	const char *name;
	bool rows;
} commands[] = {
    [SQL_ONE] = {":one", true},
    [SQL_MAYBE] = {":maybe", true},
    [SQL_MANY] = {":many", true},
    [SQL_EXEC] = {":exec", false},
    [SQL_COUNT] = {":count", false},
    [SQL_STREAM] = {":stream", true},
};

const char *
sql_command_name(enum sql_command c)
{
	return commands[c].name;
}

bool
sql_reads_rows(enum sql_command c)
{
	return commands[c].rows;
}

struct source_pos
sql_query_pos(const struct sql_query *q, size_t at, unsigned len)
{
	size_t i = q->n_pieces;

	while (i > 1 && q->pieces[i - 1].at > at)
		i--;
	if (i == 0)
		return q->pos;
	return source_pos(q->source,
	    q->pieces[i - 1].offset + (at - q->pieces[i - 1].at), len);
}

static struct source_pos
place(const struct reading *r, struct rt_str part)
{
	return source_pos(r->source, (size_t)(part.p - r->source->text.p),
	    (unsigned)part.n);
}

static void *
grown(struct rt_arena *arena, void *v, size_t *size, size_t item)
{
	size_t n = *size == 0 ? 8 : 2 * *size;
	void *more = rt_arena_array(arena, n, item);

	if (*size > 0)
		memcpy(more, v, *size * item);
	*size = n;
	return more;
}

/* --- The head --- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == ',' || c == '\r';
}

/* The next word of a head; empty at its end. */
static struct rt_str
take_word(struct rt_str *rest)
{
	struct rt_str word;

	while (rest->n > 0 && is_blank(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
	word = (struct rt_str){rest->p, 0};
	while (word.n < rest->n && !is_blank(word.p[word.n]))
		word.n++;
	rest->p += word.n;
	rest->n -= word.n;
	return word;
}

/* Our names are written as they are called in C. */
static bool
is_name(const struct reading *r, struct rt_str s)
{
	return s.n > 0 && s.n <= NAME_MAX_BYTES / 2 &&
	    rt_str_eq(name_snake(r->arena, s), s);
}

static const struct sql_query *
find_query(const struct reading *r, struct rt_str name)
{
	for (size_t i = 0; i < r->out->n; i++) {
		if (rt_str_eq(r->out->v[i].name, name))
			return &r->out->v[i];
	}
	return NULL;
}

static bool
read_name(struct reading *r, struct rt_str *rest, struct sql_query *q)
{
	const struct sql_query *twin;

	q->name = take_word(rest);
	q->pos = place(r, q->name);
	twin = find_query(r, q->name);
	if (!is_name(r, q->name)) {
		diag_error(r->diag, q->pos, "sql-head",
		    "a query needs a name such as get_person");
		diag_help(r->diag,
		    "lower case, digits, and single underscores between");
		return false;
	}
	if (twin == NULL)
		return true;
	diag_error(r->diag, q->pos, "sql-head",
	    "the query '%.*s' is there twice", RT_FMT(q->name));
	diag_note(r->diag, twin->pos, "first here");
	return false;
}

/* Behind "except": the members that are not read. */
static bool
read_except(struct reading *r, struct rt_str *rest, struct sql_target *t)
{
	size_t size = 0;
	struct rt_str word;

	while ((word = take_word(rest)).n > 0) {
		if (t->n_except == size)
			t->except = grown(r->arena, t->except, &size,
			    sizeof(*t->except));
		t->except[t->n_except++] = word;
	}
	if (t->n_except > 0)
		return true;
	diag_error(r->diag, t->pos, "sql-head",
	    "'except' is followed by names of members");
	return false;
}

static bool
read_target(struct reading *r, struct rt_str *rest, struct sql_target *t)
{
	struct rt_str word = take_word(rest);

	t->shared = rt_str_is(word, "struct");
	t->name = t->shared ? take_word(rest) : word;
	t->pos = place(r, t->name);
	if (t->name.n == 0 || (t->shared && !is_name(r, t->name))) {
		diag_error(r->diag, t->pos, "sql-head",
		    "'->' is followed by a schema of the contract, or by "
		    "'struct' and a name such as caller");
		return false;
	}
	word = take_word(rest);
	if (word.n == 0)
		return true;
	if (!t->shared && rt_str_is(word, "except"))
		return read_except(r, rest, t);
	diag_error(r->diag, place(r, word), "sql-head",
	    "'%.*s' is not expected here", RT_FMT(word));
	return false;
}

static bool
read_mark(struct reading *r, struct rt_str word, struct sql_query *q)
{
	for (size_t i = SQL_ONE; i < RT_LEN(commands); i++) {
		if (q->command == 0 && rt_str_is(word, commands[i].name)) {
			q->command = (enum sql_command)i;
			return true;
		}
	}
	if (q->command != 0 && rt_str_is(word, ":read")) {
		q->read = true;
		return true;
	}
	diag_error(r->diag, place(r, word), "sql-head", "'%.*s' is no %s",
	    RT_FMT(word), q->command == 0 ? "command" : "mark of a query");
	diag_help(r->diag, "%s",
	    q->command == 0
		? "after the name: :one, :maybe, :many, :exec, :count or :stream"
		: "after the command: :read, and '-> Schema'");
	return false;
}

/* "get_person :maybe :read -> Person" */
static bool
read_head(struct reading *r, struct rt_str rest, struct sql_query *q)
{
	struct rt_str word;

	if (!read_name(r, &rest, q))
		return false;
	while ((word = take_word(&rest)).n > 0) {
		if (q->command != 0 && rt_str_is(word, "->")) {
			if (!read_target(r, &rest, &q->target))
				return false;
		} else if (!read_mark(r, word, q)) {
			return false;
		}
	}
	if (q->command == 0) {
		diag_error(r->diag, q->pos, "sql-head", "'%.*s' has no command",
		    RT_FMT(q->name));
		diag_help(r->diag,
		    "say what becomes of the rows: :one, :maybe, :many, "
		    ":exec, :count or :stream");
		return false;
	}
	if (q->target.name.p == NULL || sql_reads_rows(q->command))
		return true;
	diag_error(r->diag, q->target.pos, "sql-head",
	    "%s reads no rows, so there is nothing to read them into",
	    sql_command_name(q->command));
	return false;
}

/* --- The text --- */

static void
add_piece(struct reading *r, size_t offset)
{
	struct sql_query *q = r->query;

	if (q->n_pieces == r->pieces_size)
		q->pieces = grown(r->arena, q->pieces, &r->pieces_size,
		    sizeof(*q->pieces));
	q->pieces[q->n_pieces++] = (struct sql_piece){r->text.n, offset};
}

/* The file's text up to the end of the word before, as it is written. */
static void
copy_until(struct reading *r, size_t end)
{
	struct rt_str part = {r->source->text.p + r->copied, end - r->copied};

	if (part.n == 0)
		return;
	add_piece(r, r->copied);
	rt_buf_add(&r->text, part);
	r->copied = end;
}

/* The number of a parameter, from 1; 0 where there are too many. */
static size_t
number_of(struct reading *r, struct rt_str name)
{
	struct sql_query *q = r->query;
	struct rt_str word = sql_lex_text(&r->lex);

	for (size_t i = 0; i < q->n_params; i++) {
		if (rt_str_eq(q->params[i].name, name))
			return i + 1;
	}
	if (!is_name(r, name))
		diag_error(r->diag, place(r, word), "sql-parameter",
		    "a parameter needs a name such as person_id, not '%.*s'",
		    RT_FMT(name));
	if (q->n_params == SQL_PARAMS_MAX) {
		diag_error(r->diag, place(r, word), "sql-parameter",
		    "a query takes at most %d parameters", SQL_PARAMS_MAX);
		return 0;
	}
	if (q->n_params == r->params_size)
		q->params = grown(r->arena, q->params, &r->params_size,
		    sizeof(*q->params));
	q->params[q->n_params] =
	    (struct sql_param){.name = name, .pos = place(r, word)};
	return ++q->n_params;
}

static void
take_parameter(struct reading *r)
{
	size_t number = number_of(r, r->lex.name);

	copy_until(r, r->lex.begin);
	if (number == 0)
		return;
	r->query->params[number - 1].nullable |= r->lex.nullable;
	add_piece(r, r->lex.begin);
	rt_buf_printf(&r->text, "$%zu", number);
	r->copied = r->lex.end;
}

static void
take_position(struct reading *r)
{
	struct rt_str word = sql_lex_text(&r->lex);

	diag_error(r->diag, place(r, word), "sql-parameter",
	    "parameters have names here, not numbers");
	diag_help(r->diag, "write :id in the place of %.*s", RT_FMT(word));
}

static void
finish_query(struct reading *r)
{
	struct sql_query *q = r->query;

	if (q == NULL)
		return;
	if (r->text.n == 0 && diag_errors(r->diag) == 0)
		diag_error(r->diag, q->pos, "sql-head",
		    "the query '%.*s' has no text", RT_FMT(q->name));
	q->text = rt_arena_copy(r->arena,
	    r->text.n == 0 ? RT_LIT("") : rt_buf_str(&r->text));
}

/* One report tells of all words up to the next query. */
static void
report_stray(struct reading *r, const char *sentence)
{
	if (r->stray)
		return;
	r->stray = true;
	diag_error(r->diag, place(r, sql_lex_text(&r->lex)), "sql-head", "%s",
	    sentence);
	diag_help(r->diag,
	    "a query begins with a line '-- name: get_person :one'");
}

/* A word of a query's text. */
static void
take_word_of_text(struct reading *r)
{
	bool first = r->text.n == 0;

	if (r->ended) {
		report_stray(r, "the query has ended before this");
		return;
	}
	r->doc = false;
	if (sql_lex_is(&r->lex, ";")) {
		r->ended = true;
		return;
	}
	if (first)
		r->copied = r->lex.begin;
	if (r->lex.word == SQL_WORD_PARAMETER)
		take_parameter(r);
	else if (r->lex.word == SQL_WORD_POSITION)
		take_position(r);
	else
		copy_until(r, r->lex.end);
}

/* --- Comments --- */

static void
add_doc(struct reading *r, struct rt_str line)
{
	struct sql_query *q = r->query;

	if (q->doc.p == NULL)
		q->doc = line;
	else
		q->doc = rt_arena_printf(r->arena, "%.*s\n%.*s", RT_FMT(q->doc),
		    RT_FMT(line));
}

static void
begin_query(struct reading *r, struct rt_str head)
{
	struct sql_query q = {.tag = r->tag, .source = r->source};
	bool good = read_head(r, head, &q);

	finish_query(r);
	if (r->out->n == r->out->size)
		r->out->v = grown(r->arena, r->out->v, &r->out->size,
		    sizeof(*r->out->v));
	r->out->v[r->out->n] = q;
	r->query = &r->out->v[r->out->n];
	/* One with a wrong head is read on, for what else is wrong. */
	r->out->n += good ? 1 : 0;
	r->text = rt_buf(r->arena, SOURCE_MAX);
	r->params_size = r->pieces_size = 0;
	r->doc = true;
	r->ended = false;
	r->stray = false;
}

static void
take_comment(struct reading *r)
{
	static const char head[] = "name:";
	struct rt_str line = sql_lex_text(&r->lex);

	line = rt_str_trim((struct rt_str){line.p + 2, line.n - 2});
	if (rt_str_starts(line, head))
		begin_query(r,
		    (struct rt_str){line.p + strlen(head),
			line.n - strlen(head)});
	else if (r->query != NULL && r->doc)
		add_doc(r, line);
}

/* --- The file --- */

static void
take(struct reading *r)
{
	if (r->lex.word == SQL_WORD_COMMENT) {
		take_comment(r);
	} else if (r->query != NULL) {
		take_word_of_text(r);
	} else {
		report_stray(r, "no query begins before this");
	}
}

/* PostgreSQL has neither in a text, and libpq ends one at a NUL. */
static bool
is_text(struct reading *r)
{
	struct rt_str text = r->source->text;
	size_t at = 0;

	while (at < text.n && text.p[at] != '\0') {
		size_t n =
		    rt_str_utf8_len((struct rt_str){text.p + at, text.n - at});

		if (n == 0)
			break;
		at += n;
	}
	if (at == text.n)
		return true;
	diag_error(r->diag, source_pos(r->source, at, 1), "sql-head",
	    "this byte is no text in UTF-8");
	return false;
}

void
sql_queries_read(struct rt_arena *arena, struct diag *diag, struct rt_str tag,
    const struct source *source, struct sql_queries *out)
{
	struct reading r = {
	    .arena = arena,
	    .diag = diag,
	    .source = source,
	    .tag = tag,
	    .out = out,
	    .lex = sql_lex(arena, source->text),
	};

	if (!is_text(&r))
		return;
	if (rt_str_starts(source->text, "\xef\xbb\xbf"))
		r.lex.at = 3;
	for (;;) {
		switch (sql_lex_next(&r.lex)) {
		case SQL_WORD_END:
			finish_query(&r);
			return;
		case SQL_WORD_OPEN:
			diag_error(diag, source_pos(source, r.lex.begin, 1),
			    "sql-head", "nothing ends what begins here");
			return;
		default:
			take(&r);
			if (diag_errors(diag) >= DIAG_MAX)
				return;
		}
	}
}
