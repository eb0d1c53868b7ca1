"""The draw page's script without a browser: what it does with what a browser may send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

from streamlit.testing.v1 import AppTest

import inkdigits
from inkdigits import Reader

PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "draw.py"
SEVEN = {"p": [280, 220, 720, 220, 600, 450, 450, 820], "w": 36}


def run(sent: Any, **state: Any) -> AppTest:
    """The page after the browser sent some ink."""
    page = AppTest.from_file(str(PAGE), default_timeout=150)
    page.session_state["draw.pad"] = {"ink": sent}
    page.session_state["draw.pad.mounted"] = None
    for key, value in state.items():
        page.session_state[key.replace("__", ".")] = value
    return page.run()


def frame(*strokes: Any, revision: int = 1) -> dict[str, Any]:
    return {"revision": revision, "down": False, "strokes": list(strokes)}


def test_a_drawing_is_read_once_for_each_revision() -> None:
    page = run(frame(SEVEN))
    revision, shape, reading, _ = page.session_state["draw.reading"]
    assert (revision, shape, reading.text) == (1, "digit", "7")
    page.run()
    assert page.session_state["draw.reading"][2] is reading


def test_a_trace_is_kept_only_while_the_details_are_open() -> None:
    assert run(frame(SEVEN)).session_state["draw.reading"][2].trace == ()
    assert run(frame(SEVEN), draw__details_details=True).session_state["draw.reading"][2].trace


def test_the_same_ink_is_read_again_as_a_number() -> None:
    page = run(frame(SEVEN), draw__shape="number")
    _, shape, reading, _ = page.session_state["draw.reading"]
    assert (shape, len(reading.numbers)) == ("number", 1)


@pytest.mark.parametrize(("shape", "changed", "again"), [("digit", "line", False), ("number", "line", True)])
def test_what_is_promoted_reads_the_same_ink_again(
    shape: str, changed: str, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run(frame(SEVEN), draw__shape=shape)
    reading = page.session_state["draw.reading"][2]
    models = {**Reader().models, changed: "mine"}
    monkeypatch.setattr(Reader, "models", property(lambda self: models))
    page.session_state["draw.live"] = False
    page.run()
    assert (page.session_state["draw.reading"][2] is not reading) is again
    reading = page.session_state["draw.reading"][2]
    monkeypatch.setattr(Reader, "model", property(lambda self: "mine"))
    page.run()
    assert (page.session_state["draw.reading"][2] is not reading) is (shape == "digit")
    assert page.session_state["draw.reading"][2].text == "7"


def test_an_empty_pad_is_not_read() -> None:
    assert "draw.reading" not in run(frame())


def test_without_live_reading_nothing_is_read_until_asked() -> None:
    page = run(frame(SEVEN), draw__live=False)
    assert "draw.reading" not in page.session_state
    page.button(key="draw.predict").click().run()
    assert page.session_state["draw.reading"][2].text == "7"


@pytest.mark.parametrize(
    "sent", ["nonsense", [1, 2], {"strokes": [{"p": [1], "w": 1}], "revision": 1}, frame(*[SEVEN] * 5000)]
)
def test_what_is_no_drawing_is_an_error_in_words(sent: Any) -> None:
    page = run(sent)
    assert not page.exception
    assert len(page.error) == 1
    assert "reload the page" in page.error[0].value or "clear some" in page.error[0].value
