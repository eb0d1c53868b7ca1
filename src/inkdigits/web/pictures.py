"""Pictures of a visit and what came of them: sheets, an error, or what is still being read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TypeAlias

from inkdigits import Reading
from inkdigits.images import Page
from inkdigits.web.again import Posed


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page that was read, with a small picture of it (JPEG), and its id in the history, if it is kept there."""

    reading: Reading
    preview: bytes
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading one picture or document: its sheets so far, and an error for people."""

    sheets: tuple[Sheet, ...] = ()
    error: str = ""
    finished: bool = True

    @property
    def pages(self) -> int:
        """Pages of the document, as far as it is known."""
        return self.sheets[0].reading.pages if self.sheets else 1


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the album; ``digest`` names its content, ``name`` its file."""

    name: str
    digest: str

    @property
    def key(self) -> str:
        """Short and unique in an album, for widgets."""
        return hashlib.sha256(f"{self.digest}/{self.name}".encode()).hexdigest()[:16]


Asked: TypeAlias = "tuple[str, Posed]"
"""A content, what was asked of it, and of which models."""


@dataclass(slots=True)
class Work:
    """A picture or document that is being read, a page at a time.

    Attributes:
        asked: What is read.
        pages: Gives what is not read yet.
        sheets: What was taken so far.
        found: The page that was read last, its sheet, and how long that took in milliseconds. It stays until it is
            taken: Streamlit ends a run at any word to it, also while a page is handed to the history.
    """

    asked: Asked
    pages: Iterator[tuple[Page, Sheet]]
    sheets: tuple[Sheet, ...] = ()
    found: tuple[Page, Sheet, float] | None = None

    def read(self) -> tuple[Page, Sheet, float] | None:
        """Reads the next page, unless one waits to be taken; None after the last one."""
        if self.found is None:
            begun = perf_counter()
            read = next(self.pages, None)
            self.found = read and (*read, 1000 * (perf_counter() - begun))
        return self.found

    def take(self, sheet: Sheet) -> bool:
        """Takes the sheet of the page that was read; True when it was the last one."""
        self.sheets, self.found = (*self.sheets, sheet), None
        return len(self.sheets) >= self.sheets[0].reading.pages
