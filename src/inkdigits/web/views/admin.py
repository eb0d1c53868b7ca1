"""The Admin page: people, sign-ins, the audit log, settings."""

from __future__ import annotations

import streamlit as st

from inkdigits.web.accounts.identity import current_actor, get_accounts, get_settings
from inkdigits.web.accounts.keys import show_all_keys
from inkdigits.web.admin.audit import show_audit
from inkdigits.web.admin.people import show_people
from inkdigits.web.admin.settings import show_settings
from inkdigits.web.admin.tables import sign_ins

SECTIONS = ("People", "Sign-ins", "Keys", "Audit log", "Settings")


def show_page() -> None:
    """The page, top to bottom."""
    st.title("Admin", anchor=False)
    section = st.segmented_control(
        "Section", SECTIONS, default="People", key="admin.section", required=True, label_visibility="collapsed"
    )
    if section == "People":
        show_people()
    elif section == "Sign-ins":
        _show_sign_ins()
    elif section == "Keys":
        show_all_keys()
    elif section == "Audit log":
        show_audit()
    else:
        show_settings()


def _show_sign_ins() -> None:
    if get_settings().auth == "oidc":
        st.caption("Who is signed in, the provider knows. To end somebody's sign-ins here, choose them under People.")
        return
    st.caption("To end somebody's sign-ins, choose them under People.")
    st.html(sign_ins(get_accounts().sessions.list(current_actor()), with_names=True))


show_page()
