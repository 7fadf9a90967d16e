/*
 * accept.c - what the other side would like
 *
 *   comes in:  "text/html;q=0.8, application/json", and what we could send
 *   goes out:  the best of it
 */
#include "vial/http/accept.h"

enum { BEST = 1000 };

/* "0.85" in thousandths; what is no quality is -1: the item does not count. */
static int quality_of(str s)
{
    double number;

    if (!str_float(s, &number) || !(number >= 0))
        return -1;
    return number >= 1 ? BEST : (int)(number * BEST + 0.5);
}

/* Takes ";q=0.5" and what stands behind it off the item. */
static int take_quality(str *item)
{
    str rest = *item;
    size_t at = str_cut(&rest, ';').len;

    while (rest.len) {
        str param = str_cut(&rest, ';'), value = param;

        if (str_ieq(str_trim(str_cut(&value, '=')), S("q"))) {
            *item = str_trim(str_slice(*item, 0, at));
            return quality_of(str_trim(value));
        }
        at += param.len + 1;
    }
    return BEST;
}

void accept_parse(struct accept *accept, str header)
{
    accept->count = 0;
    while (header.len && accept->count < ACCEPTED_MAX) {
        str item = str_trim(str_cut(&header, ','));
        int quality = item.len ? take_quality(&item) : -1;

        if (quality >= 0 && item.len)
            accept->list[accept->count++] = (struct accepted){ item, quality };
    }
}

/* ---- does an item mean the offer, and how exactly? 0: it does not ---- */

static str without_parameters(str media)
{
    return str_trim(str_cut(&media, ';'));
}

static int fits_media(str item, str offer)
{
    str type = without_parameters(item), offered = without_parameters(offer);

    if (str_eq(type, S("*/*")) || str_eq(type, S("*")))
        return 1;
    if (str_ends(type, S("/*")))
        return str_istarts(offered, str_slice(type, 0, type.len - 1)) ? 2 : 0;
    if (!str_ieq(type, offered))
        return 0;
    if (str_ieq(item, offer))
        return 4;
    return type.len == item.len ? 3 : 0; /* parameters that were asked for and are not offered */
}

static bool begins_with_tag(str longer, str tag)
{
    return longer.len > tag.len && str_istarts(longer, tag) &&
           (longer.p[tag.len] == '-' || longer.p[tag.len] == '_');
}

static int fits_language(str item, str offer)
{
    if (str_eq(item, S("*")))
        return 1;
    if (str_ieq(item, offer))
        return 4;
    return begins_with_tag(offer, item) ? 3 : begins_with_tag(item, offer) ? 2 : 0;
}

static int fits(enum accept_kind kind, str item, str offer)
{
    switch (kind) {
    case ACCEPT_MEDIA:
        return fits_media(item, offer);
    case ACCEPT_LANGUAGE:
        return fits_language(item, offer);
    case ACCEPT_OTHER:
        return str_ieq(item, offer) ? 2 : str_eq(item, S("*"));
    }
    return 0;
}

static int quality_and_exactness(const struct accept *accept, enum accept_kind kind, str offer,
                                 int *exact)
{
    int quality = 0;

    *exact = 0;
    for (size_t i = 0; i < accept->count; i++) {
        int this = fits(kind, accept->list[i].value, offer);

        if (this > *exact) {
            *exact = this;
            quality = accept->list[i].quality;
        }
    }
    return quality;
}

int accept_quality(const struct accept *accept, enum accept_kind kind, str offer)
{
    int exact;

    return accept->count ? quality_and_exactness(accept, kind, offer, &exact) : BEST;
}

int accept_best(const struct accept *accept, enum accept_kind kind, const str *offers, size_t count)
{
    int best = -1, best_quality = 0, best_exact = 0;

    if (!accept->count)
        return count ? 0 : -1;
    for (size_t i = 0; i < count; i++) {
        int exact, quality = quality_and_exactness(accept, kind, offers[i], &exact);

        if (!quality || quality < best_quality || (quality == best_quality && exact <= best_exact))
            continue;
        best = (int)i;
        best_quality = quality;
        best_exact = exact;
    }
    return best;
}
