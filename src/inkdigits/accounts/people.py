"""``People``: accounts, as administrators manage them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inkdigits.accounts.passwords import check_password, hash_password, one_time_password
from inkdigits.accounts.throttle import Clock, utc_now
from inkdigits.errors import AccountError, OptionError
from inkdigits.storage.actor import Actor, Role, check_role
from inkdigits.storage.audit import Action, note, require_admin
from inkdigits.storage.database import Database, insert_into
from inkdigits.storage.tables.people import PersonRow, SessionRow

ONE_TIME = timedelta(days=3)  # in which a one-time password must be used
LONGEST = 64  # characters of a name
FIRST = "inkdigits users add NAME --role admin"


@dataclass(frozen=True, slots=True)
class Person:
    """An account.

    Attributes:
        id: Number of the account.
        name: Name to sign in with.
        role: What they may do.
        disabled: They cannot sign in.
        one_time: Their password must be changed at the next sign-in.
        external: An OpenID provider vouches for them, and says their role.
        created: When the account was made, aware, UTC.
        seen: When they last did something; None for never.
    """

    id: int
    name: str
    role: Role
    disabled: bool
    one_time: bool
    external: bool
    created: datetime
    seen: datetime | None

    def actor(self, holds: Callable[[], bool] | None = None) -> Actor:
        """This person, as the one who asks; ``holds`` says whether they still may."""
        return Actor(self.id, self.name, self.role, holds)


class People:
    """The accounts of one database. Whoever asks must be an administrator, but for what says otherwise."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        """Works on a database that is up to date."""
        self._database = database
        self._clock = clock

    def empty(self) -> bool:
        """True while there is no account at all. Anybody may ask."""
        return self._database.read(lambda session: session.scalar(select(PersonRow.id).limit(1)) is None)

    def list(self, actor: Actor) -> tuple[Person, ...]:
        """All people by name, those who are disabled last."""
        require_admin(actor, "The list of people")
        order = select(PersonRow).order_by(PersonRow.disabled, PersonRow.handle)
        return self._database.read(lambda session: tuple(map(as_person, session.scalars(order))))

    def named(self, actor: Actor, name: str) -> Person:
        """The person of a name; whoever signs in here with it goes before those of whom a provider says it.

        Raises:
            AccountError: There is none, or a provider vouches for several of that name.
        """
        require_admin(actor, "The list of people")
        wanted = select(PersonRow).where((PersonRow.handle == handle(name)) | (PersonRow.name == name))
        rows = self._database.read(lambda session: session.scalars(wanted).all())
        here = [row for row in rows if row.handle == handle(name)]
        found = here or rows
        if not found:
            raise AccountError(f"nobody is called {name!r}; see inkdigits users list")
        if len(found) > 1:
            raise AccountError(f"{len(found)} people are called {name!r}: choose one of them on the Admin page")
        return as_person(found[0])

    def add(self, actor: Actor, name: str, role: Role, password: str | None = None, *, address: str = "") -> str | None:
        """Makes an account.

        Args:
            actor: An administrator.
            name: Name to sign in with; upper and lower case are the same.
            role: What they may do.
            password: Their password; None makes one that is good once.
            address: From where, for the audit log.

        Returns:
            The one-time password that was made, or None.

        Raises:
            OptionError: The name, the role or the password does not do.
            AccountError: The name is taken.
            RightsError: The actor is no administrator.
        """
        require_admin(actor, "Adding people")
        check_role(role)
        name = _checked_name(name)
        made = None if password is not None else one_time_password()
        if password is not None:
            check_password(password, name)
        kept = hash_password(made or password or "")
        now = self._clock()

        def work(session: Session) -> None:
            new = insert_into(session, PersonRow).values(
                handle=handle(name),
                name=name,
                role=role,
                password=kept,
                password_until=now + ONE_TIME if made else None,
                created=now,
                valid_since=now,
            )
            if session.execute(new.on_conflict_do_nothing().returning(PersonRow.id)).scalar() is not None:
                note(session, actor, "person added", name, address=address, details={"role": role})
                return
            same = session.scalars(select(PersonRow).where(PersonRow.handle == handle(name))).one()
            if same.password != kept:  # else a run before this one was kept, but its answer was lost
                raise AccountError(f"there is already somebody called {same.name!r}; choose another name")

        self._database.write(work)
        return made

    def set_role(self, actor: Actor, person: int, role: Role, *, address: str = "") -> None:
        """Gives a person another role, from the next thing they do.

        Raises:
            AccountError: They are the last administrator, or a provider says their role.
        """
        check_role(role)

        def work(session: Session, row: PersonRow) -> dict[str, Any]:
            if row.subject is not None:
                raise AccountError(f"the role of {row.name!r} comes from the sign-in provider; change it there")
            if role != "admin":
                _keep_an_admin(session, row)
            old, row.role = row.role, role
            return {"from": old, "to": role}

        self._change(actor, person, "role changed", work, address)

    def disable(self, actor: Actor, person: int, *, address: str = "") -> None:
        """Ends all sign-ins of a person, and allows no more.

        Raises:
            AccountError: They are the last administrator.
        """

        def work(session: Session, row: PersonRow) -> dict[str, Any]:
            _keep_an_admin(session, row)
            row.disabled = True
            end_sessions(session, row, self._clock())
            return {}

        self._change(actor, person, "person disabled", work, address)

    def enable(self, actor: Actor, person: int, *, address: str = "") -> None:
        """Lets a person sign in again."""

        def work(_: Session, row: PersonRow) -> dict[str, Any]:
            row.disabled = False
            return {}

        self._change(actor, person, "person enabled", work, address)

    def reset(self, actor: Actor, person: int, password: str | None = None, *, address: str = "") -> str | None:
        """Gives a person another password and ends all their sign-ins.

        Args:
            actor: An administrator.
            person: Whose.
            password: The new one; None makes one that is good once.
            address: From where, for the audit log.

        Returns:
            The one-time password that was made, or None.
        """
        made = None if password is not None else one_time_password()
        kept = hash_password(made or password or "")  # it takes its time: nobody else's writing is to wait for it

        def work(session: Session, row: PersonRow) -> dict[str, Any]:
            if row.subject is not None:
                raise AccountError(f"{row.name!r} signs in at a provider and has no password here")
            if password is not None:
                check_password(password, row.name)
            row.password = kept
            row.password_until = self._clock() + ONE_TIME if made else None
            end_sessions(session, row, self._clock())
            return {"one-time": made is not None}

        self._change(actor, person, "password reset", work, address)
        return made

    def _change(
        self,
        actor: Actor,
        person: int,
        action: Action,
        work: Callable[[Session, PersonRow], dict[str, Any]],
        address: str,
    ) -> None:
        require_admin(actor, "Managing people")

        def whole(session: Session) -> None:
            row = session.get(PersonRow, person, with_for_update=True)
            if row is None:
                raise AccountError(f"there is no account number {person}")
            details = work(session, row)
            note(session, actor, action, row.name, address=address, details=details)

        self._database.write(whole)


def handle(name: str) -> str:
    """The name as it is compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def as_person(row: PersonRow) -> Person:
    """What may be shown of a row."""
    return Person(
        row.id,
        row.name,
        row.role,
        row.disabled,
        row.password_until is not None,
        row.subject is not None,
        row.created,
        row.seen,
    )


def end_sessions(session: Session, row: PersonRow, now: datetime) -> None:
    """Ends all sign-ins of a person, also those that only the provider knows."""
    session.execute(delete(SessionRow).where(SessionRow.person_id == row.id))
    row.valid_since = now


def _keep_an_admin(session: Session, row: PersonRow) -> None:
    admins = select(PersonRow.id).where(PersonRow.role == "admin", PersonRow.disabled.is_(False)).order_by(PersonRow.id)
    others = [found for found in session.scalars(admins.with_for_update()) if found != row.id]
    if not others and row.role == "admin" and not row.disabled:
        raise AccountError(f"{row.name!r} is the last admin: make somebody else admin first")


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise OptionError(f"a name has 1 to {LONGEST} characters that can be seen")
    return name
