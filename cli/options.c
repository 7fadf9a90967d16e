/*
 * options.c - the options of a command, by one table
 *
 *   comes in:  the table and the command line
 *   goes out:  the table's targets filled, the operands; or a complaint that names the nearest
 * option
 */
#include "cli/options.h"

#include "vial/base/log.h"
#include "vial/base/nearest.h"
#include <stdarg.h>
#include <stdio.h>

/* What every command understands, after its own. */
static bool quiet, help;
static const struct option_spec common[] = {
    { 'q', "quiet", OPTION_FLAG, &quiet, NULL, "say nothing but errors" },
    { 'h', "help", OPTION_FLAG, &help, NULL, "print this" },
    { 0 },
};

struct parser {
    const char *usage;
    const struct option_spec *specs;
    int argc, at; /* at: the next word */
    char **argv;
};

/* "vial build" of "vial build [options]". */
static str command_of(const char *usage)
{
    str all = str_of(usage), rest = all;

    str_cut(&rest, ' ');
    str word = str_cut(&rest, ' ');
    return str_slice(all, 0, (size_t)(word.p + word.len - all.p));
}

int usage_error(const char *usage, const char *fmt, ...)
{
    char sentence[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    log_error("%.*s: %s", STR(command_of(usage)), sentence);
    log_error("usage: %s   (--help tells more)", usage);
    return 2;
}

static void print_options(const struct option_spec *spec)
{
    for (; spec->name; spec++) {
        char name[64], letter[8] = "    ";

        if (spec->letter)
            snprintf(letter, sizeof letter, "-%c, ", spec->letter);
        snprintf(name, sizeof name, "--%s%s%s", spec->name, spec->arg ? " " : "",
                 spec->arg ? spec->arg : "");
        printf("  %s%-24s %s\n", letter, name, spec->help);
    }
}

static int print_help(const struct parser *p)
{
    printf("usage: %s\n\n", p->usage);
    print_options(p->specs);
    print_options(common);
    return 0;
}

static const struct option_spec *spec_for(const struct parser *p, str name, char letter)
{
    const struct option_spec *const tables[] = { p->specs, common };

    for (size_t i = 0; i < 2; i++)
        for (const struct option_spec *spec = tables[i]; spec->name; spec++)
            if (letter ? spec->letter == letter : str_eq(str_of(spec->name), name))
                return spec;
    return NULL;
}

static int unknown(const struct parser *p, str name)
{
    struct nearest near = nearest_to(name);

    for (const struct option_spec *spec = p->specs; spec->name; spec++)
        nearest_try(&near, str_of(spec->name));
    if (near.best.len)
        return usage_error(p->usage, "there is no option --%.*s; did you mean --%.*s?", STR(name),
                           STR(near.best));
    return usage_error(p->usage, "there is no option --%.*s", STR(name));
}

static bool choose(const char *choices, str word, int *choice)
{
    str rest = str_of(choices);

    for (int i = 0; rest.len; i++)
        if (str_eq(str_cut(&rest, '|'), word)) {
            *choice = i;
            return true;
        }
    return false;
}

static int take_value(const struct parser *p, const struct option_spec *spec, str word)
{
    struct option_list *list = spec->target;
    int64_t number;

    switch (spec->kind) {
    case OPTION_FLAG:
        break;
    case OPTION_TEXT:
        *(str *)spec->target = word;
        break;
    case OPTION_NUMBER:
        if (!str_int(word, &number) || number < 0)
            return usage_error(p->usage, "--%s wants a number, not '%.*s'", spec->name, STR(word));
        *(int64_t *)spec->target = number;
        break;
    case OPTION_LIST:
        if (list->count == OPTION_LIST_MAX)
            return usage_error(p->usage, "--%s was given more than %d times", spec->name,
                               OPTION_LIST_MAX);
        list->items[list->count++] = word;
        break;
    case OPTION_CHOICE:
        if (!choose(spec->arg, word, spec->target))
            return usage_error(p->usage, "--%s is one of %s, not '%.*s'", spec->name, spec->arg,
                               STR(word));
        break;
    }
    return -1;
}

/* `value` is what stood behind "=" or the letter; without one (p NULL) the next word is taken. */
static int take_option(struct parser *p, const struct option_spec *spec, str value)
{
    if (spec->kind == OPTION_FLAG) {
        if (value.p)
            return usage_error(p->usage, "--%s takes no value", spec->name);
        *(bool *)spec->target = true;
        return -1;
    }
    if (!value.p) {
        if (p->at == p->argc)
            return usage_error(p->usage, "--%s wants %s after it", spec->name, spec->arg);
        value = str_of(p->argv[p->at++]);
    }
    return take_value(p, spec, value);
}

static int take_long(struct parser *p, str word)
{
    str value = str_from(word, 2), name = str_cut(&value, '=');
    const struct option_spec *spec = spec_for(p, name, 0);

    if (!spec)
        return unknown(p, name);
    return take_option(p, spec, str_has(word, '=') ? value : (str){ 0 });
}

/* "-qp80": flags may be run together, and the first that wants a value takes the rest. */
static int take_short(struct parser *p, str word)
{
    int status = -1;

    for (str rest = str_from(word, 1); rest.len && status < 0;) {
        const struct option_spec *spec = spec_for(p, S(""), rest.p[0]);

        if (!spec)
            return usage_error(p->usage, "there is no option -%c", rest.p[0]);
        rest = str_from(rest, 1);
        if (spec->kind == OPTION_FLAG) {
            status = take_option(p, spec, (str){ 0 });
        } else {
            status = take_option(p, spec, rest.len ? rest : (str){ 0 });
            break;
        }
    }
    return status;
}

int options_parse(const char *usage, const struct option_spec *specs, int argc, char **argv,
                  struct operands *rest, size_t most)
{
    struct parser p = { .usage = usage, .specs = specs, .argc = argc, .at = 1, .argv = argv };
    bool only_operands = false;

    *rest = (struct operands){ .list = argv + 1 };
    while (p.at < p.argc) {
        char *text = p.argv[p.at++];
        str word = str_of(text);
        int status = -1;

        if (only_operands || word.len < 2 || word.p[0] != '-')
            rest->list[rest->count++] = text; /* never ahead of what is still to be read */
        else if (str_eq(word, S("--")))
            only_operands = true;
        else
            status = str_starts(word, S("--")) ? take_long(&p, word) : take_short(&p, word);
        if (status >= 0)
            return status;
    }
    if (help)
        return print_help(&p);
    if (quiet)
        log_level(LOG_ERRORS);
    if (rest->count > most)
        return usage_error(usage, "'%s' is one word too many", rest->list[most]);
    return -1;
}
