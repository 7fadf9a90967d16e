"""./dev bench build: sites built cold by vial and by Debian's hugo, in turn."""
import os
import shutil
import tempfile

import generate
import measure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VIAL = os.path.join(ROOT, "build", "vial")
BOOK = os.path.join(ROOT, "..", "shared", "sites", "rust-book", "src")
SITES = [("1,000 pages", 1000, 5), ("10,000 pages", 10000, 5)]


def bench(what, make, rounds):
    # In memory where that is possible: what is compared is the programs and not the disk. Each run writes into a
    # folder of its own, for making files right after removing as many is slow on some file systems.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="vial-bench-", dir=memory) as folder:
        make(folder)
        ours, theirs = os.path.join(folder, "vial"), os.path.join(folder, "hugo")
        output = os.path.join(folder, "out")

        def clear():
            for path in (output, os.path.join(ours, ".vial"), os.path.join(theirs, "resources")):
                shutil.rmtree(path, ignore_errors=True)

        mine, others = measure.in_turn(([VIAL, "build", "-q", "-s", ours, "-o", output],),
                                       (["hugo", "--quiet", "-s", theirs, "-d", output],), clear, rounds)
        measure.print_ratio(what + ", wall s", [r.wall for r in mine], [r.wall for r in others])
        measure.print_ratio(what + ", cpu s", [r.cpu for r in mine], [r.cpu for r in others])
        measure.print_ratio(what + ", peak MB", [r.peak for r in mine], [r.peak for r in others])


def main():
    if os.path.isdir(BOOK):
        bench("the Rust book", lambda folder: generate.book(folder, BOOK), 7)
    for what, posts, rounds in SITES:
        bench(what, lambda folder: generate.make(folder, posts), rounds)


if __name__ == "__main__":
    main()
