"""The own account: who is signed in and where, another password, and the way out."""

from __future__ import annotations

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.storage.actor import Actor
from inkdigits.web.accounts.component import leave
from inkdigits.web.accounts.entry import ask_new_password
from inkdigits.web.accounts.identity import current_actor, get_accounts, get_address, get_settings, get_visitor
from inkdigits.web.accounts.keys import show_own_keys
from inkdigits.web.admin.tables import sign_ins
from inkdigits.web.history.keeping import get_keeper
from inkdigits.wording import plain

WAIT = 2.0  # seconds for what is still being written
RIGHTS = {
    "user": "You read, and see what you read.",
    "reviewer": "You read, and see and correct what everybody read.",
    "admin": "You may do everything: people, models, settings, and what everybody read.",
}


def show_page() -> None:
    """The page, top to bottom."""
    actor = current_actor()
    st.title("Account", anchor=False)
    st.markdown(f"You are signed in as **{plain(actor.name)}** ({actor.role}). {RIGHTS[actor.role]}")
    _show_ways_out(actor)
    if get_settings().auth == "local":
        st.subheader("Where you are signed in", anchor=False)
        st.html(sign_ins(get_accounts().sessions.list(actor, actor.id)))
        st.subheader("Another password", anchor=False)
        ask_new_password(get_visitor())
    st.subheader("API keys", anchor=False)
    show_own_keys()


def _show_ways_out(actor: Actor) -> None:
    """The button that ends all own sign-ins, and one that ends this browser's."""
    with st.container(horizontal=True):
        everywhere = st.button("Sign out", icon=":material/logout:", help="Ends your sign-ins in all browsers")
        here = st.button("Only in this browser", icon=":material/devices:", help="Your other sign-ins go on")
    if not (everywhere or here):
        return
    get_keeper().wait(WAIT, actor.id)  # what was read last is kept while it may be
    try:
        if everywhere and actor.id is not None:
            get_accounts().sessions.end_all(actor, actor.id, address=get_address())
    except InkDigitsError as error:
        st.error(f"**You are still signed in.** {plain(str(error))}", icon=":material/error:")
        return
    if get_settings().auth == "oidc":
        st.logout()
    else:
        leave()
    st.stop()


show_page()
