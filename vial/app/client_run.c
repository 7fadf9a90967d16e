/*
 * client_run.c - the app's own commands, without a terminal
 *
 *   comes in:  "user add --name 'Ann B'", and what is answered when it asks
 *   goes out:  what it printed, and its exit code
 */
#include "vial/app/client.h"
#include "vial/app/command.h"

/* The next word; quotes of both kinds hold blanks together, a backslash takes what follows as it
 * is. */
static bool next_word(str *rest, str *word, struct arena *a)
{
    struct buf text = buf_in(a);
    char quote = '\0';
    size_t i = 0;

    *rest = str_ltrim(*rest);
    if (!rest->len)
        return false;
    for (; i < rest->len && (quote || !is_space(rest->p[i])); i++) {
        char c = rest->p[i];

        if (c == '\\' && i + 1 < rest->len)
            buf_addc(&text, rest->p[++i]);
        else if (c == quote)
            quote = '\0';
        else if (!quote && (c == '"' || c == '\''))
            quote = c;
        else
            buf_addc(&text, c);
    }
    *rest = str_from(*rest, i);
    *word = buf_str(&text);
    return true;
}

/* Each question is answered by a line of the input. */
static bool answer(void *self, str prompt, str *line)
{
    (void)prompt;
    return str_line(self, line);
}

const vial_ran *vial_client_run(vial_client *client, const char *line, const char *input)
{
    enum { WORDS_MAX = 64 };
    struct arena *a = client_arena(client);
    struct buf out = buf_in(a), errors = buf_in(a);
    str rest = str_of(line), word, answers = str_of(input);
    struct command_io io = { .out = &out,
                             .errors = &errors,
                             .ask = answer,
                             .self = &answers,
                             .program = vial_name(client_app(client)) };
    vial_ran *ran = arena_make(a, vial_ran);
    const char *words[WORDS_MAX];
    size_t count = 0;

    while (count < WORDS_MAX && next_word(&rest, &word, a))
        words[count++] = str_cstr(a, word);
    ran->status = command_run(client_app(client), words, count, &io);
    if (ran->status < 0) {
        buf_addf(&errors, "there is no command '%s'\n", line);
        ran->status = 2;
    }
    ran->output = buf_cstr(&out);
    ran->errors = buf_cstr(&errors);
    return ran;
}
