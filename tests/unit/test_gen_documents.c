#include "gen/documents.h"

#include <sys/stat.h>
#include <unistd.h>

#include "gen/bundle.h"
#include "gen/ref.h"
#include "tests/unit/doc_fixture.h"

static char dir[] = "/tmp/documents-XXXXXX";
static bool is_made;

static void
file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	if (!is_made)
		CHECK(mkdtemp(dir) != NULL);
	is_made = true;
	snprintf(path, sizeof(path), "%s/api", dir);
	(void)mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CHECK(f != NULL);
	fputs(text, f);
	fclose(f);
}

/* The contract api/root.yaml with this text. */
static struct documents *
contract(const char *text)
{
	file("api/root.yaml", text);
	open_arena();
	diag = diag_open(arena);
	return documents_open(arena, diag,
	    doc_read(arena, diag,
		source_open(arena,
		    rt_arena_printf(arena, "%s/api/root.yaml", dir).p)));
}

static const struct doc_node *
follow(struct documents *d, const char *key)
{
	return ref_resolve(d, doc_get(d->v[0].root, key));
}

static bool
says(const char *words)
{
	return strstr(report_text(arena, diag).p, words) != NULL;
}

TEST(a_file_is_read_once_whatever_way_leads_there)
{
	struct documents *d = contract("a: {$ref: '../x y.yaml#/t'}\n"
				       "b: {$ref: './../x%20y.yaml#/t'}\n"
				       "c: {$ref: '../api/../x%20y.yaml'}\n"
				       "d: {$ref: '../x y.yaml#/back'}\n");
	const struct doc_node *a;

	file("x y.yaml", "t: 1\nback: {$ref: 'api/root.yaml#/a'}\n");
	a = follow(d, "a");
	CHECK(a != NULL && rt_str_is(a->text, "1"));
	CHECK(follow(d, "b") == a);
	CHECK(follow(d, "c") == a->parent);
	CHECK(follow(d, "d") == a);
	CHECK_INT(d->n, 2);
	CHECK_INT(diag_errors(diag), 0);
}

TEST(a_fault_stands_in_the_file_that_has_it)
{
	struct documents *d = contract("a: {$ref: bad.yaml}\n"
				       "b: {$ref: 'bad.yaml#/x'}\n"
				       "c: {$ref: good.yaml}\n");

	file("api/bad.yaml", "a: 1\na: 2\n");
	file("api/good.yaml", "{$ref: none.yaml}\n");
	CHECK(follow(d, "a") == NULL);
	CHECK(follow(d, "b") == NULL);
	CHECK_INT(diag_errors(diag), 1);
	CHECK(says("api/bad.yaml:2:1: error"));
	CHECK(follow(d, "c") == NULL);
	CHECK_INT(diag_errors(diag), 2);
	CHECK(says("api/good.yaml:1:8: error: the file '"));
}

TEST(nothing_but_files_beside_is_opened)
{
	struct documents *d = contract("a: {$ref: '/etc/hostname'}\n"
				       "b: {$ref: 'file:///etc/hostname'}\n"
				       "c: {$ref: 'http://localhost/x'}\n"
				       "d: {$ref: '//localhost/x'}\n"
				       "e: {$ref: '../api'}\n"
				       "f: {$ref: 'pipe'}\n"
				       "g: {$ref: 'x%00y'}\n"
				       "h: {$ref: 'x%zz'}\n");
	char path[256];

	snprintf(path, sizeof(path), "%s/api/pipe", dir);
	(void)mkfifo(path, 0600);
	for (size_t i = 0; i < d->v[0].root->n; i++) {
		CHECK(ref_resolve(d, d->v[0].root->members[i].value) == NULL);
		CHECK_INT(diag_errors(diag), i + 1);
	}
	CHECK_INT(d->n, 1);
}

TEST(self_is_the_base)
{
	struct documents *d =
	    contract("openapi: 3.2.0\n"
		     "$self: https://example.org/v1/api\n"
		     "a: {$ref: 'https://example.org/v1/api#/t'}\n"
		     "b: {$ref: 'part.yaml#/t'}\n"
		     "c: {$ref: 'https://example.org/v1/part.yaml#/t'}\n"
		     "t: 1\n");

	file("api/part.yaml", "t: {$ref: 'api#/t'}\n");
	CHECK(follow(d, "a") == doc_get(d->v[0].root, "t"));
	CHECK(follow(d, "b") == doc_get(d->v[0].root, "t"));
	CHECK(follow(d, "c") == doc_get(d->v[0].root, "t"));
	CHECK_INT(d->n, 2);
	CHECK_INT(diag_errors(diag), 0);
}

TEST(a_part_has_the_version_of_the_contract_or_its_own)
{
	struct documents *d = contract("openapi: 3.0.3\n"
				       "a: {$ref: 'bare.yaml'}\n"
				       "b: {$ref: 'own.yaml'}\n");

	file("api/bare.yaml", "t: 1\n");
	file("api/own.yaml", "openapi: 3.1.1\n");
	CHECK_INT(documents_version(d, follow(d, "a")), OAS_3_0);
	CHECK_INT(documents_version(d, follow(d, "b")), OAS_3_1);
}

TEST(files_have_a_limit)
{
	struct documents *d;

	file("api/next.yaml", "{}\n");
	d = contract("a: {$ref: next.yaml}\n");
	d->bytes = DOCUMENTS_BYTES_MAX - 2;
	CHECK(follow(d, "a") == NULL);
	CHECK(says("[documents-max]"));
	d = contract("a: {$ref: next.yaml}\n");
	d->bytes = DOCUMENTS_BYTES_MAX - 3;
	CHECK(follow(d, "a") != NULL);
}

static struct rt_str
bundled(const char *text)
{
	const struct doc_node *root = bundle(contract(text));

	return root == NULL ? RT_LIT("") : doc_json(arena, root, 0);
}

TEST(parts_are_moved_under_names_of_their_own)
{
	file("api/p.yaml",
	    "A: {properties: {$ref: {type: string}, a: {$ref: '#/A'}, "
	    "b: {$ref: 'root.yaml#/components/schemas/A'}}, "
	    "default: {$ref: '#/data'}}\n");
	CHECK_STR(
	    bundled(
		"openapi: 3.1.0\n"
		"components: {schemas: {A: {$ref: '#/components/schemas/B'}, "
		"B: {items: {$ref: 'p.yaml#/A'}}}}\n"),
	    "{\"openapi\":\"3.1.0\",\"components\":{\"schemas\":{"
	    "\"A\":{\"$ref\":\"#/components/schemas/B\"},"
	    "\"B\":{\"items\":{\"$ref\":\"#/components/schemas/A_2\"}},"
	    "\"A_2\":{\"properties\":{\"$ref\":{\"type\":\"string\"},"
	    "\"a\":{\"$ref\":\"#/components/schemas/A_2\"},"
	    "\"b\":{\"$ref\":\"#/components/schemas/A\"}},"
	    "\"default\":{\"$ref\":\"#/data\"}}}}}");
	CHECK_INT(diag_errors(diag), 0);
}

TEST(a_component_that_is_a_reference_takes_its_target)
{
	file("api/p.yaml", "Q: {not: {$ref: '#/Q'}}\n");
	CHECK_STR(bundled("openapi: 3.1.0\n"
			  "components: {schemas: {A: {$ref: 'p.yaml#/Q'}}}\n"),
	    "{\"openapi\":\"3.1.0\",\"components\":{\"schemas\":{"
	    "\"A\":{\"not\":{\"$ref\":\"#/components/schemas/A\"}}}}}");
}

TEST(path_items_of_3_0_are_written_in_place)
{
	file("api/p.yaml",
	    "get: {parameters: [{$ref: 'q.yaml'}]}\n"
	    "loop: {get: {callbacks: {a: {b: {$ref: '#/loop'}}}}}\n");
	file("api/q.yaml", "{in: query}\n");
	CHECK_STR(bundled("openapi: 3.0.0\npaths: {/a: {$ref: p.yaml}}\n"),
	    "{\"openapi\":\"3.0.0\",\"paths\":{\"/a\":{\"get\":{"
	    "\"parameters\":[{\"$ref\":\"#/components/parameters/q\"}]},"
	    "\"loop\":{\"get\":{\"callbacks\":{\"a\":{\"b\":{"
	    "\"$ref\":\"#/loop\"}}}}}}},"
	    "\"components\":{\"parameters\":{\"q\":{\"in\":\"query\"}}}}");
	CHECK_STR(
	    bundled("openapi: 3.0.0\npaths: {/a: {$ref: 'p.yaml#/loop'}}\n"),
	    "");
	CHECK(says("[ref-cycle]"));
}

TEST(what_would_change_its_meaning_is_refused)
{
	file("api/p.yaml", "A: {$id: x}\nB: {$anchor: b}\n");
	file("api/old.yaml", "openapi: 3.0.0\nA: {}\n");
	CHECK_STR(bundled("components: {schemas: {A: {not: {$ref: "
			  "'p.yaml#/A'}}}}\n"),
	    "");
	CHECK(says("[bundle-id]"));
	CHECK_STR(
	    bundled("components: {schemas: {A: {not: {$ref: 'p.yaml#b'}}}}\n"),
	    "");
	CHECK(says("[bundle-id]"));
	CHECK_STR(bundled("openapi: 3.1.0\ncomponents: {schemas: {A: {not: "
			  "{$ref: 'old.yaml#/A'}}}}\n"),
	    "");
	CHECK(says("[bundle-version]"));
}

TEST(yaml_says_the_same)
{
	const char *text = "{\"a\":\"true\",\"No\":\"1\",\"b\":\"x: y\","
			   "\"c\":[[1,[]],{},[{\"d\":null,\"e\":\"\"}]],"
			   "\"f g\":\"a\\nb\\u007f\xe2\x80\xa8\xc2\x85\","
			   "\"h\":\" x\",\"-\":\"x #y\",\"i\":1.50}";
	const struct doc_node *root = json(text), *again;

	again = read_text("y.yaml", bundle_yaml(arena, root));
	CHECK(again != NULL);
	CHECK_STR(doc_json(arena, again, 0), doc_json(arena, root, 0).p);
}
