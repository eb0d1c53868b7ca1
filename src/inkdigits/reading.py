"""What a reader answers: ``Digit`` < ``Number`` < ``Reading``. Frozen, plain Python, JSON without help."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Reason = Literal["blank", "not_a_digit", "unsure"]
State = Literal["sure", "look_again", "not_a_digit"]

SURE = 0.95
"""Calibrated confidence from which a digit is called sure rather than worth a second look."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright picture; x to the right, y down."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of reading as a picture.

    Attributes:
        name: Stable key, such as ``"ink"``; also the file stem that ``--debug`` writes.
        title: A few words for people.
        png: The picture, PNG bytes.
    """

    name: str
    title: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit, or the reason why there is none.

    Attributes:
        label: 0-9, or None when rejected.
        confidence: Calibrated probability in [0, 1] that the most likely digit is right, given that it is one.
        probabilities: Ten calibrated probabilities that sum to 1; all 0 when blank.
        digitness: Probability in [0, 1] that this is one whole digit rather than anything else.
        reason: None, or why ``label`` is None: ``"blank"``, ``"not_a_digit"`` or ``"unsure"``.
        box: Where it is in the picture, when known.
        glyph: The 28x28 picture that the network saw: 784 bytes, row by row, ink 255 on 0.
    """

    label: int | None
    confidence: float
    probabilities: tuple[float, ...]
    digitness: float = 1.0
    reason: Reason | None = None
    box: Box | None = None
    glyph: bytes | None = None

    @property
    def text(self) -> str:
        """The digit as text, ``""`` when rejected."""
        return "" if self.label is None else str(self.label)

    @property
    def ranking(self) -> tuple[tuple[int, float], ...]:
        """All ten ``(digit, probability)``, most likely first, also when rejected."""
        return tuple(sorted(enumerate(self.probabilities), key=lambda pair: -pair[1]))

    @property
    def state(self) -> State:
        """``"sure"``, ``"look_again"`` or ``"not_a_digit"``: the three states that every door shows."""
        if self.reason in ("blank", "not_a_digit"):
            return "not_a_digit"
        if self.reason == "unsure" or self.confidence < SURE:
            return "look_again"
        return "sure"

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` takes it back."""
        return {
            "label": self.label,
            "confidence": self.confidence,
            "probabilities": list(self.probabilities),
            "digitness": self.digitness,
            "reason": self.reason,
            "box": None if self.box is None else _box_to_dict(self.box),
            "glyph": None if self.glyph is None else base64.b64encode(self.glyph).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Digit:
        """Rebuilds what :meth:`to_dict` wrote."""
        return cls(
            label=data["label"],
            confidence=data["confidence"],
            probabilities=tuple(data["probabilities"]),
            digitness=data["digitness"],
            reason=data["reason"],
            box=None if data["box"] is None else Box(**data["box"]),
            glyph=None if data["glyph"] is None else base64.b64decode(data["glyph"]),
        )


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that belong together, left to right; its confidence is that of its weakest digit."""

    digits: tuple[Digit, ...]
    box: Box | None = None

    @property
    def text(self) -> str:
        """The digits as text; rejected ones are left out."""
        return "".join(digit.text for digit in self.digits)

    @property
    def confidence(self) -> float:
        """Confidence of the weakest digit in [0, 1]; 0 when any digit was rejected or there is none."""
        return _weakest(self.digits)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` takes it back."""
        return {
            "text": self.text,
            "confidence": self.confidence,
            "box": None if self.box is None else _box_to_dict(self.box),
            "digits": [digit.to_dict() for digit in self.digits],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Number:
        """Rebuilds what :meth:`to_dict` wrote."""
        box = None if data["box"] is None else Box(**data["box"])
        return cls(tuple(Digit.from_dict(item) for item in data["digits"]), box)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one picture or drawing.

    Attributes:
        numbers: The numbers in reading order; with ``expect="digit"`` exactly one, of exactly one digit.
        width: Width of the upright picture in pixels (0 for pen strokes).
        height: Height of the upright picture in pixels (0 for pen strokes).
        source: File name or other short origin, ``""`` when unknown.
        model: Name and version of the model that read it.
        trace: Every stage as a picture, in order; empty unless it was asked for. Not part of equality or JSON.
    """

    numbers: tuple[Number, ...]
    width: int = 0
    height: int = 0
    source: str = ""
    model: str = ""
    trace: tuple[Step, ...] = ()

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits in reading order, rejected ones too."""
        return tuple(digit for number in self.numbers for digit in number.digits)

    @property
    def text(self) -> str:
        """The numbers separated by spaces; ``""`` when no digit was read."""
        return " ".join(number.text for number in self.numbers if number.text)

    @property
    def confidence(self) -> float:
        """Confidence of the weakest digit in [0, 1]; 0 when nothing was read."""
        return _weakest(self.digits)

    def without_trace(self) -> Reading:
        """The same reading without its pictures, to keep or to compare."""
        return replace(self, trace=())

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary, without the trace; :meth:`from_dict` takes it back."""
        return {
            "text": self.text,
            "confidence": self.confidence,
            "source": self.source,
            "model": self.model,
            "width": self.width,
            "height": self.height,
            "numbers": [number.to_dict() for number in self.numbers],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reading:
        """Rebuilds what :meth:`to_dict` wrote."""
        return cls(
            numbers=tuple(Number.from_dict(item) for item in data["numbers"]),
            width=data["width"],
            height=data["height"],
            source=data["source"],
            model=data["model"],
        )

    def render(self) -> str:
        """One line for people: ``7 · sure, 99.8 %``; ``4 or 9 · look again``; ``nothing to read``."""
        return " | ".join(describe(digit) for digit in self.digits) or "nothing to read"


def describe(digit: Digit) -> str:
    """One line for people about one digit, the same words in every door."""
    if digit.reason == "blank":
        return "nothing to read"
    if digit.state == "not_a_digit":
        return "not a digit"
    (first, top), (second, _) = digit.ranking[:2]
    if digit.state == "look_again":
        return f"{first} or {second} · look again"
    return f"{first} · sure, {percent(top)}"


def percent(share: float) -> str:
    """A share in [0, 1] with one decimal, rounded down so that 100 % is never claimed of less."""
    return f"{int(share * 1000) / 10:.1f} %"


def _weakest(digits: Iterable[Digit]) -> float:
    return min((digit.confidence if digit.label is not None else 0.0 for digit in digits), default=0.0)


def _box_to_dict(box: Box) -> dict[str, int]:
    return {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
