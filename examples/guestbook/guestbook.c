/*
 * guestbook.c - a small blog with a guest book
 *
 * content/guestbook.md tells how it came to be, and is where it is written: tests/whole/tutorial.py
 * takes its listings and makes these files.
 */
/* guestbook.c: the posts */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vial/vial.h>

vial *guestbook_app(void);

static const struct post {
    const char *title, *text;
} posts[] = {
    { "Hello", "This blog was written in an afternoon." },
    { "On glass", "A vial is a small glass vessel. Its walls are thin, and it keeps what is in it." },
};
enum { POSTS = sizeof posts / sizeof *posts };

static vial_val post_value(vial_req *r, int64_t id)
{
    const struct post *post = &posts[id - 1];

    return vial_map(r, KV({ "id", V(id) }, { "title", V(post->title) }, { "text", V(post->text) }));
}

static vial_res *index_page(vial_req *r)
{
    vial_val all[POSTS];

    for (int i = 0; i < POSTS; i++)
        all[i] = post_value(r, i + 1);
    return vial_render(r, "index.html", KV({ "posts", vial_list(r, POSTS, all) }));
}

static vial_res *show_post(vial_req *r)
{
    int64_t id = vial_arg_i(r, "id");

    if (id < 1 || id > POSTS)
        return vial_abort(r, 404, "no such post");
    return vial_render(r, "post.html", KV({ "post", post_value(r, id) }));
}

/* guestbook.c: a filter */
static vial_val opening(vial_req *r, vial_val input, const vial_val *args, size_t n)
{
    const char *text = vial_cstr(r, input, ""), *end = text;
    int64_t words = n ? vial_int(args[0], 5) : 5;

    for (; *end && words; end++)
        if (*end == ' ' && --words == 0)
            break;
    return V(vial_fmt(r, "%.*s%s", (int)(end - text), text, *end ? " ..." : ""));
}

/* guestbook.c: the entries */
enum { ENTRIES = 500, LINE = 4000 };

static const char *book_file(vial_req *r)
{
    return vial_instance(vial_app(r), "book.jsonl");
}

static vial_val read_entries(vial_req *r)
{
    vial_val *entries = vial_alloc(r, ENTRIES * sizeof *entries);
    char line[LINE];
    size_t n = 0;

    vial_depends(r, book_file(r)); /* what is made of it is made again when it changes */
    FILE *file = fopen(book_file(r), "r");
    while (file && n < ENTRIES && fgets(line, sizeof line, file))
        entries[n++] = vial_json_parse(r, line, strlen(line));
    if (file)
        fclose(file);
    return vial_list(r, n, entries);
}

/* Why it is not taken, or NULL. */
static const char *add_entry(vial_req *r, const char *name, const char *text)
{
    const char *line = vial_json_text(r, vial_map(r, KV({ "name", V(name) }, { "text", V(text) })));
    FILE *file;

    if (!name || !*name || !text || !*text)
        return "A name and a text are needed.";
    if (strlen(line) + 2 > LINE)
        return "That is too long.";
    file = fopen(book_file(r), "a");
    if (!file)
        return "The book cannot be opened.";
    fprintf(file, "%s\n", line);
    fclose(file);
    return NULL;
}

/* guestbook.c: the book */
static vial_res *list(vial_req *r)
{
    return vial_render(r, "book.html", KV({ "entries", read_entries(r) }));
}

static vial_res *show_form(vial_req *r)
{
    return vial_render(r, "sign.html", KV({ "name", vial_session(r, "name") }));
}

static vial_res *sign(vial_req *r)
{
    const char *name = vial_form(r, "name", ""), *why = add_entry(r, name, vial_form(r, "text", ""));

    if (why) {
        vial_flash(r, why, "error");
        return vial_to(r, ".sign", NULL);
    }
    vial_session_set(r, "name", V(name));
    vial_flash(r, vial_fmt(r, "Thank you, %s.", name), NULL);
    return vial_to(r, ".thanks", NULL);
}

static vial_res *thanks(vial_req *r)
{
    return vial_render(r, "thanks.html", NULL);
}

static vial_res *api_list(vial_req *r)
{
    return vial_reply_json(r, read_entries(r));
}

static vial_res *api_add(vial_req *r)
{
    vial_val sent = vial_json(r);
    const char *why = add_entry(r, vial_cstr(r, vial_get(sent, "name"), ""),
                                vial_cstr(r, vial_get(sent, "text"), ""));

    if (why)
        return vial_abort(r, 400, why);
    return vial_status(vial_reply_json(r, sent), 201);
}

static vial_res *no_such_page(vial_req *r)
{
    return vial_render(r, "404.html", KV({ "why", V(vial_why(r)) }));
}

static vial *book_blueprint(void)
{
    vial *book = vial_blueprint("book", .prefix = "/book");

    vial_route(book, "/", list, .tells_all = true);
    vial_view(book, "/sign", "sign", .get = show_form, .post = sign,
              .with = { .csrf = true, .no_freeze = true });
    vial_route(book, "/thanks", thanks, .no_freeze = true);
    vial_route(book, "/entries.json", api_list, .tells_all = true);
    vial_route(book, "/entries", api_add, .methods = "POST");
    vial_error(book, 404, no_such_page);
    return book;
}

/* guestbook.c: the app */
static int add_by_hand(vial_req *r)
{
    const char *why = add_entry(r, vial_given(r, "name"), vial_given(r, "text"));

    vial_print(r, "%s\n", why ? why : "added");
    return why ? 1 : 0;
}

static void every_post(vial_req *r, vial_urls *urls)
{
    (void)r;
    for (int i = 1; i <= POSTS; i++)
        vial_urls_add(urls, KV({ "id", V(i) }));
}

vial *guestbook_app(void)
{
    vial *app = vial_new("guestbook", .templates = "templates", .static_dir = "static",
                         .env_prefix = "GUESTBOOK", .instance = "instance");

    vial_config(app, "guestbook.yaml");
    vial_filter(app, "opening", opening);
    vial_route(app, "/", index_page, .tells_all = true);
    vial_route(app, "/post/<int:id>/", show_post, .tells_all = true);
    vial_error(app, 404, no_such_page);
    vial_mount(app, book_blueprint());
    vial_freeze_each(app, "show_post", every_post);
    vial_command(app, "book add", add_by_hand, .help = "write into the book",
                 .options = OPTIONS({ "name", 'n', "who writes", .prompt = "Name" },
                                    { "text", 't', "what", .prompt = "Text" }));
    return app;
}
