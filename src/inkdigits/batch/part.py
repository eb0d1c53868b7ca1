"""``Part``: what became of a chunk, encoded, so that the process that keeps it has little to do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from inkdigits.batch.forms import FORMS
from inkdigits.batch.item import Refused
from inkdigits.batch.work import Outcome


@dataclass(frozen=True, slots=True)
class Part:
    """The results of a chunk.

    Attributes:
        pages: Pages that were read.
        refused: What could not be read.
        counts: How many rows there are of each status.
        body: The rows as :attr:`inkdigits.batch.forms.Form.encode` has them.
    """

    pages: int = 0
    refused: tuple[Refused, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, outcome: Outcome, form: str) -> Part:
        """Encodes an outcome.

        Args:
            outcome: What was read.
            form: Name of the form, a key of :data:`inkdigits.batch.forms.FORMS`.
        """
        counts: Counter[str] = Counter(row.status for row in outcome.rows)
        return cls(outcome.pages, outcome.refused, dict(counts), FORMS[form].encode(outcome.rows))

    def __add__(self, other: Part) -> Part:
        counts = dict(Counter(self.counts) + Counter(other.counts))
        return Part(self.pages + other.pages, self.refused + other.refused, counts, self.body + other.body)

    def to_bytes(self) -> bytes:
        """A line of JSON, then the body; :func:`read_head` reads the one and leaves a file at the other."""
        refused = [item.to_dict() for item in self.refused]
        head = {"bytes": len(self.body), "pages": self.pages, "counts": dict(self.counts), "refused": refused}
        return json.dumps(head).encode("ascii") + b"\n" + self.body


def read_head(file: IO[bytes], size: int) -> Part | None:
    """What :meth:`Part.to_bytes` wrote, without its body; None when it is not whole.

    Args:
        file: Open at its beginning.
        size: Of the file, in bytes.
    """
    try:
        line = file.readline()
        head: Any = json.loads(line)
        if len(line) + head["bytes"] != size:
            return None
        return Part(head["pages"], tuple(map(Refused.from_dict, head["refused"])), head["counts"])
    except (ValueError, KeyError, TypeError):
        return None
