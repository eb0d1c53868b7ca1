"""The audit log: who did what, when, and from where. It only grows; nothing here changes or deletes an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal, get_args
from uuid import uuid4

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from inkdigits.errors import RightsError
from inkdigits.storage.actor import Actor
from inkdigits.storage.database import Database
from inkdigits.storage.tables.audit import AuditRow

Action = Literal[
    "sign-in",
    "sign-in failed",
    "sign-out",
    "person added",
    "role changed",
    "person disabled",
    "person enabled",
    "password changed",
    "password reset",
    "correction",
    "correction undone",
    "deletion",
    "export",
    "promotion",
    "model changed",
    "training",
    "key added",
    "key revoked",
    "batch started",
    "batch stopped",
    "batch resumed",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
LONGEST = 200  # characters of a subject


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did.

    Attributes:
        created: When, aware, UTC.
        person: Who, by the name of the time; ``""`` when nobody was signed in.
        action: What.
        subject: To whom or what.
        details: What else is worth knowing.
        address: From where; ``""`` when it was not the network.
    """

    created: datetime
    person: str
    action: str
    subject: str
    details: Mapping[str, Any]
    address: str


def note(
    session: Session,
    actor: Actor | None,
    action: Action,
    subject: str = "",
    *,
    address: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Adds an entry in the transaction of what it tells of: both are kept, or neither.

    Args:
        session: The transaction.
        actor: Who does it; None when nobody is signed in.
        action: What.
        subject: To whom or what.
        address: From where.
        details: What else is worth knowing; no secrets, nothing that was read.
    """
    session.add(
        AuditRow(
            id=uuid4().hex,
            created=datetime.now(timezone.utc),
            person_id=actor.id if actor else None,
            person=actor.name if actor else "",
            action=action,
            subject=subject[:LONGEST],
            details={**(details or {}), **({"key": actor.key} if actor and actor.key else {})},
            address=address,
        )
    )


class AuditLog:
    """Reads the log, for administrators, and adds to it what changes nothing else in the database."""

    def __init__(self, database: Database) -> None:
        """Works on a database that is up to date."""
        self._database = database

    def add(
        self,
        actor: Actor | None,
        action: Action,
        subject: str = "",
        *,
        address: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Adds one entry; see :func:`note`."""
        self._database.write(lambda session: note(session, actor, action, subject, address=address, details=details))

    def entries(
        self,
        actor: Actor,
        *,
        person: str = "",
        action: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[AuditEntry], int]:
        """Entries that fit, the newest first.

        Args:
            actor: Who asks.
            person: Part of the name of who did it, or of whom it was done to; ``""`` for all.
            action: What; ``""`` for all.
            since: The earliest, aware.
            until: The first that is too late, aware.
            limit: How many at most.
            offset: How many are left out first.

        Returns:
            The entries, and how many fit in all.

        Raises:
            RightsError: The actor is no administrator.
        """
        require_admin(actor, "The audit log")
        wanted: list[ColumnElement[bool]] = []
        if person:
            wanted.append(
                AuditRow.person.icontains(person, autoescape=True) | AuditRow.subject.icontains(person, autoescape=True)
            )
        if action:
            wanted.append(AuditRow.action == action)
        if since:
            wanted.append(AuditRow.created >= since)
        if until:
            wanted.append(AuditRow.created < until)
        newest = select(AuditRow).where(*wanted).order_by(AuditRow.created.desc(), AuditRow.id.desc())

        def work(session: Session) -> tuple[list[AuditEntry], int]:
            count = session.scalar(select(func.count()).select_from(AuditRow).where(*wanted)) or 0
            rows = session.scalars(newest.limit(limit).offset(offset))
            return [
                AuditEntry(row.created, row.person, row.action, row.subject, row.details, row.address) for row in rows
            ], count

        return self._database.read(work)


def require_admin(actor: Actor, what: str) -> None:
    """Refuses whoever is no administrator.

    Raises:
        RightsError: The actor is no administrator.
    """
    actor.check()
    if not actor.manages:
        raise RightsError(f"{what} is for admins: {actor.name!r} is signed in as a {actor.role}", "admin")
