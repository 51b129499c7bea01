/* The answers of an operation, and the functions that give them. */
#include "gen/plan_op.h"

/* A function that answers: a status, with the media types that it serves. */
struct reply {
	struct plan *p;
	const struct spec_op *op;
	const struct plan_tag *tag;
	struct rt_str op_name;
	const struct spec_answer *answer;
	struct rt_str word; /* "200", "4xx_json" */
	struct rt_str enumerator;
	/* Functions beside it, absent for none: one that takes a file, and one
	 * that tells the ETag of a body. */
	struct rt_str file, etag;
	enum plan_carrier carrier; /* 0: there is no body */
	const struct plan_type *type; /* of the body; or NULL */
	const struct spec_media **medias;
	size_t n;
	bool only; /* it is the only one of its answer */
};

struct replies {
	struct reply *v;
	size_t n;
};

/* --- Types --- */

struct rt_str
plan_status_word(struct plan *p, const struct spec_answer *a)
{
	if (a->status == 0)
		return RT_LIT("default");
	return rt_arena_printf(p->arena, spec_is_exact(a) ? "%d" : "%dxx",
	    a->status);
}

static struct rt_str
part_name(struct plan *p, const struct spec_answer *a, size_t row)
{
	struct rt_str status = plan_status_word(p, a);

	if (row == 0)
		return status;
	return rt_arena_printf(p->arena, "%.*s_%.*s", RT_FMT(status),
	    RT_FMT(plan_media_word(p, &a->medias[row])));
}

static void
media_types(struct plan *p, size_t op, const struct spec_answer *a, size_t row)
{
	const struct spec_media *m = &a->medias[row];
	struct rt_str part = part_name(p, a, row);
	const struct schema *s = m->schema;
	unsigned uses = PLAN_CHECK | PLAN_WRITE;

	if (m->item != NULL) {
		s = m->item;
		part = rt_arena_printf(p->arena, "%.*s_item", RT_FMT(part));
	} else if (m->kind != SPEC_JSON && m->kind != SPEC_TEXT) {
		return;
	}
	if (m->problem)
		uses = PLAN_CHECK;
	if (s != NULL)
		plan_use(p,
		    plan_media_type(p, s, &p->spec->ops[op], p->op_names[op],
			part, true),
		    uses);
}

void
plan_answer_types(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];

	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];

		plan_header_types(p,
		    plan_part_name(p, p->op_names[index],
			plan_status_word(p, a)),
		    a->headers, a->n_headers);
		for (size_t k = 0; k < a->n_medias; k++)
			media_types(p, index, a, k);
	}
}

/* --- Which functions there are --- */

/* What the runtime writes itself it can write under several names; bytes of
 * one media type are none of another. */
static bool
serves(const struct reply *r, const struct spec_media *m)
{
	return r->carrier == PLAN_AS_VALUE &&
	    plan_given_as(r->p, m) == PLAN_AS_VALUE &&
	    r->type == plan_type_of(r->p, m->schema);
}

static struct reply *
add_reply(struct replies *all, struct plan *p, size_t op,
    const struct spec_answer *a)
{
	struct reply *r = &all->v[all->n++];

	r->p = p;
	r->op = &p->spec->ops[op];
	r->tag = plan_tag_of(p, r->op);
	r->op_name = p->op_names[op];
	r->answer = a;
	r->word = plan_status_word(p, a);
	r->medias = rt_arena_array(p->arena, a->n_medias, sizeof(*r->medias));
	r->only = true;
	return r;
}

static void
add_media(struct replies *all, size_t first, struct plan *p, size_t op,
    const struct spec_answer *a, const struct spec_media *m)
{
	struct reply *r = NULL;

	for (size_t i = first; i < all->n && r == NULL; i++) {
		if (serves(&all->v[i], m))
			r = &all->v[i];
	}
	if (r == NULL) {
		r = add_reply(all, p, op, a);
		r->carrier = plan_given_as(p, m);
		if (r->carrier == PLAN_AS_VALUE || r->carrier == PLAN_AS_TEXT)
			r->type = plan_type_of(p, m->schema);
		if (r->carrier == PLAN_AS_STREAM)
			r->type = plan_type_of(p, m->item);
	}
	r->medias[r->n++] = m;
}

/* Where an answer has several, each is named after its first media type. */
static void
name_replies(struct replies *all, size_t first, struct plan *p)
{
	struct name_scope *names = name_scope_open(p->arena);

	for (size_t i = first; all->n - first > 1 && i < all->n; i++) {
		struct reply *r = &all->v[i];
		struct rt_str word =
		    name_claim(names, plan_media_word(p, r->medias[0]));

		r->only = false;
		r->word = rt_arena_printf(p->arena, "%.*s_%.*s",
		    RT_FMT(r->word), RT_FMT(word));
	}
}

/* Those of one answer, behind the ones that are there. */
static void
add_replies(struct replies *all, struct plan *p, size_t op,
    const struct spec_answer *a)
{
	size_t first = all->n;

	if (a->n_medias == 0)
		(void)add_reply(all, p, op, a);
	for (size_t i = 0; i < a->n_medias; i++)
		add_media(all, first, p, op, a, &a->medias[i]);
	name_replies(all, first, p);
}

/* "create_person_200_json": what tables about it begin with. */
static struct rt_str
table_name(const struct reply *r)
{
	return rt_arena_printf(r->p->arena, "%.*s_%.*s", RT_FMT(r->op_name),
	    RT_FMT(r->word));
}

/* What is sent as it is may come from a file. */
static bool
takes_file(const struct reply *r)
{
	return r->carrier == PLAN_AS_BYTES ||
	    (r->carrier == PLAN_AS_TEXT &&
		plan_c_type(r->type)->kind == PLAN_STR);
}

static bool
declares_etag(const struct spec_answer *a)
{
	for (size_t i = 0; i < a->n_headers; i++) {
		if (rt_str_is_nocase(a->headers[i].name, "ETag"))
			return true;
	}
	return false;
}

/* Where the runtime makes one of the body (represent.h). */
static bool
makes_etag(const struct reply *r)
{
	return r->carrier == PLAN_AS_VALUE && r->op->method == RT_GET &&
	    r->answer->status == 200 && declares_etag(r->answer);
}

/* A function beside the one that answers. */
static struct rt_str
name_beside(const struct reply *r, const char *what)
{
	return name_claim(r->p->object_names,
	    rt_arena_printf(r->p->arena, "%.*s_%s", RT_FMT(table_name(r)),
		what));
}

static void
name_functions(struct replies *all, struct plan *p)
{
	for (size_t i = 0; i < all->n; i++)
		(void)name_claim(p->object_names, table_name(&all->v[i]));
	for (size_t i = 0; i < all->n; i++) {
		struct reply *r = &all->v[i];

		if (takes_file(r))
			r->file = name_beside(r, "file");
		if (makes_etag(r))
			r->etag = name_beside(r, "etag");
	}
}

static struct replies
replies_of(struct plan *p, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];
	struct replies all = {NULL, 0};
	size_t n = 0;

	for (size_t i = 0; i < op->n_answers; i++)
		n += op->answers[i].n_medias + 1;
	all.v = rt_arena_array(p->arena, n, sizeof(*all.v));
	for (size_t i = 0; i < op->n_answers; i++)
		add_replies(&all, p, index, &op->answers[i]);
	for (size_t i = 0; i < all.n; i++)
		all.v[i].enumerator = name_claim(p->enumerator_names,
		    name_upper(p->arena,
			rt_arena_printf(p->arena, "api_%.*s_%.*s",
			    RT_FMT(all.v[i].op_name), RT_FMT(all.v[i].word))));
	name_functions(&all, p);
	return all;
}

/* --- A function --- */

/* The media types that can be sent as they are declared. */
static size_t
count_plain(const struct reply *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += !r->medias[i]->range;
	return n;
}

/* The handler says what it sends. */
static bool
asks_media(const struct reply *r)
{
	return r->carrier == PLAN_AS_BYTES && r->medias[0]->range;
}

/* The expression for Content-Type. */
static struct rt_str
media_text(const struct reply *r)
{
	struct rt_arena *a = r->p->arena;

	if (r->n == 0)
		return RT_LIT("");
	if (asks_media(r))
		return rt_arena_printf(a, "out->r%.*s.media", RT_FMT(r->word));
	if (count_plain(r) > 1)
		return rt_arena_printf(a, "rt_preferred(call, %.*s)",
		    RT_FMT(plan_content_table(r->p, r->tag, table_name(r),
			r->medias, r->n, true)));
	for (size_t i = 0; i < r->n; i++) {
		if (!r->medias[i]->range)
			return rt_arena_printf(a, "\"%.*s\"",
			    RT_FMT(tmpl_cstr(a, r->medias[i]->type)));
	}
	return RT_LIT("\"application/json\"");
}

/* The statement that writes a body into `w`; empty where it is no JSON.  A
 * number or boolean is the same in JSON and as a text. */
static struct rt_str
write_text(const struct reply *r, struct rt_str body)
{
	enum plan_kind kind = r->type == NULL ? 0 : plan_c_type(r->type)->kind;

	if (r->carrier == PLAN_AS_STREAM && r->type == NULL &&
	    r->medias[0]->kind == SPEC_EVENTS)
		return rt_arena_printf(r->p->arena, "rt_write_str(w, %.*s);",
		    RT_FMT(body));
	if ((r->carrier == PLAN_AS_VALUE || r->carrier == PLAN_AS_STREAM) &&
	    r->type == NULL)
		return rt_arena_printf(r->p->arena, "rt_write_raw(w, %.*s);",
		    RT_FMT(body));
	if (r->carrier == PLAN_AS_VALUE || r->carrier == PLAN_AS_STREAM ||
	    (r->carrier == PLAN_AS_TEXT && kind != PLAN_STR &&
		kind != PLAN_ENUM))
		return plan_write(r->p, r->type, body);
	return RT_LIT("");
}

/* A function sends each item, which it has as `item`. */
static void
set_stream(const struct reply *r, struct value *v)
{
	bool pointer = r->type != NULL && plan_by_address(r->type);
	struct rt_str decl = value_str(value_get(v, RT_LIT("decl")));

	value_set_text(v, "framing", plan_framing(r->medias[0]));
	value_set_printf(v, "item", pointer ? "const %.*s*item" : "%.*sitem",
	    RT_FMT(decl));
	value_set_text(v, "item_write",
	    write_text(r, pointer ? RT_LIT("*item") : RT_LIT("item")));
}

/* What becomes of the answer in the handler's function. */
static void
set_kind(const struct reply *r, struct value *v)
{
	bool problem = r->carrier == PLAN_AS_PROBLEM;
	bool stream = r->carrier == PLAN_AS_STREAM;
	bool accept = r->answer->status == 101;
	bool grouped = problem && spec_is_exact(r->answer);

	value_set_bool(v, "grouped", grouped);
	value_set_bool(v, "problem", problem);
	value_set_bool(v, "stream", stream);
	value_set_bool(v, "accept", accept);
	value_set_bool(v, "sent", stream || accept);
	value_set_bool(v, "noted", !stream && !accept);
	value_set_bool(v, "alone", !stream && !accept && !grouped);
	value_set_bool(v, "body", r->carrier != 0 && !problem && !stream);
}

static void
set_body(const struct reply *r, struct value *v)
{
	struct rt_arena *a = r->p->arena;
	bool pointer = r->type != NULL && plan_by_address(r->type);
	struct rt_str body =
	    rt_arena_printf(a, "out->r%.*s.body", RT_FMT(r->word));
	struct rt_str write =
	    r->carrier == PLAN_AS_STREAM ? RT_LIT("") : write_text(r, body);

	if (r->type != NULL) {
		plan_need_value(r->p, r->type);
		plan_need_functions(r->p, r->type);
	}
	value_set_text(v, "decl",
	    r->type == NULL ? RT_LIT("struct rt_str ")
			    : plan_decl(r->p, r->type));
	value_set_text(v, "write", write);
	if (r->carrier == PLAN_AS_TEXT &&
	    plan_c_type(r->type)->kind == PLAN_ENUM)
		body = rt_arena_printf(a, "api_%.*s_text(%.*s)",
		    RT_FMT(plan_c_type(r->type)->name), RT_FMT(body));
	value_set_text(v, "text", write.n > 0 ? RT_LIT("") : body);
	value_set_bool(v, "pointer", pointer);
	set_kind(r, v);
	value_set_text(v, "media", media_text(r));
	value_set_bool(v, "asks_media", asks_media(r));
	if (r->carrier == PLAN_AS_STREAM)
		set_stream(r, v);
}

static struct rt_str
member_text(const struct value *v, const char *name)
{
	return value_str(value_get(v, rt_str(name)));
}

static bool
flag(const struct value *v, const char *name)
{
	return value_yes(value_get(v, rt_str(name)));
}

/* As parameters, or without their types as arguments. */
static void
add_headers(struct rt_buf *b, const struct value *headers, bool typed)
{
	for (size_t i = 0; i < value_count(headers); i++) {
		const struct value *h = value_at(headers, i);
		struct rt_str c = member_text(h, "c");

		if (!flag(h, "given"))
			continue;
		if (flag(h, "has"))
			rt_buf_printf(b, ", %shas_%.*s", typed ? "bool " : "",
			    RT_FMT(c));
		rt_buf_printf(b, ", %.*s%.*s",
		    RT_FMT(typed ? member_text(h, "decl") : RT_LIT("")),
		    RT_FMT(c));
	}
}

/* What stands before the body: ", struct rt_str location" */
static struct rt_str
leading(const struct reply *r, const struct value *v, bool typed)
{
	struct rt_buf b = rt_buf(r->p->arena, SIZE_MAX);

	if (!spec_is_exact(r->answer))
		rt_buf_cstr(&b, typed ? ", int status" : ", status");
	if (!flag(v, "problem"))
		add_headers(&b, value_get(v, RT_LIT("headers")), typed);
	if (flag(v, "asks_media"))
		rt_buf_cstr(&b, typed ? ", const char *media" : ", media");
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

/* ", struct rt_str location, const struct api_person *body" */
static struct rt_str
arguments(const struct reply *r, const struct value *v)
{
	struct rt_arena *a = r->p->arena;
	struct rt_str before = leading(r, v, true);

	if (flag(v, "problem"))
		return rt_arena_printf(a, "%.*s, struct rt_problem problem",
		    RT_FMT(before));
	if (!flag(v, "body"))
		return before;
	return rt_arena_printf(a,
	    flag(v, "pointer") ? "%.*s, const %.*s*body" : "%.*s, %.*sbody",
	    RT_FMT(before), RT_FMT(member_text(v, "decl")));
}

static void
set_file(const struct reply *r, struct value *v)
{
	if (r->file.p == NULL) {
		value_set_cstr(v, "file", "");
		return;
	}
	value_set_printf(v, "file", "api_%.*s", RT_FMT(r->file));
	value_set_printf(v, "file_args", "%.*s, struct rt_open_file *file",
	    RT_FMT(leading(r, v, true)));
	value_set_text(v, "passed", leading(r, v, false));
}

static void
set_etag(const struct reply *r, struct value *v)
{
	if (r->etag.p == NULL) {
		value_set_cstr(v, "etag", "");
		return;
	}
	value_set_printf(v, "etag", "api_%.*s", RT_FMT(r->etag));
	value_set_printf(v, "etag_body",
	    flag(v, "pointer") ? "const %.*s*body" : "%.*sbody",
	    RT_FMT(member_text(v, "decl")));
	value_set_text(v, "etag_write",
	    write_text(r,
		flag(v, "pointer") ? RT_LIT("*body") : RT_LIT("body")));
}

static bool
any_given(const struct spec_answer *a)
{
	for (size_t i = 0; i < a->n_headers; i++) {
		if (!a->headers[i].supplied)
			return true;
	}
	return false;
}

static struct value *
reply_value(const struct reply *r)
{
	struct rt_arena *a = r->p->arena;
	struct value *v = value_map(a);
	bool exact = spec_is_exact(r->answer);

	value_set_printf(v, "c", "api_%.*s", RT_FMT(table_name(r)));
	value_set_text(v, "enumerator", r->enumerator);
	value_set_bool(v, "exact", exact);
	value_set_int(v, "declared", r->answer->status);
	value_set_text(v, "status",
	    exact ? rt_arena_printf(a, "%d", r->answer->status)
		  : RT_LIT("out->status"));
	value_set_printf(v, "member", "r%.*s", RT_FMT(r->word));
	value_set(v, "headers",
	    plan_header_values(r->p, r->answer->headers, r->answer->n_headers));
	set_body(r, v);
	value_set_bool(v, "stored",
	    value_yes(value_get(v, RT_LIT("noted"))) &&
		r->carrier != PLAN_AS_PROBLEM &&
		(r->n > 0 || any_given(r->answer)));
	value_set_text(v, "args", arguments(r, v));
	set_file(r, v);
	set_etag(r, v);
	return v;
}

/* "unauthorized" of an answer that is components/responses/Unauthorized, else
 * "list_persons_200". */
static struct rt_str
headers_name(struct plan *p, size_t op, const struct spec_answer *a)
{
	const struct doc_node *responses =
	    doc_get(doc_get(p->spec->root, "components"), "responses");

	if (responses != NULL && a->node->parent == responses)
		return name_snake(p->arena, a->node->key);
	return rt_arena_printf(p->arena, "%.*s_%.*s", RT_FMT(p->op_names[op]),
	    RT_FMT(plan_status_word(p, a)));
}

/* By the rows of an answer's media types, which function gives them. */
static struct value *
enumerators_of(const struct replies *all, const struct spec_answer *a)
{
	struct value *list = value_list(all->v->p->arena);

	for (size_t i = 0; i < a->n_medias; i++) {
		for (size_t k = 0; k < all->n; k++) {
			const struct reply *r = &all->v[k];

			for (size_t j = 0; j < r->n && !r->only; j++) {
				if (r->medias[j] == &a->medias[i])
					value_add(list,
					    value_text(r->p->arena,
						r->enumerator));
			}
		}
	}
	return list;
}

static struct rt_str
contents_table(struct plan *p, size_t op, const struct spec_answer *a)
{
	const struct spec_media **v =
	    rt_arena_array(p->arena, a->n_medias, sizeof(*v));

	for (size_t i = 0; i < a->n_medias; i++)
		v[i] = &a->medias[i];
	return plan_content_table(p, plan_tag_of(p, &p->spec->ops[op]),
	    rt_arena_printf(p->arena, "%.*s_%.*s", RT_FMT(p->op_names[op]),
		RT_FMT(plan_status_word(p, a))),
	    v, a->n_medias, false);
}

static struct value *
answer_value(struct plan *p, size_t op, const struct replies *all,
    const struct spec_answer *a)
{
	struct value *v = value_map(p->arena);

	value_set_int(v, "status", a->status);
	value_set_printf(v, "preferred", "api_%.*s_%.*s_preferred",
	    RT_FMT(p->op_names[op]), RT_FMT(plan_status_word(p, a)));
	value_set_text(v, "contents_c", contents_table(p, op, a));
	value_set(v, "enumerators", enumerators_of(all, a));
	value_set_text(v, "headers_c",
	    plan_header_table(p, plan_tag_of(p, &p->spec->ops[op]), a->node,
		headers_name(p, op, a), a->headers, a->n_headers));
	return v;
}

static bool
any_reply(const struct value *replies, const char *name)
{
	for (size_t i = 0; i < value_count(replies); i++) {
		if (value_truthy(value_get(value_at(replies, i), rt_str(name))))
			return true;
	}
	return false;
}

void
plan_set_answers(struct plan *p, struct value *v, size_t index)
{
	const struct spec_op *op = &p->spec->ops[index];
	struct replies all = replies_of(p, index);
	struct value *answers = value_list(p->arena);
	struct value *replies = value_list(p->arena);
	bool problems;

	for (size_t i = 0; i < op->n_answers; i++)
		value_add(answers,
		    answer_value(p, index, &all, &op->answers[i]));
	for (size_t i = 0; i < all.n; i++)
		value_add(replies, reply_value(&all.v[i]));
	problems = any_reply(replies, "problem");
	value_set(v, "answers", answers);
	value_set(v, "replies", replies);
	value_set_bool(v, "problems", problems);
	value_set_bool(v, "grouped", any_reply(replies, "grouped"));
	if (any_reply(replies, "grouped"))
		value_set_printf(v, "problem", "api_%.*s",
		    RT_FMT(name_claim(p->object_names,
			rt_arena_printf(p->arena, "%.*s_problem",
			    RT_FMT(p->op_names[index])))));
	value_set_bool(v, "sent", any_reply(replies, "sent"));
	value_set_bool(v, "noted", all.n == 0 || any_reply(replies, "noted"));
	value_set_bool(v, "union", problems || any_reply(replies, "stored"));
	value_set_bool(v, "json", any_reply(replies, "write"));
}
