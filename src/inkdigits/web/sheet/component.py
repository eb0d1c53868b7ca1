"""``show_sheet``: the Python side of the component that shows a picture and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import streamlit as st

from inkdigits.reading import Reading
from inkdigits.web.sheet.view import sheet_data

LONGEST = 64


def _read(*names: str) -> str:
    folder = files("inkdigits.web.sheet")
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


# A component rather than widgets: a page of sixty numbers would be several hundred of them, and pointing at a box must
# light up its number at once, without a way to the server and back.
_sheet = st.components.v2.component(
    "inkdigits_sheet",
    html=_read("sheet.html"),
    css=_read("sheet.css"),
    js=_read("boxes.js", "aligned.js", "cells.js", "rows.js", "sheet.js"),
)


def show_sheet(
    name: str,
    reading: Reading,
    preview: bytes,
    corrections: dict[int, str],
    *,
    key: str,
    wide: bool = True,
    on_change: Callable[[], object] = lambda: None,
    by_digit: bool = False,
) -> None:
    """Draws a picture with its numbers; what the user corrects goes into ``corrections``.

    Args:
        name: The picture's name.
        reading: What was read from it.
        preview: The picture, JPEG bytes.
        corrections: Texts by the number's place in the reading; changed in place, before the page is drawn again.
        key: Unique on the page and the same on every rerun.
        wide: Numbers beside the picture rather than below it.
        on_change: Called after ``corrections`` changed.
        by_digit: Digits are corrected one by one, too; a correction is sent when it is finished, not as it is typed.
    """
    mounted = f"{key}.mounted"
    if not st.session_state.get(key, {}).get("corrections"):
        # First run of a visit to the page. Afterwards the data stays as it was, so that the picture stays in the
        # browser's cache instead of traveling with every letter that is typed.
        st.session_state[mounted] = dict(corrections)

    def keep() -> None:
        sent = st.session_state[key].corrections["texts"]
        corrections.clear()
        corrections.update(checked(sent, len(reading.numbers)))
        on_change()

    data = {**sheet_data(name, reading, preview, st.session_state[mounted], wide), "by_digit": by_digit}
    _sheet(key=key, data=data, on_corrections_change=keep, height="content")


def checked(sent: Any, count: int) -> dict[int, str]:
    """What the browser sent, as corrections: of places that exist, and what a number may be written with."""
    if not isinstance(sent, Mapping):
        return {}
    found = {}
    for place, text in sent.items():
        if str(place).isdecimal() and int(place) < count and isinstance(text, str):
            found[int(place)] = "".join(sign for sign in text if sign.isprintable() and not sign.isalpha())[:LONGEST]
    return found
