"""The Upload page: pictures in, a gallery of readings out."""

from __future__ import annotations

import mimetypes

import streamlit as st

from inkdigits import Reader
from inkdigits.web.album import Album, get_album
from inkdigits.web.answer.heat import image_tag
from inkdigits.web.gallery import offer_rest, read_waiting, show_gallery, show_table
from inkdigits.web.history.notice import show_notice
from inkdigits.web.intake import watch_intake
from inkdigits.web.question import ask
from inkdigits.web.samples import SAMPLES, Sample
from inkdigits.web.shared import get_reader

MEGABYTE = 2**20
EMPTY = "Nothing to read yet: drop pictures above, paste one, or try a sample."


def take_uploads(album: Album, max_bytes: int) -> None:
    """Draws the uploader; files that arrived move to the album and leave the uploader empty."""
    with st.container(key="intake"):
        files = st.file_uploader(
            "Drop pictures or documents here, or choose them",
            accept_multiple_files=True,
            max_upload_size=max(1, max_bytes // MEGABYTE),
            key=f"upload_{album.batch}",
            help="PNG, JPEG, WebP, BMP, TIFF, GIF, PDF, and HEIC where its plug-in is installed.",
        )
    if files:
        album.add((file.name, file.getvalue()) for file in files)
        album.batch += 1
        st.rerun()


def refuse(album: Album, max_bytes: int, files: list[tuple[str, int]]) -> None:
    """Puts a card in the album for each file that is too large to be sent."""
    for name, size in files:
        album.refuse(
            name,
            f"the file has {size / MEGABYTE:,.1f} MB, the limit is {max_bytes / MEGABYTE:,.0f} MB: "
            "save it smaller, or scale the picture down",
        )


def show_samples(album: Album) -> None:
    """Draws the samples, each read with one click."""
    fold = st.expander("Samples to try", icon=":material/collections:", expanded=not album.pictures)
    with fold, st.container(horizontal=True, gap="xsmall", key="samples"):
        for sample in SAMPLES:
            with st.container(width=96, gap="xsmall"):
                mime = mimetypes.guess_type(sample.picture)[0] or "image/png"
                st.html(image_tag(sample.picture.read_bytes(), "", "ink-sample", mime))
                st.button(
                    sample.title,
                    key=f"sample_{sample.file}",
                    on_click=try_sample,
                    args=(album, sample),
                    width="stretch",
                )


def try_sample(album: Album, sample: Sample) -> None:
    """Puts a sample in front of the album."""
    album.add([(sample.file, sample.path.read_bytes())])


@st.fragment
def show_results(album: Album, reader: Reader) -> None:
    """Draws the cards and the table of all numbers; a correction draws only these again."""
    show_gallery(album, reader, key="gallery")
    show_table(album, key="table")


def show_page() -> None:
    """The page, top to bottom."""
    reader = get_reader()
    album = get_album("upload")
    max_bytes = reader.settings.max_bytes
    st.title("Upload", anchor=False)
    take_uploads(album, max_bytes)
    watch_intake("intake", max_bytes, lambda files: refuse(album, max_bytes, files), key="intake_watch")
    with st.container(key="paste"):
        st.caption("Paste works too: Ctrl+V or ⌘V anywhere on this page.")
    show_notice()
    show_samples(album)
    album.question = ask("upload")
    if not album.pictures:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
        return
    legal = read_waiting(album, reader)
    head, clear = st.columns([3, 1], vertical_alignment="bottom")
    head.subheader(f"{len(album.pictures)} {'picture' if len(album.pictures) == 1 else 'pictures'}", anchor=False)
    clear.button("Clear", icon=":material/delete:", on_click=album.clear, width="stretch")
    if album.waiting and legal:
        offer_rest(album)
    show_results(album, reader)


show_page()
