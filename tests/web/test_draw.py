"""The main job in a real browser: open the page, draw, read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inkdigits import Reading
from web.pad_hand import ACROSS, ONE, SEVEN, Hand

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def test_draw_a_seven_with_the_mouse_and_read_it(hand: Hand) -> None:
    hand.draw(SEVEN)
    hand.reads("7")


def test_draw_a_seven_with_a_finger_on_a_phone(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page(**PHONE))
    hand.draw_by_touch(SEVEN)
    hand.reads("7")


def test_answer_follows_the_pen_before_it_is_lifted(hand: Hand) -> None:
    hand.draw(SEVEN, lift=False)
    hand.reads("7")
    hand.page.mouse.up()


def test_empty_pad_says_what_to_do_and_predicts_nothing(hand: Hand) -> None:
    hand.reads("")
    hand.rest()
    assert hand.figure.inner_text() == ""
    assert hand.page.get_by_text("Write a digit here").is_visible()
    assert hand.page.get_by_text("How it was read").count() == 0
    for name in ("Drawing", "Result"):
        assert hand.page.get_by_role("button", name=name).is_disabled()


def test_clear_goes_back_to_nothing_and_undo_brings_the_answer_back(hand: Hand) -> None:
    hand.draw(SEVEN)
    hand.reads("7")
    hand.button("Clear").click()
    hand.reads("")
    hand.button("Undo").click()
    hand.reads("7")


def test_live_region_tells_the_answer(hand: Hand) -> None:
    assert hand.live.get_attribute("aria-live") == "polite"
    hand.draw(SEVEN)
    hand.settles_on("7")


def test_a_digit_drawn_by_keys_alone_is_read(hand: Hand) -> None:
    hand.press("ArrowUp*7", "ArrowLeft*5", "Space", "ArrowRight*10")
    hand.press(
        "ArrowLeft", "ArrowDown*3", "ArrowLeft", "ArrowDown*3", "ArrowLeft", "ArrowDown*3", "ArrowLeft", "ArrowDown*4"
    )
    hand.press("Enter")
    hand.settles_on("7")


def test_switch_to_predict_by_button(hand: Hand) -> None:
    hand.page.get_by_text("Read while I draw").click()
    predict = hand.button("Predict")
    predict.wait_for()
    assert predict.is_disabled()
    hand.draw(SEVEN)
    hand.words.filter(has_text="Press Predict").wait_for()
    assert "7" not in hand.figure.inner_text()
    predict.click()
    hand.reads("7")
    hand.draw(ACROSS)
    hand.words.filter(has_text="Press Predict").wait_for()


def test_ink_and_answer_stay_when_another_page_is_visited(hand: Hand) -> None:
    hand.draw(SEVEN)
    hand.settles_on("7")
    hand.rest()
    before = hand.ink()
    hand.page.get_by_role("link", name="Upload").first.click()
    hand.pad.wait_for(state="detached")
    hand.page.get_by_role("link", name="Draw").first.click()
    hand.pad.wait_for()
    hand.reads("7")
    hand.rest()
    assert hand.ink() == before
    hand.button("Undo").click()
    hand.reads("")


def test_a_page_left_with_the_pen_down_keeps_what_was_drawn(hand: Hand) -> None:
    hand.draw(SEVEN, lift=False)
    hand.reads("7")
    hand.page.evaluate("document.querySelector('a[href$=upload]').click()")
    hand.pad.wait_for(state="detached")
    hand.page.mouse.up()
    hand.page.get_by_role("link", name="Draw").first.click()
    hand.pad.wait_for()
    hand.reads("7")
    hand.rest()
    assert hand.ink() > 0
    hand.button("Undo").click()
    hand.reads("")


def test_live_reading_stays_off_when_another_page_is_visited(hand: Hand) -> None:
    hand.page.get_by_text("Read while I draw").click()
    hand.button("Predict").wait_for()
    hand.page.get_by_role("link", name="Upload").first.click()
    hand.pad.wait_for(state="detached")
    hand.page.get_by_role("link", name="Draw").first.click()
    hand.button("Predict").wait_for()


def test_one_frame_is_in_flight_at_a_time(open_page: Callable[..., Any]) -> None:
    """While Python's answer is withheld, a moving and a lifted pen send nothing; then the newest ink goes."""
    page = open_page()
    hand = Hand(page)
    page.evaluate("""() => {
        window.answers = [];
        const dispatch = window.dispatchEvent.bind(window);
        window.dispatchEvent = (event) => {
            if (event.type !== "inkdigits:read") return dispatch(event);
            if (event.detail.revision > 0) window.answers.push(event.detail); // the empty pad's may come late
        };
        window.release = () => {
            delete window.dispatchEvent;
            dispatch(new CustomEvent("inkdigits:read", { detail: window.answers.at(-1) }));
        };
        performance.now = () => 10_000;
    }""")
    mouse = page.mouse
    mouse.move(*hand.place(SEVEN[0]))
    mouse.down()
    for point in SEVEN[1:]:
        mouse.move(*hand.place(point), steps=6)
        hand.settle()
    mouse.up()
    page.wait_for_function("window.answers.length > 0")
    hand.rest()  # as long as a second frame would take, too; a component may run again with the answer it had
    assert page.evaluate("new Set(window.answers.map(answer => answer.revision)).size") == 1
    page.evaluate("window.release()")
    hand.settles_on("7")


def test_downloads_are_the_drawing_and_the_result(hand: Hand) -> None:
    hand.draw(SEVEN)
    hand.settles_on("7")
    picture = np.asarray(Image.open(io.BytesIO(_download(hand, "Drawing"))))
    assert picture[0, 0] == 255
    assert picture[round(0.22 * len(picture)), len(picture) // 2] == 0
    reading = Reading.from_dict(json.loads(_download(hand, "Result")))
    assert reading.text == "7"
    assert len(reading.digits[0].probabilities) == 10


def test_details_unfold_to_what_the_network_saw_and_the_steps(hand: Hand) -> None:
    hand.draw(SEVEN)
    hand.reads("7")
    hand.page.get_by_text("How it was read").click()
    hand.page.get_by_role("heading", name="What the network saw").wait_for()
    hand.page.locator("img.ink-step").first.wait_for()


def test_read_aloud_speaks_settled_answers_and_is_remembered(open_page: Callable[..., Any]) -> None:
    page = open_page(own=True)
    page.add_init_script("window.spoken = []; speechSynthesis.speak = (words) => window.spoken.push(words.text);")
    page.reload()
    hand = Hand(page)
    page.get_by_role("switch", name="Read aloud").click()
    hand.draw(SEVEN, lift=False)
    hand.reads("7")
    page.wait_for_timeout(1_000)  # longer than an answer rests before it is spoken
    assert page.evaluate("window.spoken") == ["Reading aloud"]
    page.mouse.up()
    page.wait_for_function("window.spoken.at(-1).startsWith('7, ')")
    hand.settles_on("7")
    assert page.evaluate("window.spoken.length") == 2
    page.reload()
    hand = Hand(page)
    page.get_by_role("switch", name="Read aloud", checked=True).wait_for()
    hand.draw(ONE)
    page.wait_for_function("window.spoken.at(-1)?.startsWith('1')")
    hand.settles_on("1")
    assert page.evaluate("window.spoken.length") == 1, "what was read before is not said again"


def test_phone_shows_pad_tools_and_answer_without_scrolling(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page(**PHONE))
    hand.draw_by_touch(SEVEN)
    hand.reads("7")
    hand.rest()
    assert hand.pad.bounding_box()["width"] > 0.88 * 390
    for part in (hand.pad, hand.button("Clear"), hand.figure, hand.words):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844


def test_phone_held_wide_shows_pad_and_tools_without_scrolling(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page(viewport={"width": 844, "height": 390}))
    box = hand.button("Clear").bounding_box()
    assert box["y"] + box["height"] <= 390


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_is_wider_than_the_window(open_page: Callable[..., Any], width: int) -> None:
    hand = Hand(open_page(viewport={"width": width, "height": 800}))
    overhang = hand.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    assert overhang <= 0
    box = hand.pad.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["width"] == pytest.approx(box["height"], abs=1)


def _download(hand: Hand, name: str) -> bytes:
    with hand.page.expect_download() as started:
        hand.page.get_by_role("button", name=name).click()
    return Path(started.value.path()).read_bytes()
