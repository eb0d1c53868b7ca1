"""The settings on the Admin page: what they are, and how they are changed; secrets are not shown."""

from __future__ import annotations

import streamlit as st

from inkdigits.settings import Settings
from inkdigits.web.accounts.identity import get_settings
from inkdigits.web.admin.tables import facts_table

HOW = "Settings are environment variables of the server, read when it starts: `INKDIGITS_` and the name in capitals."


def show_settings() -> None:
    """Draws the section."""
    st.caption(HOW)
    settings = get_settings()
    st.html(facts_table("Settings", [(name, shown(settings, name)) for name in Settings.names()]))


def shown(settings: Settings, name: str) -> str:
    """A setting as it may be seen: an address without its password."""
    value = getattr(settings, name)
    if name == "database_url" and value is not None:
        from sqlalchemy import make_url

        return make_url(value).render_as_string(hide_password=True)
    if name == "blobs" and value is not None:
        scheme, found, rest = str(value).rpartition("@")
        return f"{scheme.split('://')[0]}://***@{rest}" if found else rest
    return "–" if value is None or value == {} else str(value)
