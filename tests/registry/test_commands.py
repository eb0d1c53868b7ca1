"""``inkdigits models`` as scripts use it: tables, JSON lines, exit codes, and one line for every error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handwriting import digit_picture, encode
from inkdigits.cli import Exit, app
from inkdigits.errors import InkDigitsError
from inkdigits.registry.model import Model
from models import make_run
from shell import run_here

Models = Callable[..., str]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Models:
    """Runs a sub-command and gives its standard output."""
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["models", *arguments], catch_exceptions=True)
        if isinstance(result.exception, InkDigitsError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_the_first_list_says_what_to_do(models: Models) -> None:
    text = models("list")
    assert text.count("active") == 2
    assert "inkdigits models add RUN" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_model_from_run_to_reading_and_back(models: Models, tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    kept = json.loads(models("add", "run", "--name", "My [pens]", "--json"))
    assert (kept["id"], kept["name"], kept["metrics"]["mnist_errors"]) == ("my-pens", "My [pens]", 22)
    assert "My [pens] reads digits" in models("promote", "my-pens").replace("my-pens (My [pens])", "My [pens]")
    listed = [json.loads(line) for line in models("list", "--json").splitlines()]
    assert [(item["id"], item["kind"], item["active"]) for item in listed] == [
        ("shipped", "digit", False),
        ("shipped", "line", True),
        ("my-pens", "digit", True),
    ]
    (tmp_path / "seven.png").write_bytes(encode(digit_picture(7)))
    reading = CliRunner().invoke(app, ["read", "seven.png", "--expect", "digit", "--json"])
    assert json.loads(reading.stdout)["model"] == "my-pens"
    assert json.loads(models("rollback", "--json"))["id"] == "shipped"
    assert models("delete", "my-pens", "--yes") == "my-pens is deleted\n"
    assert "my-pens" not in models("list")


def test_a_model_that_reads_little_is_promoted_with_a_word(models: Models, tmp_path: Path) -> None:
    make_run(tmp_path / "run", pens=0.6)
    models("add", "run", "--name", "weak")
    result = CliRunner().invoke(app, ["models", "promote", "weak"])
    assert "weak (weak) reads digits from now on" in result.stdout
    told = " ".join(result.stderr.split())
    assert "MNIST 99.6 %, pens 60.0 %" in told
    assert "'inkdigits models rollback digit' goes back" in told


def test_show_and_compare(models: Models, tmp_path: Path) -> None:
    for name, kind in (("pens", "digit"), ("wide", "line")):
        make_run(tmp_path / name, kind)
        models("add", name, "--name", name)
    assert "val_pens             0.95" in models("show", "pens")
    assert json.loads(models("show", "shipped", "--kind", "line", "--json"))["active"] is True
    epochs = str(Model.shipped("digit").config["epochs"])
    assert ["epochs", epochs, "2"] in [line.split() for line in models("compare", "shipped", "pens").splitlines()]
    rows = json.loads(models("compare", "shipped", "wide", "--json"))
    assert rows["kind"] == "line"
    assert rows["rows"]["val_mnist"] == [None, 0.9956]
    with pytest.raises(InkDigitsError, match="compare two of a kind"):
        models("compare", "pens", "wide")


def test_export_and_import(models: Models, tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    models("add", "run", "--name", "pens")
    assert models("export", "pens", "file.onnx") == "file.onnx\n"
    with pytest.raises(InkDigitsError, match="--force"):
        models("export", "pens", "file.onnx")
    assert json.loads(models("export", "pens", "--force", "--json"))["file"] == "pens.onnx"
    models("delete", "pens", "--yes")
    assert "pens is kept" in models("import", "file.onnx")
    damaged = bytearray((tmp_path / "file.onnx").read_bytes())
    damaged[1000] ^= 1
    (tmp_path / "damaged.onnx").write_bytes(damaged)
    with pytest.raises(InkDigitsError, match="damaged"):
        models("import", "damaged.onnx")


def test_an_export_wants_an_ending_it_knows_a_format_or_a_folder(models: Models, tmp_path: Path) -> None:
    for name in ("a.foo", "a"):
        with pytest.raises(InkDigitsError, match=rf"{name}: the ending says the format: \.onnx, .*; or --format"):
            models("export", "shipped", name)
        assert not (tmp_path / name).exists()
    assert models("export", "shipped", "a.foo", "--format", "onnx") == "a.foo\n"
    (tmp_path / "b.foo").mkdir()
    assert models("export", "shipped", "b.foo") == "b.foo/shipped-digit.onnx\n"


def test_every_change_is_in_the_log_where_people_have_accounts(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pwdlib", reason="accounts need the 'app' extra")
    from inkdigits.accounts.office import Accounts
    from inkdigits.storage import LOCAL

    monkeypatch.setenv("INKDIGITS_AUTH", "local")
    make_run(tmp_path / "run")
    models("export", "shipped", "theirs.onnx")
    for command in (
        ["add", "run", "--name", "pens"],
        ["import", "theirs.onnx", "--name", "theirs"],
        ["promote", "pens"],
        ["rollback", "digit"],
        ["delete", "pens", "--yes"],
    ):
        models(*command)
    entries, _ = Accounts.open().audit.entries(LOCAL)
    assert sorted(entry.subject for entry in entries) == [
        "added run",
        "back, digit",
        "deleted pens",
        "imported theirs.onnx",
        "pens",
    ]


def test_errors_are_one_line_and_nothing_is_deleted_unasked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_run(tmp_path / "run")
    for arguments, words in (
        (["add", "nowhere"], "holds no finished model"),
        (["promote", "../run"], "is no model id"),
        (["add", "run", "--name", "pens"], ""),
        (["delete", "pens"], "say --yes"),
    ):
        result = run_here(tmp_path, "models", *arguments, INKDIGITS_HOME=str(home))
        said = result.stderr.decode()
        assert result.returncode == (Exit.USAGE if words else 0)
        assert words in said
        assert said.count("\n") == bool(words)
    assert (home / "models" / "pens").is_dir()
