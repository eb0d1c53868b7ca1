"""``show_reading``: one reading: its picture, what was read, what it really is, and how it was read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from inkdigits import Reader, Reading
from inkdigits.errors import InkDigitsError, OptionError, StorageError
from inkdigits.images import Page
from inkdigits.storage import Actor, Correction, Record
from inkdigits.storage.lessons import decode
from inkdigits.storage.seen import Seen
from inkdigits.storage.store import Store
from inkdigits.web.answer import show_digit, show_number, show_road
from inkdigits.web.answer.details import TITLE
from inkdigits.web.history.attempt import attempt
from inkdigits.web.history.listing import OPEN, told
from inkdigits.web.history.words import moment, origin, sentence, text_of
from inkdigits.web.preview import page_preview
from inkdigits.web.sheet import show_sheet
from inkdigits.wording import counted, plain

VERSION = "history.version"  # grows when other corrections hold than the sheet shows, which then starts anew
TRACED = "history.traced"
SHOWN = "history.shown"  # (id of the opened reading, what its sheet knows of its corrections)

BLANK = "Blank: there was nothing to read"

KEYS = (
    "Type the right number, or go to one of its digits and press the right one: arrow keys move, Delete takes one out. "
    "Enter keeps the correction, Escape takes it back."
)


def show_reading(store: Store, actor: Actor, reader: Reader, name: str) -> None:
    """Draws a reading, or that there is none of this name for whoever asks."""
    st.button("All readings", icon=":material/arrow_back:", on_click=close_reading, key="history_back")
    try:
        record = store.get(name, actor)
    except OptionError as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        return
    st.subheader(plain(text_of(record)), anchor=False)
    whose = f" · {plain(record.person)}" if record.person else ""
    st.caption(f"{plain(origin(record))} · {moment(record.created)}{whose} · {plain(told(record))}")
    page = _picture(store, actor, record)
    if page is not None:
        _show_sheet(store, actor, record, page)
    else:
        st.warning("The picture of this reading is missing.", icon=":material/hide_image:")
    _show_corrections(store, actor, record)
    _show_probabilities(record)
    _show_steps(store, actor, reader, record, page)
    _show_tools(store, actor, record)


def close_reading() -> None:
    """Goes back to all readings."""
    st.query_params.pop(OPEN, None)


def _picture(store: Store, actor: Actor, record: Record) -> Page | None:
    try:
        data = store.picture(record.id, actor)
    except StorageError as error:
        st.error(f"{error}.", icon=":material/error:")
        return None
    return None if data is None else Page(decode(data))


def _show_sheet(store: Store, actor: Actor, record: Record, page: Page) -> None:
    texts = dict(record.corrected)
    show_sheet(
        record.name or "What was drawn",
        _sized(record.reading, page),
        page_preview(page),
        texts,
        key=f"history_sheet_{record.id}_{_version(record)}",
        on_change=lambda: attempt(lambda: _settle(store, actor, record.id, texts)),
        by_digit=True,
    )
    st.caption(KEYS)


def _version(record: Record) -> int:
    """Of the sheet: another one when it shows what does not hold any more, or others corrected meanwhile."""
    version = int(st.session_state.get(VERSION, 0))
    name, seen = st.session_state.get(SHOWN, (record.id, Seen.of(record)))
    if name != record.id or seen.texts != record.corrected:
        version += 1
    st.session_state[VERSION], st.session_state[SHOWN] = version, (record.id, Seen.of(record))
    return version


def _settle(store: Store, actor: Actor, name: str, texts: Mapping[int, str]) -> None:
    """Keeps what the sheet shows; what it does not know of stays."""
    _, seen = st.session_state[SHOWN]
    record = store.settle(name, texts, actor, before=seen)
    st.session_state[SHOWN] = (name, seen.then(record, texts, actor))


def _sized(reading: Reading, page: Page) -> Reading:
    """A reading of pen strokes has no size of its own: its picture's is taken."""
    return reading if reading.width else replace(reading, width=page.width, height=page.height)


def _show_corrections(store: Store, actor: Actor, record: Record) -> None:
    holding = [item for item in record.corrections if item.undone is None]
    with st.container(horizontal=True):
        st.button(
            "It is right",
            icon=":material/check:",
            help="Says that everything was read right, which counts and teaches as a correction does",
            disabled=record.checked or not record.text,
            on_click=attempt,
            args=(lambda: _confirm(store, actor, record),),
            key="history_right",
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            help="Takes the last correction back",
            disabled=not holding,
            on_click=attempt,
            args=(lambda: store.undo(record.id, actor),),
            key="history_undo",
        )
    if record.corrections:
        lines = "\n".join(f"- {_told(item, len(record.reading.numbers))}" for item in reversed(record.corrections))
        with st.expander(counted(len(record.corrections), "correction"), icon=":material/history:"):
            st.markdown(lines)


def _confirm(store: Store, actor: Actor, record: Record) -> None:
    right = {place: number.text for place, number in enumerate(record.reading.numbers) if number.text}
    store.settle(record.id, right, actor, before=Seen())


def _told(item: Correction, numbers: int) -> str:
    which = f"number {item.number + 1}: " if numbers > 1 else ""
    was, text = (plain(words or "nothing") for words in (item.was, item.text))
    said = "found right" if item.text == item.was else f"{was} → {text}"
    who = f", {plain(item.person)}" if item.person else ""
    gone = ""
    if item.undone is not None:
        gone = f"; taken back {moment(item.undone)}" + (f" by {plain(item.undone_by)}" if item.undone_by else "")
    return f"{which}{said}, {moment(item.created)}{who}{gone}"


def _show_probabilities(record: Record) -> None:
    if not any(number.digits for number in record.reading.numbers):
        return
    fold = st.expander("Probabilities", icon=":material/bar_chart:", key="history_chances", on_change="rerun")
    if not fold.open:
        return
    with fold:
        numbers = record.reading.numbers
        place = 0
        if len(numbers) > 1:
            labels = [f"{place}. {number.text or 'no number'}" for place, number in enumerate(numbers, 1)]
            chosen = st.selectbox("Number", range(len(numbers)), format_func=labels.__getitem__, key="history_number")
            place = chosen or 0
        number = numbers[place]
        if number.probability is None and len(number.digits) == 1:
            show_digit(number.digits[0], key=f"history_digit_{place}", empty=BLANK)
        else:
            show_number(number, key=f"history_answer_{place}", empty=BLANK)


def _show_steps(store: Store, actor: Actor, reader: Reader, record: Record, page: Page | None) -> None:
    fold = st.expander(TITLE, icon=":material/frame_inspect:", key="history_steps", on_change="rerun")
    if not fold.open:
        return
    with fold:
        try:
            reading = _traced(store, actor, reader, record, page)
        except InkDigitsError as error:
            st.error(f"**It cannot be read again.** {error}", icon=":material/error:")
            return
        if reading.model != record.model:
            st.info(f"Read again with {plain(reading.model)}; at the time it was {plain(record.model)}.")
        show_road(reader, reading, key=f"history_road_{record.id}")


def _traced(store: Store, actor: Actor, reader: Reader, record: Record, page: Page | None) -> Reading:
    """The reading with its steps, which are not kept: read again, and only the last one is held."""
    last, reading = st.session_state.get(TRACED, (None, None))
    if last == record.id:
        return reading
    strokes = store.strokes(record.id, actor)
    if strokes is not None:
        reading = reader.read_strokes(strokes, trace=True, **record.settings)
    elif page is not None:
        reading = reader.read(page.grey, trace=True, **record.settings)
    else:
        raise StorageError("its picture is missing")
    st.session_state[TRACED] = (record.id, reading)
    return reading


def _show_tools(store: Store, actor: Actor, record: Record) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Export",
            lambda: _archive(store, actor, record.id),
            f"reading-{record.id[:8]}.zip",
            "application/zip",
            icon=":material/download:",
            help="The picture and everything that is known of it, as a ZIP archive",
            on_click="ignore",
            key="history_export",
        )
        if st.button("Delete", icon=":material/delete:", key="history_delete"):
            confirm_delete(store, actor, record)


def _archive(store: Store, actor: Actor, name: str) -> bytes:
    memory = io.BytesIO()
    store.export(actor, memory, names=[name])
    return memory.getvalue()


@st.dialog("Delete this reading?")
def confirm_delete(store: Store, actor: Actor, record: Record) -> None:
    """Asks before a reading is gone."""
    st.write(f"**{plain(text_of(record))}**, its picture and its corrections are deleted for good.")
    with st.container(horizontal=True):
        delete = (lambda: _delete(store, actor, record),)
        if st.button(
            "Delete for good", icon=":material/delete:", key="history_delete_yes", on_click=attempt, args=delete
        ):
            st.rerun()
        if st.button("Keep it", key="history_delete_no"):
            st.rerun()


def _delete(store: Store, actor: Actor, record: Record) -> None:
    if not store.delete([record.id], actor):
        raise OptionError("only its owner or an admin deletes a reading")
    close_reading()
