"""``Privacy``: what each person decided about the own history, and the deleting that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkdigits.errors import OptionError
from inkdigits.storage.actor import Actor
from inkdigits.storage.answers import Answers
from inkdigits.storage.database import Database, insert_into
from inkdigits.storage.readings import Readings
from inkdigits.storage.tables import PrivacyRow, ReadingRow
from inkdigits.storage.tables.privacy import NOBODY

LONGEST = 36_500
"""Most days that can be asked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided; None where nothing was.

    Attributes:
        history: Whether readings are kept.
        keep_days: Days after which they are deleted; None keeps them until somebody deletes them.
    """

    history: bool | None = None
    keep_days: int | None = None


class Privacy:
    """Reads and notes choices, and deletes what is older than they allow."""

    def __init__(self, database: Database, readings: Readings, allowed: bool | None, most_days: int | None) -> None:
        """Takes what the settings say: whether anything may be kept, and for how many days at most."""
        self._database = database
        self._readings = readings
        self._allowed = allowed
        self._most_days = most_days

    def of(self, actor: Actor) -> Choice:
        """What the actor decided about the own readings."""
        actor.check()
        row = self._database.read(lambda session: session.get(PrivacyRow, _owner(actor)))
        return Choice() if row is None else Choice(row.history, row.keep_days)

    def keeps(self, actor: Actor, unless_told: bool) -> bool:
        """Whether a door may keep what it reads for the actor.

        Args:
            actor: Who reads.
            unless_told: What holds when neither the settings nor the actor decided.
        """
        if self._allowed is False:
            return False
        chosen = self.of(actor).history
        if chosen is not None:
            return chosen
        return unless_told if self._allowed is None else self._allowed

    def choose(self, actor: Actor, choice: Choice) -> None:
        """Notes what the actor decides. Raises OptionError when the days are none."""
        actor.check()
        if choice.keep_days is not None and not 1 <= choice.keep_days <= LONGEST:
            raise OptionError(f"readings can be kept for 1 to {LONGEST:,} days, not {choice.keep_days}")
        told = {"history": choice.history, "keep_days": choice.keep_days}

        def work(session: Session) -> None:
            row = insert_into(session, PrivacyRow).values(owner=_owner(actor), **told)
            session.execute(row.on_conflict_do_update(index_elements=["owner"], set_=told))

        self._database.write(work)

    def purge(self, now: datetime | None = None) -> int:
        """Deletes the readings that are older than their owners or the settings allow, and what is nobody's.

        That is pictures that no reading shows, and answers of the service whose day is over.

        Returns:
            How many readings.
        """
        now = now or datetime.now(timezone.utc)
        gone = 0
        if self._most_days is not None:
            gone += self._readings.delete_where(ReadingRow.created < now - timedelta(days=self._most_days))
        asked = select(PrivacyRow).where(PrivacyRow.keep_days.is_not(None))
        for row in self._database.read(lambda session: session.scalars(asked).all()):
            owner = None if row.owner == NOBODY else row.owner
            before = now - timedelta(days=row.keep_days or LONGEST)
            gone += self._readings.delete_where(ReadingRow.person_id == owner, ReadingRow.created < before)
        self._readings.sweep()
        Answers(self._database).forget()
        return gone


def _owner(actor: Actor) -> int:
    return NOBODY if actor.id is None else actor.id
