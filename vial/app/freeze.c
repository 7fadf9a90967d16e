/*
 * freeze.c - which URLs an app has, for whoever makes files of them
 *
 *   comes in:  listers, which tell the arguments of their endpoint
 *   goes out:  URLs; and the endpoints that nobody told anything about
 */
#include "vial/app/inside.h"
#include "vial/base/file.h"
#include "vial/base/path.h"

struct lister {
    struct lister *next;
    str endpoint;
    void (*list)(vial_req *, vial_urls *);
};

struct vial_urls {
    vial_req *r;
    str endpoint;
    bool (*each)(void *self, str url);
    void *self;
};

void vial_freeze_each(vial *app, const char *endpoint, void (*list)(vial_req *, vial_urls *))
{
    if (!record_lister(app, endpoint, list))
        lister_add(app, str_of(endpoint), list);
}

void lister_add(vial *app, str endpoint, void (*list)(vial_req *, vial_urls *))
{
    struct lister *lister = arena_make(app->arena, struct lister), **last = &app->listers;

    while (*last)
        last = &(*last)->next;
    *last = lister;
    lister->endpoint = str_copy(app->arena, endpoint);
    lister->list = list;
}

static void add(vial_urls *urls, value arguments)
{
    vial_req *r = urls->r;
    struct error err = { 0 };
    str url;

    if (r->failed)
        return;
    if (vial_url_to(r->app, r, urls->endpoint, arguments, &url, r->arena, &err)) {
        url = str_from(url, r->app->base_path.len); /* files have no base path */
        urls->each(urls->self, str_cut(&url, '?'));
    } else {
        vial_abort_error(r, &err);
    }
}

void vial_urls_add(vial_urls *urls, const vial_kv *arguments)
{
    add(urls, vial_map(urls->r, arguments));
}

void vial_urls_path(vial_urls *urls, const char *path)
{
    urls->each(urls->self, url_encode(urls->r->arena, str_of(path), "/%!$&'()*+,;=:@"));
}

bool vial_listed_urls(vial *app, bool (*each)(void *self, str url), void *self, struct error *err)
{
    static const struct request nothing = { .scheme = { "http", 4 }, .host = { "localhost", 9 } };
    bool good = true;

    for (const struct lister *lister = app->listers; lister && good; lister = lister->next) {
        struct arena a = { 0 };
        vial_req *r = request_new(app, &nothing, &a);
        struct vial_urls urls = { r, lister->endpoint, each, self };

        lister->list(r, &urls);
        good = !r->failed;
        if (!good && err) {
            if (r->err.sentence.len)
                error_move(err, &r->err);
            else
                error_set(err, "%.*s", STR(r->why));
            error_note(err, (struct place){ 0 }, "while listing the URLs of '%.*s'",
                       STR(lister->endpoint));
        }
        request_end(r, good ? 200 : 500);
        error_free(&r->err);
        arena_free(&a);
    }
    return good;
}

bool vial_static_urls(vial *app, bool (*each)(void *self, str url), void *self, struct error *err)
{
    for (const struct static_root *root = app->statics.roots; root; root = root->next) {
        struct arena a = { 0 };
        struct file_walk files;
        bool good = file_walk(&files, root->folder, S(""), &a, err);

        for (size_t i = 0; good && i < files.count; i++)
            each(self, str_fmt(&a, "%.*s/%.*s", STR(root->prefix),
                               STR(url_encode(&a, files.entries[i].path, "/!$&'()*+,;=:@"))));
        arena_free(&a);
        if (!good)
            return false;
    }
    return true;
}
