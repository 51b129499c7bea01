/* Any bytes as the page of a shop: what comes out fits the contract. */
#include "handlers/product.h"
#include "runtime/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
hold(bool what)
{
	if (!what)
		__builtin_trap();
}

static void
check_text(struct rt_str s)
{
	if (s.p == NULL)
		return;
	hold(rt_str_is_utf8(s) && s.n > 0 && rt_str_points(s) <= 255);
	hold(s.p[0] != ' ' && s.p[s.n - 1] != ' ');
	for (size_t i = 0; i < s.n; i++)
		hold((unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7f);
}

static void
check_price(struct rt_str s)
{
	if (s.p == NULL)
		return;
	hold(s.n >= 4 && s.n <= 13 && s.p[s.n - 3] == '.');
	for (size_t i = 0; i < s.n; i++)
		hold((s.p[i] >= '0' && s.p[i] <= '9') || i == s.n - 3);
}

/* The first byte chooses a charset. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const charsets[] = {NULL, "utf-8", "windows-1252",
	    "shift_jis", "utf-16le", "gb18030"};
	static const _Atomic bool never;
	struct rt_arena *arena = rt_arena_open((size_t)1 << 27, NULL, NULL);
	struct product_page page = {.url = RT_LIT("https://shop.example/a")};
	struct product p;

	if (n > 0) {
		page.charset = rt_str(charsets[data[0] % RT_LEN(charsets)]);
		page.html = (struct rt_str){(const char *)data + 1, n - 1};
	}
	product_read(arena, &page, &never, &p);
	check_text(p.name);
	check_text(p.source);
	check_price(p.price);
	hold(p.currency.p == NULL || p.currency.n == 3);
	hold(p.image_url.p == NULL ||
	    (p.image_url.n <= PRODUCT_URL_MAX &&
		rt_format_ok(RT_FORMAT_URI, p.image_url) &&
		rt_str_starts(p.image_url, "http")));
	rt_arena_close(arena);
	return 0;
}
