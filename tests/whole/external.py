#!/usr/bin/env python3
"""vial check --external: links to other sites, asked of servers on this machine that misbehave in every way."""
import http.server
import os
import shutil
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import vial  # noqa: E402

PAGE = b"<html><body><h1 id='part'>Part</h1><a name=old></a></body></html>"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer(self):
        server, path = self.server, self.path.split("?")[0]
        with server.lock:
            server.asked.append((self.command, self.path))
            count = sum(p == self.path for _, p in server.asked)
            server.now += 1
            server.most = max(server.most, server.now)
        if path.startswith("/slow/"):
            time.sleep(0.2)
        with server.lock:
            server.now -= 1
        if path == "/gone":
            self.reply(404)
        elif path == "/forbidden":
            self.reply(403)
        elif path == "/no-head":
            self.reply(405 if self.command == "HEAD" else 200, PAGE, Content_Type="text/html")
        elif path == "/hangs-up-on-head" and self.command == "HEAD":
            self.close_connection = True
            self.connection.close()
        elif path == "/moved":
            self.reply(301, Location="/moved-again")
        elif path == "/moved-again":
            self.reply(308, Location="/there")
        elif path == "/away":
            self.reply(302, Location="/there")
        elif path == "/circle":
            self.reply(302, Location="/circle?%d" % count)
        elif path == "/astray":
            self.reply(301, Location="ftp://127.0.0.1/x")
        elif path == "/tired":
            self.reply(503 if count < 4 else 200)  # twice as HEAD and GET, then once more as GET
        elif path == "/busy":
            self.reply(429 if count < 2 else 200, Retry_After="1")
        elif path == "/broken":
            self.reply(500)
        elif path == "/never":
            server.stop.wait(60)
        else:
            self.reply(200, PAGE, Content_Type="text/html; charset=utf-8")

    do_GET = do_HEAD = answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.asked, self.now, self.most = [], 0, 0
        self.url = "http://127.0.0.1:%d" % self.server_port
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass

    def paths(self, path):
        return [method for method, asked in self.asked if asked == path]


class External(unittest.TestCase):
    def setUp(self):
        for name in list(os.environ):
            if name.lower().endswith("_proxy"):
                del os.environ[name]
        self.folder, self.server = tempfile.mkdtemp(), Server()
        self.write("vial.yaml", "title: One\nbase_url: https://own.example/\n")
        self.write("templates/page.html", "{{ page.content }}")

    def tearDown(self):
        self.server.stop.set()
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.folder)

    def write(self, name, text):
        vial.write_file(os.path.join(self.folder, name), text)

    def page(self, *links):
        self.write("content/a.md", "---\ntitle: A\n---\n" + "".join("[l](%s)\n" % link.replace("@", self.server.url) for link in links))

    def check(self, *words, code=0):
        got, _, said = vial.run("check", "-s", self.folder, "--external", "--local", "--wait", "1", *words)
        self.assertEqual(got, code, said)
        return said

    def test_what_is_there_is_asked_once_and_remembered(self):
        self.page("@/fine", "@/fine", "@/fine#part", "https://own.example/a/", "mailto:a@b.c")
        said = self.check()
        self.assertIn("3 links to 1 addresses of others: 1 asked, 0 known, 0 left alone", said)
        self.assertEqual(self.server.asked, [("HEAD", "/fine")])
        self.assertIn("0 asked, 1 known", self.check())
        self.assertEqual(len(self.server.asked), 1)
        time.sleep(1.1)
        self.assertIn("1 asked, 0 known", self.check("--max-age", "0"))
        with open(os.path.join(self.folder, ".vial/external"), "w", encoding="utf-8") as file:
            file.write("vial external 1\nnonsense\n\t\t\t\n99999999999999999999\t200\t%s/fine\t\n" % self.server.url)
        self.assertIn("1 asked, 0 known", self.check())

    def test_what_is_not_there_is_an_error_with_its_line(self):
        self.page("@/fine", "@/gone", "@/gone")
        said = self.check(code=1)
        self.assertIn("content/a.md:5:1: %s/gone answers 404 (Not Found)\n  [l](" % self.server.url, said)
        self.assertIn("content/a.md:6:1: ", said)
        self.assertIn("2 errors", said)
        self.assertEqual(self.server.paths("/gone"), ["HEAD", "GET"])
        self.check(code=1)  # what is wrong is asked each time
        self.assertEqual(len(self.server.paths("/gone")), 4)

    def test_servers_that_know_no_head_are_asked_otherwise(self):
        self.page("@/no-head", "@/hangs-up-on-head")
        self.check()
        self.assertEqual(self.server.paths("/no-head"), ["HEAD", "GET"])
        self.assertIn("GET", self.server.paths("/hangs-up-on-head"))

    def test_who_refuses_is_a_warning(self):
        self.page("@/forbidden")
        said = self.check()
        self.assertIn("/forbidden answers 403 (Forbidden), so nobody knows", said)
        self.check("--strict", code=1)

    def test_redirects_for_good_are_a_hint_and_others_are_followed(self):
        self.page("@/moved", "@/away", "@/circle", "@/astray")
        said = self.check(code=1)
        self.assertIn("content/a.md:4:1: %s/moved has moved for good to %s/there" % (self.server.url, self.server.url), said)
        self.assertNotIn("/away has", said)
        self.assertIn("/circle redirects more than 10 times", said)
        self.assertIn("/astray answers 301 (Moved Permanently) and leads nowhere", said)
        self.assertIn("2 errors", said)
        self.assertIn("has moved for good", self.check(code=1))  # also by the cache

    def test_what_may_pass_is_asked_again(self):
        self.page("@/tired")
        self.check("--retries", "3")
        self.page("@/broken", "@/busy")
        begun = time.monotonic()
        said = self.check("--retries", "1", code=1)
        self.assertGreaterEqual(time.monotonic() - begun, 0.9)  # the host said so
        self.assertIn("/broken answers 500", said)
        self.assertIn("1 error\n", said)
        self.assertEqual(len(self.server.paths("/broken")), 3)

    def test_who_does_not_answer_is_not_waited_for(self):
        self.page("@/never", "http://127.0.0.1:1/")
        said = self.check("--timeout", "1", "--retries", "0", code=1)
        self.assertIn("/never cannot be reached: ", said)
        self.assertIn("http://127.0.0.1:1/ cannot be reached: ", said)

    def test_a_host_is_asked_gently(self):
        self.page(*["@/slow/%d" % n for n in range(12)])
        self.check("--per-host", "2")
        self.assertLessEqual(self.server.most, 2)
        self.assertEqual(len(self.server.asked), 12)

    def test_parts_are_looked_for_when_asked(self):
        self.page("@/fine#part", "@/fine#old", "@/fine#nowhere", "@/fine#:~:text=x")
        self.check()
        said = self.check("--anchors", code=1)
        self.assertIn("content/a.md:6:1: %s/fine has no '#nowhere'" % self.server.url, said)
        self.assertIn("1 error\n", said)
        self.assertEqual(self.server.paths("/fine"), ["HEAD", "GET"])

    def test_patterns_and_names_of_nobody_are_left_alone(self):
        self.write("vial.yaml", "title: One\nchecks: {skip: ['*/gone']}\n")
        self.page("@/gone", "@/other", "http://example.org/", "http://x.localhost/")
        got, _, said = vial.run("check", "-s", self.folder, "--external")
        self.assertEqual((got, self.server.asked), (0, []), said)
        self.assertIn("4 left alone", said)
        self.check("--skip", "*/other", "--skip", "http://*localhost/", "--skip", "http://example*")
        self.assertEqual(self.server.asked, [])

    def test_links_of_templates_and_raw_html_are_asked_as_well(self):
        self.write("templates/page.html", "<link rel=canonical href='@/never'><a href='@/gone'>x</a>{{ page.content }}".replace("@", self.server.url))
        self.write("content/a.md", "---\ntitle: A\n---\nText.\n\n<a href=\"@/gone?raw\">x</a> <@/fine>\n".replace("@", self.server.url))
        said = self.check(code=1)
        self.assertIn("/a/: %s/gone answers 404" % self.server.url, said)
        self.assertIn("no text has this link: a template or vial.yaml does", said)
        self.assertIn("content/a.md:6:1: %s/gone?raw answers 404" % self.server.url, said)
        self.assertIn("2 errors", said)

    def test_bad_wishes_are_refused(self):
        got, _, said = vial.run("check", "-s", self.folder, "--external", "--per-host", "0")
        self.assertEqual(got, 2, said)


if __name__ == "__main__":
    done = unittest.main(exit=False, verbosity=0).result
    bad = len(done.failures) + len(done.errors)
    print("%d passed, %d failed" % (done.testsRun - bad, bad))
    sys.exit(1 if bad else 0)
