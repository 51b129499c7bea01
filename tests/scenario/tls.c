/* The handlers of tls.yaml: they tell who is there.  Its clients are in tls.js. */
#include <unistd.h>

#include "api/api.h"
#include "api/default_.h"

/* Whoever has a certificate that was verified. */
enum rt_auth
auth_certificate(struct rt_call *call, const struct rt_credential *credential,
    const char *const *scopes, struct rt_principal *who)
{
	(void)call, (void)credential, (void)scopes;
	who->id = 1;
	return RT_AUTH_OK;
}

static struct api_met_response
met(struct rt_call *call)
{
	struct rt_str der = call->req.certificate;
	struct api_met_response answer = {.process = getpid()};

	if (der.p != NULL) {
		answer.has_fingerprint = true;
		answer.fingerprint = rt_sha256_hex(call->arena, der);
	}
	return answer;
}

bool
handle_open(struct rt_call *call, struct api_open_out *out)
{
	struct api_met_response answer = met(call);

	return api_open_200(out, &answer);
}

bool
handle_member(struct rt_call *call, struct api_member_out *out)
{
	struct api_met_response answer = met(call);

	return api_member_200(out, &answer);
}

bool
handle_either(struct rt_call *call, struct api_either_out *out)
{
	struct api_met_response answer = met(call);

	return api_either_200(out, &answer);
}

bool
handle_file(struct rt_call *call, struct api_file_out *out)
{
	struct rt_open_file *file;

	if (!rt_file_open(call, rt_setting_text("TLS_FILES"), RT_LIT("file"),
		&file))
		return false;
	return file == NULL ? api_file_404(out) : api_file_200_file(out, file);
}

bool
handle_digest(struct rt_call *call, const struct api_digest_in *in,
    struct api_digest_out *out)
{
	return api_digest_200(out, rt_sha256_hex(call->arena, in->body));
}

bool
handle_ticks(struct rt_call *call, const struct api_ticks_in *in,
    struct api_ticks_out *out)
{
	if (!api_ticks_200_begin(call, out))
		return false;
	for (int64_t i = 0; i < in->n; i++) {
		if (!api_ticks_200_send(call, i))
			return false;
	}
	return true;
}

static const struct rt_setting settings[] = {
    {.name = "TLS_FILES",
	.type = RT_SETTING_TEXT,
	.help = "The directory of the file."},
    {.name = NULL},
};

const struct rt_server_def rt_server_def = {
    .api = &api,
    .settings = settings,
};
