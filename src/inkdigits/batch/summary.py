"""``Summary``: how a batch went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inkdigits.batch.part import Part


@dataclass(frozen=True, slots=True)
class Summary:
    """How a batch went.

    Attributes:
        out: The results.
        pages: Pages that were read.
        sure: Numbers that are sure.
        look_again: Numbers that should be looked at.
        no_number: Rows that say that there is no number.
        refused: Pictures and pages that could not be read.
        errors: The file that tells of them; None when there are none.
        kept: Pages of these that were read before, in an earlier sitting.
        seconds: How long this sitting took.
        repeated: True when all was done already, and nothing was read.
    """

    out: Path
    pages: int
    sure: int
    look_again: int
    no_number: int
    refused: int
    errors: Path | None
    kept: int = 0
    seconds: float = 0.0
    repeated: bool = False

    @classmethod
    def of(cls, parts: Iterable[Part], out: Path, errors: Path, kept: int, seconds: float) -> Summary:
        """Counts parts."""
        counts: Counter[str] = Counter()
        pages = refused = 0
        for part in parts:
            counts.update(part.counts)
            pages += part.pages
            refused += len(part.refused)
        return cls(
            out=out,
            pages=pages,
            sure=counts["sure"],
            look_again=counts["look again"],
            no_number=counts["no number"],
            refused=refused,
            errors=errors if refused else None,
            kept=kept,
            seconds=seconds,
        )

    @property
    def numbers(self) -> int:
        """Numbers, sure or not."""
        return self.sure + self.look_again

    @property
    def rate(self) -> float:
        """Pages a second in this sitting."""
        return (self.pages - self.kept) / self.seconds if self.seconds else 0.0

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` takes it back."""
        told = {**asdict(self), "out": str(self.out), "errors": None if self.errors is None else str(self.errors)}
        return {**told, "numbers": self.numbers, "pages_per_second": round(self.rate, 2)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Summary:
        """Rebuilds what :meth:`to_dict` wrote."""
        plain = {name: value for name, value in data.items() if name not in ("numbers", "pages_per_second")}
        errors = data["errors"]
        return cls(**{**plain, "out": Path(data["out"]), "errors": None if errors is None else Path(errors)})
