"""What a number may be, and in what state it is, in words: the same in every table, card and report."""

from __future__ import annotations

from dataclasses import dataclass

from inkdigits.reading import Digit, Number, NumberReason, Reason
from inkdigits.wording import percent

WORTH_NAMING = 0.001
"""Share below which another reading is not worth a word."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading that a person may choose; ``raw`` has the signs between the digits."""

    text: str
    raw: str
    share: float


def choices(number: Number, most: int = 5) -> list[Choice]:
    """All readings of a number worth naming, best first, the one that was read among them.

    Args:
        number: Any number; one read digit by digit has readings when it is a single digit.
        most: How many to name at most.
    """
    if number.probability is None and not number.alternatives:
        found = _choices_of(number.digits)
    else:
        found = [Choice(number.text, number.raw, number.confidence)] if number.text else []
        found += [Choice(other.text, other.raw, other.probability) for other in number.alternatives]
    return [choice for choice in found if choice.share >= WORTH_NAMING][:most]


def second(number: Number) -> Choice | None:
    """The likeliest reading besides the one that was read."""
    return next((choice for choice in choices(number) if choice.text != number.text), None)


def is_blank(number: Number) -> bool:
    """True when there is no ink to read."""
    return number.reason == "blank" or (bool(number.digits) and all(digit.reason == "blank" for digit in number.digits))


def reason_of(number: Number) -> Reason | NumberReason | None:
    """Why there is no number; of a digit that was read alone, why there is no digit."""
    if number.reason is None and number.probability is None and len(number.digits) == 1:
        return number.digits[0].reason
    return number.reason


def words(number: Number) -> str:
    """What stands beside the number: ``sure, 99.8 %``, ``look again``, ``not a number``."""
    return f"sure, {percent(number.confidence)}" if number.state == "sure" else state_words(number)


def state_words(number: Number) -> str:
    """The state alone: ``sure``, ``look again``, ``not a number``, ``nothing to read``."""
    if number.state == "sure":
        return "sure"
    if number.state == "look_again":
        return "look again"
    return "nothing to read" if is_blank(number) else number.render()


def _choices_of(digits: tuple[Digit, ...]) -> list[Choice]:
    if len(digits) != 1:
        text = "".join(digit.text for digit in digits)
        return [Choice(text, text, min(digit.confidence for digit in digits))] if text else []
    (digit,) = digits
    if digit.state == "not_a_digit":
        return []
    return [Choice(str(label), str(label), share) for label, share in digit.ranking]
