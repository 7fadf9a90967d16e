/*
 * Spools: a request's body while it arrives. In memory while it is small; what is larger goes to a
 * file without a name and is mapped when it is whole, so that whoever reads it has one slice either
 * way, and a gigabyte of upload costs pages of the disk's cache and no memory of ours.
 *
 *     struct spool spool = { .memory = 256 << 10, .arena = a };
 *     while (more)
 *         spool_add(&spool, piece);
 *     spool_end(&spool, &body);
 *     ...
 *     spool_close(&spool);
 */
#pragma once
#include "vial/base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

struct spool {
    size_t memory; /* up to so many bytes stay in memory */
    struct arena *arena;
    struct buf text;
    int fd;        /* of the file, above 0; else there is none */
    uint64_t size; /* of the file                              */
    void *mapped;
};

bool spool_add(struct spool *spool, str piece); /* false: the disk did not take it       */
bool spool_end(struct spool *spool, str *body); /* `body` is good until spool_close()      */
void spool_close(struct spool *spool);          /* all zero, or closed already, is fine   */

#ifdef __cplusplus
}
#endif
