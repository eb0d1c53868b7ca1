"""What the browser sends becomes a drawing, or a clear refusal."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

from inkdigits import Reader
from inkdigits.errors import InkDigitsError, LimitError, StrokeError
from inkdigits.web.pad import MAX_POINTS, MAX_STROKES, REACH, SIDE, Drawing

SEVEN = {"p": [280, 220, 720, 220, 600, 450, 450, 820], "w": 36}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["p", "w", "x"]), inner, max_size=3),
    max_leaves=12,
)


def payload(*strokes: Any, revision: Any = 1) -> dict[str, Any]:
    return {"revision": revision, "down": False, "strokes": list(strokes)}


def test_strokes_of_one_width_and_of_many() -> None:
    drawing = Drawing.from_payload(payload(SEVEN, {"p": [1, 2, 3, 4], "w": [10, 20.5]}, revision=9))
    assert drawing.revision == 9
    assert drawing.strokes[0].widths == (36, 36, 36, 36)
    assert drawing.strokes[1].points == ((1, 2), (3, 4))
    assert drawing.strokes[1].widths == (10, 20.5)


def test_a_drawing_survives_its_way_to_the_pad_and_back() -> None:
    drawing = Drawing.from_payload(payload(SEVEN))
    assert Drawing.from_payload(json.loads(json.dumps(drawing.to_payload()))) == drawing


def test_the_reader_takes_its_points(reader: Reader) -> None:
    assert reader.read_strokes(Drawing.from_payload(payload(SEVEN)).points).text == "7"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (None, "no list of strokes"),
        ({"revision": 1}, "no list of strokes"),
        (payload(revision="1"), "revision '1'"),
        (payload(revision=-1), "revision -1"),
        (payload(revision=True), "revision True"),
        (payload([1, 2]), "not a mapping"),
        (payload({"p": [1, 2, 3], "w": 5}), "x, y between"),
        (payload({"p": [], "w": 5}), "x, y between"),
        (payload({"p": [1, float("nan")], "w": 5}), "x, y between"),
        (payload({"p": [1, REACH + 1], "w": 5}), "x, y between"),
        (payload({"p": [1, "2"], "w": 5}), "x, y between"),
        (payload({"p": [1, 2], "w": [5, 5]}), "widths"),
        (payload({"p": [1, 2], "w": None}), "widths"),
        (payload({"p": [1, 2], "w": 1e9}), "widths"),
    ],
)
def test_anything_else_is_refused_in_words(sent: object, words: str) -> None:
    with pytest.raises(StrokeError, match=words):
        Drawing.from_payload(sent)


def test_limits_are_named() -> None:
    with pytest.raises(LimitError, match=f"holds {MAX_POINTS:,}"):
        Drawing.from_payload(payload({"p": [1] * (2 * MAX_POINTS + 2), "w": 5}))
    with pytest.raises(LimitError, match=f"holds {MAX_STROKES}"):
        Drawing.from_payload(payload(*[SEVEN] * (MAX_STROKES + 1)))


@given(st.lists(json_values, max_size=3))
def test_random_json_is_a_drawing_or_a_clear_error(strokes: list[Any]) -> None:
    with contextlib.suppress(InkDigitsError):
        Drawing.from_payload(payload(*strokes)).to_png(40)


def test_png_is_black_ink_on_white() -> None:
    data = np.frombuffer(Drawing.from_payload(payload(SEVEN)).to_png(400), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert picture.shape == (400, 400)
    assert picture[5, 5] == 255
    assert picture[88, 200] == 0
    column = picture[:200, 200] < 128
    assert column.sum() == pytest.approx(36 * 400 / 1000, abs=1.5)


def test_png_of_a_dot_and_of_nothing() -> None:
    dot = cv2.imdecode(
        np.frombuffer(Drawing.from_payload(payload({"p": [500, 500], "w": 60})).to_png(100), np.uint8), 0
    )
    assert dot[50, 50] == 0
    empty = cv2.imdecode(np.frombuffer(Drawing().to_png(100), np.uint8), 0)
    assert empty.min() == 255


def test_png_of_a_wide_drawing_shows_all_of_it() -> None:
    wide = Drawing.from_payload(payload({"p": [100, 500, 2900, 500], "w": 40}))
    picture = cv2.imdecode(np.frombuffer(wide.to_png(100), np.uint8), 0)
    assert picture.shape == (100, round(100 * (2900 + 100) / SIDE))
    assert picture[50, 289] == 0
    assert picture[:, -1].min() == 255
