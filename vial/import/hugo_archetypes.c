/*
 * hugo_archetypes.c - what new pages begin with
 *
 *   comes in:  the files of archetypes/, whose front matter is a template of Go's
 *   goes out:  the same for Jinja, as far as what Hugo's own archetypes say; else they are told
 */
#include "vial/import/hugo.h"

static const struct {
    const char *theirs, *ours;
} known[] = {
    { "{{ replace .Name \"-\" \" \" | title }}", "{{ title }}" },
    { "{{ replace .TranslationBaseName \"-\" \" \" | title }}", "{{ title }}" },
    { "{{ replace .File.ContentBaseName \"-\" \" \" | title }}", "{{ title }}" },
    { "{{ replace .File.ContentBaseName `-` ` ` | title }}", "{{ title }}" },
    { "{{ .Name }}", "{{ title }}" },
    { "{{ .Title }}", "{{ title }}" },
    { "{{ .Date }}", "{{ date }}" },
    { "{{ now.Format \"2006-01-02\" }}", "{{ date }}" },
    { "{{ .Section }}", "{{ section }}" },
};

static str converted(struct importing *im, str text)
{
    struct buf out = buf_in(im->a);

    while (text.len) {
        size_t i = 0;

        while (i < sizeof known / sizeof *known && !str_starts(text, str_of(known[i].theirs)))
            i++;
        if (i < sizeof known / sizeof *known) {
            buf_add(&out, str_of(known[i].ours));
            text = str_from(text, strlen(known[i].theirs));
        } else {
            buf_addc(&out, text.p[0]);
            text = str_from(text, 1);
        }
    }
    return buf_str(&out);
}

/* No tag of Go's is left: each "{{" begins one of the four names. */
static bool is_clean(str text)
{
    static const char *const ours[] = { "{{ title }}", "{{ date }}", "{{ section }}" };

    for (size_t i = 0; i + 1 < text.len; i++) {
        bool mine = false;

        if (text.p[i] != '{' || !strchr("{%", text.p[i + 1]))
            continue;
        for (size_t n = 0; n < 3; n++)
            mine = mine || str_starts(str_from(text, i), str_of(ours[n]));
        if (!mine)
            return false;
        i++;
    }
    return true;
}

void hugo_archetypes(struct importing *im)
{
    struct file_walk walk;

    if (!file_is_folder(path_join(im->a, im->from, S("archetypes"))) ||
        !file_walk(&walk, path_join(im->a, im->from, S("archetypes")), S(""), im->a, NULL))
        return;
    for (size_t i = 0; i < walk.count; i++) {
        str path = path_join(im->a, S("archetypes"), walk.entries[i].path), text;

        if (!is_markdown(path) || !read_old(im, path, &text))
            continue;
        text = converted(im, text);
        if (is_clean(text))
            new_file_add(im, path, text);
        else
            left_file(im, path, "is a template in Go's language: it is not converted");
    }
}
