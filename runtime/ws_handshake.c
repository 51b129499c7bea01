#include "runtime/ws_handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "runtime/accept.h"
#include "runtime/format.h"
#include "runtime/media.h"
#include "runtime/server.h"
#include "runtime/ws.h"

enum { KEY_BYTES = 16, KEY_TEXT = 24 };

static bool
refuse(struct rt_ws_refusal *r, const struct rt_code *code, const char *why)
{
	*r = (struct rt_ws_refusal){code, why};
	return false;
}

/* --- What the headers say --- */

static bool
list_has(struct rt_str list, const char *word)
{
	while (list.p != NULL) {
		if (rt_str_is_nocase(rt_str_trim(rt_str_cut(&list, ',')), word))
			return true;
	}
	return false;
}

/* Whether another protocol is asked for, which HTTP/1.0 can't (RFC 9110, section
 * 7.8). */
static bool
asks(struct rt_call *call)
{
	return call->req.method == RT_GET && !call->req.old &&
	    list_has(rt_accept_list(call, RT_LIT("Upgrade")), "websocket") &&
	    list_has(rt_accept_list(call, RT_LIT("Connection")), "upgrade");
}

static bool
has_version(const struct rt_call *call)
{
	struct rt_str name = RT_LIT("Sec-WebSocket-Version");

	return rt_request_count(call, name) == 1 &&
	    rt_str_is(rt_request_get(call, name), "13");
}

/* 16 bytes in base64; which ones is of no matter. */
static bool
find_key(struct rt_call *call, struct rt_str *key)
{
	struct rt_str name = RT_LIT("Sec-WebSocket-Key"), bytes;

	*key = rt_request_get(call, name);
	return rt_request_count(call, name) == 1 && key->n == KEY_TEXT &&
	    rt_base64_parse(call->arena, *key, &bytes) && bytes.n == KEY_BYTES;
}

/* Section 4.2.2, step 5.4. */
static void
make_accept(char accept[RT_WS_ACCEPT_TEXT + 1], struct rt_str key)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char hash[SHA_DIGEST_LENGTH];
	char text[KEY_TEXT + sizeof(guid) - 1];

	memcpy(text, key.p, KEY_TEXT);
	memcpy(text + KEY_TEXT, guid, sizeof(guid) - 1);
	SHA1((const unsigned char *)text, sizeof(text), hash);
	(void)EVP_EncodeBlock((unsigned char *)accept, hash, sizeof(hash));
}

static bool
is_ours(const char *const *protocols, struct rt_str name)
{
	for (; protocols != NULL && *protocols != NULL; protocols++) {
		if (rt_str_is(name, *protocols))
			return true;
	}
	return false;
}

/* The first that the client likes and the operation has; none will do as well.
 * False where the list is malformed (section 4.1, 10). */
static bool
choose_protocol(struct rt_call *call, struct rt_str *chosen)
{
	struct rt_str list =
	    rt_accept_list(call, RT_LIT("Sec-WebSocket-Protocol"));

	*chosen = (struct rt_str){NULL, 0};
	while (list.p != NULL) {
		struct rt_str name = rt_str_trim(rt_str_cut(&list, ','));

		if (name.n > 0 && !rt_is_token(name))
			return false;
		if (chosen->p == NULL &&
		    is_ours(call->op->websocket->protocols, name))
			*chosen = name;
	}
	return true;
}

static bool
agree(struct rt_call *call, struct rt_ws_deflate *d)
{
	if (!rt_ws_deflate_agree(
		rt_accept_list(call, RT_LIT("Sec-WebSocket-Extensions")), d))
		return false;
	d->agreed = d->agreed && call->server->gzip_level > 0;
	return true;
}

/* --- The handshake --- */

bool
rt_ws_handshake_read(struct rt_call *call, struct rt_ws_handshake *h,
    struct rt_ws_refusal *r)
{
	const struct rt_code *bad = &rt_code_bad_request;
	struct rt_str key;

	if (!asks(call))
		return refuse(r, &rt_code_upgrade,
		    "There is a WebSocket at this path: GET with Upgrade.");
	if (!has_version(call))
		return refuse(r, &rt_code_upgrade,
		    "The only version of WebSocket is 13.");
	if (!find_key(call, &key))
		return refuse(r, bad, "The Sec-WebSocket-Key is malformed.");
	if (!choose_protocol(call, &h->protocol))
		return refuse(r, bad,
		    "The Sec-WebSocket-Protocol is malformed.");
	if (!agree(call, &h->deflate))
		return refuse(r, bad,
		    "The Sec-WebSocket-Extensions is malformed.");
	make_accept(h->accept, key);
	return true;
}

bool
rt_ws_handshake_admit(struct rt_call *call)
{
	struct rt_ws_handshake h;
	struct rt_ws_refusal r;
	struct rt_problem p;

	if (rt_ws_handshake_read(call, &h, &r))
		return true;
	p = (struct rt_problem){.code = r.code, .detail = rt_str(r.why)};
	rt_reply_problem(call, r.code->status, &p);
	if (r.code->status != rt_code_upgrade.status)
		return false;
	rt_header(call, "Upgrade", RT_LIT("websocket"));
	rt_header(call, "Sec-WebSocket-Version", RT_LIT("13"));
	return false;
}

void
rt_ws_handshake_answer(struct rt_call *call, const struct rt_ws_handshake *h)
{
	char text[RT_WS_DEFLATE_TEXT];

	rt_reply_empty(call, 101);
	rt_header(call, "Upgrade", RT_LIT("websocket"));
	rt_header(call, "Sec-WebSocket-Accept", rt_str(h->accept));
	if (h->protocol.p != NULL)
		rt_header(call, "Sec-WebSocket-Protocol", h->protocol);
	if (h->deflate.agreed)
		rt_header(call, "Sec-WebSocket-Extensions",
		    rt_ws_deflate_text(text, &h->deflate));
}
