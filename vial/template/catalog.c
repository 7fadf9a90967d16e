/*
 * catalog.c - the messages of one language, from a gettext .mo file
 *
 *   comes in:  the file's bytes, in either byte order
 *   goes out:  the text that stands for a message, in the form for a number
 *
 * Messages are found by what the file calls them: the text itself, with its context and "\4" before
 * it. Texts stay in the file's bytes; those in another coding than UTF-8 are converted once. Each
 * offset is checked when the file is read.
 */
#include "vial/base/map.h"
#include "vial/base/utf8.h"
#include "vial/template/plural.h"
#include "vial/template/template.h"

#include <iconv.h>

enum { HEADER = 20 };

struct entry {
    str forms; /* with a NUL between two, when there are plurals */
    bool plural;
};

struct catalog {
    struct map entries; /* struct entry */
    str rule;           /* for plurals  */
};

struct reader {
    struct catalog *catalog;
    str bytes, file, charset;
    bool big_endian;
    struct arena *a;
    struct error *err;
};

static bool refuse(struct reader *r, const char *sentence)
{
    return error_at(r->err, (struct place){ .file = r->file },
                    "this is no catalogue of gettext: %s", sentence);
}

/* ---- the file ---- */

static uint32_t word_at(const struct reader *r, size_t at)
{
    const uint8_t *p = (const uint8_t *)r->bytes.p + at;

    if (r->big_endian)
        return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static bool text_at(const struct reader *r, size_t at, str *text)
{
    size_t len = word_at(r, at), offset = word_at(r, at + 4);

    if (offset > r->bytes.len || len > r->bytes.len - offset)
        return false;
    *text = str_n(r->bytes.p + offset, len);
    return true;
}

/* ---- what it says of itself ---- */

static str after(str text, str word)
{
    ptrdiff_t at = str_find(text, word);

    return at == STR_NONE ? S("") : str_trim(str_from(text, at + word.len));
}

/* "Plural-Forms: nplurals=2; plural=n != 1;" */
static bool take_rule(struct reader *r, str v)
{
    str forms = v, rule;

    str_cut(&forms, ';');
    rule = after(forms, S("plural="));
    rule = str_trim(str_cut(&rule, ';'));
    if (!plural_check(rule))
        return refuse(r, "its rule for plurals can't be read");
    r->catalog->rule = str_copy(r->a, rule);
    return true;
}

static bool read_description(struct reader *r, str text)
{
    str rest = text, line;

    while (str_line(&rest, &line)) {
        str v = line, key = str_trim(str_cut(&v, ':'));

        if (str_ieq(key, S("content-type")))
            r->charset = str_copy(r->a, after(v, S("charset=")));
        else if (str_ieq(key, S("plural-forms")) && !take_rule(r, v))
            return false;
    }
    return true;
}

/* ---- messages ---- */

static bool is_utf8(const struct reader *r)
{
    static const char *const names[] = { "", "utf-8", "utf8", "ascii", "us-ascii", "charset" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ieq(r->charset, str_of(names[i])))
            return true;
    return false;
}

static bool convert(struct reader *r, iconv_t how, str *text)
{
    size_t room = text->len * 4 + 4, left = text->len, out = room;
    char *made = arena_alloc(r->a, room), *to = made, *from = (char *)text->p;

    if (iconv(how, &from, &left, &to, &out) == (size_t)-1 || left)
        return refuse(r, "a text is not in the coding it names");
    *text = str_n(made, (size_t)(to - made));
    return true;
}

static bool add_message(struct reader *r, iconv_t how, str id, str text)
{
    struct entry *entry = arena_make(r->a, struct entry);

    if (how ? !convert(r, how, &id) || !convert(r, how, &text)
            : !utf8_valid(id, NULL) || !utf8_valid(text, NULL))
        return how ? false : refuse(r, "a text is not in UTF-8");
    entry->plural = str_has(id, '\0');
    entry->forms = text;
    map_set(&r->catalog->entries, str_cut(&id, '\0'), entry);
    return true;
}

static bool add_messages(struct reader *r, size_t count, size_t ids, size_t texts)
{
    iconv_t how = NULL;
    bool good = true;

    for (size_t i = 0; i < count && good; i++) {
        str id = S(""), text = S("");

        if (!text_at(r, ids + 8 * i, &id) || !text_at(r, texts + 8 * i, &text))
            good = refuse(r, "a text lies outside of it");
        else if (!id.len)
            good = read_description(r, text);
        if (good && !id.len && !how && !is_utf8(r)) {
            how = iconv_open("UTF-8", r->charset.p);
            if (how == (iconv_t)-1) {
                how = NULL;
                good = refuse(r, "its coding is unknown");
            }
        }
        good = good && add_message(r, how, id, text);
    }
    if (how)
        iconv_close(how);
    return good;
}

static bool read_catalog(struct reader *r)
{
    str bytes = r->bytes;

    if (bytes.len < HEADER)
        return refuse(r, "it is too short");
    r->big_endian = bytes.p[0] == '\x95';
    if (word_at(r, 0) != 0x950412de)
        return refuse(r, "it does not begin as one");
    if (word_at(r, 4) >> 16 > 1)
        return refuse(r, "its version is unknown");

    size_t count = word_at(r, 8), ids = word_at(r, 12), texts = word_at(r, 16);

    if (count > bytes.len / 8 || ids > bytes.len - 8 * count || texts > bytes.len - 8 * count)
        return refuse(r, "its tables lie outside of it");
    return add_messages(r, count, ids, texts);
}

struct catalog *catalog_parse(str bytes, str file, struct arena *a, struct error *err)
{
    struct catalog *catalog = arena_make(a, struct catalog);
    struct reader r = { catalog, bytes, file, S(""), false, a, err };

    *catalog = (struct catalog){ .entries = map_in(a), .rule = S("n != 1") };
    return read_catalog(&r) ? catalog : NULL;
}

/* ---- asking ---- */

static bool form_at(str forms, int64_t number, str *text)
{
    if (number < 0)
        return false;
    for (; number > 0; number--) {
        ptrdiff_t nul = str_find(forms, str_n("", 1));
        if (nul == STR_NONE)
            return false;
        forms = str_from(forms, nul + 1);
    }
    *text = str_cut(&forms, '\0');
    return true;
}

static bool find(void *self, const struct message *message, struct arena *a, str *text)
{
    const struct catalog *catalog = self;
    str key = message->id;

    if (message->has_context)
        key = str_fmt(a, "%.*s\4%.*s", STR(message->context), STR(key));
    const struct entry *entry = map_get(&catalog->entries, key);

    if (!entry || entry->plural != message->has_plural)
        return false;
    if (message->has_plural)
        return form_at(entry->forms, plural_form(catalog->rule, message->n), text);
    *text = entry->forms;
    return true;
}

struct translations catalog_translations(const struct catalog *catalog, bool newstyle)
{
    return (struct translations){ .find = find, .self = (void *)catalog, .newstyle = newstyle };
}
