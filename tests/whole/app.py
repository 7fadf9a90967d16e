#!/usr/bin/env python3
"""An app as a program, asked through sockets: what it shows of its faults, and what strangers may send.

    comes in:  app/app.c; LIBVIAL, the folder of the libraries
    goes out:  what is not as it should be

`app.py --keep FOLDER` leaves the program there. What strangers send must be answered while the program's memory stays
small: each test looks at its peak. VIAL_LARGE=1 sends a gigabyte where else a part of it does.
"""
import contextlib
import http.client
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "tests/whole/app")
sys.path.insert(0, os.path.join(ROOT, "vial/lib"))
import private  # noqa: E402

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

    def peak(self):
        """Megabytes that it has taken at most, ever."""
        status = open("/proc/%d/status" % self.process.pid).read()
        return int(re.search(r"VmHWM:\s*(\d+)", status).group(1)) / 1024

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
