/*
 * What those who listen are told of a change, by the topics of openapi/realtime.yaml:
 * once the transaction of the call is committed.  Who has changed it is the caller.
 */
#ifndef HANDLERS_REALTIME_H
#define HANDLERS_REALTIME_H

#include "api/model/activity_event.h"
#include "api/model/comment.h"
#include "api/model/list.h"
#include "api/model/list_item.h"
#include "api/model/occasion.h"
#include "api/model/person.h"
#include "handlers/service.h"

/* To list:{id} and, where the list is not private, to person:{id} of whom it is
 * for and to list-items:all. */
bool realtime_list_item(struct rt_call *, enum api_activity_event,
    const struct api_list_item *) RT_WARN_UNUSED;

/* To list:{id} and, where it is not private, to occasion:{id}. */
bool realtime_list(struct rt_call *, enum api_activity_event,
    const struct api_list *) RT_WARN_UNUSED;

/* DELETED, to occasion:{id} alone: the list was for it and seen there, and is
 * not any more. */
bool realtime_list_left(struct rt_call *,
    const struct api_list *before) RT_WARN_UNUSED;

/* To occasion:{id}, and to person:{id}. */
bool realtime_occasion(struct rt_call *, enum api_activity_event,
    const struct api_occasion *) RT_WARN_UNUSED;
bool realtime_person(struct rt_call *, enum api_activity_event,
    const struct api_person *) RT_WARN_UNUSED;

/* COMMENT_ADDED, to comments:{parent_type}:{parent_id}.  Who sees `list` sees it;
 * 0: everybody. */
bool realtime_comment(struct rt_call *, const struct api_comment *,
    int64_t list) RT_WARN_UNUSED;

/* Tells a topic who is there; for rt_server_def. */
rt_presence_fn realtime_presence;

#endif /* HANDLERS_REALTIME_H */
