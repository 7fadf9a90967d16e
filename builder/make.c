/*
 * make.c - one target, asked of the app, looked at, and put in its place
 *
 *   comes in:  a URL and the name of its file
 *   goes out:  the file; or why there is none, naming the page
 *
 * Nothing here knows what a page is: a response is a file when whoever serves the file will send
 * the same. Its status has to be 200, and its type the one that its name tells. A redirect becomes
 * a page that leads on.
 */
#include "builder/make.h"
#include "vial/base/path.h"
#include "vial/base/profile.h"

static bool ask(const struct maker *maker, const struct target *target, struct made *made,
                struct arena *a)
{
    struct request req = {
        .method = S("GET"),
        .target = target->url,
        .scheme = S("http"),
        .host = S("localhost"),
        .headers = { .arena = a },
    };

    if (!url_decode(&req.path, target->url, a))
        return error_set(&made->err, "'%.*s' is no address", STR(target->url));
    vial_handle(maker->app, &req, &made->res, a, &made->err);
    return true;
}

/* ---- looked at ---- */

static str type_of(str content_type)
{
    str rest = content_type;

    return str_trim(str_cut(&rest, ';'));
}

/* Types that one name may stand for: feeds are XML, and so on. */
static bool are_of_one_kind(str a, str b)
{
    static const char *const kinds[] = { "xml", "json", "javascript" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_ends(a, str_of(kinds[i])) && str_ends(b, str_of(kinds[i])))
            return true;
    return str_ieq(a, b);
}

/*
 * A server tells a file's type by its name: the name has to say what the response says. Of names
 * that few know the type may be anything, but never HTML, which every reader would save and not
 * see.
 */
static bool type_agrees(const struct target *target, const struct response *res, struct error *err)
{
    str by_name = type_of(media_type(target->name));
    str said = type_of(headers_get(&res->headers, S("Content-Type")));
    bool unknown = str_eq(by_name, S("application/octet-stream"));

    if (are_of_one_kind(by_name, said) || (unknown && !target->page))
        return true;
    error_at(err, (struct place){ .file = target->source },
             "'%.*s' is answered with the type %.*s, and the name of its file, %.*s, says %.*s",
             STR(target->url), STR(said), STR(target->name), STR(by_name));
    return error_hint(err, "let its address end in a name for that type, or in a slash for HTML");
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* What a host shows for what is not there: asked for by its own name, it may be found or not. */
static bool is_expected(const struct target *target, int status)
{
    return status == 200 || (status == 404 && str_eq(path_name(target->name), S("404.html")));
}

static bool refuse_status(const struct target *target, int status, struct error *err)
{
    if (err->sentence.len) /* why, with its place; here is for which page */
        return error_note(err, (struct place){ .file = target->source }, "while making %.*s%s",
                          STR(target->url), target->source.len ? ", from" : "");
    return error_at(err, (struct place){ .file = target->source },
                    "'%.*s' is answered with status %d, %s", STR(target->url), status,
                    http_reason(status));
}

/* ---- put in its place ---- */

static bool put_text(const struct maker *maker, struct target *target, str text, struct made *made,
                     struct arena *a)
{
    made->about_files = true;
    return !maker->output || output_put_text(maker->output, target->name, text, &target->record,
                                             &target->written, a, &made->err);
}

static bool put_file(const struct maker *maker, struct target *target, struct made *made,
                     struct arena *a)
{
    made->about_files = true;
    return !maker->output || output_put_file(maker->output, target->name, made->res.file,
                                             &target->record, &target->written, a, &made->err);
}

static bool put_body(const struct maker *maker, struct target *target, struct made *made,
                     struct arena *a)
{
    switch (made->res.body) {
    case BODY_NONE:
        return put_text(maker, target, S(""), made, a);
    case BODY_TEXT:
        return put_text(maker, target, made->res.text, made, a);
    case BODY_FILE:
        return put_file(maker, target, made, a);
    case BODY_PULL:
        break;
    }
    return error_at(&made->err, (struct place){ .file = target->source },
                    "'%.*s' is answered with a stream, which cannot be a file", STR(target->url));
}

static bool put(const struct maker *maker, struct target *target, struct made *made,
                struct arena *a)
{
    int64_t begun = profile_begin();
    bool done = put_body(maker, target, made, a);

    profile_end(begun, "work", S("writing"), false);
    return done;
}

/*
 * For hosts that know no redirects: a page that leads on, and tells where the page is now. Under a
 * name that is not for HTML it would do harm; there the line in _redirects has to do.
 */
static bool put_redirect(const struct maker *maker, struct target *target, struct made *made,
                         struct arena *a)
{
    str to = headers_get(&made->res.headers, S("Location"));
    struct buf page = buf_in(a);

    if (!to.len)
        return error_at(&made->err, (struct place){ .file = target->source },
                        "'%.*s' is redirected to nowhere", STR(target->url));
    made->redirects_to = to;
    target->redirect = made->res.status;
    if (!str_starts(media_type(target->name), S("text/html"))) {
        target->no_file = true;
        return true;
    }
    buf_lit(&page,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Moved</title>\n"
            "<link rel=\"canonical\" href=\"");
    buf_add_html(&page, to);
    buf_lit(&page, "\">\n<meta http-equiv=\"refresh\" content=\"0; url=");
    buf_add_html(&page, to);
    buf_lit(&page, "\">\n<p>This page is now at <a href=\"");
    buf_add_html(&page, to);
    buf_lit(&page, "\">");
    buf_add_html(&page, to);
    buf_lit(&page, "</a>.</p>\n</html>\n");
    return put_text(maker, target, buf_str(&page), made, a);
}

/* ---- the whole of it ---- */

static bool make_from(const struct maker *maker, struct target *target, struct made *made,
                      struct arena *a)
{
    const struct response *res = &made->res;

    if (is_redirect(res->status))
        return put_redirect(maker, target, made, a);
    if (!is_expected(target, res->status))
        return refuse_status(target, res->status, &made->err);
    target->page = str_ieq(type_of(headers_get(&res->headers, S("Content-Type"))), S("text/html"));
    return type_agrees(target, res, &made->err) && put(maker, target, made, a);
}

bool make_target(const struct maker *maker, struct target *target, struct made *made,
                 struct arena *a)
{
    *made = (struct made){ 0 };
    target->failed = !ask(maker, target, made, a) || !make_from(maker, target, made, a);
    return !target->failed;
}

bool make_file(const struct maker *maker, struct target *target, str text, struct made *made,
               struct arena *a)
{
    *made = (struct made){ 0 };
    target->failed = !put_text(maker, target, text, made, a);
    return !target->failed;
}

void made_end(struct made *made)
{
    response_end(&made->res);
    error_free(&made->err);
}
