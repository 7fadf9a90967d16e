"""Whole commands measured: wall time, CPU time and peak memory, in turn with a peer's."""
import os
import statistics
import subprocess
import time


class Run:
    """What one run of a command took."""

    def __init__(self, wall, cpu, peak, user=0):
        self.wall, self.cpu, self.peak, self.user = wall, cpu, peak, user


def run(command, cwd=None, env=None):
    begun = time.monotonic()
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=nowhere, stderr=subprocess.PIPE)
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit("%s failed:\n%s" % (" ".join(command), complaint.decode(errors="replace")[:4000]))
    return Run(time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, usage.ru_utime)


def median(values):
    return statistics.median(values)


def in_turn(ours, theirs, prepare, rounds):
    """Two lists of runs, taken in turn; prepare() is called before each run."""
    mine, others = [], []
    for _ in range(rounds):
        prepare()
        mine.append(run(*ours))
        prepare()
        others.append(run(*theirs))
    return mine, others


def print_ratio(what, mine, others, us="vial", them="hugo"):
    ratios = [b / a for a, b in zip(mine, others)]
    print("%-28s %s %8.2f   %s %8.2f   ratio %.1f (%.1f to %.1f)" % (
        what, us, median(mine), them, median(others), median(ratios), min(ratios), max(ratios)))
