"""``Vouched``: people whom an OpenID provider vouches for; it says who they are, and what they may do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkdigits.accounts.people import LONGEST, Person, as_person
from inkdigits.accounts.throttle import Clock, utc_now
from inkdigits.errors import AccountError
from inkdigits.settings import Settings
from inkdigits.storage.actor import ROLES, Actor, Role
from inkdigits.storage.audit import note
from inkdigits.storage.database import Database, insert_into
from inkdigits.storage.tables.people import PersonRow

DISABLED = "This account is disabled: ask an administrator."
ENDED = "This sign-in was ended: sign in again."


def role_of(claims: Mapping[str, Any], settings: Settings) -> Role:
    """What somebody may do, from the claim that the settings name.

    The claim is a word or a list of words; of several roles the highest counts. Words that the mapping does not know
    mean nothing, unless there is no mapping and they are roles themselves.

    Raises:
        AccountError: The claim gives no role.
    """
    claim: Any = claims
    for part in settings.oidc_claim.split("."):
        claim = claim.get(part) if isinstance(claim, Mapping) else None
    listed = claim if isinstance(claim, (list, tuple)) else [claim]
    words = [word for word in listed if isinstance(word, str)]
    mapping = settings.oidc_roles or {role: role for role in ROLES}
    given = {mapping[word] for word in words if word in mapping}
    for role in reversed(ROLES):
        if role in given:
            return role
    raise AccountError(
        "You are signed in, but nobody gave you a role here: ask an administrator "
        f"(the claim {settings.oidc_claim!r} is {claim!r})."
    )


class Vouched:
    """Accounts of people who sign in elsewhere; they are made at the first sign-in."""

    def __init__(self, database: Database, settings: Settings, clock: Clock = utc_now) -> None:
        """Works on a database that is up to date."""
        self._database = database
        self._settings = settings
        self._clock = clock

    def __call__(self, claims: Mapping[str, Any], *, address: str) -> Person:
        """The person whom an ID token names, with the role that it gives.

        Args:
            claims: The token's claims, checked by whoever received it.
            address: From where, for the audit log.

        Raises:
            AccountError: The token names nobody, gives no role, the account is disabled, or its sign-ins were ended
                after the token was issued.
        """
        if not claims.get("iss") or not claims.get("sub"):
            raise AccountError("The sign-in provider did not say who you are.")
        role = role_of(claims, self._settings)
        subject = f"{claims['iss']} {claims['sub']}"
        name = str(claims.get("name") or claims.get("email") or claims["sub"])[:LONGEST]
        now = self._clock()
        issued = datetime.fromtimestamp(float(claims.get("iat") or now.timestamp()), timezone.utc)
        wanted = select(PersonRow).where(PersonRow.subject == subject)
        row = self._database.read(lambda session: session.scalars(wanted).first())
        if row is None or row.role != role or row.name != name or row.issued is None or row.issued < issued:
            row = self._database.write(lambda session: self._update(session, subject, name, role, issued, address))
        if row.disabled:
            raise AccountError(DISABLED)
        if issued < row.valid_since.replace(microsecond=0):  # tokens count whole seconds
            raise AccountError(ENDED)
        return as_person(row)

    def holds(self, person: Person, issued: Any) -> bool:
        """Whether somebody vouched for by a token of a time may still be here; nothing is written."""
        row = self._database.read(lambda session: session.get(PersonRow, person.id))
        since = row.valid_since.replace(microsecond=0).timestamp() if row else 0.0
        return row is not None and not row.disabled and row.role == person.role and float(issued or since) >= since

    def _update(
        self, session: Session, subject: str, name: str, role: Role, issued: datetime, address: str
    ) -> PersonRow:
        new = insert_into(session, PersonRow).values(
            # Nobody can sign in with this handle: it is no name, so it takes none from a local account.
            handle=f"oidc {hashlib.sha256(subject.encode()).hexdigest()}",
            subject=subject,
            name=name,
            role=role,
            created=self._clock(),
            valid_since=datetime.fromtimestamp(0, timezone.utc),
        )
        made = session.execute(new.on_conflict_do_nothing().returning(PersonRow.id)).scalar()
        row = session.scalars(select(PersonRow).where(PersonRow.subject == subject).with_for_update()).one()
        if made is not None:
            note(session, Actor(row.id, name, role), "person added", name, address=address, details={"role": role})
        if row.role != role:
            actor = Actor(row.id, name, role)
            note(session, actor, "role changed", name, address=address, details={"from": row.role, "to": role})
        if row.issued is None or row.issued < issued:
            row.issued = issued
            if not row.disabled:
                note(session, Actor(row.id, name, role), "sign-in", address=address)
        row.name, row.role, row.seen = name, role, self._clock()
        return row
