"""./dev bench preview: from a save to the new bytes being served, at 1,000 and 10,000 pages."""
import http.client
import os
import re
import statistics
import subprocess
import tempfile
import time

import generate

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VIAL = os.path.join(ROOT, "build", "vial")
SAVES = 100
PATIENCE = 10  # seconds
PAGE = "s03/post-000003"


def time_saves(site, port):
    """Milliseconds of each save, from the moment the file is closed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    path = os.path.join(site, "content", PAGE + ".md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    times = []
    for number in range(SAVES):
        mark = b"This is save %d." % number
        time.sleep(0.03)  # nobody saves faster
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n" + mark.decode() + "\n")
        begun = time.perf_counter()
        while True:
            connection.request("GET", "/%s/" % PAGE)
            if mark in connection.getresponse().read():
                break
            if time.perf_counter() - begun > PATIENCE:
                raise SystemExit("bench: save %d was never served" % number)
        times.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return sorted(times)


def bench(pages):
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="vial-bench-", dir=memory) as folder:
        generate.make(folder, pages)
        site = os.path.join(folder, "vial")
        process = subprocess.Popen([VIAL, "preview", "-s", site, "-p", "0"], stderr=subprocess.PIPE, text=True)
        try:
            port = int(re.search(r":(\d+)/", process.stderr.readline()).group(1))
            times = time_saves(site, port)
        finally:
            process.terminate()
            process.communicate()
        print("%6d pages, from save to new bytes: median %.1f ms, 99 of 100 under %.1f ms, slowest %.1f ms" % (
            pages, statistics.median(times), times[int(len(times) * 0.99) - 1], times[-1]))


def main():
    for pages in (1000, 10000):
        bench(pages)


if __name__ == "__main__":
    main()
