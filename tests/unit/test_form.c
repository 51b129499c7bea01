#include "runtime/form.h"

#include "runtime/json_write.h"

#include "tests/unit/call_fixture.h"

static const struct rt_param_property rgb[] = {
    {"R", RT_INTEGER, 0, NULL},
    {"G", RT_INTEGER, 0, NULL},
    {.name = NULL},
};
static const struct rt_param_property item[] = {
    {"price", RT_STRING, 0, NULL},
    {"quantity", RT_INTEGER, 0, NULL},
    {.name = NULL},
};
static const struct rt_param_property cart[] = {
    {"items", RT_ARRAY, RT_OBJECT, item},
    {.name = NULL},
};
static const char *const pictures[] = {"image/png", "image/jpeg", NULL};
static const char *const texts[] = {"text/*", NULL};

#define FIELD(name_, ...) \
	{ \
		.param = {.in = RT_IN_BODY, .name = (name_), __VA_ARGS__ } \
	}

static const struct rt_field fields[] = {
    FIELD("name", .types = RT_STRING),
    FIELD("age", .types = RT_INTEGER | RT_NULL),
    FIELD("on", .types = RT_BOOLEAN, .allow_empty = true),
    FIELD("ids", .types = RT_ARRAY, .item_types = RT_INTEGER, .explode = true),
    FIELD("csv", .types = RT_ARRAY, .item_types = RT_STRING),
    FIELD("bars", .types = RT_ARRAY, .item_types = RT_STRING,
	.style = RT_STYLE_PIPE),
    FIELD("color", .types = RT_OBJECT, .explode = true, .properties = rgb),
    FIELD("flat", .types = RT_OBJECT, .properties = rgb),
    FIELD("cart", .types = RT_OBJECT, .style = RT_STYLE_DEEP,
	.properties = cart),
    FIELD("expand", .types = RT_ARRAY, .item_types = RT_STRING,
	.style = RT_STYLE_DEEP),
    FIELD("json", .types = RT_OBJECT, .style = RT_STYLE_JSON),
    FIELD("size", .types = RT_INTEGER, .required = false, .fallback = "10"),
    FIELD(NULL, .types = 0),
};

static void
check_width(struct rt_check *c, const struct rt_node *v)
{
	rt_check_type(c, v, RT_INTEGER);
}

static const struct rt_answer_header width[] = {
    {.name = "X-Width",
	.required = true,
	.types = RT_INTEGER,
	.check = check_width},
    {.name = "X-Note", .types = RT_STRING},
    {.name = NULL},
};

static const struct rt_field parts[] = {
    FIELD("name", .types = RT_STRING),
    FIELD("age", .types = RT_INTEGER),
    FIELD("ids", .types = RT_ARRAY, .item_types = RT_INTEGER, .explode = true),
    FIELD("json", .types = RT_OBJECT, .style = RT_STYLE_JSON),
    FIELD("jsons", .types = RT_ARRAY, .item_types = RT_OBJECT,
	.style = RT_STYLE_JSON),
    FIELD("cart", .types = RT_OBJECT, .style = RT_STYLE_DEEP,
	.properties = cart),
    {
	.param = {.in = RT_IN_BODY, .name = "picture", .types = RT_STRING},
	.media = pictures,
	.file = true,
    },
    {
	.param = {.in = RT_IN_BODY,
	    .name = "files",
	    .types = RT_ARRAY,
	    .item_types = RT_STRING},
	.file = true,
    },
    {
	.param = {.in = RT_IN_BODY, .name = "note", .types = RT_STRING},
	.media = texts,
    },
    {
	.param = {.in = RT_IN_BODY, .name = "photo", .types = RT_STRING},
	.file = true,
	.headers = width,
    },
    FIELD(NULL, .types = 0),
};

static const struct rt_body bodies[] = {
    {"application/x-www-form-urlencoded", RT_BODY_FORM, fields, 0},
    {"multipart/form-data", RT_BODY_MULTIPART, parts, 0},
    {"multipart/mixed", RT_BODY_MULTIPART, NULL, 0},
    {.media = NULL},
};
static const struct rt_op op = {.id = "send", .bodies = bodies};

static const struct rt_node *
take(const char *type, struct rt_str body)
{
	static const struct rt_api api = {.title = "T"};
	char text[256];

	if (server.api == NULL)
		open_server(&api);
	snprintf(text, sizeof(text), "POST /x\nContent-Type: %s\n", type);
	take_request(rt_str(text));
	call->op = &op;
	call->body = strstr(type, "mixed") != NULL ? &bodies[2]
	    : strstr(type, "form-data") != NULL    ? &bodies[1]
						   : &bodies[0];
	call->req.body = body;
	return rt_body(call);
}

/* What is read: JSON, or "keyword pointer" of the first fault, or why the body
 * is malformed. */
static struct rt_str
result(const struct rt_node *v)
{
	struct rt_buf b = rt_buf(call->arena, 1 << 20);
	struct rt_writer w = rt_writer(&b);

	CHECK((v == NULL) == !rt_valid(call));
	if (call->malformed)
		return call->malformed_why;
	if (v == NULL)
		return rt_printf(call, "%s %.*s", call->check.faults[0].keyword,
		    RT_FMT(call->check.faults[0].pointer));
	CHECK(call->check.root == v);
	rt_write_node(&w, v);
	return rt_buf_str(&b);
}

static struct rt_str
form(const char *body)
{
	return result(take("application/x-www-form-urlencoded", rt_str(body)));
}

#define DEFAULTS "\"size\":10"

TEST(primitives)
{
	CHECK_STR(form("name=a+b%21&age=5&on=true"),
	    "{\"name\":\"a b!\",\"age\":5,\"on\":true," DEFAULTS "}");
	CHECK_STR(form("name=&age=&on="),
	    "{\"name\":\"\",\"age\":null," DEFAULTS "}");
	CHECK_STR(form("name"), "{\"name\":\"\"," DEFAULTS "}");
	CHECK_STR(form("%6eame=5&size=07"), "{\"name\":\"5\",\"size\":\"07\"}");
	CHECK_STR(form("&&name=x=y&"), "{\"name\":\"x=y\"," DEFAULTS "}");
	CHECK_STR(form("name=:/?#[]@!$'()*,;"),
	    "{\"name\":\":/?#[]@!$'()*,;\"," DEFAULTS "}");
	CHECK_STR(form(""), "{" DEFAULTS "}");
	CHECK_STR(form("name=1&name=2"), "style /name");
}

TEST(arrays)
{
	CHECK_STR(form("ids=2&name=x&ids=1"),
	    "{\"name\":\"x\",\"ids\":[2,1]," DEFAULTS "}");
	CHECK_STR(form("csv=a,b%2Cc&bars=a|b%7Cc"),
	    "{\"csv\":[\"a\",\"b,c\"],\"bars\":[\"a\",\"b\",\"c\"]," DEFAULTS
	    "}");
	CHECK_STR(form("csv=a&csv=b"), "style /csv");
}

TEST(objects)
{
	CHECK_STR(form("R=1&G=2"),
	    "{\"color\":{\"G\":2,\"R\":1}," DEFAULTS "}");
	CHECK_STR(form("flat=R,1,G,2"),
	    "{\"flat\":{\"G\":2,\"R\":1}," DEFAULTS "}");
	CHECK_STR(form("color=1"), "style /color");
	CHECK_STR(form("json=%7B%22a%22:[1]}"),
	    "{\"json\":{\"a\":[1]}," DEFAULTS "}");
	CHECK_STR(form("json=x"), "content /json");
}

TEST(deep_objects)
{
	CHECK_STR(form("cart[items][0][price]=5&cart%5Bitems%5D[0][quantity]=2&"
		       "cart[items][1][price]=x&expand[]=a&expand[]=b"),
	    "{\"cart\":{\"items\":[{\"price\":\"5\",\"quantity\":2},"
	    "{\"price\":\"x\"}]},\"expand\":[\"a\",\"b\"]," DEFAULTS "}");
	CHECK_STR(form("cart[items]=1&cart[items][0]=2"), "style /cart");
	CHECK_STR(form("cart[items"), "style /cart");
}

TEST(other_fields)
{
	CHECK_STR(form("z=5&x=%26&z=true&y[a]=1"),
	    "{" DEFAULTS ",\"x\":\"&\",\"y[a]\":\"1\",\"z\":[\"5\",\"true\"]}");
}

TEST(encodings)
{
	CHECK_STR(form("name=%zz"), "encoding /name");
	CHECK_STR(form("name=%ff"), "encoding /name");
	CHECK_STR(form("name=a%00"), "encoding /name");
	CHECK_STR(form("other=%00"), "encoding /other");
	CHECK_STR(form("a~b/c=%00"), "encoding /a~0b~1c");
	CHECK(!rt_valid(call));
	CHECK_STR(form("a%ff=1"), "encoding /a\xff");
	CHECK_STR(form("name=1&a%=1"),
	    "byte 7: a name has a percent-code that is none");
	CHECK_STR(form("name=%zz&age=%zz"), "encoding /name");
	CHECK_INT(call->check.n, 2);
}

TEST(many_fields)
{
	static char text[65536];
	size_t n = 0;

	for (int i = 0; i < 1024; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%d=1",
		    i == 0 ? "" : "&", i);
	CHECK(take("application/x-www-form-urlencoded", rt_str(text)) != NULL);
	CHECK_INT(call->check.root->n, 1024 + 1);
	CHECK(rt_node_get(call->check.root, "1023") != NULL);
	CHECK(rt_arena_used(call->arena) < 4 << 20);
	strcpy(text + n, "&");
	CHECK_STR(form(text), "it has more than 1024 fields");
}

/* --- multipart/form-data --- */

#define PART(name, more) \
	"--b\r\nContent-Disposition: form-data; name=\"" name "\"" more \
	"\r\n\r\n"
#define TYPED(name, type) PART(name, "\r\nContent-Type: " type)
#define END "\r\n--b--\r\n"

static struct rt_str
multipart(const char *body)
{
	return result(take("multipart/form-data; boundary=b", rt_str(body)));
}

TEST(text_parts)
{
	CHECK_STR(
	    multipart(PART("name", "") "a+b%21\r\n" PART("age", "") "5" END),
	    "{\"name\":\"a+b%21\",\"age\":5}");
	CHECK_STR(multipart(PART("ids", "") "2\r\n" PART("ids", "") "1" END),
	    "{\"ids\":[2,1]}");
	CHECK_STR(multipart(PART("name", "") "1\r\n" PART("name", "") "2" END),
	    "style /name");
	CHECK_STR(multipart(PART("name", "") "\xff" END), "encoding /name");
	CHECK_STR(multipart(PART("cart[items][0][quantity]", "") "2" END),
	    "{\"cart\":{\"items\":[{\"quantity\":2}]}}");
	CHECK_STR(multipart(TYPED("name", "text/plain; charset=UTF-8") "x" END),
	    "{\"name\":\"x\"}");
	CHECK_STR(multipart(TYPED("name", "text/plain; charset=x") "x" END),
	    "encoding /name");
	CHECK_STR(multipart("--b--"), "{}");
	CHECK_STR(multipart("x"), "byte 0: there is no line with the boundary");
	CHECK_STR(multipart(PART("name", "") "x"),
	    "part 1, byte 53: the last boundary is missing");
}

TEST(json_parts)
{
	CHECK_STR(multipart(PART("json", "") "{\"a\":[1]}" END),
	    "{\"json\":{\"a\":[1]}}");
	CHECK_STR(multipart(TYPED("json", "application/json") "{]" END),
	    "content /json");
	CHECK_STR(
	    multipart(PART("json", "") "{}\r\n" PART("json", "") "{}" END),
	    "style /json");
	/* Each part is an item, or one part is the array. */
	CHECK_STR(
	    multipart(PART("jsons", "") "{}\r\n" PART("jsons", "") "[]" END),
	    "{\"jsons\":[{},[]]}");
	CHECK_STR(multipart(PART("jsons", "") "{}" END), "{\"jsons\":[{}]}");
	CHECK_STR(multipart(PART("jsons", "") "[{},{}]" END),
	    "{\"jsons\":[{},{}]}");
	CHECK_STR(multipart(TYPED("ids", "application/json") "[1,2]" END),
	    "{\"ids\":[1,2]}");
}

TEST(media_types_of_parts)
{
	CHECK_STR(multipart(TYPED("note", "text/markdown") "x" END),
	    "{\"note\":\"x\"}");
	CHECK_STR(multipart(TYPED("note", "image/png") "x" END),
	    "contentType /note");
	CHECK_STR(call->check.faults[0].message,
	    "is of the media type image/png, which is not declared");
	CHECK_STR(multipart(TYPED("note", "text") "x" END),
	    "contentType /note");
	CHECK_STR(multipart(PART("note", "") "x" END), "{\"note\":\"x\"}");
}

static const struct rt_node *
field(const char *name, const char *body)
{
	const struct rt_node *v =
	    take("multipart/form-data; boundary=b", rt_str(body));

	return v == NULL ? NULL : rt_node_get(v, name);
}

TEST(files)
{
	static const char body[] = PART("picture",
	    "; filename=\"a.png\"\r\nContent-Type: image/png") "\xff\x01" END;
	const struct rt_node *v = field("picture", body);
	struct rt_file file;

	CHECK(v != NULL && v->type == RT_STRING);
	CHECK_INT(v->span, RT_FILE_SPAN);
	file = rt_read_file(v);
	CHECK_STR(file.name, "a.png");
	CHECK_STR(file.media, "image/png");
	CHECK_STR(file.bytes, "\xff\x01");
	CHECK(file.bytes.p > body && file.bytes.p < body + sizeof(body));

	v = field("picture", PART("picture", "") "x" END);
	CHECK(rt_read_file(v).name.p == NULL);
	CHECK(rt_read_file(v).media.p == NULL);
	CHECK_STR(multipart(TYPED("picture", "image/gif") "x" END),
	    "contentType /picture");
	CHECK_STR(
	    multipart(PART("picture", "") "x\r\n" PART("picture", "") "x" END),
	    "style /picture");
	CHECK_STR(multipart(PART("picture", "; filename=\"\xff\"") "x" END),
	    "encoding /picture");
	CHECK_STR(multipart(PART("picture",
		      "\r\nContent-Transfer-Encoding: base64") "x" END),
	    "encoding /picture");
	CHECK_STR(multipart(PART("note",
		      "\r\nContent-Transfer-Encoding: base64") "x" END),
	    "{\"note\":\"x\"}");
	CHECK_STR(multipart(PART("note",
		      "\r\nContent-Transfer-Encoding: 8BIT") "x" END),
	    "{\"note\":\"x\"}");
}

TEST(several_files)
{
	const struct rt_node *v = field("files",
	    PART("files", "; filename=a") "1\r\n" PART("files",
		"; filename=b") "2" END);
	struct rt_items it;

	CHECK(v != NULL && v->type == RT_ARRAY && v->n == 2);
	it = rt_items(v);
	CHECK(rt_items_next(&it) && rt_items_next(&it));
	CHECK_STR(rt_read_file(it.value).name, "b");
	CHECK_STR(rt_read_file(it.value).bytes, "2");
	CHECK_STR(rt_node_pointer(call->arena, call->check.root, it.value),
	    "/files/1");
	v = field("files", PART("files", "; filename=a") "1" END);
	CHECK(v != NULL && v->type == RT_ARRAY && v->n == 1);
}

TEST(headers_of_parts)
{
	CHECK_STR(multipart(PART("photo", "\r\nx-width: 5") "x" END),
	    "{\"photo\":\"x\"}");
	CHECK_STR(multipart(PART("photo", "") "x" END), "headers /photo");
	CHECK_STR(call->check.faults[0].message,
	    "must have the header X-Width");
	CHECK_STR(multipart(PART("photo", "\r\nX-Width: z") "x" END),
	    "headers /photo");
	CHECK_STR(call->check.faults[0].message,
	    "has a header X-Width that must be an integer, is a string");
	CHECK_STR(
	    multipart(PART("photo", "\r\nX-Width: 1\r\nX-Note: \xff") "x" END),
	    "encoding /photo");
}

TEST(other_parts)
{
	const struct rt_node *v;

	CHECK_STR(multipart(TYPED("x", "application/json") "[1]\r\n" PART("y",
		      "") "5" END),
	    "{\"x\":[1],\"y\":\"5\"}");
	CHECK_STR(multipart(PART("x", "") "\xff" END), "encoding /x");
	v = field("x",
	    PART("x", "; filename=f") "\xff\r\n" PART("x", "") "t" END);
	CHECK(v != NULL && v->type == RT_ARRAY && v->n == 2);
	CHECK_STR(rt_read_file(v + 1).name, "f");
}

TEST(parts_without_names)
{
	CHECK_STR(result(take("multipart/mixed; boundary=b",
		      RT_LIT("--b\r\nContent-Type: application/json\r\n\r\n"
			     "{\"a\":1}\r\n--b\r\n\r\ntext" END))),
	    "[{\"a\":1},\"text\"]");
	CHECK_STR(result(take("multipart/mixed", RT_LIT("--b--"))),
	    "byte 0: the Content-Type has no boundary");
}
