"""Who is there: the actor whom every page hands to what reads or changes people's data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from inkdigits.accounts.address import client_address
from inkdigits.errors import AccountError
from inkdigits.settings import Settings
from inkdigits.storage.actor import LOCAL, Actor
from inkdigits.web.accounts.cookie import NAME

if TYPE_CHECKING:
    from inkdigits.accounts.office import Accounts
    from inkdigits.accounts.people import Person

WHO = "accounts.who"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever opened the page.

    Attributes:
        actor: Whom they act as; None until they signed in.
        person: Their account; None in an app without accounts, too.
        problem: Why somebody whom a provider vouches for is not let in.
    """

    actor: Actor | None
    person: Person | None = None
    problem: str = ""


@cache
def get_settings() -> Settings:
    """The settings of this server."""
    return Settings.resolve(None)


@cache
def get_accounts() -> Accounts:
    """The accounts of this server."""
    from inkdigits.accounts.office import Accounts  # an app without accounts starts without them

    return Accounts.open(get_settings())


def get_visitor() -> Visitor:
    """Whoever opened the page, as the database knows them at this moment."""
    auth = get_settings().auth
    if auth == "off":
        return Visitor(LOCAL)
    visitor = _by_token() if auth == "local" else _by_provider()
    # What is kept of a visit, drawings and uploads, is of one person: another one finds nothing of it.
    who = visitor.person.id if visitor.person else None
    if st.session_state.get(WHO, who) != who:
        st.session_state.clear()
    st.session_state[WHO] = who
    return visitor


def current_actor() -> Actor:
    """The actor of this page; where there is none any more, the page starts anew and asks to sign in.

    Ask anew whenever something is read or changed: a role may have changed, a sign-in may have ended.
    """
    visitor = get_visitor()
    if visitor.actor is None or (visitor.person and visitor.person.one_time):
        st.rerun()
    return visitor.actor


def get_address() -> str:
    """From where the visitor comes, for the audit log and the throttle."""
    return client_address(st.context.ip_address)


def get_agent() -> str:
    """What the visitor's browser calls itself."""
    return st.context.headers.get("User-Agent") or ""


def _by_token() -> Visitor:
    token, sessions = st.context.cookies.get(NAME), get_accounts().sessions
    found = sessions.who(token) if token else None
    if token is None or found is None:
        return Visitor(None)
    role = found.person.role
    return Visitor(found.person.actor(lambda: sessions.holds(token, role)), found.person)


def _by_provider() -> Visitor:
    if not st.user.get("is_logged_in"):
        return Visitor(None)
    claims, vouched = st.user.to_dict(), get_accounts().vouched
    try:
        person = vouched(claims, address=get_address())
    except AccountError as error:
        return Visitor(None, problem=str(error))
    return Visitor(person.actor(lambda: vouched.holds(person, claims.get("iat"))), person)
