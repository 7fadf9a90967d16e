#!/usr/bin/env python3
"""Every feature there is, in any mixture, under any edit: a build from the last one is what a clean build makes.

    comes in:  the program (VIAL); SPLICED=N: edits in all; SEED=N: the first seed; FROM=WORD: start only there
    goes out:  "N passed, N failed": edits after which it held

Where chains.py makes its sites up, this takes them: each golden site, the examples of the themes, what is made of the sites of
other programs. One is where a chain starts; all others are what it is edited with, file by file, key by key of vial.yaml and of
front matter, paragraph by paragraph, so whatever has a golden site is part of this. Files come, change, go and come back; they
take each other's names and texts; keys are taken out, put in and put back. A site that has errors is soon led back to its last
state without, since of a site with errors only the errors can be compared.

After each edit the build is held against a clean one as in chains.py. At the end of a chain the site is served as well,
and each page has the bytes that the build has.
"""
import os
import random
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import chains  # noqa: E402
sys.path.insert(0, os.path.join(HERE, "..", "golden"))
import sites  # noqa: E402
import vial  # noqa: E402

# What no golden site begins with: pages of taxonomies and terms, templates in the place of vial's own.
MORE = [
    ("content/tags/_index.md", "---\ntitle: All words\npaginate: 2\n---\nWords.\n"),
    ("content/tags/sea.md", "---\ntitle: The sea\nweight: 3\n---\nSalt.\n"),
    ("content/series/_index.md", "---\ntitle: Rows\noutputs: [html, json]\n---\n"),
    ("templates/shortcodes/details.html", "<details>{{ summary }}{{ body }}{{ page.word_count }}</details>"),
    ("templates/shortcodes/figure.html", "<img src='{{ resize_image(src, width=3).url if src.endswith('.png') else src }}' alt='{{ site.title }}'>"),
    ("templates/outputs/page.json", "{{ page.title|tojson }}"),
    ("templates/feeds/atom.xml", "{{ feed.title }}{% for p in feed.pages %}{{ p.title }}{% endfor %}"),
    ("templates/page.ics", "BEGIN:{{ page.title }}"),
    ("templates/search.html", "{{ site.search }}"),
    ("content/pages.md", "{{ figure(src=\"pic.png\", caption=\"C\") }}\n\n{% details(summary=\"S\") %}\n![p](pic.png)\n{% end %}\n"),
]
EDITS = int(os.environ.get("SPLICED", "96"))
CHAIN = 8
FRONT = re.compile(r"\A(---|\+\+\+)\n(.*?)^\1\n", re.M | re.S)
KEY = re.compile(r"^(?=[^\s#}\-])", re.M)  # where a key of YAML or TOML begins, with all that is indented below it
FOLDERS = ["", "blog/", "docs/", "de/", "a/", "trip/"]


def golden(name):
    """The files of a golden site: those it begins with, and all that they become."""
    with open(os.path.join(HERE, "..", "golden", "sites", name), encoding="utf-8") as file:
        _, steps = sites.sections(file.read())
    first, later, begun = {}, [], False
    for title, text in steps:
        words = title.split()
        if words[0] in ("expect", "build", "delete", "move"):
            begun = begun or words[0] == "expect"
            continue
        path, data = words[1] if words[0] in ("change", "picture") else title, text.encode()
        if words[0] == "picture":
            data = vial.picture(*map(int, words[2].split("x")))
        if begun:
            later.append((path, data))
        else:
            first[path] = data
    return first, later


def imported(name):
    """What importing made of another program's site: its golden file has all that is text."""
    with open(os.path.join(HERE, "..", "imports", name), encoding="utf-8") as file:
        _, steps = sites.sections(file.read())
    return {path: text.encode() for path, text in steps if " " not in path}, []


def starts():
    found = {}
    for name in sorted(os.listdir(os.path.join(HERE, "..", "golden", "sites"))):
        found[name[:-4]] = golden(name)
    for name in sorted(os.listdir(os.path.join(ROOT, "themes"))):
        found["example of " + name] = vial.files_of(os.path.join(ROOT, "themes", name, "example")), []
    for name in sorted(os.listdir(os.path.join(HERE, "..", "imports"))):
        if name.endswith(".golden"):
            found["from " + name[:-7]] = imported(name)
    return found


def front_of(text):
    """(fence, keys, the rest) of a content file."""
    found = FRONT.match(text)
    return (found[1], KEY.split(found[2]), text[found.end():]) if found else ("---", [], text)


def with_front(fence, keys, rest):
    return "%s\n%s%s\n%s" % (fence, "".join(keys), fence, rest) if keys else rest


def called(key):
    return re.split(r"[:=]", key)[0].strip()


class Pool:
    """All there is to put into a site."""

    def __init__(self, found):
        self.files, self.config, self.front, self.texts = [], [], {"---": [], "+++": []}, []
        for first, later in found.values():
            for path, data in sorted(first.items()) + later:
                self.take(path, data)
        self.files += [("content/%spic.png" % folder, vial.picture(*size)) for folder in FOLDERS for size in ((4, 4), (40, 30))]
        self.files += [(path, text.encode()) for path, text in MORE]
        self.config += ["links: warn\n"] * 20

    def take(self, path, data):
        text = data.decode("utf-8", "replace")
        if path == "vial.yaml":
            self.config += [key for key in KEY.split(text) if not key.startswith(("logic", "output"))]
            return
        if path.startswith(("public/", "logic/")) or path.endswith(".gitignore"):
            return
        self.files.append((path, data))
        if path.endswith(".md"):
            fence, keys, rest = front_of(text)
            self.front[fence] += keys
            self.texts += [part for part in rest.split("\n\n") if part.strip()]


FOUND = starts()
POOL = Pool(FOUND)


class Site(chains.Site):
    """A site that was taken, and is edited with parts of others."""

    def __init__(self, folder, rng, start):
        self.folder, self.rng, self.clock, self.options = folder, rng, 1767225600, []
        self.gone, self.good, self.bad = [], None, False
        for path, data in sorted(start.items()):
            self.put(path, data)
        config = self.read("vial.yaml") or "title: A site\nbase_url: https://example.org/\ntheme: ''\n"
        self.put("vial.yaml", (config.rstrip("\n") + "\n").encode())

    def read(self, name):
        """The text of a file; nothing where there is none, or no text."""
        try:
            with open(self.path(name), encoding="utf-8") as file:
                return file.read()
        except (OSError, ValueError):
            return ""

    def put(self, name, data):
        """True unless a folder is in the way, or a file where a folder would be."""
        path = self.path(name)
        try:
            vial.write_file(path, data)
        except OSError:
            return False
        return True

    def names(self, ending=""):
        """Its files, without those that building made."""
        return sorted(name for name in vial.files_of(self.folder)
                      if name.endswith(ending) and not name.startswith(("public/", ".vial/", "clean/")))

    def files(self):
        return {name: data for name, data in vial.files_of(self.folder).items()
                if not name.startswith(("public/", ".vial/", "clean/"))}

    def one(self, ending=""):
        names = self.names(ending)
        return self.rng.choice(names) if names else None

    # ---- edits: each says what it did ----

    def put_file(self):
        """Any file of any site, under its own name or one that is there: so it shadows, replaces, or comes to be."""
        name, data = self.rng.choice(POOL.files)
        if self.rng.random() < 0.35:
            name = self.one(os.path.splitext(name)[1]) or name
        self.put(name, data)
        return "put " + name

    def remove_file(self):
        name = self.one()
        if not name or name == "vial.yaml":
            return self.put_file()
        with open(self.path(name), "rb") as file:
            self.gone.append((name, file.read()))
        os.remove(self.path(name))
        return "remove " + name

    def bring_back(self):
        if not self.gone:
            return self.remove_file()
        name, data = self.gone.pop(self.rng.randrange(len(self.gone)))
        self.put(name, data)
        return "bring back " + name

    def rename_file(self):
        name, other = self.one(), self.rng.choice(POOL.files)[0]
        if not name or name == "vial.yaml":
            return self.put_file()
        if self.rng.random() < 0.5:
            other = os.path.join(os.path.dirname(other), os.path.basename(name))
        elif os.path.splitext(other)[1] != os.path.splitext(name)[1]:
            return self.rename_file() if self.rng.random() < 0.8 else self.touch_file()
        if os.path.isdir(self.path(other)):
            return self.touch_file()
        try:
            os.makedirs(os.path.dirname(self.path(other)), exist_ok=True)
        except OSError:
            return self.touch_file()
        os.rename(self.path(name), self.path(other))
        return "move %s to %s" % (name, other)

    def exchange(self):
        """Two files of a kind take each other's place, with their times: only the bytes tell."""
        name = self.one()
        other = self.one(os.path.splitext(name)[1]) if name else None
        if not other or other == name:
            return self.put_file()
        for source, target in ((name, "exchanged~"), (other, name), ("exchanged~", other)):
            os.rename(self.path(source), self.path(target))
        return "exchange %s and %s" % (name, other)

    def touch_file(self):
        name = self.one()
        os.utime(self.path(name), ns=(self.rng.randrange(10**18), self.rng.randrange(10**18)))
        return "touch " + name

    def edit_config(self):
        """A key of vial.yaml goes, comes, or is what another site says."""
        keys = KEY.split(self.read("vial.yaml"))
        if self.rng.random() < 0.4 and len(keys) > 1:
            gone = keys.pop(self.rng.randrange(len(keys)))
            keys += [gone] * gone.startswith("output:")  # that is the test's own
            self.put("vial.yaml", "".join(keys).encode())
            return "vial.yaml without " + gone.strip()
        key = self.rng.choice(POOL.config)
        keys = [k for k in keys if called(k) != called(key)] + [key.rstrip("\n") + "\n"]
        self.put("vial.yaml", "".join(keys).encode())
        return "vial.yaml with " + key.strip()

    def edit_front(self):
        name = self.one(".md")
        if not name:
            return self.put_file()
        fence, keys, rest = front_of(self.read(name))
        if self.rng.random() < 0.35 and keys:
            said = "without " + keys.pop(self.rng.randrange(len(keys))).strip()
        else:
            key = self.rng.choice(POOL.front[fence])
            keys = [k for k in keys if called(k) != called(key)] + [key.rstrip("\n") + "\n"]
            said = "with " + key.strip()
        self.put(name, with_front(fence, keys, rest).encode())
        return "%s %s" % (name, said)

    def edit_text(self):
        name = self.one(".md")
        if not name:
            return self.put_file()
        fence, keys, rest = front_of(self.read(name))
        parts = rest.split("\n\n")
        if self.rng.random() < 0.3 and len(parts) > 1:
            said = "without %r" % parts.pop(self.rng.randrange(len(parts)))
        else:
            parts.insert(self.rng.randrange(len(parts) + 1), self.rng.choice(POOL.texts).strip("\n"))
            said = "with a paragraph"
        self.put(name, with_front(fence, keys, "\n\n".join(parts)).encode())
        return "%s %s" % (name, said)

    def edit_line(self):
        """A line of any text goes, or stands twice."""
        name = self.one()
        lines = self.read(name).split("\n") if name else []
        if len(lines) < 2:
            return self.put_file()
        at = self.rng.randrange(len(lines))
        twice = self.rng.random() < 0.5
        lines[at:at + 1] = [lines[at]] * (2 if twice else 0)
        self.put(name, "\n".join(lines).encode())
        return "%s: line %d %s" % (name, at + 1, "twice" if twice else "gone")

    def move_clock(self):
        return super().move_clock()[0]

    def nothing(self):
        return "nothing"

    def go_back(self):
        """To the last state that had no errors: all at once, as when a branch is changed."""
        now = self.files()
        for name in set(now) - set(self.good):
            os.remove(self.path(name))
            self.clear_above(name)
        for name, data in self.good.items():
            if now.get(name) != data:
                self.put(name, data)
        return "back to when all was well"

    def clear_above(self, name):
        folder = os.path.dirname(name)
        while folder and not os.listdir(self.path(folder)):
            os.rmdir(self.path(folder))
            folder = os.path.dirname(folder)

    def edit(self, alone=True):
        """What was done, and None: how much has to be made is not told beforehand."""
        if self.bad and self.good and self.rng.random() < 0.7:
            return self.go_back(), None
        return self.rng.choice([self.put_file] * 4 + [self.remove_file] * 2 + [self.bring_back] * 2 + [self.edit_config] * 4 + [
            self.edit_front] * 4 + [self.edit_text] * 3 + [self.edit_line, self.rename_file, self.rename_file, self.exchange,
                                    self.touch_file, self.move_clock])(), None

    def seen(self, good):
        """Whether there are no errors now, so that there is a state to go back to."""
        self.bad = not good
        self.good = self.files() if good else self.good


def serves_it(site):
    """What is served differs from what is built so: sentences."""
    env = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(site.clock)
    try:
        return vial.served_differs(site.folder, vial.files_of(site.path("public")))
    finally:
        os.environ.pop("SOURCE_DATE_EPOCH")
        if env:
            os.environ["SOURCE_DATE_EPOCH"] = env


def site_of(seed, folder):
    """One of the starts, each in turn, and its name."""
    names = [name for name in FOUND if os.environ.get("FROM", "") in name]
    name = names[seed % len(names)]
    return Site(os.path.join(folder, "site-%d" % seed), random.Random(seed), FOUND[name][0]), name


def chain(seed, edits, folder):
    site, name = site_of(seed, folder)
    site.options = ["--atomic"] if seed % 2 else []
    done, wrong, fine, turn = ["begin with " + name], [], 0, 0
    for turn in range(edits):
        site.caller = turn // 2 % 3
        wrong, good = chains.check(site, done, None)
        fine += good
        site.seen(good)
        if not wrong and good and turn in (0, edits - 1):
            wrong = serves_it(site)
        if wrong:
            print("FAILED: seed %d, %s, edit %d (%s):\n%s" % (seed, name, turn, ", ".join(done), "\n".join(wrong[:4])))
            if os.environ.get("KEEP"):
                sys.exit("left at " + site.folder)
            break
        done = [site.edit()[0] for _ in range(1 if site.rng.random() < 0.75 else 3)]
    shutil.rmtree(site.folder)
    return turn + 1 - bool(wrong), bool(wrong), fine


if __name__ == "__main__":
    sys.exit(chains.run_chains("spliced", chain, EDITS, CHAIN))
