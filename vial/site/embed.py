#!/usr/bin/env python3
"""A folder as a table in C: embed.py FOLDER[:FOLDER] NAME OUT.c OUT.d

Writes `const struct builtin_file NAME[]` with every file of FOLDER, in the order of their paths, and the list of
what was read, so that the table is made anew when a file of the theme changes, comes or goes. What the second folder
has not is taken from the first, but for its example, and its words (i18n/) are added to those of the first: so one
theme stands on another.
"""
import os
import sys

from shorten import shorten


def files_of(folder):
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(where, name) for name in names if not name.startswith(".") and not name.endswith("~"))


def files_in(folders):
    """The path in the theme of each file, and the files that make it up."""
    found = {}
    for folder in folders:
        if folder != folders[0]:
            found = {path: files for path, files in found.items() if not path.startswith("example/")}
        for file in files_of(folder):
            path = os.path.relpath(file, folder)
            found[path] = (found.get(path, []) if path.startswith("i18n/") else []) + [file]
    return sorted(found.items())


def bytes_of(files):
    for file in files:
        with open(file, "rb") as opened:
            yield opened.read()


def table(folders, name):
    yield '/* %s, as files of vial itself: made by vial/site/embed.py */' % os.path.basename(folders[-1])
    yield '#include "vial/site/theme.h"\n'
    rows = []
    for number, (path, files) in enumerate(files_in(folders)):
        data = b"".join(bytes_of(files))
        if name == "builtin_own" and path.endswith(".js"):
            data = shorten(data.decode()).encode()
        yield "static const char data%d[] = {" % number
        numbers = [str(byte if byte < 128 else byte - 256) for byte in data] + ["0"]
        for at in range(0, len(numbers), 24):
            yield "    " + ", ".join(numbers[at:at + 24]) + ","
        yield "};"
        rows.append('    { "%s", data%d, %d },' % (path, number, len(data)))
    yield "extern const struct builtin_file %s[];" % name
    yield "const struct builtin_file %s[] = {" % name
    yield from rows
    yield "    { NULL, NULL, 0 },\n};"


def main():
    folders, name, out, depfile = sys.argv[1:]
    folders = folders.split(":")
    with open(out, "w", encoding="ascii") as file:
        file.write("\n".join(table(folders, name)) + "\n")
    read = [where for folder in folders for where, _, _ in os.walk(folder)]
    read += [file for folder in folders for file in sorted(files_of(folder))]
    with open(depfile, "w", encoding="utf-8") as file:
        file.write("%s: %s\n" % (out, " ".join(path.replace(" ", "\\ ") for path in dict.fromkeys(read))))


main()
