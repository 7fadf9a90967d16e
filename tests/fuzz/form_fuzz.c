/*
 * Any bytes are a form or are refused: its parts lie within the body, names and fields are UTF-8,
 * and a body that arrives byte by byte through a spool is the same form.
 */
#include "vial/base/utf8.h"
#include "vial/http/form.h"
#include "vial/http/spool.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct form_limits limits = { .parts = 50, .memory = 2000 };

static void check(const struct form *form, str body, struct arena *a)
{
    for (size_t i = 0; i < form->fields.count; i++) {
        assert(utf8_valid(form->fields.list[i].name, NULL));
        assert(utf8_valid(form->fields.list[i].value, NULL));
    }
    for (size_t i = 0; i < form->file_count; i++) {
        const struct upload *file = &form->files[i];
        str safe = filename_safe(file->filename, a);

        assert(utf8_valid(file->name, NULL) && utf8_valid(file->filename, NULL));
        assert(!file->content.len || (file->content.p >= body.p &&
                                      file->content.p + file->content.len <= body.p + body.len));
        assert(safe.len && safe.p[0] != '.' && !str_has(safe, '/') && !str_has(safe, '\0'));
    }
}

static void check_pieces(str type, str body, enum form_result result, const struct form *form,
                         struct arena *a)
{
    struct spool spool = { .memory = body.len / 2, .arena = a };
    struct form again;
    str whole;

    for (size_t i = 0; i < body.len && i < 500; i++)
        assert(spool_add(&spool, str_slice(body, i, i + 1)));
    assert(spool_add(&spool, str_from(body, 500)) && spool_end(&spool, &whole));
    assert(str_eq(whole, body));
    assert(form_parse(&again, type, whole, &limits, a) == result);
    assert(again.fields.count == form->fields.count && again.file_count == form->file_count);
    for (size_t i = 0; i < form->file_count; i++)
        assert(str_eq(again.files[i].content, form->files[i].content));
    spool_close(&spool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    str body = str_n((const char *)data, size), type = str_cut(&body, '\n');
    struct form form;
    enum form_result result = form_parse(&form, type, body, &limits, &arena);

    assert(form.fields.count + form.file_count <= limits.parts);
    check(&form, body, &arena);
    if (body.len > 1)
        check_pieces(type, body, result, &form, &arena);
    arena_free(&arena);
    return 0;
}
