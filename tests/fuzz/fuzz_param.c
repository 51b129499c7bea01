/*
 * Texts of a parameter in any style and place.  The first five bytes choose
 * the parameter, the rest is what is sent.
 */
#include "runtime/param.h"

#include "tests/fuzz/value.h"

static const struct rt_param_property inner[] = {
    {"x", RT_INTEGER, 0, NULL},
    {"list", RT_ARRAY, RT_STRING | RT_NUMBER, NULL},
    {.name = NULL},
};
static const struct rt_param_property properties[] = {
    {"R", RT_INTEGER | RT_NULL, 0, NULL},
    {"on", RT_BOOLEAN, 0, NULL},
    {"items", RT_ARRAY, RT_OBJECT, inner},
    {"in", RT_OBJECT | RT_STRING, 0, inner},
    {"map", RT_OBJECT, 0, inner},
    {.name = NULL},
};
static const char *const others[] = {"page", "a[size]", NULL};

/* The compiler refuses styles in places that they are not for. */
static bool
is_for(enum rt_style style, enum rt_in in)
{
	if (style == RT_STYLE_LABEL || style == RT_STYLE_MATRIX)
		return in == RT_IN_PATH;
	return style == 0 || style == RT_STYLE_JSON || in == RT_IN_QUERY;
}

static struct rt_param
choose(const uint8_t *p)
{
	static const unsigned types[] = {RT_STRING, RT_INTEGER | RT_NULL,
	    RT_ARRAY, RT_OBJECT, RT_STRING | RT_BOOLEAN, RT_NUMBER,
	    RT_ARRAY | RT_STRING, RT_OBJECT | RT_STRING};
	struct rt_param param = {
	    .in = (enum rt_in)(RT_IN_PATH + p[0] % 4),
	    .name = "a",
	    .style = (enum rt_style)(p[1] % (RT_STYLE_JSON + 1)),
	    .types = types[p[2] % RT_LEN(types)],
	    .item_types = p[3] % 128,
	    .explode = (p[4] & 1) != 0,
	    .allow_empty = (p[4] & 2) != 0,
	    .required = (p[4] & 4) != 0,
	};

	if (!is_for(param.style, param.in))
		param.style = 0;
	if ((p[4] & 8) != 0)
		param.properties = properties;
	if ((p[4] & 16) != 0)
		param.free_types = RT_INTEGER;
	if ((p[4] & 32) != 0)
		param.others = others;
	if ((p[4] & 64) != 0 && !param.required)
		param.fallback = "[1,{\"a\":null}]";
	return param;
}

static void
send(struct rt_call *call, enum rt_in in, struct rt_str text)
{
	static struct rt_path_param param = {.name = "a"};
	const char *name = in == RT_IN_COOKIE ? "Cookie" : "a";

	if (in == RT_IN_QUERY)
		call->req.query = text;
	else if (in == RT_IN_PATH) {
		param.raw = text;
		call->params = &param;
		call->n_params = 1;
	}
	while ((in == RT_IN_HEADER || in == RT_IN_COOKIE) && text.p != NULL)
		rt_request_add_header(call, rt_str(name),
		    rt_str_cut(&text, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rt_param param;
	struct rt_call *call;

	if (n < 5)
		return 0;
	call = open_call();
	param = choose(data);
	send(call, param.in, (struct rt_str){(const char *)data + 5, n - 5});
	check_result(call, rt_param(call, &param));
	rt_call_close(call);
	return 0;
}
