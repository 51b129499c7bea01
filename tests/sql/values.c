/*
 * The functions that `kontract sql` makes of tests/golden/sql, on a database:
 * values of each type there and back, rows into structs of the contract,
 * streams, and what is violated.
 */
#include "api/model/pet.h"
#include "runtime/server.h"
#include "runtime/sql_run.h"
#include "sql/constraints.h"
#include "sql/pets.h"
#include "sql/values.h"
#include "tests/unit/loop_poll.h"
#include "tests/unit/test.h"

static struct rt_server server;
static struct rt_db_settings settings;

static void
play(void (*fn)(struct rt_call *))
{
	struct rt_call *call;

	settings.url = getenv("DATABASE_URL");
	settings.connections = 1;
	settings.queue_max = 100;
	settings.statement_timeout_ms = 5000;
	server.db = rt_db_pool_open(&settings);
	test_loop_turn(100);
	call = test_call_start(&server, fn);
	test_loop_run();
	CHECK(test_call_ended(call));
	test_call_close(call);
	rt_db_pool_close(server.db);
}

/* --- One row of all types --- */

static struct sql_insert_all_args
all_values(void)
{
	struct sql_insert_all_args v = {
	    .has_legs = true,
	    .legs = 3,
	    .name = RT_LIT("Ada \xf0\x9f\x90\xb1"),
	    .has_mood = true,
	    .mood = SQL_MOOD_SO_SO,
	    .has_born = true,
	    .born = {2024, 2, 29},
	    .has_weight = true,
	    .weight = 0.1,
	    .has_chip = true,
	    .has_seen = true,
	    .seen = {INT64_C(1234567890123456)},
	    .has_tags = true,
	    .marks = RT_LIT("{\"ear\": \"torn\"}"),
	    .more = RT_LIT("[1, {\"a\": null}]"),
	    .price = RT_LIT("1234567890.10"),
	    .photo = {"\0\xff'", 3},
	    .has_fed = true,
	    .fed = {INT64_C(86399999999)},
	    .has_pause = true,
	    .pause = {-14, 3, -5},
	    .has_stay = true,
	    .stay = {.has_from = true, .includes_from = true, .from = {7}},
	    .has_season = true,
	    .season = {.has_from = true, .from = {2024, 3, 1}},
	};
	static const struct rt_str tags[] = {RT_TEXT("a\"b"), RT_TEXT("")};

	memset(v.chip.b, 0xa5, sizeof(v.chip.b));
	v.tags = (struct rt_strs){tags, 2};
	return v;
}

/* What is there again is what was sent. */
static void
check_values(const struct sql_read_all_row *r)
{
	struct sql_insert_all_args v = all_values();

	CHECK_INT(r->legs, v.legs);
	CHECK(rt_str_eq(r->name, v.name));
	CHECK_INT(r->mood, v.mood);
	CHECK(r->has_born && memcmp(&r->born, &v.born, sizeof(v.born)) == 0);
	CHECK(r->has_weight && r->weight == v.weight);
	CHECK(r->has_chip && rt_uuid_eq(r->chip, v.chip));
	CHECK(r->has_seen && r->seen.us == v.seen.us);
	CHECK_INT(r->tags.n, 2);
	CHECK_STR(r->tags.v[0], "a\"b");
	CHECK_STR(r->tags.v[1], "");
	CHECK_STR(rt_node_str(rt_node_get(r->marks, "ear")), "torn");
	CHECK(r->has_more && r->more->n == 2);
	CHECK(r->has_price);
	CHECK_STR(r->price, "1234567890.10");
	CHECK(r->has_photo && rt_str_eq(r->photo, v.photo));
	CHECK(r->has_fed && r->fed.us == v.fed.us);
	CHECK(r->has_pause && r->pause.months == -14 && r->pause.days == 3 &&
	    r->pause.us == -5);
	CHECK(r->has_stay && r->stay.has_from && !r->stay.has_to &&
	    r->stay.includes_from && r->stay.from.us == 7);
	CHECK(r->has_season && r->season.has_from && !r->season.has_to);
	CHECK_INT(r->season.from.month, 3);
}

static void
check_made_up(const struct sql_read_all_row *r)
{
	CHECK(!r->has_home);
	CHECK(r->has_float_ && r->float_ == 3);
	CHECK_INT(r->int_, 3);
	CHECK(r->has_moods && r->moods.n == 1);
	CHECK_INT(r->moods.v[0], SQL_MOOD_SO_SO);
	CHECK(r->has_feeds && r->feeds.v[0].us == r->fed.us);
	CHECK(r->has_mores && r->mores.v[0]->n == 2);
	CHECK(r->has_now);
	CHECK(r->has_prices);
	CHECK_STR(r->prices.v[0], "1234567890.10");
	CHECK(r->has_photos && r->photos.v[0].n == 3);
}

static void
there_and_back(struct rt_call *call)
{
	struct sql_insert_all_args v = all_values();
	struct sql_read_all_rows rows;
	const char *home = "UPDATE pets SET home = ROW('a', NULL, ARRAY["
			   "'sad']::mood[], '1 day')::\"Postal address\"";
	PGconn *pg = PQconnectdb(settings.url);

	CHECK_INT(sql_insert_all(call, &v), RT_SQL_OK);
	/* A null among the items of an array has no place in C. */
	CHECK_INT(sql_read_all(call, &rows), RT_SQL_FAILED);
	PQclear(PQexec(pg, home));
	PQfinish(pg);
	CHECK_INT(sql_read_all(call, &rows), RT_SQL_OK);
	CHECK_INT(rows.n, 1);
	check_values(&rows.v[0]);
	CHECK(rows.v[0].has_home && rows.v[0].has_homes);
	CHECK_STR(rows.v[0].home.street, "a");
	CHECK(!rows.v[0].home.has_town && rows.v[0].home.has_moods);
	CHECK_INT(rows.v[0].home.moods.v[0], SQL_MOOD_SAD);
	CHECK_INT(rows.v[0].homes.v[0].since.days, 1);
	((struct sql_read_all_row *)&rows.v[0])->has_home = false;
	check_made_up(&rows.v[0]);
}

TEST(values_go_there_and_back)
{
	play(there_and_back);
}

/* --- Rows into a struct of the contract --- */

static void
into_contract(struct rt_call *call)
{
	struct api_pet_array pets;
	struct api_pet pet;

	CHECK_INT(sql_list_pets(call, &pets), RT_SQL_OK);
	CHECK_INT(pets.n, 1);
	CHECK(pets.v[0].has_legs && pets.v[0].legs == 3);
	CHECK_INT(pets.v[0].mood, API_PET_MOOD_SO_SO);
	CHECK(pets.v[0].has_marks && pets.v[0].marks.n == 1);
	CHECK_STR(pets.v[0].marks.v[0].value, "torn");
	CHECK(pets.v[0].has_price);
	CHECK_STR(pets.v[0].price, "1234567890.10");
	CHECK(pets.v[0].has_seen && !pets.v[0].null_seen);
	CHECK_INT(sql_get_pet(call, pets.v[0].id, &pet), RT_SQL_OK);
	CHECK(rt_str_eq(pet.name, pets.v[0].name));
	CHECK_INT(sql_get_pet(call, -1, &pet), RT_SQL_NONE);
}

TEST(rows_become_what_is_answered)
{
	play(into_contract);
}

/* --- Commands --- */

static bool
next(struct rt_call *call, const struct sql_each_pet_row *row, void *arg)
{
	int *n = arg;

	(void)call;
	CHECK(row->has_price);
	return ++*n < 2;
}

static void
commands(struct rt_call *call)
{
	static const int64_t legs[] = {3, 4};
	struct sql_put_arrays_args arrays = {.legs = {legs, 2}};
	struct sql_insert_all_args nothing = {.has_legs = true,
	    .name = RT_LIT("x"),
	    .has_mood = true};
	struct sql_insert_all_args v = all_values();
	struct sql_newest_row newest;
	enum sql_mood mood;
	int64_t n;
	bool empty;
	int seen = 0;

	CHECK_INT(sql_count_pets(call, &n), RT_SQL_OK);
	CHECK_INT(n, 1);
	CHECK_INT(sql_has_pets(call, &empty), RT_SQL_OK);
	CHECK(!empty);
	CHECK_INT(sql_newest(call, &newest), RT_SQL_OK);
	CHECK(newest.has_max);
	CHECK_INT(sql_moods(call, SQL_MOOD_SO_SO, &mood), RT_SQL_OK);
	CHECK_INT(mood, SQL_MOOD_SO_SO);
	CHECK_INT(sql_moods(call, SQL_MOOD_SAD, &mood), RT_SQL_NONE);
	CHECK_INT(sql_each_pet(call, 0, next, &seen), RT_SQL_OK);
	CHECK_INT(seen, 1);
	CHECK_INT(sql_put_arrays(call, &arrays, &n), RT_SQL_OK);
	CHECK_INT(n, 0);
	CHECK_INT(sql_insert_all(call, &v), RT_SQL_VIOLATED);
	CHECK_INT(sql_violated(call), SQL_PETS_NAME_KEY);
	/* 0 is no mood. */
	CHECK_INT(sql_insert_all(call, &nothing), RT_SQL_FAILED);
}

TEST(commands_do_what_they_say)
{
	play(commands);
}

static void
nulls(struct rt_call *call)
{
	struct sql_insert_all_args v = {.name = RT_LIT("nobody")};

	CHECK_INT(sql_insert_all(call, &v), RT_SQL_VIOLATED);
	CHECK_INT(sql_violated(call), SQL_PETS_LEGS_NOT_NULL);
}

TEST(null_is_sent_for_what_is_absent)
{
	play(nulls);
}
