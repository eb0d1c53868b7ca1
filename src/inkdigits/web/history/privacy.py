"""``show_privacy``: whether readings are kept, for how long, and how to take or delete them."""

from __future__ import annotations

import tempfile
from io import RawIOBase

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.settings import Settings
from inkdigits.storage import Actor
from inkdigits.storage.filter import Filter
from inkdigits.storage.privacy import Choice
from inkdigits.storage.readings import Doomed
from inkdigits.storage.store import Store
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.history.attempt import attempt, attempts
from inkdigits.web.history.filters import is_filtered
from inkdigits.web.history.notice import forget_notice
from inkdigits.web.history.store import get_store, may_keep, unless_told
from inkdigits.web.history.terms import show_terms
from inkdigits.web.history.words import sentence
from inkdigits.wording import counted, plain

OFF_FOR_ALL = "The history is switched off on this server (INKDIGITS_HISTORY): nothing is kept of anyone."
OFF = "The history is off: **nothing you draw, upload or photograph is kept.**"


def show_switch(actor: Actor) -> bool:
    """Draws the switch and what it means; gives whether readings are kept."""
    settings = Settings.resolve(None)
    kept = may_keep(actor)
    key = f"history_keep_{attempts()}"
    turn = (lambda: _switch(key),)
    st.toggle("Keep history", kept, key=key, disabled=settings.history is False, on_change=attempt, args=turn)
    if settings.history is False:
        st.caption(OFF_FOR_ALL)
    else:
        st.caption(_told(settings, actor) if kept else OFF)
    return kept


def show_care(store: Store, actor: Actor, wanted: Filter) -> None:
    """Draws, folded: how long readings are kept, everything as an archive, and deleting."""
    with st.popover("Keep, export, delete", icon=":material/shield_person:", key="history_care"):
        show_terms(store, actor)
        which = "what the filter shows" if is_filtered() else "everything"
        st.download_button(
            f"Export {which}",
            lambda: _archive(store, actor, wanted),
            "history.zip",
            "application/zip",
            icon=":material/download:",
            help="Pictures and all that is known of them, as a ZIP archive",
            on_click="ignore",
            key="history_export_all",
            width="stretch",
        )
        if st.button(f"Delete {which}", icon=":material/delete:", key="history_delete_all", width="stretch"):
            confirm_delete_all(store, actor, wanted)


@st.dialog("Delete these readings?")
def confirm_delete_all(store: Store, actor: Actor, wanted: Filter) -> None:
    """Asks before readings are gone, and says whose they are."""
    try:
        doomed = store.doomed(actor, wanted)
    except InkDigitsError as error:  # a dialog is drawn again by itself, without the page that would say so
        st.error(plain(sentence(str(error))), icon=":material/error:")
        return
    st.write(words_before(doomed, actor))
    with st.container(horizontal=True):
        if st.button(
            "Delete for good",
            icon=":material/delete:",
            on_click=attempt,
            args=(lambda: store.delete_all(current_actor(), wanted),),
            disabled=not doomed.readings,
            key="history_delete_all_yes",
        ):
            st.rerun()
        if st.button("Keep them", key="history_delete_all_no"):
            st.rerun()


def words_before(doomed: Doomed, actor: Actor) -> str:
    """What is about to be deleted, as Markdown."""
    if not doomed.readings:
        return "None of these readings is yours to delete." if actor.sees_all else "There is nothing to delete."
    gone = "pictures and corrections are deleted for good."
    if not doomed.others:
        stay = " Those of others stay." if actor.sees_all and not actor.manages else ""
        return f"**{counted(doomed.readings, 'reading')}**, their {gone}{stay}"
    people = f"{doomed.people:,} {'people' if doomed.people > 1 else 'person'}"
    mine = doomed.readings - doomed.others
    whose = f"not only yours: {doomed.others:,} belong to others" if mine else "none of them yours"
    return f"**{counted(doomed.readings, 'reading')} of {people}, {whose}.** They, their {gone}"


def _switch(key: str) -> None:
    forget_notice()
    store, actor = get_store(), current_actor()
    store.privacy.choose(actor, Choice(bool(st.session_state[key]), store.privacy.of(actor).keep_days))


def _archive(store: Store, actor: Actor, wanted: Filter) -> RawIOBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (Streamlit reads it, and its end closes it)
    store.export(actor, file, wanted)
    return file.detach()  # Streamlit takes no file that is also written to through a buffer


def _told(settings: Settings, actor: Actor) -> str:
    kept = "What you draw, upload or photograph is kept with what was read"
    stripped = "Place, time and camera that a photo's file tells of are never kept."
    if actor.id is not None:
        return f"{kept}; you see it, and so do reviewers and administrators. {stripped}"
    if not unless_told(actor):
        return f"{kept}. **This app has no accounts: everyone who opens it sees the same history.** {stripped}"
    where = "in your database" if settings.database_url else f"on this computer, in {settings.home}"
    return f"{kept} {where}. Nobody else sees it. {stripped}"
