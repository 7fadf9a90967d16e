#!/usr/bin/env python3
"""Lexers of source code as one table in C: lexers.py OUT.c OUT.d FOLDER...

Each FOLDER holds lexers in Chroma's XML form: Debian's package of Chroma, and our own beside this file for what is
missing there. A later folder's lexer takes the place of an earlier one of the same file name. Comes out, for lexer.c:

    lexer_names     every name, alias and file ending, sorted, with the number of its lexer
    lexer_starts    where in lexer_data each begins
    lexer_data      the lexers, each as bytes: numbers are LEB128, a text is its length and its bytes

      lexer    text NAME, FLAGS, number of patterns, texts; number of states, states
      state    number of rules, rules; what it includes is written out, the first state is "root"
      rule     number of its PATTERN, EMIT, CHANGE
      EMIT     0 nothing | 1 CLASS | 2 count EMIT... (one per group) | 3 STATE (the same lexer) | 4 LEXER
               | 5 group of the name, group of the code, count EMIT...
      CHANGE   count of steps; a step is 0 DEPTH (pop) or 1 STATE (push) or 2 (push the same again)

A pattern is written for .NET; what PCRE2 writes otherwise is rewritten here.
"""
import os
import re
import sys

CLASSES = {
    "Text": "", "TextWhitespace": "", "Whitespace": "", "Error": "err", "Other": "x", "None": "",
    "Keyword": "k", "KeywordConstant": "kc", "KeywordDeclaration": "kd", "KeywordNamespace": "kn",
    "KeywordPseudo": "kp", "KeywordReserved": "kr", "KeywordType": "kt",
    "Name": "n", "NameAttribute": "na", "NameBuiltin": "nb", "NameBuiltinPseudo": "bp", "NameClass": "nc",
    "NameConstant": "no", "NameDecorator": "nd", "NameEntity": "ni", "NameException": "ne", "NameFunction": "nf",
    "NameFunctionMagic": "fm", "NameProperty": "py", "NameLabel": "nl", "NameNamespace": "nn", "NameOther": "nx",
    "NameTag": "nt", "NameVariable": "nv", "NameVariableClass": "vc", "NameVariableGlobal": "vg",
    "NameVariableInstance": "vi", "NameVariableMagic": "vm",
    "Literal": "l", "LiteralDate": "ld",
    "LiteralString": "s", "LiteralStringAffix": "sa", "LiteralStringBacktick": "sb", "LiteralStringChar": "sc",
    "LiteralStringDelimiter": "dl", "LiteralStringDoc": "sd", "LiteralStringDouble": "s2",
    "LiteralStringEscape": "se", "LiteralStringHeredoc": "sh", "LiteralStringInterpol": "si",
    "LiteralStringOther": "sx", "LiteralStringRegex": "sr", "LiteralStringSingle": "s1", "LiteralStringSymbol": "ss",
    "LiteralNumber": "m", "LiteralNumberBin": "mb", "LiteralNumberFloat": "mf", "LiteralNumberHex": "mh",
    "LiteralNumberInteger": "mi", "LiteralNumberIntegerLong": "il", "LiteralNumberOct": "mo",
    "Operator": "o", "OperatorWord": "ow", "Punctuation": "p",
    "Comment": "c", "CommentHashbang": "ch", "CommentMultiline": "cm", "CommentPreproc": "cp",
    "CommentPreprocFile": "cpf", "CommentSingle": "c1", "CommentSpecial": "cs",
    "Generic": "g", "GenericDeleted": "gd", "GenericEmph": "ge", "GenericError": "gr", "GenericHeading": "gh",
    "GenericInserted": "gi", "GenericOutput": "go", "GenericPrompt": "gp", "GenericStrong": "gs",
    "GenericSubheading": "gu", "GenericTraceback": "gt", "GenericUnderline": "gl",
}
# What has no class of its own takes that of the longest name it begins with.
CLASS_LIST = sorted(set(CLASSES.values()))
FLAGS = {"case_insensitive": 1, "dot_all": 2, "not_multiline": 4, "ensure_nl": 8}


class Node:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.children, self.text = tag, attributes, [], ""

    def all(self, tag):
        return [child for child in self.children if child.tag == tag]

    def get(self, name):
        values = [value for key, value in self.attributes if key == name]
        return values[0] if values else None


def unescape(text):
    def one(match):
        name = match.group(1)
        if name[0] == "#":
            return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
        return {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}[name]
    return re.sub(r"&(#?\w+);", one, text)


def read_xml(text):
    """These files repeat an attribute for each state of a list, which no parser of XML takes."""
    root = Node("", [])
    stack = [root]
    text = re.sub(r"<!--.*?-->|<\?.*?\?>", "", text, flags=re.S)
    for close, tag, attributes, empty, words in re.findall(r'<(/?)([\w-]+)((?:\s+[\w-]+="[^"]*")*)\s*(/?)>|([^<]+)', text):
        if words:
            stack[-1].text += unescape(words)
        elif close:
            stack.pop()
        else:
            node = Node(tag, [(name, unescape(value)) for name, value in re.findall(r'([\w-]+)="([^"]*)"', attributes)])
            stack[-1].children.append(node)
            if not empty:
                stack.append(node)
    return root.children[0]


def class_of(name):
    while name not in CLASSES:
        name = name[:-1]
    return CLASS_LIST.index(CLASSES[name])


# What PCRE2 does not take, or takes otherwise, and what means the same.
REWRITTEN = [(r"\b?", ""), (r"(?<!:\s*)", r"(?<!:)(?<!:\s)")]

# A literal sign, and a group of many words of them.
SIGN = r"(?:[^\\()\[\]{}|.*+?^$]|\\[^A-Za-z0-9])"
WORDS = re.compile(r"\(((?:\?:)?)((?:%s+\|){7,}%s+)\)" % (SIGN, SIGN))


def tree(words):
    """An alternative of `words`, each a list of signs, in which the same beginning is tried once.

    Words that begin otherwise exclude each other, so their order does not matter; that of a word and what it begins does.
    """
    runs = [[]]
    for word in words:
        if word:
            runs[-1].append(word)
        else:
            runs += [None, []]
    parts = []
    for run in runs:
        if run is None:
            parts.append("")
            continue
        heads = {}
        for word in run:
            heads.setdefault(word[0], []).append(word[1:])
        for head, rests in heads.items():
            parts.append(head + ("".join(rests[0]) if len(rests) == 1 else "(?:%s)" % tree(rests)))
    return "|".join(parts)


def for_pcre2(pattern, caseless):
    for what, instead in REWRITTEN:
        pattern = pattern.replace(what, instead)

    def as_tree(match):
        words = [re.findall(SIGN, word.lower() if caseless else word) for word in re.split(r"(?<!\\)\|", match.group(2))]
        return "(%s%s)" % (match.group(1), tree(words))
    if "(?i)" not in pattern and "(?x" not in pattern:
        pattern = WORDS.sub(as_tree, pattern)
    pattern = re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern)
    pattern = re.sub(r"\\U([0-9a-fA-F]{8})", r"\\x{\1}", pattern)
    pattern = re.sub(r"(?<!\\)\(\?P?<[A-Za-z_]\w*>", "(", pattern)
    return pattern


def number(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def text(value):
    data = value.encode("utf-8")
    return number(len(data)) + data


class Lexer:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            root = read_xml(file.read())
        config = root.all("config")[0]
        self.name = config.all("name")[0].text
        self.aliases = [node.text for node in config.all("alias")]
        self.files = [node.text for node in config.all("filename")]
        self.priority = float(config.all("priority")[0].text) if config.all("priority") else 1
        self.flags = sum(bit for name, bit in FLAGS.items() for node in config.all(name) if node.text.strip() == "true")
        self.states = {state.get("name"): state.all("rule") for state in root.all("rules")[0].all("state")}
        self.order = ["root"]
        self.patterns = []

    def state(self, name):
        if name not in self.states:  # a slip in the lexer, where its author's engine would end
            name = "root"
        if name not in self.order:
            self.order.append(name)
        return self.order.index(name)

    def combined(self, names):
        name = "+".join(names)
        self.states.setdefault(name, [Node("rule", []) for _ in names])
        for rule, part in zip(self.states[name], names):
            rule.children = [Node("include", [("state", part)])]
        return name

    def rules(self, name, within=()):
        """The rules of a state with those it includes."""
        assert name not in within, "%s: %s includes itself" % (self.name, name)
        for rule in self.states[name]:
            included = rule.all("include")
            if included:
                yield from self.rules(included[0].get("state"), within + (name,))
            else:
                yield rule

    def emit(self, node, numbers):
        if node.tag == "token":
            return bytes([1]) + number(class_of(node.get("type")))
        if node.tag in ("bygroups", "usingbygroup"):
            parts, head = node.children, bytes([2])
            if node.tag == "usingbygroup":
                parts = node.all("emitters")[0].children
                head = bytes([5]) + b"".join(number(int(node.all(part)[0].text)) for part in ("sublexer_name_group", "code_group"))
            return head + number(len(parts)) + b"".join(self.emit(part, numbers) for part in parts)
        if node.tag == "usingself":
            return bytes([3]) + number(self.state(node.get("state")))
        if node.tag == "using":
            return bytes([4]) + number(numbers[node.get("lexer").lower()])
        raise ValueError("%s: what is <%s>?" % (self.name, node.tag))

    def steps(self, node):
        if node.tag == "pop":
            return [bytes([0]) + number(int(node.get("depth")))]
        if node.tag == "combined":
            return [bytes([1]) + number(self.state(self.combined([value for _, value in node.attributes])))]
        if node.tag == "push":
            states = [value for _, value in node.attributes] or [None]
            return [bytes([2]) if name is None else bytes([0, 1]) if name == "#pop" else bytes([1]) + number(self.state(name))
                    for name in states]
        return [step for child in node.children for step in self.steps(child)]

    def rule(self, node, numbers):
        pattern = for_pcre2(node.get("pattern") or "", self.flags & 1)
        if pattern not in self.patterns:
            self.patterns.append(pattern)
        emit, steps = bytes([0]), []
        for child in node.children:
            if child.tag in ("pop", "push", "combined", "mutators", "multiple"):
                steps += self.steps(child)
            else:
                emit = self.emit(child, numbers)
        return number(self.patterns.index(pattern)) + emit + number(len(steps)) + b"".join(steps)

    def data(self, numbers):
        states = []
        while len(states) < len(self.order):
            rules = [self.rule(rule, numbers) for rule in self.rules(self.order[len(states)])]
            states.append(number(len(rules)) + b"".join(rules))
        patterns = number(len(self.patterns)) + b"".join(text(pattern) for pattern in self.patterns)
        return text(self.name) + number(self.flags) + patterns + number(len(states)) + b"".join(states)


def names_of(lexers):
    """A name goes to the lexer that is called so, then to who has it as an alias, then by file names."""
    numbers = {}
    for at, lexer in enumerate(lexers):
        numbers.setdefault(lexer.name.lower(), at)
    for at, lexer in enumerate(lexers):
        for alias in lexer.aliases:
            numbers.setdefault(alias.lower(), at)
    for at, lexer in sorted(enumerate(lexers), key=lambda pair: -pair[1].priority):
        for pattern in lexer.files:
            if re.fullmatch(r"\*\.[\w+-]+|[\w.+-]+", pattern):
                numbers.setdefault(pattern.lower().removeprefix("*."), at)
    return numbers


def c_string(data):
    out = []
    for at in range(0, len(data), 64):
        line = "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else "\\%03o" % byte for byte in data[at:at + 64])
        out.append('    "%s"' % line)
    return "\n".join(out)


def main():
    out, depfile, *folders = sys.argv[1:]
    paths = {name: os.path.join(folder, name) for folder in folders for name in os.listdir(folder) if name.endswith(".xml")}
    lexers = [Lexer(paths[name]) for name in sorted(paths)]
    numbers = names_of(lexers)
    starts, data = [], b""
    for lexer in lexers:
        starts.append(len(data))
        data += lexer.data(numbers)
    with open(out, "w", encoding="ascii") as file:
        file.write("/* The lexers, as bytes: made by vial/markdown/highlight/lexers.py, which says how. */\n")
        file.write('#include "vial/markdown/highlight/data.h"\n\n')
        file.write("const char *const lexer_classes[] = { %s };\n" % ", ".join('"%s"' % name for name in CLASS_LIST))
        file.write("const struct lexer_name lexer_names[] = {\n")
        rows = sorted((name.encode("utf-8"), at) for name, at in numbers.items())
        file.writelines("    { %s, %d },\n" % (c_string(name).strip(), at) for name, at in rows)
        file.write("};\nconst unsigned lexer_names_count = %d, lexer_count = %d;\n" % (len(rows), len(lexers)))
        file.write("const unsigned lexer_starts[] = { %s };\n" % ", ".join(map(str, starts)))
        file.write("const unsigned char token_text = %d, token_error = %d;\n" % (CLASS_LIST.index(""), CLASS_LIST.index("err")))
        file.write("const char lexer_data[] =\n%s;\n" % c_string(data))
    with open(depfile, "w", encoding="utf-8") as file:
        file.write("%s: %s\n" % (out, " ".join([__file__] + folders + [paths[name] for name in sorted(paths)])))


if __name__ == "__main__":
    main()
