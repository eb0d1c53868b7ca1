"""What a line is written on and how its picture was taken: paper, print, rulings, light, blur, noise, JPEG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.training.lines.patterns import grain_bank, pattern_bank, window
from inkdigits.training.lines.strings import chance

Rng = np.random.Generator
Sheet = npt.NDArray[np.float32]
Segment = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels


@dataclass(frozen=True, slots=True)
class Scene:
    """What the line stands on: "clean" (a drawing or a binarized scan), "paper" (a photo or scan), or "cheque"."""

    kind: str

    @classmethod
    def choose(cls, rng: Rng) -> Scene:
        """Draws a scene."""
        drawn = rng.random()
        return cls("clean" if drawn < 0.2 else "cheque" if drawn < 0.52 else "paper")


def photograph(ink: Grey, size: float, scene: Scene, rules: Sequence[Segment], rng: Rng) -> Grey:
    """Puts ink on its sheet and takes the picture.

    Args:
        ink: uint8 (H, W), ink 255 on 0.
        size: The text's height in pixels.
        scene: What it stands on.
        rules: Printed lines, in pixels.
        rng: Source of chance.

    Returns:
        uint8 (H, W), as seen.
    """
    if scene.kind == "clean":
        return _clean(ink, size, rules, rng)
    sheet = _cheque(ink.shape, size, rng) if scene.kind == "cheque" else _paper(ink.shape, rng)
    darkness = float(rng.uniform(0.42, 0.92) if chance(rng, 0.88) else rng.uniform(0.3, 0.42))
    if rules:
        printed = _draw_rules(ink.shape, size, rules, rng)
        sheet *= 1 - printed * np.float32(rng.uniform(0.15, min(0.85, 1.4 * darkness)) / 255)
    sheet *= 1 - _amount(ink, darkness, rng)
    _light(sheet, rng)
    return _camera(sheet, size, rng)


def _clean(ink: Grey, size: float, rules: Sequence[Segment], rng: Rng) -> Grey:
    if rules:
        strength = np.float32(rng.uniform(0.3, 1.0) if len(rules) < 5 else rng.uniform(0.15, 0.7))
        ink = np.maximum(ink, (_draw_rules(ink.shape, size, rules, rng) * strength).astype(np.uint8))
    picture = ink
    if chance(rng, 0.3):
        picture = np.where(ink > float(rng.uniform(0.25, 0.65)) * float(ink.max()), 255, 0).astype(np.uint8)
    elif chance(rng, 0.3):
        picture = (ink * np.float32(rng.uniform(0.4, 1))).astype(np.uint8)
    if chance(rng, 0.2):
        picture = _jpeg(picture, rng)
    return picture if chance(rng, 0.25) else cv2.bitwise_not(picture)


def _amount(ink: Grey, darkness: float, rng: Rng) -> Sheet:
    """How much light the ink takes away: uneven pressure, a dry pen's gaps, pencil grain."""
    amount = ink * np.float32(darkness / 255)
    drawn = rng.random()
    fields = grain_bank()
    if drawn < 0.3:  # pressure comes and goes
        cloud = window(fields[5 + int(rng.integers(2))], ink.shape, rng)
        amount *= np.clip(1 + cloud * np.float32(rng.uniform(0.05, 0.3)), 0.3, 1.15)
    elif drawn < 0.5:  # the paper's tooth takes no ink
        tooth = window(fields[int(rng.integers(2, 5))], ink.shape, rng)
        amount *= np.clip(np.float32(rng.uniform(0.8, 1.3)) + tooth * np.float32(rng.uniform(0.1, 0.35)), 0, 1)
    return np.minimum(amount, np.float32(0.97))


def _paper(shape: tuple[int, ...], rng: Rng) -> Sheet:
    level = rng.uniform(0.65, 1.0) if chance(rng, 0.85) else rng.uniform(0.4, 0.65)
    fields = grain_bank()
    texture = window(fields[int(rng.integers(len(fields)))], (shape[0], shape[1]), rng)
    return np.float32(level) + texture * np.float32(rng.uniform(0, 0.025))


def _cheque(shape: tuple[int, ...], size: float, rng: Rng) -> Sheet:
    """Tinted paper with a fine printed pattern, at a scale that fits the writing's."""
    sheet = _paper(shape, rng) * np.float32(rng.uniform(0.65, 1.0))
    bank = pattern_bank()
    scale = size / 48 * float(rng.uniform(0.55, 1.4))
    height, width = shape
    want = (max(2, int(height / scale)), max(2, int(width / scale)))
    for _ in range(2 if chance(rng, 0.15) else 1):
        tile = window(bank[int(rng.integers(len(bank)))], want, rng)
        if chance(rng, 0.5):
            tile = tile[::-1]
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        pattern = cv2.resize(np.ascontiguousarray(tile), (width, height), interpolation=method)
        sheet *= 1 - pattern * np.float32(rng.uniform(0.06, 0.42) / 255)
    if chance(rng, 0.12):  # the tint changes where another field begins
        edge = int(rng.uniform(0.1, 0.9) * width)
        sheet[:, edge:] *= np.float32(rng.uniform(0.75, 1.2))
    return sheet


def _draw_rules(shape: tuple[int, ...], size: float, rules: Sequence[Segment], rng: Rng) -> Grey:
    printed = np.zeros(shape, np.uint8)
    width = max(1, round(size * float(rng.uniform(0.015, 0.07 if len(rules) < 5 else 0.04))))
    for x0, y0, x1, y1 in rules:
        start, end = (round(x0 * 16), round(y0 * 16)), (round(x1 * 16), round(y1 * 16))
        cv2.line(printed, start, end, 255, width, cv2.LINE_AA, 4)
    if chance(rng, 0.1):  # dotted
        printed[:, :: max(2, width * 2)] = 0
    return printed


def _light(sheet: Sheet, rng: Rng) -> None:
    """Uneven light, a shadow's edge, a vignette; changes the sheet."""
    if chance(rng, 0.35):
        return
    height, width = sheet.shape
    slope_x, slope_y = rng.normal(0, 0.12, 2)
    x = np.linspace(-slope_x, slope_x, width, dtype=np.float32)
    y = np.linspace(-slope_y, slope_y, height, dtype=np.float32)
    sheet *= (1 + x)[None, :]
    sheet *= (1 + y)[:, None]
    if chance(rng, 0.12):
        across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * (height / width)
        angle = float(rng.uniform(0, 2 * np.pi))
        side = np.cos(angle) * across + np.sin(angle) * down - float(rng.uniform(-0.7, 0.7))
        steep = float(rng.uniform(4, 40))
        sheet *= 1 - np.float32(rng.uniform(0.1, 0.45)) / (1 + np.exp(-np.clip(side * steep, -30, 30)))


def _camera(sheet: Sheet, size: float, rng: Rng) -> Grey:
    if chance(rng, 0.6):
        most = 0.028 * size + 0.35 if chance(rng, 0.88) else 0.05 * size + 0.4
        sheet = cv2.GaussianBlur(sheet, (0, 0), float(rng.uniform(0.3, most)))
    sheet = sheet * np.float32(255)
    if chance(rng, 0.75):
        noise = window(grain_bank()[int(rng.integers(0, 4))], (sheet.shape[0], sheet.shape[1]), rng)
        sheet += noise * np.float32(rng.uniform(0.5, 6))
    picture: Grey = np.clip(sheet, 0, 255).astype(np.uint8)
    if chance(rng, 0.3):
        picture = _jpeg(picture, rng)
    return cv2.bitwise_not(picture) if chance(rng, 0.1) else picture


def _jpeg(picture: Grey, rng: Rng) -> Grey:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 92))])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
