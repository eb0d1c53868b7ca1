"""``Keep``: what the service reads goes into the history of whoever asked, where one is kept."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from inkdigits.errors import StorageError
from inkdigits.images import Page
from inkdigits.reading import Reading
from inkdigits.registry.digests import digest_of
from inkdigits.service.order import Order
from inkdigits.settings import Settings

if TYPE_CHECKING:
    from inkdigits.storage.store import Store

log = logging.getLogger(__name__)


class Keep:
    """Keeps readings. Without accounts it does so when INKDIGITS_HISTORY is on; a person's decide for themselves."""

    def __init__(self, settings: Settings, open_store: Callable[[], Store]) -> None:
        """Takes the settings, and what gives the store, opened when it is first needed."""
        self._settings = settings
        self._open_store = open_store

    def __call__(
        self, order: Order, read: Sequence[tuple[Reading, Page | None, float]]
    ) -> tuple[list[str | None], str | None]:
        """Keeps the pages of an order.

        Args:
            order: As it was asked.
            read: Each page's reading, the page (None for a drawing), and how long it took in milliseconds.

        Returns:
            For each its id, None when it was not kept; and why not, when it should have been.
        """
        if not self.wants(order):
            return [None] * len(read), None
        kept: list[str | None] = []
        try:
            store = self._open_store()
            if not store.privacy.keeps(order.actor, order.actor.id is not None):
                return [None] * len(read), None
            known = self._known(order)
            for place, (reading, page, took) in enumerate(read):
                name = uuid4().hex if order.key is None else f"{order.key}-{place}"
                known |= {"id": name, "duration_ms": took, "model_sha256": digest_of(reading.model, self._settings)}
                store.add(reading, page, actor=order.actor, strokes=order.strokes, source="service", **known)
                kept.append(name)
        except StorageError as error:  # it was read, all the same
            log.warning("a reading is not kept: %s", error)
            return [*kept, *[None] * (len(read) - len(kept))], f"not kept: {error}"
        return kept, None

    def wants(self, order: Order) -> bool:
        """Whether somebody may want it kept; opens nothing."""
        history = self._settings.history
        return order.options.keep and (history is True or (history is None and order.actor.id is not None))

    @staticmethod
    def _known(order: Order) -> dict[str, Any]:
        asked = {name: value for name, value in order.options.asked.items() if value is not None}
        digest = "" if order.data is None else hashlib.sha256(order.data).hexdigest()
        return {"name": order.name, "settings": asked, **({"input_sha256": digest} if digest else {})}
