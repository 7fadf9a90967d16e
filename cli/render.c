/*
 * render.c - `vial render`: one template with its data
 *
 *   comes in:  a template's name and where to look for it, data as JSON
 *   goes out:  its text; or the time it takes; or nothing but whether it can be parsed
 */
#include "cli/render.h"
#include "cli/cli.h"
#include "vial/app/json.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include <stdio.h>
#include <time.h>

static const char usage[] = "vial render [options] TEMPLATE|- [DATA.json|-]";

struct request {
    struct option_list paths;
    int autoescape, undefined;
    bool trim_blocks, lstrip_blocks, keep_trailing_newline, check, batch, quiet, newstyle;
    str bench, messages;
    str template, data;
    struct arena arena;
    struct env *env;
};

static bool read_stdin(str *text, struct arena *a, struct error *err)
{
    struct buf all = buf_in(a);
    size_t got;

    do {
        buf_reserve(&all, 65536);
        got = fread(all.p + all.len, 1, all.cap - all.len, stdin);
        all.len += got;
    } while (got);
    *text = buf_str(&all);
    return !ferror(stdin) || error_errno(err, S("<stdin>"), "can't be read");
}

static bool read_text(str *text, str name, struct arena *a, struct error *err)
{
    if (str_eq(name, S("-")))
        return read_stdin(text, a, err);
    return file_read(text, name, 0, NULL, a, err);
}

static bool load_data(struct request *q, value *data, struct error *err)
{
    struct place place = { .file = q->data };

    *data = dict_new(&q->arena, 0);
    if (!q->data.len)
        return true;
    if (!read_text(&place.source, q->data, &q->arena, err))
        return false;
    place.len = place.source.len;
    if (!json_parse(data, place, &q->arena, err))
        return error_kind(err, "ValueError");
    if (data->type == VIAL_DICT)
        return true;
    error_at(err, place, "the data is no JSON object");
    return error_kind(err, "ValueError");
}

/* Without --path, a template is looked for where its name says. */
static void add_paths(struct request *q)
{
    for (size_t i = 0; i < q->paths.count; i++)
        env_add_folder(q->env, q->paths.items[i]);
    if (q->paths.count)
        return;
    if (!path_inside(q->template)) {
        env_add_folder(q->env, path_dir(q->template).len ? path_dir(q->template) : S("/"));
        q->template = path_name(q->template);
    } else {
        env_add_folder(q->env, S("."));
    }
}

static bool no_translation(void *self, const struct message *message, struct arena *a, str *text)
{
    (void)self;
    (void)message;
    (void)a;
    (void)text;
    return false;
}

/* Without --messages every text stands for itself. */
static bool add_translations(struct request *q, struct error *err)
{
    struct translations how = { .find = no_translation, .newstyle = q->newstyle };
    const struct catalog *catalog;
    str bytes;

    if (q->messages.len) {
        if (!file_read(&bytes, q->messages, 0, NULL, &q->arena, err))
            return false;
        catalog = catalog_parse(bytes, q->messages, &q->arena, err);
        if (!catalog)
            return error_kind(err, "ValueError");
        how = catalog_translations(catalog, q->newstyle);
    }
    env_translations(q->env, &how);
    return true;
}

static bool make_env(struct request *q, struct error *err)
{
    struct env_options options = { .autoescape =
                                       q->autoescape == 0 ? AUTOESCAPE_HTML : AUTOESCAPE_NONE,
                                   .undefined = (enum undefined_kind)q->undefined,
                                   .trim_blocks = q->trim_blocks,
                                   .lstrip_blocks = q->lstrip_blocks,
                                   .keep_trailing_newline = q->keep_trailing_newline,
                                   .ext_do = true,
                                   .ext_loopcontrols = true,
                                   .ext_i18n = true,
                                   .ext_debug = true };

    q->env = env_new(&options);
    add_paths(q);
    return add_translations(q, err);
}

static bool not_found(struct request *q, struct error *err)
{
    struct place place = { .file = q->template, .source = S(" ") };

    error_at(err, place, "%.*s", STR(q->template));
    return error_kind(err, "TemplateNotFound");
}

static const struct jinja *find_template(struct request *q, struct error *err)
{
    struct source source = { .file = S("<stdin>") };

    if (str_eq(q->template, S("-"))) {
        if (!read_stdin(&source.text, &q->arena, err))
            return NULL;
        return env_compile(q->env, S("<stdin>"), source, err);
    }
    const struct jinja *t = env_template(q->env, q->template, err);
    if (!t && !err->file.len && err->kind && str_eq(str_of(err->kind), S("TemplateNotFound")))
        not_found(q, err);
    return t;
}

/* ---- what is asked for ---- */

static bool check_folders(struct request *q, struct source *source, struct error *err)
{
    for (size_t i = 0; i < q->paths.count || i == 0; i++) {
        str folder = q->paths.count ? q->paths.items[i] : S(".");
        str path = path_join(&q->arena, folder, q->template);

        if (file_info(path).kind != FILE_REGULAR)
            continue;
        source->file = path;
        return file_read(&source->text, path, 0, NULL, &q->arena, err);
    }
    return not_found(q, err);
}

static int64_t cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void print_each(int64_t begin, int64_t times)
{
    printf("%lld\n", (long long)((cpu_ns() - begin) / times));
}

/* Once; or `times` times, and how long each took. */
static bool check(struct request *q, int64_t times, struct error *err)
{
    struct source source = { .file = S("<stdin>") };
    bool done = str_eq(q->template, S("-")) ? read_stdin(&source.text, &q->arena, err)
                                            : check_folders(q, &source, err);
    int64_t begin = cpu_ns();

    for (int64_t i = 0; i < (times ? times : 1) && done; i++)
        done = env_check(q->env, q->template, source, err);
    if (done && times)
        print_each(begin, times);
    return done;
}

static bool render(struct request *q, struct error *err)
{
    struct arena arena = { 0 };
    struct render_options options = { .arena = &arena };
    struct buf out = { 0 };
    value data;
    const struct jinja *t = find_template(q, err);
    bool done = t && load_data(q, &data, err) && template_render(t, data, &options, &out, err);

    if (done && fwrite(out.p, 1, out.len, stdout) != out.len)
        done = error_errno(err, S("<stdout>"), "can't be written");
    if (done && fflush(stdout) != 0)
        done = error_errno(err, S("<stdout>"), "can't be written");
    buf_free(&out);
    arena_free(&arena);
    return done;
}

static bool bench(struct request *q, int64_t times, struct error *err)
{
    struct arena arena = { 0 };
    struct render_options options = { .arena = &arena, .max_steps = UINT64_MAX - 1 };
    struct buf out = { 0 };
    value data;
    const struct jinja *t = find_template(q, err);
    bool done = t && load_data(q, &data, err);
    int64_t begin = cpu_ns();

    for (int64_t i = 0; i < times && done; i++) {
        buf_clear(&out);
        arena_reset(&arena);
        done = template_render(t, data, &options, &out, err);
    }
    if (done)
        print_each(begin, times);
    buf_free(&out);
    arena_free(&arena);
    return done;
}

static bool do_it(struct request *q, int64_t times, struct error *err)
{
    if (q->check)
        return check(q, times, err);
    return times ? bench(q, times, err) : render(q, err);
}

static int run(struct request *q)
{
    struct error err = { 0 };
    struct buf text = { 0 };
    int64_t times = 0;
    bool done;

    if (q->bench.len && (!str_int(q->bench, &times) || times < 1))
        return usage_error(usage, "--bench takes the number of renderings");
    done = make_env(q, &err) && do_it(q, times, &err);
    if (!done) {
        error_print(&err, q->quiet ? ERROR_BRIEF : ERROR_PLAIN, &text);
        fwrite(text.p, 1, text.len, stderr);
    }
    buf_free(&text);
    error_free(&err);
    env_free(q->env);
    arena_free(&q->arena);
    return done ? EXIT_DONE : EXIT_ERRORS;
}

static bool says_quiet(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (str_eq(str_of(argv[i]), S("--quiet")) || str_eq(str_of(argv[i]), S("-q")))
            return true;
    return false;
}

int cmd_render(int argc, char **argv)
{
    struct request q = { .autoescape = 1, .quiet = says_quiet(argc, argv) };
    const struct option_spec specs[] = {
        { 0, "autoescape", OPTION_CHOICE, &q.autoescape, "html|none",
          "escape what is printed, or not (the default)" },
        { 0, "path", OPTION_LIST, &q.paths, "DIR", "where templates are; the first that has it" },
        { 0, "trim-blocks", OPTION_FLAG, &q.trim_blocks, NULL, "no line end after a tag" },
        { 0, "lstrip-blocks", OPTION_FLAG, &q.lstrip_blocks, NULL, "no white space before a tag" },
        { 0, "keep-trailing-newline", OPTION_FLAG, &q.keep_trailing_newline, NULL,
          "keep the template's last line end" },
        { 0, "undefined", OPTION_CHOICE, &q.undefined, "default|strict|chainable|debug",
          "what names without a value do" },
        { 0, "messages", OPTION_TEXT, &q.messages, "FILE.mo", "a gettext catalogue for trans" },
        { 0, "newstyle", OPTION_FLAG, &q.newstyle, NULL,
          "gettext functions put variables in, as Jinja's newstyle" },
        { 0, "check", OPTION_FLAG, &q.check, NULL, "only parse the template" },
        { 0, "bench", OPTION_TEXT, &q.bench, "N",
          "render N times (with --check: parse), print nanoseconds each" },
        { 0, "batch", OPTION_FLAG, &q.batch, NULL, "answer lines of JSON" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 2);

    if (status >= 0)
        return status;
    if (q.batch)
        return render_batch();
    if (!rest.count)
        return usage_error(usage, "a template is needed");
    q.template = str_of(rest.list[0]);
    q.data = rest.count > 1 ? str_of(rest.list[1]) : S("");
    if (str_eq(q.template, S("-")) && str_eq(q.data, S("-")))
        return usage_error(usage, "the template and the data can't both be standard input");
    return run(&q);
}
