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
#include "vial/base/map.h"
#include "vial/template/ops.h"

/* a: the operand; b: the second word; s: on the stack, topmost last. */
#define OPERATIONS(X)                                                                              \
    X(END)          /* of the function                                              */             \
    X(TEXT)         /* prints constant a                                            */             \
    X(PRINT)        /* s: value       prints it                                     */             \
    X(PRINT_HTML)   /* s: value       prints it escaped                             */             \
    X(PRINT_AUTO)   /* s: value       escaped if auto-escape is on now              */             \
    X(PRINT_SLOT)   /* PRINT of slot a                                              */             \
    X(PRINT_SLOT_HTML)                                                                             \
    X(PRINT_ATTR)      /* PRINT of slot a's attribute b                             */             \
    X(PRINT_ATTR_HTML)                                                                             \
    X(CONST)        /* pushes constant a                                            */             \
    X(INT)          /* pushes the number a                                          */             \
    X(NONE)                                                                                        \
    X(TRUE)                                                                                        \
    X(FALSE)                                                                                       \
    X(SLOT)         /* pushes slot a, undefined when it is missing                  */             \
    X(UP)           /* pushes slot a of the b-th frame outwards                     */             \
    X(NAME)         /* pushes context variable a                                    */             \
    X(SET)          /* s: value       into slot a                                   */             \
    X(POP)                                                                                         \
    X(CLEAR)        /* slots a to a+b-1 are missing                                 */             \
    X(COPY)         /* slot a becomes slot b                                        */             \
    X(COPY_UP)      /* slot a becomes slot b & 0xffff of the (b >> 16)-th frame out */             \
    X(FETCH)        /* slot a becomes context variable b                            */             \
    X(EXPORT)       /* context.vars[name a & 0xfffff] = slot b; how in a >> 20      */             \
    X(ATTR)         /* s: v           v.name a                                      */             \
    X(ITEM)         /* s: v key       v[key]                                        */             \
    X(SLICE)        /* s: v start stop step                                         */             \
    X(ADD)                                                                                         \
    X(SUB)                                                                                         \
    X(MUL)                                                                                         \
    X(DIV)                                                                                         \
    X(FLOORDIV)                                                                                    \
    X(MOD)                                                                                         \
    X(POW)                                                                                         \
    X(NEG)                                                                                         \
    X(POS)                                                                                         \
    X(NOT)                                                                                         \
    X(CONCAT)       /* s: a values    joined as text                                */             \
    X(LIST)         /* s: a values                                                  */             \
    X(TUPLE)                                                                                       \
    X(DICT)         /* s: a pairs                                                   */             \
    X(EQ)                                                                                          \
    X(NE)                                                                                          \
    X(LT)                                                                                          \
    X(LE)                                                                                          \
    X(GT)                                                                                          \
    X(GE)                                                                                          \
    X(IN)                                                                                          \
    X(NOT_IN)                                                                                      \
    X(CHAIN)        /* s: v w         compared as operand b; false: jumps to a with it; else w */  \
    X(JUMP)         /* to a                                                         */             \
    X(JUMP_IF)      /* s: v           to a when it is true                          */             \
    X(JUMP_UNLESS)  /* s: v                                                         */             \
    X(AND)          /* s: v           to a, v kept, when it is false                */             \
    X(OR)                                                                                          \
    X(FILTER)       /* s: input args  site a                                        */             \
    X(TEST)                                                                                        \
    X(CALL)         /* s: callee args                                               */             \
    X(METHOD)       /* s: object args     the callee is its attribute               */             \
    X(PRINT_CALL)   /* CALL and print it, a macro's text without a detour           */             \
    X(FOR)          /* s: v           a walk over it, in slots a and a+1            */             \
    X(NEXT)         /* the walk of slot a's next item is pushed; at its end to b    */             \
    X(NEXT_SET)     /* the same, into slot a+2                                      */             \
    X(LOOP)         /* s: v           `loop`, in slot a                             */             \
    X(LOOP_NEXT)    /* the next item of the loop in slot a; at its end to b         */             \
    X(LOOP_ATTR)    /* pushes part b of the loop in slot a                          */             \
    X(LOOP_SHED)    /* the loop in slot a was seen by nobody: it may be used again   */             \
    X(FILTERED)     /* s: v           only what function a's test lets through      */             \
    X(RECURSE)      /* s: v           the recursive loop of function a over it      */             \
    X(UNPACK)       /* s: v           its a items, the first on top                 */             \
    X(NS_CHECK)     /* s: v           fails when it is no namespace                 */             \
    X(NS_SET)       /* s: v ns        ns.name a = v                                 */             \
    X(CAPTURE)      /* what is printed from here ...                                */             \
    X(CAPTURED)     /* ... is pushed as text; a: enum captured                      */             \
    X(MACRO)        /* pushes the macro of function a                               */             \
    X(PARAM)        /* jumps to b unless slot a is missing                          */             \
    X(NO_PARAM)     /* slot a: "parameter b was not provided"                       */             \
    X(BLOCK)        /* calls block a; b: locals, or NO_LOCALS                       */             \
    X(REQUIRED)     /* fails when nobody has overridden block a                     */             \
    X(EXTENDS)      /* s: template                                                  */             \
    X(IF_CHILD)     /* to a when the template extends another                       */             \
    X(INCLUDE)      /* s: template    a: enum import_flags; b: locals               */             \
    X(IMPORT)       /* s: template    pushes the module                             */             \
    X(FROM)         /* s: module      module and its name a, as b says on failure   */             \
    X(SELF)         /* slot a is `self`                                             */             \
    X(SUPER)        /* slot a is `super` of the block of this function              */             \
    X(AUTOESCAPE)   /* s: v           auto-escape as v says; what it was in slot a  */             \
    X(AUTOESCAPED)  /* as slot a says                                               */             \
    X(MARK_SAFE)    /* s: v           Markup when auto-escape is on                 */             \
    X(NO_ELSE)      /* pushes what an inline if without else is; a: its sentence    */             \
    X(FAIL)         /* TemplateRuntimeError: constant a                             */             \
    X(DEBUG)

enum operation {
#define X(name) OP_##name,
    OPERATIONS(X)
#undef X
};

enum captured { CAPTURED_TEXT, CAPTURED_HTML, CAPTURED_AUTO };
enum export_how { EXPORT_KEEP, EXPORT_ADD, EXPORT_DROP };
enum import_flags { IMPORT_CONTEXT = 1, IMPORT_OPTIONAL = 2, IMPORT_ONE = 4, IMPORT_MANY = 8 };
enum { NO_LOCALS = 0xffffffff };

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
    bool dyn_args, dyn_kwargs; /* a sequence, a mapping, above them */
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
    const struct template *template;
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
    bool explicit_caller;
};

struct block {
    str name;
    bool required;
    const struct code *code;
    uint32_t from, to; /* of its tag */
};

/* All but `text` is made by the compiler; see env.c for how long it lives. */
struct template {
    struct env *env;
    str name, file, text; /* text: as the lexer saw it */
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
