"""Readings in words: when, where from, how sure; the same on every part of the page."""

from __future__ import annotations

from datetime import datetime, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from inkdigits.reading import State
from inkdigits.storage import Record
from inkdigits.wording import SOURCES

__all__ = ["SOURCES", "STATES", "called", "moment", "origin", "sentence", "text_of", "zone"]

STATES: dict[State, str] = {"sure": "sure", "look_again": "look again", "not_a_digit": "no number"}


def zone() -> tzinfo:
    """The time zone of the browser; UTC when it does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.utc


def moment(when: datetime) -> str:
    """A time as the person in front of the screen counts it, to the minute."""
    return f"{when.astimezone(zone()):%Y-%m-%d %H:%M}"


def text_of(record: Record) -> str:
    """What a reading says, corrected where it was; a few words when it says nothing."""
    return record.corrected_text or "nothing read"


def called(record: Record) -> str:
    """A few words for a button: what a reading says, or else its file's name; what is long is cut."""
    if record.corrected_text:
        return _cut(record.corrected_text, 12)
    return _cut(record.name, 24) or "a picture without a number"


def origin(record: Record) -> str:
    """Where it came from: ``Uploaded, invoice.pdf, page 2``."""
    page = f"page {record.reading.page + 1}" if record.reading.pages > 1 else ""
    return ", ".join(part for part in (SOURCES[record.source], record.name, page) if part)


def sentence(words: str) -> str:
    """An error's words with a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
