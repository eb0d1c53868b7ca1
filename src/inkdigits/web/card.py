"""One picture with its reading: the box on the photo, the answer, the alternatives, what the network saw."""

from __future__ import annotations

import html

import streamlit as st

from inkdigits import Reader, Reading
from inkdigits.reading import Box, Digit, describe, percent
from inkdigits.web.album import Outcome, Picture
from inkdigits.web.answer import show_road
from inkdigits.web.answer.details import TITLE
from inkdigits.web.answer.digit import figures, words
from inkdigits.web.answer.heat import glyph_png, image_tag

ALTERNATIVES = 2
NO_BREAK = "\N{NO-BREAK SPACE}"
_WORTH_NAMING = 0.001


def show_card(reader: Reader, picture: Picture, outcome: Outcome | None, *, key: str) -> None:
    """Draws one picture of an album.

    Args:
        reader: The reader, for the details.
        picture: Its name.
        outcome: What came of it, None while it waits.
        key: Unique on the page and the same on every rerun.
    """
    with st.container(border=True, key=f"{key}_card", height="stretch"):
        if outcome is None:
            st.html(_named(picture.name, '<p class="ink-note">Not read yet.</p>'))
        elif outcome.reading is None:
            st.html(_named(picture.name, _error(outcome.error)))
        else:
            st.html(card_html(picture.name, outcome.reading, outcome.preview))
            if st.button(TITLE, icon=":material/frame_inspect:", key=f"{key}_road", width="stretch"):
                _show_road(reader, picture.name, outcome.reading, key)


def _show_road(reader: Reader, name: str, reading: Reading, key: str) -> None:
    # The title is the file's name, which only the call knows.
    st.dialog(f"{TITLE}: {name}", width="large")(lambda: show_road(reader, reading, key=key))()


def card_html(name: str, reading: Reading, preview: bytes) -> str:
    """The card of a picture that was read, as HTML."""
    digit = reading.digits[0]
    return _named(name, picture_html(name, reading, preview) + _answer(digit))


def picture_html(name: str, reading: Reading, preview: bytes) -> str:
    """The picture with the box around the ink that was read, labelled with the answer."""
    digit = reading.digits[0]
    image = image_tag(preview, f"Picture {name}", "ink-photo", "image/jpeg")
    box = "" if digit.box is None else _box(digit, digit.box, reading)
    return f'<div class="ink-frame"><div class="ink-fit">{image}{box}</div></div>'


def _named(name: str, body: str) -> str:
    safe = html.escape(name, quote=True)
    return f'<article class="ink-card"><h3 class="ink-name" title="{safe}">{safe}</h3>{body}</article>'


def _box(digit: Digit, box: Box, reading: Reading) -> str:
    place = (
        f"left: {100 * box.left / reading.width:.2f}%; top: {100 * box.top / reading.height:.2f}%; "
        f"width: {100 * box.width / reading.width:.2f}%; height: {100 * box.height / reading.height:.2f}%"
    )
    label = " or ".join(figures(digit)) or "not a digit"
    side = " inside" if box.top < 0.15 * reading.height else ""
    return (
        f'<div class="ink-box {digit.state}" style="{place}" aria-hidden="true">'
        f'<span class="ink-tag{side}">{mark(digit)}{label}</span></div>'
    )


def mark(digit: Digit) -> str:
    """The sign of a digit's state: a disc with a tick, a triangle, or a crossed box; drawn by style.css."""
    return f'<span class="ink-mark {digit.state}" aria-hidden="true"></span>'


def _answer(digit: Digit) -> str:
    state = "empty" if digit.reason == "blank" else digit.state
    figure = ' <span class="or">or</span> '.join(figures(digit)) or "–"
    saw = "" if digit.glyph is None else image_tag(glyph_png(digit.glyph), "What the network saw", "ink-saw")
    sign = "" if state == "empty" else mark(digit)
    return (
        f'<div class="ink-answer {state}" role="status" aria-label="{html.escape(describe(digit), quote=True)}">'
        f'<p class="ink-figure">{figure}</p>'
        f'<div class="ink-words"><p class="ink-state">{sign}{words(digit)}</p>{_alternatives(digit)}</div>{saw}</div>'
    )


def _alternatives(digit: Digit) -> str:
    if digit.reason == "blank":
        return '<p class="ink-note">There is no ink on it.</p>'
    if digit.state == "not_a_digit":
        return f'<p class="ink-note">One whole digit: {percent(digit.digitness)}</p>'
    others = digit.ranking[:2] if digit.state == "look_again" else digit.ranking[1 : 1 + ALTERNATIVES]
    worth = [f"{label} · {percent(share)}".replace(" ", NO_BREAK) for label, share in others if share >= _WORTH_NAMING]
    lead = "" if digit.state == "look_again" else "else "
    return f'<p class="ink-note">{lead + ", ".join(worth) if worth else "no other digit comes close"}</p>'


def _error(message: str) -> str:
    sentence = html.escape(message[:1].upper() + message[1:])
    state = '<p class="ink-state"><span class="ink-mark error" aria-hidden="true"></span>cannot be read</p>'
    return f'<div class="ink-error" role="alert">{state}<p>{sentence}.</p></div>'
