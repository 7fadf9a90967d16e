"""Chromium without a window, driven through a pipe: what a reader sees and types.

    with Browser() as page:
        page.open("http://127.0.0.1:8000/")
        page.type("/")
        page.wait("document.querySelector('dialog').open")
"""
import json
import os
import shutil
import subprocess
import tempfile
import time

PATIENCE = 90  # seconds, on a machine with other things to do
KEYS = {"Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40}


class Browser:
    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="vial-chromium-")
        commands, self.to = os.pipe()
        self.said, answers = os.pipe()
        line = 'exec "$@" 3<&%d 4>&%d' % (commands, answers)
        self.process = subprocess.Popen(
            ["bash", "-c", line, "bash", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--remote-debugging-pipe", "--user-data-dir=" + self.profile, "about:blank"],
            pass_fds=(commands, answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.number, self.rest, self.session = 0, b"", None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.said)
        shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                more = os.read(self.said, 65536)
                if not more:
                    raise RuntimeError("Chromium went away")
                self.rest += more
            data, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(data)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return answer["result"]

    def run(self, script):
        """What the expression is; of a promise, what becomes of it."""
        done = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(done["exceptionDetails"])
        return done["result"].get("value")

    def wait(self, script):
        end = time.time() + PATIENCE
        while time.time() < end:
            try:
                if self.run(script):
                    return
            except RuntimeError as problem:  # the page is just being left
                if "went away" in str(problem):
                    raise
            time.sleep(0.05)
        raise AssertionError("in vain: %s\n%s" % (script, self.run("document.documentElement.outerHTML")))

    def open(self, url):
        self.ask("Page.navigate", url=url)
        self.wait("document.readyState == 'complete' && location.href.startsWith(%s)" % json.dumps(url))

    def key(self, key, modifiers=0):
        code = KEYS.get(key, ord(key[0].upper()))
        typed = {} if key in KEYS and key != "Enter" or modifiers else {"text": "\r" if key == "Enter" else key}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, modifiers=modifiers,
                     **(typed if kind == "keyDown" else {}))

    def type(self, text):
        self.ask("Input.insertText", text=text)
