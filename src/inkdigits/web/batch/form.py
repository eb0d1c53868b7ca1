"""The form of a new batch: where the pictures are, what they hold, and what the results are written as."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from inkdigits.batch.asked import Terms
from inkdigits.batch.folders import SETTING, list_folders
from inkdigits.batch.kept import Batch
from inkdigits.batch.shelf import Shelf
from inkdigits.batch.uploads import ROOM
from inkdigits.errors import OptionError
from inkdigits.settings import Settings
from inkdigits.storage.actor import Actor
from inkdigits.web.intake import watch_intake
from inkdigits.web.kept import choose_one, forget, keep_files
from inkdigits.web.question import Question, ask
from inkdigits.wording import plain

MEGABYTE = 2**20
TITLES = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}
PLACES = {"upload": "Upload files", "server": "A folder on this server"}
TURN = "batch.turn"
INSIDE = "batch.inside"
REFUSED = "batch.refused"
FILES = "batch.files"
HELP = "Pictures, PDF, TIFF of many pages, and ZIP files of all these."
NO_ROOT = (
    f"No folder of this server may be read yet. Start the app with **{SETTING}** set to the folder that may, such as "
    f"`{SETTING}=/srv/scans`; until then, upload the files."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A batch that is asked for: files that were sent, or else a folder below the allowed root."""

    files: tuple[tuple[str, bytes], ...]
    inside: str | None
    question: Question
    form: str

    def start(self, shelf: Shelf, actor: Actor) -> Batch:
        """Starts it. Raises InkDigitsError when that is not allowed, or there is nothing to read."""
        terms = Terms(expect=self.question.expect, limits=self.question.limits, form=self.form)
        if self.inside is not None:
            return shelf.start_folder(actor, self.inside, terms)
        return shelf.start_upload(actor, self.files, terms)


def ask_batch(settings: Settings, actor: Actor) -> Wanted | None:
    """Draws the form; gives what was asked for in the run in which Start was pressed, else None."""
    place = "upload"
    if actor.manages:
        place = choose_one("Where are the pictures?", PLACES, "batch_place", "upload")
    inside = _ask_folder(settings) if place == "server" else None
    files = _ask_files(settings) if place == "upload" else []
    question = ask("batch")
    if question.problem:
        st.error(f"**Nothing can be read with these limits:** {question.problem}.", icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = choose_one("Results as", TITLES, "batch_form", "csv")
        pressed = st.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            key="batch_start",
            disabled=bool(question.problem) or (place == "server" and inside is None),
        )
    if not pressed:
        return None
    return Wanted(tuple((file.name, file.getvalue()) for file in files), inside, question, form)


def empty_form() -> None:
    """Forgets the files that were sent: the batch has its own copies."""
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.session_state.pop(REFUSED, None)
    forget(FILES)


def _ask_files(settings: Settings) -> list[UploadedFile]:
    limit = max(1, ROOM * settings.max_bytes // MEGABYTE)
    key = f"batch_upload_{st.session_state.get(TURN, 0)}"

    def draw() -> list[UploadedFile]:
        with st.container(key="batch_intake"):
            return st.file_uploader(
                "Drop pictures, documents or ZIP files here, or choose them",
                accept_multiple_files=True,
                max_upload_size=limit,
                key=key,
                help=HELP,
            )

    files = keep_files(FILES, key, draw)
    watch_intake("batch_intake", limit * MEGABYTE, _note_refused, key="batch_watch")
    for name, size in st.session_state.get(REFUSED, []):
        st.error(
            f"**{plain(name)} was not taken.** It has {size / MEGABYTE:,.0f} MB, the limit is {limit:,} MB: "
            "split it up, or use the command `inkdigits batch`.",
            icon=":material/error:",
        )
    return files


def _note_refused(files: list[tuple[str, int]]) -> None:
    st.session_state[REFUSED] = files


def _ask_folder(settings: Settings) -> str | None:
    """Steps down from the allowed root, a folder a choice; None where none may be read."""
    if settings.batch_root is None:
        st.info(NO_ROOT, icon=":material/folder_off:")
        return None
    inside: str = st.session_state.get(INSIDE, "")
    try:
        names = list_folders(settings.batch_root, inside)
    except OptionError as error:
        st.session_state.pop(INSIDE, None)
        st.error(f"**That folder cannot be read.** {error}.", icon=":material/folder_off:")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Go into a folder" if names else "No folder in it",
            names,
            index=None,
            placeholder="all that is in it",
            disabled=not names,
            key=f"batch_into_{inside}",
            on_change=_step_into,
            args=(inside,),
        )
        st.button("Up", icon=":material/arrow_upward:", disabled=not inside, on_click=_step_up, key="batch_up")
    st.caption(f"To be read: **{plain(inside or 'the whole allowed folder')}**, with all folders in it.")
    return inside


def _step_into(inside: str) -> None:
    name = st.session_state.pop(f"batch_into_{inside}", None)
    if name:
        st.session_state[INSIDE] = f"{inside}/{name}" if inside else name


def _step_up() -> None:
    st.session_state[INSIDE] = st.session_state.get(INSIDE, "").rpartition("/")[0]
