"""API keys on the Account page, the own ones, and on the Admin page, everybody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from inkdigits.accounts.keys import Key
from inkdigits.accounts.people import LONGEST
from inkdigits.storage.actor import ROLES, Role
from inkdigits.web.accounts.identity import current_actor, get_accounts, get_address
from inkdigits.web.admin.said import do, show_said
from inkdigits.web.admin.tables import keys_table
from inkdigits.wording import plain

WHAT = (
    "With a key, a program uses the service (`inkdigits serve`) as its owner does, or with fewer rights. "
    "It is good until it expires or is revoked; signing out does not end it."
)
HAND_OVER = (
    "Copy the key of **{name}** now; it is not shown again. Programs send it as `Authorization: Bearer` and the key."
)
EMPTY = "No keys yet: make one above, and a program can use the service."
FOREVER = 0  # an option of None would look like nothing chosen
TERMS = {30: "30 days", 90: "90 days", 365: "a year", FOREVER: "until it is revoked"}
CHOSEN = "keys.chosen"


def show_own_keys() -> None:
    """Draws the keys of whoever is signed in."""
    actor = current_actor()
    if actor.id is None:
        return
    st.caption(WHAT)
    show_said()
    _ask_key({actor.id: actor.name}, ROLES[: ROLES.index(actor.role) + 1])
    _show_keys(get_accounts().keys.list(actor, actor.id), with_names=False)


def show_all_keys() -> None:
    """Draws everybody's keys, for administrators."""
    actor, accounts = current_actor(), get_accounts()
    st.caption(WHAT)
    show_said()
    owners = {person.id: person.name for person in accounts.people.list(actor) if not person.disabled}
    _ask_key(owners, ROLES)
    _show_keys(accounts.keys.list(actor, all_people=True), with_names=True)


def _ask_key(owners: Mapping[int, str], roles: Sequence[Role]) -> None:
    with (
        st.expander("Make a key", icon=":material/key:"),
        st.form("keys.add", border=False, clear_on_submit=True),
    ):
        left, right = st.columns(2)
        name = left.text_input("What it is for", max_chars=LONGEST, placeholder="scanner in the office")
        days = right.selectbox("Good for", list(TERMS), index=1, format_func=TERMS.__getitem__)
        owner: int | None = next(iter(owners))
        role = roles[0]
        if len(owners) > 1:
            owner = left.selectbox("Whose", list(owners), index=None, format_func=owners.__getitem__)
        if len(roles) > 1:
            role = right.segmented_control("Role at most", roles, default=roles[0], required=True)
        pressed = st.form_submit_button("Make a key")
    if pressed:
        do(
            f"A key was made for {plain(name)}.",
            lambda: get_accounts().keys.add(
                current_actor(), name, owner, role, days=days or None, address=get_address()
            ),
            HAND_OVER.format(name=plain(name)),
        )
        st.rerun()


def _show_keys(keys: Sequence[Key], with_names: bool) -> None:
    if not keys:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
        return
    st.html(keys_table(keys, with_names))
    alive = {key.id: key for key in keys if key.state in ("active", "disabled")}
    if not alive:
        return
    chosen = st.selectbox(
        "Revoke a key", list(alive), index=None, format_func=lambda key: f"{alive[key].name} · ink_{key}", key=CHOSEN
    )
    if chosen is not None and st.button("Revoke", icon=":material/block:", key="keys.revoke"):
        confirm_revoke(alive[chosen])


@st.dialog("Revoke this key?")
def confirm_revoke(key: Key) -> None:
    """Asks before a key opens nothing any more."""
    whose = f" of {plain(key.person)}" if key.person else ""
    st.write(f"**{plain(key.name)}**{whose}: every program that has it is refused at once, for good.")
    with st.container(horizontal=True):
        if st.button("Revoke for good", icon=":material/block:", key="keys.revoke.yes"):
            do(f"The key for {plain(key.name)} was revoked.", lambda: _revoke(key))
            st.session_state.pop(CHOSEN, None)
            st.rerun()
        if st.button("Keep it", key="keys.revoke.no"):
            st.rerun()


def _revoke(key: Key) -> None:
    get_accounts().keys.revoke(current_actor(), key.id, address=get_address())
