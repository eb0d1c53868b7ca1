"""One of several can be chosen again and again, whatever it is called."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from inkdigits.evaluation.background import Asked, make_folder
from inkdigits.jobs.files import write_json
from inkdigits.web.picker import told_apart

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "studio_evaluate.py"


def test_the_oldest_keeps_its_title_and_none_changes_when_another_comes() -> None:
    titles = {"c": "mine", "b": "other", "a": "mine"}
    assert told_apart(titles) == {"a": "mine", "b": "other", "c": "mine (2)"}
    assert told_apart({"d": "mine", **titles}) == {"a": "mine", "b": "other", "c": "mine (2)", "d": "mine (3)"}


def test_each_of_two_measurements_of_the_same_second_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    asked = Asked(("shipped",), "mine.csv", "mine", "2026-11-20T10:00:00+00:00")
    for words in ("no label", "no digit"):
        folder = make_folder(tmp_path / "evaluations")
        write_json(folder / "asked.json", asdict(asked))
        write_json(folder / "ended.json", {"reason": "error", "message": words})
    app = testing.AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert [told(app, place) for place in (1, 0, 1)] == ["no label", "no digit", "no label"]


def told(app: Any, place: int) -> str:
    """Chooses a measurement, and gives what its page says of it."""
    chosen = next(box for box in app.selectbox if box.label == "Measurement")
    assert len(set(chosen.options)) == 2
    chosen.select_index(place).run()
    assert not app.exception
    return str(app.error[0].value).removeprefix("**Nothing was measured.** ")
