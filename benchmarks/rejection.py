"""How many letters, symbols, scribbles and pairs are not taken for a digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.results import Result, measure
from inkdigits import Digit, Reader
from inkdigits.evaluation import read_all, wilson
from inkdigits.evaluation.non_digits import DRAWN, pairs_of, random_walk
from inkdigits.evaluation.rejection import NON_DIGIT_SETS, non_digits, rejected_at
from inkdigits.evaluation.slices import some
from inkdigits.training.datasets import load_writing
from inkdigits.training.vector_digits import draw_non_digit

SEED = 20_011
FALSE_REJECTS = 0.01
EACH = 1_500
"""Drawings of each generated kind."""


def run(reader: Reader, data: Path, limit: int | None = None) -> Result:
    """Rejects non-digits at the level that rejects 1 % of true digits, and at the shipped threshold.

    Args:
        reader: The reader to judge.
        data: The data folder.
        limit: At most so many drawings of each set.
    """
    digits, _ = read_all(reader, some(load_writing("unipen_digits_dev", data), limit))
    refused = sum(digit.label is None for digit in digits)
    rows = []
    for name, kind, others in _others(reader, data, limit):
        rows.append(_row(name, kind, digits, others))
        print(f"{name:24} {rows[-1]['rejected']:6,} of {rows[-1]['count']:6,} rejected", flush=True)
    return {
        "seed": SEED,
        "false_rejects": FALSE_REJECTS,
        "level": rejected_at(digits, digits, FALSE_REJECTS)[2],
        "digits": {"count": len(digits), "refused": refused, "interval": list(wilson(refused, len(digits)))},
        "sets": rows,
        "measures": {
            "non_digits_rejected": _together(rows, "written"),
            "scribbles_rejected": _together(rows, "scribbled"),
            "several_rejected": _together(rows, "several"),
        },
    }


def _others(reader: Reader, data: Path, limit: int | None) -> Iterator[tuple[str, str, list[Digit]]]:
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


def _read(reader: Reader, drawings: Sequence[list[np.ndarray]]) -> list[Digit]:
    return [reader.read_strokes(strokes).digits[0] for strokes in drawings]


def _row(name: str, kind: str, digits: Sequence[Digit], others: Sequence[Digit]) -> Result:
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


def _together(rows: Sequence[Result], kind: str) -> Result:
    rejected = sum(row["rejected"] for row in rows if row["kind"] == kind)
    count = sum(row["count"] for row in rows if row["kind"] == kind)
    return measure(rejected / count, count, wilson(rejected, count))
