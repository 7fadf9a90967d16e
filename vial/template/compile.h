/*
 * The compiler: a tree to code.
 */
#pragma once
#include "vial/template/ast.h"
#include "vial/template/code.h"
#include "vial/template/scope.h"

/* Makes the code of `t`, whose name, file, text and env are set. `a` holds what only this needs. */
bool compile_template(struct jinja *t, struct nodes *body, struct arena *a, struct error *err);

/* ---- between compile.c and the compile_*.c ---- */

/* A function while its code is made. */
struct function {
    struct function *outer;
    struct code *code;
    uint32_t *ops;
    size_t count, cap;
    struct places places;
    struct map names; /* of context variables, in the order of their numbers */
    str *slot_names;
    size_t nslots, slotcap;
    size_t depth, maxdepth; /* of the stack */
    bool has_functions;     /* inside, which look at its frame */
};

/* What Jinja's compiler calls a frame: where a statement stands. */
struct frame {
    struct scope *scope;
    bool toplevel;     /* the root, or an `if` there: what is set is exported */
    bool rootlevel;    /* the root itself                                     */
    bool soft;         /* in an `if`: unknown filters fail when they are met  */
    bool output_check; /* print nothing when the template extends another     */
    struct loop_code *loop;
    size_t captures; /* that have begun and not ended, in this function */
};

/* Where break and continue go. */
struct loop_code {
    struct loop_code *outer;
    struct function *function;
    size_t next;     /* the instruction that takes the next item */
    size_t captures; /* begun before the loop                    */
    size_t *breaks;  /* jumps to patch */
    size_t nbreaks, cap;
    uint16_t slot;   /* of the loop object, when there is one */
    struct ref *ref; /* the variable `loop` */
};

struct compiler {
    struct jinja *template;
    struct arena *arena; /* until the code is made */
    struct error *err;
    bool failed;
    bool exited; /* the rest of this body is never reached */
    bool autoescape, is_volatile;
    bool known_extends;
    bool scoped_blocks; /* there are some in the template */
    size_t extends_so_far;
    struct function *function;
    uint32_t line_at;     /* the token that Jinja would count the line of what follows from */
    uint16_t caller_slot; /* of the call block whose call is compiled now */

    /* the template's tables, growing */
    struct table {
        char *p;
        size_t count, cap;
    } constants, sites, locals, codes, blocks;
    struct map texts; /* text constants by content: number + 1 */
};

/* Always false. As jinja2's CodeGenerator.fail: TemplateAssertionError. */
bool compile_fail(struct compiler *c, size_t from, size_t to, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* emit.c */
void emit(struct compiler *c, enum operation op, size_t a, int effect);
void emit2(struct compiler *c, enum operation op, size_t a, size_t b, int effect);
void emit_place(struct compiler *c, size_t from, size_t to); /* of the instruction that follows */
void emit_node(struct compiler *c, const struct node *node);
void emit_line(struct compiler *c, const struct node *node); /* as Jinja's newline(node) */
size_t emit_jump(struct compiler *c, enum operation op, int effect);
size_t emit_jump2(struct compiler *c, enum operation op, size_t a, int effect);
void patch(struct compiler *c, size_t jump); /* to here */
void patch_to(struct compiler *c, size_t jump, size_t target);
size_t here(const struct compiler *c);
size_t add_constant(struct compiler *c, value v);
size_t add_text(struct compiler *c, str text); /* one for each content */
size_t add_site(struct compiler *c, struct site site);
size_t add_locals(struct compiler *c, const struct scope *scope);
size_t name_number(struct compiler *c, str name);                  /* of a context variable */
uint16_t hops_to(const struct compiler *c, const struct ref *ref); /* functions outwards */
size_t slot_new(struct compiler *c, str name);
str keep_text(struct compiler *c, str text); /* in the template's memory */
struct function *function_begin(struct compiler *c, enum code_kind kind, str name, size_t at);
size_t function_end(struct compiler *c); /* its number */

/* compile_names.c */
void enter_scope(struct compiler *c, struct scope *scope);
void leave_scope(struct compiler *c, struct scope *scope);
uint16_t ref_slot(struct compiler *c, struct ref *ref); /* given one when it has none */
void emit_load(struct compiler *c, const struct frame *f, str name);
void emit_store(struct compiler *c, const struct frame *f, struct node *target);
/* `context.vars` learns the names of a target set at the top. */
void emit_exports(struct compiler *c, const struct frame *f, const struct node *target);
void emit_export(struct compiler *c, const struct frame *f, str name, enum export_how how);

/* compile_expr.c */
void compile_expr(struct compiler *c, const struct frame *f, struct node *node);
/* A chain of filters on what has been captured. */
void compile_filters(struct compiler *c, const struct frame *f, struct node *node);
void compile_call(struct compiler *c, const struct frame *f, struct node *node, bool with_caller,
                  bool print);
enum captured captured_how(const struct compiler *c);

/* fold.c: what is known now; false when that is nothing that can stay in the code */
bool fold(struct compiler *c, struct node *node, value *v);
bool fold_print(struct compiler *c, struct node *node, str *text); /* as it would be printed */

/* passing.c: what `n` makes on the way to being printed can be given back */
bool makes_only_passing(const struct compiler *c, struct node *n);

/* compile_tags.c, compile_macro.c, compile_loop.c */
void compile_body(struct compiler *c, const struct frame *f, const struct nodes *body);
void compile_statement(struct compiler *c, const struct frame *f, struct node *node);
struct frame inner_frame(const struct frame *f, struct scope *scope);
void compile_for(struct compiler *c, const struct frame *f, struct node *node);
void compile_break(struct compiler *c, const struct frame *f, struct node *node);
void compile_macro(struct compiler *c, const struct frame *f, struct node *node);
void compile_call_block(struct compiler *c, const struct frame *f, struct node *node);
str position_of(struct compiler *c, const struct node *node); /* "line 3 in 'page.html'" */
