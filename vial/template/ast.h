/*
 * The tree of a template, as Jinja's nodes.py has it: what the parser makes, the scopes are found
 * in, and the compiler reads. It lives in one arena until the code is made.
 *
 * Each node knows its span, and `at`: the offset of the token from which Jinja counts its line, so
 * that errors can say the line Jinja says beside the exact place.
 */
#pragma once
#include "vial/template/value.h"

enum node_kind {
    /* statements */
    N_OUTPUT,
    N_DATA,
    N_FOR,
    N_IF,
    N_MACRO,
    N_CALL_BLOCK,
    N_FILTER_BLOCK,
    N_WITH,
    N_BLOCK,
    N_EXTENDS,
    N_INCLUDE,
    N_IMPORT,
    N_FROM,
    N_SET,
    N_SET_BLOCK,
    N_AUTOESCAPE,
    N_DO,
    N_BREAK,
    N_CONTINUE,
    N_DEBUG,
    /* expressions */
    N_NAME,
    N_NSREF,
    N_CONST,
    N_TUPLE,
    N_LIST,
    N_DICT,
    N_PAIR,
    N_COND,
    N_CALL,
    N_FILTER,
    N_TEST,
    N_KEYWORD,
    N_ATTR,
    N_ITEM,
    N_SLICE,
    N_CONCAT,
    N_COMPARE,
    N_OPERAND,
    N_ADD,
    N_SUB,
    N_MUL,
    N_DIV,
    N_FLOORDIV,
    N_MOD,
    N_POW,
    N_AND,
    N_OR,
    N_NOT,
    N_NEG,
    N_POS,
    N_MARK_SAFE, /* of i18n: Markup where auto-escape is on */
    N_COUNT
};

enum name_use { USE_LOAD, USE_STORE, USE_PARAM };

/* How an operand is compared to what stands left of it. */
enum operand {
    OPERAND_EQ,
    OPERAND_NE,
    OPERAND_LT,
    OPERAND_LE,
    OPERAND_GT,
    OPERAND_GE,
    OPERAND_IN,
    OPERAND_NOT_IN
};

struct node;
struct nodes {
    struct node *first, *last;
    size_t count;
};

/* What stands in the parentheses of a call, a filter or a test. */
struct arguments {
    struct nodes args, kwargs; /* kwargs: N_KEYWORD */
    struct node *dyn_args, *dyn_kwargs;
};

struct node {
    uint8_t kind;   /* enum node_kind                                                      */
    uint8_t use;    /* of N_NAME: enum name_use; of N_OPERAND: enum operand                */
    uint16_t depth; /* of the expression below it, so that none is too deep to walk        */
    uint32_t at, from, to;
    struct node *next; /* in the list it stands in */
    union {
        struct nodes items; /* N_OUTPUT N_TUPLE N_LIST N_DICT N_CONCAT */
        str text;           /* N_DATA */
        value constant;     /* N_CONST */
        str name;           /* N_NAME */
        struct {
            struct node *target, *iter, *test; /* test may be NULL */
            struct nodes body, orelse;
            bool recursive;
        } loop;
        struct {
            struct node *test;
            struct nodes body, elifs, orelse; /* elifs: N_IF without elifs and orelse */
        } cond;
        struct {
            str name;                    /* empty in a call block                             */
            struct nodes args, defaults; /* the defaults are those of the last arguments      */
            struct nodes body;
            struct node *call; /* of a call block */
        } macro;
        struct {
            struct node *filter,
                *target; /* N_FILTER_BLOCK; N_SET_BLOCK, whose filter may be NULL */
            struct nodes body;
        } capture;
        struct {
            struct nodes targets, values, body;
        } with;
        struct {
            str name;
            bool scoped, required;
            struct nodes body;
        } block;
        struct {
            struct node *template;
            bool with_context, ignore_missing;
            str target; /* of import */
            struct import {
                struct import *next;
                str name, alias;
                uint32_t from, to;
            } * names; /* of from */
        } import;      /* N_EXTENDS N_INCLUDE N_IMPORT N_FROM */
        struct {
            struct node *target, *value;
        } set;
        struct {
            struct node *option;
            struct nodes body;
        } autoescape;
        struct node *expr; /* N_DO N_NOT N_NEG N_POS N_MARK_SAFE N_OPERAND */
        struct {
            str name, attr;
        } nsref;
        struct {
            struct node *key, *value; /* N_PAIR */
        } pair;
        struct {
            str key;
            struct node *value;
        } keyword;
        struct {
            struct node *test, *then, *orelse; /* N_COND; orelse may be NULL */
        } inline_if;
        struct {
            struct node *node; /* what is called or filtered; NULL: a block's text */
            str name;          /* of the filter or test */
            struct arguments with;
            uint32_t name_from, name_to;
        } call;
        struct {
            struct node *node;
            str name;           /* N_ATTR */
            struct node *index; /* N_ITEM */
        } part;
        struct {
            struct node *start, *stop, *step; /* each may be NULL */
        } slice;
        struct {
            struct node *left, *right;
        } binary;
        struct {
            struct node *first;
            struct nodes rest; /* N_OPERAND */
        } compare;
    };
};

static inline void nodes_add(struct nodes *list, struct node *node)
{
    node->next = NULL;
    if (list->last)
        list->last->next = node;
    else
        list->first = node;
    list->last = node;
    list->count++;
}

/* What a node of this kind takes: most are names and constants, and those are small. */
size_t node_size(enum node_kind kind);

/* As Jinja's messages call a node's class: "const", "getattr". */
const char *node_kind_name(enum node_kind kind);

/*
 * Calls `visit` for each child of `node`, in the order of Jinja's fields. It returns false to end
 * the walk, and then so does node_children().
 */
typedef bool node_visit(struct node *child, void *data);
bool node_children(struct node *node, node_visit *visit, void *data);
