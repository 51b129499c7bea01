/* Bodies that are form-urlencoded. */
#include "tests/fuzz/form_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char type[] = "application/x-www-form-urlencoded";
	static const struct rt_body row = {type, RT_BODY_FORM, fields, 0};

	check_body(&row, RT_LIT("application/x-www-form-urlencoded"),
	    (struct rt_str){n == 0 ? "" : (const char *)data, n});
	return 0;
}
