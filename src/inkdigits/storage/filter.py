"""``Filter``: which readings are wanted; ``Listing``: some of them, the newest first, and where the next begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy import ColumnElement, select

from inkdigits.errors import OptionError
from inkdigits.reading import State
from inkdigits.storage.record import Origin, Record
from inkdigits.storage.tables import CorrectionRow, ReadingRow

Cursor = str
"""Where a page of a listing ends, for the next to begin; opaque to everyone else."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which readings are wanted; a value that is not given wants all.

    Attributes:
        since: Read at this time or later, aware.
        until: Read before this time, aware.
        person: Whose, by name.
        source: Which door they came through.
        text: What the reading says, as read or as corrected, contains this; or the name of its file does.
        lowest: Confidence at least, in [0, 1].
        highest: Confidence at most, in [0, 1].
        state: ``"sure"``, ``"look_again"`` or ``"not_a_digit"``.
        checked: True wants those that somebody corrected or found right, False the others.
        checked_since: Somebody did so after this time, aware.
    """

    since: datetime | None = None
    until: datetime | None = None
    person: str | None = None
    source: Origin | None = None
    text: str = ""
    lowest: float = 0.0
    highest: float = 1.0
    state: State | None = None
    checked: bool | None = None
    checked_since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        row = ReadingRow
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(row.created >= self.since)
        if self.until is not None:
            found.append(row.created < self.until)
        for column, wanted in (
            (row.person, self.person),
            (row.source, self.source),
            (row.state, self.state),
            (row.is_checked, self.checked),
        ):
            if wanted is not None:
                found.append(column == wanted)
        if self.lowest > 0:
            found.append(row.confidence >= self.lowest)
        if self.highest < 1:
            found.append(row.confidence <= self.highest)
        if self.checked_since is not None:
            later = select(CorrectionRow.reading_id).where(CorrectionRow.created > self.checked_since)
            found.append(row.id.in_(later.where(CorrectionRow.undone.is_(None))))
        if self.text:
            found.append(row.search.contains(self.text.casefold(), autoescape=True))
        return found


@dataclass(frozen=True, slots=True)
class Listing:
    """Records, the newest first; ``after`` asks for the next ones, None when these are the last."""

    records: tuple[Record, ...]
    after: Cursor | None = None


def cursor_of(created: datetime, name: str) -> Cursor:
    """The cursor behind a reading."""
    return f"{created.isoformat()}/{name}"


def parse_cursor(cursor: Cursor) -> tuple[datetime, str]:
    """What a cursor says. Raises OptionError when it is none."""
    created, _, name = cursor.partition("/")
    try:
        moment = datetime.fromisoformat(created)
        if moment.tzinfo is None or not name or "\0" in name:
            raise ValueError(cursor)
        moment = moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise OptionError(f"{cursor!r} is no place in a listing: start from the beginning") from None
    return moment, name
