"""Kept readings, made from nothing: numbers with pictures, some doubtful, some corrected, as use leaves them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone

import cv2
import numpy as np

from inkdigits.reading import Alternative, Box, Digit, Number, Reading
from inkdigits.storage.record import ORIGINS, Correction, Record

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=timezone.utc)
PEOPLE = (
    "Ada Lovelace",
    "Ελένη Παπαδοπούλου",
    "Ольга Кузнецова",
    "Nguyễn Thị Ánh",
    "王小明",
    "佐藤 さくら",
    "김민준",
    "Žofie",
)
WRONG = 0.08
"""Share of numbers that are read wrong, about."""


def records(count: int, seed: int = 0) -> Iterator[Record]:
    """So many readings, one after the other, the newest first as a store gives them."""
    rng = np.random.default_rng(seed)
    for place in range(count):
        yield record(place, count, rng)


def record(place: int, count: int, rng: np.random.Generator) -> Record:
    """One reading of one or a few numbers."""
    numbers, truths = [], []
    for _ in range(1 + (rng.random() < 0.1) * int(rng.integers(1, 5))):
        truth = "".join(map(str, rng.integers(0, 10, int(rng.integers(1, 8)))))
        numbers.append(_number(truth, rng))
        truths.append(truth)
    created = BEGIN + timedelta(minutes=30 * (count - place))
    person = str(rng.choice(PEOPLE))
    corrections = tuple(
        Correction(f"c{place}-{which}", which, number.text, truth, created + timedelta(hours=1), "Grace Hopper")
        for which, (number, truth) in enumerate(zip(numbers, truths, strict=True))
        if rng.random() < 0.3 and number.reason in (None, "unsure")
    )
    reading = Reading(tuple(numbers), 400, 240, f"scan-{place:05}.png", "line 1.4.0")
    name = reading.source if rng.random() < 0.7 else ""
    return Record(
        id=f"{place:032x}",
        created=created,
        person=person,
        source="upload" if name else ORIGINS[int(rng.integers(len(ORIGINS)))],
        name=name,
        input_sha256=hashlib.sha256(str(place).encode()).hexdigest(),
        model=reading.model,
        model_sha256="0" * 64,
        reading=reading,
        duration_ms=float(rng.uniform(10, 80)),
        corrections=corrections,
    )


def thumbnails(readings: Sequence[str]) -> Mapping[str, bytes]:
    """A small picture of each, all different, as a store keeps them (WebP)."""
    return {name: _thumbnail(int(name, 16)) for name in readings}


def _thumbnail(place: int) -> bytes:
    rng = np.random.default_rng(place)
    paper = np.clip(rng.normal(225, 6, (96, 160)), 0, 255).astype(np.uint8)
    cv2.putText(paper, f"{place}", (6, 66), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.6, 30, 3, cv2.LINE_AA)
    return cv2.imencode(".webp", paper, [cv2.IMWRITE_WEBP_QUALITY, 80])[1].tobytes()


def _number(truth: str, rng: np.random.Generator) -> Number:
    box = Box(10, 20, 30 * len(truth), 60)
    kind = rng.random()
    if kind < 0.03:
        return Number((), box, reason="crossed_out" if kind < 0.01 else "not_a_number")
    if kind < 0.06:
        return Number(_digits(truth), box, "", 0.4, (Alternative(truth, truth, 0.4),), "unsure")
    read = list(truth)
    if rng.random() < WRONG:
        read[int(rng.integers(len(read)))] = str(rng.integers(0, 10))
    text = "".join(read)
    probability = float(1 - rng.beta(0.6, 8))
    other = Alternative(truth, truth, (1 - probability) / 2)
    return Number(_digits(text), box, text, probability, (other,) if truth != text else ())


def _digits(text: str) -> tuple[Digit, ...]:
    return tuple(
        Digit(int(sign), 0.99, tuple(0.99 if place == int(sign) else 0.01 / 9 for place in range(10))) for sign in text
    )
