"""vial serve under everything at once: nothing hangs, leaks, or loses an answer that was begun.

    comes in:  the program (VIAL); MIXED=seconds (8; 1200 before a release), MIXED_IDLE=connections (300; 10000), SEED
    goes out:  what was asked and what happened; the last line is "N passed, N failed"

A site is served in the clear, over TLS, by HTTP/1.1 and HTTP/2, while its pages are edited (--watch) and it is hung up
on. Beside those who only ask there are slow ones (a byte a second in heads, bodies and frames, and readers that hardly
read), those who vanish, those who talk nonsense, thousands who idle and of whom hundreds ask in one moment; the log's
disk is full, the log is renamed, the process has no descriptors left for a while. At last SIGTERM comes in the middle.

Each page says its version at its front and its end, so an answer that was put together of two would be seen. What may
happen: a connection that idled is closed to make room, so whoever had just asked there, and has not got a byte, asks
again. What may not: an answer that breaks off, a wrong one, none within a minute; and after SIGTERM an exit that is
late or not clean, which is also where the sanitizers speak.
"""
import http.client
import os
import random
import re
import resource
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "http")]
import vial  # noqa: E402

try:
    import frames
except ImportError:
    frames = None
if not vial.has("http2"):
    frames = None  # without python3-hpack, or where vial was compiled without it, HTTP/2 is left out

TLS = vial.has("tls") and shutil.which("openssl")
DURATION = float(os.environ.get("MIXED", "8"))
IDLE = int(os.environ.get("MIXED_IDLE", "300"))
SEED = int(os.environ.get("SEED", str(int(time.time()))))
PAGES, BURST, PATIENCE = 40, 512, 60
BIG = bytes(range(256)) * 4000


class Again(Exception):
    """The connection was closed before a byte of an answer came."""


class Mixed:
    def __init__(self, folder):
        self.folder, self.site = folder, os.path.join(folder, "site")
        self.log_folder = os.path.join(folder, "log")
        self.versions = [0] * PAGES
        self.counts, self.wrong, self.lock = {}, [], threading.Lock()
        self.over, self.stopping, self.starved = threading.Event(), False, -PATIENCE
        os.makedirs(os.path.join(self.site, "content"))
        os.makedirs(os.path.join(self.site, "static"))
        os.makedirs(os.path.join(self.site, "templates"))
        self.write("vial.yaml", "title: Mixed\n")
        self.write("content/_index.md", "---\ntitle: Home\n---\nbegin 0\n\nend 0\n")
        self.write("templates/page.html", "<!doctype html><title>{{ page.title }}</title>{{ page.content }}\n")
        self.write("templates/section.html", "<!doctype html><title>{{ page.title }}</title>{{ page.content }}\n")
        for page in range(PAGES):
            self.edit(page)
        with open(os.path.join(self.site, "static", "big.bin"), "wb") as file:
            file.write(BIG)

    def write(self, name, text):
        path = os.path.join(self.site, name)
        with open(path + "~", "w") as file:
            file.write(text)
        os.replace(path + "~", path)

    def edit(self, page):
        with self.lock:
            self.versions[page] += 1
            version = self.versions[page]
        self.write("content/p%d.md" % page, "---\ntitle: Page %d\n---\nbegin %d\n\n%s\n\nend %d\n" % (
            page, version, "words " * random.choice((1, 100, 5000)), version))

    # --- the server ---

    def start(self):
        self.cert, self.key = vial.certificate(self.folder, "cert") if TLS else (None, None)
        os.mkdir(self.log_folder)
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", self.log_folder], capture_output=True).returncode == 0
        self.log = os.path.join(self.log_folder, "access.log") if self.mounted else "/dev/full"
        self.server = vial.Server("-s", self.site, "--watch", "--threads", "2", "--workers", "2", "--connections", str(IDLE + 2000),
                                  "-l", "http://127.0.0.1:0" + (",h2c" if frames else ""), "--status", "http://127.0.0.1:0", "--access-log", self.log,
                                  *(("-l", "https://127.0.0.1:0", "--tls-cert", self.cert, "--tls-key", self.key) if TLS else ()))
        self.server.__enter__()
        ports = [int(n) for n in re.findall(r"https?://127\.0\.0\.1:(\d+)/", self.server.said[-1])]
        self.plain, self.tls, self.status = ports[0], ports[1] if TLS else 0, ports[-1]
        self.pid = self.server.process.pid
        self.context = ssl.create_default_context(cafile=self.cert) if TLS else None
        self.descriptors = len(os.listdir("/proc/%d/fd" % self.pid))

    def clean_up(self):
        if self.mounted:
            subprocess.run(["umount", self.log_folder], check=True)

    def metric(self, name):
        status = http.client.HTTPConnection("127.0.0.1", self.status, timeout=PATIENCE)
        status.request("GET", "/-/metrics")
        text = status.getresponse().read().decode()
        status.close()
        return float(re.search(r"^%s (\S+)$" % name, text, re.M).group(1))

    # --- what is noted ---

    def count(self, what, n=1):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + n

    def check(self, true, sentence):
        if not true:
            raise AssertionError(sentence)

    def work(self, do):
        """Does something again and again, until all is over; what goes wrong is told at the end."""
        try:
            while not self.over.is_set():
                try:
                    do()
                except Again:
                    self.count("asked again")
                    if self.stopping:
                        return
        except Exception as error:  # noqa: BLE001: each one is a finding
            if not (self.stopping and isinstance(error, ConnectionRefusedError)):
                with self.lock:
                    self.wrong.append("%s: %s" % (do.__name__, "".join(traceback.format_exception(error))))

    # --- questions and their answers ---

    def question(self):
        """A path, and what to check its answer with."""
        kind = random.random()
        if kind < 0.75:
            page = random.randrange(PAGES)
            return "/p%d/" % page, lambda status, body: self.check_page(page, status, body)
        if kind < 0.85:
            return "/static/big.bin", lambda status, body: self.check((status, body) == (200, BIG) or self.is_busy(status), "the file is another: %s, %d bytes" % (status, len(body)))
        if kind < 0.95:
            return "/nowhere/", lambda status, body: self.check(status == 404 or self.is_busy(status), "404 is %s" % status)
        return "/", lambda status, body: self.check_page(None, status, body)

    def is_busy(self, status):
        """Without descriptors a file cannot be opened, which is said, and not that there is none."""
        busy = status in (500, 503) and time.monotonic() - self.starved < PATIENCE
        if busy:
            self.count("said to be busy")
        return busy

    def check_page(self, page, status, body):
        if self.is_busy(status):
            return
        found = re.findall(rb"<p>(?:begin|end) (\d+)</p>", body)
        self.check(status == 200 and len(found) == 2 and found[0] == found[1], "a page that is none: %s %r" % (status, body[:300]))
        with self.lock:
            newest = self.versions[page] if page is not None else 0
        self.check(int(found[0]) <= newest, "a page of the future")

    def by_http1(self, connect):
        """Some requests on one connection."""
        connection = connect()
        try:
            for _ in range(random.randrange(1, 30)):
                path, check = self.question()
                method = random.choice(("GET", "GET", "GET", "HEAD", "POST"))
                try:
                    connection.request(method, path, body=b"x" * random.choice((0, 10, 30000)) if method == "POST" else None)
                    answer = connection.getresponse()
                except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError) as error:
                    raise Again from error
                body = answer.read()  # from here on it may not break off
                if method == "GET":
                    check(answer.status, body)
                self.check(method == "POST" or answer.status in (200, 404) or self.is_busy(answer.status), "%s %s: %s" % (method, path, answer.status))
                self.count("HTTP/1.1")
                if answer.will_close:
                    return
        finally:
            connection.close()

    def connected(self, make):
        """A connection that has not asked yet counts as idle, and may have to make room when there are no descriptors."""
        try:
            return make()
        except (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise Again from error

    def ask_plain(self):
        self.by_http1(lambda: http.client.HTTPConnection("127.0.0.1", self.plain, timeout=PATIENCE))

    def ask_tls(self):
        def connect():
            connection = http.client.HTTPSConnection("127.0.0.1", self.tls, timeout=PATIENCE, context=self.context)
            self.connected(connection.connect)
            return connection

        self.by_http1(connect)

    def by_http2(self, client):
        asked = {}
        try:
            with client:
                for _ in range(random.randrange(1, 8)):
                    asked = {}
                    for _ in range(random.randrange(1, 40)):
                        path, check = self.question()
                        asked[client.ask(path, scheme="http")] = check
                    for stream, check in asked.items():
                        answer = client.answer(stream)
                        if answer.reset == frames.REFUSED_STREAM:
                            continue
                        self.check(answer.over, "a stream was reset: %s" % answer.reset)
                        check(answer.status, answer.body)
                        self.count("HTTP/2")
                    if client.goaway:
                        return
        except frames.Closed as error:
            last = client.goaway[-1][0] if client.goaway else 0
            for stream in asked:
                answer = client.streams.get(stream, frames.Answer())
                self.check(answer.over or (stream > last and not answer.status), "stream %d of %d broke off" % (stream, last))
            raise Again from error

    def ask_h2c(self):
        self.by_http2(self.connected(lambda: frames.Client(self.plain, settings=struct.pack(">HI", 4, 1 << 24))))

    def ask_h2(self):
        context = ssl.create_default_context(cafile=self.cert)
        context.set_alpn_protocols(["h2"])

        def connect():
            plain = socket.create_connection(("127.0.0.1", self.tls), timeout=PATIENCE)
            return context.wrap_socket(plain, server_hostname="localhost")

        self.by_http2(frames.Client(0, sock=self.connected(connect), settings=struct.pack(">HI", 4, 1 << 24)))

    # --- strangers ---

    def open(self):
        return self.connected(lambda: socket.create_connection(("127.0.0.1", self.plain), timeout=PATIENCE))

    def be_slow(self):
        """A byte a second, each in their own way; they may be told 408 or be closed, and never wait for ever."""
        ways = [b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 1000, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + b"a" * 1000]
        if frames:
            ways.append(frames.PREFACE + frames.frame(frames.SETTINGS) + frames.frame(frames.HEADERS, 1, 1, b"\0\1a" * 300))
        slow = [(self.open(), random.choice(ways), time.monotonic(), random.randrange(60)) for _ in range(random.randrange(5, 20))]
        reader = self.open()
        self.connected(lambda: reader.sendall(b"GET /static/big.bin HTTP/1.1\r\nHost: a\r\n\r\n" * 10))
        at = 0
        while slow and not self.over.wait(1):
            at += 1
            left = []
            for sock, way, begun, front in slow:
                try:
                    sock.sendall(way[:front] if at == 1 else way[front + at:front + at + 1])
                    sock.setblocking(False)
                    ended = sock.recv(4096) == b""
                    ended = ended or sock.recv(4096) == b""
                except BlockingIOError:
                    ended = False
                except OSError:
                    ended = True
                if ended:
                    sock.close()
                    self.count("slow ones sent away")
                else:
                    self.check(time.monotonic() - begun < PATIENCE + 30, "a slow one was waited for")
                    sock.settimeout(PATIENCE)
                    left.append((sock, way, begun, front))
            slow = left
            self.connected(lambda: reader.recv(1))
        for sock, *_ in slow:
            sock.close()
        reader.close()

    def vanish(self):
        for _ in range(random.randrange(1, 20)):
            with self.open() as sock:
                data = random.choice((b"", b"GET /static/big.bin HTTP/1.1\r\nHost: a\r\n\r\n" * 5, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nab", b"GET /p1/ HTTP"))
                if frames and random.random() < 0.3:
                    data = frames.PREFACE + frames.frame(frames.SETTINGS) + b"".join(
                        frames.frame(frames.HEADERS, 5, n, frames.block(frames.request(random.choice(("/static/big.bin", "/p3/"))))) for n in range(1, 60, 2))
                try:
                    sock.sendall(data)
                    if random.random() < 0.5:
                        sock.recv(random.choice((1, 5000)))
                    if random.random() < 0.7:
                        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                except (ConnectionResetError, BrokenPipeError, socket.timeout):
                    pass
            self.count("vanished")
        time.sleep(0.05)

    def talk_nonsense(self):
        for _ in range(random.randrange(1, 10)):
            with self.open() as sock:
                data = random.choice((b"\r\n\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\nHost: a\n\n", random.randbytes(300), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + random.randbytes(300),
                                      b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"))
                try:
                    sock.sendall(data)
                    sock.shutdown(socket.SHUT_WR)
                    while chunk := sock.recv(65536):
                        self.check(not chunk.startswith(b"HTTP/1.1 5") or chunk.startswith((b"HTTP/1.1 505", b"HTTP/1.1 501")), "%r: %r" % (data, chunk[:50]))
                except (ConnectionResetError, BrokenPipeError, OSError):
                    pass
            self.count("nonsense")
        time.sleep(0.05)

    def idle(self):
        """Holds its thousands; now and then hundreds of them ask in one moment, and all are answered."""
        held = []
        try:
            while not self.over.is_set():
                held = self.still_there(held)
                while len(held) < IDLE and not self.over.is_set():
                    held.append(self.open())
                self.count("idled", len(held))
                self.over.wait(random.uniform(1, min(20, DURATION / 4)))
                if self.over.is_set():
                    return
                random.shuffle(held)
                held = self.still_there(held)
                self.count("still there", len(held))
                asking, held = held[:BURST], held[BURST:]
                self.ask_at_once(asking)
        finally:
            for sock in held:
                sock.close()

    def still_there(self, held):
        """Those that were not closed meanwhile: for having idled a minute, or to make room."""
        poll, ended = select.poll(), set()
        for sock in held:
            poll.register(sock, select.POLLIN)
        for fd, _ in poll.poll(0):
            ended.add(fd)
        for sock in held:
            if sock.fileno() in ended:
                sock.close()
        return [sock for sock in held if sock.fileno() >= 0]

    def ask_at_once(self, asking):
        live = []
        for sock in asking:
            try:
                sock.sendall(b"GET /p7/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                live.append(sock)
            except OSError:
                sock.close()
        for sock in live:
            got = b""
            try:
                while chunk := sock.recv(65536):
                    got += chunk
            except ConnectionResetError:
                self.check(not got, "an answer to one of many was cut")
            sock.close()
            if got:
                head, _, body = got.partition(b"\r\n\r\n")
                self.check_page(7, int(head[9:12]), body)
                self.count("asked at once")

    # --- faults ---

    def fail(self):
        fault = random.choice((self.edit_some, self.edit_some, self.hang_up, self.rename_log, self.no_descriptors))
        fault()
        self.over.wait(random.uniform(0.1, min(10, DURATION / 16)))

    def edit_some(self):
        for _ in range(random.randrange(1, 10)):
            self.edit(random.randrange(PAGES))
        self.count("edits")

    def hang_up(self):
        os.kill(self.pid, signal.SIGHUP)
        self.count("SIGHUP")

    def rename_log(self):
        if self.mounted:
            try:
                os.replace(self.log, self.log + ".1")
            except FileNotFoundError:
                pass
            os.kill(self.pid, signal.SIGUSR1)
            self.count("log renamed")

    def no_descriptors(self):
        before = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        self.starved = time.monotonic()
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (len(os.listdir("/proc/%d/fd" % self.pid)), before[1]))
        self.over.wait(random.uniform(0.1, 1))
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, before)
        self.starved = time.monotonic()
        self.count("EMFILE")

    def look_after(self):
        status = http.client.HTTPConnection("127.0.0.1", self.status, timeout=PATIENCE)
        try:
            status.request("GET", "/-/health")
            self.check(status.getresponse().status in (200, 503), "not healthy")
            self.count("healthy")
        except (http.client.RemoteDisconnected, ConnectionResetError) as error:
            raise Again from error
        finally:
            status.close()
        self.over.wait(1)

    # --- all of it ---

    def asking(self):
        """Those who only ask, in each way that there is."""
        return ([self.ask_plain, self.ask_plain] + ([self.ask_tls] if TLS else []) + ([self.ask_h2c] if frames else []) +
                ([self.ask_h2] if frames and TLS else []))

    def run(self):
        jobs = self.asking() + [self.be_slow, self.vanish, self.talk_nonsense, self.idle, self.fail, self.look_after]
        random.seed(SEED)
        self.start()
        threads = [threading.Thread(target=self.work, args=(job,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        end = time.monotonic() + DURATION
        while time.monotonic() < end and not self.wrong and self.server.process.poll() is None:
            time.sleep(0.2)
        self.quiet(threads)
        self.last_moments()
        self.report()

    def quiet(self, threads):
        """When everybody has gone, nothing of them is left."""
        self.over.set()
        for thread in threads:
            thread.join(3 * PATIENCE)
            if thread.is_alive():
                self.wrong.append("%s hangs" % thread._args[0].__name__)
        if self.wrong:
            return
        end = time.monotonic() + PATIENCE
        while self.metric("vial_requests_open") or self.metric("vial_connections_open") or self.metric("vial_requests_total") == 0:
            if time.monotonic() > end:
                self.wrong.append("something is left: %s requests, %s connections" % (
                    self.metric("vial_requests_open"), self.metric("vial_connections_open")))
                return
            time.sleep(0.1)
        self.all_is_well(end)
        left = len(os.listdir("/proc/%d/fd" % self.pid))
        if left > self.descriptors + 20:
            self.wrong.append("there were %d descriptors, and now %d" % (self.descriptors, left))
        self.memory = self.metric("process_resident_memory_bytes") / 1e6

    def all_is_well(self, end):
        """Nothing of the faults was kept: every page is there, as it was saved last."""
        wanted = {"/p%d/" % page: b"<p>end %d</p>" % version for page, version in enumerate(self.versions)}
        wanted["/static/big.bin"] = BIG
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=PATIENCE)
        while wanted:
            path = next(iter(wanted))
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == 200 and wanted[path] in body:
                del wanted[path]
            elif time.monotonic() > end:
                self.wrong.append("%s is not what was saved: %s %r" % (path, answer.status, body[:200]))
                break
            else:
                time.sleep(0.1)
        connection.close()

    def last_moments(self):
        """SIGTERM while many ask: what was begun is whole, and the end is clean."""
        if self.server.process.poll() is None and not self.wrong:
            self.over.clear()
            threads = [threading.Thread(target=self.work, args=(job,), daemon=True) for job in self.asking()]
            for thread in threads:
                thread.start()
            time.sleep(min(1, DURATION / 8))
            self.stopping = True
            os.kill(self.pid, signal.SIGTERM)
            try:
                self.server.process.wait(PATIENCE + 30)
            except subprocess.TimeoutExpired:
                self.wrong.append("it does not stop")
            self.over.set()
            for thread in threads:
                thread.join(PATIENCE)
        if self.server.process.poll() is None:
            self.server.process.kill()
        code = self.server.process.wait()
        self.server.reader.join(PATIENCE)
        if code != 0:
            self.wrong.append("the server ended with %d:\n%s" % (code, "".join(self.server.said)[-8000:]))

    def report(self):
        self.clean_up()
        print("seed %d, %.0f s: %s" % (SEED, DURATION, ", ".join("%d %s" % (n, what) for what, n in sorted(self.counts.items()))))
        if not self.wrong:
            print("resident memory at the end, when all had gone: %.0f MB" % self.memory)
            for what in ("HTTP/1.1", "vanished", "nonsense") + (("HTTP/2",) if frames else ()):
                if not self.counts.get(what):
                    self.wrong.append("there was no %s" % what)


def main():
    folder = tempfile.mkdtemp(prefix="mixed")
    mixed = Mixed(folder)
    try:
        mixed.run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for sentence in mixed.wrong:
        print("FAILED: %s" % sentence)
    print("%d passed, %d failed" % (0 if mixed.wrong else 1, len(mixed.wrong)))
    return 1 if mixed.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
