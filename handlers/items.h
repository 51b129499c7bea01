/* What stands on lists. */
#ifndef HANDLERS_ITEMS_H
#define HANDLERS_ITEMS_H

#include "api/model/list_item_array.h"
#include "handlers/service.h"

/* A page of the items of a list, and one more where another page follows. */
bool load_items(struct rt_call *, int64_t list, const struct page *,
    struct api_list_item_array *) RT_WARN_UNUSED;

#endif /* HANDLERS_ITEMS_H */
