/*
 * emit.c - instructions, constants and slots, put down one after the other
 *
 *   comes in:  what the compiler decides
 *   goes out:  the tables of a template: functions, constants, call sites
 *
 * Everything grows in the compiler's own arena and is copied once into the template's, at its true
 * size. How deep the stack becomes is counted along, so that a run can take all it needs at once.
 */
#include "vial/template/compile.h"

#include <stdarg.h>

enum { MAX_OPERAND = 0xffffff, MAX_SLOTS = 0xffff };

bool compile_fail(struct compiler *c, size_t from, size_t to, const char *fmt, ...)
{
    const struct jinja *t = c->template;
    struct place place = { t->file, t->text, from, to - from };
    struct buf sentence = buf_in(c->arena);
    va_list args;

    if (c->failed)
        return false;
    va_start(args, fmt);
    buf_addv(&sentence, fmt, args);
    va_end(args);
    error_at(c->err, place, "%.*s", STR(buf_str(&sentence)));
    error_kind(c->err, "TemplateAssertionError");
    c->failed = true;
    return false;
}

/* ---- tables ---- */

static size_t table_add(struct compiler *c, struct table *table, const void *entry, size_t size)
{
    if (table->count == table->cap) {
        size_t cap = table->cap ? table->cap * 2 : 16;
        table->p = arena_grow(c->arena, table->p, table->cap * size, cap * size);
        table->cap = cap;
    }
    memcpy(table->p + table->count * size, entry, size);
    return table->count++;
}

/* Text that is a part of the template's own is borrowed, the rest is copied. */
str keep_text(struct compiler *c, str text)
{
    str own = c->template->text;

    if (!text.len)
        return S("");
    if (text.p >= own.p && text.p + text.len <= own.p + own.len)
        return text;
    return str_copy(&c->template->arena, text);
}

size_t add_constant(struct compiler *c, value v)
{
    if (v.type == VIAL_STR) {
        uint8_t flags = v.flags;
        v = value_str(keep_text(c, value_text(v)));
        v.flags = flags;
    }
    return table_add(c, &c->constants, &v, sizeof v);
}

size_t add_text(struct compiler *c, str text)
{
    struct map_entry *entry = map_put(&c->texts, text);

    if (!entry->data)
        entry->data = (void *)(uintptr_t)(add_constant(c, value_str(text)) + 1);
    return (size_t)(uintptr_t)entry->data - 1;
}

size_t add_site(struct compiler *c, struct site site)
{
    return table_add(c, &c->sites, &site, sizeof site);
}

/* ---- instructions ---- */

static void push_word(struct compiler *c, uint32_t word)
{
    struct function *f = c->function;

    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 64;
        f->ops = arena_grow(c->arena, f->ops, f->cap * sizeof *f->ops, cap * sizeof *f->ops);
        f->cap = cap;
    }
    f->ops[f->count++] = word;
}

void emit(struct compiler *c, enum operation op, size_t a, int effect)
{
    struct function *f = c->function;

    if (a > MAX_OPERAND)
        compile_fail(c, 0, 0, "this template is too large");
    push_word(c, (uint32_t)op | (uint32_t)a << 8);
    f->depth = (size_t)((ptrdiff_t)f->depth + effect);
    if (f->depth > f->maxdepth)
        f->maxdepth = f->depth;
}

void emit2(struct compiler *c, enum operation op, size_t a, size_t b, int effect)
{
    emit(c, op, a, effect);
    push_word(c, (uint32_t)b);
}

void emit_place(struct compiler *c, size_t from, size_t to)
{
    places_add(&c->function->places, (uint32_t)c->function->count, (uint32_t)from, (uint32_t)to);
}

void emit_node(struct compiler *c, const struct node *node)
{
    emit_place(c, node->from, node->to);
}

static void mark_line(struct compiler *c)
{
    places_mark(&c->function->places, (uint32_t)c->function->count, c->line_at);
}

void emit_line(struct compiler *c, const struct node *node)
{
    c->line_at = node->at;
    mark_line(c);
}

size_t here(const struct compiler *c)
{
    return c->function->count;
}

size_t emit_jump(struct compiler *c, enum operation op, int effect)
{
    emit(c, op, 0, effect);
    return c->function->count - 1;
}

size_t emit_jump2(struct compiler *c, enum operation op, size_t a, int effect)
{
    emit2(c, op, a, 0, effect);
    return c->function->count - 2;
}

/* These have their target in the second word. */
static bool jumps_by_second(uint32_t word)
{
    switch ((enum operation)(word & 0xff)) {
    case OP_NEXT:
    case OP_NEXT_SET:
    case OP_LOOP_NEXT:
    case OP_PARAM:
        return true;
    default:
        return false;
    }
}

void patch_to(struct compiler *c, size_t jump, size_t target)
{
    uint32_t *op = &c->function->ops[jump];

    if (target > MAX_OPERAND)
        compile_fail(c, 0, 0, "this template is too large");
    if (jumps_by_second(*op))
        op[1] = (uint32_t)target;
    else
        *op = (*op & 0xff) | (uint32_t)target << 8;
}

void patch(struct compiler *c, size_t jump)
{
    patch_to(c, jump, c->function->count);
}

/* ---- names and slots ---- */

size_t name_number(struct compiler *c, str name)
{
    struct map *names = &c->function->names;
    struct map_entry *entry = map_put(names, name);

    return (size_t)(entry - names->entries);
}

size_t slot_new(struct compiler *c, str name)
{
    struct function *f = c->function;

    if (f->nslots == f->slotcap) {
        size_t cap = f->slotcap ? f->slotcap * 2 : 16;
        f->slot_names = arena_grow(c->arena, f->slot_names, f->slotcap * sizeof *f->slot_names,
                                   cap * sizeof *f->slot_names);
        f->slotcap = cap;
    }
    if (f->nslots == MAX_SLOTS)
        compile_fail(c, 0, 0, "this template has too many variables");
    else
        f->nslots++;
    f->slot_names[f->nslots - 1] = name;
    return f->nslots - 1;
}

/* ---- functions ---- */

struct function *function_begin(struct compiler *c, enum code_kind kind, str name, size_t at)
{
    struct function *f = arena_make(c->arena, struct function);
    struct code *code = arena_make(&c->template->arena, struct code);

    code->template = c->template;
    code->kind = (uint8_t)kind;
    code->name = keep_text(c, name);
    code->at = (uint32_t)at;
    code->caller = code->kwargs = code->varargs = -1;
    *f = (struct function){ .outer = c->function,
                            .code = code,
                            .names = map_in(c->arena),
                            .places = { .bytes = buf_in(c->arena) } };
    if (c->function)
        c->function->has_functions = true;
    c->function = f;
    mark_line(c);
    return f;
}

static const str *kept_names(struct compiler *c, const struct function *f)
{
    str *names = arena_array(&c->template->arena, str, f->names.count);

    for (size_t i = 0; i < f->names.count; i++)
        names[i] = keep_text(c, f->names.entries[i].key);
    return names;
}

static const str *kept_slot_names(struct compiler *c, const struct function *f)
{
    str *names = arena_array(&c->template->arena, str, f->nslots);

    for (size_t i = 0; i < f->nslots; i++)
        names[i] = keep_text(c, f->slot_names[i]);
    return names;
}

static void *kept(struct compiler *c, const void *from, size_t size)
{
    return size ? memcpy(arena_alloc(&c->template->arena, size), from, size) : NULL;
}

size_t function_end(struct compiler *c)
{
    struct function *f = c->function;
    struct code *code = f->code;

    emit(c, OP_END, 0, 0);
    if (f->maxdepth > MAX_SLOTS || f->names.count > MAX_SLOTS)
        compile_fail(c, 0, 0, "this template is too large");
    code->captured = f->has_functions;
    code->nops = (uint32_t)f->count;
    code->ops = kept(c, f->ops, f->count * sizeof *f->ops);
    code->nslots = (uint16_t)f->nslots;
    code->nstack = (uint16_t)(f->maxdepth + 1);
    code->nnames = (uint16_t)f->names.count;
    code->names = kept_names(c, f);
    code->slot_names = kept_slot_names(c, f);
    code->places = kept(c, f->places.bytes.p, f->places.bytes.len);
    code->nplaces = f->places.bytes.len;
    c->function = f->outer;
    if (c->function) /* Jinja writes functions where they stand, and counts lines through them */
        mark_line(c);
    return table_add(c, &c->codes, &code, sizeof code);
}

/* ---- what a context takes along ---- */

uint16_t hops_to(const struct compiler *c, const struct ref *ref)
{
    uint16_t hops = 0;

    for (const struct function *f = c->function; f && f != ref->function; f = f->outer)
        hops++;
    return hops;
}

size_t add_locals(struct compiler *c, const struct scope *scope)
{
    struct map seen = map_in(c->arena);
    size_t count = 0;

    for (const struct scope *s = scope; s; s = s->parent)
        count += s->nstores;
    struct locals *locals =
        arena_zalloc(&c->template->arena, 1, sizeof *locals + count * sizeof *locals->list);
    for (const struct scope *s = scope; s; s = s->parent) {
        for (size_t i = 0; i < s->nstores; i++) {
            struct ref *ref = s->stores[i];

            if (map_find(&seen, ref->name))
                continue;
            map_set(&seen, ref->name, ref);
            ref->captured |= ref->function != c->function;
            locals->list[locals->count++] =
                (struct local){ keep_text(c, ref->name), ref_slot(c, ref), hops_to(c, ref) };
        }
    }
    return table_add(c, &c->locals, &locals, sizeof locals);
}
