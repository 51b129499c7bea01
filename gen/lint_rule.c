/* The table of rules. */
#include "gen/lint_rule.h"

#include <assert.h>
#include <stdlib.h>

/*
 * By what they look at, and in the order of their ids.  Those at the end are
 * warnings of the compiler, which stand here to be switched off.
 */
const struct lint_rule lint_rules[] = {
    /* Schemas */
    {"all-of-closed", DIAG_WARNING,
	"A part of an allOf that is closed refuses the members of the others.",
	"use 'unevaluatedProperties: false' beside the allOf, or list all "
	"members in the closed part",
	false},
    {"discriminator-property", DIAG_WARNING,
	"The property that tells the branches apart is not required in one.",
	"declare it in each branch, and name it under 'required'", false},
    {"enum-null", DIAG_WARNING,
	"An enum without null refuses null, whatever 'nullable' says.",
	"add null to the enum, or remove 'nullable'", false},
    {"format-unknown", DIAG_WARNING,
	"A format that is not known asserts nothing.",
	"use a known format, or say it by 'pattern'", false},
    {"keyword-idle", DIAG_WARNING,
	"A keyword says nothing about values of the type beside it.",
	"remove it, or change the type", false},
    {"one-of-overlap", DIAG_WARNING,
	"A value that fits two branches of a oneOf is refused.",
	"use 'anyOf', or tell the branches apart by a required constant",
	false},
    {"pattern-alternation", DIAG_WARNING,
	"In '^a|b$' each anchor belongs to one alternative only.",
	"write '^(a|b)$'", false},
    {"pattern-backtracking", DIAG_WARNING,
	"Matching can take a time that doubles with each character.",
	"let no text be matched in two ways inside of a repetition", false},
    {"pattern-unanchored", DIAG_INFO,
	"A pattern without ^ and $ is searched for, not matched.",
	"write '^...$' where the whole text is meant", false},
    {"read-only-write-only", DIAG_WARNING,
	"A member that is neither sent nor answered never occurs.",
	"remove one of 'readOnly' and 'writeOnly'", false},
    {"required-undeclared", DIAG_WARNING,
	"A required name without a property is often a slip of the pen.",
	"declare it under 'properties'", false},
    {"schema-type-missing", DIAG_WARNING,
	"Without a type, keywords let values of every other type through.",
	"add 'type'", false},
    {"schema-unsatisfiable", DIAG_ERROR,
	"Parts that apply to the same value contradict each other.",
	"change one of them: no value can satisfy both", false},
    {"union-dead-branch", DIAG_WARNING,
	"A branch that contradicts what stands beside it is never taken.",
	"remove the branch, or change its type", false},
    {"union-duplicate", DIAG_WARNING,
	"Two branches that are the same can't be told apart.",
	"remove one of them", false},
    {"union-shadowed", DIAG_INFO,
	"What a branch allows is allowed by another one already.",
	"remove one of them, or tell them apart", false},

    /* What requests carry */
    {"array-unbounded", DIAG_WARNING,
	"An array of a request without 'maxItems' is as long as the body.",
	"add 'maxItems'", false},
    {"integer-unbounded", DIAG_INFO,
	"An integer of a request without bounds or format may have any size.",
	"add 'format: int32' or 'int64', or 'minimum' and 'maximum'", false},
    {"map-unbounded", DIAG_WARNING,
	"A map of a request without 'maxProperties' may have any size.",
	"add 'maxProperties'", false},
    {"string-unbounded", DIAG_WARNING,
	"A string of a request without a bound is as long as the body.",
	"add 'maxLength', 'pattern', 'format' or 'enum'", false},

    /* Paths */
    {"path-adjacent", DIAG_WARNING,
	"Nobody can tell where the first of two adjacent templates ends.",
	"put a text between them", false},
    {"path-ambiguous", DIAG_INFO,
	"A request fits two paths, of which one wins by a rule of order.",
	"tell them apart by a literal segment", false},
    {"path-case", DIAG_INFO,
	"Paths are case-sensitive, and easiest to type in lower case.",
	"write words in lower case, with '-' between them", false},
    {"path-empty", DIAG_WARNING, "A path without operations is no promise.",
	"remove it", false},
    {"path-empty-segment", DIAG_WARNING,
	"Many proxies merge '//' to '/', so that the path isn't reached.",
	"remove one '/'", false},
    {"path-identical", DIAG_WARNING,
	"Paths that differ by the names of their templates are the same path.",
	"write the operations under one of them", false},
    {"path-trailing-slash", DIAG_WARNING,
	"A path with '/' at its end is another one than that without.",
	"remove the '/'", false},
    {"path-unreachable", DIAG_WARNING,
	"Every value of the template has a path of its own.",
	"remove the operation, or allow more values", false},

    /* Operations */
    {"body-method", DIAG_INFO,
	"A body has no defined meaning in a GET, HEAD or DELETE (RFC 9110).",
	"use parameters, or another method", false},
    {"body-optional", DIAG_INFO,
	"A request body may be left out unless it is 'required: true'.",
	"add 'required: true', or 'required: false' where that is meant",
	false},
    {"default-required", DIAG_WARNING,
	"The default of a required parameter is never used.",
	"remove 'default' or 'required'", false},
    {"example-both", DIAG_WARNING,
	"'example' and 'examples' exclude each other.",
	"write all of them under 'examples'", false},
    {"operation-description", DIAG_INFO,
	"Who reads the contract learns from no word what this does.",
	"add 'summary' or 'description'", false},
    {"operation-id-characters", DIAG_WARNING,
	"Tools make names and links of an operationId.",
	"use letters, digits, '-', '_', '.' and '/'", false},
    {"operation-id-missing", DIAG_WARNING,
	"The name that is made of method and path changes with the path.",
	"add 'operationId'", false},
    {"operation-tags", DIAG_INFO,
	"Operations without a tag share the file 'default_'.", "add 'tags'",
	false},
    {"parameter-description", DIAG_INFO,
	"What a parameter means is known to its author only.",
	"add 'description'", true},
    {"parameter-duplicate", DIAG_WARNING,
	"Names of headers differ by more than upper and lower case.",
	"remove one of the parameters", false},
    {"parameter-reserved", DIAG_WARNING,
	"OpenAPI ignores header parameters of this name.",
	"say it by 'content' or 'security'", false},
    {"schema-description", DIAG_INFO,
	"What a component means is known to its author only.",
	"add 'description'", true},
    {"tag-undeclared", DIAG_INFO,
	"A tag that the document does not list may be a slip of the pen.",
	"add it to 'tags' at the top", false},

    /* Answers */
    {"answer-400-missing", DIAG_WARNING,
	"Input is checked, so that it can be refused.",
	"declare 400, 422, '4XX' or 'default'", false},
    {"answer-401-missing", DIAG_WARNING,
	"A secured operation refuses those who have no valid credential.",
	"declare 401, '4XX' or 'default'", false},
    {"answer-403-missing", DIAG_WARNING,
	"An operation with scopes or roles refuses those who lack them.",
	"declare 403, '4XX' or 'default'", false},
    {"answer-404-missing", DIAG_WARNING,
	"What a path parameter names may not exist.",
	"declare 404, '4XX' or 'default'", false},
    {"answer-body-missing", DIAG_INFO,
	"An error without a body doesn't tell a client what went wrong.",
	"add 'content: {application/problem+json: ...}'", false},
    {"answer-location", DIAG_INFO,
	"A redirect says where to by the header Location.",
	"declare the header", false},
    {"media-schema-missing", DIAG_WARNING,
	"JSON without a schema is not checked.", "add 'schema'", false},

    /* Security */
    {"security-basic", DIAG_INFO,
	"Basic authentication sends the password with each request.",
	"use tokens that expire", false},
    {"security-flow", DIAG_INFO,
	"The flows 'implicit' and 'password' of OAuth 2.0 are deprecated "
	"(RFC 9700).",
	"use 'authorizationCode' with PKCE", false},
    {"security-key-in-query", DIAG_WARNING,
	"What stands in a URL also stands in logs and histories.",
	"send the key in a header", false},
    {"security-missing", DIAG_WARNING,
	"Without 'security' an operation is open to anybody.",
	"add 'security', or 'security: []' where that is meant", false},
    {"server-http", DIAG_WARNING,
	"Without TLS credentials and data can be read on the way.", "use https",
	false},

    /* The document */
    {"component-unused", DIAG_WARNING,
	"What nothing refers to is in nobody's way, nor of use.",
	"remove it, or refer to it", false},
    {"info-contact", DIAG_INFO, "Who has a question needs somebody to ask.",
	"add 'contact' to 'info'", true},
    {"info-description", DIAG_INFO,
	"The document doesn't say what the API is for.",
	"add 'description' to 'info'", false},
    {"info-license", DIAG_INFO,
	"Without a licence nobody knows what they may do with it.",
	"add 'license' to 'info'", true},
    {"lint-ignore", DIAG_WARNING,
	"An 'x-lint-ignore' lists ids of rules, and no others.",
	"kontract lint --rules list prints them", false},
    {"server-example", DIAG_WARNING, "example.com is nobody's server.",
	"name the real one", false},
    {"server-missing", DIAG_INFO,
	"The document doesn't say where the API is served.", "add 'servers'",
	true},
    {"server-slash", DIAG_WARNING,
	"A server's url and a path that begins with '/' make '//'.",
	"remove the '/' at the end", false},
    {"tag-duplicate", DIAG_WARNING, "A tag is listed once.",
	"remove one of them", false},
    {"text-script", DIAG_WARNING,
	"A page that shows the text may run the script.", "remove it", false},

    /* Warnings of the compiler */
    {"answer-success", DIAG_WARNING,
	"An operation without an answer below 400 can never succeed.",
	"declare one", false},
    {"nullable-type", DIAG_WARNING,
	"'nullable' says nothing without a type beside it.", "add 'type'",
	false},
    {"operation-answers", DIAG_WARNING,
	"An operation without responses has nothing to answer with.",
	"declare one", false},
    {"path-text", DIAG_WARNING,
	"A path is matched without what follows '#' or '?'.",
	"remove it from the path", false},
    {"ref-siblings", DIAG_WARNING,
	"What stands beside a '$ref' says nothing in OpenAPI 3.0.",
	"put the reference into an 'allOf'", false},
};

const size_t lint_n_rules = RT_LEN(lint_rules);

const struct lint_rule *
lint_rule(struct rt_str id)
{
	for (size_t i = 0; i < lint_n_rules; i++) {
		if (rt_str_is(id, lint_rules[i].id))
			return &lint_rules[i];
	}
	return NULL;
}

void
lint_report(const struct lint *l, const char *id, struct source_pos pos,
    const char *fmt, ...)
{
	const struct lint_rule *rule = lint_rule(rt_str(id));
	va_list ap;

	assert(rule != NULL);
	va_start(ap, fmt);
	diag_vreport(l->diag, rule->level, pos, rule->id, fmt, ap);
	va_end(ap);
	diag_help(l->diag, "%s", rule->help);
}
