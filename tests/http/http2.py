"""HTTP/2 by the RFC (9113): each test says which section it holds the server to.

The server is the little site of the other transport tests (little.c); most clients are frames written by
hand (frames.py), some are real: curl, h2load, Chromium. What strangers may cost is in http2_limits.py.
"""
import http.client
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from frames import *  # noqa: F403
from little import Little, Shared, main

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
import vial  # noqa: E402


def by_http1(port, method, path, fields, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request(method, path, body=body, headers=dict(fields, Host="a"))
    answer = connection.getresponse()
    result = answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read()
    connection.close()
    return result


class Answers(Shared):
    """They are those of HTTP/1.1."""

    def test_each_answer_is_the_one_of_http_1_1(self):
        wanted = [(method, path, fields, None) for method in ("GET", "HEAD") for fields in ({}, {"Range": "bytes=2-4"}, {"Range": "bytes=0-1,3-4"})
                  for path in ("/", "/file", "/small", "/big", "/pull", "/204", "/304", "/nothing", "/fi%6ce", "/a%zz", "/?a=b")]
        wanted += [("POST", "/echo", {}, data) for data in (b"", b"x", os.urandom(16384), os.urandom(150000))]
        wanted += [("PUT", "/", {}, b"a"), ("DELETE", "/", {}, None), ("OPTIONS", "/", {}, None)]
        client = self.client(settings=struct.pack(">HI", 4, 1 << 24))
        for method, path, fields, body in wanted:
            with self.subTest(method=method, path=path, fields=fields):
                status, headers, text = by_http1(self.little.plain, method, path, fields, body)
                got = client.get(path, method, *[(n.lower(), v) for n, v in fields.items()], body=body)
                for name in ("connection", "transfer-encoding", "date", "keep-alive"):
                    headers.pop(name, None)
                if "multipart" in headers.get("content-type", ""):  # its boundary is another each time
                    boundary, other = (re.search("boundary=(.*)", h["content-type"]).group(1) for h in (headers, got.fields))
                    got.body, got.fields["content-type"] = got.body.replace(other.encode(), boundary.encode()), headers["content-type"]
                self.assertRegex(got.fields.pop("date"), r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
                self.assertEqual((got.status, got.fields, got.body, got.reset), (status, headers, text, None))

    def test_a_handler_is_told_the_same_as_by_http_1_1(self):
        """§8.3.1 :authority is Host's, §8.2.3 cookies come in crumbs"""
        text = self.client().get("/fields?q=1", "GET", ("cookie", "a=b"), ("x-one", "1"), ("cookie", "c=d"), ("cookie", "e=f"),
                                 authority="example.org:80").body.decode()
        self.assertEqual(text, "GET example.org:80 /fields ?q=1\nhost: example.org:80\ncookie: a=b; c=d; e=f\nx-one: 1\n")

    def test_host_stands_in_for_authority(self):
        """§8.3.1"""
        fields = [(":method", "GET"), (":scheme", "http"), (":path", "/fields"), ("host", "b")]
        client = self.client()
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block(fields)))
        self.assertEqual(client.answer(1).body, b"GET b /fields ?\nhost: b\n")
        client.next = 3
        self.assertEqual(client.get("/fields", "GET", ("host", "A")).status, 200)

    def test_options_of_the_server(self):
        """§8.3.1: '*' is the path of OPTIONS"""
        self.assertEqual(self.client().get("*", "OPTIONS").status, 204)

    def test_many_at_once_are_answered_each_by_its_own(self):
        """§5"""
        client = self.client(settings=struct.pack(">HI", 4, 1 << 24))
        paths = ["/", "/file", "/small", "/nothing", "/pull", "/slow"] * 16
        streams = [client.ask(path) for path in paths]
        for stream, path in zip(streams, paths):
            got = client.answer(stream)
            self.assertEqual((got.status, len(got.body)), {"/": (200, 6), "/file": (200, 100000), "/small": (200, 1000), "/nothing": (404, 9),
                                                           "/pull": (200, 6), "/slow": (200, 8)}[path])

    def test_a_request_may_come_byte_by_byte(self):
        """§4.1"""
        data = PREFACE + frame(SETTINGS) + frame(HEADERS, END_HEADERS | END_STREAM, 1, block(request("/")))
        client = self.client(greet=False)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(len(data)):
            client.send(data[i:i + 1])
        self.assertEqual(client.answer(1).body, b"hello\n")

    def test_a_head_may_come_in_several_frames_and_padded(self):
        """§6.2, §6.10"""
        whole = block(request("/"))
        client = self.client()
        client.send(frame(HEADERS, END_STREAM, 1, whole[:3]) + frame(CONTINUATION, 0, 1, whole[3:10]) + frame(CONTINUATION, 4, 1, whole[10:]))
        client.send(frame(HEADERS, END_STREAM | END_HEADERS | PADDED | PRIORITISED, 3, b"\5" + b"\0\0\0\0\7" + whole + bytes(5)))
        self.assertEqual((client.answer(1).body, client.answer(3).body), (b"hello\n", b"hello\n"))

    def test_trailers_are_read_and_forgotten(self):
        """§8.1"""
        client = self.client()
        client.send(frame(HEADERS, END_HEADERS, 1, block(request("/echo", "POST"))) + frame(DATA, PADDED, 1, b"\2abc\0\0"))
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block([("x-sum", "9")])))
        self.assertEqual(client.answer(1).body, b"abc")

    def test_a_body_is_asked_for_when_it_waits_for_that(self):
        """RFC 9110 §10.1.1"""
        client = self.client()
        client.send(frame(HEADERS, END_HEADERS, 1, block(request("/echo", "POST", ("expect", "100-continue")))))
        client.until(lambda: 1 in client.streams and client.streams[1].interim == [100], "100 Continue")
        client.send(frame(DATA, END_STREAM, 1, b"now"))
        self.assertEqual(client.answer(1).body, b"now")

    def test_frames_nobody_knows_are_not_answered(self):
        """§4.1, §5.5, §6.5.2: unknown frames, flags and settings"""
        client = self.client(settings=struct.pack(">HI", 0x99, 7))
        client.send(frame(0x77, 0xff, 0, b"what") + frame(0x78, 0, 1, b"what") + frame(PRIORITY, 0, 1, b"\0\0\0\3\7"))
        self.assertEqual(client.get("/").body, b"hello\n")

    def test_a_ping_comes_back(self):
        """§6.7"""
        client = self.client()
        client.send(frame(PING, 0, 0, b"12345678"))
        client.until(lambda: client.pings)
        self.assertEqual(client.pings, [(ACK, b"12345678")])

    def test_settings_are_told_and_acknowledged(self):
        """§3.4, §6.5"""
        client = self.client()
        client.until(lambda: client.settings and client.acks)
        self.assertEqual({n: client.settings[n] for n in (3, 6, 9)}, {3: 100, 6: 16384, 9: 1})

    def test_http_1_1_is_spoken_at_the_same_place(self):
        """§3.3: by prior knowledge, where it was asked for"""
        self.assertEqual(by_http1(self.little.port, "GET", "/", {}, None)[2], b"hello\n")
        with socket.create_connection(("127.0.0.1", self.little.port), timeout=SECONDS) as one:
            one.sendall(b"P")
            time.sleep(0.05)
            one.sendall(b"OST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            got = b""
            while chunk := one.recv(4096):
                got += chunk
        self.assertTrue(got.endswith(b"\r\n\r\nok"), got)

    def test_http_2_is_not_spoken_where_it_was_not_asked_for(self):
        """§3.3"""
        with socket.create_connection(("127.0.0.1", self.little.plain), timeout=SECONDS) as one:
            one.sendall(PREFACE + frame(SETTINGS))
            got = b""
            while chunk := one.recv(4096):
                got += chunk
        self.assertRegex(got, rb"^HTTP/1\.1 (400|505) ")


class Malformed(Shared):
    """Requests that are none."""

    def refused(self, fields, body=None, flags=END_HEADERS, trailers=None):
        """The stream is reset with PROTOCOL_ERROR, and the connection goes on."""
        client = self.client()
        client.send(frame(HEADERS, flags | (END_STREAM if body is None else 0), 1, block(fields)))
        if body is not None:
            client.send(frame(DATA, 0 if trailers else END_STREAM, 1, body))
        if trailers:
            client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block(trailers)))
        got = client.answer(1)
        self.assertEqual((got.reset, got.status), (PROTOCOL_ERROR, 0), fields)
        client.next = 3
        self.assertEqual(client.get("/").body, b"hello\n")

    def test_pseudo_fields(self):
        """§8.3, §8.3.1"""
        good = dict(request("/"))
        for name in (":method", ":scheme", ":path", ":authority"):
            self.refused([f for f in good.items() if f[0] != name])
            self.refused([*good.items(), (name, good[name])])
            self.refused([("x-first", "1"), *good.items()])
        for name, value in ((":path", ""), (":path", "relative"), (":path", "http://a/"), (":path", "*"), (":path", "/a b"), (":path", "/a#b"),
                            (":path", "/\xe4"), (":path", "/a\nb"), (":method", ""), (":method", "G T"), (":method", "G\0T"), (":scheme", "ftp"), (":scheme", ""),
                            (":authority", ""), (":authority", "a b"), (":authority", "user@a"), (":authority", "a/b"), (":authority", "a:99999")):
            self.refused(list(dict(good, **{name: value}).items()))
        for name in (":status", ":protocol", ":unknown"):
            self.refused([*good.items(), (name, "200")])

    def test_two_hosts(self):
        """§8.3.1"""
        self.refused(request("/", "GET", ("host", "b")))
        self.refused(request("/", "GET", ("host", "a"), ("host", "a")))

    def test_fields_of_a_connection(self):
        """§8.2.2"""
        for field in (("connection", "close"), ("connection", "keep-alive"), ("proxy-connection", "close"), ("keep-alive", "timeout=5"),
                      ("transfer-encoding", "chunked"), ("transfer-encoding", "identity"), ("upgrade", "h2c"), ("te", "gzip")):
            self.refused(request("/", "GET", field))
        self.assertEqual(self.client().get("/", "GET", ("te", "trailers")).status, 200)

    def test_names_and_values(self):
        """§8.2.1"""
        for field in (("X-Upper", "1"), ("x a", "1"), ("x\0", "1"), ("", "1"), ("x:y", "1"), ("x\x7f", "1"), ("x\xff", "1"),
                      ("x", "a\nb"), ("x", "a\rb"), ("x", "a\0b"), ("x", " a"), ("x", "a "), ("x", "\ta"), ("x", "a\x01b"), ("x", "a\x7fb")):
            self.refused(request("/", "GET", field))

    def test_content_length(self):
        """§8.1.1"""
        for value in ("", "x", "+3", "3,3", "-1", "0x3", "99999999999999999999", "3 "):
            self.refused(request("/echo", "POST", ("content-length", value)), b"abc")
        self.refused(request("/echo", "POST", ("content-length", "3"), ("content-length", "3")), b"abc")
        self.refused(request("/echo", "POST", ("content-length", "4")), b"abc")
        self.refused(request("/echo", "POST", ("content-length", "2")), b"abc")
        self.refused(request("/echo", "POST", ("content-length", "2")))
        self.assertEqual(self.client().get("/echo", "POST", ("content-length", "3"), body=b"abc").body, b"abc")
        self.assertEqual(self.client().get("/echo", "POST", ("content-length", "0"), body=b"").body, b"")

    def test_trailers(self):
        """§8.1"""
        self.refused(request("/echo", "POST"), b"abc", trailers=[(":path", "/")])
        self.refused(request("/echo", "POST"), b"abc", trailers=[("X", "1")])

    def test_a_second_head_that_does_not_end_the_request(self):
        """§8.1"""
        client = self.client()
        client.send(frame(HEADERS, END_HEADERS, 1, block(request("/echo", "POST"))) + frame(HEADERS, END_HEADERS, 1, block([("x", "1")])))
        self.assertEqual(client.answer(1).reset, PROTOCOL_ERROR)


class WrongFrames(Shared):
    """Errors of the connection: told by GOAWAY, and then it is closed (§5.4.1)."""

    def ends(self, code, *data, **names):
        client = self.client(**names)
        for part in data:
            client.send(part)
        got = client.to_the_end()
        self.assertIn(got, code if isinstance(code, tuple) else (code,), data[-1][:40])

    def test_the_preface(self):
        """§3.4"""
        self.ends(PROTOCOL_ERROR, PREFACE + frame(PING, 0, 0, bytes(8)), greet=False)
        self.ends((None, PROTOCOL_ERROR), PREFACE + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", greet=False)
        self.ends(PROTOCOL_ERROR, PREFACE + frame(SETTINGS, ACK), greet=False)

    def test_frames_on_streams_where_they_may_not_be(self):
        """§5.1, §5.1.1, §6"""
        head = block(request("/"))
        for data in (frame(DATA, 0, 0, b"a"), frame(HEADERS, 5, 0, head), frame(HEADERS, 5, 2, head), frame(PRIORITY, 0, 0, bytes(5)),
                     frame(RST_STREAM, 0, 0, bytes(4)), frame(SETTINGS, 0, 1), frame(PING, 0, 1, bytes(8)), frame(GOAWAY, 0, 1, bytes(8)),
                     frame(CONTINUATION, 4, 1, head), frame(RST_STREAM, 0, 9, bytes(4)), frame(WINDOW_UPDATE, 0, 9, b"\0\0\0\1"),
                     frame(DATA, 0, 9, b"a"), frame(PUSH_PROMISE, 4, 1, bytes(4) + head)):
            self.ends((PROTOCOL_ERROR, STREAM_CLOSED), data)

    def test_a_stream_that_was_passed_over_is_not_answered(self):
        """§5.1.1: it is closed"""
        client = self.client()
        client.send(frame(HEADERS, 5, 5, block(request("/"))) + frame(HEADERS, 5, 3, block(request("/"))))
        try:
            self.assertEqual(client.answer(5).body, b"hello\n")
            client.next = 7
            self.assertEqual(client.get("/").body, b"hello\n")
        except Closed:
            self.assertIn(client.goaway[-1][1], (PROTOCOL_ERROR, STREAM_CLOSED))
        self.assertEqual(client.streams.get(3, Answer()).status, 0)

    def test_frames_of_a_wrong_size(self):
        """§4.2, §6"""
        for data in (frame(SETTINGS, 0, 0, bytes(5)), frame(SETTINGS, ACK, 0, bytes(6)), frame(PING, 0, 0, bytes(7)), frame(PING, 0, 0, bytes(9)),
                     frame(WINDOW_UPDATE, 0, 0, bytes(3)), frame(GOAWAY, 0, 0, bytes(7)), frame(RST_STREAM, 0, 1, bytes(3)),
                     frame(HEADERS, 5, 1, bytes(16385)), frame(DATA, 0, 1, bytes(16385)), frame(0x77, 0, 0, bytes(16385))):
            self.ends(FRAME_SIZE_ERROR, frame(HEADERS, END_HEADERS, 1, block(request("/echo", "POST"))), data)

    def test_settings_that_cannot_be(self):
        """§6.5.2"""
        for name, value, code in ((2, 2, PROTOCOL_ERROR), (4, 1 << 31, FLOW_CONTROL_ERROR), (5, 16383, PROTOCOL_ERROR), (5, 1 << 24, PROTOCOL_ERROR)):
            self.ends(code, frame(SETTINGS, 0, 0, struct.pack(">HI", name, value)))

    def test_a_head_that_is_interrupted(self):
        """§6.10"""
        begun = frame(HEADERS, END_STREAM, 1, b"")
        for data in (frame(PING, 0, 0, bytes(8)), frame(HEADERS, 5, 3, block(request("/"))), frame(CONTINUATION, 4, 3, b""), frame(DATA, 0, 1, b"a"),
                     frame(0x77, 0, 0, b"")):
            self.ends(PROTOCOL_ERROR, begun + data)

    def test_compression_that_is_none(self):
        """§4.3, RFC 7541 §2.3.3, §5, §6.3"""
        for data in (b"\x80", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\xfe", b"\x00\x7f", b"\x3f\xff\xff\xff\xff\x0f", b"\x00\x83\xff\xff\xff\x00"):
            self.ends(COMPRESSION_ERROR, frame(HEADERS, 5, 1, data))

    def test_padding_beyond_the_frame(self):
        """§6.1, §6.2"""
        self.ends(PROTOCOL_ERROR, frame(HEADERS, 5 | PADDED, 1, b"\xff" + block(request("/"))))
        self.ends(PROTOCOL_ERROR, frame(HEADERS, 4, 1, block(request("/echo", "POST"))) + frame(DATA, PADDED, 1, b"\5abc"))

    def test_windows(self):
        """§6.9, §6.9.1"""
        self.ends(PROTOCOL_ERROR, frame(WINDOW_UPDATE, 0, 0, bytes(4)))
        self.ends(FLOW_CONTROL_ERROR, frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff"))
        client = self.client(settings=struct.pack(">HI", 4, 0))
        client.send(frame(HEADERS, 5, 1, block(request("/file"))) + frame(WINDOW_UPDATE, 0, 1, b"\x7f\xff\xff\xff") + frame(WINDOW_UPDATE, 0, 1, b"\0\0\0\1"))
        self.assertEqual(client.answer(1).reset, FLOW_CONTROL_ERROR)

    def test_data_after_the_end(self):
        """§5.1"""
        self.ends((STREAM_CLOSED, PROTOCOL_ERROR), frame(HEADERS, 5, 1, block(request("/slow"))) + frame(DATA, 0, 1, b"a") + frame(PING, 0, 0, bytes(7)))


@unittest.skipUnless(os.environ.get("TLS", "yes") == "yes" and shutil.which("openssl"), "no openssl, or compiled without TLS")
class OverTls(unittest.TestCase):
    """§3.2, §9.2"""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.pair = vial.certificate(cls.folder, "cert")
        cls.little = Little(tls=cls.pair)
        cls.little.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.little.__exit__()
        shutil.rmtree(cls.folder)

    def connect(self, names, port=None):
        context = ssl.create_default_context(cafile=self.pair[0])
        context.set_alpn_protocols(names)
        plain = socket.create_connection(("127.0.0.1", port or self.little.tls[0]), timeout=SECONDS)
        return context.wrap_socket(plain, server_hostname="localhost")

    def test_it_is_spoken_when_both_can(self):
        for names, chosen in ((["h2", "http/1.1"], "h2"), (["http/1.1", "h2"], "h2"), (["h2"], "h2"), (["http/1.1"], "http/1.1")):
            with self.connect(names) as one:
                self.assertEqual(one.selected_alpn_protocol(), chosen)
        with self.connect(["h2", "http/1.1"], self.little.tls[1]) as one:
            self.assertEqual(one.selected_alpn_protocol(), "http/1.1")
        with self.assertRaises(ssl.SSLError):
            self.connect(["h2"], self.little.tls[1])

    def test_all_kinds_of_answers_come(self):
        sock = self.connect(["h2"])
        with Client(0, sock=sock, settings=struct.pack(">HI", 4, 1 << 24)) as client:
            self.assertEqual(client.get("/", scheme="https").body, b"hello\n")
            self.assertEqual(len(client.get("/big", scheme="https").body), 3000000)
            self.assertEqual(len(client.get("/file", scheme="https").body), 100000)
            body = os.urandom(60000)
            self.assertEqual(client.get("/echo", "POST", body=body, scheme="https").body, body)
            streams = [client.ask("/pull", scheme="https") for _ in range(50)]
            self.assertEqual({client.answer(stream).body for stream in streams}, {b"onetwo"})

    @unittest.skipUnless(shutil.which("curl"), "no curl")
    def test_curl(self):
        url = "https://localhost:%d" % self.little.tls[0]

        def curl(*words, input=None):
            return subprocess.run(["curl", "-sS", "--cacert", self.pair[0], "-m", str(SECONDS), *words], input=input, capture_output=True, check=True).stdout

        self.assertEqual(curl("-w", "%{http_version} %{http_code}", url + "/"), b"hello\n2 200")
        self.assertEqual(curl("--http1.1", "-w", "%{http_version}", url + "/"), b"hello\n1.1")
        self.assertEqual(len(curl(url + "/big")), 3000000)
        body = os.urandom(150000)
        self.assertEqual(curl("--data-binary", "@-", url + "/echo", input=body), body)
        self.assertEqual(curl("-r", "3-5", "-w", " %{http_code}", url + "/file")[-3:], b"206")
        plain = "http://127.0.0.1:%d" % self.little.port
        self.assertEqual(curl("--http2-prior-knowledge", "-w", "%{http_version}", plain + "/pull"), b"onetwo2")
        many = curl("--parallel", "--parallel-max", "50", *[url + "/small"] * 200)
        self.assertEqual(len(many), 200000)

    @unittest.skipUnless(shutil.which("h2load"), "no h2load")
    def test_h2load(self):
        for path in ("/", "/file", "/pull"):
            said = subprocess.run(["h2load", "-n", "400", "-c", "8", "-m", "20", "https://127.0.0.1:%d%s" % (self.little.tls[0], path)],
                                  capture_output=True, text=True, timeout=SECONDS, check=True).stdout
            self.assertIn("400 succeeded, 0 failed, 0 errored", said)
            self.assertIn("Application protocol: h2", said)

    @unittest.skipUnless(shutil.which("chromium"), "no Chromium")
    def test_chromium(self):
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors", "--user-data-dir=" + home,
                                   "--dump-dom", "https://localhost:%d/fields" % self.little.tls[0]], capture_output=True, text=True, timeout=SECONDS,
                                  env=dict(os.environ, HOME=home))
        self.assertIn("GET localhost:%d /fields" % self.little.tls[0], done.stdout)
        self.assertIn('"GET /fields HTTP/2.0" 200', self.little.read_log())


if __name__ == "__main__":
    main()
