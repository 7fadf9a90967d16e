"""vial serve among strangers: slow ones, many that idle, those who vanish; no more descriptors, a full disk, a signal.

Whatever they do, others are answered, nothing stays open, and an answer that was begun is whole. The numbers are small
here; VIAL_STRANGERS=full takes those that the server is built for (some minutes).
"""
import os
import resource
import shutil
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import vial

FULL = os.environ.get("VIAL_STRANGERS") == "full"
IDLE = 9_800 if FULL else 800
AT_ONCE = 512
VANISHING = 2_000 if FULL else 150
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
PAGE = b"<!doctype html><title>x</title>" + b"x" * 4000
PATIENCE = 60


def answer_of(connection):
    """One whole answer with a length: its status and its body. None: the connection ended before there was any."""
    connection.settimeout(PATIENCE)
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        if not more:
            if got:
                raise AssertionError("half a head: %r" % got)
            return None
        got += more
    head, body = got.split(b"\r\n\r\n", 1)
    length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")))
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            raise AssertionError("%d bytes of %d" % (len(body), length))
        body += more
    return int(head[9:12]), body


class Strangers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        for name, data in (("index.html", PAGE), ("big.bin", b"b" * 8_000_000)):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(data)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.idle = min(IDLE, hard - 1000)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def serve(self, *words):
        return vial.Server("--root", self.folder, *words)

    def connect(self, server):
        return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)

    def ask(self, server):
        with self.connect(server) as connection:
            connection.sendall(GET)
            return answer_of(connection)

    def descriptors(self, server):
        return len(os.listdir("/proc/%d/fd" % server.process.pid))

    def assert_nothing_stays_open(self, server, before):
        until = time.monotonic() + PATIENCE
        while self.descriptors(server) > before and time.monotonic() < until:
            time.sleep(0.05)
        self.assertLessEqual(self.descriptors(server), before)

    def test_one_byte_a_second_gains_nothing_and_keeps_nobody_waiting(self):
        said = {}

        def trickle(server, name, first, byte):
            begun = time.monotonic()
            with self.connect(server) as connection:
                connection.sendall(first)
                connection.settimeout(1)
                got = b""
                while time.monotonic() - begun < PATIENCE:
                    try:
                        got = connection.recv(1000)
                        break
                    except TimeoutError:
                        connection.sendall(byte)
                said[name] = (got[9:12], time.monotonic() - begun)

        with self.serve() as server:
            before = self.descriptors(server)
            slow = [threading.Thread(target=trickle, args=(server, *what)) for what in (
                ("head", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"x"),
                ("body", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", b"x"),
                ("chunks", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n", b"x"))]
            for thread in slow:
                thread.start()
            while any(thread.is_alive() for thread in slow):
                begun = time.monotonic()
                self.assertEqual(self.ask(server), (200, PAGE))
                self.assertLess(time.monotonic() - begun, 5)
                time.sleep(0.5)
            for name, (status, took) in said.items():
                self.assertEqual((name, status), (name, b"408"))
                self.assertGreater(took, 9)
                self.assertLess(took, 25)
            self.assertEqual(len(said), 3)
            self.assert_nothing_stays_open(server, before + 1)

    def test_many_idle_ones_cost_nobody_an_answer_and_ask_at_once(self):
        with self.serve() as server:
            self.ask(server)
            before = self.descriptors(server)
            idle = []
            for _ in range(self.idle):
                connection = self.connect(server)
                connection.sendall(GET)
                idle.append(connection)
            for connection in idle:
                self.assertEqual(answer_of(connection), (200, PAGE))
            self.assertEqual(self.ask(server), (200, PAGE))
            for connection in idle[:AT_ONCE]:
                connection.sendall(GET)
            begun = time.monotonic()
            for connection in idle[:AT_ONCE]:
                self.assertEqual(answer_of(connection), (200, PAGE))
            self.assertLess(time.monotonic() - begun, 20)
            for connection in idle:
                connection.close()
            self.assert_nothing_stays_open(server, before)

    def test_who_vanishes_in_the_middle_leaves_nothing_behind(self):
        with self.serve() as server:
            self.ask(server)
            before = self.descriptors(server)
            for turn in range(VANISHING):
                connection = self.connect(server)
                connection.sendall(b"GET /big.bin HTTP/1.1\r\nHost: a\r\n" + (
                    b"Range: bytes=0-1000000,3000000-6000000\r\n" if turn % 3 == 0 else b"") + b"\r\n")
                if turn % 2:
                    connection.recv(1000)
                if turn % 4 > 1: # without a word
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
            self.assertEqual(self.ask(server), (200, PAGE))
            self.assert_nothing_stays_open(server, before + 1) # the large file may stay at hand

    def test_when_descriptors_run_out_the_idlest_makes_room(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with self.serve() as server:
            self.ask(server)
            most = self.descriptors(server) + 40
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, hard))
            idle = []
            for _ in range(200):
                connection = self.connect(server)
                connection.sendall(GET)
                idle.append(connection)
                time.sleep(0.002)
            answered = 0
            for connection in idle:
                try:
                    got = answer_of(connection)
                except ConnectionResetError: # it was the idlest
                    continue
                answered += got is not None
                self.assertIn(got and got[0], (200, 503, None))
            self.assertGreaterEqual(answered, 40)
            for _ in range(20):
                self.assertIn(self.ask(server)[0], (200, 503))
            for connection in idle:
                connection.close()
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
            time.sleep(0.3)
            self.assertEqual(self.ask(server), (200, PAGE))

    def test_a_full_disk_under_the_log_stops_no_answer(self):
        with self.serve("--access-log", "/dev/full") as server:
            for _ in range(50):
                self.assertEqual(self.ask(server), (200, PAGE))

    def test_a_signal_under_load_cuts_no_answer_off(self):
        whole, wrong = [], []

        def keep_asking(port):
            count = 0
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
                    while True:
                        connection.sendall(GET)
                        got = answer_of(connection)
                        if got is None:
                            break
                        if got != (200, PAGE):
                            wrong.append(got)
                        count += 1
            except (BrokenPipeError, ConnectionResetError, ConnectionRefusedError):
                pass # what it had not begun to answer
            except AssertionError as half:
                wrong.append(half)
            whole.append(count)

        with self.serve() as server:
            clients = [threading.Thread(target=keep_asking, args=(server.port,)) for _ in range(16)]
            for client in clients:
                client.start()
            time.sleep(1)
            server.process.send_signal(signal.SIGTERM)
            for client in clients:
                client.join(PATIENCE)
        self.assertEqual(server.code, 0)
        self.assertEqual(wrong, [])
        self.assertEqual(len(whole), 16)
        self.assertGreater(sum(whole), 100)


if __name__ == "__main__":
    unittest.main()
