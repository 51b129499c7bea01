/* The plan of x-websocket: the messages both ways, and their functions. */
#include "gen/plan_op.h"

/* --- Types --- */

static void
use(struct plan *p, const struct schema *s, size_t index, const char *part,
    unsigned uses)
{
	if (s != NULL)
		plan_use(p,
		    plan_media_type(p, s, &p->spec->ops[index],
			p->op_names[index], rt_str(part), true),
		    uses);
}

void
plan_websocket_types(struct plan *p, size_t index)
{
	const struct spec_websocket *ws = p->spec->ops[index].websocket;

	if (ws == NULL)
		return;
	use(p, ws->receive, index, "receive", plan_input_uses(p));
	use(p, ws->send, index, "send", PLAN_CHECK | PLAN_WRITE);
}

/* --- Functions --- */

static void
set_function(struct plan *p, struct value *v, size_t index, const char *verb)
{
	value_set_printf(v, verb, "api_%.*s",
	    RT_FMT(name_claim(p->object_names,
		rt_arena_printf(p->arena, "%.*s_%s", RT_FMT(p->op_names[index]),
		    verb))));
}

/* Of the type that values of the schema have in C. */
static const struct plan_type *
needed_type(struct plan *p, const struct schema *s)
{
	const struct plan_type *t = p->types[s->id];

	plan_need_value(p, t);
	plan_need_functions(p, t);
	return t;
}

static void
set_receive(struct plan *p, struct value *v, size_t index,
    const struct schema *s)
{
	const struct plan_type *t;

	if (s == NULL) {
		value_set_cstr(v, "receive", "");
		value_set_cstr(v, "receive_check", "NULL");
		return;
	}
	t = needed_type(p, s);
	set_function(p, v, index, "receive");
	value_set_text(v, "receive_check", plan_check_name(p, s));
	value_set_printf(v, "received", "%.*s*message",
	    RT_FMT(plan_decl(p, t)));
	value_set_text(v, "read",
	    plan_read(p, t, &plan_in_call, RT_LIT("*message"), "v"));
}

static void
set_send(struct plan *p, struct value *v, size_t index, const struct schema *s)
{
	const struct plan_type *t;
	bool pointer;

	if (s == NULL) {
		value_set_cstr(v, "send", "");
		value_set_cstr(v, "send_check", "NULL");
		return;
	}
	t = needed_type(p, s);
	pointer = plan_by_address(t);
	set_function(p, v, index, "send");
	set_function(p, v, index, "publish");
	set_function(p, v, index, "publish_private");
	set_function(p, v, index, "missed");
	value_set_text(v, "send_check", plan_check_name(p, s));
	value_set_printf(v, "sent",
	    pointer ? "const %.*s*message" : "%.*smessage",
	    RT_FMT(plan_decl(p, t)));
	value_set_text(v, "write",
	    plan_write(p, t, pointer ? RT_LIT("*message") : RT_LIT("message")));
	if (!spec_sends_problems(p->spec, p->spec->ops[index].websocket))
		value_set_cstr(v, "refuse", "");
	else
		set_function(p, v, index, "refuse");
}

static struct value *
protocols_value(struct plan *p, const struct spec_websocket *ws)
{
	struct value *list = value_list(p->arena);

	for (size_t i = 0; i < ws->n_protocols; i++)
		value_add(list, value_text(p->arena, ws->protocols[i]));
	return list;
}

void
plan_set_websocket(struct plan *p, struct value *v, size_t index)
{
	const struct spec_websocket *ws = p->spec->ops[index].websocket;
	struct value *out = value_map(p->arena);

	if (ws == NULL) {
		value_set_cstr(v, "websocket", "");
		return;
	}
	value_set_int(out, "message_max", ws->message_max);
	value_set_int(out, "unauthorized", ws->unauthorized);
	value_set(out, "protocols", protocols_value(p, ws));
	set_receive(p, out, index, ws->receive);
	set_send(p, out, index, ws->send);
	value_set(v, "websocket", out);
}
