"""``Item``: one piece of a batch: a picture, or some pages of a document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

PAGES = 4
"""Most pages of a document in one item, where its pages could be counted beforehand."""

_PAGE_BYTES = 2**20  # that a page of a document counts for: rendering is what takes time, not its bytes
INSIDE = "!/"
"""Between the name of a ZIP and that of a file in it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a batch.

    Attributes:
        source: Its name in results: the file as the user named or found it, ``"scans.zip!/a.png"`` in a ZIP.
        place: Where it is opened: an absolute path, or a URL; of a file in a ZIP, the ZIP's.
        entry: Which entry of the ZIP it is, from 0; None outside of ZIPs.
        first: Its first page, from 0.
        stop: The page to stop before; None is the document's end.
        size: Its bytes as far as they are known, in a ZIP as they are packed.
        stamp: Changes when the file does: its time, its checksum in the ZIP, or what the server tells.
        problem: Why it cannot be read, when that is known already; else ``""``.
    """

    source: str
    place: str
    entry: int | None = None
    first: int = 0
    stop: int | None = None
    size: int = 0
    stamp: str = ""
    problem: str = ""

    @property
    def id(self) -> str:
        """A name that is the same in every plan of the same sources."""
        where = json.dumps([self.source, self.entry, self.first, self.stop])
        return hashlib.sha256(where.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def pages(self) -> int:
        """How many pages it is expected to have."""
        return 1 if self.stop is None else self.stop - self.first

    @property
    def weight(self) -> int:
        """About how much it has to be opened, in bytes."""
        return self.size if self.stop is None else self.pages * _PAGE_BYTES

    def to_json(self) -> str:
        """One line; :meth:`from_json` takes it back."""
        return json.dumps(fields_of(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str | bytes) -> Item:
        """Rebuilds what :meth:`to_json` wrote."""
        return cls(*json.loads(line))


fields_of = attrgetter(*(field.name for field in fields(Item)))
"""An item as a tuple that makes it again; ``astuple`` would copy each field."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A picture or page that could not be read.

    Attributes:
        source: As :attr:`Item.source`.
        page: Which page, from 1; None is the whole file.
        reason: Why, for people.
    """

    source: str
    page: int | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` takes it back."""
        return {"source": self.source, "page": self.page, "reason": self.reason}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Refused:
        """Rebuilds what :meth:`to_dict` wrote."""
        return cls(data["source"], data["page"], data["reason"])
