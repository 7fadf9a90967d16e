/*
 * syntax.c - what a lexer goes by: the delimiters of an environment, and the names of tokens
 *
 *   comes in:  an environment's options; a template's source
 *   goes out:  its openers in the order in which they are tried; the text to be lexed
 */
#include "vial/template/lexer.h"

static str or_default(str given, const char *otherwise)
{
    return given.len ? given : str_of(otherwise);
}

static void add_opener(struct syntax *syntax, enum opener_kind kind, str start)
{
    size_t i = syntax->count;

    if (!start.len)
        return;
    for (; i > 0; i--) {
        const struct opener *before = &syntax->openers[i - 1];
        if (before->start.len > start.len ||
            (before->start.len == start.len && before->kind > kind))
            break;
        syntax->openers[i] = *before;
    }
    syntax->openers[i] = (struct opener){ .start = start, .kind = (unsigned char)kind };
    syntax->count++;
}

void syntax_init(struct syntax *syntax, const struct env_options *options)
{
    *syntax = (struct syntax){
        .block_start = or_default(options->block_start, "{%"),
        .block_end = or_default(options->block_end, "%}"),
        .variable_start = or_default(options->variable_start, "{{"),
        .variable_end = or_default(options->variable_end, "}}"),
        .comment_start = or_default(options->comment_start, "{#"),
        .comment_end = or_default(options->comment_end, "#}"),
        .line_statement = options->line_statement_prefix,
        .line_comment = options->line_comment_prefix,
        .newline = or_default(options->newline_sequence, "\n"),
        .trim_blocks = options->trim_blocks,
        .lstrip_blocks = options->lstrip_blocks,
        .keep_trailing_newline = options->keep_trailing_newline,
    };
    add_opener(syntax, OPEN_BLOCK, syntax->block_start);
    add_opener(syntax, OPEN_COMMENT, syntax->comment_start);
    add_opener(syntax, OPEN_VARIABLE, syntax->variable_start);
    add_opener(syntax, OPEN_LINE_STATEMENT, syntax->line_statement);
    add_opener(syntax, OPEN_LINE_COMMENT, syntax->line_comment);
    syntax->first = syntax->block_start.p[0];
    syntax->one_first = syntax->comment_start.p[0] == syntax->first &&
                        syntax->variable_start.p[0] == syntax->first &&
                        !syntax->line_statement.len && !syntax->line_comment.len;
}

str lexer_text(const struct syntax *syntax, str source, struct arena *a)
{
    if (str_has(source, '\r')) {
        char *text = arena_alloc(a, source.len);
        size_t len = 0;

        for (size_t i = 0; i < source.len; i++) {
            if (source.p[i] != '\r')
                text[len++] = source.p[i];
            else if (i + 1 == source.len || source.p[i + 1] != '\n')
                text[len++] = '\n';
        }
        source = str_n(text, len);
    }
    if (!syntax->keep_trailing_newline && source.len && source.p[source.len - 1] == '\n')
        source.len--;
    return source;
}

/* ---- what messages call them ---- */

static const char *const names[T_COUNT] = {
    [T_EOF] = "end of template",
    [T_DATA] = "template data / text",
    [T_VARIABLE_BEGIN] = "begin of print statement",
    [T_VARIABLE_END] = "end of print statement",
    [T_BLOCK_BEGIN] = "begin of statement block",
    [T_BLOCK_END] = "end of statement block",
    [T_NAME] = "name",
    [T_STRING] = "string",
    [T_INTEGER] = "integer",
    [T_FLOAT] = "float",
    [T_ADD] = "+",
    [T_SUB] = "-",
    [T_DIV] = "/",
    [T_FLOORDIV] = "//",
    [T_MUL] = "*",
    [T_MOD] = "%",
    [T_POW] = "**",
    [T_TILDE] = "~",
    [T_LBRACKET] = "[",
    [T_RBRACKET] = "]",
    [T_LPAREN] = "(",
    [T_RPAREN] = ")",
    [T_LBRACE] = "{",
    [T_RBRACE] = "}",
    [T_EQ] = "==",
    [T_NE] = "!=",
    [T_GT] = ">",
    [T_GTEQ] = ">=",
    [T_LT] = "<",
    [T_LTEQ] = "<=",
    [T_ASSIGN] = "=",
    [T_DOT] = ".",
    [T_COLON] = ":",
    [T_PIPE] = "|",
    [T_COMMA] = ",",
    [T_SEMICOLON] = ";",
};

str token_type_name(enum token_type type)
{
    return str_of(names[type]);
}

str token_describe(const struct token *token)
{
    return token->type == T_NAME ? token->text : str_of(names[token->type]);
}
