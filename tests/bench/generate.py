"""Two equivalent sites of N posts: one for vial and one for hugo.

The posts have 3 to 6 KB with headings, tables, code in five languages, lists, links and footnotes, and are the
same files for both. The templates do the same work: a base with a navigation, a page with its neighbours, lists of
each section, tag and category in pieces of 20, a feed for each of them. Everything is drawn from a seed, so that two runs measure the same.
"""
import os
import random

WORDS = """the of a to in is that it was for on are as with his they at be this from have or by one had not but what
all were when we there can an your which their said if do will each about how up out them then she many some so these
would other into has more her two like him see time could no make than first been its who now people my made over did
down only way find use may water long little very after words called just where most know garden river stone winter
letter window morning evening silver copper engine signal harbour meadow lantern compass""".split()
LANGUAGES = {
    "python": "def greet(name):\n    \"\"\"Says hello.\"\"\"\n    return f\"hello, {name}\"\n",
    "c": "int add(int a, int b)\n{\n    return a + b; /* no overflow here */\n}\n",
    "javascript": "const add = (a, b) => a + b;\nconsole.log(add(1, 2));\n",
    "bash": "for f in *.md; do\n  wc -w \"$f\"\ndone\n",
    "yaml": "title: A title\ntags: [one, two]\n",
}
SECTIONS = 20
CATEGORIES = ["garden", "harbour", "letters", "engines", "seasons"]

VIAL = {
    "vial.yaml": "title: Bench\nbase_url: https://example.org/\ntheme: plain\n"
                 "taxonomies: {tags: {paginate: 20}, categories: {paginate: 20}}\n"
                 "feeds: {formats: [rss], of: [site, sections, terms], limit: 20}\n",
    "templates/base.html": """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{% block title %}{{ page.title }} - {{ site.title }}{% endblock %}</title>
<link rel="canonical" href="{{ page.permalink }}"></head>
<body><nav><ul>{% for s in site.sections %}<li><a href="{{ s.url }}">{{ s.title }}</a></li>
{% endfor %}</ul></nav>
<main>{% block main %}{% endblock %}</main></body></html>
""",
    "templates/page.html": """{% extends "base.html" %}
{% block main %}<article><h1>{{ page.title }}</h1>
<p><time datetime="{{ page.date }}">{{ page.date }}</time>, {{ page.word_count }} words</p>
{{ page.content }}
<p>{% if page.prev %}<a rel="prev" href="{{ page.prev.url }}">{{ page.prev.title }}</a>{% endif %}
{% if page.next %}<a rel="next" href="{{ page.next.url }}">{{ page.next.title }}</a>{% endif %}</p></article>{% endblock %}
""",
    "templates/section.html": """{% extends "base.html" %}
{% block main %}<h1>{{ page.title }}</h1>
<ul>{% for p in (paginator.pages if paginator else section.pages) %}<li><a href="{{ p.url }}">{{ p.title }}</a> {{ p.date }}</li>
{% endfor %}</ul>
{% if paginator and paginator.prev %}<a rel="prev" href="{{ paginator.prev }}">before</a>{% endif %}
{% if paginator and paginator.next %}<a rel="next" href="{{ paginator.next }}">after</a>{% endif %}{% endblock %}
""",
    "templates/term.html": "{% extends \"section.html\" %}\n",
    "templates/home.html": """{% extends "base.html" %}
{% block main %}<h1>{{ page.title }}</h1>
<ul>{% for s in section.sections %}<li><a href="{{ s.url }}">{{ s.title }}</a></li>
{% endfor %}</ul>{% endblock %}
""",
    "templates/taxonomy.html": """{% extends "base.html" %}
{% block main %}<h1>{{ page.title }}</h1>
<ul>{% for t in taxonomy.terms %}<li><a href="{{ t.url }}">{{ t.title }}</a></li>
{% endfor %}</ul>{% endblock %}
""",
    "templates/404.html": "<!doctype html><title>Not found</title><p>Not found.</p>\n",
}
HUGO = {
    "hugo.toml": """title = "Bench"
baseURL = "https://example.org/"
rssLimit = 20
[taxonomies]
tag = "tags"
category = "categories"
[markup.highlight]
codeFences = false
[markup.goldmark.renderer]
unsafe = true
""",
    "layouts/_default/baseof.html": """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ block "title" . }}{{ .Title }} - {{ site.Title }}{{ end }}</title>
<link rel="canonical" href="{{ .Permalink }}"></head>
<body><nav><ul>{{ range site.Sections }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul></nav>
<main>{{ block "main" . }}{{ end }}</main></body></html>
""",
    "layouts/_default/single.html": """{{ define "main" }}<article><h1>{{ .Title }}</h1>
<p><time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2006-01-02" }}</time>, {{ .WordCount }} words</p>
{{ .Content }}
<p>{{ with .PrevInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</p></article>{{ end }}
""",
    "layouts/_default/list.html": """{{ define "main" }}<h1>{{ .Title }}</h1>
{{ $pages := .Paginate .Pages 20 }}<ul>{{ range $pages.Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date.Format "2006-01-02" }}</li>
{{ end }}</ul>
{{ with $pages.Prev }}<a rel="prev" href="{{ .URL }}">before</a>{{ end }}
{{ with $pages.Next }}<a rel="next" href="{{ .URL }}">after</a>{{ end }}{{ end }}
""",
    "layouts/_default/terms.html": """{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul>{{ end }}
""",
    "layouts/index.html": """{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul>{{ end }}
""",
    "layouts/404.html": "<!doctype html><title>Not found</title><p>Not found.</p>\n",
}


def sentence(rng):
    words = [rng.choice(WORDS) for _ in range(rng.randint(6, 18))]
    words[0] = words[0].capitalize()
    for i in range(1, len(words)):
        chance = rng.random()
        if chance < 0.02:
            words[i] = "**%s**" % words[i]
        elif chance < 0.04:
            words[i] = "*%s*" % words[i]
        elif chance < 0.055:
            words[i] = "`%s`" % words[i]
        elif chance < 0.065:
            words[i] = "[%s](https://example.org/%s)" % (words[i], words[i])
    return " ".join(words) + "."


def paragraph(rng):
    return " ".join(sentence(rng) for _ in range(rng.randint(3, 6)))


def post(rng, number):
    parts = ["---\ntitle: \"Post %d: %s\"\ndate: %04d-%02d-%02d\ntags: [%s, %s]\ncategories: [%s]\n---\n" % (
        number, " ".join(rng.choice(WORDS) for _ in range(4)), 2000 + rng.randint(0, 25), rng.randint(1, 12),
        rng.randint(1, 28), rng.choice(WORDS), rng.choice(WORDS), rng.choice(CATEGORIES))]
    size = rng.randint(3000, 6000)
    parts.append(paragraph(rng) + "[^1]\n")
    while sum(map(len, parts)) < size:
        parts.append("## %s\n" % " ".join(rng.choice(WORDS) for _ in range(3)).capitalize())
        kind = rng.randint(0, 4)
        if kind == 0:
            rows = ["| %s | %s | %d |" % (rng.choice(WORDS), rng.choice(WORDS), rng.randint(1, 999)) for _ in range(5)]
            parts.append("| name | thing | number |\n| --- | --- | ---: |\n" + "\n".join(rows) + "\n")
        elif kind == 1:
            language = rng.choice(sorted(LANGUAGES))
            parts.append("```%s\n%s```\n" % (language, LANGUAGES[language] * rng.randint(1, 3)))
        elif kind == 2:
            parts.append("\n".join("- %s" % sentence(rng) for _ in range(4)) + "\n")
        parts.append(paragraph(rng) + "\n")
    parts.append("[^1]: %s\n" % sentence(rng))
    return "\n".join(parts)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make(folder, posts):
    """folder/vial and folder/hugo; the content is written once and linked from hugo's side."""
    rng = random.Random(posts)
    for name, text in VIAL.items():
        write(os.path.join(folder, "vial", name), text)
    for name, text in HUGO.items():
        write(os.path.join(folder, "hugo", name), text)
    content = os.path.join(folder, "vial", "content")
    write(os.path.join(content, "_index.md"), "---\ntitle: Bench\n---\nA site to be measured.\n")
    for section in range(SECTIONS):
        write(os.path.join(content, "s%02d" % section, "_index.md"), "---\ntitle: Section %d\npaginate: 20\n---\n" % section)
    for number in range(posts):
        write(os.path.join(content, "s%02d" % (number % SECTIONS), "post-%06d.md" % number), post(rng, number))
    os.symlink(os.path.join("..", "vial", "content"), os.path.join(folder, "hugo", "content"))


def book(folder, source):
    """The same pair around a folder of Markdown that somebody wrote; each file gets a title, for hugo asks for one."""
    for side, files in (("vial", VIAL), ("hugo", HUGO)):
        for name, text in files.items():
            write(os.path.join(folder, side, name), text)
    content = os.path.join(folder, "vial", "content")
    for name in sorted(os.listdir(source)):
        if name.endswith(".md") and name != "SUMMARY.md":
            with open(os.path.join(source, name), encoding="utf-8") as file:
                write(os.path.join(content, name), "---\ntitle: %s\n---\n%s" % (name[:-3], file.read()))
    with open(os.path.join(folder, "vial", "vial.yaml"), "a", encoding="utf-8") as file:
        file.write("links: ignore\n")  # hugo does not look at them either
    os.symlink(os.path.join("..", "vial", "content"), os.path.join(folder, "hugo", "content"))
