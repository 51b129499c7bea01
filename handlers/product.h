/*
 * What a shop's page says of the product on it: JSON-LD (schema.org's Product),
 * OpenGraph and <title>.  The page is hostile; what comes out of it fits the
 * contract's schema Gift.  All of it works on memory only and may run on a thread.
 */
#ifndef HANDLERS_PRODUCT_H
#define HANDLERS_PRODUCT_H

#include "runtime/arena.h"

enum {
	PRODUCT_NAME_MAX = 255, /* code points */
	PRODUCT_URL_MAX = 2048,
};

/* A page as it came. */
struct product_page {
	struct rt_str url; /* where it came from */
	struct rt_str charset; /* of Content-Type; absent for none */
	struct rt_str html;
};

/* Each absent where the page does not say it. */
struct product {
	struct rt_str name;
	struct rt_str image_url;
	struct rt_str source; /* the shop; its host where it has no name */
	struct rt_str price; /* decimal, two digits behind the point */
	struct rt_str currency; /* ISO 4217, "EUR" */
};

/* Before a thread reads the first page; may be called again. */
void product_begin(void);

/*
 * Reads a page; what is found lives in the arena.  `end_soon` may be set by
 * another thread: then less is found.
 */
void product_read(struct rt_arena *, const struct product_page *,
    const _Atomic bool *end_soon, struct product *);

/* --- Its parts --- */

/* As the page has them; absent for none. */
struct product_facts {
	struct rt_str name, image, price, currency, site;
	bool price_is_number; /* of JSON: its point is no mark of thousands */
};

enum { PRODUCT_LD_MAX = 8 };

/* What HTML says. */
struct product_marks {
	struct product_facts og;
	struct rt_str title;
	struct rt_str ld[PRODUCT_LD_MAX]; /* texts of JSON-LD */
	size_t n_ld;
};

/* product_charset.c: the page as UTF-8, by its mark of byte order, its charset,
 * its own words or its looks; what is none is U+FFFD. */
struct rt_str product_decode(struct rt_arena *, const struct product_page *);

/* product_html.c: of well-formed UTF-8. */
void product_marks_read(struct rt_arena *, struct rt_str html,
    const _Atomic bool *end_soon, struct product_marks *);

/* product_ld.c: what the first product of a text of JSON-LD says; false where
 * there is none. */
bool product_ld_read(struct rt_arena *, struct rt_str json,
    struct product_facts *) RT_WARN_UNUSED;

/* product_text.c: without control characters and marks of direction, spaces
 * joined and cut off at both ends, at most so many code points; absent where
 * nothing is left. */
struct rt_str product_text(struct rt_arena *, struct rt_str, size_t max);

/* The same without arena: the decimal that a price begins with, "1.299,00 EUR" as
 * "1299.00"; absent where it is none of at most ten digits before the point. */
struct rt_str product_price(struct rt_arena *, struct rt_str, bool is_number);

#endif /* HANDLERS_PRODUCT_H */
