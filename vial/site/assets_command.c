/*
 * assets_command.c - assets that another program makes
 *
 *   comes in:  a file, the command that vial.yaml has for its kind
 *   goes out:  what the program made of it; or what it said, with the place it named
 *
 * A program reads more than the file: what may matter are the folder that the file lies in, or the
 * inputs that vial.yaml names. The bytes of all of them, the command's words and the program itself
 * are the key under which its work is kept, so it runs only when one of these changed.
 */
#include "vial/base/path.h"
#include "vial/base/run.h"
#include "vial/site/assets_inside.h"
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OUTPUT_SIZE = 64 << 20, LINES = 24 };

struct command {
    struct making *making;
    const struct config_command *config;
    str folder; /* it runs in: the site's */
    struct error *err;
};

const struct config_command *command_for(const struct site *site, const struct asset *asset)
{
    const struct config_assets *config = &site->config->assets;
    struct arena a = { 0 };
    const struct config_command *found = NULL;

    for (size_t i = 0; !asset->in_memory && !found && i < config->ncommands; i++)
        if (fnmatch(str_cstr(&a, config->commands[i].files), str_cstr(&a, asset->path), 0) == 0)
            found = &config->commands[i];
    arena_free(&a);
    return found;
}

/* ---- what it is made of ---- */

static bool add_file(struct command *c, struct digester *key, str file)
{
    struct digest digest;

    making_input(c->making, file);
    digester_add(key, site_relative(c->making->visit->site, file));
    if (!file_digest(&digest, file, c->err))
        return false;
    digester_add(key, str_n((const char *)&digest, sizeof digest));
    return true;
}

static bool add_input(struct command *c, struct digester *key, str path)
{
    struct arena *a = c->making->arena;
    struct file_walk walk;

    if (!file_is_folder(path))
        return add_file(c, key, path);
    making_folder(c->making, path);
    if (!file_walk(&walk, path, S(""), a, c->err))
        return false;
    for (size_t i = 0; i < walk.count; i++)
        if (!add_file(c, key, path_join(a, path, walk.entries[i].path)))
            return false;
    return true;
}

static bool key_of(struct command *c, struct digest *key)
{
    const struct config_command *config = c->config;
    str file = c->making->source->file;
    struct digester d;

    digester_begin(&d);
    for (size_t i = 0; config->words[i]; i++)
        digester_add(&d, str_n(config->words[i], strlen(config->words[i]) + 1));
    str program = run_find(str_of(config->words[0]), c->making->arena);
    struct file_info info = file_info(program.p ? program : S(""));
    digester_add(&d, str_n((const char *)&info.size, sizeof info.size));
    digester_add(&d, str_n((const char *)&info.mtime, sizeof info.mtime));
    digester_add(&d, config->makes);
    if (!add_file(c, &d, file))
        return false;
    if (!config->ninputs && !add_input(c, &d, path_dir(file)))
        return false;
    for (size_t i = 0; i < config->ninputs; i++)
        if (!add_input(c, &d, path_join(c->making->arena, c->folder, config->inputs[i])))
            return false;
    *key = digester_end(&d);
    return true;
}

/* ---- what it says ---- */

static str without_colours(struct arena *a, str text)
{
    struct buf out = buf_in(a);

    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '\033' && i + 1 < text.len && text.p[i + 1] == '[') {
            for (i += 2; i < text.len && !is_alpha((unsigned char)text.p[i]);)
                i++;
            continue;
        }
        buf_addc(&out, text.p[i]);
    }
    return buf_str(&out);
}

static bool cut_number(str *rest, size_t *number)
{
    size_t n = 0;
    int64_t found;

    while (n < rest->len && is_digit((unsigned char)rest->p[n]))
        n++;
    if (!n || n > 7 || !str_int(str_slice(*rest, 0, n), &found))
        return false;
    *number = (size_t)found;
    *rest = str_from(*rest, n);
    return true;
}

/* "site.scss:3:5", "site.scss 3:5", "site.scss(3,5)", 'line 3 of site.scss' is none. */
static bool find_place(str said, str file, size_t *line, size_t *col)
{
    for (size_t at = 0;;) {
        ptrdiff_t found = str_find(str_from(said, at), file);

        if (found == STR_NONE)
            return false;
        at += (size_t)found + file.len;
        str rest = str_from(said, at);
        if (!rest.len || !strchr(": (", rest.p[0]))
            continue;
        rest = str_from(rest, 1);
        if (!cut_number(&rest, line))
            continue;
        *col = 1;
        if (rest.len && strchr(":,", rest.p[0])) {
            rest = str_from(rest, 1);
            cut_number(&rest, col);
        }
        return true;
    }
}

static size_t offset_of(str text, size_t line, size_t col)
{
    size_t at = 0;

    for (; line > 1; line--) {
        ptrdiff_t end = str_find_char(str_from(text, at), '\n');

        if (end == STR_NONE)
            break;
        at += (size_t)end + 1;
    }
    for (; col > 1 && at < text.len && text.p[at] != '\n'; col--)
        at++;
    return at;
}

/* The first of its inputs that it names with a line; else the asset itself. */
static struct place place_of(const struct command *c, str said)
{
    struct making *m = c->making;
    struct place place = { .file = m->source->file };
    size_t line, col;

    for (size_t i = 0; i < m->ninputs; i++) {
        str file = m->inputs[i].file, text;

        if (m->inputs[i].folder || !find_place(said, path_name(file), &line, &col) ||
            !file_read(&text, file, OUTPUT_SIZE, NULL, m->arena, NULL))
            continue;
        return (struct place){ file, text, offset_of(text, line, col), 1 };
    }
    return place;
}

static bool tell_failure(const struct command *c, str said, int status)
{
    struct arena *a = c->making->arena;
    const char *program = c->config->words[0];
    str rest = without_colours(a, said), line, first = S("");
    struct place place = place_of(c, rest);
    size_t count = 0;

    while (!first.len && str_line(&rest, &line))
        first = str_trim(line);
    if (status == RUN_LATE)
        error_at(c->err, place, "'%s' was not done after %u seconds, and was ended", program,
                 c->config->seconds);
    else if (first.len)
        error_at(c->err, place, "%s: %.*s", program, STR(first));
    else
        error_at(c->err, place, "'%s' ended with status %d and said nothing", program, status);
    if (status == RUN_LATE)
        error_hint(c->err, "'seconds:' of its command in vial.yaml gives it more");
    while (count < LINES && str_line(&rest, &line))
        if (str_trim(line).len && ++count)
            error_note(c->err, (struct place){ 0 }, "%.*s", STR(str_rtrim(line)));
    return error_kind(c->err, "AssetError");
}

/* ---- running it ---- */

static str put_in(struct arena *a, str word, const char *name, str v)
{
    ptrdiff_t at = str_find(word, str_of(name));

    if (at == STR_NONE)
        return word;
    str rest = put_in(a, str_from(word, (size_t)at + strlen(name)), name, v);
    return str_fmt(a, "%.*s%.*s%.*s", STR(str_slice(word, 0, (size_t)at)), STR(v), STR(rest));
}

static str absolute(struct arena *a, str file)
{
    char *real = realpath(path_cstr(a, file), NULL);
    str path = real ? str_copy(a, str_of(real)) : file;

    free(real);
    return path;
}

/* It runs in the site's folder, and is told of files from there on. */
static const char **words_of(const struct command *c, str out)
{
    struct arena *a = c->making->arena;
    str file = absolute(a, c->making->source->file), site = absolute(a, c->folder);
    size_t count = 0;

    if (path_below(file, site).p)
        file = path_below(file, site);
    while (c->config->words[count])
        count++;
    const char **words = arena_array(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        str word = put_in(a, str_of(c->config->words[i]), "{in}", file);

        words[i] = str_cstr(a, put_in(a, word, "{out}", out));
    }
    return words;
}

static bool writes_file(const struct config_command *config)
{
    for (size_t i = 1; config->words[i]; i++)
        if (strstr(config->words[i], "{out}"))
            return true;
    return false;
}

static bool no_program(const struct command *c)
{
    const char *program = c->config->words[0];

    error_at(c->err, c->config->place, "there is no program '%s' to make %.*s", program,
             STR(c->making->source->path));
    error_hint(c->err, "install it, so that it is found in PATH; or take the command out of "
                       "'assets: commands:'");
    return error_kind(c->err, "AssetError");
}

static bool read_output(const struct command *c, str out, str *text)
{
    if (file_info(out).kind == FILE_REGULAR)
        return file_read(text, out, OUTPUT_SIZE, NULL, c->making->arena, c->err);
    error_at(c->err, c->config->place, "'%s' made nothing of %.*s", c->config->words[0],
             STR(c->making->source->path));
    error_hint(c->err, "{out} in its words is the file it is to write; without, its standard "
                       "output is taken");
    return error_kind(c->err, "AssetError");
}

static bool run_in(const struct command *c, str work, str *text)
{
    struct arena *a = c->making->arena;
    str out = str_fmt(a, "%.*s/out%.*s", STR(work), STR(c->config->makes));
    bool writes = writes_file(c->config);
    FILE *taken = writes ? NULL : fopen(path_cstr(a, out), "wbe");
    struct buf said = buf_in(a);
    struct run run = {
        .words = words_of(c, out),
        .folder = path_cstr(a, c->folder),
        .seconds = c->config->seconds,
        .output = taken ? fileno(taken) : 0,
    };
    int status = 0;
    bool ran = run_program(&run, &said, &status, c->err);

    if (taken)
        fclose(taken);
    if (!ran)
        return error_hint(c->err, "it is what makes %.*s", STR(c->making->source->path));
    if (status != 0)
        return tell_failure(c, buf_str(&said), status);
    return read_output(c, out, text);
}

static void remove_work(str work, struct arena *a)
{
    struct file_walk walk;

    if (file_walk(&walk, work, S(""), a, NULL))
        for (size_t i = 0; i < walk.count; i++)
            unlink(path_cstr(a, path_join(a, work, walk.entries[i].path)));
    rmdir(path_cstr(a, work));
}

static bool run(const struct command *c, str *text)
{
    struct arena *a = c->making->arena;
    const char *tmp = getenv("TMPDIR");
    str work = str_fmt(a, "%s/vial-asset-XXXXXX", tmp && *tmp ? tmp : "/tmp");

    if (!run_find(str_of(c->config->words[0]), a).p)
        return no_program(c);
    if (!mkdtemp((char *)work.p))
        return error_errno(c->err, work, "cannot be made");
    bool good = run_in(c, work, text);
    remove_work(work, a);
    return good;
}

bool command_make(struct making *m, const struct config_command *config, str *text,
                  struct error *err)
{
    struct site *site = m->visit->site;
    struct command c = { m, config, site->folder, err };
    struct digest key;

    if (!key_of(&c, &key))
        return false;
    if (asset_cache_find(site, key, config->makes, text, m->arena))
        return true;
    if (!run(&c, text))
        return false;
    asset_cache_keep(site, key, config->makes, *text, m->arena);
    return true;
}
