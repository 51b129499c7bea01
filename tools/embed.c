/*
 * Prints C source that holds the named template files and defines
 * tmpl_builtin() and tmpl_builtin_names (gen/tmpl.h):
 *
 *	embed templates/a.tmpl templates/b.tmpl > build/gen/templates_builtin.c
 *
 * The output depends on the names and contents only, not on their order.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_IN_LINE = 16 };

/* The last part of a path: the name by which a template is asked for. */
static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static int
by_base_name(const void *a, const void *b)
{
	return strcmp(base_name(*(char *const *)a),
	    base_name(*(char *const *)b));
}

/* Names become C strings as they are, so they may hold nothing to escape. */
static void
check_names(char **paths, int n)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-/";

	for (int i = 0; i < n; i++) {
		if (paths[i][strspn(paths[i], allowed)] != '\0')
			errx(1, "%s: a name with odd characters", paths[i]);
		if (i > 0 && by_base_name(&paths[i - 1], &paths[i]) == 0)
			errx(1, "%s: a name given twice", paths[i]);
	}
}

/* Prints a file as an array of bytes with a zero behind them: C11 promises
 * no more than 4095 characters for a string literal. */
static void
print_bytes(const char *path, int i)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0;
	int c;

	if (f == NULL)
		err(1, "%s", path);
	printf("\nstatic const unsigned char text_%d[] = {", i);
	while ((c = getc(f)) != EOF)
		printf("%s%d,", n++ % BYTES_IN_LINE == 0 ? "\n    " : " ", c);
	if (ferror(f))
		err(1, "%s", path);
	fclose(f);
	printf("\n    0,\n};\n");
}

static void
print_table(char **paths, int n)
{
	printf("\nconst char *const tmpl_builtin_names[] = {\n");
	for (int i = 0; i < n; i++)
		printf("    \"%s\",\n", base_name(paths[i]));
	printf("    NULL,\n};\n"
	       "\nstatic const struct {\n"
	       "\tconst char *name;\n"
	       "\tconst char *path;\n"
	       "\tconst unsigned char *bytes;\n"
	       "\tsize_t n;\n"
	       "} builtin[] = {\n");
	for (int i = 0; i < n; i++)
		printf("    {\"%s\", \"%s\", text_%d, sizeof(text_%d) - 1},\n",
		    base_name(paths[i]), paths[i], i, i);
	printf("    {NULL, NULL, NULL, 0},\n};\n");
}

static void
print_function(void)
{
	printf("\nconst struct source *\n"
	       "tmpl_builtin(struct rt_arena *a, const char *name)\n"
	       "{\n"
	       "\tfor (size_t i = 0; builtin[i].name != NULL; i++) {\n"
	       "\t\tstruct rt_str text = {\n"
	       "\t\t    (const char *)builtin[i].bytes, builtin[i].n};\n"
	       "\n"
	       "\t\tif (strcmp(builtin[i].name, name) == 0)\n"
	       "\t\t\treturn source_of(a, builtin[i].path, text);\n"
	       "\t}\n"
	       "\treturn NULL;\n"
	       "}\n");
}

int
main(int argc, char **argv)
{
	char **paths = argv + 1;
	int n = argc - 1;

	if (n > 1)
		qsort(paths, (size_t)n, sizeof(*paths), by_base_name);
	check_names(paths, n);
	printf("/* Made by tools/embed.c from templates/. DO NOT EDIT. */\n"
	       "#include \"gen/tmpl.h\"\n");
	for (int i = 0; i < n; i++)
		print_bytes(paths[i], i);
	print_table(paths, n);
	print_function();
	if (fflush(stdout) != 0 || ferror(stdout))
		err(1, "standard output");
	return 0;
}
