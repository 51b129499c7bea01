#include "gen/ref.h"
#include "tests/unit/doc_fixture.h"

/* A document with the reference at /r and some places to point to. */
static const struct doc_node *
with_ref(const char *ref)
{
	open_arena();
	return yaml(rt_arena_printf(arena,
	    "r: {$ref: \"%s\"}\n"
	    "components:\n"
	    "  schemas:\n"
	    "    Person: {type: object}\n"
	    "    Pet: {$ref: '#/components/schemas/Person'}\n"
	    "    a/b~c: {}\n"
	    "    '100%% {x}': {}\n"
	    "list: [zero, {one: 1}]\n"
	    "behind-the-list: {}\n"
	    "'': {'': empty}\n",
	    ref)
			.p);
}

static void
leads_to(const char *ref, const char *pointer)
{
	const struct doc_node *root = with_ref(ref);
	const struct doc_node *node;

	node =
	    ref_resolve(documents_open(arena, diag, root), doc_get(root, "r"));
	if (node == NULL)
		fprintf(stderr, "%s", report_text(arena, diag).p);
	CHECK(node != NULL);
	CHECK_INT(diag_errors(diag), 0);
	CHECK_STR(doc_pointer(arena, node), pointer);
}

/* What is said about it, without "x.yaml:1:11: error: " and the excerpt. */
static void
is_refused(const char *ref, const char *sentence, const char *help)
{
	const char *place = "x.yaml:1:11: error: ";
	const struct doc_node *root = with_ref(ref);
	struct rt_str all, line;

	CHECK(ref_resolve(documents_open(arena, diag, root),
		  doc_get(root, "r")) == NULL);
	CHECK_INT(diag_errors(diag), 1);
	all = report_text(arena, diag);
	line = rt_str_cut(&all, '\n');
	CHECK(rt_str_starts(line, place));
	line.p += strlen(place);
	line.n -= strlen(place);
	CHECK_STR(line, sentence);
	rt_str_cut(&all, '\n');
	rt_str_cut(&all, '\n');
	CHECK_STR(all, help);
}

TEST(what_is_no_reference_is_itself)
{
	const struct doc_node *root = yaml("a: {ref: 1}\nb: [$ref]\nc: $ref\n");

	for (size_t i = 0; i < root->n; i++) {
		const struct doc_node *node = root->members[i].value;

		CHECK(!ref_is(node));
		CHECK(ref_resolve(documents_open(arena, diag, root), node) ==
		    node);
		CHECK(ref_name(arena, node).p == NULL);
	}
	CHECK(!ref_is(NULL));
	CHECK(ref_resolve(documents_open(arena, diag, root), NULL) == NULL);
	CHECK_INT(diag_errors(diag), 0);
}

TEST(a_reference_leads_to_its_target)
{
	leads_to("#/components/schemas/Person", "/components/schemas/Person");
	leads_to("#", "");
	leads_to("#/list/0", "/list/0");
	leads_to("#/list/1/one", "/list/1/one");
	leads_to("#/", "/");
	leads_to("#//", "//");
}

TEST(a_chain_is_followed_to_its_end)
{
	leads_to("#/components/schemas/Pet", "/components/schemas/Person");
}

TEST(escapes_are_undone_in_the_right_order)
{
	leads_to("#/components/schemas/a~1b~0c", "/components/schemas/a~1b~0c");
	leads_to("#/components/schemas/a%7E1b%7e0c",
	    "/components/schemas/a~1b~0c");
	leads_to("#/components/schemas/100%25%20%7Bx%7D",
	    "/components/schemas/100% {x}");
	leads_to("#/components/schemas/100%25 {x}",
	    "/components/schemas/100% {x}");
	leads_to("#/components%2Fschemas/Person", "/components/schemas/Person");
	is_refused("#/components/schemas/a~01b~0c",
	    "'#/components/schemas/a~01b~0c' leads nowhere: "
	    "'#/components/schemas' has no 'a~1b~c' [ref-dangling]",
	    "help: did you mean '#/components/schemas/a~1b~0c'?\n");
}

TEST(the_own_file_name_is_this_document)
{
	leads_to("x.yaml#/list/0", "/list/0");
	leads_to("./x.yaml#/list/0", "/list/0");
	leads_to("x.yaml", "");
}

TEST(what_is_no_file_is_refused)
{
	is_refused("other.yaml#/list/0",
	    "the file 'other.yaml' can't be read: No such file or directory "
	    "[ref-file]",
	    "");
	is_refused("https://example.com/x.yaml#/list",
	    "expected a reference to a file, found one to "
	    "'https://example.com/x.yaml': nothing is fetched from a network "
	    "[ref-remote]",
	    "help: save that document beside the contract, and refer to the "
	    "file\n");
	is_refused("/x/y.yaml#",
	    "expected a path relative to this file, found '/x/y.yaml', which "
	    "is another file on each machine [ref-absolute]",
	    "");
	is_refused("Person",
	    "the file 'Person' can't be read: No such file or directory "
	    "[ref-file]",
	    "help: did you mean '#/components/schemas/Person'?\n");
}

TEST(a_dangling_reference_names_the_nearest)
{
	is_refused("#/components/schemas/Persn",
	    "'#/components/schemas/Persn' leads nowhere: "
	    "'#/components/schemas' has no 'Persn' [ref-dangling]",
	    "help: did you mean '#/components/schemas/Person'?\n");
	is_refused("#/components/schemas/person",
	    "'#/components/schemas/person' leads nowhere: "
	    "'#/components/schemas' has no 'person' [ref-dangling]",
	    "help: did you mean '#/components/schemas/Person'?\n");
	is_refused("#/components/schemas/PERSON",
	    "'#/components/schemas/PERSON' leads nowhere: "
	    "'#/components/schemas' has no 'PERSON' [ref-dangling]",
	    "help: did you mean '#/components/schemas/Person'?\n");
	is_refused("#/component/schemas/Person",
	    "'#/component/schemas/Person' leads nowhere: '#' has no "
	    "'component' [ref-dangling]",
	    "help: did you mean '#/components/schemas/Person'?\n");
	is_refused("#/definitions/Person",
	    "'#/definitions/Person' leads nowhere: '#' has no 'definitions' "
	    "[ref-dangling]",
	    "help: did you mean '#/components/schemas/Person'?\n");
	is_refused("#/components/schemas/100 {x}",
	    "'#/components/schemas/100 {x}' leads nowhere: "
	    "'#/components/schemas' has no '100 {x}' [ref-dangling]",
	    "help: did you mean '#/components/schemas/100%25%20%7Bx%7D'?\n");
}

TEST(a_dangling_reference_with_nothing_near)
{
	is_refused("#/components/schemas/Invoice",
	    "'#/components/schemas/Invoice' leads nowhere: "
	    "'#/components/schemas' has no 'Invoice' [ref-dangling]",
	    "help: it has Person, Pet, a/b~c, 100% {x}\n");
	is_refused("#/list/2",
	    "'#/list/2' leads nowhere: '#/list' has 2 items, and no '2' "
	    "[ref-dangling]",
	    "");
	is_refused("#/list/01",
	    "'#/list/01' leads nowhere: '#/list' has 2 items, and no '01' "
	    "[ref-dangling]",
	    "");
	is_refused("#/list/18446744073709551616",
	    "'#/list/18446744073709551616' leads nowhere: '#/list' has 2 "
	    "items, and no '18446744073709551616' [ref-dangling]",
	    "");
	is_refused("#/list/-",
	    "'#/list/-' leads nowhere: '#/list' has 2 items, and no '-' "
	    "[ref-dangling]",
	    "");
	is_refused("#/list/0/x",
	    "'#/list/0/x' leads nowhere: '#/list/0' is a string and has no "
	    "'x' [ref-dangling]",
	    "");
	is_refused("#/components/schemas/Pet/type",
	    "'#/components/schemas/Pet/type' leads nowhere: "
	    "'#/components/schemas/Pet' has no 'type' [ref-dangling]",
	    "help: a pointer does not look through the '$ref' that stands "
	    "there; point to its target\n");
}

TEST(faults_in_the_text_are_refused)
{
	is_refused("#Person",
	    "expected a JSON pointer such as '#/components/schemas/Pet', "
	    "found '#Person' [ref-syntax]",
	    "help: did you mean '#/components/schemas/Person'?\n");
	is_refused("#nothing",
	    "expected a JSON pointer such as '#/components/schemas/Pet', "
	    "found '#nothing' [ref-syntax]",
	    "");
	is_refused("#/a~2",
	    "expected '~0' or '~1' for each '~' of a pointer, found '#/a~2' "
	    "[ref-syntax]",
	    "");
	is_refused("#/a~",
	    "expected '~0' or '~1' for each '~' of a pointer, found '#/a~' "
	    "[ref-syntax]",
	    "");
	is_refused("#/%7",
	    "expected two hexadecimal digits after each '%', found '#/%7' "
	    "[ref-syntax]",
	    "");
	is_refused("#/%g0",
	    "expected two hexadecimal digits after each '%', found '#/%g0' "
	    "[ref-syntax]",
	    "");
}

TEST(a_reference_must_be_a_string)
{
	const struct doc_node *root = yaml("a: {$ref: 1}\n");
	const struct doc_node *a = doc_get(root, "a");

	CHECK(ref_is(a));
	CHECK(ref_resolve(documents_open(arena, diag, root), a) == NULL);
	CHECK_STR(report_text(arena, diag),
	    "x.yaml:1:11: error: expected a string as '$ref', found a number "
	    "[ref-syntax]\n"
	    "    1 | a: {$ref: 1}\n"
	    "      |           ^\n");
	CHECK(ref_name(arena, a).p == NULL);
}

TEST(a_circle_is_reported_once_wherever_it_is_entered)
{
	const struct doc_node *root;

	root = yaml("in: {$ref: '#/c'}\n"
		    "a: {$ref: '#/b'}\n"
		    "b: {$ref: '#/c'}\n"
		    "c: {$ref: '#/a'}\n"
		    "self: {$ref: '#/self'}\n");
	for (size_t i = 0; i < 4; i++)
		CHECK(ref_resolve(documents_open(arena, diag, root),
			  root->members[i].value) == NULL);
	CHECK_STR(report_text(arena, diag),
	    "x.yaml:2:11: error: expected a reference that ends at a value, "
	    "found one that leads back to itself: '#/b' [ref-cycle]\n"
	    "    2 | a: {$ref: '#/b'}\n"
	    "      |           ^~~~~\n"
	    "x.yaml:3:11: note: by way of this one\n"
	    "x.yaml:4:11: note: by way of this one\n");
	CHECK(ref_resolve(documents_open(arena, diag, root),
		  doc_get(root, "self")) == NULL);
	CHECK_INT(diag_errors(diag), 2);
}

TEST(a_fault_is_reported_once_for_each_place)
{
	const struct doc_node *root;

	root = yaml("a: {$ref: '#/x'}\nb: {$ref: '#/a'}\nc: {$ref: '#/x'}\n");
	for (int i = 0; i < 3; i++) {
		CHECK(!ref_resolve(documents_open(arena, diag, root),
		    doc_get(root, "a")));
		CHECK(!ref_resolve(documents_open(arena, diag, root),
		    doc_get(root, "b")));
	}
	CHECK_INT(diag_errors(diag), 1);
	CHECK(!ref_resolve(documents_open(arena, diag, root),
	    doc_get(root, "c")));
	CHECK_INT(diag_errors(diag), 2);
}

TEST(a_chain_has_an_end)
{
	struct rt_str text = RT_LIT("");
	const struct doc_node *root;

	open_arena();
	for (int i = 0; i < 65; i++)
		text = rt_arena_printf(arena, "%.*sn%d: {$ref: '#/n%d'}\n",
		    RT_FMT(text), i, i + 1);
	root = yaml(rt_arena_printf(arena, "%.*sn65: end\n", RT_FMT(text)).p);
	CHECK(ref_resolve(documents_open(arena, diag, root),
		  doc_get(root, "n1")) == doc_get(root, "n65"));
	CHECK(ref_resolve(documents_open(arena, diag, root),
		  doc_get(root, "n0")) == NULL);
	CHECK_STR(report_text(arena, diag),
	    "x.yaml:1:12: error: expected at most 64 references in a row, "
	    "found more [ref-depth]\n"
	    "    1 | n0: {$ref: '#/n1'}\n"
	    "      |            ^~~~~~\n");
}

static struct rt_str
name_of(const char *ref)
{
	return ref_name(arena, doc_get(with_ref(ref), "r"));
}

TEST(the_name_is_the_last_token)
{
	CHECK_STR(name_of("#/components/schemas/Person"), "Person");
	CHECK_STR(name_of("other.yaml#/x/a~1b%7e0%20c"), "a/b~ c");
	CHECK_STR(name_of("#/nowhere/X"), "X");
	CHECK_STR(name_of("#/"), "");
	CHECK(name_of("#").p == NULL);
	CHECK(name_of("#Person").p == NULL);
	CHECK(name_of("Person").p == NULL);
	CHECK(name_of("#/a~2").p == NULL);
	CHECK(name_of("#/%zz").p == NULL);
}
