#!/usr/bin/env python3
"""Golden sites: a sentence, a whole site, and what comes of it, built and served alike.

    # A changed page is written again, and nothing else.
    -- content/a.md --            a file of the site
    Old
    -- expect public/a/index.html --
    ...                           the whole file; a last line "..." leaves the rest open
    -- change content/a.md --     (the same as the name alone; reads better)
    -- delete content/b.md --
    -- move content/a.md content/c.md --
    -- picture content/a.png 40x30 --  a PNG of so many pixels
    -- build --drafts --          options of the builds from here on
    -- expect in public/a/index.html --   lines that it has, in this order, with others between them
    -- expect written --          the files whose bytes or times changed by this build
    -- expect files --            all files of the output
    -- expect removed --          those that are gone since the build before
    -- expect said --             lines that standard error has, in this order
    -- expect list skipped --     lines that `vial list skipped` has, likewise
    -- expect status --           the exit code; 0 unless said

Files gather until the first `expect` after them; then the site is built, from within its folder. After each build that went well, a
clean build into another folder must have the same bytes, and so must every page when it is served. A site
without a vial.yaml is given one that names the site and wears no theme but its own templates.
"""
import os
import re
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "whole"))
import vial  # noqa: E402

SECTION = re.compile(r"^-- (.+?) --$", re.M)


class Failure(Exception):
    pass


def sections(text):
    """The sentence, then (name, text) for each section."""
    parts = SECTION.split(text)
    return parts[0].strip(), [(parts[i], parts[i + 1].lstrip("\n") if not parts[i + 1].startswith("\n") else
                               parts[i + 1][1:]) for i in range(1, len(parts), 2)]


class Site:
    def __init__(self, folder):
        self.folder, self.options, self.dirty = folder, [], True
        self.status, self.said, self.before, self.after = 0, "", {}, {}
        self.checked_status = True

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        vial.write_file(self.path(name), text)
        self.dirty = True

    def state(self):
        """Each file of the output with its bytes and what tells that it was written."""
        output = self.path("public")
        return {name: (data, os.stat(os.path.join(output, name)).st_mtime_ns,
                       os.stat(os.path.join(output, name)).st_ino) for name, data in vial.files_of(output).items()}

    def build(self):
        if not self.dirty:
            return
        if not self.checked_status and self.status != 0:
            raise Failure("the build failed:\n" + self.said)
        if not os.path.exists(self.path("vial.yaml")):
            self.write("vial.yaml", "title: A site\nbase_url: https://example.org/\n")
        self.before = self.state()
        self.status, _, self.said = vial.run("build", *self.options, cwd=self.folder)
        self.after = self.state()
        self.dirty = self.checked_status = False
        if self.status == 0:
            self.compare()

    def compare(self):
        built = {name: data for name, (data, _, _) in self.after.items()}
        with tempfile.TemporaryDirectory(prefix="vial-clean-") as clean:
            twin, output = os.path.join(clean, "site"), os.path.join(clean, "out")
            shutil.copytree(self.folder, twin, ignore=shutil.ignore_patterns("public", ".vial"), symlinks=True)
            status, _, said = vial.run("build", "-s", twin, "-o", output, *self.options)
            if status != 0:
                raise Failure("the clean build failed:\n" + said)
            other = vial.files_of(output)
        if other != built:
            different = sorted(n for n in set(built) | set(other) if built.get(n) != other.get(n))
            raise Failure("a clean build differs in: " + ", ".join(different))
        served = [o for o in self.options if o in ("--drafts", "--future")]
        wrong = vial.served_differs(self.folder, built, *served)
        if wrong:
            raise Failure("\n".join(wrong))

    def expect(self, what, text):
        self.build()
        if what == "status":
            self.checked_status = True
            same("the exit code", str(self.status), text.strip(), self.said)
            return
        if what == "said" or what.startswith("list "):
            said = self.said if what == "said" else vial.run(*what.split(), "-s", self.folder)[1]
            rest = said
            for line in text.splitlines():
                if line not in rest:
                    raise Failure("it was not said:\n%s\nbut:\n%s" % (line, said))
                rest = rest[rest.index(line) + len(line):]
            return
        names = {"files": sorted(self.after),
                 "written": sorted(n for n in self.after if self.before.get(n) != self.after[n]),
                 "removed": sorted(n for n in self.before if n not in self.after)}.get(what)
        if names is not None:
            same(what, "\n".join(names), "\n".join(sorted(text.split("\n"))).strip(), self.said)
            return
        some = what.startswith("in ")
        name = what[len("in public/" if some else "public/"):]
        if name not in self.after:
            raise Failure("%s was not built, only %s\n%s" % (what, ", ".join(sorted(self.after)), self.said))
        got = self.after[name][0].decode()
        if some:
            rest = got
            for line in text.splitlines():
                if line not in rest:
                    raise Failure("%s has no\n%s\nin its place, but:\n%s\n%s" % (what, line, got, self.said))
                rest = rest[rest.index(line) + len(line):]
            return
        if text.endswith("...\n"):
            got, text = got[:len(text) - 4], text[:-4]
        same(what, got, text, self.said)


def same(what, got, expected, said):
    if got.rstrip("\n") != expected.rstrip("\n"):
        raise Failure("%s is\n%s\nand not\n%s\n%s" % (what, got, expected, said))


def play(text):
    _, steps = sections(text)
    with tempfile.TemporaryDirectory(prefix="vial-golden-") as folder:
        site = Site(folder)
        for name, body in steps:
            words = name.split()
            if words[0] == "expect":
                site.expect(" ".join(words[1:]), body)
            elif words[0] == "build":
                site.options, site.dirty = words[1:], True
            elif words[0] == "delete":
                path = site.path(words[1])
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
                site.dirty = True
            elif words[0] == "picture":
                site.write(words[1], vial.picture(*map(int, words[2].split("x"))))
            elif words[0] == "move":
                os.renames(site.path(words[1]), site.path(words[2]))
                site.dirty = True
            else:
                site.write(words[1] if words[0] == "change" else name, body)
        site.build()
        if not site.checked_status and site.status != 0:
            raise Failure("the build failed:\n" + site.said)


def needs_what_is_missing(text):
    """Of a vial that was compiled without something."""
    return ("resize_image(" in text or "srcset(" in text) and not vial.has("images")


def main(names):
    passed = failed = skipped = 0
    for name in names or sorted(os.path.join(HERE, "sites", n) for n in os.listdir(os.path.join(HERE, "sites"))):
        with open(name, encoding="utf-8") as file:
            text = file.read()
        if needs_what_is_missing(text):
            skipped += 1
            print("%s: skipped, compiled without images" % os.path.basename(name))
            continue
        try:
            play(text)
            passed += 1
        except (Failure, AssertionError) as wrong:
            failed += 1
            print("%s: %s\n%s\n" % (os.path.basename(name), sections(text)[0], wrong))
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
