"""The little site (site.h) on free ports, and how a file of tests that ask it is run."""
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

from frames import SECONDS, Client

LITTLE = os.environ["LITTLE"]


class Little:
    """The little site on free ports, for the length of a with statement."""

    def __init__(self, tls=None, threads=0):
        self.environment = dict(os.environ, HTTP_THREADS=str(threads))
        self.log = tempfile.NamedTemporaryFile(prefix="http2-log")
        self.environment["HTTP_LOG"] = self.log.name
        if tls:
            self.environment["HTTP_TLS"] = "%s:%s" % tls

    def __enter__(self):
        self.process = subprocess.Popen([LITTLE], env=self.environment, stdout=subprocess.PIPE)
        self.said = self.process.stdout.readline().decode()
        ports = [int(port) for port in re.findall(r":(\d+)/", self.said)]
        self.port, self.plain = ports[:2]
        self.status, self.tls = ports[-1], ports[2:-1]
        return self

    def stop(self):
        self.process.send_signal(signal.SIGTERM)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        try:
            code = self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.process.stdout.close()
        self.lines = self.read_log().splitlines()
        self.log.close()
        assert code == 0, "the server ended with %d" % code

    def read_log(self):
        with open(self.log.name) as log:
            return log.read()

    def metric(self, name):
        connection = http.client.HTTPConnection("127.0.0.1", self.status, timeout=SECONDS)
        connection.request("GET", "/-/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return float(re.search(r"^%s (\S+)$" % re.escape(name), text, re.M).group(1))


class Shared(unittest.TestCase):
    """Tests that can share one server."""

    @classmethod
    def setUpClass(cls):
        cls.little = Little()
        cls.little.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.little.__exit__()

    def client(self, **names):
        client = Client(self.little.port, **names)
        self.addCleanup(client.sock.close)
        return client


def main():
    """All tests of the file, and a line that sums them up as tests/run.py reads it."""
    result = unittest.main(module="__main__", exit=False).result
    bad = len(result.failures) + len(result.errors)
    print("%d passed, %d failed, %d skipped" % (result.testsRun - bad - len(result.skipped), bad, len(result.skipped)))
    sys.exit(1 if bad else 0)
