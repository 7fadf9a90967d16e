#!/usr/bin/env python3
"""Flask reads the sessions that vial writes, and vial those of Flask.

    comes in:  sessions made up from a seed, hostile cookies, passwords
    goes out:  each one that the two do not understand alike
"""
import base64
import datetime
import json
import os
import random
import subprocess
import sys
import uuid
import zlib

import flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner
from markupsafe import Markup

VIAL = os.environ["VIAL"]
SECRET = "a secret of enough bytes"
failures = 0


def vial(*words):
    run = subprocess.run([VIAL, "session", *words], capture_output=True, text=True)
    return run.returncode, run.stdout.strip(), run.stderr


def serializer(secret):
    app = flask.Flask("peer")
    app.secret_key = secret
    return SecureCookieSessionInterface().get_signing_serializer(app)


def check(name, good, *what):
    global failures
    if not good:
        failures += 1
        print("FAILED: %s: %s" % (name, " | ".join(repr(w) for w in what)))


def typed(v):
    """What Python means, as `vial session --form typed` says it."""
    if isinstance(v, Markup):
        return {"$markup": str(v)}
    if isinstance(v, tuple):
        return {"$tuple": [typed(x) for x in v]}
    if isinstance(v, bytes):
        return {"$bytes": base64.b64encode(v).decode()}
    if isinstance(v, uuid.UUID):
        return {"$uuid": str(v)}
    if isinstance(v, datetime.datetime):
        return {"$datetime": v.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if isinstance(v, list):
        return [typed(x) for x in v]
    if isinstance(v, dict):
        out = {k: typed(x) for k, x in v.items()}
        return {"$dict": out} if len(v) == 1 and next(iter(v)).startswith("$") else out
    return v


def some_text(r):
    return "".join(r.choice("ab \"\\\n\t<>&'/\x7fäß€😀\u2028") for _ in range(r.randrange(12)))


def some_value(r, depth=0):
    kind = r.randrange(16 if depth < 4 else 9)
    if kind < 3:
        return some_text(r)
    if kind == 3:
        return r.choice([0, -1, 1 << 40, -(1 << 62), 10 ** 30])
    if kind == 4:
        return r.choice([0.5, -1e300, 1e-7, 3.0, 123456789.125])
    if kind == 5:
        return r.choice([True, False, None])
    if kind == 6:
        return Markup("<b>%s</b>") % some_text(r)
    if kind == 7:
        return r.choice([b"", b"\0\xff", b"bytes"])
    if kind == 8:
        return r.choice([uuid.UUID(int=r.getrandbits(128)),
                         datetime.datetime.fromtimestamp(r.randrange(2 ** 31), datetime.timezone.utc)])
    if kind < 11:
        return [some_value(r, depth + 1) for _ in range(r.randrange(4))]
    if kind < 13:
        return tuple(some_value(r, depth + 1) for _ in range(r.randrange(4)))
    return some_dict(r, depth + 1)


def some_dict(r, depth):
    keys = ["a", "b", "user", " t", " di", " m", "$tuple", "$x", "ä", " t__", "_permanent", "z" * 5]
    return {r.choice(keys): some_value(r, depth) for _ in range(r.choice([1, 1, 2, 5]))}


def round_trips(count):
    """Inside of an app Flask sorts the keys, as vial does: so the two write the same bytes."""
    flask_side = serializer(SECRET)
    for seed in range(count):
        value = some_dict(random.Random(seed), 0)
        if seed % 7 == 0:
            value["long"] = some_text(random.Random(seed)) * 60  # so that it is compressed
        cookie = flask_side.dumps(value)
        code, out, err = vial("decode", "--secret", SECRET, "--form", "typed", "--", cookie)
        check("read", code == 0 and json.loads(out) == typed(value), value, out, err)

        code, out, err = vial("encode", "--secret", SECRET, "--form", "typed", "--", json.dumps(typed(value)))
        check("write", code == 0, value, err)
        if code == 0:
            check("read back", flask_side.loads(out) == value, value, flask_side.loads(out))
            payload, theirs = out.rsplit(".", 2)[0], cookie.rsplit(".", 2)[0]
            check("the same bytes", payload == theirs, payload, theirs)


def refused(name, cookie, *more):
    code, out, err = vial("decode", "--secret", SECRET, *more, "--", cookie)
    check(name, code == 1 and not out and err, code, out, err)


def hostile():
    ours = serializer(SECRET)
    good = ours.dumps({"a": 1})
    refused("another secret", serializer("another secret, as long").dumps({"a": 1}))
    refused("no dots", "abc")
    refused("nothing", "")
    refused("dots alone", "...")
    for i in range(0, len(good), 3):
        other = good[:i] + ("A" if good[i] != "A" else "B") + good[i + 1:]
        if base64.urlsafe_b64decode(other.rsplit(".")[-1] + "==") != base64.urlsafe_b64decode(good.rsplit(".")[-1] + "=="):
            refused("changed at %d" % i, other)

    class At(TimestampSigner):
        when = 0

        def get_timestamp(self):
            return self.when

    def signed(payload, age=0):
        At.when = int(datetime.datetime.now().timestamp()) - age
        return At(SECRET, salt="cookie-session", key_derivation="hmac", digest_method="sha1").sign(payload).decode()

    def b64(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    refused("a bomb", signed(b"." + b64(zlib.compress(b'{"a":"' + b"x" * 50_000_000 + b'"}'))))
    refused("deep", signed(b64(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}")))
    refused("no JSON", signed(b64(b"{")))
    refused("a list", signed(b64(b"[1]")))
    refused("no base64", signed(b"a+b/"))
    refused("torn zlib", signed(b"." + b64(zlib.compress(b'{"a":1}' * 50)[:-8])))
    refused("too old", signed(b64(b'{"a":1}'), 100), "--max-age", "99")
    refused("from the future", signed(b64(b'{"a":1}'), -1000))
    code, out, err = vial("decode", "--secret", SECRET, "--max-age", "200", "--", signed(b64(b'{"a":1}'), 100))
    check("young enough", code == 0 and out == '{"a":1}', out, err)
    code, out, err = vial("decode", "--secret", "new secret, new secret", "--fallback", SECRET, "--", good)
    check("an older secret", code == 0 and out == '{"a":1}', out, err)


with flask.Flask("peer").app_context():
    round_trips(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    hostile()
print("%d failures" % failures)
sys.exit(failures != 0)
