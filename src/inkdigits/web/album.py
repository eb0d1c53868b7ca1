"""The pictures of one visit: kept across pages, each read once however often the page is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from inkdigits import ImageError, Reader, Reading
from inkdigits.web.preview import make_preview


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading one picture: a reading with its preview (JPEG), or an error for people."""

    reading: Reading | None = None
    preview: bytes = b""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the album; ``digest`` names its content, ``name`` its file."""

    name: str
    digest: str

    @property
    def key(self) -> str:
        """Short and unique in an album, for widgets."""
        return hashlib.sha256(f"{self.digest}/{self.name}".encode()).hexdigest()[:16]


@dataclass(slots=True)
class Album:
    """Pictures, the newest batch first, and what came of each content.

    Attributes:
        pictures: In the order in which they are shown.
        outcomes: By content, so that the same picture is never read twice.
        waiting: Bytes not read yet, by content; dropped once read.
        stopped: The user stopped the reading; what waits stays until they go on.
        batch: Changes with every batch, so that the uploader starts empty again.
    """

    pictures: list[Picture] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    waiting: dict[str, bytes] = field(default_factory=dict)
    stopped: bool = False
    batch: int = 0

    def add(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Puts a batch of ``(name, bytes)`` in front; a file that is there already moves with it."""
        fresh = []
        for name, data in files:
            picture = Picture(name, hashlib.sha256(data).hexdigest())
            if picture.digest not in self.outcomes:
                self.waiting[picture.digest] = data
            fresh.append(picture)
        self._put_first(fresh)

    def refuse(self, name: str, error: str) -> None:
        """Puts a file in front that was not taken, with the reason."""
        picture = Picture(name, hashlib.sha256(f"{name}\n{error}".encode()).hexdigest())
        self.outcomes[picture.digest] = Outcome(error=error)
        self._put_first([picture])

    def read_one(self, reader: Reader) -> None:
        """Reads the next waiting picture; an error becomes its outcome."""
        digest, data = next(iter(self.waiting.items()))
        self.outcomes[digest] = read_picture(reader, data)
        del self.waiting[digest]

    def clear(self) -> None:
        """Forgets everything."""
        self.pictures, self.outcomes, self.waiting = [], {}, {}
        self.stopped = False
        self.batch += 1

    def outcome(self, picture: Picture) -> Outcome | None:
        """What came of a picture, None while it waits."""
        return self.outcomes.get(picture.digest)

    def _put_first(self, fresh: list[Picture]) -> None:
        self.pictures = list(dict.fromkeys([*fresh, *self.pictures]))
        self.stopped = False


def get_album(name: str) -> Album:
    """The album of this visit under a name, made when it is first asked for."""
    key = f"album_{name}"
    if key not in st.session_state:
        st.session_state[key] = Album()
    album: Album = st.session_state[key]
    return album


def read_picture(reader: Reader, data: bytes) -> Outcome:
    """Reads an encoded picture, with its steps and a small preview; never raises for what is wrong with it."""
    try:
        reading = reader.read(data, trace=True)
        return Outcome(reading, make_preview(data, reader.settings))
    except ImageError as error:
        return Outcome(error=str(error))
