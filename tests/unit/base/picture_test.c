/*
 * The pictures of the fuzz corpus are 40 pixels wide and 30 high, as Pillow and avifenc wrote them;
 * what is expected of them is what Chromium says (naturalWidth, naturalHeight).
 */
#include "tests/unit/unit.h"
#include "vial/base/file.h"
#include "vial/base/picture.h"
#include <stdio.h>

static const char *size_of(const char *name)
{
    static char text[64];
    char path[512];
    struct picture_size size;

    snprintf(path, sizeof path, PICTURES "/%s", name);
    if (!picture_size_of_file(&size, str_of(path)))
        return "none";
    snprintf(text, sizeof text, "%ux%u", size.width, size.height);
    return text;
}

static const char *size_in(str bytes)
{
    static char text[64];
    struct picture_size size;

    if (!picture_size(&size, bytes))
        return "none";
    snprintf(text, sizeof text, "%ux%u", size.width, size.height);
    return text;
}

static void every_kind_says_how_large_it_is(void **state)
{
    static const char *const names[] = { "plain.png",  "plain.gif",      "plain.jpg",
                                         "lossy.webp", "lossless.webp",  "alpha.webp",
                                         "plain.avif", "progressive.jpg" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(size_of(names[i]), "40x30");
}

static void what_a_browser_turns_is_measured_as_it_is_shown(void **state)
{
    (void)state;
    assert_string_equal(size_of("turned6.jpg"), "30x40");
    assert_string_equal(size_of("turned3.jpg"), "40x30");
    assert_string_equal(size_of("turned.avif"), "30x40");
    assert_string_equal(size_of("upsidedown.avif"), "40x30");
    assert_string_equal(size_of("turned.webp"), "40x30"); /* no browser minds EXIF there */
}

static void a_drawing_has_the_size_that_it_names(void **state)
{
    (void)state;
    assert_string_equal(size_of("svg-px.svg"), "40x30");
    assert_string_equal(size_of("svg-inch.svg"), "64x48");
    assert_string_equal(size_of("svg-box.svg"), "40x30");
    assert_string_equal(size_of("svg-relative.svg"), "none");
    assert_string_equal(size_in(S("<svg>")), "none");
    assert_string_equal(size_in(S("<svg width=2em height='3'>")), "none");
    assert_string_equal(size_in(S("<html width='1' height='1'>")), "none");
    assert_string_equal(size_in(S("<svg width='1e9' height='-3'/>")), "none");
}

static void a_picture_cut_short_has_no_size(void **state)
{
    static const char *const names[] = { "plain.png", "plain.gif", "turned6.jpg", "plain.avif",
                                         "lossy.webp" };
    struct arena a = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error err = { 0 };
        str bytes, path = str_fmt(&a, PICTURES "/%s", names[i]);

        assert_true(file_read(&bytes, path, 0, NULL, &a, &err));
        assert_string_equal(size_in(str_slice(bytes, 0, 9)), "none");
        for (size_t len = 0; len < bytes.len; len++)
            size_in(str_copy(&a, str_slice(bytes, 0, len))); /* reads no byte behind the end */
    }
    arena_free(&a);
}

static void what_is_no_picture_has_no_size(void **state)
{
    (void)state;
    assert_string_equal(size_of("there is no such file"), "none");
    assert_string_equal(size_of("."), "none");
    assert_string_equal(size_in(S("")), "none");
    assert_string_equal(size_in(S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\1")), "none");
    assert_string_equal(size_in(S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\0\0\0\1")),
                        "none");
}

/* ---- an AVIF that was made to be looked at for ever ---- */

static void add_number(struct buf *out, uint32_t n, size_t bytes)
{
    while (bytes-- > 0)
        buf_addc(out, (char)(n >> 8 * bytes));
}

static void add_box(struct buf *out, const char *name, const struct buf *content)
{
    add_number(out, (uint32_t)content->len + 8, 4);
    buf_add(out, str_of(name));
    buf_add(out, buf_str(content));
}

/* Each of a thousand entries for the picture says 255 times that its property is the last of many.
 */
static void no_picture_is_looked_at_for_ever(void **state)
{
    enum { MANY = 0x7fff, ENTRIES = 1024, EACH = 255 };
    struct arena a = { 0 };
    struct buf none = buf_in(&a), brand = buf_in(&a), file = buf_in(&a), primary = buf_in(&a),
               properties = buf_in(&a), which = buf_in(&a), both = buf_in(&a), meta = buf_in(&a);

    (void)state;
    buf_lit(&brand, "avif");
    add_number(&primary, 0, 4);
    add_number(&primary, 1, 2);
    for (int i = 0; i < MANY; i++)
        add_box(&properties, "free", &none);
    add_number(&which, 1, 4);
    add_number(&which, ENTRIES, 4);
    for (int i = 0; i < ENTRIES; i++) {
        add_number(&which, 1, 2);
        add_number(&which, EACH, 1);
        for (int k = 0; k < EACH; k++)
            add_number(&which, MANY, 2);
    }
    add_box(&both, "ipco", &properties);
    add_box(&both, "ipma", &which);
    add_number(&meta, 0, 4);
    add_box(&meta, "pitm", &primary);
    add_box(&meta, "iprp", &both);
    add_box(&file, "ftyp", &brand);
    add_box(&file, "meta", &meta);
    assert_string_equal(size_in(buf_str(&file)), "none");
    arena_free(&a);
}

static void a_jpeg_says_how_it_is_turned(void **state)
{
    struct arena a = { 0 };
    struct error err = { 0 };
    str bytes;

    (void)state;
    assert_true(file_read(&bytes, S(PICTURES "/turned6.jpg"), 0, NULL, &a, &err));
    assert_int_equal(picture_orientation(bytes), 6);
    assert_int_equal(picture_orientation(S("no picture")), 1);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_says_how_large_it_is),
        cmocka_unit_test(what_a_browser_turns_is_measured_as_it_is_shown),
        cmocka_unit_test(a_drawing_has_the_size_that_it_names),
        cmocka_unit_test(a_picture_cut_short_has_no_size),
        cmocka_unit_test(what_is_no_picture_has_no_size),
        cmocka_unit_test(no_picture_is_looked_at_for_ever),
        cmocka_unit_test(a_jpeg_says_how_it_is_turned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
