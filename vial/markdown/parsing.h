/*
 * What one parse keeps beside cmark's parser, for the functions that the linker puts in the place
 * of cmark's own (tree.c, offsets.c, guards.c). A thread parses one text at a time.
 */
#pragma once
#include "vial/markdown/markdown.h"
#include "vial/markdown/tree.h"
#include <cmark-gfm/parser.h>
#include <setjmp.h>

enum { PARSING_ENDS = 4 };

/* Bytes of memory: what any text may cost, and what each of its bytes may. */
enum { PARSING_LEAST = 4 << 20, PARSING_PER_BYTE = 600 };

struct parsing {
    struct arena *arena;
    cmark_parser *parser;
    cmark_node *block; /* whose inside is being parsed; NULL: blocks are */
    size_t budget;     /* of memory, in bytes                            */
    unsigned without;  /* enum markdown_extension                        */
    jmp_buf too_costly;

    cmark_llist *list, *list_end;   /* the one that was appended to last, and its end */
    const unsigned char *looked_in; /* by guards.c, for the ends of tags:  */
    const unsigned char *end_known[PARSING_ENDS]; /* up to here it is known that it ...  */
    bool end_missing[PARSING_ENDS];               /* ... is there, or that there is none */
};

extern _Thread_local struct parsing *parsing;

/* Leaves the parse for good: tree_parse() makes an error of it. */
_Noreturn void parsing_give_up(void);

/* Takes `cost` from the budget; does not return when there is not so much left. */
void parsing_spend(size_t cost);

/* About where in `text` the parser is. */
size_t parsing_offset(str text);
