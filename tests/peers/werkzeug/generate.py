"""Questions for the router, made up from a seed: rule sets, paths that nearly fit, values to build with."""
import random

WORDS = ["a", "b", "ab", "abc", "x", "blog", "2024", "1", "12", "0.5", "-3", "v1.2", "a-b", "aa", "é", "a b", "a+b",
         "a%b", "c:d", "~x", "(y)", "zz", "007", "1.50", "q@r", "en", "de"]
UUID = "12345678-1234-5678-1234-567812345678"
ARGUMENTS = ["<{0}>", "<{0}>", "<string:{0}>", "<int:{0}>", "<int:{0}>", "<float:{0}>", "<path:{0}>", "<path:{0}>",
             "<any(a,b):{0}>", "<any('a b',ab,abc):{0}>", "<string(length=2):{0}>", "<string(minlength=2):{0}>",
             "<string(maxlength=2):{0}>", "<int(fixed_digits=3):{0}>", "<int(min=5):{0}>", "<int(max=9, signed=True):{0}>",
             "<float(signed=True):{0}>", "<uuid:{0}>", "<default:{0}>", "<int(signed=True):{0}>"]
MIXED = ["v{0}.{1}", "{0}-{1}", "{0}.{1}", "a{0}", "{0}b", "x-{0}", "{0}.html", "a{0}-b{1}c"]
STATIC = ["a", "b", "ab", "x", "blog", "2024", "v1.2", "é", "a b", "c:d", "a+b", "~x"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def maybe(self, chance):
        return self.random.random() < chance

    def rule(self):
        r, names, parts = self.random, iter("pqrstuvw"), []
        for _ in range(r.choice([0, 1, 1, 2, 2, 2, 3])):
            kind = r.random()
            if kind < 0.45:
                parts.append(r.choice(STATIC))
            elif kind < 0.88:
                parts.append(r.choice(ARGUMENTS).format(next(names)))
            else:
                parts.append(r.choice(MIXED).format(*(r.choice(ARGUMENTS).format(next(names)) for _ in range(2))))
        text = "/" + "/".join(parts)
        if parts and self.maybe(0.5):
            text += "/"
        if self.maybe(0.04):
            text = text.replace("/", "//", 1)
        return text

    def argument_names(self, rule):
        names, at = [], 0
        while (at := rule.find("<", at)) >= 0:
            end = rule.index(">", at)
            names.append(rule[at + 1:end].split(":")[-1])
            at = end
        return names

    def rules(self):
        r, rules = self.random, []
        for i in range(r.choice([1, 2, 2, 3, 4, 6, 8])):
            rule = {"rule": self.rule(), "endpoint": r.choice(["e%d" % i] * 3 + ["e0", "e1"])}
            if self.maybe(0.3):
                rule["methods"] = r.choice([["GET"], ["POST"], ["GET", "POST"], ["PUT", "DELETE"], ["get"]])
            if self.maybe(0.12):
                rule["strict_slashes"] = self.maybe(0.4)
            if self.maybe(0.06):
                rule["merge_slashes"] = self.maybe(0.4)
            if self.maybe(0.06):
                rule["build_only"] = True
            if self.maybe(0.04):
                rule["alias"] = True
            names = self.argument_names(rule["rule"])
            if self.maybe(0.05):
                rule["redirect_to"] = r.choice(["/b", "../up", "x/y", "http://other.org/z"] +
                                               ["/to/<%s>" % n for n in names])
            if self.maybe(0.15):
                rule["defaults"] = {r.choice("pqz"): r.choice([1, "a", 2.5, "x y"])}
            rules.append(rule)
        if self.maybe(0.1):  # the pair that redirects to its defaults
            rules.insert(0, {"rule": "/all/", "endpoint": "all", "defaults": {"p": 1}})
            rules.append({"rule": "/all/page/<int:p>", "endpoint": "all"})
        return rules

    def instance(self, rule):
        """A path that the rule might match."""
        out, at = "", 0
        while (start := rule.find("<", at)) >= 0:
            end = rule.index(">", start)
            out += rule[at:start] + self.word(rule[start:end])
            at = end + 1
        return out + rule[at:]

    def word(self, argument):
        r = self.random
        if self.maybe(0.15):
            return r.choice(WORDS)
        for kind, words in [("int(fixed", ["007", "12", "123"]), ("int(min", ["3", "5", "77"]),
                            ("int(", ["-3", "12", "9", "10", "-0"]), ("int", ["1", "12", "007"]),
                            ("float(", ["-1.5", "2.0"]), ("float", ["0.5", "1.50", "10.0"]), ("uuid", [UUID, UUID.upper()]),
                            ("path", ["a", "a/b", "x/y/z", "a//b", "a/b.html"]), ("any('", ["a b", "ab", "abc"]),
                            ("any", ["a", "b"])]:
            if argument.startswith("<" + kind):
                return r.choice(words)
        return r.choice(WORDS)

    def path(self, rules):
        r = self.random
        path = self.instance(r.choice(rules)["rule"])
        for _ in range(r.choice([0, 0, 0, 1, 1, 2])):
            how = r.randrange(7)
            if how == 0:
                path = path.rstrip("/")
            elif how == 1:
                path += "/"
            elif how == 2 and "/" in path[1:]:
                at = path.index("/", 1)
                path = path[:at] + "/" + path[at:]
            elif how == 3:
                path += "/" + r.choice(WORDS)
            elif how == 4:
                path = path.rsplit("/", 1)[0] or "/"
            elif how == 5:
                path = "/" + path
            else:
                path = path.replace(r.choice("ab1/"), r.choice(["a", "b", "1", "/", ""]), 1) or "/"
        return path

    def question(self):
        r = self.random
        question = {"rules": self.rules(), "map": {}, "bind": {"host": "example.com"}}
        for option, chance, value in [("strict_slashes", 0.1, False), ("merge_slashes", 0.1, False),
                                      ("redirect_defaults", 0.1, False), ("sort_parameters", 0.1, True)]:
            if self.maybe(chance):
                question["map"][option] = value
        bind = question["bind"]
        if self.maybe(0.1):
            bind["script_name"] = r.choice(["/app", "/app/", "/a/b"])
        if self.maybe(0.1):
            bind["query"] = r.choice(["a=b", "q=%20x&y"])
        if self.maybe(0.1):
            bind["scheme"] = "https"
        self.add_hosts(question)
        if self.maybe(0.7):
            question["match"] = {"path": self.path(question["rules"]), "method": r.choice(
                ["GET"] * 4 + ["POST", "HEAD", "PUT", "OPTIONS"])}
        else:
            question["build"] = self.build(question["rules"])
        return question

    def add_hosts(self, question):
        r = self.random
        if self.maybe(0.06):
            question["map"]["host_matching"] = True
            for rule in question["rules"]:
                rule["host"] = r.choice(["example.com", "example.com", "<h>.com", "other.org"])
        elif self.maybe(0.1):
            if self.maybe(0.3):
                question["map"]["default_subdomain"] = "www"
            if self.maybe(0.6):
                question["bind"]["subdomain"] = r.choice(["", "api", "www", "anna"])
            for rule in question["rules"]:
                if self.maybe(0.6):
                    rule["subdomain"] = r.choice(["", "api", "<user>", "<any(api,www):s>"])

    def build(self, rules):
        r = self.random
        rule = r.choice(rules)
        values = {}
        for name in self.argument_names(rule["rule"]) + self.argument_names(rule.get("subdomain") or ""):
            if not self.maybe(0.07):
                at = rule["rule"].find(":%s>" % name)
                start = rule["rule"].rfind("<", 0, at)
                values[name] = self.word(rule["rule"][start:at]) if at >= 0 else r.choice(WORDS)
                if self.maybe(0.2):
                    values[name] = r.choice([1, 12, -7, 2.5, True, 1e15, "a/b", "ü?&#", ""])
        values.update({k: v for k, v in (rule.get("defaults") or {}).items() if self.maybe(0.5)})
        if self.maybe(0.3):
            values[r.choice(["page", "tag", "né"])] = r.choice([1, "a b&c", None, ["x", "y/z"], True, 0.1, "ü", "~!*'();:@"])
        build = {"endpoint": rule["endpoint"], "values": values}
        if self.maybe(0.15):
            build["method"] = r.choice(["GET", "POST"])
        if self.maybe(0.15):
            build["external"] = True
        return build


def questions(seed, count):
    maker = Maker(seed)
    return [dict(maker.question(), id=i) for i in range(count)]
