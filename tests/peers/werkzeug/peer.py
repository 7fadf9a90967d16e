"""The router, asked of Werkzeug: the same questions as `vial route --batch`, the same answers.

    comes in:  questions as dicts (tests/README: contracts of `vial route`)
    goes out:  what the installed Werkzeug answers
"""

import werkzeug
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule, converters

refusals = []  # converters that refused what their pattern took, during the question at hand


def watch(cls):
    convert = cls.to_python

    def to_python(self, value):
        try:
            return convert(self, value)
        except converters.ValidationError:
            refusals.append(value)
            raise

    cls.to_python = to_python


watch(converters.NumberConverter)


def make_map(question):
    options = question.get("map", {})
    rules = []
    for r in question["rules"]:
        r = dict(r)
        rules.append(Rule(r.pop("rule"), **{k: v for k, v in r.items() if v is not None}))
    return Map(rules, **options)


def plain(value):
    return value if isinstance(value, (int, float, str, bool)) or value is None else str(value)


def answer(question):
    """The answer without its id; what Werkzeug refuses is {"error": ...}."""
    refusals.clear()
    try:
        url_map = make_map(question)
        bind = dict(question.get("bind", {}))
        adapter = url_map.bind(
            bind.get("host", "example.com"), bind.get("script_name", "/"), bind.get("subdomain"),
            bind.get("scheme", "http"), query_args=bind.get("query", ""))
        if "build" in question:
            b = question["build"]
            return {"url": adapter.build(b["endpoint"], b.get("values") or {}, b.get("method"),
                                         b.get("external", False))}
        m = question["match"]
        endpoint, args = adapter.match(m["path"], m.get("method", "GET"))
        return {"endpoint": endpoint, "args": {k: plain(v) for k, v in args.items()}}
    except RequestRedirect as redirect:
        return {"redirect": redirect.new_url, "code": 308}
    except MethodNotAllowed as refused:
        return {"status": 405, "allow": sorted(refused.valid_methods)}
    except NotFound:
        return {"status": 404}
    except Exception as e:
        return {"error": "%s: %s" % (type(e).__name__, e)}


def refused():
    return list(refusals)


def version():
    import importlib.metadata
    return getattr(werkzeug, "__version__", None) or importlib.metadata.version("werkzeug")
