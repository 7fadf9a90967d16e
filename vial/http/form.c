/*
 * form.c - what a browser sends with a form
 *
 *   comes in:  a body, and the type it says it has
 *   goes out:  its fields and files
 */
#include "vial/http/form.h"
#include "vial/base/utf8.h"
#include "vial/http/multipart.h"

static void add_file(struct form *form, struct upload upload, struct arena *a)
{
    if (form->file_count == form->file_cap) {
        size_t cap = form->file_cap ? form->file_cap * 2 : 4;

        form->files = arena_grow(a, form->files, form->file_cap * sizeof *form->files,
                                 cap * sizeof *form->files);
        form->file_cap = cap;
    }
    form->files[form->file_count++] = upload;
}

/* A file has a name, even an empty one: a browser sends that where none was chosen. */
static enum form_result add_part(struct form *form, const struct part *part, size_t *memory,
                                 struct arena *a)
{
    str name = header_param(part->disposition, S("name"), a);
    str filename = header_param(part->disposition, S("filename"), a);

    if (!name.p || !str_ieq(header_value(part->disposition), S("form-data")))
        return FORM_BROKEN;
    name = utf8_mended(a, name);
    if (filename.p) {
        if (filename.len || part->content.len)
            add_file(form,
                     (struct upload){ name, utf8_mended(a, filename), part->type, part->content },
                     a);
        return FORM_DONE;
    }
    if (part->content.len > *memory)
        return FORM_TOO_LARGE;
    *memory -= part->content.len;
    params_add(&form->fields, name, utf8_mended(a, part->content), a);
    return FORM_DONE;
}

static enum form_result parse_multipart(struct form *form, str boundary, str body,
                                        const struct form_limits *limits, struct arena *a)
{
    size_t memory = limits->memory, count = 0;
    struct multipart m;
    struct part part;

    for (bool more = multipart_begin(&m, boundary, body, a); more && multipart_next(&m, &part);) {
        if (++count > limits->parts)
            return FORM_TOO_LARGE;
        enum form_result result = add_part(form, &part, &memory, a);
        if (result != FORM_DONE)
            return result;
    }
    return m.broken ? FORM_BROKEN : FORM_DONE;
}

enum form_result form_parse(struct form *form, str type, str body, const struct form_limits *limits,
                            struct arena *a)
{
    str kind = header_value(type);

    *form = (struct form){ 0 };
    if (str_ieq(kind, S("multipart/form-data")))
        return parse_multipart(form, header_param(type, S("boundary"), a), body, limits, a);
    if (!str_ieq(kind, S("application/x-www-form-urlencoded")))
        return FORM_NONE;
    if (body.len > limits->memory)
        return FORM_TOO_LARGE;
    return params_parse(&form->fields, body, limits->parts, a) ? FORM_DONE : FORM_TOO_LARGE;
}
