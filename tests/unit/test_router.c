#include "runtime/router.h"

#include "tests/unit/test.h"

#define OP(id_, method_, path_) \
	&(const struct rt_op) \
	{ \
		.id = id_, .method = method_, .path = path_, \
		.where = "openapi.yaml:1" \
	}

#define OTHER(id_, token_, path_) \
	&(const struct rt_op) \
	{ \
		.id = id_, .token = token_, .path = path_, \
		.where = "openapi.yaml:1" \
	}

static const struct rt_op *const ops[] = {
    OP("list", RT_GET, "/v1/persons"),
    OP("create", RT_POST, "/v1/persons"),
    OP("me", RT_GET, "/v1/persons/me"),
    OP("get", RT_GET, "/v1/persons/{id}"),
    OP("replace", RT_PUT, "/v1/persons/{person_id}"),
    OP("me_books", RT_GET, "/v1/persons/me/books"),
    OP("photos", RT_GET, "/v1/persons/{id}/photos/{photo}"),
    OP("json", RT_GET, "/v1/files/{id}.json"),
    OP("file", RT_GET, "/v1/files/{id}"),
    OP("any", RT_GET, "/v1/weights/{a}"),
    OP("tail", RT_GET, "/v1/weights/{a}.x"),
    OP("head", RT_GET, "/v1/weights/head-{a}"),
    OP("middle", RT_GET, "/v1/weights/{a}----{b}"),
    OP("compare", RT_GET, "/v1/compare/{base}...{head}"),
    OP("verb", RT_POST, "/v1/tasks/x:{verb}"),
    OP("slash", RT_GET, "/v1/slash/"),
    OP("root", RT_GET, "/"),
    OP("space", RT_GET, "/v1/a%20b"),
    OP("mix", RT_GET, "/v1/mix/{a}-{b}.tar.gz"),
    OP("range_x", RT_GET, "/v1/range/{a}-{b}/x"),
    OP("range_y", RT_GET, "/v1/range/{c}/y"),
    OP("deep", RT_GET, "/v1/{any}/x/y"),
    OP("deep_literal", RT_GET, "/v1/lit/x/z"),
    OP("search", RT_QUERY, "/v1/persons"),
    OP("ask", RT_OPTIONS, "/v1/files/{id}"),
    OP("look", RT_HEAD, "/v1/files/{id}"),
    OP("loop", RT_TRACE, "/v1/files/{id}"),
    OTHER("copy", "COPY", "/v1/files/{file}"),
    OTHER("lower", "copy", "/v1/files/{id}"),
    OTHER("link", "LINK", "/v1/only"),
};

static struct rt_arena *arena;

static struct rt_router *
router(void)
{
	struct rt_str why = {NULL, 0};

	arena = rt_arena_open(1 << 20, NULL, NULL);
	return rt_router_open(arena, ops, RT_LEN(ops), &why);
}

static struct rt_route
find_token(const char *method, const char *path)
{
	static struct rt_router *r;

	if (r == NULL)
		r = router();
	CHECK(r != NULL);
	return rt_router_find(r, arena, rt_str(method), rt_str(path));
}

static struct rt_route
find(enum rt_method method, const char *path)
{
	return find_token(rt_method_text(method), path);
}

/* What GET finds, as "id" or "id name=value name=value"; "404", "400". */
static struct rt_str
get(const char *path)
{
	struct rt_route route = find(RT_GET, path);
	struct rt_buf b = rt_buf(arena, 4096);

	if (route.malformed)
		return RT_LIT("400");
	if (!route.path_known)
		return RT_LIT("404");
	if (route.op == NULL)
		return RT_LIT("405");
	rt_buf_cstr(&b, route.op->id);
	for (unsigned i = 0; i < route.n_params; i++)
		rt_buf_printf(&b, " %s=%.*s", route.params[i].name,
		    RT_FMT(route.params[i].value));
	return rt_buf_str(&b);
}

TEST(faults_of_paths)
{
	CHECK(rt_router_fault(RT_LIT("/")) == NULL);
	CHECK(rt_router_fault(RT_LIT("/a/{b}.{c}/%41")) == NULL);
	CHECK(rt_router_fault(RT_LIT("a")) != NULL);
	CHECK(rt_router_fault(RT_LIT("/{a}{b}")) != NULL);
	CHECK(rt_router_fault(RT_LIT("/{}")) != NULL);
	CHECK(rt_router_fault(RT_LIT("/{a")) != NULL);
	CHECK(rt_router_fault(RT_LIT("/100%")) != NULL);
	CHECK(rt_router_fault(RT_LIT("/%4g")) != NULL);
}

TEST(literals_and_templates)
{
	CHECK_STR(get("/v1/persons"), "list");
	CHECK_STR(get("/v1/persons/7"), "get id=7");
	CHECK_STR(get("/v1/persons/7/photos/9"), "photos id=7 photo=9");
	CHECK_STR(get("/"), "root");
}

TEST(a_literal_wins)
{
	CHECK_STR(get("/v1/persons/me"), "me");
	CHECK_STR(get("/v1/persons/me/books"), "me_books");
}

TEST(goes_back_to_the_template_where_the_literal_ends)
{
	CHECK_STR(get("/v1/persons/me/photos/9"), "photos id=me photo=9");
	CHECK_STR(get("/v1/lit/x/z"), "deep_literal");
	CHECK_STR(get("/v1/lit/x/y"), "deep any=lit");
	CHECK_STR(get("/v1/persons/x/y"), "deep any=persons");
	/* What a way that failed has found is forgotten. */
	CHECK_STR(get("/v1/range/1-2/y"), "range_y c=1-2");
}

TEST(unknown_paths)
{
	CHECK_STR(get("/v1"), "404");
	CHECK_STR(get("/v1/persons/7/photos"), "404");
	CHECK_STR(get("/v1/persons/7/photos/9/x"), "404");
	CHECK_STR(get("/V1/persons"), "404");
	CHECK_STR(get("persons"), "404");
	CHECK_STR(get("*"), "404");
	CHECK_STR(get(""), "404");
}

TEST(a_trailing_slash_is_another_path)
{
	CHECK_STR(get("/v1/persons/"), "404");
	CHECK_STR(get("/v1/slash"), "404");
	CHECK_STR(get("/v1/slash/"), "slash");
	CHECK_STR(get("//v1/persons"), "404");
}

TEST(an_empty_segment_is_no_parameter)
{
	CHECK_STR(get("/v1/persons//photos/9"), "404");
	CHECK_STR(get("/v1/persons/7/photos/"), "404");
	CHECK_STR(get("/v1/files/.json"), "file id=.json");
}

TEST(decodes_after_the_split)
{
	CHECK_STR(get("/v1/persons/a%2Fb"), "get id=a/b");
	CHECK_STR(get("/v1/persons/a+b"), "get id=a+b");
	CHECK_STR(get("/v1/persons/%C3%bc"), "get id=\xc3\xbc");
	CHECK_STR(get("/v1/p%65rsons"), "list");
	CHECK_STR(get("/v1/a%20b"), "space");
	CHECK_STR(get("/v1/persons/.."), "get id=..");
}

TEST(targets_that_are_ill_formed)
{
	CHECK_STR(get("/v1/persons/%"), "400");
	CHECK_STR(get("/v1/persons/%4"), "400");
	CHECK_STR(get("/v1/persons/%zz"), "400");
	CHECK_STR(get("/v1/persons/%ff"), "400");
	CHECK_STR(get("/v1/persons/%c0%af"), "400");
	CHECK_STR(get("/v1/persons/a%00b"), "400");
	/* Bytes as they are. */
	CHECK_STR(get("/v1/persons/a\xff"), "400");
	CHECK_STR(get("/v1/persons/\xc3\xbc"), "get id=\xc3\xbc");
	/* Also where no route would look. */
	CHECK_STR(get("/nowhere/%zz"), "400");
}

TEST(deep_paths_are_looked_at_to_their_end)
{
	char path[4096];
	size_t n = 0;

	for (int i = 0; i < 1000; i++)
		n += (size_t)snprintf(path + n, sizeof(path) - n, "/x");
	CHECK_STR(get(path), "404");
	snprintf(path + n, sizeof(path) - n, "/%%zz");
	CHECK_STR(get(path), "400");
}

TEST(parts_of_segments)
{
	CHECK_STR(get("/v1/files/7.json"), "json id=7");
	CHECK_STR(get("/v1/files/a.json.json"), "json id=a.json");
	CHECK_STR(get("/v1/files/7.xml"), "file id=7.xml");
	CHECK_STR(get("/v1/compare/a...b"), "compare base=a head=b");
	CHECK_STR(get("/v1/compare/a...b...c"), "compare base=a head=b...c");
	CHECK_STR(get("/v1/compare/...b"), "404");
	CHECK_STR(get("/v1/compare/a..."), "404");
	CHECK_STR(get("/v1/compare/....b"), "compare base=. head=b");
	CHECK_STR(get("/v1/mix/a-b.tar.gz"), "mix a=a b=b");
	CHECK_STR(get("/v1/mix/a-.tar.gz"), "404");
	CHECK_STR(get("/v1/mix/a.tar.gz"), "404");
	CHECK_STR(get("/v1/mix/-a-b.tar.gz"), "mix a=-a b=b");
	CHECK_STR(get("/v1/tasks/x:run"), "405");
	CHECK_STR(find(RT_POST, "/v1/tasks/x:run").params[0].value, "run");
	CHECK(!find(RT_POST, "/v1/tasks/x:").path_known);
}

TEST(more_literal_text_wins)
{
	CHECK_STR(get("/v1/weights/a"), "any a=a");
	CHECK_STR(get("/v1/weights/a.x"), "tail a=a");
	CHECK_STR(get("/v1/weights/head-a.x"), "head a=a.x");
	CHECK_STR(get("/v1/weights/a----b.x"), "middle a=a b=b.x");
	CHECK_STR(get("/v1/weights/head-a----b"), "head a=a----b");
}

TEST(methods)
{
	struct rt_route route = find(RT_DELETE, "/v1/persons/7");

	CHECK(route.path_known);
	CHECK(route.op == NULL);
	CHECK_STR(rt_route_allow(arena, &route), "GET, HEAD, PUT, OPTIONS");
	route = find((enum rt_method)0, "/v1/persons/7");
	CHECK(route.path_known && route.op == NULL);
	route = find(RT_POST, "/v1/persons");
	CHECK(strcmp(route.op->id, "create") == 0);
	CHECK_STR(rt_route_allow(arena,
		      &(struct rt_route){.methods = 1u << RT_DELETE}),
	    "DELETE, OPTIONS");
}

TEST(head_finds_get)
{
	struct rt_route route = find(RT_HEAD, "/v1/persons/7");

	CHECK(strcmp(route.op->id, "get") == 0);
	CHECK_INT(route.n_params, 1);
	CHECK(find(RT_HEAD, "/v1/tasks/x:run").op == NULL);
}

static bool
opens(const struct rt_op *a, const struct rt_op *b)
{
	const struct rt_op *const two[] = {a, b};
	struct rt_str why = {NULL, 0};
	struct rt_router *r;

	arena = rt_arena_open(1 << 20, NULL, NULL);
	r = rt_router_open(arena, two, 2, &why);
	CHECK((r == NULL) == (why.n > 0));
	rt_arena_close(arena);
	return r != NULL;
}

TEST(declared_methods_win)
{
	CHECK(strcmp(find(RT_HEAD, "/v1/files/7").op->id, "look") == 0);
	CHECK(strcmp(find(RT_OPTIONS, "/v1/files/7").op->id, "ask") == 0);
	CHECK(strcmp(find(RT_TRACE, "/v1/files/7").op->id, "loop") == 0);
	CHECK(strcmp(find(RT_QUERY, "/v1/persons").op->id, "search") == 0);
}

TEST(methods_of_other_names)
{
	struct rt_route route = find_token("COPY", "/v1/files/a");

	CHECK(strcmp(route.op->id, "copy") == 0);
	CHECK(strcmp(route.params[0].name, "file") == 0);
	CHECK_STR(route.params[0].value, "a");
	CHECK_STR(rt_route_allow(arena, &route),
	    "GET, HEAD, OPTIONS, TRACE, COPY, copy");
	CHECK(strcmp(find_token("copy", "/v1/files/a").op->id, "lower") == 0);
	route = find_token("Copy", "/v1/files/a");
	CHECK(route.path_known && !route.method_known && route.op == NULL);
	route = find_token("COPY", "/v1/persons/7");
	CHECK(route.path_known && route.method_known && route.op == NULL);
	CHECK(find_token("LINK", "/v1/only").op != NULL);
	route = find_token("GET", "/v1/only");
	CHECK(route.path_known && route.method_known && route.op == NULL);
	CHECK_STR(rt_route_allow(arena, &route), "OPTIONS, LINK");
	CHECK(!find_token("", "/v1/only").method_known);
}

TEST(two_operations_of_one_other_method)
{
	CHECK(
	    !opens(OTHER("a", "COPY", "/a/{x}"), OTHER("b", "COPY", "/a/{y}")));
	CHECK(
	    opens(OTHER("a", "COPY", "/a/{x}"), OTHER("b", "MOVE", "/a/{y}")));
}

TEST(names_are_the_operation_s_own)
{
	struct rt_route route = find(RT_PUT, "/v1/persons/7");

	CHECK(strcmp(route.params[0].name, "person_id") == 0);
}

TEST(operations_that_can_t_be_told_apart)
{
	CHECK(!opens(OP("a", RT_GET, "/x/{a}"), OP("b", RT_GET, "/x/{b}")));
	CHECK(!opens(OP("a", RT_GET, "/x/y"), OP("b", RT_GET, "/x/%79")));
	CHECK(opens(OP("a", RT_GET, "/x/{a}"), OP("b", RT_PUT, "/x/{b}")));
	CHECK(opens(OP("a", RT_GET, "/x/{a}"), OP("b", RT_GET, "/x/{b}.x")));
}

TEST(paths_that_can_t_be_matched)
{
	const struct rt_op *good = OP("a", RT_GET, "/x");

	CHECK(!opens(good, OP("b", RT_GET, "x")));
	CHECK(!opens(good, OP("b", RT_GET, "/x/{a}{b}")));
	CHECK(!opens(good, OP("b", RT_GET, "/x/{a")));
	CHECK(!opens(good, OP("b", RT_GET, "/x/{}")));
	CHECK(!opens(good, OP("b", RT_GET, "/x/%zz")));
}

/* "/x" or "/{x}", so many times. */
static const struct rt_op *
long_op(const char *segment, unsigned n)
{
	static char path[512];
	static struct rt_op op = {.method = RT_GET, .where = "", .path = path};

	path[0] = '\0';
	while (n-- > 0)
		strcat(path, segment);
	return &op;
}

TEST(limits_of_paths)
{
	const struct rt_op *good = OP("a", RT_GET, "/a");

	CHECK(opens(good, long_op("/x", 32)));
	CHECK(!opens(good, long_op("/x", 33)));
	CHECK(opens(good, long_op("/{x}", RT_PATH_PARAMS_MAX)));
	CHECK(!opens(good, long_op("/{x}", RT_PATH_PARAMS_MAX + 1)));
}

TEST(many_literals)
{
	static const struct rt_op *many[200];
	static char paths[200][16];
	struct rt_str why = {NULL, 0};
	struct rt_router *r;

	arena = rt_arena_open(1 << 20, NULL, NULL);
	for (unsigned i = 0; i < 200; i++) {
		struct rt_op *op = rt_arena_new(arena, sizeof(*op));

		snprintf(paths[i], sizeof(paths[i]), "/r%u", i * 7 % 200);
		op->path = paths[i];
		op->method = RT_GET;
		many[i] = op;
	}
	r = rt_router_open(arena, many, 200, &why);
	CHECK(r != NULL);
	for (unsigned i = 0; i < 200; i++)
		CHECK(rt_router_find(r, arena, RT_LIT("GET"), rt_str(paths[i]))
			  .op == many[i]);
}

TEST(values_as_sent)
{
	struct rt_route route = find(RT_GET, "/v1/persons/a%2Cb,%63");

	CHECK_STR(route.params[0].value, "a,b,c");
	CHECK_STR(route.params[0].raw, "a%2Cb,%63");
	route = find(RT_GET, "/v1/mi%78/%61%25%2D%2Cb%2etar.g%7a");
	CHECK_STR(route.params[0].raw, "%61%25");
	CHECK_STR(route.params[1].value, ",b");
	CHECK_STR(route.params[1].raw, "%2Cb");
}
