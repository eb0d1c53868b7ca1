"""A field's writing in its normal form, whatever its place, size, light and polarity; rulings do not shrink it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting import Picture, draw, paper, strokes_of
from inkdigits.segmentation.line import HEIGHT, Line, find_line

NUMBERS = st.text("0123456789", min_size=2, max_size=7)


def written(number: str, height: int = 60, margin: int = 40, ground: Picture | int = 235) -> Picture:
    """A number on level paper: uint8 (height + 2 margins, W)."""
    step = round(height * 0.95)
    shape = (height + 2 * margin, step * len(number) + 2 * margin)
    canvas = np.full(shape, ground, np.uint8) if isinstance(ground, int) else ground[: shape[0], : shape[1]].copy()
    for place, label in enumerate(number):
        pen = max(2, height // 12)
        canvas = draw(strokes_of(int(label)), shape, height, margin + place * step, margin, pen, 40, canvas)
    return canvas


def likeness(one: Line, two: Line) -> float:
    """Correlation of two lines, the second stretched to the first's width."""
    other = cv2.resize(two.pixels, one.pixels.shape[::-1], interpolation=cv2.INTER_AREA).astype(float)
    blurred = (cv2.GaussianBlur(line.astype(float), (0, 0), 1.0).ravel() for line in (one.pixels.astype(float), other))
    return float(np.corrcoef(*blurred)[0, 1])


@given(number=NUMBERS, right=st.integers(0, 90), down=st.integers(0, 50))
def test_a_shifted_number_gives_the_same_line(number: str, right: int, down: int) -> None:
    picture = written(number)
    shifted = cv2.copyMakeBorder(picture, down, 50 - down, right, 90 - right, cv2.BORDER_REPLICATE)
    one, two = find_line(picture), find_line(shifted)
    assert likeness(one, two) > 0.9
    assert two.left - one.left == pytest.approx(right, abs=3)
    assert two.top - one.top == pytest.approx(down, abs=3)


@given(number=NUMBERS, factor=st.floats(0.5, 6))
def test_a_scaled_number_gives_the_same_line(number: str, factor: float) -> None:
    picture = written(number)
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method)
    assert likeness(find_line(picture), find_line(scaled)) > 0.9


@given(number=NUMBERS, contrast=st.floats(0.25, 1), level=st.integers(0, 40))
def test_a_paler_or_brighter_number_gives_the_same_line(number: str, contrast: float, level: int) -> None:
    picture = written(number)
    changed = np.clip(picture * contrast + level, 0, 255).astype(np.uint8)
    assert likeness(find_line(picture), find_line(changed)) > 0.95


@given(number=NUMBERS)
def test_light_on_dark_is_the_same_line(number: str) -> None:
    picture = written(number)
    assert np.array_equal(find_line(picture).pixels, find_line(255 - picture).pixels)


@given(number=NUMBERS, noise=st.floats(0, 6), slope=st.floats(-70, 70))
def test_uneven_light_hardly_changes_the_line(number: str, noise: float, slope: float) -> None:
    sheet = paper((140, 800), len(number), 190, noise, slope)
    assert likeness(find_line(written(number)), find_line(written(number, ground=sheet))) > 0.85


def rotated(picture: Picture, degrees: float) -> Picture:
    """Turned clockwise about its middle."""
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("degrees", [-5, -2, 2, 5])
def test_a_long_number_is_leveled(degrees: float) -> None:
    picture = written("3141592653", margin=90)
    turned = rotated(picture, degrees)
    line = find_line(turned)
    assert line.slope == pytest.approx(np.tan(np.radians(degrees)), abs=0.02)
    assert line.scale == pytest.approx(find_line(picture).scale, rel=0.12)


@pytest.mark.parametrize("number", ["58098", "27", "1047"])
def test_the_writing_fills_the_rows(number: str) -> None:
    rows = np.flatnonzero((find_line(written(number)).pixels > 100).any(axis=1))
    assert 22 <= rows[-1] - rows[0] + 1 <= 30


def test_rulings_boxes_dust_and_neighbors_do_not_shrink_the_writing() -> None:
    plain = find_line(written("58098", margin=60))
    ruled = written("58098", margin=60)
    cv2.line(ruled, (0, 150), (ruled.shape[1], 152), 60, 2)
    boxed = written("58098", margin=60)
    cv2.rectangle(boxed, (8, 12), (boxed.shape[1] - 9, boxed.shape[0] - 12), 50, 3)
    dusty = written("58098", margin=60)
    dusty[20:23, 100:103] = dusty[165:168, 200:203] = 30
    crowded = written("58098", margin=60)
    crowded[:14, 60:90] = crowded[-16:, 150:260:9] = 40
    for name, picture in {"ruled": ruled, "boxed": boxed, "dusty": dusty, "crowded": crowded}.items():
        assert find_line(picture).scale == pytest.approx(plain.scale, rel=0.12), name


def test_columns_lead_back_to_the_picture() -> None:
    picture = np.full((400, 900), 240, np.uint8)
    picture = draw(strokes_of(0), picture.shape, 80, 300, 150, 8, 30, picture)
    picture = draw(strokes_of(1), picture.shape, 80, 700, 150, 8, 30, picture)
    line = find_line(picture)
    assert line.box is not None
    inked = np.flatnonzero((line.pixels > 128).any(axis=0))
    seen = np.flatnonzero((picture < 128).any(axis=0))
    assert line.left + inked[0] / line.scale == pytest.approx(seen[0], abs=5)
    assert line.left + (inked[-1] + 1) / line.scale == pytest.approx(seen[-1], abs=5)
    left, top, width, height = line.box
    assert (left, left + width) == (pytest.approx(seen[0], abs=5), pytest.approx(seen[-1], abs=5))
    assert (top, height) == (pytest.approx(150, abs=8), pytest.approx(80, abs=14))


def test_a_small_number_on_a_large_page_is_read_from_its_own_pixels() -> None:
    page = np.full((3000, 4000), 225, np.uint8)
    field = written("80713", height=50, ground=225)
    page[1500 : 1500 + field.shape[0], 2000 : 2000 + field.shape[1]] = field
    line = find_line(page)
    assert likeness(line, find_line(field)) > 0.9
    assert line.box is not None
    assert line.box[0] == pytest.approx(2040, abs=12)


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 2), (2, 1), (4, 1), (1, 5000), (5000, 1), (5, 5), (40, 3000), (300, 200)]
)
@pytest.mark.parametrize("level", [0, 127, 255])
def test_blank_is_blank(shape: tuple[int, int], level: int) -> None:
    line = find_line(np.full(shape, level, np.uint8), trace=True)
    assert line.blank
    assert line.pixels.shape == (HEIGHT, HEIGHT)
    assert not line.pixels.any()


@given(seed=st.integers(0, 2**32), noise=st.floats(0, 8), slope=st.floats(-60, 60))
def test_empty_paper_is_blank(seed: int, noise: float, slope: float) -> None:
    assert find_line(paper((120, 400), seed, 190, noise, slope)).blank


@given(st.integers(1, 60), st.integers(1, 90), st.integers(0, 2**32))
def test_no_picture_breaks_it(height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for picture in (
        rng.integers(0, 256, (height, width), dtype=np.uint8),
        np.where(rng.random((height, width)) < 0.1, 0, 255).astype(np.uint8),
    ):
        line = find_line(picture, trace=True)
        assert line.pixels.shape[0] == HEIGHT
        assert line.pixels.shape[1] >= HEIGHT
        assert line.pixels.dtype == np.uint8


def test_stages_only_when_asked() -> None:
    picture = written("42")
    assert find_line(picture).stages == ()
    stages = find_line(picture, trace=True).stages
    assert stages[0].picture.shape == picture.shape
    assert stages[-1].picture.shape[0] == HEIGHT


@pytest.mark.parametrize("degrees", [-8, -4, 4, 8])
def test_ink_of_a_sloping_line_is_where_the_line_says(degrees: float) -> None:
    picture = written("3141592653", margin=90)
    turned = rotated(picture, degrees)
    line = find_line(turned)
    rows, columns = np.nonzero(line.pixels > 128)
    x = line.left + (columns + 0.5) / line.scale
    y = line.top + (rows + 0.5) / line.scale + line.slope * (x - line.left)
    inked = np.nonzero(turned < 128)
    assert abs(y.mean() - inked[0].mean() - 0.5) < 1.2


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("rim", [0, 2])
def test_a_straight_1_at_the_side_of_a_tight_crop_stays_and_a_wall_goes(side: str, rim: int) -> None:
    picture = written("956", margin=60)
    inked = np.nonzero(picture < 128)
    top, bottom, left, right = inked[0].min(), inked[0].max(), inked[1].min(), inked[1].max()
    at = left - 24 if side == "left" else right + 24
    crop = np.s_[top - rim : bottom + 1 + rim, min(left, at - 3) - rim : max(right, at + 3) + 1 + rim]
    plain = (find_line(picture[crop]).pixels > 128).any(axis=0)
    stick = cv2.line(picture.copy(), (int(at), int(top + 2)), (int(at), int(bottom - 2)), 30, 2)
    line = (find_line(stick[crop]).pixels > 128).any(axis=0)
    assert np.count_nonzero(np.diff(line.astype(int)) > 0) == np.count_nonzero(np.diff(plain.astype(int)) > 0) + 1

    roomy = np.s_[top - 20 : bottom + 21, crop[1]]
    wall = cv2.line(picture.copy(), (int(at), 0), (int(at), len(picture)), 30, 2)
    assert find_line(wall[roomy]).box[2] < right - left + 12


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("label", [2, 5, 8])
def test_half_a_digit_of_the_next_number_is_left_out(side: str, label: int) -> None:
    picture = written("4725", margin=70)
    beside = written(str(label), margin=70)
    half = beside[:, 70 + 26 : 70 + 70] if side == "left" else beside[:, 40 : 70 + 26]
    together = np.hstack((half, picture[:, 40:])) if side == "left" else np.hstack((picture[:, :-40], half))
    ours = find_line(picture)
    line = find_line(together)
    assert line.box
    assert ours.box
    assert line.box[2] == pytest.approx(ours.box[2], abs=4)


def test_a_digit_at_the_side_stays_when_it_belongs_to_the_number() -> None:
    picture = written("4725")
    line = find_line(picture)
    assert line.box
    flush = find_line(picture[:, line.box[0] + 2 :])  # cut through the 4, but no gap parts it from the 7
    assert flush.box
    assert flush.box[:1] == (0,)
    tight = find_line(picture[line.box[1] : line.box[1] + line.box[3], line.box[0] : line.box[0] + line.box[2]])
    assert tight.box
    assert tight.box[2] == pytest.approx(line.box[2], abs=2)
    apart = np.hstack((written("1", margin=70)[:, :130], written("000", margin=70)[:, 40:]))
    found = find_line(apart)  # the 1 is whole
    assert found.box
    assert found.box[0] > 50
    rows, columns = slice(found.box[1], found.box[1] + found.box[3]), slice(found.box[0], found.box[0] + found.box[2])
    cropped = find_line(apart[rows, columns])  # nothing is around it: its side cuts nothing
    assert cropped.box
    assert cropped.box[2] == pytest.approx(found.box[2], abs=2)
