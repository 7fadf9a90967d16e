"""vial serve over TLS, with real clients, broken ones, and certificates that change."""
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import vial


def port_of(server):
    server.tls = int(re.search(r"https://127\.0\.0\.1:(\d+)/", server.said[-1]).group(1))


@unittest.skipIf(vial.has("tls"), "it has TLS")
class NoTls(unittest.TestCase):
    def test_what_is_missing_is_said(self):
        code, _, said = vial.run("serve", "--root", ".", "-l", "https://127.0.0.1:0", "--tls-cert", "/none", "--tls-key", "/none")
        self.assertEqual((code, "-Dtls=enabled" in said), (1, True), said)


@unittest.skipUnless(vial.has("tls") and shutil.which("openssl"), "no openssl, or compiled without TLS")
class Tls(unittest.TestCase):
    """vial serve -l https://..."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.public = os.path.join(self.folder, "public")
        os.mkdir(self.public)
        self.big = os.urandom(3_000_000)
        for name, data in (("index.html", b"page"), ("big.bin", self.big), ("middle.bin", self.big[:20_000])):
            with open(os.path.join(self.public, name), "wb") as file:
                file.write(data)
        self.cert, self.key = vial.certificate(self.folder, "one")
        self.context = ssl.create_default_context(cafile=self.cert)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def serve(self, *words):
        return vial.Server("--root", self.public, "-l", "http://127.0.0.1:0", "-l", "https://127.0.0.1:0",
                           "--tls-cert", self.cert, "--tls-key", self.key, *words)
    def connect(self, server, context=None):
        plain = socket.create_connection(("127.0.0.1", server.tls), timeout=vial.SECONDS)
        return (context or self.context).wrap_socket(plain, server_hostname="localhost")

    def ask(self, server, path="/", context=None):
        with self.connect(server, context) as one:
            one.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            got = b""
            while chunk := one.recv(65536):
                got += chunk
        return got.partition(b"\r\n\r\n")[2]

    def test_pages_small_and_large_come_over_tls(self):
        with self.serve("--workers", "2") as server:
            port_of(server)
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = ssl.create_default_context(cafile=self.cert)
                context.minimum_version = context.maximum_version = version
                self.assertEqual(self.ask(server, "/", context), b"page")
                self.assertEqual(self.ask(server, "/middle.bin", context), self.big[:20_000])
                self.assertEqual(self.ask(server, "/big.bin", context), self.big)
            with self.connect(server) as one:  # many on one connection, some at once
                one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 50)
                got = b""
                while got.count(b"page") < 50:
                    got += one.recv(65536)
            self.assertEqual(server.get("/")[0], 200)

    def test_old_versions_and_weak_ciphers_are_not_spoken(self):
        with self.serve() as server:
            port_of(server)

            def openssl(*words):
                return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.tls}", *words], input=b"",
                                      capture_output=True, timeout=vial.SECONDS)

            for words in (("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), ("-tls1", "-cipher", "ALL:@SECLEVEL=0"),
                          ("-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"), ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"),
                          ("-tls1_2", "-cipher", "AES128-GCM-SHA256"), ("-alpn", "spdy/3")):
                self.assertNotEqual(openssl(*words).returncode, 0, words)
            for words in (("-tls1_3",), ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"), ("-alpn", "http/1.1")):
                self.assertEqual(openssl(*words).returncode, 0, words)
            self.assertIn(b"ALPN protocol: http/1.1", openssl("-alpn", "http/1.1").stdout)

    def test_a_client_that_comes_again_is_known_by_its_ticket(self):
        with self.serve() as server:
            port_of(server)
            context = ssl.create_default_context(cafile=self.cert)
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            with self.connect(server, context) as one:
                session = one.session
            plain = socket.create_connection(("127.0.0.1", server.tls), timeout=vial.SECONDS)
            with context.wrap_socket(plain, server_hostname="localhost", session=session) as again:
                self.assertTrue(again.session_reused)

    def test_http_in_the_clear_is_told_what_is_spoken_here(self):
        with self.serve() as server:
            port_of(server)
            with socket.create_connection(("127.0.0.1", server.tls), timeout=vial.SECONDS) as one:
                one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                got = b""
                while chunk := one.recv(65536):
                    got += chunk
            self.assertTrue(got.startswith(b"HTTP/1.1 400 "), got)
            self.assertIn(b"https://", got)

    def test_broken_handshakes_harm_nobody(self):
        hello = subprocess.run([sys.executable, "-c", "import ssl,sys\n"
                                "i,o=ssl.MemoryBIO(),ssl.MemoryBIO()\n"
                                "t=ssl.create_default_context().wrap_bio(i,o,server_hostname='localhost')\n"
                                "try: t.do_handshake()\nexcept ssl.SSLWantReadError: pass\n"
                                "sys.stdout.buffer.write(o.read())"], capture_output=True, check=True).stdout
        self.assertEqual(hello[0], 0x16)
        with self.serve() as server:
            port_of(server)
            broken = [b"", b"\x16", hello[:7], hello[:-1], b"\x16\x03\x01\xff\xff" + b"x" * 70000, b"\x00" * 100, b"\xff" * 5000,
                      b"\x15\x03\x01\x00\x02\x02\x28", hello + b"\x17\x03\x03\x00\x05hello"]
            broken += [hello[:n] + bytes([hello[n] ^ 0xff]) + hello[n + 1:] for n in range(0, len(hello), 11)]
            for data in broken:
                with socket.create_connection(("127.0.0.1", server.tls), timeout=vial.SECONDS) as one:
                    try:
                        one.sendall(data)
                        one.shutdown(socket.SHUT_WR)
                        while one.recv(65536):
                            pass
                    except OSError:  # it hung up on us
                        pass
            self.assertEqual(self.ask(server), b"page")

    def test_a_handshake_has_its_time_and_no_more(self):
        with self.serve() as server:
            port_of(server)
            began = time.monotonic()
            with socket.create_connection(("127.0.0.1", server.tls), timeout=vial.SECONDS) as slow:
                slow.sendall(b"\x16\x03\x01")
                try:
                    self.assertEqual(slow.recv(10), b"")
                except ConnectionError:
                    pass
            self.assertLess(time.monotonic() - began, 60)
            self.assertGreater(time.monotonic() - began, 5)

    def test_clients_that_vanish_in_the_middle_harm_nobody(self):
        with self.serve() as server:
            port_of(server)
            for n in range(20):
                one = self.connect(server)
                one.sendall(b"GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n")
                one.recv(1 + 1000 * n)
                if n % 2:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                one.close()
            self.assertEqual(self.ask(server, "/big.bin"), self.big)

    def test_a_slow_reader_gets_all_of_it(self):
        with self.serve() as server:
            port_of(server)
            with socket.socket() as plain:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                plain.settimeout(vial.SECONDS)
                plain.connect(("127.0.0.1", server.tls))
                with self.context.wrap_socket(plain, server_hostname="localhost") as one:
                    one.sendall(b"GET /big.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    got = b""
                    while chunk := one.recv(5000):
                        got += chunk
                        if len(got) < 300_000:
                            time.sleep(0.001)
            self.assertEqual(got.partition(b"\r\n\r\n")[2], self.big)

    def serial(self, server):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with self.connect(server, context) as one:
            return one.getpeercert(binary_form=True)

    def test_a_renewed_certificate_is_used_and_a_broken_one_is_not(self):
        with self.serve() as server:
            port_of(server)
            held = self.connect(server)
            before = self.serial(server)
            time.sleep(1.1)
            vial.certificate(self.folder, "one")
            server.process.send_signal(signal.SIGHUP)
            until = time.monotonic() + 60
            while self.serial(server) == before and time.monotonic() < until:
                time.sleep(0.2)
            renewed = self.serial(server)
            self.assertNotEqual(renewed, before)
            time.sleep(1.1)
            with open(self.cert, "wb") as file:
                file.write(b"no certificate")
            time.sleep(1.1)
            self.assertEqual(self.serial(server), renewed)
            until = time.monotonic() + 60  # what it says is read by a thread of ours
            while not any("cannot be used" in line for line in server.said) and time.monotonic() < until:
                time.sleep(0.1)
            self.assertTrue(any("cannot be used" in line for line in server.said))
            held.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")  # those that began with the old one go on
            self.assertIn(b"200 OK", held.recv(1000))
            held.close()

    def test_what_is_wrong_with_certificates_is_said(self):
        other = vial.certificate(self.folder, "two")[1]
        for words in (("-l", "https://127.0.0.1:0"), ("--tls-cert", self.cert), ("--tls-cert", "/none", "--tls-key", self.key),
                      ("--tls-cert", self.cert, "--tls-key", other), ("--tls-cert", self.key, "--tls-key", self.cert)):
            code, _, said = vial.run("serve", "--root", self.public, "-p", "0", *words)
            self.assertIn(code, (1, 2))
            self.assertRegex(said, "certificate|tls-key")

    def test_the_certificate_of_the_name_that_is_asked_for(self):
        cert, key = vial.certificate(self.folder, "other", "other.example")
        with self.serve("--tls-cert", cert, "--tls-key", key) as server:
            port_of(server)
            for name, where in (("localhost", self.cert), ("other.example", cert)):
                context = ssl.create_default_context(cafile=where)
                plain = socket.create_connection(("127.0.0.1", server.tls), timeout=vial.SECONDS)
                with context.wrap_socket(plain, server_hostname=name) as one:
                    self.assertTrue(one.version())

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl_and_the_drain(self):
        with self.serve() as server:
            port_of(server)
            got = subprocess.run(["curl", "-sS", "--http1.1", "--max-time", "30", "--cacert", self.cert, f"https://localhost:{server.tls}/big.bin",
                                  "--resolve", f"localhost:{server.tls}:127.0.0.1"], capture_output=True, check=True).stdout
            self.assertEqual(got, self.big)
            one = self.connect(server)
            one.sendall(b"GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n")
            first = one.recv(1000)
            server.process.send_signal(signal.SIGTERM)
            while chunk := one.recv(65536):
                first += chunk
            self.assertEqual(first.partition(b"\r\n\r\n")[2], self.big)
            one.close()

    def test_many_at_once(self):
        with self.serve("--workers", "2") as server:
            port_of(server)
            wrong = []

            def ask():
                for _ in range(10):
                    if self.ask(server, "/middle.bin") != self.big[:20_000]:
                        wrong.append(1)
            threads = [threading.Thread(target=ask) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(vial.SECONDS)
            self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
