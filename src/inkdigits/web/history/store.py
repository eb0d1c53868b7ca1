"""The store behind the pages: opened when it is first needed, and never where nothing may be kept."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from inkdigits.settings import Settings
from inkdigits.storage import Actor
from inkdigits.storage.database import Database
from inkdigits.storage.store import Store
from inkdigits.storage.upkeep import Upkeep

OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def get_store() -> Store:
    """The one store of this server. Raises StorageError when it cannot be opened; the next call tries again."""
    settings = Settings.resolve(None)
    return _open(settings.home, settings.database_url, settings.blobs, settings.history, settings.keep_days)


@lru_cache(maxsize=4)
def _open(*_: object) -> Store:
    store = Store.open()
    Upkeep(store.privacy.purge)
    return store


def has_store() -> bool:
    """Whether there is a database already; asking makes none."""
    return Database(Settings.resolve(None)).exists


def unless_told(actor: Actor) -> bool:
    """Whether readings are kept for somebody who never decided.

    They are where they stay with the person: in an app that only this machine reaches, and in an account of one's own.
    An app that others reach without accounts shows everybody the same history, so there nothing is kept.
    """
    return actor.id is not None or st.get_option("server.address") in OWN_MACHINE


def may_keep(actor: Actor) -> bool:
    """Whether the actor's readings may be kept now."""
    default = unless_told(actor)
    settings = Settings.resolve(None)
    if settings.history is False or (settings.history is None and not default and not has_store()):
        return False
    return get_store().privacy.keeps(actor, default)
