#!/usr/bin/env python3
"""Hooks, handlers of errors, context processors, sessions and URLs of blueprints: in Flask's order.

    comes in:  ORDER, order.c as a program: the same app as here
    goes out:  each request that the two answer otherwise
"""
import os
import subprocess
import sys
import tempfile

import flask
from flask.views import MethodView

TEMPLATES = {
    "page.html": "{{ who }} {{ given }} {{ app }} {{ outer }} {{ inner }} {{ 'x'|shout }} {{ url_for('.index', **request.view_args) }} "
                 "{{ request.path }} {{ request.endpoint }} {{ request.blueprint }} {{ request.args.get('q') }} "
                 "{{ request.args.getlist('q') }} {{ request.full_path|trim('?') }}",
    "session.html": "{{ session.k }} {{ session['k'] }} {{ session.get('none', 'otherwise') }} {{ 'k' in session }} "
                    "{{ get_flashed_messages() }} {{ get_flashed_messages(with_categories=true) }} "
                    "{{ get_flashed_messages(category_filter=['error']) }}",
}
ran = []


def before(name, stop):
    def hook():
        ran.append("before-" + name)
        if stop in flask.request.args:
            return "stopped by " + name
    return hook


def after(name):
    def hook(response):
        ran.append("after-" + name)
        return response
    return hook


def teardown(name):
    return lambda error: ran.append("teardown-" + name)


def context(name):
    def hook():
        ran.append("context-" + name)
        return {"who": name, "given": name, name: 1}
    return hook


def failed(name):
    def handler(error):
        ran.append("error-" + name)
        return "%d by %s" % (error.code, name), error.code
    return handler


def viewed(text):
    def view(**args):
        ran.append("view")
        return text(**args)
    return view


def urls(**_):
    f = flask.url_for
    return " ".join([f(".index"), f("outer.inner.index"), f("index", q="a b"), f(".show", id=7, _anchor="x")])


def fail(**_):
    flask.abort(flask.request.args.get("status", 404, type=int))


def add_pages(scope):
    scope.add_url_rule("/", "index", viewed(lambda **_: flask.request.endpoint))
    scope.add_url_rule("/show/<int:id>", "show", viewed(lambda id, **_: str(id)))
    scope.add_url_rule("/fail", "fail", viewed(fail))
    scope.add_url_rule("/urls", "urls", viewed(urls))
    scope.add_url_rule("/page", "page", viewed(lambda **_: flask.render_template("page.html", given="view")))


class View(MethodView):
    def get(self):
        ran.append("get")
        return "get"

    def post(self):
        ran.append("post")
        return "post"


def once():
    ran.append("view")

    @flask.after_this_request
    def hook(response):
        ran.append("after-this")
        return response
    return "once"


def put_in():
    flask.session["k"] = flask.request.args.get("k", "")
    flask.flash("one")
    flask.flash("<two>", "error")
    return "put"


def make_app(folder):
    app = flask.Flask("order", template_folder=folder)
    app.logger.disabled = True
    app.secret_key = "0123456789abcdef"
    outer = flask.Blueprint("outer", "order", url_prefix="/outer")
    inner = flask.Blueprint("inner", "order", url_prefix="/inner")
    app.before_request(before("a1", "stop1"))
    app.before_request(before("a2", "stop2"))
    app.after_request(after("a1"))
    app.after_request(after("a2"))
    app.teardown_request(teardown("a1"))
    app.teardown_request(teardown("a2"))
    app.context_processor(context("app"))
    app.register_error_handler(404, failed("app404"))
    app.register_error_handler(500, failed("app500"))
    app.register_error_handler(flask.typing.HTTPException if hasattr(flask.typing, "HTTPException") else
                               __import__("werkzeug.exceptions").exceptions.HTTPException, failed("any"))
    app.add_template_filter(lambda s: s + "!", "shout")
    add_pages(app)
    app.add_url_rule("/view", view_func=View.as_view("view"))
    app.add_url_rule("/once", "once", once)
    app.add_url_rule("/put", "put", put_in)
    app.add_url_rule("/take", "take", lambda: flask.render_template("session.html"))
    outer.before_request(before("o1", "stopo"))
    outer.before_request(before("o2", "-"))
    outer.after_request(after("o1"))
    outer.after_request(after("o2"))
    outer.teardown_request(teardown("o"))
    outer.context_processor(context("outer"))
    outer.register_error_handler(404, failed("o404"))
    add_pages(outer)
    inner.before_request(before("i", "stopi"))
    inner.after_request(after("i"))
    inner.teardown_request(teardown("i"))
    inner.context_processor(context("inner"))
    inner.register_error_handler(403, failed("i403"))
    add_pages(inner)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.register_blueprint(outer, name="again", url_prefix="/again/<lang>")
    return app


def questions():
    for prefix in ("", "/outer", "/outer/inner", "/again/en", "/again/en/inner"):
        for path in ("/", "/show/7", "/show/x", "/fail", "/fail?status=403", "/fail?status=500", "/fail?status=418",
                     "/page", "/page?q=1&q=2", "/nothing", "", "/?stop1=1", "/?stop2=1", "/?stopo=1", "/?stopi=1"):
            if prefix + path:
                yield "GET", prefix + path
        if not prefix.startswith("/again"):
            yield "GET", prefix + "/urls"
        yield "HEAD", prefix + "/"
        yield "OPTIONS", prefix + "/"
        yield "DELETE", prefix + "/show/7"
    for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS"):
        yield method, "/view"
    yield "GET", "/once"
    for path in ("/take", "/put?k=%C3%A4%26", "/take", "/take", "/put?k=1", "/put?k=2", "/take"):
        yield "GET", path


def theirs(client, method, path):
    ran.clear()
    response = client.open(path, method=method)
    body = response.get_data(as_text=True)
    location = response.headers.get("Location", "")
    return "%d|%s|%s|%s" % (response.status_code, "".join(w + " " for w in ran),
                            "<page>" if body.startswith("<") else body, location.replace("http://localhost", ""))


def is_better(path, ours, peer):
    """A blueprint's own 404 for URLs below its prefix that no rule answers: what Flask leaves to the app."""
    return path.startswith(("/outer", "/again")) and "error-o404" in ours and \
        ours.replace("error-o404", "error-app404").replace("by o404", "by app404") == peer


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in TEMPLATES.items():
            with open(os.path.join(folder, name), "w") as out:
                out.write(text)
        asked = list(questions())
        lines = "".join("%s %s\n" % q for q in asked)
        run = subprocess.run([os.environ["ORDER"], folder], input=lines, capture_output=True, text=True)
        answers = run.stdout.splitlines()
        if run.returncode or len(answers) != len(asked):
            sys.exit("order: exit %d\n%s" % (run.returncode, run.stderr))
        app = make_app(folder)
        client = app.test_client()
        for (method, path), ours in zip(asked, answers):
            peer = theirs(client, method, path)
            if ours != peer and not is_better(path, ours, peer):
                failures += 1
                print("%s %s\n  vial  %s\n  Flask %s" % (method, path, ours, peer))
    print("%d requests, %d failures" % (len(asked), failures))
    sys.exit(failures != 0)


main()
