"""The live camera: what holds is kept, the pace, and the whole of it with Chromium's fake camera."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

import inkdigits
from inkdigits import OptionError, Reader
from inkdigits.reading import Box, Digit, Number, Reading
from web.conftest import ARGUMENTS
from web.settled import PATIENCE
from web.test_camera import find_browser, write_film
from web.written import number_picture

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

from streamlit.testing.v1 import AppTest

from inkdigits.web.live import Steady
from inkdigits.web.live.overlay import draw_reading
from inkdigits.web.live.watcher import SIDE, Watcher, to_grey

FRAME = np.full((480, 640, 3), 230, np.uint8)
PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "camera.py"
PACE = 8  # readings a second that the live camera promises on two cores
needs_live = pytest.mark.skipif(
    importlib.util.find_spec("streamlit_webrtc") is None, reason="the live camera needs the 'live' extra"
)


def reading(text: str, confidence: float = 0.99) -> Reading:
    digits = tuple(Digit(int(letter), 0.99, tuple(float(letter == str(n)) for n in range(10))) for letter in text)
    numbers = (Number(digits, Box(100, 100, 200, 80), text, confidence),) if text else ()
    return Reading(numbers, 640, 480)


def test_what_several_frames_agree_on_is_kept_until_others_agree() -> None:
    steady = Steady()
    for moment, text in enumerate(["4", "42", "42", "", "42", "42"]):
        steady.add(reading(text), FRAME, moment / 10)
        assert steady.held is None
    steady.add(reading("42"), FRAME, 0.7)
    assert steady.held is not None
    for moment, text in enumerate(["", "", "", "", "7", "7"]):
        steady.add(reading(text), FRAME, 1 + moment / 10)
    assert steady.held.reading.text == "42"
    steady.add(reading("7"), FRAME, 2)
    assert steady.held.reading.text == "7"


def test_the_best_frame_is_the_one_kept() -> None:
    steady = Steady()
    frames = [FRAME + np.uint8(n) for n in range(3)]
    for frame, confidence in zip(frames, (0.97, 0.99, 0.98), strict=True):
        steady.add(reading("42", confidence), frame, 0.0)
    assert steady.held is not None
    assert steady.held.frame is frames[1]


def test_pace_is_told_of_the_last_moments() -> None:
    steady = Steady()
    assert steady.pace(0.0) == 0.0
    for frame in range(21):
        steady.add(reading("42"), FRAME, frame / 10)
    assert steady.pace(2.0) == pytest.approx(10)
    assert steady.pace(60.0) == 0.0


def test_boxes_are_drawn_on_a_copy_and_rejected_numbers_are_not() -> None:
    drawn = draw_reading(FRAME, reading("42"))
    assert FRAME.min() == 230
    assert drawn[100, 200].tolist() != [230, 230, 230]
    doubt = draw_reading(FRAME, reading("42", 0.5))
    sides = [np.unique(picture[110:170, 100], axis=0) for picture in (drawn, doubt)]
    assert len(sides[0]) == 1  # solid
    assert len(sides[1]) > 1  # dashed
    nothing = Reading((Number((), Box(1, 1, 50, 50), reason="not_a_number"),), 640, 480)
    assert (draw_reading(FRAME, nothing) == FRAME).all()


def test_a_watcher_reads_the_newest_frame_and_never_holds_up_the_video() -> None:
    watcher = Watcher()
    assert watcher.show(FRAME) is FRAME
    seen = []
    watcher.ask(lambda grey: seen.append(grey.shape) or reading("42"))
    wait_until(lambda: watcher.show(FRAME) is not None and watcher.held is not None)
    assert watcher.held is not None
    assert watcher.held.reading.text == "42"
    assert max(seen[0]) == SIDE
    assert watcher.pace > 0


def test_an_error_is_told_and_another_question_goes_on() -> None:
    watcher = Watcher()

    def fail(_: Any) -> Reading:
        raise OptionError("the pattern is broken")

    watcher.ask(fail)
    wait_until(lambda: watcher.show(FRAME) is not None and watcher.error != "")
    assert watcher.error == "the pattern is broken"
    watcher.ask(lambda _: reading("7"))
    wait_until(lambda: watcher.show(FRAME) is not None and watcher.held is not None)


def test_a_frame_is_read_fast_enough(reader: Reader) -> None:
    """The processor time of the fastest of some, since other tests may share the two cores."""
    picture = number_picture("42")
    frame = FRAME.copy()
    frame[100 : 100 + picture.shape[0], 60 : 60 + picture.shape[1]] = np.minimum(230, picture)[..., None]
    spent = []
    for _ in range(20):
        start = time.process_time()
        found = reader.read(to_grey(frame), expect="page")
        spent.append(time.process_time() - start)
    assert found.text == "42"
    assert min(spent) < 1 / PACE


def test_page_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "streamlit_webrtc" else find(name))
    app = AppTest.from_file(str(PAGE), default_timeout=150)
    app.session_state["camera.way"] = "live"
    app.run()
    assert not app.exception
    assert "The live camera needs the 'live' extra" in app.info[0].value
    assert app.code[0].value == "pip install 'inkdigits[live]'"


@pytest.fixture(scope="module")
def filming(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser whose camera shows a 42."""
    film = tmp_path_factory.mktemp("live") / "number.y4m"
    write_film(film, number_picture("42"))
    arguments = [*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
    started = browser.browser_type.launch(executable_path=find_browser(), args=arguments, timeout=2 * PATIENCE)
    yield started
    started.close()


@needs_live
@pytest.mark.browser
def test_a_number_held_into_the_camera_is_read_kept_and_nothing_leaves_the_machine(filming: Any, app_url: str) -> None:
    window = filming.new_context(permissions=["camera"], viewport={"width": 1280, "height": 900})
    window.set_default_timeout(PATIENCE)
    page = window.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app_url}/camera")
    page.get_by_role("radio", name="Live").click()
    video = page.frame_locator("iframe[title*=webrtc]")
    video.get_by_role("button", name="Start").click()
    answer = page.get_by_role("region", name="Answer")
    answer.locator(".figure").filter(has_text="42").wait_for()
    page.get_by_text("readings a second").wait_for()
    video.get_by_role("button", name="Stop").click()
    page.get_by_text("The camera is off.").wait_for()
    answer.locator(".figure").filter(has_text="42").wait_for()
    page.get_by_role("button", name="Keep this one").click()
    page.locator(".ink-card").get_by_role("heading", name="live-1.jpg").wait_for()
    window.close()
    hosts = {urlsplit(url).hostname for url in asked if urlsplit(url).scheme in ("http", "https", "ws", "wss")}
    assert hosts == {urlsplit(app_url).hostname}


def wait_until(true: Any) -> None:
    """Waits for a thread."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
