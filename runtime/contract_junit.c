/* The results as JUnit's XML, which build servers read. */
#include "runtime/contract_run.h"

/* Characters that XML 1.0 has no place for become question marks. */
static void
put_escaped(FILE *f, struct rt_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '&')
			fputs("&amp;", f);
		else if (c == '<')
			fputs("&lt;", f);
		else if (c == '>')
			fputs("&gt;", f);
		else if (c == '"')
			fputs("&quot;", f);
		else
			putc(c < ' ' || c > '~' ? '?' : c, f);
	}
}

static void
put_failures(FILE *f, const struct contract_result *r)
{
	fputs("<failure message=\"", f);
	put_escaped(f, r->failures[0]);
	fputs("\">", f);
	for (unsigned i = 0; i < r->n_failures; i++) {
		put_escaped(f, r->failures[i]);
		putc('\n', f);
	}
	fputs("</failure>", f);
}

static void
put_case(FILE *f, const struct contract_result *r)
{
	fputs("    <testcase classname=\"", f);
	put_escaped(f, contract_operation(r->c));
	fputs("\" name=\"", f);
	put_escaped(f, rt_str(r->c->id));
	fprintf(f, "\" time=\"%.6f\">", (double)r->us / 1e6);
	if (r->skipped.p != NULL) {
		fputs("<skipped message=\"", f);
		put_escaped(f, r->skipped);
		fputs("\"/>", f);
	} else if (r->n_failures > 0) {
		put_failures(f, r);
	}
	fputs("</testcase>\n", f);
}

/* The results from `from` on that have the same tag. */
static size_t
put_suite(FILE *f, const struct contract_run *run, size_t from)
{
	const char *tag = run->results[from].tag;
	size_t end = from, failed = 0, skipped = 0;

	for (; end < run->n && run->results[end].tag == tag; end++) {
		failed += run->results[end].n_failures > 0;
		skipped += run->results[end].skipped.p != NULL;
	}
	fputs("  <testsuite name=\"", f);
	put_escaped(f, rt_str(tag));
	fprintf(f, "\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n",
	    end - from, failed, skipped);
	for (size_t i = from; i < end; i++)
		put_case(f, &run->results[i]);
	fputs("  </testsuite>\n", f);
	return end;
}

bool
contract_junit(const struct contract_run *run, const char *file)
{
	FILE *f = fopen(file, "w");
	bool bad;

	if (f == NULL)
		return false;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", f);
	for (size_t i = 0; i < run->n;)
		i = put_suite(f, run, i);
	fputs("</testsuites>\n", f);
	bad = ferror(f) != 0;
	return fclose(f) == 0 && !bad;
}
