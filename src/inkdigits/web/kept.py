"""What a form holds, kept while other pages are visited: there Streamlit forgets its widgets, and their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from inkdigits.wording import counted, plain

MEGABYTE = 2**20
HELD = 256 * MEGABYTE
"""Most bytes of chosen files that wait for a visitor who looks at other pages."""

_NAMED = 3  # files that are told by name

Files: TypeAlias = list[UploadedFile]


def kept(key: str, first: Any) -> Any:
    """What a widget is to begin with, asked before it is drawn.

    Args:
        key: The widget's.
        first: What it holds when it was never drawn.
    """
    copy = _copy(key)
    st.session_state[copy] = st.session_state.get(key, st.session_state.get(copy, first))
    return st.session_state[copy]


def choose_one(label: str, titles: Mapping[str, str], key: str, first: str) -> str:
    """Draws a choice of one, kept like any other value.

    Args:
        label: What is chosen.
        titles: The choices and what they are called.
        key: The widget's.
        first: Chosen when it was never drawn, or when what was chosen is no choice any more.
    """
    held = kept(key, first)
    chosen: str = st.segmented_control(
        label,
        list(titles),
        default=held if held in titles else first,
        format_func=titles.__getitem__,
        key=key,
        required=True,
    )
    return chosen


def forget(key: str) -> None:
    """Lets a widget begin anew, or files that were chosen go."""
    for name in (key, _copy(key)):
        st.session_state.pop(name, None)


@dataclass(slots=True)
class _Chosen:
    before: Files = field(default_factory=list)
    now: Files = field(default_factory=list)
    lost: bool = False


def keep_files(key: str, uploader: str, draw: Callable[[], Files], *, several: bool = True) -> Files:
    """Draws an uploader, and under it what was chosen in it before another page was visited.

    Args:
        key: Where the files are kept; :func:`forget` lets them go.
        uploader: The uploader's key.
        draw: Draws the uploader; gives its files.
        several: Whether it takes more than one; else the last one that was chosen counts.

    Returns:
        The files, those that were chosen first in front.
    """
    chosen: _Chosen = st.session_state.setdefault(_copy(key), _Chosen())
    anew = uploader not in st.session_state  # and so empty
    if anew:
        chosen.before, chosen.now = [*chosen.before, *chosen.now], []
    files = draw()
    if not several:
        chosen.before = [] if files else chosen.before[-1:]
    fits = sum(file.size for file in (*chosen.before, *files)) <= HELD
    chosen.lost = not fits or (chosen.lost and anew)
    chosen.now = files if fits else []
    _show_before(key, chosen, bool(files))
    return [*chosen.before, *files]


def _show_before(key: str, chosen: _Chosen, more: bool) -> None:
    if chosen.lost and not more:
        st.caption(f"What you chose before has more than {HELD // MEGABYTE} MB and was not kept: choose it again.")
    if not chosen.before:
        return
    names = ", ".join(plain(file.name) for file in chosen.before[:_NAMED])
    rest = len(chosen.before) - _NAMED
    told = f"{names} and {rest:,} more" if rest > 0 else names
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{counted(len(chosen.before), 'file')} chosen before: **{told}**")
        st.button("Take out", icon=":material/close:", key=f"{key}_out", on_click=forget, args=(key,))


def _copy(key: str) -> str:
    return f"{key}.kept"
