#include "runtime/param.h"

#include "tests/unit/call_fixture.h"

static const struct rt_api api = {.title = "T"};
static const struct rt_op op = {.id = "op"};

static void
take(const char *text)
{
	if (server.api == NULL)
		open_server(&api);
	take_request(rt_str(text));
	call->op = &op;
}

static const struct rt_node *
param(enum rt_in in, const char *name, unsigned types)
{
	struct rt_param p = {
	    .in = in,
	    .name = name,
	    .types = types,
	    .required = true,
	};

	return rt_param(call, &p);
}

static void
take_query(const char *text)
{
	char request[512];

	snprintf(request, sizeof(request), "GET /x?%s", text);
	take(request);
}

static const struct rt_node *
query(const char *text, unsigned types)
{
	take_query(text);
	return param(RT_IN_QUERY, "a", types);
}

static const struct rt_node *
query_array(const char *text, bool explode, unsigned item_types)
{
	struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_ARRAY,
	    .item_types = item_types,
	    .explode = explode,
	};

	take_query(text);
	return rt_param(call, &p);
}

static struct rt_str
text_of(const struct rt_node *v)
{
	CHECK(v != NULL);
	CHECK_INT(v->span, 1);
	CHECK(rt_valid(call));
	return rt_node_str(v);
}

/* The items of an array with a bar behind each. */
static struct rt_str
items_of(const struct rt_node *v)
{
	struct rt_buf b = rt_buf(call->arena, 4096);
	struct rt_items it;

	CHECK(v != NULL);
	CHECK_INT(v->type, RT_ARRAY);
	CHECK_INT(v->span, v->n + 1);
	it = rt_items(v);
	while (rt_items_next(&it)) {
		rt_buf_add(&b, rt_node_str(it.value));
		rt_buf_byte(&b, '|');
	}
	CHECK(rt_valid(call));
	return b.n == 0 ? RT_LIT("") : rt_buf_str(&b);
}

/* There is one fault, of this keyword, about the parameter `name`. */
static void
check_fault(const struct rt_node *v, const char *keyword, enum rt_in in,
    const char *name)
{
	CHECK(v == NULL);
	CHECK(!rt_valid(call));
	CHECK_INT(call->check.n, 1);
	CHECK(strcmp(call->check.faults[0].keyword, keyword) == 0);
	CHECK_INT(call->check.faults[0].in, in);
	CHECK_STR(call->check.faults[0].name, name);
}

static void
check_query_fault(const char *text, const char *keyword)
{
	check_fault(query(text, RT_STRING), keyword, RT_IN_QUERY, "a");
}

TEST(texts)
{
	CHECK_STR(text_of(query("a=b", RT_STRING)), "b");
	CHECK_STR(text_of(query("x=1&a=b&y=2", RT_STRING)), "b");
	CHECK_STR(text_of(query("a=b=c==", RT_STRING)), "b=c==");
	CHECK_STR(text_of(query("a=", RT_STRING)), "");
	CHECK_STR(text_of(query("a", RT_STRING)), "");
	CHECK_STR(text_of(query("&&a=b&&", RT_STRING)), "b");
	CHECK_STR(text_of(query("a=%3D%26+%2B%C3%BC", RT_STRING)),
	    "=& +\xc3\xbc");
	CHECK_STR(text_of(query("%61=b", RT_STRING)), "b");
	CHECK_STR(text_of(query("a=b,c", RT_STRING)), "b,c");
	CHECK_STR(text_of(query("a%zz=x&a=b", RT_STRING)), "b");
	CHECK_STR(text_of(query("A=x&aa=y&a=b", RT_STRING)), "b");
}

TEST(absent)
{
	check_query_fault("b=1", "required");
	check_query_fault("", "required");
	take("GET /x");
	check_fault(param(RT_IN_QUERY, "a", RT_STRING), "required", RT_IN_QUERY,
	    "a");
	take("GET /x");
	check_fault(param(RT_IN_HEADER, "X-A", RT_STRING), "required",
	    RT_IN_HEADER, "X-A");
	take("GET /x");
	check_fault(param(RT_IN_COOKIE, "c", RT_STRING), "required",
	    RT_IN_COOKIE, "c");
}

TEST(optional)
{
	static const struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_STRING,
	};

	take("GET /x?b=1");
	CHECK(rt_param(call, &p) == NULL);
	CHECK(rt_valid(call));
}

TEST(repeated)
{
	check_query_fault("a=1&a=2", "style");
	check_query_fault("a=1&%61=1", "style");
	take("GET /x\nX-A: 1\nx-a: 2\n");
	check_fault(param(RT_IN_HEADER, "X-A", RT_STRING), "style",
	    RT_IN_HEADER, "X-A");
}

TEST(encodings)
{
	check_query_fault("a=%", "encoding");
	check_query_fault("a=%2", "encoding");
	check_query_fault("a=%zz", "encoding");
	check_query_fault("a=b%00", "encoding");
	check_query_fault("a=%ff", "encoding");
	check_query_fault("a=%c0%80", "encoding");
	check_query_fault("a=%ed%a0%80", "encoding");
	take("GET /x\nX-A: \xff\n");
	check_fault(param(RT_IN_HEADER, "X-A", RT_STRING), "encoding",
	    RT_IN_HEADER, "X-A");
	take("GET /x\nCookie: c=\xff\n");
	check_fault(param(RT_IN_COOKIE, "c", RT_STRING), "encoding",
	    RT_IN_COOKIE, "c");
}

TEST(numbers)
{
	static const char *const numbers[] = {"0", "-0", "7", "-12", "1.5",
	    "0.5", "1e2", "1E%2B2", "1e-2", "123e45", "9223372036854775808"};
	static const char *const others[] = {"", "-", "+1", "%2B1", "01", "1.",
	    ".5", "1e", "1e%2B", "12e", "0x10", "NaN", "Infinity", "%201", "1+",
	    "1_000", "true", "1,2"};

	for (unsigned i = 0; i < RT_LEN(numbers); i++) {
		char text[64];

		snprintf(text, sizeof(text), "a=%s", numbers[i]);
		CHECK_INT(query(text, RT_INTEGER)->type, RT_NUMBER);
		CHECK_INT(query(text, RT_NUMBER)->type, RT_NUMBER);
		CHECK_INT(query(text, RT_STRING)->type, RT_STRING);
		CHECK_INT(query(text, RT_BOOLEAN)->type, RT_STRING);
	}
	for (unsigned i = 0; i < RT_LEN(others); i++) {
		char text[64];

		snprintf(text, sizeof(text), "a=%s", others[i]);
		CHECK_INT(query(text, RT_NUMBER)->type, RT_STRING);
	}
}

TEST(booleans)
{
	CHECK_INT(query("a=true", RT_BOOLEAN)->type, RT_BOOLEAN);
	CHECK_INT(query("a=true", RT_BOOLEAN)->n, 1);
	CHECK_INT(query("a=false", RT_BOOLEAN)->type, RT_BOOLEAN);
	CHECK_INT(query("a=false", RT_BOOLEAN)->n, 0);
	CHECK_INT(query("a=True", RT_BOOLEAN)->type, RT_STRING);
	CHECK_INT(query("a=1", RT_BOOLEAN)->type, RT_STRING);
	CHECK_INT(query("a=true", RT_STRING)->type, RT_STRING);
	CHECK_INT(query("a=null", RT_NULL | RT_STRING)->type, RT_STRING);
}

TEST(exploded_arrays)
{
	CHECK_STR(items_of(query_array("a=1&b=x&a=2", true, RT_STRING)),
	    "1|2|");
	CHECK_STR(items_of(query_array("a=1,2", true, RT_STRING)), "1,2|");
	CHECK_STR(items_of(query_array("a=", true, RT_STRING)), "|");
	CHECK_STR(items_of(query_array("a=%2C", true, RT_STRING)), ",|");
	CHECK(query_array("b=1", true, RT_STRING) == NULL);
	CHECK(rt_valid(call));
}

TEST(comma_arrays)
{
	CHECK_STR(items_of(query_array("a=1,2,,3", false, RT_STRING)),
	    "1|2||3|");
	CHECK_STR(items_of(query_array("a=x%2Cy,z+", false, RT_STRING)),
	    "x,y|z |");
	CHECK_STR(items_of(query_array("a=", false, RT_STRING)), "");
	check_fault(query_array("a=1&a=2", false, RT_STRING), "style",
	    RT_IN_QUERY, "a");
	check_fault(query_array("a=1,%zz", false, RT_STRING), "encoding",
	    RT_IN_QUERY, "a");
}

TEST(items_have_types)
{
	const struct rt_node *v =
	    query_array("a=1,x,true", false, RT_INTEGER | RT_BOOLEAN);

	CHECK_INT(v[1].type, RT_NUMBER);
	CHECK_INT(v[2].type, RT_STRING);
	CHECK_INT(v[3].type, RT_BOOLEAN);
	CHECK(call->check.root == v);
}

TEST(headers)
{
	static const struct rt_param list = {
	    .in = RT_IN_HEADER,
	    .name = "X-List",
	    .types = RT_ARRAY,
	    .item_types = RT_STRING,
	};

	take("GET /x\nX-A:  b c\t\nX-List: 1 , 2\nx-list: 3\n");
	CHECK_STR(text_of(param(RT_IN_HEADER, "x-a", RT_STRING)), "b c");
	CHECK_STR(items_of(rt_param(call, &list)), "1|2|3|");
}

TEST(cookies)
{
	take("GET /x\nCookie: a=1; b=\"two\"; c=x=y; d=; a=9\n");
	CHECK_STR(text_of(param(RT_IN_COOKIE, "a", RT_STRING)), "1");
	CHECK_STR(text_of(param(RT_IN_COOKIE, "b", RT_STRING)), "two");
	CHECK_STR(text_of(param(RT_IN_COOKIE, "c", RT_STRING)), "x=y");
	CHECK_STR(text_of(param(RT_IN_COOKIE, "d", RT_STRING)), "");
	check_fault(param(RT_IN_COOKIE, "A", RT_STRING), "required",
	    RT_IN_COOKIE, "A");
}

TEST(paths)
{
	static const struct rt_path_param params[] = {
	    {.name = "id", .raw = {"a+b%25", 6}},
	    {.name = "ids", .raw = {"1,2%2C3", 7}},
	};

	take("GET /x");
	call->params = params;
	call->n_params = 2;
	CHECK_STR(text_of(param(RT_IN_PATH, "id", RT_STRING)), "a+b%");
	CHECK_STR(items_of(param(RT_IN_PATH, "ids", RT_ARRAY)), "1|2,3|");
}

/* --- The table of styles (OpenAPI 3.1.1, "Style Values") --- */

static const struct rt_param_property rgb[] = {
    {"R", RT_INTEGER, 0, NULL},
    {"G", RT_INTEGER, 0, NULL},
    {"B", RT_INTEGER, 0, NULL},
    {"name", RT_STRING, 0, NULL},
    {"on", RT_BOOLEAN, 0, NULL},
    {.name = NULL},
};

static const struct rt_node *
styled(enum rt_in in, enum rt_style style, bool explode, unsigned types,
    const char *sent)
{
	static struct rt_path_param params[] = {{.name = "color"}};
	char request[512];
	struct rt_param p = {
	    .in = in,
	    .name = "color",
	    .types = types,
	    .item_types = RT_STRING,
	    .explode = explode,
	    .style = style,
	    .properties = rgb,
	};

	if (in == RT_IN_QUERY)
		snprintf(request, sizeof(request), "GET /x?%s", sent);
	else if (in == RT_IN_PATH)
		snprintf(request, sizeof(request), "GET /x");
	else
		snprintf(request, sizeof(request), "GET /x\n%s: %s\n",
		    in == RT_IN_HEADER ? "color" : "Cookie", sent);
	take(request);
	if (in == RT_IN_PATH) {
		params[0].raw = rt_str(sent);
		call->params = params;
		call->n_params = 1;
	}
	return rt_param(call, &p);
}

/* The value as JSON, or the keyword of the only fault. */
static struct rt_str
seen(enum rt_in in, enum rt_style style, bool explode, unsigned types,
    const char *sent)
{
	const struct rt_node *v = styled(in, style, explode, types, sent);
	struct rt_buf b = rt_buf(call->arena, 4096);
	struct rt_writer w = rt_writer(&b);

	if (!rt_valid(call)) {
		CHECK(v == NULL);
		CHECK_INT(call->check.n, 1);
		return rt_str(call->check.faults[0].keyword);
	}
	if (v == NULL)
		return RT_LIT("nothing");
	rt_write_node(&w, v);
	return rt_buf_str(&b);
}

#define CHECK_SEEN(want, in, style, explode, types, sent) \
	CHECK_STR(seen(RT_IN_##in, style, explode, RT_##types, sent), want)

TEST(path_styles)
{
	static const char rgb_json[] = "{\"B\":150,\"G\":200,\"R\":100}";
	const enum rt_style label = RT_STYLE_LABEL, matrix = RT_STYLE_MATRIX;

	CHECK_SEEN("\"blue\"", PATH, 0, false, STRING, "blue");
	CHECK_SEEN("[\"a\",\"b\"]", PATH, 0, false, ARRAY, "a,b");
	CHECK_SEEN("[\"a\",\"b\"]", PATH, 0, true, ARRAY, "a,b");
	CHECK_SEEN(rgb_json, PATH, 0, false, OBJECT, "R,100,G,200,B,150");
	CHECK_SEEN(rgb_json, PATH, 0, true, OBJECT, "R=100,G=200,B=150");

	CHECK_SEEN("\"\"", PATH, label, false, STRING, ".");
	CHECK_SEEN("\"blue\"", PATH, label, false, STRING, ".blue");
	CHECK_SEEN("\"b.c\"", PATH, label, true, STRING, ".b.c");
	CHECK_SEEN("[]", PATH, label, false, ARRAY, ".");
	CHECK_SEEN("[\"a\",\"b\"]", PATH, label, false, ARRAY, ".a,b");
	CHECK_SEEN("[\"a\",\"b\"]", PATH, label, true, ARRAY, ".a.b");
	CHECK_SEEN(rgb_json, PATH, label, false, OBJECT, ".R,100,G,200,B,150");
	CHECK_SEEN(rgb_json, PATH, label, true, OBJECT, ".R=100.G=200.B=150");
	CHECK_SEEN("style", PATH, label, false, STRING, "blue");
	CHECK_SEEN("style", PATH, label, true, OBJECT, ".R=100.G");

	CHECK_SEEN("\"\"", PATH, matrix, false, STRING, ";color");
	CHECK_SEEN("\"\"", PATH, matrix, true, STRING, ";color=");
	CHECK_SEEN("\"blue\"", PATH, matrix, true, STRING, ";color=blue");
	CHECK_SEEN("[]", PATH, matrix, false, ARRAY, ";color");
	CHECK_SEEN("[\"a\",\"b\"]", PATH, matrix, false, ARRAY, ";color=a,b");
	CHECK_SEEN("[\"a\",\"\",\"b\"]", PATH, matrix, true, ARRAY,
	    ";color=a;color;%63olor=b");
	CHECK_SEEN(rgb_json, PATH, matrix, false, OBJECT,
	    ";color=R,100,G,200,B,150");
	CHECK_SEEN(rgb_json, PATH, matrix, true, OBJECT, ";R=100;G=200;B=150");
	CHECK_SEEN("{\"name\":\"\"}", PATH, matrix, true, OBJECT, ";name");
	CHECK_SEEN("style", PATH, matrix, false, STRING, "color=blue");
	CHECK_SEEN("style", PATH, matrix, false, STRING, ";colour=blue");
	CHECK_SEEN("style", PATH, matrix, true, ARRAY, ";color=a;x=b");
}

TEST(query_styles)
{
	static const char rgb_json[] = "{\"B\":150,\"G\":200,\"R\":100}";
	const enum rt_style space = RT_STYLE_SPACE, pipe = RT_STYLE_PIPE;
	const enum rt_style deep = RT_STYLE_DEEP;

	CHECK_SEEN("\"\"", QUERY, 0, true, STRING, "color=");
	CHECK_SEEN("\"blue\"", QUERY, 0, false, STRING, "color=blue");
	CHECK_SEEN("[\"a\",\"b\"]", QUERY, 0, false, ARRAY, "color=a,b");
	CHECK_SEEN("[\"a\",\"b\"]", QUERY, 0, true, ARRAY, "color=a&color=b");
	CHECK_SEEN(rgb_json, QUERY, 0, false, OBJECT,
	    "color=R,100,G,200,B,150");
	CHECK_SEEN(rgb_json, QUERY, 0, true, OBJECT, "R=100&x=1&G=200&B=150");
	CHECK_SEEN("nothing", QUERY, 0, true, OBJECT, "color=R&r=1");
	CHECK_SEEN("style", QUERY, 0, true, OBJECT, "R=1&R=2");
	CHECK_SEEN("style", QUERY, 0, false, OBJECT, "color=R,1&color=G,2");
	CHECK_SEEN("style", QUERY, 0, false, OBJECT, "color=R,1,G");
	CHECK_SEEN("{}", QUERY, 0, false, OBJECT, "color=");

	CHECK_SEEN("[\"a\",\"b\",\"c\"]", QUERY, space, false, ARRAY,
	    "color=a%20b+c");
	CHECK_SEEN(rgb_json, QUERY, space, false, OBJECT,
	    "color=R%20100%20G%20200%20B%20150");
	CHECK_SEEN("[\"a,b\"]", QUERY, space, false, ARRAY, "color=a,b");
	CHECK_SEEN("[\"a\",\"b\",\"c\",\"d\"]", QUERY, pipe, false, ARRAY,
	    "color=a|b%7Cc%7cd");
	CHECK_SEEN(rgb_json, QUERY, pipe, false, OBJECT,
	    "color=R%7C100%7CG%7C200%7CB%7C150");
	CHECK_SEEN("style", QUERY, pipe, false, ARRAY, "color=a&color=b");

	CHECK_SEEN(rgb_json, QUERY, deep, true, OBJECT,
	    "color[R]=100&color%5BG%5D=200&color%5bB]=150");
	CHECK_SEEN("{\"x\":\"1\"}", QUERY, deep, true, OBJECT, "color[x]=1");
	CHECK_SEEN("nothing", QUERY, deep, true, OBJECT, "colors[R]=1&R=2");
}

TEST(malformed_deep_objects)
{
	static const char *const bad[] = {"color=1", "color[]=1", "color[R=1",
	    "color[R]x=1", "color[R][G]=1", "color[R]]=1", "color[[R]=1",
	    "color[R]=1&color[R]=2"};

	for (unsigned i = 0; i < RT_LEN(bad); i++)
		CHECK_SEEN("style", QUERY, RT_STYLE_DEEP, true, OBJECT, bad[i]);
}

TEST(header_and_cookie_styles)
{
	static const char rgb_json[] = "{\"B\":150,\"G\":200,\"R\":100}";

	CHECK_SEEN("\"blue\"", HEADER, 0, true, STRING, "blue");
	CHECK_SEEN("[\"a\",\"b\"]", HEADER, 0, false, ARRAY, "a, b");
	CHECK_SEEN("[\"a\",\"b\"]", HEADER, 0, true, ARRAY, "a,b");
	CHECK_SEEN(rgb_json, HEADER, 0, false, OBJECT,
	    "R, 100, G, 200, B, 150");
	CHECK_SEEN(rgb_json, HEADER, 0, true, OBJECT, "R=100, G=200,B=150");
	CHECK_SEEN(rgb_json, HEADER, 0, true, OBJECT,
	    "R=100, G=200\ncolor: B=150");
	CHECK_SEEN("style", HEADER, 0, true, OBJECT, "R,100");
	CHECK_SEEN("{\"name\":\"%41\"}", HEADER, 0, true, OBJECT, "name=%41");

	CHECK_SEEN("\"blue\"", COOKIE, 0, true, STRING, "color=blue");
	CHECK_SEEN("\"a&b\"", COOKIE, 0, true, STRING, "color=a&b");
	CHECK_SEEN("[\"a\",\"b\"]", COOKIE, 0, false, ARRAY, "color=a,b");
	CHECK_SEEN("[\"a\",\"b\",\"c\"]", COOKIE, 0, true, ARRAY,
	    "color=a&color=b; x=1; color=c");
	CHECK_SEEN(rgb_json, COOKIE, 0, false, OBJECT,
	    "x=1; color=R,100,G,200,B,150");
	CHECK_SEEN(rgb_json, COOKIE, 0, true, OBJECT, "R=100&G=200&B=150; x=1");
	CHECK_SEEN(rgb_json, COOKIE, 0, true, OBJECT, "R=100; G=200; B=150");
}

TEST(codes_do_not_split)
{
	CHECK_SEEN("[\"a,b\",\"c\"]", QUERY, 0, false, ARRAY, "color=a%2Cb,c");
	CHECK_SEEN("{\"name\":\"a,b&c=\"}", QUERY, 0, true, OBJECT,
	    "name=a%2Cb%26c%3D");
	CHECK_SEEN("{\"name\":\"a,b\"}", QUERY, 0, false, OBJECT,
	    "color=n%61me,a%2Cb");
	CHECK_SEEN("[\"a;b\"]", PATH, RT_STYLE_MATRIX, true, ARRAY,
	    ";color=a%3Bb");
	CHECK_SEEN("[\"a.b\",\"+\"]", PATH, RT_STYLE_LABEL, true, ARRAY,
	    ".a%2Eb.+");
	CHECK_SEEN("encoding", QUERY, 0, true, OBJECT, "name=%ff");
	CHECK_SEEN("encoding", QUERY, 0, false, OBJECT, "color=%00,1");
	CHECK_SEEN("encoding", QUERY, 0, false, ARRAY, "color=a,%00");
	CHECK_SEEN("encoding", QUERY, RT_STYLE_DEEP, true, OBJECT,
	    "color[%ff]=1");
}

TEST(properties_have_types)
{
	CHECK_SEEN("{\"R\":\"x\",\"name\":\"5\",\"on\":true}", QUERY, 0, true,
	    OBJECT, "on=true&name=5&R=x");
}

static struct rt_str
json_of(const struct rt_param *p, const char *query_text)
{
	struct rt_buf b;
	struct rt_writer w;
	const struct rt_node *v;

	take_query(query_text);
	v = rt_param(call, p);
	if (!rt_valid(call))
		return rt_str(call->check.faults[0].keyword);
	if (v == NULL)
		return RT_LIT("nothing");
	b = rt_buf(call->arena, 4096);
	w = rt_writer(&b);
	rt_write_node(&w, v);
	return rt_buf_str(&b);
}

TEST(other_properties)
{
	static const char *const others[] = {"page", "a[size]", NULL};
	struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_OBJECT,
	    .explode = true,
	    .properties = rgb,
	    .free_types = RT_INTEGER,
	    .others = others,
	};

	CHECK_STR(json_of(&p, "x=1&page=2&&name=y"),
	    "{\"name\":\"y\",\"x\":1}");
	p.style = RT_STYLE_DEEP;
	CHECK_STR(json_of(&p, "a[x]=1&a[size]=2"), "{\"x\":1}");
}

TEST(arrays_in_deep_objects)
{
	static const struct rt_param_property properties[] = {
	    {"ids", RT_ARRAY, RT_INTEGER, NULL},
	    {.name = NULL},
	};
	static const struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_OBJECT,
	    .style = RT_STYLE_DEEP,
	    .properties = properties,
	};

	CHECK_STR(json_of(&p, "a[ids]=2&a[z]=x&a[ids]=1&a[ids]"),
	    "{\"ids\":[2,1,\"\"],\"z\":\"x\"}");
	CHECK_STR(json_of(&p, "a[ids]=2"), "{\"ids\":[2]}");
}

/* What a form of nested objects may declare. */
static const struct rt_param_property price[] = {
    {"amount", RT_INTEGER, 0, NULL},
    {"tags", RT_ARRAY, RT_STRING, NULL},
    {.name = NULL},
};
static const struct rt_param_property map[] = {
    {"", RT_NUMBER, 0, NULL},
    {.name = NULL},
};
static const struct rt_param_property nested[] = {
    {"items", RT_ARRAY, RT_OBJECT, price},
    {"price", RT_OBJECT | RT_STRING, 0, price},
    {"map", RT_OBJECT, 0, map},
    {"rows", RT_ARRAY, RT_ARRAY, NULL},
    {"one", RT_STRING, 0, NULL},
    {.name = NULL},
};

TEST(deep_objects)
{
	static const struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_OBJECT,
	    .style = RT_STYLE_DEEP,
	    .properties = nested,
	};

	CHECK_STR(json_of(&p, "a[price][amount]=5&a[price][tags][]=7"),
	    "{\"price\":{\"amount\":5,\"tags\":[\"7\"]}}");
	CHECK_STR(json_of(&p, "a[price]=5"), "{\"price\":\"5\"}");
	CHECK_STR(json_of(&p, "a[price]="), "{\"price\":\"\"}");
	CHECK_STR(json_of(&p, "a[price]=&a[price][amount]=1"), "style");
	CHECK_STR(json_of(&p, "a[map][x]=1&a[map][]=2"), "style");
	CHECK_STR(json_of(&p, "a[map][10]=1&a[map][9]=z&a[map][09]=2"),
	    "{\"map\":{\"09\":2,\"9\":\"z\",\"10\":1}}");
	CHECK_STR(json_of(&p, "a[one]=1&a[one]=2"), "style");
	CHECK_STR(json_of(&p, "a[one][x]=1"), "style");
	/* What nobody has declared is for the schema to judge. */
	CHECK_STR(json_of(&p, "a[x][y]=1&a[x][z][]=2&a[q][0]=3"),
	    "{\"q\":[\"3\"],\"x\":{\"y\":\"1\",\"z\":[\"2\"]}}");
}

TEST(arrays_of_deep_objects)
{
	static const struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_OBJECT,
	    .style = RT_STYLE_DEEP,
	    .properties = nested,
	};

	/* In the order of their indices, whatever the order of the pairs. */
	CHECK_STR(json_of(&p,
		      "a[items][10][amount]=3&a[items][2][amount]=2&"
		      "a[items][02][x]=1"),
	    "{\"items\":[{\"x\":\"1\"},{\"amount\":2},{\"amount\":3}]}");
	CHECK_STR(json_of(&p, "a[items][][amount]=1&a[items][][amount]=2"),
	    "{\"items\":[{\"amount\":1},{\"amount\":2}]}");
	CHECK_STR(json_of(&p, "a[items][x]=1"), "style");
	CHECK_STR(json_of(&p, "a[items][0]=1"), "style");
	CHECK_STR(json_of(&p, "a[rows][0][]=1&a[rows][0][]=2&a[rows][1]=3"),
	    "{\"rows\":[[\"1\",\"2\"],[\"3\"]]}");
}

TEST(deep_arrays)
{
	static const struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_ARRAY,
	    .item_types = RT_INTEGER,
	    .style = RT_STYLE_DEEP,
	};

	CHECK_STR(json_of(&p, "a[]=1&a[]=2"), "[1,2]");
	CHECK_STR(json_of(&p, "a[1]=1&a[0]=2"), "[2,1]");
	CHECK_STR(json_of(&p, "a=1&a=2"), "[1,2]");
	CHECK_STR(json_of(&p, "a[x]=1"), "style");
}

TEST(deep_brackets_are_bounded)
{
	static const char sixteen[] =
	    "[1][2][3][4][5][6][7][8][9][10][11][12][13][14][15][16]";
	char text[128];

	snprintf(text, sizeof(text), "color%s=x", sixteen);
	CHECK(rt_str_starts(
	    seen(RT_IN_QUERY, RT_STYLE_DEEP, true, RT_OBJECT, text), "{"));
	snprintf(text, sizeof(text), "color%s[]=x", sixteen);
	CHECK_SEEN("style", QUERY, RT_STYLE_DEEP, true, OBJECT, text);
}

TEST(content)
{
	static const struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .style = RT_STYLE_JSON,
	};

	CHECK_STR(json_of(&p, "a=%7B%22x%22:[1,null]}"), "{\"x\":[1,null]}");
	CHECK_STR(json_of(&p, "a=5"), "5");
	CHECK_STR(json_of(&p, "a=x"), "content");
	CHECK_STR(json_of(&p, "a="), "content");
	CHECK_STR(json_of(&p, "a=%ff"), "encoding");
	CHECK_STR(json_of(&p, "a=1&a=2"), "style");
}

TEST(empty_values)
{
	struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_INTEGER,
	    .required = true,
	};

	CHECK_STR(json_of(&p, "a="), "\"\"");
	p.allow_empty = true;
	CHECK_STR(json_of(&p, "a="), "nothing");
	CHECK_STR(json_of(&p, "a"), "nothing");
	CHECK_STR(json_of(&p, "b="), "required");
	CHECK_STR(json_of(&p, "a=&a="), "style");
	p.types = RT_STRING;
	CHECK_STR(json_of(&p, "a"), "\"\"");
	p.types = RT_ARRAY;
	p.explode = true;
	CHECK_STR(json_of(&p, "a"), "[]");
	p.types = RT_INTEGER | RT_NULL;
	p.allow_empty = false;
	CHECK_STR(json_of(&p, "a="), "null");
	CHECK_STR(json_of(&p, "a=null"), "\"null\"");
	p.types = RT_STRING | RT_NULL;
	CHECK_STR(json_of(&p, "a="), "\"\"");
}

TEST(fallbacks)
{
	struct rt_param p = {
	    .in = RT_IN_QUERY,
	    .name = "a",
	    .types = RT_ARRAY,
	    .item_types = RT_INTEGER,
	    .fallback = "[1,2]",
	};

	CHECK_STR(json_of(&p, ""), "[1,2]");
	CHECK_STR(json_of(&p, "a=3"), "[3]");
	CHECK(call->check.root->type == RT_ARRAY);
}

TEST(faults_add_up)
{
	take("GET /x?a=%zz");
	CHECK(param(RT_IN_QUERY, "a", RT_STRING) == NULL);
	CHECK(param(RT_IN_QUERY, "b", RT_STRING) == NULL);
	CHECK_INT(call->check.n, 2);
	CHECK_STR(call->check.faults[0].name, "a");
	CHECK_STR(call->check.faults[1].name, "b");
}

TEST(first_of_a_query)
{
	struct rt_str s;

	take("GET /x?k=a+%62&k=c&bad=%zz");
	CHECK_INT(rt_query_find(call, "k", &s), 2);
	CHECK_STR(s, "a b");
	CHECK_INT(rt_query_find(call, "none", &s), 0);
	CHECK(s.p == NULL);
	CHECK_INT(rt_query_find(call, "bad", &s), 1);
	CHECK(s.p == NULL);
}

TEST(many_parameters_are_cheap)
{
	static char text[65536];
	size_t n = (size_t)snprintf(text, sizeof(text), "GET /x?");

	for (int i = 0; i < 8000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%%61=1&");
	take(text);
	check_fault(param(RT_IN_QUERY, "a", RT_STRING), "style", RT_IN_QUERY,
	    "a");
	CHECK(rt_arena_used(call->arena) < 1 << 20);
}
