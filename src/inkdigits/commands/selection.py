"""Which kept readings a command is about."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inkdigits.storage.filter import Filter


def select(
    since: datetime | None,
    until: datetime | None,
    text: str,
    source: str | None,
    person: str | None,
    lowest: float,
    highest: float,
    checked: bool | None,
) -> Filter:
    """A filter from a command's options; times are UTC, ``until`` itself is left out.

    Raises:
        OptionError: There is no such source.
    """
    from inkdigits.storage.filter import Filter
    from inkdigits.storage.record import check_origin

    return Filter(
        since=since and since.replace(tzinfo=timezone.utc),
        until=until and until.replace(tzinfo=timezone.utc),
        text=text,
        source=None if source is None else check_origin(source),
        person=person,
        lowest=lowest,
        highest=highest,
        checked=checked,
    )
