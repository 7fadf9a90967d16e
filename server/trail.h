/*
 * A trail: the names that were looked for in a folder to answer a request, and what was found, so
 * that it can be told later whether the same search would end the same.
 */
#pragma once
#include "server/stock.h"

#ifdef __cplusplus
extern "C" {
#endif

struct trail;

struct trail *trail_new(struct stock *stock, int folder);
void trail_free(struct trail *trail);

/* NULL notes nothing. */
void trail_found(struct trail *trail, struct stocked *file);
void trail_lacks(struct trail *trail, str name);
void trail_lose(struct trail *trail); /* something was found that is not in stock: never the same */

/* Whether all is as it was, for a request of that `moment`. */
bool trail_is_same(struct trail *trail, int64_t moment);

#ifdef __cplusplus
}
#endif
