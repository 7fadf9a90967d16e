"""A folder served by HTTP/2, beside nginx (2 workers, no access log): requests per second and CPU time per request.

As bench_serve.py, with h2load in wrk's place: a few connections, each with many requests under way at once; over TLS,
as browsers do it, and in the clear, which shows the frames without the ciphers.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import bench_serve
from bench_serve import NGINX, VIAL, Served, free_port, make_folder, report

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "whole"))
from vial import certificate  # noqa: E402

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "20000"))

# name, path, connections, at once on each, how many of REQUESTS
CASES = [
    ("4 KiB page", "/4k.html", 8, 32, 1),
    ("10 KiB page", "/10k.html", 8, 32, 1),
    ("100 KiB file", "/100k.bin", 8, 8, 0.1),
    ("1 MiB file", "/1m.bin", 4, 4, 0.02),
    ("404", "/none", 8, 32, 1),
]


def vial(folder, cert, key, tls):
    port = free_port()
    where = "https://127.0.0.1:%d" % port if tls else "http://127.0.0.1:%d,h2c" % port
    return Served("vial", [VIAL, "serve", "--root", folder, "-l", where, "--workers", "2", "--tls-cert", cert, "--tls-key", key], port)


def nginx(folder, place, cert, key, tls):
    port = free_port()
    path = os.path.join(place, "nginx%d.conf" % port)
    with open(path, "w", encoding="ascii") as file:
        file.write("""daemon off; worker_processes 2; pid %(place)s/pid%(port)d; error_log %(place)s/error.log;
events { worker_connections 8000; }
http { access_log off; include /etc/nginx/mime.types; charset utf-8; sendfile on; tcp_nopush on;
  keepalive_requests 100000000; keepalive_timeout 3600; log_not_found off;
  client_body_temp_path %(place)s/t1; proxy_temp_path %(place)s/t2; fastcgi_temp_path %(place)s/t3;
  uwsgi_temp_path %(place)s/t4; scgi_temp_path %(place)s/t5;
  ssl_certificate %(cert)s; ssl_certificate_key %(key)s; ssl_protocols TLSv1.2 TLSv1.3;
  server { listen 127.0.0.1:%(port)d backlog=4096 %(words)s; root %(folder)s; } }
""" % {"place": place, "port": port, "folder": folder, "cert": cert, "key": key, "words": "ssl http2" if tls else "http2"})
    return Served("nginx", [NGINX, "-p", place, "-c", path], port)


def load(server, tls, path, connections, at_once, requests):
    """Requests per second, and microseconds of the server's CPU time for each."""
    url = "http%s://127.0.0.1:%d%s" % ("s" if tls else "", server.port, path)
    before, begun = server.cpu(), time.monotonic()
    said = subprocess.run(["h2load", "-n", str(requests), "-c", str(connections), "-m", str(at_once), "-t", "1", url],
                          capture_output=True, check=True, text=True).stdout
    took, used = time.monotonic() - begun, server.cpu() - before
    done = int(re.search(r"(\d+) done", said).group(1))
    if " 0 errored" not in said or done != requests:
        print("   ", server.name, re.search(r"requests:.*", said).group(0))
    return done / took, used / max(done, 1) * 1e6


def bench(folder, place, tls):
    cert, key = certificate(place, "cert")
    pair = vial(folder, cert, key, tls), nginx(folder, place, cert, key, tls)
    try:
        for name, path, connections, at_once, share in CASES:
            results = [], []
            for turn in range(bench_serve.ROUNDS):
                for i in (0, 1) if turn % 2 == 0 else (1, 0):
                    results[i].append(load(pair[i], tls, path, connections, at_once, int(REQUESTS * share)))
            report("%s, %s" % (name, "TLS" if tls else "in the clear"), *results)
    finally:
        for server in pair:
            server.stop()


def main():
    if not shutil.which("h2load") or not os.path.exists(NGINX):
        print("this needs nginx and h2load (Debian: nginx-light, nghttp2-client)", file=sys.stderr)
        return
    place = tempfile.mkdtemp(prefix="bench-http2")
    try:
        folder = os.path.join(place, "public")
        make_folder(folder)
        os.chmod(place, 0o755)
        for tls in (True, False):
            bench(folder, place, tls)
    finally:
        shutil.rmtree(place)
