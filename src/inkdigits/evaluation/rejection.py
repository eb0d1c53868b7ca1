"""How many drawings that are no digits are refused, at a level that costs few true digits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.evaluation.measures import wilson
from inkdigits.evaluation.non_digits import DRAWN, pairs_of, random_walk
from inkdigits.evaluation.sets import read_all
from inkdigits.evaluation.slices import some
from inkdigits.reader import Reader
from inkdigits.reading import Digit
from inkdigits.training.datasets import Writing, load_writing
from inkdigits.training.vector_digits import draw_non_digit

SEED = 20_011
FALSE_REJECTS = 0.01
EACH = 1_500
"""Drawings of each generated kind."""

LOOK_ALIKES = frozenset("OolIiSsZz|/'`,\\")
"""Left out of the rejection measure: alone and without a size, people read them as 0, 1, 2 or 5."""

NON_DIGIT_SETS = ("unipen_1b_upper_dev", "unipen_1c_lower_dev", "unipen_1d_symbols_dev")


def rejected_at(
    digits: Iterable[Digit], others: Iterable[Digit], false_rejects: float = 0.01
) -> tuple[int, int, float]:
    """How many non-digits are rejected at the level that rejects a given share of true digits.

    Returns:
        Non-digits rejected, non-digits in all, and the level of ``digitness``.
    """
    level = float(np.quantile([digit.digitness for digit in digits], false_rejects))
    scores = np.array([digit.digitness for digit in others])
    return int((scores < level).sum()), len(scores), level


def non_digits(name: str, folder: Path) -> Writing:
    """Letters or symbols from ``strokes/<name>.npz``, look-alikes left out."""
    data = load_writing(name, folder)
    return data.where(~np.isin(data.labels, list(LOOK_ALIKES)))


def read_non_digits(reader: Reader, data: Path, limit: int | None) -> Iterator[tuple[str, str, list[Digit]]]:
    """Reads every set of non-digits: its name, its kind (written, scribbled or several), and what was read.

    Args:
        reader: Who reads.
        data: The data folder.
        limit: At most so many drawings of each set.
    """
    for name in NON_DIGIT_SETS:
        yield name, "written", read_all(reader, some(non_digits(name, data), limit))[0]
    rng = np.random.default_rng(SEED)
    count = EACH if limit is None else limit
    for name, (kind, kinds) in DRAWN.items():
        drawn = [draw_non_digit(rng, kinds[index % len(kinds)]) for index in range(count)]
        yield name, kind, _read(reader, drawn)
    yield "random walks", "scribbled", _read(reader, [random_walk(rng) for _ in range(count)])
    pens = load_writing("pendigits", data, "test")
    yield "pairs of pendigits", "several", _read(reader, [pairs_of(pens, rng) for _ in range(count)])


def _read(reader: Reader, drawings: Sequence[Sequence[npt.NDArray[np.floating[Any]]]]) -> list[Digit]:
    return [reader.read_strokes(strokes).digits[0] for strokes in drawings]


def refusals(name: str, kind: str, digits: Sequence[Digit], others: Sequence[Digit]) -> dict[str, Any]:
    """How many of a set are rejected: at the level that costs 1 % of the digits, and as the threshold has it."""
    rejected, count, _ = rejected_at(digits, others, FALSE_REJECTS)
    shipped = sum(digit.label is None for digit in others)
    return {
        "name": name,
        "kind": kind,
        "count": count,
        "rejected": rejected,
        "interval": list(wilson(rejected, count)),
        "refused": shipped,
        "refused_interval": list(wilson(shipped, count)),
    }
