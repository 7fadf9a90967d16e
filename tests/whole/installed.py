#!/usr/bin/env python3
"""vial as it is installed: what others compile against, and the program itself.

    comes in:  BUILD, the build folder; SANITIZE, its sanitizers' flags; CC
    goes out:  a line for each failure, then "N passed, N failed"

It is installed below an empty folder, and from then on nothing of the tree it was made in is used: an app is found by
pkg-config, compiled with the shared and the static library, and run; the program builds a site with code of its own.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

BUILD, CC = os.environ["BUILD"], os.environ.get("CC", "cc")
SANITIZE = os.environ.get("SANITIZE", "").split()
APP = """#include <stdio.h>
#include <string.h>
#include <vial/vial.h>

static vial_res *hello(vial_req *r)
{
    return vial_text(r, vial_fmt(r, "Hello, %s.", vial_arg(r, "name")));
}

int main(void)
{
    vial *app = vial_new("app");

    vial_route(app, "/<name>", hello);
    vial_client *client = vial_client_new(app);
    puts(vial_send(client, "GET", "/Ann")->body);
    vial_client_free(client);
    vial_free(app);
    return 0;
}
"""
APP_IN_CPP = """#include <cstdio>
#include <vial/vial.h>

static vial_res *hello(vial_req *r)
{
    return vial_reply_json(r, vial_map(r, KV({ "name", V(vial_arg(r, "name")) }, { "n", V(3) }, { "yes", V(true) })));
}

int main()
{
    vial *app = vial_new("app");

    vial_route(app, "/<name>", hello, .methods = "GET POST");
    vial_client *client = vial_client_new(app);
    std::puts(vial_send(client, "GET", "/Ann")->body);
    vial_client_free(client);
    vial_free(app);
}
"""
LOGIC = """#include <vial/vial.h>

static vial_res *hello(vial_req *r)
{
    return vial_text(r, "Hello from a module.");
}

void site_logic(vial *app)
{
    vial_route(app, "/hello.txt", hello);
}
"""
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def run(*words, cwd=None, **env):
    done = subprocess.run(words, cwd=cwd, env=dict(os.environ, **env), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, "%s: exit %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr)
    return done.stdout


class Installed:
    def __init__(self, folder):
        self.folder, self.root = folder, os.path.join(folder, "root")
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", self.root)
        self.lib = os.path.dirname(self.find("libvial.so"))
        self.env = {"PKG_CONFIG_PATH": os.path.dirname(self.find("vial.pc")), "PKG_CONFIG_SYSROOT_DIR": self.root}

    def find(self, name):
        found = glob.glob(self.root + "/**/" + name, recursive=True)
        assert len(found) == 1, "%s is installed %d times" % (name, len(found))
        return found[0]

    def flags(self, *what):
        return run("pkg-config", *what, "vial", **self.env).split()

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


@check
def headers_compile_alone_in_c_and_in_cpp(vial):
    folder = os.path.join(os.path.dirname(os.path.dirname(vial.find("vial.h"))), "vial")
    headers = sorted(os.listdir(folder))
    assert headers == ["types.h", "vial.h"], headers
    for header in headers:
        source = vial.write("alone.c", "#include <vial/%s>\n#include <vial/%s>\nint main(void) { return 0; }\n" % (header, header))
        strict = [*vial.flags("--cflags"), "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]
        for compiler in (CC, "gcc", "clang"):
            run(compiler, "-std=c11", *strict, source)
        for compiler in ("g++", "clang++"):
            run(compiler, "-x", "c++", "-std=c++17", *strict, source)


@check
def an_app_elsewhere_finds_the_shared_library(vial):
    source = vial.write("app/app.c", APP)
    program = os.path.join(vial.folder, "app/shared")
    run(CC, "-std=c11", "-Wall", "-Wextra", "-Werror", *SANITIZE, *vial.flags("--cflags"), source, *vial.flags("--libs"), "-o", program)
    assert run(program, LD_LIBRARY_PATH=vial.lib) == "Hello, Ann.\n"
    needs = run("readelf", "-d", program)
    assert "libvial.so.0" in needs, needs


@check
def an_app_may_be_written_in_cpp(vial):
    source = vial.write("app/app.cc", APP_IN_CPP)
    program = os.path.join(vial.folder, "app/cpp")
    flags = ["-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers", "-Wno-c++20-designator", "-Wno-c99-extensions"]
    ours = "clang++" if "clang" in CC else "g++"
    for compiler, standard in (("clang++", "c++17"), ("g++", "c++17"), ("g++", "c++20")):
        if SANITIZE and compiler != ours:  # a sanitizer is of the compiler that made the library
            continue
        run(compiler, "-std=" + standard, *flags, *SANITIZE, *vial.flags("--cflags"), source, *vial.flags("--libs"), "-o", program)
        said = run(program, LD_LIBRARY_PATH=vial.lib)
        assert said.strip() == '{"name": "Ann", "n": 3, "yes": true}', said


@check
def an_app_elsewhere_takes_the_static_library_into_itself(vial):
    if not os.path.exists(os.path.join(vial.lib, "libvial.a")):
        return
    source = vial.write("app/app.c", APP)
    program = os.path.join(vial.folder, "app/static")
    libs = [word.replace("-lvial", "-l:libvial.a") for word in vial.flags("--static", "--libs")]
    run(CC, "-std=c11", *SANITIZE, *vial.flags("--cflags"), source, *libs, "-o", program)
    assert run(program) == "Hello, Ann.\n"
    assert "libvial" not in run("readelf", "-d", program)


@check
def the_library_has_a_stable_name_and_shows_nothing_of_its_inside(vial):
    assert re.search(r"SONAME.*\[libvial\.so\.0\]", run("readelf", "-d", os.path.join(vial.lib, "libvial.so")))
    for name, options in (("libvial.so", ["-D"]), ("libvial.a", ["-g"])):
        path = os.path.join(vial.lib, name)
        if os.path.exists(path):
            lines = [line.split() for line in run("nm", *options, "--defined-only", path).splitlines()]
            seen = [line[2] for line in lines if len(line) == 3 and line[1] != "A"]
            inside = [symbol for symbol in seen if not symbol.startswith("vial_")]
            assert seen and not inside, inside[:5]


@check
def the_program_builds_a_site_with_code_of_its_own(vial):
    vial.write("site/vial.yaml", "title: Site\nlogic: logic\n")
    vial.write("site/content/a.md", "Text.\n")
    vial.write("site/logic/hello.c", LOGIC)
    program = vial.find("bin/vial")
    run(program, "build", "--strict", "-s", os.path.join(vial.folder, "site"), cwd="/")
    with open(os.path.join(vial.folder, "site/public/hello.txt"), encoding="utf-8") as file:
        assert file.read() == "Hello from a module."
    # what a module is shown of the program is what vial.h declares
    names = [line.split()[-1].split("@")[0] for line in run("nm", "-D", "--defined-only", program).splitlines()]
    of_vial = [name for name in names if name.startswith("vial_")]
    with open(os.path.join(BUILD, "cli/vial.list"), encoding="utf-8") as told:
        declared = set(re.findall(r"\bvial_\w+", told.read()))
    assert set(of_vial) <= declared, sorted(set(of_vial) - declared)
    missing = declared - set(of_vial) - {"vial_main"}
    assert not missing, "modules cannot call %s" % sorted(missing)


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="vial-installed-") as folder:
        vial = Installed(folder)
        for one in CHECKS:
            try:
                one(vial)
                passed += 1
            except (AssertionError, OSError) as wrong:
                failed += 1
                print("FAILED: %s\n%s" % (one.__name__.replace("_", " "), wrong))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


sys.exit(main())
