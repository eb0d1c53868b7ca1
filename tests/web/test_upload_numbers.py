"""Numbers on the Upload page in a real browser: a page is read, checked, corrected, copied and downloaded."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting import draw, encode
from web.settled import PATIENCE, settle
from web.written import document, number_picture, page_picture

expect = pytest.importorskip("playwright.sync_api", reason="needs the 'test' extra").expect
pytestmark = pytest.mark.browser

ROWS = [["4096", "17", "305"], ["21857", "63", "902"]]
NUMBERS = [text for row in ROWS for text in row]
PAGE = {"name": "page.png", "mimeType": "image/png", "buffer": encode(page_picture(ROWS, seed=2))}


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """The Upload page with a photo of six numbers, read to its end."""
    opened = open_page("upload")
    opened.locator(".ink-empty").wait_for()
    opened.locator("input[type=file]").set_input_files(PAGE)
    field(opened, len(NUMBERS)).wait_for()
    settle(opened)
    return opened


def field(page: Any, place: int) -> Any:
    return page.get_by_role("textbox", name=f"Number {place}", exact=True)


def row(page: Any, place: int) -> Any:
    return page.locator(".number").filter(has=page.locator(f"[aria-label='Number {place}']"))


def table(page: Any, name: str) -> bytes:
    with page.expect_download() as caught:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(caught.value.path()).read_bytes()


def test_a_photo_with_several_numbers_is_read_with_boxes_around_them(page: Any) -> None:
    assert [field(page, place).input_value() for place in range(1, 7)] == NUMBERS
    page.get_by_text("6 numbers:").first.wait_for()
    picture = page.locator(".photo").bounding_box()
    boxes = page.locator(".ink-box").all()
    assert len(boxes) == len(NUMBERS)
    places = [box.bounding_box() for box in boxes]
    assert all(picture["x"] <= place["x"] and place["width"] < 0.4 * picture["width"] for place in places)
    assert places[0]["y"] < places[3]["y"]
    assert places[0]["x"] < places[1]["x"] < places[2]["x"]


def test_a_correction_is_beside_what_was_read_in_every_download_and_can_be_taken_back(page: Any) -> None:
    field(page, 2).fill("19")
    row(page, 2).get_by_text("corrected, was 17").wait_for()
    page.get_by_text("6 numbers: 5 sure, 1 corrected", exact=True).wait_for()
    page.locator(".ink-table").get_by_text("corrected").wait_for()
    settle(page)
    lines = list(csv.DictReader(io.StringIO(table(page, "CSV").decode("utf-8-sig"))))
    assert [(line["answer"], line["read"], line["corrected"]) for line in lines[:2]] == [
        ("4096", "4096", ""),
        ("19", "17", "yes"),
    ]
    numbers = json.loads(table(page, "JSON"))[0]["numbers"]
    assert [(item["text"], item["corrected"]) for item in numbers[:2]] == [("4096", None), ("17", "19")]
    page.get_by_role("button", name="Undo the correction of number 2").click()
    expect(field(page, 2)).to_have_value("17")
    page.locator(".ink-table").get_by_text("corrected").wait_for(state="detached")


def test_letters_are_not_kept_and_an_empty_field_is_no_number(page: Any) -> None:
    field(page, 2).fill("19 kg")
    row(page, 2).get_by_text("not kept: digits and signs only").wait_for()
    assert field(page, 2).get_attribute("aria-invalid") == "true"
    field(page, 2).fill("")
    row(page, 2).get_by_text("not a number, was 17").wait_for()
    assert field(page, 2).get_attribute("placeholder") == "no number"
    page.locator(".ink-table").get_by_text("corrected").wait_for()
    settle(page)
    lines = list(csv.DictReader(io.StringIO(table(page, "CSV").decode("utf-8-sig"))))
    assert [(line["answer"], line["corrected"]) for line in lines[:3]] == [("4096", ""), ("", "yes"), ("305", "")]


def test_a_correction_stays_when_another_question_is_asked(page: Any) -> None:
    field(page, 2).fill("19")
    page.locator(".ink-table").get_by_text("corrected").wait_for()
    settle(page)
    page.get_by_role("button", name="Only certain numbers").click()
    page.get_by_label("Pattern", exact=True).fill(r"\d+")
    page.get_by_label("Pattern", exact=True).press("Enter")
    page.keyboard.press("Escape")
    settle(page)
    row(page, 2).get_by_text("corrected, was 17").wait_for()
    expect(field(page, 2)).to_have_value("19")


def test_corrections_stay_when_another_page_is_visited(page: Any) -> None:
    field(page, 3).fill("350")
    page.locator(".ink-table").get_by_text("corrected").wait_for()
    page.get_by_role("link", name="Draw").click()
    page.get_by_role("application", name="Drawing pad").wait_for()
    page.get_by_role("link", name="Upload").click()
    expect(field(page, 3)).to_have_value("350", timeout=PATIENCE)
    page.get_by_role("button", name="Undo the correction of number 3").wait_for()


def test_box_and_number_light_up_together(page: Any) -> None:
    page.locator(".ink-box").nth(3).hover()
    page.locator(".number.active").filter(has=page.locator("[aria-label='Number 4']")).wait_for()
    row(page, 1).hover()
    page.locator(".ink-box.active[aria-label^='Number 1:']").wait_for()
    field(page, 5).focus()
    page.mouse.move(1, 1)
    page.locator(".ink-box.active[aria-label^='Number 5:']").wait_for()
    page.locator(".ink-box").nth(5).click()
    expect(field(page, 6)).to_be_focused()


def test_list_by_keyboard_alone(page: Any) -> None:
    field(page, 1).focus()
    page.keyboard.press("Enter")
    expect(field(page, 2)).to_be_focused()
    page.keyboard.type("5")
    expect(field(page, 2)).to_have_value("5")
    page.keyboard.press("Escape")
    expect(field(page, 2)).to_have_value("17")


def test_another_reading_is_chosen_with_one_click(open_page: Callable[..., Any]) -> None:
    """A 4 whose top is nearly closed could be a 9."""
    top = np.array([(0.62, 0.2), (0.45, 0.21), (0.36, 0.45), (0.64, 0.48)])
    stem = np.array([(0.62, 0.18), (0.6, 0.84)])
    page = open_page("upload")
    page.locator(".ink-empty").wait_for()
    page.get_by_role("radio", name="One digit").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "doubt.png", "mimeType": "image/png", "buffer": encode(draw([top, stem]))}
    )
    page.get_by_role("group", name="Other readings of number 1").wait_for()
    settle(page)
    read = field(page, 1).input_value()
    other = page.locator(".other[aria-pressed=false]").first
    chosen = other.locator("b").inner_text()
    other.click()
    expect(field(page, 1)).to_have_value(chosen)
    page.locator(".ink-table").get_by_text("corrected").wait_for()
    page.get_by_role("button", name="Undo the correction of number 1").click()
    expect(field(page, 1)).to_have_value(read)


def test_a_long_number_is_seen_whole(open_page: Callable[..., Any]) -> None:
    page = open_page("upload", viewport={"width": 360, "height": 780})
    page.locator(".ink-empty").wait_for()
    picture = {"name": "long.png", "mimeType": "image/png", "buffer": encode(number_picture("218570490261"))}
    page.locator("input[type=file]").set_input_files(picture)
    expect(field(page, 1)).to_have_value("218570490261", timeout=PATIENCE)
    settle(page)
    assert field(page, 1).evaluate("field => field.scrollWidth <= field.clientWidth")
    field(page, 1).fill("7")
    assert field(page, 1).evaluate("field => getComputedStyle(field).fontSize") == "40px"


def test_numbers_are_copied(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy number 4").click()
    page.get_by_text("21857 copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "21857"
    page.get_by_role("button", name="Copy all").click()
    page.get_by_text("6 numbers copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == NUMBERS


def test_only_legal_numbers_are_read_and_a_broken_pattern_is_explained(page: Any) -> None:
    page.get_by_role("radio", name="One number").click()
    page.get_by_role("button", name="Only certain numbers").click()
    pattern = page.get_by_role("textbox", name="Pattern", exact=True)
    pattern.fill("(12")
    pattern.press("Enter")
    page.get_by_role("alert").filter(has_text="Nothing can be read with these limits").wait_for()
    pattern.fill(r"40\d{2}")
    pattern.press("Enter")
    page.get_by_text("Only numbers like").wait_for()
    page.get_by_role("alert").filter(has_text="Nothing can be read").wait_for(state="detached")
    settle(page)
    page.keyboard.press("Escape")
    number = {"name": "4096.png", "mimeType": "image/png", "buffer": encode(number_picture("4096"))}
    page.locator("input[type=file]").set_input_files(number)
    card = page.locator(".ink-card").filter(has=page.get_by_role("heading", name="4096.png", exact=True))
    expect(card.get_by_role("textbox", name="Number 1")).to_have_value("4096", timeout=PATIENCE)


def test_pages_of_a_document_are_chosen(open_page: Callable[..., Any]) -> None:
    page = open_page("upload")
    page.locator(".ink-empty").wait_for()
    data = document(page_picture([["42", "17"]], 2), page_picture([["63", "902", "305"]], 2))
    page.locator("input[type=file]").set_input_files({"name": "two.pdf", "mimeType": "application/pdf", "buffer": data})
    page.get_by_role("heading", name="two.pdf, page 1 of 2").wait_for()
    expect(field(page, 2)).to_have_value("17", timeout=PATIENCE)
    settle(page)
    page.get_by_role("button", name="Page 2", exact=True).click()
    page.get_by_role("heading", name="two.pdf, page 2 of 2").wait_for()
    expect(field(page, 3)).to_have_value("305", timeout=PATIENCE)
    page.locator(".ink-table").get_by_text("two.pdf, page 2").first.wait_for()


def test_a_long_document_is_stopped_and_what_was_read_stays(open_page: Callable[..., Any]) -> None:
    page = open_page("upload")
    page.locator(".ink-empty").wait_for()
    sheet = page_picture([["42", "17", "305"]] * 8, 2)
    page.locator("input[type=file]").set_input_files(
        {"name": "long.pdf", "mimeType": "application/pdf", "buffer": document(*[sheet] * 200)}
    )
    page.get_by_text("of 200: long.pdf, about").wait_for()
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop").click()
    page.get_by_text("1 of 1 not read yet").wait_for()
    page.get_by_text("of 200 pages are read so far").wait_for()
    page.locator(".number").first.wait_for()
    page.get_by_role("button", name="Clear", exact=True).click()
    page.locator(".ink-empty").wait_for()


def test_the_road_of_a_page_shows_every_step_and_each_digit(page: Any) -> None:
    page.get_by_role("button", name="How it was read").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("The steps").wait_for()
    settle(page)
    assert dialog.locator("img.ink-step").count() >= 5
    assert dialog.get_by_role("radiogroup", name="Digit").get_by_role("radio").count() == 4
    dialog.get_by_role("radio", name="9", exact=True).first.click()
    dialog.locator("img[alt^='The ink that decided for 9']").wait_for()
