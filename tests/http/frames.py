"""A client of HTTP/2 that says exactly what it is told to: frames by hand, right ones and wrong ones.

Requests are written without compression, so that nothing stands between a test and its bytes; answers are
decompressed by Debian's python3-hpack, which is not what the server compresses with.
"""
import socket
import struct
import time

import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITISED = 1, 1, 4, 8, 32
(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR,
 REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM) = range(12)
SECONDS = 60  # no answer may take longer


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def number(n, prefix):
    """RFC 7541 §5.1, in the low bits of a first byte that is else zero."""
    most = (1 << prefix) - 1
    if n < most:
        return bytes([n])
    out = [most]
    n -= most
    while n >= 128:
        out.append(n % 128 + 128)
        n //= 128
    return bytes(out + [n])


def block(fields):
    """Literal fields that nobody has to remember (RFC 7541 §6.2.2)."""
    out = b""
    for name, value in fields:
        for text in (b"\0", name, value):
            text = text.encode("latin-1") if isinstance(text, str) else text
            out += text if text == b"\0" else number(len(text), 7) + text
    return out


def request(path="/", method="GET", *more, authority="a", scheme="http"):
    return [(":method", method), (":scheme", scheme), (":authority", authority), (":path", path), *more]


class Closed(Exception):
    """The server has closed the connection."""


class Answer:
    """What came on a stream so far."""

    def __init__(self):
        self.interim, self.status, self.fields, self.body, self.over, self.reset = [], 0, {}, b"", False, None


class Client:
    """A connection. What it is sent is noted in `streams`, `goaway`, `settings`, `pings`, `windows`."""

    def __init__(self, port, sock=None, settings=b"", greet=True, window=1 << 30):
        self.sock = sock or socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.bytes, self.decoder = b"", hpack.Decoder()
        self.streams, self.goaway, self.settings, self.pings, self.windows = {}, [], {}, [], {}
        self.next, self.closed, self.acks = 1, False, 0
        if greet:
            self.send(PREFACE + frame(SETTINGS, 0, 0, settings))
            if window:
                self.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", window)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    # --- to the server ---

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError:  # it hung up while we spoke; what it said before is still to be read
            pass

    def ask(self, path="/", method="GET", *more, body=None, **names):
        """Begins a request, with all of its body if it has one: its stream."""
        stream = self.next
        self.next += 2
        fields = request(path, method, *more, **names)
        head, end = block(fields), 0 if body is not None else END_STREAM
        pieces = [head[at:at + 16384] for at in range(0, len(head), 16384)]
        for i, piece in enumerate(pieces):
            last = END_HEADERS if i == len(pieces) - 1 else 0
            self.send(frame(CONTINUATION, last, stream, piece) if i else frame(HEADERS, last | end, stream, piece))
        if body is not None:
            for at in range(0, max(len(body), 1), 16384):
                last = at + 16384 >= len(body)
                self.send(frame(DATA, END_STREAM if last else 0, stream, body[at:at + 16384]))
        return stream

    def get(self, *words, **names):
        """The whole answer to a request."""
        return self.answer(self.ask(*words, **names))

    def window(self, stream, size):
        self.send(frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", size)))

    # --- from the server ---

    def exactly(self, count):
        while len(self.bytes) < count:
            try:
                got = self.sock.recv(65536)
            except (ConnectionResetError, BrokenPipeError):
                got = b""
            if not got:
                self.closed = True
                raise Closed
            self.bytes += got
        taken, self.bytes = self.bytes[:count], self.bytes[count:]
        return taken

    def step(self):
        """Takes one frame: its kind, flags, stream and payload."""
        head = self.exactly(9)
        length, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
        stream = int.from_bytes(head[5:], "big")
        assert length <= 16384, "a frame is larger than we have allowed"
        payload = self.exactly(length)
        answer = self.streams.setdefault(stream, Answer()) if stream else None
        if kind == HEADERS:
            assert flags & END_HEADERS, "a head in several frames"
            fields = [(str(name), str(value)) for name, value in self.decoder.decode(payload)]
            assert fields[0][0] == ":status" and all(n == n.lower() for n, _ in fields), fields
            if fields[0][1] == "100":
                answer.interim.append(100)
            else:
                answer.status, answer.fields = int(fields[0][1]), dict(fields[1:])
        elif kind == DATA:
            assert not answer.over and answer.reset is None
            answer.body += payload
        elif kind == RST_STREAM:
            answer.reset = int.from_bytes(payload, "big")
        elif kind == SETTINGS and flags & ACK:
            self.acks += 1
        elif kind == SETTINGS:
            for at in range(0, len(payload), 6):
                name, value = struct.unpack(">HI", payload[at:at + 6])
                self.settings[name] = value
            self.send(frame(SETTINGS, ACK))
        elif kind == PING:
            self.pings.append((flags, payload))
        elif kind == GOAWAY:
            self.goaway.append(struct.unpack(">II", payload[:8]))
        elif kind == WINDOW_UPDATE:
            self.windows[stream] = self.windows.get(stream, 0) + int.from_bytes(payload, "big")
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            answer.over = True
        return kind, flags, stream, payload

    def until(self, true, what="it"):
        """Takes frames until `true()`; it must become so while the connection lasts."""
        end = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < end, "%s did not come" % what
            self.step()

    def answer(self, stream):
        self.until(lambda: stream in self.streams and (self.streams[stream].over or self.streams[stream].reset is not None),
                   "the answer")
        return self.streams[stream]

    def to_the_end(self):
        """Takes what there is until the server closes: the last GOAWAY's code, None when there was none."""
        end = time.monotonic() + SECONDS
        try:
            while time.monotonic() < end:
                self.step()
        except Closed:
            return self.goaway[-1][1] if self.goaway else None
        raise AssertionError("the server did not close the connection")

    def echoes(self):
        """Nothing that was sent before is still on its way: a PING has come back."""
        before = len(self.pings)
        self.send(frame(PING, 0, 0, b"ping%4d" % before))
        self.until(lambda: len(self.pings) > before, "the PING")
