"""vial serve, as operators run it: many listeners, behind proxies, watched, limited, its logs rotated."""
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import vial

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def ask(address, path="/", headers=(), before=b""):
    """Status, header block and body of one request over a connection of its own."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as one:
        one.settimeout(vial.SECONDS)
        one.connect(address)
        lines = [f"GET {path} HTTP/1.1", "Host: a", "Connection: close", *headers, "", ""]
        one.sendall(before + "\r\n".join(lines).encode())
        got = b""
        while chunk := one.recv(65536):
            got += chunk
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head[9:12]) if head else None, head.decode(), body


def wait_for(what):
    for _ in range(vial.SECONDS * 20):
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def refuses(path):
    with socket.socket(socket.AF_UNIX) as one:
        return one.connect_ex(path) != 0


class Operation(unittest.TestCase):
    """vial serve --root DIR"""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.public = os.path.join(self.folder, "public")
        os.mkdir(self.public)
        with open(os.path.join(self.public, "index.html"), "wb") as file:
            file.write(b"page")
        self.log = os.path.join(self.folder, "access.log")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def serve(self, *words):
        return vial.Server("--root", self.public, *words)

    def lines(self, name=None):
        try:
            with open(name or self.log, encoding="ascii") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    # --- listeners ---

    def test_many_listeners_of_every_kind_answer(self):
        path = os.path.join(self.folder, "socket")
        with self.serve("-l", "http://127.0.0.1:0", "-l", "[::1]:0", "-l", f"unix:{path},mode=0600", "-l", ":0",
                        "--workers", "3") as server:
            six = int(re.search(r"http://\[::1\]:(\d+)/", server.said[-1]).group(1))
            every = int(re.search(r"http://\*:(\d+)/", server.said[-1]).group(1))
            self.assertIn(f"unix:{path}", server.said[-1])
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            for _ in range(20):
                for address in (("127.0.0.1", server.port), ("::1", six), path, ("127.0.0.1", every), ("::1", every)):
                    self.assertEqual(ask(address)[::2], (200, b"page"))
        self.assertFalse(os.path.exists(path))

    def test_a_socket_that_nobody_serves_any_more_is_taken_over_and_no_other(self):
        path = os.path.join(self.folder, "socket")
        with socket.socket(socket.AF_UNIX) as left_behind:
            left_behind.bind(path)
        with self.serve("-l", "http://127.0.0.1:0", "-l", f"unix:{path}"):
            self.assertEqual(ask(path)[0], 200)
            code, _, said = vial.run("serve", "--root", self.public, "-l", f"unix:{path}")
            self.assertEqual(code, 1)
            self.assertIn(path, said)
            self.assertEqual(ask(path)[0], 200)
        precious = os.path.join(self.folder, "precious")
        with open(precious, "w", encoding="ascii"):
            pass
        self.assertEqual(vial.run("serve", "--root", self.public, "-l", f"unix:{precious}")[0], 1)
        self.assertTrue(os.path.exists(precious))

    def test_what_is_no_place_is_said(self):
        for wrong in ("nowhere", "127.0.0.1:x", "127.0.0.1:70000", "::1:80", "[::1:80", "unix:", "unix:/a,mode=9",
                      "http://127.0.0.1:0,mode=0600", "127.0.0.1:0,what", "systemd", "http://127.0.0.1"):
            code, _, said = vial.run("serve", "--root", self.public, "-l", wrong)
            self.assertEqual(code, 2, wrong)
            self.assertNotEqual(said, "")

    def test_a_server_that_ends_late_leaves_the_socket_to_the_next_one(self):
        path = os.path.join(self.folder, "socket")
        first = self.serve("-l", "http://127.0.0.1:0", "-l", f"unix:{path}")
        with first, socket.socket(socket.AF_UNIX) as slow:
            slow.connect(path)
            slow.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
            self.assertEqual(ask(path)[0], 200)
            first.process.terminate()
            wait_for(lambda: refuses(path))
            with self.serve("-l", "http://127.0.0.1:0", "-l", f"unix:{path}"):
                self.assertEqual(ask(path)[0], 200)
                slow.sendall(b"\r\n")
                self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 200"))
                slow.close()
                first.process.wait(vial.SECONDS)
                self.assertEqual(ask(path)[0], 200)
            self.assertFalse(os.path.exists(path))

    def test_sockets_of_systemd_are_served(self):
        first, second = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
        with first, second:
            addresses = first.getsockname(), second.getsockname()
            # as systemd does it: the descriptors are 3 and 4, and the process is told that they are its own
            starter = ("import os,sys\n"
                       "for n, fd in enumerate(map(int, sys.argv[1:3])): os.dup2(fd, 100 + n)\n"
                       "for n in range(2): os.dup2(100 + n, 3 + n)\n"
                       "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2', LISTEN_FDNAMES='web:other')\n"
                       "os.execv(sys.argv[3], sys.argv[3:])\n")
            words = [sys.executable, "-c", starter, str(first.fileno()), str(second.fileno()), vial.PROGRAM, "serve",
                     "--root", self.public, "-l", "systemd"]
            process = subprocess.Popen(words, pass_fds=(first.fileno(), second.fileno()), stderr=subprocess.PIPE)
            try:
                self.assertIn(b"confined", process.stderr.readline())
                self.assertIn(b"systemd", process.stderr.readline())
                for address in addresses:
                    self.assertEqual(ask(address)[::2], (200, b"page"))
            finally:
                process.send_signal(signal.SIGTERM)
                code = process.wait(vial.SECONDS)
                process.stderr.close()
        self.assertEqual(code, 0)

    # --- the log ---

    def test_a_log_that_was_renamed_is_begun_anew(self):
        with self.serve("--access-log", self.log) as server:
            server.get("/one")
            wait_for(self.lines)
            os.rename(self.log, self.log + ".1")
            server.process.send_signal(signal.SIGUSR1)
            wait_for(lambda: os.path.exists(self.log))
            server.get("/two")
            wait_for(self.lines)
            os.rename(self.log, self.log + ".2")  # and nobody says so
            wait_for(lambda: server.get("/three") and self.lines())
        self.assertIn("/one", self.lines(self.log + ".1")[-1])
        self.assertIn("/two", self.lines(self.log + ".2")[0])
        self.assertIn("/three", self.lines()[-1])

    def test_the_log_as_json(self):
        with self.serve("--access-log", self.log, "--log-format", "json") as server:
            server.get("/?q=%22", headers={"User-Agent": 'a "b" \\ c\t\xe9', "Referer": "/from"})
            ask(("127.0.0.1", server.port), "/\r\nnonsense")
        lines = [json.loads(line) for line in self.lines()]
        self.assertEqual(len(lines), 2)
        line, refused = sorted(lines, key=lambda one: "refused" in one)
        self.assertRegex(line.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertGreaterEqual(line.pop("seconds"), 0)
        self.assertEqual(line, {"peer": "127.0.0.1", "method": "GET", "scheme": "http", "host": f"127.0.0.1:{server.port}",
                                "target": "/?q=%22", "protocol": "HTTP/1.1", "status": 200, "bytes": 4, "whole": True,
                                "referer": "/from", "user_agent": 'a "b" \\ c\t\xe9'})
        self.assertEqual(refused["status"], 400)

    def test_a_full_disk_under_the_log_stops_nobody(self):
        with self.serve("--access-log", "/dev/full") as server:
            for _ in range(5):
                self.assertEqual(server.get("/")[0], 200)

    # --- what it says of itself ---

    def test_health_and_metrics_are_at_their_own_address_only(self):
        with self.serve("--status", "127.0.0.1:0") as server:
            status = ("127.0.0.1", int(re.search(r"state on http://127\.0\.0\.1:(\d+)/", server.said[-1]).group(1)))
            for _ in range(3):
                server.get("/")
            self.assertEqual(server.get("/-/health")[0], 404)
            self.assertEqual(server.get("/-/metrics")[0], 404)
            ask(("127.0.0.1", server.port), "/\r\nnonsense")
            self.assertEqual(ask(status, "/-/health")[::2], (200, b"ok\n"))
            self.assertEqual(ask(status, "/")[0], 404)

            def metrics():
                code, head, text = ask(status, "/-/metrics")
                self.assertEqual(code, 200)
                self.assertIn("version=0.0.4", head)
                found = {}
                for line in text.decode().splitlines():
                    if not line.startswith("#"):
                        self.assertRegex(line, r'^[a-z_0-9]+(\{[a-z]+="[^"]*"\})? -?[0-9.]+$')
                        name, value = line.rsplit(" ", 1)
                        found[name] = float(value)
                return found

            wait_for(lambda: metrics()["vial_requests_open"] == 0)
            found = metrics()
            self.assertEqual(found['vial_responses_total{code="200"}'], 3)
            self.assertEqual(found['vial_responses_total{code="404"}'], 2)
            self.assertEqual(found["vial_requests_total"], 5)
            self.assertEqual(found["vial_requests_refused_total"], 1)
            self.assertEqual(found['vial_response_seconds_bucket{le="+Inf"}'], 5)
            self.assertEqual(found["vial_response_seconds_count"], 5)
            self.assertEqual(found["vial_connections_total"], 2)
            self.assertGreater(found["process_resident_memory_bytes"], 1e6)

    def test_a_server_that_drains_says_so(self):
        with open(os.path.join(self.public, "big"), "wb") as file:
            file.truncate(50_000_000)
        with self.serve("--status", "127.0.0.1:0") as server:
            status = ("127.0.0.1", int(re.search(r"state on http://127\.0\.0\.1:(\d+)/", server.said[-1]).group(1)))
            with socket.create_connection(("127.0.0.1", server.port)) as slow:
                slow.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                slow.recv(10)
                server.process.send_signal(signal.SIGTERM)
                wait_for(lambda: ask(status, "/-/health")[::2] == (503, b"draining\n"))
                while slow.recv(1 << 20):
                    pass

    # --- behind proxies ---

    def peer_of(self, words, before=b"", headers=()):
        """Whom the log says a request was from, or its status when it was none."""
        if os.path.exists(self.log):
            os.remove(self.log)
        with self.serve("--access-log", self.log, "--log-format", "json", *words) as server:
            code, _, _ = ask(("127.0.0.1", server.port), "/", headers, before)
        line = json.loads(self.lines()[0])
        return (line["peer"], line["scheme"]) if code == 200 else code

    @unittest.skipIf(vial.has("http2"), "it has HTTP/2")
    def test_http2_that_is_missing_is_said(self):
        code, _, said = vial.run("serve", "--root", self.public, "-l", "http://127.0.0.1:0,h2c")
        self.assertEqual((code, "-Dhttp2=enabled" in said), (2, True), said)

    def test_the_proxy_protocol_says_whom_a_connection_is_for(self):
        def two(command, family, data):
            return SIGNATURE + struct.pack("!BBH", 0x20 | command, family, len(data)) + data

        four = socket.inet_aton("192.0.2.7") + socket.inet_aton("10.0.0.1") + struct.pack("!HH", 4711, 443)
        six = (socket.inet_pton(socket.AF_INET6, "2001:db8::7") + socket.inet_pton(socket.AF_INET6, "::1") +
               struct.pack("!HH", 4711, 443))
        for before, expected in (
                (b"PROXY TCP4 192.0.2.7 10.0.0.1 4711 443\r\n", ("192.0.2.7", "http")),
                (b"PROXY TCP6 2001:db8::7 ::1 4711 443\r\n", ("2001:db8::7", "http")),
                (b"PROXY UNKNOWN\r\n", ("127.0.0.1", "http")),
                (two(1, 0x11, four), ("192.0.2.7", "http")),
                (two(1, 0x21, six), ("2001:db8::7", "http")),
                (two(1, 0x11, four + b"\x04\x00\x01x" + b"\x20\x00\x05\x01\0\0\0\0"), ("192.0.2.7", "https")),
                (two(0, 0x00, b""), ("127.0.0.1", "http")),
                (b"", 400), (b"PROXY TCP4 nonsense 10.0.0.1 4711 443\r\n", 400), (b"PROXY " + b"x" * 200, 400),
                (two(5, 0x11, four), 400), (two(1, 0x11, four[:5]), 400), (two(1, 0x11, b"x" * 60000), 400)):
            self.assertEqual(self.peer_of(["--proxy-protocol"], before), expected, before[:60])

    def test_the_proxy_protocol_may_come_byte_by_byte(self):
        with self.serve("--proxy-protocol", "--access-log", self.log) as server:
            with socket.create_connection(("127.0.0.1", server.port)) as slow:
                slow.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for byte in b"PROXY TCP4 192.0.2.9 10.0.0.1 4711 443\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n":
                    slow.sendall(bytes([byte]))
                    time.sleep(0.001)
                self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 200"))
            with socket.create_connection(("127.0.0.1", server.port)) as gone:
                gone.sendall(b"PROXY TC")
        self.assertIn("192.0.2.9 - -", self.lines()[0])

    def test_a_trusted_proxy_is_believed_and_nobody_else(self):
        said = ["X-Forwarded-For: 6.6.6.6, 192.0.2.7, 10.1.2.3", "X-Forwarded-Proto: https"]
        self.assertEqual(self.peer_of([], headers=said), ("127.0.0.1", "http"))
        self.assertEqual(self.peer_of(["--trust", "10.0.0.0/8"], headers=said), ("127.0.0.1", "http"))
        self.assertEqual(self.peer_of(["--trust", "127.0.0.1"], headers=said), ("10.1.2.3", "https"))
        self.assertEqual(self.peer_of(["--trust", "127.0.0.1", "--trust", "10.0.0.0/8"], headers=said), ("192.0.2.7", "https"))
        two = ["X-Forwarded-For: 192.0.2.7", "X-Forwarded-For: [2001:db8::1]:4711, nonsense"]
        self.assertEqual(self.peer_of(["--trust", "127.0.0.0/8"], headers=two), ("127.0.0.1", "http"))
        two[1] = "X-Forwarded-For: [2001:db8::1]:4711"
        self.assertEqual(self.peer_of(["--trust", "127.0.0.0/8"], headers=two), ("2001:db8::1", "http"))
        scheme = ["X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https", "X-Forwarded-Proto: http"]
        self.assertEqual(self.peer_of(["--trust", "127.0.0.1"], headers=scheme), ("192.0.2.7", "http"))
        self.assertEqual(vial.run("serve", "--root", self.public, "--trust", "10.0.0.0/33")[0], 2)

    # --- confined ---

    def test_the_server_says_to_what_it_is_confined(self):
        with self.serve("--access-log", self.log) as server:
            self.assertRegex(server.said[0], r"confined: as user \d+; reads \d+ paths; writes 2 paths; starts no program and opens no socket")
            status = f"/proc/{server.process.pid}/status"
            with open(status, encoding="ascii") as file:
                self.assertRegex(file.read(), r"NoNewPrivs:\t1\n(.*\n)*Seccomp:\t2\n")
        with self.serve("--no-sandbox") as server:
            self.assertNotIn("confined", server.said[0])

    def test_a_folder_behind_links_is_served_and_so_is_the_next_release(self):
        """/srv/current -> /data/releases/1: whoever puts another there wants that to be served."""
        for release in ("one", "two"):
            os.makedirs(os.path.join(self.folder, "far/releases", release, "public"))
            with open(os.path.join(self.folder, "far/releases", release, "public/index.html"), "w", encoding="ascii") as file:
                file.write(release)
        os.mkdir(os.path.join(self.folder, "near"))
        current = os.path.join(self.folder, "near/current")
        for below in ("", "public"):
            root = os.path.join(current, below) if below else current
            page = "/" if below else "/public/"
            os.symlink(os.path.join(self.folder, "far/releases/one"), current)
            with vial.Server("--root", root) as server:
                self.assertEqual(server.get(page)[::2], (200, b"one"))
                os.symlink(os.path.join(self.folder, "far/releases/two"), current + "~")
                os.rename(current + "~", current)
                wait_for(lambda: server.get(page)[::2] == (200, b"two"))
            os.remove(current)

    @unittest.skipUnless(os.geteuid() == 0, "only root may make a folder at the top")
    def test_a_folder_at_the_top_does_not_open_all_others(self):
        top = tempfile.mkdtemp(prefix="vial-top-", dir="/")
        try:
            with open(os.path.join(top, "index.html"), "w", encoding="ascii") as file:
                file.write("top")
            with vial.Server("--root", top) as server:
                self.assertEqual(server.get("/")[::2], (200, b"top"))
                if "no Landlock" in server.said[0]:
                    self.skipTest("no Landlock here")
                os.rename(top, top + ".old")  # another folder, which was nobody's when it confined itself
                os.mkdir(top)
                with open(os.path.join(top, "index.html"), "w", encoding="ascii") as file:
                    file.write("of somebody else")
                self.assertEqual([server.get("/")[2] for _ in range(3)], [b"top"] * 3)
        finally:
            shutil.rmtree(top)
            shutil.rmtree(top + ".old", ignore_errors=True)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    def test_root_becomes_another_user(self):
        os.chmod(self.folder, 0o755)
        with self.serve("--user", "nobody") as server:
            self.assertEqual(server.get("/")[::2], (200, b"page"))
            for thread in os.listdir(f"/proc/{server.process.pid}/task"):
                with open(f"/proc/{server.process.pid}/task/{thread}/status", encoding="ascii") as file:
                    said = file.read()
                self.assertNotRegex(said, r"[UG]id:.*\b0\b")
                self.assertRegex(said, r"CapEff:\t0+\n")
        self.assertEqual(vial.run("serve", "--root", self.public, "-p", "0", "--user", "no such user")[0], 1)

    # --- few threads ---

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody who has no other processes")
    def test_with_fewer_threads_than_workers_everybody_is_served(self):
        """A limit of processes, as containers and systemd (TasksMax) have it: no door is left alone."""
        def few(limit):
            os.setgroups([])
            os.setgid(64321)
            os.setuid(64321)
            resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))

        os.chmod(self.folder, 0o755)
        for limit, said in ((4, "only 2 of 8 workers"), (2, "only 0 of 8 workers")):
            words = [vial.PROGRAM, "serve", "--root", self.public, "-p", "0", "--workers", "8", "--no-sandbox"]
            process = subprocess.Popen(words, stderr=subprocess.PIPE, preexec_fn=lambda: few(limit))
            try:
                lines = [process.stderr.readline().decode() for _ in range(2)]
                port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", lines[0]).group(1))
                self.assertIn(said, lines[1])
                for _ in range(30):
                    self.assertEqual(ask(("127.0.0.1", port), "/")[0], 200)
                process.terminate()
                self.assertEqual(process.wait(vial.SECONDS), 0)
            finally:
                process.kill()
                process.wait()
                process.stderr.close()

    # --- the units of the documentation ---

    def test_the_unit_that_we_advise_lets_the_server_confine_itself(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "content", "operation.md"), encoding="utf-8") as file:
            service, socket_unit = re.findall(r"```ini\n(.*?)```", file.read(), re.S)
        words = " ".join(re.findall(r"^SystemCallFilter=([^~].*)$", service, re.M)).split()
        for call in ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp"):
            self.assertIn(call, words)  # systemd kills whoever makes another call
        self.assertIn("SystemCallErrorNumber=EPERM", service)
        if not shutil.which("systemd-analyze"):
            return
        units = []
        for name, text in (("vial.service", service), ("vial.socket", socket_unit)):
            units.append(os.path.join(self.folder, name))
            with open(units[-1], "w", encoding="utf-8") as file:
                file.write(text.replace("/usr/bin/vial", vial.PROGRAM))
        done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
        self.assertEqual((done.returncode, [line for line in done.stderr.splitlines() if "/vial." in line]), (0, []))

    # --- limits and headers ---

    def test_who_asks_too_often_is_told_when_to_come_again(self):
        with self.serve("--rate", "1/5", "--trust", "127.0.0.1") as server:
            address = ("127.0.0.1", server.port)
            answers = [ask(address, "/", ["X-Forwarded-For: 192.0.2.1"]) for _ in range(12)]
            self.assertEqual([one[0] for one in answers[:5]], [200] * 5)
            self.assertEqual(answers[-1][0], 429)
            self.assertRegex(answers[-1][1], r"Retry-After: [1-9]\d*\r")
            for n in range(20):  # others are not meant; a /64 is one
                self.assertEqual(ask(address, "/", [f"X-Forwarded-For: 192.0.2.{n + 2}"])[0], 200)
            six = [ask(address, "/", [f"X-Forwarded-For: 2001:db8:1:2::{n + 1:x}"])[0] for n in range(12)]
            self.assertIn(429, six)
            self.assertEqual(ask(address, "/", ["X-Forwarded-For: 2001:db8:1:3::1"])[0], 200)

    def test_headers_are_added_replaced_and_left_out(self):
        with self.serve("--header", "X-Frame-Options: DENY", "--header", "referrer-policy: no-referrer",
                        "--header", "X-Content-Type-Options:") as server:
            for path in ("/", "/none"):
                headers = server.get(path)[1]
                self.assertEqual(headers["X-Frame-Options"], "DENY")
                self.assertEqual(headers.get_all("Referrer-Policy"), ["no-referrer"])
                self.assertIsNone(headers["X-Content-Type-Options"])
        for wrong in ("no colon", "a b: c", "A: b\r\nC: d", ": x"):
            self.assertEqual(vial.run("serve", "--root", self.public, "--header", wrong)[0], 2)

    def test_a_connection_too_many_makes_room(self):
        with self.serve("--connections", "4", "--workers", "1") as server:
            held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(10)]
            self.assertEqual(ask(("127.0.0.1", server.port))[0], 200)
            for one in held:
                one.close()


if __name__ == "__main__":
    unittest.main()
