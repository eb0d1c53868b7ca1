"""``About``: what a report says about itself, and where it gets its pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

Thumbnails = Callable[[Sequence[str]], Mapping[str, bytes]]
"""Gives small encoded pictures by the ids of readings; what has none is left out."""


def no_thumbnails(readings: Sequence[str]) -> Mapping[str, bytes]:
    """For readings without pictures."""
    return {}


@dataclass(frozen=True, slots=True)
class About:
    """What a report says about itself.

    Attributes:
        title: Its heading.
        selection: Which readings it is about, in words; ``""`` for all.
        by: Who made it; ``""`` in an app without accounts.
        made: When, aware.
        thumbnails: Where its pictures come from.
    """

    title: str = "Report of readings"
    selection: str = ""
    by: str = ""
    made: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    thumbnails: Thumbnails = no_thumbnails
