"""The program, driven as a person would: built, served, asked over a socket.

Nothing here knows what vial is made of. A server is started on a free port, spoken to with Python's own
http.client, and stopped by its process id.
"""
import http.client
import os
import re
import signal
import struct
import subprocess
import threading
import zlib

PROGRAM = os.path.abspath(os.environ.get("VIAL", os.path.join(os.path.dirname(__file__), "..", "..", "build", "vial")))
SECONDS = 120  # no command and no answer may take longer


def run(*words, cwd=None, stdin=None):
    """Exit code, standard output and standard error of `vial WORDS`."""
    done = subprocess.run([PROGRAM, *words], cwd=cwd, input=stdin, capture_output=True, timeout=SECONDS)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def write_file(path, data):
    """A file of these bytes, or of this text; the folders that it is in are made."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def has(feature):
    """Whether it was compiled with this: "gzip", "brotli", "zstd", "tls", "http2", "images", "search", "external"."""
    return feature in re.findall(r"^with (.*)$", run("--version")[1], re.M)[0].split()


def files_of(folder):
    """Every regular file below a folder: its path relative to it, and its bytes."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


def picture(width, height):
    """A PNG of grey in so many shades."""
    rows = zlib.compress(b"".join(b"\0" + bytes((x * 7 + y * 3) % 256 for x in range(width)) for y in range(height)))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)


class Server:
    """`vial serve` or `vial preview` on a free port, for the length of a with statement."""

    def __init__(self, *words, command="serve"):
        self.words = [PROGRAM, command, *words]
        if "-l" not in words:
            self.words += ["-b", "127.0.0.1", "-p", "0"]
        self.said = []

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.port = None
        watchdog = threading.Timer(SECONDS, self.process.kill)
        watchdog.start()
        for line in self.process.stderr:
            self.said.append(line.decode(errors="replace"))
            address = re.search(r"http://127\.0\.0\.1:(\d+)", self.said[-1])
            if address:
                self.port = int(address.group(1))
                break
        watchdog.cancel()
        if self.port is None:
            self.process.wait()
            raise AssertionError("the server did not start:\n" + "".join(self.said))
        # what else it says is read, so that it never waits for us
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        return self

    def _read(self):
        for line in self.process.stderr:
            self.said.append(line.decode(errors="replace"))

    def get(self, path, method="GET", headers=None):
        """Status, headers and body."""
        self.connection.request(method, path, headers=headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def __exit__(self, *_):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.code = self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.reader.join(SECONDS)
        self.process.stderr.close()
        if self.code != 0:
            raise AssertionError("the server ended with %d:\n%s" % (self.code, "".join(self.said)))


def certificate(folder, name, host="localhost"):
    """The files of a certificate for `host` and 127.0.0.1, signed by itself, and of its key. Each is there whole or not."""
    cert, key = os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1",
                    "-keyout", key + ".new", "-out", cert + ".new"], check=True, capture_output=True)
    os.replace(key + ".new", key)
    os.replace(cert + ".new", cert)
    return cert, key


def url_of(path):
    """The address of a built file: "a/index.html" is at "/a/"."""
    quoted = "".join(chr(b) if chr(b).isalnum() and b < 128 or chr(b) in "-._~/!$&'()*+,;=:@" else "%%%02X" % b
                     for b in path.encode())
    if quoted == "index.html" or quoted.endswith("/index.html"):
        quoted = quoted[: -len("index.html")]
    return "/" + quoted


def asked_as(name):
    """The address that a built file answers, and with what status: 404.html is for what is not there, in its language."""
    if os.path.basename(name) == "404.html":
        return "/" + name[:-len("404.html")] + "there/is/no/such/page/", 404
    return url_of(name), 200


def served_differs(site, built, *options):
    """Where a site served differs from the same site built: a list of sentences, empty when all is well."""
    wrong = []
    with Server("-s", site, *options) as server:
        for path in sorted(built):
            if path == "_redirects":
                continue
            address, expected = asked_as(path)
            status, _, body = server.get(address)
            if 300 <= status < 400 and b'http-equiv="refresh"' in built[path]:
                continue
            if status != expected:
                wrong.append("%s is served with status %d" % (url_of(path), status))
            elif body != built[path]:
                wrong.append("%s is served otherwise than it is built (%d and %d bytes)" % (
                    url_of(path), len(body), len(built[path])))
            status, headers, body = server.get(url_of(path), "HEAD")
            if body:
                wrong.append("HEAD %s has a body" % url_of(path))
    return wrong
