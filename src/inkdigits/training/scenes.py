"""Ink on paper, photographed: what the reading road will meet, made from glyphs."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey

Rng = np.random.Generator
Sheet = npt.NDArray[np.float32]


def photograph(ink: Grey, rng: Rng) -> Grey:
    """Puts ink on a piece of paper and takes its picture.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        rng: Source of chance: size, place, paper, light, rulings, cell borders, blur, noise, JPEG, polarity.

    Returns:
        uint8 (H, W), as seen.
    """
    size = float(rng.uniform(16, 60) if rng.random() < 0.75 else rng.uniform(60, 160))
    amount = _place(ink, size, rng)
    sheet = _paper(amount.shape, rng)
    darkness = rng.uniform(0.25, 0.95) if rng.random() < 0.8 else rng.uniform(0.15, 0.3)
    sheet = sheet * (1 - darkness * amount)
    if rng.random() < 0.3:
        sheet = _rule(sheet, rng)
    sheet = sheet * _light(sheet.shape, rng)
    return _camera(sheet, size, rng)


def empty_paper(rng: Rng) -> Grey:
    """A picture of paper with nothing on it but rulings, stains and noise."""
    shape = (int(rng.integers(24, 200)), int(rng.integers(24, 200)))
    sheet = _paper(shape, rng)
    if rng.random() < 0.5:
        sheet = _rule(sheet, rng)
    if rng.random() < 0.4:
        sheet = _stain(sheet, rng)
    return _camera(sheet * _light(shape, rng), 40.0, rng)


def _place(ink: Grey, target: float, rng: Rng) -> Sheet:
    """Scales ink to ``target`` pixels and puts it somewhere on a sheet; amount of ink in [0, 1]."""
    scale = target / max(ink.shape)
    mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=mode) / np.float32(255)
    room = rng.uniform(0.08, 0.7, 2) if rng.random() < 0.85 else rng.uniform(0.7, 2.5, 2)
    height, width = small.shape
    more_y, more_x = max(4, int(height * room[0])), max(4, int(target * room[1]))
    top, left = int(rng.integers(1, more_y - 1)), int(rng.integers(1, more_x - 1))
    sheet = np.zeros((height + more_y, width + more_x), np.float32)
    sheet[top : top + height, left : left + width] = small
    if rng.random() < 0.5:  # graphite and dry pens leave gaps
        grain = cv2.GaussianBlur(np.asarray(rng.standard_normal(sheet.shape)).astype(np.float32), (0, 0), 0.8)
        sheet *= np.clip(1 - rng.uniform(0, 0.5) * np.abs(grain) * 2, 0, 1)
    return sheet


def _paper(shape: tuple[int, ...], rng: Rng) -> Sheet:
    level = rng.uniform(0.6, 1.0) if rng.random() < 0.85 else rng.uniform(0.35, 0.6)
    texture = np.asarray(rng.standard_normal(shape)).astype(np.float32)
    texture = cv2.GaussianBlur(texture, (0, 0), float(rng.uniform(0.5, 3)))
    return (level + rng.uniform(0, 0.02) * texture / (texture.std() + 1e-6)).astype(np.float32)


def _rule(sheet: Sheet, rng: Rng) -> Sheet:
    height, width = sheet.shape
    drawn = sheet.copy()
    thickness = int(rng.integers(1, max(2, max(sheet.shape) // 40 + 1)))
    dark = float(rng.uniform(0.25, 0.9)) * float(sheet.mean())
    kind = rng.choice(["line", "lines", "cell", "corner"])
    tilt = int(rng.normal(0, 0.015) * width)
    if kind == "line":
        y = int(rng.uniform(0.05, 0.95) * height)
        cv2.line(drawn, (0, y), (width, y + tilt), dark, thickness, cv2.LINE_AA)
    elif kind == "lines":
        gap = float(rng.uniform(0.3, 0.8)) * height
        for y in np.arange(rng.uniform(0, gap), height, gap):
            cv2.line(drawn, (0, int(y)), (width, int(y) + tilt), dark, thickness, cv2.LINE_AA)
    else:
        rim = rng.uniform(0, 0.07, 4) * max(sheet.shape)
        left, top, right, bottom = int(rim[0]), int(rim[1]), int(width - 1 - rim[2]), int(height - 1 - rim[3])
        sides = [((left, 0), (left + tilt, height)), ((0, top), (width, top + tilt))]
        sides += [((right, 0), (right + tilt, height)), ((0, bottom), (width, bottom + tilt))]
        for start, end in sides if kind == "cell" else sides[:2]:
            cv2.line(drawn, start, end, dark, thickness, cv2.LINE_AA)
    return drawn


def _stain(sheet: Sheet, rng: Rng) -> Sheet:
    blot = np.zeros_like(sheet)
    height, width = sheet.shape
    for _ in range(int(rng.integers(1, 6))):
        center = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        axes = (int(rng.uniform(1, width / 8)) + 1, int(rng.uniform(1, height / 8)) + 1)
        cv2.ellipse(blot, center, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    blot = cv2.GaussianBlur(blot, (0, 0), float(rng.uniform(2, 8)))
    return sheet * (1 - float(rng.uniform(0.1, 0.5)) * blot)


def _light(shape: tuple[int, ...], rng: Rng) -> Sheet:
    y, x = np.mgrid[-1 : 1 : complex(0, shape[0]), -1 : 1 : complex(0, shape[1])].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x + np.sin(angle) * y
    light = 1 - abs(rng.normal(0, 0.15)) * (slope + 1) / 2
    if rng.random() < 0.15:  # a shadow's edge
        edge = rng.uniform(-0.7, 0.7)
        light *= 1 - rng.uniform(0.1, 0.45) / (1 + np.exp(-(slope - edge) * rng.uniform(3, 20)))
    return np.asarray(light, np.float32)


def _camera(sheet: Sheet, size: float, rng: Rng) -> Grey:
    if rng.random() < 0.6:
        sheet = cv2.GaussianBlur(sheet, (0, 0), float(rng.uniform(0.3, 0.5 + 0.032 * size)))
    noisy = sheet * 255 + rng.normal(0, rng.uniform(0, 7), sheet.shape)
    picture: Grey = np.clip(noisy, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        quality = int(rng.integers(35, 95))
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return 255 - picture if rng.random() < 0.1 else picture
