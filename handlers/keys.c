/* API keys, which users make themselves. */
#include "api/auth.h"
#include "handlers/service.h"
#include "sql/auth.h"

enum { PREFIX = 8 }; /* characters that a key is known by */

/* --- listApiKeys --- */

static struct api_role_array
roles_of_texts(struct rt_call *call, struct rt_strs texts)
{
	enum api_role *v = rt_arena_array(call->arena, texts.n, sizeof(*v));

	for (size_t i = 0; i < texts.n; i++)
		v[i] = role_of_text(texts.v[i]);

	return (struct api_role_array){v, texts.n};
}

static struct api_api_key
key_of_row(struct rt_call *call, const struct sql_list_keys_row *row)
{
	return (struct api_api_key){
	    .id = row->uuid,
	    .name = row->name,
	    .prefix = row->prefix,
	    .scopes = roles_of_texts(call, row->scopes),
	    .has_expires_at = row->has_expires_at,
	    .expires_at = row->expires_at,
	    .has_last_used_at = row->has_last_used_at,
	    .last_used_at = row->last_used_at,
	    .created_at = row->created_at,
	};
}

static void
fill_list(struct rt_call *call, struct page *page,
    const struct sql_list_keys_rows *rows, struct api_api_key_list *list)
{
	size_t n = page_rows(page, rows->n);
	struct api_api_key *v = rt_arena_array(call->arena, n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = key_of_row(call, &rows->v[i]);

	list->data = (struct api_api_key_array){v, n};
}

static bool
load_keys(struct rt_call *call, struct page *page,
    struct api_api_key_list *list)
{
	const struct sql_list_keys_args args = {
	    .user = call->who.id,
	    .after = page->cursor,
	    .size = page->size,
	    .skip = page->offset,
	};
	struct sql_list_keys_rows rows;

	if (!query_done(call,
		sql_count_keys(call, call->who.id, &page->total)) ||
	    !query_done(call, sql_list_keys(call, &args, &rows)))
		return false;

	fill_list(call, page, &rows, list);
	if (list->data.n > 0)
		page->last = rows.v[list->data.n - 1].id;
	list->pagination = page_info(call, page);
	return true;
}

bool
handle_list_api_keys(struct rt_call *call,
    const struct api_list_api_keys_in *in, struct api_list_api_keys_out *out)
{
	struct api_api_key_list list;
	struct rt_problem why = {0};
	struct page page;

	if (!page_read(call, PAGE_QUERY(in), &page, &why) ||
	    !load_keys(call, &page, &list))
		return api_list_api_keys_problem(out, why);

	return api_list_api_keys_200(out, page.total, page_number(call, &page),
	    page_link(call, &list.pagination), &list);
}

/* --- createApiKey --- */

static struct rt_strs
texts_of_roles(struct rt_call *call, struct api_role_array roles)
{
	struct rt_str *v = rt_arena_array(call->arena, roles.n, sizeof(*v));

	for (size_t i = 0; i < roles.n; i++)
		v[i] = rt_str(role_grants(roles.v[i])[0]);

	return (struct rt_strs){v, roles.n};
}

static bool
has_role_above(const struct rt_call *call, struct api_role_array roles)
{
	enum api_role own = role_of_caller(call);

	for (size_t i = 0; i < roles.n; i++) {
		if (!role_reaches(own, roles.v[i]))
			return true;
	}

	return false;
}

/* False where it is over before it begins. */
static bool
is_to_come(const struct api_api_key_create *want)
{
	return !want->has_expires_at || want->expires_at.us > rt_time_now().us;
}

static enum rt_sql
make_key(struct rt_call *call, const struct api_api_key_create *want,
    struct api_api_key_created *key)
{
	struct token secret = token_new(call);
	const struct sql_insert_key_args args = {
	    .user = call->who.id,
	    .name = want->name,
	    .key_hash = secret.hash,
	    .prefix = {secret.text.p, PREFIX},
	    .scopes = texts_of_roles(call, want->scopes),
	    .has_expires_at = want->has_expires_at,
	    .expires_at = want->expires_at,
	};
	struct sql_insert_key_row row = {.name = {NULL, 0}};
	enum rt_sql result = sql_insert_key(call, &args, &row);

	*key = (struct api_api_key_created){
	    .id = row.uuid,
	    .name = row.name,
	    .prefix = args.prefix,
	    .scopes = want->scopes,
	    .has_expires_at = want->has_expires_at,
	    .expires_at = want->expires_at,
	    .created_at = row.created_at,
	    .key = secret.text,
	};
	return result;
}

bool
handle_create_api_key(struct rt_call *call,
    const struct api_create_api_key_in *in, struct api_create_api_key_out *out)
{
	struct api_api_key_created key;
	enum rt_sql result;

	if (has_role_above(call, in->body.scopes))
		return api_create_api_key_403(out,
		    rt_problem(call, &api_code_permission_denied,
			"A role above the own one can't be given away"));
	if (!is_to_come(&in->body))
		return api_create_api_key_400(out,
		    rt_problem(call, &api_code_validation_error,
			"expires_at has passed"));

	result = make_key(call, &in->body, &key);
	if (result == RT_SQL_NONE)
		return api_create_api_key_400(out,
		    rt_problem(call, &api_code_validation_error,
			"An account has at most 100 keys"));
	if (!query_done(call, result))
		return false;

	return api_create_api_key_201(out, RT_LIT("/api/v1/auth/api-keys"),
	    &key);
}

/* --- revokeApiKey --- */

bool
handle_revoke_api_key(struct rt_call *call,
    const struct api_revoke_api_key_in *in, struct api_revoke_api_key_out *out)
{
	int64_t affected;

	if (!query_done(call,
		sql_revoke_key(call, in->key_id, call->who.id, &affected)))
		return false;
	if (affected == 0)
		return api_revoke_api_key_404(out,
		    rt_problem(call, &api_code_api_key_not_found,
			"The account has no such API key"));

	return api_revoke_api_key_204(out);
}
