"""Pictures with nothing written on them that look as if there were: smudges, shadows, rims of paper, glare, grain."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.images.page import Grey
from inkdigits.training.scenes import empty_paper

Rng = np.random.Generator
Sheet = npt.NDArray[np.float32]


def unwritten(rng: Rng) -> Grey:
    """A picture of no writing at all: uint8 (H, W), as seen; any polarity."""
    kind = _KINDS[int(rng.integers(len(_KINDS)))]
    picture = kind(rng)
    return 255 - picture if rng.random() < 0.12 else picture


def _grid(rng: Rng) -> tuple[Sheet, Sheet]:
    height, width = int(rng.integers(28, 160)), int(rng.integers(28, 160))
    y, x = np.mgrid[0 : 1 : complex(0, height), 0 : 1 : complex(0, width)].astype(np.float32)
    return y, x


def _taken(sheet: Sheet, rng: Rng) -> Grey:
    """As a camera would bring it: blur, noise, sometimes JPEG."""
    if rng.random() < 0.4:
        sheet = cv2.GaussianBlur(sheet, (0, 0), float(rng.uniform(0.4, 2.5)))
    picture: Grey = np.clip(sheet * 255 + rng.normal(0, rng.uniform(0, 8), sheet.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 95))])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture


def _cloud(shape: tuple[int, ...], coarse: float, rng: Rng) -> Sheet:
    """Smooth chance in about -1 to 1."""
    small = max(2, round(shape[0] * coarse)), max(2, round(shape[1] * coarse))
    noise = np.asarray(rng.standard_normal(small)).astype(np.float32)
    wide = cv2.resize(noise, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wide / (np.abs(wide).max() + 1e-6), np.float32)


def _smudge(rng: Rng) -> Grey:
    """One or a few soft spots of any outline, rubbed in a direction."""
    y, x = _grid(rng)
    dark = np.zeros_like(x)
    for _ in range(int(rng.integers(1, 4))):
        angle, center = rng.uniform(0, np.pi), rng.uniform(0.1, 0.9, 2)
        along = (x - center[0]) * np.cos(angle) + (y - center[1]) * np.sin(angle)
        across = (y - center[1]) * np.cos(angle) - (x - center[0]) * np.sin(angle)
        long, wide = rng.uniform(0.03, 0.3), rng.uniform(0.02, 0.12)
        radius = np.hypot(along / long, (across + rng.normal(0, 0.6) * along**2) / wide)
        radius += _cloud(x.shape, 0.06, rng) * rng.uniform(0, 0.5)
        dark = np.maximum(dark, 1 / (1 + np.exp((radius - 1) * rng.uniform(1.5, 8))) * rng.uniform(0.4, 1))
    return _taken(rng.uniform(0.6, 1) * (1 - rng.uniform(0.05, 0.55) * dark), rng)


def _rim(rng: Rng) -> Grey:
    """Where paper ends, or lies on other paper, with the thin shadow beside it; one rim or a corner."""
    y, x = _grid(rng)
    sheet = np.full_like(x, rng.uniform(0.7, 1))
    for _ in range(1 if rng.random() < 0.6 else 2):
        angle = rng.uniform(0, 2 * np.pi)
        side = (x - rng.uniform(0.2, 0.8)) * np.cos(angle) + (y - rng.uniform(0.2, 0.8)) * np.sin(angle)
        side = side + _cloud(x.shape, 0.05, rng) * rng.uniform(0, 0.03)
        step = 1 / (1 + np.exp(-side / rng.uniform(0.002, 0.05)))
        sheet = sheet * (1 - rng.uniform(0.0, 0.75) * step)
        shadow = np.exp(-np.clip(side, 0, None) / rng.uniform(0.01, 0.12)) * step
        sheet = sheet * (1 - rng.uniform(0, 0.5) * shadow)
    return _taken(sheet, rng)


def _light(rng: Rng) -> Grey:
    """Gradients, vignettes of any center, and the two together."""
    y, x = _grid(rng)
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    far = np.hypot((x - rng.uniform(0, 1)) * rng.uniform(0.6, 1.6), y - rng.uniform(0, 1))
    fall = rng.uniform(-0.4, 0.4) * slope - rng.uniform(0, 0.7) * far ** rng.uniform(1, 4)
    return _taken(np.clip(rng.uniform(0.5, 1) + fall + _cloud(x.shape, 0.02, rng) * rng.uniform(0, 0.06), 0, 1), rng)


def _shadow(rng: Rng) -> Grey:
    """A finger's, a hand's or a phone's shadow that reaches in from outside."""
    y, x = _grid(rng)
    angle = rng.uniform(0, 2 * np.pi)
    along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    across = (y - 0.5) * np.cos(angle) - (x - 0.5) * np.sin(angle) + rng.uniform(-0.3, 0.3)
    width = rng.uniform(0.05, 0.4) * np.clip(
        1 - np.clip(along - rng.uniform(-0.3, 0.2), 0, None) * rng.uniform(1, 5), 0, 1
    )
    inside = 1 / (1 + np.exp((np.abs(across) - width) / rng.uniform(0.008, 0.08)))
    return _taken(rng.uniform(0.6, 1) * (1 - rng.uniform(0.1, 0.6) * inside), rng)


def _stains(rng: Rng) -> Grey:
    """Soft stains whose rims are darker than their middle, as dried water or coffee."""
    y, x = _grid(rng)
    sheet = np.full_like(x, rng.uniform(0.65, 1))
    for _ in range(int(rng.integers(1, 4))):
        center, size = rng.uniform(0, 1, 2), rng.uniform(0.05, 0.5)
        radius = np.hypot(x - center[0], (y - center[1]) * rng.uniform(0.6, 1.6)) / size
        radius = radius + _cloud(x.shape, 0.05, rng) * rng.uniform(0.1, 0.5)
        rim = np.exp(-(((radius - 1) / rng.uniform(0.08, 0.4)) ** 2)) * (
            _cloud(x.shape, 0.04, rng) > rng.uniform(-0.2, 0.4)
        )
        flat = 1 / (1 + np.exp((radius - 1) * 8))
        sheet = sheet * (1 - rng.uniform(0, 0.2) * flat - rng.uniform(0, 0.25) * cv2.GaussianBlur(rim, (0, 0), 1.5))
    return _taken(sheet, rng)


def _grain(rng: Rng) -> Grey:
    """Coarse noise, fibers and folds."""
    y, x = _grid(rng)
    sheet = rng.uniform(0.5, 0.95) + _cloud(x.shape, float(rng.uniform(0.04, 0.5)), rng) * rng.uniform(0.02, 0.14)
    for _ in range(int(rng.integers(0, 4))):
        bend = x + rng.normal(0, 0.2) * y + rng.normal(0, 0.15) * y**2 - rng.uniform(0, 1)
        fold = np.exp(-np.abs(bend) / rng.uniform(0.005, 0.05))
        part = _cloud(x.shape, 0.05, rng) > rng.uniform(-0.6, 0.5)
        sheet = sheet + rng.choice([-1, 1]) * rng.uniform(0.02, 0.12) * cv2.GaussianBlur(fold * part, (0, 0), 1.0)
    return _taken(np.asarray(sheet, np.float32), rng)


def _glare(rng: Rng) -> Grey:
    """A lamp's reflection on glossy paper, round, long or ragged."""
    y, x = _grid(rng)
    angle, center = rng.uniform(0, np.pi), rng.uniform(0, 1, 2)
    along = (x - center[0]) * np.cos(angle) + (y - center[1]) * np.sin(angle)
    across = (y - center[1]) * np.cos(angle) - (x - center[0]) * np.sin(angle)
    radius = np.hypot(along / rng.uniform(0.08, 0.5), across / rng.uniform(0.05, 0.2))
    spot = 1 / (1 + np.exp((radius + _cloud(x.shape, 0.06, rng) * rng.uniform(0, 0.6) - 1) * rng.uniform(1.5, 10)))
    return _taken(np.clip(rng.uniform(0.35, 0.8) + rng.uniform(0.1, 0.6) * spot, 0, 1), rng)


_KINDS: tuple[Callable[[Rng], Grey], ...] = (
    *(_smudge, _smudge, _rim, _rim, _light, _shadow, _stains, _grain, _glare),
    empty_paper,
)
