#!/usr/bin/env python3
"""vial build --atomic: the output is switched as a whole.

    comes in:  the program (VIAL)
    goes out:  "N passed, N failed, N skipped": a check each

That a killed build shows nothing or everything is shown by killed.py, and that builds stay exact by chains.py.
"""
import ctypes
import os
import platform
import random
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import troubles  # noqa: E402
from troubles import Skipped, disk, make_site, read, vial, write  # noqa: E402

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def build(site, *options, **more):
    return troubles.build(site, "--atomic", *options, **more)


def must_build(site, *options):
    status, said = build(site, *options)
    assert status == 0, said
    return said


def public(site):
    return os.path.join(site, "public")


def inode(path):
    return os.stat(path).st_ino


def files_of(folder):
    """Regular files: links to nowhere are looked at by their check."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if not os.path.islink(path):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
    return found


def must_equal_clean(site, out=None, foreign=()):
    clean = os.path.join(site, "clean")
    shutil.rmtree(clean, ignore_errors=True)
    troubles.must_build(site, "--force", "-o", clean)
    got, wanted = files_of(out or public(site)), files_of(clean)
    for name in foreign:
        assert got.pop(name, None) is not None, "%s is gone" % name
    wrong = sorted(name for name in set(got) | set(wanted) if got.get(name) != wanted.get(name))
    assert not wrong, "these differ from a clean build: %s" % " ".join(wrong[:5])


def edit(site, n, text):
    write(site, "content/blog/page-%d.md" % n, "---\ntitle: Page %d\n---\n%s\n" % (n, text))


@check
def a_build_without_news_switches_nothing(site):
    make_site(site)
    must_build(site)
    shown = inode(public(site))
    said = must_build(site)
    assert inode(public(site)) == shown and "0 written" in said, said
    edit(site, 3, "Two.")
    said = must_build(site)
    assert inode(public(site)) != shown and "1 written, 22 unchanged, 0 removed" in said, said
    os.remove(os.path.join(site, "content/blog/page-4.md"))
    assert "1 removed" in must_build(site)
    must_equal_clean(site)


@check
def what_is_the_same_keeps_its_times_and_what_is_not_gets_later_ones(site):
    make_site(site)
    write(site, "static/a.txt", "a")
    must_build(site)
    first = {n: os.stat(os.path.join(public(site), n)).st_mtime_ns for n in vial.files_of(public(site))}
    late = first["blog/page-3/index.html"]
    for turn in range(6):
        edit(site, 3, "Text %d." % (turn % 2))
        must_build(site)
        now = {n: os.stat(os.path.join(public(site), n)).st_mtime_ns for n in first}
        assert now["blog/page-3/index.html"] > late
        late = now.pop("blog/page-3/index.html")
        assert all(first[n] == now[n] for n in now), [n for n in now if first[n] != now[n]]


@check
def nothing_is_shown_while_something_is_wrong(site):
    make_site(site)
    must_build(site)
    before, shown = vial.files_of(public(site)), inode(public(site))
    edit(site, 3, "Two.")
    write(site, "content/blog/page-4.md", "---\nweight: heavy\n---\n")
    status, said = build(site)
    assert status == 1 and "public is as it was" in said and "page-4.md:2" in said, said
    assert vial.files_of(public(site)) == before and inode(public(site)) == shown
    edit(site, 4, "Two, [nowhere](nowhere.md).")
    write(site, "vial.yaml", "title: One\nlinks: warn\n")
    status, said = build(site, "--strict")
    assert status == 1 and "public is as it was" in said and "nowhere.md" in said, said
    assert vial.files_of(public(site)) == before and inode(public(site)) == shown
    must_build(site)
    must_equal_clean(site)


@check
def what_vial_did_not_write_is_there_before_and_after(site):
    make_site(site)
    must_build(site)
    out = public(site)
    write(out, ".well-known/deep/token", "mine")
    write(out, "blog/page-3/mine.txt", "mine")
    os.symlink("blog", os.path.join(out, "link"))
    os.symlink("nowhere", os.path.join(out, "broken"))
    os.mkdir(os.path.join(out, "empty"))
    foreign = {".well-known/deep/token", "blog/page-3/mine.txt"}
    kept = inode(os.path.join(out, ".well-known/deep/token"))
    for turn in range(4):
        edit(site, 3, "Turn %d." % turn)
        must_build(site)
        must_equal_clean(site, foreign=foreign)
        assert os.readlink(os.path.join(out, "link")) == "blog" and os.readlink(os.path.join(out, "broken")) == "nowhere"
        assert os.path.isdir(os.path.join(out, "empty")) and inode(os.path.join(out, ".well-known/deep/token")) == kept
        with open(os.path.join(out, ".well-known/deep/token"), "a", encoding="utf-8") as file:
            file.write("more")  # in place: it is one file
    shutil.rmtree(os.path.join(out, ".well-known"))
    os.remove(os.path.join(out, "link"))
    for turn in range(3):
        edit(site, 3, "Again %d." % turn)
        must_build(site)
        must_equal_clean(site, foreign={"blog/page-3/mine.txt"})
        assert not os.path.lexists(os.path.join(out, "link")) and not os.path.exists(os.path.join(out, ".well-known"))


@check
def a_file_in_the_way_is_refused_and_taken_over_by_force(site):
    make_site(site)
    write(public(site), "blog/page-3/index.html", "mine")
    status, said = build(site)
    assert status == 1 and "is in the way: vial did not write it" in said, said
    assert vial.files_of(public(site)) == {"blog/page-3/index.html": b"mine"}
    must_build(site, "--force")
    must_equal_clean(site)


@check
def what_somebody_changed_and_vial_no_longer_makes_comes_along(site):
    make_site(site)
    must_build(site)
    write(public(site), "blog/page-3/index.html", "changed by hand")
    os.remove(os.path.join(site, "content/blog/page-3.md"))
    said = must_build(site)
    assert "page-3/index.html" in said and "it is left alone" in said, said
    for turn in range(3):
        edit(site, 5, "Turn %d." % turn)
        said = must_build(site)
        assert "left alone" not in said, said
        assert read(site, "public/blog/page-3/index.html") == "changed by hand"


@check
def folders_may_be_removed_by_hand_and_builds_be_of_either_kind(site):
    rng = random.Random(7)
    make_site(site)
    for turn in range(14):
        edit(site, rng.randrange(12), "Turn %d." % turn)
        if rng.random() < 0.3:
            name = os.path.join(site, "content/blog/page-%d.md" % rng.randrange(12, 20))
            os.remove(name) if os.path.exists(name) else edit(site, int(name[:-3].split("-")[-1]), "Back.")
        chance = rng.random()
        if chance < 0.15:
            shutil.rmtree(public(site), ignore_errors=True)
        elif chance < 0.3:
            for name in os.listdir(os.path.join(site, ".vial")) if turn else ():
                if name.endswith(".beside"):
                    shutil.rmtree(os.path.join(site, ".vial", name))
        elif chance < 0.36:
            shutil.rmtree(os.path.join(site, ".vial"), ignore_errors=True)
            shutil.rmtree(public(site), ignore_errors=True)
        if rng.random() < 0.6:
            must_build(site)
        else:
            troubles.must_build(site)
        must_equal_clean(site)


@check
def copies_in_other_codings_come_along(site):
    if not vial.has("gzip"):
        raise troubles.Skipped("compiled without gzip")
    make_site(site)
    write(site, "static/style.css", "a { color: red }\n" * 200)
    clean = os.path.join(site, "clean")
    for turn in range(4):
        write(site, "static/other.css", "b { color: #%06d }\n" % turn * 200)
        must_build(site, "--compress")
        troubles.must_build(site, "--compress", "--force", "-o", clean)
        got = files_of(public(site))
        assert got == files_of(clean)
        for name in got:
            copy = [n for n in got if n.startswith(name + ".")]
            assert all(os.stat(os.path.join(public(site), n)).st_mtime_ns >= os.stat(os.path.join(public(site), name)).st_mtime_ns for n in copy)
    assert "static/other.css.gz" in got


@check
def an_output_elsewhere_is_switched_beside_itself(site):
    make_site(site)
    with tempfile.TemporaryDirectory(prefix="vial-elsewhere-") as folder:
        out = os.path.join(folder, "www")
        for turn in range(3):
            edit(site, 3, "Turn %d." % turn)
            must_build(site, "-o", out)
            must_equal_clean(site, out)
        assert sorted(os.listdir(folder)) == [".www.vial-beside", "www"], os.listdir(folder)
        shutil.rmtree(os.path.join(site, ".vial"))
        write(folder, ".www.vial-beside/precious", "mine")
        edit(site, 3, "Once more.")
        status, said = build(site, "--force", "-o", out)
        assert status == 1 and "is in the way: vial did not make it" in said, said
        assert read(folder, ".www.vial-beside/precious") == "mine"


@check
def a_link_to_the_output_stays_one(site):
    make_site(site)
    os.mkdir(os.path.join(site, "real"))
    os.symlink("real", public(site))
    for turn in range(3):
        edit(site, 3, "Turn %d." % turn)
        must_build(site)
        assert os.path.islink(public(site))
        must_equal_clean(site)


@check
def a_disk_of_its_own_is_written_file_by_file(site):
    make_site(site)
    with disk(public(site), "size=16m"):
        for turn in range(3):
            edit(site, 3, "Turn %d." % turn)
            said = must_build(site)
            assert "cannot be switched as a whole: it is mounted there" in said and "one by one" in said, said
            must_equal_clean(site)
        assert "0 written" in must_build(site)


def without_exchange():
    """From here on this process gets EINVAL for RENAME_EXCHANGE, as on a file system that has none."""
    number = {"x86_64": 316, "aarch64": 276}[platform.machine()]
    load, equal, give = 0x20, 0x15, 0x06  # BPF: LD W ABS, JEQ K, RET K
    program = [(load, 0, 0, 0), (equal, 0, 3, number), (load, 0, 0, 48), (equal, 0, 1, 2),  # args[4] is the flags
               (give, 0, 0, 0x00050000 | 22), (give, 0, 0, 0x7FFF0000)]
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code)
    filter_ = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if libc.prctl(22, 2, filter_, 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        os._exit(77)


@check
def a_file_system_that_cannot_exchange_is_written_file_by_file(site):
    if platform.machine() not in ("x86_64", "aarch64"):
        raise Skipped("no number of renameat2() is known for %s" % platform.machine())
    make_site(site)
    for turn in range(3):
        edit(site, 3, "Turn %d." % turn)
        done = subprocess.run([vial.PROGRAM, "build", "--atomic", "-s", site], preexec_fn=without_exchange, capture_output=True,
                              timeout=vial.SECONDS)
        said = done.stderr.decode(errors="replace")
        if done.returncode == 77:
            raise Skipped("this system has no seccomp")
        assert done.returncode == 0 and "cannot be switched as a whole: its file system does not exchange folders" in said, said
        must_equal_clean(site)
    assert not any("try" in name for name in os.listdir(os.path.join(site, ".vial")))


@check
def two_at_once_are_refused_whichever_folder_is_shown(site):
    make_site(site, 300)
    for turn in range(2):
        first = troubles.stopped_build(site, "--atomic")
        try:
            for options in ((), ("--atomic",)):
                status, said = troubles.build(site, *options)
                assert status == 1 and "another vial is building into this folder" in said, said
        finally:
            first.send_signal(troubles.signal.SIGCONT)
        assert first.wait() == 0
        must_equal_clean(site)


@check
def who_serves_the_folder_sees_the_switch(site):
    make_site(site)
    must_build(site)
    with vial.Server("--root", public(site)) as server:
        for turn in range(4):
            edit(site, 3, "Turn %d." % turn)
            must_build(site)
            status, _, body = server.get("/blog/page-3/")
            assert status == 200 and body == read(site, "public/blog/page-3/index.html").encode(), body


if __name__ == "__main__":
    sys.exit(troubles.main(sys.argv[1:], CHECKS))
