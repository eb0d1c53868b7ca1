"""``enter`` and ``leave``: the browser brings a ticket for a cookie, or gives its cookie back."""

from __future__ import annotations

import secrets
from importlib.resources import files

import streamlit as st

from inkdigits.web.accounts.cookie import ENTER, LEAVE, address_of

_bring = st.components.v2.component(
    "inkdigits_ticket",
    html='<p role="status">One moment …</p>',
    css="p { font: inherit; margin: .5rem 0; }",
    js=files("inkdigits.web.accounts").joinpath("ticket.js").read_text(encoding="utf-8"),
)


def enter(ticket: str) -> None:
    """Lets the browser have the cookie; the page that was asked for then starts anew."""
    _bring(key="accounts.enter", data={"ticket": ticket, "path": address_of(ENTER), "then": ""})


def leave() -> None:
    """Lets the browser forget the cookie and ends its sign-in; the first page then starts anew."""
    name = secrets.token_urlsafe(8)
    _bring(key="accounts.leave", data={"ticket": name, "path": address_of(LEAVE), "then": address_of("/")})
