/* What the files of the spec pass share; no other file includes this. */
#ifndef GEN_SPEC_READ_H
#define GEN_SPEC_READ_H

#include "gen/ref.h"
#include "gen/spec.h"

struct spec_reader {
	struct rt_arena *arena;
	struct rt_arena *scratch; /* emptied after each example */
	struct diag *diag;
	struct spec *spec;
	enum schema_side side; /* who sends what is being read */
	size_t ops_size; /* room in the spec's operations */
};

/* How a key of an OpenAPI object is met. */
enum spec_key {
	SPEC_READ = 1, /* somebody reads it */
	SPEC_HARMLESS, /* nothing follows for a server */
	SPEC_LATER, /* refused: not supported yet */
	SPEC_KIND = 0xf, /* the bits of these; beside them perhaps one of */
	SPEC_3_1 = 0x10, /* since that version */
	SPEC_3_2 = 0x20,
};

struct spec_keys {
	const char *name;
	unsigned key;
};

/*
 * Goes through an object's keys so that none is dropped silently: those not
 * in the table (which ends with NULL) are reported as unknown, SPEC_LATER as
 * unsupported.  False when `node` is no map, which is reported as well.
 */
bool spec_check_keys(struct spec_reader *, const struct doc_node *node,
    const char *what, const struct spec_keys *keys);

/* The version that the node is written in. */
enum oas_version spec_version(const struct spec_reader *,
    const struct doc_node *);

/* The node itself or what its $ref leads to; NULL when that is nothing. */
const struct doc_node *spec_deref(struct spec_reader *,
    const struct doc_node *);

/* A member that must be a string, a boolean, a map: its value, or an absent
 * string, `fallback`, NULL; another type is reported. */
struct rt_str spec_text(struct spec_reader *, const struct doc_node *map,
    const char *key);
bool spec_bool(struct spec_reader *, const struct doc_node *map,
    const char *key, bool fallback);
const struct doc_node *spec_map(struct spec_reader *,
    const struct doc_node *map, const char *key);

/* The same of a text that becomes a name. */
struct rt_str spec_name(struct spec_reader *, const struct doc_node *map,
    const char *key);

/* As spec_text(); its absence is reported. */
struct rt_str spec_required_text(struct spec_reader *,
    const struct doc_node *map, const char *what, const char *key);

/* A member of the given type, or NULL; another type is reported. */
const struct doc_node *spec_typed(struct spec_reader *,
    const struct doc_node *map, const char *key, enum doc_type type);

/* Whether a key may stand beside a $ref without being ignored. */
bool spec_may_be_sibling(struct rt_str key);

/* spec_server.c: the path that the first server of the nearest `servers` puts
 * before all. */
struct rt_str spec_server_prefix(struct spec_reader *,
    const struct doc_node *op, const struct doc_node *path);

/* spec_path.c */
void spec_read_paths(struct spec_reader *);
/* A path item or what its $ref leads to; NULL when that is nothing. */
const struct doc_node *spec_path_item(struct spec_reader *,
    const struct doc_node *);
/* Whether a key of additionalOperations is a method; else it is reported. */
bool spec_is_other_method(struct spec_reader *, const struct doc_member *);
/* The parameters of an operation and of its path item. */
void spec_read_params(struct spec_reader *, struct spec_op *,
    const struct doc_node *path, const struct doc_node *op);
void spec_read_body(struct spec_reader *, struct spec_op *,
    const struct doc_node *op);
/* NULL where no parameter of the path has that name. */
const struct spec_param *spec_path_param(const struct spec_op *,
    struct rt_str name);

/* spec_transaction.c: behind all that the operation answers. */
void spec_read_transaction(struct spec_reader *, struct spec_op *);

/* spec_websocket.c: of an operation whose answers are still to be read. */
void spec_read_websocket(struct spec_reader *, struct spec_op *);
/* Reports an x-websocket where none can be; `what` is "a path". */
void spec_check_no_websocket(struct spec_reader *, const struct doc_node *,
    const char *what);

/* spec_outbound.c */
void spec_read_outbound(struct spec_reader *);

/* spec_param.c */
void spec_read_param(struct spec_reader *, const struct doc_node *,
    struct spec_param *out);
/* Whether a text as a whole can be a value of the schema. */
bool spec_is_text(struct spec_reader *, const struct schema *);
/* What shows once all parameters of an operation are known. */
void spec_check_params(struct spec_reader *, const struct spec_op *);

/* spec_media.c */
const struct schema *spec_schema(struct spec_reader *,
    const struct doc_node *holder, const char *key);
void spec_read_examples(struct spec_reader *, const struct doc_node *holder,
    struct spec_examples *out);
void spec_check_examples(struct spec_reader *, const struct schema *,
    const struct spec_examples *);
/* The media types of a `content`, which may be NULL; how many. */
size_t spec_read_content(struct spec_reader *, const struct doc_node *content,
    const struct spec_media **out);

/* spec_answer.c */
size_t spec_read_headers(struct spec_reader *, const struct doc_node *holder,
    const struct spec_header **out);
void spec_read_answers(struct spec_reader *, struct spec_op *,
    const struct doc_node *responses);

/* spec_scheme.c */
void spec_read_schemes(struct spec_reader *);
/* One more scheme, called `name`. */
const struct spec_scheme *spec_add_scheme(struct spec_reader *,
    struct rt_str name, const struct doc_node *);

/* spec_security.c */
void spec_read_root_security(struct spec_reader *);
void spec_read_security(struct spec_reader *, struct spec_op *,
    const struct doc_node *op);
void spec_read_codes(struct spec_reader *);

#endif /* GEN_SPEC_READ_H */
