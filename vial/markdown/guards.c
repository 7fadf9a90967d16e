/*
 * guards.c - what stands between cmark-gfm and texts that were made to hurt it
 *
 *   comes in:  calls of cmark's own functions, sent here by the linker (--wrap, see meson.build)
 *   goes out:  the same answers, sooner; or the same answers with memory that is safe to read
 */
#include "vial/markdown/parsing.h"
#include <cmark-gfm/houdini.h>
#include <cmark-gfm/inlines.h>

void __real_cmark_parse_inlines(cmark_parser *parser, cmark_node *block, cmark_map *references,
                                int options);
void __wrap_cmark_parse_inlines(cmark_parser *parser, cmark_node *block, cmark_map *references,
                                int options);
bufsize_t __real_houdini_unescape_ent(cmark_strbuf *out, const uint8_t *text, bufsize_t size);
bufsize_t __wrap_houdini_unescape_ent(cmark_strbuf *out, const uint8_t *text, bufsize_t size);

/* So that an error can name the block's line. */
void __wrap_cmark_parse_inlines(cmark_parser *parser, cmark_node *block, cmark_map *references,
                                int options)
{
    parsing->block = block;
    __real_cmark_parse_inlines(parser, block, references, options);
}

size_t parsing_offset(str text)
{
    int line = parsing->block ? parsing->block->start_line : parsing->parser->line_number;
    str rest = text, passed;

    while (line-- > 1 && str_line(&rest, &passed))
        ;
    return text.len - rest.len;
}

/*
 * "[&#94;x]" is taken for a footnote: cmark then reads as many bytes as the source has behind the
 * '^' from where only the decoded '^' stands. They are put there: NULs for the rest of the entity,
 * which no label has and render.c leaves out, then what follows it.
 */
bufsize_t __wrap_houdini_unescape_ent(cmark_strbuf *out, const uint8_t *text, bufsize_t size)
{
    bufsize_t len = __real_houdini_unescape_ent(out, text, size);

    if (len == 0 || out->size != 1 || out->ptr[0] != '^' || text[-2] != '[')
        return len; /* text[-1] is the '&'; what stands before it is the block's or our allocator's
                     */
    cmark_strbuf_grow(out, 1 + size);
    memset(out->ptr + 1, 0, (size_t)len);
    memcpy(out->ptr + 1 + len, text + len, (size_t)(size - len));
    return len;
}
