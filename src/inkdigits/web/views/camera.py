"""The Camera page: a photo in, its numbers out."""

from __future__ import annotations

import streamlit as st

from inkdigits import Reader
from inkdigits.web.album import Album, get_album
from inkdigits.web.card import show_card
from inkdigits.web.gallery import read_waiting, show_table
from inkdigits.web.history.notice import show_notice
from inkdigits.web.live import show_live
from inkdigits.web.question import ask
from inkdigits.web.shared import get_reader

NAME = "photo.jpg"
WAY = "camera.way"
WAYS = {"photo": "Photo", "live": "Live"}
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


@st.fragment
def show_answer(reader: Reader, album: Album, wide: bool) -> None:
    """Draws the pictures with their numbers, or the error."""
    for picture in album.pictures:
        show_card(reader, album, picture, key=f"camera_{picture.key}", wide=wide)
    show_table(album, key="camera_table")


def show_photo(reader: Reader, album: Album) -> None:
    """The camera on the left, what it saw on the right."""
    left, right = st.columns(2, gap="large")
    with left:
        take_photo(album)
        show_help()
    with right:
        if not album.pictures:
            st.html(f'<p class="ink-empty answer" role="status">{EMPTY}</p>')
            return
        read_waiting(album, reader)
        show_answer(reader, album, wide=False)
        st.button("Clear", icon=":material/delete:", on_click=album.clear)


def show_video(reader: Reader, album: Album) -> None:
    """The live camera, and under it the pictures that were kept."""
    show_live(reader, album, album.question)
    show_help()
    if album.pictures:
        read_waiting(album, reader)
        show_answer(reader, album, wide=True)
        st.button("Clear", icon=":material/delete:", on_click=album.clear)


def show_help() -> None:
    """What to do when there is no picture."""
    with st.expander("The camera does not start?", icon=":material/help:"):
        st.markdown(HELP)


def show_page() -> None:
    """The page, top to bottom."""
    reader = get_reader()
    st.title("Camera", anchor=False)
    way = choose_way()
    album = get_album("camera" if way == "photo" else "live")
    album.question = ask("camera")
    (show_photo if way == "photo" else show_video)(reader, album)
    show_notice()


def choose_way() -> str:
    """Draws the choice between a photo and the live camera."""
    st.session_state[WAY] = st.session_state.get("camera_way", st.session_state.get(WAY, "photo"))
    way = st.segmented_control(
        "Camera",
        list(WAYS),
        default=st.session_state[WAY],
        format_func=WAYS.__getitem__,
        key="camera_way",
        required=True,
        label_visibility="collapsed",
    )
    return str(way)


show_page()
