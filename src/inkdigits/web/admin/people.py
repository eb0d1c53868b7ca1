"""People on the Admin page: who there is, adding one, and what can be done with one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from inkdigits.accounts.people import LONGEST, Person
from inkdigits.storage.actor import ROLES
from inkdigits.web.accounts.identity import current_actor, get_accounts, get_address, get_settings
from inkdigits.web.admin.said import do, show_said
from inkdigits.web.admin.tables import people_table, state
from inkdigits.wording import plain

CHOSEN = "admin.person"
HAND_OVER = (
    "Hand **{name}** this password; it is not shown again. It is good for three days, and must be changed at sign-in."
)


def show_people() -> None:
    """Draws the section."""
    show_said()
    people = get_accounts().people.list(current_actor())
    st.html(people_table(people))
    local = get_settings().auth == "local"
    if local:
        with st.expander("Add a person", icon=":material/person_add:", expanded=len(people) < 2):
            _ask_person()
    else:
        st.caption("People are added when they first sign in at the provider, which also says their role.")
    names = {person.id: person.name for person in people}
    chosen = st.selectbox("Change a person", list(names), index=None, format_func=names.__getitem__, key=CHOSEN)
    if chosen is not None:
        _show_person(next(person for person in people if person.id == chosen), local)


def _ask_person() -> None:
    with st.form("admin.add", border=False, clear_on_submit=True):
        left, right = st.columns(2)
        name = left.text_input("Name", max_chars=LONGEST, autocomplete="off")
        role = right.segmented_control("Role", ROLES, default="user", required=True)
        pressed = st.form_submit_button("Add")
    if pressed:
        people = get_accounts().people
        do(
            f"{plain(name)} was added as {role}.",
            lambda: people.add(current_actor(), name, role, address=get_address()),
            HAND_OVER.format(name=plain(name)),
        )
        st.rerun()


def _show_person(person: Person, local: bool) -> None:
    people, key = get_accounts().people, f"admin.{person.id}"
    with st.container(border=True, key="admin_person"):
        st.markdown(f"**{plain(person.name)}** · {person.role} · {state(person)}")
        if local:
            _show_role(person)
        with st.container(horizontal=True):
            if person.disabled:
                _button("Enable", "lock_open", f"{key}.on", person, "can sign in again", people.enable)
            else:
                _button("Disable", "block", f"{key}.off", person, "cannot sign in any more", people.disable)
            if local:
                _button("New password", "key", f"{key}.reset", person, "has a new password", people.reset)
            _button(
                "End sign-ins",
                "logout",
                f"{key}.end",
                person,
                "is signed out everywhere",
                get_accounts().sessions.end_all,
            )


def _show_role(person: Person) -> None:
    role = st.segmented_control(
        "Role", ROLES, default=person.role, key=f"admin.{person.id}.role.{person.role}", required=True
    )
    if role != person.role:
        people = get_accounts().people
        do(
            f"{plain(person.name)} is now {role}.",
            lambda: people.set_role(current_actor(), person.id, role, address=get_address()),
        )
        st.rerun()


def _button(label: str, icon: str, key: str, person: Person, then: str, act: Callable[..., str | None]) -> None:
    if st.button(label, icon=f":material/{icon}:", key=key):
        do(
            f"{plain(person.name)} {then}.",
            lambda: act(current_actor(), person.id, address=get_address()),
            HAND_OVER.format(name=plain(person.name)),
        )
        st.rerun()
