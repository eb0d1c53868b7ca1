"""``Accounts``: everything about accounts of one database, opened once and shared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from inkdigits.accounts.claims import Vouched
from inkdigits.accounts.keys import Keys
from inkdigits.accounts.people import People
from inkdigits.accounts.sessions import Sessions
from inkdigits.accounts.sign_in import SignIn
from inkdigits.accounts.throttle import Clock, utc_now
from inkdigits.settings import Settings
from inkdigits.storage.audit import AuditLog
from inkdigits.storage.database import Database
from inkdigits.storage.store import Store


class Accounts:
    """Thread-safe.

    Attributes:
        people: Accounts, as administrators manage them.
        sessions: Who is signed in.
        sign_in: From a name and a password to a ticket.
        vouched: From an OpenID token to a person.
        keys: With what programs use the service.
        audit: Who did what.
    """

    def __init__(self, database: Database, settings: Settings, clock: Clock = utc_now) -> None:
        """Takes a database whose tables are there; :meth:`open` is the usual way."""
        self.settings = settings
        self.people = People(database, clock)
        self.sessions = Sessions(database, timedelta(hours=settings.session_hours), clock)
        self.sign_in = SignIn(database, self.sessions, clock)
        self.vouched = Vouched(database, settings, clock)
        self.keys = Keys(database, settings.auth != "off", clock)
        self.audit = AuditLog(database)

    @classmethod
    def open(cls, settings: Settings | Mapping[str, Any] | None = None) -> Accounts:
        """Opens the accounts of some settings. Raises what :meth:`inkdigits.storage.store.Store.open` does."""
        settings = Settings.resolve(settings)
        return cls(Store.open(settings).database, settings)
