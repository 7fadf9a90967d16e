/*
 * lipsum.c - lorem ipsum
 *
 *   comes in:  how many paragraphs, and how long
 *   goes out:  sentences of Latin-looking words, other ones each time
 */
#include "vial/template/lipsum.h"
#include "vial/template/ops.h"
#include "vial/template/random.h"

static const char *const words[] = {
    "a",         "ac",           "ad",          "aenean",    "aliquam",   "aliquet",   "amet",
    "ante",      "arcu",         "at",          "auctor",    "augue",     "bibendum",  "blandit",
    "commodo",   "condimentum",  "congue",      "consequat", "convallis", "cras",      "cursus",
    "dapibus",   "diam",         "dictum",      "dignissim", "dolor",     "donec",     "dui",
    "egestas",   "eget",         "eleifend",    "elementum", "elit",      "enim",      "erat",
    "eros",      "est",          "et",          "eu",        "euismod",   "facilisis", "fames",
    "faucibus",  "felis",        "fermentum",   "feugiat",   "finibus",   "fringilla", "fusce",
    "gravida",   "habitant",     "hendrerit",   "iaculis",   "id",        "imperdiet", "in",
    "integer",   "interdum",     "ipsum",       "justo",     "lacinia",   "lacus",     "laoreet",
    "lectus",    "leo",          "libero",      "ligula",    "lobortis",  "lorem",     "luctus",
    "maecenas",  "magna",        "massa",       "mattis",    "mauris",    "maximus",   "metus",
    "mi",        "molestie",     "mollis",      "morbi",     "nec",       "neque",     "nibh",
    "nisi",      "nisl",         "non",         "nulla",     "nunc",      "odio",      "orci",
    "ornare",    "pellentesque", "pharetra",    "placerat",  "porta",     "posuere",   "pretium",
    "proin",     "pulvinar",     "purus",       "quam",      "quis",      "rhoncus",   "risus",
    "rutrum",    "sagittis",     "sapien",      "sed",       "sem",       "semper",    "sit",
    "sodales",   "suscipit",     "tellus",      "tempor",    "tempus",    "tincidunt", "tortor",
    "tristique", "turpis",       "ullamcorper", "ultrices",  "urna",      "ut",        "varius",
    "vel",       "velit",        "vestibulum",  "vitae",     "vivamus",   "viverra",   "volutpat",
};
enum { WORDS = sizeof words / sizeof *words };

static int64_t between(int64_t least, int64_t limit)
{
    return least + (int64_t)random_below((uint64_t)(limit - least));
}

/* A comma every three to seven words, an end after ten to nineteen. */
static void paragraph(struct buf *out, int64_t count)
{
    int64_t last_comma = 0, last_stop = 0;
    size_t last = WORDS, word;
    bool capital = true;

    for (int64_t i = 0; i < count; i++) {
        do {
            word = (size_t)random_below(WORDS);
        } while (word == last);
        last = word;
        size_t from = out->len + (i != 0);

        if (i)
            buf_lit(out, " ");
        buf_add(out, str_of(words[word]));
        if (capital)
            out->p[from] = to_upper(out->p[from]);
        capital = false;
        if (i - between(10, 20) > last_stop) {
            last_comma = last_stop = i;
            buf_lit(out, ".");
            capital = true;
        } else if (i - between(3, 8) > last_comma) {
            last_comma = i;
            buf_lit(out, ",");
        }
    }
    if (out->len && out->p[out->len - 1] == ',')
        out->len--;
    if (!capital || !count)
        buf_lit(out, ".");
}

value lipsum(struct rendering *r, int64_t n, bool html, int64_t min, int64_t max)
{
    struct buf text = buf_in(r->arena);

    rendering_unsteady(r);
    if (n > 0 && max <= min)
        return fail(r, "ValueError", "empty range for randrange() (%lld, %lld, %lld)",
                    (long long)min, (long long)max, (long long)(max - min));
    for (int64_t i = 0; i < n; i++) {
        int64_t count = between(min, max);

        if (count < 0)
            count = 0;
        if (!rendering_spend(r, (uint64_t)count + 1) || !rendering_take(r, (size_t)count * 8))
            return value_undefined();
        if (i)
            buf_add(&text, html ? S("\n") : S("\n\n"));
        if (html)
            buf_lit(&text, "<p>");
        paragraph(&text, count);
        if (html)
            buf_lit(&text, "</p>");
    }
    return html ? value_safe(buf_str(&text)) : value_str(buf_str(&text));
}
