#include "handlers/product.h"

#include <time.h>

#include "tests/unit/test.h"

static const _Atomic bool never;
static struct rt_arena *arena;

/* What a page says, with a charset or NULL. */
static struct product
read_page(struct rt_str html, const char *charset)
{
	const struct product_page page = {
	    .url = RT_LIT("https://www.shop.example/things/box?x=1"),
	    .charset = rt_str(charset),
	    .html = html,
	};
	struct product product;

	if (arena == NULL)
		arena = rt_arena_open((size_t)1 << 27, NULL, NULL);
	rt_arena_reset(arena);
	product_read(arena, &page, &never, &product);
	return product;
}

static struct product
read_html(const char *html)
{
	return read_page(rt_str(html), NULL);
}

static void
check_name(const char *html, const char *want)
{
	CHECK_STR(read_html(html).name, want);
}

/* --- HTML --- */

TEST(a_page_with_open_graph)
{
	struct product p =
	    read_html("<!doctype html><html><head><title>Shop</title>"
		      "<meta property='og:title' content='Puzzle &amp; box'>"
		      "<META PROPERTY=\"og:image\" CONTENT=\"/img/box.jpg\">"
		      "<meta property='og:image' content='/img/second.jpg'>"
		      "<meta property='og:site_name' content='Shop of puzzles'>"
		      "<meta property='product:price:amount' content='24.50'>"
		      "<meta property='product:price:currency' content='eur'>"
		      "</head><body>");

	CHECK_STR(p.name, "Puzzle & box");
	CHECK_STR(p.image_url, "https://www.shop.example/img/box.jpg");
	CHECK_STR(p.source, "Shop of puzzles");
	CHECK_STR(p.price, "24.50");
	CHECK_STR(p.currency, "EUR");
}

TEST(a_page_with_a_title_only)
{
	struct product p =
	    read_html("<title>\n  Puzzle\n\tbox &mdash; Shop </title><p>x");

	CHECK_STR(p.name, "Puzzle box \xe2\x80\x94 Shop");
	CHECK_STR(p.source, "shop.example");
	CHECK(p.price.p == NULL && p.currency.p == NULL);
	CHECK(p.image_url.p == NULL);
}

TEST(pages_without_a_product)
{
	static const char *const pages[] = {"", "<", "<title></title>",
	    "<title> \n </title>", "<p>Hello", "plain text",
	    "<meta property='og:title'>", "<meta content='x'>",
	    "<!-- <title>x</title> -->", "<title", "<title>&#8203;</title>",
	    "<script>document.write('<title>x</title>')</script>"};

	for (size_t i = 0; i < RT_LEN(pages); i++)
		CHECK(read_html(pages[i]).name.p == NULL);
}

TEST(broken_pages)
{
	check_name("<title>Box", "Box");
	check_name("<html><title>Box<meta property=og:title content=Name",
	    "Name");
	check_name("<head><meta property=og:title content=Name><title>",
	    "Name");
	check_name("</p></p><b><i></b><title>Box</title>", "Box");
	check_name("<body><meta property='og:title' content='Box'>", "Box");
	check_name("<title>A</title><title>B</title>", "A");
	check_name("<meta name='og:title' content='Box'>", "Box");
	check_name("<title>a<b>c</title>", "ac");
}

/* --- JSON-LD --- */

#define LD(text) "<script type='application/ld+json'>" text "</script>"

TEST(a_page_with_json_ld)
{
	struct product p = read_html(
	    "<title>Shop</title>"
	    "<meta property='og:title' content='Not this'>"
	    "<meta property='og:price:amount' content='99'>" LD(
		"{\"@context\":\"https://schema.org\",\"@type\":\"Product\","
		"\"name\":\"Puzzle box\",\"image\":[\"box.jpg\",\"b.jpg\"],"
		"\"offers\":{\"@type\":\"Offer\",\"price\":24.5,"
		"\"priceCurrency\":\"EUR\"}}"));

	CHECK_STR(p.name, "Puzzle box");
	CHECK_STR(p.image_url, "https://www.shop.example/things/box.jpg");
	CHECK_STR(p.price, "24.50");
	CHECK_STR(p.currency, "EUR");
}

TEST(forms_of_json_ld)
{
	static const char *const pages[] = {
	    LD("[{\"@type\":\"Organization\",\"name\":\"x\"},"
	       "{\"@type\":\"Product\",\"name\":\"Box\",\"offers\":"
	       "[{\"price\":\"5.00\",\"priceCurrency\":\"USD\"}]}]"),
	    LD("{\"@graph\":[{\"@type\":\"WebPage\"},"
	       "{\"@type\":[\"Product\",\"Thing\"],\"name\":\"Box\","
	       "\"offers\":{\"lowPrice\":\"5\",\"priceCurrency\":\"USD\"}}]}"),
	    LD("{\"@type\":\"http://schema.org/Product\",\"name\":\"Box\","
	       "\"offers\":{\"priceSpecification\":[{\"price\":5,"
	       "\"priceCurrency\":\"USD\"}]}}"),
	    LD("{\"@type\":\"WebPage\",\"mainEntity\":{\"@type\":\"Product\","
	       "\"name\":\"Box\",\"offers\":[{},{\"price\":5.0,"
	       "\"priceCurrency\":\"USD\"}]}}"),
	    LD("not JSON") LD("{\"@type\":\"Product\",\"name\":\"Box\","
			      "\"name\":\"Box\",\"offers\":{\"price\":\"5,00\","
			      "\"priceCurrency\":\"usd\"},\"isRelatedTo\":"
			      "{\"@type\":\"Product\",\"name\":\"Not this\"}}"),
	};

	for (size_t i = 0; i < RT_LEN(pages); i++) {
		struct product p = read_html(pages[i]);

		CHECK_STR(p.name, "Box");
		CHECK_STR(p.price, "5.00");
		CHECK_STR(p.currency, "USD");
	}
}

TEST(json_ld_that_says_nothing)
{
	static const char *const texts[] = {LD(""), LD("{"), LD("[]"),
	    LD("null"), LD("{\"@type\":\"Product\"}"),
	    LD("{\"@type\":\"Product\",\"name\":1,\"offers\":1,\"image\":2}"),
	    LD("{\"@type\":\"Product\",\"name\":\"\",\"offers\":[[[[[[[1]]]]]]]"
	       ",\"image\":[[[[[\"x\"]]]]]}"),
	    LD("{\"@type\":\"Offer\",\"name\":\"x\"}"),
	    "<script type=text/json>{\"@type\":\"Product\"}</script>"};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		struct product p = read_html(texts[i]);

		CHECK(p.name.p == NULL && p.price.p == NULL);
		CHECK(p.image_url.p == NULL);
	}
}

TEST(pictures_of_json_ld)
{
	static const char *const texts[] = {
	    LD("{\"@type\":\"Product\",\"image\":\"//c.example/a.jpg\"}"),
	    LD("{\"@type\":\"Product\",\"image\":"
	       "{\"url\":\"https://c.example/a.jpg\"}}"),
	    LD("{\"@type\":\"Product\",\"image\":"
	       "[{\"contentUrl\":\"https://c.example/a.jpg\"}]}"),
	};

	for (size_t i = 0; i < RT_LEN(texts); i++)
		CHECK_STR(read_html(texts[i]).image_url,
		    "https://c.example/a.jpg");
}

/* --- Hostile values --- */

TEST(urls_of_pictures_are_harmless)
{
	static const char *const urls[] = {"javascript:alert(1)",
	    "data:text/html,x", "file:///etc/passwd", "http://",
	    "https://user:pass@c.example/", ""};

	for (size_t i = 0; i < RT_LEN(urls); i++) {
		char page[200];

		snprintf(page, sizeof(page),
		    "<meta property='og:image' content='%s'>", urls[i]);
		CHECK(read_html(page).image_url.p == NULL);
	}
}

TEST(texts_are_harmless)
{
	check_name("<title>a\x01\x1b[31m b&#7;\xe2\x80\xae"
		   "c\xef\xbb\xbf\xc2\x85 d\xc2\xa0</title>",
	    "a[31m bc d");
	check_name("<title>&lt;script>alert(1)</script></title>",
	    "<script>alert(1)");
	check_name(LD("{\"@type\":\"Product\",\"name\":\"a\\u0000b\\u202ec\"}"),
	    "a bc");
}

TEST(long_names_are_cut_between_characters)
{
	char page[4000] = "<title>";
	struct rt_str name;

	for (int i = 0; i < 300; i++)
		strcat(page, "\xf0\x9f\x8e\x81");
	name = read_html(page).name;
	CHECK_INT(rt_str_points(name), 255);
	CHECK_INT(name.n, 255 * 4);
	CHECK(rt_str_is_utf8(name));
}

/* --- Charsets --- */

TEST(charsets)
{
	static const struct {
		const char *charset;
		struct rt_str html;
	} cases[] = {
	    {"utf-8", RT_TEXT("<title>Z\xc3\xbcrich</title>")},
	    {NULL, RT_TEXT("<title>Z\xc3\xbcrich</title>")},
	    {NULL, RT_TEXT("\xef\xbb\xbf<title>Z\xc3\xbcrich</title>")},
	    {"ISO-8859-1", RT_TEXT("<title>Z\xfcrich</title>")},
	    {NULL, RT_TEXT("<title>Z\xfcrich</title>")},
	    {NULL,
		RT_TEXT("<meta charset=\"windows-1252\">"
			"<title>Z\xfcrich</title>")},
	    {NULL,
		RT_TEXT("<meta http-equiv=Content-Type content='text/html; "
			"charset = iso-8859-15'><title>Z\xfcrich</title>")},
	    {"unheard-of", RT_TEXT("<title>Z\xfcrich</title>")},
	    {"../../etc/passwd", RT_TEXT("<title>Z\xfcrich</title>")},
	    {NULL,
		RT_TEXT("\xff\xfe<\0t\0i\0t\0l\0e\0>\0Z\0\xfc\0r\0i\0c\0h\0"
			"<\0/\0t\0i\0t\0l\0e\0>\0")},
	};

	for (size_t i = 0; i < RT_LEN(cases); i++)
		CHECK_STR(read_page(cases[i].html, cases[i].charset).name,
		    "Z\xc3\xbcrich");
	CHECK_STR(read_page(RT_LIT("<meta charset=shift_jis><title>\x83p\x83Y"
				   "\x83\x8b</title>"),
		      NULL)
		      .name,
	    "\xe3\x83\x91\xe3\x82\xba\xe3\x83\xab");
}

TEST(bytes_of_no_character)
{
	CHECK_STR(
	    read_page(RT_LIT("<title>a\xff\xc3z\xe2\x82</title>"), "utf-8")
		.name,
	    "a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd");
	CHECK_STR(read_page(RT_LIT("<title>a\0b</title>"), NULL).name, "a b");
}

/* --- Prices --- */

TEST(prices)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"24.5", "24.50"},
	    {"24", "24.00"},
	    {"0", "0.00"},
	    {"19,99 \xe2\x82\xac", "19.99"},
	    {"EUR 19.99", "19.99"},
	    {"$1,299.00", "1299.00"},
	    {"1.299,00", "1299.00"},
	    {"1 299,00", "1299.00"},
	    {"1\xc2\xa0"
	     "299,00",
		"1299.00"},
	    {"1'299.50", "1299.50"},
	    {"1,299", "1299.00"},
	    {"1.299", "1299.00"},
	    {"0.999", "1.00"},
	    {"1,234,567", "1234567.00"},
	    {"1.234.567,8", "1234567.80"},
	    {"19.994", "19994.00"},
	    {"19.9951", "20.00"},
	    {"19.9949", "19.99"},
	    {"12 34", "12.00"},
	    {"007.10", "7.10"},
	    {"9999999999.99", "9999999999.99"},
	    {"from 5.00 to 7.00", "5.00"},
	    {"5.-", "5.00"},
	    {"5,--", "5.00"},
	    {"Rs.500", "500.00"},
	    {"1234.5", "1234.50"},
	};

	read_html("");
	for (size_t i = 0; i < RT_LEN(cases); i++)
		CHECK_STR(product_price(arena, rt_str(cases[i].text), false),
		    cases[i].want);
	CHECK_STR(product_price(arena, RT_LIT("1.299"), true), "1.30");
	CHECK_STR(product_price(arena, RT_LIT("1.2949999"), true), "1.29");
}

TEST(prices_that_are_none)
{
	static const char *const texts[] = {"", "free", "-5", "$.50", ".50",
	    ".", ",", "99999999999", "9999999999.999",
	    "1000000000000000000000000000000000000000000000"};

	read_html("");
	for (size_t i = 0; i < RT_LEN(texts); i++)
		CHECK(product_price(arena, rt_str(texts[i]), false).p == NULL);
	CHECK(product_price(arena, RT_LIT("1e3"), true).p == NULL);
	CHECK(product_price(arena, RT_LIT("-1"), true).p == NULL);
}

/* --- Bounds --- */

/* As large as pages may be; sanitizers take their time. */
enum { PAGE_SIZE = RT_SANITIZED ? 256 * 1024 : 2 * 1024 * 1024 };

static char page_text[PAGE_SIZE + 100];

/* Whatever else the machine has to do does not count. */
static void
check_time(const char *what, size_t n)
{
	clock_t since = clock();
	double seconds;

	read_page((struct rt_str){page_text, n}, NULL);
	seconds = (double)(clock() - since) / CLOCKS_PER_SEC;
	if (seconds > 3)
		fprintf(stderr, "%s: %.1f s\n", what, seconds);
	CHECK(seconds <= 3);
	CHECK(rt_arena_used(arena) < (size_t)1 << 26);
}

/* Each in its own way the worst. */
TEST(no_page_takes_long)
{
	static const char *const parts[] = {"<b>", "<p>", "<a b=c>", "</x>",
	    "<table><tr><td>", "<!-- ", "<![CDATA[", "&amp;", "&#", "<?x ",
	    "<title>", "<script>", "<script type=application/ld+json>[",
	    "<option><select>", "\xc3", "\xff", "<", "<a ", "<a a='"};

	for (size_t i = 0; i < RT_LEN(parts); i++) {
		size_t at = 0, size = strlen(parts[i]);

		for (; at < PAGE_SIZE; at += size)
			memcpy(page_text + at, parts[i], size);
		check_time(parts[i], at);
	}
}

/* All attributes of an element are compared with each other. */
TEST(no_element_takes_long)
{
	static const unsigned most[] = {500, 2000, 1000000};

	for (size_t i = 0; i < RT_LEN(most); i++) {
		size_t at = 0;

		for (unsigned n = 0; at < PAGE_SIZE; n++)
			at += (size_t)sprintf(page_text + at, "%sa%x ",
			    n % most[i] == 0 ? "><a " : "", n % most[i]);
		check_time("attributes", at);
	}
}

TEST(it_ends_when_nobody_waits)
{
	const _Atomic bool now = true;
	struct product_marks marks;

	read_html("");
	product_marks_read(arena, RT_LIT("<p>x</p><title>x</title>"), &now,
	    &marks);
	CHECK(marks.title.p == NULL);
}
