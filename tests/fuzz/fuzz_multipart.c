/* Multipart bodies: the first line is the Content-Type. */
#include "tests/fuzz/form_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct rt_body row = {"multipart/*", RT_BODY_MULTIPART,
	    fields, 0};
	struct rt_str body = {n == 0 ? "" : (const char *)data, n};
	struct rt_str type = rt_str_cut(&body, '\n');

	if (body.p != NULL)
		check_body(&row, type, body);
	return 0;
}
