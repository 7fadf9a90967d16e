#!/usr/bin/env python3
"""Golden templates: a sentence, templates and data, and the text or the error that comes of them.

    # What is printed is escaped.
    -- options --                  of `vial render`, when there are any
    --autoescape html
    -- page.html --                the first template is rendered, the others can be asked for
    {{ x }}
    -- data.json --
    {"x": "<"}
    -- expect --                   standard output, and a line end
    &lt;
    -- expect error --             or standard error, all of it; then the exit code is 1

A file holds the cases of one tag or one sort of error, with a line "====" between two of them.
`templates.py --update` writes what came out into the files: read the difference before it is kept.
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VIAL = os.environ.get("VIAL", "vial")
SECTION = re.compile(r"^-- (.+?) --\n", re.M)


def sections(text):
    parts = SECTION.split(text)
    return parts[0], list(zip(parts[1::2], parts[2::2]))


def run(parts):
    """(name of the expectation, text) of what the program does with the case's files."""
    with tempfile.TemporaryDirectory() as folder:
        options, page = [], None
        for name, text in parts:
            if name == "options":
                options = text.split()
            elif not name.startswith("expect"):
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8", newline="") as file:
                    file.write(text)
                page = page or name
        data = ["data.json"] if os.path.exists(os.path.join(folder, "data.json")) else []
        done = subprocess.run([VIAL, "render", *options, page, *data], cwd=folder, capture_output=True)
    if done.returncode == 0:
        return "expect", done.stdout.decode() + "\n"
    return "expect error", done.stderr.decode()


def main():
    update = "--update" in sys.argv
    folder = os.path.join(HERE, "templates")
    failed = cases = 0
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8", newline="") as file:
            texts = file.read().split("====\n")
        for i, text in enumerate(texts):
            sentence, parts = sections(text)
            expected = [part for part in parts if part[0].startswith("expect")]
            got = run(parts)
            cases += 1
            if update:
                files = [part for part in parts if not part[0].startswith("expect")]
                texts[i] = sentence + "".join(f"-- {n} --\n{t}" for n, t in [*files, got])
            elif expected != [got]:
                failed += 1
                print(f"{name}: {sentence.strip()}\n-- got: {got[0]} --\n{got[1]}")
        if update:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write("====\n".join(texts))
    print(f"{cases - failed} of {cases} golden templates")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
