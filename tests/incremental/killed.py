#!/usr/bin/env python3
"""A build killed at any moment leaves whole files, and the next build makes all of them right.

    comes in:  the program (VIAL); KILLS=N: how many builds are killed (40); SEED=N, so that two runs edit alike
               (when the kill comes is up to the machine)
    goes out:  "N passed, N failed": builds after a kill that equalled a clean build, byte for byte

A site whose files tell where they begin and end is edited at random, and a build of it killed at a random moment;
one to three times, then it is built to the end, and anew into another folder. All of these hold:

  0. with --atomic, a killed build has shown nothing or everything, and who reads one file, another, and the
     first again, and finds that one to be the same, has both of one build;
  1. whoever reads the output meanwhile, and after a kill, finds whole files only;
  2. after the last build the output has the files, the bytes and the folders of a clean build: no drafts are left,
     neither there nor where vial remembers what it made;
  3. a file that vial did not write is still there.
"""
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
import vial  # noqa: E402

KILLS, SEED = int(os.environ.get("KILLS", "40")), int(os.environ.get("SEED", "1"))
FOLDERS = ["", "blog/", "blog/deep/", "docs/", "new/"]
TEMPLATE = "<begin {{ page.title }}>%s\n{{ page.content }}\n<end {{ page.title }}>"
LIST = "<begin {{ page.title }}>%s{% for p in section.pages %}{{ p.title }} {{ p.url }}\n{% endfor %}<end {{ page.title }}>"
BOTH_ENDS = re.compile(rb"<begin ([^>]*)>.*<end \1>", re.S)


def is_whole(name, data):
    """Pages and static files of this site say how they end; nothing else is made of it."""
    if name.endswith(".html"):
        return BOTH_ENDS.fullmatch(data) is not None
    return name == "robots.txt" or not name.endswith(".txt") or data[:8] == b"%08d" % len(data)


class Site:
    def __init__(self, folder, rng):
        self.folder, self.rng, self.turn = folder, rng, 0
        self.write("vial.yaml", "title: One\n")
        for name in ("page", "404"):
            self.write("templates/%s.html" % name, TEMPLATE % "")
        self.write("templates/section.html", LIST.replace("%s", ""))
        for n in range(60):
            self.edit_page(n)
        for _ in range(3):
            self.edit_static()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        vial.write_file(self.path(name), text)

    def edit_page(self, n=None):
        self.turn += 1
        n = self.rng.randrange(90) if n is None else n
        text = "Turn %d of many words.\n\n" % self.turn * self.rng.choice([1, 20, 1500])
        self.write("content/%spage-%d.md" % (FOLDERS[n % len(FOLDERS)], n), "---\ntitle: T%d\n---\n%s" % (self.rng.randrange(99), text))

    def remove_page(self):
        n = self.rng.randrange(90)
        name = self.path("content/%spage-%d.md" % (FOLDERS[n % len(FOLDERS)], n))
        if os.path.exists(name):
            os.remove(name)

    def edit_template(self):
        self.turn += 1
        self.write("templates/page.html", TEMPLATE % self.turn)

    def edit_config(self):
        self.write("vial.yaml", "title: %s\nugly_urls: %s\n" % (self.rng.choice("AB"), self.rng.choice(["true", "false"])))

    def edit_static(self):
        text = "%x" % self.rng.getrandbits(64) * self.rng.choice([1, 1000, 30000])
        self.write("static/%s%d.txt" % (self.rng.choice(FOLDERS), self.rng.randrange(5)), "%08d%s" % (len(text) + 8, text))

    def swap_folder(self):
        """A file where there was a folder, and back."""
        folder, file = self.path("static/swap/a.txt"), self.path("static/swap")
        if os.path.isdir(file):
            shutil.rmtree(file)
            self.write("static/swap", "file")
        else:
            if os.path.exists(file):
                os.remove(file)
            self.write(os.path.relpath(folder, self.folder), "%08d" % 8)

    def edit(self):
        for name in ("static/zz.pair", "static/aa.pair"):
            self.write(name, "%d" % self.turn)
        few = [self.edit_page, self.edit_page, self.remove_page, self.remove_page, self.edit_static, self.swap_folder]
        for _ in range(self.rng.choice([1, 3, 12])):
            self.rng.choice(few)()
        if self.rng.random() < 0.5:
            self.rng.choice([self.edit_template, self.edit_template, self.edit_config])()


class Reader(threading.Thread):
    """Reads what is published, over and over; what it found broken."""

    def __init__(self, folder, pairs):
        super().__init__(daemon=True)
        self.folder, self.pairs, self.broken, self.stop, self.seen, self.seen_pairs = folder, pairs, [], False, 0, 0

    def read(self, name):
        try:
            with open(os.path.join(self.folder, name), "rb") as file:
                return file.read()
        except OSError:
            return None

    def look_at_pairs(self):
        for _ in range(50 if self.pairs else 0):
            first, other, again = self.read("static/aa.pair"), self.read("static/zz.pair"), self.read("static/aa.pair")
            self.seen_pairs += first == again is not None
            if first == again and first != other:
                self.broken.append("aa.pair is of build %s, and zz.pair of %s" % (first, other))

    def look(self):
        for where, _, names in os.walk(self.folder):
            for name in names:
                if name.startswith("."):
                    continue  # a draft
                try:
                    with open(os.path.join(where, name), "rb") as file:
                        data = file.read()
                except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                    continue  # it went, or became a folder
                self.seen += 1
                if not is_whole(name, data):
                    self.broken.append("%s holds %d bytes: %r ... %r" % (os.path.join(where, name), len(data), data[:30], data[-30:]))

    def run(self):
        while not self.stop and len(self.broken) < 5:
            self.look()
            self.look_at_pairs()
            time.sleep(0.003)


def kill_a_build(site, after, options):
    build = subprocess.Popen([vial.PROGRAM, "build", "-q", "-s", site.folder, *options], stderr=subprocess.DEVNULL)
    time.sleep(after)
    build.send_signal(signal.SIGKILL)
    return build.wait() < 0


def folders_of(folder):
    return {os.path.relpath(os.path.join(where, name), folder) for where, names, _ in os.walk(folder) for name in names}


def differing(site, options):
    """Builds to the end, and cleanly; what is not the same."""
    out, clean = site.path("public"), site.path("clean")
    shutil.rmtree(clean, ignore_errors=True)
    for words in (options, ("-o", clean)):
        status, _, said = vial.run("build", "-s", site.folder, *words)
        if status != 0:
            return ["exit %d: %s" % (status, said)]
    got, wanted = vial.files_of(out), vial.files_of(clean)
    got.pop("foreign", None)
    wrong = sorted(name for name in set(got) | set(wanted) if got.get(name) != wanted.get(name))
    wrong += sorted(folders_of(out) ^ folders_of(clean))
    wrong += [name for name in vial.files_of(site.path(".vial")) if "draft" in name]
    if not os.path.exists(os.path.join(out, "foreign")):
        wrong.append("the foreign file is gone")
    return wrong


class Shown:
    """What --atomic shows: all of the last build that was shown, or all of the one that was killed."""

    def __init__(self, site):
        self.site, self.out, self.files = site, site.path("public"), {}

    def take(self):
        self.files = vial.files_of(self.out)

    def differs(self):
        now = vial.files_of(self.out)
        if now == self.files:
            return []
        vial.run("build", "-s", self.site.folder, "-o", self.site.path("clean"))
        wanted = vial.files_of(self.site.path("clean"))
        shutil.rmtree(self.site.path("clean"))
        self.files = dict(now)
        now.pop("foreign", None)
        return ["shown is neither the old nor the new: %s" % name for name in sorted(set(now) | set(wanted)) if now.get(name) != wanted.get(name)]


def go_through(site, rng, kills, options, tell):
    """Kills builds of one site; (passed, failed, how many died, how many files were read meanwhile)."""
    passed = failed = died = done = 0
    begun = time.monotonic()
    vial.run("build", "-s", site.folder, *options)
    usual = time.monotonic() - begun
    with open(site.path("public/foreign"), "w", encoding="utf-8") as file:
        file.write("mine")
    reader, shown = Reader(site.path("public"), "--atomic" in options), Shown(site)
    shown.take()
    reader.start()
    while done < kills:
        for _ in range(rng.randint(1, 3)):
            site.edit()
            died += kill_a_build(site, usual * rng.random() * rng.choice([0.3, 1]), options)
            done += 1
            if "--atomic" in options:
                reader.broken += shown.differs()
        wrong = differing(site, options) + reader.broken
        shown.take()
        passed += not wrong
        failed += bool(wrong)
        if wrong:
            tell("FAILED: after %d kills: %s" % (done, "; ".join(wrong[:5])))
            break
    reader.stop = True
    reader.join()
    reader.look()
    return passed, failed, died, reader.seen, reader.seen_pairs


def main():
    sums = [0] * 5
    for turn, options in enumerate(MODES):
        folder = tempfile.mkdtemp(prefix="vial-killed-")
        rng = random.Random(SEED + turn)
        one = go_through(Site(os.path.join(folder, "site"), rng), rng, KILLS // len(MODES), options, print)
        sums = [a + b for a, b in zip(sums, one)]
        if one[1]:
            print("seed %d, vial build %s: see %s" % (SEED, " ".join(options), folder))
        else:
            shutil.rmtree(folder)
    passed, failed, died, seen, pairs = sums
    print("%d builds were killed on their way; %d files and %d pairs were read meanwhile" % (died, seen, pairs))
    if not died or not seen or not pairs:
        print("FAILED: so nothing is shown")
        failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


MODES = [(), ("--atomic",)]

if __name__ == "__main__":
    sys.exit(main())
