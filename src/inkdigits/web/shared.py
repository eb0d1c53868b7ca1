"""What every page shares: one reader for all sessions, and the words for when there is none."""

from __future__ import annotations

import streamlit as st

from inkdigits import InkDigitsError, Reader


def get_reader() -> Reader:
    """The one reader of this server; when it cannot start, the page says why and stops."""
    try:
        return _load_reader()
    except InkDigitsError as error:
        st.error(f"**Nothing can be read on this server.** {error}", icon=":material/error:")
        st.stop()


@st.cache_resource(show_spinner=False)
def _load_reader() -> Reader:
    return Reader()
