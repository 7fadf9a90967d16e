"""./dev bench content: what each thing that Markdown can have costs a page, and colours beside hugo's.

Per feature two ratios of CPU time (the program's own, not the system's), of sites built in turn, each of PAGES large pages
(60), of which nearly all time is Markdown's:

  unused   pages that have nothing of it, with the feature on, to the same with it off: what others pay
  used     pages that have it in every seventh paragraph, to pages with as many words instead

Then code: the same blocks coloured by vial and by hugo, each beside its own build without colours; what is compared is the
CPU time that colours add.
"""
import os
import shutil
import tempfile

import generate
import measure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VIAL = os.environ.get("VIAL", os.path.join(ROOT, "build", "vial"))
PAGES = int(os.environ.get("PAGES", "60"))
ROUNDS, REPEATED = 5, 150
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None  # what is compared is the program and not the disk
WORDS = ("The keeper of the light went up the stairs each evening and wrote into the book what the sea had been like, who had "
         "passed, and which of the lamps wanted oil before the morning came.")
PARAGRAPHS = "\n\n".join([WORDS] * 6) + "\n\n"
OFF = ["highlight", "alerts", "containers", "attributes", "definitions", "toc", "mark", "superscript", "smart", "anchors",
       "captions", "lazy_images", "emoji", "abbreviations", "shortcodes", "snippets"]

# name, the key of `markdown:`, what a page has of it
FEATURES = [
    ("alerts", "alerts", "> [!NOTE]\n> " + WORDS),
    ("notes, details", "containers", '!!! note "A title"\n    %s' % WORDS),
    ("tabs", "containers", '=== "One"\n    %s\n\n=== "Two"\n    Less.' % WORDS),
    ("attributes", "attributes", "- one\n- two\n{.steps}\n\n%s\n{: .lead}" % WORDS),
    ("definitions", "definitions", "Term\n: " + WORDS),
    ("[TOC]", "toc", "[TOC]\n\n## One\n\n## Two\n\n## Three"),
    ("heading anchors", "anchors", "## One\n\n## Two\n\n## Three"),
    ("==mark==", "mark", WORDS.replace("keeper", "==keeper==")),
    ("sub and sup", "superscript", WORDS.replace("keeper", "x^2^ H~2~O")),
    ("smart quotes", "smart", WORDS.replace("keeper", '"keeper" -- it\'s')),
    ("emoji", "emoji", WORDS.replace("keeper", ":tada: keeper :+1:")),
    ("abbreviations", "abbreviations", WORDS + "\n\n*[keeper]: who keeps"),
    ("images with sizes", "lazy_images", "![a](/static/a.svg) ![b](/static/a.svg)"),
    ("captions", "captions", '![a](/static/a.svg "A caption")'),
    ("shortcodes", "shortcodes", '{% details(summary="More") %}' + WORDS + "{% end %}"),
    ("included files", "snippets", '--8<-- "part.txt"'),
    ("coloured code", "highlight", "```python\ndef keep(light):\n    return [lamp for lamp in light if lamp.oil < 3]\n```"),
]


class Site:
    def __init__(self, folder, config, body):
        self.folder = folder
        generate.write(os.path.join(folder, "vial.yaml"), "title: x\nsearch: false\nchecks: {alt: ignore, ids: ignore, titles: ignore}\nmarkdown: {%s}\n" % config)
        generate.write(os.path.join(folder, "part.txt"), WORDS + "\n")
        generate.write(os.path.join(folder, "static/a.svg"), '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>\n')
        for name in ("page", "section", "home"):
            generate.write(os.path.join(folder, "templates/%s.html" % name), "{{ page.content }}")
        for number in range(PAGES):
            generate.write(os.path.join(folder, "content/p%d.md" % number), "---\ntitle: p%d\n---\n%s\n" % (number, (body + "\n\n") * REPEATED))

    def cpu(self):
        for name in ("public", ".vial"):
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        return measure.run([VIAL, "build", "-q", "-s", self.folder]).user


def ratio(pairs):
    return measure.median([a / max(b, 0.001) for a, b in pairs])


def feature(folder, name, key, text):
    off = ", ".join("%s: false" % other for other in OFF)
    on = off.replace("%s: false" % key, "%s: true" % key)
    plain = Site(os.path.join(folder, "plain"), off, PARAGRAPHS + WORDS)
    unused = Site(os.path.join(folder, "unused"), on, PARAGRAPHS + WORDS)
    used = Site(os.path.join(folder, "used"), on, PARAGRAPHS + text)
    times = [(plain.cpu(), unused.cpu(), used.cpu()) for _ in range(ROUNDS)]
    print("%-20s unused %.2f   used %.2f" % (name, ratio([(u, p) for p, u, _ in times]), ratio([(w, u) for _, u, w in times])))


def code_blocks():
    """Code of many languages: what is in this repository, and a page of each of these."""
    found = []
    for path, language in (("vial/markdown/code.c", "c"), ("tests/bench/bench_build.py", "python"), ("dev", "sh"),
                           ("themes/plain/static/style.css", "css"), ("themes/plain/static/copy.js", "js"),
                           ("vial.yaml", "yaml"), ("templates/home.html", "html"), ("themes/plain/templates/base.html", "html")):
        if os.path.exists(os.path.join(ROOT, path)):
            text = generate.read(os.path.join(ROOT, path))
            found.append("```%s\n%s\n```\n" % (language, text[:6000].replace("```", "'''").replace("{{", "{ {").replace("{%", "{ %")))
    return "\n".join(found)


def colours(folder):
    pages = PAGES
    body = code_blocks()
    site, hugo = os.path.join(folder, "vial"), os.path.join(folder, "hugo")
    generate.write(os.path.join(hugo, "config.toml"), 'baseURL = "https://x.example/"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n')
    for name in ("single", "list"):
        generate.write(os.path.join(hugo, "layouts/_default/%s.html" % name), "{{ .Content }}")
    for name in ("page", "section", "home"):
        generate.write(os.path.join(site, "templates/%s.html" % name), "{{ page.content }}")
    for number in range(pages):
        for where in (site, hugo):
            generate.write(os.path.join(where, "content/p%d.md" % number), "---\ntitle: p%d\n---\n%s" % (number, body))

    def ours(on):
        generate.write(os.path.join(site, "vial.yaml"), "title: x\nsearch: false\nmarkdown: {highlight: %s, shortcodes: false}\n" % on)
        for name in ("public", ".vial"):
            shutil.rmtree(os.path.join(site, name), ignore_errors=True)
        return measure.run([VIAL, "build", "-q", "-s", site]).user

    def theirs(on):
        shutil.rmtree(os.path.join(hugo, "public"), ignore_errors=True)
        return measure.run(["hugo", "--quiet", "-s", hugo], env=dict(os.environ, HUGO_MARKUP_HIGHLIGHT_CODEFENCES=on,
                                                                      HUGO_MARKUP_HIGHLIGHT_NOCLASSES="false")).user

    times = []
    for _ in range(ROUNDS):
        a, b, c, d = ours("false"), ours("true"), theirs("false"), theirs("true")
        times.append((max(b - a, 0.001), d - c))
    print("colours of %d KB of code: vial %.0f ms, hugo %.0f ms of CPU: ratio %.1f (%.1f to %.1f)" % (
        len(body) * pages // 1024, 1000 * measure.median([a for a, _ in times]), 1000 * measure.median([b for _, b in times]),
        ratio([(b, a) for a, b in times]), min(b / a for a, b in times), max(b / a for a, b in times)))


def main():
    only = os.environ.get("FEATURE")
    for name, key, text in FEATURES:
        if only and only not in name:
            continue
        folder = tempfile.mkdtemp(prefix="bench-content-", dir=MEMORY)
        try:
            feature(folder, name, key, text)
        finally:
            shutil.rmtree(folder)
    folder = tempfile.mkdtemp(prefix="bench-content-", dir=MEMORY)
    try:
        colours(folder)
    finally:
        shutil.rmtree(folder)
