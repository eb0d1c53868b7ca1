"""``show_terms``: for how long readings are kept; nothing is deleted by a choice alone."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import streamlit as st

from inkdigits.storage import Actor
from inkdigits.storage.filter import Filter
from inkdigits.storage.privacy import Choice
from inkdigits.storage.store import Store
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.history.attempt import attempt, attempts, begin_again
from inkdigits.wording import counted

FOREVER = 0  # an option of None would look like nothing chosen
TERMS = {
    FOREVER: "until I delete them",
    7: "for 7 days",
    30: "for 30 days",
    90: "for 90 days",
    365: "for a year",
}


def show_terms(store: Store, actor: Actor) -> None:
    """Draws the choice, and the question when it would delete what is there."""
    days = store.privacy.of(actor).keep_days or FOREVER
    terms = TERMS if days in TERMS else {**TERMS, days: f"for {days} days"}
    key = f"history_days_{attempts()}"
    st.selectbox(
        "Keep readings",
        list(terms),
        list(terms).index(days),
        format_func=terms.__getitem__,
        key=key,
        on_change=attempt,
        args=(lambda: _choose(store, st.session_state[key]),),
        help="Older ones are deleted once a day.",
    )
    chosen = int(st.session_state[key])
    if chosen != days:
        _ask(store, actor, chosen)
    most = store.settings.keep_days
    if most is not None:
        st.caption(f"On this server none is kept for more than {counted(most, 'day')}.")


def _choose(store: Store, days: int) -> None:
    if _older(store, current_actor(), days) == 0:
        _settle(store, days)


def _ask(store: Store, actor: Actor, days: int) -> None:
    gone = counted(_older(store, actor, days), "reading")
    st.warning(f"**{gone}** of yours would be deleted now, with pictures and corrections.", icon=":material/delete:")
    with st.container(horizontal=True):
        settle = (lambda: _settle(store, days),)
        st.button("Delete for good", key="history_days_yes", icon=":material/delete:", on_click=attempt, args=settle)
        st.button("Keep them", key="history_days_no", on_click=begin_again)


def _older(store: Store, actor: Actor, days: int) -> int:
    """How many readings of the actor's own are older than some days."""
    if days == FOREVER:
        return 0
    doomed = store.doomed(actor, Filter(until=datetime.now(timezone.utc) - timedelta(days=days)))
    return doomed.readings - doomed.others


def _settle(store: Store, days: int) -> None:
    actor = current_actor()
    store.privacy.choose(actor, Choice(store.privacy.of(actor).history, days or None))
    store.privacy.purge()
