"""``ask_to_delete``: the question before a model, a training, a study, a measurement or a batch is gone."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def ask_to_delete(what: str, words: str, act: Callable[[], None], *, key: str = "delete") -> None:
    """Opens a dialog in front of the page.

    Args:
        what: What is to be deleted, in a word, such as ``"model"``.
        words: What is lost with it, as Markdown.
        act: Deletes it, and keeps what came of that for the page.
        key: Of the dialog's buttons, followed by ``_yes`` and ``_no``.
    """

    def ask() -> None:
        st.write(words)
        with st.container(horizontal=True):
            if st.button("Delete for good", key=f"{key}_yes", icon=":material/delete:", on_click=act):
                st.rerun()
            if st.button("Keep it", key=f"{key}_no"):
                st.rerun()

    st.dialog(f"Delete this {what}?")(ask)()
