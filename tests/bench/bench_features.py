"""./dev bench features: what each feature of a site costs a page, and that it costs nothing where it is not used.

Three tables of a site of posts of 3 to 6 KB (rich.py has the features, PAGES=400 is how many posts):

  used      CPU time of the site with one feature more, to the plain site's, and the microseconds that each page then costs more
  unused    instructions of the plain site's build that are spent in the code of features that it does not use, for each page,
            by file (what the linker put into its callers counts there). More than LIMIT of all in one of them is an error
  of others instructions that each further plain page costs on a site on which one page uses the feature, to those it costs on
            a site that has none: features that are asked for page by page are of no cost to the pages that do not (but
            backlinks: one page that asks who leads to it has the links of all others looked at)

Instructions are counted by valgrind and are the same in each run, so the last two mean something on a machine that is busy.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import generate
import measure
import rich
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
import vial  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VIAL = os.environ.get("VIAL", os.path.join(ROOT, "build", "vial"))
PAGES = int(os.environ.get("PAGES", "400"))
ROUNDS = 5
LIMIT = 0.002
FUNCTION = re.compile(r"^[a-z][\w *]*?\b(\w+)\([^;]*\)\s*\{", re.M)
# Features that a site has to ask for, and the files that hold them. What is said of each in vial.yaml is read either way.
FILES = {
    "search": "search_*", "assets": "assets*", "pictures": "pictures*", "images": "image_*", "style sheets": "css*", "locales": "locale*",
    "words of languages": "strings", "backlinks": "backlinks", "schema": "schema", "logic": "logic*", "CSV": "csv", "menus": "menus",
    "sitemap": "sitemap", "render hooks": "hooks", "snippets": "snippets", "shortcodes": "shortcode*", "formats": "outputs", "navigation": "nav",
}
# One page's worth of it, and what the site needs so that the page can.
OTHERS = {
    "a schema of one section": ("schema: {other: {level: {choices: [a, b], default: a}}}\n", {}, "---\ntitle: One\nlevel: b\n---\nText.\n"),
    "formats of one page": ("", {"templates/page.json": "{{ page.title|tojson }}"}, "---\ntitle: One\noutputs: [html, json]\n---\nText.\n"),
    "a shortcode on one page": ("", {}, "---\ntitle: One\n---\n{{ figure(src=\"a.svg\", alt=\"A\") }}\n"),
    "an asset on one page": ("", {"static/site.css": rich.SHEET, "templates/one.html": "{{ asset('site.css') }}"}, "---\ntitle: One\ntemplate: one.html\n---\n"),
    "a picture on one page": ("", {"templates/one.html": "{{ resize_image('/static/dot.png', width=4).url }}"}, "---\ntitle: One\ntemplate: one.html\n---\n"),
    "data on one page": ("", {"data/authors.yaml": rich.AUTHORS, "templates/one.html": "{{ data.authors.a1.name }}"}, "---\ntitle: One\ntemplate: one.html\n---\n"),
    "backlinks of one page": ("", {"templates/one.html": "{{ page.backlinks|length }}"}, "---\ntitle: One\ntemplate: one.html\n---\n"),
    "a menu with one page": ("", {}, "---\ntitle: One\nmenu: main\n---\n"),
}


def site(folder, posts, features=(), config="", files=None, page=""):
    rich.make(folder, posts, list(features), hugo=False)
    where = os.path.join(folder, "vial")
    with open(os.path.join(where, "vial.yaml"), "a", encoding="utf-8") as file:
        file.write(config)
    for name, text in (files or {}).items():
        generate.write(os.path.join(where, name), text)
    if page:
        generate.write(os.path.join(where, "content", "other", "one.md"), page)
        generate.write(os.path.join(where, "content", "other", "a.svg"), "<svg/>")
        vial.write_file(os.path.join(where, "static", "dot.png"), vial.picture(8, 8))
    return where


def build(where, *before):
    for name in ("public", ".vial"):
        shutil.rmtree(os.path.join(where, name), ignore_errors=True)
    return measure.run([*before, VIAL, "build", "-q", "-j", "1", "-s", where])


def used(folder):
    plain = site(os.path.join(folder, "plain"), PAGES)
    for feature in rich.FEATURES:
        mine = site(os.path.join(folder, "with"), PAGES, [feature])
        pairs = [(build(mine).cpu, build(plain).cpu) for _ in range(ROUNDS)]
        print("used      %-28s %.2f of the plain site, %6.0f us a page" % (
            feature.name, measure.median([a / b for a, b in pairs]), measure.median([(a - b) / PAGES * 1e6 for a, b in pairs])), flush=True)
        shutil.rmtree(os.path.join(folder, "with"))


def instructions(where):
    """How many a build takes, and how many in each function by its own lines."""
    out = os.path.join(where, "callgrind.out")
    build(where, "valgrind", "--tool=callgrind", "--callgrind-out-file=" + out)
    said = subprocess.run(["callgrind_annotate", "--threshold=100", "--show-percs=no", out], capture_output=True, check=True).stdout.decode()
    os.remove(out)
    total = int(re.search(r"^\s*([\d,]+).*PROGRAM TOTALS", said, re.M)[1].replace(",", ""))
    found = {}
    for count, name in re.findall(r"^\s*([\d,]+)\s+\S*?:([\w.]+)", said, re.M):
        name = name.split(".")[0]
        found[name] = found.get(name, 0) + int(count.replace(",", ""))
    return total, found


def unused(folder):
    where = site(os.path.join(folder, "plain"), PAGES)
    total, found = instructions(where)
    print("unused    %-28s %12.0f instructions a page" % ("(all of the plain site's build)", total / PAGES))
    much, owners = False, {}
    for file in glob.glob(os.path.join(ROOT, "*", "**", "*.c"), recursive=True):
        for function in FUNCTION.findall(generate.read(file)):
            owners.setdefault(function, set()).add(os.path.relpath(file, ROOT))
    for name, pattern in FILES.items():
        mine = {os.path.relpath(file, ROOT) for file in glob.glob(os.path.join(ROOT, "vial", "site", pattern + ".c"))}
        # a name that another file has too tells nothing
        functions = {function for function, files in owners.items() if files <= mine}
        count = sum(found.get(function, 0) for function in functions)
        much = much or count > LIMIT * total
        print("unused    %-28s %12.1f instructions a page, %.3f %%%s" % (name, count / PAGES, 100 * count / total, "  TOO MUCH" if count > LIMIT * total else ""))
    shutil.rmtree(os.path.join(folder, "plain"))
    return much


def further(folder, **more):
    """Instructions of each further plain page, and not of what a site needs once."""
    few, many = PAGES // 4, PAGES // 2
    counts = []
    for posts in (few, many):
        counts.append(instructions(site(os.path.join(folder, "some"), posts, **more))[0])
        shutil.rmtree(os.path.join(folder, "some"))
    return (counts[1] - counts[0]) / (many - few)


def of_others(folder):
    plain = further(folder, page="---\ntitle: One\n---\nText.\n")
    for name, (config, files, page) in OTHERS.items():
        mine = further(folder, config=config, files=files, page=page)
        print("of others %-28s %.4f of what a page costs" % (name, mine / plain), flush=True)


def main():
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="vial-bench-", dir=memory) as folder:
        much = unused(folder)
        of_others(folder)
        used(folder)
    if much:
        sys.exit("bench: a site pays for what it does not use")
