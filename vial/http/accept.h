/*
 * Accept, Accept-Language, Accept-Encoding, Accept-Charset: what the other side would like.
 *
 * RFC 9110 §12.5. Each item has a quality from 0 to 1; 0 is "not this". The most exact item that
 * fits decides: "text/html;q=0" refuses HTML although everything else is asked for beside it. An
 * accepted "de-AT" takes "de" as well when there is nothing closer.
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct accepted {
    str value;   /* without its quality: "text/html;level=1", "de-AT" */
    int quality; /* in thousandths                                     */
};

enum { ACCEPTED_MAX = 64 }; /* further ones do not count */

struct accept {
    struct accepted list[ACCEPTED_MAX]; /* as they stood */
    size_t count;
};

enum accept_kind { ACCEPT_MEDIA, ACCEPT_LANGUAGE, ACCEPT_OTHER };

void accept_parse(struct accept *accept, str header);

/* 0 to 1000: how much `offer` ("text/html", "de") is liked. */
int accept_quality(const struct accept *accept, enum accept_kind kind, str offer);

/*
 * The offer that is liked best; among equals the one that was named more exactly, then the first.
 * -1 when none is taken at all. With an empty header everything is welcome.
 */
int accept_best(const struct accept *accept, enum accept_kind kind, const str *offers,
                size_t count);

#ifdef __cplusplus
}
#endif
