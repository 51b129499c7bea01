/* Products of JSON-LD: https://schema.org/Product, as shops write it. */
#include "handlers/product.h"
#include "runtime/json.h"

enum { INSIDE_MAX = 4 }; /* steps from a product to its price or picture */

static const struct rt_json_limits limits = {
    .depth = 32,
    .nodes = 20000,
    .repeats = true,
};

/* Whether a type is that of a product, with or without its vocabulary. */
static bool
names_product(const struct rt_node *type)
{
	static const char *const names[] = {"Product", "ProductGroup",
	    "ProductModel", "IndividualProduct"};
	static const char *const vocabularies[] = {"http://schema.org/",
	    "https://schema.org/", "schema:"};
	struct rt_str name = rt_node_str(type);

	if (type->type != RT_STRING)
		return false;
	for (size_t i = 0; i < RT_LEN(vocabularies); i++) {
		size_t n = strlen(vocabularies[i]);

		if (rt_str_starts(name, vocabularies[i]))
			name = (struct rt_str){name.p + n, name.n - n};
	}
	for (size_t i = 0; i < RT_LEN(names); i++) {
		if (rt_str_is(name, names[i]))
			return true;
	}
	return false;
}

static bool
is_product(const struct rt_node *v)
{
	const struct rt_node *type = rt_node_get(v, "@type");
	struct rt_items items;

	if (type == NULL)
		return false;
	items = rt_items(type);
	while (rt_items_next(&items)) {
		if (names_product(items.value))
			return true;
	}
	return names_product(type);
}

static struct rt_str
text_of(const struct rt_node *v, const char *name)
{
	const struct rt_node *member = rt_node_get(v, name);

	if (member == NULL || member->type != RT_STRING)
		return (struct rt_str){NULL, 0};
	return rt_node_str(member);
}

/* A URL, an ImageObject, or several of these. */
static struct rt_str
image_of(const struct rt_node *v, unsigned steps)
{
	struct rt_str text = {NULL, 0};

	if (v == NULL || steps == INSIDE_MAX)
		return text;
	if (v->type == RT_STRING)
		return rt_node_str(v);
	if (v->type == RT_ARRAY && v->n > 0)
		return image_of(v + 1, steps + 1);
	text = text_of(v, "url");
	return text.p != NULL ? text : text_of(v, "contentUrl");
}

/* Of an Offer, an AggregateOffer or a PriceSpecification. */
static bool
take_price(const struct rt_node *offer, struct product_facts *facts)
{
	const struct rt_node *price = rt_node_get(offer, "price");

	if (price == NULL)
		price = rt_node_get(offer, "lowPrice");
	if (price == NULL ||
	    (price->type != RT_STRING && price->type != RT_NUMBER))
		return false;
	facts->price = rt_node_str(price);
	facts->price_is_number = price->type == RT_NUMBER;
	facts->currency = text_of(offer, "priceCurrency");
	return true;
}

/* The first of several that has a price. */
static bool
take_offer(const struct rt_node *v, unsigned steps, struct product_facts *facts)
{
	struct rt_items items;

	if (v == NULL || steps == INSIDE_MAX)
		return false;
	items = rt_items(v);
	while (rt_items_next(&items)) {
		if (take_offer(items.value, steps + 1, facts))
			return true;
	}
	if (v->type != RT_OBJECT)
		return false;
	return take_price(v, facts) ||
	    take_offer(rt_node_get(v, "priceSpecification"), steps + 1, facts);
}

/* Of a tape, objects come before what is in them, so the first product is none
 * that another one only mentions. */
static const struct rt_node *
find_product(const struct rt_node *root)
{
	for (const struct rt_node *v = root; v < root + root->span; v++) {
		if (v->type == RT_OBJECT && is_product(v))
			return v;
	}
	return NULL;
}

bool
product_ld_read(struct rt_arena *arena, struct rt_str json,
    struct product_facts *facts)
{
	struct rt_json_error unused;
	const struct rt_node *root =
	    rt_json_parse(arena, json, &limits, &unused);
	const struct rt_node *product;

	*facts = (struct product_facts){.price_is_number = false};
	product = root == NULL ? NULL : find_product(root);
	if (product == NULL)
		return false;
	facts->name = text_of(product, "name");
	facts->image = image_of(rt_node_get(product, "image"), 0);
	(void)take_offer(rt_node_get(product, "offers"), 0, facts);
	return true;
}
