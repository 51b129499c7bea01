/* Cases about bodies that are malformed; see case.h. */
#include "gen/case.h"

static void
add_malformed(struct making *m, const char *kind, const char *name,
    const char *why, struct rt_str body)
{
	struct case_row row = case_base(m);

	row.body = body;
	row.valid = false;
	row.status = 400;
	row.why = rt_arena_printf(m->arena, "the body %s", why);
	case_add(m, row, "%.*s%s/%s", RT_FMT(case_media_prefix(m)), kind, name);
}

/* --- JSON --- */

static void
malformed(struct making *m, const char *name, const char *why,
    struct rt_str text)
{
	struct rt_json_error err;

	if (rt_json_parse(m->arena, text, &rt_json_default_limits, &err) ==
	    NULL)
		add_malformed(m, "syntax", name, why, text);
}

static struct rt_str
single_quoted(struct rt_arena *a, struct rt_str json)
{
	char *p = rt_arena_bytes(a, json.n);

	for (size_t i = 0; i < json.n; i++)
		p[i] = json.p[i] == '"' ? '\'' : json.p[i];
	return (struct rt_str){p, json.n};
}

static struct rt_str
nested(struct rt_arena *a, size_t depth)
{
	char *p = rt_arena_bytes(a, 2 * depth);

	memset(p, '[', depth);
	memset(p + depth, ']', depth);
	return (struct rt_str){p, 2 * depth};
}

/* A string somewhere in a document, with bytes that can't be in one. */
static const struct {
	const char *name, *why, *text;
} malformed_texts[] = {
    {"nan", "is a bare NaN", "NaN"},
    {"infinity", "has an infinite number", "{\"a\":-Infinity}"},
    {"leading-zero", "has a number with a leading zero", "{\"a\":01}"},
    {"plus", "has a number with a plus sign", "{\"a\":+1}"},
    {"hex", "has a hexadecimal number", "{\"a\":0x1}"},
    {"bare-name", "has a name without quotes", "{a:1}"},
    {"comment", "has a comment", "{\"a\":1/**/}"},
    {"trailing-comma", "has a comma behind the last member", "{\"a\":1,}"},
    {"duplicate-name", "has a name twice", "{\"a\":1,\"a\":1}"},
    {"duplicate-escaped", "has a name twice, once escaped",
	"{\"a\":1,\"\\u0061\":1}"},
    {"lone-surrogate", "has half a surrogate pair", "{\"a\":\"\\ud800\"}"},
    {"surrogate-order", "has a surrogate pair in the wrong order",
	"{\"a\":\"\\udc00\\ud800\"}"},
    {"control", "has a bare control character", "{\"a\":\"\x01\"}"},
    {"escape", "has an escape that is none", "{\"a\":\"\\x41\"}"},
    {"utf-8", "is not UTF-8", "{\"a\":\"\xff\"}"},
    {"utf-8-overlong", "has an overlong UTF-8 sequence",
	"{\"a\":\"\xc0\xaf\"}"},
    {"utf-8-surrogate", "has a surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}"},
    {"byte-order-mark", "begins with a byte order mark", "\xef\xbb\xbf{}"},
    {"blank", "is nothing but spaces", "  "},
    {"open-string", "ends inside a string", "{\"a"},
};

static void
malformed_json(struct making *m)
{
	struct rt_arena *a = m->arena;
	struct rt_str good = instance_json(a, m->body);

	malformed(m, "cut-off", "is cut off",
	    (struct rt_str){good.p, good.n - 1});
	malformed(m, "trailing", "has something behind it",
	    rt_arena_printf(a, "%.*s x", RT_FMT(good)));
	malformed(m, "two-documents", "is two documents",
	    rt_arena_printf(a, "%.*s%.*s", RT_FMT(good), RT_FMT(good)));
	malformed(m, "single-quotes", "has single quotes",
	    single_quoted(a, good));
	malformed(m, "too-deep", "is nested too deep", nested(a, 500));
	for (size_t i = 0; i < RT_LEN(malformed_texts); i++)
		malformed(m, malformed_texts[i].name, malformed_texts[i].why,
		    rt_str(malformed_texts[i].text));
}

/* --- Forms --- */

static void
malformed_form(struct making *m)
{
	static const struct {
		const char *name, *why, *text;
	} bad[] = {
	    {"name-no-digits", "has a name with a bad percent-code", "%zz=1"},
	    {"name-cut-off", "has a name that ends in a percent sign", "a%=1"},
	};

	for (size_t i = 0; i < RT_LEN(bad); i++)
		add_malformed(m, "form", bad[i].name, bad[i].why,
		    rt_str(bad[i].text));
}

static void
malformed_parts(struct making *m)
{
	struct case_row row = case_base(m);
	static const struct {
		const char *name, *why, *text;
		bool any; /* not of forms only */
	} bad[] = {
	    {"empty", "has no parts", " ", true},
	    {"other-boundary", "has another boundary",
		"--other\r\nContent-Disposition: form-data; "
		"name=\"a\"\r\n\r\nb\r\n--other--\r\n",
		true},
	    {"no-name", "has a part without a name",
		"--kontract-boundary\r\nContent-Disposition: "
		"form-data\r\n\r\nb\r\n--kontract-boundary--\r\n",
		false},
	    {"no-disposition", "has a part without a disposition",
		"--kontract-boundary\r\n\r\nb\r\n"
		"--kontract-boundary--\r\n",
		false},
	    {"no-blank-line", "has a part that is all headers",
		"--kontract-boundary\r\nContent-Disposition: form-data; "
		"name=\"a\"\r\n--kontract-boundary--\r\n",
		true},
	};

	add_malformed(m, "multipart", "cut-off", "lacks its last boundary",
	    (struct rt_str){row.body.p, row.body.n - 4});
	for (size_t i = 0; i < RT_LEN(bad); i++) {
		if (bad[i].any || spec_is_form_data(m->media))
			add_malformed(m, "multipart", bad[i].name, bad[i].why,
			    rt_str(bad[i].text));
	}
}

/* --- All --- */

void
case_malformed(struct making *m)
{
	if (m->body == NULL)
		return;
	switch (m->media->kind) {
	case SPEC_JSON:
		malformed_json(m);
		break;
	case SPEC_FORM:
		malformed_form(m);
		break;
	case SPEC_MULTIPART:
		malformed_parts(m);
		break;
	case SPEC_TEXT:
		add_malformed(m, "text", "utf-8", "is not UTF-8",
		    RT_LIT("\xff"));
		break;
	default:
		break;
	}
}
