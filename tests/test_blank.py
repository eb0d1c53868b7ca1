"""Blank and nearly blank pictures are never read as a digit."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting import paper
from inkdigits import Reader


def blank_pictures() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    faint = np.full((200, 200), 250, np.uint8)
    faint[90:110, 95:105] = 244
    speck = np.full((280, 280), 255, np.uint8)
    speck[40, 70] = 0
    cell = paper((120, 120), 3)
    cell[[4, 5, 114, 115], :] = 60
    cell[:, [4, 5, 114, 115]] = 60
    return {
        "white": np.full((280, 280), 255, np.uint8),
        "black": np.zeros((280, 280), np.uint8),
        "grey": np.full((50, 400), 127, np.uint8),
        "one pixel": np.zeros((1, 1), np.uint8),
        "one row": np.full((1, 300), 255, np.uint8),
        "faint": faint,
        "a dead pixel": speck,
        "noise": rng.integers(0, 256, (200, 200), dtype=np.uint8),
        "sensor noise": np.clip(rng.normal(200, 6, (300, 300)), 0, 255).astype(np.uint8),
        "gradient": np.tile(np.linspace(120, 230, 300).astype(np.uint8), (200, 1)),
        "vignette": (230 - 90 * np.add.outer(np.linspace(-1, 1, 240) ** 2, np.linspace(-1, 1, 240) ** 2) / 2).astype(
            np.uint8
        ),
        "paper": paper((300, 400)),
        "dark paper": 255 - paper((300, 400)),
        "paper in bad light": paper((400, 300), level=110, noise=7, slope=110),
        "empty cell": cell,
    }


@pytest.mark.parametrize("name", blank_pictures())
def test_blank_is_never_a_digit(reader: Reader, name: str) -> None:
    reading = reader.read(blank_pictures()[name], expect="digit")
    assert reading.text == ""
    assert reading.digits[0].label is None
    assert reading.digits[0].reason in ("blank", "not_a_digit", "unsure")


def marks_nobody_wrote() -> dict[str, np.ndarray]:
    sheet = np.full((240, 200), 236, np.uint8)
    blot = np.zeros(sheet.shape, np.float32)
    cv2.ellipse(blot, (120, 150), (7, 22), 20, 0, 360, 1.0, -1)
    narrow = np.full((260, 64), 245, np.uint8)
    cv2.rectangle(narrow, (3, 3), (60, 256), 30, 4)
    squares = np.full((300, 80), 225, np.uint8)
    squares[:, [14, 15, 38, 39, 62, 63]] = 90
    squares[[60, 61, 180, 181]] = 90
    ruling = np.full((300, 220), 205, np.uint8)
    ruling[:, 100:105] = 40
    return {
        "a soft drop": (sheet * (1 - 0.3 * cv2.GaussianBlur(blot, (0, 0), 3))).astype(np.uint8),
        "a narrow cell": narrow,
        "squared paper": squares,
        "one ruling": ruling,
    }


@pytest.mark.parametrize("name", marks_nobody_wrote())
def test_drops_and_rulings_are_no_digits(reader: Reader, name: str) -> None:
    assert reader.read(marks_nobody_wrote()[name], expect="digit").text == ""


def test_a_thick_pale_one_is_no_drop(reader: Reader) -> None:
    sheet = np.full((240, 200), 236, np.uint8)
    cv2.line(sheet, (124, 120), (112, 180), 180, 9, cv2.LINE_AA)
    assert reader.read(cv2.GaussianBlur(sheet, (0, 0), 1), expect="digit").text == "1"


@given(st.integers(0, 2**32), st.floats(60, 230), st.floats(0, 12), st.floats(-120, 120), st.booleans())
def test_empty_paper_is_never_a_digit(
    reader: Reader, seed: int, level: float, noise: float, slope: float, small: bool
) -> None:
    shape = (60, 80) if small else (300, 220)
    assert reader.read(paper(shape, seed, level, noise, slope), expect="digit").text == ""


@pytest.mark.parametrize("quality", [15, 50, 85])
def test_soft_light_in_a_narrow_picture_is_no_one(reader: Reader, quality: int) -> None:
    """A round vignette in a slim picture is long and pale, as a faint 1; but it has no edge."""
    rng = np.random.default_rng(quality)
    for width in range(40, 70, 2):
        y, x = np.mgrid[-1 : 1 : complex(0, 300), -1 : 1 : complex(0, width)]
        light = rng.uniform(140, 230) + rng.uniform(40, 80) * np.hypot(x, y) + rng.normal(0, 3, x.shape)
        _, data = cv2.imencode(".jpg", np.clip(light, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert reader.read(data.tobytes(), expect="digit").text == ""


@pytest.mark.parametrize("side", range(4))
def test_the_side_of_a_cell_is_no_one(reader: Reader, side: int) -> None:
    cell = paper((150, 190), 3, noise=2, slope=15)
    cell[13:131, 178:180] = 150
    assert reader.read(np.ascontiguousarray(np.rot90(cell, side)), expect="digit").text == ""


@pytest.mark.parametrize("side", range(4))
def test_a_ruling_that_fades_is_no_one(reader: Reader, side: int) -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        sheet = rng.normal(150, 3, (68, int(rng.integers(20, 50))))
        fading = 1 + 0.25 * np.sin(np.arange(68) / rng.uniform(3, 12) + rng.uniform(0, 6))
        sheet[:, sheet.shape[1] // 5] += rng.uniform(8, 22) * fading
        picture = np.ascontiguousarray(np.rot90(sheet.clip(0, 255).astype(np.uint8), side))
        assert reader.read(picture, expect="digit").text == ""
