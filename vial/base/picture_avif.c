/*
 * picture_avif.c - the size of an AVIF
 *
 *   comes in:  boxes in boxes, each a length and a name of four letters
 *   goes out:  width and height as it is shown
 *
 * A file holds several items (the picture, its transparency, a thumbnail). The one that is shown is
 * named by `pitm`; `ipma` says which of the properties in `ipco` are its own: `ispe` the size,
 * `irot` that it is turned. One that is cut out of a larger one (`clap`) is not measured.
 */
#include "vial/base/picture_inside.h"

enum { BOXES = 1024, PROPERTIES = 1024 };

struct box {
    uint64_t begin, end; /* of what is in it */
    unsigned char name[4];
};

struct avif {
    const struct picture_bytes *from;
    uint32_t primary;
    bool has_primary;
    struct box properties;
    struct picture_size size;
    bool sized, turned, cut;
};

typedef bool box_fn(struct avif *avif, const struct box *box);

static bool is_named(const struct box *box, const char *name)
{
    return !memcmp(box->name, name, 4);
}

static bool take_box(const struct picture_bytes *from, uint64_t at, uint64_t end, struct box *box)
{
    unsigned char head[16];

    if (at + 8 > end || !picture_take(from, at, head, 8))
        return false;
    uint64_t len = big(head, 4), taken = 8;
    memcpy(box->name, head + 4, 4);
    if (len == 1) {
        if (!picture_take(from, at + 8, head + 8, 8))
            return false;
        len = (uint64_t)big(head + 8, 4) << 32 | big(head + 12, 4);
        taken = 16;
    } else if (len == 0) {
        len = end - at;
    }
    if (len < taken || len > end - at)
        return false;
    box->begin = at + taken;
    box->end = at + len;
    return true;
}

/* Those in `outer` from `skip` on; false as soon as one is not what it should be. */
static bool each_box(struct avif *avif, const struct box *outer, uint64_t skip, box_fn *fn)
{
    uint64_t at = outer->begin + skip;
    struct box box;

    for (unsigned i = 0; i < BOXES && at < outer->end; i++, at = box.end)
        if (!take_box(avif->from, at, outer->end, &box) || !fn(avif, &box))
            return false;
    return true;
}

static bool property(struct avif *avif, uint32_t wanted)
{
    uint64_t at = avif->properties.begin;
    unsigned char data[12];
    struct box box;

    for (uint32_t i = 1; i <= wanted; i++, at = box.end)
        if (!take_box(avif->from, at, avif->properties.end, &box))
            return false;
    if (is_named(&box, "ispe")) {
        if (box.end - box.begin < 12 || !picture_take(avif->from, box.begin, data, 12))
            return false;
        avif->sized = picture_is(&avif->size, big(data + 4, 4), big(data + 8, 4));
    } else if (is_named(&box, "irot") && picture_take(avif->from, box.begin, data, 1)) {
        avif->turned = data[0] & 1; /* by a quarter, or by three */
    }
    avif->cut = avif->cut || is_named(&box, "clap");
    return true;
}

/* Which properties each item has; only those of the primary one matter. */
static bool associations(struct avif *avif, const struct box *box)
{
    unsigned char data[8];
    uint64_t at = box->begin;

    if (!picture_take(avif->from, at, data, 8))
        return false;
    size_t id_len = data[0] ? 4 : 2, each = data[3] & 1 ? 2 : 1;
    uint32_t count = big(data + 4, 4);
    at += 8;
    for (uint32_t i = 0; i < count && i < PROPERTIES && at + id_len + 1 <= box->end; i++) {
        if (!picture_take(avif->from, at, data, id_len + 1))
            return false;
        bool wanted = big(data, id_len) == avif->primary;
        uint32_t listed = data[id_len];
        at += id_len + 1;
        for (uint32_t n = 0; wanted && n < listed; n++) {
            if (!picture_take(avif->from, at + n * each, data, each))
                return false;
            uint32_t index = big(data, each) & (each == 2 ? 0x7fff : 0x7f);
            if (index > PROPERTIES || (index && !property(avif, index)))
                return false;
        }
        if (wanted) /* it stands there once: again and again would be again and again for us */
            return true;
        at += (uint64_t)listed * each;
    }
    return true;
}

static bool find_properties(struct avif *avif, const struct box *box)
{
    if (is_named(box, "ipco"))
        avif->properties = *box;
    return true;
}

static bool read_associations(struct avif *avif, const struct box *box)
{
    return !is_named(box, "ipma") || associations(avif, box);
}

static bool find_primary(struct avif *avif, const struct box *box)
{
    unsigned char data[8];
    size_t len;

    if (!is_named(box, "pitm"))
        return true;
    if (!picture_take(avif->from, box->begin, data, 4))
        return false;
    len = data[0] ? 4 : 2;
    avif->has_primary = picture_take(avif->from, box->begin + 4, data, len);
    avif->primary = big(data, len);
    return avif->has_primary;
}

static bool read_properties(struct avif *avif, const struct box *box)
{
    return !is_named(box, "iprp") ||
           (each_box(avif, box, 0, find_properties) && each_box(avif, box, 0, read_associations));
}

static bool read_meta(struct avif *avif, const struct box *box)
{
    return !is_named(box, "meta") || (each_box(avif, box, 4, find_primary) && avif->has_primary &&
                                      each_box(avif, box, 4, read_properties));
}

/* "avif", or "avis" that moves, among the brands; a HEIC is no picture to most browsers. */
static bool is_avif(const struct picture_bytes *from)
{
    struct box box;
    char brand[4];

    if (!take_box(from, 0, from->size, &box))
        return false;
    for (uint64_t at = box.begin; at + 4 <= box.end && at < box.begin + 256; at += 4)
        if (picture_take(from, at, brand, 4) &&
            (!memcmp(brand, "avif", 4) || !memcmp(brand, "avis", 4)))
            return true;
    return false;
}

bool picture_avif(struct picture_size *size, const struct picture_bytes *from)
{
    struct box file = { .begin = 0, .end = from->size };
    struct avif avif = { .from = from };

    if (!is_avif(from))
        return false;
    each_box(&avif, &file, 0, read_meta); /* the data behind it may be cut off */
    if (!avif.sized || avif.cut)
        return false;
    if (avif.turned)
        return picture_is(size, avif.size.height, avif.size.width);
    *size = avif.size;
    return true;
}
