#!/usr/bin/env python3
"""A site's own code, compiled, loaded and exchanged: `logic:` of vial.yaml.

    comes in:  the program (VIAL)
    goes out:  a line for each failure, then "N passed, N failed"

That what is built is what is served, and that an incremental build is a clean one, is shown by the golden site of the
name and by the chains of edits. Here is what they cannot show: what the compiler says, code that is saved while it is
previewed, code that crashes, machines without a compiler.
"""
import glob
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import vial  # noqa: E402

PATIENCE = 20
HEADER = "#include <stdlib.h>\n#include <string.h>\n#include <vial/vial.h>\n\n"
HELLO = HEADER + """static vial_res *hello(vial_req *r)
{
    return vial_html(r, vial_safe(r, "<body>hello %s</body>"));
}

void site_logic(vial *app)
{
    vial_route(app, "/hello/", hello);
}
"""
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


class Site:
    def __init__(self, folder, logic="logic"):
        self.folder = folder
        self.write("vial.yaml", "title: Code\nlogic: %s\n" % logic)
        self.write("templates/page.html", "<body>{{ page.content }}</body>\n")
        self.write("content/a.md", "---\ntitle: A\n---\nText.\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        vial.write_file(self.path(name), text)

    def build(self, *options, **env):
        done = subprocess.run([vial.PROGRAM, "build", "-s", self.folder, *options], capture_output=True, timeout=vial.SECONDS,
                              env=dict(os.environ, **env))
        return done.returncode, done.stderr.decode(errors="replace")

    def modules(self):
        return sorted(glob.glob(self.path(".vial/logic/*.so")))

    def built(self, name):
        with open(self.path("public/" + name), encoding="utf-8") as file:
            return file.read()


def until(what, said):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, said()
        time.sleep(0.01)


@check
def it_is_compiled_when_something_of_it_changed_and_else_only_loaded(folder):
    site = Site(folder)
    site.write("logic/hello.c", '#include "word.h"\n' + HELLO.replace('hello %s<', 'hello " WORD "<'))
    site.write("logic/word.h", '#define WORD "one"\n')
    assert site.build()[0] == 0 and "hello one" in site.built("hello/index.html")
    first = site.modules()
    assert len(first) == 1 and os.path.exists(site.path(".vial/.gitignore"))
    stamp = os.stat(first[0]).st_mtime_ns
    assert site.build()[0] == 0 and site.modules() == first and os.stat(first[0]).st_mtime_ns == stamp
    site.write("logic/word.h", '#define WORD "two"\n')
    assert site.build()[0] == 0 and "hello two" in site.built("hello/index.html")
    second = site.modules()
    assert len(second) == 1 and second != first, "the old module is not kept"
    site.write("logic/word.h", '#define WORD "one"\n')
    assert site.build()[0] == 0 and site.modules() == first, "the same files make the same module"


@check
def what_the_compiler_says_has_its_places(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO)
    site.build()
    site.write("logic/bad.h", "int from_a_header = nothing;\n")
    site.write("logic/bad.c", '#include "bad.h"\nint one(void)\n{\n\tint ü = 1; return unknown_name + ü;\n}\n')
    site.write("logic/worse.c", "#include <no_such_header.h>\n")
    status, said = site.build()
    assert status == 1
    name = re.escape(site.path("logic/"))
    assert re.search(name + r"bad\.c:4:20: [^\n]*unknown_name[^\n]*\n  \tint ü = 1; return unknown_name \+ ü;\n  \t +\^~{11}\n",
                     said), said
    assert re.search(name + r"bad\.h:1:21: [^\n]*\n  int from_a_header = nothing;\n +\^~{6}\n  included from " + name + r"bad\.c:1", said), said
    assert re.search(name + r"worse\.c:1:10: no_such_header\.h", said), said
    assert "3 errors" in said and "[-W" not in said, said
    assert "hello" in site.built("hello/index.html"), "what was built stays"


@check
def warnings_are_told_each_time_and_are_errors_with_strict(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO + "\nstatic int nobody_calls_it(void)\n{\n    return 1;\n}\n")
    for _ in range(2):
        status, said = site.build()
        assert status == 0 and "hello.c:15:12: 'nobody_calls_it' defined but not used" in said, said
        assert "1 warning" in said, said
    assert site.build("--strict")[0] == 1


@check
def what_is_missing_is_said(folder):
    site = Site(folder)
    says = {
        "there is no file or folder 'logic'": None,
        "there is no C file in 'logic'": ("logic/a.txt", ""),
        "no C file of 'logic' defines site_logic()": ("logic/a.c", "int a(void);\nint a(void)\n{\n    return 1;\n}\n"),
        "calls 'nowhere', which nothing defines": ("logic/a.c", "void nowhere(void);\n" + HELLO.replace("{\n    vial_r", "{\n    nowhere();\n    vial_r")),
        "multiple definition of": ("logic/b.c", "void nowhere(void);\nvoid nowhere(void)\n{\n}\nint x = 1;\n"),
    }
    for sentence, file in says.items():
        if file:
            site.write(*file)
        if file and file[0] == "logic/b.c":
            site.write("logic/c.c", "int x = 2;\n")
        status, said = site.build()
        assert status == 1 and sentence in said, (sentence, said)
        assert "vial.yaml:2:8" in said or "b.c:5" in said or "c.c:1" in said, said


@check
def a_route_that_cannot_be_is_an_error_of_the_build(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO.replace('"/hello/"', '"/hello/<nothing:x>/"'))
    status, said = site.build()
    assert status == 1 and "vial.yaml:2:8: site_logic(): " in said and "nothing" in said, said


@check
def a_machine_without_a_compiler_needs_a_module_that_fits(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO)
    bare = site.path("bare")
    os.makedirs(bare)
    status, said = site.build(PATH=bare, CC="")
    assert status == 1 and "there is no cc, gcc or clang" in said and "apt install gcc" in said, said
    status, said = site.build(CC="no-such-cc")
    assert status == 1 and "'no-such-cc', which $CC names" in said, said
    assert site.build()[0] == 0
    status, said = site.build(PATH=bare, CC="")
    assert status == 0, said
    if shutil.which("clang"):
        before = site.modules()
        assert site.build(CC="clang")[0] == 0 and site.modules() != before, "another compiler makes another module"


@check
def nothing_outside_of_the_folder_is_run(folder):
    with open(os.path.join(folder, "..", "outside.c"), "w") as file:
        file.write(HELLO)
    for name in ("../outside.c", "/tmp/outside.c", ".", "-x.c", "a/../../outside.c", ".hidden/a.c"):
        site = Site(folder, "'%s'" % name)
        status, said = site.build()
        assert status == 1 and "inside the site's" in said, said
    site = Site(folder, "link.c")
    os.symlink("../outside.c", site.path("link.c"))
    status, said = site.build()
    assert status == 1 and "leads out of the site's folder" in said, said
    site = Site(folder, "{ files: '$(touch pwned).c', libraries: ['m; touch pwned'] }")
    site.write("$(touch pwned).c", HELLO)
    assert "names such as" in site.build()[1]
    site.write("vial.yaml", "logic: { files: '$(touch pwned).c', libraries: m, flags: ['-DX=$(touch pwned)'] }\n")
    status, said = site.build()
    assert status == 0 and not glob.glob(site.path("**/pwned"), recursive=True), said


@check
def a_crash_names_the_module_and_what_was_answered(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO.replace("    return vial_html", "    abort();\n    return vial_html"))
    status, said = site.build()
    assert status < 0, (status, said)
    assert "logic: the site's own code crashed by abort(), while '/hello/' was answered" in said, said
    where = re.search(r"'addr2line -ife (\S+) (0x[0-9a-f]+)' tells the line", said)
    assert where and os.path.exists(where.group(1)), said
    if shutil.which("addr2line"):
        line = subprocess.run(["addr2line", "-ife", *where.groups()], capture_output=True, text=True).stdout
        assert "hello.c:7" in line, line


@check
def a_stack_that_runs_over_is_told_from_other_crashes(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO.replace("static vial_res *", """static int deep(volatile int n)
{
    volatile char room[512] = { (char)n };

    return n < 0 ? room[0] : deep(n + 1) + room[1];
}

static vial_res *""", 1).replace("    return vial_html", "    if (deep(0)) return NULL;\n    return vial_html"))
    status, said = site.build()
    assert status and "crashed by a stack that ran over" in said and "while '/hello/' was answered" in said, (status, said[:1000])


@check
def a_command_of_the_site_is_run(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO.replace("void site_logic(vial *app)\n{", """static int greet(vial_req *r)
{
    vial_print(r, "hello %s from %s\\n", vial_given(r, "name"), vial_instance(vial_app(r), "here"));
    return 3;
}

void site_logic(vial *app)
{
    vial_command(app, "greet", greet, .help = "says hello", .options = OPTIONS({ "name", 'n', "whom" }));"""))
    assert "greet" in vial.run("do", "-s", folder)[1]
    status, out, _ = vial.run("do", "-s", folder, "greet", "--name", "Ann")
    assert (status, out) == (3, "hello Ann from %s\n" % site.path("here")), (status, out)
    status, _, said = vial.run("do", "-s", folder, "gret")
    assert status == 2 and "did you mean 'greet'" in said, said


@check
def what_is_saved_while_previewed_answers_at_once(folder):
    site = Site(folder)
    site.write("logic/hello.c", HELLO.replace("%s", "one"))
    with vial.Server("-s", folder, command="preview") as server:
        assert b"hello one" in server.get("/hello/")[2]
        site.write("logic/hello.c", HELLO.replace("%s", "two"))
        until(lambda: b"hello two" in server.get("/hello/")[2], lambda: server.get("/hello/")[2])
        # an error is shown where pages are, and the last good module goes on answering what is none
        site.write("logic/hello.c", HELLO.replace("%s", "three").replace("vial_safe(r,", "vial_safe(q,"))
        until(lambda: server.get("/a/")[0] == 500, lambda: server.get("/a/"))
        page = server.get("/hello/")[2].decode()
        assert "hello.c:7:" in page and "undeclared" in page and "vial_safe(<mark>q</mark>," in page, page
        site.write("logic/hello.c", HELLO.replace("%s", "four").replace("/hello/", "/hullo/"))
        until(lambda: b"hello four" in server.get("/hullo/")[2], lambda: server.get("/hullo/"))
        assert server.get("/hello/")[0] == 404 and server.get("/a/")[0] == 200
        # the module goes, and comes again
        site.write("vial.yaml", "title: Code\n")
        until(lambda: server.get("/hullo/")[0] == 404, lambda: server.get("/hullo/"))
        site.write("vial.yaml", "title: Code\nlogic: logic\n")
        until(lambda: b"hello four" in server.get("/hullo/")[2], lambda: server.get("/hullo/"))


@check
def code_that_never_compiled_is_watched_as_well(folder):
    site = Site(folder, "code/hello.c")
    site.write("code/hello.c", HELLO.replace("vial_safe(r,", "vial_safe(q,"))
    with vial.Server("-s", folder, command="preview") as server:
        status, _, page = server.get("/hello/")
        assert status == 500 and b"undeclared" in page, page
        site.write("code/hello.c", HELLO.replace("%s", "again"))
        until(lambda: b"hello again" in server.get("/hello/")[2], lambda: server.get("/hello/"))


@check
def a_header_from_elsewhere_is_watched_and_pages_change_with_a_filter(folder):
    site = Site(folder)
    site.write("templates/page.html", "<body>{{ 'x' | twice }}</body>\n")
    site.write("include/word.h", '#define WORD "one"\n')
    site.write("logic/f.c", '#include "../include/word.h"\n' + HEADER + """static vial_val twice(vial_req *r, vial_val input, const vial_val *args, size_t n)
{
    (void)r, (void)input, (void)args, (void)n;
    return V(WORD);
}

void site_logic(vial *app)
{
    vial_filter(app, "twice", twice);
}
""")
    with vial.Server("-s", folder, command="preview") as server:
        assert b"<body>one" in server.get("/a/")[2]
        site.write("include/word.h", '#define WORD "two"\n')
        until(lambda: b"<body>two" in server.get("/a/")[2], lambda: server.get("/a/")[2])


STREAM = HEADER + """#include <unistd.h>

static ptrdiff_t next(void *state, char *into, size_t room)
{
    int *left = state;

    if (!(*left)--)
        return 0;
    usleep(20000);
    memset(into, WORD, room < 4096 ? room : 4096);
    return (ptrdiff_t)(room < 4096 ? room : 4096);
}

static vial_res *stream(vial_req *r)
{
    int *left = vial_alloc(r, sizeof *left);

    *left = 100;
    return vial_stream(r, "text/plain", next, left);
}

void site_logic(vial *app)
{
    vial_route(app, "/stream", stream, .no_freeze = true);
}
"""


@check
def a_stream_ends_in_the_module_it_began_in(folder):
    site = Site(folder)
    site.write("logic/s.c", "#define WORD 'a'\n" + STREAM)
    with vial.Server("-s", folder, command="preview") as server:
        slow = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        slow.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        got = [slow.recv(1000)]
        site.write("logic/s.c", "#define WORD 'b'\n" + STREAM)
        until(lambda: b"bbbb" in server.get("/stream")[2], lambda: "the new module does not answer")

        def read():
            while got[-1]:
                got.append(slow.recv(65536))

        reader = threading.Thread(target=read)
        reader.start()
        reader.join(PATIENCE)
        whole = b"".join(got)
        slow.close()
        assert whole.count(b"a") >= 4096 * 100 and b"bbbb" not in whole, len(whole)


@check
def two_sites_have_a_module_each(folder):
    one, two = Site(os.path.join(folder, "one")), Site(os.path.join(folder, "two"))
    for site, word in ((one, "one"), (two, "two")):
        site.write("logic/hello.c", HELLO.replace("%s", word))
    with vial.Server("-s", one.folder) as first, vial.Server("-s", two.folder) as second:
        assert b"hello one" in first.get("/hello/")[2] and b"hello two" in second.get("/hello/")[2]
    runs = [subprocess.Popen([vial.PROGRAM, "build", "-s", two.folder, "-o", two.path("out%d" % n)], stderr=subprocess.DEVNULL)
            for n in range(4)]
    two.write("logic/hello.c", HELLO.replace("%s", "three"))
    assert [run.wait(vial.SECONDS) for run in runs] == [0] * 4
    assert two.build()[0] == 0 and "hello three" in two.built("hello/index.html")


@check
def the_example_is_the_one_that_the_page_shows(folder):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(os.path.join(root, "content/logic.md"), encoding="utf-8") as page, \
            open(os.path.join(root, "examples/moon/moon.c"), encoding="utf-8") as example:
        listing = page.read().split('```c {title="examples/moon/moon.c"}\n')[1].split("```")[0]
        assert listing == example.read(), "content/logic.md shows another example than examples/moon/moon.c"
    hello = re.search(r'```c \{title="logic/hello.c"\}\n(.*?)```', open(os.path.join(root, "content/logic.md")).read(), re.S)
    site = Site(folder)
    site.write("logic/hello.c", hello.group(1))
    status, said = site.build("--strict")
    assert status == 0 and site.built("hello.txt") == "Hello.", said


def main(names):
    passed = failed = 0
    for one in CHECKS:
        if names and one.__name__ not in names:
            continue
        with tempfile.TemporaryDirectory(prefix="vial-logic-") as folder:
            try:
                os.makedirs(os.path.join(folder, "site"))
                one(os.path.join(folder, "site"))
                passed += 1
            except (AssertionError, OSError) as wrong:
                failed += 1
                print("FAILED: %s\n%s" % (one.__name__.replace("_", " "), wrong))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
