#!/usr/bin/env python3
"""A build killed at any moment leaves old files and new ones, and the next build makes all of them right.

    comes in:  the program (VIAL); a seed, so that two runs edit alike (when the kill comes is up to the machine)
    goes out:  "N passed, N failed": rounds in which the output equalled a clean build, byte for byte

Each round edits, adds and removes pages and changes a template, kills a build on its way, builds again, and builds
into an empty folder beside it.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import vial  # noqa: E402

ROUNDS, PAGES = 12, 150


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def edit(site, rng, turn):
    write(os.path.join(site, "templates/page.html"), "%d {{ page.title }} {{ page.content }}" % turn)
    for n in rng.sample(range(PAGES), 12):
        path = os.path.join(site, "content/section-%d/page-%d.md" % (n % 7, n))
        if os.path.exists(path) and rng.random() < 0.5:
            os.remove(path)
        else:
            write(path, "---\ntitle: Page %d\n---\n%s" % (n, "Turn %d.\n\n" % turn * rng.randint(1, 200)))
    write(os.path.join(site, "static/style.css"), "a { color: #%06x }\n" % rng.randrange(1 << 24))


def kill_a_build(site, after):
    build = subprocess.Popen([os.environ["VIAL"], "build", "-s", site], stderr=subprocess.DEVNULL)
    time.sleep(after)
    build.send_signal(signal.SIGKILL)
    return build.wait() < 0


def differing(site, folder):
    """Builds again, and cleanly; the names of the files that are not the same."""
    clean = os.path.join(folder, "clean")
    shutil.rmtree(clean, ignore_errors=True)
    for options in ((), ("-o", clean)):
        status, _, said = vial.run("build", "-s", site, *options)
        if status != 0:
            return ["exit %d: %s" % (status, said)]
    got, wanted = vial.files_of(os.path.join(site, "public")), vial.files_of(clean)
    return sorted(name for name in set(got) | set(wanted) if got.get(name) != wanted.get(name))


def main():
    rng = random.Random(1)
    passed = failed = killed = 0
    with tempfile.TemporaryDirectory(prefix="vial-killed-") as folder:
        site = os.path.join(folder, "site")
        write(os.path.join(site, "vial.yaml"), "title: Killed\nbase_url: https://example.org/\n")
        write(os.path.join(site, "templates/section.html"), "{% for p in section.pages %}{{ p.title }} {% endfor %}")
        for n in range(PAGES):
            write(os.path.join(site, "content/section-%d/page-%d.md" % (n % 7, n)), "---\ntitle: Page %d\n---\nText.\n" % n)
        edit(site, rng, 0)
        begun = time.monotonic()
        vial.run("build", "-s", site)
        usual = time.monotonic() - begun
        for turn in range(1, ROUNDS + 1):
            edit(site, rng, turn)
            killed += kill_a_build(site, usual * rng.random())
            wrong = differing(site, folder)
            passed += not wrong
            failed += bool(wrong)
            if wrong:
                print("FAILED: after round %d these differ from a clean build: %s" % (turn, " ".join(wrong[:5])))
    print("%d of the builds were killed on their way" % killed)
    if not killed:
        print("FAILED: none was, so nothing is shown")
    print("%d passed, %d failed" % (passed, failed + (not killed)))
    return 1 if failed or not killed else 0


if __name__ == "__main__":
    sys.exit(main())
