"""``Order``: one picture or drawing that waits to be read, and ``Answer``: what became of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.reading import Reading
from inkdigits.service.options import AnyOptions
from inkdigits.storage.actor import Actor


@dataclass(slots=True, eq=False)
class Order:
    """What is to be read.

    Attributes:
        options: How.
        actor: For whom.
        name: Name of the file; ``""`` when there is none.
        data: The encoded picture or document; None for a drawing.
        strokes: The drawing; None for a picture.
        key: Name from which those of kept readings are made, so that an order that is repeated is kept once.
        pages: Whether the pages themselves are wanted afterwards; a long document has many, and all take memory.
        dropped: Set when nobody waits any more: what has not begun is left out.
    """

    options: AnyOptions
    actor: Actor
    name: str = ""
    data: bytes | None = None
    strokes: Sequence[Any] | None = None
    key: str | None = None
    pages: bool = False
    dropped: bool = False

    @property
    def group(self) -> Hashable:
        """Orders of the same group may go through the network together; None stands alone."""
        return self.options if self.data is not None and self.options.expect != "page" else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read.

    Attributes:
        readings: One a page.
        body: The answer as a JSON object, for the wire.
    """

    readings: tuple[Reading, ...]
    body: str
