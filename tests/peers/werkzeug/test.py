#!/usr/bin/env python3
"""vial's router answers as Werkzeug's does.

    comes in:  corpus.jsonl, questions with the answers of Werkzeug 3.1.8; and questions made up from seeds,
               which the Werkzeug that is installed answers
    goes out:  each question where the two differ and no reason below allows it

`test.py --record` writes the corpus anew; it wants Werkzeug 3.1. `test.py SEED [COUNT]` asks other questions.
"""
import json
import os
import subprocess
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import generate  # noqa: E402

CORPUS = os.path.join(HERE, "corpus.jsonl")
SEEDS = range(1, 5)
COUNT = 1500


def ask_vial(questions):
    lines = "".join(json.dumps(q) + "\n" for q in questions)
    run = subprocess.run([os.environ["VIAL"], "route", "--batch"], input=lines, capture_output=True, text=True)
    if run.returncode != 0 or run.stderr:
        sys.exit("vial route --batch: exit %d\n%s" % (run.returncode, run.stderr))
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [a.pop("id") for a in answers] == [q["id"] for q in questions]
    return answers


# ---- where vial may differ ----
# The contract's three accidents that are not copied, and what Debian's 2.2 did otherwise than 3.1.

def refused_value_tries_the_next_rule(peer, question, ours, theirs, refused):
    return bool(refused)


def order_of_adding_decides(peer, question, ours, theirs, refused):
    """Werkzeug itself prefers our rule, once the rules are gone that neither of us chose."""
    if "endpoint" not in ours or "endpoint" not in theirs:
        return False
    both = {ours["endpoint"], theirs["endpoint"]}
    alone = dict(question, rules=[r for r in question["rules"] if r["endpoint"] in both])
    return peer.answer(alone) == ours


def an_alias_of_nothing_is_not_found(peer, question, ours, theirs, refused):
    return "match" in question and "error" in theirs and ours == {"status": 404}


def old_quoting(peer, question, ours, theirs, refused):
    """2.2 quoted & : @ and others, which the URL standard leaves alone."""
    return any(k in ours and k in theirs and urllib.parse.unquote(ours[k]) == urllib.parse.unquote(theirs[k])
               for k in ("url", "redirect"))


def old_slashes(peer, question, ours, theirs, refused):
    """2.2 merged "///" to "//" only, ignored merge_slashes of a rule, and knew no redirect to <path:p>/."""
    path = question.get("match", {}).get("path", "")
    before_slash = any("<path:" in r["rule"] and r["rule"].endswith("/") for r in question["rules"])
    return "//" in path or "///" in str(question["rules"]) or before_slash


ALWAYS = [refused_value_tries_the_next_rule, order_of_adding_decides, an_alias_of_nothing_is_not_found]
OLD = [old_quoting, old_slashes]


def is_allowed(peer, old, question, ours, theirs, refused):
    if "error" in ours and "error" in theirs:
        return True  # the sentences are each one's own
    return any(reason(peer, question, ours, theirs, refused) for reason in ALWAYS + (OLD if old else []))


def show(question, ours, theirs):
    print(json.dumps({k: v for k, v in question.items() if k not in ("rules", "expect")}, ensure_ascii=False))
    for rule in question["rules"]:
        print("    " + json.dumps(rule, ensure_ascii=False))
    print("  vial:     %s\n  Werkzeug: %s" % (ours, theirs))


def compare_corpus():
    with open(CORPUS, encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines]
    failed = 0
    for question, ours in zip(questions, ask_vial(questions)):
        theirs = question["expect"]
        if ours != theirs and not ("error" in ours and "error" in theirs):
            failed += 1
            show(question, ours, theirs)
    return len(questions) - failed, failed


def compare_live(seed, count):
    import peer
    old = peer.version() < "3"
    questions, failed, excused = generate.questions(seed, count), 0, 0
    for question, ours in zip(questions, ask_vial(questions)):
        theirs = peer.answer(question)
        refused = peer.refused()
        if ours == theirs:
            continue
        if is_allowed(peer, old, question, ours, theirs, refused):
            excused += "error" not in ours
            continue
        failed += 1
        show(question, ours, theirs)
    # An excuse that everybody makes is none.
    if excused > count * (0.2 if old else 0.02):
        failed += 1
        print("seed %d: %d of %d answers differ for an allowed reason: too many" % (seed, excused, count))
    return len(questions) - failed, failed


def record():
    import peer
    if not peer.version().startswith("3.1"):
        sys.exit("the corpus is recorded from Werkzeug 3.1, and this is " + peer.version())
    questions = generate.questions(2026, 800)
    kept = 0
    with open(CORPUS, "w", encoding="utf-8") as out:
        for question, ours in zip(questions, ask_vial(questions)):
            question["expect"] = peer.answer(question)
            refused = peer.refused()
            both_fail = "error" in ours and "error" in question["expect"]
            if ours != question["expect"] and not both_fail and is_allowed(
                    peer, False, question, ours, question["expect"], refused):
                continue
            out.write(json.dumps(question, ensure_ascii=False) + "\n")
            kept += 1
    print("%d questions kept" % kept)


def main(words):
    if words == ["--record"]:
        return record()
    if words:
        sums = [compare_live(int(words[0]), int(words[1]) if len(words) > 1 else COUNT)]
    else:
        sums = [compare_corpus()]
        try:
            import peer  # noqa: F401
            sums += [compare_live(seed, COUNT) for seed in SEEDS]
        except ImportError:
            print("Werkzeug is not installed: only its recorded answers were compared")
    passed, failed = (sum(s[i] for s in sums) for i in (0, 1))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
