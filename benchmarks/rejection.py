"""How many letters, symbols, scribbles and pairs are not taken for a digit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import Result, measure
from inkdigits import Reader
from inkdigits.evaluation import read_all, wilson
from inkdigits.evaluation.rejection import FALSE_REJECTS, SEED, read_non_digits, refusals, rejected_at
from inkdigits.evaluation.slices import some
from inkdigits.training.datasets import load_writing


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
    for name, kind, others in read_non_digits(reader, data, limit):
        rows.append(refusals(name, kind, digits, others))
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


def _together(rows: Sequence[Result], kind: str) -> Result:
    rejected = sum(row["rejected"] for row in rows if row["kind"] == kind)
    count = sum(row["count"] for row in rows if row["kind"] == kind)
    return measure(rejected / count, count, wilson(rejected, count))
