"""What a client may ask of the service, by name, for editors and type checkers; the service checks it itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypedDict

from inkdigits.reading import State


class AnyOptions(TypedDict, total=False):
    """What is told about pictures and drawings alike."""

    expect_length: int | None
    pattern: str | None
    allowed: Iterable[str | int] | None
    alternatives: int
    glyphs: bool
    keep: bool


class StrokeOptions(AnyOptions, total=False):
    """As for :meth:`inkdigits.Reader.read_strokes`; ``glyphs`` and ``keep`` as the service has them."""

    expect: Literal["number", "digit"]


class ReadOptions(AnyOptions, total=False):
    """As for :meth:`inkdigits.Reader.read`; ``glyphs`` and ``keep`` as the service has them."""

    expect: Literal["page", "number", "digit"]


class Wanted(TypedDict, total=False):
    """Which kept readings, as in the history; what is not given, or None, wants all."""

    since: datetime | str | None
    until: datetime | str | None
    person: str | None
    source: str | None
    text: str | None
    lowest: float | None
    highest: float | None
    state: State | None
    checked: bool | None
    limit: int | None
