#!/usr/bin/env python3
"""A script of ours made short: shorten.py IN.js OUT.js

Leaves out comments and space, and gives what is named in it names of a letter or two. No parser: it cuts the text
into strings, patterns, names and signs, and keeps every name that stands anywhere behind a dot or in braces as a
property, that is a word of the language, or that a browser gives a meaning.
"""
import collections
import itertools
import re
import string
import sys

WORDS = """async await break case catch class const continue default delete do else false finally for function if in
instanceof let new null of return static switch this throw true try typeof undefined var void while yield""".split()
BROWSERS = """DOMParser JSON Map Math Promise RegExp URL addEventListener document encodeURIComponent fetch location
sessionStorage vialSearch""".split()
DECLARE = ("const", "let")
OURS = "forms lines page first part score terms heading title".split()  # properties that nobody else sees

TOKEN = re.compile(r"""(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<space>\s+)|(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    |(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\.?\d[\w.]*)|(?P<sign>=>|\?\?=|\?\?|\?\.|\.\.\.|&&|\|\||\+\+|--|.)""", re.S | re.X)
PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[\n])+/[a-z]*")


def cut(text):
    """(kind, token) of each token; of a template, its text and what stands in it between ${ and }."""
    at, before, open_templates, depth = 0, "", [], 0
    while at < len(text):
        in_template = text[at] == "`" or (text[at] == "}" and open_templates and open_templates[-1] == depth)
        if in_template:
            if text[at] == "}":
                open_templates.pop()
            end = re.compile(r"(?:\\.|[^\\`$]|\$(?!\{))*(`|\$\{)", re.S).match(text, at + 1)
            if end.group(1) == "${":
                open_templates.append(depth)
            yield "text", text[at:end.end()]
            at, before = end.end(), "`" if end.group(1) == "`" else "("
            continue
        pattern = text[at] == "/" and text[at + 1] not in "/*" and not re.match(r"[\w)\]`'\"]", before[-1:] or "(")
        match = (PATTERN if pattern else TOKEN).match(text, at)
        kind = "text" if pattern else match.lastgroup
        depth += {"{": 1, "}": -1}.get(match.group(0), 0) if kind == "sign" else 0
        at = match.end()
        if kind not in ("comment", "space"):
            before = match.group(0)
            yield kind, before


def properties(tokens):
    """Where names are properties: the number of the token, and whether it is a name as well ({a} is {a: a})."""
    brackets = []
    for i, (kind, token) in enumerate(tokens):
        if kind == "sign" and token in "([{":
            brackets.append(token)
        elif kind == "sign" and token in ")]}":
            brackets.pop()
        elif kind == "name":
            before, after = tokens[i - 1][1] if i else "", tokens[i + 1][1] if i + 1 < len(tokens) else ""
            if before in (".", "?."):
                yield i, False
            elif brackets[-1:] == ["{"] and before in ("{", ","):
                if after == ":":
                    yield i, False
                elif after in (",", "}"):
                    yield i, True


def joined(tokens):
    """Declarations one behind the other are one."""
    starts, after = [None], None  # the first token of the statement we are in, for each open bracket
    for i, (kind, token) in enumerate(tokens):
        ended = token in (";", "{", "}") and kind == "sign"
        if starts[-1] is None and not ended:
            starts[-1] = token
        if token in DECLARE and after == ";":
            kind, token = "sign", ","
            starts[-1] = "let"
        following = tokens[i + 1][1] if i + 1 < len(tokens) else ""
        after = None
        if kind == "sign" and token in "([{":
            starts.append(None)
        elif kind == "sign" and token in ")]}":
            starts.pop()
            if token == "}" and starts[-1] not in DECLARE:
                starts[-1] = None
        elif kind == "sign" and token == ";":
            if starts[-1] in DECLARE and following in DECLARE:
                after = ";"
                continue
            starts[-1] = None
        yield kind, token


def shorten(text):
    tokens = list(joined(list(cut(text))))
    found = dict(properties(tokens))
    kept = set(WORDS) | set(BROWSERS)
    counts = collections.Counter(token for i, (kind, token) in enumerate(tokens)
                                 if kind == "name" and token not in kept and found.get(i, True))
    short = ("".join(letters) for n in (1, 2) for letters in itertools.product(string.ascii_letters, repeat=n))
    names = {name: next(s for s in short if s not in kept) for name, _ in counts.most_common()}
    inner = dict(zip(OURS, string.ascii_uppercase))
    out = ""
    for i, (kind, token) in enumerate(tokens):
        if kind == "name" and found.get(i, True):
            name = "let" if token == "const" else names.get(token, token)
            token = "%s:%s" % (inner.get(token, token), name) if i in found else name
        elif kind == "name":
            token = inner.get(token, token)
        if re.match(r"[\w$]", out[-1:] or " ") and re.match(r"[\w$]", token):
            out += " "
        out += token
    return re.sub(r";\}", "}", out) + "\n"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = shorten(file.read())
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
