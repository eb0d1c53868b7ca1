"""``attempt``: what a button or a switch does; when it fails, the page that is drawn next says why."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.web.history.words import sentence
from inkdigits.wording import plain

PROBLEM = "history.problem"
TURN = "history.attempts"


def attempt(action: Callable[[], object]) -> None:
    """Runs what a callback does and keeps its error for :func:`show_problem`."""
    try:
        action()
    except InkDigitsError as error:
        st.session_state[PROBLEM] = f"**That was not done.** {plain(sentence(str(error)))}"
        begin_again()


def begin_again() -> None:
    """Widgets that were turned in vain get new keys: the browser would go on showing what was asked."""
    st.session_state[TURN] = attempts() + 1


def attempts() -> int:
    """How often something was asked in vain in this visit; in the keys of widgets that shall show what holds."""
    return int(st.session_state.get(TURN, 0))


def show_problem() -> None:
    """Says once what failed last."""
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(problem, icon=":material/error:")
