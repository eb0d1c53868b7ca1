"""The same digits and numbers with every pen, on every paper, by every camera: what costs readings, and what not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.results import Result
from benchmarks.surroundings import CONDITIONS, Scene
from inkdigits import Reader
from inkdigits.evaluation import wilson
from inkdigits.evaluation.number_sets import pen_strings
from inkdigits.training.datasets import load_writing

SEED = 20_041
DIGITS, NUMBERS = 200, 100
"""Samples under each condition, drawn at random."""
_SHORTEST, _LONGEST = 3, 6  # digits of a number


def run(reader: Reader, data: Path, limit: int | None = None) -> Result:
    """Reads pen strokes drawn under every condition: one digit as a digit, one number as a page.

    Args:
        reader: The reader to judge.
        data: Data folder.
        limit: At most so many samples under each condition.
    """
    digits, numbers = list(_digits(data))[:limit], list(_numbers(data))[:limit]
    rows = []
    for name, picture in CONDITIONS.items():
        rng = np.random.default_rng(SEED)
        named = [reader.read(picture(Scene.of_digit(ink, rng)), expect="digit").text == text for ink, text in digits]
        found = [_all(reader.read(picture(Scene.of_number(ink, rng)))) == text for ink, text in numbers]
        rows.append({"name": name, "digits": _counted(named), "numbers": _counted(found)})
        print(f"{name:44} {sum(named):4} of {len(named)} digits, {sum(found):4} of {len(found)} numbers", flush=True)
    return {"seed": SEED, "conditions": rows, "measures": {}}


def _digits(data: Path) -> Iterator[tuple[Any, str]]:
    writing = load_writing("unipen_digits_dev", data)
    for index in np.random.default_rng(SEED).permutation(len(writing.labels))[:DIGITS]:
        yield writing.samples[index], str(writing.labels[index])


def _numbers(data: Path) -> Iterator[tuple[Any, str]]:
    fields = pen_strings(data)
    short = [index for index, text in enumerate(fields.texts) if _SHORTEST <= len(text) <= _LONGEST]
    for index in np.random.default_rng(SEED).permutation(short)[:NUMBERS]:
        yield fields.sources[index], fields.texts[index]


def _all(reading: Any) -> str:
    return "".join(number.text for number in reading.numbers)


def _counted(right: list[bool]) -> Result:
    return {"right": sum(right), "count": len(right), "interval": list(wilson(sum(right), len(right)))}
