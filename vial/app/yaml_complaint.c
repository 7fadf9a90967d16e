/*
 * yaml_complaint.c - libyaml's complaints in words that help a writer
 *
 *   comes in:  a parser that stopped
 *   goes out:  an error with the sentence, and what would mend it
 *
 * libyaml tells its state ("did not find expected key"), not the writer's mistake. A table gives
 * for each of its problems what writers did to get there.
 */
#include "vial/app/yaml_complaint.h"

struct complaint {
    const char *context; /* how libyaml's context begins; NULL: any */
    const char *problem; /* how libyaml's problem begins            */
    const char *sentence;
    const char *hint;
    const char *note; /* said of the place where the broken thing began; may be NULL, or `there` */
};

/* The beginning of the broken thing is the place to look at, and not where the parser stopped. */
static const char there[] = "";

static const struct complaint complaints[] = {
    { NULL, "mapping values are not allowed", "a ':' stands where no key can be",
      "quote the value if the ':' belongs to the text, as in title: \"a: b\"", NULL },
    { NULL, "block sequence entries are not allowed", "a '-' stands where no list can begin",
      "put the list on the lines after the key, or write [a, b]", NULL },
    { NULL, "mapping keys are not allowed", "a '?' stands where no key can be",
      "quote the value if the '?' belongs to the text", NULL },
    { "while scanning a simple key", "could not find expected ':'",
      "a ':' is missing after this key", "each line of a map reads 'key: value'",
      "the key begins" },
    { "while parsing a block mapping", "did not find expected key",
      "this is neither a key of the map above nor its end",
      "keys of one map are indented alike; a value that begins with a quote ends with that quote",
      "the map begins" },
    { "while parsing a block collection", "did not find expected '-'",
      "a '-' is missing, or this is indented unlike the list above",
      "items of one list are indented alike", "the list begins" },
    { "while parsing a flow sequence", "did not find expected ',' or ']'",
      "a ',' or the closing ']' is missing", "quote a value that holds '[', ']', '{', '}' or ','",
      "the list begins" },
    { "while parsing a flow mapping", "did not find expected ',' or '}'",
      "a ',' or the closing '}' is missing",
      "quote a value that begins with '{', as \"{{ page.title }}\" must be", "the map begins" },
    { "while scanning a quoted scalar", "found unexpected end of stream",
      "a quote is opened and never closed",
      "within single quotes write '' for ', within double quotes \\\" for \"", there },
    { "while scanning a quoted scalar", "found unexpected document indicator",
      "a quote is opened and never closed", "a line of '---' ends the text before it", there },
    { "while parsing a quoted scalar", "found unknown escape character", "there is no such escape",
      "use single quotes for text with backslashes", NULL },
    { "while parsing a quoted scalar", "did not find expected hexdecimal number",
      "an escape needs hexadecimal digits: \\x41, \\u00e4",
      "use single quotes for text with backslashes", NULL },
    { "while scanning for the next token", "found character that cannot start any token",
      "no value can begin with this character", NULL, NULL },
    { "while scanning a plain scalar", "found a tab character", "a tab cannot indent here",
      "indent with spaces", NULL },
    { NULL, "found a tab character", "a tab cannot indent here", "indent with spaces", NULL },
    { NULL, "did not find expected <document start>",
      "the value above has ended, and this is not part of it",
      "'key: value' needs a space after its ':'", NULL },
    { NULL, "control characters are not allowed", "a control character cannot stand in YAML",
      "write it as an escape within double quotes", NULL },
    { NULL, "did not find expected alphabetic or numeric character",
      "a name must follow this '&' or '*'", "quote the value if the character belongs to the text",
      NULL },
    { NULL, "found undefined tag handle", "this tag is unknown",
      "quote the value if the '!' belongs to the text", NULL },
    { NULL, "did not find expected node content", "a value is missing here", NULL, NULL },
};

static bool begins(const char *text, const char *with)
{
    return str_starts(str_of(text), str_of(with));
}

static const struct complaint *find_complaint(const yaml_parser_t *parser)
{
    for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++) {
        const struct complaint *c = &complaints[i];

        if (parser->problem && begins(parser->problem, c->problem) &&
            (!c->context || (parser->context && begins(parser->context, c->context))))
            return c;
    }
    return NULL;
}

/* Which character it is decides what would mend it. */
static void hint_at_character(struct error *err, struct place at)
{
    str rest = str_from(at.source, at.offset);

    if (rest.len && rest.p[0] == '\t')
        error_hint(err, "indent with spaces, not with tabs");
    else
        error_hint(err, "quote the value: '%.*s' has a meaning of its own in YAML",
                   rest.len ? 1 : 0, rest.p);
}

bool yaml_complain(struct error *err, const yaml_parser_t *parser, struct place at,
                   struct place context)
{
    const struct complaint *c = find_complaint(parser);

    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(err, "there is no memory left to read YAML");
    if (!c)
        return error_at(err, at, "this is no YAML: %s",
                        parser->problem ? parser->problem : "it does not parse");
    error_at(err, c->note == there ? context : at, "%s", c->sentence);
    if (c->hint)
        error_hint(err, "%s", c->hint);
    else if (begins(c->problem, "found character that"))
        hint_at_character(err, at);
    if (c->note && c->note != there)
        error_note(err, context, "%s", c->note);
    return false;
}
