"""The documentation as a site: built with warnings as errors, whole, and asking no other server for anything."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from deploy.lacking import lacking
from deploy.recipes import ROOT
from inkdigits import Reader
from inkdigits.cli import app

FETCHED = re.compile(
    r"<(?:script|img|iframe)\b[^>]*\bsrc=\"?(\S+)|<link\b[^>]*\bhref=\"?(\S+)|url\(([^)]+)\)|@import (\S+)"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built anew."""
    if importlib.util.find_spec("material") is None or importlib.util.find_spec("mkdocstrings") is None:
        lacking("MkDocs is not installed: pip install 'inkdigits[docs]'")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return folder


def test_every_document_is_a_page(site: Path) -> None:
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= {path.stem for path in site.glob("*.html")}
    assert "not met" in (site / "index.html").read_text(encoding="utf-8")  # the README, with its honest figures
    assert "SHA-256" in (site / "cards" / "line.html").read_text(encoding="utf-8")


def test_the_reference_is_made_from_the_program(site: Path) -> None:
    reading = (site / "reference" / "reading.html").read_text(encoding="utf-8")
    assert all(f'id="inkdigits.Reader.{name}"' in reading for name in vars(Reader) if name.startswith("read"))
    assert ":class:" not in reading
    routes = (site / "reference" / "http.html").read_text(encoding="utf-8")
    assert all(f">{route}<" in routes for route in ("POST /v1/read", "GET /readyz", "POST /v1/models/{id}/promote"))
    told = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    headings = set(re.findall(r"<h[2-4] id=\"([\w-]+)\"", told))
    assert set(names("inkdigits", typer.main.get_command(app))) <= headings


def names(name: str, command: Any) -> Iterator[str]:
    """A command and all below it, as the page's anchors call them."""
    yield name
    for inner in getattr(command, "commands", {}).values():
        yield from names(f"{name}-{inner.name}", inner)


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    pages = [path for path in site.rglob("*") if path.suffix in (".html", ".css")]
    assert pages
    for path in pages:
        wanted = ["".join(found).strip("\"'") for found in FETCHED.findall(path.read_text(encoding="utf-8"))]
        assert [one for one in wanted if re.match(r"(?:https?:)?//", one)] == [], path.name
