#!/usr/bin/env python3
"""TOML: what Python's tomllib reads, vial's data files read alike; what it refuses is refused."""
import json
import os
import sys
import tempfile
import tomllib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "whole"))
import vial  # noqa: E402

GOOD = [
    "a = 1\nb = -17\nc = +99\nd = 1_000\ne = 0xDEAD_beef\nf = 0o755\ng = 0b1101", "a = 0\nb = -0\nc = +0",
    "a = 1.0\nb = -0.01\nc = 5e+22\nd = 1e06\ne = -2E-2\nf = 6.626e-34\ng = 224_617.445_991",
    "a = true\nb = false", "a = \"x \\\"y\\\" \\t \\u00E9 \\U0001F600\"", "a = 'C:\\Users\\no'", "a = ''\nb = \"\"",
    "a = \"\"\"\nRoses\nViolets\"\"\"", "a = \"\"\"\\\n   The quick \\\n\n  fox\"\"\"", "a = '''\nraw \\ one\n'''",
    "a = \"\"\"two quotes \"\" here\"\"\"", "a = \"\"\"\"quoted\"\"\"\"", "a = ''''that's it''''",
    "a = [1, 2, [3, 'x'],\n # said\n 4,\n]", "a = []\nb = [[], [[]]]", "a = {x = 1, y = {z = 'w'}}\nb = {}",
    "a.b.c = 1\na.b.d = 2\na.e = 3", "\"quoted key\" = 1\n'lit.eral' = 2\n3.14 = 'pi'", "[a]\nx = 1\n[b]\nx = 2",
    "[a.b.c]\nx = 1\n[a]\ny = 2", "[ j . \"k\" . 'l' ]\nx = 1", "[[p]]\nn = 1\n[[p]]\n[[p]]\nn = 3",
    "[[f]]\nn = 'a'\n[f.p]\nc = 'r'\n[[f.v]]\nn = 'x'\n[[f.v]]\nn = 'y'\n[[f]]\nn = 'b'\n[[f.v]]\nn = 'z'",
    "# only a comment", "", "a = 1 # said\r\nb = 2\r\n", "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nx=1",
    "bare-key_1 = 'x'\n1234 = 'y'", "a = \"# no comment\"", "a = [ { x = 1 }, { x = 2 } ]", "a=1\n\n\n[b]\n\n",
]
BAD = [
    "a = ", "= 1", "a", "a = 1\na = 2", "a = 1 b = 2", "[a]\n[a]", "a.b = 1\na.b.c = 2", "a = {x = 1}\na.y = 2",
    "a = {x = 1,\n y = 2}", "a = {x = 1,}", "a = [1, 2", "a = 'x", "a = \"x\ny\"", "a = \"\\q\"", "a = 01", "a = 1__0", "a = _1",
    "a = 1_", "a = .5", "a = 5.", "a = 1.e2", "a = tru", "a = x", "[a", "[[a]", "[]", "a = 0x", "a = \"\\uD800\"",
    "[a]\nb.c = 1\n[a.b]", "a = [1]\n[[a]]", "[[a]]\n[a]", "a = \"\"\"x", "a = 2026-13-01", "a = {b = 1}\n[a.c]", "[a.b]\nx=1\n[a]\nb = 2",
]


def read(folder, texts):
    for number, text in enumerate(texts):
        with open(os.path.join(folder, "data", "d%d.toml" % number), "w", newline="") as file:
            file.write(text)
    return vial.run("build", "-s", folder)


def main():
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="vial-toml-") as folder:
        for name, text in (("vial.yaml", ""), ("content/a.md", ""), ("templates/section.html", "-"),
                           ("data/keep.yaml", "x: 1")):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        with open(os.path.join(folder, "templates/page.html"), "w") as file:
            file.write("[%s]" % ",".join("{{ data.d%d|tojson }}" % n for n in range(len(GOOD))))
        status, _, said = read(folder, GOOD)
        if status:
            print(said)
            return 1
        with open(os.path.join(folder, "public/a/index.html")) as file:
            got = json.load(file)
        for text, answer in zip(GOOD, got):
            if answer != tomllib.loads(text.replace("\r\n", "\n")):
                wrong += 1
                print("%r\n  is %r\n  and not %r" % (text, answer, tomllib.loads(text)))
        for n in range(len(GOOD)):
            os.remove(os.path.join(folder, "data", "d%d.toml" % n))
        _, _, said = read(folder, BAD)
        for number, text in enumerate(BAD):
            try:
                tomllib.loads(text)
                print("%r is well" % text)
                wrong += 1
            except tomllib.TOMLDecodeError:
                pass
            except ValueError:
                pass
            if "d%d.toml:" % number not in said:
                wrong += 1
                print("%r is taken" % text)
    print("%d questions, %d failed" % (len(GOOD) + len(BAD), wrong))
    return 1 if wrong else 0


sys.exit(main())
