/*
 * picture_svg.c - the size of an SVG
 *
 *   comes in:  the beginning of an XML text
 *   goes out:  width and height of its first element, if that is <svg>
 *
 * `width` and `height` are lengths; a browser takes the one that is missing from the proportions of
 * `viewBox`, and so do we. With neither, `viewBox` itself is the size: its drawing's own units.
 * What is a part of something else (100%, 2em) is no size.
 */
#include "vial/base/picture_inside.h"

struct svg {
    double width, height;         /* below 0: not said */
    double box_width, box_height; /* 0: not said       */
    bool relative;                /* in what nobody knows here */
};

static str past(str text, str end)
{
    ptrdiff_t at = str_find(text, end);

    return at == STR_NONE ? S("") : str_from(text, (size_t)at + end.len);
}

/* <!DOCTYPE svg PUBLIC "..." [ ... ]> */
static str past_doctype(str text)
{
    size_t i = 0;

    while (i < text.len && text.p[i] != '>' && text.p[i] != '[')
        i++;
    text = str_from(text, i);
    return past(str_starts(text, S("[")) ? past(text, S("]")) : text, S(">"));
}

/* At the first element's name. */
static str first_element(str text)
{
    if (str_starts(text, S("\xef\xbb\xbf")))
        text = str_from(text, 3);
    for (text = str_ltrim(text); text.len > 3; text = str_ltrim(text)) {
        if (text.p[0] != '<')
            return S("");
        if (str_starts(text, S("<!--")))
            text = past(str_from(text, 4), S("-->"));
        else if (text.p[1] == '?')
            text = past(text, S("?>"));
        else if (text.p[1] == '!')
            text = past_doctype(text);
        else
            return str_from(text, 1);
    }
    return S("");
}

static double length_of(str text, bool *relative)
{
    static const struct {
        const char *name;
        double pixels;
    } units[] = { { "", 1 },    { "px", 1 },         { "pt", 96 / 72.0 }, { "pc", 16 },
                  { "in", 96 }, { "cm", 96 / 2.54 }, { "mm", 96 / 25.4 }, { "q", 96 / 101.6 } };
    size_t len = 0;
    double number;

    text = str_trim(text);
    while (len < text.len && (is_digit(text.p[len]) || strchr("+-.", text.p[len])))
        len++;
    if (!str_float(str_slice(text, 0, len), &number) || !(number > 0))
        return -1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_ieq(str_from(text, len), str_of(units[i].name)))
            return number * units[i].pixels;
    *relative = true;
    return -1;
}

/* "0 0 24 24", with commas or without. */
static void read_box(struct svg *svg, str text)
{
    double numbers[4];

    for (int i = 0; i < 4; i++) {
        size_t len = 0;

        while (text.len && (is_space(text.p[0]) || text.p[0] == ','))
            text = str_from(text, 1);
        while (len < text.len && !is_space(text.p[len]) && text.p[len] != ',')
            len++;
        if (!str_float(str_slice(text, 0, len), &numbers[i]))
            return;
        text = str_from(text, len);
    }
    if (numbers[2] > 0 && numbers[3] > 0) {
        svg->box_width = numbers[2];
        svg->box_height = numbers[3];
    }
}

static void set(struct svg *svg, str name, str value)
{
    if (str_eq(name, S("width")))
        svg->width = length_of(value, &svg->relative);
    else if (str_eq(name, S("height")))
        svg->height = length_of(value, &svg->relative);
    else if (str_eq(name, S("viewBox")))
        read_box(svg, value);
}

static bool take_attribute(str *rest, struct svg *svg)
{
    size_t len = 0;

    *rest = str_ltrim(*rest);
    while (len < rest->len && !is_space(rest->p[len]) && !strchr("=>/", rest->p[len]))
        len++;
    str name = str_slice(*rest, 0, len);
    *rest = str_ltrim(str_from(*rest, len));
    if (!name.len || !str_starts(*rest, S("=")))
        return false;
    *rest = str_ltrim(str_from(*rest, 1));
    if (!rest->len || (rest->p[0] != '"' && rest->p[0] != '\''))
        return false;
    char quote = rest->p[0];
    *rest = str_from(*rest, 1);
    set(svg, name, str_cut(rest, quote));
    return true;
}

static bool rounded(struct picture_size *size, double width, double height)
{
    if (!(width > 0 && height > 0 && width < PICTURE_LARGEST && height < PICTURE_LARGEST))
        return false;
    return picture_is(size, width < 1 ? 1 : (uint32_t)(width + 0.5),
                      height < 1 ? 1 : (uint32_t)(height + 0.5));
}

bool picture_svg(struct picture_size *size, str text)
{
    struct svg svg = { .width = -1, .height = -1 };
    str rest = first_element(text);

    if (!str_starts(rest, S("svg")) || rest.len < 4 || !(is_space(rest.p[3]) || rest.p[3] == '>'))
        return false;
    rest = str_from(rest, 3);
    while (take_attribute(&rest, &svg))
        ;
    if (svg.width > 0 && svg.height > 0)
        return rounded(size, svg.width, svg.height);
    if (svg.relative || !(svg.box_width > 0))
        return false;
    if (svg.width > 0)
        return rounded(size, svg.width, svg.width * svg.box_height / svg.box_width);
    if (svg.height > 0)
        return rounded(size, svg.height * svg.box_width / svg.box_height, svg.height);
    return rounded(size, svg.box_width, svg.box_height);
}
