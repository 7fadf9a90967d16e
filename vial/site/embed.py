#!/usr/bin/env python3
"""A folder as a table in C: embed.py FOLDER NAME OUT.c OUT.d

Writes `const struct builtin_file NAME[]` with every file of FOLDER, in the order of their paths, and the list of
what was read, so that the table is made anew when a file of the theme changes, comes or goes.
"""
import os
import sys

from shorten import shorten


def files_of(folder):
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(where, name) for name in names if not name.startswith(".") and not name.endswith("~"))


def table(folder, name):
    yield '/* %s, as files of vial itself: made by vial/site/embed.py */' % os.path.basename(folder)
    yield '#include "vial/site/theme.h"\n'
    rows = []
    for number, path in enumerate(sorted(files_of(folder))):
        with open(path, "rb") as file:
            data = file.read()
        if name == "builtin_own" and path.endswith(".js"):
            data = shorten(data.decode()).encode()
        yield "static const char data%d[] = {" % number
        numbers = [str(byte if byte < 128 else byte - 256) for byte in data] + ["0"]
        for at in range(0, len(numbers), 24):
            yield "    " + ", ".join(numbers[at:at + 24]) + ","
        yield "};"
        rows.append('    { "%s", data%d, %d },' % (os.path.relpath(path, folder), number, len(data)))
    yield "const struct builtin_file %s[] = {" % name
    yield from rows
    yield "    { NULL, NULL, 0 },\n};"


def main():
    folder, name, out, depfile = sys.argv[1:]
    with open(out, "w", encoding="ascii") as file:
        file.write("\n".join(table(folder, name)) + "\n")
    read = [folder] + [where for where, _, _ in os.walk(folder)] + sorted(files_of(folder))
    with open(depfile, "w", encoding="utf-8") as file:
        file.write("%s: %s\n" % (out, " ".join(path.replace(" ", "\\ ") for path in dict.fromkeys(read))))


main()
