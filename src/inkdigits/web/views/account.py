"""The own account: who is signed in and where, another password, and the way out."""

from __future__ import annotations

import streamlit as st

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
    with st.container(horizontal=True):
        out = st.button("Sign out", icon=":material/logout:")
        everywhere = st.button("Sign out everywhere", icon=":material/devices:", help="Ends all your sign-ins")
    if out or everywhere:
        get_keeper().wait(WAIT)  # what was read last is kept while it may be
    if everywhere and actor.id is not None:
        get_accounts().sessions.end_all(actor, actor.id, address=get_address())
    if out or everywhere:
        if get_settings().auth == "oidc":
            st.logout()
        else:
            leave()
        st.stop()
    if get_settings().auth == "local":
        st.subheader("Where you are signed in", anchor=False)
        st.html(sign_ins(get_accounts().sessions.list(actor, actor.id)))
        st.subheader("Another password", anchor=False)
        ask_new_password(get_visitor())
    st.subheader("API keys", anchor=False)
    show_own_keys()


show_page()
