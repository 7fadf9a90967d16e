/*
 * pictures_known.c - what is known of pictures while the program runs
 *
 *   comes in:  heads of files, addresses that were given out
 *   goes out:  the same, without a look at the files
 *
 * A head counts while its file's times are as they were. Addresses are never wrong, so they stay.
 */
#include "vial/base/date.h"
#include "vial/site/pictures.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct known_head {
    struct file_info info;
    struct image_head head;
    struct digest digest;
};

struct pictures {
    pthread_mutex_t lock, big;
    struct arena arena;
    struct map heads;  /* struct known_head, by file */
    struct map orders; /* a str, by address          */
    struct map bytes;  /* likewise: of what could not be kept elsewhere */
    size_t size;       /* of these                   */
};

struct pictures *pictures_new(void)
{
    struct pictures *pictures = calloc(1, sizeof *pictures);

    if (!pictures)
        out_of_memory(sizeof *pictures);
    pthread_mutex_init(&pictures->lock, NULL);
    pthread_mutex_init(&pictures->big, NULL);
    pictures->heads = map_in(&pictures->arena);
    pictures->orders = map_in(&pictures->arena);
    pictures->bytes = map_in(&pictures->arena);
    return pictures;
}

void pictures_delete(struct pictures *pictures)
{
    if (!pictures)
        return;
    arena_free(&pictures->arena);
    pthread_mutex_destroy(&pictures->lock);
    pthread_mutex_destroy(&pictures->big);
    free(pictures);
}

bool pictures_find_head(struct pictures *pictures, str file, struct image_head *head,
                        struct digest *digest)
{
    struct file_info now = file_info(file);

    pthread_mutex_lock(&pictures->lock);
    const struct known_head *known = map_get(&pictures->heads, file);
    bool same = known && known->info.size == now.size && known->info.changed == now.changed &&
                known->info.inode == now.inode;
    if (same) {
        *head = known->head;
        *digest = known->digest;
    }
    pthread_mutex_unlock(&pictures->lock);
    return same;
}

void pictures_keep_head(struct pictures *pictures, str file, const struct file_info *info,
                        const struct image_head *head, const struct digest *digest)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (!file_settled(info->changed, (int64_t)now.tv_sec * 1000000000 + now.tv_nsec))
        return;
    pthread_mutex_lock(&pictures->lock);
    struct map_entry *entry = map_find(&pictures->heads, file);
    if (!entry) {
        entry = map_put(&pictures->heads, str_copy(&pictures->arena, file));
        entry->data = arena_make(&pictures->arena, struct known_head);
    }
    *(struct known_head *)entry->data = (struct known_head){ *info, *head, *digest };
    pthread_mutex_unlock(&pictures->lock);
}

bool pictures_find_order(struct pictures *pictures, str url, str *text, struct arena *a)
{
    pthread_mutex_lock(&pictures->lock);
    const str *known = map_get(&pictures->orders, url);
    if (known)
        *text = str_copy(a, *known);
    pthread_mutex_unlock(&pictures->lock);
    return known != NULL;
}

bool pictures_keep_order(struct pictures *pictures, str url, str text)
{
    pthread_mutex_lock(&pictures->lock);
    bool known = map_find(&pictures->orders, url) != NULL;
    if (!known) {
        str *kept = arena_make(&pictures->arena, str);

        *kept = str_copy(&pictures->arena, text);
        map_put(&pictures->orders, str_copy(&pictures->arena, url))->data = kept;
    }
    pthread_mutex_unlock(&pictures->lock);
    return known;
}

bool pictures_find_bytes(struct pictures *pictures, str url, str *bytes, struct arena *a)
{
    pthread_mutex_lock(&pictures->lock);
    const str *known = map_get(&pictures->bytes, url);
    if (known)
        *bytes = str_copy(a, *known);
    pthread_mutex_unlock(&pictures->lock);
    return known != NULL;
}

void pictures_keep_bytes(struct pictures *pictures, str url, str bytes)
{
    enum { MOST = 64 << 20 };

    pthread_mutex_lock(&pictures->lock);
    if (pictures->size + bytes.len <= MOST && !map_find(&pictures->bytes, url)) {
        str *kept = arena_make(&pictures->arena, str);

        *kept = str_copy(&pictures->arena, bytes);
        map_put(&pictures->bytes, str_copy(&pictures->arena, url))->data = kept;
        pictures->size += bytes.len;
    }
    pthread_mutex_unlock(&pictures->lock);
}

void pictures_wait(struct pictures *pictures)
{
    pthread_mutex_lock(&pictures->big);
}

void pictures_go_on(struct pictures *pictures)
{
    pthread_mutex_unlock(&pictures->big);
}
