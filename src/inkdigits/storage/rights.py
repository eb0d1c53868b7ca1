"""Which readings are whose: the conditions that every query about people's data carries."""

from __future__ import annotations

from sqlalchemy import ColumnElement, true

from inkdigits.errors import NotFoundError
from inkdigits.storage.actor import Actor
from inkdigits.storage.tables import ReadingRow


def visible(actor: Actor) -> ColumnElement[bool]:
    """Readings that may be seen and corrected: one's own, and for reviewers and administrators all."""
    actor.check()
    return true() if actor.sees_all else ReadingRow.person_id == actor.id


def owned(actor: Actor) -> ColumnElement[bool]:
    """Readings that may be deleted: one's own, and for administrators all."""
    actor.check()
    return true() if actor.manages else ReadingRow.person_id == actor.id


def not_there(name: str) -> NotFoundError:
    """The same words for a reading that is not there and for one that is somebody else's."""
    return NotFoundError(f"there is no reading {name!r} in your history")
