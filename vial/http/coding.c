/*
 * coding.c - which coding of a body the other side wants
 *
 *   comes in:  Accept-Encoding; a type and a size
 *   goes out:  a coding, or none
 *
 * What the codings do stands in coding_make.c.
 */
#include "vial/http/coding.h"

#include "vial/http/accept.h"

static const struct {
    str name, ending;
    bool here;
} codings[CODINGS] = {
    [CODING_BR] = { { "br", 2 },
                    { ".br", 3 },
#ifdef VIAL_BROTLI
                    true
#endif
    },
    [CODING_ZSTD] = { { "zstd", 4 },
                      { ".zst", 4 },
#ifdef VIAL_ZSTD
                      true
#endif
    },
    [CODING_GZIP] = { { "gzip", 4 },
                      { ".gz", 3 },
#ifdef VIAL_GZIP
                      true
#endif
    },
};

str coding_name(enum coding coding)
{
    return coding < CODINGS ? codings[coding].name : S("identity");
}

str coding_ending(enum coding coding)
{
    return coding < CODINGS ? codings[coding].ending : S("");
}

bool coding_is_here(enum coding coding)
{
    return coding < CODINGS && codings[coding].here;
}

/* A coding has to be asked for; the bytes as they are only if somebody likes them better. */
enum coding coding_choose(const struct request *req)
{
    str header = headers_get(&req->headers, S("Accept-Encoding"));
    struct accept accept;
    enum coding best = CODING_NONE;
    int most = 0;

    if (!str_trim(header).len)
        return CODING_NONE;
    accept_parse(&accept, header);
    if (!accept.count) /* nothing in it that parses */
        return CODING_NONE;
    for (size_t i = 0; i < accept.count; i++)
        if (str_ieq(accept.list[i].value, S("identity")))
            most = accept.list[i].quality;
    for (enum coding coding = 0; coding < CODINGS; coding++) {
        int quality =
            codings[coding].here ? accept_quality(&accept, ACCEPT_OTHER, codings[coding].name) : 0;

        if (quality > most || (quality == most && quality > 0 && best == CODING_NONE)) {
            best = coding;
            most = quality;
        }
    }
    return best;
}

/* ---- what is worth it ---- */

/* Of application/... and their like: those that are text, or bytes with much repeated in them. */
static bool is_packed_well(str type)
{
    static const char *const types[] = { "application/javascript",
                                         "application/json",
                                         "application/xml",
                                         "application/wasm",
                                         "application/rtf",
                                         "application/x-ndjson",
                                         "application/sql",
                                         "application/toml",
                                         "application/yaml",
                                         "application/vnd.ms-fontobject",
                                         "font/ttf",
                                         "font/otf",
                                         "image/bmp",
                                         "image/vnd.microsoft.icon",
                                         "image/x-icon" };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ieq(type, str_of(types[i])))
            return true;
    return false;
}

static bool iends(str s, str with)
{
    return s.len > with.len && str_ieq(str_from(s, s.len - with.len), with);
}

bool coding_suits(str media_type, uint64_t size)
{
    enum { LEAST = 256, MOST = 64 << 20 };
    str rest = media_type, type = str_trim(str_cut(&rest, ';'));

    if (size < LEAST || size > MOST || str_ieq(type, S("text/event-stream")))
        return false;
    return str_istarts(type, S("text/")) || iends(type, S("+xml")) || iends(type, S("+json")) ||
           is_packed_well(type);
}

str coding_tag(str tag, enum coding coding, struct arena *a)
{
    if (coding >= CODINGS || !str_ends(tag, S("\"")))
        return tag;
    return str_fmt(a, "%.*s-%.*s\"", STR(str_slice(tag, 0, tag.len - 1)), STR(coding_name(coding)));
}
