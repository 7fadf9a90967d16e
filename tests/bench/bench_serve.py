"""A folder served, beside nginx (2 workers, no access log): requests per second and CPU time per request.

Each case is taken in turn with nginx, round by round, by wrk on the same two cores; what counts is the median of
the rounds' ratios. CPU time is the servers' own (all their processes), so a busy machine spoils it least. nginx is
configured as Debian does it, but for its log; both have as many workers as there are cores; vial is confined as always.

A third server takes its turn where a goal is told: the floor (floor_serve.c), which sends the very bytes of vial's
answer for whatever it reads. What it takes is the system's TCP alone, and how far it is ahead of nginx is how far
anybody can be: wrk, on the same cores, takes its own time for each answer.

Then: what 5,000 idle connections cost, how much memory a server with vial's own site takes, and how long a site of
1,000 pages takes from the start to its first answer.
"""
import http.client
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import generate
from measure import median

HERE = os.path.dirname(os.path.abspath(__file__))
VIAL = os.environ.get("VIAL", os.path.join(HERE, "..", "..", "build", "vial"))
NGINX = "/usr/sbin/nginx"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "1"))
TICK = os.sysconf("SC_CLK_TCK")

# name, path, connections, header, goal for requests (at least), goal for CPU (at most)
CASES = [
    ("4 KiB page", "/4k.html", 64, None, 1.3, 0.6),
    ("10 KiB page", "/10k.html", 64, None, 1.3, 0.6),
    ("100 KiB file", "/100k.bin", 32, None, None, 1.0),
    ("1 MiB file", "/1m.bin", 16, None, None, 1.0),
    ("304", "/4k.html", 64, "If-None-Match: {tag}", 1.3, None),
    ("404", "/none", 64, None, 1.3, None),
    ("10 KiB page, gzip", "/10k.html", 64, "Accept-Encoding: gzip", None, None),
]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port, process, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.002)
    raise SystemExit("a server did not start")


class Served:
    """A server on a port of its own, and all its processes."""

    def __init__(self, name, command, port):
        self.name, self.port = name, port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(port, self.process)

    def pids(self):
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, check=False)
        return [self.process.pid] + [int(pid) for pid in children.stdout.split()]

    def cpu(self):
        """Seconds of CPU time so far."""
        ticks = 0
        for pid in self.pids():
            with open("/proc/%d/stat" % pid, encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK

    def memory(self):
        """Resident bytes that are its own or shared, of all its processes."""
        total = 0
        for pid in self.pids():
            with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
                total += int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1)) * 1024
        return total

    def get(self, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def raw(self, path, header):
        """The bytes of an answer."""
        request = "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n" % (path, header + "\r\n" if header else "")
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request.encode())
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def vial(*words):
    port = free_port()
    return Served("vial", [VIAL, "serve", *words, "-p", str(port)], port)


def floor(place, answer):
    """The least there is, which sends `answer`."""
    program, path, port = os.path.join(place, "floor_serve"), os.path.join(place, "answer"), free_port()
    if not os.path.exists(program):
        subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", os.path.join(HERE, "floor_serve.c"), "-o", program, "-pthread"], check=True)
    with open(path, "wb") as file:
        file.write(answer)
    return Served("floor", [program, str(port), str(os.cpu_count()), path], port)


def nginx(folder, place):
    port = free_port()
    path = os.path.join(place, "nginx.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write("""daemon off; worker_processes 2; pid %(place)s/pid; error_log %(place)s/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 8000; }
http { access_log off; include /etc/nginx/mime.types; charset utf-8; sendfile on; tcp_nopush on; gzip on; gzip_comp_level 6;
  keepalive_requests 100000000; keepalive_timeout 3600; gzip_static on; log_not_found off;
  client_body_temp_path %(place)s/t1; proxy_temp_path %(place)s/t2; fastcgi_temp_path %(place)s/t3;
  uwsgi_temp_path %(place)s/t4; scgi_temp_path %(place)s/t5;
  server { listen 127.0.0.1:%(port)d backlog=4096; root %(folder)s; } }
""" % {"place": place, "port": port, "folder": folder})
    return Served("nginx", [NGINX, "-p", place, "-c", path], port)


def load(server, path, connections, header=None, seconds=SECONDS):
    """Requests per second, and microseconds of the server's CPU time for each."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", "%ds" % seconds]
    if header:
        command += ["-H", header]
    before, begun = server.cpu(), time.monotonic()
    said = subprocess.run(command + ["http://127.0.0.1:%d%s" % (server.port, path)], capture_output=True, check=True)
    took, used = time.monotonic() - begun, server.cpu() - before
    count = int(re.search(r"(\d+) requests in", said.stdout.decode()).group(1))
    if "Socket errors" in said.stdout.decode():
        print("   ", server.name, re.search(r"Socket errors.*", said.stdout.decode()).group(0))
    return count / took, used / max(count, 1) * 1e6


def ratios(ours, theirs):
    """Of the requests per second, and of the CPU time."""
    return [median([a[i] / b[i] for a, b in zip(ours, theirs)]) for i in (0, 1)]


def report(name, ours, theirs, goal_rate=None, goal_cpu=None, least=None):
    rates, cpus = ratios(ours, theirs)
    goals = []
    if goal_rate:
        goals.append("%s %.1f" % ("reaches" if rates >= goal_rate else "MISSES", goal_rate))
    if goal_cpu:
        goals.append("CPU %s %.1f" % ("keeps" if cpus <= goal_cpu else "MISSES", goal_cpu))
    print("%-26s %8.0f/s, %5.1f us CPU   nginx %8.0f/s, %5.1f us   requests %.2f, CPU %.2f   %s" % (
        name, median([a[0] for a in ours]), median([a[1] for a in ours]),
        median([b[0] for b in theirs]), median([b[1] for b in theirs]), rates, cpus, ", ".join(goals)))
    if least:
        print("%-26s %8.0f/s, %5.1f us CPU, is %.2f of nginx's requests with %.2f of its CPU" % (
            "    the floor", median([c[0] for c in least]), median([c[1] for c in least]), *ratios(least, theirs)))


def in_turn(loads):
    """A list of results for each of `loads`."""
    results = [[] for _ in loads]
    for turn in range(ROUNDS):
        pairs = list(zip(loads, results))
        for take, taken in pairs if turn % 2 == 0 else reversed(pairs):
            taken.append(take())
    return results


def make_folder(folder):
    os.makedirs(folder)
    words = "".join("<p>Paragraph %d of a page that has some text in it, as pages do.</p>\n" % i for i in range(3000))
    for name, size in (("4k.html", 4096), ("10k.html", 10240), ("index.html", 4096)):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(("<!doctype html><title>x</title>" + words)[:size])
    for name, size in (("100k.bin", 100 * 1024), ("1m.bin", 1024 * 1024)):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(os.urandom(size))


def bench_folder(folder, place, only):
    us, them = vial("--root", folder), nginx(folder, place)
    try:
        for name, path, connections, header, rate, cpu in CASES:
            if only and only not in name:
                continue
            bench_case(us, them, place, (name, path, connections, header, rate, cpu))
        if not only or only in "idle":
            bench_idle(us)
    finally:
        us.stop()
        them.stop()


def bench_case(us, them, place, case):
    name, path, connections, header, rate, cpu = case
    loads, own = [], None
    for server in (us, them):
        said = header and header.replace("{tag}", server.get(path)[0].headers["ETag"] or "") # each has its own
        own = own or said
        loads.append(lambda server=server, said=said: load(server, path, connections, said))
    least = floor(place, us.raw(path, own)) if rate else None
    if least:
        loads.append(lambda: load(least, path, connections, own))
    try:
        results = in_turn(loads)
        report(name, results[0], results[1], rate, cpu, results[2] if least else None)
    finally:
        if least:
            least.stop()


def bench_idle(server):
    """5,000 connections that have been used once and wait: what they weigh, and what others' requests cost beside them."""
    before, ratios, size = server.memory(), [], []
    for _ in range(ROUNDS):
        connections = []
        alone = load(server, "/4k.html", 64)[1]
        for _ in range(5000):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET /4k.html HTTP/1.1\r\nHost: a\r\n\r\n")
            connections.append(connection)
            connection.recv(65536)
        time.sleep(0.2)
        size.append((server.memory() - before) / 5000)
        ratios.append(load(server, "/4k.html", 64)[1] / alone)
        for connection in connections:
            connection.close()
        time.sleep(0.5)
    good = max(size) <= 1024 and median(ratios) <= 1.2
    print("5,000 idle connections     %.0f bytes each, a request costs %.2f of the CPU it costs without them   %s" % (
        max(size), median(ratios), "keeps 1024 and 1.2" if good else "MISSES 1024 and 1.2"))


def first_answer(*words):
    """Seconds from the start to the first answer."""
    port = free_port()
    begun = time.monotonic()
    process = subprocess.Popen([VIAL, "serve", *words, "-p", str(port)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                connection.recv(100)
                break
        except OSError:
            if time.monotonic() - begun > 20:
                raise SystemExit("the first answer did not come") from None
            time.sleep(0.0005)
    took = time.monotonic() - begun
    process.terminate()
    process.wait(30)
    return took


def bench_site(folder, place):
    generate.make(os.path.join(place, "pair"), 1000)
    site = os.path.join(place, "pair", "vial")
    us, them = vial("-s", site, "--cache", "0"), nginx(folder, place)
    try:
        report("a page made for each", *in_turn([lambda: load(us, "/s03/post-000003/", 64), lambda: load(them, "/4k.html", 64)]), 0.5)
    finally:
        us.stop()
        them.stop()
    for name, words in (("1,000 pages as a site", ("-s", site)), ("4 files as a folder", ("--root", folder))):
        times = [first_answer(*words) for _ in range(ROUNDS)]
        print("%-26s first answer after %.0f ms   %s" % (name, median(times) * 1000,
                                                         "keeps 50" if median(times) <= 0.05 else "MISSES 50"))
    docs = vial("-s", os.path.join(HERE, "..", ".."))
    for _ in range(200):
        docs.get("/")
    print("%-26s %.1f MB resident   %s" % ("vial's own site", docs.memory() / 1e6,
                                           "keeps 15" if docs.memory() < 15e6 else "MISSES 15"))
    docs.stop()


def main():
    for program in ("wrk", NGINX):
        if not shutil.which(program):
            raise SystemExit("bench serve needs %s" % program)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    only = os.environ.get("BENCH_ONLY", "")
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        folder = os.path.join(place, "public")
        make_folder(folder)
        bench_folder(folder, place, only)
        if not only or only in "site":
            bench_site(folder, place)


if __name__ == "__main__":
    sys.exit(main())
