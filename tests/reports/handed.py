"""Readings for the tests of reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from benchmarks.kept import records

from inkdigits.reading import Alternative, Box, Digit, Number, NumberReason, Reading
from inkdigits.storage.record import Correction, Record

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)

__all__ = ["WHEN", "correction", "number", "record", "records"]


def number(text: str, confidence: float = 0.98, reason: NumberReason | None = None, raw: str = "") -> Number:
    digits = tuple(Digit(int(sign), 0.99, tuple(0.1 for _ in range(10))) for sign in text)
    return Number(digits, Box(1, 2, 30, 40), raw, confidence, (Alternative("47", "47", 0.015),), reason)


def record(*numbers: Number, corrections: tuple[Correction, ...] = (), **fields: Any) -> Record:
    plain = Record(
        id="r1",
        created=WHEN,
        person="",
        source="upload",
        name="a.png",
        input_sha256="f" * 64,
        model="line-1",
        model_sha256="e" * 64,
        reading=Reading(numbers, 100, 100, "a.png", "line-1"),
        duration_ms=12.5,
        corrections=corrections,
    )
    return replace(plain, **fields)


def correction(place: int, was: str, text: str, undone: datetime | None = None) -> Correction:
    return Correction(f"c{place}-{text}", place, was, text, WHEN, "Grace", undone)
