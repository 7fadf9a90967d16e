#!/usr/bin/env python3
"""Whatever goes wrong around a build: nothing is torn, it is said, and the next build makes all of it right.

    comes in:  the program (VIAL); a library (CLOCK) that moves the clock of a process; as root, disks of its own
    goes out:  "N passed, N failed, N skipped": a check each

Checks that need a full disk, one that may not be written to, or one that knows no parts of a second make such a
disk, which root may; for others they are skipped, and say so.
"""
import contextlib
import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
import vial  # noqa: E402

CHECKS = []


class Skipped(Exception):
    pass


def check(function):
    CHECKS.append(function)
    return function


def write(site, name, text):
    vial.write_file(os.path.join(site, name), text)


def read(site, name):
    with open(os.path.join(site, name), encoding="utf-8") as file:
        return file.read()


def make_site(site, pages=20):
    write(site, "vial.yaml", "title: One\n")
    write(site, "templates/page.html", "{{ page.title }}\n{{ page.content }}")
    write(site, "templates/section.html", "{% for p in section.pages %}{{ p.title }}\n{% endfor %}{{ site.title }}")
    for n in range(pages):
        write(site, "content/blog/page-%d.md" % n, "---\ntitle: Page %d\n---\nOne.\n" % n)


def build(site, *options, env=None):
    done = subprocess.run([vial.PROGRAM, "build", "-s", site, *options], env=dict(os.environ, **(env or {})),
                          capture_output=True, timeout=vial.SECONDS)
    said = done.stderr.decode(errors="replace")
    assert done.returncode in (0, 1), "exit %d: %s" % (done.returncode, said)
    return done.returncode, said


def must_build(site, *options, env=None):
    status, said = build(site, *options, env=env)
    assert status == 0, said


def must_equal_clean(site, what="", env=None):
    """Builds, and cleanly as well."""
    clean = os.path.join(site, "clean")
    shutil.rmtree(clean, ignore_errors=True)
    must_build(site, env=env)
    must_build(site, "--force", "-o", clean)
    got, wanted = vial.files_of(os.path.join(site, "public")), vial.files_of(clean)
    wrong = sorted(name for name in set(got) | set(wanted) if got.get(name) != wanted.get(name))
    assert not wrong, "%s: these differ from a clean build: %s" % (what or "afterwards", " ".join(wrong[:5]))


def system(*words):
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        raise Skipped("%s: %s" % (" ".join(words), done.stderr.decode(errors="replace").strip()))


@contextlib.contextmanager
def disk(folder, options):
    """A small disk in memory at `folder`."""
    if os.geteuid() != 0:
        raise Skipped("only root may mount a disk for it")
    os.makedirs(folder, exist_ok=True)
    system("mount", "-t", "tmpfs", "-o", options, "vial-test", folder)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


@contextlib.contextmanager
def coarse_disk(folder):
    """A disk whose times are whole seconds, as those of FAT, HFS+ and of some networks are."""
    if os.geteuid() != 0:
        raise Skipped("only root may mount a disk for it")
    with tempfile.NamedTemporaryFile(prefix="vial-disk-") as image:
        image.truncate(64 << 20)
        system("mkfs.ext2", "-q", "-I", "128", image.name)
        system("mount", "-o", "loop", image.name, folder)
        try:
            yield
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def drafts(folder):
    return [name for name in vial.files_of(folder) if "draft" in name]


# ---- disks ----

@check
def a_full_disk_for_the_output(site):
    make_site(site)
    with disk(os.path.join(site, "public"), "size=256k"):
        must_build(site)
        before = vial.files_of(os.path.join(site, "public"))
        for n in range(20):
            write(site, "content/blog/page-%d.md" % n, "---\ntitle: Page %d\n---\n%s" % (n, "Two.\n\n" * 4000))
        status, said = build(site)
        assert status == 1 and "No space left" in said and "public/blog/page-" in said, said
        after = vial.files_of(os.path.join(site, "public"))
        assert set(after) == set(before), "files came or went: %s" % (set(after) ^ set(before))
        torn = [name for name in after if after[name] != before[name] and after[name].count(b"Two.") not in (0, 4000)]
        assert not torn, "torn: %s" % torn
        system("mount", "-o", "remount,size=16m", os.path.join(site, "public"))
        must_equal_clean(site)


@check
def a_full_disk_for_what_vial_remembers(site):
    make_site(site, 400)
    with disk(os.path.join(site, ".vial"), "size=12k"):
        status, said = build(site)
        assert status == 1 and "No space left" in said and ".vial/" in said, said
        status, said = build(site)  # and is not taken by surprise by what the first one left
        assert status == 1 and "No space left" in said, said
        begun, = (name for name in os.listdir(os.path.join(site, ".vial")) if name.endswith(".begun"))
        half = read(site, ".vial/" + begun).split("\n")[-1]  # a name that the disk was too small for
        if any(("blog/page-%d/index.html" % n).startswith(half + "/") for n in range(400)):
            half = ""  # it is the folder of a page
        if half:
            write(site, "public/" + half, "foreign")
        os.remove(os.path.join(site, "content/blog/page-3.md"))
        system("mount", "-o", "remount,size=16m", os.path.join(site, ".vial"))
        assert not drafts(os.path.join(site, ".vial")), drafts(os.path.join(site, ".vial"))
        must_build(site)
        if half:
            assert read(site, "public/" + half) == "foreign"
            os.remove(os.path.join(site, "public", half))
        must_equal_clean(site)


@check
def an_output_that_may_not_be_written_to(site):
    make_site(site)
    with disk(os.path.join(site, "public"), "size=16m"):
        must_build(site)
        before = vial.files_of(os.path.join(site, "public"))
        write(site, "content/blog/page-3.md", "---\ntitle: Other\n---\nTwo.\n")
        os.remove(os.path.join(site, "content/blog/page-4.md"))
        system("mount", "-o", "remount,ro", os.path.join(site, "public"))
        status, said = build(site)
        assert status == 1 and "Read-only file system" in said and "public/blog/" in said, said
        assert vial.files_of(os.path.join(site, "public")) == before
        system("mount", "-o", "remount,rw", os.path.join(site, "public"))
        must_equal_clean(site)


@check
def an_output_without_permission(site):
    if os.geteuid() == 0:
        raise Skipped("root may write everywhere")
    make_site(site)
    must_build(site)
    write(site, "content/blog/page-3.md", "---\ntitle: Other\n---\nTwo.\n")
    os.chmod(os.path.join(site, "public/blog/page-3"), 0o555)
    status, said = build(site)
    os.chmod(os.path.join(site, "public/blog/page-3"), 0o755)
    assert status == 1 and "Permission denied" in said, said
    must_equal_clean(site)


@check
def a_site_that_may_not_be_written_to_says_what_vial_needs(site):
    with disk(site, "size=16m"):
        make_site(site)
        system("mount", "-o", "remount,ro", site)
        status, said = build(site, "-o", tempfile.gettempdir() + "/vial-never-made")
        assert status == 1 and "Read-only file system" in said and ".vial" in said and "remembers" in said, said
        assert not os.path.exists(tempfile.gettempdir() + "/vial-never-made")


# ---- times ----

def edit_alike(site, rng, turn):
    """Texts of one size, with the times that the file had."""
    kind = rng.choice(["content/blog/page-%d.md" % rng.randrange(5), "content/blog/page-%d.md" % rng.randrange(5),
                       "templates/page.html", "templates/section.html", "static/a.txt", "vial.yaml", "data/d.yaml"])
    text = {"c": "---\ntitle: T%d\n---\nTurn %06d.\n" % (rng.randrange(10), turn),
            "t": "{{ page.title }} {{ data.d }} %06d" % turn, "s": "%06d" % turn, "v": "title: T%06d\n" % turn, "d": "%d" % (100000 + turn)}[kind[0]]
    path = os.path.join(site, kind)
    had = os.stat(path) if os.path.exists(path) else None
    write(site, kind, text)
    if had:
        os.utime(path, ns=(had.st_atime_ns, had.st_mtime_ns))


def edit_at_once(site, turns, shifts=(0,)):
    rng = random.Random(3)
    make_site(site, 5)
    for turn in range(turns):
        for _ in range(rng.choice([1, 1, 2])):
            edit_alike(site, rng, turn)
        shift = rng.choice(shifts)
        env = {} if not shift else {"LD_PRELOAD": os.environ["CLOCK"], "CLOCK_SHIFT": str(shift),
                                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        must_equal_clean(site, "turn %d, clock moved by %d s" % (turn, shift), env)


@check
def edits_of_one_size_within_a_second(site):
    edit_at_once(site, 15)


@check
def edits_of_one_size_on_a_disk_that_knows_whole_seconds(site):
    with coarse_disk(site):
        edit_at_once(site, 15)


@check
def a_clock_that_goes_back_and_forth(site):
    if not os.environ.get("CLOCK"):
        raise Skipped("there is no CLOCK")
    edit_at_once(site, 10, (0, 3600, -3600, 86400 * 400, -86400 * 400))


@check
def a_disk_whose_clock_is_not_ours_and_knows_whole_seconds(site):
    if not os.environ.get("CLOCK"):
        raise Skipped("there is no CLOCK")
    with coarse_disk(site):
        edit_at_once(site, 10, (3600, 3600, -3600))


# ---- two at once ----

class Writer(threading.Thread):
    """Somebody who saves all the time: in place, so that a reader may find half a file."""

    def __init__(self, site, rng):
        super().__init__(daemon=True)
        self.site, self.rng, self.stop, self.turn = site, rng, False, 0

    def save(self, name, parts):
        path = os.path.join(self.site, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            for part in parts:
                file.write(part)
                file.flush()
                if self.rng.random() < 0.3:
                    time.sleep(0.001)

    def edit(self):
        self.turn += 1
        turn, n, kind = self.turn, self.rng.randrange(20), self.rng.random()
        if kind < 0.5:
            self.save("content/blog/page-%d.md" % n, ["---\ntitle: T%d\n" % turn, "---\n", "Turn %d.\n\n" % turn * 300, "End.\n"])
        elif kind < 0.6:
            name = os.path.join(self.site, "content/blog/page-%d.md" % n)
            if os.path.exists(name):
                os.remove(name)
        elif kind < 0.75:
            name = self.rng.choice(["page", "part", "section", "home"])
            includes = name != "part" and self.rng.random() < 0.2
            self.save("templates/%s.html" % name,
                      ["%d {{ page.title }} " % turn, "{{ page.content }}{{ data.d }}{{ site.title }}",
                       "{% include 'part.html' ignore missing %}" if includes else "."])
            self.drop("templates/part.html", "templates/home.html")
        elif kind < 0.85:
            self.save("static/a.txt", ["%d" % turn, "x" * 30000])
        elif kind < 0.93:
            self.save("data/d.yaml", ["d%d" % turn])
        else:
            self.save("vial.yaml", ["title: ", "T%d\n" % turn])

    def drop(self, *names):
        for name in names:
            if self.rng.random() < 0.3 and os.path.exists(os.path.join(self.site, name)):
                os.remove(os.path.join(self.site, name))

    def run(self):
        while not self.stop:
            self.edit()
            time.sleep(self.rng.random() * 0.004)


@check
def files_that_are_changed_while_they_are_read(site):
    rng = random.Random(5)
    make_site(site)
    for turn in range(8):
        writer = Writer(site, rng)
        writer.turn = turn * 100000
        writer.start()
        for _ in range(2):
            build(site)  # of what it finds half written it may complain
        writer.stop = True
        writer.join()
        for name in ("templates/page.html", "templates/section.html"):
            assert read(site, name)
        must_equal_clean(site, "turn %d" % turn)


def held_by(path):
    """True when somebody holds the lock on this file."""
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def stopped_build(site, *options):
    """A build that was stopped on its way, and still holds its lock."""
    for _ in range(100):
        first = subprocess.Popen([vial.PROGRAM, "build", "-q", "-s", site, *options], stderr=subprocess.DEVNULL)
        journals = []
        while first.poll() is None and not any(map(held_by, journals)):
            folder = os.path.join(site, ".vial")
            journals = [os.path.join(folder, n) for n in (os.listdir(folder) if os.path.isdir(folder) else ()) if n.endswith(".begun")]
        first.send_signal(signal.SIGSTOP)
        if first.poll() is None and any(map(held_by, journals)):
            return first
        first.send_signal(signal.SIGCONT)
        first.wait()
        write(site, "templates/page.html", read(site, "templates/page.html") + ".")
    raise AssertionError("no build could be stopped")


@check
def two_builds_at_once(site):
    make_site(site, 300)
    first = stopped_build(site)
    try:
        status, said = build(site)
        assert status == 1 and "another vial is building into this folder" in said, said
        must_build(site, "-o", os.path.join(site, "other"))
    finally:
        first.send_signal(signal.SIGCONT)
    assert first.wait() == 0
    shutil.rmtree(os.path.join(site, "other"))
    must_equal_clean(site)


@check
def a_build_that_is_killed_holds_no_lock(site):
    make_site(site, 300)
    first = stopped_build(site)
    first.kill()
    first.wait()
    must_equal_clean(site)


@check
def links_where_vial_remembers_what_it_made(site):
    """A site from a stranger may bring them, and they lead to a file that is not the site's."""
    make_site(site, 2)
    must_build(site)
    write(site, "precious", "precious")
    name = next(name for name in os.listdir(os.path.join(site, ".vial")) if name.endswith(".manifest"))
    for ending in (".manifest.draft", ".journal", ".manifest"):
        link = os.path.join(site, ".vial", name.replace(".manifest", ending))
        with contextlib.suppress(FileNotFoundError):
            os.remove(link)
        os.symlink(os.path.join(site, "precious"), link)
        write(site, "content/blog/page-0.md", "---\ntitle: Page 0\n---\n%s\n" % ending)
        status, said = build(site)
        assert read(site, "precious") == "precious", ending
        assert status == 0 or name.replace(".manifest", ending) in said, said
        with contextlib.suppress(FileNotFoundError):
            os.remove(link)
    must_build(site, "--force")  # with its manifest it has lost what it made


def main(words, checks):
    passed = failed = skipped = 0
    for function in checks:
        name = function.__name__.replace("_", " ")
        if words and not any(word in name for word in words):
            continue
        folder = tempfile.mkdtemp(prefix="vial-troubles-")
        begun = time.monotonic()
        try:
            os.mkdir(os.path.join(folder, "site"))
            function(os.path.join(folder, "site"))
        except Skipped as why:
            skipped += 1
            print("skipped: %s: %s" % (name, why))
            shutil.rmtree(folder)
            continue
        except (AssertionError, OSError, subprocess.SubprocessError) as wrong:
            failed += 1
            print("FAILED: %s: %s\n  see %s" % (name, wrong, folder))
            continue
        passed += 1
        print("%s: %.1f s" % (name, time.monotonic() - begun))
        shutil.rmtree(folder)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CHECKS))
