#include <stdlib.h>
#include <sys/queue.h>

#include "runtime/presence.h"
#include "runtime/server.h"
#include "runtime/topic_part.h"
#include "runtime/ws.h"

enum { BUCKETS = 4096 };

/* A topic that a socket has subscribed to. */
struct subscription {
	struct topic *topic;
	struct member *member;
	bool trusted;
	LIST_ENTRY(subscription) of_topic, of_member;
};

/* What is sent when something was missed: most sockets have the same. */
struct notice {
	struct rt_ws_frame *frame;
	unsigned sockets; /* that have it */
	SLIST_ENTRY(notice) next;
	size_t n;
	char text[];
};

/* A socket; lives as long as that. */
struct member {
	struct rt_call *call;
	struct rt_ws *ws;
	bool known; /* whose it is */
	int64_t user;
	struct notice *notice; /* or NULL */
	unsigned n; /* topics */
	LIST_HEAD(, subscription) subscriptions;
	LIST_ENTRY(member) list;
};

/* As long as somebody has subscribed. */
struct topic {
	LIST_HEAD(, subscription) subscriptions;
	LIST_ENTRY(topic) list; /* of its bucket */
	size_t known; /* sockets of which it is known whose they are */
	size_t n;
	char name[];
};

static LIST_HEAD(bucket, topic) buckets[BUCKETS];
static LIST_HEAD(, member) members = LIST_HEAD_INITIALIZER(members);
static SLIST_HEAD(, notice) notices = SLIST_HEAD_INITIALIZER(notices);

/* --- Topics --- */

bool
rt_topic_is_name(struct rt_str s)
{
	if (s.n == 0 || s.n > RT_TOPIC_MAX || !rt_str_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	}
	return true;
}

uint32_t
rt_topic_hash(struct rt_str name)
{
	uint32_t h = 2166136261; /* FNV-1a */

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619;
	return h;
}

static struct bucket *
bucket_of(struct rt_str name)
{
	return &buckets[rt_topic_hash(name) % BUCKETS];
}

static struct rt_str
name_of(const struct topic *t)
{
	return (struct rt_str){t->name, t->n};
}

static struct topic *
find_topic(struct rt_str name)
{
	struct topic *t;

	LIST_FOREACH(t, bucket_of(name), list)
	{
		if (rt_str_eq(name, name_of(t)))
			return t;
	}
	return NULL;
}

/* NULL without memory. */
static struct topic *
topic_of(struct rt_str name)
{
	struct topic *t = find_topic(name);

	if (t != NULL)
		return t;
	t = malloc(sizeof(*t) + name.n);
	if (t == NULL)
		return NULL;
	LIST_INIT(&t->subscriptions);
	t->known = 0;
	t->n = name.n;
	memcpy(t->name, name.p, name.n);
	LIST_INSERT_HEAD(bucket_of(name), t, list);
	return t;
}

static void
settle_topic(struct topic *t)
{
	if (!LIST_EMPTY(&t->subscriptions))
		return;
	LIST_REMOVE(t, list);
	free(t);
}

bool
rt_topic_has_subscribers(struct rt_str name)
{
	return find_topic(name) != NULL;
}

void
rt_topic_each(void (*fn)(struct rt_str topic))
{
	struct topic *t;

	for (size_t i = 0; i < BUCKETS; i++) {
		LIST_FOREACH(t, &buckets[i], list)
		fn(name_of(t));
	}
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t
unique(int64_t *v, size_t n)
{
	size_t kept = 0;

	qsort(v, n, sizeof(*v), by_number);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || v[kept - 1] != v[i])
			v[kept++] = v[i];
	}
	return kept;
}

struct rt_ints
rt_topic_users(struct rt_call *call, struct rt_str topic, size_t max)
{
	struct topic *t = find_topic(topic);
	struct rt_ints users = {NULL, 0};
	struct subscription *s;
	int64_t *v;

	if (t == NULL)
		return users;
	v = rt_arena_array(call->arena, t->known, sizeof(*v));
	LIST_FOREACH(s, &t->subscriptions, of_topic)
	{
		if (s->member->known)
			v[users.n++] = s->member->user;
	}
	users.v = v;
	if (users.n > 0)
		users.n = unique(v, users.n);
	if (users.n > max)
		users.n = max;
	return users;
}

/* --- Notices --- */

static void
drop_notice(struct notice *notice)
{
	if (notice == NULL || --notice->sockets > 0)
		return;
	SLIST_REMOVE(&notices, notice, notice, next);
	rt_ws_frame_free(notice->frame);
	free(notice);
}

static struct notice *
new_notice(struct rt_str text)
{
	struct notice *notice = malloc(sizeof(*notice) + text.n);

	if (notice == NULL)
		return NULL;
	notice->frame = rt_ws_frame(text);
	if (notice->frame == NULL) {
		free(notice);
		return NULL;
	}
	notice->sockets = 0;
	notice->n = text.n;
	memcpy(notice->text, text.p, text.n);
	SLIST_INSERT_HEAD(&notices, notice, next);
	return notice;
}

/* One with this text, for one socket more; NULL without memory. */
static struct notice *
notice_of(struct rt_str text)
{
	struct notice *notice;

	SLIST_FOREACH(notice, &notices, next)
	{
		if (rt_str_eq(text, (struct rt_str){notice->text, notice->n}))
			break;
	}
	if (notice == NULL)
		notice = new_notice(text);
	if (notice != NULL)
		notice->sockets++;
	return notice;
}

/* --- Sockets --- */

static void
end_subscription(struct subscription *s)
{
	LIST_REMOVE(s, of_topic);
	LIST_REMOVE(s, of_member);
	s->member->n--;
	if (s->member->known) {
		s->topic->known--;
		rt_presence_left(name_of(s->topic));
	}
	settle_topic(s->topic);
	free(s);
}

static void
end_member(void *arg)
{
	struct member *m = arg;

	while (!LIST_EMPTY(&m->subscriptions))
		end_subscription(LIST_FIRST(&m->subscriptions));
	drop_notice(m->notice);
	LIST_REMOVE(m, list);
}

/* That of the call's socket; NULL with rt_fail() where it has none. */
static struct member *
member_of(struct rt_call *call)
{
	struct rt_ws *ws = rt_ws_of(call);
	struct member *m;
	void **slot;

	if (ws == NULL) {
		(void)rt_fail(call, "topics: %s has accepted no socket",
		    call->op->id);
		return NULL;
	}
	slot = rt_ws_slot(ws);
	if (*slot != NULL)
		return *slot;
	m = rt_ws_new(ws, sizeof(*m));
	m->call = call;
	m->ws = ws;
	m->known = call->who.scheme != NULL;
	m->user = call->who.id;
	LIST_INIT(&m->subscriptions);
	LIST_INSERT_HEAD(&members, m, list);
	rt_ws_defer(ws, end_member, m);
	*slot = m;
	return m;
}

static struct subscription *
find_subscription(struct member *m, struct rt_str topic)
{
	struct subscription *s;

	LIST_FOREACH(s, &m->subscriptions, of_member)
	{
		if (rt_str_eq(topic, name_of(s->topic)))
			return s;
	}
	return NULL;
}

static struct subscription *
add_subscription(struct member *m, struct rt_str topic)
{
	struct topic *t = topic_of(topic);
	struct subscription *s = malloc(sizeof(*s));

	if (t == NULL || s == NULL) {
		free(s);
		if (t != NULL)
			settle_topic(t);
		return NULL;
	}
	s->topic = t;
	s->member = m;
	s->trusted = false;
	LIST_INSERT_HEAD(&t->subscriptions, s, of_topic);
	LIST_INSERT_HEAD(&m->subscriptions, s, of_member);
	m->n++;
	t->known += m->known;
	return s;
}

enum rt_subscribed
rt_topic_subscribe(struct rt_call *call, struct rt_str topic)
{
	struct member *m = member_of(call);

	if (m == NULL)
		return RT_SUBSCRIBE_FAILED;
	if (!rt_topic_is_name(topic)) {
		(void)rt_fail(call, "topics: a name is no topic's");
		return RT_SUBSCRIBE_FAILED;
	}
	if (find_subscription(m, topic) != NULL)
		return RT_SUBSCRIBE_OK;
	if (m->n >= RT_TOPICS_MAX)
		return RT_SUBSCRIBE_FULL;
	if (add_subscription(m, topic) == NULL) {
		(void)rt_fail_unavailable(call, "topics: no memory");
		return RT_SUBSCRIBE_FAILED;
	}
	if (!rt_topic_bus_hear(call)) {
		rt_topic_unsubscribe(call, topic);
		return RT_SUBSCRIBE_FAILED;
	}
	if (m->known)
		rt_presence_joined(topic);
	return RT_SUBSCRIBE_OK;
}

void
rt_topic_trust(struct rt_call *call, struct rt_str topic)
{
	struct member *m = member_of(call);
	struct subscription *s = m == NULL ? NULL : find_subscription(m, topic);

	if (s != NULL)
		s->trusted = true;
}

void
rt_topic_unsubscribe(struct rt_call *call, struct rt_str topic)
{
	struct member *m = member_of(call);
	struct subscription *s, *next;

	for (s = m == NULL ? NULL : LIST_FIRST(&m->subscriptions); s != NULL;
	     s = next) {
		next = LIST_NEXT(s, of_member);
		if (topic.p == NULL || s == find_subscription(m, topic))
			end_subscription(s);
	}
}

bool
rt_topic_missed(struct rt_call *call, struct rt_str text)
{
	struct member *m = member_of(call);
	struct notice *notice;

	if (m == NULL)
		return false;
	notice = notice_of(text);
	if (notice == NULL)
		return rt_fail_unavailable(call, "topics: no memory");
	drop_notice(m->notice);
	m->notice = notice;
	return true;
}

/* --- Sending --- */

static void
tell_missed(struct member *m)
{
	if (m->n == 0)
		return;
	if (m->notice != NULL)
		(void)rt_ws_push(m->ws, m->notice->frame);
	else
		rt_ws_close(m->call, RT_WS_TRY_LATER,
		    RT_LIT("Messages may have been lost."));
}

/* Of a socket that can't take it the rest may end; of the others nothing. */
void
rt_topic_deliver(struct rt_str topic, struct rt_str text, bool private)
{
	struct topic *t = find_topic(topic);
	struct subscription *s, *next;
	struct rt_ws_frame *frame;

	if (t == NULL)
		return;
	frame = rt_ws_frame(text);
	if (frame == NULL) {
		rt_topic_miss(topic);
		return;
	}
	for (s = LIST_FIRST(&t->subscriptions); s != NULL; s = next) {
		next = LIST_NEXT(s, of_topic);
		if (s->trusted || !private)
			(void)rt_ws_push(s->member->ws, frame);
	}
	rt_ws_frame_free(frame);
}

static void
miss_all(void)
{
	struct member *m, *next;

	for (m = LIST_FIRST(&members); m != NULL; m = next) {
		next = LIST_NEXT(m, list);
		tell_missed(m);
	}
}

void
rt_topic_miss(struct rt_str topic)
{
	struct topic *t;
	struct subscription *s, *next;

	if (topic.p == NULL) {
		miss_all();
		return;
	}
	t = find_topic(topic);
	for (s = t == NULL ? NULL : LIST_FIRST(&t->subscriptions); s != NULL;
	     s = next) {
		next = LIST_NEXT(s, of_topic);
		tell_missed(s->member);
	}
}

/* --- A worker --- */

static bool
has_sockets(const struct rt_api *api)
{
	for (unsigned i = 0; i < api->n_ops; i++) {
		if (api->ops[i]->websocket != NULL)
			return true;
	}
	return false;
}

void
rt_topics_open(struct rt_server *server)
{
	if (server->db != NULL && has_sockets(server->api))
		rt_topic_bus_open(server);
}

void
rt_topics_close(void)
{
	rt_topic_bus_close();
}
