"""``Seen``: what a page knows of a reading's corrections, so that it takes back no others than these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from inkdigits.storage.actor import Actor
from inkdigits.storage.record import Record


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows of a reading's corrections; of one that just began, nothing.

    Attributes:
        texts: What it shows as corrected, by the number's place.
        ids: The corrections that it was drawn from or made itself: those that it may take back.
    """

    texts: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Record) -> Seen:
        """What a page knows that was drawn from a record: all that holds."""
        return cls(record.corrected, frozenset(item.id for item in record.corrections if item.undone is None))

    def then(self, record: Record, texts: Mapping[int, str], actor: Actor) -> Seen:
        """What it knows after it settled ``texts`` for ``actor``, which made the reading this record."""
        texts = {number: text.strip() for number, text in texts.items()}
        mine = shown_name(actor)
        made = (item.id for item in record.corrections if item.person == mine and item.text == texts.get(item.number))
        return Seen(texts, self.ids | frozenset(made))


def shown_name(actor: Actor) -> str:
    """The name that stands beside what the actor corrects; none in an app without accounts."""
    return "" if actor.id is None else actor.name
