#!/usr/bin/env python3
"""./dev bench [WHAT...]: figures beside other programs, as ratios out of one run.

Single times say little on machines that are shared; so each figure is taken in turn with its peer's,
several times over, and what counts is the median of the ratios. Without words, all benches run.
"""
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

BENCHES = {
    "app": "a templated page with a session, beside Flask under gunicorn",
    "build": "sites built, beside hugo and a floor program",
    "content": "what each feature of Markdown costs a page, and colours of code beside hugo's",
    "features": "what each feature of a site costs a page, and that it costs nothing where it is not used",
    "http2": "a folder served by HTTP/2, beside nginx",
    "preview": "from a save to the new bytes being served",
    "serve": "a folder and a site served, beside nginx",
    "template": "templates rendered, beside Jinja2 and nunjucks",
}


def main(words):
    unknown = [word for word in words if word not in BENCHES]
    if unknown:
        print("bench: there is no '%s'; there are: %s" % (unknown[0], ", ".join(BENCHES)), file=sys.stderr)
        return 2
    for name in words or BENCHES:
        print("== %s: %s" % (name, BENCHES[name]))
        importlib.import_module("bench_" + name).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
