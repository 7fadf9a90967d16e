"""vial build --compress: copies in other codings, always of the files that they lie beside."""
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import vial

ENDINGS = {ending: coding for ending, coding, feature in ((".br", "br", "brotli"), (".zst", "zstd", "zstd"), (".gz", "gzip", "gzip"))
           if vial.has(feature)}


@unittest.skipIf(ENDINGS, "there are codings")
class Without(unittest.TestCase):
    def test_what_is_missing_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            code, _, said = vial.run("build", "-s", folder, "--compress")
        self.assertEqual((code, "compiled without gzip, brotli and zstd" in said), (2, True), said)


@unittest.skipUnless(".gz" in ENDINGS, "compiled without gzip")
class Compressed(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.out = os.path.join(self.folder, "public")
        self.write("vial.yaml", "title: One\n")
        self.write("templates/page.html", "<h1>{{ page.title }}</h1>" + "words of a page " * 50 + "{{ page.content }}")
        for n in range(4):
            self.write("content/p%d.md" % n, "---\ntitle: P%d\n---\nText %d.\n" % (n, n))
        self.write("static/site.css", "a { color: red }\n" * 300)
        self.write("static/tiny.css", "a {}")
        self.write("static/pic.png", "is told to be a picture " * 100)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write(self, name, text):
        vial.write_file(os.path.join(self.folder, name), text)

    def build(self, *words, code=0):
        got, _, said = vial.run("build", "-s", self.folder, *words)
        self.assertEqual(got, code, said)
        return said

    def files(self):
        """The files, and the copies as {name: {ending: bytes}}."""
        everything = vial.files_of(self.out)
        plain = {n: b for n, b in everything.items() if os.path.splitext(n)[1] not in ENDINGS}
        copies = {}
        for name, data in everything.items():
            stem, ending = os.path.splitext(name)
            if ending in ENDINGS:
                copies.setdefault(stem, {})[ending] = data
        return plain, copies

    def check(self):
        """Each text of some size has three smaller copies, none older than it, that hold just what it holds."""
        plain, copies = self.files()
        for name, text in plain.items():
            wanted = len(text) >= 256 and not name.endswith(".png")
            self.assertEqual(sorted(copies.get(name, {})), sorted(ENDINGS) if wanted else [], name)
            for ending, data in copies.get(name, {}).items():
                self.assertLess(len(data), len(text))
                path = os.path.join(self.out, name)
                self.assertGreaterEqual(os.stat(path + ending).st_mtime_ns, os.stat(path).st_mtime_ns)
            if wanted:
                self.assertEqual(gzip.decompress(copies[name][".gz"]), text)
        self.assertEqual(set(copies) - set(plain), set())
        if shutil.which("curl"):
            self.check_served(plain, copies)
        return copies

    def check_served(self, plain, copies):
        """vial serve sends them, and curl reads them."""
        with vial.Server("--root", self.out, "--cache", "0") as server:
            for name in copies:
                url = "http://127.0.0.1:%d%s" % (server.port, vial.url_of(name))
                for ending, coding in ENDINGS.items():
                    status, headers, body = server.get(vial.url_of(name), headers={"Accept-Encoding": coding})
                    self.assertEqual((headers["Content-Encoding"], body), (coding, copies[name][ending]), name)
                    done = subprocess.run(["curl", "-sS", "--compressed", "-H", "Accept-Encoding: " + coding, url], capture_output=True, check=True)
                    self.assertEqual(done.stdout, plain[name], (name, coding))

    def test_copies_hold_what_their_files_hold_and_go_with_them(self):
        said = self.build("--compress")
        self.assertIn("compressed copies", said)
        before = self.check()
        self.assertIn(" 0 written", self.build("--compress").splitlines()[-1])

        self.write("content/p1.md", "---\ntitle: Other\n---\nText.\n")
        self.write("static/site.css", "b { color: blue }\n" * 300)
        self.build("--compress")
        after = self.check()
        self.assertEqual({n for n in after if after[n] != before.get(n)}, {"p1/index.html", "static/site.css"})

        os.remove(os.path.join(self.folder, "content/p2.md"))
        self.build("--compress")
        self.assertNotIn("p2/index.html", self.check())

        self.write("static/site.css", "c {}")
        self.build("--compress")
        self.assertNotIn("static/site.css", self.check())

        self.build()
        self.assertEqual(self.files()[1], {})
        self.build("--compress")
        self.check()

    def test_what_was_done_to_files_and_copies_is_mended(self):
        self.build("--compress")
        for name in ("p1/index.html", "p1/index.html.gz", "p3/index.html" + min(ENDINGS)):
            with open(os.path.join(self.out, name), "ab") as file:
                file.write(b"spoilt")
        os.remove(os.path.join(self.out, "p2/index.html" + max(ENDINGS)))
        self.build("--compress")
        self.check()

    def test_after_a_build_that_was_killed_no_copy_is_of_another_file(self):
        self.build("--compress")
        for turn in range(6):
            for n in range(4):
                self.write("content/p%d.md" % n, "---\ntitle: P%d\n---\nTurn %d.\n" % (n, turn))
            process = subprocess.Popen([vial.PROGRAM, "build", "-s", self.folder, "--compress", "-j", "1"], stderr=subprocess.DEVNULL)
            try:
                process.wait(0.01 + 0.02 * turn)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.build("--compress")
            self.check_held()

    def check_held(self):
        plain, copies = self.files()
        for name, of in copies.items():
            self.assertEqual(gzip.decompress(of[".gz"]), plain[name], name)

    def test_a_file_of_somebody_else_is_not_touched(self):
        self.build()
        path = os.path.join(self.out, "p1/index.html.gz")
        with open(path, "wb") as file:
            file.write(b"mine")
        said = self.build("--compress", code=1)
        self.assertIn("is in the way: vial did not write it", said)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"mine")

    def test_a_copy_that_the_site_brings_is_the_sites(self):
        self.write("static/site.css.gz", "the site's own")
        self.build("--compress")
        self.assertEqual(self.files()[1]["static/site.css"][".gz"], b"the site's own")
        self.build()
        self.assertEqual(self.files()[1]["static/site.css"], {".gz": b"the site's own"})


if __name__ == "__main__":
    unittest.main()
