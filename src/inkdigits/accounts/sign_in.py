"""``SignIn``: the road from a name and a password to a ticket, and the own password."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkdigits.accounts.passwords import check_password, hash_password, verify_password
from inkdigits.accounts.people import end_sessions, handle
from inkdigits.accounts.sessions import Sessions
from inkdigits.accounts.throttle import Clock, Throttle, utc_now
from inkdigits.errors import AccountError
from inkdigits.storage.actor import Actor
from inkdigits.storage.audit import note
from inkdigits.storage.database import Database
from inkdigits.storage.tables.people import PersonRow

WRONG = "That name and password do not go together, or the account is disabled."
WRONG_OWN = "That is not your present password."


class SignIn:
    """Checks passwords."""

    def __init__(self, database: Database, sessions: Sessions, clock: Clock = utc_now) -> None:
        """Works on a database that is up to date."""
        self._database = database
        self._sessions = sessions
        self._throttle = Throttle(database, clock)
        self._clock = clock

    def __call__(self, name: str, password: str, *, address: str, agent: str = "") -> str:
        """Takes a name and a password for a ticket.

        The answer and the time it takes are the same whether the name is unknown, the password wrong, or the account
        disabled.

        Raises:
            TooManyTriesError: This account or this address must wait.
            AccountError: They do not go together.
        """
        self._claim(name, address)
        row = self._find(name)
        right, better = verify_password(password, row.password if row else None)
        if row is None or not right or not self._usable(row):
            self._fail(row, address)
            raise AccountError(WRONG)
        self._throttle.right(handle(name), address)
        person, role = row.id, row.role

        def work(session: Session) -> str:
            kept = session.get_one(PersonRow, person, with_for_update=True)
            if not self._usable(kept) or kept.valid_since != row.valid_since:  # another password since it was compared
                raise AccountError(WRONG)
            if better is not None and kept.password == row.password:
                kept.password = better
            kept.seen = self._clock()
            note(session, Actor(person, kept.name, role), "sign-in", address=address)
            return self._sessions.begin(session, person, address, agent)

        return self._database.write(work)

    def change_password(self, actor: Actor, old: str, new: str, *, address: str, agent: str = "") -> str:
        """Changes the own password and ends all own sign-ins.

        Returns:
            A ticket for a new sign-in, to stay.

        Raises:
            TooManyTriesError: This account or this address must wait.
            AccountError: The old password is wrong, or the account is not one with a password.
            OptionError: The new one would be guessed.
        """
        check_password(new, actor.name)
        self._claim(actor.name, address)
        row = self._find(actor.name)
        if row is None or row.id != actor.id:
            raise AccountError("this account has no password here")
        right, _ = verify_password(old, row.password)
        if not right:
            self._fail(row, address)
            raise AccountError(WRONG_OWN)
        self._throttle.right(handle(actor.name), address)
        if old == new:
            raise AccountError("the new password is the old one; choose another")
        kept = hash_password(new)

        def work(session: Session) -> str:
            changed = session.get_one(PersonRow, row.id, with_for_update=True)
            changed.password, changed.password_until = kept, None
            end_sessions(session, changed, self._clock())
            note(session, actor, "password changed", actor.name, address=address)
            return self._sessions.begin(session, row.id, address, agent)

        return self._database.write(work)

    def _claim(self, name: str, address: str) -> None:
        """Guesses that come too early are not noted: a flood of them must not fill the log."""
        self._throttle.claim(handle(name), address)

    def _find(self, name: str) -> PersonRow | None:
        wanted = select(PersonRow).where(PersonRow.handle == handle(name))
        return self._database.read(lambda session: session.scalars(wanted).first())

    def _usable(self, row: PersonRow) -> bool:
        return not row.disabled and (row.password_until is None or row.password_until > self._clock())

    def _fail(self, row: PersonRow | None, address: str) -> None:
        """Notes a failure. A name that nobody has is not written down: it may be a password in the wrong field."""
        known = row.name if row else "unknown name"
        self._database.write(lambda session: note(session, None, "sign-in failed", known, address=address))
