"""What a reader answers: ``Digit`` < ``Number`` < ``Reading``. Frozen, plain Python, JSON without help."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from inkdigits.wording import describe_number

Reason = Literal["blank", "not_a_digit", "unsure"]
NumberReason = Literal["blank", "not_a_number", "crossed_out", "unsure"]
State = Literal["sure", "look_again", "not_a_digit"]

SURE = 0.95
"""Calibrated confidence from which a digit or a number is called sure rather than worth a second look."""

_DOUBT: tuple[State, ...] = ("sure", "look_again", "not_a_digit")


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
        confidence: Calibrated probability in [0, 1] that ``label`` is right, given that it is one digit; where there
            is no label, of the likeliest digit.
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
            "box": _pack(self.box),
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
            box=_unpack_box(data["box"]),
            glyph=None if data["glyph"] is None else base64.b64decode(data["glyph"]),
        )


@dataclass(frozen=True, slots=True)
class Alternative:
    """One whole reading of a number.

    Attributes:
        text: Its digits.
        raw: The digits with the separators that were read, ``. , / - : $ =``.
        probability: Calibrated probability in [0, 1] that ``text`` is right.
    """

    text: str
    raw: str
    probability: float


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that belong together, left to right, or the reason why there is no number.

    Attributes:
        digits: Its digits; those of the likeliest reading when the number is ``"unsure"``, none when it is no number.
        box: Where it is in the picture, when known.
        raw: What was read with its separators, such as ``"$21.857="``; the same as ``text`` when there are none.
        probability: Calibrated probability in [0, 1] that the whole string is right; None for a digit read alone.
        alternatives: The next-best whole readings, best first; of a rejected number, the best one as well.
        reason: None, or why there is no text: ``"blank"``, ``"not_a_number"``, ``"crossed_out"`` or ``"unsure"``.
        free: What would have been read without ``pattern``, ``allowed`` and ``expect_length``; None without them.
    """

    digits: tuple[Digit, ...]
    box: Box | None = None
    raw: str = ""
    probability: float | None = None
    alternatives: tuple[Alternative, ...] = ()
    reason: NumberReason | None = None
    free: Alternative | None = None

    def __post_init__(self) -> None:
        if not self.raw:
            object.__setattr__(self, "raw", self.text)

    @property
    def text(self) -> str:
        """The digits as text, ``""`` when the number was rejected; single rejected digits are left out."""
        return "" if self.reason else "".join(digit.text for digit in self.digits)

    @property
    def confidence(self) -> float:
        """Probability that the whole number is right, in [0, 1]; of a digit read alone, its own; 0 when rejected."""
        if self.reason:
            return 0.0
        if self.probability is None:
            return min((digit.confidence if digit.text else 0.0 for digit in self.digits), default=0.0)
        return self.probability

    @property
    def state(self) -> State:
        """``"sure"``, ``"look_again"``, or ``"not_a_digit"`` when there is no number."""
        if self.reason == "unsure":
            return "look_again"
        if self.reason or not self.digits:
            return "not_a_digit"
        if self.probability is None:
            return max((digit.state for digit in self.digits), key=_DOUBT.index)
        return "sure" if self.probability >= SURE else "look_again"

    def render(self) -> str:
        """One line for people: ``4096 · sure, 98.2 %``; ``4096 or 4036 · look again``; ``not a number``."""
        return describe_number(self)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` takes it back."""
        return {
            "text": self.text,
            "raw": self.raw,
            "confidence": self.confidence,
            "state": self.state,
            "probability": self.probability,
            "reason": self.reason,
            "box": _pack(self.box),
            "alternatives": [asdict(other) for other in self.alternatives],
            "free": _pack(self.free),
            "digits": [digit.to_dict() for digit in self.digits],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Number:
        """Rebuilds what :meth:`to_dict` wrote, or what version 0.1 did."""
        free = data.get("free")
        return cls(
            digits=tuple(Digit.from_dict(item) for item in data["digits"]),
            box=_unpack_box(data["box"]),
            raw=data.get("raw", ""),
            probability=data.get("probability"),
            alternatives=tuple(Alternative(**item) for item in data.get("alternatives", ())),
            reason=data.get("reason"),
            free=None if free is None else Alternative(**free),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one picture, page or drawing.

    Attributes:
        numbers: The numbers in reading order; with ``expect="number"`` exactly one, and with ``expect="digit"`` exactly
            one of exactly one digit.
        width: Width of the upright picture in pixels (0 for pen strokes).
        height: Height of the upright picture in pixels (0 for pen strokes).
        source: File name or other short origin, ``""`` when unknown.
        model: Name and version of the model that read it.
        trace: Every stage as a picture, in order; empty unless it was asked for. Not part of JSON.
        page: Which page of the document this is, from 0.
        pages: How many pages the document has.
    """

    numbers: tuple[Number, ...]
    width: int = 0
    height: int = 0
    source: str = ""
    model: str = ""
    trace: tuple[Step, ...] = ()
    page: int = 0
    pages: int = 1

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
        """Confidence of the weakest number in [0, 1]; 0 when nothing was read."""
        return min((number.confidence for number in self.numbers), default=0.0)

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
            "page": self.page,
            "pages": self.pages,
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
            page=data.get("page", 0),
            pages=data.get("pages", 1),
        )

    def render(self) -> str:
        """One line for people: ``7 · sure, 99.8 %``; ``4096 or 4036 · look again``; ``nothing to read``."""
        return " | ".join(number.render() for number in self.numbers) or "nothing to read"


def _pack(item: Box | Alternative | None) -> dict[str, Any] | None:
    return None if item is None else asdict(item)


def _unpack_box(data: Mapping[str, int] | None) -> Box | None:
    return None if data is None else Box(**data)
