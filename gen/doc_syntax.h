/* Says in plain words what libyaml and yajl did not understand. */
#ifndef GEN_DOC_SYNTAX_H
#define GEN_DOC_SYNTAX_H

#include "gen/doc_build.h"

/* A fault as libyaml tells it; offsets are in bytes of the source. */
struct doc_yaml_fault {
	const char *problem;
	size_t offset;
	const char *context; /* NULL: none */
	size_t context_offset;
};

void doc_syntax_yaml(struct doc_build *, const struct doc_yaml_fault *);

/* A character that YAML does not allow (section 5.1). */
void doc_syntax_yaml_char(struct doc_build *, size_t offset, unsigned point);

/* What the last token was that yajl has told of. */
enum doc_json_state {
	DOC_JSON_START = 1,
	DOC_JSON_OPEN, /* after '{' or '[' */
	DOC_JSON_KEY,
	DOC_JSON_VALUE,
};

/* A token that cannot stand where it is; `end` is behind the last good one. */
void doc_syntax_json(struct doc_build *, enum doc_json_state, size_t end);

/* A fault inside of a string or number; `why` is yajl's sentence.  False for
 * other faults. */
bool doc_syntax_json_token(struct doc_build *, const char *why, size_t offset);

/* Reports what the source holds that is no UTF-8 (RFC 3629), or a line break
 * to libyaml but not to YAML 1.2 (section 5.4).  True when there is none. */
bool doc_syntax_encoding(struct doc_build *);

#endif /* GEN_DOC_SYNTAX_H */
