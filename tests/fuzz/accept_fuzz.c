/*
 * Any header says how much an offer is liked, from 0 to 1; the best offer is liked, and none of the
 * others is liked more.
 */
#include "vial/http/accept.h"
#include "vial/http/form.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const str offers[] = {
        { "text/html", 9 }, { "application/json;v=1", 20 }, { "de-AT", 5 }, { "*", 1 }, { "", 0 }
    };
    enum { OFFERS = sizeof offers / sizeof *offers };
    struct arena arena = { 0 };
    struct accept accept;
    str header = str_n((const char *)data, size);

    accept_parse(&accept, header);
    for (int kind = ACCEPT_MEDIA; kind <= ACCEPT_OTHER; kind++) {
        int best = accept_best(&accept, (enum accept_kind)kind, offers, OFFERS);

        for (int i = 0; i < OFFERS; i++) {
            int quality = accept_quality(&accept, (enum accept_kind)kind, offers[i]);

            assert(quality >= 0 && quality <= 1000);
            if (best < 0)
                assert(quality == 0);
            else
                assert(quality <= accept_quality(&accept, (enum accept_kind)kind, offers[best]));
        }
    }
    header_value(header);
    header_param(header, S("charset"), &arena);
    arena_free(&arena);
    return 0;
}
