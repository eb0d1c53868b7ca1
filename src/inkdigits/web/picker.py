"""``pick``: the choice of one of several pieces of work, kept for the visit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import streamlit as st


def pick(label: str, titles: Mapping[str, str], key: str) -> str:
    """Draws the choice of one, unless there is only one.

    Args:
        label: What is chosen.
        titles: Name -> title, the newest first; at least one.
        key: Where the session keeps the name: put another one there, and that is shown.

    Returns:
        Its name.
    """
    names = list(titles)
    if len(names) == 1:
        return names[0]
    wanted = st.session_state.get(key)
    name = st.selectbox(
        label,
        names,
        index=names.index(wanted) if wanted in names else 0,
        format_func=told_apart(titles).__getitem__,
        key="_".join([key, *names]),  # without one, a choice changes what it is known by, and the next choice is lost
    )
    st.session_state[key] = str(name)
    return str(name)


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Gives titles that are the same a number each, the oldest none: Streamlit knows a choice by its words.

    Args:
        titles: Name -> title, the newest first. One that comes later changes none of those that are there.
    """
    seen: Counter[str] = Counter()
    apart = {}
    for name, title in reversed(list(titles.items())):
        seen[title] += 1
        apart[name] = title if seen[title] == 1 else f"{title} ({seen[title]})"
    return apart
