"""The same picture read again, by other models or to another question: what people corrected before stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inkdigits import Reading
from inkdigits.web.question import Question


@dataclass(frozen=True, slots=True)
class Posed(Question):
    """A question as it is put to certain models, since others may answer otherwise.

    Attributes:
        models: Their names.
    """

    models: tuple[str, ...] = ()

    @classmethod
    def to(cls, models: Mapping[str, str], asked: Question) -> Posed:
        """A question to models, by kind as :attr:`inkdigits.Reader.models`; of one digit only one of them is asked."""
        names = tuple(name for kind, name in models.items() if kind == "digit" or asked.expect != "digit")
        return cls(asked.expect, asked.length, asked.pattern, asked.allowed, names)

    def is_like(self, other: Posed) -> bool:
        """Whether the same is asked, of whichever models."""
        return self == replace(other, models=self.models)


def same_numbers(one: Reading, other: Reading) -> bool:
    """Whether the places of two readings of a page mean the same numbers."""
    boxes, others = ([number.box for number in reading.numbers] for reading in (one, other))
    return boxes == others or len(boxes) == len(others) == 1


def same_answers(one: Reading, other: Reading) -> bool:
    """Whether two readings of a page say the same of the same places."""
    texts, others = ([number.text for number in reading.numbers] for reading in (one, other))
    return texts == others and same_numbers(one, other)


def places_now(before: Reading, now: Reading) -> dict[int, int]:
    """Which number of a reading of a page is which one of another reading of it: that of the same box."""
    places = {number.box: place for place, number in enumerate(now.numbers) if number.box is not None}
    return {place: places[number.box] for place, number in enumerate(before.numbers) if number.box in places}


def moved(texts: Mapping[int, str], before: Reading, now: Reading) -> dict[int, str]:
    """Corrections of a reading of a page as those of another one: each stays with the number of the same box.

    Args:
        texts: By the number's place in the reading before.
        before: The reading before.
        now: The other one.
    """
    places = places_now(before, now)
    return {places[place]: text for place, text in texts.items() if place in places}
