#!/usr/bin/env python3
"""The listings of content/guestbook.md are examples/guestbook, and do what the page says.

    comes in:  the page; LIBVIAL, the folder of the libraries
    goes out:  what is not as it is told

`tutorial.py --write` makes the example from the page.
"""
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "examples/guestbook")
sys.path.insert(0, os.path.join(ROOT, "vial/lib"))
import private  # noqa: E402

ESSAY = {"guestbook.c": """/*
 * guestbook.c - a small blog with a guest book
 *
 * content/guestbook.md tells how it came to be, and is where it is written: tests/whole/tutorial.py
 * takes its listings and makes these files.
 */
"""}


def listings():
    """The files: the listings whose first line names one, in their order."""
    files = {}
    page = open(os.path.join(ROOT, "content/guestbook.md")).read()
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.S | re.M):
        named = re.match(r"(?:/\*|\{#|#) ([\w./]+)[^\n]*\n", code)
        if named and language != "console":
            name = named.group(1)
            files[name] = files[name] + "\n" + code if name in files else ESSAY.get(name, "") + code
    return files


def write(files, folder):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)


def run(folder, *words, status=0, **options):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == status, "%s: exit %d\n%s%s" % (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def compile_with(folder, lib, compiler, static, sources, out):
    flags = ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-I" + ROOT]
    flags += os.environ.get("SANITIZE", "").split()
    link = [os.path.join(lib, "libvial.a"), *private.flags(lib)] if static else ["-L" + lib, "-lvial", "-Wl,-rpath," + lib]
    run(folder, compiler, *flags, *sources, *link, "-o", out)


def fetch(port, path):
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=10) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()


def served_as_frozen(folder):
    """Every frozen file is what the server answers at its address."""
    told = run(folder, "./guestbook", "freeze", "--strict")
    assert "7 written" in told and "5 pages" in told, told
    assert "7 unchanged" in run(folder, "./guestbook", "freeze", "--strict")
    run(folder, "./guestbook", "book", "add", "--name", "Ada", "--text", "Hello")
    told = re.findall(r"(?m)^(/[^:]*): (.*)", run(folder, "./guestbook", "freeze", "--why"))
    why = "it was made from instance/book.jsonl, and that changed"
    untold = "its handler does not tell what it reads (.tells_all)"
    assert told == [("/404.html (unchanged)", untold), ("/book/entries.json", why), ("/book/", why)], told
    server = subprocess.Popen(["./guestbook", "run", "-p", "0"], cwd=folder, stderr=subprocess.PIPE, text=True)
    try:
        port = int(re.search(r":(\d+)/", server.stderr.readline()).group(1))
        count = 0
        for parent, _, names in os.walk(os.path.join(folder, "public")):
            for name in names:
                path = os.path.join(parent, name)
                url = "/" + os.path.relpath(path, os.path.join(folder, "public"))
                url = re.sub(r"(^|/)index\.html$", r"\1", url)
                assert fetch(port, url) == open(path, "rb").read(), url
                count += 1
        assert count == 7, count
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert server.returncode == 0, server.returncode


def headers_alone(folder, compiler):
    write({"one.c": "#include <vial/vial.h>\nint main(void) { return 0; }\n"}, folder)
    run(folder, compiler, "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I" + ROOT, "-fsyntax-only", "one.c")
    run(folder, compiler, "-x", "c++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-I" + ROOT, "-fsyntax-only",
        "one.c")


def nothing_else_is_seen(lib):
    for name, options in (("libvial.so", ["-D"]), ("libvial.a", ["-g"])):
        names = subprocess.run(["nm", *options, "--defined-only", os.path.join(lib, name)], capture_output=True,
                               text=True, check=True).stdout
        seen = [line.split()[-1] for line in names.splitlines() if len(line.split()) == 3 and " A " not in line]
        assert seen and all(n.startswith("vial_") for n in seen), [n for n in seen if not n.startswith("vial_")][:5]


def main():
    files = listings()
    if sys.argv[1:] == ["--write"]:
        write(files, EXAMPLE)
        return
    for name, text in files.items():
        there = open(os.path.join(EXAMPLE, name)).read()
        assert there == text, "examples/guestbook/%s is not what the page says: tutorial.py --write" % name
    lib, compiler = os.environ["LIBVIAL"], os.environ.get("CC", "cc")
    nothing_else_is_seen(lib)
    told = open(os.path.join(lib, "../../meson-private/vial.pc")).read()
    for flag in private.flags(lib):
        assert re.search(re.escape(flag) + r"\b", told), "%s is missing in vial/lib/meson.build" % flag
    with tempfile.TemporaryDirectory() as folder:
        headers_alone(folder, compiler)
        write(files, folder)
        for static in (False, True):
            compile_with(folder, lib, compiler, static, ["test.c", "guestbook.c"], "test")
            assert "all is well" in run(folder, "./test")
            os.remove(os.path.join(folder, "instance/book.jsonl"))
        compile_with(folder, lib, compiler, True, ["main.c", "guestbook.c"], "guestbook")
        assert "added" in run(folder, "./guestbook", "book", "add", "-n", "Ann", "--text=hi")
        assert "added" in run(folder, "./guestbook", "book", "add", input="Bob\nhello\n")
        assert "show_post" in run(folder, "./guestbook", "routes")
        assert "(secret)" in run(folder, "./guestbook", "config")
        assert "did you mean 'freeze'" in run(folder, "./guestbook", "freze", status=2)
        assert "did you mean '--name'" in run(folder, "./guestbook", "book", "add", "--nam", "x", status=2)
        short = dict(os.environ, GUESTBOOK_SECRET_KEY="short")
        assert "16 bytes" in run(folder, "./guestbook", "routes", status=1, env=short)
        served_as_frozen(folder)
    print("the tutorial holds")


main()
