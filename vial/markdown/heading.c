/*
 * heading.c - the ids of headings
 *
 *   comes in:  a heading's text
 *   goes out:  the id that GitHub gives it, so that links written for there work here
 *
 * Letters become small; letters, marks, digits, '_' and its like, and '-' stay, a space becomes
 * '-', and all else goes. A second "setup" on the page is "setup-1".
 */
#include "vial/markdown/heading.h"

#include "vial/base/buf.h"
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include <unictype.h>

/* What an empty id (a heading of signs only) is called instead. */
#define NAMELESS S("section")

static bool stays(uint32_t c)
{
    if (c < 0x80)
        return is_alnum((int)c) || c == '-' || c == '_';
    return uc_is_property(c, UC_PROPERTY_ALPHABETIC) || uc_is_general_category(c, UC_MARK) ||
           uc_is_general_category(c, UC_DECIMAL_DIGIT_NUMBER) ||
           uc_is_general_category(c, UC_CONNECTOR_PUNCTUATION);
}

str heading_slug(struct arena *a, str text)
{
    struct buf slug = buf_in(a);
    str rest = unicode_lower(a, str_trim(text));

    buf_reserve(&slug, rest.len + 1);
    while (rest.len) {
        uint32_t c = utf8_next(&rest);

        if (c == ' ')
            buf_addc(&slug, '-');
        else if (stays(c))
            buf_add_utf8(&slug, c);
    }
    return slug.len ? buf_str(&slug) : NAMELESS;
}

/* What is kept for a slug is the last number given to it, so that a thousand "setup" are quick. */
str heading_unique(struct map *taken, str slug)
{
    struct map_entry *entry = map_find(taken, slug);
    uintptr_t number;
    str id = slug;

    if (!entry) {
        map_put(taken, slug)->data = NULL;
        return slug;
    }
    number = (uintptr_t)entry->data;
    do {
        id = str_fmt(taken->arena, "%.*s-%zu", STR(slug), (size_t)++number);
    } while (map_find(taken, id));
    entry->data = (void *)number;
    map_put(taken, id);
    return id;
}
