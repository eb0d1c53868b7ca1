"""Checking a batch on its page: doubtful numbers with their pictures, and downloads in which the answers count."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

from handwriting import doubtful_picture, encode, number_picture
from inkdigits.batch.shelf import Shelf
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL
from inkdigits.web.batch import check
from web.batch_page import at_home, run, texts, until_finished


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from at_home(tmp_path / "home", monkeypatch)


@pytest.fixture
def app(home: Path) -> Any:
    """The page with a finished batch of two doubtful numbers and a sure one between."""
    app = run()
    app.button_group(key="batch_expect").set_value("number").run()
    pictures = {"a": doubtful_picture(), "b": number_picture("2063"), "c": doubtful_picture("58098", "31746")}
    app.file_uploader[0].set_value(
        [(f"{name}.png", encode(each), "image/png") for name, each in pictures.items()]
    ).run()
    app.button(key="batch_start").click().run()
    until_finished(app)
    return app


def fields(app: Any) -> list[Any]:
    return [field for field in app.text_input if field.key.startswith("batch_is_")]


def results(home: Path) -> list[dict[str, str]]:
    """What the download holds."""
    shelf = Shelf(Settings(home=home))
    (batch,) = shelf.list(LOCAL)
    return list(csv.DictReader(io.StringIO(shelf.download(LOCAL, batch.id, "results.csv").decode("utf-8-sig"))))


def test_doubtful_numbers_are_checked_and_that_counts_in_the_download(home: Path, app: Any) -> None:
    assert [field.label for field in fields(app)] == ["a.png, page 1, number 1", "c.png, page 1, number 1"]
    assert texts(app).count('class="ink-cutting"') == 2
    assert app.caption[1].value.startswith("0 of 2 doubtful numbers checked")
    assert {row["status"] for row in results(home)} <= {"sure", "look again", "no number"}
    fields(app)[0].set_value("4,719").run()
    assert app.caption[1].value.startswith("1 of 2")
    assert len(fields(app)) == 2  # nothing jumps away under somebody's hands
    as_read = fields(app)[1].value
    assert app.button(key="batch_right").label == "The others are right"
    app.button(key="batch_right").click().run()
    assert not app.exception
    assert "All are checked" in texts(app)
    first, sure, last = results(home)
    assert (first["text"], first["raw"], first["status"]) == ("4719", "4,719", "checked")
    assert (sure["text"], sure["status"]) == ("2063", "sure")
    assert (last["raw"] or last["text"], last["status"]) == (as_read, "checked")
    app.button_group(key="batch.check.view").set_value("done").run()
    assert [field.value for field in fields(app)] == ["4,719", as_read]
    fields(app)[0].set_value("4718").run()
    assert results(home)[0]["text"] == "4718"


def test_a_check_is_taken_back_and_what_is_no_number_is_said_beside_its_field(home: Path, app: Any) -> None:
    before = results(home)
    fields(app)[0].set_value("none").run()
    assert [error.value for error in app.error] == ["A number has digits and signs only."]
    assert results(home) == before
    app.button(key="batch_right").click().run()
    assert not app.error
    assert [row["status"] for row in results(home)] == ["checked", "sure", "checked"]
    app.button(key="batch_undo").click().run()
    assert results(home) == before
    assert app.caption[1].value.startswith("0 of 2")
    assert "batch_undo" not in {button.key for button in app.button}


def test_numbers_come_some_at_a_time_and_may_be_skipped(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "AT_ONCE", 1)
    app.session_state[check.PAGE] = (None, None, ())
    app.run()
    assert [field.label[0] for field in fields(app)] == ["a"]
    app.button(key="batch_next").click().run()
    assert [field.label[0] for field in fields(app)] == ["c"]
    app.button(key="batch_right").click().run()
    assert [field.label[0] for field in fields(app)] == ["a"]
    assert "batch_next" not in {button.key for button in app.button}
    app.button(key="batch_right").click().run()
    assert "All are checked" in texts(app)
