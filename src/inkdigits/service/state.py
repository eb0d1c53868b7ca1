"""``State``: what one process of the service has: a reader, a desk, figures, and a store when it is needed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from inkdigits.recognition.engine import processors
from inkdigits.service.desk import Desk
from inkdigits.service.helpers import Helpers
from inkdigits.service.keep import Keep
from inkdigits.service.metrics import Metrics
from inkdigits.service.sight import OwnSight, open_reader
from inkdigits.service.work import Clerk
from inkdigits.settings import Settings

if TYPE_CHECKING:
    from inkdigits.accounts.keys import Keys
    from inkdigits.storage.store import Store
    from inkdigits.storage.upkeep import Upkeep


class State:
    """Made once for an application; :meth:`start` before the first request."""

    def __init__(self, settings: Settings) -> None:
        """Opens the networks.

        Raises:
            ModelError: A model of the settings is missing or damaged.
        """
        self.settings = settings
        self._helpers = Helpers(settings, settings.service_workers) if settings.service_workers else None
        self.reader = open_reader(settings)
        self.ready = False
        self._store: Store | None = None
        self._keys: Keys | None = None
        self._upkeep: Upkeep | None = None
        self._opening = Lock()
        clerk = Clerk(self._helpers or OwnSight(self.reader), Keep(settings, self.open_store))
        workers = settings.service_workers or settings.threads or processors()
        self.desk = Desk(clerk.work, workers, settings.service_queue, settings.service_timeout)
        self.metrics = Metrics(self.desk, lambda: self.reader.models)
        if self._helpers is not None:
            self._helpers.on_loss = self.metrics.count_loss

    @property
    def stores(self) -> bool:
        """Whether anything of the service needs the database: a history or keys."""
        return self.settings.history is True or self.locked

    @property
    def locked(self) -> bool:
        """Whether every request needs a key."""
        return self.settings.service_keys or self.settings.auth != "off"

    def open_store(self) -> Store:
        """The one store of this process; it may take a while the first time, so never call it in the event loop.

        Raises:
            StorageError: It cannot be opened; the next call tries again.
            MissingExtraError: The extra ``store`` is not installed.
        """
        with self._opening:
            if self._store is None:
                from inkdigits.storage.store import Store

                self._store = Store.open(self.settings)
            return self._store

    def open_keys(self) -> Keys:
        """The API keys of the store. Raises what :meth:`open_store` does."""
        if self._keys is None:
            from inkdigits.accounts.keys import Keys

            self._keys = Keys(self.open_store().database, self.settings.auth != "off")
        return self._keys

    def check(self) -> None:
        """Raises StorageError when the database is needed and cannot be reached."""
        if self.stores:
            from sqlalchemy import text

            self.open_store().database.read(lambda session: session.execute(text("SELECT 1")))

    def start(self) -> None:
        """Opens what the settings ask for, if that is not done already.

        Raises:
            StorageError: The database cannot be opened.
            MissingExtraError: The extra ``store`` is not installed.
            ModelError: A process that reads cannot open its models.
        """
        if self.ready:
            return
        if self.stores:
            from inkdigits.storage.upkeep import Upkeep

            self._upkeep = Upkeep(self.open_store().privacy.purge)
        if self._helpers is not None:
            self._helpers.wait()
        self.ready = True

    def close(self) -> None:
        """Ends what is being read, and closes the store."""
        self.ready = False
        self.desk.close()
        if self._helpers is not None:
            self._helpers.close()
        if self._upkeep is not None:
            self._upkeep.stop()
        if self._store is not None:
            self._store.close()


async def state_of(request: Request) -> State:
    """The state behind a request."""
    state: State = request.app.state.service
    return state


Service = Annotated[State, Depends(state_of)]
