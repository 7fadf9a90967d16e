#!/usr/bin/env python3
"""GitHub's names of emoji as a table for emoji.c.

    comes in:  gemoji_db.py of pymdownx (Debian: python3-pymdownx), which was made from GitHub's own list (MIT)
    goes out:  C: the names in order, each with what stands for it, and where each begins
"""
import ast
import sys


def read(path):
    """The dicts in the file: nothing of it is run."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    return {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)}


def signs(entry):
    codes = entry.get("unicode_alt") or entry.get("unicode")
    return "".join(chr(int(code, 16)) for code in codes.split("-")) if codes else None


def quoted(text):
    return "".join(chr(b) if 0x20 <= b < 0x7F and chr(b) not in '"\\?' else "\\%03o" % b for b in text.encode())


def main(out, path):
    tables = read(path)
    names = {name.strip(":"): signs(entry) for name, entry in tables["emoji"].items()}
    for alias, name in tables["aliases"].items():
        names[alias.strip(":")] = names[name.strip(":")]
    names = sorted((name, text) for name, text in names.items() if text)  # GitHub's own drawings have no letter
    with open(out, "w", encoding="ascii") as file:
        file.write('/* Made by emoji.py. */\n#include "vial/markdown/emoji.h"\n\nconst char emoji_texts[] =\n')
        starts, at = [], 0
        for name, text in names:
            file.write('    "%s\\000%s\\000"\n' % (quoted(name), quoted(text)))
            starts.append(at)
            at += len(name.encode()) + len(text.encode()) + 2
        assert at < 65536
        file.write("    ;\nconst size_t emoji_count = %d;\nconst uint16_t emoji_starts[] = {\n" % len(names))
        for i in range(0, len(starts), 16):
            file.write("    %s,\n" % ", ".join(map(str, starts[i:i + 16])))
        file.write("};\n")


main(*sys.argv[1:])
