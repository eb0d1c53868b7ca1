"""``Found``: what was found out about a foreign model, for people and for the model's card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inkdigits.foreign.way import Way
from inkdigits.wording import percent

_SETS = {"mnist": "MNIST's validation digits", "drawn": "digits drawn by inkdigits"}
_SUITES = {"mnist": "MNIST's test digits", "drawn": "digits drawn in haste"}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out.

    Attributes:
        source: What the file is: ``"ONNX"``, ``"Keras 3.15.1"``.
        way: How the model wants its pictures.
        single: Whether it takes one picture at a time.
        answers: What it answers: logits or probabilities.
        rejection: What tells digits from what is none.
        ways: How many ways were tried.
        accuracy: Kind of digits that it was tried on -> share read right.
        rejected: Share of scribbles, letters and signs that are refused when 2 % of the digits that it reads
            right are.
        difference: Largest difference between its answers here and in Keras; None where there is nothing
            to compare with, or Keras cannot open the file.
        suites: Name of a public set -> share read right.
    """

    source: str
    way: Way
    single: bool
    answers: str
    rejection: str
    ways: int
    accuracy: Mapping[str, float]
    rejected: float
    difference: float | None = None
    suites: Mapping[str, float] = field(default_factory=dict)

    def facts(self) -> dict[str, str]:
        """In words, by what they are about."""
        at_once = "one picture at a time" if self.single else "many pictures at a time"
        compared = {"compared with Keras": self._compared} if self.source.startswith("Keras") else {}
        return {
            "file": self.source,
            **self.way.facts(),
            "takes": at_once,
            "answers": self.answers,
            **compared,
            "ways tried": str(self.ways),
            **{f"right on {_SETS.get(name, name)}": percent(share) for name, share in self.accuracy.items()},
            "refused of what is no digit": percent(self.rejected),
            **{f"right on {_SUITES.get(name, name)}": percent(share) for name, share in self.suites.items()},
        }

    @property
    def _compared(self) -> str:
        if self.difference is None:
            return "not compared: this Keras cannot open it"
        return f"largest difference {self.difference:.1g}"

    def metrics(self) -> dict[str, float]:
        """Figures for the card."""
        tried = {f"val_{name}": round(share, 5) for name, share in self.accuracy.items()}
        suites = {f"suite_{name}": round(share, 5) for name, share in self.suites.items()}
        return {**tried, "val_none": round(self.rejected, 5), **suites}

    def to_dict(self) -> dict[str, Any]:
        """Settings for the card, and for JSON."""
        return {
            "imported_from": self.source,
            **self.way.to_dict(),
            "single": self.single,
            "answers": self.answers,
            "rejection": self.rejection,
            "ways_tried": self.ways,
            "difference_to_keras": self.difference,
        }
