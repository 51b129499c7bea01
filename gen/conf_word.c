#include "gen/conf_word.h"

#include <limits.h>

#include "gen/ref_text.h"

enum {
	BOTH = CONF_KORE_41 | CONF_KORE_42,
	OLD = CONF_KORE_41,
	NEW = CONF_KORE_42,
	/* Kore counts workers in a byte, and adds two. */
	WORKERS_MAX = 253,
};

#define NUMBERS(from, to) CONF_NUMBER, CONF_USED, from, to, NULL, 0
#define IDLE_NUMBERS(from, to) CONF_NUMBER, CONF_IDLE, from, to, NULL, 0
#define WORDS(use) CONF_TEXT, use, 0, 0, NULL, 0
#define CHOICES(use, texts) CONF_CHOICE, use, 0, 0, texts, 0
#define YES_NO(use) CONF_YES, use, 0, 0, NULL, 0
#define OPENS(use, block) CONF_OPENS, use, 0, 0, NULL, block

const struct conf_word conf_words[] = {
    {"load", BOTH, CONF_ANYWHERE, WORDS(CONF_USED)},
    {"include", BOTH, CONF_ANYWHERE, WORDS(CONF_USED)},
    {"server", BOTH, CONF_ANYWHERE, OPENS(CONF_USED, CONF_SERVER)},
    {"bind", BOTH, CONF_SERVER, WORDS(CONF_USED)},
    {"unix", BOTH, CONF_SERVER, WORDS(CONF_USED)},
    {"tls", BOTH, CONF_SERVER, YES_NO(CONF_USED)},

    {"privsep", NEW, CONF_ANYWHERE, OPENS(CONF_USED, CONF_PRIVSEP)},
    {"root", NEW, CONF_PRIVSEP, WORDS(CONF_USED)},
    {"runas", NEW, CONF_PRIVSEP, WORDS(CONF_USED)},
    {"skip", NEW, CONF_PRIVSEP, CHOICES(CONF_USED, "chroot")},
    {"root", OLD, CONF_ANYWHERE, WORDS(CONF_USED)},
    {"chroot", OLD, CONF_ANYWHERE, WORDS(CONF_USED)},
    {"runas", OLD, CONF_ANYWHERE, WORDS(CONF_USED)},
    {"keymgr_root", OLD, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"keymgr_runas", OLD, CONF_ANYWHERE, WORDS(CONF_IDLE)},

    {"workers", BOTH, CONF_ANYWHERE, NUMBERS(1, WORKERS_MAX)},
    {"worker_max_connections", BOTH, CONF_ANYWHERE, NUMBERS(1, UINT_MAX)},
    {"worker_rlimit_nofiles", BOTH, CONF_ANYWHERE, NUMBERS(1, UINT_MAX)},
    {"worker_accept_threshold", BOTH, CONF_ANYWHERE, NUMBERS(1, UINT_MAX)},
    {"worker_death_policy", BOTH, CONF_ANYWHERE,
	CHOICES(CONF_USED, "restart|terminate")},
    {"worker_set_affinity", BOTH, CONF_ANYWHERE, NUMBERS(0, 1)},
    {"pidfile", BOTH, CONF_ANYWHERE, WORDS(CONF_USED)},
    {"logfile", NEW, CONF_ANYWHERE, WORDS(CONF_USED)},
    {"socket_backlog", BOTH, CONF_ANYWHERE, NUMBERS(0, UINT_MAX)},
    {"seccomp_tracing", BOTH, CONF_ANYWHERE, YES_NO(CONF_USED)},

    /* Kore's TLS. */
    {"tls_version", BOTH, CONF_ANYWHERE, CHOICES(CONF_IDLE, "1.2|1.3|both")},
    {"tls_cipher", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"tls_dhparam", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"rand_file", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"certfile", BOTH, CONF_DOMAIN, WORDS(CONF_IDLE)},
    {"certkey", BOTH, CONF_DOMAIN, WORDS(CONF_IDLE)},
    {"client_verify", BOTH, CONF_DOMAIN, WORDS(CONF_IDLE)},
    {"client_verify_depth", BOTH, CONF_DOMAIN, IDLE_NUMBERS(0, INT_MAX)},

    /* Kore's HTTP. */
    {"domain", BOTH, CONF_ANYWHERE, OPENS(CONF_HTTP, CONF_DOMAIN)},
    {"attach", BOTH, CONF_DOMAIN, WORDS(CONF_HTTP)},
    {"route", OLD, CONF_DOMAIN, WORDS(CONF_HTTP)},
    {"restrict", OLD, CONF_DOMAIN, WORDS(CONF_HTTP)},
    {"params", OLD, CONF_DOMAIN, OPENS(CONF_HTTP, CONF_ROUTE)},
    {"route", NEW, CONF_DOMAIN, OPENS(CONF_HTTP, CONF_ROUTE)},
    {"handler", NEW, CONF_ROUTE, WORDS(CONF_HTTP)},
    {"methods", NEW, CONF_ROUTE, WORDS(CONF_HTTP)},
    {"on_headers", NEW, CONF_ROUTE, WORDS(CONF_HTTP)},
    {"on_body_chunk", NEW, CONF_ROUTE, WORDS(CONF_HTTP)},
    {"on_free", NEW, CONF_ROUTE, WORDS(CONF_HTTP)},
    {"authenticate", NEW, CONF_ROUTE, WORDS(CONF_HTTP)},
    {"validate", BOTH, CONF_ROUTE, WORDS(CONF_HTTP)},
    {"filemap", BOTH, CONF_DOMAIN, WORDS(CONF_HTTP)},
    {"redirect", BOTH, CONF_DOMAIN, WORDS(CONF_HTTP)},
    {"return", BOTH, CONF_DOMAIN, WORDS(CONF_HTTP)},
    {"accesslog", BOTH, CONF_DOMAIN, WORDS(CONF_HTTP)},
    {"static", BOTH, CONF_DOMAIN, WORDS(CONF_REMOVED)},
    {"dynamic", BOTH, CONF_DOMAIN, WORDS(CONF_REMOVED)},
    {"validator", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"authentication", BOTH, CONF_ANYWHERE,
	OPENS(CONF_IDLE, CONF_AUTHENTICATION)},
    {"authentication_uri", BOTH, CONF_AUTHENTICATION, WORDS(CONF_IDLE)},
    {"authentication_type", BOTH, CONF_AUTHENTICATION,
	CHOICES(CONF_IDLE, "cookie|header|request")},
    {"authentication_value", BOTH, CONF_AUTHENTICATION, WORDS(CONF_IDLE)},
    {"authentication_validator", BOTH, CONF_AUTHENTICATION, WORDS(CONF_IDLE)},
    {"filemap_ext", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"filemap_index", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"http_media_type", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"http_header_max", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(1, 65535)},
    {"http_header_timeout", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(1, 65535)},
    {"http_body_max", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, LONG_MAX)},
    {"http_body_timeout", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(1, 65535)},
    {"http_hsts_enable", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, LONG_MAX)},
    {"http_keepalive_time", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, USHRT_MAX)},
    {"http_request_ms", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, UINT_MAX)},
    {"http_request_limit", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, UINT_MAX)},
    {"http_body_disk_offload", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, LONG_MAX)},
    {"http_body_disk_path", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"http_server_version", BOTH, CONF_ANYWHERE, WORDS(CONF_IDLE)},
    {"http_pretty_error", BOTH, CONF_ANYWHERE, YES_NO(CONF_IDLE)},
    {"websocket_maxframe", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, LONG_MAX)},
    {"websocket_timeout", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, LONG_MAX)},

    /* Parts of Kore that the runtime has its own of. */
    {"pgsql_conn_max", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, USHRT_MAX)},
    {"pgsql_queue_limit", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, UINT_MAX)},
    {"task_threads", BOTH, CONF_ANYWHERE, IDLE_NUMBERS(0, UCHAR_MAX)},
};

const size_t conf_n_words = RT_LEN(conf_words);

const struct conf_word *
conf_word(struct rt_str name, enum conf_kore kore)
{
	const struct conf_word *other = NULL;

	for (size_t i = 0; i < RT_LEN(conf_words); i++) {
		const struct conf_word *w = &conf_words[i];

		if (!rt_str_is(name, w->name))
			continue;
		if ((w->kore & kore) != 0)
			return w;
		other = w;
	}
	return other;
}

struct rt_str
conf_word_near(struct rt_str name, enum conf_kore kore)
{
	struct ref_near near = {.name = name};

	for (size_t i = 0; i < RT_LEN(conf_words); i++) {
		if ((conf_words[i].kore & kore) != 0)
			ref_text_prefer(&near, rt_str(conf_words[i].name));
	}
	return near.best;
}

const char *
conf_block_name(enum conf_block block, enum conf_kore kore)
{
	static const char *const names[] = {
	    [CONF_SERVER] = "server",
	    [CONF_DOMAIN] = "domain",
	    [CONF_ROUTE] = "route",
	    [CONF_AUTHENTICATION] = "authentication",
	    [CONF_PRIVSEP] = "privsep",
	};

	if (block == CONF_ROUTE && kore == CONF_KORE_41)
		return "params";
	return names[block];
}
