#!/usr/bin/python3
"""Random templates over the whole grammar, as requests for run.py.

    generate.py SEED COUNT > cases.jsonl

The same seed gives the same cases. Names come from a small pool, so that they meet: set in one
scope and read in another, shadowed by loops and macros, missing altogether. Most templates run to
their end; a share of them fails on purpose, since errors must agree as well.
"""

import json
import random
import sys

NAMES = ["a", "b", "c", "x", "y", "items", "user", "n", "s", "missing"]
ATTRS = ["name", "a", "b", "items", "title", "x", "count", "missing"]
FILTERS = [
    "upper", "lower", "title", "capitalize", "trim", "length", "count", "first", "last", "list",
    "sort", "reverse", "join", "string", "e", "escape", "safe", "abs", "int", "float", "sum",
    "default('d')", "default('d', true)", "join(', ')", "replace('a', 'b')", "unique|list",
    "map('upper')|join(',')", "select|list", "reject|list", "batch(2)|list", "slice(2)|list",
    "truncate(5)", "wordcount", "center(9)", "indent", "round", "max", "min", "tojson",
    "dictsort", "items|list", "urlencode", "striptags", "forceescape", "d", "filesizeformat",
    "attr('name')", "map(attribute='name')|list", "groupby('name')|list", "xmlattr", "pprint",
    "selectattr('name')|list", "rejectattr('name')|list", "wordwrap(7)", "format(1)",
]
TESTS = [
    "defined", "undefined", "none", "string", "number", "mapping", "iterable", "sequence", "odd",
    "even", "divisibleby(2)", "divisibleby 3", "boolean", "true", "false", "integer", "float",
    "callable", "escaped", "lower", "upper", "in [1, 2]", "eq 1", "sameas none", "filter", "test",
    "gt 1", "lt(3)", "ne 'a'", "ge 2", "le 2",
]
LOOP = [
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0",
    "previtem", "nextitem", "cycle('p', 'q')", "changed(i)",
]
STRINGS = ["", "a", "abc", "<b>", "Hello World", "a,b", "x&y", "it's", "ä ö", "1", "%s", "\n", "  pad "]


class Maker:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.depth = 0
        self.loops = 0
        self.macros = []
        self.blocks = []

    def pick(self, *options):
        return self.rng.choice(options)

    def chance(self, percent):
        return self.rng.randrange(100) < percent

    # -- expressions

    def string(self):
        text = self.rng.choice(STRINGS)
        return json.dumps(text, ensure_ascii=False) if self.chance(50) else repr(text)

    def literal(self):
        return self.rng.choice([
            lambda: str(self.rng.randrange(-3, 12)),
            lambda: self.pick("1.5", "0.1", "2.0", "1e3", "1_000", "0x1f", "0b11"),
            self.string,
            self.string,
            lambda: self.pick("true", "false", "none", "True", "None"),
            lambda: "[" + ", ".join(self.expr() for _ in range(self.rng.randrange(4))) + "]",
            lambda: "(" + ", ".join(self.expr() for _ in range(2)) + ")",
            lambda: "{" + ", ".join(f"{self.string()}: {self.expr()}" for _ in range(self.rng.randrange(3))) + "}",
        ])()

    def name(self):
        pool = list(NAMES)
        if self.loops:
            pool += ["i", "i", "j"]
        return self.rng.choice(pool)

    def primary(self):
        kind = self.rng.randrange(10)
        if kind < 4:
            return self.name()
        if kind < 7:
            return self.literal()
        if kind == 7 and self.loops:
            return "loop." + self.rng.choice(LOOP)
        if kind == 8 and self.macros:
            name, count = self.rng.choice(self.macros)
            return f"{name}({self.arguments(count)})"
        if kind == 9:
            return "(" + self.expr() + ")"
        return self.pick("range(3)", "range(1, 9, 2)", "dict(a=1, b=x)", "namespace(a=1).a",
                         "items[0]", "user.name", "'a,b,c'.split(',')", "[3, 1, 2]", "user.get('name')")

    def arguments(self, count):
        given = self.rng.randrange(0, count + 1)
        parts = [self.expr() for _ in range(given)]
        if self.chance(20):
            parts.append(f"{self.pick('a', 'b', 'zz')}={self.expr()}")
        return ", ".join(parts)

    def expr(self):
        self.depth += 1
        try:
            if self.depth > 5:
                return self.name() if self.chance(50) else str(self.rng.randrange(5))
            return self.expr_of_kind(self.rng.randrange(20))
        finally:
            self.depth -= 1

    def expr_of_kind(self, kind):
        if kind < 7:
            return self.primary()
        if kind == 7:
            return f"{self.primary()}.{self.rng.choice(ATTRS)}"
        if kind == 8:
            return f"{self.primary()}[{self.expr()}]"
        if kind == 9:
            return f"{self.primary()}[{self.slice()}]"
        if kind < 13:
            return f"{self.primary()}|{self.rng.choice(FILTERS)}"
        if kind == 13:
            return f"{self.primary()} is {self.pick('', 'not ')}{self.rng.choice(TESTS)}"
        if kind < 16:
            op = self.pick("+", "-", "*", "/", "//", "%", "**", "~", "~", "+")
            return f"{self.expr()} {op} {self.pick(*'123') if op == '**' else self.expr()}"
        if kind == 16:
            op = self.pick("==", "!=", "<", ">", "<=", ">=", "in", "not in")
            return f"{self.expr()} {op} {self.expr()}"
        if kind == 17:
            return f"{self.expr()} {self.pick('and', 'or')} {self.expr()}"
        if kind == 18:
            return f"{self.pick('not ', '-', '+')}{self.primary()}"
        return f"{self.expr()} if {self.expr()}" + (f" else {self.expr()}" if self.chance(80) else "")

    def slice(self):
        parts = [self.pick("", "0", "1", "-1", "2", "a") for _ in range(self.pick(2, 2, 3))]
        return ":".join(parts)

    # -- statements

    def text(self):
        return self.pick("text", " ", "\n", "\n  ", "<p>", "{", "}", "a b", "%", "é", "  \n", "")

    def tag(self, inside):
        begin = self.pick("{%", "{%", "{%", "{%-", "{%+") if self.chance(30) else "{%"
        end = self.pick("%}", "-%}", "+%}") if self.chance(30) else "%}"
        gap = self.pick(" ", " ", "\n") if self.chance(10) else " "
        return f"{begin}{gap}{inside}{gap}{end}"

    def body(self):
        return "".join(self.statement() for _ in range(self.rng.randrange(1, 4)))

    def statement(self):
        self.depth += 1
        try:
            if self.depth > 4:
                return self.output()
            kind = self.rng.randrange(32)
            for limit, method in self.KINDS:
                if kind < limit:
                    return getattr(self, method)()
            return self.output()
        finally:
            self.depth -= 1

    KINDS = [
        (6, "text"), (12, "output"), (15, "set_"), (18, "if_"), (22, "for_"), (23, "with_"),
        (24, "filter_"), (25, "set_block"), (27, "macro"), (28, "call"), (29, "autoescape"),
        (30, "block"), (31, "include"), (32, "comment"),
    ]

    def output(self):
        depth, self.depth = self.depth, 2
        sign, other = self.pick("", "", "", "-"), self.pick("", "", "", "-")
        out = f"{{{{{sign} {self.expr()} {other}}}}}"
        self.depth = depth
        return out

    def short(self):
        depth, self.depth = self.depth, 4
        out = self.expr()
        self.depth = depth
        return out

    def comment(self):
        return self.pick("{# c #}", "{#- c -#}", "{# a\nb #}", "{% raw %}{{ x }}{% endraw %}")

    def target(self):
        return self.rng.choice(NAMES[:-1])

    def set_(self):
        if self.chance(15):
            one, other = self.rng.sample(NAMES[:-1], 2)
            return self.tag(f"set {one}, {other} = {self.short()}, {self.short()}")
        return self.tag(f"set {self.target()} = {self.short()}")

    def set_block(self):
        return self.tag(f"set {self.target()}{self.pick('', ' | upper')}") + self.body() + self.tag("endset")

    def if_(self):
        out = self.tag(f"if {self.short()}") + self.body()
        if self.chance(30):
            out += self.tag(f"elif {self.short()}") + self.body()
        if self.chance(40):
            out += self.tag("else") + self.body()
        return out + self.tag("endif")

    def for_(self):
        over = self.pick("[1, 2, 3]", "items", "items", "range(3)", "'abc'", "user", "user.items()",
                         "[]", "[1, 1, 2]", "missing", self.short())
        target = self.pick("i", "i", "i", "i, j", "x")
        if target == "i, j":
            over = self.pick("user.items()", "[(1, 2), (3, 4)]", "['ab', 'cd']", over)
        test = f" if {self.short()}" if self.chance(20) else ""
        self.loops += 1
        body = self.body()
        self.loops -= 1
        recursive = ""
        if self.chance(8):
            recursive = " recursive"
            over = "[[1, [2]], 3]"
            body += "{% if i is sequence %}{{ loop(i) }}{% endif %}"
        out = self.tag(f"for {target} in {over}{test}{recursive}") + body
        if self.chance(25):
            out += self.tag("else") + self.body()
        return out + self.tag("endfor")

    def with_(self):
        return (self.tag(f"with {self.target()} = {self.short()}, {self.target()} = {self.short()}")
                + self.body() + self.tag("endwith"))

    def filter_(self):
        return (self.tag(f"filter {self.pick('upper', 'replace(1, 2)', 'e', 'trim|lower', 'striptags|title')}")
                + self.body() + self.tag("endfilter"))

    def macro(self):
        name = f"m{len(self.macros)}"
        params = self.pick("", "a", "a, b", "a, b=1", "a, b=a", "x='d', y=x")
        loops, self.loops = self.loops, 0
        body = self.body() + (self.pick("{{ caller() }}", "{{ varargs }}", "{{ kwargs }}", "") if self.chance(30) else "")
        self.loops = loops
        if self.depth <= 2:
            self.macros.append((name, params.count(",") + 1 if params else 0))
        return self.tag(f"macro {name}({params})") + body + self.tag("endmacro")

    def call(self):
        if not self.macros:
            return self.output()
        name, count = self.rng.choice(self.macros)
        return self.tag(f"call {name}({self.arguments(count)})") + self.body() + self.tag("endcall")

    def autoescape(self):
        return self.tag(f"autoescape {self.pick('true', 'false', 'x|d')}") + self.body() + self.tag("endautoescape")

    def block(self):
        name = f"b{len(self.blocks)}"
        self.blocks.append(name)
        loops, self.loops = self.loops, 0
        scoped = " scoped" if self.chance(40) else ""
        body = self.body()
        self.loops = loops
        return self.tag(f"block {name}{scoped}") + body + self.tag("endblock")

    def include(self):
        kind = self.rng.randrange(5)
        if kind == 0:
            return self.tag("import 'lib' as lib" + self.pick("", " with context")) + "{{ lib.f(1) }}{{ lib.v }}"
        if kind == 1:
            return self.tag("from 'lib' import f, v as w" + self.pick("", " with context")) + "{{ f(w) }}"
        if kind == 2:
            return self.tag(f"include {self.pick(chr(39) + 'nope' + chr(39), '[' + chr(39) + 'nope' + chr(39) + ', ' + chr(39) + 'part' + chr(39) + ']')} ignore missing")
        return self.tag("include 'part'" + self.pick("", "", " with context"))

    # -- a whole case

    def case(self):
        source = "".join(self.statement() for _ in range(self.rng.randrange(1, 6)))
        templates = {"t": source}
        if "'part'" in source:
            templates["part"] = "[" + self.pick("{{ x }}{{ i }}", "{{ a }}{% set a = 9 %}{{ a }}", "{{ user.name }}", "{{ loop }}") + "]"
        if "'lib'" in source:
            templates["lib"] = "{% macro f(p) %}<{{ p }}{{ x }}>{% endmacro %}{% set v = 5 %}{% set _h = 1 %}"
        if self.chance(15):
            blocks = "".join(f"{{% block {name} %}}<{{{{ super() }}}}>{{% endblock %}}" for name in self.blocks)
            templates = {"parent": source, **{k: v for k, v in templates.items() if k != "t"}}
            templates["t"] = "{% extends 'parent' %}" + blocks + self.pick("", "{% set x = 5 %}", "ignored")
        case = {"templates": templates, "render": "t", "context": self.context(), "options": self.options()}
        return case

    def context(self):
        pool = {
            "a": [1, "A", [1, 2]], "b": [2, "<b>", None], "c": [True, 0, 3.5],
            "x": ["X", 5, {"__markup__": "<i>"}], "y": [[3, 1, 2], "yy"],
            "items": [[{"name": "n1", "a": 1}, {"name": "n2", "a": 2}], ["p", "q", "r"], [3, 1, 2], []],
            "user": [{"name": "Joe", "items": 3}, {"name": "<J>", "a": [1]}], "n": [7, -1, 10 ** 20],
            "s": ["some text here", "a b c", "<a href='x'>"],
        }
        return {name: self.rng.choice(values) for name, values in pool.items() if self.chance(85)}

    def options(self):
        options = {}
        if self.chance(35):
            options["autoescape"] = True
        if self.chance(15):
            options["trim_blocks"] = True
        if self.chance(15):
            options["lstrip_blocks"] = True
        if self.chance(10):
            options["undefined"] = self.pick("strict", "chainable", "debug")
        if self.chance(5):
            options["keep_trailing_newline"] = True
        return options


def case_of(seed, number):
    return Maker(seed * 1000003 + number).case()


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for number in range(count):
        print(json.dumps(case_of(seed, number)))


if __name__ == "__main__":
    main()
