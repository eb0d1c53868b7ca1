"""What pages keep: drawings that have settled, pictures that were read, corrections; and whether they may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any
from uuid import uuid4

import streamlit as st

from inkdigits.errors import NotFoundError
from inkdigits.images import Page
from inkdigits.reading import Reading
from inkdigits.registry.digests import digest_of
from inkdigits.settings import Settings
from inkdigits.storage.record import Origin
from inkdigits.storage.seen import Seen
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.history.keeper import Keeper
from inkdigits.web.history.store import get_store, may_keep
from inkdigits.web.pad.drawing import Drawing

SETTLED = 1.5
"""Seconds without a change after which a drawing, or a correction that is being typed, counts as settled."""

_DRAWING = "history.drawing"
_SEEN = "history.seen"  # what this visit's pages know of the corrections of each reading


@cache
def get_keeper() -> Keeper:
    """The one keeper of this server."""
    return Keeper()


def keep_drawing(drawing: Drawing, reading: Reading, settings: Mapping[str, Any], duration_ms: float) -> None:
    """Keeps a drawing once it has settled; one that goes on takes the place of what it was."""
    name = _drawing_name(drawing)
    _keep(
        _drawing_key(name),
        reading,
        delay=SETTLED,
        replace=True,
        picture=drawing.to_png,
        strokes=drawing.points,
        source="draw",
        settings=dict(settings),
        duration_ms=duration_ms,
        id=name,
    )


def keep_page(page: Page, reading: Reading, source: Origin, **known: Any) -> str:
    """Keeps a page of a picture or document.

    Args:
        page: The page as it was read.
        reading: What was read.
        source: Which door it came through.
        **known: ``name``, ``input_sha256``, ``settings`` and ``duration_ms``, as for ``Store.add``.

    Returns:
        The id that it will have.
    """
    reading_id = uuid4().hex
    size = page.grey.nbytes
    _keep(f"page {reading_id}", reading, size=size, picture=lambda: page, source=source, id=reading_id, **known)
    return reading_id


def keep_corrections(reading_id: str, texts: Mapping[int, str]) -> None:
    """Keeps what a page's corrections are, once typing has settled; what was corrected elsewhere stays."""
    if not reading_id:
        return
    actor, kept = current_actor(), dict(texts)
    seen: dict[str, Seen] = st.session_state.setdefault(_SEEN, {})  # changed by the keeper's thread alone

    def job() -> None:
        if may_keep(actor):
            with suppress(NotFoundError):  # never kept, or deleted since: there is nothing to correct
                before = seen.get(reading_id, Seen())
                record = get_store().settle(reading_id, kept, actor, before=before)
                seen[reading_id] = before.then(record, kept, actor)

    get_keeper().submit(f"corrections {reading_id}", job, SETTLED, whose=actor.id, noun="correction")


def correct_drawing(text: str | None) -> None:
    """Keeps what the drawing on the pad really is, None to take that back; the drawing is kept once it has settled."""
    name, _ = st.session_state.get(_DRAWING, (None, None))
    if name is not None:
        keep_corrections(name, {} if text is None else {0: text})


def _keep(
    key: str,
    reading: Reading,
    *,
    picture: Callable[[], Any],
    delay: float = 0.0,
    size: int = 0,
    **known: Any,
) -> None:
    settings = Settings.resolve(None)
    if settings.history is False:
        return
    actor = current_actor()

    def job() -> None:
        if may_keep(actor):
            known["model_sha256"] = digest_of(reading.model, settings)
            get_store().add(reading, picture(), actor=actor, **known)

    get_keeper().submit(key, job, delay, size, whose=actor.id)


def _drawing_name(drawing: Drawing) -> str:
    """The id of a drawing: the same as long as it begins with the same stroke and nobody cleared the pad."""
    begins = drawing.strokes[0].points[0]
    name, last = st.session_state.get(_DRAWING, (None, None))
    if name is None or begins != last:
        forget_drawing()
        name = uuid4().hex
        st.session_state[_DRAWING] = (name, begins)
    return str(name)


def forget_drawing() -> None:
    """The pad was wiped: what is drawn next is another drawing, and what has not settled is not kept."""
    name, _ = st.session_state.pop(_DRAWING, (None, None))
    if name is not None:
        get_keeper().withdraw(_drawing_key(name))


def _drawing_key(name: str) -> str:
    return f"drawing {name}"
