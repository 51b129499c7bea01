#include "runtime/param_write.h"

#include <stdio.h>

#include "tests/unit/call_fixture.h"

static const struct rt_api api = {.title = "T"};
static const struct rt_op op = {.id = "op"};
static const struct rt_param_property properties[] = {
    {"n", RT_INTEGER, 0, NULL},
    {"s", RT_STRING, 0, NULL},
    {"b", RT_BOOLEAN, 0, NULL},
    {.name = NULL},
};
static const struct rt_param_property inner_properties[] = {
    {"n", RT_INTEGER, 0, NULL},
    {"s", RT_STRING, 0, NULL},
    {.name = NULL},
};
static const struct rt_param_property deep_properties[] = {
    {"n", RT_INTEGER, 0, NULL},
    {"s", RT_STRING, 0, NULL},
    {"list", RT_ARRAY, RT_NUMBER | RT_NULL, NULL},
    {"one", RT_OBJECT, 0, inner_properties},
    {"many", RT_ARRAY, RT_OBJECT, inner_properties},
    {.name = NULL},
};

enum { SCALAR = RT_NUMBER | RT_BOOLEAN | RT_STRING };

static const struct rt_node *
parse(const char *json)
{
	struct rt_json_error err;
	const struct rt_node *v = rt_json_parse(call->arena, rt_str(json),
	    &rt_json_default_limits, &err);

	CHECK(v != NULL);
	return v;
}

static void
open_call(void)
{
	if (server.api == NULL)
		open_server(&api);
	take_request(RT_LIT("GET /x"));
	call->op = &op;
}

/* What is written for a value, or "!" and why nothing can be. */
static struct rt_str
written(const struct rt_param *p, const char *json)
{
	struct rt_buf b;
	const char *why;

	open_call();
	b = rt_buf(call->arena, 10000);
	why = rt_param_write(&b, p, parse(json));
	if (why != NULL)
		return rt_printf(call, "!%s", why);
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

static unsigned
types_of(const char *json)
{
	return json[0] == '[' ? RT_ARRAY : json[0] == '{' ? RT_OBJECT : SCALAR;
}

/* The table of OpenAPI 3.1.1, "Style Examples", with its values. */
TEST(the_examples_of_openapi)
{
	static const char blue[] = "\"blue\"";
	static const char colors[] = "[\"blue\",\"black\",\"brown\"]";
	static const char rgb[] = "{\"R\":100,\"G\":200,\"B\":150}";
	static const struct {
		enum rt_in in;
		enum rt_style style;
		bool explode;
		const char *value, *text;
	} rows[] = {
	    {RT_IN_PATH, RT_STYLE_MATRIX, false, "\"\"", ";color="},
	    {RT_IN_PATH, RT_STYLE_MATRIX, false, blue, ";color=blue"},
	    {RT_IN_PATH, RT_STYLE_MATRIX, false, colors,
		";color=blue,black,brown"},
	    {RT_IN_PATH, RT_STYLE_MATRIX, false, rgb,
		";color=R,100,G,200,B,150"},
	    {RT_IN_PATH, RT_STYLE_MATRIX, true, blue, ";color=blue"},
	    {RT_IN_PATH, RT_STYLE_MATRIX, true, colors,
		";color=blue;color=black;color=brown"},
	    {RT_IN_PATH, RT_STYLE_MATRIX, true, rgb, ";R=100;G=200;B=150"},
	    {RT_IN_PATH, RT_STYLE_LABEL, false, blue, ".blue"},
	    {RT_IN_PATH, RT_STYLE_LABEL, false, colors, ".blue,black,brown"},
	    {RT_IN_PATH, RT_STYLE_LABEL, false, rgb, ".R,100,G,200,B,150"},
	    {RT_IN_PATH, RT_STYLE_LABEL, true, colors, ".blue.black.brown"},
	    {RT_IN_PATH, RT_STYLE_LABEL, true, rgb, ".R=100.G=200.B=150"},
	    {RT_IN_PATH, 0, false, blue, "blue"},
	    {RT_IN_PATH, 0, false, colors, "blue,black,brown"},
	    {RT_IN_PATH, 0, false, rgb, "R,100,G,200,B,150"},
	    {RT_IN_PATH, 0, true, rgb, "R=100,G=200,B=150"},
	    {RT_IN_HEADER, 0, false, colors, "blue,black,brown"},
	    {RT_IN_HEADER, 0, true, rgb, "R=100,G=200,B=150"},
	    {RT_IN_QUERY, 0, false, "\"\"", "color="},
	    {RT_IN_QUERY, 0, false, blue, "color=blue"},
	    {RT_IN_QUERY, 0, false, colors, "color=blue,black,brown"},
	    {RT_IN_QUERY, 0, false, rgb, "color=R,100,G,200,B,150"},
	    {RT_IN_QUERY, 0, true, colors,
		"color=blue&color=black&color=brown"},
	    {RT_IN_QUERY, 0, true, rgb, "R=100&G=200&B=150"},
	    {RT_IN_QUERY, RT_STYLE_SPACE, false, colors,
		"color=blue%20black%20brown"},
	    {RT_IN_QUERY, RT_STYLE_SPACE, false, rgb,
		"color=R%20100%20G%20200%20B%20150"},
	    {RT_IN_QUERY, RT_STYLE_PIPE, false, colors,
		"color=blue%7Cblack%7Cbrown"},
	    {RT_IN_QUERY, RT_STYLE_PIPE, false, rgb,
		"color=R%7C100%7CG%7C200%7CB%7C150"},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true, rgb,
		"color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"},
	    {RT_IN_QUERY, RT_STYLE_JSON, false, rgb,
		"color=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D"},
	    {RT_IN_HEADER, RT_STYLE_JSON, false, rgb,
		"{\"R\":100,\"G\":200,\"B\":150}"},
	    {RT_IN_COOKIE, 0, false, blue, "color=blue"},
	    {RT_IN_COOKIE, 0, false, colors, "color=blue,black,brown"},
	    {RT_IN_COOKIE, 0, true, colors,
		"color=blue; color=black; color=brown"},
	    {RT_IN_COOKIE, 0, true, rgb, "R=100; G=200; B=150"},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		struct rt_param p = {
		    .in = rows[i].in,
		    .name = "color",
		    .style = rows[i].style,
		    .explode = rows[i].explode,
		    .types = types_of(rows[i].value),
		    .item_types = SCALAR,
		    .free_types = SCALAR,
		};

		CHECK_STR(written(&p, rows[i].value), rows[i].text);
	}
}

TEST(what_has_no_text)
{
	static const char splits[] = "!has a character that would split it";
	static const char control[] = "!has a character that can't be sent";
	static const char empty[] = "!is empty, and so would not be there";
	static const char no_text[] = "!is null, for which there is no text";
	static const struct {
		enum rt_in in;
		enum rt_style style;
		bool explode;
		const char *value, *text;
	} rows[] = {
	    {RT_IN_PATH, 0, false, "\"\"", empty},
	    {RT_IN_PATH, 0, false, "[]", empty},
	    {RT_IN_PATH, 0, false, "\".\"", splits},
	    {RT_IN_PATH, 0, false, "\"..\"", splits},
	    {RT_IN_PATH, 0, false, "\"a/b?c\"", "a%2Fb%3Fc"},
	    {RT_IN_PATH, 0, false, "[\"a,b\",\"c\"]", "a%2Cb,c"},
	    {RT_IN_PATH, RT_STYLE_LABEL, true, "[\"a.b\",\"c\"]", splits},
	    {RT_IN_PATH, RT_STYLE_LABEL, true, "[1.5,2]", splits},
	    {RT_IN_PATH, RT_STYLE_LABEL, false, "[1.5,2]", ".1.5,2"},
	    {RT_IN_PATH, 0, false, "\"a\\u0000b\"", control},
	    {RT_IN_PATH, 0, false, "null", no_text},
	    {RT_IN_QUERY, 0, false, "\"a&b=c d+\"", "x=a%26b%3Dc%20d%2B"},
	    {RT_IN_QUERY, 0, false, "[\"\"]", empty},
	    {RT_IN_QUERY, 0, true, "[\"\"]", "x="},
	    {RT_IN_QUERY, 0, false, "[]", "x="},
	    {RT_IN_QUERY, 0, true, "[]", ""},
	    {RT_IN_QUERY, 0, true, "[[1]]",
		"!has a part that is neither text nor number"},
	    {RT_IN_QUERY, RT_STYLE_SPACE, false, "[\"a b\"]", splits},
	    {RT_IN_QUERY, RT_STYLE_PIPE, false, "[\"a|b\"]", splits},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true, "{\"a]\":1}", splits},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true, "{\"a\":{\"b\":1}}",
		"x%5Ba%5D%5Bb%5D=1"},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true,
		"{\"a\":[1,2],\"b\":[{\"c\":1},3]}",
		"x%5Ba%5D=1&x%5Ba%5D=2&x%5Bb%5D%5B0%5D%5Bc%5D=1&"
		"x%5Bb%5D%5B1%5D=3"},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true, "{}", ""},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true, "{\"a\":{}}", empty},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true, "{\"a\":[]}", empty},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true, "{\"\":1}", empty},
	    {RT_IN_QUERY, RT_STYLE_DEEP, true,
		"{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}",
		"!has too many parts inside of each other"},
	    {RT_IN_HEADER, 0, false, "\"a\\r\\nSet-Cookie: b\"", control},
	    {RT_IN_HEADER, 0, false, "\" a\"", control},
	    {RT_IN_HEADER, 0, false, "\"a, b\"", "a, b"},
	    {RT_IN_HEADER, 0, false, "[\"a,b\"]", splits},
	    {RT_IN_HEADER, 0, true, "{\"a=b\":1}", splits},
	    {RT_IN_COOKIE, 0, false, "\"a;b\"", control},
	    {RT_IN_COOKIE, 0, false, "\"a b\"", control},
	    {RT_IN_COOKIE, 0, false, "\"\\u00e4\"", control},
	    {RT_IN_COOKIE, 0, true, "[\"a&b\"]", splits},
	};

	for (size_t i = 0; i < RT_LEN(rows); i++) {
		struct rt_param p = {
		    .in = rows[i].in,
		    .name = "x",
		    .style = rows[i].style,
		    .explode = rows[i].explode,
		    .types = types_of(rows[i].value),
		    .item_types = SCALAR,
		    .free_types = SCALAR,
		};

		CHECK_STR(written(&p, rows[i].value), rows[i].text);
	}
}

TEST(null_is_the_empty_text_where_that_is_no_string)
{
	struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "x",
	    .types = RT_INTEGER | RT_NULL,
	};

	CHECK_STR(written(&p, "null"), "x=");
	p.types |= RT_STRING;
	CHECK_STR(written(&p, "null"), "!is null, for which there is no text");
}

TEST(pairs_stand_behind_each_other)
{
	struct rt_param p = {.in = RT_IN_QUERY, .name = "a&b", .types = SCALAR};
	struct rt_buf b;

	open_call();
	b = rt_buf(call->arena, 1000);
	CHECK(rt_param_write(&b, &p, parse("1")) == NULL);
	CHECK(rt_param_write(&b, &p, parse("true")) == NULL);
	CHECK_STR(rt_buf_str(&b), "a%26b=1&a%26b=true");
}

/* --- What is written is read again --- */

static uint32_t state = 1;

static unsigned
draw(unsigned n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

static const char *
draw_of(const char *const *v, size_t n)
{
	return v[draw((unsigned)n)];
}

static const char *
draw_number(void)
{
	static const char *const v[] = {"0", "-1", "1e+30", "2.5", "1E-2",
	    "9007199254740993"};

	return draw_of(v, RT_LEN(v));
}

static const char *
draw_string(void)
{
	static const char *const v[] = {"\"\"", "\"a\"", "\"a b\"", "\"a,b\"",
	    "\"a.b\"", "\"a;b=c\"", "\"a|b\"", "\"100%\"", "\"+&?#/\"",
	    "\"\\u00e4\\u20ac\"", "\"a\\\"b\\\\\"", "\"[x]\"", "\"%41\"",
	    "\"a&b\"", "\".\"", "\" a\""};

	return draw_of(v, RT_LEN(v));
}

static const char *
draw_array(void)
{
	static char text[400];
	unsigned n = draw(4);
	bool numbers = draw(2) == 0;

	strcpy(text, "[");
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			strcat(text, ",");
		strcat(text, numbers ? draw_number() : draw_string());
	}
	return strcat(text, "]");
}

static const char *
draw_object(bool deep)
{
	static char text[400];
	unsigned from = draw(3);

	strcpy(text, "{\"n\":7");
	if (from == 0)
		strcat(strcat(text, ",\"s\":"), draw_string());
	if (from != 1)
		strcat(text, deep ? ",\"list\":[1,2.5]" : ",\"b\":true");
	if (deep && from == 0)
		strcat(strcat(strcat(text, ",\"one\":{\"n\":1,\"s\":"),
			   draw_string()),
		    "}");
	if (deep && from == 1)
		strcat(text, ",\"many\":[{\"n\":1},{\"n\":2,\"s\":\"a b\"}]");
	return strcat(text, "}");
}

static const struct {
	enum rt_in in;
	enum rt_style style;
	bool explode;
} places[] = {
    {RT_IN_PATH, 0, false},
    {RT_IN_PATH, 0, true},
    {RT_IN_PATH, RT_STYLE_LABEL, false},
    {RT_IN_PATH, RT_STYLE_LABEL, true},
    {RT_IN_PATH, RT_STYLE_MATRIX, false},
    {RT_IN_PATH, RT_STYLE_MATRIX, true},
    {RT_IN_PATH, RT_STYLE_JSON, false},
    {RT_IN_QUERY, 0, false},
    {RT_IN_QUERY, 0, true},
    {RT_IN_QUERY, RT_STYLE_SPACE, false},
    {RT_IN_QUERY, RT_STYLE_PIPE, false},
    {RT_IN_QUERY, RT_STYLE_DEEP, true},
    {RT_IN_QUERY, RT_STYLE_JSON, false},
    {RT_IN_HEADER, 0, false},
    {RT_IN_HEADER, 0, true},
    {RT_IN_HEADER, RT_STYLE_JSON, false},
    {RT_IN_COOKIE, 0, false},
    {RT_IN_COOKIE, 0, true},
};

/* A parameter and a value for it. */
static const char *
draw_case(struct rt_param *p)
{
	unsigned place = draw(RT_LEN(places)), shape = draw(4);

	*p = (struct rt_param){
	    .in = places[place].in,
	    .name = "p x",
	    .style = places[place].style,
	    .explode = places[place].explode,
	};
	if (p->in == RT_IN_HEADER || p->in == RT_IN_COOKIE)
		p->name = "px";
	if (p->style == RT_STYLE_DEEP)
		shape = 3;
	if (shape == 2 || (shape < 2 && p->style >= RT_STYLE_SPACE)) {
		const char *json = draw_array();

		p->types = RT_ARRAY;
		p->item_types = json[1] == '"' ? RT_STRING : RT_NUMBER;
		return json;
	}
	if (shape == 3) {
		bool deep = p->style == RT_STYLE_DEEP;

		p->types = RT_OBJECT;
		p->properties = deep ? deep_properties : properties;
		return draw_object(deep);
	}
	p->types = shape == 0 ? RT_NUMBER : RT_STRING;
	return shape == 0 ? draw_number() : draw_string();
}

/* The call gets what was written where the parameter is looked for. */
static void
give(const struct rt_param *p, struct rt_str text)
{
	static struct rt_path_param path_param;

	if (p->in == RT_IN_QUERY)
		call->req.query = text;
	if (p->in == RT_IN_HEADER)
		rt_request_add_header(call, RT_LIT("px"), text);
	if (p->in == RT_IN_COOKIE)
		rt_request_add_header(call, RT_LIT("Cookie"), text);
	if (p->in != RT_IN_PATH)
		return;
	path_param.name = p->name;
	path_param.raw = text;
	call->params = &path_param;
	call->n_params = 1;
}

TEST(whatever_is_written_is_read_again)
{
	unsigned n_written = 0, n = 20000;

	for (unsigned i = 0; i < n; i++) {
		struct rt_param p;
		const char *json = draw_case(&p);
		const struct rt_node *v, *back;
		struct rt_buf b;

		open_call();
		v = parse(json);
		b = rt_buf(call->arena, 10000);
		if (rt_param_write(&b, &p, v) != NULL || b.n == 0)
			continue;
		n_written++;
		give(&p, rt_buf_str(&b));
		back = rt_param(call, &p);
		if (back == NULL || call->check.n > 0 || !rt_node_eq(v, back))
			fprintf(stderr,
			    "place %d style %d explode %d: %s became %.*s\n",
			    (int)p.in, (int)p.style, p.explode, json,
			    RT_FMT(rt_buf_str(&b)));
		CHECK(back != NULL && call->check.n == 0);
		CHECK(rt_node_eq(v, back));
	}
	CHECK(n_written > n / 2);
}
