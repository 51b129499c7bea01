#include "handlers/product.h"

#include "runtime/url.h"

/* Of all that the page says, what is said first counts: JSON-LD is made for
 * machines, OpenGraph for previews. */
static struct rt_str
first(struct rt_str a, struct rt_str b)
{
	return a.p != NULL ? a : b;
}

static struct rt_str
currency_of(struct rt_arena *arena, struct rt_str s)
{
	struct rt_str code = rt_arena_copy(arena, rt_str_trim(s));
	char *p = (char *)(uintptr_t)code.p;

	for (size_t i = 0; i < code.n; i++) {
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
		if (p[i] < 'A' || p[i] > 'Z')
			return (struct rt_str){NULL, 0};
	}
	return code.n == 3 ? code : (struct rt_str){NULL, 0};
}

static struct rt_str
url_of(struct rt_arena *arena, struct rt_str page, struct rt_str reference)
{
	struct rt_str url = {NULL, 0};

	if (reference.n > 0)
		url = rt_url_resolve(arena, page, reference);
	return url.n > PRODUCT_URL_MAX ? (struct rt_str){NULL, 0} : url;
}

static struct rt_str
name_of(struct rt_arena *arena, struct rt_str s)
{
	return product_text(arena, s, PRODUCT_NAME_MAX);
}

/* A price and its currency are of one place. */
static void
take_price(struct rt_arena *arena, const struct product_facts *facts,
    struct product *product)
{
	if (product->price.p != NULL || facts->price.p == NULL)
		return;
	product->price =
	    product_price(arena, facts->price, facts->price_is_number);
	if (product->price.p != NULL)
		product->currency = currency_of(arena, facts->currency);
}

static struct rt_str
shop_of(struct rt_arena *arena, struct rt_str url)
{
	struct rt_str host = rt_url_host(arena, url);
	size_t www = strlen("www.");

	if (rt_str_starts(host, "www."))
		host = (struct rt_str){host.p + www, host.n - www};
	return name_of(arena, host);
}

static void
read_ld(struct rt_arena *arena, const struct product_marks *marks,
    struct product_facts *ld)
{
	bool found = false;

	*ld = (struct product_facts){.price_is_number = false};
	for (size_t i = 0; i < marks->n_ld && !found; i++)
		found = product_ld_read(arena, marks->ld[i], ld);
}

void
product_read(struct rt_arena *arena, const struct product_page *page,
    const _Atomic bool *end_soon, struct product *product)
{
	struct product_marks marks;
	const struct product_facts *og = &marks.og;
	struct product_facts ld;

	product_marks_read(arena, product_decode(arena, page), end_soon,
	    &marks);
	read_ld(arena, &marks, &ld);
	*product = (struct product){
	    .name = first(name_of(arena, ld.name),
		first(name_of(arena, og->name), name_of(arena, marks.title))),
	    .image_url = first(url_of(arena, page->url, ld.image),
		url_of(arena, page->url, og->image)),
	    .source =
		first(name_of(arena, og->site), shop_of(arena, page->url)),
	};
	take_price(arena, &ld, product);
	take_price(arena, og, product);
}
