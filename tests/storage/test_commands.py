"""The history on the command line: saved, listed, corrected, taken along, deleted; and the tables up and down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from handwriting import digit_picture
from inkdigits import InkDigitsError, OptionError
from inkdigits.cli import app


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Image.fromarray(digit_picture(7)).save("seven.png")
    return tmp_path / "home"


def ask(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, InkDigitsError):
        raise result.exception
    return result


def told(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ask(*arguments, "--json").stdout.splitlines()]


def test_nothing_is_kept_unless_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("read", "seven.png", "--expect", "digit").exit_code == 0
    assert not home.exists()
    monkeypatch.setenv("INKDIGITS_HISTORY", "true")
    ask("read", "seven.png", "--expect", "digit")
    ask("read", "seven.png", "--expect", "digit", "--no-save")
    assert len(told("history", "list")) == 1


def test_off_refuses_to_save(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HISTORY", "false")
    with pytest.raises(OptionError, match="INKDIGITS_HISTORY"):
        ask("read", "seven.png", "--expect", "digit", "--save")


def test_a_reading_from_saving_to_deleting(tmp_path: Path) -> None:
    assert ask("read", "seven.png", "--expect", "digit", "--save").exit_code == 0
    (record,) = told("history", "list", "--source", "cli", "--text", "SEVEN")
    name = record["id"]
    assert (record["text"], record["name"], record["settings"]["expect"]) == ("7", "seven.png", "digit")
    assert len(record["model_sha256"]) == 64
    assert told("history", "list", "--text", "eight") == []
    day = record["created"][:10]
    assert len(told("history", "list", "--from", day, "--to", day)) == 1
    assert told("history", "list", "--to", "2020-01-01") == told("history", "list", "--from", "2099-01-01") == []

    assert ask("history", "correct", name[:8], "1").stdout == "1\n"
    assert "corrected: 1" in ask("history", "show", name[:8]).stdout
    assert "1 picture in" in ask("history", "corrections", str(tmp_path / "mine")).stdout
    assert (tmp_path / "mine" / "labels.csv").read_text().split() == ["file,label", "000001.png,1"]
    assert ask("history", "undo", name[:8]).stdout == "7\n"

    assert "1 reading in" in ask("history", "export", "mine.zip").stdout
    with pytest.raises(OptionError, match="there already"):
        ask("history", "export", "mine.zip")
    assert "0 readings" in ask("history", "purge").stdout
    assert ask("history", "delete", name[:8], "--yes").stdout == "1 reading deleted\n"
    assert told("history", "list") == []
    with pytest.raises(OptionError, match="no reading"):
        ask("history", "show", name)


@pytest.mark.parametrize(("place", "said"), [(".", "is a folder"), ("none/mine.zip", "no folder none")])
def test_an_export_that_has_no_place_says_so(tmp_path: Path, place: str, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        ask("history", "export", place, "--force")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "seven.png"]


def test_deleting_names_what_or_all() -> None:
    with pytest.raises(OptionError, match="--all"):
        ask("history", "delete")
    ask("read", "seven.png", "--save")
    assert ask("history", "delete", "--all", "--yes").stdout == "1 reading deleted\n"


@pytest.mark.parametrize("command", [("history", "delete", "--all"), ("db", "downgrade", "base")])
def test_nothing_is_lost_where_nobody_can_be_asked(command: tuple[str, ...]) -> None:
    ask("read", "seven.png", "--save")
    with pytest.raises(OptionError, match="say --yes"):
        ask(*command)
    assert len(told("history", "list")) == 1


def test_a_name_is_listed_as_it_is() -> None:
    name = "[bold]7[red].png"
    Path("seven.png").rename(name)
    ask("read", name, "--save")
    assert name in ask("history", "list").stdout


def test_training_on_corrections_says_when_there_are_none() -> None:
    with pytest.raises(OptionError, match="no correction"):
        ask("train", "digit", "--finetune", "corrections")


def test_tables_up_and_down(home: Path) -> None:
    assert told("db", "current")[0]["tables"] is None
    assert not home.exists()
    ask("db", "upgrade")
    (now,) = told("db", "current")
    assert now["tables"] == now["program"]
    assert ask("db", "downgrade", "base", "--yes").exit_code == 0
    assert told("db", "current")[0]["tables"] is None
