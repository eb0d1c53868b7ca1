"""``Asked``: what somebody wants read as one batch, kept in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inkdigits.errors import StorageError
from inkdigits.jobs.files import read_json, write_json

ASKED = "asked.json"
INPUT = "input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked of each picture, and what becomes of it.

    Attributes:
        expect: ``"page"``, ``"number"`` or ``"digit"``.
        limits: Which numbers are legal, as :meth:`inkdigits.Reader.read` takes it.
        form: One of :data:`inkdigits.batch.forms.FORMS`.
    """

    expect: str = "page"
    limits: Mapping[str, Any] = field(default_factory=dict)
    form: str = "csv"


USUAL = Terms()


@dataclass(frozen=True, slots=True)
class Asked(Terms):
    """A batch as it was asked for.

    Attributes:
        title: What people call it.
        created: When, ISO 8601 in UTC.
        person_id: Whose it is; None is nobody's, as in an app without accounts.
        person: Their name of the time.
        base: The folder that everything lies in, absolute.
        sources: Names of files and folders in it.
        uploaded: True when they are copies that go when they were read.
    """

    title: str
    created: str
    person_id: int | None
    person: str
    base: str
    sources: tuple[str, ...]
    uploaded: bool

    @classmethod
    def read(cls, folder: Path) -> Asked:
        """What was asked for in a folder. Raises StorageError when its record is damaged."""
        found: Any = read_json(folder / ASKED)
        try:
            return cls(**{**found, "sources": tuple(found["sources"])})
        except (TypeError, KeyError) as error:
            raise StorageError(f"{folder / ASKED} is damaged ({error}): delete the folder") from error

    def write(self, folder: Path) -> None:
        """Keeps it in a folder."""
        write_json(folder / ASKED, asdict(self))

    def results(self, folder: Path) -> Path:
        """Where its results are written."""
        return folder / f"results.{self.form}"
