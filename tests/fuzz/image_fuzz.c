/*
 * Any bytes are a picture, or an error: its head says a size, and what is read of it then has that
 * size, or is the same divided where a smaller one would do.
 */
#include "vial/site/image.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SMALL = 1 << 16 };
    str bytes = str_n((const char *)data, size);
    struct image_head head;
    struct image image;
    struct error err = { 0 };

    if (!image_look(&head, bytes, S("fuzz"), &err)) {
        assert(err.sentence.len);
        error_free(&err);
        return 0;
    }
    assert(head.width && head.height && head.orientation >= 1 && head.orientation <= 8);
    if ((uint64_t)head.width * head.height > SMALL)
        return 0;
    if (!image_read(&image, &head, bytes, 4, 4, S("fuzz"), &err)) {
        assert(err.sentence.len && !image.pixels);
        error_free(&err);
        return 0;
    }
    assert(image.width <= head.width && image.height <= head.height);
    assert(image.channels == 3 || image.channels == 4);
    image_free(&image);
    return 0;
}
