/*
 * Pictures in other sizes: resize_image() and srcset() in templates.
 *
 *     /blog/trip/map.png   in a size, as WebP   /blog/trip/map-600x400.3f9a1c0b2d4e.webp
 *
 * A template learns the address and the size at once, from the head of the file alone; the pixels
 * are only worked on when the address is asked for, by whichever worker that is, and what comes of
 * it is kept in .vial/assets. What an address stands for is written down there as well, so that it
 * is known in the next run; strangers cannot ask for a size that no page does.
 */
#pragma once
#include "vial/site/assets.h"
#include "vial/site/image.h"

enum picture_op { PICTURE_FIT, PICTURE_FILL, PICTURE_SCALE };

struct picture_wish {
    unsigned width, height; /* 0: as the other asks for */
    enum picture_op op;
    enum image_format format; /* IMAGE_NONE: as it is     */
    unsigned quality;         /* 0: the usual one         */
};

struct picture {
    str url; /* encoded */
    unsigned width, height;
    unsigned full_width; /* of the file */
};

/* The picture that a template names: beside the page, in content/, in static/ or assets/. NULL:
 * there is none. */
const struct asset *picture_named(struct visit *v, str name);

/* What `wish` makes of it, in the visit's arena; noted like all that is read. */
bool picture_made(struct visit *v, const struct asset *source, const struct picture_wish *wish,
                  struct picture *picture, struct error *err);

/* ---- pictures_known.c: while the program runs; any thread ---- */

struct pictures *pictures_new(void);
void pictures_delete(struct pictures *pictures);
/* False: it is not known, or the file is another by now. */
bool pictures_find_head(struct pictures *pictures, str file, struct image_head *head,
                        struct digest *digest);
void pictures_keep_head(struct pictures *pictures, str file, const struct file_info *info,
                        const struct image_head *head, const struct digest *digest);
bool pictures_find_order(struct pictures *pictures, str url, str *text, struct arena *a);
bool pictures_keep_order(struct pictures *pictures, str url, str text); /* true: it was known */
/* What was made and could not be kept on disk: some of it, for as long as the program runs. */
bool pictures_find_bytes(struct pictures *pictures, str url, str *bytes, struct arena *a);
void pictures_keep_bytes(struct pictures *pictures, str url, str bytes);
/* Large ones are made one at a time, for the sake of memory. */
void pictures_wait(struct pictures *pictures);
void pictures_go_on(struct pictures *pictures);

/* The response for such an address. NULL: it is none, or `err` says what is wrong. */
vial_res *picture_show(struct visit *v, str address, struct error *err);
