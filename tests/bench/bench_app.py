"""A templated page with a session, beside Flask under gunicorn: requests per second, in turns.

    comes in:  bench/app: the same page in C and in Python, with the same templates
    goes out:  both figures, and their ratio

Both get two workers, and wrk asks both alike. Both pages are compared first: they are the same bytes.
"""
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from measure import median

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LIB = os.environ.get("LIBVIAL", os.path.join(ROOT, "build/release/vial/lib"))
sys.path.insert(0, os.path.join(ROOT, "vial/lib"))
import private  # noqa: E402

ROUNDS = 3


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def fetch(port):
    with urllib.request.urlopen("http://127.0.0.1:%d/page/1" % port, timeout=10) as answer:
        return answer.read(), answer.headers["Set-Cookie"].split(";")[0]


def wait_for(port):
    for _ in range(200):
        try:
            return fetch(port)
        except OSError:
            time.sleep(0.05)
    sys.exit("bench: nothing answers on port %d" % port)


def cpu_seconds(process):
    """Of the process and its children: gunicorn's workers, our threads."""
    total = 0.0
    for pid in os.listdir("/proc"):
        if not pid.isdigit():
            continue
        try:
            fields = open("/proc/%s/stat" % pid).read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(pid) == process.pid or int(fields[1]) == process.pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def measured(process, port, cookie):
    """Requests per second, and microseconds of CPU for each: the latter holds on a busy machine too."""
    before = cpu_seconds(process)
    run = subprocess.run(["wrk", "-t1", "-c32", "-d3s", "-H", "Cookie: " + cookie,
                          "http://127.0.0.1:%d/page/1" % port], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in run.stdout, run.stdout
    count = int(re.search(r"(\d+) requests in", run.stdout).group(1))
    rate = float(re.search(r"Requests/sec:\s*([\d.]+)", run.stdout).group(1))
    return rate, (cpu_seconds(process) - before) * 1e6 / count


def main():
    folder = os.path.join(HERE, "app")
    with tempfile.TemporaryDirectory() as made:
        program = os.path.join(made, "app")
        subprocess.run(["cc", "-O2", "-std=gnu11", "-I" + ROOT, os.path.join(folder, "app.c"),
                        os.path.join(LIB, "libvial.a"), *private.flags(LIB), "-o", program], check=True)
        ports = free_port(), free_port()
        ours = subprocess.Popen([program, "run", "-q", "-p", str(ports[0]), "--workers", "2"], cwd=folder)
        theirs = subprocess.Popen(["/usr/bin/python3", "-m", "gunicorn", "-w", "2", "-b", "127.0.0.1:%d" % ports[1],
                                   "--log-level", "error", "app:app"], cwd=folder)
        try:
            (page, cookie), (peer, _) = wait_for(ports[0]), wait_for(ports[1])
            assert page == peer, "the pages differ:\n%s\n%s" % (page.decode(), peer.decode())
            both = list(zip((ours, theirs), ports))
            rounds = [[measured(process, port, cookie) for process, port in both] for _ in range(ROUNDS)]
        finally:
            for process in (ours, theirs):
                process.terminate()
                process.wait(timeout=20)
    for i, name in enumerate(("vial", "Flask")):
        print("%-6s %8.0f requests/s %10.1f us of CPU each" % (
            name, median([r[i][0] for r in rounds]), median([r[i][1] for r in rounds])))
    print("ratio  %8.1f %21.1f   (medians of %d)" % (
        median([r[0][0] / r[1][0] for r in rounds]), median([r[1][1] / r[0][1] for r in rounds]), ROUNDS))
