"""``Summary``: the figures of any number of readings, gathered while they pass by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from inkdigits.choices import reason_of
from inkdigits.evaluation.measures import Interval, wilson
from inkdigits.reading import Number, State
from inkdigits.reports.confusion import confused, digits_of
from inkdigits.storage.record import Origin, Record

BINS = 20
"""Of the histogram; the last one is what is called sure."""

REASONS = {
    "blank": "nothing to read",
    "not_a_digit": "not a digit",
    "not_a_number": "not a number",
    "crossed_out": "crossed out",
    "unsure": "unsure",
}


@dataclass(slots=True)
class Summary:
    """What is counted; it does not grow with the number of readings, but for people, files of models and doors.

    Attributes:
        readings: How many.
        numbers: How many numbers they have, those without an answer too.
        states: How many numbers are sure, worth a second look, or none.
        bins: Numbers with an answer by confidence, from 0 to 1 in equal steps.
        reasons: Why numbers have no answer, in words.
        checked: Numbers of which somebody said what they are.
        right: Those of them that were read right.
        pairs: ``(written, read)``: digits taken for others where somebody said what is right.
        sources: Readings by the door they came through.
        people: Readings by person.
        models: Readings by model.
        first: When the earliest was read.
        last: When the latest was read.
    """

    readings: int = 0
    numbers: int = 0
    states: Counter[State] = field(default_factory=Counter)
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    reasons: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    right: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    sources: Counter[Origin] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, record: Record) -> None:
        """Counts one reading."""
        self.readings += 1
        self.first = min(self.first or record.created, record.created)
        self.last = max(self.last or record.created, record.created)
        self.sources[record.source] += 1
        self.people[record.person] += 1
        self.models[record.model] += 1
        corrected = record.corrected
        for place, number in enumerate(record.reading.numbers):
            self._add_number(number, corrected.get(place))

    @property
    def interval(self) -> Interval:
        """95 % Wilson interval of the share of checked numbers that were read right."""
        return wilson(self.right, self.checked)

    def _add_number(self, number: Number, truth: str | None) -> None:
        self.numbers += 1
        self.states[number.state] += 1
        if number.text:
            self.bins[min(int(number.confidence * BINS), BINS - 1)] += 1
        else:
            self.reasons[REASONS[reason_of(number) or "blank"]] += 1
        if truth is None:
            return
        self.checked += 1
        written = digits_of(truth)
        self.right += written == number.text
        if written and number.text:
            self.pairs.update(confused(written, number.text))
