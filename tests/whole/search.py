"""The search of a built site: its script asks the index that vial wrote, in node and in Chromium."""
import ctypes
import glob
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import vial
from chromium import Browser

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SCRIPT = os.path.join(ROOT, "vial", "site", "own", "static", "search.js")
SIGNS = "東京都大阪府水星日本語のはをがカタカナ한국어검색학교ไทยภาษา"
ENDINGS = ["", "s", "ed", "ing", "er", "ly", "ness"]


def words_of(text):
    """The words as they are compared: the signs of scripts without spaces stay together."""
    text = unicodedata.normalize("NFKC", text).lower()
    return re.findall(r"[^\W_]+", text)


class Stemmer:
    """libstemmer itself."""

    def __init__(self, language):
        self.lib = ctypes.CDLL("libstemmer.so.0d")
        self.lib.sb_stemmer_new.restype = self.lib.sb_stemmer_stem.restype = ctypes.c_void_p
        self.lib.sb_stemmer_stem.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        self.lib.sb_stemmer_length.argtypes = [ctypes.c_void_p]
        self.stemmer = self.lib.sb_stemmer_new(language.encode(), b"UTF_8")

    def __call__(self, word):
        data = word.encode()
        stem = self.lib.sb_stemmer_stem(self.stemmer, data, len(data))
        return ctypes.string_at(stem, self.lib.sb_stemmer_length(self.stemmer)).decode()


class Built(unittest.TestCase):
    """A site that is searched."""
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.write("vial.yaml", "title: One\ntheme: plain\nlanguage: en\nsearch: true\nlinks: ignore\n")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write(self, name, text):
        vial.write_file(os.path.join(self.folder, name), text)

    def build(self):
        code, _, said = vial.run("build", "-s", self.folder)
        self.assertEqual(code, 0, said)
        return os.path.join(self.folder, "public")

    def ask(self, questions, index="/search/en.js", all_hits=False):
        """The addresses that each question finds, by the script itself."""
        done = subprocess.run(["node", os.path.join(HERE, "search.js"), SCRIPT, os.path.join(self.folder, "public"), index,
                               "all" if all_hits else "best"], input="".join(json.dumps(q) + "\n" for q in questions),
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]


class Search(Built):
    """What the script finds."""

    # ---- every word of every page ----

    def random_word(self, rng):
        if rng.random() < 0.1:
            at = rng.randrange(len(SIGNS) - 4)
            return SIGNS[at:at + rng.randint(1, 4)]
        word = "".join(rng.choice("bcdfglmnprstv") + rng.choice("aeiouéü") for _ in range(rng.randint(1, 4)))
        return (word + rng.choice(ENDINGS)).capitalize() if rng.random() < 0.2 else word + rng.choice(ENDINGS)

    def pages_of_random_words(self, count):
        rng = random.Random(count)
        words = [self.random_word(rng) for _ in range(1200)]
        pages = {}
        for n in range(count):
            own = [rng.choice(words) for _ in range(40)] + ["the", "and"]
            text = "---\ntitle: %s %s\n---\n" % (own[0], own[1])
            for at in range(2, 38, 9):
                text += "%s, *%s*.\n\n## %s %s\n\n%s\n\n" % (" ".join(own[at:at + 4]), own[at + 4], own[at + 5], own[at + 6], " `".join(own[at + 7:at + 9]) + "` the and")
            self.write("content/s%d/p%d.md" % (n % 7, n), text)
            pages["/s%d/p%d/" % (n % 7, n)] = own[:38]
        return rng, pages

    def test_every_word_of_every_page_is_found(self):
        for count, questions in ((30, 300), (150, 300), (620, 300)):
            rng, pages = self.pages_of_random_words(count)
            self.build()
            asked = [(page, rng.choice(own)) for page, own in rng.choices(sorted(pages.items()), k=questions)]
            for (page, word), hits in zip(asked, self.ask([word + " " for _, word in asked], all_hits=True)):
                self.assertIn(page, {hit.split("#")[0] for hit in hits}, (count, word))
            several = [(page, rng.sample(own, 3)) for page, own in rng.choices(sorted(pages.items()), k=50)]
            for (page, words), hits in zip(several, self.ask([" ".join(words) + " the" for _, words in several], all_hits=True)):
                self.assertIn(page, {hit.split("#")[0] for hit in hits}, (count, words))

    def test_what_is_on_no_page_is_not_found(self):
        rng, pages = self.pages_of_random_words(30)
        self.build()
        for hits in self.ask(["quixotic ", "zzz", "東海", "the quixotic"]):
            self.assertEqual(hits, [])

    # ---- forms ----

    def words_of_our_pages(self):
        text = ""
        for name in sorted(glob.glob(os.path.join(ROOT, "content", "*.md"))):
            with open(name, encoding="utf-8") as file:
                text += file.read()
        return sorted({w for w in words_of(text) if w.isascii() and w.isalpha() and len(w) > 2})

    def test_forms_that_nobody_wrote_are_found_as_libstemmer_says(self):
        stem, rng, words = Stemmer("en"), random.Random(3), self.words_of_our_pages()
        written = set(rng.sample(words, len(words) // 2))
        self.write("content/a.md", "---\ntitle: Xyz\n---\n%s\n" % " ".join(sorted(written)))
        self.build()
        stems = {stem(w) for w in written} | {stem("xyz")}
        asked = words + [w + e for w in rng.sample(words, 500) for e in rng.sample(["s", "ing", "ed", "ly", "er", "ation", "zz"], 2)]
        missed = expected = 0
        for word, hits in zip(asked, self.ask([w + " " for w in asked])):
            if word in written:
                self.assertTrue(hits, word)
            elif hits:
                self.assertIn(stem(word), stems, word)  # never more than libstemmer finds
            expected += stem(word) in stems
            missed += stem(word) in stems and not hits
        self.assertLess(missed / expected, 0.1, (missed, expected))

    def test_each_language_has_its_own_words_and_forms(self):
        self.write("vial.yaml", "title: One\ntheme: plain\nlanguage: en\nsearch: true\nlanguages: {de: {title: Eins}, fr: {title: Un}}\n")
        self.write("content/a.md", "---\ntitle: House\n---\nThe houses.\n")
        self.write("content/a.de.md", "---\ntitle: Haus\n---\nDie Häuser der Stadt.\n")
        self.write("content/a.fr.md", "---\ntitle: Maison\n---\nElles parlaient de l’été.\n")
        public = self.build()
        self.assertEqual(self.ask(["housed ", "haus"]), [["/a/"], []])
        self.assertEqual(self.ask(["häusern ", "HÄUSER ", "hauser", "städte ", "house"], "/search/de.js"), [["/de/a/"]] * 4 + [[]])
        self.assertEqual(self.ask(["parlait ", "ete "], "/search/fr.js"), [["/fr/a/"]] * 2)
        with open(os.path.join(public, "de/a/index.html"), encoding="utf-8") as file:
            self.assertIn('data-index="/search/de.js" data-label="Suche"', file.read())

    # ---- what comes first ----

    def test_titles_come_before_headings_and_headings_before_text(self):
        self.write("content/text.md", "---\ntitle: Rivers\n---\nA heron, the heron, herons and a heron.\n")
        self.write("content/heading.md", "---\ntitle: Lakes\n---\nWater.\n\n## The heron\n\nIt waits.\n")
        self.write("content/title.md", "---\ntitle: The heron\n---\nIt waits.\n")
        self.write("content/once.md", "---\ntitle: Ponds\n---\nOne heron.\n")
        self.write("content/both.md", "---\ntitle: Storks\n---\nGrey.\n\n## Nests\n\nHigh.\n\n### Of reed\n\nGrey nests.\n")
        self.build()
        self.assertEqual(self.ask(["heron", "her", "nest grey", "grey high", "water waits"]), [
            ["/title/", "/heading/#the-heron", "/text/", "/once/"],
            ["/title/", "/heading/#the-heron", "/text/", "/once/"],
            ["/both/#of-reed"],
            ["/both/#nests"],
            ["/heading/"],
        ])

    def test_what_is_not_to_be_found_is_not(self):
        self.write("content/hidden.md", "---\ntitle: Hidden heron\nin_search_index: false\n---\n")
        self.write("content/draft.md", "---\ntitle: Draft heron\ndraft: true\n---\n")
        self.write("content/code.md", "---\ntitle: Code\n---\n`inline_heron`\n\n```\nblock_stork\n```\n")
        self.write("content/made.md", "---\ntitle: Made\n---\n{{ bird() }}\n")
        self.write("templates/shortcodes/bird.html", "<b>pelican</b>")
        self.build()
        self.assertEqual(self.ask(["heron", "stork", "pelican", "bird"]), [["/code/"], [], ["/made/"], []])
        self.write("vial.yaml", "title: One\ntheme: plain\nlanguage: en\nsearch: {code: true}\n")
        self.write("templates/shortcodes/bird.html", "<b>gannet</b>")
        self.build()
        self.assertEqual(self.ask(["stork", "pelican", "gannet"]), [["/code/"], [], ["/made/"]])

    def test_pieces_of_scripts_without_spaces_are_found(self):
        self.write("content/ja.md", "---\ntitle: 東京都の水\n---\nカタカナとひらがなが混ざった日本語。\n")
        self.write("content/ko.md", "---\ntitle: Korean\n---\n학교에서 공부합니다.\n")
        self.write("content/th.md", "---\ntitle: Thai\n---\nภาษาไทยง่ายนิดเดียว vial\n")
        self.build()
        self.assertEqual(self.ask(["東京", "京都", "都", "ひらがな", "混ざった日本", "ｶﾀｶﾅ", "東日", "학교", "공부", "ภาษา", "ไทย vial", "水 日本語"]),
                         [["/ja/"]] * 3 + [["/ja/"]] * 3 + [[]] + [["/ko/"]] * 2 + [["/th/"]] * 2 + [["/ja/"]])

    # ---- what is built again ----

    def index_of(self, public):
        files = {}
        for name in sorted(os.listdir(os.path.join(public, "search"))):
            with open(os.path.join(public, "search", name), "rb") as file:
                files[name] = file.read()
        return files

    def built_anew(self):
        """The index as a first build makes it."""
        with tempfile.TemporaryDirectory() as other:
            site = os.path.join(other, "site")
            shutil.copytree(self.folder, site, ignore=shutil.ignore_patterns(".vial", "public"))
            code, _, said = vial.run("build", "-s", site)
            self.assertEqual(code, 0, said)
            return self.index_of(os.path.join(site, "public"))

    def edit(self, rng, pages):
        """A random page: more words, another heading, other accents, nothing of it, or all anew."""
        name = "content%s.md" % rng.choice(sorted(pages)).rstrip("/")
        path = os.path.join(self.folder, name)
        what = rng.randrange(6)
        if what == 0 and os.path.exists(path):
            os.remove(path)
        elif what == 1 or not os.path.exists(path):
            self.write(name, "---\ntitle: %s\n---\n%s {{ bird() }}\n" % (self.random_word(rng), self.random_word(rng)))
        else:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            word = self.random_word(rng)
            self.write(name, {2: text + "\n%s %s\n" % (word, self.random_word(rng)), 3: text + "\n## %s\n\n%s\n" % (word, word),
                              4: text.rpartition("---\n")[0] + "---\n" + text.rpartition("---\n")[2].translate({ord("u"): "û", ord("û"): "u"}),
                              5: "---\ntitle: %s\ndraft: true\n---\n" % word}[what])

    def test_an_index_that_was_brought_up_is_one_that_was_made_anew(self):
        for count, edits in ((40, 6), (530, 2)):
            self.write("templates/shortcodes/bird.html", "<b>pelican</b>")
            rng, pages = self.pages_of_random_words(count)
            public = self.build()
            for turn in range(edits):
                for _ in range(rng.choice([1, 1, 1, 5])):
                    self.edit(rng, pages)
                if turn == 1:
                    self.write("templates/shortcodes/bird.html", "<b>gannet</b> flies")
                self.build()
                self.assertEqual(self.index_of(public), self.built_anew(), (count, turn))

    def test_what_is_kept_of_an_index_may_be_lost_or_damaged(self):
        self.write("templates/shortcodes/bird.html", "pelican")
        rng, pages = self.pages_of_random_words(20)
        kept = os.path.join(self.build(), "..", ".vial", "search", "en")
        for damage in (lambda: os.remove(kept), lambda: os.truncate(kept, 100), lambda: os.truncate(kept, 0), lambda: self.flip(rng, kept)):
            damage()
            self.edit(rng, pages)
            public = self.build()
            self.assertEqual(self.index_of(public), self.built_anew())
            self.assertGreater(os.path.getsize(kept), 1000)

    def flip(self, rng, path):
        with open(path, "r+b") as file:
            file.seek(rng.randrange(os.path.getsize(path)))
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 4]))

    def test_an_edit_touches_the_files_of_its_words_alone(self):
        _, pages = self.pages_of_random_words(700)
        public = self.build()
        before = self.index_of(public)
        with open(os.path.join(self.folder, "content%s.md" % sorted(pages)[300].rstrip("/")), "a", encoding="utf-8") as file:
            file.write("\nquixotic\n")
        self.build()
        after = self.index_of(public)
        changed = [name for name in after if after[name] != before.get(name)]
        self.assertEqual(changed, ["en-w%d.js" % ((ord("q") * 31 + ord("u")) % 7)])

    # ---- what it weighs ----

    def test_the_script_is_small(self):
        self.write("content/a.md", "A\n")
        self.assertLess(os.path.getsize(os.path.join(self.build(), "search", "search.js")), 6 * 1024)

@unittest.skipUnless(shutil.which("chromium"), "chromium is not installed")
class InTheBrowser(Built):
    """What a reader does, of a site that is built, opened from a disk, or served."""
    OPEN = "document.querySelector('dialog.search-dialog')?.open"
    HITS = "[...document.querySelectorAll('#search-hits a')].map(a => a.textContent)"

    def write_birds(self):
        self.write("content/_index.md", "---\ntitle: Home\n---\nNothing.\n")
        self.write("content/heron.md", "---\ntitle: Grey herons\n---\nThey wait.\n\n## Where\n\nBy the water they are fishing, %sand they fish.\n" % ("all day " * 30))
        self.write("content/ja.md", "---\ntitle: 水\n---\n東京都の大阪。\n")

    def search_for(self, page, text):
        page.run("document.querySelector('dialog input').value = ''")
        page.type(text)
        page.wait("document.querySelector('dialog input').value == %s" % json.dumps(text))

    def test_a_reader_searches_a_built_site_with_the_keyboard(self):
        self.write_birds()
        public = self.build()
        with vial.Server("--root", public) as server, Browser() as page:
            root = "http://127.0.0.1:%d" % server.port
            page.open(root + "/")
            page.key("/")
            page.wait(self.OPEN)
            page.wait("document.activeElement.role == 'combobox'")
            self.search_for(page, "fished")
            page.wait(self.HITS + ".length == 1")
            page.wait("document.querySelector('#search-hits small').textContent.includes('fishing')")
            self.assertEqual(page.run("[...document.querySelectorAll('#search-hits mark')].map(m => m.textContent)")[0], "fishing")
            self.assertEqual(page.run("document.querySelector('dialog input').getAttribute('aria-activedescendant')"), "hit0")
            self.assertEqual(page.run("document.querySelector('#search-hits').role"), "listbox")
            self.search_for(page, "quixotic")
            page.wait("document.querySelector('dialog [role=status]').textContent == 'Nothing found'")
            self.search_for(page, "the")
            page.key("Escape")
            page.wait("!" + self.OPEN)
            page.key("k", modifiers=2)
            page.wait(self.OPEN)
            self.search_for(page, "wait")
            page.wait(self.HITS + ".length == 1")
            self.search_for(page, "they")
            page.wait(self.HITS + ".length == 2")
            self.assertEqual(page.run("document.querySelector('[aria-selected=true]').id"), "hit0")
            page.key("ArrowDown")
            self.assertEqual(page.run("document.querySelector('[aria-selected=true]').id"), "hit1")
            page.key("ArrowDown")
            page.key("ArrowUp")
            chosen = page.run("document.querySelector('[aria-selected=true] a').href")
            page.key("Enter")
            page.wait("location.href == %s" % json.dumps(chosen))
            page.wait("document.querySelectorAll('main mark').length > 1")
            self.assertEqual(page.run("[...new Set([...document.querySelectorAll('main mark')].map(m => m.textContent.toLowerCase()))]"), ["they"])

    def test_a_site_is_searched_from_a_disk(self):
        self.write_birds()
        public = self.build()
        with open(os.path.join(public, "index.html"), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(public, "index.html"), "w", encoding="utf-8") as file:
            file.write(re.sub(r'"/(search|static)/', r'"\1/', text))  # as it is where links are relative
        with Browser() as page:
            page.open("file://" + public + "/index.html")
            page.key("/")
            page.wait(self.OPEN)
            self.search_for(page, "京都の")
            page.wait(self.HITS + ".length == 1")
            self.assertEqual(page.run("document.querySelector('#search-hits a').href"), "file://" + public + "/ja/index.html")

    @unittest.skipUnless(vial.has("search"), "compiled without search")
    def test_without_an_index_a_served_site_is_asked(self):
        self.write_birds()
        with vial.Server("-s", self.folder) as server, Browser() as page:
            page.open("http://127.0.0.1:%d/heron/" % server.port)
            page.run("document.querySelector('script[data-index]').dataset.index = '/nowhere.js'")
            page.key("/")
            page.wait(self.OPEN)
            self.search_for(page, "herons")
            page.key("Enter")
            page.wait("location.pathname == '/search' && document.querySelector('.found a')?.textContent == 'Grey herons'")


if __name__ == "__main__":
    unittest.main()
