#!/usr/bin/env python3
"""vial new: sites in each theme, and pages from archetypes.

    comes in:  the program; themes/ of this repository
    goes out:  what is not as content/commands.md and content/themes.md tell it; then "N passed, N failed"
"""
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sums  # noqa: E402
import vial  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
THEMES = ("plain", "blog", "book")



def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def text_of(html):
    return re.sub(r"<[^>]+>", "", html)


def check_themes(folder):
    for theme in THEMES:
        site = os.path.join(folder, theme)
        status, _, said = vial.run("new", site, "--theme", theme)
        sums.that("vial new makes a site in %s" % theme, status == 0 and "theme: %s" % theme in read(os.path.join(site, "vial.yaml")), said)
        status, _, said = vial.run("build", "-s", site, "--strict")
        sums.that("the example of %s is built without a warning" % theme, status == 0, said)
        made = vial.files_of(os.path.join(site, "public"))
        pages = [data.decode() for name, data in made.items() if name.endswith(".html")]
        sums.that("each page of %s has one first heading, a language and a way past the navigation" % theme,
             all(page.count("<h1") == 1 and '<html lang="en"' in page and 'class="skip"' in page for page in pages),
             [re.findall("<h1.*", page) for page in pages])
        sums.that("%s sees no variable that is not there" % theme, not any("None" in text_of(page) for page in pages))
        wrong = vial.served_differs(site, made)
        sums.that("the example of %s is served as it is built" % theme, not wrong, "\n".join(wrong))
        status, _, said = vial.run("build", "-s", site, "--strict")
        sums.that("a second build of %s writes nothing" % theme, status == 0 and " 0 written" in said, said)
    sums.that("the first post of a blog is of today, wherever that is",
         re.search(r"^date: 20\d\d-\d\d-\d\d$", read(os.path.join(folder, "blog/content/posts/hello.md")), re.M))
    book = read(os.path.join(folder, "book/public/middle/index.html"))
    sums.that("chapters of a book are numbered, and the keys find the next one",
         "Chapter 2" in book and '<link rel="next" href="/middle/detail/">' in book, book)


def check_refusals(folder):
    status, _, said = vial.run("new", os.path.join(folder, "a"), "--theme", "blgo")
    sums.that("a theme that is misspelt is told with the nearest and the list",
         status == 2 and "did you mean 'blog'" in said and "plain, blog, book" in said, said)
    status, _, said = vial.run("new", os.path.join(folder, "blog"), "--theme", "blog")
    sums.that("a folder with something in it is left alone", status == 2 and "not empty" in said, said)
    status, _, said = vial.run("new", os.path.join(folder, "a"), "--theme", os.path.join(folder, "blog"))
    sums.that("a site is no theme", status == 2 and "is no theme" in said, said)
    sums.that("nothing was made", not os.path.exists(os.path.join(folder, "a")))


def check_own_theme(folder):
    theme = os.path.join(folder, "shelf", "mine")
    vial.write_file(os.path.join(theme, "theme.yaml"), "name: mine\napi: 1\n")
    for name in ("base", "page", "section", "home", "term", "taxonomy", "404"):
        vial.write_file(os.path.join(theme, "templates", name + ".html"), "<!doctype html><title>{{ page.title }}</title>mine")
    site = os.path.join(folder, "own")
    status, _, said = vial.run("new", site, "--theme", theme + "/")
    sums.that("a theme by its folder comes along", status == 0 and os.path.exists(os.path.join(site, "themes/mine/theme.yaml")), said)
    sums.that("and is the site's", "theme: mine\n" in read(os.path.join(site, "vial.yaml")))
    status, _, said = vial.run("build", "-s", site)
    sums.that("such a site is built", status == 0 and b"mine" in vial.files_of(os.path.join(site, "public"))["index.html"], said)
    vial.write_file(os.path.join(theme, "example/vial.yaml"), "title: Own\ntheme: mine\n")
    vial.write_file(os.path.join(theme, "example/content/_index.md"), "Hello.\n")
    site = os.path.join(folder, "own2")
    status, _, said = vial.run("new", site, "-t", theme)
    sums.that("its example is the beginning", status == 0 and "title: Own" in read(os.path.join(site, "vial.yaml")) and
         not os.path.exists(os.path.join(site, "themes/mine/example")), said)


def check_archetypes(folder):
    site = os.path.join(folder, "pages")
    vial.write_file(os.path.join(site, "vial.yaml"), "title: Pages\n")
    vial.write_file(os.path.join(site, "archetypes/default.md"), "---\ntitle: {{ title|tojson }}\n---\ndefault\n")
    vial.write_file(os.path.join(site, "archetypes/blog.md"), "---\ntitle: {{ title|tojson }}\ndate: {{ date }}\n---\nin {{ section }}\n")
    vial.write_file(os.path.join(site, "archetypes/blog/trips/index.md"), "---\ntitle: {{ title|tojson }}\n---\ntrip\n")
    vial.write_file(os.path.join(site, "archetypes/blog/trips/notes.txt"), "{{ as it is }}\n")

    def new(path, file, *words):
        status, _, said = vial.run("new", "content", path, "-s", site)
        whole = os.path.join(site, "content", file)
        text = read(whole) if os.path.exists(whole) else ""
        sums.that("vial new content %s makes %s" % (path, file), status == 0 and text and all(word in text for word in words), said + text)

    new("about.md", "about.md", 'title: "About"', "default")
    new("blog/2026-11-21-my-day", "blog/2026-11-21-my-day.md", 'title: "My day"', "date: 2026-11-21", "in blog")
    new("blog/deep/er.md", "blog/deep/er.md", "in blog")
    new("blog/trips/alps.md", "blog/trips/alps/index.md", 'title: "Alps"', "trip")
    new("content/notes/bundle/", "notes/bundle/index.md", 'title: "Bundle"', "default")
    sums.that("what lies in an archetype's folder comes as it is", read(os.path.join(site, "content/blog/trips/alps/notes.txt")) == "{{ as it is }}\n")
    status, _, said = vial.run("new", "content", "about.md", "-s", site)
    sums.that("a page that is there is left alone", status == 1 and "there already" in said, said)
    for path in ("../a.md", "a.txt", "/etc/x.md"):
        status, _, said = vial.run("new", "content", path, "-s", site)
        sums.that("%s is no page below content/" % path, status == 2, said)
    vial.write_file(os.path.join(site, "archetypes/bad.md"), "{{ title|upcase }}\n")
    status, _, said = vial.run("new", "content", "bad/x.md", "-s", site)
    sums.that("an archetype with an error is told with its place", status == 1 and "archetypes/bad.md:1:" in said and
         not os.path.exists(os.path.join(site, "content/bad/x.md")), said)


def main():
    with tempfile.TemporaryDirectory(prefix="vial-new-") as folder:
        check_themes(folder)
        check_refusals(folder)
        check_own_theme(folder)
        check_archetypes(folder)
    return sums.end()


sys.exit(main())
