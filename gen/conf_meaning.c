#include <errno.h>
#include <stdlib.h>

#include "gen/conf_word.h"

enum { WORDS_MAX = 4 };

int64_t
conf_number(struct conf_check *c, struct rt_str value)
{
	const char *text = rt_arena_copy(c->arena, value).p;
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	return errno != 0 || end == text || *end != '\0' || v < 0 ? -1 : v;
}

/* Words between spaces, of which Kore looks at the first few only. */
static unsigned
split(struct rt_str value, struct rt_str out[WORDS_MAX])
{
	unsigned n = 0;

	while (value.p != NULL) {
		struct rt_str word = rt_str_cut(&value, ' ');

		if (word.n > 0 && n < WORDS_MAX)
			out[n++] = word;
	}
	return n;
}

struct source_pos
conf_pos(const struct conf_check *c, struct rt_str part)
{
	return source_pos(c->source, (size_t)(part.p - c->source->text.p),
	    (unsigned)part.n);
}

static void
check_callback(struct conf_check *c, const struct conf_line *l,
    const struct rt_str *callback)
{
	if (callback == NULL) {
		diag_error(c->diag, l->pos, "conf-callback",
		    "Kore's own HTTP parser would read these connections");
	} else if (!rt_str_is(*callback, "rt_connect")) {
		diag_error(c->diag, conf_pos(c, *callback), "conf-callback",
		    "the runtime has no '%.*s'", RT_FMT(*callback));
	} else {
		return;
	}
	diag_help(c->diag, "write rt_connect behind the address");
}

static void
report_port(struct conf_check *c, struct rt_str word)
{
	diag_error(c->diag, conf_pos(c, word), "conf-value",
	    "'%.*s' is no port", RT_FMT(word));
	if (c->kore == CONF_KORE_42 && word.p[0] == '$')
		diag_help(c->diag,
		    "Kore takes a variable for all behind a keyword only");
}

static void
check_bind(struct conf_check *c, const struct conf_line *l)
{
	bool by_path = rt_str_is(l->name, "unix");
	struct rt_str words[WORDS_MAX];
	unsigned n = split(l->value, words), needs = by_path ? 1 : 2;

	c->has_bind = true;
	if (n < needs) {
		diag_error(c->diag, l->value_pos, "conf-value",
		    "'bind' takes an address, a port and rt_connect");
		return;
	}
	if (!by_path) {
		int64_t port = conf_number(c, words[1]);

		if (port < 1 || port > 65535)
			report_port(c, words[1]);
	}
	check_callback(c, l, n > needs ? &words[needs] : NULL);
}

static void
check_tls(struct conf_check *c, const struct conf_line *l)
{
	if (rt_str_is(l->value, "no")) {
		c->has_tls_no = true;
		return;
	}
	if (!rt_str_is(l->value, "yes"))
		return;
	c->has_tls_no = true; /* it is told here */
	diag_error(c->diag, l->pos, "conf-tls",
	    "Kore's TLS is not used, and does not work with OpenSSL 3");
	diag_help(c->diag,
	    "write 'tls no', and give the server certificates by its settings");
}

static void
check_load(struct conf_check *c, const struct conf_line *l)
{
	if (!c->has_server)
		return;
	diag_error(c->diag, l->pos, "conf-order",
	    "'load' has to stand before the first 'server'");
	diag_note(c->diag, c->server,
	    "a listener looks for its function here already");
}

static void
check_user(struct conf_check *c, const struct conf_line *l)
{
	if (!rt_str_is(l->value, "root") && !rt_str_is(l->value, "0"))
		return;
	diag_error(c->diag, l->value_pos, "conf-root",
	    "workers that are root's keep all its rights");
	diag_help(c->diag, "make a user for the server, who owns nothing");
}

static void
check_tracing(struct conf_check *c, const struct conf_line *l)
{
	if (!rt_str_is(l->value, "yes"))
		return;
	diag_warning(c->diag, l->pos, "conf-sandbox",
	    "the parent follows its workers, each call of the system takes "
	    "longer");
	diag_help(c->diag,
	    "leave it out: the log tells what the sandbox refuses");
}

static void
check_include(struct conf_check *c, const struct conf_line *l)
{
	diag_warning(c->diag, l->pos, "conf-include",
	    "the file '%.*s' is not checked with this one", RT_FMT(l->value));
	diag_help(c->diag, "check it too, or write what it says here");
}

void
conf_check_meaning(struct conf_check *c, const struct conf_line *l)
{
	static const struct {
		const char *name;
		void (*check)(struct conf_check *, const struct conf_line *);
	} checks[] = {
	    {"bind", check_bind},
	    {"unix", check_bind},
	    {"tls", check_tls},
	    {"load", check_load},
	    {"runas", check_user},
	    {"seccomp_tracing", check_tracing},
	    {"include", check_include},
	};

	for (size_t i = 0; i < RT_LEN(checks); i++) {
		if (rt_str_is(l->name, checks[i].name))
			checks[i].check(c, l);
	}
	if (rt_str_is(l->name, "worker_max_connections"))
		c->connections = conf_number(c, l->value);
	if (rt_str_is(l->name, "worker_rlimit_nofiles")) {
		c->files = conf_number(c, l->value);
		c->files_pos = l->value_pos;
	}
}
