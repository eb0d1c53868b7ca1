"""What is read where nothing was written: it must be nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from benchmarks.blanks import PICTURES, STROKES
from benchmarks.results import Result, measure
from inkdigits import Digit, Reader
from inkdigits.evaluation import wilson

SEED = 20_023
EACH = 400
"""Inputs of each kind."""


def run(reader: Reader, limit: int | None = None) -> Result:
    """Reads blank and near-blank inputs of every kind.

    Args:
        reader: The reader to judge.
        limit: At most so many inputs of each kind.
    """
    rows = []
    for name, digits in _readings(reader, EACH if limit is None else limit):
        reasons: Counter[str] = Counter(digit.reason or "read" for digit in digits)
        row: Result = {"name": name, "count": len(digits), **{key: reasons[key] for key in _OUTCOMES}}
        rows.append(row)
        print(f"{name:32} {reasons['read']:5} of {len(digits)} read as a digit", flush=True)
    read, count = sum(row["read"] for row in rows), sum(row["count"] for row in rows)
    low, high = wilson(read, count)
    return {"seed": SEED, "kinds": rows, "measures": {"blank_read": measure(read, count, (low * count, high * count))}}


_OUTCOMES = ("blank", "not_a_digit", "unsure", "read")


def _readings(reader: Reader, each: int) -> Iterator[tuple[str, list[Digit]]]:
    rng = np.random.default_rng(SEED)
    for name, make in PICTURES.items():
        yield name, [reader.read(make(rng), expect="digit").digits[0] for _ in range(each)]
    for name, draw in STROKES.items():
        yield name, [reader.read_strokes(draw(rng)).digits[0] for _ in range(each)]
