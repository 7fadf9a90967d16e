/*
 * known.c - a site opened again, with what is known of it from the last time
 *
 *   comes in:  what was written down then; the files as they are now
 *   goes out:  the site as it is now, and the keys that are not what they were
 *
 * What was known makes the site of then anew, index and all, without reading a page; and from there
 * site_update()'s own way leads to the site of now. So one comparison says what changed, whether a
 * moment has passed or a month. Where something is so different that this is not worth its care (a
 * new theme, another folder for content), nothing is known, and all is read.
 */
#include "vial/site/known.h"
#include "vial/site/hooks.h"

#include "vial/base/date.h"
#include "vial/base/path.h"
#include "vial/site/assets.h"
#include "vial/site/changes.h"
#include "vial/site/load.h"
#include "vial/site/reload.h"
#include <stdlib.h>

#define FORMAT "site 5"

/* ---- the files of the site, as the tree has them ---- */

static size_t roots_of(const struct site *site, str roots[TREE_ROOTS], struct arena *a)
{
    const struct config *config = site->config;
    size_t count = 0;

    roots[count++] = config->content;
    roots[count++] = config->templates;
    roots[count++] = config->static_files;
    roots[count++] = config->data;
    roots[count++] = S("i18n");
    roots[count++] = S("assets");
    if (site->theme.name.len && !site->theme.builtin)
        roots[count++] = path_join(a, config->themes, site->theme.name);
    return count;
}

void known_list_files(struct site *site, const struct tree *tree)
{
    const struct file_walk *walk = &tree->roots[0].walk;
    size_t pages = 0;

    for (size_t i = 0; i < walk->count; i++)
        pages += site_is_page_name(site->config, walk->entries[i].path);
    site->files = arena_new();
    site->page_files = arena_array(site->files, struct file_entry, pages);
    site->assets = arena_array(site->files, struct file_entry, walk->count - pages);
    site->npage_files = site->nassets = 0;
    for (size_t i = 0; i < walk->count; i++) {
        if (site_is_page_name(site->config, walk->entries[i].path))
            site->page_files[site->npage_files++] = walk->entries[i];
        else if (site_summary_language(site->config, walk->entries[i].path) < 0)
            site->assets[site->nassets++] = walk->entries[i];
    }
}

enum { THEME = 6 }; /* of the roots, where it has files */

static const struct file_walk *theme_walk(const struct tree *tree)
{
    return tree->count > THEME ? &tree->roots[THEME].walk : NULL;
}

static void list_statics(struct site *site, const struct tree *tree)
{
    theme_statics_of(&site->theme, site->statics_folder, &tree->roots[2].walk, theme_walk(tree),
                     &site->statics, &site->nstatics, site->files);
}

/* ---- writing it down ---- */

static bool same_names(const struct file_entry *a, size_t na, const struct file_entry *b, size_t nb)
{
    if (na != nb)
        return false;
    for (size_t i = 0; i < na; i++)
        if (!str_eq(a[i].path, b[i].path))
            return false;
    return true;
}

/* Files may have come and gone between the two looks at them: then nothing is worth keeping. */
static bool has_files_of(const struct site *site, const struct tree *tree)
{
    struct site other = { .config = site->config,
                          .theme = site->theme,
                          .statics_folder = site->statics_folder };

    known_list_files(&other, tree);
    list_statics(&other, tree);
    bool same =
        same_names(site->page_files, site->npage_files, other.page_files, other.npage_files) &&
        same_names(site->assets, site->nassets, other.assets, other.nassets) &&
        site->nstatics == other.nstatics;
    for (size_t i = 0; same && i < site->nstatics; i++)
        same = str_eq(site->statics[i].file, other.statics[i].file);
    arena_delete(other.files);
    return same;
}

/* From one moment to the next nobody's day comes, and nobody's ends. */
static void quiet_time(const struct site *site, int64_t *from, int64_t *to)
{
    *from = INT64_MIN;
    *to = INT64_MAX;
    for (size_t i = 0; i < site->npages; i++) {
        const int64_t moments[] = { site->pages[i]->publish, site->pages[i]->expiry };

        for (size_t k = 0; k < 2; k++) {
            if (moments[k] && moments[k] <= site->indexed_at && moments[k] > *from)
                *from = moments[k];
            if (moments[k] > site->indexed_at && moments[k] < *to)
                *to = moments[k];
        }
    }
}

int64_t site_quiet_until(const struct site *site)
{
    int64_t from, to;

    quiet_time(site, &from, &to);
    return to == INT64_MAX ? INT64_MAX / 2 : to;
}

static void pack_summaries(const struct site *site, struct buf *out)
{
    pack_number(out, site->config->nlanguages);
    for (size_t i = 0; i < site->config->nlanguages; i++) {
        pack_text(out, site->summaries[i].path);
        pack_text(out, site->summaries[i].text);
    }
}

static void pack_settings(const struct site *site, struct buf *out)
{
    int64_t from, to;

    quiet_time(site, &from, &to);
    pack_text(out, site->theme.name);
    pack_text(out, site_relative(site, site->theme.templates));
    pack_number(out, site->theme.builtin != NULL);
    pack_number(out, site->options.drafts);
    pack_number(out, site->options.future);
    pack_text(out, site->options.base_url);
    pack_text(out, site->config->text.source);
    pack_signed(out, site->indexed_at);
    pack_signed(out, from);
    pack_signed(out, to);
    pack_number(out, getenv("SOURCE_DATE_EPOCH") != NULL);
    pack_text(out, str_n((const char *)&site->templates, sizeof site->templates));
    pack_summaries(site, out);
    pack_text(out, logic_key(site->logic));
    pack_digest(out, site->logic ? vial_shape(site->app) : (struct digest){ 0 });
    pack_number(out, atomic_load(&site->findings->backlinks));
}

void site_remember(const struct site *site, const struct site_past *past, struct buf *out)
{
    const struct tree *tree = &past->now;
    struct buf pages = { 0 }, one = { 0 };
    bool quiet = true;
    size_t next = 0;

    buf_clear(out);
    if (site->config_bad || site->files_bad || site->data_bad || site->index_bad || !tree->count ||
        !has_files_of(site, tree))
        return;
    for (size_t i = 0; i < site->npage_files; i++) {
        const struct page *page = next < site->npages ? site->pages[next] : NULL;
        enum known_page how = KNOWN_NONE;

        buf_clear(&one);
        if (page && str_eq(page->path, site->page_files[i].path)) {
            how = page_pack(page, &one);
            next++;
        }
        quiet = quiet && how != KNOWN_NONE && how != KNOWN_LOUD;
        pack_number(&pages, how);
        if (how == KNOWN_WHOLE || how == KNOWN_LOUD)
            buf_add(&pages, buf_str(&one));
    }
    pack_text(out, S(FORMAT));
    pack_settings(site, out);
    pack_number(out, quiet);
    tree_pack(tree, site->folder, out);
    buf_add(out, buf_str(&pages));
    buf_free(&one);
    buf_free(&pages);
}

/* ---- looking: what changed since? ---- */

/* Keys that say something and decide nothing. Of all others anything may follow. */
static bool is_plain_key(str key)
{
    static const char *const plain[] = { "title", "description", "author", "params" };

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_eq(key, str_of(plain[i])))
            return true;
    return false;
}

/* A home page without a file is called as the site is, and each language has one. */
static void note_homes(const struct config *config, struct site_past *past, struct arena *a)
{
    for (size_t i = 0; i < config->nlanguages; i++) {
        const struct config_language *language = &config->languages[i];
        str folder = language->main ? S("") : str_fmt(a, "%.*s/", STR(language->code));

        reads_note(past->keys, str_fmt(a, "page:%.*s_index.md#title", STR(folder)));
        reads_note(past->keys, str_fmt(a, "page:%.*s_index.md#title_from", STR(folder)));
    }
}

static bool differs_plainly(const struct config *config, struct site_past *past, value was,
                            value now)
{
    value key, v, other, ignored;

    for (size_t i = 0; dict_entry(was, i, &key, &v); i++) {
        other = dict_get(now, value_text(key));
        if (said_same(v, other))
            continue;
        if (!is_plain_key(value_text(key)))
            return false;
        struct arena a = { 0 };
        reads_note(past->keys, str_fmt(&a, "config:%.*s", STR(value_text(key))));
        reads_note(past->keys, S("config:"));
        if (str_eq(value_text(key), S("title")))
            note_homes(config, past, &a);
        arena_free(&a);
    }
    for (size_t i = 0; dict_entry(now, i, &key, &ignored); i++)
        if (value_is_undefined(dict_get(was, value_text(key))) && !is_plain_key(value_text(key)))
            return false;
    return true;
}

static bool compare_config(const struct site *site, struct site_past *past, str text)
{
    struct arena a = { 0 };
    struct errors errors = { 0 };
    bool same = str_eq(text, site->config->text.source);

    if (!same) {
        const struct config *was =
            config_parse(site->config->text.file, text, site->options.base_url, &a, &errors);
        same = was && differs_plainly(site->config, past, was->all, site->config->all);
    }
    errors_free(&errors);
    arena_free(&a);
    return same;
}

/* False: they are of other languages than there are now. */
static bool unpack_summaries(const struct site *site, struct site_past *past, struct unpack *from,
                             struct arena *a)
{
    size_t count = site->config->nlanguages;

    if (unpack_number(from) != count)
        return false;
    past->summaries = arena_array(a, struct summary, count);
    for (size_t i = 0; i < count; i++) {
        past->summaries[i].path = unpack_text(from);
        past->summaries[i].text = unpack_text(from);
    }
    return true;
}

static bool unpack_settings(const struct site *site, struct site_past *past, struct unpack *from,
                            struct arena *a)
{
    bool same = str_eq(unpack_text(from), site->theme.name);
    int64_t begins, ends, now = now_unix();

    same &= str_eq(unpack_text(from), site_relative(site, site->theme.templates));
    same &= unpack_number(from) == (site->theme.builtin != NULL);
    same &= unpack_number(from) == site->options.drafts;
    same &= unpack_number(from) == site->options.future;
    same &= str_eq(unpack_text(from), site->options.base_url);
    str config = unpack_text(from);
    past->indexed_at = unpack_signed(from);
    begins = unpack_signed(from);
    ends = unpack_signed(from);
    bool fixed = unpack_number(from) != 0;
    str templates = unpack_text(from);
    same &= unpack_summaries(site, past, from, a);
    past->logic_same = str_eq(unpack_text(from), logic_key(site->logic));
    past->shape = unpack_digest(from);
    if (!past->logic_same)
        reads_note(past->keys, S("logic:"));
    past->backlinks = unpack_number(from) != 0;
    if (from->bad || !same || templates.len != sizeof past->templates ||
        !compare_config(site, past, config))
        return false;
    memcpy(&past->templates, templates.p, templates.len);
    if (!fixed || !getenv("SOURCE_DATE_EPOCH") || now != past->indexed_at)
        reads_note(past->keys, S("now"));
    past->same = now >= begins && now < ends;
    return true;
}

static bool look(const struct site *site, struct site_past *past, str known, int64_t taken,
                 struct arena *a)
{
    struct unpack from = unpack_of(known);
    str roots[TREE_ROOTS];
    size_t count = roots_of(site, roots, a);

    if (!str_eq(unpack_text(&from), S(FORMAT)) || !unpack_settings(site, past, &from, a))
        return false;
    bool quiet = unpack_number(&from) != 0;
    if (!tree_unpack(&past->was, &from, a) || past->was.count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!str_eq(roots[i], past->was.roots[i].path))
            return false;
    past->pages = from;
    if (!tree_compare(&past->now, &past->was, site->folder, taken, &past->changed, a, NULL))
        return false;
    past->same = past->same && quiet && !past->changed.count &&
                 past->keys->things.count <= reads_has(past->keys, S("now"));
    return true;
}

struct site_past *site_look(const struct site *site, str known, int64_t behind, struct arena *a,
                            struct error *err)
{
    int64_t taken = site->begun - behind;
    struct site_past *past = arena_make(a, struct site_past);
    str roots[TREE_ROOTS];

    past->keys = reads_new(a);
    past->used = known.len && look(site, past, known, taken, a);
    if (!past->used) {
        past->same = false;
        if (!tree_take(&past->now, site->folder, roots, roots_of(site, roots, a), taken, a, err))
            return NULL;
    }
    return past;
}

bool site_is_same(const struct site_past *past)
{
    return past->same;
}

const struct reads *site_changed(const struct site_past *past)
{
    return past->keys;
}

/* ---- the site of then ---- */

static bool is_changed(const struct site_past *past, str root, str path)
{
    for (size_t i = 0; i < past->changed.count; i++) {
        str changed = past->changed.paths[i];

        if (str_starts(changed, root) &&
            str_eq(str_from(changed, root.len + (changed.len > root.len)), path))
            return true;
    }
    return false;
}

/* Data of then is not kept: where pages follow from it, what changed cannot be told. */
static bool data_decides(const struct site *site, const struct site_past *past)
{
    bool lists = false, changed = false;

    for (size_t i = 0; i < site->config->nroutes; i++)
        lists = lists || site->config->routes[i].list.len;
    for (size_t i = 0; lists && i < past->changed.count; i++)
        changed = changed || str_starts(past->changed.paths[i], site->config->data);
    return changed;
}

/* Pages that could not be packed are read as they are: they have to be as they were. */
static bool read_others(struct site *site, const struct site_past *past, const bool *read,
                        struct page **pages)
{
    struct errors errors = { 0 }, warnings = { 0 };
    bool good = true;

    for (size_t i = 0; good && i < site->npage_files; i++) {
        if (!read[i])
            continue;
        good = !is_changed(past, site->config->content, site->page_files[i].path);
        if (good)
            pages_load(&pages[i], &site->page_files[i], 1, site->content, site->config, &errors,
                       &warnings);
        good = good && pages[i];
    }
    errors_free(&errors);
    errors_free(&warnings);
    return good;
}

static bool unpack_pages(struct site *site, const struct site_past *past, struct arena *a)
{
    size_t count = site->npage_files;
    struct unpack from = past->pages;
    struct page_batch *batch = page_batch_new();
    struct page *room = arena_array(&batch->arena, struct page, count);
    struct page **pages = calloc(count + 1, sizeof(struct page *));
    bool *read = arena_array(a, bool, count), good = true;

    if (!pages)
        abort();
    batch->pages = 1; /* it stays while it is filled */
    for (size_t i = 0; good && i < count; i++) {
        uint64_t how = unpack_number(&from);

        read[i] = how == KNOWN_READ;
        if (how != KNOWN_WHOLE && how != KNOWN_LOUD)
            continue;
        room[i].batch = batch;
        room[i].loud = how == KNOWN_LOUD;
        batch->pages++;
        pages[i] = &room[i];
        good = page_unpack(&room[i], site->page_files[i].path, site->page_files[i].info,
                           site->config, &from, &batch->arena);
    }
    good = good && !from.bad && read_others(site, past, read, pages);
    for (size_t i = 0; i < count; i++)
        if (pages[i])
            pages[site->npages++] = pages[i];
    site->pages = pages;
    page_batch_release(batch);
    return good;
}

static bool make_as_it_was(struct site *site, const struct site_past *past, struct arena *a)
{
    struct errors errors = { 0 };
    struct errors warnings = site->findings->warnings;

    site->findings->warnings = (struct errors){ 0 };
    known_list_files(site, &past->was);
    list_statics(site, &past->was);
    site->summaries = past->summaries;
    hooks_look(site); /* those of now; whether they are others shows in what follows */
    site->templates = past->templates;
    atomic_store(&site->findings->backlinks, past->backlinks);
    site_load_data(site, &errors);
    bool good = !errors.count && unpack_pages(site, past, a);
    if (good)
        site_reindex_at(site, past->indexed_at, &errors);
    site->index_bad = errors.count > 0 || site->findings->warnings.count > 0;
    errors_free(&errors);
    errors_free(&site->findings->warnings);
    site->findings->warnings = warnings;
    return good;
}

/* What a page had to say is said again. */
static void add_loud(const struct site *site, struct tree_changes *changed, struct arena *a)
{
    size_t count = changed->count;
    str *paths;

    for (size_t i = 0; i < site->npages; i++)
        count += site->pages[i]->loud;
    paths = arena_array(a, str, count);
    if (changed->count)
        memcpy(paths, changed->paths, changed->count * sizeof *paths);
    for (size_t i = 0; i < site->npages; i++)
        if (site->pages[i]->loud)
            paths[changed->count++] = path_join(a, site->config->content, site->pages[i]->path);
    changed->paths = paths;
}

/* All that was made of it goes; what site_begin() read stays. */
static void start_over(struct site *site)
{
    for (size_t i = 0; i < site->npages; i++)
        page_free(site->pages[i]);
    free(site->pages);
    index_free(site->index);
    arena_delete(site->files);
    arena_delete(site->data_arena);
    site->pages = NULL;
    site->npages = 0;
    site->index = NULL;
    site->files = site->data_arena = NULL;
    site->index_bad = false;
}

bool site_recall(struct site *site, struct site_past *past, struct reads **changed, struct arena *a,
                 struct errors *errors)
{
    if (!past->used || data_decides(site, past))
        return false;
    if (!make_as_it_was(site, past, a)) {
        start_over(site);
        return false;
    }
    *changed = past->keys;
    add_loud(site, &past->changed, a);
    if (!site_register(site, errors))
        return true; /* as it is after site_read(): errors say what is wrong */
    if (!past->logic_same && !digest_eq(vial_shape(site->app), past->shape))
        reads_note(past->keys, S("site"));
    site_take_in(site, past->changed.paths, past->changed.count, past->keys, errors);
    return true;
}
