/*
 * What one parse keeps beside cmark's parser, for the functions that the linker puts in the place
 * of cmark's own (tree.c, offsets.c, scans.c). A thread parses one text at a time.
 */
#pragma once
#include "vial/markdown/markdown.h"
#include "vial/markdown/tree.h"
#include <cmark-gfm/parser.h>
#include <setjmp.h>

enum { PARSING_LEAST = 4 << 20, PARSING_PER_BYTE = 600 };

struct parsing {
    struct arena *arena;
    cmark_parser *parser;
    cmark_node *block; /* whose inside is being parsed; NULL: blocks are */
    size_t budget;     /* of memory, in bytes                            */
    unsigned without;  /* enum markdown_extension                        */
    bool settled;      /* offsets.c has been here                        */
    jmp_buf too_costly;
};

extern _Thread_local struct parsing *parsing;

/* Takes `cost` from the budget; does not return when there is not so much left. */
void parsing_spend(size_t cost);

/* About where in `text` the parser is. */
size_t parsing_offset(str text);
