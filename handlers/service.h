/* What the handlers share. */
#ifndef HANDLERS_SERVICE_H
#define HANDLERS_SERVICE_H

#include "api/errors.h"
#include "api/model/pagination.h"
#include "api/model/role.h"
#include "api/model/token_response.h"
#include "api/model/user.h"
#include "runtime/rt.h"

/* --- service.c --- */

/*
 * Whether a query went through, where no constraint is expected to forbid it
 * and no row to be missing: else that is a failure, and noted as one.
 */
bool query_done(struct rt_call *, enum rt_sql) RT_WARN_UNUSED;

/* A decimal number from 1 with at most 18 digits. */
bool id_parse(struct rt_str, int64_t *id) RT_WARN_UNUSED;

/* --- roles.c --- */

/* The text of a role, and behind it those of all roles that it grants; ends
 * with NULL. */
const char *const *role_grants(enum api_role);

/* 0 for a text that is none. */
enum api_role role_of_text(struct rt_str);

/* The own role of who calls; 0 for nobody. */
enum api_role role_of_caller(const struct rt_call *);

/* The role that is left of one where a credential has only some of them: the
 * highest of these, if it is not above.  Where it has none, the role itself. */
enum api_role role_limited(enum api_role, struct rt_strs only);

/* Whether a role has at least the rights of another. */
bool role_reaches(enum api_role, enum api_role other);

/* --- users.c --- */

/* The caller's own row; *found is false when it was deleted meanwhile. */
bool user_of_caller(struct rt_call *, struct api_user *,
    bool *found) RT_WARN_UNUSED;

/* Whether what forbids a change of users is that an e-mail address or a user
 * name is taken; *problem says which. */
bool user_taken(struct rt_call *, enum rt_sql,
    struct rt_problem *) RT_WARN_UNUSED;

/* --- session.c --- */

/* A random token for a client; its hash is what the database keeps. */
struct token {
	struct rt_str text;
	struct rt_str hash;
};

struct token token_new(struct rt_call *);
struct rt_str token_hash(struct rt_call *, struct rt_str text);

/* A session with its secrets, as they go to the client once. */
struct session {
	int64_t id;
	struct token refresh;
	struct token cookie;
};

/* Sets its id and its secrets. */
bool session_begin(struct rt_call *, int64_t user,
    struct session *) RT_WARN_UNUSED;

/* What login and refresh answer. */
bool session_answer(struct rt_call *, const struct session *,
    const struct api_user *, struct api_token_response *) RT_WARN_UNUSED;

/* The values of Set-Cookie that hand the cookie out and take it back. */
struct rt_str session_cookie(struct rt_call *, const struct session *);
struct rt_str session_cookie_cleared(struct rt_call *);

/* --- google.c --- */

/* Whether there are the settings to log in by Google. */
bool google_is_set_up(void);

/* --- page.c --- */

/* What the parameters of a list ask for. */
struct page_query {
	int64_t page; /* 0: none given */
	int64_t page_size;
	struct rt_str cursor; /* absent: none given */
};

struct page {
	int64_t number; /* 0: by cursor */
	int64_t size;
	int64_t offset;
	int64_t cursor; /* the id that the page before ended with; 0: none */
};

/* False with a problem: INVALID_CURSOR (400) or VALIDATION_ERROR (422). */
bool page_read(struct rt_call *, const struct page_query *, struct page *,
    struct rt_problem *) RT_WARN_UNUSED;

/* How many of n rows are the page's: those who ask for one row more than a page
 * holds learn whether another page follows. */
size_t page_rows(const struct page *, size_t n);

/* What a page is a part of. */
struct page_found {
	int64_t total; /* entries of the list */
	size_t n; /* rows, one more than the page holds where more follow */
	int64_t last; /* the id that the page ends with; 0: it is empty */
};

struct api_pagination page_info(struct rt_call *, const struct page *,
    struct page_found);

/* The values of X-Page and Link; absent where there is nothing to say. */
struct rt_str page_number(struct rt_call *, const struct page *);
struct rt_str page_link(struct rt_call *, struct rt_str path,
    const struct api_pagination *);

#endif /* HANDLERS_SERVICE_H */
