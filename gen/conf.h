/* Kore's configuration of a server: written, and checked. */
#ifndef GEN_CONF_H
#define GEN_CONF_H

#include "gen/diag.h"

/* Kore's dialects: that of 4.1, and that of 4.2 and later. */
enum conf_kore { CONF_KORE_41 = 1, CONF_KORE_42 = 2 };

struct conf_options {
	const char *kore; /* "4.1" */
	const char *address;
	const char *port;
	const char *workers;
	const char *connections; /* of a worker */
	const char *module; /* NULL: the server is one executable */
	const char *root; /* where workers run, or what becomes their root */
	const char *runas; /* NULL: nobody else */
};

/* The defaults, which `kontract conf --help` tells. */
extern const struct conf_options conf_defaults;

/* False when there is no such version. */
bool conf_version(const char *text, enum conf_kore *) RT_WARN_UNUSED;

/*
 * The text of a configuration.  Absent where an option can't be meant so; then
 * *why is a sentence.
 */
struct rt_str conf_write(struct rt_arena *, const struct conf_options *,
    struct rt_str *why);

/* Reports what is wrong with a configuration, for Kore or for a server. */
void conf_check(struct rt_arena *, struct diag *, const struct source *,
    enum conf_kore);

#endif /* GEN_CONF_H */
