"""What the image runs, run without an engine: as another user, with nothing but its home to write to."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from deploy.confined import confine, environment
from deploy.recipes import ROOT, compose, last, listed
from deploy.visitor import visit
from handwriting import encode, number_picture


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
