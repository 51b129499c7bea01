#include <yaml.h>

#include "gen/doc_build.h"
#include "gen/doc_scalar.h"
#include "gen/doc_syntax.h"

#define CORE "tag:yaml.org,2002:"

enum { ANCHOR_BUCKETS = 1024 };

struct anchor {
	struct rt_str name;
	const struct doc_node *node;
	struct anchor *next;
};

/* libyaml counts characters; the same place in bytes. */
struct cursor {
	size_t chars;
	size_t offset;
};

struct reader {
	struct doc_build *b;
	yaml_parser_t parser;
	size_t start; /* of the text, behind a byte order mark */
	struct cursor cursor;
	struct source_pos document;
	bool has_document;
	bool key_is_next; /* if the open frame is a map */
	struct anchor *anchors[ANCHOR_BUCKETS];
};

static bool
is_in_char(const struct rt_str *text, size_t offset)
{
	return offset < text->n &&
	    ((unsigned char)text->p[offset] & 0xc0) == 0x80;
}

/* The byte offset of a character.  Events come in the order of the text, so
 * that the steps of a whole run are linear in it. */
static size_t
offset_of(struct reader *r, size_t chars)
{
	const struct rt_str *text = &r->b->source->text;
	struct cursor c = r->cursor;

	while (c.chars < chars && c.offset < text->n) {
		c.offset++;
		if (!is_in_char(text, c.offset))
			c.chars++;
	}
	while (c.chars > chars && c.offset > r->start) {
		c.offset--;
		if (!is_in_char(text, c.offset))
			c.chars--;
	}
	r->cursor = c;
	return c.offset;
}

/* From one mark to another, or to the end of the line. */
static struct source_pos
place(struct reader *r, const yaml_event_t *e)
{
	const struct source *source = r->b->source;
	size_t from = offset_of(r, e->start_mark.index);
	size_t to = offset_of(r, e->end_mark.index);
	struct source_pos pos = source_pos(source, from, 0);
	size_t left = source_line(source, pos.line).n + 1;

	left = left > pos.col ? left - pos.col : 0;
	pos.len = (unsigned)(to - from < left ? to - from : left);
	return pos;
}

static struct rt_str
text_of(const yaml_event_t *e)
{
	return (struct rt_str){(const char *)e->data.scalar.value,
	    e->data.scalar.length};
}

/* --- anchors --- */

static void
name_node(struct reader *r, const yaml_char_t *name,
    const struct doc_node *node)
{
	struct rt_str key = rt_str((const char *)name);
	struct anchor **bucket, *a;

	if (name == NULL)
		return;
	bucket = &r->anchors[rt_str_hash(key) % ANCHOR_BUCKETS];
	a = rt_arena_new(r->b->arena, sizeof(*a));
	a->name = rt_arena_copy(r->b->arena, key);
	a->node = node;
	a->next = *bucket;
	*bucket = a;
}

/* The latest node of that name, as section 3.2.2.2 has it. */
static const struct doc_node *
named_node(const struct reader *r, struct rt_str name)
{
	const struct anchor *a;

	a = r->anchors[rt_str_hash(name) % ANCHOR_BUCKETS];
	while (a != NULL && !rt_str_eq(a->name, name))
		a = a->next;
	return a == NULL ? NULL : a->node;
}

static bool
is_open(const struct doc_build *b, const struct doc_node *node)
{
	for (unsigned i = 0; i < b->depth; i++) {
		if (b->frames[i].node == node)
			return true;
	}
	return false;
}

static const struct doc_node *
alias_target(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	const char *name = (const char *)e->data.alias.anchor;
	const struct doc_node *node = named_node(r, rt_str(name));

	if (node == NULL) {
		diag_error(r->b->diag, pos, "yaml-alias",
		    "expected an anchor '&%s' before this alias, found none",
		    name);
		return NULL;
	}
	if (is_open(r->b, node)) {
		diag_error(r->b->diag, pos, "yaml-alias",
		    "alias '*%s' stands inside the value that it repeats",
		    name);
		diag_note(r->b->diag, node->pos, "the value begins here");
		return NULL;
	}
	return node;
}

/* --- tags --- */

static void
report_tag(struct reader *r, struct source_pos pos, const char *tag)
{
	bool is_core = strncmp(tag, CORE, strlen(CORE)) == 0;

	diag_error(r->b->diag, pos, "yaml-tag",
	    "expected a tag of YAML's core schema, found '%s%s'",
	    is_core ? "!!" : "", is_core ? tag + strlen(CORE) : tag);
	diag_help(r->b->diag,
	    "the core schema has !!str, !!int, !!float, !!bool, !!null, "
	    "!!map and !!seq");
}

static void
report_content(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	diag_error(r->b->diag, pos, "yaml-tag",
	    "expected a value as its tag '!!%s' says, found '%.*s'",
	    (const char *)e->data.scalar.tag + strlen(CORE),
	    RT_FMT(text_of(e)));
}

static bool
is_core_tag(const char *tag)
{
	static const char *const names[] = {"str", "int", "float", "bool",
	    "null", "map", "seq"};

	for (size_t i = 0; i < RT_LEN(names); i++) {
		if (strncmp(tag, CORE, strlen(CORE)) == 0 &&
		    strcmp(tag + strlen(CORE), names[i]) == 0)
			return true;
	}
	return false;
}

static void
check_collection_tag(struct reader *r, const yaml_char_t *tag,
    enum doc_type type, struct source_pos pos)
{
	const char *s = (const char *)tag;

	if (s == NULL || strcmp(s, "!") == 0 ||
	    strcmp(s, type == DOC_MAP ? CORE "map" : CORE "seq") == 0)
		return;
	if (is_core_tag(s))
		diag_error(r->b->diag, pos, "yaml-tag",
		    "expected a value as its tag '!!%s' says, found %s",
		    s + strlen(CORE), doc_type_name(type));
	else
		report_tag(r, pos, s);
}

/* --- scalars --- */

static bool
is_plain(const yaml_event_t *e)
{
	return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static enum doc_type
untagged_type(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	enum doc_type type = DOC_STRING;

	if (is_plain(e))
		type = doc_scalar_type(text_of(e));
	if (type != 0)
		return type;
	diag_error(r->b->diag, pos, "yaml-number",
	    "expected a number that JSON can hold too, found '%.*s'",
	    RT_FMT(text_of(e)));
	diag_help(r->b->diag, "put quotes around it if it is a text");
	return DOC_STRING;
}

static enum doc_type
tagged_type(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	static const struct {
		const char *tag;
		enum doc_type type;
	} tags[] = {
	    {CORE "null", DOC_NULL},
	    {CORE "bool", DOC_BOOL},
	    {CORE "int", DOC_NUMBER},
	    {CORE "float", DOC_NUMBER},
	};
	const char *tag = (const char *)e->data.scalar.tag;
	struct rt_str text = text_of(e);

	if (strcmp(tag, "!") == 0 || strcmp(tag, CORE "str") == 0)
		return DOC_STRING;
	for (size_t i = 0; i < RT_LEN(tags); i++) {
		if (strcmp(tag, tags[i].tag) != 0)
			continue;
		if (doc_scalar_type(text) == tags[i].type &&
		    (strcmp(tag, CORE "int") != 0 || doc_scalar_is_int(text)))
			return tags[i].type;
		report_content(r, e, pos);
		return DOC_STRING;
	}
	if (is_core_tag(tag))
		report_content(r, e, pos);
	else
		report_tag(r, pos, tag);
	return DOC_STRING;
}

static struct doc_node *
scalar_node(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	struct doc_build *b = r->b;
	struct rt_str text = text_of(e);
	struct doc_node *node = doc_build_node(b, DOC_STRING, pos);

	if (node == NULL || !doc_build_count(b, text.n, pos))
		return NULL;
	node->type = e->data.scalar.tag == NULL ? untagged_type(r, e, pos)
						: tagged_type(r, e, pos);
	if (node->type == DOC_NUMBER)
		node->text = doc_scalar_number(b->arena, text);
	else
		node->text = rt_arena_copy(b->arena, text);
	node->yes = node->type == DOC_BOOL && (text.p[0] | 0x20) == 't';
	name_node(r, e->data.scalar.anchor, node);
	return node;
}

/* --- keys --- */

static bool
read_scalar_key(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	struct doc_build *b = r->b;
	struct rt_str text = text_of(e);

	if (is_plain(e) && text.n == 0)
		diag_error(b->diag, pos, "yaml-key",
		    "expected a key before ':', found none");
	if (is_plain(e) && rt_str_is(text, "<<")) {
		diag_error(b->diag, pos, "yaml-key",
		    "expected a key, found YAML 1.1's merge key '<<'");
		diag_help(b->diag,
		    "write the members out, or share them with '$ref' or "
		    "'allOf'");
	}
	if (e->data.scalar.anchor != NULL && scalar_node(r, e, pos) == NULL)
		return false;
	return doc_build_key(b, rt_arena_copy(b->arena, text), pos);
}

static bool
read_alias_key(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	const struct doc_node *node = alias_target(r, e, pos);

	if (node == NULL)
		return false;
	if (node->type == DOC_MAP || node->type == DOC_SEQ) {
		diag_error(r->b->diag, pos, "yaml-key",
		    "expected a string as key, found an alias of %s",
		    doc_type_name(node->type));
		return false;
	}
	return doc_build_key(r->b, node->text, pos);
}

static bool
read_key(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	bool is_map = e->type == YAML_MAPPING_START_EVENT;

	r->key_is_next = false;
	if (e->type == YAML_SCALAR_EVENT)
		return read_scalar_key(r, e, pos);
	if (e->type == YAML_ALIAS_EVENT)
		return read_alias_key(r, e, pos);
	diag_error(r->b->diag, pos, "yaml-key",
	    "expected a string as key, found %s",
	    doc_type_name(is_map ? DOC_MAP : DOC_SEQ));
	diag_help(r->b->diag, "put quotes around a key that begins with '%c'",
	    is_map ? '{' : '[');
	return false;
}

/* --- values --- */

static bool
read_scalar(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	struct doc_node *node = scalar_node(r, e, pos);

	r->key_is_next = true;
	return node != NULL && doc_build_add(r->b, node);
}

static bool
read_alias(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	const struct doc_node *node = alias_target(r, e, pos);

	r->key_is_next = true;
	return node != NULL && doc_build_copy(r->b, node, pos);
}

static bool
read_open(struct reader *r, const yaml_event_t *e, struct source_pos pos)
{
	bool is_map = e->type == YAML_MAPPING_START_EVENT;
	const yaml_char_t *tag, *anchor;
	struct doc_node *node;

	if (is_map) {
		tag = e->data.mapping_start.tag;
		anchor = e->data.mapping_start.anchor;
		check_collection_tag(r, tag, DOC_MAP, pos);
	} else {
		tag = e->data.sequence_start.tag;
		anchor = e->data.sequence_start.anchor;
		check_collection_tag(r, tag, DOC_SEQ, pos);
	}
	node = doc_build_open(r->b, is_map ? DOC_MAP : DOC_SEQ, pos);
	if (node == NULL)
		return false;
	name_node(r, anchor, node);
	r->key_is_next = true;
	return true;
}

static bool
read_document(struct reader *r, struct source_pos pos)
{
	if (!r->has_document) {
		r->has_document = true;
		r->document = pos;
		return true;
	}
	diag_error(r->b->diag, pos, "yaml-document",
	    "expected one document in the file, found a second one");
	diag_note(r->b->diag, r->document, "the first one begins here");
	return false;
}

static bool
read_event(struct reader *r, const yaml_event_t *e)
{
	struct doc_frame *f = doc_build_top(r->b);
	struct source_pos pos = place(r, e);
	bool is_end = e->type == YAML_MAPPING_END_EVENT ||
	    e->type == YAML_SEQUENCE_END_EVENT;

	if (e->type == YAML_DOCUMENT_START_EVENT)
		return read_document(r, pos);
	if (is_end) {
		doc_build_close(r->b);
		r->key_is_next = true;
		return true;
	}
	if (e->type == YAML_STREAM_START_EVENT ||
	    e->type == YAML_DOCUMENT_END_EVENT)
		return true;
	if (f != NULL && f->node->type == DOC_MAP && r->key_is_next)
		return read_key(r, e, pos);
	if (e->type == YAML_SCALAR_EVENT)
		return read_scalar(r, e, pos);
	if (e->type == YAML_ALIAS_EVENT)
		return read_alias(r, e, pos);
	return read_open(r, e, pos);
}

static void
report_syntax(struct reader *r)
{
	yaml_parser_t *p = &r->parser;
	struct doc_yaml_fault fault = {
	    .problem = p->problem,
	    .context = p->context,
	};

	if (p->error == YAML_READER_ERROR) {
		doc_syntax_yaml_char(r->b, r->start + p->problem_offset,
		    (unsigned)p->problem_value);
		return;
	}
	if (p->context != NULL)
		fault.context_offset = offset_of(r, p->context_mark.index);
	fault.offset = offset_of(r, p->problem_mark.index);
	doc_syntax_yaml(r->b, &fault);
}

static void
read_events(struct reader *r)
{
	yaml_event_t e;
	bool more = true;

	while (more) {
		if (!yaml_parser_parse(&r->parser, &e)) {
			report_syntax(r);
			return;
		}
		more = e.type != YAML_STREAM_END_EVENT && read_event(r, &e);
		yaml_event_delete(&e);
	}
}

static bool
is_empty(const struct doc_node *root)
{
	return root == NULL || (root->type == DOC_NULL && root->text.n == 0);
}

struct doc_node *
doc_read_yaml(struct doc_build *b, size_t start)
{
	const struct source *s = b->source;
	struct reader *r = rt_arena_new(b->arena, sizeof(*r));

	r->b = b;
	r->start = start;
	r->cursor.offset = start;
	if (!yaml_parser_initialize(&r->parser)) {
		diag_error(b->diag, source_pos(s, 0, 0), "yaml-syntax",
		    "there is no memory left to read the document");
		return NULL;
	}
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser,
	    (const unsigned char *)s->text.p + start, s->text.n - start);
	read_events(r);
	yaml_parser_delete(&r->parser);
	if (is_empty(b->root) && diag_errors(b->diag) == b->errors)
		diag_error(b->diag, source_pos(s, 0, 0), "yaml-document",
		    "expected a document, found none: the file is empty");
	return b->root;
}
