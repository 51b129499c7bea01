#include "gen/conf.h"

#include <ctype.h>
#include <stdlib.h>

#include "runtime/buf.h"

enum {
	TEXT_MAX = 64 * 1024,
	/* Kore reads lines of 8 KiB; a path is one of 4 KiB at most. */
	VALUE_MAX = 4096,
	/* Files of a worker that are no connections of clients. */
	OTHER_FILES = 4000,
};

const struct conf_options conf_defaults = {
    .kore = "4.1",
    .address = "127.0.0.1",
    .port = "8000",
    .workers = "2",
    .connections = "12000",
    .root = ".",
};

bool
conf_version(const char *text, enum conf_kore *out)
{
	*out = strcmp(text, "4.2") == 0 ? CONF_KORE_42 : CONF_KORE_41;
	return *out == CONF_KORE_42 || strcmp(text, "4.1") == 0;
}

/* --- Options --- */

struct number {
	const char *option;
	const char *text;
	long min, max;
};

static bool
is_number(const struct number *n)
{
	char *end;
	long v;

	if (!isdigit((unsigned char)n->text[0]) || strlen(n->text) > 9)
		return false;
	v = strtol(n->text, &end, 10);
	return *end == '\0' && v >= n->min && v <= n->max;
}

/* Kore knows no quotes, and takes a value in '$' for a variable's. */
static bool
is_value(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return false;
	}
	return text[0] != '\0' && text[0] != '$' && text[0] != '{' &&
	    strlen(text) < VALUE_MAX;
}

static bool
numbers_are_good(struct rt_arena *arena, const struct conf_options *o,
    struct rt_str *why)
{
	const struct number numbers[] = {
	    {"port", o->port, 1, 65535},
	    {"workers", o->workers, 1, 253},
	    {"connections", o->connections, 1, 1000000},
	};

	for (size_t i = 0; i < RT_LEN(numbers); i++) {
		if (is_number(&numbers[i]))
			continue;
		*why = rt_arena_printf(arena,
		    "--%s takes a number from %ld to %ld", numbers[i].option,
		    numbers[i].min, numbers[i].max);
		return false;
	}
	return true;
}

static bool
values_are_good(struct rt_arena *arena, const struct conf_options *o,
    struct rt_str *why)
{
	const char *const values[][2] = {{"address", o->address},
	    {"module", o->module}, {"root", o->root}, {"runas", o->runas}};

	for (size_t i = 0; i < RT_LEN(values); i++) {
		if (values[i][1] == NULL || is_value(values[i][1]))
			continue;
		*why = rt_arena_printf(arena,
		    "--%s: Kore takes no value that is empty, has a space or "
		    "begins with '$' or '{'",
		    values[i][0]);
		return false;
	}
	return true;
}

/* --- Text --- */

static void
put_user_and_root(struct rt_buf *b, const struct conf_options *o,
    enum conf_kore kore)
{
	const char *indent = kore == CONF_KORE_42 ? "\t" : "";

	if (kore == CONF_KORE_42)
		rt_buf_cstr(b, "privsep worker {\n");
	rt_buf_printf(b, "%sroot %s\n", indent, o->root);
	if (o->runas != NULL)
		rt_buf_printf(b, "%srunas %s\n", indent, o->runas);
	if (kore == CONF_KORE_42)
		rt_buf_cstr(b, "}\n");
}

static void
put_head(struct rt_buf *b, const struct conf_options *o, enum conf_kore kore)
{
	rt_buf_printf(b,
	    "# Kore %s, by `kontract conf`.  Of the options of kore:\n#\n",
	    o->kore);
	if (kore == CONF_KORE_41)
		rt_buf_cstr(b,
		    "# -f\tin the foreground, for the log goes to standard error\n");
	rt_buf_cstr(b,
	    "# -n\twithout a change of the root directory\n"
	    "# -r\twithout a change of the user\n"
	    "#\n"
	    "# Another user than root needs -n and -r.  What is of calls and "
	    "connections are\n"
	    "# settings of the server, in its environment.\n"
	    "\n");
}

struct rt_str
conf_write(struct rt_arena *arena, const struct conf_options *o,
    struct rt_str *why)
{
	struct rt_buf b = rt_buf(arena, TEXT_MAX);
	enum conf_kore kore;

	if (!conf_version(o->kore, &kore)) {
		*why = RT_LIT("--kore takes 4.1, or 4.2 for it and later ones");
		return (struct rt_str){0};
	}
	if (!numbers_are_good(arena, o, why) || !values_are_good(arena, o, why))
		return (struct rt_str){0};
	put_head(&b, o, kore);
	if (o->module != NULL)
		rt_buf_printf(&b, "load %s\n", o->module);
	rt_buf_printf(&b, "pidfile %s/kore.pid\n", o->root);
	put_user_and_root(&b, o, kore);
	rt_buf_printf(&b,
	    "\n"
	    "workers %s\n"
	    "worker_max_connections %s\n"
	    "worker_rlimit_nofiles %ld\n"
	    "worker_set_affinity 0\n"
	    "worker_accept_threshold 256\n"
	    "socket_backlog 4096\n"
	    "\n"
	    "# Each connection is the runtime's; Kore's own HTTP and TLS are not "
	    "used.\n"
	    "server api {\n"
	    "\tbind %s %s rt_connect\n"
	    "\ttls no\n"
	    "}\n",
	    o->workers, o->connections,
	    strtol(o->connections, NULL, 10) + OTHER_FILES, o->address,
	    o->port);
	return rt_buf_str(&b);
}
