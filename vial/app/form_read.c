/*
 * form_read.c - what was sent along: queries, forms, files, JSON
 *
 *   comes in:  a request's query and body, read when they are first asked for
 *   goes out:  C's strings, in the request's arena
 *
 * A form that is broken or too large fails the request: its handler sees a form without fields and
 * the answer is 400 or 413, whatever it makes of that.
 */
#include "vial/app/inside.h"
#include "vial/app/json.h"
#include "vial/base/path.h"
#include "vial/base/utf8.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { QUERY_FIELDS_MAX = 1000 };

const struct params *request_query(vial_req *r)
{
    vial_asked(r, "query");
    if (!r->query_parsed)
        params_parse(&r->query, r->http->query, QUERY_FIELDS_MAX, r->arena);
    r->query_parsed = true;
    return &r->query;
}

const struct form *request_form(vial_req *r)
{
    static const struct form nothing = { 0 };
    str type = headers_get(&r->http->headers, S("Content-Type"));

    vial_asked(r, "body");
    if (r->form_state == FORM_READ)
        return &r->form;
    if (r->form_state == FORM_FAILED)
        return &nothing;

    r->form_state = FORM_READ;
    switch (form_parse(&r->form, type, r->http->body, &r->app->form_limits, r->arena)) {
    case FORM_DONE:
    case FORM_NONE:
        return &r->form;
    case FORM_BROKEN:
        vial_abort(r, 400, "The form that was sent does not parse.");
        break;
    case FORM_TOO_LARGE:
        vial_abort(r, 413, NULL);
        break;
    }
    r->form_state = FORM_FAILED;
    return &nothing;
}

/* ---- fields ---- */

static const char *text_or(vial_req *r, str found, const char *otherwise)
{
    return found.p ? str_cstr(r->arena, found) : otherwise;
}

static int64_t number_or(str found, int64_t otherwise)
{
    int64_t number;

    return str_int(str_trim(found), &number) ? number : otherwise;
}

/* All values of `name`, as C has lists of strings. */
static size_t all_of(vial_req *r, const struct params *params, str name, const char *const **all)
{
    const char **list = arena_array(r->arena, const char *, params->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < params->count; i++)
        if (str_eq(params->list[i].name, name))
            list[count++] = str_cstr(r->arena, params->list[i].value);
    if (all)
        *all = list;
    return count;
}

const char *vial_query(vial_req *r, const char *name, const char *otherwise)
{
    return text_or(r, params_get(request_query(r), str_of(name)), otherwise);
}

int64_t vial_query_i(vial_req *r, const char *name, int64_t otherwise)
{
    return number_or(params_get(request_query(r), str_of(name)), otherwise);
}

size_t vial_query_all(vial_req *r, const char *name, const char *const **all)
{
    return all_of(r, request_query(r), str_of(name), all);
}

const char *vial_form(vial_req *r, const char *name, const char *otherwise)
{
    return text_or(r, params_get(&request_form(r)->fields, str_of(name)), otherwise);
}

int64_t vial_form_i(vial_req *r, const char *name, int64_t otherwise)
{
    return number_or(params_get(&request_form(r)->fields, str_of(name)), otherwise);
}

size_t vial_form_all(vial_req *r, const char *name, const char *const **all)
{
    return all_of(r, &request_form(r)->fields, str_of(name), all);
}

const char *vial_value(vial_req *r, const char *name, const char *otherwise)
{
    return vial_query(r, name, vial_form(r, name, otherwise));
}

/* ---- files ---- */

static vial_file file_of(vial_req *r, const struct upload *upload)
{
    return (vial_file){
        .name = str_cstr(r->arena, upload->name),
        .filename = str_cstr(r->arena, upload->filename),
        .type = str_cstr(r->arena, upload->type),
        .data = upload->content.len ? upload->content.p : "",
        .size = upload->content.len,
    };
}

size_t vial_upload_all(vial_req *r, const char *name, const vial_file **all)
{
    const struct form *form = request_form(r);
    vial_file *list = arena_array(r->arena, vial_file, form->file_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < form->file_count; i++)
        if (!name || str_eq(form->files[i].name, str_of(name)))
            list[count++] = file_of(r, &form->files[i]);
    if (all)
        *all = list;
    return count;
}

const vial_file *vial_upload(vial_req *r, const char *name)
{
    const vial_file *all;

    return vial_upload_all(r, name, &all) ? &all[0] : NULL;
}

/* A new file in `folder`: "a.png", else "a-2.png", and so on. Below 0 when there is none to be had.
 */
static int create_in(str folder, str name, str *path, struct arena *a)
{
    enum { TRIES = 10000 };
    str stem = path_stem(name), ext = path_ext(name);

    for (int n = 1; n < TRIES; n++) {
        str tried = n == 1 ? name : str_fmt(a, "%.*s-%d%.*s", STR(stem), n, STR(ext));

        *path = path_join(a, folder, tried);
        int fd =
            open(path_cstr(a, *path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static bool write_whole(int fd, const char *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t wrote = write(fd, data + done, size - done);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        done += (size_t)wrote;
    }
    return true;
}

const char *vial_upload_save(vial_req *r, const vial_file *file, const char *folder,
                             const char *name)
{
    str safe = filename_safe(utf8_mended(r->arena, str_of(name ? name : file->filename)), r->arena);
    str path = S("");
    int fd = create_in(str_of(folder), safe, &path, r->arena);
    bool good = fd >= 0 && write_whole(fd, file->data, file->size);

    if (fd >= 0 && close(fd) != 0)
        good = false;
    if (good)
        return str_cstr(r->arena, path);
    if (fd >= 0)
        unlink(path_cstr(r->arena, path));
    vial_abort_str(
        r, 500,
        str_fmt(r->arena, "the file could not be kept as '%.*s': %s", STR(path), strerror(errno)));
    return NULL;
}

/* ---- JSON ---- */

/* "application/json", "application/problem+json". */
static bool is_json(str type)
{
    type = header_value(type);
    return str_ieq(type, S("application/json")) ||
           (str_istarts(type, S("application/")) && type.len > 5 &&
            str_ieq(str_from(type, type.len - 5), S("+json")));
}

vial_val vial_json(vial_req *r)
{
    str body = r->http->body;
    struct error err = { 0 };
    value v = value_none();

    vial_asked(r, "body");
    if (!is_json(headers_get(&r->http->headers, S("Content-Type")))) {
        vial_abort(r, 415, "JSON is wanted here: its Content-Type is application/json.");
        return value_none();
    }
    if (body.len > r->app->max_json) { /* values take many times the place of their text */
        vial_abort(r, 413, NULL);
        return value_none();
    }
    if (!json_parse(&v, (struct place){ S("body"), body, 0, body.len }, r->arena, &err)) {
        vial_abort_str(r, 400,
                       str_fmt(r->arena,
                               "The JSON that was sent does not parse: line %u, "
                               "column %u: %.*s",
                               err.line, err.col, STR(err.sentence)));
        v = value_none();
    }
    error_free(&err);
    return v;
}
