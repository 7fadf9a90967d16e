"""What a client of HTTP/2 may cost, and how long it is waited for: RFC 9113 §5.1.2, §5.2, §6.8, §6.9, §10.5."""
import concurrent.futures
import os
import socket
import struct
import threading
import time
import unittest

from frames import *  # noqa: F403
from little import Little, Shared, main


class Limits(Shared):
    """What strangers may cost."""

    def test_what_is_too_much_gets_its_status(self):
        """RFC 9110 §15.5, §15.6; §6.5.2 for the head"""
        client = self.client()
        for status, words in ((414, ("/" + "a" * 9000,)), (431, ("/", "GET", *[("x%d" % i, "1") for i in range(120)])),
                              (431, ("/", "GET", ("x", "a" * 8000), ("y", "a" * 9000))), (501, ("/", "M" * 40)),
                              (417, ("/echo", "POST", ("expect", "the-moon"))), (413, ("/echo", "POST", ("content-length", "200001")))):
            body = b"" if status in (413, 417) else None
            got = client.get(*words, body=body) if status != 413 else client.answer(self.begin(client, words))
            self.assertEqual(got.status, status)
            self.assertTrue(got.body.startswith(b"%d " % status), got.body)
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, client.next, block([(":method", "CONNECT"), (":authority", "a:1")])))
        self.assertEqual(client.answer(client.next).status, 501)
        client.next += 2
        self.assertEqual(client.get("/").body, b"hello\n")

    def begin(self, client, words):
        stream = client.next
        client.next += 2
        client.send(frame(HEADERS, END_HEADERS, stream, block(request(*words))))
        return stream

    def test_a_body_without_a_length_has_a_limit(self):
        """RFC 9110 §15.5.14; §8.1: the rest of the request is not waited for"""
        client = self.client()
        stream = self.begin(client, ("/echo", "POST"))
        for _ in range(13):
            allowed = 65535 + client.windows.get(stream, 0)
            client.send(frame(DATA, 0, stream, bytes(16384)))
            client.echoes()
            self.assertGreater(allowed, 0)
        client.until(lambda: client.streams[stream].reset is not None)
        self.assertEqual((client.streams[stream].status, client.streams[stream].over, client.streams[stream].reset), (413, True, NO_ERROR))
        self.assertEqual(client.get("/").body, b"hello\n")

    def test_so_many_streams_and_no_more(self):
        """§5.1.2"""
        client = self.client()
        client.until(lambda: client.settings)
        begun = [self.begin(client, ("/echo", "POST")) for _ in range(100)]
        for stream in begun:
            client.send(frame(DATA, END_STREAM, stream, b"x"))
        self.assertEqual({client.answer(stream).body for stream in begun}, {b"x"})
        for _ in range(101):
            beyond = self.begin(client, ("/echo", "POST"))
        try:  # an error of the stream, which may be made one of the connection (§5.4.1)
            self.assertEqual(client.answer(beyond).reset, REFUSED_STREAM)
        except Closed:
            self.assertEqual(client.goaway[-1][1], PROTOCOL_ERROR)

    def test_a_head_without_end(self):
        """§10.5.1, CVE-2024-28182: a flood of CONTINUATION"""
        for piece in (b"", block([("x", "a" * 100)]), block([("x", "a" * 16000)])):
            client = self.client()
            client.send(frame(HEADERS, END_STREAM, 1, block(request("/"))))
            for _ in range(5000):
                client.send(frame(CONTINUATION, 0, 1, piece))
            self.assertIn(client.to_the_end(), (ENHANCE_YOUR_CALM, PROTOCOL_ERROR, None))
        self.assertEqual(self.client().get("/").body, b"hello\n")

    def test_a_head_that_unpacks_to_far_too_much(self):
        """§10.5.1, RFC 7541 §7.3: one large field, and thousands of words for it"""
        client = self.client()
        fill = b"\x40" + number(1, 7) + b"x" + number(3900, 7) + b"a" * 3900
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block(request("/")) + fill + b"\xbe" * 8000))
        self.assertEqual(client.to_the_end(), ENHANCE_YOUR_CALM)

    def test_a_thousand_crumbs_of_a_cookie(self):
        """§8.2.3: each costs a byte on the way, and together they take the room of one cookie"""
        client = self.client()
        crumb = b"\x60" + number(1, 7) + b"a"  # 'cookie' has a place in the table: so has 'cookie: a' from now on
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block(request("/")) + crumb))
        client.answer(1)
        before = self.little.metric("process_resident_memory_bytes")
        for stream in range(3, 163, 2):
            client.send(frame(HEADERS, END_HEADERS, stream, block(request("/echo", "POST")) + b"\xbe" * 1300))
        client.echoes()
        self.assertLess(self.little.metric("process_resident_memory_bytes") - before, 40e6)
        client.send(frame(DATA, END_STREAM, 3, b"x"))
        self.assertEqual(client.answer(3).body, b"x")

    def test_noise(self):
        """§10.5: PING, SETTINGS, PRIORITY, empty DATA, WINDOW_UPDATE, unknown frames, without end"""
        head = frame(HEADERS, END_HEADERS, 1, block(request("/echo", "POST")))
        for noise in (frame(PING, 0, 0, bytes(8)), frame(SETTINGS), frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 70000)), frame(PRIORITY, 0, 1, b"\0\0\0\3\7"),
                      frame(DATA, 0, 1), frame(WINDOW_UPDATE, 0, 1, b"\0\0\0\1"), frame(0x77, 0, 0, b"abc")):
            client = self.client()
            client.send(head)
            threading.Thread(target=client.send, args=(noise * 60000,), daemon=True).start()
            self.assertIn(client.to_the_end(), (ENHANCE_YOUR_CALM, None), noise)
        self.assertEqual(self.client().get("/").body, b"hello\n")

    def test_requests_taken_back_at_once(self):
        """§10.5, CVE-2023-44487: rapid reset"""
        client = self.client()
        data = b""
        for stream in range(1, 6000, 2):
            data += frame(HEADERS, 5, stream, block(request("/file"))) + frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL))
        threading.Thread(target=client.send, args=(data,), daemon=True).start()
        self.assertEqual(client.to_the_end(), ENHANCE_YOUR_CALM)

    def test_requests_that_we_are_made_to_take_back(self):
        """§10.5, CVE-2025-8671"""
        client = self.client()
        data = b""
        for stream in range(1, 6000, 2):
            data += frame(HEADERS, 5, stream, block(request("/file"))) + frame(WINDOW_UPDATE, 0, stream, bytes(4))
        threading.Thread(target=client.send, args=(data,), daemon=True).start()
        self.assertIn(client.to_the_end(), (ENHANCE_YOUR_CALM, PROTOCOL_ERROR))

    def test_some_may_be_taken_back(self):
        """§8.7: it is their right"""
        client = self.client()
        for _ in range(10):
            streams = [client.ask("/slow") for _ in range(10)]
            for stream in streams:
                client.send(frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL)))
        self.assertEqual(client.get("/").body, b"hello\n")


class FlowControl(Shared):
    """§5.2, §6.9"""

    def test_no_more_is_sent_than_was_allowed(self):
        client = self.client(settings=struct.pack(">HI", 4, 10))
        stream = client.ask("/file")
        client.until(lambda: stream in client.streams and len(client.streams[stream].body) == 10)
        client.echoes()
        self.assertEqual(len(client.streams[stream].body), 10)
        client.window(stream, 5)
        client.until(lambda: len(client.streams[stream].body) == 15)
        client.send(frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 0)))  # §6.9.2: it may become negative
        client.window(stream, 5)
        client.echoes()
        self.assertEqual(len(client.streams[stream].body), 15)
        client.send(frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 200000)))
        self.assertEqual(len(client.answer(stream).body), 100000)

    def test_the_connection_has_a_window_too(self):
        client = self.client(settings=struct.pack(">HI", 4, 1 << 20), window=0)
        first, second = client.ask("/file"), client.ask("/file")
        client.until(lambda: sum(len(a.body) for a in client.streams.values()) == 65535)
        client.echoes()
        self.assertEqual(sum(len(a.body) for a in client.streams.values()), 65535)
        self.assertEqual(client.get("/204").status, 204)  # what has no body passes
        client.window(0, 1 << 20)
        self.assertEqual(len(client.answer(first).body) + len(client.answer(second).body), 200000)

    def test_a_slow_one_does_not_hold_up_the_others(self):
        client = self.client(settings=struct.pack(">HI", 4, 100))
        stuck = client.ask("/big")
        self.assertEqual([client.get("/").body for _ in range(20)], [b"hello\n"] * 20)
        self.assertFalse(client.streams[stuck].over)

    def test_a_body_gets_its_window_back(self):
        client = self.client()
        body = os.urandom(200000)
        stream = client.next
        client.next += 2
        client.send(frame(HEADERS, END_HEADERS, stream, block(request("/echo", "POST"))))
        at = 0
        while at < len(body):
            client.until(lambda: at < 65535 + client.windows.get(stream, 0), "a window")
            piece = body[at:min(at + 16384, 65535 + client.windows.get(stream, 0))]
            at += len(piece)
            client.send(frame(DATA, END_STREAM if at == len(body) else 0, stream, piece))
        client.window(stream, 1 << 20)
        self.assertEqual(client.answer(stream).body, body)

    def test_who_sends_more_than_was_allowed_is_told(self):
        client = self.client()
        client.send(frame(HEADERS, END_HEADERS, 1, block(request("/wait", "POST"))))
        client.send(frame(HEADERS, END_HEADERS, 3, block(request("/echo", "POST"))))
        for _ in range(40):  # all of the connection's window, and more, without looking at what comes back
            client.send(frame(DATA, 0, 3, bytes(16384)))
        got = None
        try:
            client.until(lambda: 3 in client.streams and client.streams[3].reset is not None)
            got = client.streams[3].reset
        except Closed:
            got = client.goaway[-1][1]
        self.assertIn(got, (FLOW_CONTROL_ERROR, NO_ERROR))  # or it was refused for its size before

    def test_small_frames_are_taken_by_whoever_asks_for_them(self):
        """§4.2: never larger than 16,384 unless allowed; the client asserts it"""
        client = self.client(settings=struct.pack(">HIHI", 4, 1 << 24, 5, 1 << 20))
        self.assertEqual(len(client.get("/big").body), 3000000)


class Deadlines(unittest.TestCase):
    """Nobody is waited for without end; all of them at the same time, since each lasts seconds."""

    def test_each_has_its_own(self):
        with Little() as little:
            checks = [getattr(self, name) for name in dir(self) if name.startswith("check_")]
            with concurrent.futures.ThreadPoolExecutor(len(checks)) as pool:
                for done in [pool.submit(check, little) for check in checks]:
                    done.result()

    def check_head(self, little):
        with Client(little.port) as client:
            client.until(lambda: client.settings and client.acks)
            client.send(frame(HEADERS, END_STREAM, 1, block(request("/"))[:5]))
            self.assertEqual(client.to_the_end(), ENHANCE_YOUR_CALM)

    def check_head_byte_by_byte(self, little):
        with Client(little.port) as client:
            client.until(lambda: client.settings and client.acks)
            client.send(frame(HEADERS, 5, 1, block(request("/")))[:12])

            def trickle():
                while not client.closed:
                    client.send(b"\0")
                    time.sleep(0.5)

            threading.Thread(target=trickle, daemon=True).start()
            self.assertIn(client.to_the_end(), (ENHANCE_YOUR_CALM, COMPRESSION_ERROR, PROTOCOL_ERROR))

    def check_preface(self, little):
        with Client(little.port, greet=False) as client:
            client.send(PREFACE[:10])
            self.assertEqual(client.to_the_end(), None)

    def check_body(self, little):
        with Client(little.port) as client:
            client.send(frame(HEADERS, END_HEADERS, 1, block(request("/echo", "POST"))) + frame(DATA, 0, 1, b"a"))
            got = client.answer(1)
            self.assertEqual((got.status, got.body[:4]), (408, b"408 "))
            client.next = 3
            self.assertEqual(client.get("/").body, b"hello\n")

    def check_reply_that_its_stream_holds_up(self, little):
        with Client(little.port, settings=struct.pack(">HI", 4, 10)) as client:
            self.assertEqual(client.answer(client.ask("/big")).reset, CANCEL)
            self.assertEqual(client.get("/").body, b"hello\n")

    def check_reply_that_the_connection_holds_up(self, little):
        with Client(little.port, window=0, settings=struct.pack(">HI", 4, 1 << 24)) as client:
            client.ask("/big")
            client.to_the_end()
            self.assertLess(len(client.streams[1].body), 100000)

    def check_who_reads_nothing(self, little):
        with Client(little.port, settings=struct.pack(">HI", 4, 1 << 30)) as client:
            for _ in range(10):
                client.ask("/big")
            end = time.monotonic() + SECONDS
            while little.metric("vial_responses_cut_total") < 3:  # some of the ten, when it is closed
                self.assertLess(time.monotonic(), end)
                time.sleep(0.2)

    def check_idle(self, little):
        with Client(little.port) as client:
            client.get("/")
            begun = time.monotonic()
            self.assertEqual(client.to_the_end(), NO_ERROR)
            self.assertGreater(time.monotonic() - begun, 5)

    def check_pings_are_no_requests(self, little):
        with Client(little.port) as client:
            def ping():
                while not client.closed:
                    client.send(frame(PING, 0, 0, bytes(8)))
                    time.sleep(0.5)

            threading.Thread(target=ping, daemon=True).start()
            self.assertEqual(client.to_the_end(), NO_ERROR)


class Ends(unittest.TestCase):
    """Of connections and servers."""

    def test_what_is_under_way_is_answered_before_it_stops(self):
        """§6.8: first a notice, then which was the last one"""
        with Little(threads=4) as little, Client(little.port) as client:
            client.get("/")
            streams = [client.ask("/slow") for _ in range(50)]
            waits = client.ask("/wait")
            client.echoes()
            little.stop()
            client.until(lambda: client.goaway)
            self.assertEqual(client.goaway[0], (0x7fffffff, NO_ERROR))
            late = client.ask("/")
            self.assertEqual([client.answer(stream).body for stream in streams], [b"at last\n"] * 50)
            self.assertEqual(client.answer(late).body, b"hello\n")
            self.assertIsNotNone(client.answer(waits).reset)
            self.assertEqual(client.to_the_end(), NO_ERROR)
            self.assertEqual(client.goaway[-1], (late, NO_ERROR))

    def test_those_who_vanish_harm_nobody(self):
        for threads in (0, 2):
            with Little(threads=threads) as little:
                for path in ("/slow", "/big", "/wait", "/pull", "/file"):
                    for _ in range(5):
                        with Client(little.port) as client:
                            for _ in range(20):
                                client.ask(path)
                            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    with Client(little.port) as client:
                        self.assertEqual(client.get("/").body, b"hello\n")

    def test_who_has_said_all_still_gets_the_answers(self):
        with Little(threads=2) as little, Client(little.port) as client:
            streams = [client.ask("/slow") for _ in range(20)]
            client.sock.shutdown(socket.SHUT_WR)
            self.assertEqual([client.answer(stream).body for stream in streams], [b"at last\n"] * 20)
            client.to_the_end()

    def test_those_taken_back_count_until_they_are_answered(self):
        """the second half of CVE-2023-44487: no more than a hundred are worked for at once"""
        with Little(threads=1) as little, Client(little.port) as client:
            client.until(lambda: client.settings)
            data = b""
            for stream in range(1, 201, 2):
                data += frame(HEADERS, 5, stream, block(request("/slow"))) + frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL))
            for stream in range(201, 241, 2):
                data += frame(HEADERS, 5, stream, block(request("/slow")))
            client.send(data)
            client.until(lambda: len(client.streams) == 20)
            self.assertLessEqual(little.metric("vial_requests_open"), 100)
            self.assertIn(REFUSED_STREAM, [answer.reset for answer in client.streams.values()])

    def test_the_log_and_the_figures_know_them(self):
        with Little() as little:
            with Client(little.port) as client:
                client.get("/", "GET", ("user-agent", "hand"))
                client.get("/file", "HEAD")
                client.get("/", "GET", ("te", "gzip"))
                self.assertEqual(little.metric("vial_requests_total"), 2)
                self.assertEqual(little.metric("vial_requests_refused_total"), 1)
                self.assertEqual(little.metric("vial_http2_connections_total"), 1)
                self.assertEqual(little.metric("vial_sent_bytes_total"), 6)
                self.assertEqual(little.metric("vial_requests_open"), 0)
        self.assertRegex(little.lines[0], r'^127\.0\.0\.1 - - \[.*\] "GET / HTTP/2\.0" 200 6 "-" "hand"$')
        self.assertRegex(little.lines[1], r'"HEAD /file HTTP/2\.0" 200 0 "-" "-"$')
        self.assertRegex(little.lines[2], r'"-" 400 0 ')


if __name__ == "__main__":
    main()
