"""Which readings a report is about, in words, for its cover."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inkdigits.wording import SOURCES

if TYPE_CHECKING:
    from inkdigits.storage.filter import Filter

ALL = "All readings"
_STATES = {"sure": "sure", "look_again": "to look at again", "not_a_digit": "without a number"}


def in_words(wanted: Filter) -> str:
    """What a filter asks for: ``Readings of Ada, uploaded, from 1 November 2026``."""
    parts = [
        f"of {wanted.person or 'nobody named'}" if wanted.person is not None else "",
        SOURCES[wanted.source].lower() if wanted.source else "",
        f"from {_day(wanted.since)}" if wanted.since else "",
        f"to {_day(wanted.until - timedelta(microseconds=1))}" if wanted.until else "",
        f"with “{wanted.text}”" if wanted.text else "",
        f"of {wanted.lowest:.0%} confidence or more".replace("%", " %") if wanted.lowest > 0 else "",
        f"of {wanted.highest:.0%} confidence or less".replace("%", " %") if wanted.highest < 1 else "",
        _STATES[wanted.state] if wanted.state else "",
        "" if wanted.checked is None else "checked" if wanted.checked else "not checked",
    ]
    told = [part for part in parts if part]
    return f"Readings {', '.join(told)}" if told else ALL


def _day(when: datetime) -> str:
    return f"{when.day} {when:%B %Y}"
