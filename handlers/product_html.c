/* <title>, <meta> and JSON-LD of a page, by libxml2's parser of HTML.  It tells
 * what it meets and builds nothing. */
#include <libxml/HTMLparser.h>
#include <libxml/xmlerror.h>

#include "handlers/product.h"
#include "runtime/buf.h"
#include "runtime/media.h"

enum {
	DEPTH_MAX = 300, /* elements inside each other */
	/* The parser compares all attributes of an element with each other, and
	 * keeps their names: about so many bytes of them. */
	NAMES_MAX = 5000,
	VALUE_MAX = 8 * 1024, /* of an attribute; bytes */
	TITLE_MAX = 8 * 1024,
	LD_MAX = 512 * 1024, /* of all texts of JSON-LD */
};

struct reader {
	struct rt_arena *arena;
	htmlParserCtxtPtr parser;
	const _Atomic bool *end_soon;
	struct product_marks *marks;
	struct rt_buf text; /* of the element that is collected */
	bool in_title, in_ld;
	size_t ld_left;
};

void
product_begin(void)
{
	xmlInitParser();
}

/* --- Attributes --- */

/* Names of properties come first in rank; a later value of the same one does not
 * count. */
static struct rt_str *
place_of(struct product_marks *marks, struct rt_str name)
{
	struct product_facts *og = &marks->og;
	const struct {
		const char *name;
		struct rt_str *place;
	} known[] = {
	    {"og:title", &og->name},
	    {"og:image", &og->image},
	    {"og:image:url", &og->image},
	    {"og:image:secure_url", &og->image},
	    {"og:site_name", &og->site},
	    {"product:price:amount", &og->price},
	    {"og:price:amount", &og->price},
	    {"product:price:currency", &og->currency},
	    {"og:price:currency", &og->currency},
	};

	for (size_t i = 0; i < RT_LEN(known); i++) {
		if (rt_str_is_nocase(name, known[i].name))
			return known[i].place;
	}
	return NULL;
}

static struct rt_str
attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes != NULL && attributes[0] != NULL; attributes += 2) {
		if (strcmp((const char *)attributes[0], name) == 0)
			return rt_str((const char *)attributes[1]);
	}
	return (struct rt_str){NULL, 0};
}

static void
take_meta(struct reader *r, const xmlChar **attributes)
{
	struct rt_str name = attribute(attributes, "property");
	struct rt_str value = attribute(attributes, "content");
	struct rt_str *place;

	if (name.p == NULL)
		name = attribute(attributes, "name");
	if (name.p == NULL || value.n == 0 || value.n > VALUE_MAX)
		return;
	place = place_of(r->marks, name);
	if (place != NULL && place->p == NULL)
		*place = rt_arena_copy(r->arena, value);
}

static bool
is_ld(const xmlChar **attributes)
{
	struct rt_media media;

	return rt_media_parse(attribute(attributes, "type"), &media) &&
	    rt_media_covers("application/ld+json", &media);
}

/* --- Elements --- */

/* Nothing more is read; what was found stays. */
static void
stop_where_enough(struct reader *r)
{
	if (r->parser->nameNr > DEPTH_MAX || *r->end_soon)
		xmlStopParser(r->parser);
}

/* Collects the text up to the element's end, with that of elements in it. */
static void
collect(struct reader *r, bool *in, size_t max)
{
	*in = true;
	r->text = rt_buf(r->arena, max);
}

static void
on_start(void *arg, const xmlChar *name, const xmlChar **attributes)
{
	struct reader *r = arg;
	const struct product_marks *marks = r->marks;
	struct rt_str element = rt_str((const char *)name);

	stop_where_enough(r);
	if (rt_str_is(element, "meta"))
		take_meta(r, attributes);
	else if (r->in_title || r->in_ld)
		return;
	else if (rt_str_is(element, "title") && marks->title.p == NULL)
		collect(r, &r->in_title, TITLE_MAX);
	else if (rt_str_is(element, "script") && marks->n_ld < PRODUCT_LD_MAX &&
	    is_ld(attributes))
		collect(r, &r->in_ld, r->ld_left);
}

static void
on_end(void *arg, const xmlChar *name)
{
	struct reader *r = arg;
	struct product_marks *marks = r->marks;
	struct rt_str element = rt_str((const char *)name);
	struct rt_str text = rt_buf_str(&r->text);

	if (r->in_title && rt_str_is(element, "title")) {
		marks->title = text;
		r->in_title = false;
	}
	if (r->in_ld && rt_str_is(element, "script")) {
		if (!r->text.full)
			marks->ld[marks->n_ld++] = text;
		r->ld_left -= text.n;
		r->in_ld = false;
	}
}

static void
on_text(void *arg, const xmlChar *text, int n)
{
	struct reader *r = arg;

	if (r->in_title || r->in_ld)
		rt_buf_add(&r->text,
		    (struct rt_str){(const char *)text, (size_t)n});
}

static void
say_nothing(void *unused, const char *unused_too, ...)
{
	(void)unused, (void)unused_too;
}

void
product_marks_read(struct rt_arena *arena, struct rt_str html,
    const _Atomic bool *end_soon, struct product_marks *marks)
{
	const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
	    HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC;
	struct reader r = {
	    .arena = arena,
	    .parser = htmlNewParserCtxt(),
	    .end_soon = end_soon,
	    .marks = marks,
	    .text = rt_buf(arena, 0),
	    .ld_left = LD_MAX,
	};

	*marks = (struct product_marks){.n_ld = 0};
	if (r.parser == NULL || html.n == 0)
		goto out;
	xmlSetGenericErrorFunc(NULL, say_nothing);
	xmlDictSetLimit(r.parser->dict, NAMES_MAX);
	*r.parser->sax = (xmlSAXHandler){
	    .startElement = on_start,
	    .endElement = on_end,
	    .characters = on_text,
	    .cdataBlock = on_text,
	    .initialized = 1,
	};
	r.parser->userData = &r;
	(void)htmlCtxtReadMemory(r.parser, html.p, (int)html.n, NULL, "UTF-8",
	    options);
out:
	htmlFreeParserCtxt(r.parser);
}
