"""./dev bench template: the engine beside Jinja2 (with markupsafe's C part) and nunjucks, in CPU time.

Each case is rendered in turn by each engine; the figures are medians of the ratios of one round. What is rendered is
compared first: with Jinja2 it must be the same text, byte for byte. An allocation is a call of malloc and its like.
"""
import json
import math
import os
import subprocess
import sys
import tempfile

import measure
import template_cases

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build")
VIAL = os.environ.get("VIAL", os.path.join(BUILD, "vial"))
NUNJUCKS = os.path.join(BUILD, "nunjucks", "node_modules", "nunjucks")
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable  # Debian's has the peers
ROUNDS, EACH_NS = 3, 60_000_000  # how often in turn, and how long each time


class Peer:
    """A program that answers questions, a line each."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("%s went away" % self.process.args)
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Vial:
    """The same questions, put to our program by its options."""

    def ask(self, **question):
        def run(*options, env=None):
            done = subprocess.run([VIAL, "render", *options], stdout=subprocess.PIPE, text=True, env=env,
                                  input=question.get("source"))
            if done.returncode:
                raise SystemExit("vial can't render %s" % question.get("template", "a source"))
            return done.stdout

        times = str(question["times"])
        if "source" in question:
            return {"ns": int(run("--check", "--bench", times, "-"))}
        job = ["--autoescape", "html", "--path", question["folder"], question["template"], question["data"]]
        return {"text": run(*job), "ns": int(run("--bench", times, *job))}

    def close(self):
        pass


def allocations(folder, template, data):
    """Calls of malloc in one rendering, when the arena and the buffer are there already."""
    counter, said = os.path.join(BUILD, "allocations.so"), data + ".count"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", counter, os.path.join(HERE, "allocations.c")], check=True)

    def calls(times):
        subprocess.run([VIAL, "render", "--bench", str(times), "--path", folder, template, data], check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, LD_PRELOAD=counter, COUNT_TO=said))
        with open(said, encoding="ascii") as file:
            return int(file.read())

    return (calls(110) - calls(10)) / 100


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def times_for(engine, question):
    """How many renderings take about EACH_NS."""
    first = engine.ask(times=1, **question)
    return first.get("text"), first.get("error"), max(1, min(20000, int(EACH_NS / max(first.get("ns", 1), 1))))


def same_html(one, other):
    """The same but for how a quote is escaped and which line ends are kept."""
    return one.replace("&quot;", "&#34;").split() == other.replace("&quot;", "&#34;").split()


def in_turn(engines, question):
    """For each engine its nanoseconds, a list of a figure per round; None where it can't render this."""
    times, texts, figures = {}, {}, {}
    for name, engine in engines.items():
        texts[name], error, times[name] = times_for(engine, question)
        figures[name] = None if error else []
    if texts["vial"] != texts["jinja2"]:
        raise SystemExit("bench: vial and Jinja2 differ on %s" % question)
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            if figures[name] is not None:
                figures[name].append(engine.ask(times=times[name], **question)["ns"])
    alike = figures.get("nunjucks") is None or same_html(texts["vial"] or "", texts["nunjucks"] or "")
    return figures, alike


def ratio(figures, name):
    if figures.get(name) is None:
        return None
    return measure.median([b / max(a, 1) for a, b in zip(figures["vial"], figures[name])])


def shown(number, unit="%.1f"):
    return "-" if number is None else unit % number


def table(engines, cases):
    """A line for each of (what, question); the ratios to Jinja2 and to nunjucks."""
    print("%-26s %10s %10s %10s   %9s %9s   %s" % ("", "vial us", "Jinja2 us", "nunjucks", "x Jinja2", "x nunj.", "malloc"))
    ratios = {"jinja2": [], "nunjucks": []}
    for what, question in cases:
        figures, alike = in_turn(engines, question)
        line = [measure.median(figures[name]) / 1000 if figures.get(name) else None for name in ("vial", "jinja2", "nunjucks")]
        for name, found in ratios.items():
            found.append(ratio(figures, name))
        print("%-26s %10s %10s %10s   %9s %9s   %s%s" % (
            what, *map(shown, line), shown(ratios["jinja2"][-1]), shown(ratios["nunjucks"][-1]),
            shown(allocations(question["folder"], question["template"], question["data"])),
            "" if alike else "   (nunjucks' text is another)"))
        sys.stdout.flush()
    for name, found in ratios.items():
        ratios[name] = [r for r in found if r is not None]
    print("%-60s %9s %9s" % ("geometric mean", *(shown(geometric_mean(r) if r else None) for r in ratios.values())))
    print("%-60s %9s %9s" % ("least", *(shown(min(r) if r else None) for r in ratios.values())))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def main_cases(folder):
    for what, template, data in template_cases.cases():
        path = write(os.path.join(folder, template + ".json"), json.dumps(data))
        yield what, {"folder": os.path.join(HERE, "templates"), "template": template, "data": path}


def filter_cases(folder):
    data = write(os.path.join(folder, "filters.json"), json.dumps(template_cases.filter_data()))
    for what, source in template_cases.FILTERS.items():
        name = what.replace(" ", "-") + ".txt"
        write(os.path.join(folder, name), source)
        yield what, {"folder": folder, "template": name, "data": data}


def parsing(engines):
    """All our templates, and those of the theme, one behind the other."""
    sources = []
    for where in (os.path.join(HERE, "templates"), os.path.join(HERE, "../../themes/plain/templates")):
        for name in sorted(os.listdir(where)):
            if name.endswith(".html"):
                with open(os.path.join(where, name), encoding="utf-8") as file:
                    sources.append(file.read().replace("{% extends", "{% include"))
    # A block may be there once: each of the many copies has its own.
    source = "".join(text.replace("{% block ", "{%% block b%d_" % i).replace("{{ super() }}", "")
                     for i, text in enumerate(sources * 30))
    figures, _ = in_turn({name: engines[name] for name in ("vial", "jinja2")}, {"source": source})
    size = len(source.encode()) / 1e6
    print("parsing %.1f MB: vial %.0f MB/s, Jinja2 %.2f MB/s, ratio %.0f" % (
        size, *(size / (measure.median(figures[n]) / 1e9) for n in ("vial", "jinja2")), ratio(figures, "jinja2")))


def main():
    engines = {"vial": Vial(), "jinja2": Peer([PYTHON, os.path.join(HERE, "peer_jinja2.py")])}
    if os.path.isdir(NUNJUCKS):
        engines["nunjucks"] = Peer(["node", os.path.join(HERE, "peer_nunjucks.js"), NUNJUCKS])
    else:
        print("(nunjucks is left out: it needs npm)")
    with tempfile.TemporaryDirectory(prefix="vial-bench-") as folder:
        table(engines, main_cases(folder))
        parsing(engines)
        print("\none filter or one thing at a time, on 1,000 rows:")
        table({name: engines[name] for name in ("vial", "jinja2")}, filter_cases(folder))
    for engine in engines.values():
        engine.close()


if __name__ == "__main__":
    main()
