#!/usr/bin/env python3
"""The profile `python-markdown`: what Python-Markdown and pymdownx make of a text, vial makes alike.

    comes in:  texts, those of CASES; the program (VIAL)
    goes out:  "N passed, N failed": texts after which both have the same elements with the same classes,
               ids, addresses and words

What is not compared, because no style sheet sees it: spaces between blocks, `checked` beside `checked=""`, the
spans of colours within code (other lexers), and what vial adds (class="language-x", the span around a line).
"""
import html.parser
import os
import re
import sys
import tempfile

import markdown

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "whole"))
import vial  # noqa: E402

EXTENSIONS = ["admonition", "attr_list", "def_list", "footnotes", "tables", "abbr", "toc", "pymdownx.superfences",
              "pymdownx.highlight", "pymdownx.details", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.mark",
              "pymdownx.tilde", "pymdownx.caret"]
OPTIONS = {"toc": {"permalink": True}, "pymdownx.tabbed": {"alternate_style": True},
           "pymdownx.highlight": {"linenums_style": "pymdownx-inline"}}
CONFIG = """title: x
links: ignore
checks: {alt: ignore, ids: ignore, titles: ignore}
markdown: {profile: python-markdown, anchors: true, mark: true, superscript: true}
"""

CASES = [
    "# Title\n\n## Über uns: what's new?\n\n## Über uns: what's new?\n\n### a_b  c--d\n\n## 日本\n\n## 日本\n",
    "## A\n\n## A\n\n## A_1\n\n## A\n\n## A_2\n\n## A 1\n\n## `code` and *more*\n\n## x {#own .wide}\n\n## own\n",
    "[TOC]\n\n# One\n\n## Two\n\n#### Four\n\n## *Three* `x`\n\n# Five\n",
    "A[^1] and b[^long] and a[^1].\n\n[^1]: One *word*.\n[^long]: Two.\n\n    A second paragraph.\n",
    "A[^1].\n\n[^1]:\n    > quoted\n",
    "- [ ] a\n- [x] b\n- plain\n", "- a\n- b\n", "1. [x] a\n2. [ ] b\n",
    '=== "One"\n    x\n\n=== "Two & three"\n    - y\n    - z\n\nText.\n\n=== "Other"\n    w\n',
    "!!! note\n    Text.\n\n!!! danger \"A *title* `x`\"\n    Text.\n\n    More.\n",
    '!!! warning ""\n    No title.\n\n!!! tip inline end "T"\n    Beside.\n',
    "??? note\n    Text.\n\n???+ tip \"Open **it**\"\n    Text.\n",
    "One\n\n:   Loose.\n\n    A second paragraph.\n\n:   Another.\n\nTwo\n\n:   With a list:\n\n    - a\n    - b\n\nText.\n",
    "Term\n:   What it means.\n\nOther\n:   One.\n:   Two.\n",
    "```python\nprint(1)\n```\n\n```\nplain <b>\n```\n",
    '```python title="a.py"\nprint(1)\n```\n\n```python linenums="3"\nx = 1\ny = 2\n```\n',
    '```python hl_lines="1 3"\na\nb\nc\n```\n',
    "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n",
    "==marked== H~2~O x^2^ ~~gone~~ ^^new^^\n",
    "The HTML of it, not XHTML.\n\n*[HTML]: Hypertext Markup Language\n",
    "A paragraph.\n{: .lead #first }\n\n[x](y){: .button } ![z](w){ .wide width=30 }\n",
    "> quoted\n>\n> more\n\n---\n\n1. a\n2. b\n\nText.\n\n* c\n\n    d\n\n* e\n",
    "Line  \nbroken, *emphasis* and **more** `code` <b>raw</b> &copy; <https://x.org>\n",
    '!!! note\n    === "In"\n        a\n\n    === "B"\n        ```python\n        print(1)\n        ```\n',
]


class Reader(html.parser.HTMLParser):
    """A page as a list of what a style sheet sees of it."""

    def __init__(self):
        super().__init__()
        self.found, self.pre = [], 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "pre":
            self.pre += 1
        classes = sorted(c for c in (attributes.pop("class", None) or "").split()
                         if c != "line" and not c.startswith("language-"))
        if tag == "span" and self.pre and not set(classes) & {"hll", "linenos"}:
            tag = None
        if tag:
            rest = sorted((k, (v or "").rstrip(";")) for k, v in attributes.items())
            self.found.append(("<" + tag, tuple(classes), tuple(rest)))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        self.pre -= tag == "pre"
        if tag != "span" or not self.pre:
            self.found.append((">" + tag,))

    def handle_data(self, data):
        words = re.sub(r"\s+", " ", data.replace("\xa0", " ")) if not self.pre else data
        if self.found and self.found[-1][0] == "text":
            words = self.found.pop()[1] + words
        if self.pre or words.strip():
            self.found.append(("text", words if self.pre else words.strip()))


def seen(text):
    reader = Reader()
    reader.feed(text)
    return [what for what in reader.found if what[0] not in (">input", ">img", ">br", ">hr")]


def theirs(text):
    return markdown.Markdown(extensions=EXTENSIONS, extension_configs=OPTIONS).convert(text)


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        def write(name, text):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)

        write("vial.yaml", CONFIG)
        write("templates/page.html", "{{ page.content }}")
        write("templates/section.html", "{{ page.content }}")
        for number, text in enumerate(CASES):
            write("content/c%d.md" % number, "---\ntitle: c%d\n---\n%s" % (number, text))
        code, _, said = vial.run("build", "-q", cwd=folder)
        if code:
            print(said)
        for number, text in enumerate(CASES):
            with open(os.path.join(folder, "public/c%d/index.html" % number), encoding="utf-8") as file:
                ours = file.read()
            a, b = seen(theirs(text)), seen(ours)
            if a != b:
                failed += 1
                at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
                print("--- %r\ntheirs: %s\nours:   %s" % (text, a[at:at + 3], b[at:at + 3]))
                if "-v" in sys.argv:
                    print(theirs(text), ours, sep="\n=====\n")
    print("%d passed, %d failed" % (len(CASES) - failed, failed))
    return bool(failed)


sys.exit(main())
