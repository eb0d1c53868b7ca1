"""The wide pad in a real browser: a number is written, read while it is written, undone, and spoken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inkdigits import Reading
from web.pad_hand import SEVEN, Hand
from web.written import strokes_of_number

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Writer(Hand):
    """A hand at the wide pad."""

    def __init__(self, page: Any) -> None:
        super().__init__(page)
        self.choose("Number")

    def write(self, text: str, *, left: float = 0.06, height: float = 0.6) -> None:
        """Writes a number with the mouse, ``height`` of the pad's height, from ``left`` of its width."""
        box = self.pad.bounding_box()
        size = height * box["height"]
        mouse = self.page.mouse
        for stroke in strokes_of_number(text):
            for place, (x, y) in enumerate(stroke):
                mouse.move(box["x"] + left * box["width"] + size * x, box["y"] + 0.2 * box["height"] + size * y)
                if place == 0:
                    mouse.down()
            mouse.up()

    def reads_number(self, text: str) -> None:
        self.figure.filter(has_text=re.compile(rf"^{text}$")).wait_for()


@pytest.fixture
def writer(open_page: Callable[..., Any]) -> Writer:
    return Writer(open_page())


def test_write_42_with_the_mouse_and_read_it(writer: Writer) -> None:
    assert writer.pad.bounding_box()["width"] > 2.5 * writer.pad.bounding_box()["height"]
    assert writer.page.get_by_text("Write a number here").is_visible()
    writer.write("42")
    writer.reads_number("42")
    expect(writer.answer.get_by_role("list", name="Its digits").get_by_role("listitem")).to_have_count(2)


def test_undo_takes_the_last_digit_back_and_the_answer_never_moves(writer: Writer) -> None:
    before = writer.answer.bounding_box()
    writer.write("17")
    writer.reads_number("17")
    assert writer.answer.bounding_box() == before
    strokes = len(strokes_of_number("7", 1))
    for _ in range(strokes):
        writer.button("Undo").click()
    writer.reads_number("1")
    for _ in range(strokes):
        writer.button("Redo").click()
    writer.reads_number("17")
    writer.page.keyboard.press("Escape")
    writer.words.filter(has_text="Nothing to read yet: write a number").wait_for()
    assert writer.answer.bounding_box() == before


def test_ink_of_a_digit_stays_when_it_becomes_a_number_and_back(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page())
    hand.draw(SEVEN)
    hand.reads("7")
    hand.choose("Number")
    hand.page.locator(".pad[data-shape=number][data-inked]").wait_for()
    hand.figure.filter(has_text="7").wait_for()
    hand.choose("One digit")
    hand.page.locator(".pad[data-shape=digit][data-inked]").wait_for()
    hand.settles_on("7")
    hand.button("Undo").click()
    hand.reads("")


def test_a_number_is_whole_on_the_square_pad_and_in_the_download(writer: Writer) -> None:
    writer.write("42")
    writer.reads_number("42")
    writer.choose("One digit")
    edge = writer.pad.evaluate(
        """canvas => {
            const { width, height } = canvas;
            const pixels = canvas.getContext("2d").getImageData(width - 1, 0, 1, height).data;
            return pixels.some((value, index) => index % 4 === 3 && value > 128);
        }"""
    )
    assert not edge
    writer.choose("Number")
    writer.reads_number("42")
    writer.rest()
    with writer.page.expect_download() as started:
        writer.page.get_by_role("button", name="Result").click()
    reading = Reading.from_dict(json.loads(Path(started.value.path()).read_bytes()))
    assert reading.text == "42"


def test_the_number_is_spoken_digit_by_digit(open_page: Callable[..., Any]) -> None:
    page = open_page(own=True)
    page.add_init_script("window.spoken = []; speechSynthesis.speak = (words) => window.spoken.push(words.text);")
    page.reload()
    writer = Writer(page)
    page.get_by_role("switch", name="Read aloud").click()
    writer.write("42")
    page.wait_for_function("window.spoken.at(-1)?.startsWith('4 2, ')")


def test_phone_shows_wide_pad_tools_and_answer_without_scrolling(open_page: Callable[..., Any]) -> None:
    writer = Writer(open_page(**PHONE))
    box = writer.pad.bounding_box()
    assert box["width"] > 0.88 * 390
    assert box["height"] > 200
    for part in (writer.pad, writer.button("Clear"), writer.answer):
        place = part.bounding_box()
        assert place["y"] >= 0
        assert place["y"] + place["height"] <= 844
