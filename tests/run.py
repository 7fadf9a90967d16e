#!/usr/bin/env python3
"""Runs every test and ends with one line that is true: "N passed, N failed".

    comes in:  the build folders that ./dev made (build/sanitized, build/threaded, build/release)
    goes out:  a line per test program, the whole output of each that failed, and the sum

A cmocka program counts as many tests as it has; any other program counts as one, unless it closes with
a line "N passed, N failed" of its own. Words on the command line are names of suites or tests to run
instead of all of them.
"""
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# folder, meson's options: the sanitized build runs everything, the threaded one what is about threads.
RUNS = [
    ("build/sanitized", ["--no-suite", "threads-only"]),
    ("build/threaded", ["--suite", "threads"]),
]

CMOCKA_PASSED = re.compile(r"^\[  PASSED  \] (\d+) test\(s\)", re.M)
CMOCKA_FAILED = re.compile(r"^\[  FAILED  \] (?:.*?: )?(\d+) test\(s\)", re.M)
CMOCKA_SKIPPED = re.compile(r"^\[  SKIPPED \] (?:.*?: )?(\d+) test\(s\)", re.M)
OWN_COUNT = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)


def last(pattern, text):
    found = pattern.findall(text)
    return int(found[-1]) if found else 0


def count(result, text):
    """(passed, failed, skipped) of one test program."""
    if result == "SKIP":
        return 0, 0, 1
    own = OWN_COUNT.findall(text)
    if own:
        passed, failed, skipped = (int(n or 0) for n in own[-1])
    else:
        passed, failed, skipped = (last(p, text) for p in (CMOCKA_PASSED, CMOCKA_FAILED, CMOCKA_SKIPPED))
    if result not in ("OK", "EXPECTEDFAIL"):
        failed = max(failed, 1)
    elif passed == 0 and skipped == 0:
        passed = 1
    return passed, failed, skipped


def run(folder, options, wanted):
    """Runs one folder's tests; (passed, failed, skipped) and a line for each program."""
    log = os.path.join(ROOT, folder, "meson-logs", "testlog.json")
    if os.path.exists(log):
        os.remove(log)
    environment = dict(
        os.environ,
        VIAL=os.path.join(ROOT, "build", "vial"),
        ASAN_OPTIONS="detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
        UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1",
        TSAN_OPTIONS="halt_on_error=1",
    )
    command = ["meson", "test", "-C", folder, "--no-rebuild", "--num-processes", str(os.cpu_count() or 2)]
    done = subprocess.run(command + (wanted or options), cwd=ROOT, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if not os.path.exists(log):
        if wanted and "No suitable tests" in done.stdout:
            return 0, 0, 0
        print(done.stdout)
        return 0, 1, 0
    sums = [0, 0, 0]
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            test = json.loads(line)
            text = (test.get("stdout") or "") + (test.get("stderr") or "")
            counted = count(test["result"], text)
            for i in range(3):
                sums[i] += counted[i]
            print("%-8s %-48s %4d passed%s%s  %.1f s" % (
                test["result"], test["name"], counted[0],
                ", %d failed" % counted[1] if counted[1] else "",
                ", %d skipped" % counted[2] if counted[2] else "", test["duration"]))
            if counted[1]:
                print(text)
            elif counted[2] and not counted[0]:
                print("    " + (text.strip().splitlines() or ["no reason given"])[-1])
            sys.stdout.flush()
    return tuple(sums)


def main(wanted):
    begun = time.monotonic()
    sums = [0, 0, 0]
    for folder, options in RUNS:
        print("== %s" % folder)
        for i, n in enumerate(run(folder, options, wanted)):
            sums[i] += n
    print("in %.0f s" % (time.monotonic() - begun))
    print("%d passed, %d failed%s" % (sums[0], sums[1], ", %d skipped" % sums[2] if sums[2] else ""))
    return 1 if sums[1] or not sums[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
