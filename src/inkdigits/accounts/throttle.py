"""``Throttle``: after a few failures each further guess must wait, by account and by address.

The counts are kept in the database, so that a restart forgets nothing and several servers count together. A guess is
counted before it is compared, in one transaction: a thousand guesses at once are a thousand guesses.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from sqlalchemy import delete
from sqlalchemy.orm import Session

from inkdigits.accounts.address import neighborhood
from inkdigits.errors import InkDigitsError
from inkdigits.storage.database import Database, insert_into
from inkdigits.storage.tables.people import AttemptRow

Clock = Callable[[], datetime]

FREE_ACCOUNT, FREE_ADDRESS = 5, 10  # failures without a wait: people mistype, and several share an address
LONGEST = 60.0  # seconds; more would let a stranger lock somebody out for long
STEPS = 7  # failures from no wait to the longest
FORGIVE = timedelta(minutes=10)  # after which one failure is forgotten: fifty people mistype, too
FORGET = timedelta(days=1)  # by then all are
_SINCE_EVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


class TooManyTriesError(InkDigitsError):
    """A guess came before its time."""

    def __init__(self, seconds: float) -> None:
        """Says how long to wait."""
        self.seconds = max(1, math.ceil(seconds))
        super().__init__(f"Too many tries. Wait {self.seconds} s, then try again.")


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(timezone.utc)


def wait_after(failures: int, free: int) -> float:
    """Seconds that must pass after so many failures: none at first, then 1, 2, 4 and so on to a minute."""
    return 0.0 if failures < free else min(2.0 ** (failures - free), LONGEST)


class Throttle:
    """Counts failures; one for all servers of a database."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        """Works on a database that is up to date."""
        self._database = database
        self._clock = clock

    def claim(self, account: str, address: str) -> None:
        """Takes one guess, counted as a failure until :meth:`right` says otherwise.

        Args:
            account: The name that was typed, whether there is such an account or not.
            address: From where.

        Raises:
            TooManyTriesError: It is too early; the guess does not count, and must not be looked at.
        """
        now = self._clock()
        places = (_key("account", account), FREE_ACCOUNT), (_key("address", neighborhood(address)), FREE_ADDRESS)
        soonest = self._database.write(lambda session: _claim(session, places, now))
        if soonest > now:
            raise TooManyTriesError((soonest - now).total_seconds())

    def right(self, account: str, address: str) -> None:
        """The guess was right: the account starts anew; the address keeps what it failed before.

        A stranger with an account of their own must not win guesses at others by signing in now and then.
        """

        def work(session: Session) -> None:
            session.execute(delete(AttemptRow).where(AttemptRow.key == _key("account", account)))
            row = session.get(AttemptRow, _key("address", neighborhood(address)), with_for_update=True)
            if row is not None:
                row.failures, row.until = max(0, row.failures - 1), _SINCE_EVER

        self._database.write(work)


def _claim(session: Session, places: tuple[tuple[str, int], ...], now: datetime) -> datetime:
    """Counts a guess at all places, or at none when one of them must wait; returns until when."""
    session.execute(delete(AttemptRow).where(AttemptRow.last < now - FORGET))
    rows = []
    for key, free in sorted(places):  # always in this order: two guesses at once must not wait for each other
        new = insert_into(session, AttemptRow).values(key=key, failures=0, last=now, until=_SINCE_EVER)
        session.execute(new.on_conflict_do_nothing(index_elements=["key"]))
        row = session.get_one(AttemptRow, key, with_for_update=True)
        rows.append((row, free))
    soonest = max(row.until for row, _ in rows)
    if soonest > now:
        return soonest
    for row, free in rows:
        _forgive(row, now)
        row.failures = min(row.failures + 1, free + STEPS)
        row.until = now + timedelta(seconds=wait_after(row.failures, free))
    return now


def _forgive(row: AttemptRow, now: datetime) -> None:
    """Forgets one failure for each stretch of time since the last was forgotten."""
    forgiven = max(0, (now - row.last) // FORGIVE)
    row.last = row.last + forgiven * FORGIVE if row.failures > forgiven else now
    row.failures = max(0, row.failures - forgiven)


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()
