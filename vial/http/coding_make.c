/*
 * coding_make.c - bytes, coded
 *
 *   comes in:  text and a coding
 *   goes out:  the coded bytes, if there are fewer of them
 *
 * The same text gives the same bytes each time: no date and no name go in, and one thread makes it.
 */
#include "vial/http/coding.h"

#ifdef VIAL_GZIP
#include <zlib.h>
#endif
#ifdef VIAL_BROTLI
#include <brotli/encode.h>
#endif
#ifdef VIAL_ZSTD
#include <zstd.h>
#endif

/* Each makes at most `room` bytes of `text`, and says how many; 0: it does not fit, or fails. */
typedef size_t maker(char *into, size_t room, str text, bool lasting);

#ifdef VIAL_GZIP
static size_t make_gzip(char *into, size_t room, str text, bool lasting)
{
    enum { GZIP = 16 + MAX_WBITS, MEMORY = 8, NOW = 6, BEST = 9 };
    z_stream z = { .next_in = (Bytef *)text.p,
                   .avail_in = (uInt)text.len,
                   .next_out = (Bytef *)into,
                   .avail_out = (uInt)room };

    if (text.len > UINT32_MAX || room > UINT32_MAX ||
        deflateInit2(&z, lasting ? BEST : NOW, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) !=
            Z_OK)
        return 0;
    bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
    deflateEnd(&z);
    return whole ? room - z.avail_out : 0;
}
#endif

#ifdef VIAL_BROTLI
static size_t make_br(char *into, size_t room, str text, bool lasting)
{
    enum { NOW = 5 };
    size_t size = room;
    bool made = BrotliEncoderCompress(lasting ? BROTLI_MAX_QUALITY : NOW, BROTLI_DEFAULT_WINDOW,
                                      BROTLI_MODE_TEXT, text.len, (const uint8_t *)text.p, &size,
                                      (uint8_t *)into);

    return made ? size : 0;
}
#endif

#ifdef VIAL_ZSTD
/* RFC 8878 §3.1.1.1.2: readers of the web need not take windows above 8 MiB. */
static size_t make_zstd(char *into, size_t room, str text, bool lasting)
{
    enum { NOW = 6, BEST = 19, WINDOW_LOG = 23 };
    ZSTD_CCtx *context = ZSTD_createCCtx();

    if (!context)
        return 0;
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, lasting ? BEST : NOW);
    if (text.len > (size_t)1 << WINDOW_LOG)
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, WINDOW_LOG);
    size_t size = ZSTD_compress2(context, into, room, text.p, text.len);
    ZSTD_freeCCtx(context);
    return ZSTD_isError(size) ? 0 : size;
}
#endif

static maker *const makers[CODINGS] = {
#ifdef VIAL_BROTLI
    [CODING_BR] = make_br,
#endif
#ifdef VIAL_ZSTD
    [CODING_ZSTD] = make_zstd,
#endif
#ifdef VIAL_GZIP
    [CODING_GZIP] = make_gzip,
#endif
};

bool coding_make(struct buf *out, enum coding coding, enum coding_effort effort, str text)
{
    enum { SLACK = 1024 }; /* some encoders give up early when room is short */

    if (coding >= CODINGS || !makers[coding] || !text.len)
        return false;
    buf_reserve(out, text.len + SLACK);
    size_t size =
        makers[coding](out->p + out->len, text.len + SLACK, text, effort == CODING_LASTING);
    if (!size || size >= text.len)
        return false;
    out->len += size;
    return true;
}
