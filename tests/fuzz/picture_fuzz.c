/*
 * Any bytes are a picture with a size, or none: no more of them are read than there are, and what
 * is known of a picture is not unlearnt when bytes follow it (but of an AVIF, an SVG: there the
 * end of what holds others matters).
 */
#include "vial/base/arena.h"
#include "vial/base/picture.h"
#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    str bytes = str_n((const char *)data, size);
    struct picture_size first = { 0 }, again = { 0 };
    bool known = picture_size(&first, bytes);
    unsigned orientation = picture_orientation(bytes);

    assert(!known || (first.width && first.height && first.width <= PICTURE_LARGEST &&
                      first.height <= PICTURE_LARGEST));
    assert(orientation >= 1 && orientation <= 8);
    if (known && (str_starts(bytes, S("\xff\xd8")) || str_starts(bytes, S("\x89PNG")) ||
                  str_starts(bytes, S("GIF")) || str_starts(bytes, S("RIFF")))) {
        assert(picture_size(&again, str_join(&a, (str[]){ bytes, S("more") }, 2, S(""))));
        assert(again.width == first.width && again.height == first.height);
    }
    arena_free(&a);
    return 0;
}
