#!/usr/bin/env python3
"""An app that is frozen again has, byte for byte, the files of one that is frozen for the first time.

    comes in:  the app (FROZEN, from frozen.c); FREEZES=N: edits in all (60); SEED=N: the first seed
    goes out:  "N passed, N failed": edits after which it held

After each of many random edits the app is frozen as it is, and again with nothing known. Both must be the same. Of the
pages whose handlers tell what they read, just those may be made again that read something of what was edited.
"""
import json
import os
import random
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chains  # noqa: E402
import vial  # noqa: E402

EDITS = int(os.environ.get("FREEZES", "60"))
CHAIN = 30
NAMES = ["one", "two", "three", "a#b", "50%", "ü"]
ROWS = range(1, 7)
ALWAYS = {"untold.txt", "404.html", "_redirects"}  # nobody tells what these are made from
TEMPLATES = {
    "base.html": ["<p>{{ motto }}</p>{% block main %}{% endblock %}", "{% block main %}{% endblock %}<i>{{ config.title }}</i>"],
    "list.html": ["{% extends 'base.html' %}{% block main %}{% for n in notes %}<a href='{{ url_for('show_note', name=n.name) }}'>{{ n.text }}</a>{% endfor %}{% endblock %}",
                  "{% for n in notes %}<a href='{{ url_for('raw_note', name=n.name) }}'>{{ n.name }}</a>{% endfor %}"],
    "note.html": ["{% extends 'base.html' %}{% block main %}{{ text | shout }}{% if next %}<a href='{{ url_for('show_row', id=next|int) }}'>next</a>{% endif %}{% endblock %}",
                  "{{ text }} {{ next }}{% include 'part.html' %}"],
    "part.html": ["part", "other part {{ motto }}"],
    "row.html": ["{% extends 'base.html' %}{% block main %}{{ text }}{% endblock %}", "{{ text }}{% include 'part.html' %}"],
    "about.html": ["{% extends 'base.html' %}", "About {{ url_for('list_notes') }}"],
}


class App:
    def __init__(self, folder, rand):
        self.folder, self.rand, self.rows = folder, rand, {n: (1, "r%d" % n) for n in ROWS}
        self.touched = None  # files that may be made again; None: all
        for name, texts in TEMPLATES.items():
            self.write("templates/" + name, texts[0])
        self.write("static/a.css", "a {}")
        self.write("app.yaml", "motto: One\ntitle: T\n")
        self.write("untold.txt", "?")
        self.write("shout.txt", "!")
        self.write_rows()
        for name in NAMES[:3]:
            self.write("notes/" + name, "Note")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        vial.write_file(self.path(name), text)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def write_rows(self):
        self.write("rows.txt", "".join("%d v%d %s\n" % (n, version, text) for n, (version, text) in sorted(self.rows.items())))

    def notes(self):
        return sorted(os.listdir(self.path("notes")))

    # Each edit gives its name and the files that it may touch.

    def edit_note(self):
        name, new = self.rand.choice(NAMES), self.rand.choice(["Note", "next:2", "next:5", "Text %d" % self.rand.randrange(9)])
        self.write("notes/" + name, new)
        return "note " + name, {"index.html", "note/%s/index.html" % name, "raw/%s.txt" % name}

    def remove_note(self):
        names = self.notes()
        if len(names) < 2:
            return self.edit_note()
        name = self.rand.choice(names)
        os.remove(self.path("notes/" + name))
        return "no note " + name, {"index.html", "note/%s/index.html" % name, "raw/%s.txt" % name}

    def edit_row(self):
        row = self.rand.choice(ROWS)
        if self.rand.random() < 0.2:
            self.rows.pop(row, None)
        else:
            version = self.rows.get(row, (0, ""))[0] + 1
            self.rows[row] = version, "text%d" % self.rand.randrange(99)
        self.write_rows()
        return "row %d" % row, {"row/%d/index.html" % row}

    def edit_template(self):
        name = self.rand.choice(sorted(TEMPLATES))
        self.write("templates/" + name, self.rand.choice(TEMPLATES[name]))
        kinds = {"list.html": ["index"], "note.html": ["note/"], "row.html": ["row/"], "about.html": ["about/"]}
        return "template " + name, {"*" + kind for kind in kinds.get(name, ["note/", "row/", "about/", "index"])}

    def edit_settings(self):
        self.write("app.yaml", "motto: %s\ntitle: %s\n" % (self.rand.choice("AB"), self.rand.choice("XY")))
        return "settings", None

    def edit_static(self):
        self.write("static/a.css", "a { top: %d }" % self.rand.randrange(9))
        return "static", {"static/a.css"}

    def edit_untold(self):
        self.write("untold.txt", str(self.rand.random()))
        return "untold", set()

    def edit_shout(self):
        self.write("shout.txt", self.rand.choice("!?"))
        return "shout", {"*note/"}

    def spoil_output(self):
        files = vial.files_of(self.path("public"))
        name = self.rand.choice(sorted(files))
        if self.rand.random() < 0.5:
            os.remove(self.path("public/" + name))
        else:
            self.write("public/" + name, "spoilt")
        return "spoil " + name, {name}

    def nothing(self):
        return "nothing", set()

    def edit(self):
        kinds = [self.edit_note] * 4 + [self.remove_note, self.edit_row, self.edit_row, self.edit_template, self.edit_template,
                 self.edit_settings, self.edit_static, self.edit_untold, self.edit_shout, self.spoil_output, self.nothing]
        what, touched = self.rand.choice(kinds)()
        return what, touched


def freeze(app, output, *options):
    told = subprocess.run([os.environ["FROZEN"], "freeze", "-o", output, "--json", *options], cwd=app.folder,
                          capture_output=True, text=True, timeout=120)
    try:
        return json.loads(told.stdout)
    except ValueError:
        sys.exit("freeze said %d: %s%s" % (told.returncode, told.stdout, told.stderr))


def may_be_made(name, touched):
    if touched is None or name in ALWAYS or name in touched:
        return True
    return any(t.startswith("*") and name.startswith(t[1:]) for t in touched)


def look(app, touched):
    """What is wrong, as lines, and whether it was without errors."""
    before = vial.files_of(app.path("public")) if os.path.isdir(app.path("public")) else {}
    again = freeze(app, "public")
    shutil.rmtree(app.path("clean"), ignore_errors=True)
    clean = freeze(app, "clean", "--force")
    if again["errors"] or clean["errors"]:
        return ([] if bool(again["errors"]) == bool(clean["errors"]) else ["errors: %s, clean: %s" % (again["errors"], clean["errors"])]), False
    is_, wanted = vial.files_of(app.path("public")), vial.files_of(app.path("clean"))
    wrong = ["%s: %r, clean: %r" % (n, is_.get(n), wanted.get(n)) for n in sorted(set(is_) | set(wanted)) if is_.get(n) != wanted.get(n)]
    wrong += ["%s was made again (%s)" % (made["file"], made["why"]) for made in again["list"]
              if made["file"] in before and not may_be_made(made["file"], touched)]
    warned = [sorted(w["message"] for w in told["warnings"]) for told in (again, clean)]
    if warned[0] != warned[1]:
        wrong.append("warnings: %s, clean: %s" % tuple(warned))
    return wrong, True


def chain(seed, count, folder):
    app = App(os.path.join(folder, "app-%d" % seed), random.Random(seed))
    wrong, good = look(app, None)
    passed = fine = 0
    touched = set()
    for turn in range(count):
        if wrong:
            print("FAILED: seed %d, edit %d (%s):\n%s" % (seed, turn, what, "\n".join(wrong[:4])))
            return passed, 1, fine
        what, more = app.edit()
        touched = None if more is None or touched is None else touched | more
        wrong, good = look(app, touched)
        passed, fine = passed + (not wrong), fine + good
        if good:
            touched = set()
    shutil.rmtree(app.folder)
    return passed, bool(wrong), fine


if __name__ == "__main__":
    sys.exit(chains.run_chains("frozen", chain, EDITS, CHAIN))
