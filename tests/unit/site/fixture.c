/*
 * fixture.c - a site in a temporary folder
 */
#include "fixture.h"

#include "vial/base/file.h"
#include "vial/base/path.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    char folder[64];
    struct arena arena;
    struct site *site;
} now;

static str in_folder(const char *path)
{
    return path_join(&now.arena, str_of(now.folder), str_of(path));
}

const char *folder(void)
{
    return now.folder;
}

int fixture_begin(void **state)
{
    (void)state;
    strcpy(now.folder, "/tmp/vial-site-XXXXXX");
    if (!mkdtemp(now.folder))
        return -1;
    has("vial.yaml", "title: Test\n");
    has("templates/page.html", "{{ page.content }}");
    has("templates/section.html", "{% for p in section.pages %}{{ p.title }}\n{% endfor %}");
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

int fixture_end(void **state)
{
    (void)state;
    site_close(now.site);
    now.site = NULL;
    arena_free(&now.arena);
    return nftw(now.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void has_bytes(const char *path, const char *bytes, size_t count)
{
    struct error err = { 0 };

    assert_true(file_replace(in_folder(path), str_n(bytes, count), NULL, &err));
}

void has(const char *path, const char *text)
{
    has_bytes(path, text, strlen(text));
}

void lacks(const char *path)
{
    assert_int_equal(remove(path_cstr(&now.arena, in_folder(path))), 0);
}

void moves(const char *from, const char *to)
{
    assert_int_equal(
        rename(path_cstr(&now.arena, in_folder(from)), path_cstr(&now.arena, in_folder(to))), 0);
}

struct site *the_site(void)
{
    return now.site;
}

/* Each error on a line, and what would mend it behind " | "; paths relative to the site. */
static const char *printed(const struct errors *errors)
{
    struct buf out = buf_in(&now.arena);

    for (size_t i = 0; i < errors->count; i++) {
        struct error *err = &errors->list[i];
        str file = err->file;
        size_t prefix = strlen(now.folder) + 1;

        if (str_starts(file, str_of(now.folder)) && file.len > prefix)
            file = str_from(file, prefix);
        buf_addf(&out, "%.*s", STR(file));
        if (err->line)
            buf_addf(&out, ":%u:%u", err->line, err->col);
        buf_addf(&out, ": %.*s", STR(err->sentence));
        if (err->hint.len)
            buf_addf(&out, " | %.*s", STR(err->hint));
        buf_addc(&out, '\n');
    }
    return buf_cstr(&out);
}

static const char *open_saying(const struct site_options *options)
{
    struct errors errors = { 0 };

    site_close(now.site);
    now.site = site_open(str_of(now.folder), options, &errors);
    errors_sort(&errors);
    const char *said = printed(&errors);
    errors_free(&errors);
    return said;
}

void opens_with(const struct site_options *options)
{
    assert_string_equal(open_saying(options), "");
    assert_non_null(now.site);
}

void opens(void)
{
    opens_with(&(struct site_options){ 0 });
}

const char *complains(void)
{
    const char *said = open_saying(&(struct site_options){ 0 });

    assert_non_null(now.site);
    return said;
}

const char *refuses(void)
{
    const char *said = open_saying(&(struct site_options){ 0 });

    assert_null(now.site);
    return said;
}

/* ---- asking ---- */

static struct response ask_by(const char *method, const char *path, struct error *err)
{
    struct request req = {
        .method = str_of(method),
        .target = str_of(path),
        .path = str_of(path),
        .scheme = S("http"),
        .host = S("localhost"),
        .headers = { .arena = &now.arena },
    };
    struct response res;

    req.query = str_of(path);
    req.path = str_cut(&req.query, '?');
    assert_true(url_decode(&req.path, req.path, &now.arena));
    vial_handle(site_app(now.site), &req, &res, &now.arena, err);
    return res;
}

static struct response ask(const char *path, struct error *err)
{
    return ask_by("GET", path, err);
}

static const char *body_of(struct response *res)
{
    str text = res->text;
    struct error err = { 0 };

    if (res->body == BODY_FILE)
        assert_true(file_read(&text, res->file, 0, NULL, &now.arena, &err));
    response_end(res);
    return str_cstr(&now.arena, text);
}

static const char *reason(struct error *err)
{
    struct errors errors = { 0 };

    errors_add(&errors, err);
    const char *said = printed(&errors);
    errors_free(&errors);
    return said;
}

const char *get(const char *path)
{
    struct error err = { 0 };
    struct response res = ask(path, &err);

    if (err.sentence.len)
        print_message("%s: %s\n", path, reason(&err));
    assert_int_equal(res.status, 200);
    return body_of(&res);
}

const char *get_any(const char *path)
{
    struct response res = ask(path, NULL);

    return body_of(&res);
}

int status_by(const char *method, const char *path)
{
    struct response res = ask_by(method, path, NULL);

    response_end(&res);
    return res.status;
}

int status_of(const char *path)
{
    return status_by("GET", path);
}

static const char *header_of(const char *path, const char *name)
{
    struct response res = ask(path, NULL);

    response_end(&res);
    return str_cstr(&now.arena, headers_get(&res.headers, str_of(name)));
}

const char *location_of(const char *path)
{
    return header_of(path, "Location");
}

const char *type_of(const char *path)
{
    return header_of(path, "Content-Type");
}

const char *failure_of(const char *path)
{
    struct error err = { 0 };
    struct response res = ask(path, &err);

    response_end(&res);
    assert_int_equal(res.status, 500);
    return reason(&err);
}

const char *shows(const char *expression)
{
    struct buf text = buf_in(&now.arena);

    buf_addf(&text, "{{ %s }}", expression);
    has("templates/probe.html", buf_cstr(&text));
    env_forget(vial_env(site_app(now.site)));
    return get("/probe/");
}

const char *findings(void)
{
    struct errors errors = { 0 }, warnings = { 0 };

    site_findings(now.site, &errors, &warnings);
    const char *said =
        str_cstr(&now.arena, str_fmt(&now.arena, "%s%s", printed(&errors), printed(&warnings)));
    errors_free(&errors);
    errors_free(&warnings);
    return said;
}

static bool add_url(void *self, const struct site_url *url)
{
    buf_addf(self, "%.*s\n", STR(url->url));
    return true;
}

const char *urls(void)
{
    struct buf out = buf_in(&now.arena);

    site_each_url(now.site, add_url, &out);
    return buf_cstr(&out);
}

/* ---- changing ---- */

struct reads *after_change(const char *path, ...)
{
    str paths[16];
    size_t count = 0;
    struct errors errors = { 0 };
    va_list rest;

    va_start(rest, path);
    for (; path; path = va_arg(rest, const char *))
        paths[count++] = str_of(path);
    va_end(rest);

    struct reads *keys = site_update(now.site, paths, count, &now.arena, &errors);
    assert_string_equal(printed(&errors), "");
    errors_free(&errors);
    return keys;
}

bool names(const struct reads *keys, const char *key)
{
    return reads_has(keys, str_of(key));
}

bool reads_key(const char *path, const char *key)
{
    struct response res = ask(path, NULL);
    bool has = reads_has(res.reads, str_of(key));

    response_end(&res);
    return has;
}
