#!/usr/bin/env python3
"""Three real sites: this repository's own, the guide of MkDocs, and the Rust book.

Each is built, looked through with an HTML parser of another make, and served. What must hold:

- every Markdown file has a page, and no link to a ".md" file is left;
- every link inside the site leads to a file that was built, and every fragment to an id that is there, but for
  those that the build complained of; and each complaint stands at a place where that link really is;
- what is served has the same bytes.

The two others lie beside the repository in ../shared/sites; where they do not, that is said and counted as skipped.
"""
import os
import re
import shutil
import sys
import tempfile
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHARED = os.path.join(ROOT, "..", "shared", "sites")
sys.path.insert(0, HERE)
import vial  # noqa: E402

COMPLAINT = re.compile(r"^(\S[^:\n]*):(\d+):(\d+): (.*)$", re.M)
BASE = "https://example.org/"


class Page(HTMLParser):
    """The links and ids of a page, and the tags that were not closed in order."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    LOOSE = {"p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "option"}  # may end without an end tag

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.open, self.wrong = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value is not None and tag != "base":
                self.links.append((tag, value))
            if name == "id" or (name == "name" and tag == "a"):
                self.ids.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:  # HTML gives the slash of "<br />" no meaning, and elsewhere it ends nothing
            self.wrong.append("line %d: <%s /> is not ended" % (self.getpos()[0], tag))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in self.LOOSE:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in self.LOOSE:
            self.wrong.append("line %d: </%s> ends nothing" % (self.getpos()[0], tag))


def broken_links(built):
    """(page, link) for every link inside the site that leads nowhere."""
    pages = {name: Page(data.decode()) for name, data in built.items() if name.endswith(".html")}
    found = []
    for name, page in sorted(pages.items()):
        here = urljoin(BASE, vial.url_of(name))
        for tag, link in page.links:
            whole = urlsplit(urljoin(here, link))
            if whole.scheme not in ("http", "https") or whole.netloc != "example.org":
                continue
            target = unquote(whole.path).lstrip("/")
            if target == "" or target.endswith("/"):
                target += "index.html"
            if target not in built:
                found.append((name, link))
            elif whole.fragment and target in pages and unquote(whole.fragment) not in pages[target].ids:
                found.append((name, link))
    return found, pages


class Check:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def that(self, sentence, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED: %s\n%s\n" % (sentence, detail))


def complaints_are_true(check, what, site, said):
    """Every complaint names a file, a line and a column where a link begins, or a line that includes a file."""
    wrong = []
    for file, line, col, sentence in COMPLAINT.findall(said):
        path = file if os.path.isabs(file) else os.path.join(site, file)
        path = path if os.path.exists(path) else file
        try:
            with open(path, encoding="utf-8") as source:
                text = source.read().split("\n")[int(line) - 1][int(col) - 1:]
        except (OSError, IndexError):
            wrong.append("%s:%s:%s is no place (%s)" % (file, line, col, sentence))
            continue
        if not re.match(r"!?\[|<|[a-z]+:|\(|[^\s)]+\)|--8<--|\{\{#include ", text):
            wrong.append("%s:%s:%s is no link: %s" % (file, line, col, text[:60]))
    check.that("%s: each complaint stands where a link is" % what, not wrong, "\n".join(wrong[:20]))


def check_site(check, what, site, strict):
    output = os.path.join(site, "public")
    status, _, said = vial.run("build", "-s", site)
    check.that("%s is built" % what, status == 0, said[-3000:])
    if status != 0:
        return
    built = vial.files_of(output)
    if strict:
        check.that("%s is built without a warning" % what, not COMPLAINT.search(said), said)
    complaints_are_true(check, what, site, said)

    content = os.path.join(site, "content")
    sources = [n for n in vial.files_of(content) if n.endswith(".md")]
    count = sum(1 for n in built if n.endswith("index.html"))
    check.that("%s: every Markdown file has a page" % what, count >= len(sources), "%d files, %d pages" % (len(sources), count))

    broken, pages = broken_links(built)
    complained = set()
    for file, _, _, sentence in COMPLAINT.findall(said):
        complained.update(re.findall(r"'([^']*)'", sentence))
    silent = ["%s: %s" % (page, link) for page, link in broken
              if not any(link.endswith(word) or word.endswith(unquote(link)) or unquote(link).endswith(word)
                         or urlsplit(link).fragment == word.lstrip("#") for word in complained if word)]
    check.that("%s: a link that leads nowhere is complained of" % what, not silent, "\n".join(silent[:20]))
    left = [(n, link) for n, page in pages.items() for tag, link in page.links
            if not urlsplit(link).scheme and urlsplit(link).path.endswith(".md")
            and not any(link.endswith(w) or w.endswith(link) for w in complained if w)]
    check.that("%s: no link to a .md file is left" % what, not left, str(left[:10]))
    twice = ["%s: %s" % (n, i) for n, page in pages.items() for i in set(page.ids) if page.ids.count(i) > 1]
    check.that("%s: no id stands twice on a page" % what, not twice, "\n".join(twice[:20]))
    if strict:
        open_tags = ["%s: %s" % (n, p.wrong + p.open) for n, p in pages.items() if p.wrong or p.open]
        check.that("%s: tags are closed in order" % what, not open_tags, "\n".join(open_tags[:10]))

    wrong = vial.served_differs(site, built)
    check.that("%s is served as it is built" % what, not wrong, "\n".join(wrong[:20]))
    status, _, again = vial.run("build", "-s", site)
    check.that("%s: a second build writes nothing" % what, status == 0 and " 0 written" in again, again[-500:])


def main():
    check = Check()
    with tempfile.TemporaryDirectory(prefix="vial-sites-") as folder:
        own = os.path.join(folder, "own")
        for part in ("content", "data", "static", "themes", "templates", "examples"):
            if os.path.isdir(os.path.join(ROOT, part)):
                shutil.copytree(os.path.join(ROOT, part), os.path.join(own, part))
        shutil.copy(os.path.join(ROOT, "vial.yaml"), own)
        os.makedirs(os.path.join(own, "vial", "app"))  # a page includes lines of this one
        shutil.copy(os.path.join(ROOT, "vial", "app", "reads.h"), os.path.join(own, "vial", "app"))
        with open(os.path.join(own, "vial.yaml")) as config:
            text = re.sub(r"base_url: .*", "base_url: " + BASE, config.read())
        with open(os.path.join(own, "vial.yaml"), "w") as config:
            config.write(text)
        if vial.has("images"):  # it shows what they look like
            check_site(check, "our own site", own, strict=True)
        else:
            print("our own site needs pictures in other sizes: skipped")
            check.skipped += 1

        for what, content, title in (("mkdocs", "mkdocs/docs", "MkDocs"), ("rust-book", "rust-book/src", "The Rust Programming Language")):
            source = os.path.join(SHARED, content)
            if not os.path.isdir(source):
                print("%s is not there: skipped" % source)
                check.skipped += 1
                continue
            site = os.path.join(folder, what)
            shutil.copytree(source, os.path.join(site, "content"))
            with open(os.path.join(site, "vial.yaml"), "w") as config:
                config.write("title: %s\nbase_url: %s\ntheme: plain\nlinks: warn\n" % (title, BASE))
            check_site(check, what, site, strict=False)
    print("%d passed, %d failed%s" % (check.passed, check.failed, ", %d skipped" % check.skipped if check.skipped else ""))
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
