"""./dev bench build: sites built by vial, by Debian's hugo, and by a floor program, in turn.

The floor (floor.c) reads the Markdown, has cmark-gfm make HTML of it and writes as many bytes as vial does: what a site
generator costs beyond that is its own. Each line is one comparison: both sides are run in turn, what is printed is the
median of each and of their ratios, with the least and the greatest. PAGES=100000 adds the site of that size, which takes
some minutes and some gigabytes of memory. "Rich" are the same texts with what rich.py lists: coloured code, shortcodes, hooks, data, assets, JSON beside
HTML, related pages, a second language, a sitemap for both; and for vial alone more feeds, a schema, backlinks and the index for search.
"""
import os
import shutil
import subprocess
import tempfile
import time

import generate
import measure
import rich

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VIAL = os.path.join(ROOT, "build", "vial")
FLOOR = os.path.join(ROOT, "build", "floor")
BOOK = os.path.join(ROOT, "..", "shared", "sites", "rust-book", "src")
PLAIN = "markdown:\n  highlight: false\n"  # no colours for code
HUGO_COLOURS = {"HUGO_MARKUP_HIGHLIGHT_CODEFENCES": "true"}
WAIT = 0.3  # until the times of files that were just written can be believed


class Bench:
    """One site, in memory where that is possible: what is compared is the programs and not the disk."""

    def __init__(self, folder, make):
        make(folder)
        self.folder, self.site, self.hugo = folder, os.path.join(folder, "vial"), os.path.join(folder, "hugo")
        self.like, self.turn = os.path.join(folder, "like"), 0
        self.config = generate.read(os.path.join(self.site, "vial.yaml"))

    def configure(self, more=""):
        generate.write(os.path.join(self.site, "vial.yaml"), self.config + more)

    def fresh(self):
        """A folder for one output: making files right after removing as many is slow on some file systems."""
        shutil.rmtree(os.path.join(self.folder, "out-%d" % self.turn), ignore_errors=True)
        shutil.rmtree(os.path.join(self.site, ".vial"), ignore_errors=True)
        shutil.rmtree(os.path.join(self.hugo, "resources"), ignore_errors=True)
        self.turn += 1
        return os.path.join(self.folder, "out-%d" % self.turn)

    def vial(self, out=None):
        return measure.run([VIAL, "build", "-q", "-s", self.site, "-o", out or self.fresh()])

    def by_hugo(self, **env):
        return measure.run(["hugo", "--quiet", "-s", self.hugo, "-d", self.fresh()], env=dict(os.environ, **env))

    def floor(self):
        return measure.run([FLOOR, "build", os.path.join(self.site, "content"), self.fresh(), self.like])

    def walk(self, out):
        return measure.run([FLOOR, "walk", self.site, out])


def line(what, mine, others, of, unit, us, them, over=False):
    """over: how many times ours is theirs, and not the other way round."""
    scale = {"s": 1, "ms": 1000, "MB": 1}[unit]
    a, b = [getattr(r, of) * scale for r in mine], [getattr(r, of) * scale for r in others]
    ratios = [x / max(y, 1e-9) for x, y in (zip(a, b) if over else zip(b, a))]
    digits = 0 if unit == "MB" or measure.median(a) >= 100 else 2 if unit == "s" else 1
    print("%-34s %-5s %9.*f %-3s %-22s %9.*f %-3s  %5.1f x %s (%.1f to %.1f)" % (
        what, us, digits, measure.median(a), unit, them, digits, measure.median(b), unit, measure.median(ratios),
        "as much" if over else "less", min(ratios), max(ratios)), flush=True)


def turns(rounds, *runs):
    """Each of `runs` in turn, so many times."""
    results = [[] for _ in runs]
    for _ in range(rounds):
        for result, run in zip(results, runs):
            result.append(run())
    return results


def cold(bench, what, rounds, colours=True):
    bench.configure(PLAIN)
    bench.vial(bench.like)
    mine, floor, hugo = turns(rounds, bench.vial, bench.floor, bench.by_hugo)
    for of, unit in (("cpu", "s"), ("wall", "s")):
        line(what + ", " + of, mine, floor, of, unit, "vial", "floor", over=True)
        line(what + ", " + of, mine, hugo, of, unit, "vial", "hugo")
    line(what + ", peak", mine, hugo, "peak", "MB", "vial", "hugo")
    if colours:
        bench.configure()
        mine, hugo = turns(max(1, rounds - 1), bench.vial, lambda: bench.by_hugo(**HUGO_COLOURS))
        line(what + ", coloured code, cpu", mine, hugo, "cpu", "s", "vial", "hugo")
        line(what + ", coloured code, wall", mine, hugo, "wall", "s", "vial", "hugo")
    bench.configure(PLAIN)


def edits(bench, out):
    """One text changed, and taken in: to be called again and again."""
    post = os.path.join(bench.site, "content", "s03", "post-000003.md")
    for _ in range(2):
        bench.vial(out)
        time.sleep(WAIT)

    def edited():
        with open(post, "a", encoding="utf-8") as file:
            file.write("\nOne more line.\n")
        time.sleep(WAIT)
        result = bench.vial(out)
        time.sleep(WAIT)
        bench.vial(out)
        return result

    return edited


def again(bench, what, rounds):
    """Nothing changed; one text changed."""
    out = bench.fresh()
    edited = edits(bench, out)
    same, one, walk = turns(rounds, lambda: bench.vial(out), edited, lambda: bench.walk(out))
    line(what + ", nothing changed, cpu", same, walk, "cpu", "ms", "vial", "a walk by stat", over=True)
    line(what + ", nothing changed, wall", same, walk, "wall", "ms", "vial", "a walk by stat", over=True)
    line(what + ", one text changed, cpu", one, same, "cpu", "ms", "vial", "nothing changed", over=True)


def searched(bench, what, rounds):
    """What an index for readers costs: of a first build, and of an edit."""
    cold, edit = {}, {}
    for config in ("", "search: true\n"):
        bench.configure(PLAIN + config)
        cold[config] = [bench.vial()]
        edit[config] = [run() for run in [edits(bench, bench.fresh())] for _ in range(rounds)]
    bench.configure(PLAIN)
    for name, runs in (("first build", cold), ("one text changed", edit)):
        line("%s, searched, %s, cpu" % (what, name), runs["search: true\n"], runs[""], "cpu", "ms", "vial", "not searched", over=True)


def sidebar(bench, what, rounds):
    """A list of all pages on each page, and none; the bytes of such a site grow by the square of its pages."""
    base = os.path.join(bench.site, "templates", "base.html")
    without = generate.read(base)
    generate.write(os.path.join(bench.site, "templates", "sidebar.html"),
                   "<ul>{% for p in site.pages %}<li><a href=\"{{ p.url }}\">{{ p.title }}</a></li>\n{% endfor %}</ul>")

    def listed():
        generate.write(base, without.replace("</nav>", "{% include 'sidebar.html' %}</nav>"))
        return bench.vial()

    def bare():
        generate.write(base, without)
        return bench.vial()

    mine, others = turns(rounds, listed, bare)
    generate.write(base, without)
    line(what + ", all pages listed, cpu", mine, others, "cpu", "s", "vial", "no list", over=True)


def rich_sites(bench_folder, posts):
    """The same texts with all that both can have, and with all that vial can; each held against the plain site's build."""
    sites = {}
    for name, features in (("plain", []), ("both", rich.BOTH), ("all", rich.FEATURES)):
        sites[name] = Bench(os.path.join(bench_folder, name), lambda folder: rich.make(folder, posts, features, hugo=name != "all"))
    return sites


def with_features(what, posts, rounds):
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="vial-bench-", dir=memory) as folder:
        sites = rich_sites(folder, posts)
        plain, both, hugo, whole = turns(rounds, sites["plain"].vial, sites["both"].vial, sites["both"].by_hugo, sites["all"].vial)
    for of, unit in (("cpu", "s"), ("wall", "s"), ("peak", "MB")):
        line(what + ", rich, " + of, both, hugo, of, unit, "vial", "hugo")
    line(what + ", rich, cpu", both, plain, "cpu", "s", "vial", "plain", over=True)
    line(what + ", all there is, cpu", whole, plain, "cpu", "s", "vial", "plain", over=True)


def on_site(make, measures):
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="vial-bench-", dir=memory) as folder:
        bench = Bench(folder, make)
        return [each(bench) for each in measures]


def large(pages):
    """Ten times the pages should take ten times the time."""
    rounds = 2
    small = on_site(lambda folder: generate.make(folder, pages // 10), [lambda b: [b.vial() for _ in range(rounds)]])[0]
    big = on_site(lambda folder: generate.make(folder, pages), [lambda b: [b.vial() for _ in range(rounds)]])[0]
    for of, unit in (("cpu", "s"), ("wall", "s"), ("peak", "MB")):
        line("%d pages, %s" % (pages, of), big, small, of, unit, "vial", "%d pages" % (pages // 10), over=True)


def main():
    os.makedirs(os.path.dirname(FLOOR), exist_ok=True)
    subprocess.run([os.environ.get("CC", "gcc"), "-O2", "-D_GNU_SOURCE", "-o", FLOOR,
                    os.path.join(ROOT, "tests", "bench", "floor.c"), "-lcmark-gfm-extensions", "-lcmark-gfm", "-pthread"], check=True)
    if os.path.isdir(BOOK):
        on_site(lambda folder: generate.book(folder, BOOK), [lambda b: cold(b, "the Rust book", 5, colours=False)])
    on_site(lambda folder: generate.make(folder, 1000),
            [lambda b: cold(b, "1,000 pages", 5), lambda b: again(b, "1,000 pages", 5), lambda b: searched(b, "1,000 pages", 3), lambda b: sidebar(b, "1,000 pages", 2)])
    with_features("1,000 pages", 1000, 3)
    on_site(lambda folder: generate.make(folder, 10000),
            [lambda b: cold(b, "10,000 pages", 3), lambda b: again(b, "10,000 pages", 7), lambda b: searched(b, "10,000 pages", 3)])
    if os.environ.get("PAGES"):
        large(int(os.environ["PAGES"]))


if __name__ == "__main__":
    main()
