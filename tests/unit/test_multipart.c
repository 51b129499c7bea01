#include "runtime/multipart.h"

#include "runtime/disposition.h"

#include "tests/unit/test.h"

enum { PARTS_MAX = 1024 };

static struct rt_arena *arena;
static struct rt_parts parts;
static struct rt_multipart_error err;

#define TYPE "multipart/form-data; boundary=b"
#define HEAD "Content-Disposition: form-data; name=\"a\"\r\n"

static bool
split_of(const char *type, struct rt_str body)
{
	if (arena != NULL)
		rt_arena_close(arena);
	arena = rt_arena_open(1 << 20, NULL, NULL);
	parts = (struct rt_parts){0};
	err = (struct rt_multipart_error){0};
	return rt_multipart_split(arena, rt_str(type), body, true, PARTS_MAX,
	    &parts, &err);
}

static bool
split(const char *body)
{
	return split_of(TYPE, rt_str(body));
}

/* What is wrong with a body; "" for nothing. */
static struct rt_str
why(const char *body)
{
	return split(body) ? RT_LIT("") : rt_str(err.text);
}

TEST(two_parts)
{
	CHECK(split("--b\r\n" HEAD "\r\nx\r\ny\r\n"
		    "--b\r\nContent-Disposition: form-data; name=f; "
		    "filename=\"a.txt\"\r\nContent-Type:  text/plain \r\n\r\n"
		    "\r\n--b--\r\n"));
	CHECK_INT(parts.n, 2);
	CHECK_STR(parts.v[0].name, "a");
	CHECK_STR(parts.v[0].bytes, "x\r\ny");
	CHECK(parts.v[0].file_name.p == NULL);
	CHECK(parts.v[0].media.p == NULL);
	CHECK_INT(parts.v[0].offset, 5);
	CHECK_STR(parts.v[1].name, "f");
	CHECK_STR(parts.v[1].file_name, "a.txt");
	CHECK_STR(parts.v[1].media, "text/plain");
	CHECK_STR(parts.v[1].bytes, "");
	CHECK_INT(parts.v[1].n_headers, 2);
	CHECK_STR(rt_part_header(&parts.v[1], "content-TYPE"), "text/plain");
}

TEST(bytes_are_borrowed)
{
	static const char body[] = "--b\r\n" HEAD "\r\n\0\xff\r\n--b--";

	CHECK(split_of(TYPE, (struct rt_str){body, sizeof(body) - 1}));
	CHECK_INT(parts.v[0].bytes.n, 2);
	CHECK(parts.v[0].bytes.p == body + 5 + sizeof(HEAD) - 1 + 2);
}

TEST(around_the_parts)
{
	CHECK(split("preamble\r\n--b\r\n" HEAD "\r\nx\r\n--b--\r\nepilogue"));
	CHECK_INT(parts.n, 1);
	CHECK(split("--b \t\r\n" HEAD "\r\nx\r\n--b-- \t\r\n"));
	CHECK_INT(parts.n, 1);
	CHECK(split("--b--\r\n"));
	CHECK_INT(parts.n, 0);
	CHECK(split("--b--"));
}

/* A line that is like one with the boundary. */
TEST(boundaries_in_the_content)
{
	CHECK(split(
	    "--b\r\n" HEAD "\r\nx--b\r\n-b\r\n --b\n--b\r\n--c\r\n--b--"));
	CHECK_INT(parts.n, 1);
	CHECK_STR(parts.v[0].bytes, "x--b\r\n-b\r\n --b\n--b\r\n--c");
}

TEST(empty_contents)
{
	CHECK(split("--b\r\n" HEAD "\r\n\r\n--b--"));
	CHECK_STR(parts.v[0].bytes, "");
	/* RFC 2046 lets the end of the headers be that of the content. */
	CHECK(split("--b\r\n" HEAD "\r\n--b--"));
	CHECK_STR(parts.v[0].bytes, "");
	CHECK_INT(parts.n, 1);
}

TEST(boundary_parameters)
{
	static const char body[] = "--a b'(x)\r\n" HEAD "\r\nx\r\n--a b'(x)--";

	CHECK(split_of("multipart/form-data; boundary=\"a b'(x)\"",
	    rt_str(body)));
	CHECK(split_of("multipart/form-data;charset=utf-8;BOUNDARY=b",
	    RT_LIT("--b--")));
	CHECK(!split_of("multipart/form-data", rt_str(body)));
	CHECK_STR(rt_str(err.text), "the Content-Type has no boundary");
	CHECK_INT(err.part, 0);
	CHECK(!split_of("multipart/form-data; boundary=\"\"", rt_str(body)));
	CHECK(!split_of("multipart/form-data; boundary=\"a \"", rt_str(body)));
	CHECK(
	    !split_of("multipart/form-data; boundary=\"a\\b\"", rt_str(body)));
	CHECK(!split_of("multipart/form-data; boundary="
			"0123456789012345678901234567890123456789"
			"01234567890123456789012345678901",
	    rt_str(body)));
	CHECK_STR(rt_str(err.text), "the boundary is malformed");
}

TEST(malformed_bodies)
{
	static const char once[] = "a header is malformed";

	CHECK_STR(why(""), "there is no line with the boundary");
	CHECK_STR(why("x--b\r\n"), "there is no line with the boundary");
	CHECK_STR(why("--b\n" HEAD "\r\nx\r\n--b--"),
	    "a line with the boundary has something else on it");
	CHECK_STR(why("--b\r\n" HEAD "\r\nx\r\n--bx\r\n--b--"),
	    "a line with the boundary has something else on it");
	CHECK_STR(why("--b\r\n" HEAD "\r\nx\r\n--b--y"),
	    "a line with the boundary has something else on it");
	CHECK_STR(why("--b\r\n" HEAD "\r\nx"), "the last boundary is missing");
	CHECK_STR(why("--b\r\n" HEAD "\r\nx\r\n--b\r\n" HEAD "\r\nx\n--b--"),
	    "the last boundary is missing");
	CHECK_INT(err.part, 2);
	CHECK_STR(why("--b\r\n" HEAD),
	    "the headers of a part don't end, or are too long");
	CHECK_STR(why("--b\r\nX\r\n\r\n\r\n--b--"), once);
	CHECK_STR(why("--b\r\nX : y\r\n\r\n\r\n--b--"), once);
	CHECK_STR(why("--b\r\n" HEAD " folded\r\n\r\n\r\n--b--"), once);
	CHECK_STR(why("--b\r\nX: a\nY: b\r\n\r\n\r\n--b--"), once);
	CHECK_INT(err.offset, 5);
	CHECK_STR(why("--b\r\n" HEAD HEAD "\r\nx\r\n--b--"),
	    "a header is given twice");
	CHECK_STR(why("--b\r\n\r\nx\r\n--b--"),
	    "a part has no Content-Disposition");
	CHECK_STR(why("--b\r\nX: y\r\n\r\nx\r\n--b--"),
	    "a part has no Content-Disposition");
	CHECK_STR(why("--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--"),
	    "a Content-Disposition is not that of a form, with a name");
	CHECK_STR(why("--b\r\nContent-Disposition: file; name=a\r\n\r\n"
		      "\r\n--b--"),
	    "a Content-Disposition is not that of a form, with a name");
	CHECK_STR(why("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n"
		      "\r\n--b--"),
	    "a Content-Disposition is malformed");
}

TEST(limits)
{
	static char body[200000];
	size_t n = 0;

	for (unsigned i = 0; i < PARTS_MAX; i++)
		n += (size_t)sprintf(body + n, "--b\r\n" HEAD "\r\nx\r\n");
	sprintf(body + n, "--b--");
	CHECK(split(body));
	CHECK_INT(parts.n, PARTS_MAX);
	sprintf(body + n, "--b\r\n" HEAD "\r\nx\r\n--b--");
	CHECK_STR(why(body), "there are too many parts");

	n = (size_t)sprintf(body, "--b\r\nX: ");
	memset(body + n, 'y', RT_PART_HEAD_MAX);
	sprintf(body + n + RT_PART_HEAD_MAX, "\r\n\r\n\r\n--b--");
	CHECK_STR(why(body),
	    "the headers of a part don't end, or are too long");

	n = (size_t)sprintf(body, "--b\r\n");
	for (unsigned i = 0; i <= RT_PART_HEADERS_MAX; i++)
		n += (size_t)sprintf(body + n, "X%u: y\r\n", i);
	sprintf(body + n, "\r\n\r\n--b--");
	CHECK_STR(why(body), "a part has too many headers");
}

/* --- Names --- */

static struct rt_disposition d;

static bool
disposition(const char *text)
{
	if (arena == NULL)
		arena = rt_arena_open(1 << 20, NULL, NULL);
	return rt_disposition_parse(arena, rt_str(text), &d);
}

TEST(names)
{
	CHECK(disposition("form-data; name=a; filename=b.c;"));
	CHECK_STR(d.type, "form-data");
	CHECK_STR(d.name, "a");
	CHECK_STR(d.file_name, "b.c");
	CHECK(disposition("FORM-DATA ;NAME=\"a;b\" ; x=y"));
	CHECK_STR(d.name, "a;b");
	CHECK(d.file_name.p == NULL);
	CHECK(disposition("form-data; name=\"\"; filename=\"\""));
	CHECK(d.name.p != NULL && d.name.n == 0);
	CHECK(d.file_name.p != NULL);
	CHECK(disposition("attachment"));
	CHECK(d.name.p == NULL);
	CHECK(!disposition(""));
	CHECK(!disposition("form-data name=a"));
	CHECK(!disposition("form-data; name"));
	CHECK(!disposition("form-data; =a"));
	CHECK(!disposition("form-data; name=\"a"));
	CHECK(!disposition("form-data; name=\"a\\\""));
	CHECK(!disposition("form-data; name=\"a\"b"));
	CHECK(!disposition("form-data; name=a; name=b"));
	CHECK(!disposition("form-data; name=a; filename=b; filename=c"));
}

TEST(escapes_of_names)
{
	CHECK(disposition("form-data; name=\"a\\\"b\\\\c\""));
	CHECK_STR(d.name, "a\"b\\c");
	CHECK(disposition("form-data; name=a; filename=\"C:\\dir\\f.txt\""));
	CHECK_STR(d.file_name, "C:\\dir\\f.txt");
	CHECK(disposition("form-data; name=\"a%22%0d%0Ab%20%2\""));
	CHECK_STR(d.name, "a\"\r\nb%20%2");
	CHECK(disposition("form-data; name=a; filename=\"\xc3\xa4\""));
	CHECK_STR(d.file_name, "\xc3\xa4");
}

TEST(extended_names)
{
	CHECK(disposition("form-data; filename*=utf-8''%c3%a4%20b; "
			  "filename=\"x\"; name=a"));
	CHECK_STR(d.file_name, "\xc3\xa4 b");
	CHECK(disposition("form-data; filename*=UTF-8'en'a; name=a"));
	CHECK_STR(d.file_name, "a");
	CHECK(disposition("form-data; filename=x; filename*=latin1''%e4"));
	CHECK_STR(d.file_name, "x");
	CHECK(disposition("form-data; filename=x; filename*=UTF-8''%e4"));
	CHECK_STR(d.file_name, "x");
	CHECK(disposition("form-data; filename=x; filename*=UTF-8''%e"));
	CHECK_STR(d.file_name, "x");
	CHECK(disposition("form-data; filename=x; filename*=a"));
	CHECK_STR(d.file_name, "x");
}
