"""What came of the last action on the Admin and Account pages, and a secret that is shown until it was handed over."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.wording import plain

SAID = "admin.said"
SECRET = "admin.secret"


def do(words: str, act: Callable[[], str | None], hand_over: str = "") -> None:
    """Does something and keeps what came of it for :func:`show_said`.

    Args:
        words: What to say when it is done.
        act: Does it; gives a secret that was made, or None.
        hand_over: What to say above the secret.
    """
    try:
        made = act()
        st.session_state[SAID] = (True, words)
        if made:
            st.session_state[SECRET] = (hand_over, made)
    except InkDigitsError as error:
        st.session_state[SAID] = (False, plain(str(error)))


def show_said() -> None:
    """Draws what was said, once, and the secret, with a button to copy it."""
    good, words = st.session_state.pop(SAID, (True, ""))
    if words:
        (st.success if good else st.error)(words, icon=":material/check:" if good else ":material/error:")
    hand_over, secret = st.session_state.get(SECRET, ("", ""))
    if secret:  # it stays until it was handed over: no other run of the page may swallow it
        st.warning(hand_over, icon=":material/key:")
        st.code(secret, language=None, wrap_lines=True)
        st.button("Done", icon=":material/check:", key="admin.done", on_click=st.session_state.pop, args=(SECRET, None))
