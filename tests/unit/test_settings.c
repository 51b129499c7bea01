#include "runtime/settings.h"

#include <fcntl.h>

#include "runtime/log.h"

#include "tests/unit/test.h"

static const struct rt_setting table[] = {
    {.name = "T_TEXT", .type = RT_SETTING_TEXT, .fallback = "abc"},
    {.name = "T_INT", .type = RT_SETTING_INT, .fallback = "5", .max = 10},
    {.name = "T_ANY_INT", .type = RT_SETTING_INT, .fallback = "-3"},
    {.name = "T_BOOL", .type = RT_SETTING_BOOL, .fallback = "no"},
    {.name = "T_MUST", .type = RT_SETTING_TEXT, .min = 2, .max = 8},
    {.name = "T_SECRET", .type = RT_SETTING_TEXT, .min = 4, .max = 999},
    {
	.name = "T_CHOICE",
	.type = RT_SETTING_TEXT,
	.fallback = "b",
	.choices = "a|b",
    },
    {.name = "T_FILES_URL", .type = RT_SETTING_TEXT, .fallback = "x"},
    {
	.name = "T_SALT",
	.type = RT_SETTING_TEXT,
	.fallback = "none",
	.min = 4,
	.max = 9,
	.secret = true,
    },
    {.name = NULL},
};

static char output[8192];

static void
load_or_log(const struct rt_setting *settings, bool *ok)
{
	if (settings == NULL)
		rt_settings_log();
	else
		*ok = rt_settings_load(settings);
}

/* Loads a table, or logs all for NULL, with standard error kept in
 * `output`. */
static bool
load(const struct rt_setting *settings)
{
	FILE *file = tmpfile();
	int old = dup(STDERR_FILENO);
	bool ok = true;
	size_t n;

	CHECK(file != NULL && old >= 0);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	load_or_log(settings, &ok);
	fflush(stderr);
	dup2(old, STDERR_FILENO);
	rewind(file);
	n = fread(output, 1, sizeof(output) - 1, file);
	output[n] = '\0';
	return ok;
}

static void
set_required(void)
{
	setenv("T_MUST", "must", 1);
	setenv("T_SECRET", "hush", 1);
}

/* Whether a table with this value of one variable loads. */
static bool
takes(const char *name, const char *value)
{
	set_required();
	setenv(name, value, 1);
	return load(table);
}

TEST(fallbacks)
{
	set_required();
	CHECK(load(table));
	CHECK(output[0] == '\0');
	CHECK(strcmp(rt_setting_text("T_TEXT"), "abc") == 0);
	CHECK(strcmp(rt_setting_text("T_MUST"), "must") == 0);
	CHECK_INT(rt_setting_int("T_INT"), 5);
	CHECK_INT(rt_setting_int("T_ANY_INT"), -3);
	CHECK(!rt_setting_bool("T_BOOL"));
}

TEST(the_environment_wins)
{
	CHECK(takes("T_TEXT", ""));
	CHECK(strcmp(rt_setting_text("T_TEXT"), "") == 0);
	CHECK(takes("T_INT", "10"));
	CHECK_INT(rt_setting_int("T_INT"), 10);
	CHECK(takes("T_BOOL", "ON"));
	CHECK(rt_setting_bool("T_BOOL"));
	CHECK(takes("T_BOOL", "0"));
	CHECK(!rt_setting_bool("T_BOOL"));
}

TEST(values_are_kept_as_they_were)
{
	CHECK(takes("T_TEXT", "one"));
	setenv("T_TEXT", "two", 1);
	CHECK(strcmp(rt_setting_text("T_TEXT"), "one") == 0);
}

TEST(ints)
{
	CHECK(takes("T_INT", "0"));
	CHECK(!takes("T_INT", "11"));
	CHECK(!takes("T_INT", "-1"));
	CHECK(!takes("T_INT", ""));
	CHECK(!takes("T_INT", " 5"));
	CHECK(!takes("T_INT", "5 "));
	CHECK(!takes("T_INT", "+5"));
	CHECK(!takes("T_INT", "-"));
	CHECK(!takes("T_INT", "0x5"));
	CHECK(!takes("T_INT", "five"));
	CHECK(takes("T_INT", "5"));
	CHECK(!takes("T_ANY_INT", "9223372036854775808"));
	CHECK(takes("T_ANY_INT", "-9223372036854775808"));
}

TEST(bools_and_choices)
{
	CHECK(!takes("T_BOOL", "maybe"));
	CHECK(takes("T_BOOL", "yes"));
	CHECK(!takes("T_CHOICE", "c"));
	CHECK(!takes("T_CHOICE", "a|b"));
	CHECK(strstr(output, "one of a|b") != NULL);
	CHECK(takes("T_CHOICE", "a"));
}

TEST(texts)
{
	CHECK(!takes("T_MUST", ""));
	CHECK(!takes("T_MUST", "a"));
	CHECK(takes("T_MUST", "ab"));
	CHECK(!takes("T_MUST", "123456789"));
	CHECK(strcmp(output,
		  "setting T_MUST: expected a text of 2 to 8 bytes, found "
		  "\"123456789\"\n") == 0);
}

TEST(all_faults_are_told)
{
	setenv("T_INT", "many", 1);
	unsetenv("T_MUST");
	setenv("T_SECRET", "abc", 1);
	CHECK(!load(table));
	CHECK(strstr(output,
		  "setting T_INT: expected a whole number from 0 to 10, found "
		  "\"many\"\n") != NULL);
	CHECK(strstr(output,
		  "setting T_MUST: expected a text of 2 to 8 bytes, "
		  "but it is not set\n") != NULL);
	CHECK(strstr(output, "setting T_SECRET:") != NULL);
}

TEST(secrets_are_not_shown)
{
	CHECK(!takes("T_SECRET", "xyz"));
	CHECK(strstr(output, "xyz") == NULL);
	CHECK(strstr(output, "3 bytes (not shown)") != NULL);
}

TEST(what_says_so_is_a_secret)
{
	CHECK(!takes("T_SALT", "pst"));
	CHECK(strstr(output, "pst") == NULL);
	CHECK(strstr(output, "setting T_SALT: ") != NULL);
}

TEST(the_log_of_settings)
{
	rt_log_level(RT_LOG_DEBUG);
	setenv("T_SALT", "sodium", 1);
	setenv("T_FILES_URL", "ftp://u:hidden@x", 1);
	CHECK(takes("T_INT", "7"));
	CHECK(load(NULL));
	CHECK(strstr(output, "\"setting T_INT is 7\"") != NULL);
	CHECK(strstr(output, "\"setting T_TEXT is abc (default)\"") != NULL);
	CHECK(strstr(output, "setting T_SALT is set (not shown)") != NULL);
	CHECK(strstr(output, "T_FILES_URL is set (not shown)") != NULL);
	CHECK(strstr(output, "sodium") == NULL);
	CHECK(strstr(output, "hidden") == NULL);
	CHECK(strstr(output, "hush") == NULL);
	CHECK(strstr(output, "T_TEXT") < strstr(output, "T_INT"));
}

TEST(a_name_of_two_tables)
{
	static const struct rt_setting other[] = {
	    {.name = "T_INT", .type = RT_SETTING_TEXT, .fallback = "x"},
	    {.name = NULL},
	};

	set_required();
	CHECK(load(table));
	CHECK(!load(other));
	CHECK(strcmp(output, "setting T_INT: two tables have it\n") == 0);
	CHECK_INT(rt_setting_int("T_INT"), 5);
}

TEST(the_database_is_a_secret)
{
	char url[5001];

	memset(url, 'p', sizeof(url) - 1);
	url[5000] = '\0';
	setenv("DATABASE_URL", url, 1);
	CHECK(!load(rt_settings));
	CHECK(strstr(output, "setting DATABASE_URL") != NULL);
	CHECK(strstr(output, "ppp") == NULL);
}

TEST(values_stay_on_their_line)
{
	CHECK(!takes("T_INT", "a\nsetting X: forged\x1b[2J"));
	CHECK(strstr(output, "\nsetting X") == NULL);
	CHECK(strchr(output, '\x1b') == NULL);
}

TEST(the_runtime_s_own)
{
	unsetenv("DATABASE_URL");
	CHECK(!load(rt_settings));
	setenv("DATABASE_URL", "postgresql:///x", 1);
	CHECK(load(rt_settings));
	CHECK_INT(rt_setting_int("BODY_MAX"), 1000000);
	CHECK_INT(rt_setting_int("CALL_MEMORY_MAX"), 67108864);
	CHECK(rt_setting_bool("CHECK_ANSWERS"));
	CHECK(strcmp(rt_setting_text("LOG_LEVEL"), "info") == 0);
}

static bool
dies(void (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		fn();
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

static void
read_unknown(void)
{
	rt_setting_text("T_TXET");
}

static void
read_with_another_type(void)
{
	rt_setting_int("T_TEXT");
}

TEST(a_name_that_no_table_has)
{
	set_required();
	CHECK(load(table));
	CHECK(dies(read_unknown));
	CHECK(dies(read_with_another_type));
}
