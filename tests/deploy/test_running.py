"""What the image runs, run without an engine: as another user, with nothing but its home to write to; nginx before it.

All in one file, so that the application and the service are started once.
"""

from __future__ import annotations

import http.client
import http.server
import json
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.confined import confine, environment, free_port, running
from deploy.proxy import NAME, RECIPE, Proxy, in_front_of
from deploy.recipes import ROOT, compose, last, listed, manifests
from deploy.visitor import visit
from handwriting import encode, number_picture

MEGABYTE = 2**20
UPLOAD = "/_stcore/upload_file/visit/file"


def healthy(port: int) -> int:
    """The exit status of the image's health check."""
    command = listed(last("HEALTHCHECK"))
    assert command[:2] == ["python", "/opt/inkdigits/healthy.py"]
    return subprocess.run([sys.executable, str(ROOT / "deploy" / "healthy.py"), str(port)]).returncode


def run(home: Path, *command: str, said: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    """The image's entry point with other words."""
    words = [*listed(last("ENTRYPOINT")), *command]
    return subprocess.run(
        confine(words, home), env=environment(home, **more), cwd=home, input=said, capture_output=True
    )


def test_the_application_draws_its_first_page(app_port: int) -> None:
    kinds = visit(f"http://127.0.0.1:{app_port}")
    assert kinds
    assert "exception" not in kinds
    assert healthy(app_port) == 0


def test_the_cloud_starts_the_application_by_its_script(home: Path) -> None:
    port = free_port()
    command = ["streamlit", "run", str(ROOT / "streamlit_app.py"), f"--server.port={port}"]
    command += ["--server.headless=true", "--server.fileWatcherType=none"]
    with running(command, home, f"http://127.0.0.1:{port}/_stcore/health", INKDIGITS_HOME=str(home)):
        kinds = visit(f"http://127.0.0.1:{port}")
    assert kinds
    assert "exception" not in kinds


def test_the_service_reads(service_port: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{service_port}/v1/read", encode(number_picture("4096")), {"Content-Type": "image/png"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert "4096" in answer.read().decode()
    assert healthy(service_port) == 0


def test_the_health_check_fails_where_nobody_answers() -> None:
    assert healthy(1) == 1


def test_a_picture_is_read_from_standard_input(home: Path) -> None:
    done = run(home, "read", "-", "--json", said=encode(number_picture("4096")), INKDIGITS_HOME=str(home))
    assert json.loads(done.stdout)["text"] == "4096", done.stderr


def test_the_tables_are_made_with_the_password_from_a_file(home: Path, postgres_url: str) -> None:
    """The variables of compose.yaml, with the database's place and the folder of the secret exchanged for ours."""
    url = pytest.importorskip("sqlalchemy").make_url(postgres_url)
    secrets = home / "secrets"
    secrets.mkdir()
    (name,) = compose()["services"]["migrate"]["secrets"]
    (secrets / name).write_text(f"{url.password}\n")
    told = compose()["services"]["migrate"]["environment"]
    address = told["INKDIGITS_DATABASE_URL"].replace("database/ink", f"127.0.0.1:{url.port}/{url.database}")
    own = {"INKDIGITS_DATABASE_URL": address, "INKDIGITS_SECRETS": str(secrets), "INKDIGITS_HOME": str(home)}
    done = run(home, *compose()["services"]["migrate"]["command"], **own)
    assert done.returncode == 0, done.stderr
    added = run(home, "users", "add", "ada", "--role", "admin", "--one-time", **own, INKDIGITS_AUTH="local")
    assert added.returncode == 0, added.stderr


@pytest.fixture(scope="module")
def proxy(app_port: int, service_port: int) -> Iterator[Proxy]:
    with in_front_of(app_port, service_port) as started:
        yield started


def test_pages_come_over_tls_and_their_websocket(proxy: Proxy) -> None:
    status, page = proxy.ask("GET", "/")
    assert status == 200
    assert b"<html" in page
    kinds = visit(f"https://127.0.0.1:{proxy.secure}", proxy.trusting)
    assert kinds
    assert "exception" not in kinds


def test_without_tls_nothing_but_the_way_to_it(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=60)
    connection.request("GET", "/upload?a=1", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}/upload?a=1")
    connection.close()


def test_the_service_reads_behind_it_and_shows_its_inside_to_nobody(proxy: Proxy) -> None:
    status, answer = proxy.ask("POST", "/v1/read", encode(number_picture("4096")), **{"Content-Type": "image/png"})
    assert status == 200
    assert b"4096" in answer
    assert b"inkdigits_" not in proxy.ask("GET", "/metrics")[1]


def test_the_largest_file_passes_and_a_larger_one_does_not(proxy: Proxy) -> None:
    from inkdigits import Settings
    from inkdigits.batch.uploads import ROOM

    one = Settings().max_bytes
    limits = [int(found) * MEGABYTE for found in re.findall(r"client_max_body_size (\d+)m;", RECIPE.read_text())]
    ingress = next(item for item in manifests() if item["kind"] == "Ingress")
    size = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    assert size == f"{limits[1] // MEGABYTE}m"
    for limit, largest, path in zip(limits, (one, ROOM * one), ("/v1/read", UPLOAD), strict=True):
        assert largest < limit < largest + 8 * MEGABYTE
        assert proxy.ask("PUT", path, **{"Content-Length": str(limit + 1)})[0] == 413
    assert proxy.ask("PUT", UPLOAD, bytes(limits[0] + 1))[0] == 403  # Streamlit's: no page of its own sends it


def test_what_visitors_claim_is_replaced() -> None:
    """The application learns who asks, over what, and for which host, whatever the visitor says."""
    told: list[dict[str, str]] = []

    class Told(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Told) as behind:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        with in_front_of(behind.server_port, behind.server_port) as proxy:
            claims = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "http", "Host": f"{NAME}:8443"}
            proxy.ask("GET", "/", **claims)
            proxy.ask("GET", "/v1/models", **claims)
        behind.shutdown()
    assert len(told) == 2
    for heard in told:
        assert heard["x-forwarded-for"] == "127.0.0.1"
        assert heard["x-forwarded-proto"] == "https"
        assert heard["host"] == f"{NAME}:8443"
