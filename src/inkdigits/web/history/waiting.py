"""``show_waiting``: what of one's own is not written yet, and what could not be kept."""

from __future__ import annotations

import streamlit as st

from inkdigits.storage import Actor
from inkdigits.web.history.keeper import Keeper
from inkdigits.web.history.words import sentence
from inkdigits.wording import counted, plain


def show_waiting(keeper: Keeper, actor: Actor) -> None:
    """Draws how many readings and corrections wait, and why; and those that were dropped, until that was seen."""
    waiting = keeper.waiting(actor.id)
    if waiting:
        what = " and ".join(counted(count, noun) for noun, count in waiting.items())
        verb = "waits" if waiting.total() == 1 else "wait"
        if keeper.away:
            again = "Nothing is lost as long as the app runs: they are written when the database answers again."
            st.warning(f"**{what} {verb} to be kept.** {plain(sentence(keeper.away))} {again}", icon=":material/error:")
        else:
            st.info(f"**{what} {verb} to be kept.**", icon=":material/hourglass_empty:")
    dropped = keeper.dropped(actor.id)
    for noun, (count, why) in dropped.items():
        what = f"One {noun}" if count == 1 else counted(count, noun)
        last = "" if count == 1 else "The last one: "
        st.error(f"**{what} could not be kept.** {last}{plain(sentence(why))}", icon=":material/error:")
    if dropped:
        st.button("Understood", on_click=keeper.forget, args=(actor.id, dropped), key="history_understood")
