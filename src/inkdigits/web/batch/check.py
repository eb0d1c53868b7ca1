"""Checking a batch: its doubtful numbers, some at a time, beside what was read; what somebody says is kept at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from inkdigits.batch.kept import Batch
from inkdigits.batch.look import Look
from inkdigits.batch.row import Row
from inkdigits.batch.shelf import Shelf
from inkdigits.errors import InkDigitsError
from inkdigits.storage.corrections import LONGEST
from inkdigits.web.accounts.identity import current_actor
from inkdigits.web.answer.heat import image_tag
from inkdigits.wording import counted, percent, plain

AT_ONCE = 12  # numbers: as many as a screen shows
PAGE = (
    "batch.check.page"  # (batch, view, names): the numbers on the screen; they stay there until the next are asked for
)
LAST = "batch.check.last"  # (batch, names): what Undo takes back
REFUSED = "batch.check.refused"  # (name, words): what somebody said that is no number
VIEW = "batch.check.view"
VIEWS = {"open": "To check", "done": "Checked"}
WIDTH = 264


def show_check(shelf: Shelf, batch: Batch, look: Look) -> None:
    """Draws the doubtful numbers of a batch that is done, when there are any with a picture."""
    pictures = batch.cuttings.names()
    rows = {name: row for name, row in look.doubtful().items() if name in pictures}
    if not rows:
        return
    said = batch.checks.read()
    done = sum(name in said for name in rows)
    st.markdown("**Look again**")
    st.caption(
        f"{done:,} of {counted(len(rows), 'doubtful number')} checked. Correct what is wrong; what you say goes into "
        "the results that you download."
    )
    st.progress(done / len(rows))
    view = st.segmented_control(
        "Which numbers",
        list(VIEWS),
        default="open",
        format_func=VIEWS.__getitem__,
        key=VIEW,
        required=True,
        label_visibility="collapsed",
    )
    waiting = [name for name in rows if (name in said) == (view == "done")]
    names = _page(batch, str(view), waiting, rows)
    if not names:
        st.html(
            f'<p class="ink-note" role="status">{"Nothing is checked yet." if done == 0 else "All are checked."}</p>'
        )
    with st.container(horizontal=True):
        for name in names:
            _show_card(shelf, batch, name, rows[name], said.get(name))
    _show_buttons(shelf, batch, str(view), names, waiting, said, rows)


def _page(batch: Batch, view: str, waiting: Sequence[str], rows: dict[str, Row]) -> list[str]:
    """The numbers on the screen: those that were there, or the first that wait."""
    whose, seen, names = st.session_state.get(PAGE, (None, None, ()))
    if (whose, seen) != (batch.id, view) or not any(name in rows for name in names):
        names = waiting[:AT_ONCE]
        st.session_state[PAGE] = (batch.id, view, names)
    return [name for name in names if name in rows]


def _show_card(shelf: Shelf, batch: Batch, name: str, row: Row, said: str | None) -> None:
    where = f"{row.source}, page {row.page}, number {row.number}"
    key = f"batch_is_{batch.id}_{name}"
    with st.container(width=WIDTH, border=True, gap="xsmall"):
        st.html(image_tag(batch.cuttings.open(name), f"Cut out of {where}", "ink-cutting", "image/jpeg"))
        found = _found(row) if said is None else f"checked, was {_as_read(row) or 'no number'}"
        st.caption(f"{plain(where)} · {plain(found)}")
        st.text_input(
            where,
            value=_as_read(row) if said is None else said,
            key=key,
            max_chars=LONGEST,
            placeholder="no number",
            label_visibility="collapsed",  # the words above are the label; as one it would be read out with escapes
            on_change=_keep_one,
            args=(shelf, batch.id, name, key),
        )
        refused, words = st.session_state.get(REFUSED, (None, ""))
        if refused == name:
            st.error(words)


def _show_buttons(
    shelf: Shelf,
    batch: Batch,
    view: str,
    names: Sequence[str],
    waiting: Sequence[str],
    said: dict[str, str],
    rows: dict[str, Row],
) -> None:
    left = [name for name in names if name not in said]
    behind = _behind(names, waiting, list(rows))
    with st.container(horizontal=True):
        if left:
            label = "These are right" if len(left) == len(names) else "The others are right"
            right = {name: _as_read(rows[name]) for name in left}
            st.button(label, key="batch_right", type="primary", on_click=_keep_all, args=(shelf, batch.id, right))
        if behind or (view == "open" and names and not left):
            st.button(
                "Next" if view == "done" or not left else "Skip these",
                key="batch_next",
                on_click=_turn,
                args=(batch, view, behind),
            )
        whose, last = st.session_state.get(LAST, (None, ()))
        if whose == batch.id and last:
            st.button("Undo", key="batch_undo", icon=":material/undo:", on_click=_undo, args=(shelf, batch.id, last))


def _behind(names: Sequence[str], waiting: Sequence[str], order: list[str]) -> list[str]:
    """What waits and is not on the screen: first what comes after that, then what was skipped."""
    place = order.index(names[-1]) + 1 if names else 0
    wanted = set(waiting).difference(names)
    return [name for name in order[place:] + order[:place] if name in wanted]


def _keep_one(shelf: Shelf, batch: str, name: str, key: str) -> None:
    """Keeps what somebody typed; what is no number is said beside its field, and nothing is kept."""
    _say(shelf, batch, {name: st.session_state[key]})


def _keep_all(shelf: Shelf, batch: str, said: dict[str, str]) -> None:
    """Keeps that some numbers are as they were read; the next come to the screen."""
    if _say(shelf, batch, dict(said)):
        st.session_state.pop(PAGE, None)


def _undo(shelf: Shelf, batch: str, names: Sequence[str]) -> None:
    if _say(shelf, batch, dict.fromkeys(names)):
        st.session_state.pop(LAST, None)
        st.session_state.pop(PAGE, None)
        for name in names:
            st.session_state.pop(f"batch_is_{batch}_{name}", None)


def _turn(batch: Batch, view: str, names: Sequence[str]) -> None:
    st.session_state[PAGE] = (batch.id, view, names[:AT_ONCE])


def _say(shelf: Shelf, batch: str, said: dict[str, str | None]) -> bool:
    st.session_state.pop(REFUSED, None)
    try:
        shelf.check(current_actor(), batch, said)
    except InkDigitsError as error:
        st.session_state[REFUSED] = (next(iter(said)), f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return False
    st.session_state[LAST] = (batch, tuple(said))
    return True


def _as_read(row: Row) -> str:
    return row.raw or row.text


def _found(row: Row) -> str:
    """How sure the reader was, or why it named no number."""
    return f"read with {percent(row.confidence)}" if row.text else f"no number: {row.reason.replace('_', ' ')}"
