"""The shelf of batches behind the page: who does what there is noted, and what is too old goes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.settings import Settings
from inkdigits.storage.actor import Actor
from inkdigits.web.accounts.identity import get_accounts, get_address, get_settings

if TYPE_CHECKING:
    from inkdigits.batch.shelf import Shelf
    from inkdigits.storage.audit import Action

DAY = 86_400.0
"""Seconds after which what is old is deleted again."""

_purged: dict[Path, int] = {}


def get_shelf() -> Shelf:
    """The batches of this server, for the visitor of this moment."""
    from inkdigits.batch.shelf import Shelf

    settings, address = get_settings(), get_address()

    def note(actor: Actor, action: Action, subject: str, details: Mapping[str, Any]) -> None:
        if settings.auth != "off":
            get_accounts().audit.add(actor, action, subject, address=address, details=details)

    return Shelf(settings, note)


def drop_old(settings: Settings) -> None:
    """Deletes the batches that may not be kept any longer: when the app starts, and each day that somebody opens it."""
    today = int(time.monotonic() // DAY)
    if settings.keep_days is None or _purged.get(settings.home) == today:
        return
    from inkdigits.batch.shelf import Shelf

    _purged[settings.home] = today
    Shelf(settings).purge()
