#!/usr/bin/python3
"""Jinja2 itself, speaking the protocol of `vial render --batch`.

Lines of JSON come in, lines of JSON go out (contracts/render.md lists the keys). run.py feeds the
same lines to this and to vial and compares. Needs python3-jinja2 and nothing else.
"""

import gettext
import json
import sys
import traceback

import jinja2
import jinja2.ext
import jinja2.sandbox
from markupsafe import Markup

UNDEFINED = {
    "default": jinja2.Undefined,
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}
EXTENSIONS = {
    "do": "jinja2.ext.do",
    "loopcontrols": "jinja2.ext.loopcontrols",
    "i18n": "jinja2.ext.i18n",
    "debug": "jinja2.ext.debug",
}
ENVIRONMENTS = {
    False: jinja2.Environment,
    True: jinja2.sandbox.SandboxedEnvironment,
    "immutable": jinja2.sandbox.ImmutableSandboxedEnvironment,
}
PLAIN = (
    "autoescape",
    "trim_blocks",
    "lstrip_blocks",
    "keep_trailing_newline",
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "newline_sequence",
)


class Loader(jinja2.DictLoader):
    """Templates by name, whose file is their name: so tracebacks tell which one."""

    def get_source(self, environment, template):
        source, _, current = super().get_source(environment, template)
        return source, template, current


class Thing:
    """{"__obj__": ...}: attributes and how it prints, nothing else."""

    def __init__(self, spec):
        self.__dict__["_Thing__text"] = spec.get("str", "<object>")
        for name, value in spec.get("attrs", {}).items():
            self.__dict__[name] = value

    def __str__(self):
        return self.__text

    __repr__ = __str__


class HtmlThing(Thing):
    def __init__(self, spec):
        super().__init__(spec)
        self.__dict__["_HtmlThing__markup"] = spec["html"]

    def __html__(self):
        return self.__markup


def thing(spec):
    spec = {key: data(value) for key, value in spec.items()}
    return HtmlThing(spec) if isinstance(spec.get("html"), str) else Thing(spec)


def function(value):
    def func(*args, **kwargs):
        return value

    return func


TAGS = {
    "__markup__": Markup,
    "__tuple__": lambda v: tuple(data(i) for i in v),
    "__map__": lambda v: {data(key): data(value) for key, value in v},
    "__dict__": lambda v: {key: data(value) for key, value in v.items()},
    "__float__": float,
    "__range__": lambda v: range(*v),
    "__iter__": lambda v: iter([data(i) for i in v]),
    "__obj__": thing,
    "__func__": lambda v: function(data(v)),
}


def data(value):
    if isinstance(value, list):
        return [data(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        tag = next(iter(value))
        if tag in TAGS:
            return TAGS[tag](value[tag])
    return {key: data(item) for key, item in value.items()}


def install_translations(env, spec):
    if "messages" in spec:
        with open(spec["messages"], "rb") as file:
            env.install_gettext_translations(gettext.GNUTranslations(file), newstyle=spec.get("newstyle", False))
        return
    catalog = spec.get("catalog", {})

    def gettext_here(s):
        return catalog.get(s, s)

    def pgettext(c, s):
        return catalog.get(c + "\x04" + s, s)

    gettext_here.__qualname__ = "gettext"
    env.install_gettext_callables(
        gettext_here,
        lambda s, p, n: gettext_here(s) if n == 1 else gettext_here(p),
        newstyle=spec.get("newstyle", False),
        pgettext=pgettext,
        npgettext=lambda c, s, p, n: pgettext(c, s) if n == 1 else pgettext(c, p),
    )


def environment(question):
    options = question.get("options") or {}
    plain = {key: options[key] for key in PLAIN if key in options}
    env = ENVIRONMENTS[options.get("sandbox", False)](
        loader=Loader(question.get("templates") or {}),
        undefined=UNDEFINED[options.get("undefined", "default")],
        extensions=[EXTENSIONS[name] for name in options.get("extensions", ())],
        cache_size=0 if question.get("check") else 50,
        **plain,
    )
    env.policies.update(options.get("policies") or {})
    if options.get("i18n") is not None:
        install_translations(env, options["i18n"])
    for name, value in (question.get("globals") or {}).items():
        env.globals[name] = data(value)
    return env


def place_of(error, templates):
    """The innermost template line of a traceback, which Jinja has rewritten. What fails while a
    template is compiled has none: Jinja names the line that asked for that template."""
    name, line = None, None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in templates:
            name, line = frame.f_code.co_filename, number
        elif frame.f_code.co_name == "as_const":
            return None, None
    return name, line


def error_of(error, question):
    kind = type(error).__name__
    if kind == "TemplatesNotFound":
        kind = "TemplateNotFound"
    message = str(getattr(error, "message", None) or error)
    name, line = place_of(error, question.get("templates") or {})
    if isinstance(error, jinja2.TemplateSyntaxError):
        name, line = error.name, error.lineno
    return {"kind": kind, "message": message, "name": name, "line": line}


def answer(question):
    try:
        env = environment(question)
        if question.get("check"):
            env.parse(question["templates"][question["render"]], question["render"])
            return {"ok": True}
        template = env.get_template(question["render"])
        return {"output": template.render(data(question.get("context") or {}))}
    except RecursionError as error:
        return {"error": {"kind": "RecursionError", "message": str(error), "name": None, "line": None}}
    except Exception as error:
        return {"error": error_of(error, question)}


def main():
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            question = json.loads(line)
            ident = question["id"]
        except (ValueError, KeyError, TypeError) as error:
            problem = {"kind": "ValueError", "message": str(error), "name": None, "line": None}
            reply = {"id": None, "error": problem}
        else:
            reply = {"id": ident, **answer(question)}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
