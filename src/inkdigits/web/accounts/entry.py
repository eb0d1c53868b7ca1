"""The page that asks who is there, before any other."""

from __future__ import annotations

import streamlit as st

from inkdigits.accounts.people import FIRST
from inkdigits.errors import AccountError, InkDigitsError
from inkdigits.web.accounts.component import enter
from inkdigits.web.accounts.identity import Visitor, get_accounts, get_address, get_agent, get_settings
from inkdigits.wording import plain

NOBODY = f"**Nobody has an account yet.** On the server, run `{FIRST}`; it asks for a password. Then sign in here."
FULL = "The number of tries is limited: after five wrong ones, each further one has to wait."


def show_entry(visitor: Visitor) -> None:
    """Draws the page; to somebody with a one-time password, one that asks for their own."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        if visitor.actor is not None:
            st.title("Choose a password", anchor=False)
            st.caption("Yours was made to be used once.")
            ask_new_password(visitor)
            return
        st.title("Sign in", anchor=False)
        if get_settings().auth == "oidc":
            _show_provider(visitor)
        else:
            _show_form()


def ask_new_password(visitor: Visitor) -> None:
    """Draws the form for another password; where it is changed, this browser stays signed in and all others do not."""
    if visitor.actor is None:
        return
    with st.form("accounts.password", border=False):
        old = st.text_input("Present password", type="password", autocomplete="current-password")
        new = st.text_input(
            "New password",
            type="password",
            autocomplete="new-password",
            help="12 characters or more; a few words that nobody would guess are best",
        )
        again = st.text_input("New password, again", type="password", autocomplete="new-password")
        pressed = st.form_submit_button("Change password", type="primary")
    if pressed and new != again:
        st.error("The two new passwords differ: type the same one twice.", icon=":material/error:")
    elif pressed:
        try:
            ticket = get_accounts().sign_in.change_password(
                visitor.actor, old, new, address=get_address(), agent=get_agent()
            )
        except InkDigitsError as error:
            _say(error)
        else:
            enter(ticket)
            st.stop()


def _show_form() -> None:
    if get_accounts().people.empty():
        st.info(NOBODY, icon=":material/person_add:")
        return
    with st.form("accounts.entry", border=False):
        name = st.text_input("Name", autocomplete="username", max_chars=64)
        password = st.text_input("Password", type="password", autocomplete="current-password")
        pressed = st.form_submit_button("Sign in", type="primary", width="stretch")
    if not pressed:
        return
    if not name or not password:
        st.error("Type your name and your password.", icon=":material/error:")
        return
    try:
        ticket = get_accounts().sign_in(name, password, address=get_address(), agent=get_agent())
    except InkDigitsError as error:
        _say(error)
    else:
        enter(ticket)


def _show_provider(visitor: Visitor) -> None:
    if visitor.problem:
        st.error(plain(visitor.problem), icon=":material/error:")
        if st.button("Sign out", width="stretch"):
            st.logout()
        return
    st.write("You sign in at your organization's own page, and come back here.")
    if st.button("Sign in", type="primary", width="stretch"):
        st.login()


def _say(error: InkDigitsError) -> None:
    st.error(plain(str(error)), icon=":material/error:")
    if isinstance(error, AccountError):
        st.caption(FULL)
