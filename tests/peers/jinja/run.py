#!/usr/bin/python3
"""Asks vial and Jinja2 the same questions and tells where their answers differ.

    run.py [FILE.jsonl | FOLDER]...      FOLDER: the corpus beside this file, unless told
    run.py --random SEED COUNT           templates that generate.py makes up

VIAL is the program to ask ("vial" unless told); JINJA_PYTHON the Python that has Jinja2.

Each line of a corpus file is a request of the batch protocol, without "id"; "why" may say what it
is there for, and "jinja" an answer that counts instead of the installed Jinja2's, where 3.1.6
differs from it. Output, kind and message must be the same; so must an error's line. Prints the
differences and ends with 1 when there are any.
"""

import json
import os
import re
import subprocess
import sys

import generate

HERE = os.path.dirname(os.path.abspath(__file__))
# How deep is too deep, and what is then said, is the machine's affair.
LOOSE_KINDS = {"RecursionError"}


def files_of(args):
    for arg in args or [os.path.join(HERE, "corpus")]:
        if os.path.isdir(arg):
            for name in sorted(os.listdir(arg)):
                if name.endswith(".jsonl"):
                    yield os.path.join(arg, name)
        else:
            yield arg


def cases_of(paths):
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and not line.startswith("//"):
                    yield f"{os.path.basename(path)}:{number}", json.loads(line)


def random_cases(seed, count):
    for number in range(count):
        yield f"seed {seed}, case {number}", generate.case_of(seed, number)


def shorten(case):
    """{"t": "..."} stands for one template called "t" that is rendered."""
    if "t" in case:
        case = dict(case)
        case["templates"] = {"t": case.pop("t"), **case.get("templates", {})}
        case["render"] = "t"
    return case


def ask(command, cases):
    lines = "".join(json.dumps({"id": ident, **shorten(case)}) + "\n" for ident, case in cases)
    done = subprocess.run(command, input=lines, capture_output=True, text=True)
    answers = {}
    for line in filter(None, done.stdout.split("\n")):
        reply = json.loads(line)
        answers[reply.pop("id")] = reply
    if done.returncode != 0:
        sys.stderr.write(done.stderr[-4000:])
    return answers


def without_addresses(answer):
    """Python tells where an object lies in memory: "<reversed object at 0x7f...>"."""
    return json.loads(re.sub(r" at 0x[0-9a-f]+", "", json.dumps(answer), flags=re.I))


def same(ours, theirs):
    if theirs is None or ours is None:
        return False
    ours, theirs = without_addresses(ours), without_addresses(theirs)
    if "error" not in theirs or "error" not in ours:
        return ours == theirs
    a, b = ours["error"], theirs["error"]
    if b["kind"] in LOOSE_KINDS:
        return a["kind"] == b["kind"]
    keys = ["kind", "message"] + (["name"] if b["name"] is not None else [])
    if b["line"] is not None:
        keys.append("line")
    return all(a[key] == b[key] for key in keys)


def main():
    vial, paths = os.environ.get("VIAL", "vial"), sys.argv[1:]
    python = os.environ.get("JINJA_PYTHON", "/usr/bin/python3")
    random = paths[:1] == ["--random"]
    cases = list(random_cases(*map(int, paths[1:])) if random else cases_of(files_of(paths)))
    ours = ask([vial, "render", "--batch"], cases)
    theirs = ask([python, os.path.join(HERE, "peer.py")], cases)
    differences = 0
    for ident, case in cases:
        expected = case.get("jinja", theirs.get(ident))
        if same(ours.get(ident), expected):
            continue
        differences += 1
        print(f"{ident}: {json.dumps(shorten(case).get('templates'), ensure_ascii=False)}")
        if case.get("context"):
            print(f"  context {json.dumps(case['context'], ensure_ascii=False)}")
        print(f"  jinja   {json.dumps(expected, ensure_ascii=False)}")
        print(f"  vial    {json.dumps(ours.get(ident), ensure_ascii=False)}")
    print(f"{len(cases) - differences} of {len(cases)} agree")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
