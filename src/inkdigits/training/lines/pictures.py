"""Synthetic pictures of lines: numbers and other things written on one line, on paper, as a camera sees them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.images.page import Grey
from inkdigits.training.lines.hands import Hand, choose_hand, desk_of
from inkdigits.training.lines.layout import Layout, Placed, lay_out
from inkdigits.training.lines.paper import Scene, Segment, photograph
from inkdigits.training.lines.strings import DIGITS, Text, chance, compose, label_of, signs
from inkdigits.training.lines.writing import draw_ink, wear
from inkdigits.training.sources import Sources

Rng = np.random.Generator
Window = tuple[float, float, float, float]  # left, top, right, bottom, units of the text's height

_WIDEST = 1_500  # pixels


@dataclass(frozen=True, slots=True, eq=False)
class LinePicture:
    """A picture to learn from.

    Attributes:
        grey: uint8 (H, W), as a camera sees it.
        label: What stands there, in ``strings.ALPHABET``.
        kind: Which of ``strings.TEXTS`` it is.
    """

    grey: Grey
    label: str
    kind: str


def make_line(sources: Sources, rng: Rng, kind: str | None = None) -> LinePicture:
    """Makes one picture of one line.

    Args:
        sources: Whose digits and letters to use.
        rng: Source of chance; the same state makes the same picture.
        kind: One of ``strings.TEXTS``; None picks one by its weight.

    Returns:
        The picture and its label.

    Raises:
        KeyError: There is no such kind.
    """
    kind, text = compose(rng, kind)
    scene = Scene.choose(rng)
    hand = choose_hand(desk_of(sources), rng)
    comb = _suits_comb(text) and chance(rng, 0.05)  # more, and too many 1s are taken for rules
    layout = lay_out(text, hand, _pen(rng), comb, rng)
    size = _size(rng)
    window = _window(layout, scene, rng)
    size = min(size, _WIDEST / (window[2] - window[0]))
    layout.placed += _intruders(layout, window, hand, rng)
    finest = 40.0 if size < 40 else size
    ink = draw_ink(layout, finest, window, hand.kind == "bitmaps", rng)
    if finest > size:
        shape = (max(4, round(ink.shape[1] * size / finest)), max(4, round(ink.shape[0] * size / finest)))
        ink = cv2.resize(ink, shape, interpolation=cv2.INTER_AREA)
    ink = wear(ink, size, layout.pen if hand.strokes else 0.12, rng)
    rules = _rules(layout, window, kind, scene, size, ink.shape, rng)
    grey = photograph(ink, size, scene, rules, rng)
    if chance(rng, 0.12):
        grey = _turn(grey, rng)
    elif chance(rng, 0.08):
        grey = _rotate(grey, float(rng.uniform(-12, 12)))
    return LinePicture(grey, label_of(text), kind)


def _suits_comb(text: Text) -> bool:
    return bool(text) and all(sign.kind in DIGITS for sign in text)


def _pen(rng: Rng) -> float:
    """A pencil's to a felt pen's width, as a share of the text's height; some write with a brush."""
    if chance(rng, 0.1):
        return float(rng.uniform(0.12, 0.22))
    return float(np.clip(rng.lognormal(np.log(0.064), 0.45), 0.022, 0.2))


def _size(rng: Rng) -> float:
    """The text's height in pixels."""
    return float(np.clip(rng.lognormal(np.log(38), 0.42), 15, 150))


def _window(layout: Layout, scene: Scene, rng: Rng) -> Window:
    """The crop: tight, cutting a little, or generous."""
    left, top, right, bottom = layout.box()
    drawn = rng.random()
    if layout.rules:
        rim = rng.uniform(-0.15, 0.5, 4)
        left, right = min(left, layout.rules[0]), max(right, layout.rules[-1])
        top, bottom = top - 0.1, bottom + 0.1
    elif drawn < (0.6 if scene.kind == "cheque" else 0.3):
        rim = rng.normal(0.05, 0.06, 4) + np.array([0.0, 0.06, 0.0, 0.06]) * float(rng.uniform(0, 3))
    elif drawn < 0.85:
        rim = rng.uniform(0.05, 0.5, 4)
    else:
        rim = rng.uniform(0.2, 1.0, 4) * (1.5, 1.0, 1.5, 1.0)
    rim = np.maximum(rim, -0.06)
    return left - float(rim[0]), top - float(rim[1]), right + float(rim[2]), bottom + float(rim[3])


def _intruders(layout: Layout, window: Window, hand: Hand, rng: Rng) -> list[Placed]:
    """Parts of other writing that reach into the crop; they are not read."""
    found: list[Placed] = []
    box = layout.box()
    for above in (True, False):
        room = box[1] - window[1] if above else window[3] - box[3]
        if room < 0.12 or not chance(rng, 0.14):
            continue
        other = lay_out(signs("".join(map(str, rng.integers(0, 10, 8)))), hand, layout.pen, False, rng)
        _, top, _, bottom = other.box()
        seen = min(room * float(rng.uniform(0.2, 0.9)), 0.4)
        shift_y = window[1] + seen - bottom if above else window[3] - seen - top
        shift_x = window[0] - float(rng.uniform(0, 2))
        for placed in other.placed:
            _shift(placed, shift_x, shift_y)
        found += other.placed
    for before in (True, False):
        room = box[0] - window[0] if before else window[2] - box[2]
        if room < 0.1 or not chance(rng, 0.04):
            continue
        # The rim of a round digit: a sliver of a 1 would be a 1.
        other = lay_out(signs("023568"[int(rng.integers(6))]), hand, layout.pen, False, rng)
        left, _, right, _ = other.box()
        seen = min(0.22 * (right - left), room * 0.6)
        _shift(other.placed[0], window[0] + seen - right if before else window[2] - seen - left, 0.0)
        found += other.placed
    return found


def _shift(placed: Placed, x: float, y: float) -> None:
    for stroke in placed.strokes:
        stroke += (x, y)
    placed.matrix[:, 2] += (x, y)
    left, top, right, bottom = placed.box
    placed.box = (left + x, top + y, right + x, bottom + y)


def _rules(
    layout: Layout, window: Window, kind: str, scene: Scene, size: float, shape: tuple[int, ...], rng: Rng
) -> list[Segment]:
    """Printed lines near or through the writing: combs, cells, writing lines."""
    height, width = shape
    left, top, right, bottom = layout.box()
    x0, y0, x1, y1 = ((v - o) * size for v, o in zip((left, top, right, bottom), window[:2] * 2, strict=True))
    tilt = float(rng.normal(0, 0.012))
    found: list[Segment] = []
    if layout.rules:
        upper, lower = y0 - size * float(rng.uniform(0.05, 0.35)), y1 + size * float(rng.uniform(0.05, 0.35))
        ends = [(rule - window[0]) * size for rule in layout.rules]
        tick = lower - (lower - upper) * float(rng.uniform(0.15, 0.4)) if chance(rng, 0.2) else upper
        found += [(x, tick, x + tilt * size, lower) for x in ends]
        found.append((ends[0], lower, ends[-1], lower + tilt * width))
        if tick == upper:
            found.append((ends[0], upper, ends[-1], upper + tilt * width))
        return found
    drawn = rng.random()
    cell = 0.35 if kind == "cell" else 0.06
    if drawn < cell:
        rim = rng.uniform(-0.03, 0.4, 4) * size
        if chance(rng, 0.3):
            rim += size * 0.2
        sides = rng.random(4) < (0.85 if chance(rng, 0.7) else 0.5)
        a, b, c, d = x0 - rim[0], y0 - rim[1], x1 + rim[2], y1 + rim[3]
        beyond = size * float(rng.uniform(0.25, 1.0))  # a rule no taller than the text would be a 1
        lines = (
            (a, b - beyond, a - tilt * height, d + beyond),
            (a - beyond, b, c + beyond, b + tilt * width),
            (c, b - beyond, c - tilt * height, d + beyond),
            (a - beyond, d, c + beyond, d + tilt * width),
        )
        return [line for line, drawn_side in zip(lines, sides, strict=True) if drawn_side]
    if drawn < cell + (0.3 if scene.kind == "cheque" else 0.16):
        level = y1 + size * float(rng.normal(0.0, 0.12))
        found.append((-9.0, level, width + 9.0, level + tilt * width))
        if chance(rng, 0.35):
            pitch = size * float(rng.uniform(1.0, 1.7))
            found.append((-9.0, level - pitch, width + 9.0, level - pitch + tilt * width))
    elif drawn < cell + 0.34:
        pitch = size * float(rng.uniform(0.35, 1.1))
        start = float(rng.uniform(0, pitch))
        found += [(-9.0, y, width + 9.0, y + tilt * width) for y in np.arange(start, height, pitch)]
        if chance(rng, 0.5):  # squared paper
            found += [(x, -9.0, x - tilt * height, height + 9.0) for x in np.arange(start, width, pitch)]
    return found


def _turn(grey: Grey, rng: Rng) -> Grey:
    """A camera held aslant: a mild perspective, its border filled with what is next to it."""
    height, width = grey.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + (rng.normal(0, 0.035, (4, 2)) * height).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    return cv2.warpPerspective(grey, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _rotate(grey: Grey, angle: float) -> Grey:
    """A page that lies aslant, by degrees; its border filled with what is next to it."""
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    reach = np.abs(matrix[:, :2]) @ (width, height)
    matrix[:, 2] += (reach - (width, height)) / 2
    size = (round(float(reach[0])), round(float(reach[1])))
    return cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
