"""The Camera page: a photo in, its numbers out."""

from __future__ import annotations

import streamlit as st

from inkdigits import Reader
from inkdigits.web.album import Album, get_album
from inkdigits.web.card import show_card
from inkdigits.web.gallery import read_waiting, show_table
from inkdigits.web.question import ask
from inkdigits.web.shared import get_reader

NAME = "photo.jpg"
EMPTY = "Nothing to read yet: take a photo of your numbers"
HELP = """
- Browsers lend the camera only to pages on **https://** and to **localhost**.
- If you said no, allow the camera again: the sign at the left of the address bar, then reload the page.
- If another program uses the camera, close it first.
- Without a camera: take the photo with your phone and bring it to the **Upload** page.
"""


def take_photo(album: Album) -> None:
    """Draws the camera; a new photo replaces the last one, which stays while the user visits other pages."""
    photo = st.camera_input("Hold your numbers into the picture", resolution="1080p", key=f"camera_{album.batch}")
    if photo is not None:
        album.pictures.clear()
        album.add([(NAME, photo.getvalue())])
    with st.expander("The camera does not start?", icon=":material/help:"):
        st.markdown(HELP)


@st.fragment
def show_answer(reader: Reader, album: Album) -> None:
    """Draws the photo with its numbers, or the error."""
    picture = album.pictures[0]
    show_card(reader, album, picture, key="camera_card", wide=False)
    show_table(album, key="camera_table")


def show_photo(reader: Reader) -> None:
    """The camera on the left, what it saw on the right."""
    album = get_album("camera")
    left, right = st.columns(2, gap="large")
    with left:
        album.question = ask("camera")
        take_photo(album)
    with right:
        if not album.pictures:
            st.html(f'<p class="ink-empty answer" role="status">{EMPTY}</p>')
            return
        read_waiting(album, reader)
        show_answer(reader, album)
        st.button("Clear", icon=":material/delete:", on_click=album.clear)


def show_page() -> None:
    """The page, top to bottom."""
    st.title("Camera", anchor=False)
    show_photo(get_reader())


show_page()
