/*
 * keys_others.c - what other programs call the keys
 *
 *   comes in:  a key that is not known
 *   goes out:  what it is called here
 *
 * Who comes from another program writes its words for a while, and they are like ours in nothing
 * that letters tell: "lastmod" is "updated". Words that may well mean something of a site's own,
 * as "extra" or "image", are not here.
 */
#include "vial/site/keys.h"

static const struct {
    const char *theirs, *ours;
} words[] = {
    /* front matter */
    { "lastmod", "updated" },
    { "last_modified_at", "updated" },
    { "modified", "updated" },
    { "publishdate", "publish_date" },
    { "expirydate", "expiry_date" },
    { "published", "draft" },
    { "permalink", "url" },
    { "redirect_from", "aliases" },
    { "excerpt", "summary" },
    { "taxonomies", "tags" },
    { "paginate_by", "paginate" },
    { "menus", "menu" },
    /* the configuration */
    { "site_name", "title" },
    { "sitename", "title" },
    { "site_url", "base_url" },
    { "siteurl", "base_url" },
    { "baseurl", "base_url" },
    { "url", "base_url" },
    { "site_description", "description" },
    { "site_author", "author" },
    { "languagecode", "language" },
    { "defaultcontentlanguage", "language" },
    { "default_language", "language" },
    { "lang", "language" },
    { "docs_dir", "content" },
    { "contentdir", "content" },
    { "source", "content" },
    { "site_dir", "output" },
    { "publishdir", "output" },
    { "output_dir", "output" },
    { "destination", "output" },
    { "staticdir", "static" },
    { "datadir", "data" },
    { "menu", "menus" },
    { "permalink", "permalinks" },
    { "markdown_extensions", "markdown" },
    { "markup", "markdown" },
    { "use_directory_urls", "ugly_urls" },
    { "uglyurls", "ugly_urls" },
    { "enablerobotstxt", "sitemap" },
    { "generate_feeds", "feeds" },
    { "generate_feed", "feeds" },
    { "build_search_index", "search" },
    { "collections", "taxonomies" },
};

str key_of_others(const struct key *keys, str name)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ieq(name, str_of(words[i].theirs)) && key_find(keys, str_of(words[i].ours)))
            return str_of(words[i].ours);
    return S("");
}
