/*
 * Code: a compiled template, as the interpreter reads it.
 *
 * A template is a few functions: its root, one for each block, macro, call block and recursive
 * loop. An instruction is one 32-bit word, the operation in its low byte and an operand above;
 * some have a second word. Values stand on a stack; names are slots of the function's frame, or,
 * when no tag of the template sets them, entries of its cache of context variables. Everything
 * here is made once and only read afterwards, by any number of threads.
 */
#pragma once
#include "vial/base/hash.h"
#include "vial/base/map.h"
#include "vial/template/ops.h"

/* a: the operand; b: the second word; what stands before "->" is taken from the stack. */
// clang-format off
#define OPERATIONS(X) \
    X(END)                 /* of the function; of a test, with its answer */ \
    X(TEXT)                /* prints constant a */ \
    X(PRINT)               /* v ->             as text */ \
    X(PRINT_HTML)          /* v ->             escaped */ \
    X(PRINT_AUTO)          /* v ->             escaped if auto-escape is on now */ \
    X(PRINT_SLOT)          /* PRINT of slot a */ \
    X(PRINT_SLOT_HTML) \
    X(PRINT_ATTR)          /* PRINT of slot a's attribute b */ \
    X(PRINT_ATTR_HTML) \
    X(CONST)               /* -> constant a */ \
    X(INT)                 /* -> the number a */ \
    X(NONE) \
    X(TRUE) \
    X(FALSE) \
    X(SLOT)                /* -> slot a, undefined when it is missing */ \
    X(UP)                  /* -> slot a of the b-th frame outwards */ \
    X(NAME)                /* -> context variable a */ \
    X(PRINT_TEXT)          /* v ->             which must be text: as it is */ \
    X(SET)                 /* v ->             into slot a */ \
    X(POP)                 /* v -> */ \
    X(CLEAR)               /* slots a to a+b-1 are missing */ \
    X(COPY)                /* slot a becomes slot b */ \
    X(COPY_UP)             /* slot a becomes slot b & 0xffff of the (b >> 16)-th frame outwards */ \
    X(FETCH)               /* slot a becomes context variable b */ \
    X(EXPORT)              /* context.vars[constant a] = slot b & 0xffff; b >> 16: enum export_how */ \
    X(ATTR)                /* v -> v.constant a */ \
    X(ITEM)                /* v key -> v[key] */ \
    X(SLICE)               /* v start stop step -> v[start:stop:step] */ \
    X(ADD)                 /* v w -> v + w, and so on */ \
    X(SUB) \
    X(MUL) \
    X(DIV) \
    X(FLOORDIV) \
    X(MOD) \
    X(POW) \
    X(NEG)                 /* v -> -v */ \
    X(POS) \
    X(NOT) \
    X(CONCAT)              /* a values -> joined as text */ \
    X(LIST)                /* a values -> a list */ \
    X(TUPLE) \
    X(DICT)                /* a keys and values -> a dict */ \
    X(EQ)                  /* v w -> v == w */ \
    X(NE) \
    X(LT) \
    X(LE) \
    X(GT) \
    X(GE) \
    X(IN) \
    X(NOT_IN) \
    X(CHAIN)               /* v w -> w, and on; when the comparison b is false: false, and to a */ \
    X(JUMP)                /* to a */ \
    X(JUMP_IF)             /* v ->             to a when it is true */ \
    X(JUMP_UNLESS)         /* v -> */ \
    X(AND)                 /* v ->             and on when it is true; else v stays, and to a */ \
    X(OR) \
    X(FILTER)              /* input, arguments -> by site a */ \
    X(TEST) \
    X(CALL)                /* callee, arguments -> */ \
    X(METHOD)              /* object, arguments -> the callee is its attribute */ \
    X(PRINT_CALL)          /* CALL and print as operation b would, a macro's text without a detour */ \
    X(FOR)                 /* v ->             a walk over it is in slots a and a+1 */ \
    X(NEXT)                /* -> the next item of the walk in slot a; at its end to b */ \
    X(NEXT_SET)            /* the same into slot a+2 */ \
    X(AGAIN_SET)           /* NEXT_SET; while there is one, to b; at its end, on */ \
    X(LOOP)                /* v ->             `loop` over it is in slot a; b: it can be used again */ \
    X(LOOP_NEXT)           /* -> the next item of the loop in slot a; at its end to b */ \
    X(LOOP_ATTR)           /* -> part b (enum loop_part) of the loop in slot a */ \
    X(FILTERED)            /* v -> those items that the test of function a lets through */ \
    X(RECURSE)             /* v ->             prints the recursive loop of function a over it */ \
    X(UNPACK)              /* v -> its a items, the first on top */ \
    X(NS_CHECK)            /* v ->             fails when it is no namespace */ \
    X(NS_SET)              /* v namespace ->   namespace.constant a = v */ \
    X(PASSING)             /* what is made from here ... */ \
    X(PASSED)              /* ... to here is given back */ \
    X(CAPTURE)             /* -> where output stands: what is printed from here ... */ \
    X(CAPTURED)            /* ... -> is text; a: enum captured */ \
    X(MACRO)               /* -> the macro of function a */ \
    X(PARAM)               /* to b unless slot a is missing */ \
    X(NO_PARAM)            /* slot a becomes "parameter (constant b) was not provided" */ \
    X(BLOCK)               /* prints block constant a; b: locals, or NO_LOCALS */ \
    X(REQUIRED)            /* fails when nobody has overridden block constant a */ \
    X(EXTENDS)             /* template -> */ \
    X(IF_CHILD)            /* to a when the template has extended another */ \
    X(INCLUDE)             /* template ->      a: enum import_flags; b: locals, or NO_LOCALS */ \
    X(IMPORT)              /* template -> the module; a and b likewise */ \
    X(FROM)                /* module -> module, its name constant a; b: where, for the message */ \
    X(SELF)                /* slot a is `self` */ \
    X(SUPER)               /* slot a is `super` of the block constant b */ \
    X(AUTOESCAPE)          /* v ->             auto-escape as v says; what it was is in slot a */ \
    X(AUTOESCAPED)         /* auto-escape as slot a says */ \
    X(MARK_SAFE)           /* v -> Markup(v) when auto-escape is on */ \
    X(NO_ELSE)             /* -> what an inline if without else is; a: its sentence */ \
    X(FAIL)                /* TemplateRuntimeError: constant a */ \
    X(DEBUG)               /* -> what {% debug %} prints */
// clang-format on

enum operation {
#define X(name) OP_##name,
    OPERATIONS(X)
#undef X
};

enum captured { CAPTURED_TEXT, CAPTURED_HTML, CAPTURED_AUTO };
enum export_how { EXPORT_KEEP, EXPORT_ADD, EXPORT_DROP };
enum import_flags { IMPORT_CONTEXT = 1, IMPORT_OPTIONAL = 2, IMPORT_ONE = 4, IMPORT_MANY = 8 };
enum { NO_LOCALS = 0xffffffff };

/* What OP_LOOP_ATTR can ask a loop for. */
enum loop_part {
    LOOP_INDEX,
    LOOP_INDEX0,
    LOOP_FIRST,
    LOOP_LAST,
    LOOP_LENGTH,
    LOOP_REVINDEX,
    LOOP_REVINDEX0,
    LOOP_PREVITEM,
    LOOP_NEXTITEM,
    LOOP_DEPTH,
    LOOP_DEPTH0,
    LOOP_PARTS /* none of them */
};
enum loop_part loop_part_named(str name);

/* What a slot can hold beside values. */
enum {
    VALUE_UNRESOLVED = 0xfe, /* a context variable nobody has asked for yet                 */
    VALUE_MISSING = 0xff,    /* Jinja's `missing`: a name without a value                    */
};
static inline value value_missing(void)
{
    value v = { VALUE_MISSING, 0, 0, 0, { 0 } };
    return v;
}

/* A call, a filter or a test, and what stands on the stack for it. */
struct site {
    str name; /* of the filter, test or method */
    const struct filter *filter;
    const struct test *test;
    const str *names; /* of the named arguments */
    uint16_t nargs, nnamed;
    bool dyn_args, dyn_kwargs; /* a sequence behind those, a mapping behind these */
    uint32_t from, to;         /* of a method: the span of its object */
};

/* Names and slots that a context takes along. */
struct locals {
    uint32_t count;
    struct local {
        str name;
        uint16_t slot, hops;
    } list[];
};

enum code_kind { CODE_ROOT, CODE_BLOCK, CODE_MACRO, CODE_CALL_BLOCK, CODE_LOOP, CODE_TEST };

struct code {
    const struct jinja *template;
    str name; /* of the block or macro */
    uint8_t kind;
    bool captured; /* functions within use its frame: it lives as long as the rendering */
    uint16_t nslots, nnames, nstack;
    uint32_t *ops, nops;
    const str *names;      /* of the context variables */
    const str *slot_names; /* for "'x' is undefined"  */
    const uint8_t *places; /* code.c */
    size_t nplaces;
    uint32_t at; /* where it begins in the source */

    /* of a macro or call block: its first slots are its arguments */
    const str *params;
    uint16_t nparams;
    int16_t caller, kwargs, varargs; /* the slots of these, or -1 */
    bool explicit_caller, uses_caller;

    uint8_t loop_how; /* of a recursive loop: enum captured, for what a call of it gives */
};

struct block {
    str name;
    bool required;
    const struct code *code;
    uint32_t from, to; /* of its tag */
};

/* All but `text` is made by the compiler; see env.c for how long it lives. */
struct jinja {
    struct jinja *next; /* of those the environment has no name for */
    struct env *env;
    str name, file, text; /* text: as the lexer saw it */
    struct digest source; /* of the text as it was loaded */
    bool autoescape;
    struct arena arena;
    const struct code *root;
    const struct code **codes;
    const value *constants;
    const struct site *sites;
    const struct locals **locals;
    struct block *blocks;
    size_t nblocks, ncodes, nconstants, nsites, nlocals;
};

/* The span of the source that the instruction at `pc` was made from, and the offset whose line
 * Jinja would report; false when it is not known. */
bool code_place(const struct code *code, size_t pc, struct place *place, size_t *at);

/* Compact positions: written in the order of the code. */
struct places {
    struct buf bytes;
    uint32_t pc, offset, at;
};
void places_add(struct places *places, uint32_t pc, uint32_t from, uint32_t to);
void places_mark(struct places *places, uint32_t pc, uint32_t at);
