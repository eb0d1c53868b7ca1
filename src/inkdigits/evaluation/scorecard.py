"""The scorecard of a model: what it does on every public set at hand, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.evaluation.bars import LIMITS, Limit
from inkdigits.evaluation.candidate import Candidate
from inkdigits.evaluation.judge import judge
from inkdigits.evaluation.measures import wilson
from inkdigits.evaluation.number_sets import FIELD_SETS, photos
from inkdigits.evaluation.numbers import read_fields, read_sheet, summary
from inkdigits.evaluation.rejection import FALSE_REJECTS, read_non_digits, refusals
from inkdigits.evaluation.sets import DIGIT_SETS, PUBLIC_SETS, load_set, read_in_steps
from inkdigits.evaluation.slices import some
from inkdigits.evaluation.speed import milliseconds_a_digit, milliseconds_a_number, rate_of_digits
from inkdigits.reading import Digit
from inkdigits.training.catalog import SETS

Listener = Callable[[str], None]

_DIGITS = "unipen_digits_dev"  # whose digits set the level of rejection
_SAID = {
    "mnist": "MNIST, test",
    "canvas_sim": "pads (canvas_sim)",
    "pendigits": "pens, unseen writers (pendigits, test)",
    _DIGITS: "very varied pens (UNIPEN 1a)",
    "photo_digits_dev": "photographed digits",
    "optdigits": "scanned forms (optdigits, test)",
    "drawn": "our own drawings, half of them spoiled",
    "sheet_sim": "numbers on paper (sheet_sim)",
    "cheques_dev": "amounts on cheques",
    "unipen_strings_dev": "numbers by pen (UNIPEN)",
}
_KINDS = {"written": "letters and symbols", "scribbled": "scribbles and signs", "several": "several digits in one"}
_CATALOG = {"cheques_dev": "cheques"}
"""Set of numbers -> its name in the catalog, where it has another."""


@dataclass(frozen=True, slots=True)
class Score:
    """One figure.

    Attributes:
        key: Its name in JSON.
        what: Its name for people.
        value: Shares are in [0, 1].
        unit: ``"share"``, ``"count"``, ``"milliseconds"``, ``"rate"`` (a second) or ``"bytes"``.
        count: Of how many.
        interval: 95 % interval of a share.
    """

    key: str
    what: str
    value: float
    unit: str = "share"
    count: int | None = None
    interval: tuple[float, float] | None = None

    @property
    def bar(self) -> Limit | None:
        """What the shipped models have to reach, where there is a bar."""
        return LIMITS.get(self.key)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; ``bar`` says whether the value reaches it."""
        bar = self.bar
        return {**asdict(self), "bar": None if bar is None else {**asdict(bar), "met": bar.met(self.value)}}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All figures of one model.

    Attributes:
        model: Its name.
        scores: What was measured.
        missing: Data set that is not at hand -> how to get it.
        limit: At most so many samples of each set; None is all.
    """

    model: str
    scores: tuple[Score, ...]
    missing: dict[str, str]
    limit: int | None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {**asdict(self), "scores": [one.to_dict() for one in self.scores]}


def score(
    candidate: Candidate, data: Path | None, limit: int | None = None, listen: Listener = lambda what: None
) -> Scorecard:
    """Runs a model on every set at hand.

    Args:
        candidate: The model.
        data: The data folder, if there is one.
        limit: At most so many samples of each set, for a quick look.
        listen: Told what comes next.
    """
    card = _Card(candidate, data, limit, listen)
    scores = [*card.digits(), *card.rejection()] if candidate.reads_digits else []
    scores += [*card.numbers(), *card.photos(), *card.speed(), *card.size()]
    return Scorecard(candidate.name, tuple(scores), card.missing, limit)


class _Card:
    """The parts of a scorecard, in turn."""

    def __init__(self, candidate: Candidate, data: Path | None, limit: int | None, listen: Listener) -> None:
        self.candidate, self.reader = candidate, candidate.reader
        self.data, self.limit, self._listen = data, limit, listen
        self.missing: dict[str, str] = {}
        self._varied: list[Digit] = []

    def listen(self, what: str) -> None:
        """Says what comes next."""
        self._listen(f"{self.candidate.name}: {what}")

    def digits(self) -> Iterator[Score]:
        """Labelled digits: the share that is right, and whether confidence keeps its word."""
        for name in DIGIT_SETS:
            if name in PUBLIC_SETS and not self._has(name):
                continue
            self.listen(_SAID[name])
            found = some(load_set(name, self.data).data, self.limit)
            digits = [digit for part in read_in_steps(self.reader, found) for digit in part]
            if name == _DIGITS:
                self._varied = digits
            figures = judge(name, digits, found.labels.astype(np.int64))
            yield Score(name, _SAID[name], figures.accuracy, "share", figures.count, figures.interval)
            yield Score(f"{name}_errors", "… errors", figures.errors, "count", figures.count)
            yield Score(f"{name}_calibration", "… calibration error", figures.calibration_error, "share", figures.count)

    def rejection(self) -> Iterator[Score]:
        """What is no digit: the share that is refused at the level that refuses 1 % of true digits, and as shipped."""
        if not all([self._has("unipen_letters"), self._has("pendigits"), self._varied]) or self.data is None:
            return
        self.listen("letters, symbols, scribbles")
        sets = read_non_digits(self.reader, self.data, self.limit)
        rows = [refusals(name, kind, self._varied, others) for name, kind, others in sets]
        for kind, what in _KINDS.items():
            chosen = [row for row in rows if row["kind"] == kind]
            count = sum(row["count"] for row in chosen)
            for key, told in (("rejected", f"refused at {FALSE_REJECTS:.0%} of digits"), ("refused", "refused in use")):
                refused = sum(row[key] for row in chosen)
                said = f"{what} {told}".replace("%", " %")
                yield Score(f"{kind}_{key}", said, refused / count, "share", count, wilson(refused, count))

    def numbers(self) -> Iterator[Score]:
        """Fields of one number: exactly right, and how many can be taken at 1 % errors."""
        for name, load in FIELD_SETS.items():
            if not self._has(_CATALOG.get(name, name)) or self.data is None:
                continue
            self.listen(_SAID[name])
            fields = load(self.data)
            row = summary(read_fields(self.reader, fields, self.limit))
            share, interval = row["right"] / row["count"], row["interval"]
            yield Score(name, _SAID[name], share, "share", row["count"], (interval[0], interval[1]))
            yield Score(f"{name}_coverage", "… to be taken at 1 % errors", row["coverage"], "share", row["count"])

    def photos(self) -> Iterator[Score]:
        """Photos and scans with many numbers."""
        if not self._has("photos_dev") or self.data is None:
            return
        self.listen("photos and scans")
        rows = [read_sheet(self.reader, sheet) for sheet in photos(self.data)[: self.limit]]
        count, right, extra = (sum(row[key] for row in rows) for key in ("numbers", "right", "extra"))
        yield Score("photos_found", "numbers on photos found", right / count, "share", count, wilson(right, count))
        yield Score("photos_extra", "… readings where there is no number", extra / count, "share", count)

    def speed(self) -> Iterator[Score]:
        """Medians on this machine, as it is now."""
        self.listen("speed")
        if self.candidate.reads_digits:
            yield Score("digit_ms", "one digit on a pad", milliseconds_a_digit(self.reader, self.limit), "milliseconds")
            rate = rate_of_digits(self.reader, self.limit)
            yield Score("digits_per_second", "digits by read_digits", rate, "rate")
        yield Score("number_ms", "one number on paper", milliseconds_a_number(self.reader, self.limit), "milliseconds")

    def size(self) -> Iterator[Score]:
        """Bytes of the files."""
        for kind, path in self.candidate.files.items():
            yield Score(f"{kind}_bytes", f"size of the {kind} model", path.stat().st_size, "bytes")

    def _has(self, name: str) -> bool:
        item = SETS[name]
        if item.folder(self.data) is not None:
            return True
        self.missing[name] = f"to get it: inkdigits data download {name}" if item.downloads else item.why_not
        return False
