/*
 * code.c - C code as something that a response is made from
 *
 *   comes in:  what an app is given after vial_notes_code()
 *   goes out:  its shape; and for each response, whether code had a part in it
 *
 * When a site's own code is exchanged for a newer version, two things may make a page another one.
 * The same filter or handler may give something else: such pages have noted "logic:". Or there may
 * be other names than before, a hook or a rule where there was none: that is the shape, and with
 * another one every page may be another.
 */
#include "vial/app/inside.h"
#include "vial/base/log.h"
#include "vial/base/pack.h"

void vial_notes_code(vial *app)
{
    app->notes_code = true;
}

void vial_home(vial *app, str folder)
{
    app->home = str_copy(app->arena, folder);
}

void shape_add(vial *app, const char *what, str name)
{
    if (!app->notes_code)
        return;
    pack_text(&app->shape, str_of(what));
    pack_text(&app->shape, name);
}

/* Which kinds of hooks there are, and for which statuses. */
static void add_hooks(const vial *owner, struct buf *shape)
{
    pack_number(shape, owner->before != NULL);
    pack_number(shape, owner->after != NULL);
    pack_number(shape, owner->context != NULL);
    for (const struct hook *hook = owner->errors; hook; hook = hook->next)
        pack_number(shape, (uint64_t)hook->status + 1);
    pack_number(shape, 0);
}

struct digest vial_shape(const vial *app)
{
    struct buf shape = { 0 };

    buf_add(&shape, buf_str(&app->shape));
    add_hooks(app, &shape);
    for (const struct scope *scope = app->scopes; scope; scope = scope->next) {
        pack_text(&shape, scope->name);
        pack_text(&shape, scope->prefix);
        add_hooks(scope->owner, &shape);
    }
    struct digest digest = digest_of(buf_str(&shape));
    buf_free(&shape);
    return digest;
}

void note_code(vial_req *r)
{
    if (r && r->app->notes_code)
        reads_note(r->reads, S("logic:"));
}

void note_code_own(vial_req *r)
{
    note_code(r);
    if (r->app->notes_code)
        reads_note(r->reads, S("again:code"));
}

void note_code_told(vial_req *r)
{
    note_code(r);
    if (r->app->notes_code)
        reads_note(r->reads, S("told:code"));
}

void app_refuses(vial *app, const struct error *err)
{
    if (!app->notes_code) {
        log_failure(err);
        return;
    }
    if (!app->refused.len)
        app->refused = str_fmt(app->arena, "%.*s%s%.*s", STR(err->sentence),
                               err->hint.len ? "; " : "", STR(err->hint));
}

str vial_refused(const vial *app)
{
    return app->refused;
}
