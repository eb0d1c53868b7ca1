"""The Camera page: a photo in, its reading out."""

from __future__ import annotations

import streamlit as st

from inkdigits import Reader
from inkdigits.web.album import Album, Outcome, Picture, get_album
from inkdigits.web.answer import show_details, show_digit
from inkdigits.web.card import picture_html
from inkdigits.web.shared import get_reader

NAME = "photo.jpg"
EMPTY = "Nothing to read yet: take a photo of a digit"
HELP = """
- Browsers lend the camera only to pages on **https://** and to **localhost**.
- If you said no, allow the camera again: the sign at the left of the address bar, then reload the page.
- If another program uses the camera, close it first.
- Without a camera: take the photo with your phone and bring it to the **Upload** page.
"""


def take_photo(album: Album) -> None:
    """Draws the camera; a new photo replaces the last one, which stays while the user visits other pages."""
    photo = st.camera_input("Hold one digit into the picture", resolution="1080p", key=f"camera_{album.batch}")
    if photo is not None:
        album.pictures.clear()
        album.add([(NAME, photo.getvalue())])
    with st.expander("The camera does not start?", icon=":material/help:"):
        st.markdown(HELP)


def show_answer(reader: Reader, album: Album, picture: Picture, outcome: Outcome) -> None:
    """Draws the answer, or the error, of the photo."""
    if outcome.reading is None:
        st.error(f"**The photo cannot be read:** {outcome.error}.", icon=":material/error:")
        return
    show_digit(outcome.reading.digits[0], key="camera_answer", empty="Nothing to read: there is no ink in the photo")
    st.html(picture_html(picture.name, outcome.reading, outcome.preview))
    show_details(reader, outcome.reading, key="camera")
    st.button("Clear", icon=":material/delete:", on_click=album.clear)


def show_page() -> None:
    """The page, top to bottom."""
    reader = get_reader()
    album = get_album("camera")
    st.title("Camera", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        take_photo(album)
    while album.waiting:
        album.read_one(reader)
    with right:
        outcome = album.outcome(album.pictures[0]) if album.pictures else None
        if outcome is None:
            show_digit(None, key="camera_answer", empty=EMPTY)
        else:
            show_answer(reader, album, album.pictures[0], outcome)


show_page()
