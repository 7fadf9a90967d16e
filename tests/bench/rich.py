"""What a site can have beside texts and lists: each thing for vial, and for hugo where it has the same.

generate.py makes the plain pair of sites; this makes one with some of these features, or all, on both sides. The texts are
the plain site's, each with what the features add to it.
"""
import os
import random

import generate

AUTHORS = "".join("a%d: {name: Author %d, place: Harbour %d}\n" % (n, n, n % 7) for n in range(50))
SHEET = "body { margin: 0 auto; max-width: 40rem }\n" + "".join(".c%d { color: #%03x; padding: %dpx }\n" % (n, n * 7, n) for n in range(200))
WORDS = "The keeper wrote *into the book* what the sea had been like."


class Feature:
    """config: lines of vial.yaml; files; head, page: what base.html and page.html have more; front, text: what a post
    has more, for a number. hugo: the same for hugo, or nothing."""

    def __init__(self, name, config="", files=None, head="", page="", front="", text="", translated=0, hugo=None):
        self.name, self.config, self.files, self.head, self.page = name, config, files or {}, head, page
        self.front, self.text, self.translated, self.hugo = front, text, translated, hugo


FEATURES = [
    Feature("coloured code", "markdown: {highlight: true}\n",
            hugo=Feature("", "[markup.highlight]\ncodeFences = true\nnoClasses = false\n")),
    Feature("shortcodes", text='{%% details(summary="More of %d") %%}\n' + WORDS + "\n{%% end %%}\n",
            hugo=Feature("", text='{{< details "More of %d" >}}\n' + WORDS + "\n{{< /details >}}\n", files={
                "layouts/shortcodes/details.html": "<details><summary>{{ .Get 0 }}</summary>{{ .Inner | markdownify }}</details>"})),
    Feature("render hook", files={"templates/hooks/heading.html":
                                  '<h{{ level }} id="{{ anchor }}">{{ text }} <a href="#{{ anchor }}">#</a></h{{ level }}>\n'},
            hugo=Feature("", files={"layouts/_default/_markup/render-heading.html":
                                    '<h{{ .Level }} id="{{ .Anchor }}">{{ .Text | safeHTML }} <a href="#{{ .Anchor }}">#</a></h{{ .Level }}>\n'})),
    Feature("data", files={"data/authors.yaml": AUTHORS}, front="author: a%d\n",
            page="<p>{{ data.authors[page.author].name }}, {{ data.authors[page.author].place }}</p>\n",
            hugo=Feature("", files={"data/authors.yaml": AUTHORS}, front="author: a%d\n",
                         page="{{ with index site.Data.authors .Params.author }}<p>{{ .name }}, {{ .place }}</p>{{ end }}\n")),
    Feature("asset by its content", files={"static/site.css": SHEET},
            head="{% set css = asset('site.css') %}<link rel=\"stylesheet\" href=\"{{ css.url }}\" integrity=\"{{ css.integrity }}\">\n",
            hugo=Feature("", files={"assets/site.css": SHEET}, head="{{ with resources.Get \"site.css\" | resources.Fingerprint \"sha384\" }}"
                         "<link rel=\"stylesheet\" href=\"{{ .RelPermalink }}\" integrity=\"{{ .Data.Integrity }}\">{{ end }}\n")),
    Feature("pages as JSON too", "outputs: {page: [html, json]}\n", files={
        "templates/page.json": '{"title": {{ page.title|tojson }}, "url": {{ page.permalink|tojson }}, "content": {{ page.content|tojson }}}\n'},
            hugo=Feature("", "[outputs]\npage = ['HTML', 'JSON']\n", files={
                "layouts/_default/single.json": '{"title": {{ .Title | jsonify }}, "url": {{ .Permalink | jsonify }}, "content": {{ .Content | jsonify }}}\n'})),
    Feature("related pages", page="{% for p in page.related[:5] %}<a href=\"{{ p.url }}\">{{ p.title }}</a>\n{% endfor %}",
            hugo=Feature("", page="{{ range first 5 (site.RegularPages.Related .) }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>\n{{ end }}")),
    Feature("a second language", "languages: {de: {title: Bank}}\n", translated=10, files={"i18n/en.yaml": "more: More\n", "i18n/de.yaml": "more: Mehr\n"},
            page="<p>{{ t('more') }}{% for p in page.translations %} <a href=\"{{ p.url }}\">{{ p.lang }}</a>{% endfor %}</p>\n",
            hugo=Feature("", translated=10, config="defaultContentLanguage = 'en'\n[languages.en]\nweight = 1\n[languages.de]\nweight = 2\ntitle = 'Bank'\n",
                         files={"i18n/en.toml": "[more]\nother = 'More'\n", "i18n/de.toml": "[more]\nother = 'Mehr'\n"},
                         page="<p>{{ i18n \"more\" }}{{ range .Translations }} <a href=\"{{ .RelPermalink }}\">{{ .Language.Lang }}</a>{{ end }}</p>\n")),
    Feature("sitemap", "sitemap: true\n", hugo=Feature("")),  # which hugo makes in any case
    Feature("three feeds of each list", "feeds: {formats: [atom, rss, json], of: [site, sections, terms], limit: 20}\n"),
    Feature("schema", "schema: {/: {date: {required: true}, tags: {type: list, of: text}, level: {choices: [a, b], default: a}}}\n"),
    Feature("backlinks", page="{% for p in page.backlinks %}<a href=\"{{ p.url }}\">{{ p.title }}</a>\n{% endfor %}",
            text="See [another](../s%02d/post-%06d.md).\n"),
    Feature("search", "search: true\n"),
]
BOTH = [feature for feature in FEATURES if feature.hugo]


def filled(text, number, posts):
    """What a feature has for a post: "%d" is a number, two of them are another post's section and number."""
    other = (number * 7 + 1) % posts
    count = text.replace("%%", "").count("%")
    return text % ((other % generate.SECTIONS, other) if count == 2 else (number % 50,) if count else ())


def config_with(config, keys):
    """TOML and YAML want a key once: what a feature says takes the place of what the plain site says."""
    blocks = config.split("\n")
    for block in keys.split("\n"):
        name = block.split(":")[0].split("=")[0].strip()
        blocks = [line for line in blocks if not (name and line.split(":")[0].split("=")[0].strip() == name)]
    return "\n".join(blocks)


def top_first(parts):
    """TOML: keys of no table come before all tables."""
    tables, top, at = [], [], None
    for line in "\n".join(parts).split("\n"):
        if line.startswith("["):
            at = []
            tables.append(at)
        (top if at is None else at).append(line)
        if not line:
            at = None
    return "\n".join(top) + "\n" + "\n".join(line for table in tables for line in table) + "\n"


def side(folder, plain, names, features, posts, is_vial):
    """One side's site: the plain one's files with what the features add."""
    config, base, page = names
    files = dict(plain)
    added = "".join(f.config for f in features)
    files[config] = config_with(files[config], added) + "\n" + added if is_vial else None
    if not is_vial:
        text = plain[config].replace("[markup.highlight]\ncodeFences = false\n", "") if "[markup.highlight]" in added else plain[config]
        files[config] = top_first([t for block in [text] + [f.config for f in features] for t in block.replace("\n[", "\n\n[").split("\n\n")
                                   for t in (t + "\n",)])
    files[base] = files[base].replace("</head>", "".join(f.head for f in features) + "</head>")
    files[page] = files[page].replace("</article>", "".join(f.page for f in features) + "</article>")
    for feature in features:
        files.update(feature.files)
    for name, text in files.items():
        generate.write(os.path.join(folder, name), text)
    rng = random.Random(posts)
    content = os.path.join(folder, "content")
    generate.write(os.path.join(content, "_index.md"), "---\ntitle: Bench\n---\nA site to be measured.\n")
    for section in range(generate.SECTIONS):
        generate.write(os.path.join(content, "s%02d" % section, "_index.md"), "---\ntitle: Section %d\npaginate: 20\n---\n" % section)
    every = max(f.translated for f in features) if features else 0
    for number in range(posts):
        text = generate.post(rng, number)
        front = "".join(filled(f.front, number, posts) for f in features)
        text = text.replace("\n---\n", "\n" + front + "---\n", 1) + "".join("\n" + filled(f.text, number, posts) for f in features if f.text)
        name = os.path.join(content, "s%02d" % (number % generate.SECTIONS), "post-%06d" % number)
        generate.write(name + ".md", text)
        if every and number % every == 0:
            generate.write(name + ".de.md", text)


def make(folder, posts, features, hugo=True):
    """folder/vial, and folder/hugo with those that it has."""
    plain = dict(generate.VIAL, **{"vial.yaml": generate.VIAL["vial.yaml"] + "markdown: {highlight: false}\n"})
    side(os.path.join(folder, "vial"), plain, ("vial.yaml", "templates/base.html", "templates/page.html"), features, posts, True)
    if hugo:
        side(os.path.join(folder, "hugo"), generate.HUGO, ("hugo.toml", "layouts/_default/baseof.html", "layouts/_default/single.html"),
             [f.hugo for f in features if f.hugo], posts, False)
