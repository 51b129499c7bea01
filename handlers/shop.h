/* The pages of shops. */
#ifndef HANDLERS_SHOP_H
#define HANDLERS_SHOP_H

#include "api/model/parse_error.h"
#include "api/model/parse_status.h"
#include "handlers/product.h"
#include "runtime/rt.h"

/* What has come of reading a page. */
struct shop_page {
	enum api_parse_status status;
	enum api_parse_error error; /* where it has failed */
	struct product product; /* has always a name */
};

/*
 * Reads the page at a URL, while the call is suspended, and a thread looks at
 * it: at most five seconds, 2 MiB and three redirects, from public addresses
 * only (runtime/http_client.h).  False where the call has failed.
 */
bool shop_ask(struct rt_call *, struct rt_str url,
    struct shop_page *) RT_WARN_UNUSED;

#endif /* HANDLERS_SHOP_H */
