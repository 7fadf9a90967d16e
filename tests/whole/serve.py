"""vial serve, as it is run: with real clients, a real log and real signals.

curl and wrk are asked where they are installed; everything else is Python's own sockets.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import vial

PAGE = b"<!doctype html><title>x</title>" + b"x" * 4000


def write(folder, name, data):
    vial.write_file(os.path.join(folder, name), data)


class ServeFolder(unittest.TestCase):
    """vial serve --root DIR"""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.public = os.path.join(self.folder, "public")
        write(self.public, "index.html", PAGE)
        write(self.public, "blog/index.html", b"blog")
        write(self.public, "404.html", b"lost")
        write(self.public, ".git/config", b"secret")
        write(self.public, "big.bin", os.urandom(5_000_000))
        write(self.folder, "outside.txt", b"secret")
        os.symlink("../outside.txt", os.path.join(self.public, "away.txt"))

    def tearDown(self):
        shutil.rmtree(self.folder)

    def serve(self, *words):
        return vial.Server("--root", self.public, *words)

    def test_pages_folders_and_what_is_not_there(self):
        with self.serve() as server:
            status, headers, body = server.get("/")
            self.assertEqual((status, body), (200, PAGE))
            self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("Referrer-Policy", headers)
            status, headers, _ = server.get("/blog?a=b")
            self.assertEqual((status, headers["Location"]), (308, "/blog/?a=b"))
            self.assertEqual(server.get("/blog/")[2], b"blog")
            self.assertEqual(server.get("/none")[::2], (404, b"lost"))
            status, headers, body = server.get("/", method="HEAD")
            self.assertEqual((status, headers["Content-Length"], body), (200, str(len(PAGE)), b""))
            etag = server.get("/")[1]["ETag"]
            status, _, body = server.get("/", headers={"If-None-Match": etag})
            self.assertEqual((status, body), (304, b""))

    def test_nothing_hidden_and_nothing_outside_is_served(self):
        with self.serve() as server:
            for path in ("/.git/config", "/away.txt", "/../outside.txt", "/%2e%2e/outside.txt",
                         "/blog/..%2f..%2foutside.txt", "/%2e%2e%2foutside.txt", "//outside.txt"):
                status, _, body = server.get(path)
                self.assertEqual((status, body), (404, b"lost"), path)

    def test_its_own_redirects_and_headers_are_obeyed(self):
        write(self.public, "_redirects", b"/old/* /blog/:splat 302\n")
        write(self.public, "_headers", b"/blog/\n  X-Own: yes\n  ! Referrer-Policy\n")
        with self.serve() as server:
            status, headers, _ = server.get("/old/x?y")
            self.assertEqual((status, headers["Location"]), (302, "/blog/x?y"))
            _, headers, _ = server.get("/blog/")
            self.assertEqual(headers["X-Own"], "yes")
            self.assertNotIn("Referrer-Policy", headers)
            self.assertEqual(server.get("/_redirects")[0], 404)

    def test_faults_in_its_rules_are_told_and_it_does_not_start(self):
        write(self.public, "_redirects", b"/a /b\n/old /new 999\n")
        write(self.public, "_headers", b"/*\n  Content-Length: 5\n")
        code, _, said = vial.run("serve", "--root", self.public, "-p", "0")
        self.assertEqual(code, 1)
        self.assertIn("/_redirects:2:11: this is no status of a redirect", said)
        self.assertIn("/_headers:2:3: ", said)
        self.assertIn("2 errors", said)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl_fetches_resumes_and_sends(self):
        with open(os.path.join(self.public, "big.bin"), "rb") as file:
            big = file.read()
        with self.serve() as server:
            url = f"http://127.0.0.1:{server.port}"

            def curl(*words):
                return subprocess.run(["curl", "-sS", "--max-time", "30", *words],
                                      capture_output=True, check=True).stdout

            self.assertEqual(curl(f"{url}/big.bin"), big)
            self.assertEqual(curl("-r", "1000-1999", f"{url}/big.bin"), big[1000:2000])
            half = os.path.join(self.folder, "half")
            write(self.folder, "half", big[:2_345_678])
            curl("-C", "-", "-o", half, f"{url}/big.bin")
            with open(half, "rb") as file:
                self.assertEqual(file.read(), big)
            code = ("-o", os.devnull, "-w", "%{http_code}")
            self.assertEqual(curl(*code, "-d", "x=1", f"{url}/"), b"405")
            self.assertEqual(curl(*code, "-X", "OPTIONS", f"{url}/"), b"204")
            self.assertEqual(curl(*code, "--http1.0", f"{url}/"), b"200")
            self.assertEqual(curl(*code, "--path-as-is", f"{url}/../outside.txt"), b"404")
            self.assertEqual(curl(f"{url}/", f"{url}/blog/", f"{url}/"), PAGE + b"blog" + PAGE)

    @unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
    def test_wrk_meets_no_error(self):
        with self.serve() as server:
            said = subprocess.run(["wrk", "-c", "50", "-t", "1", "-d", "2", f"http://127.0.0.1:{server.port}/"],
                                  capture_output=True, check=True).stdout.decode()
        self.assertNotIn("Socket errors", said)
        self.assertNotIn("Non-2xx", said)
        self.assertGreater(float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)), 100)

    def test_the_access_log_has_a_line_for_each_request(self):
        log = os.path.join(self.folder, "access.log")
        with self.serve("--access-log", log) as server:
            server.get("/", headers={"User-Agent": 'bad" agent'})
            server.get("/none")
            with socket.create_connection(("127.0.0.1", server.port)) as bad:
                bad.sendall(b"nonsense\r\n\r\n")
                bad.recv(1000)
        with open(log, encoding="ascii") as file:
            lines = file.read().splitlines()
        self.assertEqual(len(lines), 3)
        # connections are answered by threads of their own, and a line is written after its answer: they may overtake
        lines.sort(key=lambda line: ['"GET / ', '"GET /none ', '"-" 400 '].index(re.search(r'"GET /\w* |"-" 400 ', line).group()))
        self.assertRegex(lines[0], r'^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] '
                                   r'"GET / HTTP/1\.1" 200 4031 "-" "bad\\x22 agent"$')
        self.assertIn('"GET /none HTTP/1.1" 404 4 ', lines[1])
        self.assertIn('"-" 400 0 ', lines[2])

    def test_sigterm_lets_a_download_finish_and_ends_with_zero(self):
        with self.serve() as server:
            with socket.create_connection(("127.0.0.1", server.port)) as slow:
                slow.settimeout(vial.SECONDS)
                slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                slow.sendall(b"GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n")
                got = slow.recv(1000)
                server.process.send_signal(signal.SIGTERM)
                time.sleep(0.3)
                self.assertIsNone(server.process.poll())
                with self.assertRaises(OSError): # nobody new is let in
                    socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
                while chunk := slow.recv(1 << 20):
                    got += chunk
            self.assertEqual(len(got.split(b"\r\n\r\n", 1)[1]), 5_000_000)
        self.assertEqual(server.code, 0)

    def test_who_asks_it_to_look_again_while_it_ends_harms_nothing(self):
        for _ in range(5):
            with self.serve() as server:
                server.process.send_signal(signal.SIGTERM)
                until = time.monotonic() + vial.SECONDS
                while server.process.poll() is None and time.monotonic() < until:
                    server.process.send_signal(signal.SIGHUP)
            self.assertEqual(server.code, 0, "".join(server.said))

    def test_sigint_under_load_loses_no_answer(self):
        lost = []

        def ask(port):
            while True:
                try:
                    connection = socket.create_connection(("127.0.0.1", port))
                except OSError:
                    return
                got = b""
                with connection:
                    connection.settimeout(vial.SECONDS)
                    try:
                        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                        while chunk := connection.recv(65536):
                            got += chunk
                    except OSError:
                        if not got: # it was in the queue of a listener that went: nobody has read it
                            return
                    if not got.endswith(PAGE):
                        lost.append(got)

        with self.serve() as server:
            clients = [threading.Thread(target=ask, args=(server.port,)) for _ in range(6)]
            for client in clients:
                client.start()
            time.sleep(0.5)
            server.process.send_signal(signal.SIGINT)
            for client in clients:
                client.join(vial.SECONDS)
        self.assertEqual(server.code, 0)
        self.assertEqual(lost, [])

    def test_what_cannot_be_served_is_said(self):
        code, _, said = vial.run("serve", "--root", "/nowhere/at/all", "-p", "0")
        self.assertEqual(code, 1)
        self.assertIn("/nowhere/at/all", said)
        with self.serve() as server:
            code, _, said = vial.run("serve", "--root", self.public, "-p", str(server.port))
        self.assertEqual(code, 1)
        self.assertIn("in use", said)
        self.assertEqual(vial.run("serve", "-p", "70000")[0], 2)


class ServeSite(unittest.TestCase):
    """vial serve"""

    def test_the_redirects_of_a_build_are_obeyed_when_it_is_served(self):
        with tempfile.TemporaryDirectory() as folder:
            site = os.path.join(folder, "site")
            self.assertEqual(vial.run("new", site)[0], 0)
            write(site, "content/moved.md", b"---\ntitle: Moved\naliases: [/was/here/, \"/caf\xc3\xa9 2/\"]\n---\nText.\n")
            self.assertEqual(vial.run("build", "-s", site)[0], 0)
            with vial.Server("--root", os.path.join(site, "public")) as server:
                for path in ("/was/here/", "/was/here", "/caf%C3%A9%202/"):
                    status, headers, _ = server.get(path)
                    self.assertEqual((path, status, headers["Location"]), (path, 301, "/moved/"))
                self.assertEqual(server.get("/moved/")[0], 200)

    def test_a_site_is_rendered_when_it_is_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            site = os.path.join(folder, "site")
            self.assertEqual(vial.run("new", site)[0], 0)
            self.assertEqual(vial.run("build", "-s", site, "-o", os.path.join(folder, "out"))[0], 0)
            for words in ((), ("--threads", "2")):
                with vial.Server("-s", site, *words) as server:
                    built = vial.files_of(os.path.join(folder, "out"))
                    self.assertEqual(server.get("/")[::2], (200, built["index.html"]))
                    self.assertEqual(server.get("/none/")[0], 404)
                    self.assertEqual(server.get("/", method="HEAD")[2], b"")


if __name__ == "__main__":
    unittest.main()
