#!/usr/bin/env python3
"""The rooms: each links with only the rows below it, and a call upwards does not link.

    comes in:  the build folder, in which each room was linked whole with what it may know (meson.build beside this)
    goes out:  a line for each failure, then "N passed, N failed"

That a room links whole and without undefined symbols is shown by the build. That this is able to fail is shown here: the
same link again, with an object added that calls a room above, must not succeed; with one that calls a room below, it
must. Then every header of the tree is compiled alone, by gcc and clang; doors as C++17 as well.
"""
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ["BUILD"]

# room: the rooms of the rows below, and a function of its own
ROOMS = {
    "base": ([], "arena_alloc"),
    "http": (["base"], "media_type"),
    "template": (["base"], "template_render"),
    "markdown": (["base"], "markdown_render"),
    "app": (["http", "template", "base"], "vial_handle"),
    "site": (["app", "markdown", "http", "template", "base"], "site_open"),
    "builder": (["site", "app", "markdown", "http", "template", "base"], "build_site"),
    "server": (["site", "app", "markdown", "http", "template", "base"], "server_open"),
    "watch": (["base"], "watch_open"),
}
DOORS = ["vial/types.h", "vial/vial.h", "vial/app/app.h", "vial/http/http.h", "vial/markdown/markdown.h",
         "vial/template/template.h", "vial/template/value.h", "vial/site/site.h", "builder/builder.h",
         "server/server.h", "server/watch.h", "server/preview.h"]

passed = failed = 0


def that(sentence, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED: %s\n%s" % (sentence, detail[-2000:]))


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    return done.returncode == 0, done.stdout


def link_command(room, folder):
    """The command by which the build linked this room whole, with another output."""
    done = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "-s", "tests/rooms/libroom-%s.so" % room],
                          capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if "libroom-" in line and " -o " in line]
    words = shlex.split(lines[-1])
    words[words.index("-o") + 1] = os.path.join(folder, room + ".so")
    return words


def links_with_call(words, function, folder):
    source = os.path.join(folder, "call.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write("void %s(void);\nvoid a_call(void);\nvoid a_call(void) { %s(); }\n" % (function, function))
    subprocess.run(["gcc", "-c", "-fPIC", source, "-o", source + ".o"], check=True)
    done = subprocess.run(words + [source + ".o"], cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode == 0, done.stdout


def check_links(folder):
    for room, (below, own) in ROOMS.items():
        words = link_command(room, folder)
        good, said = links_with_call(words, own, folder)
        that("%s links with only the rows below it" % room, good, said)
        for other, (_, function) in ROOMS.items():
            if other == room:
                continue
            good, said = links_with_call(words, function, folder)
            if other in below:
                that("a call from %s down to %s links" % (room, other), good, said)
            else:
                that("a call from %s to %s does not link" % (room, other), not good and function in said, said)


def check_headers():
    listed = subprocess.run(["git", "ls-files", "*.h"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    generated = ["-I" + os.path.join(BUILD, "server"), "-I" + BUILD]
    common = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I.", *generated, "-Wno-pragma-once-outside-header"]
    for compiler in ("gcc", "clang"):
        if not shutil.which(compiler):
            continue
        said_all, wrong = "", []
        for header in listed:
            gcc_only = [] if compiler == "clang" else ["-Wno-error"]
            words = [w for w in common if compiler == "clang" or "pragma-once" not in w]
            good, said = run(compiler, "-x", "c", "-std=gnu11", "-D_GNU_SOURCE", *words, *gcc_only, header)
            if not good:
                wrong.append(header)
                said_all += said
        that("every header compiles alone with %s" % compiler, not wrong, " ".join(wrong) + "\n" + said_all)
    for header in DOORS:
        good, said = run("g++", "-x", "c++", "-std=c++17", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-I.", header)
        that("%s compiles alone as C++17" % header, good, said)


def main():
    with tempfile.TemporaryDirectory(prefix="vial-rooms-") as folder:
        check_links(folder)
    check_headers()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
