/*
 * command.c - commands of an app's own
 *
 *   comes in:  the words of a command line
 *   goes out:  what the command printed, and its exit code
 *
 * A command has a request of its own, so that all that takes one works there: rendering, URLs,
 * memory that nobody frees. Words of its name are matched longest first: "user add" before "user".
 */
#include "vial/app/command.h"
#include "vial/app/inside.h"
#include "vial/base/nearest.h"
#include <stdio.h>

enum { DONE = 0, USAGE = 2, WORDS_MAX = 256, OPTIONS_MAX = 64 };

struct command {
    struct command *next;
    str name;
    vial_command_o o;
};

struct invocation {
    const struct command *command;
    const struct command_io *io;
    const char *given[OPTIONS_MAX];
    const char *operands[WORDS_MAX];
    size_t count;
};

static const char *kept(vial *app, const char *text)
{
    return text ? str_copy(app->arena, str_of(text)).p : NULL;
}

/* OPTIONS() lives no longer than the block it stands in. */
static const vial_option *kept_options(vial *app, const vial_option *options)
{
    size_t count = 0;

    while (options && options[count].name)
        count++;
    vial_option *copy = arena_array(app->arena, vial_option, count + 1);
    for (size_t i = 0; i < count; i++) {
        copy[i] = options[i];
        copy[i].name = kept(app, options[i].name);
        copy[i].help = kept(app, options[i].help);
        copy[i].otherwise = kept(app, options[i].otherwise);
        copy[i].prompt = kept(app, options[i].prompt);
    }
    return count ? copy : NULL;
}

void vial_command_(vial *app, const char *name, vial_command_o o)
{
    if (!record_command(app, name, &o))
        command_add(app, str_of(name), &o);
}

void command_add(vial *app, str name, const vial_command_o *o)
{
    struct command *command = arena_make(app->arena, struct command), **last = &app->commands;

    while (*last)
        last = &(*last)->next;
    *last = command;
    command->name = str_copy(app->arena, name);
    command->o = (vial_command_o){
        .fn = o->fn,
        .help = kept(app, o->help),
        .options = kept_options(app, o->options),
        .operands = kept(app, o->operands),
    };
}

const vial_command_o *command_last(const vial *app)
{
    const struct command *last = app->commands;

    while (last->next)
        last = last->next;
    return &last->o;
}

/* ---- telling ---- */

static void print_option(const vial_option *option, struct buf *out)
{
    char name[80];

    snprintf(name, sizeof name, "--%s%s", option->name, option->flag ? "" : " VALUE");
    if (option->letter)
        buf_addf(out, "  -%c, %-22s %s", option->letter, name, option->help ? option->help : "");
    else
        buf_addf(out, "      %-22s %s", name, option->help ? option->help : "");
    if (option->otherwise)
        buf_addf(out, " (default: %s)", option->otherwise);
    buf_addc(out, '\n');
}

static void print_help(const struct command *command, str program, struct buf *out)
{
    buf_addf(out, "usage: %.*s %.*s%s%s%s\n", STR(program), STR(command->name),
             command->o.options ? " [options]" : "", command->o.operands ? " " : "",
             command->o.operands ? command->o.operands : "");
    if (command->o.help)
        buf_addf(out, "\n%s\n", command->o.help);
    if (command->o.options)
        buf_lit(out, "\n");
    for (const vial_option *option = command->o.options; option && option->name; option++)
        print_option(option, out);
}

void commands_print(const vial *app, struct buf *out)
{
    for (const struct command *c = app->commands; c; c = c->next)
        buf_addf(out, "  %-14.*s %s\n", STR(c->name), c->o.help ? c->o.help : "");
}

void command_names(const vial *app, void (*each)(void *self, str name), void *self)
{
    for (const struct command *c = app->commands; c; c = c->next)
        each(self, c->name);
}

/* The commands of a group, when `word` is one. */
static bool print_group(const vial *app, str word, const struct command_io *io)
{
    bool found = false;

    for (const struct command *c = app->commands; c; c = c->next) {
        if (!str_starts(c->name, word) || c->name.len <= word.len || c->name.p[word.len] != ' ')
            continue;
        if (!found)
            buf_addf(io->errors, "usage: %.*s %.*s COMMAND\n\n", STR(io->program), STR(word));
        buf_addf(io->errors, "  %-14.*s %s\n", STR(str_from(c->name, word.len + 1)),
                 c->o.help ? c->o.help : "");
        found = true;
    }
    return found;
}

/* ---- reading the words ---- */

static int complain(const struct invocation *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static int complain(const struct invocation *in, const char *fmt, ...)
{
    struct buf *out = in->io->errors;
    va_list args;

    buf_addf(out, "%.*s %.*s: ", STR(in->io->program), STR(in->command->name));
    va_start(args, fmt);
    buf_addv(out, fmt, args);
    va_end(args);
    buf_addf(out, "\n'%.*s %.*s --help' tells more\n", STR(in->io->program),
             STR(in->command->name));
    return USAGE;
}

/* How many of the words are the name; 0: they are not. */
static size_t words_of_name(str name, const char *const *words, size_t count)
{
    size_t n = 0;

    while (name.len) {
        str word = str_cut(&name, ' ');

        if (n == count || !str_eq(word, str_of(words[n])))
            return 0;
        n++;
    }
    return n;
}

static const vial_option *find_option(const struct command *command, str name, char letter,
                                      size_t *at)
{
    *at = 0;
    for (const vial_option *o = command->o.options; o && o->name && *at < OPTIONS_MAX; o++, (*at)++)
        if (letter ? o->letter == letter : str_eq(str_of(o->name), name))
            return o;
    return NULL;
}

static int unknown_option(const struct invocation *in, str name)
{
    struct nearest near = nearest_to(name);

    for (const vial_option *o = in->command->o.options; o && o->name; o++)
        nearest_try(&near, str_of(o->name));
    if (near.best.len)
        return complain(in, "there is no option '--%.*s'; did you mean '--%.*s'?", STR(name),
                        STR(near.best));
    return complain(in, "there is no option '--%.*s'", STR(name));
}

/* "--name=value", "--name value", "-n value", "-nvalue". `*i` is the word's place. -1: fine. */
static int read_option(struct invocation *in, const char *const *words, size_t count, size_t *i,
                       struct arena *a)
{
    str word = str_of(words[*i]), name = S(""), inline_value = { 0 };
    bool is_long = str_starts(word, S("--"));
    size_t at;

    if (is_long) {
        bool has_value = str_has(word, '=');

        inline_value = str_from(word, 2);
        name = str_cut(&inline_value, '=');
        if (!has_value)
            inline_value.p = NULL;
    } else if (word.len > 2) {
        inline_value = str_from(word, 2);
    }
    const vial_option *o = find_option(in->command, name, is_long ? '\0' : word.p[1], &at);
    if (!o)
        return unknown_option(in, is_long ? name : str_slice(word, 1, 2));
    if (o->flag) {
        if (inline_value.p)
            return complain(in, "--%s takes no value", o->name);
        in->given[at] = "";
        return -1;
    }
    if (!inline_value.p && *i + 1 == count)
        return complain(in, "--%s needs a value", o->name);
    in->given[at] = inline_value.p ? str_cstr(a, inline_value) : words[++*i];
    return -1;
}

static int read_words(struct invocation *in, const char *const *words, size_t count,
                      struct arena *a)
{
    bool ended = false;

    for (size_t i = 0; i < count; i++) {
        str word = str_of(words[i]);

        if (!ended && str_eq(word, S("--"))) {
            ended = true;
        } else if (!ended && (str_eq(word, S("--help")) || str_eq(word, S("-h")))) {
            print_help(in->command, in->io->program, in->io->out);
            return DONE;
        } else if (!ended && word.len > 1 && word.p[0] == '-' && !is_digit(word.p[1])) {
            int status = read_option(in, words, count, &i, a);

            if (status >= 0)
                return status;
        } else if (!in->command->o.operands) {
            return complain(in, "it takes no words, but there is '%s'", words[i]);
        } else if (in->count < WORDS_MAX) {
            in->operands[in->count++] = words[i];
        }
    }
    return -1;
}

static int fill_in(struct invocation *in, struct arena *a)
{
    const vial_option *options = in->command->o.options;

    for (size_t i = 0; options && options[i].name && i < OPTIONS_MAX; i++) {
        const vial_option *o = &options[i];
        str answer;

        if (!in->given[i] && !o->flag)
            in->given[i] = o->otherwise;
        if (in->given[i] || o->flag)
            continue;
        if (o->prompt && in->io->ask && in->io->ask(in->io->self, str_of(o->prompt), &answer))
            in->given[i] = str_cstr(a, answer);
        else if (o->required || o->prompt)
            return complain(in, "--%s is needed", o->name);
    }
    return -1;
}

/* ---- running ---- */

static int run(vial *app, struct invocation *in, struct arena *a)
{
    static const struct request nothing = { .scheme = { "http", 4 }, .host = { "localhost", 9 } };
    vial_req *r = request_new(app, &nothing, a);

    r->invocation = in;
    int status = in->command->o.fn(r);
    if (r->failed) {
        if (r->err.sentence.len)
            error_print(&r->err, ERROR_PLAIN, in->io->errors);
        else
            buf_addf(in->io->errors, "%.*s\n", STR(r->why));
        status = status ? status : 1;
    }
    request_end(r, status);
    error_free(&r->err);
    return status;
}

int command_run(vial *app, const char *const *words, size_t count, const struct command_io *io)
{
    struct invocation in = { .io = io };
    struct arena a = { 0 };
    size_t most = 0;

    for (const struct command *c = app->commands; c; c = c->next) {
        size_t n = words_of_name(c->name, words, count);

        if (n > most) {
            most = n;
            in.command = c;
        }
    }
    if (!in.command)
        return count && print_group(app, str_of(words[0]), io) ? USAGE : -1;

    int status = read_words(&in, words + most, count - most, &a);
    if (status < 0)
        status = fill_in(&in, &a);
    if (status < 0)
        status = run(app, &in, &a);
    arena_free(&a);
    return status;
}

/* ---- for the command ---- */

const char *vial_given(vial_req *r, const char *name)
{
    const struct invocation *in = r->invocation;
    size_t at;

    return in && find_option(in->command, str_of(name), '\0', &at) ? in->given[at] : NULL;
}

int64_t vial_given_i(vial_req *r, const char *name, int64_t otherwise)
{
    int64_t number;

    return str_int(str_of(vial_given(r, name)), &number) ? number : otherwise;
}

bool vial_flag(vial_req *r, const char *name)
{
    return vial_given(r, name) != NULL;
}

const char *vial_operand(vial_req *r, size_t i)
{
    return r->invocation && i < r->invocation->count ? r->invocation->operands[i] : NULL;
}

void vial_print(vial_req *r, const char *fmt, ...)
{
    va_list args;

    if (!r->invocation)
        return;
    va_start(args, fmt);
    buf_addv(r->invocation->io->out, fmt, args);
    va_end(args);
}
