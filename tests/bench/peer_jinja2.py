"""Jinja2 as a peer of `./dev bench template`: questions are lines of JSON, and so are the answers.

    {"folder", "template", "data", "times"} -> {"text", "ns"}: CPU nanoseconds of one rendering
    {"source", "times"}                     -> {"ns"}: of one parsing
"""
import json
import sys
import time

import jinja2
import markupsafe

if not hasattr(markupsafe, "_speedups"):
    sys.exit("markupsafe has no C part here: the figures would flatter vial")


def answer(question):
    if "source" in question:
        env = jinja2.Environment()
        begun = time.process_time_ns()
        for _ in range(question["times"]):
            env.parse(question["source"])
        return {"ns": (time.process_time_ns() - begun) // question["times"]}
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(question["folder"]), autoescape=True)
    template = env.get_template(question["template"])
    with open(question["data"], encoding="utf-8") as file:
        data = json.load(file)
    text = template.render(data)
    begun = time.process_time_ns()
    for _ in range(question["times"]):
        template.render(data)
    return {"text": text, "ns": (time.process_time_ns() - begun) // question["times"]}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
