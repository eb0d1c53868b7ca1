"""``Sessions``: who is signed in. The browser has a random token in a cookie; the database has its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from inkdigits.accounts.people import Person, as_person, end_sessions
from inkdigits.accounts.throttle import Clock, utc_now
from inkdigits.errors import AccountError
from inkdigits.storage.actor import Actor, Role
from inkdigits.storage.audit import note, require_admin
from inkdigits.storage.database import Database
from inkdigits.storage.tables.people import PersonRow, SessionRow

TICKET = timedelta(minutes=1)  # from the form to the cookie; a browser needs a moment of it
LIFETIME = timedelta(days=30)  # after which everybody signs in anew
NOTED = timedelta(minutes=1)  # a session is written to at most this often


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that holds."""

    session: str
    person: Person


@dataclass(frozen=True, slots=True)
class Shown:
    """A sign-in as an administrator, or its owner, sees it."""

    id: str
    person: str
    created: datetime
    seen: datetime
    address: str
    agent: str


class Sessions:
    """The sign-ins of one database."""

    def __init__(self, database: Database, idle: timedelta, clock: Clock = utc_now) -> None:
        """Works on a database that is up to date.

        Args:
            database: Where they are kept.
            idle: Time without use after which a sign-in ends.
            clock: The time.
        """
        self._database = database
        self._idle = idle
        self._clock = clock

    def begin(self, session: Session, person: int, address: str, agent: str) -> str:
        """Makes a ticket in a transaction: whoever brings it within a minute gets the cookie, once."""
        ticket, now = secrets.token_urlsafe(32), self._clock()
        session.execute(delete(SessionRow).where((SessionRow.until < now) | (SessionRow.seen < now - self._idle)))
        session.add(
            SessionRow(
                id=uuid4().hex,
                person_id=person,
                ticket=_hash(ticket),
                created=now,
                seen=now,
                until=now + TICKET,
                address=address,
                agent=agent[:255],
            )
        )
        return ticket

    def redeem(self, ticket: str) -> str | None:
        """Takes a ticket for the token of a cookie; None when it is used, too old, or was never given out."""
        token, now = secrets.token_urlsafe(32), self._clock()
        fits = select(SessionRow).where(SessionRow.ticket == _hash(ticket), SessionRow.until > now)
        if self._database.read(lambda session: session.scalars(fits).first()) is None:
            return None  # whoever guesses does not make others wait for the database

        def work(session: Session) -> bool:
            row = session.scalars(fits.with_for_update()).first()
            if row is None:
                return False
            row.ticket, row.token, row.until = None, _hash(token), now + LIFETIME
            return True

        return token if self._database.write(work) else None

    def who(self, token: str) -> SignedIn | None:
        """Whose token it is; None when the sign-in ended or never was."""
        now = self._clock()
        asked = select(SessionRow, PersonRow).where(*self._holding(token, now))
        found = self._database.read(lambda session: session.execute(asked).first())
        if found is None:
            return None
        row, person = found
        if row.seen < now - NOTED:
            self._database.write(lambda session: _see(session, row.id, now))
        return SignedIn(row.id, as_person(person))

    def holds(self, token: str, role: Role) -> bool:
        """Whether a sign-in still holds, and its person still has a role; nothing is written."""
        asked = select(SessionRow.id).where(*self._holding(token, self._clock()), PersonRow.role == role)
        return self._database.read(lambda session: session.execute(asked).first()) is not None

    def end(self, token: str, *, address: str = "") -> None:
        """Ends the sign-in of a token, if it holds."""
        found = self.who(token)

        def work(session: Session) -> None:
            session.execute(delete(SessionRow).where(SessionRow.token == _hash(token)))
            if found is not None:
                note(session, found.person.actor(), "sign-out", address=address)

        self._database.write(work)

    def end_all(self, actor: Actor, person: int, *, address: str = "") -> None:
        """Ends all sign-ins of a person.

        Raises:
            RightsError: They are somebody else's, and the actor is no administrator.
        """
        if actor.id != person:
            require_admin(actor, "Ending the sign-ins of others")

        def work(session: Session) -> None:
            row = session.get(PersonRow, person, with_for_update=True)
            if row is None:
                raise AccountError(f"there is no account number {person}")
            end_sessions(session, row, self._clock())
            note(session, actor, "sign-out", row.name, address=address, details={"everywhere": True})

        self._database.write(work)

    def list(self, actor: Actor, person: int | None = None) -> tuple[Shown, ...]:
        """Sign-ins that hold, the last used first.

        Args:
            actor: Who asks.
            person: Whose; None for all.

        Raises:
            RightsError: They are not the actor's own, and the actor is no administrator.
        """
        if person is None or person != actor.id:
            require_admin(actor, "The list of sign-ins")
        now = self._clock()
        holds = (
            select(SessionRow, PersonRow.name)
            .join(PersonRow, PersonRow.id == SessionRow.person_id)
            .where(SessionRow.token.is_not(None), SessionRow.until > now, SessionRow.seen > now - self._idle)
            .order_by(SessionRow.seen.desc())
        )
        if person is not None:
            holds = holds.where(SessionRow.person_id == person)
        rows = self._database.read(lambda session: session.execute(holds).all())
        return tuple(Shown(row.id, name, row.created, row.seen, row.address, row.agent) for row, name in rows)

    def _holding(self, token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (
            PersonRow.id == SessionRow.person_id,
            SessionRow.token == _hash(token),
            SessionRow.until > now,
            SessionRow.seen > now - self._idle,
            PersonRow.disabled.is_(False),
            PersonRow.valid_since <= SessionRow.created,
        )


def _see(session: Session, name: str, now: datetime) -> None:
    row = session.get(SessionRow, name)
    if row is not None:
        row.seen = now
        person = session.get(PersonRow, row.person_id)
        if person is not None:
            person.seen = now


def _hash(secret: str) -> str:
    """A random secret of 256 bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
