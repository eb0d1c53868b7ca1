"""Data sets by name: what is at hand, checksums, and downloads that go on, from a mirror of our own."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

pytest.importorskip("pooch", reason="downloads need the train extra")

from typer.testing import CliRunner

from inkdigits import InkDigitsError, OptionError
from inkdigits.cli import app
from inkdigits.training import catalog, datasets, download
from inkdigits.training.catalog import SETS
from inkdigits.training.datasets import DataError

CONTENT = {
    name: gzip.compress(random.Random(name).randbytes(400_000), mtime=0) for name, *_ in datasets.MNIST_FILES.values()
}


class Mirror(BaseHTTPRequestHandler):
    """Serves CONTENT, parts of it when asked; cuts the first answer for each file in ``cut`` in half."""

    cut: ClassVar[set[str]] = set()
    asked: ClassVar[list[tuple[str, int]]] = []

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        begin = int((self.headers["Range"] or "bytes=0-")[6:-1])
        self.asked.append((name, begin))
        body = CONTENT[name][begin:]
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if name in self.cut:
            self.cut.remove(name)
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Address of a mirror; the checksums that are known are those of its files."""
    for key, (name, *_) in datasets.MNIST_FILES.items():
        content = gzip.decompress(CONTENT[name])
        sums = [hashlib.md5(data, usedforsecurity=False).hexdigest() for data in (CONTENT[name], content)]
        monkeypatch.setitem(datasets.MNIST_FILES, key, (name, *sums))
    monkeypatch.setattr(download, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(Mirror, "asked", [])
    monkeypatch.setattr(Mirror, "cut", set())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["data", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_download_checks_shows_and_verifies(mirror: str, tmp_path: Path) -> None:
    assert "checksums are right" in run("download", "mnist", "--data", str(tmp_path), "--mirror", mirror)
    assert {path.name for path in (tmp_path / "mnist").iterdir()} == set(CONTENT)
    shown = json.loads(run("show", "mnist", "--data", str(tmp_path), "--json"))
    assert shown["at_hand"]
    assert set(shown["files"].values()) == {"good"}
    Mirror.asked.clear()
    run("download", "mnist", "--data", str(tmp_path), "--mirror", mirror)
    assert Mirror.asked == [], "what is there is not fetched again"


def test_a_download_that_was_cut_off_goes_on(mirror: str, tmp_path: Path) -> None:
    name, md5, _ = datasets.MNIST_FILES["train", "images"]
    Mirror.cut.add(name)
    seen: list[tuple[int, int | None]] = []
    with pytest.raises(DataError, match="could not be downloaded"):
        download.fetch(name, md5, tmp_path, [mirror])
    path = download.fetch(name, md5, tmp_path, [mirror], lambda _, done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT[name]
    (_, first), (_, second) = Mirror.asked
    assert first == 0
    assert 0 < second <= len(CONTENT[name]) // 2, "only what is missing is asked for"
    assert seen[-1] == (len(CONTENT[name]), len(CONTENT[name]))


def test_the_next_mirror_is_asked_and_a_wrong_file_never_kept(mirror: str, tmp_path: Path) -> None:
    name, md5, _ = datasets.MNIST_FILES["test", "labels"]
    path = download.fetch(name, md5, tmp_path, ["http://127.0.0.1:9/", mirror])
    assert path.read_bytes() == CONTENT[name]
    path.unlink()
    with pytest.raises(DataError, match=r"127\.0\.0\.1"):
        download.fetch(name, "0" * 32, tmp_path, [mirror])
    assert not path.exists()


def test_a_damaged_file_is_named(mirror: str, tmp_path: Path) -> None:
    (tmp_path / "mnist").mkdir()
    for name, content in CONTENT.items():
        (tmp_path / "mnist" / name).write_bytes(content[:50] if name.startswith("t10k-labels") else content)
    result = CliRunner().invoke(app, ["data", "show", "mnist", "--data", str(tmp_path)])
    assert "t10k-labels-idx1-ubyte.gz: DIFFERS" in result.stdout
    assert isinstance(result.exception, InkDigitsError)


def test_list_says_what_is_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "cache_folder", lambda: tmp_path / "cache")
    (tmp_path / "strokes").mkdir()
    (tmp_path / "strokes" / "pendigits.npz").write_bytes(b"x")
    listed = [json.loads(line) for line in run("list", "--data", str(tmp_path), "--json").splitlines()]
    assert [item["name"] for item in listed] == list(SETS)
    assert [item["name"] for item in listed if item["at_hand"]] == ["pendigits"]
    assert all(len(line) <= 80 for line in run("list", "--data", str(tmp_path)).splitlines())
    assert catalog.verify(SETS["pendigits"], tmp_path) == {"strokes/pendigits.npz": "differs"}


def test_what_cannot_be_downloaded_says_why_and_from_where() -> None:
    for item in SETS.values():
        if item.downloads:
            continue
        result = CliRunner().invoke(app, ["data", "download", item.name])
        assert isinstance(result.exception, OptionError)
        assert item.why_not in str(result.exception)
        assert item.source in str(result.exception)
    result = CliRunner().invoke(app, ["data", "show", "mnits"])
    assert "choose from mnist, pendigits" in str(result.exception)
