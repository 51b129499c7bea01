/* The handlers of openapi.yaml: they tell what the server has understood. */
#include "api/api.h"
#include "api/default_.h"

static struct api_echo
echo_of(const struct rt_call *call, bool has_body, struct rt_str body)
{
	return (struct api_echo){
	    .method = call->req.method_text,
	    .path = call->req.path,
	    .has_query = call->req.query.p != NULL,
	    .query = call->req.query,
	    .body = has_body ? body : RT_LIT(""),
	};
}

bool
handle_bodiless(struct rt_call *call, struct api_bodiless_out *out)
{
	struct api_echo echo = echo_of(call, false, RT_LIT(""));

	return api_bodiless_200(out, &echo);
}

#define HANDLE(name) \
	bool handle_##name(struct rt_call *call, \
	    const struct api_##name##_in *in, struct api_##name##_out *out) \
	{ \
		struct api_echo echo = echo_of(call, in->has_body, in->body); \
\
		return api_##name##_200(out, &echo); \
	}

HANDLE(get)
HANDLE(put)
HANDLE(post)
HANDLE(delete)
HANDLE(query)
HANDLE(brew)

const struct rt_server_def rt_server_def = {.api = &api};
