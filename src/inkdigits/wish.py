"""What a caller expects of a picture, checked before anything is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inkdigits.errors import OptionError
from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.language import make_language

EXPECTATIONS = ("digit", "number", "page")

_MOST_ALTERNATIVES = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What a picture holds.

    Attributes:
        expect: ``"digit"``, ``"number"`` or ``"page"``.
        language: What numbers are legal; None when all are.
        alternatives: How many other readings of each number are told.
    """

    expect: str
    language: Automaton | None = None
    alternatives: int = 5

    @classmethod
    def of(
        cls,
        expect: str,
        expect_length: int | None = None,
        pattern: str | None = None,
        allowed: Iterable[str | int] | None = None,
        alternatives: int = 5,
        choices: Sequence[str] = EXPECTATIONS,
    ) -> Wish:
        """Checks options as :meth:`inkdigits.Reader.read` takes them.

        Raises:
            OptionError: One of them is not one of the choices or makes no sense.
        """
        if expect not in choices:
            raise OptionError(f"unknown expectation {expect!r}; choose from {', '.join(choices)}")
        if type(alternatives) is not int or not 0 <= alternatives <= _MOST_ALTERNATIVES:
            raise OptionError(f"alternatives is {alternatives!r}: give a whole number from 0 to {_MOST_ALTERNATIVES}")
        if expect == "digit":
            if not (expect_length is None and pattern is None and allowed is None):
                raise OptionError("expect_length, pattern and allowed are for numbers: use expect='number' or 'page'")
            return _DIGIT
        return cls(expect, make_language(expect_length, pattern, allowed), alternatives)


_DIGIT = Wish("digit")
