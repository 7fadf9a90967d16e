#!/usr/bin/python3
"""Catalogues of gettext: vial's reader beside Python's, and {% trans %} over both.

Writes .mo files of both byte orders with the plural rules of many languages, then asks vial and
Jinja2 (gettext.GNUTranslations, installed in both styles) the same templates; and shows vial files
that are broken, which must be refused. Prints the differences and a line "N passed, N failed".
"""

import json
import os
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VIAL = os.environ.get("VIAL", "vial")
PYTHON = os.environ.get("JINJA_PYTHON", "/usr/bin/python3")

# language: number of forms, rule
RULES = {
    "de": (2, "n != 1"),
    "fr": (2, "n > 1"),
    "ja": (1, "0"),
    "lv": (3, "n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2"),
    "ga": (5, "n==1 ? 0 : n==2 ? 1 : (n>2 && n<7) ? 2 :(n>6 && n<11) ? 3 : 4"),
    "ro": (3, "n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2"),
    "lt": (3, "n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2"),
    "ru": (3, "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"),
    "cs": (3, "(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2"),
    "pl": (3, "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"),
    "sl": (4, "n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3"),
    "ar": (6, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"),
    "cy": (4, "(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3"),
    "is": (2, "n%10!=1 || n%100==11"),
    "mk": (3, "n==1 || n%10==1 ? 0 : n==2 || n%10==2 ? 1 : 2"),
    "mt": (4, "n==1 ? 0 : n==0 || ( n%100>1 && n%100<11) ? 1 : (n%100>10 && n%100<20 ) ? 2 : 3"),
    "odd": (9, "(n + 3) * 2 / 3 - n / 2 - 1 >= 2 ? n % 3 : n < 4 == 1"),
    "few": (1, "n > 1 ? 1 : 0"),  # more forms in the rule than in the file
}
NUMBERS = [*range(0, 30), 100, 101, 102, 103, 104, 105, 111, 112, 121, 1000, 1000001, 1.0, 2.0, True]

TEMPLATES = [
    "{{ gettext('Hello') }}{{ _('none') }}",
    "{{ ngettext('%(num)s apple', '%(num)s apples', n) }}",
    "{% trans %}Hello{% endtrans %}|{% trans name=user %}Hello %(name)s{% endtrans %}",
    "{% trans user %}Hello {{ user }}{% endtrans %}",
    "{% trans num=n %}{{ num }} apple{% pluralize %}{{ num }} apples{% endtrans %}",
    "{% trans n %}{{ n }} pear{% pluralize n %}{{ n }} pears{% endtrans %}",
    "{% trans 'menu' %}Open{% endtrans %}{% trans %}Open{% endtrans %}",
    "{% trans 'fruit', num=n %}{{ num }} apple{% pluralize %}{{ num }} apples{% endtrans %}",
    "{% trans trimmed %}\n  two\n  lines\n{% endtrans %}",
    "{% trans %}100%{% endtrans %}{% trans user %}100% {{ user }}{% endtrans %}",
    "{{ pgettext('menu', 'Open') }}{{ pgettext('none', 'Open') }}",
    "{{ npgettext('fruit', '%(num)s apple', '%(num)s apples', n) }}",
    "{{ gettext('<b>%(x)s</b>', x=user) }}",
    "{{ gettext('') }}",
    "{{ ngettext('Hello', 'Hellos', n) }}{{ gettext('%(num)s apple') }}",
    "{% trans %}<b>bold</b>{% endtrans %}{% trans user %}<i>{{ user }}</i>{% endtrans %}",
]


def catalogue(language):
    count, rule = RULES[language]

    def forms(what):
        return "\0".join(f"{language}{i}: %(num)s {what}" for i in range(count))

    return {
        "": f"Project-Id-Version: x\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals={count}; plural={rule};\n",
        "Hello": "Hallo ö 😀",
        "Hello %(name)s": "Hallo %(name)s",
        "Hello %(user)s": "%(user)s, hallo",
        "%(num)s apple\0%(num)s apples": forms("Äpfel"),
        "%(n)s pear\0%(n)s pears": "\0".join(f"{i} %(n)s" for i in range(count)),
        "menu\4Open": "Öffnen",
        "Open": "Offen",
        "fruit\4%(num)s apple\0%(num)s apples": forms("Obst"),
        "two lines": "zwei Zeilen",
        "100%": "hundert",
        "100%% %(user)s": "hundert%% %(user)s",
        "<b>%(x)s</b>": "<u>%(x)s</u>",
        "<b>bold</b>": "<b>fett</b>",
        "<i>%(user)s</i>": "<em>%(user)s</em>",
    }


def mo_file(messages, order, charset="utf-8"):
    pairs = sorted((key.encode(charset), text.encode(charset)) for key, text in messages.items())
    ids, texts, data = [], [], b""
    begin = 28 + 16 * len(pairs)
    for kind, table in ((0, ids), (1, texts)):
        for pair in pairs:
            table += [len(pair[kind]), begin + len(data)]
            data += pair[kind] + b"\0"
    head = [0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs)]
    return struct.pack(f"{order}{7 + len(ids) + len(texts)}I", *head, *ids, *texts) + data


def ask(command, questions):
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(command, input=lines, capture_output=True, text=True)
    sys.stderr.write(done.stderr[-2000:])
    return {reply.pop("id"): reply for reply in map(json.loads, filter(None, done.stdout.split("\n")))}


def questions(folder):
    for language in RULES:
        for name, order in (("little", "<"), ("big", ">")):
            path = os.path.join(folder, f"{language}-{name}.mo")
            with open(path, "wb") as file:
                file.write(mo_file(catalogue(language), order))
            for newstyle in (False, True):
                for number, template in enumerate(TEMPLATES):
                    for n in NUMBERS if "n)" in template or "n %" in template or "=n" in template else [1]:
                        if order == ">" and n != 5 and n != 1:
                            continue
                        yield {
                            "id": f"{path} {number} {n} {newstyle}",
                            "templates": {"t": template},
                            "render": "t",
                            "context": {"n": n, "user": "<J>"},
                            "options": {"extensions": ["i18n"], "autoescape": newstyle, "i18n": {"messages": path, "newstyle": newstyle}},
                        }
    latin = os.path.join(folder, "latin.mo")
    messages = {"": "Content-Type: text/plain; charset=ISO-8859-1\n", "Hello": "Größe"}
    with open(latin, "wb") as file:
        file.write(mo_file(messages, "<", "latin-1"))
    yield {"id": "latin", "templates": {"t": "{{ _('Hello') }}"}, "render": "t",
           "options": {"extensions": ["i18n"], "i18n": {"messages": latin}}}


def broken():
    good = mo_file(catalogue("de"), "<")
    yield "an empty file", b""
    yield "a file of text", b"msgid 'x'\n" * 10
    yield "another version", good[:6] + b"\x02" + good[7:]
    yield "too many messages", good[:8] + b"\xff\xff\xff\x7f" + good[12:]
    yield "half a file", good[: len(good) // 2]
    yield "a table behind the end", good[:12] + b"\xf0\xff\xff\xff" + good[16:]
    yield "no UTF-8", mo_file(catalogue("de"), "<").replace("Ö".encode(), b"\xff\xfe")
    for rule in ("n +", "x", "(n", "n ** 2 ) ", "n=1", "1 ? 2", "(" * 300 + "n" + ")" * 300, "n;n" * 1, "system(n)"):
        text = catalogue("de")
        text[""] = f"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural={rule}\n"
        if rule != "n;n":
            yield f"the rule {rule[:20]}", mo_file(text, "<")


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        asked = list(questions(folder))
        ours = ask([VIAL, "render", "--batch"], asked)
        theirs = ask([PYTHON, os.path.join(HERE, "peer.py")], asked)
        for question in asked:
            a, b = ours.get(question["id"]), theirs.get(question["id"])
            good = a == b if "output" in (b or {}) else a and "error" in a and a["error"]["kind"] == b["error"]["kind"]
            passed, failed = passed + bool(good), failed + (not good)
            if not good:
                print(f"{question['id']}: {question['templates']['t']}\n  jinja {b}\n  vial  {a}")
        for what, data in broken():
            path = os.path.join(folder, "broken.mo")
            with open(path, "wb") as file:
                file.write(data)
            with open(os.path.join(folder, "t"), "w") as file:
                file.write("x")
            done = subprocess.run([VIAL, "render", "--messages", path, "--path", folder, "t"], capture_output=True, text=True)
            good = done.returncode == 1 and "broken.mo" in done.stderr and "catalogue" in done.stderr
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f"{what} was taken: {done.returncode} {done.stderr}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
