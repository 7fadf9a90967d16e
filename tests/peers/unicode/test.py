#!/usr/bin/env python3
"""Case and normal forms, asked beside Python: every code point, and texts in which neighbours matter.

    comes in:  lines.c, compiled (argv[1])
    goes out:  a line for each difference, then "N passed, N failed"

Both follow the tables of one version of Unicode; where this Python follows another, code points that only one of them
knows are left out, and that is said. A final sigma, and accents in whatever order, need more than one code point: those
come from random texts, the same in every run.
"""
import random
import subprocess
import sys
import unicodedata

SHOWN = 20
TABLES = "14.0.0"  # libunistring 1.0's
SPECIAL = "Σσςİıǅßŉΐﬁﬅ'’.-:·­\u0301\u0345\u0327\u0307 1aA\u1F88\u10A0\u13A0\uAB70\U00010400가\u1100\u1161"


def code_points():
    for c in range(1, 0x110000):
        if c != 10 and not 0xD800 <= c <= 0xDFFF:
            yield chr(c)


def texts():
    rng = random.Random(1)
    for _ in range(30000):
        yield "".join(rng.choice(SPECIAL) for _ in range(rng.randint(2, 9)))
    for _ in range(10000):
        yield "".join(chr(rng.choice((rng.randint(0xA1, 0x24FF), rng.randint(0x1E00, 0x1FFF), rng.randint(0x300, 0x36F))))
                      for _ in range(rng.randint(2, 12)))


def kinds(text):
    category = unicodedata.category(text[0])
    return "".join((
        category[0] if category[0] in "LNM" else "",
        "s" if text[0].isspace() else "",
    ))


def expected(text):
    return [text.lower(), text.upper(), text.casefold(), unicodedata.normalize("NFKD", text),
            unicodedata.normalize("NFC", text), kinds(text)]


def wrong(text, got):
    """What differs, as (name, ours, Python's)."""
    names = ("lower", "upper", "casefold", "NFKD", "NFC", "kinds")
    ours = [part.decode("utf-8", "backslashreplace") for part in got.split(b"\0")]
    ours[-1], title = ours[-1].split(" ")
    differing = [(n, a, b) for n, a, b in zip(names, ours, expected(text)) if a != b]
    by_python = text[0].title()
    if len(by_python) == 1 and int(title, 16) != ord(by_python):
        differing.append(("title", title, "%X" % ord(by_python)))
    return differing


def is_known(text):
    return all(unicodedata.category(c) != "Cn" for c in text)


def main(program):
    same_tables = unicodedata.unidata_version == TABLES
    if not same_tables:
        print("this Python has Unicode %s: what only one knows is left out" % unicodedata.unidata_version)
    asked = list(code_points()) + list(texts())
    done = subprocess.run([program], input="\n".join(asked).encode() + b"\n", capture_output=True, check=False)
    answers = done.stdout.split(b"\n")[:-1]
    if done.returncode != 0 or len(answers) != len(asked):
        print("%d answers to %d questions, exit %d\n%s" % (len(answers), len(asked), done.returncode, done.stderr[-2000:]))
        print("0 passed, 1 failed")
        return 1
    passed = failed = 0
    for text, got in zip(asked, answers):
        if not same_tables and not is_known(text):
            continue
        differing = wrong(text, got)
        passed += not differing
        failed += bool(differing)
        if differing and failed <= SHOWN:
            print("%a: %s" % (text, "; ".join("%s is %a, Python's %a" % d for d in differing)))
    # a million questions are one test: else nobody would see the others in the sum
    print("%d texts agree, %d differ" % (passed, failed))
    print("%d passed, %d failed" % (not failed and passed > 0, failed > 0 or not passed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
