#!/usr/bin/env python3
"""The rooms: each links with only the rows below it, and a call upwards does not link.

    comes in:  the build folder, in which each room was linked whole with what it may know (meson.build beside this)
    goes out:  a line for each failure, then "N passed, N failed"

That a room links whole and without undefined symbols is shown by the build. That this is able to fail is shown here: the
same link again, with an object added that calls a room above, must not succeed; with one that calls a room below, it
must. Then every header of the tree is compiled alone, by gcc and clang as C11; those that promise it as C++17 as well.
"""
import concurrent.futures
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests/whole"))
import sums  # noqa: E402

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
    "import": (["site", "app", "markdown", "http", "template", "base"], "import_site"),
    "server": (["site", "app", "markdown", "http", "template", "base"], "server_open"),
    "watch": (["base"], "watch_open"),
}
# What a program in C++ may stand on: every room's own door.
DOORS = {
    "vial/vial.h", "vial/types.h", "vial/http/http.h", "vial/template/template.h", "vial/template/value.h",
    "vial/markdown/markdown.h", "vial/app/app.h", "vial/app/reads.h", "vial/site/site.h", "builder/builder.h",
    "server/server.h", "server/watch.h",
}



def link_command(room, folder):
    """The command by which the build linked this room whole, with another output."""
    done = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "-s", "tests/rooms/libroom-%s.so" % room],
                          capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if "libroom-" in line and " -o " in line]
    words = shlex.split(lines[-1])
    words[words.index("-o") + 1] = os.path.join(folder, room + ".so")
    return words


def links_with_call(words, function, folder):
    """The object comes first, so that what it calls is looked for in the archives behind it."""
    source = os.path.join(folder, "call.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write("void %s(void);\nvoid a_call(void);\nvoid a_call(void) { %s(); }\n" % (function, function))
    subprocess.run(["gcc", "-c", "-fPIC", source, "-o", source + ".o"], check=True)
    done = subprocess.run(words[:1] + [source + ".o"] + words[1:], cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode == 0, done.stdout


def check_links(folder):
    for room, (below, own) in ROOMS.items():
        words = link_command(room, folder)
        good, said = links_with_call(words, own, folder)
        sums.that("%s links with only the rows below it" % room, good, said)
        for other, (_, function) in ROOMS.items():
            if other == room:
                continue
            good, said = links_with_call(words, function, folder)
            if other in below:
                sums.that("a call from %s down to %s links" % (room, other), good, said)
            else:
                sums.that("a call from %s to %s does not link" % (room, other), not good and function in said, said)


def headers():
    """Every header of the tree; what the build makes and what others wrote is not in these folders."""
    for top in ("vial", "builder", "server", "cli", "tests"):
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                if name.endswith(".h"):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def is_for_cplusplus(header):
    """Doors say so by extern "C"."""
    with open(os.path.join(ROOT, header), encoding="utf-8") as file:
        return 'extern "C"' in file.read()


def compiles(compiler, language, standard, header):
    """A source that includes this header alone, and twice."""
    source = '#include "%s"\n#include "%s"\n' % (header, header)
    done = subprocess.run(
        [compiler, "-x", language, "-std=" + standard, "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
         "-I.", "-I" + os.path.join(BUILD, "server"), "-I" + BUILD, "-"],
        input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    return done.returncode == 0, done.stdout


def check_headers():
    found = sorted(headers())
    doors = [header for header in found if is_for_cplusplus(header)]
    sums.that("the tree has headers, and what a site's code sees is for C++ as well",
         len(found) > 50 and DOORS <= set(doors), " ".join(sorted(DOORS - set(doors))))
    asked = [(compiler, "c", "c11", header) for compiler in ("gcc", "clang") for header in found]
    asked += [(compiler, "c++", "c++17", header) for compiler in ("g++", "clang++") for header in doors]
    asked = [one for one in asked if shutil.which(one[0])]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda one: compiles(*one), asked)
        for (compiler, _, standard, header), (good, said) in zip(asked, answers):
            sums.that("%s compiles alone with %s as %s" % (header, compiler, standard), good, said)


def main():
    with tempfile.TemporaryDirectory(prefix="vial-rooms-") as folder:
        check_links(folder)
    check_headers()
    return sums.end()


if __name__ == "__main__":
    sys.exit(main())
