#!/usr/bin/env python3
"""Whatever is edited: what a build adds to the last one is, byte for byte, what a clean build makes.

    comes in:  the program (VIAL); INCREMENTAL=N: edits in all (400); SEED=N: the first seed
    goes out:  "N passed, N failed": edits after which all of these held

Random sites go through long chains of random edits, with the clock moved by SOURCE_DATE_EPOCH. After each
edit the site is built, by every other chain with --atomic, and built anew into another folder:

  1. both have the same files, or both have the same errors; and the same warnings;
  2. what was made is just what the reads of the build before say: those of whose reads one changed, those
     that are new, and those that are never believed (`vial explain --json` tells reads, `--json` changes);
  3. an edit of a text that nobody else reads makes one page; an edit that leaves all as it is makes none;
  4. a second build makes nothing, but for pages that tell their troubles or the time.

What fails is printed with its seed, and the site is left where it is for a look.
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
import vial  # noqa: E402

EDITS = int(os.environ.get("INCREMENTAL", "160"))
CHAIN = 40
FOLDERS = ["", "blog/", "blog/deep/", "docs/", "docs/a b/", "de/", "de/blog/", "de/docs/", "tags/"]
NAMES = ["one", "two", "three", "four", "2026-02-03-five", "trip/index", "_index", "404"]
LANGUAGES = [""] * 8 + [".de", ".de", ".en"]
WORDS = ["linux", "water", "Ünïcode", "a/b"]
PAGE_TEMPLATES = [
    "{% extends 'base.html' %}{% block main %}<h1>{{ page.title }}</h1>{{ page.content }}{{ page.prev.title }}{{ page.next.url }}{% endblock %}",
    "{% extends 'base.html' %}{% block main %}{{ page.content }}{% include 'part.html' ignore missing %}{{ page.date }}{% endblock %}",
    "{{ page.title }}{% for s in page.ancestors %}{{ s.title }}/{% endfor %}{{ page.toc }}{{ page.word_count }}{{ page.assets }}",
    "{{ page.content }}{% include ['gone.html', 'part.html'] ignore missing %}{{ page.author }}{{ page.description }}",
    "{{ page.content }}{% for p in page.backlinks %}{{ p.title }} {{ p.url }};{% endfor %}",
    "{{ page.content }}{{ asset('part.css') }}{{ asset('deep/b.css') if page.weight }}{{ asset('up.up') if page.author else resize_image('/blog/dot.png', width=2, format='webp') ~ srcset('/blog/dot.png', [1, 3, 9]) }}{{ asset('all.css').text if config.assets.bundles }}{% include 'part.html' ignore missing %}",
    "{{ page.raw }}{% for t in page.tags %}{{ t }}{% endfor %}{{ page.weight }}{{ page.draft }}",
    "{{ page.content }}{% for o in page.outputs %}{{ o.url }} {{ o.rel }} {% endfor %}{{ page.next.outputs }}",
]
LIST_TEMPLATES = [
    "{% extends 'base.html' %}{% block main %}{% for p in section.pages %}{{ p.title }} {{ p.url }}\n{% endfor %}{% endblock %}",
    "{% for p in section.pages %}{{ p.summary }}{% endfor %}{% for s in section.sections %}{{ s.url }}{{ s.title }}{% endfor %}",
    "{% for p in site.pages[:3] %}{{ p.title }}{{ p.date }}{% endfor %}{{ section.pages | length }}",
    "{% for p in section.pages | sort(attribute='title') %}{{ p.title }}{{ p.author }}{% endfor %}",
    "{{ page.title }}{{ page.content }}",
]
BASE_TEMPLATES = [
    "<title>{{ page.title }} {{ site.title }}</title>{% block main %}{% endblock %}{% include 'nav.html' ignore missing %}",
    "{% import 'macros.html' as m %}{{ m.greet(page.title) }}{% block main %}{% endblock %}",
    "{% block main %}{% endblock %}{{ data.people }}{{ site.params.colour }}",
    "{% block main %}{% endblock %}{{ config.description }}{{ (get_page('blog/one.md') or page).title }}",
    "{% block main %}{% endblock %}{{ now().year }}",
]
NAV_TEMPLATES = [
    "{% for s in site.sections %}<a href='{{ s.url }}'>{{ s.title }}</a>{% endfor %}",
    "{% for p in site.pages %}{{ p.title }},{% endfor %}",
    "{{ site.nav }}",
    "{% for l in site.menus.main recursive %}{{ l.title }} {{ l.url }} {{ l.current }} {{ l.active }} {{ loop(l.children) }};{% endfor %}",
    "{{ get_section('docs').title }}{{ data.colours.red }}",
    "{% for l in site.languages %}{{ l.code }} {{ l.url }} {% endfor %}{{ t('greeting', count=site.pages|length) }}{{ site.params.colour }}",
    "{% for p in page.translations %}{{ p.lang }} {{ p.url }} {{ p.title }} {{ p.fallback }};{% endfor %}{{ page.fallback.title }}",
]
HOOK_TEMPLATES = ["{{ html }}", "<i id='h-{{ anchor }}'>{{ text }}{{ destination }}{{ page.title }}</i>", "{{ text }}{% include 'part.html' ignore missing %}"]
PART_TEMPLATES = ["part {{ page.url }}", "{{ asset('a.css').integrity }}{{ asset('part.css').text }}", "part {{ site.author }}", "{% set x = data.people %}{{ x | length }}"]
SHEETS = ["{b:c} @import 'a.css';", "{b:c}/* x */", "{"] + ["{background: url(%s)}" % url for url in ("a.css", "/static/a.css", "deep/b.css", "../blog/pic.svg", "/pic.svg#x", "gone.svg")]
MACROS = ["{% macro greet(x) %}Hello {{ x }}{% endmacro %}", "{% macro greet(x) %}{{ x | upper }} {{ site.title }}{% endmacro %}"]
CONFIGS = [
    "title: One\nlinks: warn\n", "title: Two\nauthor: A\nlinks: warn\nsearch: true\n", "title: One\nparams: {colour: red}\nlinks: warn\nsearch: true\n",
    "title: One\nlinks: warn\nmarkdown: {lazy_images: true}\n", "title: One\nlinks: ignore\nmarkdown: {image_sizes: true}\n",
    "title: One\ndescription: D\nsort_by: title\nlinks: ignore\n", "title: One\nlinks: ignore\n", "title: One\n",
    "title: One\nlinks: warn\nassets: {fingerprint_urls: true}\n", "title: One\nassets: {fingerprint_urls: true, minify: true, bundles: {part.css: [part.css, a.css]}}\ntheme: mine\n",
    "title: One\nlinks: warn\nassets: {minify: true, commands: [{files: '*.up', makes: .css, shell: 'cat {in} assets/deep/* | tr a-z A-Z'}]}\n",
    "title: One\nlinks: warn\nassets: {bundle_imports: true, bundles: {all.css: [a.css, deep/b.css], deep/b.css: [part.css]}}\n",
    "title: Two\nlinks: warn\nroutes:\n  /archive/: {template: archive.html}\n", "title: One\nlinks: warn\ntheme: mine\n",
    "title: One\nlinks: warn\nroutes:\n  '/people/<p>/': {template: person.html, for: data.people, as: person}\n",
    "title: One\nlinks: warn\nmenus:\n  main: [blog/one.md, {Docs: docs/}, {All: [blog/two.md, /tags/]}]\n",
    "title: One\nlinks: warn\nbase_url: https://x.example/\nsitemap: true\nlanguages: {de: {title: Eins, fallback: true}}\n",
    "title: One\nlinks: warn\ntaxonomies: {tags: {}, when: {by: month}}\nlanguages: {de: {taxonomies: {tags: {path: /worte/, title: Worte}}}}\nmenus: {main: [T: /tags/]}\n",
    "title: One\nlinks: warn\nsearch: {code: true}\n",
    "title: One\nlinks: warn\nsearch: true\nlanguages: {de: {title: Eins}}\n",
    "title: One\nlinks: warn\nlanguages: {de: {params: {colour: rot}, nav: [docs/one.md, {Zwei: blog/two.md}]}, en: {prefix: e}}\nmenus: {main: [blog/one.md, docs/]}\n",
    "title: One\nlinks: warn\ntimezone: America/New_York\nfeeds: {formats: [atom], of: [sections]}\nbase_url: https://x.example/\n",
    "title: One\nlinks: warn\nlanguage: de\nsort_by: title\nlanguages: {en: {fallback: true, menus: {main: [blog/two.md]}}}\n",
    "title: One\nlinks: warn\nschema: {/: {description: text, tags: {default: [sea]}}, blog: {author: {type: text, default: Nobody}}, gone: {x: int}}\n",
    "title: One\nlinks: warn\nschema: {blog/deep: {author: {choices: [A0, A1, A2], default: A1}}, docs: {author: {default: D}}}\n",
    "title: One\nlinks: warn\noutputs: {page: [html, json], section: [html, txt, json], term: json}\n",
]
# A site's own code: (what a filter adds, how many stars there are, what else is registered).
CODES = [("!", 2, ""), ("?", 2, ""), ("!", 3, ""), ("!", 2, 'vial_global(app, "sky", V("blue"));'),
         ("!", 2, "vial_context(app, colour);"), ("!", 2, 'vial_route(app, "/blog/one/", star, .endpoint = "one");')]
CODE = """#include <vial/vial.h>

static vial_val loud(vial_req *r, vial_val input, const vial_val *args, size_t n)
{
    (void)args, (void)n;
    return vial_s(vial_fmt(r, "%%s%s", vial_cstr(r, input, "")));
}

static vial_res *star(vial_req *r)
{
    return vial_render(r, "star.html", KV({ "n", V(vial_arg_i(r, "n")) }));
}

static void stars(vial_req *r, vial_urls *urls)
{
    (void)r;
    for (int i = 0; i < %d; i++)
        vial_urls_add(urls, KV({ "n", V(i) }));
}

static inline void colour(vial_req *r, vial_val into)
{
    vial_put(r, into, "sky", V("red"));
}

void site_logic(vial *app)
{
    vial_filter(app, "loud", loud);
    vial_route(app, "/stars/<int:n>/", star);
    vial_freeze_each(app, "star", stars);
    %s
}
"""
CODE_TEMPLATES = [
    "{% extends 'base.html' %}{% block main %}{{ page.title | loud }}{{ page.content }}{% endblock %}",
    "{{ page.content }}{{ sky if sky is defined }}{{ url_for('star', n=5) }}",
]


class Site:
    options = []  # of each build but the clean ones
    caller = 0    # from which folder it is built: from its own, from the one around it, or from elsewhere

    def __init__(self, folder, rng, code=False):
        self.folder, self.rng, self.clock, self.turn, self.code = folder, rng, 1767225600, 0, "logic: logic\n" if code else ""
        self.write("vial.yaml", "title: One\nlinks: warn\n" + self.code)
        self.write("templates/page.html", CODE_TEMPLATES[0] if code else PAGE_TEMPLATES[0])
        self.write("templates/star.html", "{{ n }} {{ site.title | loud }} {% for p in site.pages %}{{ p.title }}{% endfor %}")
        self.write("logic/stars.c", CODE % CODES[0])
        self.write("templates/section.html", LIST_TEMPLATES[0])
        self.write("templates/base.html", BASE_TEMPLATES[0])
        self.write("templates/page.txt", "{{ page.raw }}")
        self.write("templates/section.txt", "{{ section.pages|length }}")
        self.write("templates/archive.html", "{% for p in site.pages %}{{ p.title }} {% endfor %}")
        self.write("templates/person.html", "{{ person }}{{ page.title }}")
        self.write("themes/mine/theme.yaml", "api: 1\nparams: {colour: blue}\n")
        self.write("themes/mine/templates/page.html", "mine {{ page.title }}")
        self.write("content/_index.md", "Home\n")
        for name in ("content/part.txt", "static/part.css", "examples/a.c"):
            self.write(name, "0")
        self.write_dot()
        for name in ("assets/up.up", "assets/deep/more.txt"):
            self.write(name, "i {top: 0}")
        self.write("i18n/en.yaml", "greeting: Hi\n")
        for _ in range(14):
            self.edit_page()

    def called(self):
        """The folder that a build is started in, and what the site is called there."""
        around, name = os.path.split(self.folder)
        return [(self.folder, "."), (around, name), ("/", self.folder)][self.caller]

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        way = self.rng.random() if hasattr(self, "turn") else 0
        if way < 0.5 or os.path.isdir(self.path(name)):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text)
        else:  # as careful editors do
            with open(self.path(name) + "~", "w", encoding="utf-8") as file:
                file.write(text)
            os.rename(self.path(name) + "~", self.path(name))

    def remove(self, name):
        if os.path.isfile(self.path(name)):
            os.remove(self.path(name))

    def pages(self):
        return sorted(n for n in vial.files_of(self.path("content")) if n.endswith(".md"))

    def front(self):
        rng, lines = self.rng, []
        for chance, line in ((0.7, "title: T%d" % rng.randrange(6)), (0.3, "date: 2026-0%d-11" % rng.randint(1, 9)),
                             (0.2, "weight: %d" % rng.randrange(4)), (0.08, "draft: true"), (0.2, "author: A%d" % rng.randrange(3)),
                             (0.15, "summary: Short %d." % rng.randrange(3)), (0.1, "slug: s%d" % rng.randrange(90)),
                             (0.1, "description: D%d" % rng.randrange(3)), (0.3, "tags: [%s, %s]" % (rng.choice(WORDS), rng.choice(WORDS))),
                             (0.1, "publish_date: 2026-0%d-01" % rng.randint(1, 9)), (0.05, "expiry_date: 2026-0%d-20" % rng.randint(1, 9)),
                             (0.06, "translation_key: k%d" % rng.randrange(4)),
                             (0.05, "aliases: [/old-%d/]" % rng.randrange(30)), (0.05, "paginate: 2"), (0.05, "outputs: [html, json]"), (0.03, "outputs: txt"), (0.02, "cascade: {outputs: [html, txt]}"), (0.1, "transparent: true"), (0.006, "weight: none"),
                             (0.03, "template: archive.html"),
                             (0.15, rng.choice(["menu: main", "menu: {main: {title: M, weight: %d}}" % rng.randrange(3)]))):
            if rng.random() < chance and not any(line.split(":")[0] == given.split(":")[0] for given in lines):
                lines.append(line)
        return "---\n%s\n---\n" % "\n".join(lines) if lines else ""

    def name(self):
        return "content/%s%s%s.md" % (self.rng.choice(FOLDERS), self.rng.choice(NAMES), self.rng.choice(LANGUAGES))

    def body(self):
        rng = self.rng
        self.turn += 1
        text = "Words %d.\n\n" % self.turn + ("# Part\n\nMore.\n" if rng.random() < 0.3 else "")
        if rng.random() < 0.25:
            text += "[l](%s)\n" % rng.choice(["one.md", "../blog/one.md#part", "/docs/", "trip/", "pic.svg", "#part", "deep/two.md",
                                               "/stars/1/" if self.code else "two.md"])
        if rng.random() < 0.1:
            text += '\n--8<-- "%s"\n' % rng.choice(["content/part.txt", "static/part.css", "examples/a.c", "examples/a.c:1:1"])
        if rng.random() < 0.004:
            text += '\n--8<-- "%s"\n' % rng.choice(["content/blog/one.md", "../docs/two.md", "content/blog/pic.svg"])
        if rng.random() < 0.06:
            text += '\n[ref]({{ ref(path="%s") }}) {{ ref(path="/docs/one.md") }}\n' % rng.choice(["one.md", "/blog/one.md#part"])
        if rng.random() < 0.15:
            text += "\n![p](%s) <img src='pic.svg' alt='raw'>\n" % rng.choice(["pic.svg", "../pic.svg", "/blog/pic.svg", "/static/a.css"])
        if rng.random() < 0.1:
            text += "\n```x\ncode\n```\n"
        return text

    # ---- edits: each says what it did, and may say what has to be made: a number, or None ----

    def edit_page(self):
        name = self.name()
        self.write(name, self.front() + self.body())
        return "write " + name, None

    def edit_body(self):
        pages = self.pages()
        if not pages:
            return self.edit_page()
        name = "content/" + self.rng.choice(pages)
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        self.turn += 1
        self.write(name, text + "\n\nLine %d.\n" % self.turn)
        return "append to " + name, None

    def touch(self):
        pages = self.pages()
        if not pages:
            return self.edit_page()
        name = self.path("content/" + self.rng.choice(pages))
        os.utime(name, ns=(self.rng.randrange(10**18), self.rng.randrange(10**18)))
        return "touch " + name, 0

    def delete_page(self):
        pages = self.pages()
        if not pages:
            return self.edit_page()
        name = "content/" + self.rng.choice(pages)
        self.remove(name)
        return "delete " + name, None

    def rename_page(self):
        pages = self.pages()
        if not pages:
            return self.edit_page()
        name, other = "content/" + self.rng.choice(pages), self.name()
        os.makedirs(os.path.dirname(self.path(other)), exist_ok=True)
        os.rename(self.path(name), self.path(other))
        return "move %s to %s" % (name, other), None

    def move_folder(self):
        folder, other = self.rng.choice(["blog", "docs", "blog/deep", "moved"]), self.rng.choice(["moved", "docs/inner", "blog", "docs"])
        source, target = self.path("content/" + folder), self.path("content/" + other)
        if not os.path.isdir(source) or os.path.exists(target) or (other + "/").startswith(folder + "/"):
            return self.edit_page()
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(source, target)
        return "move folder %s to %s" % (folder, other), None

    def edit_template(self):
        name, texts = self.rng.choice([
            ("page.html", PAGE_TEMPLATES), ("section.html", LIST_TEMPLATES), ("base.html", BASE_TEMPLATES), ("nav.html", NAV_TEMPLATES),
            ("part.html", PART_TEMPLATES), ("macros.html", MACROS), ("home.html", LIST_TEMPLATES), ("gone.html", PART_TEMPLATES),
            ("hooks/link.html", HOOK_TEMPLATES), ("hooks/heading.html", HOOK_TEMPLATES), ("hooks/codeblock-x.html", HOOK_TEMPLATES),
            ("404.html", PART_TEMPLATES), ("page.json", ["{{ page.title|tojson }}", "{{ page.content|tojson }}"]), ("page.txt", ["{{ page.raw }}", "{{ output.url }}"]),
            ("term.html", ["{{ term.name }}{% for p in term.pages %}{{ p.title }}{% endfor %}"])])
        folder = self.rng.choice(["templates", "templates", "themes/mine/templates"])
        self.write("%s/%s" % (folder, name), self.rng.choice(texts))
        return "template %s/%s" % (folder, name), None

    def remove_template(self):
        name = self.rng.choice(["templates/nav.html", "templates/part.html", "templates/home.html", "templates/gone.html",
                                "templates/macros.html", "templates/404.html", "templates/page.json",
                                "templates/hooks/link.html", "templates/hooks/heading.html", "templates/hooks/codeblock-x.html", "themes/mine/templates/base.html", "templates/term.html"])
        self.remove(name)
        return "remove " + name, None

    def edit_data(self):
        name, texts = self.rng.choice([
            ("data/people.yaml", ["[{name: Ann}, {name: Bob}]", "[{name: Ann}]", "[]"]), ("data/colours/red.yaml", ["1", "2"]),
            ("data/other.json", ["{}", "[1]"])])
        if self.rng.random() < 0.3:
            self.remove(name)
        else:
            self.write(name, self.rng.choice(texts))
        return "data " + name, None

    def edit_config(self):
        self.write("vial.yaml", self.rng.choice(CONFIGS) + self.code)
        return "vial.yaml", None

    def edit_code(self):
        if self.rng.random() < 0.3:
            self.write("templates/page.html", self.rng.choice(CODE_TEMPLATES))
            return "template of code", None
        code = self.rng.choice(CODES)
        self.write("logic/stars.c", CODE % code)
        return "code %s" % (code,), None

    def edit_file(self):
        name = self.rng.choice(["static/a.css", "static/deep/b.css", "content/blog/pic.svg", "content/pic.svg", "content/docs/trip/map.svg",
                                "themes/mine/static/a.css", "content/part.txt", "static/part.css", "static/read.md", "examples/a.c"])
        if self.rng.random() < 0.4 and "part" not in name and not name.startswith("examples"):
            self.remove(name)
        else:
            number, sheet = self.rng.randrange(3), name.endswith(".css") and self.rng.random() < 0.5
            self.write(name, '<svg width="%d" height="2"/>' % number if name.endswith(".svg") else "%d" % number + self.rng.choice(SHEETS) * sheet)
        return "file " + name, None

    def write_dot(self):
        """A picture of a few pixels, each of the same number."""
        size, number = self.rng.choice([2, 4, 5]), self.rng.randrange(3)
        rows = zlib.compress((b"\0" + bytes([number * 90] * size)) * size)
        parts = [(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
        os.makedirs(self.path("content/blog"), exist_ok=True)
        with open(self.path("content/blog/dot.png"), "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts))

    def edit_made(self):
        if self.rng.random() < 0.3:
            self.write_dot()
            return "file content/blog/dot.png", None
        name = self.rng.choice(["assets/up.up", "assets/deep/more.txt", "assets/deep/b.css", "static/up.up", "themes/mine/assets/up.up", "assets/deep/other.txt"])
        if self.rng.random() < 0.3 and name != "assets/up.up":
            self.remove(name)
        else:
            self.write(name, "i {top: %dpx}" % self.rng.randrange(3))
        return "file " + name, None

    def edit_strings(self):
        name = self.rng.choice(["i18n/en.yaml", "i18n/de.yaml", "themes/mine/i18n/de.yaml"])
        if self.rng.random() < 0.3 and name != "i18n/en.yaml":
            self.remove(name)
        else:
            self.write(name, self.rng.choice(["greeting: Hello\n", "greeting: {one: 'one {count}', other: 'many {count}'}\n"]))
        return "strings " + name, None

    def edit_summary(self):
        name = self.rng.choice(["SUMMARY.md", "SUMMARY.md", "SUMMARY.de.md", "de/SUMMARY.md", "SUMMARY.en.md"])
        if self.rng.random() < 0.6:
            self.remove("content/" + name)
        else:
            self.write("content/" + name, self.rng.choice(["- [A](blog/one.md)\n", "- [B](docs/two.md)\n  - [A](blog/one.md)\n",
                                                           "- [Part]()\n  - [C](docs/one.md)\n- [A](blog/one.de.md)\n"]))
        return name, None

    def move_clock(self):
        self.clock += self.rng.choice([60, 86400 * 20, 86400 * 60, -86400 * 30])
        return "clock %d" % self.clock, None

    def spoil_output(self):
        files = sorted(vial.files_of(self.path("public")))
        if not files:
            return self.edit_page()
        name = self.path("public/" + self.rng.choice(files))
        if self.rng.random() < 0.5:
            os.remove(name)
        else:
            with open(name, "a", encoding="utf-8") as file:
                file.write("spoilt")
        return "spoil " + name, None

    def nothing(self):
        return "nothing", 0

    def edit(self, alone=True):
        edits = [self.edit_page] * 4 + [self.edit_body] * 6 + [self.touch, self.delete_page, self.rename_page, self.rename_page,
                 self.move_folder, self.edit_template, self.edit_template, self.edit_template, self.remove_template, self.edit_data,
                 self.edit_config, self.edit_file, self.edit_made, self.edit_file, self.edit_summary, self.edit_strings, self.move_clock, self.nothing]
        if alone:  # what is spoilt and no longer made is left as it is
            edits.append(self.spoil_output)
        if self.code:
            edits += [self.edit_code] * 6
        return self.rng.choice(edits)()

    def seen(self, good):
        """Whether the site has no errors now."""


class Build:
    def __init__(self, site, *options):
        env = dict(os.environ, SOURCE_DATE_EPOCH=str(site.clock))
        cwd, name = site.called()
        done = subprocess.run([os.path.abspath(vial.PROGRAM), "build", "--json", "-s", name, *(options or site.options)], env=env, cwd=cwd,
                              capture_output=True, timeout=120)
        self.status, self.said = done.returncode, done.stderr.decode(errors="replace")
        if done.returncode not in (0, 1) or not done.stdout:
            raise AssertionError("exit %d: %s" % (done.returncode, self.said))
        try:
            self.report = json.loads(done.stdout)
        except ValueError as error:
            raise AssertionError("exit %d, %s: %s" % (done.returncode, error, self.said)) from error
        self.made = {made["file"]: made["why"] for made in self.report["list"]}

    def troubles(self, kind):
        return sorted((e["file"], e["line"], e["column"], e["message"], e["hint"]) for e in self.report[kind])


def reads_of(site):
    done = subprocess.run([vial.PROGRAM, "explain", "--json", "-s", site.folder], capture_output=True, timeout=120)
    return {e["name"]: e["reads"] for e in map(json.loads, done.stdout.splitlines())}


def is_touched(reads, changed):
    return any(thing.startswith("again:") or set(fields) & set(changed.get(thing, ())) for thing, fields in reads.items())


def expected(before, build, after, spoilt):
    """The outputs that had to be made, by what was read."""
    if build.report["changed"] is None:
        return set(after)
    changed = build.report["changed"]
    return {name for name in after
            if not before.get(name) or is_touched(before[name], changed) or name == spoilt}


def check(site, what, number):
    """Sentences of what is wrong; whether the site has no errors."""
    wrong, before = [], reads_of(site)
    spoilt = what[0].split("/public/", 1)[1] if len(what) == 1 and what[0].startswith("spoil ") else None
    build = Build(site)
    after = reads_of(site)
    kept = {name for name in os.listdir(site.path(".vial"))}
    clean = Build(site, "--force", "-o", site.path("clean"))
    got, wanted = vial.files_of(site.path("public")), vial.files_of(site.path("clean"))
    shutil.rmtree(site.path("clean"), ignore_errors=True)
    for name in set(os.listdir(site.path(".vial"))) - kept:
        if name != "assets":
            os.remove(site.path(".vial/" + name))
    if build.status != clean.status:
        wrong.append("status %d, and %d of a clean build: %s" % (build.status, clean.status, clean.troubles("errors")))
    for kind in ("errors", "warnings"):
        if build.troubles(kind) != clean.troubles(kind):
            wrong.append("%s\n  %s\nare those of a clean build\n  %s" % (kind, build.troubles(kind), clean.troubles(kind)))
    if build.status == 0:
        for name in sorted(set(got) | set(wanted)):
            if got.get(name) != wanted.get(name):
                wrong.append("%s is %.300r and would be %.300r\n  made because: %s\n  read before: %s\n  changed: %s" % (
                    name, got.get(name), wanted.get(name), build.made.get(name), before.get(name), build.report["changed"]))
        made = set(build.made) - {"_redirects"}
        told = {name for name in expected(before, build, after, spoilt) if name in got} - {"_redirects"}
        if made != told and not any(w.startswith("spoil") for w in what):
            wrong.append("made %s, and the reads say %s (changed: %s)" % (sorted(made), sorted(told), build.report["changed"]))
        if number is not None and not build.report["list"] == [] and number == 0 and not all(
                why in ("key:now", "file") or why.startswith("key:again:") for why in build.made.values()):
            wrong.append("nothing is new, and this was made: %s" % build.made)
        again = Build(site)
        if not all(why == "key:now" or why.startswith("key:again:") for why in again.made.values()):
            wrong.append("a second build made %s" % again.made)
    return wrong, build.status == 0


def chain(seed, edits, folder):
    site = Site(os.path.join(folder, "site-%d" % seed), random.Random(seed), code=seed % 3 == 0)
    site.options = ["--atomic"] if seed % 2 == 0 else []
    failures = fine = 0
    good = False
    Build(site)
    for turn in range(edits):
        site.caller = turn // 4 % 3
        count = 1 if site.rng.random() < 0.8 else 2
        done = [site.edit(count == 1) for _ in range(count)]
        what = [name for name, _ in done]
        number = done[0][1] if len(done) == 1 and good else None
        wrong, good = check(site, what, number)
        fine += good
        if wrong:
            print("FAILED: seed %d %s, edit %d (%s):\n%s" % (seed, site.options, turn, ", ".join(what), "\n".join(wrong[:4])))
            failures += 1
            if failures == 1 and os.environ.get("KEEP"):
                sys.exit("left at " + site.folder)
            break
    shutil.rmtree(site.folder)
    return turn + 1 - bool(failures), failures, fine


def one_page_for_one_text(folder):
    """3. in a site of many pages, whose lists show titles."""
    site = Site(os.path.join(folder, "texts"), random.Random(1))
    for n in range(60):
        site.write("content/notes/n%d.md" % n, "---\ntitle: N%d\n---\nText.\n" % n)
    site.write("vial.yaml", "title: One\nlinks: ignore\n")
    for name in site.pages():
        if not name.startswith("notes/"):
            site.remove("content/" + name)
    Build(site)
    site.write("content/notes/n7.md", "---\ntitle: N7\n---\nOther.\n")
    build = Build(site)
    shutil.rmtree(site.folder)
    if list(build.made) == ["notes/n7/index.html"]:
        return 1, 0
    print("FAILED: a new text made %s" % build.made)
    return 0, 1


def run_chains(name, chain, edits, length, before=lambda folder: (0, 0)):
    """`edits` in chains of `length`, in a folder of their own; prints the sums and gives the program's exit status.

    A chain is given its seed, how many edits and the folder, and gives how many passed, how many
    failed, and how many left a site that can be built: without those it would prove nothing."""
    first = int(os.environ.get("SEED", time.time() if edits > 1000 else 20261121))
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="vial-%s-" % name, dir=memory) as folder:
        passed, failed = before(folder)
        fine = 0
        for n in range(max(1, edits // length)):
            some, bad, good = chain(first + n, length, folder)
            passed, failed, fine = passed + some, failed + bad, fine + good
    print("%d of the edits left a site without errors" % fine)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not fine else 0


if __name__ == "__main__":
    sys.exit(run_chains("incremental", chain, EDITS, CHAIN, one_page_for_one_text))
