#!/usr/bin/env python3
"""Whatever is edited: a preview that runs meanwhile shows, byte for byte, what a clean build makes of the site.

    comes in:  the program (VIAL); PREVIEWED=N: edits in all (60); SEED=N: the first seed
    goes out:  "N passed, N failed": edits after which it held

Random sites (chains.py), and sites of parts of others (spliced.py), go through random edits before one running preview, which hears of each as it would of an
editor's. What it keeps in memory is dropped by what its pages read; a page that it forgot to drop would be shown as it
was. After each edit every page is asked for until it is what a clean build has, or patience ends.
"""
import os
import random
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chains  # noqa: E402
import spliced  # noqa: E402
import vial  # noqa: E402

EDITS = int(os.environ.get("PREVIEWED", "60"))
CHAIN = 20
PATIENCE = 20  # seconds until a page that is not yet what it should be is a failure
SCRIPT = re.compile(rb'<script src="/-/vial/live\.js"[^>]*></script>')


def shown(server, name):
    status, _, body = server.get(vial.asked_as(name)[0])
    return status, SCRIPT.sub(b"", body, 1)


def differing(server, wanted):
    """The first page that is not what it should be, as a sentence; None when all are."""
    for name, text in sorted(wanted.items()):
        if name == "_redirects" or b'http-equiv="refresh"' in text:
            continue
        status, body = shown(server, name)
        if (status, body) != (vial.asked_as(name)[1], text):
            return "%s is shown with %d as %.300r and would be %.300r" % (name, status, body, text)
    return None


def check(server, site):
    """What is wrong, or None; and whether there was anything to compare with."""
    clean = chains.Build(site, "--force", "-o", site.path("clean"))
    wanted = vial.files_of(site.path("clean"))
    shutil.rmtree(site.path("clean"), ignore_errors=True)
    if clean.status:
        return None, False
    end = time.monotonic() + PATIENCE
    wrong = differing(server, wanted)
    while wrong and time.monotonic() < end:
        time.sleep(0.01)
        wrong = differing(server, wanted)
    return wrong, True


def chain(seed, edits, folder):
    site = spliced.site_of(seed // 2, folder)[0] if seed % 2 else chains.Site(os.path.join(folder, "site-%d" % seed), random.Random(seed))
    site.move_clock = site.nothing  # a preview does not go back in time
    site.spoil_output = site.nothing  # and writes no output
    os.environ["SOURCE_DATE_EPOCH"] = str(site.clock)
    config = site.read("vial.yaml") if seed % 2 else "title: One\nlinks: warn\n"
    vial.write_file(site.path("vial.yaml"), config + "output: ../out-%d\n" % seed)
    held = compared = 0
    with vial.Server("-s", site.folder, command="preview") as server:
        for turn in range(edits):
            what = [site.edit()[0] for _ in range(1 if site.rng.random() < 0.8 else 2)]
            wrong, good = check(server, site)
            compared += good
            site.seen(good)
            if wrong:
                print("FAILED: seed %d, edit %d (%s):\n%s\n%s" % (seed, turn, ", ".join(what), wrong,
                                                               "".join(server.said[-6:])))
                break
            held += 1
    shutil.rmtree(site.folder)
    return held, edits - held > 0, compared


if __name__ == "__main__":
    sys.exit(chains.run_chains("previewed", chain, EDITS, CHAIN))
