/*
 * Steps: what an instruction does where that is more than a line (steps.c). Only the interpreter
 * calls them.
 */
#pragma once
#include "vial/template/ast.h"
#include "vial/template/interp.h"

void step_fill(value *values, size_t count, value with);
/* `attr`: an attribute of it is all that is asked for next. */
value step_context_name(struct rendering *r, struct activation *f, size_t number, bool attr);
struct activation *step_outwards(struct activation *f, size_t hops);
struct activation *step_root_of(struct activation *f);
struct context *step_with_locals(struct rendering *r, struct activation *f, uint32_t number);
void step_call_block(struct rendering *r, struct activation *f, str name, uint32_t locals);
void step_extend(struct rendering *r, struct activation *f, value name, const uint32_t *op);
value step_make_dict(struct rendering *r, const value *pairs, size_t count);
value step_make_list(struct rendering *r, const value *items, size_t count);
bool step_compares(struct rendering *r, enum operand how, value a, value b);
value step_filtered(struct rendering *r, const struct site *site, const value *args);
value step_tested(struct rendering *r, const struct site *site, const value *args);
value step_called(struct rendering *r, const struct site *site, const value *args);
value step_method_called(struct rendering *r, const struct site *site, const value *args);
void step_print_as(struct rendering *r, enum operation how, value v);
void step_print_call(struct rendering *r, const struct site *site, const value *args, uint32_t how);
value step_captured(struct rendering *r, value begin, enum captured how);
void step_no_param(struct rendering *r, value *slot, str name);
void step_require_text(struct rendering *r, value v);
void step_begin_loop(struct rendering *r, struct activation *f, value over, value *slot, bool shed);
