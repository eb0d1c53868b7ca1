"""``show_live``: the video with its boxes, and under it the last reading that held."""

from __future__ import annotations

import importlib.util
from typing import Any

import cv2
import numpy as np
import streamlit as st

from inkdigits import MissingExtraError, Reader
from inkdigits.web.album import Album
from inkdigits.web.answer import show_number
from inkdigits.web.live.steady import Held
from inkdigits.web.live.watcher import Watcher
from inkdigits.web.question import Question

KEY = "live"
EVERY = 0.4
"""Seconds between looks at what was read."""

_WATCHER = "live.watcher"
_LOCAL: Any = {"iceServers": []}  # this machine and its network only: no server elsewhere is asked for a way
_CAMERA = {"video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "facingMode": "environment"}, "audio": False}
_EMPTY = "Nothing to read yet: hold a number into the picture"
_OFF = "Nothing to read yet: start the camera and hold a number into the picture"


def show_live(reader: Reader, album: Album, question: Question) -> None:
    """Draws the live camera, or what to install for it.

    Args:
        reader: The reader.
        album: Where a reading goes that the user keeps.
        question: What is asked of each frame.
    """
    if importlib.util.find_spec("streamlit_webrtc") is None:
        _say_what_is_missing()
        return
    watcher = st.session_state.setdefault(_WATCHER, Watcher())
    watcher.ask(lambda grey: reader.read(grey, expect=question.expect, **question.limits))
    video, answer = st.columns(2, gap="large")
    with video:
        playing = _show_video(watcher)
    with answer:
        _show_held(album, playing)


def _say_what_is_missing() -> None:
    st.info(str(MissingExtraError("The live camera", "live")).split(":")[0] + ":", icon=":material/extension:")
    st.code("pip install 'inkdigits[live]'", language="console")
    st.caption("Then start the app again. A photo needs nothing more: choose Photo above.")


def _show_video(watcher: Watcher) -> bool:
    import av
    from streamlit_webrtc import WebRtcMode, webrtc_streamer

    def on_frame(frame: av.VideoFrame) -> av.VideoFrame:
        picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
        shown = av.VideoFrame.from_ndarray(watcher.show(picture), format="bgr24")
        shown.pts, shown.time_base = frame.pts, frame.time_base
        return shown

    context = webrtc_streamer(
        key=KEY,
        mode=WebRtcMode.SENDRECV,
        rtc_configuration=_LOCAL,
        media_stream_constraints=_CAMERA,
        video_frame_callback=on_frame,
        sendback_audio=False,
        media_toggle_controls=False,
    )
    return bool(context.state.playing)


@st.fragment(run_every=EVERY)
def _show_held(album: Album, playing: bool) -> None:
    watcher: Watcher = st.session_state[_WATCHER]
    if watcher.error:
        st.error(f"**The video cannot be read:** {watcher.error}", icon=":material/error:")
    held = watcher.held
    number = held.reading.numbers[0] if held and len(held.reading.numbers) == 1 else None
    if held is not None and number is None:
        _show_several(held.reading.text.split())
    else:
        show_number(number, key="live.answer", empty=_EMPTY if playing else _OFF)
    pace = f"{watcher.pace:.0f} readings a second" if playing else "The camera is off."
    st.html(f'<p class="ink-note ink-pace">{pace}</p>')
    if st.button(
        "Keep this one",
        icon=":material/add_photo_alternate:",
        disabled=held is None,
        key="live.keep",
        help="Adds the picture and its numbers below, to correct and to download",
    ):
        assert held is not None
        _keep(album, held)
        st.rerun()  # the whole page: the picture is drawn outside this fragment


def _show_several(texts: list[str]) -> None:
    items = "".join(f"<li>{text}</li>" for text in texts)
    st.html(f'<ol class="ink-several" role="status" aria-label="Numbers in the picture">{items}</ol>')


def _keep(album: Album, held: Held) -> None:
    done, data = cv2.imencode(".jpg", held.frame, [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not done:
        raise AssertionError("OpenCV could not encode a frame")
    album.add([(f"live-{len(album.pictures) + 1}.jpg", bytes(data))])
