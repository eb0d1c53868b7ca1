"""The proxy of the recipe: an nginx with its configuration, on ports of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.confined import STARTUP, free_port
from deploy.lacking import lacking
from deploy.recipes import ROOT

NAME = "ink.example.org"
RECIPE = ROOT / "deploy" / "nginx" / "inkdigits.conf"
SPOOLS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Proxy:
    """An nginx with the configuration of the recipe, on ports of its own."""

    def __init__(self, secure: int, plain: int, trusting: ssl.SSLContext) -> None:
        """Speaks TLS on one port, and plain HTTP on the other."""
        self.secure, self.plain, self.trusting = secure, plain, trusting

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Asks over TLS, and gives status and body."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.secure, context=self.trusting, timeout=60)
        try:
            connection.request(method, path, body, {"Host": NAME, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def program() -> str:
    """The nginx of this machine; the test ends where there is none."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        lacking("nginx is not installed: apt-get install nginx-light")
    return found


@contextmanager
def in_front_of(app: int, service: int) -> Iterator[Proxy]:
    """Starts nginx with the recipe; only ports and places are changed."""
    nginx = program()
    place = Path(tempfile.mkdtemp(prefix="inkdigits-nginx-"))
    secure, plain = free_port(), free_port()
    certificate, key = place / f"{NAME}.crt", place / f"{NAME}.key"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    made += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    subprocess.run([*made, "-out", str(certificate), "-keyout", str(key)], check=True, capture_output=True)
    recipe = RECIPE.read_text(encoding="utf-8")
    for what, ours in {
        "/etc/nginx/tls": str(place),
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "127.0.0.1:8501": f"127.0.0.1:{app}",
        "127.0.0.1:8000": f"127.0.0.1:{service}",
    }.items():
        assert what in recipe
        recipe = recipe.replace(what, ours)
    spools = "".join(f"{name}_temp_path {place}/{name};\n" for name in SPOOLS)
    frame = f"daemon off; worker_processes 1; pid {place}/pid; error_log {place}/log warn; events {{}}\n"
    user = "user root;\n" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(f"{user}{frame}http {{ access_log off;\n{spools}{recipe}}}\n")
    command = [nginx, "-p", str(place), "-e", str(place / "log"), "-c", str(place / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    process = subprocess.Popen(command)
    try:
        _wait_for(secure, process)
        yield Proxy(secure, plain, ssl.create_default_context(cafile=str(certificate)))
    finally:
        process.terminate()
        process.wait(timeout=STARTUP)
        shutil.rmtree(place)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTUP
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("nginx does not listen")
