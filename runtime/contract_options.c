/* The options of the runner; see contract_run.h. */
#include "runtime/contract_run.h"

static const char help_text[] =
    "Sends the contract's cases to a running server and judges its answers.\n"
    "\n"
    "  contract --url http://127.0.0.1:8000 [OPTION...]\n"
    "\n"
    "  --credential SCHEME[:ROLES]=VALUE\n"
    "                     a credential as its scheme sends it: a token, the\n"
    "                     value of a key, USER:PASSWORD; of one scheme, that\n"
    "                     with the most rights first; ROLES are the scopes\n"
    "                     that it grants: read,write\n"
    "  --header TEXT      a header line of every request\n"
    "  --reset-sql FILE   statements that put the data back; run at the start\n"
    "                     and after each case that may change something\n"
    "  --database URL     where they are run\n"
    "  --cases DIRECTORY  where the files of cases are, if not beside the\n"
    "                     generated code\n"
    "  --only PREFIX      the cases whose id begins so\n"
    "  --drafts           no handler has been written yet: 501 for a request\n"
    "                     that reaches one\n"
    "  --first            no case behind the first one that fails\n"
    "  --coverage         what of the contract the cases have seen\n"
    "  --junit FILE       the results as XML\n"
    "  --record FILE      the answers, each a line of JSON\n"
    "\n"
    "Without a server:\n"
    "\n"
    "  --list             the ids of the cases\n"
    "  --dump             the cases, each a line of JSON\n"
    "  --replay ID        a case as a curl command, and its bytes\n"
    "  --body ID          the bytes of a case's body\n"
    "  --openapi          the contract as JSON\n"
    "\n"
    "Exit codes: 0 all passed, 1 some failed, 2 the run was not possible.\n";

static bool
add_credential(struct contract_options *o, const char *text)
{
	struct rt_str value = rt_str(text);
	struct rt_str role = rt_str_cut(&value, '=');
	struct rt_str scheme = rt_str_cut(&role, ':');

	if (value.p == NULL || o->n_credentials == CONTRACT_CREDENTIALS_MAX) {
		fprintf(stderr,
		    "contract: --credential needs SCHEME[:ROLES]=VALUE\n");
		return false;
	}
	o->credentials[o->n_credentials++] =
	    (struct contract_credential){scheme, role, value};
	return true;
}

static bool
add_header(struct contract_options *o, const char *text)
{
	if (o->n_headers == CONTRACT_HEADERS_MAX) {
		fprintf(stderr, "contract: too many --header\n");
		return false;
	}
	o->headers[o->n_headers++] = text;
	return true;
}

/* What each option fills. */
static const char **
text_member(struct contract_options *o, const char *name)
{
	const struct {
		const char *name;
		const char **member;
	} texts[] = {
	    {"--url", &o->url},
	    {"--reset-sql", &o->reset_sql},
	    {"--database", &o->database},
	    {"--cases", &o->cases},
	    {"--only", &o->only},
	    {"--junit", &o->junit},
	    {"--record", &o->record},
	    {"--replay", &o->replay},
	    {"--body", &o->body},
	};

	for (size_t i = 0; i < RT_LEN(texts); i++) {
		if (strcmp(texts[i].name, name) == 0)
			return texts[i].member;
	}
	return NULL;
}

static bool *
flag_member(struct contract_options *o, const char *name)
{
	const struct {
		const char *name;
		bool *member;
	} flags[] = {
	    {"--coverage", &o->coverage},
	    {"--drafts", &o->drafts},
	    {"--first", &o->first},
	    {"--list", &o->list},
	    {"--dump", &o->dump},
	    {"--openapi", &o->openapi},
	};

	for (size_t i = 0; i < RT_LEN(flags); i++) {
		if (strcmp(flags[i].name, name) == 0)
			return flags[i].member;
	}
	return NULL;
}

/* An option with a value. */
static bool
take_value(struct contract_options *o, const char *name, const char *value)
{
	const char **text = text_member(o, name);

	if (text == NULL && strcmp(name, "--credential") != 0 &&
	    strcmp(name, "--header") != 0) {
		fprintf(stderr, "contract: '%s' is no option; see --help\n",
		    name);
		return false;
	}
	if (value == NULL) {
		fprintf(stderr, "contract: %s needs a value\n", name);
		return false;
	}
	if (text == NULL)
		return strcmp(name, "--header") == 0 ? add_header(o, value)
						     : add_credential(o, value);
	*text = value;
	return true;
}

bool
contract_options_read(struct contract_options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		bool *flag = flag_member(o, argv[i]);

		if (strcmp(argv[i], "--help") == 0) {
			fputs(help_text, stdout);
			o->help = true;
			return true;
		}
		if (flag != NULL) {
			*flag = true;
			continue;
		}
		if (!take_value(o, argv[i], argv[i + 1]))
			return false;
		i++;
	}
	if ((o->reset_sql == NULL) != (o->database == NULL)) {
		fprintf(stderr,
		    "contract: --reset-sql and --database need each other\n");
		return false;
	}
	return true;
}
