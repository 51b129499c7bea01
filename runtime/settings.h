/* Settings come from the environment; each is named once, here or by a server. */
#ifndef RT_SETTINGS_H
#define RT_SETTINGS_H

#include "runtime/str.h"

enum rt_setting_type {
	RT_SETTING_TEXT = 1,
	RT_SETTING_INT,
	RT_SETTING_BOOL, /* true, false, 1, 0, yes, no, on, off */
};

struct rt_setting {
	const char *name; /* of the environment variable; NULL ends a table */
	enum rt_setting_type type;
	const char *fallback; /* NULL: must be set */
	int64_t min, max; /* of an int; of a text: its length.  0, 0: any */
	const char *help; /* a sentence */
	const char *choices; /* of a text: "error|warn|info"; NULL: any */
	bool secret; /* the value is never shown */
};

/* The runtime's own. */
extern const struct rt_setting rt_settings[];

/*
 * Reads a table.  False with every fault as a line on standard error.  A
 * secret's value is never printed: of what says so, and of every name with
 * SECRET, PASSWORD, KEY, TOKEN, CREDENTIAL or _URL in it.  A name that another
 * table has is a fault.
 */
bool rt_settings_load(const struct rt_setting *) RT_WARN_UNUSED;

/* Logs what was loaded, at the level of debugging: each value, and whether it
 * is the default. */
void rt_settings_log(void);

/* Values of settings that were loaded; a name that no table has aborts (it
 * is a bug of the server, found at its start). */
const char *rt_setting_text(const char *name);
int64_t rt_setting_int(const char *name);
bool rt_setting_bool(const char *name);

#endif /* RT_SETTINGS_H */
