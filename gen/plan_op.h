/* What the files about operations share; no other file includes this. */
#ifndef GEN_PLAN_OP_H
#define GEN_PLAN_OP_H

#include "gen/param.h"
#include "gen/plan_unit.h"
#include "gen/tmpl.h"

/* What input is used for: who shows it writes it again. */
static inline unsigned
plan_input_uses(const struct plan *p)
{
	return PLAN_CHECK | PLAN_READ | (p->shown ? PLAN_WRITE : 0);
}

/* --- plan_media.c --- */

/* How a value in C and the bytes of a body become each other. */
enum plan_carrier {
	PLAN_AS_VALUE = 1, /* by the type of the schema, or as a tape */
	PLAN_AS_TEXT, /* one primitive value, as it is */
	PLAN_AS_BYTES, /* not at all: the bytes are handed over */
	PLAN_AS_PROBLEM, /* RFC 9457 */
	PLAN_AS_STREAM, /* item by item */
};

/* Of a request, and of an answer; asked when the types have been made. */
enum plan_carrier plan_taken_as(const struct spec_media *);
enum plan_carrier plan_given_as(struct plan *, const struct spec_media *);

/* Of what is given item by item: how an item becomes bytes, a constant. */
struct rt_str plan_framing(const struct spec_media *);

/* The type of the schema, made at its first use. */
struct plan_type *plan_media_type(struct plan *, const struct schema *,
    const struct spec_op *, struct rt_str op_name, struct rt_str part,
    bool own);

/* The type that has been made, or NULL. */
const struct plan_type *plan_type_of(struct plan *, const struct schema *);

/* "json", "csv", "merge_patch": what a media type is called in C. */
struct rt_str plan_media_word(struct plan *, const struct spec_media *);

/* --- plan_form.c --- */

/* The fields of a form, for the runtime's table: a list. */
struct value *plan_fields(struct plan *, size_t op, const struct spec_media *,
    struct rt_str word);

/* --- plan_header.c --- */

/* `whole` is the name of what has them. */
void plan_header_types(struct plan *, struct rt_str whole,
    const struct spec_header *, size_t n);

/* "unauthorized_headers": the table of headers, or "NULL" for none; holders of
 * a tag that have the same share one, called by the first `name`. */
struct rt_str plan_header_table(struct plan *, const struct plan_tag *,
    const struct doc_node *holder, struct rt_str name,
    const struct spec_header *, size_t n);

/* What stands in such a table, and what answers take of it. */
struct value *plan_header_values(struct plan *, const struct spec_header *,
    size_t n);

/* Members of a table of headers: its name, its rows, and how texts are taken
 * that are more than one value, whose names are claimed. */
void plan_header_rows(struct plan *, struct value *table, struct rt_str c,
    const struct spec_header *, size_t n, struct name_scope *);

/* --- plan_content.c --- */

/* "get_person_200_contents": the table of media types, but those that `plain`
 * leaves out, which are ranges; or "NULL" for none.  Answers of a tag that have
 * the same share one, called by the first `name`. */
struct rt_str plan_content_table(struct plan *, const struct plan_tag *,
    struct rt_str name, const struct spec_media *const *, size_t n, bool plain);

/* --- plan_param.c --- */

void plan_param_types(struct plan *, size_t op);

/* "RT_IN_QUERY" */
const char *plan_in_text(enum rt_in);

struct value *plan_params(struct plan *, const struct spec_op *);

/* The same by their places, for who shows them: a list. */
struct value *plan_places(struct plan *, const struct value *params);

/* The members of a value that say how texts are taken; `table` is what the
 * table of an object's properties is called. */
void plan_param_row(struct plan *, struct value *, const struct spec_param *,
    const struct param_form *, struct rt_str table);

/* --- plan_body.c --- */

void plan_body_types(struct plan *, size_t op);

/* Members of the operation about its request body. */
struct value *plan_body(struct plan *, size_t op);

/* --- plan_answer.c --- */

void plan_answer_types(struct plan *, size_t op);

/* "200", "4xx", "default" */
struct rt_str plan_status_word(struct plan *, const struct spec_answer *);

/* Members of the operation about its answers, as the runtime's tables have
 * them, and about the functions that give them. */
void plan_set_answers(struct plan *, struct value *, size_t op);

/* --- plan_websocket.c --- */

void plan_websocket_types(struct plan *, size_t op);

/* Member `websocket` of an operation: the messages both ways, or an empty
 * text. */
void plan_set_websocket(struct plan *, struct value *, size_t op);

#endif /* GEN_PLAN_OP_H */
