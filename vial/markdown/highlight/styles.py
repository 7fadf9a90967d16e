#!/usr/bin/env python3
"""The styles of Chroma as a table for styles.c.

    comes in:  the folder of the styles (Debian: golang-github-alecthomas-chroma-v2-dev; MIT)
    goes out:  C: for each style its name, whether it is dark, and its rules: classes, then what they look like

An entry inherits what it does not say from its family (LiteralStringDoc: LiteralString, then Literal), then from Text and
Background. Classes that look alike are one rule; what looks like plain text needs none.
"""
import os
import re
import sys

sys.dont_write_bytecode = True  # the next line reads a neighbour, and the tree stays as it is
import lexers  # noqa: E402

FAMILIES = ["LiteralString", "LiteralNumber", "CommentPreproc", "Keyword", "Name", "Literal", "Operator", "Punctuation", "Comment",
            "Generic", "Text"]
# What is no token: its class here.
PARTS = {"LineHighlight": "hll", "LineNumbers": "linenos"}


def read_entry(text):
    look = {}
    for word in text.split():
        if word in ("bold", "italic", "underline"):
            look[word] = True
        elif word in ("nobold", "noitalic", "nounderline"):
            look[word[2:]] = False
        elif word == "noinherit":
            look["alone"] = True
        elif re.fullmatch(r"#[0-9a-fA-F]{3,8}", word):
            look["color"] = word.lower()
        elif re.fullmatch(r"bg:#[0-9a-fA-F]{3,8}", word):
            look["background-color"] = word[3:].lower()
    return look


def read_style(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    name = re.search(r'<style name="([^"]+)"', text).group(1)
    return name, {entry: read_entry(look) for entry, look in re.findall(r'<entry type="(\w+)" style="([^"]*)"', text)}


def family_of(token):
    parents = [parent for parent in FAMILIES if token.startswith(parent) and token != parent]
    return parents + ["Text", "Background"]


def resolved(entries, token):
    look = dict(entries.get(token, {}))
    if look.pop("alone", False) or token in PARTS:
        return look
    for parent in family_of(token):
        for key, value in entries.get(parent, {}).items():
            if key != "alone":
                look.setdefault(key, value)
    return look


def css(look, plain):
    said = []
    for key in ("color", "background-color"):
        if look.get(key) and look[key] != plain.get(key):
            said.append("%s: %s" % (key, look[key]))
    for key, on in (("bold", "font-weight: bold"), ("italic", "font-style: italic"), ("underline", "text-decoration: underline")):
        if look.get(key):
            said.append(on)
    return "; ".join(said)


def luminance(colour):
    digits = colour[1:]
    if len(digits) < 6:
        digits = "".join(d * 2 for d in digits)
    r, g, b = (int(digits[i:i + 2], 16) for i in (0, 2, 4))
    return (299 * r + 587 * g + 114 * b) / 255000


def rules_of(entries):
    plain = resolved(entries, "Background")
    plain.setdefault("color", resolved(entries, "Text").get("color"))
    found = {}
    for token, name in list(lexers.CLASSES.items()) + list(PARTS.items()):
        look = css(resolved(entries, token), {} if token in PARTS else plain)
        if name and look and name not in sum(found.values(), []):
            found.setdefault(look, []).append(name)
    return css(plain, {}), found


def main(out, folder):
    styles = dict(read_style(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".xml"))
    with open(out, "w", encoding="ascii") as file:
        file.write('/* Made by styles.py. */\n#include "vial/markdown/highlight/styles.h"\n\nconst struct style styles[] = {\n')
        for name in sorted(styles):
            plain, rules = rules_of(styles[name])
            dark = luminance(styles[name].get("Background", {}).get("background-color", "#ffffff")) < 0.5
            text = "".join("%s{%s}" % (" ".join(names), look) for look, names in sorted(rules.items(), key=lambda r: r[1]))
            file.write('    { "%s", %s, "%s",\n      "%s" },\n' % (name, "true" if dark else "false", plain, text))
        file.write("};\nconst size_t styles_count = %d;\n" % len(styles))


main(*sys.argv[1:])
