#!/usr/bin/env python3
"""Sites of other programs, imported, built, and held against what those programs made of them.

    comes in:  KIND/, a small site of each program; KIND.golden, what becomes of it; KIND.urls, the files that the
               program itself made; the two real sites of ../shared/sites, where they are there
    goes out:  what is not as it was promised; then "N passed, N failed"

`imports.py --write` makes the golden files anew, and the lists of files where the program is installed.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHARED = os.path.join(ROOT, "..", "shared", "sites")
sys.path.insert(0, os.path.join(HERE, "..", "whole"))
import sums  # noqa: E402
import vial  # noqa: E402

KINDS = ("mkdocs", "mdbook", "hugo", "jekyll", "zola", "pelican")
# How each makes its files; zola and mdbook are no packages of Debian: their lists are written by hand.
ORACLES = {
    "hugo": lambda site, out: ["hugo", "--quiet", "-s", site, "-d", out],
    "jekyll": lambda site, out: ["jekyll", "build", "-q", "--disable-disk-cache", "-s", site, "-d", out],
    "mkdocs": lambda site, out: ["mkdocs", "build", "-q", "-f", os.path.join(site, "mkdocs.yml"), "-d", out],
    "pelican": lambda site, out: ["pelican", "-q", os.path.join(site, "content"), "-o", out, "-s",
                                  os.path.join(site, "pelicanconf.py")],
}
# What a theme or a feed of the old program made, and no page was.
NOT_PAGES = re.compile(r"(^|/)index\.xml$|^feed\.xml$|^feeds/|^theme/|^css/(base|brands|solid|v4|bootstrap|font-?awesome)|^js/"
                       r"|^img/(favicon|grid)|^fonts/|^webfonts/|^search/|^search\.html$|sitemap\.xml(\.gz)?$|^404\.html$"
                       r"|(^|/)page/1/index\.html$|^drafts/"
                       # lists that Pelican has and vial has elsewhere
                       r"|^(archives|authors|categories|tags)\.html$")



def fingerprint(folder):
    """Names, bytes and times of all files."""
    whole = hashlib.sha256()
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(where, name)
            whole.update(("%s %d" % (path, os.stat(path).st_mtime_ns)).encode())
            with open(path, "rb") as file:
                whole.update(file.read())
    return whole.hexdigest()


def as_text(folder, said):
    """Everything that came of it, in one text."""
    parts = []
    for name, data in sorted(vial.files_of(folder).items()):
        if name == "import.txt" or name.startswith(".vial/"):
            continue  # it is what was said; what vial keeps for itself
        try:
            parts.append("-- %s --\n%s" % (name, data.decode()))
        except UnicodeDecodeError:
            parts.append("-- %s --\n(%d bytes)\n" % (name, len(data)))
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts) + "-- said --\n" + said


def in_order(said):
    """Complaints are told in the order of their files: which folder comes first is where the two happen to lie."""
    told = re.split(r"(?m)^(?=(?:NEW|OLD)[/ ])", said)
    return "".join(sorted(told[:-1], key=lambda text: text[:3]) + told[-1:])


def imported(kind, source, folder):
    """The new site, and what was said, without the names of our folders."""
    to = os.path.join(folder, kind)
    status, _, said = vial.run("import", kind, source, to)
    said = in_order(said.replace(to, "NEW").replace(source, "OLD"))
    return to, status, said


def differences(got, expected):
    import difflib
    return "\n".join(difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got", lineterm="", n=1))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def pages_of(folder):
    return sorted(name for name in vial.files_of(folder) if not NOT_PAGES.search(name))


def ask_oracle(kind, source, folder):
    """The files that the program itself makes, or None where it is not installed."""
    command = ORACLES.get(kind)
    if not command or not shutil.which(kind):
        return None
    twin, out = os.path.join(folder, "twin"), os.path.join(folder, "out")
    shutil.copytree(source, twin)
    words = command(twin, out)
    if kind == "hugo":  # templates that show everything, and no theme that is not there
        os.makedirs(os.path.join(twin, "layouts/_default"))
        for name in ("single", "list"):
            with open(os.path.join(twin, "layouts/_default/%s.html" % name), "w") as file:
                file.write("<p>{{ .Content }}</p>")
        config = os.path.join(twin, "hugo.toml")
        text = read(config).replace('theme = "ananke"\n', "")
        with open(config, "w") as file:
            file.write(text)
        # what leads nowhere is an error there
    if kind == "jekyll":
        for name, old, new in (("_config.yml", "plugins: [jekyll-feed, jekyll-archives]", ""),
                               ("about.md", "{% unknown tag %}", "")):
            path = os.path.join(twin, name)
            text = read(path).replace(old, new)
            with open(path, "w") as file:
                file.write(text)
    if kind == "mkdocs":
        path = os.path.join(twin, "mkdocs.yml")
        text = read(path).replace("  - unheard_of\n", "").replace("  - pymdownx.mark\n", "")
        with open(path, "w") as file:
            file.write(text)
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        return "failed: " + done.stdout + done.stderr
    return pages_of(out)


def check_kind(kind, write):
    source = os.path.join(HERE, kind)
    golden, urls = os.path.join(HERE, kind + ".golden"), os.path.join(HERE, kind + ".urls")
    with tempfile.TemporaryDirectory(prefix="vial-import-") as folder:
        before = fingerprint(source)
        to, status, said = imported(kind, source, folder)
        sums.that("a site of %s is imported" % kind, status == 0, said)
        sums.that("a site of %s is only read" % kind, fingerprint(source) == before)
        text = as_text(to, said)
        asked = ask_oracle(kind, source, folder)
        if write:
            with open(golden, "w", encoding="utf-8") as file:
                file.write(text)
            if isinstance(asked, list):
                with open(urls, "w", encoding="utf-8") as file:
                    file.write("".join(name + "\n" for name in asked))
        sums.that("a site of %s becomes what it became before" % kind, text == read(golden), differences(text, read(golden)))
        status, _, said = vial.run("build", "-s", to)
        sums.that("an imported site of %s is built" % kind, status == 0, said)
        made, wanted = vial.files_of(os.path.join(to, "public")), read(urls).split()
        missing = [name for name in wanted if name not in made]
        sums.that("what %s made is there at the same address" % kind, not missing, "missing: " + " ".join(missing))
        wrong = vial.served_differs(to, made)
        sums.that("an imported site of %s is served as it is built" % kind, not wrong, "\n".join(wrong))
        if asked is None:
            if kind in ORACLES:
                sums.skip()
        else:
            sums.that("the list of what %s makes is what it makes" % kind, asked == wanted,
                 asked if isinstance(asked, str) else differences("\n".join(asked), "\n".join(wanted)))
        status, _, said = vial.run("import", kind, source, to)
        sums.that("a folder that is not empty is left alone (%s)" % kind, status == 1 and "not empty" in said, said)


def check_refusals():
    with tempfile.TemporaryDirectory(prefix="vial-import-") as folder:
        empty = os.path.join(folder, "empty")
        os.makedirs(empty)
        for kind in KINDS:
            status, _, said = vial.run("import", kind, empty, os.path.join(folder, "new"))
            sums.that("a folder that is no site of %s is refused with what was looked for" % kind,
                 status == 1 and "there is no" in said and not os.path.exists(os.path.join(folder, "new")), said)
        status, _, said = vial.run("import", "hugoo", empty)
        sums.that("a program's name that is near one is told", status == 2 and "did you mean 'hugo'" in said, said)
        status, _, said = vial.run("import", "hugo", os.path.join(folder, "nowhere"), os.path.join(folder, "x"))
        sums.that("a folder that is not there is refused", status == 1 and "is no folder" in said, said)
        twin = os.path.join(folder, "twin")
        shutil.copytree(os.path.join(HERE, "hugo"), twin)
        status, _, said = vial.run("import", "hugo", twin, os.path.join(twin, "new"))
        sums.that("the new site may not lie in the old one", status == 1 and "only read" in said, said)
        os.symlink(twin, os.path.join(folder, "link"))
        status, _, said = vial.run("import", "hugo", twin, os.path.join(folder, "link", "new"))
        sums.that("not by a link either", status == 1 and "only read" in said, said)
        with open(os.path.join(twin, "hugo.toml"), "w") as file:
            file.write("title = \n")
        status, _, said = vial.run("import", "hugo", twin, os.path.join(folder, "x"))
        sums.that("a configuration that does not parse is an error with its place", status == 1 and "hugo.toml:1:" in said, said)


def check_bad_pages():
    """What is wrong in one page is told, and the page is there all the same."""
    with tempfile.TemporaryDirectory(prefix="vial-import-") as folder:
        source = os.path.join(folder, "old")
        os.makedirs(os.path.join(source, "content"))
        pages = {"hugo.toml": b'title = "x"\n', "content/a.md": b"---\ntitle: [\n---\nText.\n",
                 "content/b.md": b"+++\ntitle = 'never ends'\nText.\n", "content/c.md": b"\xff\xfe bytes\n",
                 "content/d.md": b"---\ndate: someday\ndraft: maybe\nweight: many\ntitle: 7\n---\n{{< unclosed \n[x]({{< ref >}}\n",
                 "content/e.md": b"", "content/f.md": b"`" * 2000 + b"[" * 2000 + b"](" * 2000,
                 "content/.hidden.md": b"x"}
        for name, data in pages.items():
            with open(os.path.join(source, name), "wb") as file:
                file.write(data)
        to, status, said = imported("hugo", source, folder)
        sums.that("a site with broken pages is imported", status == 0, said)
        for place in ("OLD/content/a.md:3:", "OLD/content/b.md:1:", "OLD/content/c.md:1:", "OLD/content/d.md:2:"):
            sums.that("what is wrong is told at %s" % place, place in said, said)
        sums.that("their texts are there", "Text." in read(os.path.join(to, "content/a.md")))
        sums.that("a date that is none is kept", "someday" in read(os.path.join(to, "content/d.md")))


def check_real():
    for kind, name in (("mkdocs", "mkdocs"), ("mdbook", "rust-book")):
        source = os.path.join(SHARED, name)
        if not os.path.isdir(source):
            sums.skip()
            continue
        with tempfile.TemporaryDirectory(prefix="vial-import-") as folder:
            to, status, said = imported(kind, source, folder)
            sums.that("%s is imported" % name, status == 0, said)
            status, _, said = vial.run("build", "-s", to)
            sums.that("%s is built: what leads nowhere is only told" % name, status == 0 and " error" not in said, said)
            wrong = vial.served_differs(to, vial.files_of(os.path.join(to, "public")))
            sums.that("%s is served as it is built" % name, not wrong, "\n".join(wrong[:20]))


def main():
    write = "--write" in sys.argv
    for kind in KINDS:
        check_kind(kind, write)
    check_refusals()
    check_bad_pages()
    check_real()
    return sums.end()


sys.exit(main())
