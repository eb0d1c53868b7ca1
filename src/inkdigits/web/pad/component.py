"""``drawing_pad`` and ``voice``: the Python side of the two components."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import streamlit as st

from inkdigits.web.pad.drawing import MAX_POINTS, MAX_STROKES, Drawing


def _read(*names: str) -> str:
    """Joins asset files in order: a component's script is one module, ours is written in several files."""
    folder = files("inkdigits.web.pad")
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


_pad = st.components.v2.component(
    "inkdigits_pad",
    html=_read("pad.html"),
    css=_read("pad.css"),
    js=_read("ink.js", "paint.js", "post.js", "hands.js", "keys.js", "pad.js"),
)
_voice = st.components.v2.component(
    "inkdigits_voice",
    html=_read("voice.html"),
    css=_read("voice.css"),
    js=_read("rest.js", "remembered.js", "voice.js"),
)
_large = st.components.v2.component(
    "inkdigits_large",
    html=_read("voice.html").replace("Read aloud", "Large"),
    css=_read("voice.css"),
    js=_read("rest.js", "remembered.js", "large.js"),
)


def drawing_pad(*, key: str, live: bool = True, shape: str = "digit") -> Drawing:
    """Shows a pad to draw on and returns its ink; call it in a fragment, so that only the fragment follows the pen.

    The ink stays when the user visits another page and comes back. Pair it with :func:`voice`, which tells the pad
    that a frame was read: the pad sends the next one only then.

    Args:
        key: Name of the pad, unique in the app.
        live: Send the ink while the pen moves; otherwise when it is lifted.
        shape: ``"digit"`` for a square, ``"number"`` for a wide pad; the ink stays when it changes.

    Returns:
        The newest drawing.

    Raises:
        StrokeError: The browser sent something that is no drawing.
        LimitError: The browser sent more than a pad holds.
    """
    newest, mounted = f"{key}.newest", f"{key}.mounted"
    sent = st.session_state.get(key, {}).get("ink")
    if not sent:
        # First run of a visit to the page. Afterwards the data must not follow the pen: unchanged, the component's
        # 20 kB stay in the browser's cache instead of traveling with every frame.
        st.session_state[mounted] = st.session_state.get(newest, Drawing()).to_payload()
    data: dict[str, Any] = {
        "name": key,
        "live": live,
        "shape": shape,
        "ink": st.session_state[mounted],
        "limits": {"strokes": MAX_STROKES, "points": MAX_POINTS},
    }
    result = _pad(key=key, data=data, on_ink_change=_nothing)
    drawing: Drawing = st.session_state.get(newest, Drawing())
    if result.ink:
        drawing = Drawing.from_payload(result.ink)
    st.session_state[newest] = drawing
    return drawing


def voice(words: str, *, pad: str, drawing: Drawing) -> None:
    """Draws the "Read aloud" switch, which lets the browser's own voice speak the answer, and answers the pad's frame.

    Args:
        words: What to say, once the pen has rested for a moment; ``""`` says nothing.
        pad: Key of the pad whose drawing was read.
        drawing: What was read.
    """
    said = {"pad": pad, "revision": drawing.revision, "down": drawing.down, "words": words}
    _voice(key=f"{pad}.voice", data=said, width="content")


def large_switch(*, key: str) -> None:
    """Draws the "Large" switch: a bigger pad, larger type, more contrast, and answers that are spoken.

    Nothing has to be pressed in this mode: the answer is spoken when the pen rests. The browser remembers it.

    Args:
        key: Name of the switch, unique in the app.
    """
    _large(key=key, width="content")


def _nothing() -> None:
    """The fragment's rerun is all the pad asks for; Streamlit wants a callback to know the state's name."""
