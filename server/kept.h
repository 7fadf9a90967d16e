/*
 * What may be kept of an answer, and for whom: the judgement, apart from the keeping.
 */
#pragma once
#include "server/cache.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parts of a request that an answer may differ by, in bits. */
enum varies {
    VARIES_QUERY = 1,
    VARIES_HOST = 2, /* and scheme */
    VARIES_METHOD = 4,
    VARIES_ACCEPT = 8,
    VARIES_LANGUAGE = 16,
    VARIES_SECOND = 32, /* it tells the time: the same for as long as that is */
};

struct judgement {
    unsigned varies;
    bool never; /* it is one person's own, or nobody knows what it read */
};

struct judgement kept_judge(const struct response *res);

/*
 * Appends to the path in `key` what the answer differs by; false when that takes more than `most`
 * bytes.
 */
bool kept_key(char *key, size_t *len, size_t most, unsigned varies, const struct request *req);

/* A copy with one holder. */
struct kept *kept_of(const struct response *res);
struct kept *kept_of_text(str text);
void kept_hold(struct kept *kept);

#ifdef __cplusplus
}
#endif
