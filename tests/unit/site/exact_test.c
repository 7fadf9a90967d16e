/*
 * Whatever is edited: a response that is kept because none of its reads changed is, byte for byte,
 * the response of a site that was opened anew. So no key is ever missing.
 */
#include "fixture.h"
#include "vial/base/file.h"
#include "vial/base/map.h"
#include "vial/base/path.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SITES = 6, EDITS = 120, NAMES = 7, SHOWN = 300 };

static uint64_t seed;

static unsigned draw(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

static const char *any(const char *const *list, size_t count)
{
    return list[draw((unsigned)count)];
}
#define ANY(list) any(list, sizeof(list) / sizeof *(list))

/* ---- edits ---- */

static const char *const folders[] = { "", "s/", "s/deep/", "t/", "tags/" };
static const char *const files[NAMES] = { "a",       "b",     "c",     "2026-01-02-d",
                                          "x/index", "index", "_index" };

static void page_path(char path[64])
{
    snprintf(path, 64, "content/%s%s.md", ANY(folders), ANY(files));
}

static void write_page(const char *path)
{
    static const char *const fronts[] = {
        "",
        "---\ntitle: One\n---\n",
        "---\ntitle: Two\nweight: 1\n---\n",
        "---\nweight: 2\ndate: 2026-05-05\n---\n",
        "---\ndraft: true\n---\n",
        "---\ntitle: One\nimage: x\nsummary: Short.\n---\n",
        "---\nslug: other\ndescription: D\n---\n",
        "---\nsort_by: title\n---\n",
        "---\naliases: [/old/]\ntemplate: other.html\n---\n",
        "---\nweight: none\n---\n",
        "---\ntags: [one, Two]\ndate: 2026-05-06\n---\n",
        "---\ntags: [two, a]\ntopics: x/y\ntitle: Two\n---\n",
        "---\ntags: three\ntopics: [x, z]\n---\n",
        "---\npaginate: 2\n---\n",
        "---\ncascade: {image: c, template: other.html, tags: [two]}\n---\n",
        "---\ncascade: {image: d, sitemap: false}\ntitle: C\n---\n",
        "---\npaginate: {by: 1, of: below}\ntags: One\n---\n",
    };
    static const char *const links[] = { "a.md",      "../b.md#part", "s/c.md", "/t/",        "x/",
                                         "deep/a.md", "pic.svg",      "#part",  "../index.md" };
    static const char *const bodies[] = { "Text.\n", "# Part\n\nMore.\n", "## Other\n", "" };
    char text[512];

    snprintf(text, sizeof text, "%s%s\n[l](%s) <a href=\"%s\">r</a>\n", ANY(fronts), ANY(bodies),
             ANY(links), ANY(links));
    has(path, text);
}

static void write_template(const char *path)
{
    static const char *const texts[] = {
        "{{ page.title }}|{{ page.content }}|{{ page.prev.title }}|{{ page.next.url }}",
        "{% include 'part.html' ignore missing %}{{ page.content }}{{ page.image }}{{ page.assets "
        "}}",
        "{% for p in site.pages %}{{ p.url }}={{ p.title }}={{ p.date }} {% endfor %}",
        "{% for s in site.sections %}{{ s.url }}{{ s.title }}{% for p in s.pages %}{{ p.summary "
        "}}{{ p.kind }}{% endfor %}{% endfor %}",
        "{% for s in page.ancestors %}{{ s.title }}/{% endfor %}{{ data.n }}{{ page.raw }}",
        "{{ section.title }}{% for p in section.pages %}{{ p.title }}{{ p.description }}{{ "
        "p.word_count }}{% endfor %}{% for s in section.sections %}{{ s.url }}{% endfor %}",
        "{{ (get_page('s/a.md') or page).url }}{{ get_section('t').title }}{{ site.nav }}{{ "
        "page.toc }}",
        "{% for t in site.taxonomies.tags.terms %}{{ t.title }}{{ t.url }}{{ t.count }}{% for p in "
        "t.pages %}{{ p.url }}{% endfor %}{% endfor %}{{ site.taxonomies.topics.terms|length }}",
        "{% for n, l in page.taxonomies.items() %}{{ n }}{% for t in l %}{{ t.url }}{{ "
        "t.next.title "
        "}}{{ t.number }}{% endfor %}{% endfor %}{{ page.related|map(attribute='url')|list }}",
        "{% for f in page.feeds %}{{ f.url }}{{ f.title }}{% endfor %}",
        "{{ paginator.next }}{% for p in paginator.pages %}{{ p.title }}{% endfor %}",
        "{{ get_taxonomy('tags').title }}{{ section.url }}{% for t in section.sections %}{{ "
        "t.content }}{% endfor %}",
    };

    has(path, ANY(texts));
}

static void remove_if_there(const char *path)
{
    char whole[160];

    snprintf(whole, sizeof whole, "%s/%s", folder(), path);
    if (access(whole, F_OK) == 0)
        assert_int_equal(remove(whole), 0);
}

/* Does one edit and says which path it was. */
static const char *edit(void)
{
    static const char *const templates[] = {
        "templates/page.html",     "templates/section.html",         "templates/home.html",
        "templates/part.html",     "templates/other.html",           "templates/term.html",
        "templates/taxonomy.html", "themes/mine/templates/page.html"
    };
    static const char *const others[] = { "content/pic.svg", "content/s/pic.svg", "static/x.css",
                                          "data/n.yaml", "content/s/x/pic.svg" };
    static const char *const configs[] = {
        "theme: mine\n", "theme: mine\nsort_by: title\n",
        "title: Other\ntheme: mine\nlinks: warn\n",
        "theme: mine\ntaxonomies: {tags: {paginate: 1}, topics: "
        "{nested: true}, days: {by: day}}\n"
        "feeds: {of: [site, sections, terms], limit: 2}\nsitemap: true\nbase_url: https://a.b/\n"
    };
    static const char *const summaries[] = { "- [A](a.md)\n  - [B](s/b.md)\n- [C](s/c.md)\n",
                                             "[C](s/c.md)\n- [A](a.md)\n" };
    static char path[64];

    switch (draw(16)) {
    case 0:
        snprintf(path, sizeof path, "%s", ANY(templates));
        write_template(path);
        break;
    case 1:
        snprintf(path, sizeof path, "%s", templates[2 + draw(5)]);
        remove_if_there(path);
        break;
    case 2:
        snprintf(path, sizeof path, "%s", ANY(others));
        has(path, draw(2) ? "1" : "2");
        break;
    case 3:
        snprintf(path, sizeof path, "%s", ANY(others));
        remove_if_there(path);
        break;
    case 4:
        snprintf(path, sizeof path, "vial.yaml");
        has(path, ANY(configs));
        break;
    case 5:
        snprintf(path, sizeof path, "content/SUMMARY.md");
        if (draw(2))
            has(path, ANY(summaries));
        else
            remove_if_there(path);
        break;
    case 6:
    case 7:
    case 8:
        page_path(path);
        remove_if_there(path);
        break;
    default:
        page_path(path);
        write_page(path);
    }
    return path;
}

/* ---- keeping ---- */

struct kept {
    struct arena arena;
    str text;
    int status;
    struct reads *reads;
};

static void kept_free(struct kept *kept)
{
    if (kept)
        arena_free(&kept->arena);
    free(kept);
}

static struct kept *ask(struct site *site, str url)
{
    struct kept *kept = calloc(1, sizeof *kept);
    struct request req = { .method = S("GET"),
                           .target = url,
                           .scheme = S("http"),
                           .host = S("localhost"),
                           .headers = { .arena = &kept->arena } };
    struct response res;

    assert_true(url_decode(&req.path, url, &kept->arena));
    vial_handle(site_app(site), &req, &res, &kept->arena, NULL);
    kept->status = res.status;
    kept->reads = res.reads;
    kept->text = res.text;
    if (res.body == BODY_FILE)
        assert_true(file_read(&kept->text, res.file, 0, NULL, &kept->arena, NULL));
    response_end(&res);
    return kept;
}

static struct map responses; /* every URL that ever was, to struct kept */

static bool know_url(void *self, const struct site_url *url)
{
    (void)self;
    if (!map_find(&responses, url->url))
        map_put(&responses, str_copy(responses.arena, url->url));
    return true;
}

static void drop_stale(const struct reads *changed)
{
    for (size_t i = 0; i < responses.count; i++) {
        struct kept *kept = responses.entries[i].data;

        if (kept && reads_meet(kept->reads, changed)) {
            kept_free(kept);
            responses.entries[i].data = NULL;
        }
    }
}

/* A little before where they part. */
static size_t first_difference(str a, str b)
{
    size_t at = 0;

    while (at < a.len && at < b.len && a.p[at] == b.p[at])
        at++;
    return at < SHOWN / 2 ? 0 : at - SHOWN / 2;
}

static void compare_all(struct site *site, struct site *anew, const char *path)
{
    for (size_t i = 0; i < responses.count; i++) {
        struct map_entry *entry = &responses.entries[i];

        if (!entry->data)
            entry->data = ask(site, entry->key);
        const struct kept *kept = entry->data;
        struct kept *fresh = ask(anew, entry->key);
        if (kept->status != fresh->status || !str_eq(kept->text, fresh->text)) {
            size_t from = first_difference(kept->text, fresh->text);

            print_message("after %s, %.*s is kept as\n%d %.*s\n", path, STR(entry->key),
                          kept->status, STR(str_slice(kept->text, from, from + SHOWN)));
            print_message("and would be\n%d %.*s\n", fresh->status,
                          STR(str_slice(fresh->text, from, from + SHOWN)));
            for (size_t k = 0; k < kept->reads->things.count; k++)
                print_message("  %.*s\n", STR(kept->reads->things.entries[k].key));
            assert_true(false);
        }
        kept_free(fresh);
    }
}

static struct site *open_quietly(void)
{
    struct errors errors = { 0 };
    struct site *site = site_open(str_of(folder()), &(struct site_options){ 0 }, &errors);

    errors_free(&errors);
    assert_non_null(site);
    return site;
}

static void edit_often(void)
{
    struct arena arena = { 0 };

    has("vial.yaml", "theme: mine\n");
    has("themes/mine/theme.yaml", "api: 1\n");
    has("themes/mine/templates/page.html", "theme {{ page.title }}");
    for (int i = 0; i < 12; i++)
        edit();
    responses = map_in(&arena);
    struct site *site = open_quietly();
    for (int i = 0; i < EDITS; i++) {
        struct arena a = { 0 };
        struct errors errors = { 0 };
        str path = str_of(edit());
        struct reads *changed = site_update(site, &path, 1, &a, &errors);
        struct site *anew = open_quietly();

        drop_stale(changed);
        site_each_url(anew, know_url, NULL);
        compare_all(site, anew, path.p);
        site_close(anew);
        errors_free(&errors);
        arena_free(&a);
    }
    site_close(site);
    for (size_t i = 0; i < responses.count; i++)
        kept_free(responses.entries[i].data);
    arena_free(&arena);
}

static void what_is_kept_is_what_would_be_made_anew(void **state)
{
    (void)state;
    const char *given = getenv("SEED");

    for (unsigned i = 0; i < SITES; i++) {
        seed = given ? strtoull(given, NULL, 10) + i : 20261121 + i;
        print_message("seed %llu\n", (unsigned long long)seed);
        edit_often();
        fixture_end(NULL);
        assert_int_equal(fixture_begin(NULL), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(what_is_kept_is_what_would_be_made_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
