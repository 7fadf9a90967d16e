#!/usr/bin/env python3
"""Whatever is edited: after SIGHUP a site that is served is, byte for byte, what a clean build makes of it.

    comes in:  the program (VIAL); SERVED=N: edits in all (60); SEED=N: the first seed
    goes out:  "N passed, N failed": edits after which all of these held

Random sites (chains.py), and sites of parts of others (spliced.py), are served while they go through random edits. After each edit the server reads the site
anew, and each page is asked for twice:

  1. every page has the bytes and the status that a clean build gives it; where the site cannot be used, the server
     says so and keeps serving the one before;
  2. of the pages that were kept, just those are made again that a build from the last one makes again too: those
     that read something that changed (--cache-status tells which were);
  3. asked for the second time, each page comes from the cache.
"""
import os
import random
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chains  # noqa: E402
import spliced  # noqa: E402
import vial  # noqa: E402

EDITS = int(os.environ.get("SERVED", "60"))
CHAIN = 30


def hang_up(server):
    """Has the site read anew. Whether it was."""
    seen = len(server.said)
    server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + vial.SECONDS
    while time.monotonic() < end:
        for line in server.said[seen:]:
            if "read anew" in line:
                return True
            if "stays as it was" in line:
                return False
        time.sleep(0.002)
    raise AssertionError("SIGHUP was not heard: " + "".join(server.said[seen:]))


def fetch(server, name):
    status, headers, body = server.get(vial.asked_as(name)[0])
    return status, body, headers.get("Cache-Status", "")


def is_redirect(text):
    return b'http-equiv="refresh"' in text


def check(server, site, kept, comparable):
    """(what is wrong, the pages that are kept now, whether the next edit can be compared with this one)."""
    build = chains.Build(site)
    clean = chains.Build(site, "--force", "-o", site.path("clean"))
    wanted = vial.files_of(site.path("clean"))
    shutil.rmtree(site.path("clean"), ignore_errors=True)
    taken = hang_up(server)
    if clean.status or not taken:
        # of a site with errors nobody knows what its pages should be; those that were served still are
        return ([] if clean.status else ["the server keeps the old site, and there is a new one"]), kept, False
    wrong, made = [], set()
    for name, text in sorted(wanted.items()):
        if name == "_redirects" or is_redirect(text):
            continue
        status, body, how = fetch(server, name)
        if (status, body) != (vial.asked_as(name)[1], text):
            wrong.append("%s is served with %d as %.300r and would be %.300r (%s)" % (name, status, body, text, how))
        if how != "vial; hit":
            made.add(name)
    pages = {name for name in wanted if name.endswith((".html", ".xml", ".txt", ".json")) and not is_redirect(wanted[name])}
    reads = chains.reads_of(site)
    # made again each time, and told so: code of the site's own, files included from where nobody watches
    fleeting = {name for name in pages if {"again:text", "again:code"} & set(reads.get(name, ()))}
    for name in sorted(pages - set(chains_files(site)) - fleeting):
        how = fetch(server, name)[2]
        if how != "vial; hit":
            wrong.append("%s is not kept: %s" % (name, how))
    if comparable:
        again = (made & kept) - set(build.made)
        if again:
            wrong.append("made again, and a build does not: %s (changed: %s)" % (sorted(again), build.report["changed"]))
    return wrong, pages - set(chains_files(site)) - fleeting, True


def chains_files(site):
    """Outputs that are files of the site as they lie there: they are sent, and not kept."""
    names = {prefix + n for n in vial.files_of(site.path("static")) for prefix in ("", "static/")}
    names |= {n for n in vial.files_of(site.path("content")) if not n.endswith(".md")}
    return names | set(vial.files_of(site.path("themes/mine/static")))


def begin(seed, folder):
    """A site that is whole, as what is served at first has to be."""
    if seed % 2:
        return spliced.site_of(seed // 2, folder)[0]
    site = chains.Site(os.path.join(folder, "site-%d" % seed), random.Random(seed))
    site.write("vial.yaml", "title: One\nlinks: warn\n")
    while chains.Build(site).status:
        site.edit_page()
    return site


def chain(seed, edits, folder):
    site = begin(seed, folder)
    site.move_clock = site.nothing  # a server does not go back in time
    os.environ["SOURCE_DATE_EPOCH"] = str(site.clock)
    failures = fine = 0
    with vial.Server("-s", site.folder, "--cache-status") as server:
        wrong, kept, comparable = check(server, site, set(), False)
        for turn in range(edits):
            what = [site.edit()[0] for _ in range(1 if site.rng.random() < 0.8 else 2)]
            wrong, kept, comparable = check(server, site, kept, comparable)
            fine += comparable
            site.seen(comparable)
            if wrong:
                print("FAILED: seed %d, edit %d (%s):\n%s\n%s" % (seed, turn, ", ".join(what), "\n".join(wrong[:4]),
                                                              "".join(server.said[-4:])))
                failures += 1
                break
    shutil.rmtree(site.folder)
    return turn + 1 - bool(failures), failures, fine


if __name__ == "__main__":
    sys.exit(chains.run_chains("served", chain, EDITS, CHAIN))
