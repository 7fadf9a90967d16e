/*
 * logic_compile.c - C files become a module, by the system's compiler
 *
 *   comes in:  their names; the compiler that $CC names, else cc, gcc or clang
 *   goes out:  work/module.so; what the compiler said; which headers were included
 *
 * The compiler runs in the site's folder and is told names relative to it, so that its messages and
 * __FILE__ are the same wherever the site lies. vial's headers are those that are part of this
 * program, written beside the module: they are always the ones that fit, whether vial is installed
 * or runs from where it was compiled. They count as the system's: what is wrong in a macro's use is
 * told where it is used. No shell sees any of this.
 */
#include "vial/base/path.h"
#include "vial/base/run.h"
#include "vial/site/logic_inside.h"
#include "vial/site/logic_types.h"
#include "vial/site/logic_vial.h"
#include <stdlib.h>

enum { DEPENDENCIES_SIZE = 4 << 20 };

/* ---- which compiler ---- */

static bool take_compiler(struct logic_work *w, str words)
{
    w->ncompiler = 0;
    while (words.len && w->ncompiler < COMPILER_WORDS - 1) {
        str word = str_trim(str_cut(&words, ' '));

        if (word.len)
            w->compiler[w->ncompiler++] = str_cstr(w->a, word);
    }
    if (w->ncompiler)
        w->compiler_file = run_find(str_of(w->compiler[0]), w->a);
    if (!w->ncompiler || !w->compiler_file.len)
        w->ncompiler = 0;
    return w->ncompiler > 0;
}

bool logic_find_compiler(struct logic_work *w, struct error *err)
{
    static const char *const usual[] = { "cc", "gcc", "clang" };
    const char *asked = getenv("CC");

    if (asked && *asked) {
        if (take_compiler(w, str_of(asked)))
            return true;
        error_at(err, w->config->place, "there is no C compiler '%s', which $CC names", asked);
        return error_hint(err, "unset CC to use the system's");
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (take_compiler(w, str_of(usual[i])))
            return true;
    error_at(err, w->config->place, "'logic' needs a C compiler, and there is no cc, gcc or clang");
    return error_hint(err, "install one: 'apt install gcc libc6-dev' on Debian and Ubuntu, "
                           "'dnf install gcc' on Fedora, 'apk add gcc musl-dev' on Alpine");
}

/* ---- running it ---- */

/* A command line, with room for as many words as `w` may ask for. */
struct command {
    const char **words;
    size_t count;
};

static struct command command_new(const struct logic_work *w)
{
    enum { OURS = 32 };
    const struct config_logic *config = w->config;
    size_t most = w->ncompiler + w->nsources + config->nflags + config->nlibraries + OURS;
    struct command c = { .words = arena_array(w->a, const char *, most) };

    for (size_t i = 0; i < w->ncompiler; i++)
        c.words[c.count++] = w->compiler[i];
    return c;
}

static void add_word(struct command *c, const char *word)
{
    c->words[c->count++] = word;
}

static bool run(const struct logic_work *w, const struct command *c, struct buf *said,
                struct error *err)
{
    struct run run = { .words = c->words, .folder = str_cstr(w->a, w->folder) };
    int status;

    if (!run_program(&run, said, &status, err))
        return false;
    if (status > 128)
        buf_addf(said, "error: the compiler was killed by signal %d\n", status - 128);
    return status == 0;
}

static bool compile_one(const struct logic_work *w, size_t number, struct buf *said,
                        struct error *err)
{
    /* places are counted in characters: a tab is one */
    static const char *const flags[] = {
        "-c",
        "-fPIC",
        "-std=gnu11",
        "-O2",
        "-g",
        "-fvisibility=hidden",
        "-Wall",
        "-Wextra",
        "-Werror=implicit-function-declaration",
        "-ftabstop=1",
        "-fno-common",
        "-MMD",
        "-isystem",
        ".vial/logic/include",
    };
    struct command c = command_new(w);

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        add_word(&c, flags[i]);
    for (size_t i = 0; i < w->config->nflags; i++)
        add_word(&c, str_cstr(w->a, w->config->flags[i]));
    add_word(&c, "-MF");
    add_word(&c, str_fmt(w->a, ".vial/logic/work/%zu.d", number).p);
    add_word(&c, "-o");
    add_word(&c, str_fmt(w->a, ".vial/logic/work/%zu.o", number).p);
    add_word(&c, str_cstr(w->a, w->sources[number]));
    return run(w, &c, said, err);
}

static bool link_all(const struct logic_work *w, struct buf *said, struct error *err)
{
    struct command c = command_new(w);

    add_word(&c, "-shared");
    add_word(&c, "-o");
    add_word(&c, ".vial/logic/" LOGIC_MADE);
    for (size_t i = 0; i < w->nsources; i++)
        add_word(&c, str_fmt(w->a, ".vial/logic/work/%zu.o", i).p);
    for (size_t i = 0; i < w->config->nlibraries; i++)
        add_word(&c, str_fmt(w->a, "-l%.*s", STR(w->config->libraries[i])).p);
    return run(w, &c, said, err);
}

struct digest logic_headers_digest(void)
{
    struct digester d;

    digester_begin(&d);
    digester_add(&d, str_of(logic_vial_h));
    digester_add(&d, str_of(logic_types_h));
    return digester_end(&d);
}

static bool write_headers(const struct logic_work *w, struct error *err)
{
    str folder = path_join(w->a, w->store, S("include/vial"));

    return file_replace(path_join(w->a, folder, S("vial.h")), str_of(logic_vial_h), NULL, err) &&
           file_replace(path_join(w->a, folder, S("types.h")), str_of(logic_types_h), NULL, err);
}

/* ---- what was included ---- */

/* The next name of a rule for make: "a.o: a.c \<newline> with\ blank.h". Empty at the end. */
static str next_name(str *rest, struct arena *a)
{
    struct buf name = buf_in(a);

    while (rest->len) {
        char c = rest->p[0], after = rest->len > 1 ? rest->p[1] : 0;

        *rest = str_from(*rest, 1);
        if (c == '\\' && (after == '\n' || after == '\r')) {
            *rest = str_from(*rest, 1);
            c = ' ';
        } else if ((c == '\\' && (after == ' ' || after == '#')) || (c == '$' && after == '$')) {
            *rest = str_from(*rest, 1);
            buf_addc(&name, after);
            continue;
        }
        if (!is_space(c))
            buf_addc(&name, c);
        else if (name.len)
            break;
    }
    return buf_str(&name);
}

static int by_text(const void *left, const void *right)
{
    return str_cmp(*(const str *)left, *(const str *)right);
}

static void take_names(struct logic_work *w, str text, struct map *names)
{
    str name;

    str_cut(&text, ':');
    while ((name = next_name(&text, w->a)).len) {
        name = path_normal(w->a, name);
        if (!map_find(names, name))
            map_put(names, name);
    }
}

static bool find_parts(struct logic_work *w, struct error *err)
{
    struct map names = map_in(w->a);
    str text;

    for (size_t i = 0; i < w->nsources; i++) {
        str file = path_join(w->a, w->store, str_fmt(w->a, "work/%zu.d", i));

        if (!map_find(&names, w->sources[i]))
            map_put(&names, w->sources[i]);
        if (!file_read(&text, file, DEPENDENCIES_SIZE, NULL, w->a, err))
            return false;
        take_names(w, text, &names);
    }
    str *parts = arena_array(w->a, str, names.count);
    for (size_t i = 0; i < names.count; i++)
        parts[i] = names.entries[i].key;
    qsort(parts, names.count, sizeof *parts, by_text);
    w->parts = parts;
    w->nparts = names.count;
    return true;
}

bool logic_compile(struct logic_work *w, struct buf *said, struct error *err)
{
    str work = path_join(w->a, w->store, S("work"));
    bool good = true;

    if (!write_headers(w, err) || !file_make_folders(work, err))
        return false;
    file_remove(path_join(w->a, w->store, S(LOGIC_MADE)), NULL);
    for (size_t i = 0; i < w->nsources; i++) /* all of them: every error is told */
        good = compile_one(w, i, said, err) && good;
    return good && link_all(w, said, err) &&
           file_exists(path_join(w->a, w->store, S(LOGIC_MADE))) && find_parts(w, err);
}
