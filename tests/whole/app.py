#!/usr/bin/env python3
"""An app as a program, asked through sockets: what it shows of its faults, and what strangers may send.

    comes in:  app/app.c; LIBVIAL, the folder of the libraries
    goes out:  what is not as it should be

`app.py --keep FOLDER` leaves the program there. What strangers send must be answered while the program's memory stays
small: each test looks at its peak. VIAL_LARGE=1 sends a gigabyte where else a part of it does.
"""
import base64
import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "tests/whole/app")
sys.path.insert(0, os.path.join(ROOT, "vial/lib"))
import private  # noqa: E402

# Signs a payload as Flask does: django's and itsdangerous' way, with a key that everybody knows.
SIGN = """
import base64, hashlib, hmac, struct, sys, time
b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b"=")
key = hmac.new(b"sixteen bytes or more", b"cookie-session", hashlib.sha1).digest()
text = sys.argv[1].encode() + b"." + b64(struct.pack(">I", int(time.time())))
print((text + b"." + b64(hmac.new(key, text, hashlib.sha1).digest())).decode())
"""
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def compiled(folder):
    program, lib = os.path.join(folder, "app"), os.environ["LIBVIAL"]
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra", "-Werror", "-I" + ROOT,
                    *os.environ.get("SANITIZE", "").split(), os.path.join(FOLDER, "app.c"),
                    os.path.join(lib, "libvial.a"), *private.flags(lib), "-o", program], check=True)
    return program


class Server:
    def __init__(self, program, *options):
        env = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=4")
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([program, "run", "-p", "0", *options], cwd=FOLDER, env=env,
                                        stderr=subprocess.PIPE, text=True)
        self.first = self.process.stderr.readline()
        self.port = int(re.search(r":(\d+)/", self.first).group(1))

    def line(self):
        return self.process.stderr.readline()

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def megabytes(self, kind):
        status = open("/proc/%d/status" % self.process.pid).read()
        return int(re.search(kind + r":\s*(\d+)", status).group(1)) / 1024

    def peak(self):
        """What it has taken at most, ever."""
        return self.megabytes("VmHWM")

    def own(self):
        """What it takes now, files apart."""
        return self.megabytes("RssAnon")

    def stop(self):
        self.process.terminate()
        rest = self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 0, rest
        return rest


@contextlib.contextmanager
def running(program, *options):
    server = Server(program, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@test
def in_production_a_fault_is_a_number_and_the_log_has_the_rest(program):
    with running(program) as server:
        status, headers, text = server.ask("GET", "/fail/3")
        number = headers["X-Request-Id"]
        assert status == 500 and number in text and "TypeError" not in text and "fail.html" not in text, text
        log = server.stop()
        assert number in log and "TypeError" in log and "templates/fail.html:4:" in log and "GET /fail/3" in log, log


@test
def in_debug_the_link_opens_the_page_and_its_console(program):
    with running(program, "--debug") as server:
        link = re.search(r"http://127.0.0.1:\d+(/_debug/\?token=\w+)", server.line()).group(1)
        assert "TypeError" not in server.ask("GET", "/fail/3")[2]
        status, headers, _ = server.ask("GET", link)
        assert status == 303 and headers["Location"] == "/_debug/"
        assert "HttpOnly" in headers["Set-Cookie"] and "SameSite=Strict" in headers["Set-Cookie"]
        cookie = headers["Set-Cookie"].split(";")[0]
        status, headers, text = server.ask("GET", "/fail/3", Cookie=cookie)
        assert status == 500 and "templates/fail.html, line 4, in macro" in text, text
        assert link.split("=")[1] not in text
        console = "/_debug/%s/" % headers["X-Request-Id"]
        ours = {"Cookie": cookie, "X_Vial_Debug": "1"}
        assert server.ask("POST", console + "0", "post.title", **ours)[::2] == (200, "'The second'")
        assert server.ask("POST", console + "1", "loop.index, posts[0].price", **ours)[::2] == (200, "(2, 3)")
        assert server.ask("POST", console + "0", "post.title", X_Vial_Debug="1")[0] == 404
        assert server.ask("POST", console + "0", "post.title", Cookie=cookie)[0] == 403
        assert server.ask("POST", console + "0", "post.title", Sec_Fetch_Site="cross-site", **ours)[0] == 403
        assert server.ask("GET", "/_debug/", Cookie=cookie, Host="evil.example")[0] == 404
        assert server.ask("GET", "/_debug/", Cookie=cookie)[0] == 200


def frozen(program, *options, status=0):
    """What the freezer says, and its files by their names."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        for name in ("templates",):
            os.symlink(os.path.join(FOLDER, name), os.path.join(folder, name))
        done = subprocess.run([program, "freeze", "-o", out, *options], cwd=folder, capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == status, done.stderr
        files = {}
        for parent, _, names in os.walk(out):
            for name in names:
                path = os.path.join(parent, name)
                files[os.path.relpath(path, out)] = open(path).read()
        return done.stderr, files


@test
def links_of_a_frozen_app_that_lead_nowhere_are_told_with_their_place(program):
    said, files = frozen(program)
    assert sorted(files) == ["404.html", "_redirects", "index.html", *("page/%d/index.html" % n for n in (1, 2, 3, 4))], sorted(files)
    assert "page/1/index.html:4:23: " in said and "leads to '/page/9/', which has no file" in said, said
    assert "leads to '/page/3/map.png', which has no file" in said, said
    assert said.count("has no file") == 6, said
    assert "vial_freeze_each" in said
    frozen(program, "--strict", status=1)


@test
def relative_links_work_in_any_folder(program):
    _, files = frozen(program, "--relative")
    assert '<a href="page/2/index.html">' in files["index.html"], files["index.html"]
    assert '<a href="../../index.html">' in files["page/3/index.html"], files["page/3/index.html"]
    assert files["_redirects"] == "/page/4/ /page/1/ 303\n", files["_redirects"]


# ---- what strangers send ----

LARGE = 1024 if os.environ.get("VIAL_LARGE") else 128  # megabytes


def sent(server, head, pieces):
    """Writes as long as somebody reads; what was answered."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as s:
        try:
            s.sendall(head)
            for piece in pieces:
                s.sendall(piece)
        except OSError:
            pass
        answer = b""
        with contextlib.suppress(OSError):
            while b"\r\n\r\n" not in answer:
                more = s.recv(65536)
                if not more:
                    break
                answer += more
    return int(answer.split()[1]) if answer else 0


def chunks(pieces):
    for piece in pieces:
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def head(path, kind, length=None):
    return ("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\n%s\r\n\r\n" % (
        path, kind, "Transfer-Encoding: chunked" if length is None else "Content-Length: %d" % length)).encode()


@contextlib.contextmanager
def bounded(program, megabytes, mapped=False):
    """A server whose memory must not grow by more than this, and that answers as before afterwards.

    What is mapped from a file counts as memory of the process though it is the disk's cache: where that is part of
    the plan, its own memory is looked at again and again, since the kernel keeps no peak of it.
    """
    with running(program, "--workers", "1") as server:
        assert server.ask("GET", "/")[0] == 200
        before, seen, done = server.peak(), [server.own()], threading.Event()

        def look():
            while not done.wait(0.005):
                seen.append(server.own())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield server
        finally:
            done.set()
            watcher.join()
        grown = max(seen) - seen[0] if mapped else server.peak() - before
        assert grown < megabytes, "it has taken %.0f MB" % grown
        assert server.ask("GET", "/")[0] == 200


@test
def a_hundred_thousand_headers_are_refused(program):
    with bounded(program, 8) as server:
        many = (b"X-%d: %d\r\n" % (n, n) for n in range(100000))
        assert sent(server, b"GET / HTTP/1.1\r\nHost: localhost\r\n", many) in (431, 0)
        assert sent(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", [b"x" * 1000] * 1000) in (431, 0)


@test
def json_nested_without_end_is_refused(program):
    nested = [b"[" * (1 << 20)] * LARGE
    with bounded(program, 24) as server:
        assert sent(server, head("/json", "application/json"), chunks(nested)) == 413
        assert sent(server, head("/json", "application/json", LARGE << 20), nested) == 413
        assert sent(server, head("/json", "application/json", 1 << 20), nested[:1]) == 400
        assert server.ask("POST", "/json", "[1,2]", Content_Type="application/json")[::2] == (200, "2")


@test
def json_of_very_many_values_is_refused(program):
    flat = [b"[],{}," * 100000] * (LARGE * 10 // 6)
    with bounded(program, 24) as server:
        assert sent(server, head("/json", "application/json"), chunks(flat)) == 413
    with bounded(program, 400) as server:  # a megabyte of it may become values
        assert sent(server, head("/json", "application/json", 900006), [b"[", b"[],{}," * 150000, b"null]"]) == 200


@test
def cookies_that_are_zip_bombs_are_empty_sessions(program):
    bomb = base64.urlsafe_b64encode(zlib.compress(b'{"who":"' + b"a" * (4 << 20) + b'"}', 9)).rstrip(b"=").decode()
    signed = subprocess.run([sys.executable, "-c", SIGN, "." + bomb], capture_output=True, text=True, check=True).stdout
    assert len(signed) < 8000, len(signed)
    with bounded(program, 24) as server:
        for _ in range(20):
            for cookie in (signed.strip(), "." + bomb + ".a.b", "." + "A" * 3000, "eyJ3aG8iOjF9" * 300):
                status, _, text = server.ask("GET", "/session", Cookie="session=" + cookie)
                assert (status, text) == (200, "nobody"), (status, text)


@test
def a_form_of_a_million_fields_is_refused(program):
    with bounded(program, 24) as server:
        assert sent(server, head("/form", "application/x-www-form-urlencoded", 4000000), [b"a=1&" * 1000000]) == 413
        part = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
        assert sent(server, head("/form", "multipart/form-data; boundary=b"), chunks([part * 10000] * 100)) == 413
        # 1000 fields are fine
        assert server.ask("POST", "/form", "a=1&" * 999 + "a=1",
                          Content_Type="application/x-www-form-urlencoded")[::2] == (200, "1000")


@test
def a_large_upload_lies_on_disk(program):
    before = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    size = LARGE << 20
    with bounded(program, 24, mapped=True) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as s:
            s.sendall(head("/upload", "multipart/form-data; boundary=b", len(before) + size + 9) + before)
            for _ in range(LARGE):
                s.sendall(bytes(1 << 20))
            s.sendall(b"\r\n--b--\r\n")
            answer = s.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n%d" % size), answer[-200:]


def main():
    if sys.argv[1:2] == ["--keep"]:
        compiled(sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        program = compiled(folder)
        for function in TESTS:
            function(program)
            print("ok", function.__name__.replace("_", " "), flush=True)


if __name__ == "__main__":
    main()
