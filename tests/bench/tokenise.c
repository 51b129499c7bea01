/*
 * How long rt_json_parse() takes of the time that yajl does, on documents of
 * several kinds:
 *
 *	tokenise ROUNDS ECHO.JSON
 *
 * Prints `NAME ratio MEDIAN MIN MAX`, less being better.  Within a round both
 * take the same document by turns, so that a slow moment hits both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/buf.h"
#include "tests/fuzz/yajl_tape.h"

enum {
	MEMORY = 256 << 20,
	BYTES_EACH = 4 << 20, /* what a turn goes through */
	ROUNDS_MAX = 1000,
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "tokenise: %s\n", what);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- Who takes a document --- */

static void
take_ours(struct rt_arena *arena, struct rt_str text)
{
	struct rt_json_error err;

	must(rt_json_parse(arena, text, &rt_json_default_limits, &err) != NULL,
	    "ours refuses a document");
}

static void
take_yajl_tape(struct rt_arena *arena, struct rt_str text)
{
	must(yajl_tape(arena, text, &rt_json_default_limits) != NULL,
	    "yajl refuses a document");
}

/* --- yajl alone, whose callbacks do nothing --- */

static int
ignore(void *arg)
{
	(void)arg;
	return true;
}

static int
ignore_boolean(void *arg, int v)
{
	(void)arg;
	(void)v;
	return true;
}

static int
ignore_number(void *arg, const char *s, size_t n)
{
	(void)arg;
	(void)s;
	(void)n;
	return true;
}

static int
ignore_string(void *arg, const unsigned char *s, size_t n)
{
	(void)arg;
	(void)s;
	(void)n;
	return true;
}

static const yajl_callbacks nothing = {
    .yajl_null = ignore,
    .yajl_boolean = ignore_boolean,
    .yajl_number = ignore_number,
    .yajl_string = ignore_string,
    .yajl_start_map = ignore,
    .yajl_map_key = ignore_string,
    .yajl_end_map = ignore,
    .yajl_start_array = ignore,
    .yajl_end_array = ignore,
};

static void
take_yajl(struct rt_arena *arena, struct rt_str text)
{
	(void)arena;
	must(yajl_takes(text, &nothing, NULL), "yajl refuses a document");
}

typedef void take(struct rt_arena *, struct rt_str);

static double
time_of(take *f, struct rt_arena *arena, struct rt_str text)
{
	size_t times = BYTES_EACH / text.n + 1;
	double start = now();

	for (size_t i = 0; i < times; i++) {
		rt_arena_reset(arena);
		f(arena, text);
	}
	return now() - start;
}

/* --- Documents --- */

static struct rt_str
read_echo(struct rt_arena *arena, const char *path)
{
	char *text = rt_arena_bytes(arena, 4096);
	FILE *f = fopen(path, "r");
	size_t n;

	must(f != NULL, "the body can't be read");
	n = fread(text, 1, 4096, f);
	fclose(f);
	return (struct rt_str){text, n};
}

/* An array of many. */
static struct rt_str
many(struct rt_arena *arena, struct rt_str one, size_t n)
{
	struct rt_buf b = rt_buf(arena, MEMORY);

	for (size_t i = 0; i < n; i++) {
		rt_buf_byte(&b, i == 0 ? '[' : ',');
		rt_buf_add(&b, one);
	}
	rt_buf_byte(&b, ']');
	return rt_buf_str(&b);
}

/* A KiB each, of which one thing is most. */
static const struct {
	const char *name;
	const char *one;
	size_t n;
} documents[] = {
    {"json.tokenise.indented/yajl",
	"{\n    \"id\": 1234567,\n    \"name\": \"Ada Lovelace\",\n"
	"    \"active\": true,\n    \"address\": {\n"
	"        \"street\": \"12 St James's Square\",\n"
	"        \"city\": \"London\",\n        \"location\": [\n"
	"            51.507,\n            -0.135\n        ]\n    },\n"
	"    \"friends\": null\n}\n",
	4},
    {"json.tokenise.numbers/yajl", "[-122.4224,37.8011]", 50},
    {"json.tokenise.members/yajl",
	"{\"id\":17,\"name\":\"Ada\",\"surname\":\"Lovelace\",\"email\":"
	"\"ada@example.org\",\"phone\":null,\"city\":\"London\",\"zip\":"
	"\"SW1Y\",\"country\":\"GB\",\"created\":\"2024-02-29\","
	"\"updated\":\"2024-03-01\",\"active\":true,\"visits\":3}",
	5},
    {"json.tokenise.escapes/yajl",
	"\"A line\\nof text\\twith \\\"quotes\\\", a \\\\ and "
	"\\u00e9\\ud83d\\ude00\"",
	16},
    {"json.tokenise.cyrillic/yajl",
	"\"\xd0\x92\xd1\x81\xd0\xb5 \xd1\x81\xd1\x87\xd0\xb0\xd1\x81\xd1"
	"\x82\xd0\xbb\xd0\xb8\xd0\xb2\xd1\x8b\xd0\xb5 \xd1\x81\xd0\xb5"
	"\xd0\xbc\xd1\x8c\xd0\xb8\"",
	26},
};

/* --- Figures --- */

static int
by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static void
print_ratio(const char *name, double *ratios, int n)
{
	qsort(ratios, (size_t)n, sizeof(*ratios), by_value);
	printf("%s ratio %.4g %.4g %.4g\n", name, ratios[n / 2], ratios[0],
	    ratios[n - 1]);
}

static void
compare(const char *name, take *other, struct rt_str text, int rounds)
{
	struct rt_arena *arena = rt_arena_open(MEMORY, NULL, NULL);
	double ratios[ROUNDS_MAX];

	(void)time_of(take_ours, arena, text);
	(void)time_of(other, arena, text);
	for (int i = 0; i < rounds; i++) {
		double ours = time_of(take_ours, arena, text);

		ratios[i] = ours / time_of(other, arena, text);
	}
	print_ratio(name, ratios, rounds);
	rt_arena_close(arena);
}

int
main(int argc, char **argv)
{
	struct rt_arena *arena = rt_arena_open(MEMORY, NULL, NULL);
	int rounds = argc == 3 ? atoi(argv[1]) : 0;
	struct rt_str echo;

	must(rounds > 0 && rounds <= ROUNDS_MAX, "how many rounds?");
	echo = read_echo(arena, argv[2]);
	compare("json.tokenise/yajl", take_yajl, echo, rounds);
	compare("json.tokenise/yajl-tape", take_yajl_tape, echo, rounds);
	compare("json.tokenise.large/yajl", take_yajl, many(arena, echo, 1000),
	    rounds);
	for (size_t i = 0; i < RT_LEN(documents); i++)
		compare(documents[i].name, take_yajl,
		    many(arena, rt_str(documents[i].one), documents[i].n),
		    rounds);
	rt_arena_close(arena);
	return 0;
}
