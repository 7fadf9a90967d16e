"""vial serve of a site: what it keeps, and how it is read anew without losing a request."""
import gzip
import http.client
import json
import os
import random
import resource
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
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
import vial

CODINGS = [coding for coding, feature in (("gzip", "gzip"), ("br", "brotli"), ("zstd", "zstd")) if vial.has(feature)]
PAGE = "{{ page.title }}|{{ page.content }}|{% for p in section.pages %}{{ p.title }},{% endfor %}"


class Served(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.write("vial.yaml", "title: One\nroutes:\n  /find: {template: find.html, dynamic: true}\n"
                                "  /host: {template: host.html, dynamic: true}\n  /me: {template: me.html, dynamic: true}\n")
        self.write("content/_index.md", "---\ntitle: Home\n---\nText.\n")
        self.write("content/blog/_index.md", "---\ntitle: Blog\n---\n")
        for n in range(5):
            self.write("content/blog/p%d.md" % n, "---\ntitle: P%d\n---\nWords %d.\n" % (n, n))
        self.write("templates/page.html", "{{ page.title }}|{{ page.content }}")
        self.write("templates/section.html", PAGE)
        self.write("templates/find.html", "You asked for {{ request.args.q }}.")
        self.write("templates/host.html", "This is {{ request.host }}.")
        self.write("templates/me.html", "Hello {{ request.cookies.name }} {{ session.x }}.")
        self.write("static/site.3f9a1c0b.css", "a {}")
        self.write("static/plain.css", "b {}")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + "~", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + "~", path)

    def serve(self, *words):
        return vial.Server("-s", self.folder, "--cache-status", *words)

    def ask(self, server, path, **headers):
        status, fields, body = server.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        return status, body.decode(), fields["Cache-Status"].replace("vial; ", "")

    def said(self, server, words, seen=0):
        """Waits until the server has said it."""
        end = time.monotonic() + vial.SECONDS
        while not any(words in line for line in server.said[seen:]):
            self.assertLess(time.monotonic(), end, server.said)
            time.sleep(0.005)

    def reload(self, server, words="read anew"):
        seen = len(server.said)
        server.process.send_signal(signal.SIGHUP)
        self.said(server, words, seen)

    def test_a_file_that_cannot_be_opened_now_is_not_said_to_be_missing(self):
        with self.serve() as server:
            self.assertEqual(server.get("/")[0], 200)  # a connection that stays
            pid = server.process.pid
            before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir("/proc/%d/fd" % pid)), before[1]))
            self.assertEqual(server.get("/static/plain.css")[0], 503)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
            self.assertEqual(server.get("/static/plain.css")[2], b"b {}")

    def test_a_page_is_made_once_also_for_head_and_for_other_queries(self):
        with self.serve() as server:
            self.assertEqual(self.ask(server, "/blog/p1/")[2], "fwd=miss")
            self.assertEqual(self.ask(server, "/blog/p1/")[2], "hit")
            self.assertEqual(self.ask(server, "/blog/p1/?utm_source=x")[2], "hit")
            self.assertEqual(server.get("/blog/p1/", "HEAD")[1]["Cache-Status"], "vial; hit")
            etag = server.get("/blog/p1/")[1]["ETag"]
            status, fields, body = server.get("/blog/p1/", headers={"If-None-Match": etag})
            self.assertEqual((status, fields["ETag"], body), (304, etag, b""))
            status, fields, body = server.get("/blog/p1/", headers={"Range": "bytes=0-1"})
            self.assertEqual((status, body), (206, b"P1"))
            self.assertEqual(self.ask(server, "/blog/p1/")[:2], (200, "P1|<p>Words 1.</p>\n"))

    def test_what_asks_for_query_or_host_is_kept_for_each_and_what_asks_for_a_person_for_none(self):
        with self.serve() as server:
            for _, how in ((0, "fwd=miss"), (1, "hit")):
                self.assertEqual(self.ask(server, "/find?q=a"), (200, "You asked for a.", how))
                self.assertEqual(self.ask(server, "/find?q=b"), (200, "You asked for b.", how))
                self.assertEqual(self.ask(server, "/host", Host="one.example"), (200, "This is one.example.", how))
                self.assertEqual(self.ask(server, "/host", Host="two.example"), (200, "This is two.example.", how))
            for name in ("Ann", "Bob", "Ann"):
                status, body, how = self.ask(server, "/me", Cookie="name=" + name)
                self.assertEqual((status, body), (200, "Hello %s ." % name))
                self.assertNotEqual(how, "hit")
            self.assertEqual(server.get("/me")[1]["Cache-Control"], "private, no-cache")

    def test_how_long_others_may_keep_it_depends_on_what_it_is(self):
        with self.serve() as server:
            for path, rule in (("/static/site.3f9a1c0b.css", "public, max-age=31536000, immutable"), ("/static/plain.css", "no-cache"),
                               ("/blog/", "no-cache"), ("/nothing/", "no-cache")):
                self.assertEqual(server.get(path)[1]["Cache-Control"], rule, path)

    def test_after_sighup_just_those_are_made_again_that_read_what_changed(self):
        with self.serve() as server:
            paths = ["/", "/blog/"] + ["/blog/p%d/" % n for n in range(5)]
            for path in paths:
                self.ask(server, path)
            self.write("content/blog/p2.md", "---\ntitle: P2\n---\nOther words.\n")
            self.reload(server)
            self.assertEqual([p for p in paths if self.ask(server, p)[2] != "hit"], ["/blog/p2/"])
            self.assertIn("Other words", self.ask(server, "/blog/p2/")[1])
            self.write("content/blog/p2.md", "---\ntitle: New\n---\nOther words.\n")
            self.reload(server)
            self.assertEqual([p for p in paths if self.ask(server, p)[2] != "hit"], ["/blog/", "/blog/p2/"])
            os.remove(os.path.join(self.folder, "content/blog/p2.md"))
            self.reload(server)
            self.assertEqual(self.ask(server, "/blog/p2/")[0], 404)
            self.assertNotIn("New", self.ask(server, "/blog/")[1])

    def test_what_is_asked_for_just_so_again_and_again_follows_the_site(self):
        self.write("vial.yaml", "title: One\nroutes:\n  /now: {template: now.html, dynamic: true}\n")
        self.write("templates/now.html", "{{ now() }}")
        with self.serve() as server:
            for times in range(4):
                self.write("content/blog/p1.md", "---\ntitle: P1\n---\nWords of %d.\n" % times)
                self.reload(server)
                for turn in range(5):
                    self.assertEqual(self.ask(server, "/blog/p1/"),
                                     (200, "P1|<p>Words of %d.</p>\n" % times, "hit" if turn else "fwd=miss"))
            told, end = set(), time.monotonic() + vial.SECONDS
            while len(told) < 3: # it tells the time, so it is never an old one
                told.add(self.ask(server, "/now")[1])
                self.assertLess(time.monotonic(), end, told)
                time.sleep(0.05)

    def test_a_site_that_is_broken_leaves_the_old_one_and_says_why(self):
        with self.serve() as server:
            before = self.ask(server, "/blog/")[1]
            self.write("vial.yaml", "title: [\n")
            self.reload(server, "the site stays as it was")
            self.assertTrue(any("vial.yaml:1" in line or "vial.yaml:2" in line for line in server.said), server.said)
            self.assertEqual(self.ask(server, "/blog/"), (200, before, "hit"))
            self.write("vial.yaml", "title: Two\n")
            self.reload(server)
            self.assertEqual(self.ask(server, "/blog/")[0], 200)

    def test_with_watch_what_is_saved_is_served(self):
        with self.serve("--watch") as server:
            self.ask(server, "/blog/p3/")
            seen = len(server.said)
            self.write("content/blog/p3.md", "---\ntitle: P3\n---\nSaved.\n")
            self.said(server, "read anew", seen)
            self.assertEqual(self.ask(server, "/blog/p3/"), (200, "P3|<p>Saved.</p>\n", "fwd=miss"))

    def test_a_page_comes_when_its_day_comes(self):
        comes = time.time() + 3
        self.write("content/blog/later.md", "---\ntitle: Later\npublish_date: %s\n---\n" % time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(comes)))
        with self.serve() as server:
            if time.time() < comes - 1:
                self.assertEqual(self.ask(server, "/blog/later/")[0], 404)
                self.assertNotIn("Later", self.ask(server, "/blog/")[1])
            self.said(server, "read anew")
            self.assertGreaterEqual(time.time(), int(comes))
            self.assertEqual(self.ask(server, "/blog/later/")[0], 200)
            self.assertIn("Later", self.ask(server, "/blog/")[1])

    def test_the_cache_is_counted(self):
        with self.serve("--status", "127.0.0.1:0") as server:
            port = int(re.search(r"state on http://127\.0\.0\.1:(\d+)/", server.said[-1]).group(1))
            for _ in range(3):
                self.ask(server, "/blog/p1/")
            with urllib.request.urlopen("http://127.0.0.1:%d/-/metrics" % port, timeout=vial.SECONDS) as answer:
                lines = answer.read().decode().splitlines()
            self.assertIn("vial_cache_hits_total 2", lines)
            self.assertIn("vial_cache_answers 1", lines)

    def test_without_a_cache_each_page_is_made_anew(self):
        with self.serve("--cache", "0", "--threads", "2") as server:
            for _ in range(2):
                self.assertEqual(self.ask(server, "/blog/p1/"), (200, "P1|<p>Words 1.</p>\n", "fwd=bypass"))

    def test_a_stampede_on_a_cold_page_makes_it_once(self):
        self.write("templates/page.html", "{% for i in range(300000) %}{% endfor %}{{ page.title }}")
        with self.serve("--threads", "8") as server:
            hows = []

            def ask():
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=vial.SECONDS)
                connection.request("GET", "/blog/p4/")
                answer = connection.getresponse()
                hows.append((answer.headers["Cache-Status"], answer.read()))
                connection.close()

            clients = [threading.Thread(target=ask) for _ in range(8)]
            for client in clients:
                client.start()
            for client in clients:
                client.join(vial.SECONDS)
        self.assertEqual(sorted(hows), [("vial; fwd=miss", b"P4")] + [("vial; hit", b"P4")] * 7)

    def test_sighup_under_load_loses_no_request_and_mixes_no_pages(self):
        wrong, answers, ended = [], [0], threading.Event()

        def ask(port):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.settimeout(vial.SECONDS)
                stream = connection.makefile("rb")
                n = 0
                while not ended.is_set():
                    n += 1
                    path = ("/blog/", "/blog/p%d/" % (n % 5), "/none%d/" % (n % 7), "/static/plain.css")[n % 4]
                    try:
                        connection.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode())
                        status = int(stream.readline().split()[1])
                        length = 0
                        while (line := stream.readline().strip()):
                            if line.lower().startswith(b"content-length:"):
                                length = int(line.split(b":")[1])
                        body = stream.read(length)
                    except (OSError, IndexError, ValueError) as error:
                        wrong.append("%s: %r" % (path, error))
                        return
                    if status != (404 if "none" in path else 200) or len(body) != length:
                        wrong.append("%s: %d %r" % (path, status, body))
                    titles = [t[1:2] for t in body.decode().split("|")[-1].split(",") if t] if path == "/blog/" else []
                    if len(set(titles)) > 1:  # all of one edition
                        wrong.append(body)
                    answers[0] += 1

        for n in range(5):
            self.write("content/blog/p%d.md" % n, "---\ntitle: P0-%d\n---\n" % n)
        with self.serve("--workers", "2") as server:
            clients = [threading.Thread(target=ask, args=(server.port,)) for _ in range(4)]
            for client in clients:
                client.start()
            for edition in range(1, 9):
                for n in range(5):
                    self.write("content/blog/p%d.md" % n, "---\ntitle: P%d-%d\n---\n" % (edition, n))
                self.reload(server)
            ended.set()
            for client in clients:
                client.join(vial.SECONDS)
        self.assertEqual(wrong, [])
        self.assertGreater(answers[0], 50)

    # ---- codings ----

    def coded(self, server, path, coding, **headers):
        """Headers, and the body as curl decodes it."""
        url = "http://127.0.0.1:%d%s" % (server.port, path)
        fields = [word for name, value in headers.items() for word in ("-H", "%s: %s" % (name.replace("_", "-"), value))]
        done = subprocess.run(["curl", "-sS", "--max-time", "60", "--compressed", "-H", "Accept-Encoding: " + coding, *fields, "-D", "-", url],
                              capture_output=True, check=True).stdout
        head, body = done.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        return int(lines[0].split()[1]), dict(line.lower().split(": ", 1) for line in lines[1:]), body

    def write_large_things(self):
        self.write("content/blog/long.md", "---\ntitle: Long\n---\n" + "Many words of one kind. " * 400)
        self.write("static/big.css", "a { color: red }\n" * 20000)
        self.write("static/pic.png", "not really a picture, but told to be " * 200)

    @unittest.skipUnless(CODINGS and shutil.which("curl"), "curl is not installed, or vial was compiled without any coding")
    def test_pages_and_files_are_sent_in_the_coding_that_is_liked_best(self):
        self.write_large_things()
        with self.serve() as server:
            for path in ("/blog/long/", "/static/big.css"):
                plain = self.coded(server, path, "identity")
                self.assertNotIn("content-encoding", plain[1])
                self.assertEqual(plain[1]["vary"], "accept-encoding")
                tags = {plain[1]["etag"]}
                for coding in CODINGS:
                    for _ in range(2):
                        status, fields, body = self.coded(server, path, coding)
                        self.assertEqual((status, body), (200, plain[2]), (path, coding))
                        self.assertEqual(fields["content-encoding"], coding)
                        self.assertEqual(fields["vary"], "accept-encoding")
                        self.assertLess(int(fields["content-length"]), len(plain[2]) // 4)
                    tags.add(fields["etag"])
                    status, again, body = self.coded(server, path, coding, If_None_Match=fields["etag"])
                    self.assertEqual((status, again["etag"], body), (304, fields["etag"], b""))
                    self.assertEqual(self.coded(server, path, coding, If_None_Match=plain[1]["etag"])[0], 200)
                self.assertEqual(len(tags), 1 + len(CODINGS))
                status, fields, body = self.coded(server, path, CODINGS[0], Range="bytes=5-9")
                self.assertEqual((status, body, fields.get("content-encoding")), (206, plain[2][5:10], None))
                if {"br", "gzip"} <= set(CODINGS):
                    self.assertEqual(self.coded(server, path, "br;q=0.1, gzip;q=0.2")[1]["content-encoding"], "gzip")
            for path in ("/static/pic.png", "/host", "/static/plain.css"):
                self.assertNotIn("content-encoding", self.coded(server, path, "gzip, br")[1], path)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_a_copy_follows_its_page(self):
        self.write_large_things()
        with self.serve() as server:
            self.coded(server, "/blog/long/", "br")
            self.write("content/blog/long.md", "---\ntitle: Long\n---\n" + "Other words of one kind. " * 400)
            self.write("static/big.css", "b { color: red }\n" * 20000)
            self.reload(server)
            self.assertIn(b"Other words", self.coded(server, "/blog/long/", "br")[2])
            self.assertTrue(self.coded(server, "/static/big.css", "br")[2].startswith(b"b {"))

    def test_what_was_made_for_one_person_is_not_coded(self):
        self.write("templates/me.html", "{{ request.cookies.name }}" + "secret " * 300)
        with self.serve() as server:
            _, headers, _ = server.get("/me", headers={"Cookie": "name=x", "Accept-Encoding": "gzip"})
            self.assertNotIn("Content-Encoding", headers)

    @unittest.skipUnless("gzip" in CODINGS and shutil.which("curl"), "curl is not installed, or vial was compiled without gzip")
    def test_a_folder_has_its_copies_taken_unless_they_are_older_or_of_something_else(self):
        self.write_large_things()
        root = os.path.join(self.folder, "static")
        path = os.path.join(root, "big.css")
        with open(path, "rb") as file:
            text = file.read()

        def put_copy(data, age):
            with open(path + ".gz", "wb") as file:
                file.write(data)
            at = os.stat(path).st_mtime_ns - age
            os.utime(path + ".gz", ns=(at, at))

        good = gzip.compress(text[:-1] + b"!", mtime=0)  # told apart from what would be made now
        for data, age, taken in ((good, 0, True), (good, 1, False), (good[:-4] + b"1234", 0, False), (b"", 0, False)):
            put_copy(data, age)
            for words in ((), ("--cache", "0")):
                with vial.Server("--root", root, *words) as server:
                    status, fields, body = self.coded(server, "/big.css", "gzip")
                    self.assertEqual(status, 200)
                    self.assertEqual(body.endswith(b"!"), taken, (age, words))
                    self.assertEqual(len(body), len(text))
                    if taken or not words:
                        self.assertEqual(fields["content-encoding"], "gzip")
                        self.assertEqual(fields["content-type"], "text/css; charset=utf-8")
                        status, again, _ = self.coded(server, "/big.css", "gzip", If_None_Match=fields["etag"])
                        self.assertEqual(status, 304)
                    self.assertEqual(self.coded(server, "/big.css", "identity")[2], text)

    # ---- search ----

    def find(self, server, query, path="/search", **more):
        """Titles, in their order."""
        status, headers, body = server.get(path + "?" + urllib.parse.urlencode(dict(more, q=query)), headers={"Accept": "application/json"})
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"), (query, body))
        self.assertIn("Accept", headers["Vary"])
        answer = json.loads(body)
        self.assertFalse(answer["cut"])
        return [hit["title"] for hit in answer["results"]]

    def write_words(self):
        self.write("vial.yaml", "title: One\ntheme: plain\nsearch: true\n")
        for name in os.listdir(os.path.join(self.folder, "templates")):
            os.remove(os.path.join(self.folder, "templates", name))
        shutil.rmtree(os.path.join(self.folder, "content"))
        self.write("content/_index.md", "---\ntitle: Home\n---\nThe first page.\n")
        self.write("content/text.md", "---\ntitle: About rivers\n---\nA heron stands in the water, a heron waits.\n")
        self.write("content/title.md", "---\ntitle: The heron\n---\n## Birds\nIt eats fish & <b>frogs</b>.\n")
        self.write("content/cafe.md", "---\ntitle: Café\n---\n`code_words` and {{ a_shortcode() }} there.\n")
        self.write("content/draft.md", "---\ntitle: A draft heron\ndraft: true\n---\n")
        self.write("content/hidden.md", "---\ntitle: A hidden heron\nin_search_index: false\n---\n")
        self.write("templates/shortcodes/a_shortcode.html", "x")

    @unittest.skipUnless(vial.has("search"), "compiled without search")
    def test_search_finds_titles_before_texts_and_beginnings_of_words(self):
        self.write_words()
        with self.serve() as server:
            self.assertEqual(self.find(server, "heron"), ["The heron", "About rivers"])
            self.assertEqual(self.find(server, "her"), ["The heron", "About rivers"])
            self.assertEqual(self.find(server, "heron water"), ["About rivers"])
            self.assertEqual(self.find(server, "heron -water"), ["The heron"])
            self.assertEqual(self.find(server, '"heron waits"'), ["About rivers"])
            self.assertEqual(self.find(server, '"waits heron"'), [])
            self.assertEqual(self.find(server, "birds"), ["The heron"])
            self.assertEqual(self.find(server, "cafe"), ["Café"])
            self.assertEqual(self.find(server, "shortcode"), [])
            self.assertEqual(self.find(server, ""), [])
            status, body, how = self.ask(server, "/search?q=frogs")
            self.assertEqual((status, how), (200, "fwd=bypass"))
            self.assertIn("<mark>frogs</mark>", body)
            self.assertIn("fish &amp; ", body)
            status, body, _ = self.ask(server, "/search?q=%3Cscript%3E%22x")
            self.assertEqual(status, 200)
            self.assertNotIn("<script>", body)
            self.assertEqual(self.ask(server, "/")[1].count('action="/search"'), 1)

    @unittest.skipUnless(vial.has("search"), "compiled without search")
    def test_search_finds_pieces_of_scripts_without_spaces(self):
        self.write_words()
        self.write("content/ja.md", "---\ntitle: 東京都の水\n---\nカタカナとひらがなが混ざった日本語、東京都も。\n")
        self.write("content/ko.md", "---\ntitle: Korean\n---\n학교에서 공부합니다.\n")
        with self.serve() as server:
            for query in ("東京", "京都", "都", "混ざった日本", "ｶﾀｶﾅ", "日本語 東京都", '"ひらがなが混"', "水 -학교"):
                self.assertEqual(self.find(server, query), ["東京都の水"], query)
            for query in ("東日", "京東", "水 -東京", '"東京の"'):
                self.assertEqual(self.find(server, query), [], query)
            self.assertEqual(self.find(server, "학교"), ["Korean"])
            for query, marked in (("京都", "、東<mark>京都</mark>も。"), ("東京都", "、<mark>東京都</mark>も。"), ("東京 京都", "、<mark>東京都</mark>も。"),
                                  ("都", "東京<mark>都</mark>も"), ("ひらがな", "と<mark>ひらがな</mark>が混ざった日本語、東京都も。")):
                self.assertIn(marked, self.ask(server, "/search?q=" + urllib.parse.quote(query))[1])

    @unittest.skipUnless(vial.has("search"), "compiled without search")
    def test_search_takes_whatever_strangers_type(self):
        self.write_words()
        chance = random.Random(7)
        pieces = ['"', "'", "*", "(", ")", "-", "+", "^", ":", "{", "}", "AND", "OR", "NOT", "NEAR", "heron", "her", " ", "title", "\0", "é", "%", ";", "--", "\\"]
        with self.serve() as server:
            for _ in range(300):
                self.find(server, "".join(chance.choice(pieces) for _ in range(chance.randint(1, 12))), page=chance.choice(["1", "0", "-1", "x", "9999999999999"]))
            self.find(server, "heron " * 500)
            self.assertEqual(self.find(server, "heron"), ["The heron", "About rivers"])

    @unittest.skipUnless(vial.has("search"), "compiled without search")
    def test_search_follows_the_site(self):
        self.write_words()
        for n in range(45):
            self.write("content/many/n%d.md" % n, "---\ntitle: Many %02d\n---\nA stork.\n" % n)
        with self.serve() as server:
            self.assertEqual(len(self.find(server, "stork")), 20)
            self.assertEqual(len(self.find(server, "stork", page=3)), 5)
            self.assertEqual(self.find(server, "pelican"), [])
            self.write("content/text.md", "---\ntitle: About lakes\n---\nA pelican.\n")
            os.remove(os.path.join(self.folder, "content/title.md"))
            self.reload(server)
            self.assertEqual(self.find(server, "pelican"), ["About lakes"])
            self.assertEqual(self.find(server, "heron"), [])
            self.write("vial.yaml", "title: One\ntheme: plain\nsearch: {path: /find}\n")
            self.reload(server)
            self.assertEqual(self.find(server, "pelican", "/find"), ["About lakes"])
            self.assertEqual(server.get("/search?q=x")[0], 404)

    def test_a_built_site_has_an_index_unless_told_and_a_wrong_key_is_told(self):
        self.write_words()
        for config, files in (("true", ["search/en.js", "search/search.js"]), ("{index: false}", [])):
            self.write("vial.yaml", "title: One\ntheme: plain\nlanguage: en\nsearch: %s\n" % config)
            self.assertEqual(vial.run("build", "-s", self.folder)[0], 0)
            self.assertEqual(sorted(n for n in vial.files_of(os.path.join(self.folder, "public")) if n.startswith("search")), files)
        for wrong in ("search: here", "search: {path: search}", "search: {paht: /x}", "search: {index: sometimes}"):
            self.write("vial.yaml", "title: One\ntheme: plain\n%s\n" % wrong)
            code, _, said = vial.run("build", "-s", self.folder)
            self.assertEqual(code, 1, said)
            self.assertRegex(said, r"vial.yaml:3:\d+: ")


if __name__ == "__main__":
    unittest.main()
